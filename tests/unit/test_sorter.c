/* Sorting more records than memory holds. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "etl/audit/sorter.h"
#include "etl/base/limits.h"

#define ASSERT_OK(call)                                                                                                \
    do {                                                                                                               \
        if ((call) != 0) fail_msg("%s", err.message);                                                                  \
    } while (0)

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* A record of its own length and bytes, made from NUMBER. */
static size_t make_record(uint32_t number, unsigned char *record)
{
    uint32_t state = number;
    size_t size = next_random(&state) % 40;
    for (size_t i = 0; i < size; i++)
        record[i] = (unsigned char)(next_random(&state) % 3 * 127); /* many beginnings in common, NULs and high bytes */
    return size;
}

static void assert_sorted(struct sorter *sorter, size_t count)
{
    struct error err;
    const unsigned char *data;
    unsigned char last[64];
    size_t size, last_size = 0, found = 0, bytes = 0;
    int more;
    ASSERT_OK(sorter_rewind(sorter, &err));
    for (; (more = sorter_next(sorter, &data, &size, &err)) > 0; found++) {
        int c = memcmp(last, data, last_size < size ? last_size : size);
        assert_true(found == 0 || c < 0 || (c == 0 && last_size <= size));
        memcpy(last, data, size);
        last_size = size;
        bytes += size;
    }
    assert_int_equal(more, 0);
    assert_int_equal(found, count);
    size_t expected = 0;
    for (uint32_t i = 0; i < count; i++)
        expected += make_record(i, last);
    assert_int_equal(bytes, expected);
}

static void sort_records(size_t memory, uint32_t count)
{
    struct sorter *sorter;
    struct error err;
    unsigned char record[64];
    ASSERT_OK(sorter_create(memory, &sorter, &err));
    for (uint32_t i = 0; i < count; i++) {
        size_t size = make_record(i, record);
        ASSERT_OK(sorter_add(sorter, record, size, &err));
    }
    assert_int_equal(sorter_records(sorter), count);
    assert_sorted(sorter, count);
    assert_sorted(sorter, count); /* and again */
    sorter_free(sorter);
}

static void clear_and_sort_again(size_t memory, uint32_t count)
{
    struct sorter *sorter;
    struct error err;
    unsigned char record[64];
    ASSERT_OK(sorter_create(memory, &sorter, &err));
    for (uint32_t i = 0; i < 2000; i++)
        ASSERT_OK(sorter_add(sorter, record, make_record(i + 7, record), &err));
    ASSERT_OK(sorter_rewind(sorter, &err));
    sorter_clear(sorter);
    assert_int_equal(sorter_records(sorter), 0);
    for (uint32_t i = 0; i < count; i++)
        ASSERT_OK(sorter_add(sorter, record, make_record(i, record), &err));
    assert_sorted(sorter, count);
    sorter_free(sorter);
}

static void a_cleared_sorter_knows_nothing_of_what_it_held(void **state)
{
    (void)state;
    clear_and_sort_again(LIMIT_SORT, 0);
    clear_and_sort_again(LIMIT_SORT, 100);
    clear_and_sort_again(1000, 0); /* what it held was spooled */
    clear_and_sort_again(1000, 5);
    clear_and_sort_again(1000, 3000);
}

static void records_come_sorted_whether_they_fit_in_memory_or_not(void **state)
{
    (void)state;
    sort_records(LIMIT_SORT, 0);
    sort_records(LIMIT_SORT, 1);
    sort_records(LIMIT_SORT, 5000);
    sort_records(100000, 5000); /* a few runs */
}

static void more_runs_than_are_merged_at_once_are_merged_in_steps(void **state)
{
    (void)state;
    sort_records(500, 9000); /* hundreds of runs */
}

