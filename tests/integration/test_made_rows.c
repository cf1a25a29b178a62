/* Canonical rows that are made here of ids and keys, against those that the warehouse's functions give: byte for byte. */
#include "tests/integration/warehouse.h"

#include "etl/audit/made_rows.h"
#include "etl/audit/sorter.h"
#include "etl/audit/warehouse_rows.h"
#include "etl/base/limits.h"

static const enum fact_table made_tables[] = {FACT_UTFALL, FACT_ARSMAL, FACT_FOREGAENDE};
#define MADE_TABLES (sizeof made_tables / sizeof *made_tables)

struct taking {
    struct made_rows made;
    struct sorter *sorter;
};

static int take_key(void *context, const char *copied, size_t size, struct error *err)
{
    struct taking *t = context;
    return made_rows_key(&t->made, copied, size, err);
}

static int take_made(void *context, const char *copied, size_t size, struct error *err)
{
    struct taking *t = context;
    struct text row;
    if (made_rows_make(&t->made, copied, size, &row, err)) return -1;
    return sorter_add(t->sorter, row.ptr, row.len, err);
}

static int take_given(void *context, const char *copied, size_t size, struct error *err)
{
    struct taking *t = context;
    int64_t numbers[3];
    struct text row;
    if (warehouse_split(copied, size, numbers, &row, err)) return -1;
    return sorter_add(t->sorter, row.ptr, row.len, err);
}

/* Of the year 2022, as of LOAD ("" = now). */
static void choose(struct warehouse *w, const char *load)
{
    const char *const params[] = {"2022", load};
    struct error err;
    ASSERT_OK(database_exec(&w->db, "BEGIN", "prepare the test", &err));
    ASSERT_OK(database_query(&w->db, sql_text("queries/audit_settings"), 2, params, "choose the facts", NULL, &err));
}

/* The rows of TABLE both ways, which must be the same; returns how many. */
static uint64_t compare_table(struct warehouse *w, struct taking *made, struct taking *given, enum fact_table table)
{
    struct error err;
    const unsigned char *ours, *theirs;
    size_t our_size, their_size;
    int more;
    ASSERT_OK(sorter_create(LIMIT_SORT, &made->sorter, &err));
    ASSERT_OK(sorter_create(LIMIT_SORT, &given->sorter, &err));
    ASSERT_OK(warehouse_copy(&w->db, made_rows_query(table), take_made, made, &err));
    ASSERT_OK(warehouse_rows(&w->db, table, take_given, given, &err));
    ASSERT_OK(sorter_rewind(made->sorter, &err));
    ASSERT_OK(sorter_rewind(given->sorter, &err));
    uint64_t rows = sorter_records(given->sorter);
    assert_int_equal(sorter_records(made->sorter), rows);
    while ((more = sorter_next(given->sorter, &theirs, &their_size, &err)) > 0) {
        assert_int_equal(sorter_next(made->sorter, &ours, &our_size, &err), 1);
        if (our_size != their_size || memcmp(ours, theirs, our_size) != 0)
            fail_msg("made:  %.*s\ngiven: %.*s", (int)our_size, (const char *)ours, (int)their_size,
                     (const char *)theirs);
    }
    assert_int_equal(more, 0);
    sorter_free(made->sorter);
    sorter_free(given->sorter);
    return rows;
}

/* ROWS: of each of the tables. */
static void assert_same(struct warehouse *w, const char *load, const uint64_t rows[static MADE_TABLES])
{
    struct taking made = {0}, given = {0};
    struct error err;
    choose(w, load);
    ASSERT_OK(warehouse_copy(&w->db, "queries/audit_keys", take_key, &made, &err));
    for (size_t i = 0; i < MADE_TABLES; i++)
        assert_int_equal(compare_table(w, &made, &given, made_tables[i]), rows[i]);
    made_rows_free(&made.made);
    tell(w, "ROLLBACK");
}

#define UNIT "enhet_id = (SELECT id FROM lager.dim_enhet WHERE NOT hel_namnd AND id <> 5000)"

/* Two districts, a unit with the same key in each, three generations. */
static void fill(struct warehouse *w)
{
    struct load_counts c;
    struct error err;
    const struct cells here = {.indikator = "Andel nöjda",
                               .total = "85",
                               .man = "80.50",
                               .kvinnor = "..",
                               .foregaende = "84.10",
                               .arsmal = "90",
                               .kf = "87"};
    struct cells unit = here, there = here, changed = here, added = {.indikator = "Antal platser", .total = "7"};
    unit.enhet = "Solens förskola";
    there.stadsdel = "Rinkeby-Kista";
    changed.total = "86";
    changed.foregaende = changed.kf = NULL;
    tell(w, "INSERT INTO lager.dim_enhet (id, stadsdel_id, namn, nyckel) SELECT 5000, s.id, 'Solen', e.nyckel "
            "FROM lager.dim_stadsdel s, lager.dim_enhet e WHERE s.kod = 'SDN_RK' AND NOT e.hel_namnd LIMIT 1");
    PUBLISH(w, "a", &c, here, unit, there);
    PUBLISH(w, "a", &c, changed, unit, there);
    PUBLISH(w, "a", &c, changed, unit, there, added);
}

