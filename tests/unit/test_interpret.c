/* Interpret: verbatim cells -> typed values, and why a row is rejected. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "etl/interpret.h"

static struct arena arena;

static int give_back(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct record whole_record(void)
{
    struct record r = {.kind = RECORD_INDIKATOR};
    r.cell[COLUMN_INDIKATOR] = TEXT("Andel ljusa parker");
    r.cell[COLUMN_UTFALL] = TEXT("85,5 %");
    r.cell[COLUMN_UTFALL_MAN] = TEXT("84 %");
    r.cell[COLUMN_UTFALL_KVINNOR] = TEXT("87 %");
    r.cell[COLUMN_FOREGAENDE] = TEXT("..");
    r.cell[COLUMN_ARSMAL] = TEXT("minst 90 %");
    r.cell[COLUMN_KF_ARSMAL] = TEXT("Tas fram av nämnd/s tyrelse");
    r.cell[COLUMN_PERIOD] = TEXT("VB 2023");
    return r;
}

static struct rejection interpret(const struct record *record, const struct token_table *tokens,
                                  struct indikator_row *ret_row)
{
    struct rejection rejection;
    struct error err;
    assert_int_equal(interpret_indikator(&arena, record, tokens, ret_row, &rejection, &err), 0);
    return rejection;
}

static void assert_is(struct text got, const char *want)
{
    if (!text_is(got, want)) fail_msg("\"%.*s\" is not \"%s\"", TEXT_ARGS(got), want);
}

/* ---- rows ---- */

static void a_whole_row_is_typed_cell_by_cell(void **state)
{
    struct record r = whole_record();
    struct indikator_row row;
    char number[DECIMAL_PRINT_SIZE], period[PERIOD_NAME_SIZE];
    (void)state;
    assert_null(interpret(&r, NULL, &row).rule);
    assert_int_equal(row.utfall.status, VALUE_REPORTED);
    assert_string_equal(decimal_print(row.utfall.number, number), "85.5");
    assert_is(row.utfall.unit, "%");
    assert_string_equal(decimal_print(row.man.number, number), "84");
    assert_string_equal(decimal_print(row.kvinnor.number, number), "87");
    assert_int_equal(row.foregaende.status, VALUE_SUPPRESSED);
    assert_int_equal(row.arsmal.op, TARGET_AT_LEAST);
    assert_string_equal(decimal_print(row.arsmal.number, number), "90");
    assert_int_equal(row.kf_arsmal.op, TARGET_DELEGATED);
    assert_string_equal(period_name(row.period, period), "2023");
    assert_int_equal(row.period.report, PERIOD_REPORT_VB);
}

static void empty_and_absent_cells_are_missing_and_no_target(void **state)
{
    struct record r = {.kind = RECORD_INDIKATOR};
    struct indikator_row row;
    (void)state;
    r.cell[COLUMN_PERIOD] = TEXT("2023");
    assert_null(interpret(&r, NULL, &row).rule);
    assert_int_equal(row.utfall.status, VALUE_MISSING);
    assert_int_equal(row.man.status, VALUE_MISSING);
    assert_int_equal(row.kvinnor.status, VALUE_MISSING);
    assert_int_equal(row.foregaende.status, VALUE_MISSING);
    assert_int_equal(row.arsmal.op, TARGET_NONE);
    assert_int_equal(row.kf_arsmal.op, TARGET_NONE);
}

static void a_zero_is_a_reported_value_and_not_a_missing_one(void **state)
{
    struct record r = whole_record();
    struct indikator_row row;
    (void)state;
    r.cell[COLUMN_UTFALL] = TEXT("0 %");
    r.cell[COLUMN_UTFALL_MAN] = TEXT("0");
    r.cell[COLUMN_UTFALL_KVINNOR] = TEXT("");
    assert_null(interpret(&r, NULL, &row).rule);
    assert_int_equal(row.utfall.status, VALUE_REPORTED);
    assert_true(row.utfall.has_number && decimal_is_zero(row.utfall.number));
    assert_int_equal(row.man.status, VALUE_REPORTED);
    assert_int_equal(row.kvinnor.status, VALUE_MISSING);
}

