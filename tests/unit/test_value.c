#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "etl/base/limits.h"
#include "etl/base/value.h"

static struct arena arena;

static int free_arena(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct value read_cell(struct text cell, const struct token_table *tokens)
{
    struct value v;
    enum value_fault fault = value_parse(&arena, cell, tokens, &v);
    if (fault) fail_msg("\"%.*s\" %s", TEXT_ARGS(cell), value_fault_text(fault));
    assert_int_equal(v.has_number, v.status == VALUE_REPORTED);
    return v;
}

static void assert_value(const char *cell, const char *number, const char *unit)
{
    char buffer[DECIMAL_PRINT_SIZE];
    struct value v = read_cell(text_of(cell), NULL);
    if (v.status != VALUE_REPORTED) fail_msg("\"%s\" is %s", cell, value_status_name(v.status));
    if (strcmp(decimal_print(v.number, buffer), number) != 0) fail_msg("\"%s\" was read as %s", cell, buffer);
    if (!text_is(v.unit, unit)) fail_msg("\"%s\" has the unit \"%.*s\"", cell, TEXT_ARGS(v.unit));
    assert_int_equal(v.flags, 0);
    assert_true(text_equal(v.printed, text_trim(text_of(cell))));
    if (!value_looks_legal(text_of(cell))) fail_msg("\"%s\" does not look legal", cell);
}

static void assert_status(const char *cell, enum value_status status, unsigned flags)
{
    struct value v = read_cell(text_of(cell), NULL);
    if (v.status != status) fail_msg("\"%s\" is %s", cell, value_status_name(v.status));
    assert_int_equal(v.flags, flags);
    assert_true(text_equal(v.printed, text_trim(text_of(cell))));
}

static void assert_fault_in(struct text cell, enum value_fault fault)
{
    struct value v = {.flags = 77};
    enum value_fault found = value_parse(&arena, cell, NULL, &v);
    if (found != fault) fail_msg("\"%.*s\" %s", TEXT_ARGS(cell), value_fault_text(found));
    assert_int_equal(v.flags, 77); /* untouched on failure */
    if (value_looks_legal(cell)) fail_msg("\"%.*s\" looks legal", TEXT_ARGS(cell));
}

static void assert_fault(const char *cell, enum value_fault fault)
{
    assert_fault_in(text_of(cell), fault);
}

/* ---- the forms of the exports ---- */

static void a_share_keeps_its_sign_as_unit(void **state)
{
    (void)state;
    assert_value("85 %", "85", "%");
    assert_value("2,6 %", "2.6", "%");
    assert_value("1,81 %", "1.81", "%");
    assert_value("85%", "85", "%");
    assert_value("12 %-enheter", "12", "%-enheter");
}

static void blanks_before_the_sign_do_not_matter(void **state)
{
    (void)state;
    assert_value("79  %", "79", "%");
    assert_value("79\u00a0%", "79", "%");
    assert_value(" 79 \t %\r\n", "79", "%");
}

static void a_bare_number_has_no_unit(void **state)
{
    (void)state;
    assert_value("85", "85", "");
    assert_value("66,67", "66.67", "");
    assert_value("100", "100", "");
    assert_value("2022", "2022", ""); /* also a period: the place of the cell decides */
}

static void a_count_keeps_its_unit(void **state)
{
    (void)state;
    assert_value("32 st", "32", "st");
    assert_value("32st", "32", "st");
    assert_value("10 personer", "10", "personer");
    assert_value("5 \u00e5r", "5", "\u00e5r");
}

static void thousands_are_grouped_by_one_blank(void **state)
{
    (void)state;
    assert_value("1 050 st", "1050", "st");
    assert_value("9 000 st", "9000", "st");
    assert_value("1 106", "1106", "");
    assert_value("12 345 678", "12345678", "");
    assert_value("120 000 tkr", "120000", "tkr");
    assert_value("1 050,5", "1050.5", "");
    assert_value("1 050 %", "1050", "%");
}

static void no_break_blanks_group_thousands_too(void **state)
{
    (void)state;
    assert_value("1\u00a0050 st", "1050", "st");
    assert_value("1\u202f106", "1106", "");
    assert_value("12\u00a0345\u202f678\u00a0kr", "12345678", "kr");
    assert_value("100\u00a0100", "100100", ""); /* nothing but a thousands sign is printed so */
}

static void units_of_more_than_a_word_are_kept(void **state)
{
    (void)state;
    assert_value("13,1 barn/avd.", "13.1", "barn/avd.");
    assert_value("1,6 kg CO2", "1.6", "kg CO2");
    assert_value("1,70 kg CO2 per kg livsmedel", "1.70", "kg CO2 per kg livsmedel");
    assert_value("1,6  kg\u00a0 CO2", "1.6", "kg CO2");
    assert_value("3,2 per 1 000 inv\u00e5nare", "3.2", "per 1 000 inv\u00e5nare");
    assert_value("45 kWh / m2", "45", "kWh / m2");
    assert_value("45 m2", "45", "m2");
    assert_value("4 /avd.", "4", "/avd.");
}

static void energy_and_money_are_units(void **state)
{
    (void)state;
    assert_value("1,2 GWh", "1.2", "GWh");
    assert_value("1945 GWh", "1945", "GWh");
    assert_value("12,3 mnkr", "12.3", "mnkr");
    assert_value("338 500 tkr", "338500", "tkr");
    assert_value("-4 Mnkr", "-4", "Mnkr");
}

static void a_minus_is_a_hyphen_a_minus_sign_or_an_en_dash(void **state)
{
    (void)state;
    assert_value("-1 %", "-1", "%");
    assert_value("\u22121 %", "-1", "%");
    assert_value("\u20131 %", "-1", "%");
    assert_value("\u22121 050,5 tkr", "-1050.5", "tkr");
    assert_value("+2 %", "2", "%");
}

static void zero_is_a_reported_zero(void **state)
{
    (void)state;
    assert_value("0", "0", "");
    assert_value("0 %", "0", "%");
    assert_value("0,0", "0.0", "");
    assert_value("-0", "0", "");
}

static void an_empty_cell_is_missing(void **state)
{
    (void)state;
    assert_status("", VALUE_MISSING, 0);
    assert_status(" \u00a0\t", VALUE_MISSING, 0);
    assert_true(value_looks_legal(text_make(NULL, 0)));
    assert_true(value_looks_legal(TEXT(" \u202f ")));
}

static void the_default_tokens_have_their_meanings(void **state)
{
    static const struct {
        const char *token;
        enum value_status status;
    } tokens[] = {{"..", VALUE_SUPPRESSED},     {".", VALUE_NOT_APPLICABLE}, {"-", VALUE_MISSING},
                  {"\u2013", VALUE_MISSING},    {"\u2014", VALUE_MISSING},   {"x", VALUE_SUPPRESSED},
                  {"X", VALUE_SUPPRESSED},      {"U", VALUE_SUPPRESSED},     {"*", VALUE_SUPPRESSED},
                  {"prickad", VALUE_SUPPRESSED}};
    (void)state;
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++) {
        assert_status(tokens[i].token, tokens[i].status, 0);
        assert_true(value_looks_legal(text_of(tokens[i].token)));
    }
    assert_status(" .. ", VALUE_SUPPRESSED, 0);
    assert_status(".. (p)", VALUE_SUPPRESSED, VALUE_PRELIMINARY);
}

