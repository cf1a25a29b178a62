#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "etl/base/target.h"

static struct arena arena;

static int free_arena(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct target read_cell(const char *cell)
{
    struct target t;
    enum value_fault fault = target_parse(&arena, text_of(cell), &t);
    if (fault) fail_msg("\"%s\" %s", cell, value_fault_text(fault));
    assert_true(text_equal(t.printed, text_trim(text_of(cell))));
    return t;
}

static void assert_number(const char *cell, enum target_operator op, const char *number, const char *unit)
{
    char buffer[DECIMAL_PRINT_SIZE];
    struct target t = read_cell(cell);
    if (t.op != op) fail_msg("\"%s\" is %s", cell, target_operator_name(t.op));
    assert_true(t.has_number);
    assert_string_equal(decimal_print(t.number, buffer), number);
    if (!text_is(t.unit, unit)) fail_msg("\"%s\" has the unit \"%.*s\"", cell, TEXT_ARGS(t.unit));
    if (!target_looks_legal(text_of(cell))) fail_msg("\"%s\" does not look legal", cell);
}

static void assert_words(const char *cell, enum target_operator op)
{
    struct target t = read_cell(cell);
    if (t.op != op) fail_msg("\"%s\" is %s", cell, target_operator_name(t.op));
    assert_false(t.has_number);
    assert_int_equal(t.unit.len, 0);
    if (target_looks_legal(text_of(cell)) != (op != TARGET_TEXT)) fail_msg("legality of \"%s\"", cell);
    assert_int_equal(target_is_phrase(text_of(cell)), op != TARGET_TEXT && op != TARGET_NONE);
}

static void a_number_alone_is_a_value(void **state)
{
    (void)state;
    assert_number("85 %", TARGET_VALUE, "85", "%");
    assert_number("2,7 %", TARGET_VALUE, "2.7", "%");
    assert_number("60", TARGET_VALUE, "60", "");
    assert_number("1 050 st", TARGET_VALUE, "1050", "st");
    assert_number("1945 GWh", TARGET_VALUE, "1945", "GWh");
    assert_number("1,70 kg CO2 per kg livsmedel", TARGET_VALUE, "1.70", "kg CO2 per kg livsmedel");
    assert_number("-1 %", TARGET_VALUE, "-1", "%");
    assert_number("0", TARGET_VALUE, "0", "");
}

static void plus_minus_is_a_half_width(void **state)
{
    (void)state;
    assert_number("+/-1 %", TARGET_WITHIN, "1", "%");
    assert_number("+/- 1 %", TARGET_WITHIN, "1", "%");
    assert_number("\u00b11 %", TARGET_WITHIN, "1", "%");
    assert_number("+/\u22121,5 %", TARGET_WITHIN, "1.5", "%");
}

static void max_is_an_upper_limit(void **state)
{
    (void)state;
    assert_number("Max 10 personer", TARGET_AT_MOST, "10", "personer");
    assert_number("max. 10", TARGET_AT_MOST, "10", "");
    assert_number("H\u00f6gst 5 %", TARGET_AT_MOST, "5", "%");
    assert_number("<= 5 %", TARGET_AT_MOST, "5", "%");
    assert_number("\u22645", TARGET_AT_MOST, "5", "");
}

static void minst_is_a_lower_limit(void **state)
{
    (void)state;
    assert_number("minst 85 %", TARGET_AT_LEAST, "85", "%");
    assert_number("Minst\u00a01 050 st", TARGET_AT_LEAST, "1050", "st");
    assert_number("l\u00e4gst 85", TARGET_AT_LEAST, "85", "");
    assert_number("la\u0308gst 85", TARGET_AT_LEAST, "85", "");
    assert_number(">= 85 %", TARGET_AT_LEAST, "85", "%");
    assert_number("\u226585", TARGET_AT_LEAST, "85", "");
}

static void an_equal_sign_is_exact(void **state)
{
    (void)state;
    assert_number("= 100 %", TARGET_EXACTLY, "100", "%");
    assert_number("=-1", TARGET_EXACTLY, "-1", "");
}

static void a_direction_has_no_number(void **state)
{
    (void)state;
    assert_words("\u00f6ka", TARGET_INCREASE);
    assert_words("\u00d6ka", TARGET_INCREASE);
    assert_words("o\u0308kar", TARGET_INCREASE);
    assert_words("ska \u00f6ka", TARGET_INCREASE);
    assert_words("minska", TARGET_DECREASE);
    assert_words("Minskar", TARGET_DECREASE);
    assert_words("of\u00f6r\u00e4ndrat", TARGET_UNCHANGED);
    assert_words("Bibeh\u00e5lla", TARGET_UNCHANGED);
}

static void a_delegation_is_known_with_blanks_anywhere(void **state)
{
    static const char *const cells[] = {"Tas fram av n\u00e4mnd",
                                        "Tas fram av n\u00e4mnd/styrelse",
                                        "Tas fram av n\u00e4mnd/s tyrelse",
                                        "Tas fram av n\u00e4mnd / styrelse",
                                        "TAS FRAM AV N\u00c4MND",
                                        "tas\nfram\u00a0av na\u0308mnd",
                                        "Tas fram av n\u00e4mnd/bolag",
                                        "Tas fram av n\u00e4mnd/bolagsstyrelse",
                                        "Tas fram av n\u00e4mnd eller styrelse"};
    (void)state;
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        assert_words(cells[i], TARGET_DELEGATED);
}

static void a_delegation_with_anything_more_is_not_legal(void **state)
{
    static const char *const cells[] = {"Tas fram av n\u00e4mnd VB 2024", "Tas fram av n\u00e4mnd 2022", "Tas fram av",
                                        "Tas fram av n\u00e4mnd/s", "Tas fram av n\u00e4mnd 85 %"};
    (void)state;
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        assert_words(cells[i], TARGET_TEXT);
}

static void a_number_before_a_sentence_does_not_look_legal(void **state)
{
    (void)state;
    assert_int_equal(read_cell("12 barn som har f\u00e5tt st\u00f6d under \u00e5ret").op, TARGET_VALUE);
    assert_false(target_looks_legal(TEXT("12 barn som har f\u00e5tt st\u00f6d under \u00e5ret")));
    assert_false(target_looks_legal(TEXT("Max 12 Antal familjer")));
}

static void an_empty_cell_is_no_target(void **state)
{
    (void)state;
    assert_words("", TARGET_NONE);
    assert_words(" \u00a0", TARGET_NONE);
    assert_true(target_looks_legal(text_make(NULL, 0)));
}

static void other_words_are_kept_as_text(void **state)
{
    static const char *const cells[] = {"mer \u00e4n 85 %",
                                        "\u00f6ver 85 %",
                                        "> 85 %",
                                        "<5",
                                        "~100",
                                        "ca 100",
                                        "VB 2022",
                                        "..",
                                        "-",
                                        "minst",
                                        "\u25cf",
                                        "\u00f6ka mycket",
                                        "\u00c5r 2",
                                        "minst lika bra"};
    (void)state;
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        struct target t = read_cell(cells[i]);
        if (t.op != TARGET_TEXT) fail_msg("\"%s\" is %s", cells[i], target_operator_name(t.op));
        assert_false(t.has_number);
        assert_false(target_looks_legal(text_of(cells[i])));
    }
}

