/* When the city's reports are to come.  A report is awaited from the day after its period, and late after the month that the
 * city's calendar gives for it: the annual report (VB) in February of the year after, the first tertial's (T1) in May, the second's (T2)
 * in September.  Pure. */
#ifndef STADSLAGER_CALENDAR_H
#define STADSLAGER_CALENDAR_H

#include <stdint.h>

enum calendar_report { REPORT_VB, REPORT_T1, REPORT_T2, REPORT_COUNT };

const char *calendar_report_name(enum calendar_report report); /* "VB", "T1", "T2" */
/* The report of that name, or -1. */
int calendar_report_find(const char *name);

/* Days since 1970-01-01 of a date of the Gregorian calendar that exists. */
int64_t calendar_day(int year, int month, int day);
/* The day that "2026-11-23" or a time like "2026-11-23T04:15:00Z" begins with; -1 when it begins with none. */
int calendar_parse(const char *text, int64_t *ret_day);
/* Seconds since 1970-01-01 of "2026-11-23T04:15:00Z"; -1 when it is no such time. */
int calendar_parse_time(const char *text, int64_t *ret_seconds);
/* "2026-11-23".  Returns BUFFER. */
#define CALENDAR_SIZE 16
char *calendar_text(int64_t day, char buffer[static CALENDAR_SIZE]);

/* The first day on which the report of YEAR is awaited, and the last on which it is not late. */
int64_t calendar_awaited(enum calendar_report report, int year);
int64_t calendar_due(enum calendar_report report, int year);
/* The latest year whose report is awaited on DAY. */
int calendar_latest_year(enum calendar_report report, int64_t day);
/* lager.dim_period's id of what the report is about: the year, or a tertial. */
int32_t calendar_period_id(enum calendar_report report, int year);

#endif