static void a_sources_own_tokens_replace_the_default(void **state)
{
    static const struct token own[] = {
        {{"..", 2}, VALUE_NOT_MEASURED}, {{"999", 3}, VALUE_NOT_APPLICABLE}, {{"", 0}, VALUE_NOT_MEASURED}};
    static const struct token_table table = {own, 3}, none = {NULL, 0};
    struct value v;
    (void)state;
    assert_int_equal(read_cell(TEXT(".."), &table).status, VALUE_NOT_MEASURED);
    assert_int_equal(read_cell(TEXT("999"), &table).status, VALUE_NOT_APPLICABLE);
    assert_int_equal(read_cell(TEXT(" "), &table).status, VALUE_NOT_MEASURED);
    assert_int_equal(read_cell(TEXT("prickad"), &table).status, VALUE_TEXT);
    assert_int_equal(value_parse(&arena, TEXT("-"), &table, &v), VALUE_FAULT_NOT_A_NUMBER);
    assert_int_equal(read_cell(TEXT("99"), &table).status, VALUE_REPORTED);
    assert_int_equal(read_cell(TEXT(""), &none).status, VALUE_MISSING);
    assert_int_equal(value_parse(&arena, TEXT(".."), &none, &v), VALUE_FAULT_NOT_A_NUMBER);
}

static void a_bound_is_suppressed_and_has_no_number(void **state)
{
    static const char *const bounds[] = {"<5", "~100", "< 5", ">95 %", "<=5", "\u22645", "<1 050 st"};
    (void)state;
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        assert_status(bounds[i], VALUE_SUPPRESSED, VALUE_BOUND);
        assert_true(value_looks_legal(text_of(bounds[i])));
    }
    assert_true(text_is(read_cell(TEXT(">95 %"), NULL).unit, "%"));
    assert_fault("<12.4.5", VALUE_FAULT_NOT_A_NUMBER);
}