static void a_number_with_a_plus_may_be_a_growth_and_is_kept_as_text(void **state)
{
    const char *const cells[] = {"+5 %", "+2,5", "+10 st"};
    (void)state;
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        struct target t = read_cell(cells[i]);
        assert_int_equal(t.op, TARGET_TEXT);
        assert_false(t.has_number);
        assert_true(target_looks_legal(text_of(cells[i]))); /* a report's row is laid out by it */
    }
    assert_number("-1 %", TARGET_VALUE, "-1", "%");
}

static void what_begins_like_a_number_and_is_none_is_a_fault(void **state)
{
    static const struct {
        const char *cell;
        enum value_fault fault;
    } bad[] = {{"12.4.5", VALUE_FAULT_NOT_A_NUMBER},      {"1.234", VALUE_FAULT_AMBIGUOUS},
               {"75 % 85 %", VALUE_FAULT_TWO_VALUES},     {"85 % Tas fram av n\u00e4mnd", VALUE_FAULT_TWO_VALUES},
               {"85 % VB 2022", VALUE_FAULT_TWO_VALUES},  {"minst 12.4.5", VALUE_FAULT_NOT_A_NUMBER},
               {"+/--1 %", VALUE_FAULT_NOT_A_NUMBER},     {"80-85 %", VALUE_FAULT_NOT_A_NUMBER},
               {"\u25cf 85 %", VALUE_FAULT_NOT_A_NUMBER}, {"1234567890123456789", VALUE_FAULT_TOO_LONG},
               {"- 5 %", VALUE_FAULT_AMBIGUOUS},          {"\xff", VALUE_FAULT_NOT_A_NUMBER},
               {"Max 1.234", VALUE_FAULT_AMBIGUOUS}};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct target t = {.op = TARGET_EXACTLY};
        enum value_fault fault = target_parse(&arena, text_of(bad[i].cell), &t);
        if (fault != bad[i].fault) fail_msg("\"%s\" %s", bad[i].cell, value_fault_text(fault));
        assert_int_equal(t.op, TARGET_EXACTLY); /* untouched on failure */
        assert_false(target_looks_legal(text_of(bad[i].cell)));
    }
    struct target t;
    assert_int_equal(target_parse(&arena, text_make("ord\0", 4), &t), VALUE_FAULT_NOT_A_NUMBER);
}

