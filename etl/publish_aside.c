/* Publishing new years that were built aside: what publish.c finds out by comparing with the warehouse is known here, since the
 * warehouse has no fact of them.  The workers commit their tables and build the keys; with the attachment, which only matches
 * those, the years become part of the fact tables. */
#include <stdlib.h>

#include "etl/crash_point.h"
#include "etl/publish_internal.h"
#include "etl/sql.h"

/* Rows that share a key are left to what settles them in every load. */
static int find_repeats(struct publication *p, uint64_t *ret_rows, uint64_t *ret_lines, struct error *err)
{
    struct load *load = p->load;
    bool many;
    if (aside_repeats_find(&load->aside->repeats, &load->rows, ret_lines, &many, err)) return -1;
    if (many) return aside_decline(load, err, "more than %u rows share a key with another", LIMIT_ASIDE_REPEATS);
    *ret_rows = load->rows.rows;
    return publish_send(p, &load->rows, "queries/copy_row", err);
}

/* Their facts go into staging.  RET_OFFSETS: where they stand, as an SQL array. */
static int withhold(struct publication *p, const char **ret_offsets, struct error *err)
{
    struct load *load = p->load;
    const char *doing = "stage what is repeated";
    PGresult *result;
    for (size_t i = 0; i < load->aside->year_count; i++) {
        const char *year = publish_number(load, load->aside->years[i].ar);
        if (!year) return error_memory(err);
        if (database_query(load->db, sql_text("queries/aside_withhold"), 1, PARAMS(year), doing, &result, err))
            return -1;
        p->staged_facts += strtoll(PQgetvalue(result, 0, 0), NULL, 10);
        PQclear(result);
    }
    if (database_query(load->db, sql_text("queries/aside_withheld"), NO_PARAMS, doing, &result, err)) return -1;
    *ret_offsets = arena_strdup(&load->arena, PQgetvalue(result, 0, 0));
    PQclear(result);
    return *ret_offsets ? 0 : error_memory(err);
}

/* What the general way finds of all rows, of those. */
static int settle(struct publication *p, struct error *err)
{
    int64_t repeated, found;
    if (publish_find_repeats(p, &repeated, err)) return -1;
    if (repeated && publish_run(p, "queries/diff_repeated", NO_PARAMS, "look for doubtful rows", NULL, err)) return -1;
    if (publish_count_doubtful(p, &found, err) || publish_check_limits(p, err)) return -1;
    if (found && publish_add_doubtful(p, err)) return -1;
    return publish_find_difference(p, err);
}

/* Which takes as long as the keys, and needs none; but only of rows that are all there. */
static int protect_early(struct publication *p, struct error *err)
{
    if (publish_run(p, "queries/aside_protect_new", 1, PARAMS(p->years), "decide what analysts may see", NULL, err))
        return -1;
    p->protected = true;
    crash_point(aside_protected);
    return 0;
}

/* While the workers build keys, what was withheld is settled, or, where nothing was, it is decided what analysts may see. */
static int build_keys(struct publication *p, uint64_t withheld, struct error *err)
{
    struct aside_workers *workers = &p->load->aside->workers;
    const char *offsets = "{}";
    bool unique;
    if (publish_run(p, "queries/aside_hold", NO_PARAMS, "publish the new years", NULL, err)) return -1;
    if (aside_workers_commit(workers, err)) return -1;
    if (withheld && withhold(p, &offsets, err)) return -1;
    if (aside_workers_keys_begin(workers, offsets, err)) return -1;
    if (withheld ? settle(p, err) : publish_check_limits(p, err)) return -1;
    if (!withheld && p->load->aside->year_count && protect_early(p, err)) return -1;
    if (aside_workers_keys_end(workers, &unique, err)) return -1;
    aside_workers_close(workers);
    return unique ? 0 : aside_decline(p->load, err, "a key stands in more than one row");
}

