#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "etl/base/limits.h"
#include "etl/copy.h"

#define HEADER      "PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0"
#define HEADER_SIZE 19

struct bytes {
    unsigned char *data;
    size_t size, room;
    size_t fail_after; /* 0 = never */
};

static int collect(void *context, const void *data, size_t size, struct error *err)
{
    struct bytes *to = context;
    if (to->fail_after && to->size + size > to->fail_after)
        return error_set(err, EXIT_DATABASE, "the other side went away");
    if (to->size + size > to->room) {
        to->room = (to->size + size) * 2;
        to->data = realloc(to->data, to->room);
        assert_non_null(to->data);
    }
    memcpy(to->data + to->size, data, size);
    to->size += size;
    return 0;
}

/* The stream of COPY must be header, BODY, trailer. */
static void assert_stream(struct copy *copy, const void *body, size_t size)
{
    struct bytes got = {0};
    struct error err;
    assert_int_equal(copy_drain(copy, collect, &got, &err), 0);
    assert_int_equal(got.size, HEADER_SIZE + size + 2);
    assert_memory_equal(got.data, HEADER, HEADER_SIZE);
    assert_memory_equal(got.data + HEADER_SIZE, body, size);
    assert_memory_equal(got.data + HEADER_SIZE + size, "\xff\xff", 2);
    free(got.data);
    copy_free(copy);
}
#define ASSERT_STREAM(copy, literal) assert_stream(copy, literal, sizeof(literal) - 1)

static void a_stream_without_rows_is_header_and_trailer(void **state)
{
    (void)state;
    struct copy copy;
    copy_init(&copy);
    ASSERT_STREAM(&copy, "");
}

static void numbers_are_big_endian_with_their_length_before_them(void **state)
{
    (void)state;
    struct copy copy;
    copy_init(&copy);
    copy_row(&copy, 4);
    copy_int16(&copy, -2);
    copy_int32(&copy, 0x01020304);
    copy_int64(&copy, INT64_MIN);
    copy_null(&copy);
    assert_int_equal(copy.rows, 1);
    ASSERT_STREAM(&copy, "\0\4"
                         "\0\0\0\2\xff\xfe"
                         "\0\0\0\4\1\2\3\4"
                         "\0\0\0\x8\x80\0\0\0\0\0\0\0"
                         "\xff\xff\xff\xff");
}

static void a_date_is_the_days_since_2000(void **state)
{
    (void)state;
    struct copy copy;
    struct error err;
    copy_init(&copy);
    copy_row(&copy, 7);
    copy_date(&copy, TEXT("2000-01-01"));
    copy_date(&copy, TEXT("1999-12-31"));
    copy_date(&copy, TEXT("2000-02-29"));
    copy_date(&copy, TEXT("2022-06-30"));
    copy_date(&copy, TEXT("2199-12-31"));
    copy_date(&copy, TEXT("1900-03-01"));
    copy_date(&copy, TEXT(""));
    ASSERT_STREAM(&copy, "\0\7"
                         "\0\0\0\4\0\0\0\0"
                         "\0\0\0\4\xff\xff\xff\xff"
                         "\0\0\0\4\0\0\0\x3b"
                         "\0\0\0\4\x00\x00\x20\x18"
                         "\0\0\0\4\x00\x01\x1d\x58"
                         "\0\0\0\4\xff\xff\x71\x8f"
                         "\xff\xff\xff\xff");
    copy_date(&copy, TEXT("30 juni"));
    assert_int_equal(copy_check(&copy, &err), -1);
    copy_free(&copy);
}

static void texts_keep_their_bytes_and_only_the_nullable_kind_turns_empty_into_null(void **state)
{
    (void)state;
    struct copy copy;
    copy_init(&copy);
    copy_row(&copy, 5);
    copy_text(&copy, TEXT("mål"));
    copy_text(&copy, TEXT(""));
    copy_text_or_null(&copy, TEXT(""));
    copy_char(&copy, 'T');
    copy_char(&copy, '\0');
    ASSERT_STREAM(&copy, "\0\5"
                         "\0\0\0\4m\xc3\xa5l"
                         "\0\0\0\0"
                         "\xff\xff\xff\xff"
                         "\0\0\0\1T"
                         "\xff\xff\xff\xff");
}