static void the_sources_table_says_what_a_token_means(void **state)
{
    static const struct token tokens[] = {{{"..", 2}, VALUE_NOT_MEASURED}};
    const struct token_table table = {tokens, 1};
    struct record r = whole_record();
    struct indikator_row row;
    (void)state;
    assert_null(interpret(&r, &table, &row).rule);
    assert_int_equal(row.foregaende.status, VALUE_NOT_MEASURED);
}

static void words_where_a_number_belongs_are_text_and_no_rejection(void **state)
{
    struct record r = whole_record();
    struct indikator_row row;
    (void)state;
    r.cell[COLUMN_UTFALL] = TEXT("Ja");
    assert_null(interpret(&r, NULL, &row).rule);
    assert_int_equal(row.utfall.status, VALUE_TEXT);
    assert_is(row.utfall.printed, "Ja");
}

static void a_cell_that_is_no_value_rejects_its_row_and_is_named(void **state)
{
    static const struct {
        enum column column;
        const char *name;
    } columns[] = {{COLUMN_UTFALL, "utfall"},
                   {COLUMN_UTFALL_MAN, "utfall_man"},
                   {COLUMN_UTFALL_KVINNOR, "utfall_kvinnor"},
                   {COLUMN_FOREGAENDE, "foregaende"}};
    struct indikator_row row;
    (void)state;
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        struct record r = whole_record();
        r.cell[columns[i].column] = TEXT("12.4.5");
        struct rejection rejection = interpret(&r, NULL, &row);
        assert_string_equal(rejection.rule, "I-VARDE");
        assert_string_equal(rejection.column, columns[i].name);
        assert_is(rejection.value, "12.4.5");
        assert_non_null(strstr(rejection.reason, columns[i].name));
        assert_non_null(strstr(rejection.reason, "\"12.4.5\" is not a number"));
    }
}

static void a_cell_with_two_meanings_rejects_its_row(void **state)
{
    static const char *const cells[] = {"1.234", "75 % 85 %", "1 05"};
    struct indikator_row row;
    (void)state;
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        struct record r = whole_record();
        r.cell[COLUMN_UTFALL] = text_of(cells[i]);
        struct rejection rejection = interpret(&r, NULL, &row);
        assert_non_null(rejection.rule);
        assert_string_equal(rejection.rule, "I-VARDE");
    }
}

static void a_target_that_is_none_rejects_its_row_and_is_named(void **state)
{
    struct record r = whole_record();
    struct indikator_row row;
    (void)state;
    r.cell[COLUMN_ARSMAL] = TEXT("85 % 90 %");
    struct rejection rejection = interpret(&r, NULL, &row);
    assert_string_equal(rejection.rule, "I-MAL");
    assert_string_equal(rejection.column, "arsmal");
    r = whole_record();
    r.cell[COLUMN_KF_ARSMAL] = TEXT("12.4.5");
    rejection = interpret(&r, NULL, &row);
    assert_string_equal(rejection.rule, "I-MAL");
    assert_string_equal(rejection.column, "kf_arsmal");
}

static void other_words_in_a_target_are_kept_as_text(void **state)
{
    struct record r = whole_record();
    struct indikator_row row;
    (void)state;
    r.cell[COLUMN_ARSMAL] = TEXT("enligt plan");
    assert_null(interpret(&r, NULL, &row).rule);
    assert_int_equal(row.arsmal.op, TARGET_TEXT);
}

