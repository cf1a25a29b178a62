#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "etl/json_read.h"
#include "tests/unit/scarce_memory.h"

/* Longer than the library's buffer grows to three times. */
#define LONGEST 140

/* A text with a string of LEN bytes, at the end of its memory. */
static char *text_with(size_t len, size_t *ret_size)
{
    *ret_size = len + 6;
    char *text = malloc(*ret_size);
    assert_non_null(text);
    memset(text, 'x', *ret_size);
    memcpy(text, "{\"", 2);
    memcpy(text + 2 + len, "\":1}", 4);
    return text;
}

static void what_is_json_is_read(void **state)
{
    (void)state;
    bool no_memory = true;
    size_t size;
    for (size_t len = 1; len <= LONGEST; len++) {
        char *text = text_with(len, &size);
        json_t *value = json_read(text, size, &no_memory);
        assert_non_null(value);
        assert_false(no_memory);
        assert_int_equal(strlen(json_object_iter_key(json_object_iter(value))), len);
        json_decref(value);
        free(text);
    }
}

static void what_is_not_json_or_has_a_name_twice_is_none(void **state)
{
    (void)state;
    bool no_memory = true;
    assert_null(json_read("{\"a\":1", 6, &no_memory));
    assert_false(no_memory);
    assert_null(json_read("{\"a\":1,\"a\":1}", 13, &no_memory));
    assert_false(no_memory);
}

static void what_lacks_memory_is_none_and_reads_nothing_behind_the_text(void **state)
{
    (void)state;
    bool no_memory;
    size_t size;
    for (size_t len = 1; len <= LONGEST; len++) {
        char *text = text_with(len, &size);
        requests = 0;
        json_decref(json_read(text, size, &no_memory));
        for (long n = 1, count = requests; n <= count; n++) {
            requests = 0;
            refused_at = n;
            json_t *value = json_read(text, size, &no_memory);
            refused_at = 0;
            assert_null(value);
            assert_true(no_memory);
            assert_int_equal(requests, n); /* a library that lacks memory asks for no more */
        }
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_json_is_read),
                                       cmocka_unit_test(what_is_not_json_or_has_a_name_twice_is_none),
                                       cmocka_unit_test(what_lacks_memory_is_none_and_reads_nothing_behind_the_text)};
    json_read_watch_memory(give);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
