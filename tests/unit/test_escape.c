#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "etl/analys/escape.h"

static void cell(FILE *out, const char *text)
{
    escape_cell(out, text, ';');
}

static void is(void (*escape)(FILE *, const char *), const char *text, const char *expected)
{
    char *found;
    size_t size;
    FILE *out = open_memstream(&found, &size);
    assert_non_null(out);
    escape(out, text);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(found, expected);
    free(found);
}

static void html_has_neither_marks_nor_control_characters(void **state)
{
    (void)state;
    is(escape_html, "<a b='c'>\"&\x01\x7f\tå", "&lt;a b=&#39;c&#39;&gt;&quot;&amp;   å");
}

static void json_may_stand_in_a_script(void **state)
{
    (void)state;
    is(escape_json, "a\"\\\n\x7f</script>&'", "\"a\\u0022\\u005c\\u000a\\u007f\\u003c/script\\u003e\\u0026\\u0027\"");
    /* U+2028 and U+2029 end a line of a script; what begins like them does not. */
    is(escape_json, "1\xe2\x80\xa8 2\xe2\x80\xa9 3", "\"1\\u2028 2\\u2029 3\"");
    is(escape_json, "\xe2\x80\x93 \xe2\x89\xa5 å", "\"\xe2\x80\x93 \xe2\x89\xa5 å\"");
    is(escape_json, "cut \xe2\x80", "\"cut \xe2\x80\"");
}

static void a_cell_is_quoted_where_it_must_be(void **state)
{
    static const char *const same[] = {"", "a b", "a=1", "a'b"};
    (void)state;
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        is(cell, same[i], same[i]);
    is(cell, "a;b", "\"a;b\"");
    is(cell, "a\"b", "\"a\"\"b\"");
    is(cell, "a\r\nb", "\"a\r\nb\"");
    is(cell, " a", "\" a\"");
    is(cell, "'a", "\"'a\"");
    is(cell, "=1", "\"'=1\"");
    is(cell, " @a;\"", "\"' @a;\"\"\""); /* the apostrophe stands within the quotes, or these would be text */
}

static void a_formula_is_known_by_how_it_begins(void **state)
{
    static const char *const formulas[] = {"=1", "+1", "-1", "@a", "\ta", "\ra", "\na", "  =1"}, *const texts[] = {
                                                                                                     "", "   ", "a=1",
                                                                                                     "1-2"};
    (void)state;
    for (size_t i = 0; i < sizeof formulas / sizeof *formulas; i++)
        assert_true(escape_is_formula(formulas[i]));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_false(escape_is_formula(texts[i]));
}

static void swedish_print_has_its_own_minus_blanks_and_comma(void **state)
{
    char buffer[ESCAPE_SWEDISH_SIZE], digits[200];
    (void)state;
    assert_string_equal(escape_swedish("-1234567.50", buffer), "\xe2\x88\x92"
                                                               "1\xc2\xa0"
                                                               "234\xc2\xa0"
                                                               "567,50");
    assert_string_equal(escape_swedish("123", buffer), "123");
    assert_string_equal(escape_swedish("..", buffer), ",,");
    assert_string_equal(escape_swedish("", buffer), "");
    memset(digits, '1', sizeof digits - 1); /* longer than any number is */
    digits[sizeof digits - 1] = '\0';
    assert_true(strlen(escape_swedish(digits, buffer)) < ESCAPE_SWEDISH_SIZE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(html_has_neither_marks_nor_control_characters),
        cmocka_unit_test(json_may_stand_in_a_script),
        cmocka_unit_test(a_cell_is_quoted_where_it_must_be),
        cmocka_unit_test(a_formula_is_known_by_how_it_begins),
        cmocka_unit_test(swedish_print_has_its_own_minus_blanks_and_comma),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