static void assert_flagged(const char *cell, unsigned flags)
{
    assert_status(cell, VALUE_REPORTED, flags);
    struct value v = read_cell(text_of(cell), NULL);
    assert_int_equal(v.number.unscaled, 85);
    assert_true(text_is(v.unit, "%"));
    assert_true(value_looks_legal(text_of(cell)));
}

static void preliminary_and_revised_values_are_flagged(void **state)
{
    (void)state;
    assert_flagged("85 % prel", VALUE_PRELIMINARY);
    assert_flagged("85 % prel.", VALUE_PRELIMINARY);
    assert_flagged("Prel. 85 %", VALUE_PRELIMINARY);
    assert_flagged("85 % (p)", VALUE_PRELIMINARY);
    assert_flagged("85 %(p)", VALUE_PRELIMINARY);
    assert_flagged("85 % (prel)", VALUE_PRELIMINARY);
    assert_flagged("85 % (r)", VALUE_REVISED);
    assert_flagged("85 % (R) (p)", VALUE_REVISED | VALUE_PRELIMINARY);
    assert_status("<5 (p)", VALUE_SUPPRESSED, VALUE_BOUND | VALUE_PRELIMINARY);
}

static void words_are_text(void **state)
{
    static const char *const texts[] = {"Tas fram av n\u00e4mnd", "VB 2022",       "\u00f6ka", "Max 10 personer",
                                        "ej m\u00e4tt",           "<p>Analys</p>", "(p)",      "*se analys*",
                                        "\u00c5terkommer"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_status(texts[i], VALUE_TEXT, 0);
        if (value_looks_legal(text_of(texts[i]))) fail_msg("\"%s\" looks legal", texts[i]);
    }
}

/* ---- what has no meaning, or two ---- */

static void what_is_no_number_is_a_fault(void **state)
{
    static const char *const bad[] = {"12.4.5",      "ca 5",
                                      "Ca 1 050",    "12,",
                                      "85.",         ",5",
                                      ".5",          "1,2,3",
                                      "5e3",         "1O5",
                                      "5-10",        "2023-12-31",
                                      "3/4",         "10:-",
                                      "85*",         "85 st;",
                                      "\u25cf",      "\u25cf 85 %",
                                      "**85 %**",    "(5)",
                                      "+/-1 %",      "\u00b11",
                                      "?",           "\u00bd",
                                      "<b>85 %</b>", "85</p>",
                                      "1.234.5",     "1,234.5",
                                      "85 #",        "<",
                                      "\u0661 st",   "1,234,567",
                                      "85 \u2640",   "ungef\u00e4r 40 st",
                                      "2 jan",       "3 Maj",
                                      "12 dec.",     "1 september"};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_fault(bad[i], VALUE_FAULT_NOT_A_NUMBER);
}

static void bytes_that_cannot_be_stored_are_a_fault(void **state)
{
    (void)state;
    assert_fault("85 \xff", VALUE_FAULT_NOT_A_NUMBER);
    assert_fault("\xc3", VALUE_FAULT_NOT_A_NUMBER);
    assert_fault("ord\xe5", VALUE_FAULT_NOT_A_NUMBER);
    assert_fault("\xed\xa0\x80", VALUE_FAULT_NOT_A_NUMBER);
    assert_fault_in(text_make("85\0", 3), VALUE_FAULT_NOT_A_NUMBER);
    assert_fault_in(text_make("\0", 1), VALUE_FAULT_NOT_A_NUMBER);
    assert_fault_in(text_make("8 p\0rel", 7), VALUE_FAULT_NOT_A_NUMBER);
}

static void a_number_with_two_readings_is_ambiguous(void **state)
{
    static const char *const bad[] = {"1.234", "1.234 st", "-12.345", "1 05", "1 0500",   "1  050",
                                      "- 5 %", "\u2014 5", "\u20145", "1O",   "85 100 %", "1\n050"};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_fault(bad[i], VALUE_FAULT_AMBIGUOUS);
}

static void a_point_is_a_decimal_sign_where_it_cannot_group(void **state)
{
    (void)state;
    assert_value("1.5", "1.5", "");
    assert_value("1.05 %", "1.05", "%");
    assert_value("1.2345", "1.2345", "");
    assert_value("0.234", "0.234", "");
    assert_value("1234.567", "1234.567", "");
    assert_value("1.234.567", "1234567", "");
    assert_value("1.234,5", "1234.5", "");
}

