/* The table of rules: ids, severities, and which of them the configuration may soften. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "etl/rules.h"

static void every_rule_is_found_by_its_id_and_by_no_other(void **state)
{
    size_t count = 0;
    (void)state;
    for (const struct rule *r = rules; r->id; r++, count++)
        assert_ptr_equal(rule_find(r->id), r); /* an id used twice would give the first */
    assert_true(count >= 20);
    assert_null(rule_find("V-FINNS-INTE"));
    assert_null(rule_find(""));
    assert_null(rule_find("v-text"));
}

static void every_rule_says_in_words_what_it_holds_a_row_to(void **state)
{
    (void)state;
    for (const struct rule *r = rules; r->id; r++) {
        assert_true(strlen(r->what) > 10);
        assert_true(r->what[strlen(r->what) - 1] != '.'); /* as messages: no full stop */
        assert_true(strchr("RDXTIVUL", r->id[0]) && r->id[1] == '-');
    }
}

static void rules_stand_in_the_order_of_the_pipeline(void **state)
{
    static const char order[] = "RDXTIVUL";
    size_t at = 0;
    (void)state;
    for (const struct rule *r = rules; r->id; r++) {
        size_t step = (size_t)(strchr(order, r->id[0]) - order);
        assert_true(step >= at);
        at = step;
    }
}

static void only_rules_of_validation_can_be_given_another_severity(void **state)
{
    (void)state;
    for (const struct rule *r = rules; r->id; r++)
        assert_int_equal(rule_is_adjustable(r) != 0, r->id[0] == 'V');
}

static void a_rule_that_leaves_nothing_to_load_rejects(void **state)
{
    (void)state;
    for (const struct rule *r = rules; r->id; r++)
        if (strchr("RDIU", r->id[0])) assert_int_equal(r->severity, SEVERITY_REJECT);
}

static void no_rule_of_validation_rejects_unless_configured(void **state)
{
    (void)state;
    for (const struct rule *r = rules; r->id; r++)
        if (r->id[0] == 'V') assert_int_not_equal(r->severity, SEVERITY_REJECT);
}

static void the_rules_that_the_connectors_name_exist(void **state)
{
    (void)state;
    assert_non_null(rule_find("R-FLERTYDIG"));
    assert_non_null(rule_find("R-OLASBAR"));
    assert_non_null(rule_find("R-NAMN"));
    assert_non_null(rule_find("D-CELLER"));
}

static void severities_are_named_as_in_the_configuration(void **state)
{
    (void)state;
    assert_string_equal(severity_name(SEVERITY_REJECT), "reject");
    assert_string_equal(severity_name(SEVERITY_WARN), "warn");
    assert_string_equal(severity_name(SEVERITY_NOTE), "note");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_is_found_by_its_id_and_by_no_other),
        cmocka_unit_test(every_rule_says_in_words_what_it_holds_a_row_to),
        cmocka_unit_test(rules_stand_in_the_order_of_the_pipeline),
        cmocka_unit_test(only_rules_of_validation_can_be_given_another_severity),
        cmocka_unit_test(a_rule_that_leaves_nothing_to_load_rejects),
        cmocka_unit_test(no_rule_of_validation_rejects_unless_configured),
        cmocka_unit_test(the_rules_that_the_connectors_name_exist),
        cmocka_unit_test(severities_are_named_as_in_the_configuration),
    };
    return cmocka_run_group_tests_name("rules", tests, NULL, NULL);
}
