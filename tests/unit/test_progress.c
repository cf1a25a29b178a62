#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "etl/observe/progress.h"

static void a_line_tells_the_share_the_rate_and_the_time_left(void **state)
{
    char line[160];
    (void)state;
    assert_string_equal(progress_line(line, sizeof line, "bromma (1 of 3)", 1200000, 3000000, 1500),
                        "bromma (1 of 3)  40 %  1.2 MB of 3.0 MB  800 kB/s  2 s left");
    assert_string_equal(progress_line(line, sizeof line, "a", 15, 30, 100),
                        "a  50 %  15 B of 30 B"); /* too early for a rate */
    assert_string_equal(progress_line(line, sizeof line, "a", 0, 30, 5000), "a  0 %  0 B of 30 B");
    assert_string_equal(progress_line(line, sizeof line, "a", 0, 0, 5000), "a");
}

static void figures_beyond_all_measure_do_not_overflow(void **state)
{
    char line[160], small[8];
    (void)state;
    progress_line(line, sizeof line, "a", UINT64_MAX, UINT64_MAX, INT64_MAX);
    assert_non_null(strstr(line, "a  100 %"));
    progress_line(line, sizeof line, "a", 1, 30, INT64_MAX); /* slower than a byte in a second: no rate to divide by */
    assert_string_equal(line, "a  3 %  1 B of 30 B  0 B/s  0 s left");
    progress_line(line, sizeof line, "a", 31, 30, 1000); /* more than was announced */
    assert_non_null(strstr(line, "100 %"));
    progress_line(small, sizeof small, "a long label", 1, 2, 1000);
    assert_string_equal(small, "a long ");
}

static ssize_t give(void *context, void *buffer, size_t size, struct error *err)
{
    (void)err;
    size_t *left = context, n = *left < size ? *left : size;
    memset(buffer, 'x', n);
    *left -= n;
    return (ssize_t)n;
}

static void what_passes_through_is_not_touched(void **state)
{
    size_t left = 10;
    char buffer[7];
    struct error err;
    const struct reader inner = {give, &left};
    (void)state;
    progress_begin("a", 10);
    const struct reader reader = progress_reader(&inner);
    assert_int_equal(reader.read(reader.context, buffer, sizeof buffer, &err), 7);
    assert_memory_equal(buffer, "xxxxxxx", 7);
    assert_int_equal(reader.read(reader.context, buffer, sizeof buffer, &err), 3);
    assert_int_equal(reader.read(reader.context, buffer, sizeof buffer, &err), 0);
    progress_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_tells_the_share_the_rate_and_the_time_left),
        cmocka_unit_test(figures_beyond_all_measure_do_not_overflow),
        cmocka_unit_test(what_passes_through_is_not_touched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
