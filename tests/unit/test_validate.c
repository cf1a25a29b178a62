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
static void assert_breaches_of(const struct indikator_entry *entry, const struct indikator_row *row, int year,
                               const char *want)
{
    struct breach breaches[VALIDATE_BREACHES];
    char got[1000] = "";
    size_t count = validate_indikator(row, year, entry, breaches), len = 0;
    assert_true(count <= VALIDATE_BREACHES);
    for (size_t i = 0; i < count; i++) {
        len += (size_t)snprintf(got + len, sizeof got - len, "%s%s %s", i ? "," : "", breaches[i].rule,
                                column_name(breaches[i].column));
        assert_non_null(rule_find(breaches[i].rule));
        assert_true(rule_is_adjustable(rule_find(breaches[i].rule)));
        assert_true(i == 0 || rule_find(breaches[i - 1].rule) <= rule_find(breaches[i].rule));
        assert_true(breaches[i].message[0] != '\0');
    }
    assert_string_equal(got, want);
}

static void assert_breaches(const struct indikator_row *row, int year, const char *want)
{
    assert_breaches_of(NULL, row, year, want);
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
    assert_int_equal(validate_indikator(&row, 2023, NULL, breaches), 1);
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
    assert_row("41,3 %", "3,2 %", "38,1 %", "", ""); /* parts that add up, for all that is known */
    assert_row("92", "93", "100", "", "V-TOTAL utfall");
    assert_int_equal(flag_of("1,81 %", "1,87 %", "2,04 %", ""), FLAG_TOTAL_OUTSIDE);
}

