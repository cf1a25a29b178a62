/* Which loads a year depends on. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "etl/audit/replay.h"

#define ASSERT_OK(call)                                                                                                \
    do {                                                                                                               \
        if ((call) != 0) fail_msg("%s", err.message);                                                                  \
    } while (0)

#define MAX_LOADS 10

struct given { /* a load: run, source, bytes, years, district */
    int64_t run;
    const char *source, *bytes;
    int years[3];
    const char *district;
};

/* "f" facts, "n" names, "-" skipped, "r" facts and only a repetition; one letter per load. */
static void assert_choice_of(bool year_before, const struct given *given, const char *configurations, int64_t last,
                             const char *expected)
{
    static const char *const hashes[] = {"A", "B", "C"};
    struct replay_load loads[MAX_LOADS] = {{0}};
    struct replay_run runs[MAX_LOADS] = {{0}};
    struct replay r = {.year = 2023, .year_before = year_before, .last_load = last, .loads = loads, .runs = runs};
    char found[MAX_LOADS + 1] = "";
    struct error err;
    for (; configurations[r.run_count]; r.run_count++)
        runs[r.run_count] =
            (struct replay_run){(int64_t)r.run_count + 1, hashes[configurations[r.run_count] - 'A'], "1", true};
    for (const struct given *g = given; g->source; g++) {
        struct replay_load *load = &loads[r.load_count++];
        *load = (struct replay_load){.id = (int64_t)r.load_count,
                                     .run_id = g->run,
                                     .source = g->source,
                                     .sha256 = g->bytes,
                                     .config_hash = runs[g->run - 1].config_hash,
                                     .years = g->years,
                                     .districts = &g->district,
                                     .district_count = 1};
        while (load->year_count < 3 && g->years[load->year_count])
            load->year_count++;
    }
    ASSERT_OK(replay_choose(&r, &err));
    for (size_t i = 0; i < r.load_count; i++)
        found[i] = loads[i].repeats                ? 'r'
                   : loads[i].mode == REPLAY_FACTS ? 'f'
                   : loads[i].mode == REPLAY_NAMES ? 'n'
                                                   : '-';
    assert_string_equal(found, expected);
    arena_free(&r.arena);
}

static void assert_choice(const struct given *given, const char *configurations, int64_t last, const char *expected)
{
    assert_choice_of(false, given, configurations, last, expected);
}
#define ASSERT_CHOICE(expected, configurations, last, ...)                                                             \
    assert_choice((const struct given[]){__VA_ARGS__, {0}}, (configurations), (last), (expected))

static void loads_of_other_years_are_passed_over(void **state)
{
    (void)state;
    ASSERT_CHOICE("f-", "A", INT64_MAX, {1, "a", "x", {2023}, "D"}, {1, "b", "y", {2022}, "D"});
}

static void a_load_without_the_year_counts_when_its_source_ever_had_it(void **state)
{
    (void)state;
    ASSERT_CHOICE("ff", "AA", INT64_MAX, {1, "a", "x", {2023}, "D"}, {2, "a", "y", {0}, "D"});
    ASSERT_CHOICE("ff", "AA", INT64_MAX, {1, "a", "x", {2021}, "D"}, {2, "a", "y", {2023}, "D"});
}

static void a_year_that_another_source_contests_is_derived_too(void **state)
{
    (void)state;
    ASSERT_CHOICE("ff", "A", INT64_MAX, {1, "a", "x", {2022, 2023}, "D"}, {1, "b", "y", {2022}, "D"});
    ASSERT_CHOICE("f-", "A", INT64_MAX, {1, "a", "x", {2022, 2023}, "D"}, {1, "b", "y", {2022}, "E"});
    ASSERT_CHOICE("fff", "A", INT64_MAX, {1, "a", "x", {2022, 2023}, "D"}, {1, "b", "y", {2021, 2022}, "D"},
                  {1, "c", "z", {2021}, "D"});
}

