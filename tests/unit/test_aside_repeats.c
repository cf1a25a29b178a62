/* Which rows share a key, found by sorting what all rows say. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <endian.h>
#include <string.h>

#include "etl/aside_repeats.h"
#include "etl/base/limits.h"

#define ASSERT_OK(call)                                                                                                \
    do {                                                                                                               \
        if ((call) != 0) fail_msg("%s", err.message);                                                                  \
    } while (0)

#define ROW_BYTES 63 /* a row of six columns in binary: 2 + 6 * 4 + 8 + 1 + 4 + 3 * 8 */

struct found {
    struct copy rows;
    uint64_t lines;
    bool many;
};

static void begin(struct aside_repeats *repeats)
{
    struct error err;
    *repeats = (struct aside_repeats){0};
    ASSERT_OK(aside_repeats_begin(repeats, &err));
}

static void row(struct aside_repeats *repeats, uint64_t number)
{
    struct error err;
    const struct place place = {.line = number, .offset = number * 10, .length = 9};
    ASSERT_OK(aside_repeats_row(repeats, place, 1, &err));
}

/* PART: of U T, M, K, O; of A e, k; of F -. */
static void fact(struct aside_repeats *repeats, int32_t indikator, char part)
{
    struct error err;
    struct fact fact = {.ar = 2023, .stadsdel_id = 1, .enhet_id = 2, .indikator_id = indikator, .period_id = 20230000};
    fact.table = part == '-' ? FACT_FOREGAENDE : part == 'e' || part == 'k' ? FACT_ARSMAL : FACT_UTFALL;
    fact.niva = part == 'k' ? ARSMAL_KF : ARSMAL_EGEN;
    fact.kon = fact.table == FACT_UTFALL ? (enum kon)part : KON_TOTAL;
    ASSERT_OK(aside_repeats_fact(repeats, &fact, &err));
}

static void says(struct aside_repeats *repeats, uint64_t number, int32_t indikator, const char *parts)
{
    row(repeats, number);
    for (; *parts; parts++)
        fact(repeats, indikator, *parts);
}

static struct found find(struct aside_repeats *repeats)
{
    struct found found = {0};
    struct error err;
    copy_init(&found.rows);
    ASSERT_OK(aside_repeats_find(repeats, &found.rows, &found.lines, &found.many, &err));
    assert_int_equal(found.rows.used, found.rows.rows * ROW_BYTES);
    return found;
}

/* The number of row I of those found: its line. */
static uint64_t number_of(const struct found *found, size_t i)
{
    uint64_t line;
    memcpy(&line, found->rows.memory + i * ROW_BYTES + 2 + (4 + 8) + (4 + 1) + (4 + 4) + 4, sizeof line);
    return be64toh(line);
}

