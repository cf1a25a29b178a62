/* A migrated warehouse of its own for each test, on the server that PGHOST… name (tests/with-postgres lends one). */
#ifndef TESTS_WAREHOUSE_H
#define TESTS_WAREHOUSE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <inttypes.h>
#include <stdlib.h>

#include "etl/dimensions/dimensions.h"
#include "etl/load.h"
#include "etl/sql.h"

#define TEMPLATE   "stadslager_mall"
#define CONFIG_SHA "00000000000000000000000000000000000000000000000000000000000000cc"

struct warehouse {
    struct database db;
    struct dimensions dimensions;
    struct arena arena; /* answers of ask() */
    char dsn[64];
    char name[48];
};

static const char *const aliases_trygg[] = {"Andel trygga boende"};
static const char *const aliases_solen[] = {"Solens förskola"};
static const struct stadsdel registry_stadsdelar[] = {
    {.code = "SDN_BRO", .name = "Bromma"},
    {.code = "SDN_RK", .name = "Rinkeby-Kista", .valid_to = "2023-06-30"},
    {.code = "SDN_JAR", .name = "Järva", .valid_from = "2023-07-01"},
};
static const struct succession registry_successions[] = {{"2023-07-01", "SDN_RK", "SDN_JAR"}};
static const struct enhet_entry registry_enheter[] = {
    {.stadsdel = "SDN_BRO", .name = "Förskolan Solen", .aliases = aliases_solen, .alias_count = 1},
};
static const struct indikator_entry registry_indikatorer[] = {
    {.code = "I1",
     .name = "Andel nöjda",
     .unit = "%",
     .kind = "andel",
     .polarity = "hogre",
     .owner = "KF",
     .kon_mening = "egen_andel",
     .disclosure_threshold = 5},
    {.code = "I2",
     .name = "Andel trygga",
     .unit = "%",
     .kind = "andel",
     .polarity = "hogre",
     .owner = "KF",
     .aliases = aliases_trygg,
     .alias_count = 1,
     .disclosure_threshold = 5},
    {.code = "I3",
     .name = "Antal platser",
     .unit = "st",
     .kind = "antal",
     .polarity = "neutral",
     .owner = "namnd",
     .disclosure_threshold = 5},
};
static const struct registry test_registry = {
    .stadsdelar = registry_stadsdelar,
    .stadsdel_count = 3,
    .successions = registry_successions,
    .succession_count = 1,
    .enheter = registry_enheter,
    .enhet_count = 1,
    .indikatorer = registry_indikatorer,
    .indikator_count = 3,
};

