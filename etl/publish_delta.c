#include "etl/publish_delta.h"

#include "etl/crash_point.h"
#include "etl/publish.h"
#include "etl/sql.h"
#include "etl/stop.h"

static const char doing[] = "compare the lines that differ";

int delta_decline(struct load_delta *delta, const char *why, struct error *err)
{
    (void)snprintf(delta->declined, sizeof delta->declined, "%s", why);
    return error_set(err, EXIT_REFUSED, "the difference alone cannot be loaded: %s", why);
}

static int run(struct load *load, const char *name, int count, const char *const *params, struct error *err)
{
    if (stop_check(err)) return -1;
    return database_query(load->db, sql_text(name), count, params, doing, NULL, err);
}

/* Declines with the words that NAME's one row has, if any. */
static int ask(struct load *load, const char *name, int count, const char *const *params, struct error *err)
{
    PGresult *result;
    if (stop_check(err) || database_query(load->db, sql_text(name), count, params, doing, &result, err)) return -1;
    int rc = PQgetisnull(result, 0, 0) ? 0 : delta_decline(load->delta, PQgetvalue(result, 0, 0), err);
    PQclear(result);
    return rc;
}

static int send(struct load *load, struct copy *copy, const char *name, struct error *err)
{
    if (copy->rows && copy_send(copy, load->db, sql_text(name), doing, err)) return -1;
    copy_free(copy);
    return 0;
}

int publish_delta_stage(struct load *load, struct error *err)
{
    struct load_delta *d = load->delta;
    const char *const conflict[] = {load->options.source, d->years, d->districts};
    if (publish_delta_clear(load, err) || run(load, "queries/delta_plan", 0, NULL, err)) return -1;
    if (send(load, &d->gone, "queries/copy_gone", err) || send(load, &d->pieces, "queries/copy_piece", err)) return -1;
    if (run(load, "queries/delta_current", 0, NULL, err)) return -1;
    if (ask(load, "queries/delta_conflict", 3, conflict, err)) return -1;
    if (run(load, "queries/delta_findings", 1, &d->findings_load, err)) return -1;
    crash_point(delta_staged);
    return 0;
}

int publish_delta_compare(struct load *load, struct error *err)
{
    const char *const complete[] = {load->options.complete ? "t" : "f"};
    if (run(load, "queries/delta_changed", 0, NULL, err)) return -1;
    if (run(load, "queries/delta_gone", 1, complete, err)) return -1;
    crash_point(delta_compared);
    return 0;
}

int publish_delta_vanished(struct load *load, struct error *err)
{
    PGresult *result;
    if (database_query(load->db, sql_text("queries/delta_vanished"), 1, &load->options.source, doing, &result, err))
        return -1;
    int found = PQntuples(result);
    PQclear(result);
    return found ? delta_decline(load->delta, "a district, an indicator or a column may be gone from it", err) : 0;
}

const char *publish_delta_close(int table)
{
    switch (table) {
    case FACT_UTFALL:
        return "queries/delta_close_utfall";
    case FACT_ARSMAL:
        return "queries/delta_close_arsmal";
    case FACT_FOREGAENDE:
        return "queries/delta_close_foregaende";
    default:
        return NULL;
    }
}

int publish_delta_lookup(struct load *load, bool single, struct error *err)
{
    const char *const on[] = {single ? "on" : "off"};
    return run(load, "queries/delta_lookup", 1, on, err);
}

int publish_delta_clear(struct load *load, struct error *err)
{
    return run(load, "queries/delta_clear", 0, NULL, err);
}