static void assert_found(struct aside_repeats *repeats, size_t count, const uint64_t *numbers)
{
    struct found found = find(repeats);
    assert_false(found.many);
    assert_int_equal(found.rows.rows, count);
    assert_int_equal(found.lines, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(number_of(&found, i), numbers[i]);
    copy_free(&found.rows);
}

static void rows_of_different_keys_share_none(void **state)
{
    (void)state;
    struct aside_repeats repeats;
    begin(&repeats);
    for (int32_t i = 1; i < 2000; i++)
        says(&repeats, (uint64_t)i, i, "TMK-ek");
    assert_found(&repeats, 0, NULL);
}

static void an_export_without_rows_has_none(void **state)
{
    (void)state;
    struct aside_repeats repeats;
    begin(&repeats);
    row(&repeats, 1);
    row(&repeats, 2);
    assert_found(&repeats, 0, NULL);
}

static void every_row_of_a_shared_key_is_found_in_the_order_of_the_export(void **state)
{
    (void)state;
    struct aside_repeats repeats;
    static const int32_t said[] = {9, 8, 7, 8, 6, 9, 8, 5};
    begin(&repeats);
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        says(&repeats, i + 1, said[i], "T-");
    assert_found(&repeats, 5, (const uint64_t[]){1, 2, 4, 6, 7});
}

static void one_value_per_line_shares_nothing(void **state)
{
    (void)state;
    struct aside_repeats repeats;
    static const char *const parts[] = {"T", "M", "K", "O", "e", "k", "-"};
    begin(&repeats);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        says(&repeats, i + 1, 4, parts[i]);
    assert_found(&repeats, 0, NULL);
}

static void each_part_is_a_key_of_its_own(void **state)
{
    (void)state;
    for (const char *part = "TMKOek-"; *part; part++) {
        struct aside_repeats repeats;
        const char one[] = {*part, 0};
        begin(&repeats);
        says(&repeats, 1, 4, "TMKOek-");
        says(&repeats, 2, 5, "TMKOek-");
        says(&repeats, 3, 4, one);
        assert_found(&repeats, 2, (const uint64_t[]){1, 3});
    }
}

static void only_rows_that_overlap_are_found(void **state)
{
    (void)state;
    struct aside_repeats repeats;
    begin(&repeats);
    says(&repeats, 1, 4, "T");
    says(&repeats, 2, 4, "M");
    says(&repeats, 3, 4, "Ke");
    says(&repeats, 4, 4, "M-");
    assert_found(&repeats, 2, (const uint64_t[]){2, 4});
}

static void a_row_with_two_keys_is_found_by_either_and_once(void **state)
{
    (void)state;
    struct aside_repeats repeats;
    begin(&repeats);
    says(&repeats, 1, 4, "TM");
    row(&repeats, 2);
    fact(&repeats, 4, 'M');
    fact(&repeats, 5, 'M');
    says(&repeats, 3, 5, "M");
    says(&repeats, 4, 6, "TT");
    assert_found(&repeats, 4, (const uint64_t[]){1, 2, 3, 4});
}

static void the_other_parts_of_a_key_tell_rows_apart(void **state)
{
    (void)state;
    struct aside_repeats repeats;
    struct error err;
    struct fact facts[] = {
        {.stadsdel_id = 1, .enhet_id = 2, .indikator_id = 3, .period_id = 20230000, .kon = KON_TOTAL},
        {.stadsdel_id = 2, .enhet_id = 2, .indikator_id = 3, .period_id = 20230000, .kon = KON_TOTAL},
        {.stadsdel_id = 1, .enhet_id = 3, .indikator_id = 3, .period_id = 20230000, .kon = KON_TOTAL},
        {.stadsdel_id = 1, .enhet_id = 2, .indikator_id = 3, .period_id = 20231001, .kon = KON_TOTAL}};
    begin(&repeats);
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        row(&repeats, i + 1);
        ASSERT_OK(aside_repeats_fact(&repeats, &facts[i], &err));
    }
    assert_found(&repeats, 0, NULL);
}

static void more_than_memory_holds_are_found(void **state)
{
    (void)state;
    struct aside_repeats repeats;
    uint64_t rows = 3 * LIMIT_ASIDE_SORT / 64;
    begin(&repeats);
    for (uint64_t i = 1; i <= rows; i++)
        says(&repeats, i, i == rows ? 1 : (int32_t)i, "T");
    assert_found(&repeats, 2, (const uint64_t[]){1, rows});
}

static void too_many_are_said_to_be(void **state)
{
    (void)state;
    struct aside_repeats repeats;
    begin(&repeats);
    for (uint64_t i = 1; i <= LIMIT_ASIDE_REPEATS; i++)
        says(&repeats, i, 1 + (int32_t)(i % 20000), "T");
    struct found found = find(&repeats);
    assert_false(found.many);
    assert_int_equal(found.rows.rows, LIMIT_ASIDE_REPEATS);
    copy_free(&found.rows);
    begin(&repeats);
    for (uint64_t i = 1; i <= LIMIT_ASIDE_REPEATS + 1; i++)
        says(&repeats, i, 1 + (int32_t)(i % 20000), "T");
    found = find(&repeats);
    assert_true(found.many);
    assert_int_equal(found.rows.rows, 0);
    copy_free(&found.rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_different_keys_share_none),
        cmocka_unit_test(an_export_without_rows_has_none),
        cmocka_unit_test(every_row_of_a_shared_key_is_found_in_the_order_of_the_export),
        cmocka_unit_test(one_value_per_line_shares_nothing),
        cmocka_unit_test(each_part_is_a_key_of_its_own),
        cmocka_unit_test(only_rows_that_overlap_are_found),
        cmocka_unit_test(a_row_with_two_keys_is_found_by_either_and_once),
        cmocka_unit_test(the_other_parts_of_a_key_tell_rows_apart),
        cmocka_unit_test(more_than_memory_holds_are_found),
        cmocka_unit_test(too_many_are_said_to_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
