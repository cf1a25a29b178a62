/* Canonical rows: what stands in them, column by column, as COPY's text format writes it. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "etl/audit/ordered_keys.h"

#define ASSERT_OK(call)                                                                                                \
    do {                                                                                                               \
        if ((call) != 0) fail_msg("%s", err.message);                                                                  \
    } while (0)

static void assert_values(const struct fact *fact, const char *expected)
{
    struct line line = {0};
    struct error err;
    size_t keys, columns = 0, tabs = 0;
    const char *const *names = canonical_columns(fact->table, &keys);
    canonical_values(&line, fact);
    ASSERT_OK(line_check(&line, &err));
    line_add(&line, "", 1);
    assert_string_equal(line.bytes, expected);
    while (names[columns])
        columns++;
    for (const char *at = line.bytes; *at; at++)
        tabs += *at == '\t';
    assert_int_equal(columns - keys, tabs); /* a name for each column */
    line_free(&line);
}

static void each_table_has_its_columns(void **state)
{
    const struct fact base = {.has_number = true,
                              .number = {-1250, 2},
                              .unit = TEXT("%"),
                              .period_printed = TEXT("VB 2023"),
                              .obs_status = 'A',
                              .conf_status = 'F',
                              .flags = FLAG_REVISED};
    struct fact fact = base;
    (void)state;
    assert_values(&fact, "\treported\t-12.50\t%\t\\N\tVB 2023\tA\tF\t131072");
    fact.table = FACT_ARSMAL;
    fact.op = TARGET_AT_LEAST;
    fact.omfattning = OMFATTNING_STADENS_TOTAL;
    fact.printed = TEXT("minst 85 %");
    assert_values(&fact, "\tat_least\tstadens_total\t-12.50\t%\tminst 85 %\tVB 2023\tA\tF\t131072");
    fact = base;
    fact.table = FACT_FOREGAENDE;
    fact.avser = TEXT("VB 2022");
    assert_values(&fact, "\treported\t-12.50\t%\t\\N\tVB 2023\tVB 2022\tA\tF\t131072");
    fact.table = FACT_MALUPPFYLLELSE;
    fact.uppfyllelse = UPPFYLLELSE_DELVIS;
    fact.printed = TEXT("Uppfylls delvis");
    assert_values(&fact, "\tdelvis\tUppfylls delvis\tVB 2023\tA\tF\t131072");
    fact = base;
    fact.table = FACT_AKTIVITET;
    fact.start = TEXT("2023-01-01");
    fact.klar = KLAR_NEJ;
    assert_values(&fact, "\t2023-01-01\t\\N\tnej\t\\N\tVB 2023\tt\tA\tF\t131072");
    fact = base;
    fact.table = FACT_TABELL;
    fact.printed = TEXT("-12,50");
    assert_values(&fact, "\treported\t-12.50\t%\t-12,50\tVB 2023\tA\tF\t131072");
    fact.table = FACT_EKONOMI;
    fact.post = POST_NETTO;
    fact.overforing = OVERFORING_EFTER;
    fact.avser_ar = 2022;
    assert_values(&fact, "\tbudget\tnetto\tefter\tkostnad_plus\t2022\t-12.50\t%\t-12,50\tVB 2023\tt\tA\tF\t131072");
}

static void values_that_are_not_there_are_null_and_a_scale_is_part_of_the_value(void **state)
{
    struct fact fact = {.status = VALUE_SUPPRESSED, .printed = TEXT(".."), .obs_status = 'Q', .conf_status = 'C'};
    (void)state;
    assert_values(&fact, "\tsuppressed\t\\N\t\\N\t..\t\\N\tQ\tC\t0");
    fact = (struct fact){.has_number = true, .number = {850, 1}};
    assert_values(&fact, "\treported\t85.0\t\\N\t\\N\t\\N\t\\N\t\\N\t0");
    fact.number = (struct decimal){85, 0};
    assert_values(&fact, "\treported\t85\t\\N\t\\N\t\\N\t\\N\t\\N\t0");
    fact.number = (struct decimal){0, 2};
    assert_values(&fact, "\treported\t0.00\t\\N\t\\N\t\\N\t\\N\t\\N\t0");
}