static void a_period_that_is_missing_or_none_rejects_its_row(void **state)
{
    struct record r = whole_record();
    struct indikator_row row;
    (void)state;
    r.cell[COLUMN_PERIOD] = TEXT("");
    struct rejection rejection = interpret(&r, NULL, &row);
    assert_string_equal(rejection.rule, "I-PERIOD");
    assert_string_equal(rejection.column, "period");
    assert_non_null(strstr(rejection.reason, "is empty"));
    r.cell[COLUMN_PERIOD] = TEXT("i fjol");
    rejection = interpret(&r, NULL, &row);
    assert_string_equal(rejection.rule, "I-PERIOD");
    assert_non_null(strstr(rejection.reason, "\"i fjol\" is not a period"));
}

static void a_day_is_the_period_it_closes_where_the_source_says_so(void **state)
{
    struct record r = whole_record();
    struct indikator_row row;
    (void)state;
    r.cell[COLUMN_PERIOD] = TEXT("2023-12-31");
    assert_null(interpret(&r, NULL, &row).rule);
    assert_int_equal(period_id(row.period), 20237365);
    r.closing = CLOSING_YEAR;
    assert_null(interpret(&r, NULL, &row).rule);
    assert_int_equal(period_id(row.period), 20230000);
    r.closing = CLOSING_TERTIAL;
    assert_null(interpret(&r, NULL, &row).rule);
    assert_int_equal(period_id(row.period), 20231003);
    r.cell[COLUMN_PERIOD] = TEXT("2023-11-30");
    struct rejection rejection = interpret(&r, NULL, &row);
    assert_string_equal(rejection.rule, "I-PERIOD");
    assert_non_null(strstr(rejection.reason, "\"2023-11-30\" is not the last day of a period"));
    r.cell[COLUMN_PERIOD] = TEXT("VB 2023"); /* says its kind itself */
    assert_null(interpret(&r, NULL, &row).rule);
    assert_int_equal(period_id(row.period), 20230000);
}

static void the_first_fault_of_a_row_is_the_one_reported(void **state)
{
    struct record r = whole_record();
    struct indikator_row row;
    (void)state;
    r.cell[COLUMN_PERIOD] = TEXT("i fjol");
    r.cell[COLUMN_ARSMAL] = TEXT("12.4.5");
    r.cell[COLUMN_UTFALL_MAN] = TEXT("1.2.3");
    assert_string_equal(interpret(&r, NULL, &row).column, "utfall_man");
}

static void a_long_value_is_cut_between_characters_in_the_reason(void **state)
{
    struct record r = whole_record();
    struct indikator_row row;
    char cell[400] = "1.2.3 ";
    (void)state;
    for (size_t shift = 0; shift < 2; shift++) { /* ö has two bytes: one of the shifts cuts inside */
        size_t len = 6 + shift;
        cell[6] = 'x';
        for (; len + 2 < 200; len += 2) {
            cell[len] = (char)0xc3;
            cell[len + 1] = (char)0xb6;
        }
        r.cell[COLUMN_UTFALL] = text_make(cell, len);
        struct rejection rejection = interpret(&r, NULL, &row);
        assert_non_null(rejection.rule);
        const char *quote = strrchr(rejection.reason, '"');
        assert_non_null(quote);
        assert_int_equal((unsigned char)quote[-1], 0xb6);
        assert_int_equal(rejection.value.len, len);
    }
}

static void interpreting_twice_gives_the_same(void **state)
{
    struct record r = whole_record();
    struct indikator_row first, second;
    (void)state;
    assert_null(interpret(&r, NULL, &first).rule);
    assert_null(interpret(&r, NULL, &second).rule);
    assert_int_equal(decimal_compare(first.utfall.number, second.utfall.number), 0);
    assert_int_equal(first.arsmal.op, second.arsmal.op);
    assert_int_equal(period_id(first.period), period_id(second.period));
}

/* ---- status of a goal ---- */