static void counts_that_add_up_to_their_total_are_never_required_to(void **state)
{
    (void)state;
    assert_row("1 050", "544", "506", "", "");
    assert_row("40 st", "20 st", "60 st", "", "");
    assert_row("40 st", "20 st", "10 st", "", ""); /* a third group, or rows that count something else */
    assert_row("9 st", "0 st", "9 st", "", "");
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

/* ---- what the registry says of the sexes ---- */

static const struct indikator_entry rate = {.unit = "%", .kind = "andel", .kon_mening = "egen_andel"};
static const struct indikator_entry count_of = {.unit = "st", .kind = "antal", .kon_mening = "eget_antal"};
static const struct indikator_entry shares = {.unit = "st", .kind = "antal", .kon_mening = "andel_av_total"};
static const struct indikator_entry parts = {.unit = "%", .kind = "andel", .kon_mening = "delsumma"};
static const struct indikator_entry counted_parts = {.unit = "st", .kind = "antal", .kon_mening = "delsumma"};
static const struct indikator_entry ratio = {.unit = "%", .kind = "kvot", .kon_mening = "egen_andel"};

static void assert_known(const struct indikator_entry *entry, const char *utfall, const char *man, const char *kvinnor,
                         const char *want)
{
    struct indikator_row row = row_of(utfall, man, kvinnor, "");
    assert_breaches_of(entry, &row, 2023, want);
}

static struct breach one_breach(const struct indikator_entry *entry, const char *utfall, const char *man,
                                const char *kvinnor)
{
    struct breach breaches[VALIDATE_BREACHES];
    struct indikator_row row = row_of(utfall, man, kvinnor, "");
    assert_int_equal(validate_indikator(&row, 2023, entry, breaches), 1);
    return breaches[0];
}

static void a_rates_total_outside_men_and_women_warns_where_the_meaning_is_known(void **state)
{
    (void)state;
    assert_known(&rate, "1,81 %", "1,87 %", "2,04 %", "V-TOTAL utfall");
    assert_known(&rate, "96 %", "100 %", "100 %", "V-TOTAL utfall");
    assert_known(&rate, "83 %", "88 %", "83 %", "");
    assert_int_equal(one_breach(&rate, "1,81 %", "1,87 %", "2,04 %").severity, SEVERITY_WARN);
    assert_int_equal(one_breach(NULL, "1,81 %", "1,87 %", "2,04 %").severity, SEVERITY_NOTE);
    assert_int_equal(one_breach(&rate, "1,81 %", "1,87 %", "2,04 %").flag, FLAG_TOTAL_OUTSIDE);
}

static void a_total_that_rounding_can_put_outside_is_no_breach(void **state)
{
    (void)state;
    assert_known(&rate, "86,6 %", "87 %", "89 %", "");
    assert_known(&rate, "86,50 %", "87 %", "89 %", "");
    assert_known(&rate, "86,49 %", "87 %", "89 %", "V-TOTAL utfall"); /* 86,495 and 86,5 */
    assert_known(&rate, "86,4 %", "87 %", "89 %", "V-TOTAL utfall");
    assert_known(&rate, "89,6 %", "87 %", "89 %", "V-TOTAL utfall");
    assert_known(&rate, "89,5 %", "87 %", "89 %", "");
}

static void rates_that_are_parts_of_the_total_contradict_the_registry(void **state)
{
    (void)state;
    assert_known(&rate, "41,3 %", "3,2 %", "38,1 %", "V-MENING utfall");
    assert_known(&rate, "100 %", "40 %", "60 %", "V-MENING utfall");
    assert_known(&rate, "41,3", "3,2", "38,1", "V-MENING utfall"); /* the unit is the registry's */
    assert_known(&rate, "41,3 %", "3,2 %", "37,1 %", "V-TOTAL utfall");
    struct breach breach = one_breach(&rate, "41,3 %", "3,2 %", "38,1 %");
    assert_string_equal(breach.value, "41,3 %");
    assert_string_equal(breach.other_column, "utfall_man + utfall_kvinnor");
    assert_string_equal(breach.other_value, "3,2 % + 38,1 %");
    assert_true(breach.other_here);
    assert_int_equal(breach.flag, FLAG_PARTS_DIFFER);
}

static void shares_beside_a_count_contradict_a_registry_that_does_not_say_so(void **state)
{
    (void)state;
    assert_known(&count_of, "339 st", "7 %", "93 %", "V-MENING utfall_man,V-ENHET utfall_man,V-MATT utfall_man");
    assert_known(&counted_parts, "339 st", "7 %", "93 %", "V-MENING utfall_man,V-ENHET utfall_man,V-MATT utfall_man");
    assert_known(&count_of, "339", "", "93 %",
                 "V-MENING utfall_kvinnor,V-ETT-KON utfall_man,V-ENHET utfall_kvinnor,V-MATT utfall_kvinnor");
    assert_known(&shares, "339 st", "7 %", "93 %", "");
}

static void a_zero_among_counts_and_parts_is_a_true_zero(void **state)
{
    (void)state;
    assert_known(&rate, "6,7 %", "0 %", "6,7 %", "V-NOLL utfall_man");
    assert_known(&count_of, "9 st", "0 st", "9 st", "");
    assert_known(&counted_parts, "9 st", "0 st", "9 st", "");
    assert_known(&parts, "9,1 %", "0 %", "9,1 %", "");
    assert_known(&shares, "9 st", "0 %", "100 %", "");
    struct breach breach = one_breach(&rate, "6,7 %", "0 %", "6,7 %");
    assert_string_equal(breach.value, "0 %");
    assert_string_equal(breach.other_column, "utfall");
    assert_string_equal(breach.other_value, "6,7 %");
}

static void a_count_of_one_sex_larger_than_the_total_is_told_for_each(void **state)
{
    (void)state;
    assert_known(&count_of, "40 st", "20 st", "30 st", ""); /* one thing may count for both */
    assert_known(&count_of, "40 st", "41 st", "30 st", "V-DEL utfall_man");
    assert_known(&count_of, "40 st", "41 st", "42 st", "V-DEL utfall_man,V-DEL utfall_kvinnor");
    assert_known(&count_of, "40", "", "42", "V-DEL utfall_kvinnor,V-ETT-KON utfall_man");
    assert_known(&count_of, "40 st", "..", "40 st", "");
    assert_known(&count_of, "", "41 st", "42 st", "");
    assert_int_equal(rule_find("V-DEL")->severity, SEVERITY_WARN);
}

static void parts_may_leave_a_rest_and_not_be_more_than_the_total(void **state)
{
    (void)state;
    assert_known(&counted_parts, "1 050 st", "506 st", "544 st", "");
    assert_known(&counted_parts, "1 050 st", "506 st", "545 st", "V-SUMMA utfall");
    assert_known(&counted_parts, "1 050 st", "506 st", "540 st", "V-REST utfall"); /* a third group of four */
    assert_known(&counted_parts, "1 050 st", "506", "544", "V-ENHET utfall_man");
    assert_int_equal(rule_find("V-SUMMA")->severity, SEVERITY_WARN);
    assert_int_equal(rule_find("V-REST")->severity, SEVERITY_NOTE);
}

static void parts_that_are_rounded_may_miss_the_total_by_what_rounding_explains(void **state)
{
    (void)state;
    assert_known(&parts, "41,3 %", "3,2 %", "38,1 %", "");
    assert_known(&parts, "41,2 %", "3,2 %", "38,1 %", "");
    assert_known(&parts, "41,1 %", "3,2 %", "38,1 %", "V-SUMMA utfall");
    assert_known(&parts, "41,5 %", "3,2 %", "38,1 %", "V-REST utfall");
    assert_known(&parts, "41 %", "3,2 %", "38,1 %", "");
}

static void hidden_and_missing_parts_are_never_compared(void **state)
{
    (void)state;
    assert_known(&counted_parts, "10 st", "..", "9 st", "");
    assert_known(&counted_parts, "10 st", "<5", "9 st", "");
    assert_known(&counted_parts, "..", "5 st", "9 st", "");
    assert_known(&shares, "339 st", "..", "93 %", "");
    assert_known(&rate, "..", "84 %", "86 %", "");
    assert_known(&rate, "90 %", "..", "86 %", "");
    assert_known(&counted_parts, "10 st", "..", "11 st", "V-DEL utfall_kvinnor"); /* one part alone is too much */
}

static void shares_of_the_total_are_a_hundred_percent_at_most(void **state)
{
    (void)state;
    assert_known(&shares, "339 st", "7 %", "93 %", "");
    assert_known(&shares, "339 st", "34 %", "67 %", ""); /* 33,5 and 66,5 */
    assert_known(&shares, "339 st", "8 %", "94 %", "V-SUMMA utfall_man");
    assert_known(&shares, "339 st", "7 %", "90 %", "V-REST utfall_man");
    assert_known(&shares, "", "7 %", "90 %", "V-REST utfall_man");
    assert_known(&shares, "339 st", "107 %", "93 %", "V-ANDEL utfall_man,V-SUMMA utfall_man");
    struct breach breach = one_breach(&shares, "339 st", "8 %", "94 %");
    assert_string_equal(breach.value, "8 %");
    assert_string_equal(breach.other_column, "utfall_kvinnor");
    assert_string_equal(breach.other_value, "94 %");
}

static void counts_where_shares_of_the_total_belong_contradict_the_registry(void **state)
{
    (void)state;
    assert_known(&shares, "339 st", "24 st", "315 st", "V-MENING utfall_man");
    assert_known(&shares, "339", "24", "315", "V-MENING utfall");
    assert_known(&shares, "339", "7", "93", ""); /* shares without their sign */
    assert_known(&shares, "100", "7", "93", ""); /* may be either */
}

static void a_ratio_can_be_more_than_a_hundred_percent_and_less_than_nothing(void **state)
{
    (void)state;
    assert_known(&ratio, "101,2 %", "", "", "");
    assert_known(&ratio, "-1 %", "", "", "");
    assert_known(&rate, "101,2 %", "", "", "V-ANDEL utfall");
    assert_known(&rate, "101,2", "", "", "V-ANDEL utfall"); /* the registry says that it is a share */
    assert_row("101,2 %", "", "", "", "V-ANDEL utfall");
}

static void a_unit_that_is_not_the_registrys_is_told_with_both(void **state)
{
    static const struct indikator_entry energy = {.unit = "GWh", .kind = "antal", .kon_mening = "eget_antal"};
    static const struct indikator_entry food = {.unit = "kg CO2", .kind = "kvot", .kon_mening = "egen_andel"};
    static const struct indikator_entry bare = {.unit = "", .kind = "index", .kon_mening = "egen_andel"};
    static const struct indikator_entry index = {.unit = "index", .kind = "index", .kon_mening = "egen_andel"};
    (void)state;
    assert_known(&index, "82 %", "", "", "");
    assert_known(&energy, "1,2 GWh", "", "", "");
    assert_known(&energy, "1,2", "", "", "");
    assert_known(&energy, "1 200 MWh", "", "", "V-MATT utfall");
    assert_known(&food, "1,70 kg CO2 per kg livsmedel", "", "", "");
    assert_known(&food, "1,70 kg CO2e", "", "", "V-MATT utfall");
    assert_known(&bare, "3,7 poäng", "", "", ""); /* the registry names none */
    struct breach breach = one_breach(&energy, "1 200 MWh", "", "");
    assert_string_equal(breach.value, "1 200 MWh");
    assert_string_equal(breach.other_column, "registry: unit");
    assert_string_equal(breach.other_value, "GWh");
    assert_false(breach.other_here); /* it has no place in the export */
    assert_int_equal(breach.flag, FLAG_UNIT_DIFFERS);
}

static void a_bare_number_below_one_may_be_a_share_of_one(void **state)
{
    (void)state;
    assert_known(&rate, "0,865", "0,85", "0,88", "V-MATT utfall");
    assert_known(&rate, "86,5", "0.85", "88", "V-MATT utfall_man");
    assert_known(&rate, "0,9 %", "", "", "");
    assert_known(&rate, "0", "", "", "");
    assert_known(&rate, "1", "", "", "");
    assert_known(&rate, "-0,5", "", "", "V-ANDEL utfall");
    assert_known(&count_of, "0,865", "", "", "");
    struct breach breach = one_breach(&rate, "0,865", "", "");
    assert_string_equal(breach.message, "\"0,865\" may be a share of one; the registry counts in \"%\"");
    assert_int_equal(breach.flag, FLAG_UNIT_DIFFERS);
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
    size_t count = validate_indikator(&row, 2020, NULL, breaches);
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
        assert_int_equal(validate_indikator(&row, 2023, NULL, breaches), 1);
        assert_null(u8_check((const uint8_t *)breaches[0].message, strlen(breaches[0].message)));
    }
}

