#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "etl/base/text_stream.h"

static void many_small_writes_come_back_whole(void **state)
{
    struct text_stream stream;
    size_t size, lines = 5000;
    (void)state;
    assert_int_equal(text_stream_begin(&stream), 0);
    for (size_t i = 0; i < lines; i++)
        fprintf(stream.out, "%08zu\n", i);
    char *text = text_stream_end(&stream, &size);
    assert_non_null(text);
    assert_int_equal(size, lines * 9);
    assert_int_equal(strlen(text), size);
    for (size_t i = 0; i < lines; i++)
        assert_int_equal(strtoul(text + i * 9, NULL, 10), i);
    free(text);
}

static void nothing_written_is_an_empty_text(void **state)
{
    struct text_stream stream;
    size_t size = 1;
    (void)state;
    assert_int_equal(text_stream_begin(&stream), 0);
    char *text = text_stream_end(&stream, &size);
    assert_string_equal(text, "");
    assert_int_equal(size, 0);
    free(text);
}

static void a_text_of_which_a_piece_was_lost_is_none(void **state)
{
    struct text_stream stream;
    size_t size = 7;
    (void)state;
    assert_int_equal(text_stream_begin(&stream), 0);
    fputs("before", stream.out);
    assert_int_equal(fflush(stream.out), 0);
    stream.lost = true; /* as where there was no room; tests/faults makes that happen */
    fputs("behind", stream.out);
    assert_null(text_stream_end(&stream, &size));
    assert_int_equal(size, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(many_small_writes_come_back_whole),
                                       cmocka_unit_test(nothing_written_is_an_empty_text),
                                       cmocka_unit_test(a_text_of_which_a_piece_was_lost_is_none)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
