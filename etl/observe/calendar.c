#include "etl/observe/calendar.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define SECONDS_A_DAY 86400

static const struct {
    const char *name;
    int awaited_month, due_month; /* of the year after, where NEXT_YEAR */
    bool next_year;
    int kind, ordinal; /* of lager.dim_period's id */
} reports[REPORT_COUNT] = {
    [REPORT_VB] = {"VB", 1, 2, true, 0, 0},
    [REPORT_T1] = {"T1", 5, 5, false, 1, 1},
    [REPORT_T2] = {"T2", 9, 9, false, 1, 2},
};

const char *calendar_report_name(enum calendar_report report)
{
    return reports[report].name;
}

int calendar_report_find(const char *name)
{
    for (int i = 0; i < REPORT_COUNT; i++)
        if (!strcmp(name, reports[i].name)) return i;
    return -1;
}

/* Years are counted from March, so that the leap day is the last of its year. */
int64_t calendar_day(int year, int month, int day)
{
    int64_t y = month > 2 ? year : (int64_t)year - 1;
    int64_t era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
    int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void civil(int64_t day, int *ret_year, int *ret_month, int *ret_day)
{
    int64_t z = day + 719468, era = (z >= 0 ? z : z - 146096) / 146097, of_era = z - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100), month = (5 * of_year + 2) / 153;
    *ret_day = (int)(of_year - (153 * month + 2) / 5 + 1);
    *ret_month = (int)(month < 10 ? month + 3 : month - 9);
    *ret_year = (int)(year + era * 400 + (*ret_month <= 2));
}

/* COUNT digits, as a number; -1 where one is none. */
static int digits(const char *text, int count)
{
    int n = 0;
    for (int i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9') return -1;
        n = n * 10 + (text[i] - '0');
    }
    return n;
}

char *calendar_text(int64_t day, char buffer[static CALENDAR_SIZE])
{
    int y, m, d;
    civil(day, &y, &m, &d);
    (void)snprintf(buffer, CALENDAR_SIZE, "%04d-%02d-%02d", y, m, d);
    return buffer;
}

int calendar_parse(const char *text, int64_t *ret_day)
{
    char again[CALENDAR_SIZE];
    if (strlen(text) < 10 || text[4] != '-' || text[7] != '-') return -1;
    int year = digits(text, 4), month = digits(text + 5, 2), day = digits(text + 8, 2);
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > 31) return -1;
    int64_t found = calendar_day(year, month, day);
    if (strncmp(calendar_text(found, again), text, 10) != 0) return -1; /* 30 February */
    *ret_day = found;
    return 0;
}

int calendar_parse_time(const char *text, int64_t *ret_seconds)
{
    int64_t day;
    if (strlen(text) != 20 || calendar_parse(text, &day) || text[10] != 'T' || text[13] != ':' || text[16] != ':' ||
        text[19] != 'Z')
        return -1;
    int hours = digits(text + 11, 2), minutes = digits(text + 14, 2), seconds = digits(text + 17, 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 60) return -1;
    *ret_seconds = day * SECONDS_A_DAY + hours * 3600 + minutes * 60 + seconds;
    return 0;
}

int64_t calendar_awaited(enum calendar_report report, int year)
{
    return calendar_day(year + reports[report].next_year, reports[report].awaited_month, 1);
}

int64_t calendar_due(enum calendar_report report, int year)
{
    return calendar_day(year + reports[report].next_year, reports[report].due_month + 1, 1) - 1;
}

int calendar_latest_year(enum calendar_report report, int64_t day)
{
    int year, month, of_month;
    civil(day, &year, &month, &of_month);
    return calendar_awaited(report, year) <= day ? year : year - 1;
}

int32_t calendar_period_id(enum calendar_report report, int year)
{
    return (int32_t)((year * 10 + reports[report].kind) * 1000 + reports[report].ordinal);
}