static void the_message_shows_the_cells_as_printed(void **state)
{
    struct breach breaches[VALIDATE_BREACHES];
    struct indikator_row row = row_of("1,81 %", "1,87 %", "2,04 %", "");
    (void)state;
    assert_int_equal(validate_indikator(&row, 2023, NULL, breaches), 1);
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
        cmocka_unit_test(a_rates_total_outside_men_and_women_warns_where_the_meaning_is_known),
        cmocka_unit_test(a_total_that_rounding_can_put_outside_is_no_breach),
        cmocka_unit_test(rates_that_are_parts_of_the_total_contradict_the_registry),
        cmocka_unit_test(shares_beside_a_count_contradict_a_registry_that_does_not_say_so),
        cmocka_unit_test(a_zero_among_counts_and_parts_is_a_true_zero),
        cmocka_unit_test(a_count_of_one_sex_larger_than_the_total_is_told_for_each),
        cmocka_unit_test(parts_may_leave_a_rest_and_not_be_more_than_the_total),
        cmocka_unit_test(parts_that_are_rounded_may_miss_the_total_by_what_rounding_explains),
        cmocka_unit_test(hidden_and_missing_parts_are_never_compared),
        cmocka_unit_test(shares_of_the_total_are_a_hundred_percent_at_most),
        cmocka_unit_test(counts_where_shares_of_the_total_belong_contradict_the_registry),
        cmocka_unit_test(a_ratio_can_be_more_than_a_hundred_percent_and_less_than_nothing),
        cmocka_unit_test(a_unit_that_is_not_the_registrys_is_told_with_both),
        cmocka_unit_test(a_bare_number_below_one_may_be_a_share_of_one),
        cmocka_unit_test(cells_that_differ_in_unit_are_noted_once),
        cmocka_unit_test(a_cell_without_a_number_has_no_unit_to_differ),
        cmocka_unit_test(the_breaches_come_in_the_order_of_the_rules),
        cmocka_unit_test(the_message_shows_the_cells_as_printed),
        cmocka_unit_test(a_message_is_cut_between_characters),
        cmocka_unit_test(one_value_per_line_has_the_other_sex_on_another_line),
    };
    return cmocka_run_group_tests_name("validate", tests, NULL, give_back);
}
