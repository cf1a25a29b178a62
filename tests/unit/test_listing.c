/* Rows as text, CSV and JSON: nothing in a cell can leave its cell, become a formula or reach a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "etl/facts.h"
#include "etl/history/flags.h"
#include "etl/history/listing.h"

/* What WRITE makes of CELL; the caller frees. */
static char *written(void (*write)(FILE *, struct text), struct text cell)
{
    char *buffer = NULL;
    size_t size;
    FILE *out = open_memstream(&buffer, &size);
    assert_non_null(out);
    write(out, cell);
    assert_int_equal(fclose(out), 0);
    return buffer;
}

static void assert_written(void (*write)(FILE *, struct text), struct text cell, const char *expected)
{
    char *found = written(write, cell);
    assert_string_equal(found, expected);
    free(found);
}

static void a_cell_of_csv_is_quoted_where_it_must_be(void **state)
{
    (void)state;
    assert_written(listing_csv_cell, TEXT("Förskolan Solen"), "Förskolan Solen");
    assert_written(listing_csv_cell, TEXT("a,b"), "\"a,b\"");
    assert_written(listing_csv_cell, TEXT("säg \"nej\""), "\"säg \"\"nej\"\"\"");
    assert_written(listing_csv_cell, TEXT("a\nb"), "\"a\nb\"");
    assert_written(listing_csv_cell, TEXT(""), "");
}

static void a_cell_of_csv_is_never_a_formula_and_a_number_stays_one(void **state)
{
    static const char *const formulas[] = {"=1+1", "+a",     "-a",   "@SUM(A1)", "\t=1",      "\r=1",
                                           " =1",  "-1-cmd", "-1 %", "+",        "\xc2\xa0=1"};
    static const char *const numbers[] = {"-1", "-1.5", "+2,5", "0", "-1000000.25"};
    (void)state;
    for (size_t i = 0; i < sizeof formulas / sizeof *formulas; i++) {
        char *found = written(listing_csv_cell, text_of(formulas[i]));
        assert_memory_equal(found, "\"'", 2);
        free(found);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char *found = written(listing_csv_cell, text_of(numbers[i]));
        assert_null(strchr(found, '\''));
        free(found);
    }
}

static void control_characters_and_what_is_not_text_are_escaped(void **state)
{
    (void)state;
    assert_written(listing_escape, TEXT("åäö – 85 %"), "åäö – 85 %");
    assert_written(listing_escape, TEXT("a\tb\nc\\d"), "a\\tb\\nc\\\\d");
    assert_written(listing_escape, TEXT("\x1b[31m\x7f"), "\\x1b[31m\\x7f");
    assert_written(listing_escape, TEXT("\xe5ker \xc3"), "\\xe5ker \\xc3");
    assert_written(listing_escape, TEXT("\xc2\x9b"), "\\xc2\\x9b");
    assert_written(listing_escape, text_make("a\0b", 3), "a\\x00b");
}

static void the_formats_have_names(void **state)
{
    enum listing_format format;
    (void)state;
    assert_int_equal(listing_format_parse("csv", &format), 0);
    assert_int_equal(format, LISTING_CSV);
    assert_int_equal(listing_format_parse("json", &format), 0);
    assert_int_equal(format, LISTING_JSON);
    assert_int_equal(listing_format_parse("xml", &format), -1);
    assert_int_equal(listing_format_parse("", &format), -1);
}

static void flags_are_named_and_unknown_ones_numbered(void **state)
{
    char buffer[FLAGS_SIZE];
    (void)state;
    assert_string_equal(flags_words(0, buffer), "");
    assert_string_equal(flags_words(NOTE_SHIFTED | FLAG_OUT_OF_RANGE, buffer), "forskjuten, utanfor-granser");
    assert_string_equal(flags_words(1u << 31, buffer), "bit-31");
    assert_true(strlen(flags_words(~0u, buffer)) < FLAGS_SIZE - 1);
    assert_non_null(strstr(buffer, "bit-31"));
}

static void each_flag_has_a_name_of_its_own(void **state)
{
    char one[FLAGS_SIZE], other[FLAGS_SIZE];
    (void)state;
    for (unsigned a = 0; a < 32; a++)
        for (unsigned b = 0; b < a; b++)
            assert_string_not_equal(flags_words(1u << a, one), flags_words(1u << b, other));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cell_of_csv_is_quoted_where_it_must_be),
        cmocka_unit_test(a_cell_of_csv_is_never_a_formula_and_a_number_stays_one),
        cmocka_unit_test(control_characters_and_what_is_not_text_are_escaped),
        cmocka_unit_test(the_formats_have_names),
        cmocka_unit_test(flags_are_named_and_unknown_ones_numbered),
        cmocka_unit_test(each_flag_has_a_name_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
