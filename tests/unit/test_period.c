#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "etl/base/period.h"

static struct period read_period(const char *printed)
{
    struct period p = {0};
    if (period_parse(text_of(printed), &p)) fail_msg("\"%s\" was refused", printed);
    return p;
}

static void assert_period(const char *printed, int32_t id, const char *first, const char *last, const char *name)
{
    char from[11], to[11], buffer[PERIOD_NAME_SIZE];
    struct period p = read_period(printed);
    if (period_id(p) != id) fail_msg("\"%s\": key %d, not %d", printed, period_id(p), id);
    period_days(p, from, to);
    assert_string_equal(from, first);
    assert_string_equal(to, last);
    assert_string_equal(period_name(p, buffer), name);
}

static void assert_year(const char *printed, enum period_report report)
{
    assert_period(printed, 20220000, "2022-01-01", "2022-12-31", "2022");
    assert_int_equal(read_period(printed).report, report);
}

static void a_bare_year_is_the_whole_year(void **state)
{
    (void)state;
    assert_year("2022", PERIOD_REPORT_NONE);
    assert_year("  2022\t", PERIOD_REPORT_NONE);
    assert_year("\u00a02022", PERIOD_REPORT_NONE);
    assert_year("\u00c5r 2022", PERIOD_REPORT_NONE);
    assert_year("A\u030ar 2022", PERIOD_REPORT_NONE); /* decomposed */
    assert_year("helår 2022", PERIOD_REPORT_NONE);
}

static void vb_and_vp_are_the_whole_year_and_keep_their_label(void **state)
{
    (void)state;
    assert_year("VB 2022", PERIOD_REPORT_VB);
    assert_year("vb  2022", PERIOD_REPORT_VB);
    assert_year("VB\u00a02022", PERIOD_REPORT_VB);
    assert_year("VB2022", PERIOD_REPORT_VB);
    assert_year("VP 2022", PERIOD_REPORT_VP);
    assert_period("VP 2024", 20240000, "2024-01-01", "2024-12-31", "2024");
}

static void a_tertial_is_four_months(void **state)
{
    (void)state;
    assert_period("T1 2024", 20241001, "2024-01-01", "2024-04-30", "T1 2024");
    assert_period("Tertial 2 2024", 20241002, "2024-05-01", "2024-08-31", "T2 2024");
    assert_period("tertialrapport 3 2024", 20241003, "2024-09-01", "2024-12-31", "T3 2024");
    assert_period("2024-T1", 20241001, "2024-01-01", "2024-04-30", "T1 2024");
    assert_int_equal(read_period("T1 2024").report, PERIOD_REPORT_T);
}

static void a_quarter_is_three_months(void **state)
{
    (void)state;
    assert_period("Kv 1 2024", 20242001, "2024-01-01", "2024-03-31", "Kv 1 2024");
    assert_period("Kvartal 3 2024", 20242003, "2024-07-01", "2024-09-30", "Kv 3 2024");
    assert_period("Q1 2024", 20242001, "2024-01-01", "2024-03-31", "Kv 1 2024");
    assert_period("2024-Q4", 20242004, "2024-10-01", "2024-12-31", "Kv 4 2024");
    assert_period("2024K2", 20242002, "2024-04-01", "2024-06-30", "Kv 2 2024");
    assert_int_equal(read_period("Kv 1 2024").report, PERIOD_REPORT_NONE);
}

static void a_month_is_read_from_digits_and_from_words(void **state)
{
    (void)state;
    assert_period("2024-03", 20243003, "2024-03-01", "2024-03-31", "2024-03");
    assert_period("mars 2024", 20243003, "2024-03-01", "2024-03-31", "2024-03");
    assert_period("Februari 2024", 20243002, "2024-02-01", "2024-02-29", "2024-02");
    assert_period("feb. 2023", 20233002, "2023-02-01", "2023-02-28", "2023-02");
    assert_period("sept 2023", 20233009, "2023-09-01", "2023-09-30", "2023-09");
    assert_period("2024M12", 20243012, "2024-12-01", "2024-12-31", "2024-12");
}

static void a_half_year_is_vt_or_ht(void **state)
{
    (void)state;
    assert_period("HT 2023", 20234002, "2023-07-01", "2023-12-31", "HT 2023");
    assert_period("VT 2023", 20234001, "2023-01-01", "2023-06-30", "VT 2023");
    assert_period("Halvår 1 2023", 20234001, "2023-01-01", "2023-06-30", "VT 2023");
    assert_period("halva\u030ar 2 2023", 20234002, "2023-07-01", "2023-12-31", "HT 2023");
}

