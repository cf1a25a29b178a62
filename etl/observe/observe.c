#include "etl/observe/observe.h"

#include <string.h>

#include "etl/observe/freshness.h"
#include "etl/observe/lineage.h"
#include "etl/observe/log.h"
#include "etl/observe/metrics.h"
#include "etl/observe/notify.h"
#include "etl/sql.h"

/* As OpenLineage names a PostgreSQL; a server behind a socket is this machine. */
static void name_warehouse(struct observed_run *run, const PGconn *connection)
{
    const char *host = PQhost(connection); /* of a connection that stands; as are port and database */
    (void)snprintf(run->warehouse, sizeof run->warehouse, "postgres://%s:%s", *host == '/' ? "localhost" : host,
                   PQport(connection));
    (void)snprintf(run->database_name, sizeof run->database_name, "%s", PQdb(connection));
}

void observe_begin(struct observed_run *run, struct database *db, int64_t run_id)
{
    run->run_id = run_id;
    name_warehouse(run, db->connection);
    log_run(run_id);
    notify_ready();
    if (!run->dry_run) lineage_begin(run);
}

/* What the metrics say beyond this run; left out, or as before, where the warehouse does not answer. */
static int ask_warehouse(const struct observed_run *run, struct database *db, struct metrics_more *more,
                         struct error *err)
{
    char now[CLOCK_SIZE];
    int64_t today;
    if (!db->connection || PQtransactionStatus(db->connection) != PQTRANS_IDLE || !run->run_id) return 0;
    if (calendar_parse(clock_now(now), &today)) return error_set(err, EXIT_INTERNAL, "the clock gives no date");
    if (freshness_read(db, run->config, today, &more->arena, &more->freshness, &more->freshness_count, err)) return -1;
    if (database_query(db, sql_text("queries/last_success"), 0, NULL, "look for the last success", &more->last_success,
                       err) ||
        database_query(db, sql_text("queries/quarantine_open"), 0, NULL, "count the quarantine", &more->quarantine,
                       err))
        return -1;
    more->known = true;
    return 0;
}

static void write_metrics(const struct observed_run *run, struct database *db)
{
    struct metrics_more more = {0};
    struct error err;
    if (run->dry_run || run->partial || !run->config->observe.metrics_file) return;
    if (ask_warehouse(run, db, &more, &err)) log_warning(&err);
    if (metrics_write(run, &more, &err)) log_warning(&err);
    PQclear(more.last_success);
    PQclear(more.quarantine);
    arena_free(&more.arena);
}

void observe_end(struct observed_run *run, struct database *db)
{
    notify_stopping();
    notify_status("ended: %s (exit %d)", exit_code_name(run->outcome), (int)run->outcome);
    write_metrics(run, db);
    if (!run->dry_run) lineage_end(run);
}