static void two_values_in_one_cell_are_a_fault(void **state)
{
    static const char *const bad[] = {"75 % 85 %",      "100 100",        "100 100 100",
                                      "78,36 75,64 %",  "63 65",          "85 %85 %",
                                      "32 st 45",       "32 st 45 st",    "85 % 2022",
                                      "32 st VB 2022",  "1 050 23",       "85 % VB 2022",
                                      "32 st 40%",      "12 st (40 %)",   "85 % Tas fram av n\u00e4mnd",
                                      "85 % -",         "32 st ..",       "32 Tas fram av n\u00e4mnd",
                                      "60 \u00f6ka",    "60 st \u00f6ka", "5 Tas fram",
                                      "85 % av barnen", "1234 567",       "1,5 -2",
                                      "12 x",           "0 100",          "85 %%",
                                      "3 per 1000",     "32 VB",          "32 st VP",
                                      "96 ca",          "98 Max",         "96 st minst",
                                      "5 av",           "99 Bokslut",     "3 per"};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_fault(bad[i], VALUE_FAULT_TWO_VALUES);
}

static void too_many_digits_or_too_long_a_unit_is_a_fault(void **state)
{
    char cell[LIMIT_UNIT + 4] = "1 ";
    (void)state;
    assert_value("123456789012345678", "123456789012345678", "");
    assert_value("123 456 789 012 345 678", "123456789012345678", "");
    assert_fault("1234567890123456789", VALUE_FAULT_TOO_LONG);
    assert_fault("1 234 567 890 123 456 789", VALUE_FAULT_TOO_LONG);
    assert_fault("1,234567890123456789 %", VALUE_FAULT_TOO_LONG);
    memset(cell + 2, 'u', LIMIT_UNIT + 1);
    assert_int_equal(read_cell(text_make(cell, LIMIT_UNIT + 2), NULL).unit.len, LIMIT_UNIT);
    assert_fault_in(text_make(cell, LIMIT_UNIT + 3), VALUE_FAULT_TOO_LONG);
}

static void only_short_units_look_legal(void **state)
{
    (void)state;
    assert_false(value_looks_legal(TEXT("12 barn som har f\u00e5tt st\u00f6d under \u00e5ret")));
    assert_false(value_looks_legal(TEXT("12 Antal familjer")));
    assert_false(value_looks_legal(TEXT("12 personerpersonerpersonerpersonerp")));
}

static void memory_that_runs_out_is_told_apart(void **state)
{
    struct arena full = {.limit = 1};
    struct value v;
    (void)state;
    assert_int_equal(value_parse(&full, TEXT("1,6 kg  CO2"), NULL, &v), VALUE_FAULT_MEMORY);
    assert_int_equal(value_parse(&full, TEXT("1,6 kg CO2"), NULL, &v), VALUE_FAULT_NONE); /* nothing to fold */
    arena_free(&full);
}

static void every_status_has_a_name_that_leads_back(void **state)
{
    enum value_status status;
    (void)state;
    for (int i = 0; i < VALUE_STATUS_COUNT; i++) {
        assert_int_equal(value_status_parse(text_of(value_status_name((enum value_status)i)), &status), 0);
        assert_int_equal(status, i);
    }
    assert_string_equal(value_status_name(VALUE_NOT_APPLICABLE), "not_applicable");
    assert_int_equal(value_status_parse(TEXT("Reported"), &status), -1);
    assert_int_equal(value_status_parse(TEXT(""), &status), -1);
}

static void every_prefix_of_a_cell_is_read_without_reading_past_it(void **state)
{
    static const char *const cells[] = {"\u22121\u00a0050,75 kg CO2 per 1 000 m2 (prel.) (r)",
                                        "prel. <1.234.567,8 %-enheter", "12 Tas fram av n\u00e4mnd/styrelse",
                                        "\u2014 <b>ca 5</b> \u25cf\u00bd"};
    (void)state;
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        for (size_t n = strlen(cells[i]); n-- > 0;) {
            struct arena own = {0};
            char *copy = test_malloc(n ? n : 1); /* its own block, so that reading past the end is noticed */
            struct value v;
            memcpy(copy, cells[i], n);
            if (value_parse(&own, text_make(copy, n), NULL, &v) == VALUE_FAULT_NONE)
                assert_in_range(v.status, 0, VALUE_TEXT);
            value_looks_legal(text_make(copy, n));
            test_free(copy);
            arena_free(&own);
        }
}

