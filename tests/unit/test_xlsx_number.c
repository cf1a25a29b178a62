/* Numbers as a workbook's cells show them: exact decimals, formats, dates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "connectors/xlsx_number.h"

static enum cell_fault show(const char *stored, const char *code, bool date1904, char buffer[static NUMBER_SHOWN + 1])
{
    struct number_format format;
    struct text shown = {0};
    char inner[NUMBER_SHOWN];
    number_format_parse(text_of(code), &format);
    enum cell_fault fault = number_show(text_of(stored), &format, date1904, inner, &shown);
    if (shown.len) memcpy(buffer, shown.ptr, shown.len);
    buffer[shown.len] = '\0';
    return fault;
}

static void assert_shown(const char *stored, const char *code, const char *want)
{
    char got[NUMBER_SHOWN + 1];
    enum cell_fault fault = show(stored, code, false, got);
    if (fault != CELL_FINE) fail_msg("%s as %s has fault %d", stored, code, (int)fault);
    assert_string_equal(got, want);
}

static void assert_fault(const char *stored, const char *code, enum cell_fault want)
{
    char got[NUMBER_SHOWN + 1];
    enum cell_fault fault = show(stored, code, false, got);
    if (fault != want) fail_msg("%s as %s has fault %d, shows %s", stored, code, (int)fault, got);
    assert_string_equal(got, "");
}

/* ---- exactness ---- */

static void seventeen_stored_digits_are_the_fifteen_that_were_typed(void **state)
{
    (void)state;
    assert_shown("0.86499999999999999", "0.0%", "86,5 %");
    assert_shown("0.86499999999999999", "General", "0,865");
    assert_shown("7.7999999999999996E-2", "0.0%", "7,8 %");
    assert_shown("13.699999999999999", "General", "13,7");
    assert_shown("0.30000000000000004", "General", "0,3");
    assert_shown("0.99999999999999989", "General", "1");
    assert_shown("999999999999999.9", "General", "1000000000000000");
    assert_shown("123456789012345678", "General", "123456789012346000");
}

static void halves_go_away_from_zero(void **state)
{
    (void)state;
    assert_shown("0.5", "0", "1");
    assert_shown("1.5", "0", "2");
    assert_shown("2.5", "0", "3");
    assert_shown("-2.5", "0", "-3");
    assert_shown("0.865", "0%", "87 %");
    assert_shown("1.005", "0.00", "1,01"); /* its binary value is below the half; its decimal one is not */
    assert_shown("0.49999999999999", "0", "0");
    assert_shown("0.05", "0.0", "0,1");
    assert_shown("0.04", "0.0", "0,0");
    assert_shown("99.95", "0.0", "100,0");
    assert_shown("9.5", "0", "10");
}

static void a_number_is_written_out_whole(void **state)
{
    (void)state;
    assert_shown("1E-5", "General", "0,00001");
    assert_shown("1.5E+3", "General", "1500");
    assert_shown("1.25e2", "General", "125");
    assert_shown("-0", "General", "0");
    assert_shown("0000012.500", "General", "12,5");
    assert_shown("+4", "General", "4");
    assert_shown("0.000123456789012345678", "General", "0,000123456789012346");
    assert_shown("-0.001", "0.0", "0,0"); /* what shows as nothing has no sign */
    assert_shown("123456789012345678", "0", "123456789012346000");
}

static void what_is_no_number_is_a_fault(void **state)
{
    static const char *const none[] = {"",     "-",  ".",   "1.2.3",         "1,5",   "NaN",  "INF",
                                       "0x10", "1e", "1e+", "1E99999999999", "1 000", "1E300"};
    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_fault(none[i], "General", CELL_NUMBER);
    assert_fault("1E-30", "General", CELL_NUMBER);
    assert_shown("1E-30", "0.00", "0,00");
}

/* ---- formats ---- */