static void rows_of_every_state_are_what_the_functions_give(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    fill(w);
    const char *first = ask(w, "SELECT min(id) FROM drift.load"), *last = ask(w, "SELECT max(id) FROM drift.load");
    assert_same(w, "", (const uint64_t[]){10, 5, 2});
    assert_same(w, last, (const uint64_t[]){10, 5, 2});
    assert_same(w, first, (const uint64_t[]){9, 6, 3});
    assert_same(w, "0", (const uint64_t[]){0, 0, 0});
}

static void characters_that_copy_escapes_are_escaped_alike(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    fill(w);
    tell(w, "UPDATE lager.fact_utfall SET tryckt = E'\\t\\\\N \\\\ \\n\\r\\b\\f\\v\\x01\\u00e5', matt = '\\N', "
            "period_tryckt = ''");
    tell(w, "UPDATE lager.fact_foregaende SET avser = E'\\t', tryckt = NULL, obs_status = '\\', conf_status = NULL");
    tell(w, "UPDATE lager.dim_enhet SET nyckel = E'sol\\t\\\\' || id WHERE NOT hel_namnd");
    tell(w, "UPDATE lager.dim_indikator SET kod = E'I\\n1' WHERE kod = 'I1'");
    tell(w, "UPDATE lager.dim_stadsdel SET kod = E'\\\\N' WHERE kod = 'SDN_BRO'");
    tell(w, "UPDATE lager.dim_indikator SET kod = NULL, nyckel = E'\\\\' || nyckel WHERE kod = 'I3'");
    assert_same(w, "", (const uint64_t[]){10, 5, 2});
}

static void ids_without_a_key_are_shown_alike(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    fill(w);
    tell(w, "UPDATE lager.fact_utfall SET enhet_id = 5000 WHERE kon = 'M' AND " UNIT); /* another district's */
    tell(w, "UPDATE lager.fact_utfall SET enhet_id = 2147483647 WHERE kon = 'K' AND " UNIT);
    tell(w, "UPDATE lager.fact_utfall SET indikator_id = 0 WHERE kon = 'T' AND " UNIT);
    tell(w, "UPDATE lager.fact_arsmal SET indikator_id = -7 WHERE niva = 'KF'");
    tell(w, "UPDATE lager.fact_foregaende SET stadsdel_id = -32768");
    assert_same(w, "", (const uint64_t[]){10, 5, 2});
    tell(w, "UPDATE lager.dim_enhet SET id = 2147483647 WHERE id = 5000"); /* now 5000 has no key */
    tell(w, "UPDATE lager.dim_indikator SET id = id + 1000 WHERE kod = 'I3'");
    tell(w, "UPDATE lager.fact_utfall f SET indikator_id = i.id - 1000 FROM lager.dim_indikator i "
            "WHERE i.kod = 'I3' AND kon = 'T' AND f.indikator_id = 0"); /* where the next one stands */
    assert_same(w, "", (const uint64_t[]){10, 5, 2});
}

static void what_is_no_line_of_copy_is_refused(void **state)
{
    static const char *const facts[] = {"",
                                        "1",
                                        "1\t2\t3",
                                        "1\t2\t3\t4",
                                        "1\t2\tx\t4\tT",
                                        "\t2\t3\t4\tT",
                                        "1\t2\t3\t-\tT",
                                        "1\t99999999999999999999\t3\t4\tT"};
    static const char *const keys[] = {"", "1\t2", "3\t1\t0\tx", "-1\t1\t0\tx", "a\t1\t0\tx"};
    struct made_rows made = {0};
    struct text row;
    struct error err;
    (void)state;
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        assert_int_equal(made_rows_make(&made, facts[i], strlen(facts[i]), &row, &err), -1);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        assert_int_equal(made_rows_key(&made, keys[i], strlen(keys[i]), &err), -1);
    assert_int_equal(err.class, EXIT_DATABASE);
    made_rows_free(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WAREHOUSE_TEST(rows_of_every_state_are_what_the_functions_give),
        WAREHOUSE_TEST(characters_that_copy_escapes_are_escaped_alike),
        WAREHOUSE_TEST(ids_without_a_key_are_shown_alike),
        cmocka_unit_test(what_is_no_line_of_copy_is_refused),
    };
    return cmocka_run_group_tests(tests, setup_template, NULL);
}
