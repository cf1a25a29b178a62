/* The table of rules: ids, severities, and which of them the configuration may soften. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "etl/config/rule_choices.h"

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

static void only_what_has_one_meaning_can_be_given_another_severity(void **state)
{
    static const char *const places[] = {"L-FOREGAENDE", "L-TABELL", "L-EKONOMI"};
    (void)state;
    for (const struct rule *r = rules; r->id; r++) {
        bool compares_places = false;
        for (size_t i = 0; i < sizeof places / sizeof *places; i++)
            compares_places |= strcmp(r->id, places[i]) == 0;
        assert_int_equal(rule_is_adjustable(r) != 0, r->id[0] == 'V' || compares_places);
        if (!rule_is_adjustable(r)) assert_int_equal(r->choice, RULE_FIXED);
    }
    assert_int_equal(rule_find("V-DATUM")->choice, RULE_PER_RUN); /* of activities */
    assert_int_equal(rule_find("L-EKONOMI")->choice, RULE_PER_RUN);
    assert_int_equal(rule_find("L-TABELL")->choice, RULE_PER_INDIKATOR);
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

static void the_database_is_told_what_was_chosen_and_for_which_indicator(void **state)
{
    static const struct rule_severity all[] = {{"L-TABELL", SEVERITY_REJECT}, {"V-ANDEL", SEVERITY_NOTE}};
    static const struct rule_severity its_own[] = {{"L-FOREGAENDE", SEVERITY_NOTE}, {"L-TABELL", SEVERITY_REJECT}};
    static const struct indikator_entry entries[] = {{.code = "IND_A"},
                                                     {.code = "IND_B", .rules = its_own, .rule_count = 2}};
    const struct config config = {
        .rules = all, .rule_count = 2, .registry = {.indikatorer = entries, .indikator_count = 2}};
    struct arena arena = {0};
    (void)state;
    assert_string_equal(rule_choices_json(&arena, &config),
                        "{\"L-FOREGAENDE\": {\"\": \"warn\", \"IND_B\": \"note\"}, \"L-TABELL\": {\"\": \"reject\"}, "
                        "\"L-EKONOMI\": {\"\": \"warn\"}}");
    assert_string_equal(rule_choices_json(&arena, NULL),
                        "{\"L-FOREGAENDE\": {\"\": \"warn\"}, \"L-TABELL\": {\"\": \"warn\"}, "
                        "\"L-EKONOMI\": {\"\": \"warn\"}}");
    arena_free(&arena);
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
        cmocka_unit_test(only_what_has_one_meaning_can_be_given_another_severity),
        cmocka_unit_test(a_rule_that_leaves_nothing_to_load_rejects),
        cmocka_unit_test(no_rule_of_validation_rejects_unless_configured),
        cmocka_unit_test(the_rules_that_the_connectors_name_exist),
        cmocka_unit_test(the_database_is_told_what_was_chosen_and_for_which_indicator),
        cmocka_unit_test(severities_are_named_as_in_the_configuration),
    };
    return cmocka_run_group_tests_name("rules", tests, NULL, NULL);
}