static void texts_are_escaped_as_copy_does_and_repaired_as_the_loader_does(void **state)
{
    struct fact fact = {.table = FACT_MALUPPFYLLELSE};
    (void)state;
    fact.printed = TEXT("a\tb\nc\rd\\e\bf\fg\vh\x01i");
    assert_values(&fact, "\thelt\ta\\tb\\nc\\rd\\\\e\\bf\\fg\\vh\x01i\t\\N\t\\N\t\\N\t0");
    fact.printed = TEXT("å\xff\0ö\xe2\x82");
    assert_values(&fact, "\thelt\tå\xef\xbf\xbd\xef\xbf\xbdö\xef\xbf\xbd\xef\xbf\xbd\t\\N\t\\N\t\\N\t0");
    fact.printed = TEXT("\\N");
    assert_values(&fact, "\thelt\t\\\\N\t\\N\t\\N\t\\N\t0");
}

static int32_t add(struct dimension_memory *memory, const char *query, int count, const char *const *params)
{
    struct error err;
    PGresult *result;
    ASSERT_OK(dimension_memory_query(memory, query, count, params, &result, &err));
    int32_t id = (int32_t)strtol(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return id;
}
#define ADD(memory, query, ...)                                                                                        \
    add((memory), (query), (int)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *)),                   \
        (const char *const[]){__VA_ARGS__})

static void assert_key(const struct dimension_memory *memory, struct version_key key, const char *expected)
{
    struct line line = {0};
    struct error err;
    key.stadsdel_id = 1;
    key.period_id = 20230000;
    ASSERT_OK(canonical_key(&line, memory, &key, &err));
    line_add(&line, "", 1);
    assert_string_equal(line.bytes, expected);
    line_free(&line);
}

static void keys_are_natural(void **state)
{
    struct dimension_memory m = {0};
    struct line line = {0};
    struct error err;
    (void)state;
    (void)ADD(&m, "queries/dim_stadsdel_add", "SDN_BRO", "Bromma", NULL, NULL);
    int32_t board = ADD(&m, "queries/dim_enhet_add", "1", "Hela nämnden", "", "t", NULL, NULL);
    int32_t unit = ADD(&m, "queries/dim_enhet_add", "1", "Solen", "solen", "f", NULL, NULL);
    int32_t known =
        ADD(&m, "queries/dim_indikator_add", "I1", "Nöjda", "nöjda", "%", NULL, "neutral", NULL, NULL, "5", NULL);
    int32_t met = ADD(&m, "queries/dim_indikator_new", "Egen mätning", "egenmätning");
    int32_t top = ADD(&m, "queries/dim_mal_get", "2023", "inriktningsmal", NULL, NULL, "1", "Stad", "1|stad", NULL);
    int32_t goal = ADD(&m, "queries/dim_mal_get", "2023", "enhetsmal", "1", "2", "", "Sol", "sol", "1");
    int32_t activity = ADD(&m, "queries/dim_aktivitet_get", "2023", "1", "2", "2", "Gå ut", "gåut", "3");
    int32_t loose = ADD(&m, "queries/dim_aktivitet_get", "2023", "1", "2", NULL, "Gå in", "gåin", "1");
    int32_t cell = ADD(&m, "queries/dim_tabellcell_get", "Titel", "1", "Rad", "1", "Kolumn", "0", "abc");
    assert_key(&m, (struct version_key){FACT_UTFALL, 2023, 0, 0, board, known, 'T'}, "SDN_BRO\t20230000\t\tI1\tT");
    assert_key(&m, (struct version_key){FACT_FOREGAENDE, 2023, 0, 0, unit, met, '-'},
               "SDN_BRO\t20230000\tsolen\tnamn:egenmätning");
    assert_key(&m, (struct version_key){FACT_ARSMAL, 2023, 0, 0, unit, known, 'K'}, "SDN_BRO\t20230000\tsolen\tI1\tKF");
    assert_key(&m, (struct version_key){FACT_ARSMAL, 2023, 0, 0, unit, known, 'E'},
               "SDN_BRO\t20230000\tsolen\tI1\tegen");
    assert_key(&m, (struct version_key){FACT_MALUPPFYLLELSE, 2023, 0, 0, board, top, '-'},
               "SDN_BRO\t20230000\t\t2023 inriktningsmal - - 1|stad");
    assert_key(&m, (struct version_key){FACT_MALUPPFYLLELSE, 2023, 0, 0, unit, goal, '-'},
               "SDN_BRO\t20230000\tsolen\t2023 inriktningsmal - - 1|stad 2023 enhetsmal SDN_BRO solen sol");
    assert_key(&m, (struct version_key){FACT_AKTIVITET, 2023, 0, 0, unit, activity, '-'},
               "SDN_BRO\t20230000\tsolen\tgåut\t3\t2023 inriktningsmal - - 1|stad 2023 enhetsmal SDN_BRO solen sol");
    assert_key(&m, (struct version_key){FACT_AKTIVITET, 2023, 0, 0, unit, loose, '-'},
               "SDN_BRO\t20230000\tsolen\tgåin\t1\t-");
    assert_key(&m, (struct version_key){FACT_TABELL, 2023, 0, 0, unit, cell, '-'}, "SDN_BRO\t20230000\tsolen\tabc");
    const struct version_key nowhere = {FACT_UTFALL, 2023, 1, 20230000, 99, known, 'T'};
    assert_int_equal(canonical_key(&line, &m, &nowhere, &err), -1);
    line_free(&line);
    dimension_memory_free(&m);
}

