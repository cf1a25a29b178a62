#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "etl/base/error.h"

static void setting_an_error_returns_minus_one_and_clears_the_rest(void **state)
{
    struct error err;
    (void)state;
    assert_int_equal(error_set(&err, EXIT_FETCH, "%s:%d: gone", "a.csv", 3), -1);
    assert_int_equal(error_detail(&err, "HTTP %d", 410), -1);
    assert_int_equal(error_hint(&err, "Ask for it."), -1);
    assert_string_equal(err.message, "a.csv:3: gone");
    assert_string_equal(err.detail, "HTTP 410");
    assert_string_equal(err.hint, "Ask for it.");
    assert_int_equal(error_memory(&err), -1);
    assert_int_equal(err.class, EXIT_INTERNAL);
    assert_string_equal(err.message, "out of memory");
    assert_string_equal(err.detail, "");
    assert_string_equal(err.hint, "");
}

static void a_message_is_one_printable_line(void **state)
{
    struct error err;
    (void)state;
    error_set(&err, EXIT_REFUSED, "bad\nstadslager: forged\x1b[31m\tred\x7f\n");
    assert_string_equal(err.message, "bad?stadslager: forged?[31m red?");
}

static void a_long_message_is_cut_between_characters(void **state)
{
    struct error err;
    char wide[4096];
    (void)state;
    for (size_t i = 0; i + 2 < sizeof wide; i += 2)
        memcpy(wide + i, "å", 3);
    for (unsigned shift = 0; shift < 2; shift++) {
        error_set(&err, EXIT_REFUSED, "%s%s", shift ? "x" : "", wide);
        size_t len = strlen(err.message);
        assert_in_range(len, sizeof err.message - 4, sizeof err.message - 1);
        assert_int_equal((len - shift) % 2, 0);
    }
}

static void printing_shows_what_there_is(void **state)
{
    struct error err;
    char *out = NULL;
    size_t size = 0;
    (void)state;
    error_set(&err, EXIT_CONFIG, "no such key");
    error_hint(&err, "Did you mean \"url\"?");
    FILE *file = open_memstream(&out, &size);
    assert_non_null(file);
    error_print(&err, file);
    assert_int_equal(fclose(file), 0);
    assert_string_equal(out, "stadslager: no such key\n  hint: Did you mean \"url\"?\n");
    free(out);
}

static void of_two_outcomes_the_worse_one_is_kept(void **state)
{
    static const enum exit_code worst_first[] = {EXIT_INTERNAL, EXIT_DATABASE,    EXIT_DEADLINE, EXIT_LOCKED,
                                                 EXIT_CONFIG,   EXIT_USAGE,       EXIT_AUDIT,    EXIT_REFUSED,
                                                 EXIT_FETCH,    EXIT_QUARANTINED, EXIT_DONE};
    size_t count = sizeof worst_first / sizeof *worst_first;
    (void)state;
    for (size_t i = 0; i < count; i++)
        for (size_t k = i; k < count; k++) {
            assert_int_equal(exit_code_worse(worst_first[i], worst_first[k]), worst_first[i]);
            assert_int_equal(exit_code_worse(worst_first[k], worst_first[i]), worst_first[i]);
        }
    assert_string_equal(exit_code_name(EXIT_DONE), "done");
    assert_string_equal(exit_code_name((enum exit_code)99), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(setting_an_error_returns_minus_one_and_clears_the_rest),
        cmocka_unit_test(a_message_is_one_printable_line),
        cmocka_unit_test(a_long_message_is_cut_between_characters),
        cmocka_unit_test(printing_shows_what_there_is),
        cmocka_unit_test(of_two_outcomes_the_worse_one_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
