#include "etl/audit/audit_read.h"

#include <inttypes.h>
#include <stdlib.h>

#include "etl/sql.h"

struct reading_ledger {
    struct database *db;
    struct replay *replay;
    struct error *err;
};

int audit_read_begin(struct database *db, struct error *err)
{
    static const char *const steps[] = {"queries/audit_wait", "queries/audit_begin", "queries/audit_release"};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (database_exec(db, sql_text(steps[i]), "begin the audit", err)) return -1;
    return 0;
}

static int ask(struct reading_ledger *r, const char *query, PGresult **ret)
{
    return database_query(r->db, sql_text(query), 0, NULL, "read the ledger", ret, r->err);
}

static const char *keep(struct reading_ledger *r, const PGresult *result, int row, int column)
{
    return arena_strdup(&r->replay->arena, PQgetvalue(result, row, column));
}

static int64_t number(const PGresult *result, int row, int column)
{
    return strtoll(PQgetvalue(result, row, column), NULL, 10);
}

/* Room for the rows of RESULT, at least one, so that NULL is no memory. */
static void *rows_of(struct reading_ledger *r, const PGresult *result, size_t size)
{
    int count = PQntuples(result);
    void *rows = arena_array(&r->replay->arena, count > 0 ? (size_t)count : 1, size);
    if (!rows) (void)error_memory(r->err);
    return rows;
}

static int read_runs(struct reading_ledger *r)
{
    PGresult *result;
    int rc = -1;
    if (ask(r, "queries/audit_runs", &result)) return -1;
    struct replay_run *runs = rows_of(r, result, sizeof *runs);
    if (!runs) goto out;
    for (int i = 0; i < PQntuples(result); i++) {
        runs[i] = (struct replay_run){number(result, i, 0), keep(r, result, i, 1), keep(r, result, i, 2),
                                      *PQgetvalue(result, i, 3) == 't'};
        if (runs[i].config_hash && runs[i].program_version) continue;
        (void)error_memory(r->err);
        goto out;
    }
    r->replay->runs = runs;
    r->replay->run_count = (size_t)PQntuples(result);
    rc = 0;
out:
    PQclear(result);
    return rc;
}

/* "2021 2022" */
static int read_years(struct reading_ledger *r, const char *text, struct replay_load *load)
{
    size_t count = 0;
    char *end;
    int *years = arena_array(&r->replay->arena, strlen(text) / 2 + 1, sizeof *years);
    if (!years) return error_memory(r->err);
    for (const char *at = text; *at; at = *end ? end + 1 : end)
        years[count++] = (int)strtol(at, &end, 10);
    load->years = years;
    load->year_count = count;
    return 0;
}

/* "SDN_BRO SDN_FAR" */
static int read_districts(struct reading_ledger *r, const char *text, struct replay_load *load)
{
    size_t count = 0;
    const char **codes = arena_array(&r->replay->arena, strlen(text) / 2 + 1, sizeof *codes);
    char *copy = arena_strdup(&r->replay->arena, text);
    if (!codes || !copy) return error_memory(r->err);
    for (char *rest = NULL, *code = strtok_r(copy, " ", &rest); code; code = strtok_r(NULL, " ", &rest))
        codes[count++] = code;
    load->districts = codes;
    load->district_count = count;
    return 0;
}

static int read_load(struct reading_ledger *r, const PGresult *result, int i, struct replay_load *load)
{
    *load = (struct replay_load){.id = number(result, i, 0),
                                 .run_id = number(result, i, 1),
                                 .source = keep(r, result, i, 2),
                                 .sha256 = keep(r, result, i, 3),
                                 .url = keep(r, result, i, 4),
                                 .connector = keep(r, result, i, 5),
                                 .config_hash = keep(r, result, i, 6),
                                 .published_at = keep(r, result, i, 7),
                                 .bytes = (uint64_t)number(result, i, 8),
                                 .complete = *PQgetvalue(result, i, 9) == 't',
                                 .counts = keep(r, result, i, 12)};
    if (!load->source || !load->sha256 || !load->url || !load->connector || !load->config_hash || !load->published_at ||
        !load->counts)
        return error_memory(r->err);
    return read_years(r, PQgetvalue(result, i, 10), load) || read_districts(r, PQgetvalue(result, i, 11), load) ? -1
                                                                                                                : 0;
}

static int read_loads(struct reading_ledger *r)
{
    PGresult *result;
    int rc = -1;
    if (ask(r, "queries/audit_loads", &result)) return -1;
    struct replay_load *loads = rows_of(r, result, sizeof *loads);
    if (!loads) goto out;
    for (int i = 0; i < PQntuples(result); i++)
        if (read_load(r, result, i, &loads[i])) goto out;
    r->replay->loads = loads;
    r->replay->load_count = (size_t)PQntuples(result);
    rc = 0;
out:
    PQclear(result);
    return rc;
}

static int read_snapshots(struct reading_ledger *r)
{
    PGresult *result;
    int rc = -1;
    if (ask(r, "queries/audit_snapshots", &result)) return -1;
    struct replay_snapshot *snapshots = rows_of(r, result, sizeof *snapshots);
    if (!snapshots) goto out;
    for (int i = 0; i < PQntuples(result); i++) {
        struct replay_snapshot *s = &snapshots[i];
        *s = (struct replay_snapshot){.hash = keep(r, result, i, 0),
                                      .text = text_of(keep(r, result, i, 1)),
                                      .has_parts = !PQgetisnull(result, i, 2)};
        for (int part = 0; part < CONFIG_PARTS; part++)
            s->parts[part] = (size_t)number(result, i, 2 + part);
        if (s->hash && s->text.ptr) continue;
        (void)error_memory(r->err);
        goto out;
    }
    r->replay->snapshots = snapshots;
    r->replay->snapshot_count = (size_t)PQntuples(result);
    rc = 0;
out:
    PQclear(result);
    return rc;
}

static int find_last_load(struct reading_ledger *r, const char *as_of)
{
    const char *const params[] = {as_of};
    PGresult *result;
    r->replay->last_load = INT64_MAX;
    if (!as_of) return 0;
    if (database_query(r->db, sql_text("queries/point_time"), 1, params, "find the state to audit", &result, r->err))
        return -1;
    r->replay->last_load = number(result, 0, 0);
    PQclear(result);
    return 0;
}

/* Read in the text, where the rule may be set for one indicator too: a year too many costs time only. */
static bool may_reject(struct text text)
{
    return memmem(text.ptr, text.len, "L-FOREGAENDE", 12) && memmem(text.ptr, text.len, "reject", 6);
}

static void find_year_before(struct replay *replay, const char *instead)
{
    replay->year_before = instead && may_reject(text_of(instead));
    for (size_t i = 0; i < replay->snapshot_count; i++)
        replay->year_before |= may_reject(replay->snapshots[i].text);
}

int audit_read(struct database *db, int year, const char *as_of, const char *instead, struct replay *ret_replay,
               struct error *err)
{
    struct replay replay = {.year = year};
    struct reading_ledger r = {db, &replay, err};
    int rc = find_last_load(&r, as_of) || read_runs(&r) || read_loads(&r) || read_snapshots(&r) ? -1 : 0;
    if (rc == 0) find_year_before(&replay, instead);
    if (rc || replay_choose(&replay, err)) {
        replay_free(&replay);
        return -1;
    }
    *ret_replay = replay;
    return 0;
}