static void decimals_are_those_of_the_format(void **state)
{
    (void)state;
    assert_shown("85", "0.0", "85,0");
    assert_shown("12.3", "0.00", "12,30");
    assert_shown("0.1", "0.##", "0,1");
    assert_shown("12", "0.##", "12");
    assert_shown("12.345", "0.0#", "12,35");
    assert_shown("7", "00", "07");
    assert_shown("0.5", "#.0", "0,5");
    assert_shown("3", "0", "3");
}

static void percent_multiplies_by_a_hundred(void **state)
{
    (void)state;
    assert_shown("0.85", "0%", "85 %");
    assert_shown("0.85", "0 %", "85 %");
    assert_shown("1", "0.0%", "100,0 %");
    assert_shown("-0.01", "0%", "-1 %");
    assert_shown("0.0036", "0.00%", "0,36 %");
    assert_shown("86.5", "0.0\"%\"", "86,5 %"); /* a word, not a sign: no multiplication */
    assert_shown("86.5", "0.0\\%", "86,5 %");
}

static void thousands_stand_apart(void **state)
{
    (void)state;
    assert_shown("1234567.891", "#,##0.00", "1 234 567,89");
    assert_shown("1050", "#,##0", "1 050");
    assert_shown("50", "#,##0", "50");
    assert_shown("1234567", "# ##0", "1 234 567");
    assert_shown("1234567", "#\\ ##0", "1 234 567");
    assert_shown("-1234", "#,##0", "-1 234");
    assert_shown("2500000", "0.0,,\" mn\"", "2,5 mn");
    assert_shown("12345", "#,##0,\" tkr\"", "12 tkr");
}

static void words_around_a_number_are_shown(void **state)
{
    (void)state;
    assert_shown("32", "0\" st\"", "32 st");
    assert_shown("32", "0\"st\"", "32 st");
    assert_shown("13.7", "0.0\" barn/avd.\"", "13,7 barn/avd.");
    assert_shown("5", "#,##0\\ [$kr-41D]", "5 kr");
    assert_shown("5", "[$-41D]0", "5");
    assert_shown("5", "[Red]0", "5");
    assert_shown("5", "\"<\"0", "<5");
    assert_shown("100", "\"~\"0", "~100");
    assert_shown("5", "General\" st\"", "5 st");
    assert_shown("5", "+0;-0", "5");
    assert_shown("5", "@", "5");
}

static void a_negative_number_has_its_sign_however_it_is_shown(void **state)
{
    (void)state;
    assert_shown("-5", "0", "-5");
    assert_shown("-5", "0;-0", "-5");
    assert_shown("-5", "0;[Red]0", "-5");
    assert_shown("-5", "#,##0 ;(#,##0)", "-5");
    assert_shown("-1234.5", "#,##0.0\" kr\";\\-#,##0.0\" kr\"", "-1 234,5 kr");
}

#define ACCOUNTING "_-* #,##0.0\\ _k_r_-;\\-* #,##0.0\\ _k_r_-;_-* \"-\"??\\ _k_r_-;_-@_-"

static void an_accountants_dash_is_zero(void **state)
{
    (void)state;
    assert_shown("12.3", ACCOUNTING, "12,3");
    assert_shown("-12.3", ACCOUNTING, "-12,3");
    assert_shown("0", ACCOUNTING, "0,0");
    assert_shown("0", "0;-0;\"–\"", "0");
}

