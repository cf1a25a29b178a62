#include "etl/publish_swap.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "etl/crash_point.h"
#include "etl/publish_internal.h"
#include "etl/sql.h"
#include "etl/stop.h"

/* Measured in processor seconds of the server for a whole load, this way against the general one: 300 000 facts of a year, of
 * whose rows 10 / 20 / 30 / 50 / 90 % had changed (18 / 33 / 46 / 67 / 95 % as counted here): 1.21, 1.00, 0.89, 0.82, 0.71; 6000
 * facts, 90 % changed: 0.93. */
#define SWAP_PERCENT "50"   /* facts closed and added, of the versions that the year has afterwards */
#define SWAP_LEAST   "2000" /* of them in one table; below that the two ways cost the same */

static const char *const tables[SWAP_TABLES] = {"fact_utfall", "fact_arsmal", "fact_foregaende"};

static int ask(struct publication *p, const char *name, int count, const char *const *params, const char *doing,
               PGresult **ret, struct error *err)
{
    char what[160];
    (void)snprintf(what, sizeof what, "%s of source \"%s\"", doing, p->load->options.source);
    return stop_check(err) || database_query(p->load->db, sql_text(name), count, params, what, ret, err) ? -1 : 0;
}

/* ---- choosing ---- */

static int add_part(struct publication *p, const char *table, const char *year, struct error *err)
{
    struct publish_swap *swap = &p->swap;
    struct arena *arena = &p->load->arena;
    struct swap_part part = {arena_strdup(arena, table), arena_strdup(arena, year)};
    PGresult *result;
    if (!part.table || !part.year) return error_memory(err);
    if (ask(p, "queries/swap_table", 2, PARAMS(part.table, part.year), "make a table for a year", &result, err))
        return -1;
    bool made = *PQgetvalue(result, 0, 0) == 't';
    PQclear(result);
    if (made) swap->parts[swap->count++] = part;
    return 0;
}

/* "{2022,2023}" of the parts of TABLE, or, where that is NULL, of all: their years, or their tables. */
static const char *array_of(struct publication *p, const char *table, bool names)
{
    const struct publish_swap *swap = &p->swap;
    char text[LIMIT_SWAP_PARTS * 20 + 3] = "{"; /* the longest is "fact_foregaende" */
    size_t len = 1;
    for (size_t i = 0; i < swap->count; i++) {
        const struct swap_part *part = &swap->parts[i];
        if (table && strcmp(table, part->table) != 0) continue;
        int n = snprintf(text + len, sizeof text - len, "%s%s", len > 1 ? "," : "", names ? part->table : part->year);
        len += n > 0 ? (size_t)n : 0;
    }
    (void)snprintf(text + len, sizeof text - len, "}");
    return arena_strdup(&p->load->arena, text);
}

static int note_parts(struct publication *p, struct error *err)
{
    struct publish_swap *swap = &p->swap;
    bool whole = (swap->tables = array_of(p, NULL, true)) && (swap->years = array_of(p, NULL, false));
    for (int i = 0; whole && i < SWAP_TABLES; i++)
        whole = (swap->built[i] = array_of(p, tables[i], false)) != NULL;
    if (!whole) return error_memory(err);
    p->way = "swap";
    (void)snprintf(p->counts.way.words, sizeof p->counts.way.words,
                   "most of a year, built aside and exchanged: %zu of its tables", swap->count);
    return 0;
}

int swap_choose(struct publication *p, struct error *err)
{
    const struct load *load = p->load;
    const char *const params[] = {SWAP_LEAST, SWAP_PERCENT, publish_number(p->load, LIMIT_SWAP_PARTS)};
    PGresult *result;
    int rc = 0;
    if (!load->options.may_swap || load->nested || load->delta) return 0;
    if (!params[2]) return error_memory(err);
    if (ask(p, "queries/swap_plan", 3, params, "see how much differs", &result, err)) return -1;
    int count = PQntuples(result);
    if (count) rc = database_exec(load->db, "SAVEPOINT " SWAP_SAVEPOINT, "begin an exchange", err);
    for (int i = 0; rc == 0 && i < count && i < LIMIT_SWAP_PARTS; i++)
        rc = add_part(p, PQgetvalue(result, i, 0), PQgetvalue(result, i, 1), err);
    PQclear(result);
    return rc || !p->swap.count ? rc : note_parts(p, err);
}

const char *swap_built(const struct publication *p, int table)
{
    return table < SWAP_TABLES && p->swap.count ? p->swap.built[table] : "{}";
}

/* ---- building ---- */

static int build(struct publication *p, const struct swap_part *part, const char *id, struct error *err)
{
    const char *const params[] = {part->table, part->year, id};
    PGresult *result;
    if (ask(p, "queries/swap_fill", 3, params, "build a year anew", &result, err)) return -1;
    p->swap.closed += strtoull(PQgetvalue(result, 0, 0), NULL, 10);
    p->swap.added += strtoull(PQgetvalue(result, 0, 1), NULL, 10);
    PQclear(result);
    crash_point(swap_filled);
    if (publish_run(p, "queries/swap_keys", 2, params, "build the keys of a year", NULL, err)) return -1;
    crash_point(swap_keyed);
    return 0;
}

int swap_build(struct publication *p, const char *id, struct error *err)
{
    for (size_t i = 0; i < p->swap.count; i++)
        if (build(p, &p->swap.parts[i], id, err)) return -1;
    return 0;
}

int swap_protect(struct publication *p, struct error *err)
{
    if (!p->swap.count) return 0;
    if (publish_run(p, "queries/swap_protect", 2, PARAMS(p->swap.tables, p->swap.years), "decide what analysts may see",
                    NULL, err))
        return -1;
    crash_point(swap_protected);
    return 0;
}

/* ---- exchanging ---- */

int swap_exchange(struct publication *p, bool *ret_exchanged, struct error *err)
{
    PGresult *result;
    if (ask(p, "queries/swap_exchange", 2, PARAMS(p->swap.tables, p->swap.years), "exchange a year", &result, err))
        return -1;
    *ret_exchanged = *PQgetvalue(result, 0, 0) == 't';
    PQclear(result);
    crash_point(swap_exchanged);
    return 0;
}

int swap_give_up(struct publication *p, struct error *err)
{
    p->swap = (struct publish_swap){0};
    p->way = p->counts.recorded = "difference";
    (void)snprintf(p->counts.way.words, sizeof p->counts.way.words,
                   "most of a year, compared and written row by row: others kept its tables from being exchanged");
    return database_exec(p->load->db, "ROLLBACK TO SAVEPOINT " SWAP_SAVEPOINT, "do without an exchange", err);
}