static void a_school_year_has_the_year_it_ends_in(void **state)
{
    (void)state;
    assert_period("2022/23", 20235000, "2022-07-01", "2023-06-30", "2022/23");
    assert_period("2022/2023", 20235000, "2022-07-01", "2023-06-30", "2022/23");
    assert_period("Läsåret 2022/23", 20235000, "2022-07-01", "2023-06-30", "2022/23");
    assert_period("1999/00", 20005000, "1999-07-01", "2000-06-30", "1999/00");
}

static void a_span_of_months_is_a_period_of_its_own(void **state)
{
    (void)state;
    assert_period("jan-aug 2023", 20236000 + 16 * 1 + 8, "2023-01-01", "2023-08-31", "jan-aug 2023");
    assert_period("Januari \u2013 Augusti 2023", 20236024, "2023-01-01", "2023-08-31", "jan-aug 2023");
    assert_period("jan.-feb. 2024", 20246018, "2024-01-01", "2024-02-29", "jan-feb 2024");
    assert_period("nov-dec 2023", 20236188, "2023-11-01", "2023-12-31", "nov-dec 2023");
}

static void january_to_december_is_the_year(void **state)
{
    (void)state;
    assert_period("jan-dec 2022", 20220000, "2022-01-01", "2022-12-31", "2022");
}

static void a_day_is_counted_within_its_year(void **state)
{
    (void)state;
    assert_period("2023-12-31", 20237365, "2023-12-31", "2023-12-31", "2023-12-31");
    assert_period("2024-12-31", 20247366, "2024-12-31", "2024-12-31", "2024-12-31");
    assert_period("2000-02-29", 20007060, "2000-02-29", "2000-02-29", "2000-02-29");
    assert_period("2024-02-29", 20247060, "2024-02-29", "2024-02-29", "2024-02-29");
    assert_period("2023-03-01", 20237060, "2023-03-01", "2023-03-01", "2023-03-01");
    assert_period("1900-01-01", 19007001, "1900-01-01", "1900-01-01", "1900-01-01");
}

static void what_is_no_period_is_refused(void **state)
{
    static const char *const bad[] = {
        "",
        " ",
        "22",
        "202",
        "20222",
        "1899",
        "2200",
        "VB",
        "VB 22",
        "2022 VB",
        "VB 2022 2023",
        "T0 2024",
        "T4 2024",
        "T1",
        "T12024",
        "Kv 5 2024",
        "Kv 0 2024",
        "2024-13",
        "2024-00",
        "2024-3",
        "2024 - 03",
        "2023-02-29",
        "1900-02-29",
        "2100-02-29",
        "2023-02-30",
        "2023-13-01",
        "2023-00-10",
        "2023-01-00",
        "2023-12-31T",
        "HT",
        "HT 23",
        "2022/24",
        "2022/22",
        "2022/2024",
        "Halvår 3 2023",
        "aug-jan 2023",
        "jan-jan 2023",
        "jan-aug",
        "mars",
        "85 %",
        "1 050",
        "2022.",
        "\u25cf 2022",
        "Tas fram av nämnd",
        "-2022",
        "2022-",
        "2022/",
        "/",
        ".",
        "2022\xff",
        "\xff",
        "1899-12-31",
        "foo 2022",
        "foo 1 2022",
        "a b c d e f g h i j",
        "jan-foo 2023",
        "2024-foo1",
        "skolår 2022/23",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct period p = {.year = 42};
        if (period_parse(text_of(bad[i]), &p) != -1) fail_msg("\"%s\" was taken", bad[i]);
        assert_int_equal(p.year, 42); /* untouched on failure */
    }
    struct period p;
    assert_int_equal(period_parse(text_make("2022\0", 5), &p), -1);
    char wide[300];
    memset(wide, 'x', sizeof wide);
    assert_int_equal(period_parse(text_make(wide, sizeof wide), &p), -1);
}