static void loads_after_the_state_count_only_for_their_names(void **state)
{
    (void)state;
    ASSERT_CHOICE("f-", "AA", 1, {1, "a", "x", {2023}, "D"}, {2, "a", "y", {2023}, "D"});
    ASSERT_CHOICE("fn", "AAB", 1, {1, "a", "x", {2023}, "D"}, {2, "a", "y", {2023}, "D"});
}

static void names_count_when_later_registries_may_have_renamed_them(void **state)
{
    (void)state;
    ASSERT_CHOICE("fn", "AB", INT64_MAX, {1, "a", "x", {2023}, "D"}, {1, "b", "y", {2022}, "D"});
    ASSERT_CHOICE("f-", "AB", INT64_MAX, {1, "a", "x", {2023}, "D"}, {2, "b", "y", {2022}, "D"});
    ASSERT_CHOICE("fn", "ABA", INT64_MAX, {1, "a", "x", {2023}, "D"}, {1, "b", "y", {2022}, "D"});
    ASSERT_CHOICE("f-", "BAA", INT64_MAX, {1, "a", "x", {2023}, "D"}, {2, "b", "y", {2022}, "D"});
}

static void the_same_bytes_under_the_same_rules_repeat_unless_another_source_came_between(void **state)
{
    (void)state;
    ASSERT_CHOICE("fr", "AA", INT64_MAX, {1, "a", "x", {2023}, "D"}, {2, "a", "x", {2023}, "D"});
    ASSERT_CHOICE("ff", "AB", INT64_MAX, {1, "a", "x", {2023}, "D"}, {2, "a", "x", {2023}, "D"});
    ASSERT_CHOICE("ff", "AA", INT64_MAX, {1, "a", "x", {2023}, "D"}, {2, "a", "y", {2023}, "D"});
    ASSERT_CHOICE("fff", "AAA", INT64_MAX, {1, "a", "x", {2023}, "D"}, {2, "b", "y", {2023}, "D"},
                  {3, "a", "x", {2023}, "D"});
    ASSERT_CHOICE("ffr", "AAA", INT64_MAX, {1, "a", "x", {2023}, "D"}, {2, "b", "y", {2023}, "E"},
                  {3, "a", "x", {2023}, "D"});
    /* b's second load withdraws all it had: its years are its source's */
    ASSERT_CHOICE("ffff", "AAAA", INT64_MAX, {1, "b", "w", {2023}, "D"}, {2, "a", "x", {2023}, "D"},
                  {3, "b", "y", {0}, "D"}, {4, "a", "x", {2023}, "D"});
}

static void the_years_before_count_where_previous_values_may_reject_a_row(void **state)
{
    (void)state;
    const struct given given[] = {{1, "a", "a1", {2021}, "X"}, {1, "b", "b1", {2022}, "X"},
                                  {1, "c", "c1", {2022}, "Y"}, {1, "d", "d1", {2023}, "X"},
                                  {1, "e", "e1", {2024}, "X"}, {2, "a", "a2", {2021}, "X"},
                                  {2, "d", "d1", {2023}, "X"}, {0}};
    assert_choice_of(true, given, "AA", INT64_MAX, "ffff-ff");
    assert_choice_of(false, given, "AA", INT64_MAX, "---f--r");
}

static void a_load_of_a_year_that_no_warehouse_has_is_an_error(void **state)
{
    static const int wrong[] = {-1, REPLAY_YEARS, 99999};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct replay_run run = {1, "A", "1", true};
        struct replay_load load = {.id = 7,
                                   .run_id = 1,
                                   .source = "a",
                                   .sha256 = "x",
                                   .config_hash = "A",
                                   .years = &wrong[i],
                                   .year_count = 1};
        struct replay r = {
            .year = 2023, .last_load = INT64_MAX, .loads = &load, .load_count = 1, .runs = &run, .run_count = 1};
        struct error err;
        char said[64];
        (void)snprintf(said, sizeof said, "load 7 has facts of the year %d", wrong[i]);
        assert_int_equal(replay_choose(&r, &err), -1);
        assert_int_equal(err.class, EXIT_DATABASE);
        assert_string_equal(err.message, said);
        arena_free(&r.arena);
    }
}