static void a_format_that_hides_or_replaces_a_number_is_a_fault(void **state)
{
    static const struct {
        const char *stored, *code;
    } cases[] = {{"5", ";;;"},         {"5", ";;"},           {"-5", "0;"},         {"0", "0;-0;"},
                 {"0", "0;-0;\"..\""}, {"0", "0;-0;\"x\";@"}, {"0", "#"},           {"0", "#,###"},
                 {"5", "\"dold\""},    {"3", "[<5]\"<5\";0"}, {"7", "[>100]0;0.0"}, {"5", "0.00E+00"},
                 {"5", "# ?/?"},       {"5", "000-0000"},     {"5", "-0"},          {"5", "(0)"},
                 {"0.5", "h:mm"},      {"0.5", "[h]:mm:ss"},  {"5", "0 kr"},        {"5", "0.0 00"},
                 {"45291", "d-mmm"},   {"5", "yyyy 0"},       {"5", "%%%0"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_fault(cases[i].stored, cases[i].code, CELL_FORMAT);
}

static void a_zero_has_the_third_section_s_format_where_that_shows_a_zero(void **state)
{
    (void)state;
    assert_shown("0", "0;-0;0.0", "0,0");
    assert_shown("0", "0;-0;.00", "0,00");
    assert_shown("0", "0.0;-0.0;General", "0");
    assert_shown("0", "0.0;-0.0;\"-\"", "0,0");
    assert_shown("0", "0.0;-0.0;\u2014", "0,0");
    assert_shown("-0", "0.0;-0.0;0", "0");
    assert_fault("0", "0;-0;\"-\"??\" st\"", CELL_FORMAT); /* a dash of something */
    assert_fault("0", "0;-0;\"--\"", CELL_FORMAT);
    assert_fault("0", ".##", CELL_FORMAT);
    assert_fault("0.004", "#.##", CELL_FORMAT);
}

static void a_bracket_that_is_not_closed_stands_for_the_sign_too(void **state)
{
    (void)state;
    assert_shown("-5", "0;(0", "-5");
    assert_shown("-5", "0;\u2212 0\" st\"", "-5 st");
    assert_shown("-5", "0;General", "-5");
    assert_fault("5", "\u2013 0", CELL_FORMAT);
}

static void digits_and_signs_in_an_order_that_is_not_understood_are_a_fault(void **state)
{
    static const char *const codes[] = {
        "0.0.0", "0.0,0", "0,,,,",  "0\" st\".0",        "0.0 0", "8#0", "0x", "0 a/p", "ab",
        "0[5]",  "0[h]",  "0;yyyy", "yyyy-mm-dd;0;[<5]0"};
    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        assert_fault("5", codes[i], CELL_FORMAT);
}

static void a_number_may_be_written_with_many_digits_but_not_with_any_number_of_them(void **state)
{
    char digits[1100];
    (void)state;
    memset(digits, '0', sizeof digits);
    digits[0] = '5';
    digits[1] = '.';
    digits[900] = '\0';
    assert_shown(digits, "General", "5");
    digits[900] = '0';
    digits[sizeof digits - 1] = '\0';
    assert_fault(digits, "General", CELL_NUMBER);
    assert_fault("1E5x", "General", CELL_NUMBER);
    assert_fault("1E:", "General", CELL_NUMBER);
    assert_fault("1E-99999", "0", CELL_NUMBER);
    assert_shown("1E-401", "0", "0");
}

static void a_semicolon_in_words_ends_no_section(void **state)
{
    (void)state;
    assert_shown("5", "0\" a;b\"", "5 a;b");
    assert_shown("-5", "0\" a;b\"", "-5 a;b");
}

static void long_and_broken_codes_do_no_harm(void **state)
{
    char code[3000], got[NUMBER_SHOWN + 1];
    (void)state;
    memset(code, '0', sizeof code);
    code[sizeof code - 1] = '\0';
    assert_int_equal(show("5", code, false, got), CELL_FORMAT);
    code[0] = '"';
    assert_int_equal(show("5", code, false, got), CELL_FORMAT);
    static const char *const broken[] = {"\"",  "\\", "_",  "*",  "[", "[$", "[Re",  "0\"",
                                         "0\\", "0_", "0*", "0[", "",  ";",  "\xc3", "0\xe2\x80"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        (void)show("-1.5", broken[i], false, got);
}

static void built_in_formats_have_their_codes(void **state)
{
    (void)state;
    assert_string_equal(number_format_builtin(0), "General");
    assert_string_equal(number_format_builtin(9), "0%");
    assert_string_equal(number_format_builtin(10), "0.00%");
    assert_string_equal(number_format_builtin(14), "mm-dd-yy");
    assert_string_equal(number_format_builtin(49), "@");
    assert_null(number_format_builtin(23));
    assert_null(number_format_builtin(50));
    assert_null(number_format_builtin(164));
    assert_fault("5", number_format_builtin(13), CELL_FORMAT);
}

/* ---- dates ---- */

static void a_date_is_shown_as_iso(void **state)
{
    static const char *const codes[] = {"yyyy-mm-dd",
                                        "mm-dd-yy",
                                        "d/m/yy",
                                        "dd.mm.yyyy",
                                        "yyyy\\-mm\\-dd;@",
                                        "[$-F800]dddd, mmmm dd, yyyy",
                                        "m/d/yy h:mm",
                                        "yyyy-mm-dd hh:mm:ss",
                                        "yyyy-mm-dd h:mm AM/PM",
                                        "yyyy-mm-dd h:mm A/P"};
    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        assert_shown("45291", codes[i], "2023-12-31");
    assert_shown("45351", "yyyy-mm-dd", "2024-02-29");
    assert_shown("45352", "yyyy-mm-dd", "2024-03-01");
    assert_shown("36585", "yyyy-mm-dd", "2000-02-29");
    assert_shown("2958465", "yyyy-mm-dd", "9999-12-31");
    assert_shown("45291.0", "yyyy-mm-dd", "2023-12-31");
}

static void a_date_without_day_is_a_month_or_a_year(void **state)
{
    (void)state;
    assert_shown("45017", "mmm-yy", "2023-04");
    assert_shown("45017", "yyyy-mm", "2023-04");
    assert_shown("45017", "yyyy", "2023");
}

static void the_leap_day_of_1900_never_was(void **state)
{
    (void)state;
    assert_shown("1", "yyyy-mm-dd", "1900-01-01");
    assert_shown("59", "yyyy-mm-dd", "1900-02-28");
    assert_fault("60", "yyyy-mm-dd", CELL_DATE);
    assert_shown("61", "yyyy-mm-dd", "1900-03-01");
    assert_fault("0", "yyyy-mm-dd", CELL_DATE);
}

static void days_count_from_1904_where_the_workbook_says_so(void **state)
{
    char got[NUMBER_SHOWN + 1];
    (void)state;
    assert_int_equal(show("0", "yyyy-mm-dd", true, got), CELL_FINE);
    assert_string_equal(got, "1904-01-01");
    assert_int_equal(show("60", "yyyy-mm-dd", true, got), CELL_FINE);
    assert_string_equal(got, "1904-03-01");
    assert_int_equal(show("43829", "yyyy-mm-dd", true, got), CELL_FINE);
    assert_string_equal(got, "2023-12-31");
    assert_int_equal(show("2957003", "yyyy-mm-dd", true, got), CELL_FINE);
    assert_string_equal(got, "9999-12-31");
    assert_int_equal(show("2957004", "yyyy-mm-dd", true, got), CELL_DATE);
}

static void a_time_or_a_day_outside_the_calendar_is_a_fault(void **state)
{
    (void)state;
    assert_fault("45291.5", "yyyy-mm-dd hh:mm", CELL_DATE);
    assert_fault("45291.5", "yyyy-mm-dd", CELL_DATE);
    assert_fault("-1", "yyyy-mm-dd", CELL_DATE);
    assert_fault("2958466", "yyyy-mm-dd", CELL_DATE);
    assert_fault("1E10", "yyyy-mm-dd", CELL_DATE);
    assert_fault("45291", "yyyy-dd", CELL_FORMAT);
    assert_fault("45291", "mm-dd", CELL_FORMAT);
    assert_fault("45291", "h:mm AM/PM", CELL_FORMAT);
    assert_fault("45291", "a", CELL_FORMAT);
}

static void every_day_of_four_centuries_follows_the_one_before(void **state)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year = 1900, month = 3, day = 1;
    (void)state;
    for (int serial = 61; serial < 61 + 146097; serial++) {
        char stored[16], want[32], got[NUMBER_SHOWN + 1];
        (void)snprintf(stored, sizeof stored, "%d", serial);
        (void)snprintf(want, sizeof want, "%04d-%02d-%02d", year, month, day);
        assert_int_equal(show(stored, "yyyy-mm-dd", false, got), CELL_FINE);
        assert_string_equal(got, want);
        bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        if (day++ < lengths[month - 1] + (month == 2 && leap)) continue;
        day = 1;
        if (month++ < 12) continue;
        month = 1;
        year++;
    }
}

static void a_cell_may_hold_its_day_as_text(void **state)
{
    const struct number_format general = {.kind = FORMAT_GENERAL}, month = {.kind = FORMAT_MONTH},
                               year = {.kind = FORMAT_YEAR};
    char buffer[NUMBER_SHOWN];
    struct text shown;
    (void)state;
    assert_int_equal(number_show_date(TEXT("2023-12-31"), &general, buffer, &shown), CELL_FINE);
    assert_true(text_is(shown, "2023-12-31"));
    assert_int_equal(number_show_date(TEXT("2023-12-31T00:00:00.000Z"), &general, buffer, &shown), CELL_FINE);
    assert_true(text_is(shown, "2023-12-31"));
    assert_int_equal(number_show_date(TEXT("2023-12-31"), &month, buffer, &shown), CELL_FINE);
    assert_true(text_is(shown, "2023-12"));
    assert_int_equal(number_show_date(TEXT("2023-12-31T00:00"), &year, buffer, &shown), CELL_FINE);
    assert_true(text_is(shown, "2023"));
    static const char *const none[] = {
        "2023-12-31T10:30:00", "2023-13-01",         "2023-12",    "31/12/2023", "",
        "2023-12-3x",          "2023-12-31 x",       "2023-00-01", "2023-12-00", "2023-12-32",
        "2023-12/31",          "20x3-12-31",         "x023-12-31", "2023-1:-31", "2023-x2-31",
        "2023-12-31T00:00:01", "2023-12-31T00:00+1", "2023/12-31"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_int_equal(number_show_date(text_of(none[i]), &general, buffer, &shown), CELL_DATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seventeen_stored_digits_are_the_fifteen_that_were_typed),
        cmocka_unit_test(halves_go_away_from_zero),
        cmocka_unit_test(a_number_is_written_out_whole),
        cmocka_unit_test(what_is_no_number_is_a_fault),
        cmocka_unit_test(decimals_are_those_of_the_format),
        cmocka_unit_test(percent_multiplies_by_a_hundred),
        cmocka_unit_test(thousands_stand_apart),
        cmocka_unit_test(words_around_a_number_are_shown),
        cmocka_unit_test(a_negative_number_has_its_sign_however_it_is_shown),
        cmocka_unit_test(an_accountants_dash_is_zero),
        cmocka_unit_test(a_format_that_hides_or_replaces_a_number_is_a_fault),
        cmocka_unit_test(a_zero_has_the_third_section_s_format_where_that_shows_a_zero),
        cmocka_unit_test(a_bracket_that_is_not_closed_stands_for_the_sign_too),
        cmocka_unit_test(digits_and_signs_in_an_order_that_is_not_understood_are_a_fault),
        cmocka_unit_test(a_number_may_be_written_with_many_digits_but_not_with_any_number_of_them),
        cmocka_unit_test(a_semicolon_in_words_ends_no_section),
        cmocka_unit_test(long_and_broken_codes_do_no_harm),
        cmocka_unit_test(built_in_formats_have_their_codes),
        cmocka_unit_test(a_date_is_shown_as_iso),
        cmocka_unit_test(a_date_without_day_is_a_month_or_a_year),
        cmocka_unit_test(the_leap_day_of_1900_never_was),
        cmocka_unit_test(days_count_from_1904_where_the_workbook_says_so),
        cmocka_unit_test(a_time_or_a_day_outside_the_calendar_is_a_fault),
        cmocka_unit_test(every_day_of_four_centuries_follows_the_one_before),
        cmocka_unit_test(a_cell_may_hold_its_day_as_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