static void records_that_are_equal_come_all(void **state)
{
    struct sorter *sorter;
    struct error err;
    const unsigned char *data;
    size_t size, count = 0;
    (void)state;
    ASSERT_OK(sorter_create(200, &sorter, &err));
    for (int i = 0; i < 100; i++)
        ASSERT_OK(sorter_add(sorter, "alike", 5, &err));
    ASSERT_OK(sorter_rewind(sorter, &err));
    while (sorter_next(sorter, &data, &size, &err) > 0) {
        assert_int_equal(size, 5);
        assert_memory_equal(data, "alike", 5);
        count++;
    }
    assert_int_equal(count, 100);
    sorter_free(sorter);
}

/* Numbered records that come in the order of the SHAPE: 0 as numbered, 1 from the last, 2 jumbled, 3 to the middle and back. */
static uint32_t number_at(uint32_t i, uint32_t count, int shape)
{
    switch (shape) {
    case 0:
        return i;
    case 1:
        return count - 1 - i;
    case 2:
        return (uint32_t)((uint64_t)i * 7919 % count);
    default:
        return i % 2 ? count - 1 - i / 2 : i / 2;
    }
}

static void long_beginnings_in_common_do_not_confuse_the_order(void **state)
{
    const uint32_t count = 10007; /* prime, so that jumbling is one to one */
    struct sorter *sorter;
    struct error err;
    const unsigned char *data;
    char record[200];
    size_t size;
    (void)state;
    for (int shape = 0; shape < 4; shape++) {
        ASSERT_OK(sorter_create(shape % 2 ? 300000 : LIMIT_SORT, &sorter, &err));
        for (uint32_t i = 0; i < count; i++) {
            uint32_t n = number_at(i, count, shape);
            int length = snprintf(record, sizeof record, "%0*u", (int)(60 + n / 5000), n % 5000); /* three lengths */
            ASSERT_OK(sorter_add(sorter, record, (size_t)length, &err));
            memset(record, 0, 8);
            ASSERT_OK(sorter_add(sorter, record, n % 8, &err)); /* NULs, each the beginning of the next */
        }
        memset(record, 0, sizeof record);
        for (size_t length = 40; length-- > 0;)
            ASSERT_OK(sorter_add(sorter, record, length, &err));
        char last[200] = "";
        size_t last_size = 0, found = 0;
        ASSERT_OK(sorter_rewind(sorter, &err));
        for (; sorter_next(sorter, &data, &size, &err) > 0; found++) {
            int c = memcmp(last, data, last_size < size ? last_size : size);
            assert_true(c < 0 || (c == 0 && last_size <= size));
            memcpy(last, data, size);
            last_size = size;
        }
        assert_int_equal(found, 2 * count + 40);
        sorter_free(sorter);
    }
}

static void a_record_may_be_larger_than_a_window_and_not_than_the_limit(void **state)
{
    const size_t large = LIMIT_SPOOL_WINDOW * 3 + 17;
    struct sorter *sorter;
    struct error err;
    const unsigned char *data;
    size_t size;
    char *record = malloc(large);
    (void)state;
    assert_non_null(record);
    ASSERT_OK(sorter_create(1000, &sorter, &err));
    for (char c = 'e'; c >= 'a'; c--) {
        memset(record, c, large);
        ASSERT_OK(sorter_add(sorter, record, large, &err));
    }
    ASSERT_OK(sorter_rewind(sorter, &err));
    for (char c = 'a'; c <= 'e'; c++) {
        assert_int_equal(sorter_next(sorter, &data, &size, &err), 1);
        assert_int_equal(size, large);
        assert_int_equal(data[0], c);
        assert_int_equal(data[large - 1], c);
    }
    assert_int_equal(sorter_next(sorter, &data, &size, &err), 0);
    assert_int_equal(sorter_add(sorter, record, (size_t)LIMIT_SPOOL_RECORD + 1, &err), -1);
    sorter_free(sorter);
    free(record);
}