/* Two loads of the same bytes, in all that decides whether the second one can change anything. */
static bool second_repeats(const struct replay_load *second, const struct replay_run *of_run)
{
    static const int year = 2023;
    static const char *const district = "D";
    struct replay_run runs[] = {{1, "A", "1", true}, *of_run};
    struct replay_load loads[] = {{.id = 1, .run_id = 1, .complete = true}, *second};
    struct replay r = {
        .year = 2023, .last_load = INT64_MAX, .loads = loads, .load_count = 2, .runs = runs, .run_count = 2};
    struct error err;
    for (size_t i = 0; i < 2; i++) {
        loads[i].source = "a";
        loads[i].sha256 = "x";
        loads[i].config_hash = "A";
        loads[i].years = &year;
        loads[i].districts = &district;
        loads[i].year_count = loads[i].district_count = 1;
    }
    ASSERT_OK(replay_choose(&r, &err));
    assert_int_equal(loads[1].mode, REPLAY_FACTS);
    arena_free(&r.arena);
    return loads[1].repeats;
}

static void the_same_bytes_count_again_when_the_program_or_the_export_s_completeness_is_another(void **state)
{
    const struct replay_run same = {2, "A", "1", true}, program = {2, "A", "2", true};
    const struct replay_load again = {.id = 2, .run_id = 2, .complete = true}, partial = {.id = 2, .run_id = 2},
                             of_nobody = {.id = 2, .run_id = 3, .complete = true};
    (void)state;
    assert_true(second_repeats(&again, &same));
    assert_false(second_repeats(&again, &program));
    assert_false(second_repeats(&partial, &same));
    assert_false(second_repeats(&of_nobody, &same)); /* of a run that the ledger does not have nothing is known */
}

static void a_run_and_a_load_are_found_by_their_number_or_not_at_all(void **state)
{
    struct replay_run runs[] = {{.id = 2}, {.id = 3}, {.id = 5}};
    struct replay_load loads[] = {{.id = 10}, {.id = 30}};
    const struct replay r = {.runs = runs, .run_count = 3, .loads = loads, .load_count = 2}, empty = {0};
    (void)state;
    for (size_t i = 0; i < 3; i++)
        assert_ptr_equal(replay_run(&r, runs[i].id), &runs[i]);
    for (size_t i = 0; i < 2; i++)
        assert_ptr_equal(replay_load(&r, loads[i].id), &loads[i]);
    for (int64_t missing = 0; missing < 40; missing += 4) {
        assert_null(replay_run(&r, missing));
        assert_null(replay_load(&r, missing));
        assert_null(replay_run(&empty, missing));
        assert_null(replay_load(&empty, missing));
    }
}

static void a_ledger_without_loads_has_nothing_to_replay(void **state)
{
    struct replay r = {.year = 2023, .last_load = INT64_MAX};
    struct error err;
    (void)state;
    ASSERT_OK(replay_choose(&r, &err));
    assert_true(r.years[2023]);
    assert_false(r.years[2022]);
    arena_free(&r.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loads_of_other_years_are_passed_over),
        cmocka_unit_test(a_load_without_the_year_counts_when_its_source_ever_had_it),
        cmocka_unit_test(a_year_that_another_source_contests_is_derived_too),
        cmocka_unit_test(loads_after_the_state_count_only_for_their_names),
        cmocka_unit_test(names_count_when_later_registries_may_have_renamed_them),
        cmocka_unit_test(the_years_before_count_where_previous_values_may_reject_a_row),
        cmocka_unit_test(a_load_of_a_year_that_no_warehouse_has_is_an_error),
        cmocka_unit_test(the_same_bytes_count_again_when_the_program_or_the_export_s_completeness_is_another),
        cmocka_unit_test(a_run_and_a_load_are_found_by_their_number_or_not_at_all),
        cmocka_unit_test(a_ledger_without_loads_has_nothing_to_replay),
        cmocka_unit_test(the_same_bytes_under_the_same_rules_repeat_unless_another_source_came_between),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
