/* Validate: the rules V-…, one test per rule and its limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <unistr.h>

#include "etl/validate.h"

static struct arena arena;

static int give_back(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct indikator_row row_of(const char *utfall, const char *man, const char *kvinnor, const char *foregaende)
{
    struct record r = {.kind = RECORD_INDIKATOR};
    struct indikator_row row;
    struct rejection rejection;
    struct error err;
    r.cell[COLUMN_UTFALL] = text_of(utfall);
    r.cell[COLUMN_UTFALL_MAN] = text_of(man);
    r.cell[COLUMN_UTFALL_KVINNOR] = text_of(kvinnor);
    r.cell[COLUMN_FOREGAENDE] = text_of(foregaende);
    r.cell[COLUMN_PERIOD] = TEXT("VB 2023");
    assert_int_equal(interpret_indikator(&arena, &r, NULL, &row, &rejection, &err), 0);
    assert_null(rejection.rule);
    return row;
}

/* The breaches as "RULE column" with commas between. */
static void assert_breaches(const struct indikator_row *row, int year, const char *want)
{
    struct breach breaches[VALIDATE_BREACHES];
    char got[1000] = "";
    size_t count = validate_indikator(row, year, breaches), len = 0;
    assert_true(count <= VALIDATE_BREACHES);
    for (size_t i = 0; i < count; i++) {
        len += (size_t)snprintf(got + len, sizeof got - len, "%s%s %s", i ? "," : "", breaches[i].rule,
                                column_name(breaches[i].column));
        assert_non_null(rule_find(breaches[i].rule));
        assert_true(rule_is_adjustable(rule_find(breaches[i].rule)));
        assert_true(breaches[i].message[0] != '\0');
    }
    assert_string_equal(got, want);
}

static void assert_row(const char *utfall, const char *man, const char *kvinnor, const char *foregaende,
                       const char *want)
{
    struct indikator_row row = row_of(utfall, man, kvinnor, foregaende);
    assert_breaches(&row, 2023, want);
}

static unsigned flag_of(const char *utfall, const char *man, const char *kvinnor, const char *foregaende)
{
    struct indikator_row row = row_of(utfall, man, kvinnor, foregaende);
    struct breach breaches[VALIDATE_BREACHES];
    assert_int_equal(validate_indikator(&row, 2023, breaches), 1);
    return breaches[0].flag;
}

static void a_usual_row_breaks_no_rule(void **state)
{
    (void)state;
    assert_row("85 %", "84 %", "86 %", "80 %", "");
    assert_row("85 %", "", "", "", "");
    assert_row("", "", "", "", "");
    assert_row("1 050 st", "544 st", "1 506 st", "900 st", "");
}

/* ---- V-TEXT, V-PERIOD-AR, V-ANDEL ---- */

static void words_where_a_number_belongs_are_told_for_each_cell(void **state)
{
    (void)state;
    assert_row("Ja", "", "", "", "V-TEXT utfall");
    assert_row("Ja", "Nej", "Ja", "Ja", "V-TEXT utfall,V-TEXT utfall_man,V-TEXT utfall_kvinnor,V-TEXT foregaende");
}

static void hidden_and_missing_values_are_not_words(void **state)
{
    (void)state;
    assert_row("..", "..", "..", "-", "");
    assert_row("<5", "", "", ".", "");
}

static void a_period_of_another_year_than_the_reports_is_told(void **state)
{
    struct indikator_row row = row_of("85 %", "", "", "");
    (void)state;
    assert_breaches(&row, 2023, "");
    assert_breaches(&row, 2024, "V-PERIOD-AR period");
    assert_breaches(&row, 2022, "V-PERIOD-AR period");
    assert_breaches(&row, 0, ""); /* unknown */
}

static void a_share_outside_0_to_100_percent_is_told(void **state)
{
    (void)state;
    assert_row("100 %", "0 %", "100,0 %", "", "V-NOLL utfall_man");
    assert_row("0 %", "", "", "0 %", "");
    assert_row("100,01 %", "", "", "", "V-ANDEL utfall");
    assert_row("-1 %", "", "", "", "V-ANDEL utfall");
    assert_row("110 %", "105 %", "120 %", "", "V-ANDEL utfall,V-ANDEL utfall_man,V-ANDEL utfall_kvinnor");
    assert_int_equal(flag_of("100,01 %", "", "", ""), FLAG_OUT_OF_RANGE);
}

