/* The commit that makes loads visible, and how it is settled when its reply is lost. */
#include <inttypes.h>

#include "etl/crash_point.h"
#include "etl/publish.h"
#include "etl/sql.h"
#include "etl/stop.h"

#define NUMBER_SIZE 24 /* a 64-bit number in text */

/* The reply to COMMIT was lost: was it done, with load ID in it?  The old session holds load_mark's lock until its transaction has ended. */
static int settle(struct database *db, const char *id, const char *what, struct error *err)
{
    const char *const params[] = {id};
    struct error lost = *err;
    PGresult *result;
    crash_point(commit_reply_lost);
    const char *doing = "find out whether the load was published";
    if (database_reconnect(db, err)) goto unknown;
    if (database_exec(db, "BEGIN", doing, err)) goto unknown;
    if (database_query(db, sql_text("queries/load_mark"), 1, params, doing, NULL, err)) goto unknown;
    if (database_query(db, sql_text("queries/load_found"), 1, params, doing, &result, err)) goto unknown;
    bool found = PQntuples(result) == 1;
    PQclear(result);
    if (database_exec(db, "COMMIT", doing, err)) return -1;
    if (found) return 0;
    *err = lost;
    return error_hint(err, "The load of %s was rolled back; run again.", what);
unknown:
    if (err->class != EXIT_LOCKED) err->class = EXIT_DATABASE;
    return error_hint(err, "The connection was lost while %s was published; the next run finds out and goes on.", what);
}

int publish_commit(struct database *db, const char *id, const char *what, struct error *err)
{
    const char *doing = "decide what analysts may see";
    if (database_query(db, sql_text("queries/publish_protect"), 0, NULL, doing, NULL, err)) return -1;
    crash_point(publish_before_commit);
    if (stop_check(err)) return -1; /* the last moment to roll back */
    PGresult *result = PQexec(db->connection, "COMMIT");
    bool done = PQresultStatus(result) == PGRES_COMMAND_OK && strcmp(PQcmdStatus(result), "COMMIT") == 0;
    if (!done) (void)database_error(db, result, "commit the load", err);
    PQclear(result);
    if (done) crash_point(publish_after_commit);
    if (done) return 0;
    return PQstatus(db->connection) == CONNECTION_BAD ? settle(db, id, what, err) : -1;
}

int load_commit_together(struct database *db, int64_t load_id, const char *what, struct error *err)
{
    char id[NUMBER_SIZE];
    (void)snprintf(id, sizeof id, "%" PRId64, load_id);
    return publish_commit(db, id, what, err);
}
