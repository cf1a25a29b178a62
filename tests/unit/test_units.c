#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "etl/observe/units.h"
#include "tests/unit/system_bus.h"

static int asked(const struct manager manager, struct unit_timer *ret_timer, struct error *err)
{
    struct system_bus bus = system_bus_begin(manager);
    int rc = units_timer(UNITS_TIMER, ret_timer, err);
    system_bus_end(&bus);
    return rc;
}

static void a_timer_that_will_elapse_is_told_with_its_time(void **state)
{
    const struct manager manager = {
        .loaded = "loaded", .enabled = "enabled", .active = "active", .next_us = UINT64_C(1767225600999999)};
    struct unit_timer timer;
    struct error err;
    (void)state;
    assert_int_equal(asked(manager, &timer, &err), 0);
    assert_true(timer.answered);
    assert_string_equal(timer.enabled, "enabled");
    assert_string_equal(timer.active, "active");
    assert_int_equal(timer.next_s, 1767225600);
}

static void a_timer_that_is_not_planned_has_no_time(void **state)
{
    const uint64_t never[] = {0, UINT64_MAX};
    struct unit_timer timer;
    struct error err;
    (void)state;
    for (size_t i = 0; i < sizeof never / sizeof *never; i++) {
        const struct manager manager = {
            .loaded = "loaded", .enabled = "disabled", .active = "inactive", .next_us = never[i]};
        assert_int_equal(asked(manager, &timer, &err), 0);
        assert_true(timer.answered);
        assert_int_equal(timer.next_s, 0);
    }
}

static void what_systemd_does_not_know_is_empty_and_no_error(void **state)
{
    const struct manager silent = {0}, odd = {.loaded = "loaded", .gives_text = true},
                         installed_never = {.loaded = "not-found"};
    struct unit_timer timer;
    struct error err;
    (void)state;
    assert_int_equal(asked(silent, &timer, &err), 0);
    assert_false(timer.answered);
    assert_int_equal(asked(odd, &timer, &err), 0);
    assert_false(timer.answered);
    assert_int_equal(asked(installed_never, &timer, &err), 0);
    assert_true(timer.answered);
    assert_string_equal(timer.enabled, "");
    assert_string_equal(timer.active, "");
}

static void where_there_is_no_bus_nothing_is_known(void **state)
{
    struct unit_timer timer = {.answered = true};
    struct error err;
    (void)state;
    system_bus_none();
    assert_int_equal(units_timer(UNITS_TIMER, &timer, &err), 0);
    assert_false(timer.answered);
}

static void an_answer_that_lacks_memory_says_nothing_of_the_timer(void **state)
{
    static const char *const asked_for[] = {"LoadUnit", "LoadState", "UnitFileState", "ActiveState",
                                            "NextElapseUSecRealtime"};
    (void)state;
    for (size_t i = 0; i < sizeof asked_for / sizeof *asked_for; i++) {
        const struct manager manager = {
            .loaded = "loaded", .enabled = "enabled", .active = "active", .lacks_memory_for = asked_for[i]};
        struct unit_timer timer = {.next_s = 7};
        struct error err;
        assert_int_equal(asked(manager, &timer, &err), -1);
        assert_string_equal(err.message, "out of memory");
        assert_int_equal(timer.next_s, 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_timer_that_will_elapse_is_told_with_its_time),
        cmocka_unit_test(a_timer_that_is_not_planned_has_no_time),
        cmocka_unit_test(what_systemd_does_not_know_is_empty_and_no_error),
        cmocka_unit_test(where_there_is_no_bus_nothing_is_known),
        cmocka_unit_test(an_answer_that_lacks_memory_says_nothing_of_the_timer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
