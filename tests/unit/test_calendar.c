#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "etl/observe/calendar.h"

static int64_t day(const char *text)
{
    int64_t found;
    assert_int_equal(calendar_parse(text, &found), 0);
    return found;
}

static void every_day_of_four_hundred_years_goes_there_and_back(void **state)
{
    char text[CALENDAR_SIZE];
    (void)state;
    for (int64_t d = calendar_day(1900, 1, 1); d < calendar_day(2300, 1, 1); d++)
        assert_int_equal(day(calendar_text(d, text)), d);
    assert_int_equal(calendar_day(1970, 1, 1), 0);
    assert_int_equal(calendar_day(2000, 3, 1) - calendar_day(2000, 2, 28), 2);
    assert_int_equal(calendar_day(2100, 3, 1) - calendar_day(2100, 2, 28), 1);
    assert_string_equal(calendar_text(calendar_day(0, 2, 29), text), "0000-02-29"); /* the last day of the era before */
    assert_int_equal(calendar_day(0, 3, 1) - calendar_day(0, 2, 28), 2);
}

static void what_is_no_day_is_refused(void **state)
{
    static const char *const texts[] = {"",           "2026",       "2026-02-30", "2026-13-01",
                                        "2026-00-10", "2025-02-29", "x026-01-01", "2026/01/01",
                                        "2026-01/01", "2026-01-00", "2026-01-32", "2026-0:-01"};
    int64_t ignored;
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (calendar_parse(texts[i], &ignored) == 0) fail_msg("\"%s\" is taken for a day", texts[i]);
}

static void a_time_is_read_to_the_second(void **state)
{
    int64_t seconds;
    (void)state;
    assert_int_equal(calendar_parse_time("2026-11-23T04:15:06Z", &seconds), 0);
    assert_int_equal(seconds, 1795407306); /* date -d 2026-11-23T04:15:06Z +%s */
    assert_int_equal(calendar_parse_time("2026-11-23T24:15:06Z", &seconds), -1);
    assert_int_equal(calendar_parse_time("2026-11-23 04:15:06Z", &seconds), -1);
    assert_int_equal(calendar_parse_time("2026-11-23", &seconds), -1);
}

static void what_is_no_time_is_refused(void **state)
{
    static const char *const texts[] = {"2026-02-30T04:15:06Z", "2026-11-23T04:15:06z", "2026-11-23T04-15:06Z",
                                        "2026-11-23T04:15-06Z", "2026-11-23Tx4:15:06Z", "2026-11-23T04:x5:06Z",
                                        "2026-11-23T04:1x:06Z", "2026-11-23T04:15:0xZ", "2026-11-23T04:15:0/Z",
                                        "2026-11-23T04:60:06Z", "2026-11-23T04:15:61Z"};
    int64_t ignored;
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (calendar_parse_time(texts[i], &ignored) == 0) fail_msg("\"%s\" is taken for a time", texts[i]);
    assert_int_equal(calendar_parse_time("2016-12-31T23:59:60Z", &ignored), 0); /* a leap second */
}

static void the_annual_report_is_due_at_the_end_of_february_of_the_year_after(void **state)
{
    (void)state;
    assert_int_equal(calendar_awaited(REPORT_VB, 2023), day("2024-01-01"));
    assert_int_equal(calendar_due(REPORT_VB, 2023), day("2024-02-29"));
    assert_int_equal(calendar_due(REPORT_VB, 2024), day("2025-02-28"));
    assert_int_equal(calendar_awaited(REPORT_T1, 2024), day("2024-05-01"));
    assert_int_equal(calendar_due(REPORT_T1, 2024), day("2024-05-31"));
    assert_int_equal(calendar_awaited(REPORT_T2, 2024), day("2024-09-01"));
    assert_int_equal(calendar_due(REPORT_T2, 2024), day("2024-09-30"));
}

static void the_latest_awaited_report_changes_with_the_day(void **state)
{
    (void)state;
    assert_int_equal(calendar_latest_year(REPORT_VB, day("2024-12-31")), 2023);
    assert_int_equal(calendar_latest_year(REPORT_VB, day("2025-01-01")), 2024);
    assert_int_equal(calendar_latest_year(REPORT_T1, day("2024-04-30")), 2023);
    assert_int_equal(calendar_latest_year(REPORT_T1, day("2024-05-01")), 2024);
    assert_int_equal(calendar_latest_year(REPORT_T2, day("2024-08-31")), 2023);
    assert_int_equal(calendar_period_id(REPORT_VB, 2022), 20220000);
    assert_int_equal(calendar_period_id(REPORT_T1, 2024), 20241001);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_of_four_hundred_years_goes_there_and_back),
        cmocka_unit_test(what_is_no_day_is_refused),
        cmocka_unit_test(a_time_is_read_to_the_second),
        cmocka_unit_test(what_is_no_time_is_refused),
        cmocka_unit_test(the_annual_report_is_due_at_the_end_of_february_of_the_year_after),
        cmocka_unit_test(the_latest_awaited_report_changes_with_the_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