/* Fails the test with ERR's text when RC is not 0. */
#define ASSERT_OK(call)                                                                                                \
    do {                                                                                                               \
        if ((call) != 0) fail_msg("%s: %s (%s)", #call, err.message, err.detail);                                      \
    } while (0)

/* The first cell of SQL's answer, "" when there is none. */
static inline const char *ask(struct warehouse *w, const char *sql)
{
    PGresult *result = PQexec(w->db.connection, sql);
    if (PQresultStatus(result) != PGRES_TUPLES_OK) fail_msg("%s: %s", sql, PQresultErrorMessage(result));
    char *answer = arena_strdup(&w->arena, PQntuples(result) ? PQgetvalue(result, 0, 0) : "");
    PQclear(result);
    assert_non_null(answer);
    return answer;
}

static inline void tell(struct warehouse *w, const char *sql)
{
    struct error err;
    ASSERT_OK(database_exec(&w->db, sql, "prepare the test", &err));
}

/* SQL must fail with SQLSTATE STATE. */
static inline void assert_refused(struct warehouse *w, const char *sql, const char *state)
{
    PGresult *result = PQexec(w->db.connection, sql);
    const char *got = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (!got || strcmp(got, state) != 0) fail_msg("%s: expected %s, got %s", sql, state, got ? got : "success");
    PQclear(result);
}

/* What stands where: a change, a dead row or a row written anew shows in it. */
static inline const char *fingerprint(struct warehouse *w)
{
    return ask(w, "SELECT md5(string_agg(t, '/' ORDER BY t COLLATE \"C\")) FROM ("
                  "SELECT concat_ws(' ', tableoid, ctid, xmin, xmax) AS t FROM lager.fact_utfall UNION ALL "
                  "SELECT concat_ws(' ', tableoid, ctid, xmin, xmax) FROM lager.fact_arsmal UNION ALL "
                  "SELECT concat_ws(' ', tableoid, ctid, xmin, xmax) FROM lager.fact_foregaende UNION ALL "
                  "SELECT concat_ws(' ', tableoid, ctid, xmin, xmax) FROM lager.fact_maluppfyllelse UNION ALL "
                  "SELECT concat_ws(' ', tableoid, ctid, xmin, xmax) FROM lager.fact_aktivitet UNION ALL "
                  "SELECT concat_ws(' ', tableoid, ctid, xmin, xmax) FROM lager.fact_tabell UNION ALL "
                  "SELECT concat_ws(' ', tableoid, ctid, xmin, xmax) FROM lager.fact_ekonomi UNION ALL "
                  "SELECT concat_ws(' ', tableoid, ctid, xmin, xmax) FROM lager.dim_aktivitet UNION ALL "
                  "SELECT concat_ws(' ', tableoid, ctid, xmin, xmax) FROM lager.dim_tabellcell UNION ALL "
                  "SELECT concat_ws(' ', tableoid, ctid, xmin, xmax) FROM drift.quarantine UNION ALL "
                  "SELECT concat_ws(' ', tableoid, ctid, xmin, xmax) FROM drift.finding UNION ALL "
                  "SELECT concat_ws(' ', tableoid, ctid, xmin, xmax) FROM lager.dim_stadsdel UNION ALL "
                  "SELECT concat_ws(' ', tableoid, ctid, xmin, xmax) FROM lager.stadsdel_foljd UNION ALL "
                  "SELECT concat_ws(' ', tableoid, ctid, xmin, xmax) FROM lager.dim_enhet UNION ALL "
                  "SELECT concat_ws(' ', tableoid, ctid, xmin, xmax) FROM lager.enhet_alias UNION ALL "
                  "SELECT concat_ws(' ', tableoid, ctid, xmin, xmax) FROM lager.dim_indikator UNION ALL "
                  "SELECT concat_ws(' ', tableoid, ctid, xmin, xmax) FROM lager.indikator_alias UNION ALL "
                  "SELECT concat_ws(' ', tableoid, ctid, xmin, xmax) FROM lager.dim_mal UNION ALL "
                  "SELECT concat_ws(' ', tableoid, ctid, xmin, xmax) FROM lager.dim_period) x");
}

/* Rows ever written and dead rows, as the server counts them: "inserted updated deleted dead". */
static inline const char *written(struct warehouse *w)
{
    (void)ask(w, "SELECT pg_stat_force_next_flush()");
    (void)ask(w, "SELECT pg_stat_clear_snapshot()");
    return ask(w, "SELECT concat_ws(' ', sum(n_tup_ins), sum(n_tup_upd), sum(n_tup_del), sum(n_dead_tup)) FROM "
                  "pg_stat_user_tables "
                  "WHERE schemaname = 'lager' OR relname IN ('quarantine', 'finding', 'run', 'run_result')");
}

static inline bool have_server(void)
{
    return getenv("PGHOST") != NULL;
}

/* Once per program: the database that the others are copies of. */
static inline int setup_template(void **state)
{
    struct database admin, db;
    struct error err;
    int applied;
    (void)state;
    if (!have_server()) {
        print_message("skipped: PGHOST is not set; run this under tests/with-postgres\n");
        return 0;
    }
    if (database_open("", &admin, &err)) goto failed;
    if (database_exec(&admin, "DROP DATABASE IF EXISTS " TEMPLATE, "prepare", &err)) goto failed;
    if (database_exec(&admin, "CREATE DATABASE " TEMPLATE, "prepare", &err)) goto failed;
    if (database_open("dbname=" TEMPLATE, &db, &err) || database_migrate(&db, &applied, &err)) goto failed;
    database_close(&db);
    database_close(&admin);
    return 0;
failed:
    error_print(&err, stderr);
    return -1;
}

static inline int setup_warehouse(void **state)
{
    static int count;
    struct warehouse *w = calloc(1, sizeof *w);
    struct database admin;
    struct error err;
    char sql[128];
    *state = w;
    if (!w || !have_server()) return w ? 0 : -1;
    (void)snprintf(w->name, sizeof w->name, "stadslager_%d", ++count);
    (void)snprintf(w->dsn, sizeof w->dsn, "dbname=%s", w->name);
    if (database_open("", &admin, &err)) goto failed;
    (void)snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS %s", w->name);
    if (database_exec(&admin, sql, "prepare", &err)) goto failed;
    (void)snprintf(sql, sizeof sql, "CREATE DATABASE %s TEMPLATE " TEMPLATE, w->name);
    if (database_exec(&admin, sql, "prepare", &err)) goto failed;
    database_close(&admin);
    if (database_open(w->dsn, &w->db, &err) || dimensions_sync(&w->db, &test_registry, &w->dimensions, &err))
        goto failed;
    return 0;
failed:
    error_print(&err, stderr);
    return -1;
}

static inline int teardown_warehouse(void **state)
{
    struct warehouse *w = *state;
    struct database admin;
    struct error err;
    char sql[128];
    dimensions_free(&w->dimensions);
    database_close(&w->db);
    if (have_server() && database_open("", &admin, &err) == 0) {
        (void)snprintf(sql, sizeof sql, "DROP DATABASE %s WITH (FORCE)", w->name);
        if (database_exec(&admin, sql, "clean up", &err)) error_print(&err, stderr);
        database_close(&admin);
    }
    arena_free(&w->arena);
    free(w);
    return 0;
}

#define NEEDS_SERVER()                                                                                                 \
    do {                                                                                                               \
        if (!have_server()) skip();                                                                                    \
    } while (0)
#define WAREHOUSE_TEST(test) cmocka_unit_test_setup_teardown(test, setup_warehouse, teardown_warehouse)

/* ---- exports, made of few words ---- */

struct cells { /* an indicator row; NULL = no such fact, ".." = suppressed */
    const char *indikator, *total, *man, *kvinnor, *foregaende, *arsmal, *kf;
    const char *enhet;    /* NULL = the whole board */
    const char *stadsdel; /* NULL = Bromma */
    int ar;               /* 0 = 2022 */
    unsigned flags;
    const char *quarantine; /* a rule: the row goes to quarantine */
};

struct export
{
    const char *source;
    const struct cells *rows;
    size_t count;
    bool partial; /* not complete */
    bool dry_run, together;
    FILE *difference;
    int64_t max_rows, max_pct, max_dropped; /* 0 = 1000, 100, 100 */
    char sha;                               /* a letter of a made-up SHA-256 */
    unsigned lines_lost;                    /* lies about how many lines were read */
    struct load_decline *decline;           /* not NULL: a new year may be built aside */
};

static inline int test_raw(void *context, uint64_t offset, uint64_t length, struct arena *arena, struct text *ret,
                           struct error *err)
{
    (void)context;
    char text[64];
    (void)snprintf(text, sizeof text, "raw %" PRIu64 " %" PRIu64, offset, length);
    *ret = text_copy(arena, text_of(text));
    return text_failed(*ret) ? error_memory(err) : 0;
}

static inline int64_t begin_run(struct warehouse *w)
{
    struct error err;
    PGresult *result;
    const char *const params[] = {"test", CONFIG_SHA, "run"};
    ASSERT_OK(database_query(&w->db, sql_text("queries/run_begin"), 3, params, "begin a run", &result, &err));
    int64_t id = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return id;
}

static inline void set_number(struct fact *fact, const char *cell)
{
    fact->has_number = strcmp(cell, "..") != 0;
    fact->status = fact->has_number ? VALUE_REPORTED : VALUE_SUPPRESSED;
    fact->obs_status = fact->has_number ? 'A' : 'Q';
    fact->conf_status = fact->has_number ? 'F' : 'C';
    if (fact->has_number)
        assert_int_equal(decimal_parse(text_of(cell), &fact->number), 0);
    else
        fact->printed = text_of(cell);
    fact->unit = TEXT("%");
}

static inline int give_row_facts(struct load *load, const struct cells *row, struct fact key, struct error *err)
{
    const struct {
        const char *cell;
        enum fact_table table;
        enum kon kon;
        enum arsmal_niva niva;
    } cells[] = {
        {row->total, FACT_UTFALL, KON_TOTAL, ARSMAL_EGEN},
        {row->man, FACT_UTFALL, KON_MAN, ARSMAL_EGEN},
        {row->kvinnor, FACT_UTFALL, KON_KVINNOR, ARSMAL_EGEN},
        {row->foregaende, FACT_FOREGAENDE, KON_TOTAL, ARSMAL_EGEN},
        {row->arsmal, FACT_ARSMAL, KON_TOTAL, ARSMAL_EGEN},
        {row->kf, FACT_ARSMAL, KON_TOTAL, ARSMAL_KF},
    };
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        struct fact fact = key;
        if (!cells[i].cell) continue;
        fact.table = cells[i].table;
        fact.kon = cells[i].kon;
        fact.niva = cells[i].niva;
        fact.flags = row->flags;
        fact.period_printed = TEXT("VB 2022");
        set_number(&fact, cells[i].cell);
        if (fact.table == FACT_ARSMAL) {
            fact.op = TARGET_VALUE;
            fact.printed = text_of(cells[i].cell);
        }
        if (fact.table == FACT_FOREGAENDE) fact.avser = TEXT("VB 2021");
        if (load_fact(load, &fact, err)) return -1;
    }
    return 0;
}