static void assert_no_key(const struct dimension_memory *memory, struct version_key key, const char *why)
{
    struct line line = {0};
    struct error err;
    assert_int_equal(canonical_key(&line, memory, &key, &err), -1);
    assert_int_equal(err.class, EXIT_INTERNAL);
    assert_string_equal(err.message, why);
    line_free(&line);
}

/* Of a goal, activity, indicator or cell, and of what each of them names. */
static void what_the_dimensions_do_not_have_is_an_error_and_no_key(void **state)
{
    struct dimension_memory m = {0};
    (void)state;
    (void)ADD(&m, "queries/dim_stadsdel_add", "SDN_BRO", "Bromma", NULL, NULL);
    (void)ADD(&m, "queries/dim_enhet_add", "1", "Hela nämnden", "", "t", NULL, NULL);
    int32_t orphan = ADD(&m, "queries/dim_mal_get", "2023", "enhetsmal", "1", "1", "", "Sol", "sol", "77");
    int32_t nowhere = ADD(&m, "queries/dim_mal_get", "2023", "enhetsmal", "9", "1", "", "Sol", "sol", NULL);
    int32_t nobody = ADD(&m, "queries/dim_mal_get", "2023", "enhetsmal", "1", "8", "", "Sol", "sol", NULL);
    int32_t lost = ADD(&m, "queries/dim_aktivitet_get", "2023", "1", "1", "66", "Gå ut", "gåut", "3");
    const struct version_key base = {FACT_MALUPPFYLLELSE, 2023, 1, 20230000, 1, 0, '-'};
    struct version_key key = base;
    key.object_id = orphan;
    assert_no_key(&m, key, "no row 77 for a canonical key's column ar");
    key.object_id = nowhere;
    assert_no_key(&m, key, "no row 9 for a canonical key's column kod");
    key.object_id = nobody;
    assert_no_key(&m, key, "no row 8 for a canonical key's column nyckel");
    key.table = FACT_AKTIVITET;
    key.object_id = lost;
    assert_no_key(&m, key, "no row 66 for a canonical key's column ar");
    key.object_id = 55;
    assert_no_key(&m, key, "no row 55 for a canonical key's column nyckel");
    key.table = FACT_UTFALL;
    assert_no_key(&m, key, "no row 55 for a canonical key's column nyckel");
    key.table = FACT_TABELL;
    assert_no_key(&m, key, "no row 55 for a canonical key's column nyckel");
    key = base;
    key.stadsdel_id = 44;
    assert_no_key(&m, key, "no row 44 for a canonical key's column kod");
    dimension_memory_free(&m);
}

/* The order of rows, in which a TAB follows each key: a beginning comes before its continuation, but not before a character that
 * is less than a TAB. */