static void every_key_leads_to_a_name_that_leads_back(void **state)
{
    unsigned found = 0;
    (void)state;
    for (int32_t id = 2023 * 10000; id < 2025 * 10000; id++) {
        struct period p, again;
        char name[PERIOD_NAME_SIZE], first[11], last[11];
        if (period_from_id(id, &p)) continue;
        found++;
        assert_int_equal(period_id(p), id);
        assert_int_equal(p.year, id / 10000);
        if (period_parse(text_of(period_name(p, name)), &again)) fail_msg("%d: \"%s\" was refused", id, name);
        if (id % 10000 != 6000 + 16 + 12) assert_int_equal(period_id(again), id); /* jan-dec is the year */
        period_days(p, first, last);
        assert_true(strcmp(first, last) <= 0);
        assert_int_equal(strlen(first), 10);
        assert_int_equal(strlen(last), 10);
    }
    /* year, tertials, quarters, months, half-years, school year, spans, days of 2023 and 2024 */
    assert_int_equal(found, 2 * (1 + 3 + 4 + 12 + 2 + 1 + 66) + 365 + 366);
}

static void a_last_day_closes_a_period_of_its_kind(void **state)
{
    static const struct {
        const char *day, *name;
        enum period_kind kind;
    } closed[] = {
        {"2023-12-31", "2023", PERIOD_YEAR},         {"2023-08-31", "T2 2023", PERIOD_TERTIAL},
        {"2024-02-29", "2024-02", PERIOD_MONTH},     {"2023-09-30", "Kv 3 2023", PERIOD_QUARTER},
        {"2023-06-30", "VT 2023", PERIOD_HALF_YEAR}, {"2023-06-30", "2022/23", PERIOD_SCHOOL_YEAR},
        {"2023-02-28", "2023-02", PERIOD_MONTH},     {"2023-05-05", "2023-05-05", PERIOD_DAY},
    };
    char name[PERIOD_NAME_SIZE];
    struct period day, p;
    (void)state;
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++) {
        assert_int_equal(period_parse(text_of(closed[i].day), &day), 0);
        assert_int_equal(period_closed_by(day, closed[i].kind, &p), 0);
        assert_string_equal(period_name(p, name), closed[i].name);
    }
    assert_int_equal(period_parse(TEXT("2023-12-30"), &day), 0);
    assert_int_equal(period_closed_by(day, PERIOD_YEAR, &p), -1);
    assert_int_equal(period_closed_by(day, PERIOD_SPAN, &p), -1);
    assert_int_equal(period_parse(TEXT("2023"), &day), 0);
    assert_int_equal(period_closed_by(day, PERIOD_YEAR, &p), -1);
}

static void a_number_that_is_no_key_is_refused(void **state)
{
    static const int32_t bad[] = {0,        -1,       INT32_MIN, INT32_MAX, 18990000, 22000000,
                                  20220001, 20221000, 20221004,  20222005,  20223013, 20224003,
                                  20225001, 20226017, 20227000,  20227366,  20228000, 20229001};
    struct period p;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (period_from_id(bad[i], &p) != -1) fail_msg("%d was taken", bad[i]);
}

static void assert_same(const char *usual, const char *folded)
{
    struct period a = {0}, b = {0};
    if (period_parse(text_of(usual), &a) != period_parse(text_of(folded), &b)) fail_msg("\"%s\"", usual);
    assert_int_equal(period_id(a), period_id(b));
    assert_int_equal(a.report, b.report);
}

static void every_year_is_read_as_its_folded_form_is(void **state)
{
    (void)state;
    char usual[16], folded[16];
    for (int year = 0; year < 10000; year++) {
        (void)snprintf(usual, sizeof usual, "%04d", year);
        (void)snprintf(folded, sizeof folded, "%04d\u00a0", year);
        assert_same(usual, folded);
        (void)snprintf(usual, sizeof usual, "VB %04d", year);
        (void)snprintf(folded, sizeof folded, "vb %04d", year);
        assert_same(usual, folded);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bare_year_is_the_whole_year),
        cmocka_unit_test(vb_and_vp_are_the_whole_year_and_keep_their_label),
        cmocka_unit_test(a_tertial_is_four_months),
        cmocka_unit_test(a_quarter_is_three_months),
        cmocka_unit_test(a_month_is_read_from_digits_and_from_words),
        cmocka_unit_test(a_half_year_is_vt_or_ht),
        cmocka_unit_test(a_school_year_has_the_year_it_ends_in),
        cmocka_unit_test(a_span_of_months_is_a_period_of_its_own),
        cmocka_unit_test(january_to_december_is_the_year),
        cmocka_unit_test(a_day_is_counted_within_its_year),
        cmocka_unit_test(what_is_no_period_is_refused),
        cmocka_unit_test(every_key_leads_to_a_name_that_leads_back),
        cmocka_unit_test(a_last_day_closes_a_period_of_its_kind),
        cmocka_unit_test(a_number_that_is_no_key_is_refused),
        cmocka_unit_test(every_year_is_read_as_its_folded_form_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