static void each_printed_status_has_its_meaning(void **state)
{
    static const struct {
        const char *printed;
        enum uppfyllelse want;
    } all[] = {
        {"Uppfylls helt", UPPFYLLELSE_HELT},      {"Uppfylles helt", UPPFYLLELSE_HELT},
        {"Helt uppfyllt", UPPFYLLELSE_HELT},      {"Uppfylls delvis", UPPFYLLELSE_DELVIS},
        {"Uppfylles delvis", UPPFYLLELSE_DELVIS}, {"Delvis uppfyllt", UPPFYLLELSE_DELVIS},
        {"Uppfylls inte", UPPFYLLELSE_INTE},      {"Uppfylles inte", UPPFYLLELSE_INTE},
        {"Uppfylls ej", UPPFYLLELSE_INTE},        {"Inte uppfyllt", UPPFYLLELSE_INTE},
        {"Inga data", UPPFYLLELSE_INGA_DATA},     {"Ingen data", UPPFYLLELSE_INGA_DATA},
        {"Ingen", UPPFYLLELSE_INGA_DATA},
    };
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        enum uppfyllelse got = (enum uppfyllelse)99;
        assert_int_equal(interpret_status(text_of(all[i].printed), &got), 0);
        assert_int_equal(got, all[i].want);
    }
}

static void a_goal_without_a_status_gives_no_fact(void **state)
{
    enum uppfyllelse got;
    (void)state;
    assert_int_equal(interpret_status(TEXT(""), &got), 1);
}

static void an_unknown_status_is_not_guessed(void **state)
{
    enum uppfyllelse got;
    (void)state;
    assert_int_equal(interpret_status(TEXT("På god väg"), &got), -1);
    assert_int_equal(interpret_status(TEXT("Uppfylls"), &got), -1);
}

static void a_bare_number_is_counted_in_the_unit_of_its_column(void **state)
{
    struct record r = whole_record();
    struct indikator_row row;
    (void)state;
    r.cell[COLUMN_UTFALL_MAN] = TEXT("84");
    r.cell[COLUMN_ARSMAL] = TEXT("minst 90");
    for (int c = COLUMN_UTFALL; c <= COLUMN_KF_ARSMAL; c++)
        r.unit[c] = TEXT("tkr");
    assert_null(interpret(&r, NULL, &row).rule);
    assert_is(row.utfall.unit, "%"); /* its own */
    assert_is(row.man.unit, "tkr");
    assert_is(row.arsmal.unit, "tkr");
    assert_is(row.foregaende.unit, "");
    assert_is(row.kf_arsmal.unit, "");
}

/* ---- decimals and thousands ---- */

static void assert_read_in_two_ways(bool commas, const char *outcome, const char *target, const char *column)
{
    struct record r = {.kind = RECORD_INDIKATOR, .commas_part = commas};
    struct indikator_row row;
    r.cell[COLUMN_UTFALL] = text_of(outcome);
    r.cell[COLUMN_ARSMAL] = text_of(target);
    r.cell[COLUMN_PERIOD] = TEXT("2023");
    struct rejection rejection = interpret(&r, NULL, &row);
    if (!column) {
        if (rejection.rule) fail_msg("\"%s\" and \"%s\": %s", outcome, target, rejection.reason);
        return;
    }
    if (!rejection.rule) fail_msg("\"%s\" and \"%s\" passed", outcome, target);
    assert_string_equal(rejection.rule, strcmp(column, "utfall") ? "I-MAL" : "I-VARDE");
    assert_string_equal(rejection.column, column);
    assert_non_null(strstr(rejection.reason, "can be read in two ways"));
}

static void a_comma_may_group_thousands_where_commas_part_the_cells(void **state)
{
    (void)state;
    assert_read_in_two_ways(true, "1,234", "", "utfall");
    assert_read_in_two_ways(true, "-12,345 kr", "", "utfall");
    assert_read_in_two_ways(true, "5", "minst 123,456 st", "arsmal");
    assert_read_in_two_ways(true, "0,125", "12,34", NULL);
    assert_read_in_two_ways(true, "1 234,567", "1234,567", NULL);
    assert_read_in_two_ways(true, "1,234 %", "86,5 %", NULL);
    assert_read_in_two_ways(false, "1,234", "12,345 kr", NULL);
}