static void what_postgresql_would_refuse_in_a_text_is_replaced_but_kept_in_bytes(void **state)
{
    (void)state;
    struct copy copy;
    copy_init(&copy);
    copy_row(&copy, 3);
    copy_text(&copy, text_make("a\0b\xe5"
                               "c\xc3\xa5",
                               7));
    copy_text(&copy, TEXT("\xed\xa0\x80")); /* half of a surrogate pair */
    copy_bytes(&copy, text_make("\0\xe5", 2));
    struct bytes got = {0};
    struct error err;
    assert_int_equal(copy_drain(&copy, collect, &got, &err), 0);
    assert_memory_equal(got.data + HEADER_SIZE + 2,
                        "\0\0\0\xb"
                        "a\xef\xbf\xbd"
                        "b\xef\xbf\xbd"
                        "c\xc3\xa5",
                        15);
    const unsigned char *second = got.data + HEADER_SIZE + 2 + 15;
    assert_int_equal(second[3] % 3, 0);
    assert_true(second[3] >= 3);
    assert_memory_equal(second + 4, "\xef\xbf\xbd", 3);
    assert_memory_equal(second + 4 + second[3], "\0\0\0\2\0\xe5", 6);
    free(got.data);
    copy_free(&copy);
}

static void a_decimal_is_a_numeric_with_its_scale(void **state)
{
    (void)state;
    struct copy copy;
    copy_init(&copy);
    copy_row(&copy, 1);
    copy_decimal(&copy, (struct decimal){-1250, 2}); /* -12.50 */
    ASSERT_STREAM(&copy, "\0\1"
                         "\0\0\0\xc"
                         "\0\2\0\0\x40\0\0\2\0\xc\x13\x88");
}

static void rows_beyond_the_memory_limit_go_through_a_file_and_come_back_in_order(void **state)
{
    (void)state;
    const size_t rows = 3 * LIMIT_SPOOL / 100;
    struct copy copy;
    struct bytes got = {0};
    struct error err;
    char text[93];
    copy_init(&copy);
    for (size_t i = 0; i < rows; i++) {
        memset(text, 'a' + (int)(i % 26), sizeof text);
        copy_row(&copy, 2);
        copy_int64(&copy, (int64_t)i);
        copy_text(&copy, text_make(text, sizeof text));
    }
    assert_int_equal(copy_check(&copy, &err), 0);
    assert_true(copy.spilled > 0);
    assert_true(copy.size <= LIMIT_SPOOL);
    assert_int_equal(copy_drain(&copy, collect, &got, &err), 0);
    const size_t row_size = 2 + 12 + 4 + sizeof text;
    assert_int_equal(got.size, HEADER_SIZE + rows * row_size + 2);
    for (size_t i = 0; i < rows; i++) {
        const unsigned char *row = got.data + HEADER_SIZE + i * row_size;
        uint64_t n = 0;
        for (int k = 6; k < 14; k++)
            n = n << 8 | row[k];
        assert_int_equal(n, i);
        assert_int_equal(row[row_size - 1], 'a' + (int)(i % 26));
    }
    free(got.data);
    copy_free(&copy);
}

/* By the caller's own limit, whatever is done with it in between. */
static void memory_stays_within_the_limit_and_the_stream_is_whole(void **state)
{
    (void)state;
    const size_t limit = (size_t)128 * 1024, rows = 100000, row = 10; /* bytes of a row */
    struct copy copy;
    copy_init(&copy);
    copy.limit = limit;
    for (int round = 0; round < 3; round++) {
        struct bytes got = {0};
        struct error err;
        for (size_t i = 0; i < rows; i++) {
            copy_row(&copy, 1);
            copy_int32(&copy, (int32_t)i);
            assert_true(copy.size <= limit);
        }
        assert_true(copy.fd >= 0);
        assert_int_equal(copy_drain(&copy, collect, &got, &err), 0);
        assert_int_equal(got.size, HEADER_SIZE + rows * row + 2);
        for (size_t i = 0; i < rows; i++) {
            const unsigned char *n = (const unsigned char *)got.data + HEADER_SIZE + i * row + 6;
            assert_int_equal((size_t)n[0] << 24 | (size_t)n[1] << 16 | (size_t)n[2] << 8 | n[3], i);
        }
        free(got.data);
        if (round)
            copy_free(&copy);
        else
            copy_empty(&copy);
    }
}