static void only_shares_have_a_range(void **state)
{
    (void)state;
    assert_row("339 st", "", "", "345 st", "");
    assert_row("120", "", "", "", "");
}

/* ---- men, women, total ---- */

static void a_total_between_men_and_women_is_usual(void **state)
{
    (void)state;
    assert_row("85 %", "84 %", "86 %", "", "");
    assert_row("85 %", "86 %", "84 %", "", "");
    assert_row("85 %", "85 %", "86 %", "", "");
    assert_row("85 %", "84 %", "85,0 %", "", "");
    assert_row("85 %", "85 %", "85 %", "", "");
}

static void a_total_outside_men_and_women_is_flagged_and_not_rejected(void **state)
{
    (void)state;
    assert_row("1,81 %", "1,87 %", "2,04 %", "", "V-TOTAL utfall");
    assert_row("41,3 %", "3,2 %", "38,1 %", "", "V-TOTAL utfall"); /* shares of the total */
    assert_row("92", "93", "100", "", "V-TOTAL utfall");
    assert_int_equal(flag_of("1,81 %", "1,87 %", "2,04 %", ""), FLAG_TOTAL_OUTSIDE);
    assert_int_equal(rule_find("V-TOTAL")->severity, SEVERITY_NOTE);
}

static void counts_that_add_up_to_their_total_are_never_required_to(void **state)
{
    (void)state;
    assert_row("1 050", "544", "506", "", "V-TOTAL utfall"); /* a note only: parts that add to the total */
    assert_row("40 st", "20 st", "60 st", "", "");           /* need not add up */
}

static void a_count_with_shares_of_it_is_not_compared(void **state)
{
    (void)state;
    assert_row("339 st", "7 %", "93 %", "345 st", "V-ENHET utfall_man");
}

static void a_zero_that_seems_to_stand_for_no_value_is_a_finding(void **state)
{
    (void)state;
    assert_row("6,7 %", "0 %", "6,7 %", "", "V-NOLL utfall_man");
    assert_row("6,7 %", "6,70 %", "0 %", "", "V-NOLL utfall_kvinnor");
    assert_row("82", "0", "82", "", "V-NOLL utfall_man");
    assert_int_equal(flag_of("6,7 %", "0 %", "6,7 %", ""), FLAG_ZERO_FOR_MISSING);
}

static void a_true_zero_is_no_finding(void **state)
{
    (void)state;
    assert_row("0 %", "0 %", "0 %", "", "");
    assert_row("5 %", "0 %", "9 %", "", "");
    assert_row("0", "", "", "0", "");
}

static void one_sex_alone_is_noted_at_the_empty_cell(void **state)
{
    (void)state;
    assert_row("85 %", "84 %", "", "", "V-ETT-KON utfall_kvinnor");
    assert_row("85 %", "", "86 %", "", "V-ETT-KON utfall_man");
    assert_row("85 %", "84 %", "..", "", ""); /* hidden is not missing */
    assert_int_equal(flag_of("85 %", "84 %", "", ""), FLAG_ONE_SEX);
}

/* ---- units ---- */

static void cells_that_differ_in_unit_are_noted_once(void **state)
{
    (void)state;
    assert_row("80,95", "87,5 %", "72,73 %", "59,38", "V-ENHET utfall_man");
    assert_row("1,70 kg CO2 per kg livsmedel", "", "", "1,6 kg CO2", "V-ENHET foregaende");
    assert_row("85 %", "", "", "80 %", "");
    assert_row("85", "", "", "", "");
    assert_int_equal(flag_of("80,95", "", "", "59,38 %"), FLAG_UNIT_DIFFERS);
}

static void a_cell_without_a_number_has_no_unit_to_differ(void **state)
{
    (void)state;
    assert_row("85 %", "..", "..", "-", "");
    assert_row("", "", "", "80 %", "");
}