static void a_spool_is_read_in_the_order_it_was_written_from_any_place(void **state)
{
    struct spool spool = {0};
    struct spool_reader reader;
    struct error err;
    const unsigned char *data;
    unsigned char record[64];
    size_t size;
    uint64_t middle = 0;
    (void)state;
    for (uint32_t i = 0; i < 40000; i++) {
        if (i == 30000) middle = spool_size(&spool);
        ASSERT_OK(spool_add(&spool, record, make_record(i, record), &err));
    }
    for (uint32_t begin = 0; begin <= 30000; begin += 30000) {
        ASSERT_OK(spool_open(&spool, begin ? middle : 0, spool_size(&spool), &reader, &err));
        for (uint32_t i = begin; i < 40000; i++) {
            assert_int_equal(spool_next(&reader, &data, &size, &err), 1);
            assert_int_equal(size, make_record(i, record));
            assert_memory_equal(data, record, size);
        }
        assert_int_equal(spool_next(&reader, &data, &size, &err), 0);
        spool_close(&reader);
    }
    assert_int_equal(spool.records, 40000);
    spool_free(&spool);
}

/* What a spool of three records has, read up to END; the last result. */
static int read_all(const struct spool *spool, uint64_t end, struct error *err)
{
    struct spool_reader reader;
    const unsigned char *data;
    size_t size;
    int more;
    assert_int_equal(spool_open(spool, 0, end, &reader, err), 0);
    while ((more = spool_next(&reader, &data, &size, err)) > 0)
        assert_int_equal(size, LIMIT_SPOOL_BUFFER);
    spool_close(&reader);
    return more;
}

static void a_record_that_is_not_whole_is_an_error_and_no_record(void **state)
{
    struct spool spool = {0};
    struct error err;
    char *record = calloc(1, LIMIT_SPOOL_BUFFER);
    (void)state;
    assert_non_null(record);
    for (int i = 0; i < 3; i++)
        ASSERT_OK(spool_add(&spool, record, LIMIT_SPOOL_BUFFER, &err));
    assert_int_equal(spool_add(&spool, record, (size_t)LIMIT_SPOOL_RECORD + 1, &err), -1);
    assert_int_equal(spool.records, 3);
    assert_int_equal(read_all(&spool, spool_size(&spool), &err), 0);
    for (uint64_t cut = 1; cut < spool_size(&spool); cut += LIMIT_SPOOL_BUFFER / 3) {
        assert_int_equal(read_all(&spool, spool_size(&spool) - cut, &err), -1);
        assert_string_equal(err.message, "a temporary file ends inside a record");
    }
    assert_int_equal(read_all(&spool, 2, &err), -1);                    /* inside a length */
    assert_int_equal(ftruncate(spool.file - 1, LIMIT_SPOOL_BUFFER), 0); /* by somebody else */
    assert_int_equal(read_all(&spool, spool_size(&spool), &err), -1);
    assert_string_equal(err.message, "could not read a temporary file: Input/output error");
    spool_free(&spool);
    free(record);
}

static void a_folder_that_cannot_hold_temporary_files_is_said(void **state)
{
    struct spool spool = {0};
    struct error err;
    char record[1000] = {0};
    int rc = 0;
    (void)state;
    assert_int_equal(setenv("TMPDIR", "/nowhere/at/all", 1), 0);
    for (int i = 0; rc == 0 && i < 1000; i++)
        rc = spool_add(&spool, record, sizeof record, &err);
    assert_int_equal(unsetenv("TMPDIR"), 0);
    assert_int_equal(rc, -1);
    assert_non_null(strstr(err.message, "temporary file"));
    assert_non_null(strstr(err.hint, "TMPDIR"));
    spool_free(&spool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cleared_sorter_knows_nothing_of_what_it_held),
        cmocka_unit_test(records_come_sorted_whether_they_fit_in_memory_or_not),
        cmocka_unit_test(more_runs_than_are_merged_at_once_are_merged_in_steps),
        cmocka_unit_test(records_that_are_equal_come_all),
        cmocka_unit_test(long_beginnings_in_common_do_not_confuse_the_order),
        cmocka_unit_test(a_record_may_be_larger_than_a_window_and_not_than_the_limit),
        cmocka_unit_test(a_spool_is_read_in_the_order_it_was_written_from_any_place),
        cmocka_unit_test(a_record_that_is_not_whole_is_an_error_and_no_record),
        cmocka_unit_test(a_folder_that_cannot_hold_temporary_files_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