static void a_temporary_file_that_cannot_be_made_is_an_error_with_a_hint(void **state)
{
    (void)state;
    char *before = getenv("TMPDIR") ? strdup(getenv("TMPDIR")) : NULL;
    struct copy copy;
    struct error err;
    char text[1000] = {0};
    setenv("TMPDIR", "/nonexistent/folder", 1);
    copy_init(&copy);
    memset(text, 'x', sizeof text);
    for (size_t i = 0; i <= LIMIT_SPOOL / sizeof text; i++) {
        copy_row(&copy, 1);
        copy_text(&copy, text_make(text, sizeof text));
    }
    assert_int_equal(copy_check(&copy, &err), -1);
    assert_int_equal(err.class, EXIT_INTERNAL);
    assert_string_equal(err.message, "could not keep rows in a temporary file: No such file or directory");
    assert_string_equal(err.hint, "TMPDIR names the folder for temporary files (default: /tmp).");
    assert_int_equal(copy_drain(&copy, collect, NULL, &err), -1);
    copy_free(&copy);
    if (before)
        setenv("TMPDIR", before, 1);
    else
        unsetenv("TMPDIR");
    free(before);
}

static void a_receiver_that_fails_stops_the_stream(void **state)
{
    (void)state;
    struct copy copy;
    struct bytes got = {.fail_after = HEADER_SIZE};
    struct error err;
    copy_init(&copy);
    copy_row(&copy, 1);
    copy_int32(&copy, 1);
    assert_int_equal(copy_drain(&copy, collect, &got, &err), -1);
    assert_int_equal(got.size, HEADER_SIZE);
    assert_string_equal(err.message, "the other side went away");
    free(got.data);
    copy_free(&copy);
}

/* Every field begins at any distance from the end of the memory, which grows under it. */
static void fields_are_whole_wherever_the_memory_grows(void **state)
{
    (void)state;
    static const char row[] = "\0\5\0\0\0\2ab\xff\xff\xff\xff\0\0\0\4\1\2\3\4\0\0\0\1x\0\0\0\xa\0\1\0\0\0\0\0\0\0\7";
    const size_t size = sizeof row - 1, first = (size_t)64 * 1024;
    for (size_t shift = 0; shift <= size; shift++) {
        struct copy copy;
        struct bytes got = {0};
        struct error err;
        char *filler = calloc(1, first);
        assert_non_null(filler);
        copy_init(&copy);
        copy_row(&copy, 1);
        copy_bytes(&copy, text_make(filler, first - 6 - shift)); /* SHIFT bytes are left */
        assert_int_equal(copy.used, first - shift);
        copy_row(&copy, 5);
        copy_text(&copy, TEXT("ab"));
        copy_null(&copy);
        copy_int32(&copy, 0x01020304);
        copy_char(&copy, 'x');
        copy_decimal(&copy, (struct decimal){7, 0});
        assert_int_equal(copy_drain(&copy, collect, &got, &err), 0);
        assert_int_equal(got.size, HEADER_SIZE + first - shift + size + 2);
        assert_memory_equal(got.data + HEADER_SIZE + first - shift, row, size);
        free(got.data);
        free(filler);
        copy_free(&copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_without_rows_is_header_and_trailer),
        cmocka_unit_test(numbers_are_big_endian_with_their_length_before_them),
        cmocka_unit_test(a_date_is_the_days_since_2000),
        cmocka_unit_test(texts_keep_their_bytes_and_only_the_nullable_kind_turns_empty_into_null),
        cmocka_unit_test(what_postgresql_would_refuse_in_a_text_is_replaced_but_kept_in_bytes),
        cmocka_unit_test(a_decimal_is_a_numeric_with_its_scale),
        cmocka_unit_test(rows_beyond_the_memory_limit_go_through_a_file_and_come_back_in_order),
        cmocka_unit_test(memory_stays_within_the_limit_and_the_stream_is_whole),
        cmocka_unit_test(a_temporary_file_that_cannot_be_made_is_an_error_with_a_hint),
        cmocka_unit_test(a_receiver_that_fails_stops_the_stream),
        cmocka_unit_test(fields_are_whole_wherever_the_memory_grows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
