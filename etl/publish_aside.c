/* Publishing new years that were built aside: what publish.c finds out by comparing with the warehouse is known here, since the
 * warehouse has no fact of them; the keys come last, and with them the years become part of the fact tables. */
#include "etl/crash_point.h"
#include "etl/publish_internal.h"
#include "etl/sql.h"
#include "etl/stop.h"

static int attach_year(struct publication *p, int ar, struct error *err)
{
    const char *year = publish_number(p->load, ar);
    PGresult *result;
    if (!year) return error_memory(err);
    if (stop_check(err) || database_query(p->load->db, sql_text("queries/aside_attach"), 1, PARAMS(year),
                                          "attach a new year", &result, err))
        return -1;
    bool attached = *PQgetvalue(result, 0, 0) == 't';
    PQclear(result);
    if (!attached) return aside_decline(p->load, err, "a key stands in more than one row");
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
    if (!candidates) return 0;
    if (publish_run(p, "queries/foregaende_differs", 3, before, doing, NULL, err)) return -1;
    if (publish_run(p, "queries/doubt_foregaende", NO_PARAMS, doing, &doubtful, err)) return -1;
    if (doubtful) return aside_decline(p->load, err, "rule L-FOREGAENDE rejects some rows");
    return publish_run(p, "queries/foregaende_later", 4, after, doing, NULL, err);
}

static void count_fates(struct publication *p)
{
    const struct load_aside *aside = p->load->aside;
    publish_count_row(p, 'I', 'l', aside->loaded.rows, aside->loaded.lines);
    publish_count_row(p, 'I', 'u', aside->unchanged.rows, aside->unchanged.lines);
    publish_count_row(p, 'I', 'q', aside->quarantined.rows, aside->quarantined.lines);
}

int publish_aside_prepare(struct publication *p, struct error *err)
{
    struct load *load = p->load;
    const struct load_aside *aside = load->aside;
    p->way = aside->year_count ? "aside" : "difference"; /* of an export without facts nothing was built */
    if (aside->year_count)
        (void)snprintf(p->counts.way.words, sizeof p->counts.way.words, "new years, built aside and attached");
    if (aside_finish(load, err) || publish_extent(p, err) || publish_clear(p, err)) return -1;
    if (publish_read_extent(p, err)) return -1;
    p->doubtful = p->doubtful_indikator = (int64_t)aside->quarantined.rows;
    if (publish_check_limits(p, err)) return -1;
    if (publish_send(p, &load->quarantine, "queries/copy_quarantine", err)) return -1;
    for (size_t i = 0; i < aside->year_count; i++)
        if (attach_year(p, aside->years[i].ar, err)) return -1;
    if (aside->year_count && compare_years(p, err)) return -1;
    crash_point(aside_compared);
    if (publish_send(p, &load->findings, "queries/copy_finding", err)) return -1;
    p->counts.facts_new = aside->facts;
    count_fates(p);
    return publish_sum_rows(p, err) || publish_compare_quarantine(p, err) ? -1 : 0;
}

int publish_aside_protect(struct publication *p, struct error *err)
{
    if (!p->load->aside->year_count) return 0;
    if (publish_run(p, "queries/aside_protect", 1, PARAMS(p->years), "decide what analysts may see", NULL, err))
        return -1;
    crash_point(aside_protected);
    return 0;
}