static inline int give_row(struct warehouse *w, struct load *load, const struct cells *row, uint64_t nr,
                           struct error *err)
{
    const struct period period = {.kind = PERIOD_YEAR, .year = row->ar ? row->ar : 2022};
    struct fact fact = {.row = nr, .ar = period.year, .place = {nr + 1, nr * 100, 100}};
    if (row->quarantine) {
        const struct quarantine_row bad = {.kind = RECORD_INDIKATOR,
                                           .row = nr,
                                           .lines = 1,
                                           .place = fact.place,
                                           .column = "utfall",
                                           .rule = row->quarantine,
                                           .reason = "is not a number",
                                           .value = text_of(row->total),
                                           .raw = TEXT("raw\xe5")};
        return load_quarantine(load, &bad, err);
    }
    if (load_row(load, nr, RECORD_INDIKATOR, 1, fact.place, err)) return -1;
    int found =
        dimensions_stadsdel(&w->dimensions, text_of(row->stadsdel ? row->stadsdel : "Bromma"), &fact.stadsdel_id, err);
    if (found == 1)
        found = dimensions_enhet(&w->dimensions, fact.stadsdel_id, text_of(row->enhet), &fact.enhet_id, err);
    if (found == 1) found = dimensions_indikator(&w->dimensions, text_of(row->indikator), &fact.indikator_id, err);
    if (found != 1) return found < 0 ? -1 : error_set(err, EXIT_INTERNAL, "a name of the test is unknown");
    if (dimensions_period(&w->dimensions, period, &fact.period_id, err)) return -1;
    return give_row_facts(load, row, fact, err);
}

