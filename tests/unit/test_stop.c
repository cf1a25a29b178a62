#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "etl/stop.h"

static int begin(void **state)
{
    struct error err;
    (void)state;
    stop_flag = 0;
    return stop_install(7200, &err);
}

static void nothing_stops_at_first(void **state)
{
    struct error err;
    (void)state;
    assert_int_equal(stop_check(&err), 0);
}

static void a_signal_is_named(void **state)
{
    struct error err;
    (void)state;
    assert_int_equal(raise(SIGTERM), 0);
    assert_int_equal(stop_check(&err), -1);
    assert_int_equal(err.class, EXIT_DEADLINE);
    assert_string_equal(err.message, "stopped by SIGTERM; what was not yet published is rolled back");
    assert_int_equal(raise(SIGINT), 0);
    assert_int_equal(stop_check(&err), -1);
    assert_string_equal(err.message, "stopped by SIGINT; what was not yet published is rolled back");
    assert_int_equal(stop_check(&err), -1); /* it stays */
}

static void the_deadline_is_named_with_its_seconds(void **state)
{
    struct error err;
    (void)state;
    assert_int_equal(raise(SIGALRM), 0);
    assert_int_equal(stop_check(&err), -1);
    assert_int_equal(err.class, EXIT_DEADLINE);
    assert_string_equal(err.message,
                        "the run's deadline of 7200 s has passed; what was not yet published is rolled back");
}

static void without_a_connection_there_is_nothing_to_cancel(void **state)
{
    struct error err;
    (void)state;
    assert_int_equal(stop_guard(NULL, &err), 0);
    assert_int_equal(raise(SIGTERM), 0);
    assert_int_equal(stop_check(&err), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(nothing_stops_at_first, begin),
        cmocka_unit_test_setup(a_signal_is_named, begin),
        cmocka_unit_test_setup(the_deadline_is_named_with_its_seconds, begin),
        cmocka_unit_test_setup(without_a_connection_there_is_nothing_to_cancel, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
