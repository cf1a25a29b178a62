#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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
    stop_release();
    assert_int_equal(raise(SIGTERM), 0);
    assert_int_equal(stop_check(&err), -1);
}

static void what_does_not_end_after_a_stop_is_given_up(void **state)
{
    (void)state;
    int status;
    pid_t child = fork();
    if (child == 0) {
        (void)raise(SIGTERM);
        (void)raise(SIGALRM); /* LIMIT_STOP_GRACE_S later */
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), EXIT_DEADLINE);
}

static void a_statement_that_a_stop_cancelled_says_so(void **state)
{
    struct error err;
    (void)state;
    (void)error_set(&err, EXIT_DEADLINE, "could not wait: canceling statement due to user request");
    stop_explain(&err);
    assert_string_equal(err.message, "could not wait: canceling statement due to user request"); /* another's doing */
    assert_int_equal(raise(SIGTERM), 0);
    stop_explain(&err);
    assert_string_equal(err.message, "stopped by SIGTERM; what was not yet published is rolled back");
    (void)error_set(&err, EXIT_DATABASE, "no such table");
    stop_explain(&err);
    assert_string_equal(err.message, "no such table");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(nothing_stops_at_first, begin),
        cmocka_unit_test_setup(a_signal_is_named, begin),
        cmocka_unit_test_setup(the_deadline_is_named_with_its_seconds, begin),
        cmocka_unit_test_setup(without_a_connection_there_is_nothing_to_cancel, begin),
        cmocka_unit_test_setup(what_does_not_end_after_a_stop_is_given_up, begin),
        cmocka_unit_test_setup(a_statement_that_a_stop_cancelled_says_so, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