static inline int start_export(struct warehouse *w, const struct export *e, struct load **ret_load, struct error *err)
{
    static char sha[65];
    memset(sha, e->sha ? e->sha : 'a', 64);
    const struct load_options options = {
        .run_id = begin_run(w),
        .source = e->source,
        .precedence = 1,
        .file_sha256 = sha,
        .file_bytes = 1234,
        .url = "https://example.org/export.csv",
        .connector = "delimited",
        .config_hash = CONFIG_SHA,
        .complete = !e->partial,
        .dry_run = e->dry_run,
        .together = e->together,
        .max_quarantined_rows = e->max_rows ? e->max_rows : 1000,
        .run_quarantine_left = 10000,
        .max_quarantined_pct = e->max_pct ? e->max_pct : 100,
        .max_dropped_pct = e->max_dropped ? e->max_dropped : 100,
        .difference = e->difference,
        .raw = test_raw,
        .decline = e->decline,
        .workers = 2,
    };
    if (load_begin(&w->db, &options, ret_load, err)) return -1;
    w->dimensions.later = load_dimensions_later(*ret_load);
    for (size_t i = 0; i < e->count; i++)
        if (give_row(w, *ret_load, &e->rows[i], i + 1, err)) {
            load_cause(*ret_load, err);
            load_abort(*ret_load);
            w->dimensions.later = NULL;
            return -1;
        }
    return 0;
}

static inline int publish_export(struct warehouse *w, const struct export *e, struct load_counts *ret_counts,
                                 struct error *err)
{
    struct load *load;
    struct load_input input = {
        .counts = {.lines_read = e->count + 1 - e->lines_lost, .lines_record = e->count, .rows_read = e->count}};
    input.counts.lines_ignored[IGNORED_HEADER] = 1;
    if (start_export(w, e, &load, err)) return -1;
    int rc = load_publish(load, &input, ret_counts, err);
    w->dimensions.later = NULL;
    if (rc || e->dry_run)
        dimensions_rollback(&w->dimensions);
    else
        dimensions_commit(&w->dimensions);
    return rc;
}

/* Publishes the rows given after the source's name. */
#define PUBLISH(w, name, counts, ...)                                                                                  \
    do {                                                                                                               \
        const struct cells rows_[] = {__VA_ARGS__};                                                                    \
        const struct export export_ = {.source = (name), .rows = rows_, .count = sizeof rows_ / sizeof *rows_};        \
        ASSERT_OK(publish_export((w), &export_, (counts), &err));                                                      \
    } while (0)

#endif
