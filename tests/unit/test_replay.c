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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loads_of_other_years_are_passed_over),
        cmocka_unit_test(a_load_without_the_year_counts_when_its_source_ever_had_it),
        cmocka_unit_test(a_year_that_another_source_contests_is_derived_too),
        cmocka_unit_test(loads_after_the_state_count_only_for_their_names),
        cmocka_unit_test(names_count_when_later_registries_may_have_renamed_them),
        cmocka_unit_test(the_years_before_count_where_previous_values_may_reject_a_row),
        cmocka_unit_test(the_same_bytes_under_the_same_rules_repeat_unless_another_source_came_between),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