static void a_comma_may_group_thousands_beside_a_decimal_point(void **state)
{
    (void)state;
    assert_read_in_two_ways(false, "12,345", "86.5", "utfall");
    assert_read_in_two_ways(false, "86.5", "1,234", "arsmal");
    assert_read_in_two_ways(false, "0.125", "1,234", "arsmal");
    assert_read_in_two_ways(false, "1.234,5", "1,234", NULL);
    assert_read_in_two_ways(false, "86.5", "1,23", NULL);
    assert_read_in_two_ways(false, "1,234", "5 barn/avd.", NULL);
    assert_read_in_two_ways(false, "1.234.567", "1,234", NULL);
}

/* ---- SDMX ---- */

static void each_value_status_has_its_sdmx_codes(void **state)
{
    static const struct {
        enum value_status status;
        char obs, conf;
    } all[] = {
        {VALUE_REPORTED, 'A', 'F'}, {VALUE_SUPPRESSED, 'Q', 'C'},     {VALUE_NOT_MEASURED, 'L', 'F'},
        {VALUE_MISSING, 'O', 'F'},  {VALUE_NOT_APPLICABLE, 'M', 'F'}, {VALUE_TEXT, 'O', 'F'},
    };
    char obs, conf;
    (void)state;
    assert_int_equal(sizeof all / sizeof *all, VALUE_STATUS_COUNT);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const struct value value = {.status = all[i].status};
        interpret_sdmx(&value, &obs, &conf);
        assert_int_equal(obs, all[i].obs);
        assert_int_equal(conf, all[i].conf);
    }
}

static void a_preliminary_value_is_provisional(void **state)
{
    const struct value value = {.status = VALUE_REPORTED, .has_number = true, .flags = VALUE_PRELIMINARY};
    const struct value hidden = {.status = VALUE_SUPPRESSED, .flags = VALUE_PRELIMINARY};
    char obs, conf;
    (void)state;
    interpret_sdmx(&value, &obs, &conf);
    assert_int_equal(obs, 'P');
    interpret_sdmx(&hidden, &obs, &conf);
    assert_int_equal(obs, 'Q');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_row_is_typed_cell_by_cell),
        cmocka_unit_test(empty_and_absent_cells_are_missing_and_no_target),
        cmocka_unit_test(a_zero_is_a_reported_value_and_not_a_missing_one),
        cmocka_unit_test(the_sources_table_says_what_a_token_means),
        cmocka_unit_test(words_where_a_number_belongs_are_text_and_no_rejection),
        cmocka_unit_test(a_cell_that_is_no_value_rejects_its_row_and_is_named),
        cmocka_unit_test(a_cell_with_two_meanings_rejects_its_row),
        cmocka_unit_test(a_target_that_is_none_rejects_its_row_and_is_named),
        cmocka_unit_test(other_words_in_a_target_are_kept_as_text),
        cmocka_unit_test(a_period_that_is_missing_or_none_rejects_its_row),
        cmocka_unit_test(a_day_is_the_period_it_closes_where_the_source_says_so),
        cmocka_unit_test(the_first_fault_of_a_row_is_the_one_reported),
        cmocka_unit_test(a_long_value_is_cut_between_characters_in_the_reason),
        cmocka_unit_test(interpreting_twice_gives_the_same),
        cmocka_unit_test(each_printed_status_has_its_meaning),
        cmocka_unit_test(a_goal_without_a_status_gives_no_fact),
        cmocka_unit_test(an_unknown_status_is_not_guessed),
        cmocka_unit_test(a_bare_number_is_counted_in_the_unit_of_its_column),
        cmocka_unit_test(a_comma_may_group_thousands_where_commas_part_the_cells),
        cmocka_unit_test(a_comma_may_group_thousands_beside_a_decimal_point),
        cmocka_unit_test(each_value_status_has_its_sdmx_codes),
        cmocka_unit_test(a_preliminary_value_is_provisional),
    };
    return cmocka_run_group_tests_name("interpret", tests, NULL, give_back);
}