/* ---- all together ---- */

static void the_breaches_come_in_the_order_of_the_rules(void **state)
{
    struct breach breaches[VALIDATE_BREACHES];
    struct indikator_row row = row_of("110 %", "120", "", "Ja");
    (void)state;
    size_t count = validate_indikator(&row, 2020, breaches);
    assert_breaches(&row, 2020,
                    "V-TEXT foregaende,V-PERIOD-AR period,V-ANDEL utfall,V-ETT-KON utfall_kvinnor,V-ENHET utfall_man");
    for (size_t i = 1; i < count; i++)
        assert_true(rule_find(breaches[i - 1].rule) <= rule_find(breaches[i].rule));
}

static void a_message_is_cut_between_characters(void **state)
{
    struct breach breaches[VALIDATE_BREACHES];
    char cell[202];
    (void)state;
    for (size_t shift = 0; shift < 2; shift++) { /* ö has two bytes: one of the shifts cuts inside */
        memset(cell, 'x', sizeof cell);
        for (size_t i = 1 + shift; i + 2 < sizeof cell; i += 2)
            memcpy(cell + i, "ö", 2);
        cell[sizeof cell - 1] = '\0';
        struct indikator_row row = row_of(cell, "", "", "");
        assert_int_equal(validate_indikator(&row, 2023, breaches), 1);
        assert_null(u8_check((const uint8_t *)breaches[0].message, strlen(breaches[0].message)));
    }
}

static void the_message_shows_the_cells_as_printed(void **state)
{
    struct breach breaches[VALIDATE_BREACHES];
    struct indikator_row row = row_of("1,81 %", "1,87 %", "2,04 %", "");
    (void)state;
    assert_int_equal(validate_indikator(&row, 2023, breaches), 1);
    assert_non_null(strstr(breaches[0].message, "1,81 %"));
    assert_non_null(strstr(breaches[0].message, "1,87 %"));
    assert_non_null(strstr(breaches[0].message, "2,04 %"));
}

static void one_value_per_line_has_the_other_sex_on_another_line(void **state)
{
    struct indikator_row row = row_of("", "85 %", "", "");
    (void)state;
    row.present = 1u << COLUMN_UTFALL_MAN | 1u << COLUMN_PERIOD;
    assert_breaches(&row, 2023, "");
    row.present |= 1u << COLUMN_UTFALL_KVINNOR;
    assert_breaches(&row, 2023, "V-ETT-KON utfall_kvinnor");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_usual_row_breaks_no_rule),
        cmocka_unit_test(words_where_a_number_belongs_are_told_for_each_cell),
        cmocka_unit_test(hidden_and_missing_values_are_not_words),
        cmocka_unit_test(a_period_of_another_year_than_the_reports_is_told),
        cmocka_unit_test(a_share_outside_0_to_100_percent_is_told),
        cmocka_unit_test(only_shares_have_a_range),
        cmocka_unit_test(a_total_between_men_and_women_is_usual),
        cmocka_unit_test(a_total_outside_men_and_women_is_flagged_and_not_rejected),
        cmocka_unit_test(counts_that_add_up_to_their_total_are_never_required_to),
        cmocka_unit_test(a_count_with_shares_of_it_is_not_compared),
        cmocka_unit_test(a_zero_that_seems_to_stand_for_no_value_is_a_finding),
        cmocka_unit_test(a_true_zero_is_no_finding),
        cmocka_unit_test(one_sex_alone_is_noted_at_the_empty_cell),
        cmocka_unit_test(cells_that_differ_in_unit_are_noted_once),
        cmocka_unit_test(a_cell_without_a_number_has_no_unit_to_differ),
        cmocka_unit_test(the_breaches_come_in_the_order_of_the_rules),
        cmocka_unit_test(the_message_shows_the_cells_as_printed),
        cmocka_unit_test(a_message_is_cut_between_characters),
        cmocka_unit_test(one_value_per_line_has_the_other_sex_on_another_line),
    };
    return cmocka_run_group_tests_name("validate", tests, NULL, give_back);
}