static void members_are_ranked_as_their_keys_stand_in_rows(void **state)
{
    static const char *const keys[] = {"b", "a\x01", "ab", "", "a", "a\tc", "b"};
    static const uint32_t ranks[] = {5, 1, 4, 0, 2, 3, 5}; /* a TAB inside a key is written \t, which is greater */
    struct dimension_memory m = {0};
    struct ordered_keys ordered;
    struct error err;
    uint32_t rank;
    (void)state;
    (void)ADD(&m, "queries/dim_stadsdel_add", "SDN_BRO", "Bromma", NULL, NULL);
    (void)ADD(&m, "queries/dim_stadsdel_add", "SDN_FAR", "Farsta", NULL, NULL);
    for (size_t i = 0; i < 7; i++)
        (void)ADD(&m, "queries/dim_enhet_add", i < 6 ? "1" : "2", "Namn", keys[i], "f", NULL, NULL);
    ASSERT_OK(ordered_keys_make(&ordered, &m, MEMORY_ENHET, &err));
    assert_int_equal(ordered.count, 7);
    for (int32_t i = 0; i < 7; i++) {
        ASSERT_OK(ordered_keys_rank(&ordered, i + 1, &rank, &err));
        assert_int_equal(rank, ranks[i]);
    }
    assert_true(text_is(ordered.by_rank[3].text, "a\\tc\t"));
    assert_true(text_is(ordered.by_rank[5].text, "b\t"));
    assert_int_equal(ordered_keys_rank(&ordered, 0, &rank, &err), -1);
    assert_int_equal(ordered_keys_rank(&ordered, 8, &rank, &err), -1);
    ordered_keys_free(&ordered);
    ASSERT_OK(ordered_keys_make(&ordered, &m, MEMORY_CELL, &err)); /* of which there is none */
    assert_int_equal(ordered_keys_rank(&ordered, 1, &rank, &err), -1);
    ordered_keys_free(&ordered);
    dimension_memory_free(&m);
}

static void versions_are_packed_so_that_their_bytes_sort_by_key(void **state)
{
    const struct version_key keys[] = {{FACT_UTFALL, 2022, 1, 20220000, 300, 7, 'K'},
                                       {FACT_UTFALL, 2022, 1, 20220000, 300, 7, 'T'},
                                       {FACT_UTFALL, 2022, 1, 20220000, 300, 70000, 'K'},
                                       {FACT_UTFALL, 2022, 1, 20220000, 70000, 1, 'K'},
                                       {FACT_UTFALL, 2022, 1, 20221001, 1, 1, 'K'},
                                       {FACT_UTFALL, 2022, 300, 20220000, 1, 1, 'K'},
                                       {FACT_UTFALL, 2023, 1, 1, 1, 1, 'K'},
                                       {FACT_ARSMAL, 1990, 1, 1, 1, 1, 'E'}};
    struct line last = {0}, line = {0}, again = {0};
    struct error err;
    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const struct version version = {keys[i], 1000 + i, 2, 3, UINT64_MAX - i, TEXT("\tx")};
        struct version back;
        version_pack(&line, &version);
        ASSERT_OK(version_unpack((const unsigned char *)line.bytes, line.len, &back, &err));
        version_pack(&again, &back);
        assert_int_equal(again.len, line.len);
        assert_memory_equal(again.bytes, line.bytes, line.len);
        assert_int_equal(back.key.object_id, keys[i].object_id);
        assert_int_equal(back.key.stadsdel_id, keys[i].stadsdel_id);
        assert_int_equal(back.order, 1000 + i);
        assert_int_equal(back.offset, UINT64_MAX - i);
        assert_true(text_is(back.values, "\tx"));
        if (i) assert_true(memcmp(last.bytes, line.bytes, VERSION_KEY_SIZE) < 0);
        line_clear(&last);
        line_add(&last, line.bytes, line.len);
    }
    line_free(&last);
    line_free(&again);
    line_free(&line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_table_has_its_columns),
        cmocka_unit_test(values_that_are_not_there_are_null_and_a_scale_is_part_of_the_value),
        cmocka_unit_test(texts_are_escaped_as_copy_does_and_repaired_as_the_loader_does),
        cmocka_unit_test(keys_are_natural),
        cmocka_unit_test(what_the_dimensions_do_not_have_is_an_error_and_no_key),
        cmocka_unit_test(members_are_ranked_as_their_keys_stand_in_rows),
        cmocka_unit_test(versions_are_packed_so_that_their_bytes_sort_by_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
