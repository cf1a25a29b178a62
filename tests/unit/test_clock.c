#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "etl/clock.h"

/* YYYY-MM-DDThh:mm:ssZ */
static void assert_is_a_time(const char *text)
{
    static const char form[] = "0000-00-00T00:00:00Z";
    assert_int_equal(strlen(text), sizeof form - 1);
    for (size_t i = 0; form[i]; i++)
        assert_true(form[i] == '0' ? isdigit((unsigned char)text[i]) : text[i] == form[i]);
}

static void the_environment_sets_the_time(void **state)
{
    char now[CLOCK_SIZE];
    (void)state;
    assert_int_equal(setenv("STADSLAGER_NOW", "2024-11-05T03:15:00Z", 1), 0);
    assert_string_equal(clock_now(now), "2024-11-05T03:15:00Z");
}

static void what_is_not_a_time_in_utc_is_not_taken_from_the_environment(void **state)
{
    static const char *const wrong[] = {
        "", "yesterday", "2024-11-05", "2024-11-05T03:15:00+01:00", "2024-11-05 03:15:00Z", "2024-11-05T03:15:00Zx"};
    char now[CLOCK_SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(setenv("STADSLAGER_NOW", wrong[i], 1), 0);
        assert_is_a_time(clock_now(now));
        assert_string_not_equal(now, wrong[i]);
    }
}

static void without_it_the_time_is_the_machines(void **state)
{
    char now[CLOCK_SIZE];
    (void)state;
    assert_int_equal(unsetenv("STADSLAGER_NOW"), 0);
    assert_ptr_equal(clock_now(now), now);
    assert_is_a_time(now);
    assert_true(strcmp(now, "2020-01-01T00:00:00Z") > 0);
}

static void the_monotonic_clock_does_not_go_back(void **state)
{
    (void)state;
    int64_t before = clock_monotonic_ms();
    assert_true(before >= 0);
    assert_true(clock_monotonic_ms() >= before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_environment_sets_the_time),
        cmocka_unit_test(what_is_not_a_time_in_utc_is_not_taken_from_the_environment),
        cmocka_unit_test(without_it_the_time_is_the_machines),
        cmocka_unit_test(the_monotonic_clock_does_not_go_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