static int attach_year(struct publication *p, int ar, struct error *err)
{
    const char *year = publish_number(p->load, ar);
    if (!year) return error_memory(err);
    if (publish_run(p, "queries/aside_attach", 1, PARAMS(year), "attach a new year", NULL, err)) return -1;
    crash_point(aside_attached);
    return 0;
}

/* Figures that stand in a neighbouring year too, as publish.c compares them.  A row that is to be rejected for it has its facts
 * in the warehouse already. */
static int compare_years(struct publication *p, struct error *err)
{
    const char *const before[] = {p->severities, p->years_before, p->districts};
    const char *const after[] = {p->severities, p->years_after, p->districts, p->load->options.source};
    const char *id = publish_number(p->load, p->load->id), *doing = "compare figures that stand in two years";
    int64_t candidates, doubtful;
    if (!id) return error_memory(err);
    if (publish_run(p, "queries/aside_neighbours", 4, PARAMS(id, p->years, p->years_before, p->years_after), doing,
                    &candidates, err))
        return -1;
    if (!candidates && !p->staged_facts) return 0;
    if (publish_run(p, "queries/foregaende_differs", 3, before, doing, NULL, err)) return -1;
    if (publish_run(p, "queries/doubt_foregaende", NO_PARAMS, doing, &doubtful, err)) return -1;
    if (doubtful) return aside_decline(p->load, err, "rule L-FOREGAENDE rejects some rows");
    return publish_run(p, "queries/foregaende_later", 4, after, doing, NULL, err);
}

static void count_fates(struct publication *p, uint64_t withheld_rows, uint64_t withheld_lines)
{
    const struct load_aside *aside = p->load->aside;
    publish_count_row(p, 'I', 'l', aside->loaded.rows - withheld_rows, aside->loaded.lines - withheld_lines);
    publish_count_row(p, 'I', 'u', aside->unchanged.rows, aside->unchanged.lines);
    publish_count_row(p, 'I', 'q', aside->quarantined.rows, aside->quarantined.lines);
}

int publish_aside_prepare(struct publication *p, struct error *err)
{
    struct load *load = p->load;
    const struct load_aside *aside = load->aside;
    const char *id = publish_number(load, load->id);
    uint64_t rows = 0, lines = 0;
    if (!id) return error_memory(err);
    p->way = aside->year_count ? "aside" : "difference"; /* of an export without facts nothing was built */
    if (aside->year_count)
        (void)snprintf(p->counts.way.words, sizeof p->counts.way.words, "new years, built aside and attached");
    if (aside_finish(load, err) || publish_extent(p, err) || publish_clear(p, err)) return -1;
    if (publish_read_extent(p, err)) return -1;
    p->doubtful = p->doubtful_indikator = (int64_t)aside->quarantined.rows;
    if (publish_send(p, &load->quarantine, "queries/copy_quarantine", err)) return -1;
    crash_point(stage_filled);
    if (find_repeats(p, &rows, &lines, err) || build_keys(p, rows, err)) return -1;
    for (size_t i = 0; i < aside->year_count; i++)
        if (attach_year(p, aside->years[i].ar, err)) return -1;
    if (p->counts.facts_new && publish_write_facts(p, id, err)) return -1; /* the first of those that say the same */
    if (aside->year_count && compare_years(p, err)) return -1;
    crash_point(aside_compared);
    if (publish_send(p, &load->findings, "queries/copy_finding", err)) return -1;
    p->counts.facts_new += aside->facts - (uint64_t)p->staged_facts;
    count_fates(p, rows, lines);
    return publish_count_rows(p, err) || publish_compare_quarantine(p, err) ? -1 : 0;
}

int publish_aside_protect(struct publication *p, struct error *err)
{
    if (!p->load->aside->year_count || p->protected) return 0;
    if (publish_run(p, "queries/aside_protect", 1, PARAMS(p->years), "decide what analysts may see", NULL, err))
        return -1;
    crash_point(aside_protected);
    return 0;
}