/* Some text of digits, signs and units, the same in every run. */
static struct text make_cell(char *buffer, uint32_t *state)
{
    static const char *const pieces[] = {"0", "1", "46", "7",  "999", "12345678", ",", ",", ".",  "-",   " ",
                                         " ", "%", "%",  "st", "s",   "t",        "x", "+", " %", " st", ",0"};
    size_t len = 0;
    *state = *state * 1664525 + 1013904223;
    for (unsigned left = 1 + (*state >> 24) % 6; left > 0; left--) {
        *state = *state * 1664525 + 1013904223;
        const char *piece = pieces[(*state >> 16) % (sizeof pieces / sizeof *pieces)];
        memcpy(buffer + len, piece, strlen(piece));
        len += strlen(piece);
    }
    return text_make(buffer, len);
}

/* A cell with a mark behind it is never plain: it is read by the whole grammar. */
static void a_plain_cell_is_read_as_the_grammar_reads_it(void **state)
{
    (void)state;
    uint32_t random = 1;
    unsigned plain = 0;
    char buffer[64];
    for (int i = 0; i < 300000; i++) {
        struct text cell = make_cell(buffer, &random);
        struct value fast, slow;
        if (!value_parse_plain(cell, &fast)) continue;
        plain++;
        struct text marked = text_make(buffer, cell.len + sizeof " (p)" - 1);
        memcpy(buffer + cell.len, " (p)", sizeof " (p)" - 1);
        if (value_parse(&arena, marked, NULL, &slow)) fail_msg("\"%.*s\" is no value", TEXT_ARGS(cell));
        assert_int_equal(slow.status, fast.status);
        assert_int_equal(slow.has_number, fast.has_number);
        assert_int_equal(slow.number.unscaled, fast.number.unscaled);
        assert_int_equal(slow.number.scale, fast.number.scale);
        assert_true(text_equal(slow.unit, fast.unit));
        assert_true(text_equal(fast.printed, cell));
        assert_int_equal(fast.flags, 0);
        arena_reset(&arena);
    }
    assert_true(plain > 10000);
}

static void what_is_not_plain_leaves_the_value_alone(void **state)
{
    (void)state;
    static const char *const cells[] = {"", "-", "1 050", "85  %", "85 %x", "1.5", ",5", "1,", "85 %-enheter", "+1"};
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        struct value v = {.flags = 77};
        if (value_parse_plain(text_of(cells[i]), &v)) fail_msg("\"%s\" is plain", cells[i]);
        assert_int_equal(v.flags, 77);
    }
    assert_false(value_parse_plain((struct text){0}, &(struct value){0}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_share_keeps_its_sign_as_unit),
        cmocka_unit_test(blanks_before_the_sign_do_not_matter),
        cmocka_unit_test(a_bare_number_has_no_unit),
        cmocka_unit_test(a_count_keeps_its_unit),
        cmocka_unit_test(thousands_are_grouped_by_one_blank),
        cmocka_unit_test(no_break_blanks_group_thousands_too),
        cmocka_unit_test(units_of_more_than_a_word_are_kept),
        cmocka_unit_test(energy_and_money_are_units),
        cmocka_unit_test(a_minus_is_a_hyphen_a_minus_sign_or_an_en_dash),
        cmocka_unit_test(zero_is_a_reported_zero),
        cmocka_unit_test(an_empty_cell_is_missing),
        cmocka_unit_test(the_default_tokens_have_their_meanings),
        cmocka_unit_test(a_sources_own_tokens_replace_the_default),
        cmocka_unit_test(a_bound_is_suppressed_and_has_no_number),
        cmocka_unit_test(preliminary_and_revised_values_are_flagged),
        cmocka_unit_test(words_are_text),
        cmocka_unit_test(what_is_no_number_is_a_fault),
        cmocka_unit_test(bytes_that_cannot_be_stored_are_a_fault),
        cmocka_unit_test(a_number_with_two_readings_is_ambiguous),
        cmocka_unit_test(a_point_is_a_decimal_sign_where_it_cannot_group),
        cmocka_unit_test(two_values_in_one_cell_are_a_fault),
        cmocka_unit_test(too_many_digits_or_too_long_a_unit_is_a_fault),
        cmocka_unit_test(only_short_units_look_legal),
        cmocka_unit_test(memory_that_runs_out_is_told_apart),
        cmocka_unit_test(every_status_has_a_name_that_leads_back),
        cmocka_unit_test(every_prefix_of_a_cell_is_read_without_reading_past_it),
        cmocka_unit_test(a_plain_cell_is_read_as_the_grammar_reads_it),
        cmocka_unit_test(what_is_not_plain_leaves_the_value_alone),
    };
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