static void every_operator_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int i = 0; i < TARGET_OPERATOR_COUNT; i++)
        for (int k = 0; k < i; k++)
            assert_string_not_equal(target_operator_name((enum target_operator)i),
                                    target_operator_name((enum target_operator)k));
    assert_string_equal(target_operator_name(TARGET_NONE), "none");
    assert_string_equal(target_operator_name(TARGET_AT_LEAST), "at_least");
    assert_string_equal(target_operator_name(TARGET_TEXT), "text");
}

/* With a no-break blank a cell is never plain. */
static void a_plain_number_is_the_target_that_the_grammar_reads(void **state)
{
    (void)state;
    static const char *const numbers[] = {"0", "-0", "85", "2,7", "-1", "1945", "0,00", "-12,5", "999999999999999999"};
    static const char *const units[] = {"%", "st"};
    char plain[64], other[64];
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        for (size_t k = 0; k < sizeof units / sizeof *units; k++) {
            (void)snprintf(plain, sizeof plain, "%s %s", numbers[i], units[k]);
            (void)snprintf(other, sizeof other, "%s\u00a0%s", numbers[i], units[k]);
            struct target fast = read_cell(plain), slow = read_cell(other);
            assert_int_equal(fast.op, slow.op);
            assert_int_equal(fast.has_number, slow.has_number);
            assert_int_equal(fast.number.unscaled, slow.number.unscaled);
            assert_int_equal(fast.number.scale, slow.number.scale);
            assert_true(text_equal(fast.unit, slow.unit));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_alone_is_a_value),
        cmocka_unit_test(plus_minus_is_a_half_width),
        cmocka_unit_test(max_is_an_upper_limit),
        cmocka_unit_test(minst_is_a_lower_limit),
        cmocka_unit_test(an_equal_sign_is_exact),
        cmocka_unit_test(a_direction_has_no_number),
        cmocka_unit_test(a_delegation_is_known_with_blanks_anywhere),
        cmocka_unit_test(a_delegation_with_anything_more_is_not_legal),
        cmocka_unit_test(a_number_before_a_sentence_does_not_look_legal),
        cmocka_unit_test(an_empty_cell_is_no_target),
        cmocka_unit_test(other_words_are_kept_as_text),
        cmocka_unit_test(a_number_with_a_plus_may_be_a_growth_and_is_kept_as_text),
        cmocka_unit_test(what_begins_like_a_number_and_is_none_is_a_fault),
        cmocka_unit_test(every_operator_has_a_name_of_its_own),
        cmocka_unit_test(a_plain_number_is_the_target_that_the_grammar_reads),
    };
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
