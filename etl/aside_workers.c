#include "etl/aside_workers.h"

#include <errno.h>
#include <poll.h>

#include "etl/crash_point.h"
#include "etl/observe/log.h"
#include "etl/sql.h"
#include "etl/stop.h"

#define NUMBER_SIZE 12  /* a count in text */
#define POLL_MS     500 /* between two looks at the stop flag where no signal comes to this thread */

void aside_workers_init(struct aside_workers *workers, size_t wanted, const char *dsn, const char *source)
{
    *workers = (struct aside_workers){.wanted = wanted, .dsn = dsn, .source = source};
}

/* ---- sessions ---- */

static int open_worker(struct aside_workers *workers, struct error *err)
{
    struct aside_worker *worker = &workers->workers[workers->count];
    char doing[100]; /* a source's name has at most 63 bytes */
    *worker = (struct aside_worker){.parts = ""};
    (void)snprintf(doing, sizeof doing, "copy the rows of source \"%s\"", workers->source);
    if (database_open(workers->dsn, &worker->db, err)) return -1;
    if (stop_guard_worker(workers->count, worker->db.connection, err)) goto fail;
    if (database_exec(&worker->db, "BEGIN", "begin a load", err)) goto fail;
    if (copy_stream_begin(&worker->db, doing, &worker->stream, err)) goto fail;
    workers->count++;
    crash_point(aside_worker_opened);
    return 0;
fail:
    stop_release_worker(workers->count);
    database_close(&worker->db);
    return -1;
}

/* One less than wanted is slower, and nothing else. */
static void warn_of_fewer(struct aside_workers *workers, const struct error *why)
{
    struct error warning;
    (void)error_set(&warning, why->class, "source \"%s\" is built by fewer sessions than load.workers says, %zu: %s",
                    workers->source, workers->count, why->message);
    log_warning(&warning);
    workers->wanted = workers->count;
}

/* Who takes the next table. */
static int choose(struct aside_workers *workers, size_t *ret_worker, struct error *err)
{
    bool fresh = workers->count < workers->wanted;
    size_t least = 0;
    if (fresh && open_worker(workers, err)) {
        if (stop_flag || !workers->count) return -1;
        warn_of_fewer(workers, err);
        fresh = false;
    }
    for (size_t i = 1; i < workers->count; i++)
        if (workers->workers[i].bytes < workers->workers[least].bytes) least = i;
    *ret_worker = fresh ? workers->count - 1 : least;
    return 0;
}

/* ---- tables and rows ---- */

int aside_workers_make(struct aside_workers *workers, int ar, enum fact_table table, size_t *ret_worker,
                       struct error *err)
{
    static const char *const names[ASIDE_TABLES] = {"fact_utfall", "fact_arsmal", "fact_foregaende"};
    char part[ASIDE_PART_SIZE];
    const char *const params[] = {part};
    *ret_worker = ASIDE_WORKER_NONE;
    if (choose(workers, ret_worker, err)) return -1;
    struct aside_worker *worker = &workers->workers[*ret_worker];
    size_t len = strlen(worker->parts);
    (void)snprintf(part, sizeof part, "%s_%d", names[table], ar);
    (void)snprintf(worker->parts + len, sizeof worker->parts - len, "%c%s", len ? ',' : '{', part);
    if (database_query(&worker->db, sql_text("queries/aside_table"), 1, params, "make a table for a new year", NULL,
                       err))
        return -1;
    crash_point(aside_table_made);
    return 0;
}

int aside_workers_send(struct aside_workers *workers, size_t worker, struct copy *block, const char *sql,
                       struct error *err)
{
    workers->workers[worker].bytes += block->used;
    return copy_stream_send(workers->workers[worker].stream, block, sql, err);
}

bool aside_workers_failed(struct aside_workers *workers, struct error *ret_err)
{
    for (size_t i = 0; i < workers->count; i++)
        if (workers->workers[i].stream && copy_stream_failed(workers->workers[i].stream, ret_err)) return true;
    return false;
}

/* ---- all at the same time ---- */

/* A statement that was sent is waited for with wait_for_all. */
static int send_to(struct aside_worker *worker, const char *sql, int count, const char *const *params,
                   const char *doing, struct error *err)
{
    if (PQsendQueryParams(worker->db.connection, sql, count, NULL, params, NULL, NULL, 0)) return 0;
    return database_error(&worker->db, NULL, doing, err);
}

/* What of the answer of WORKER is there.  RET_BUSY: not all of it yet.  RET_TRUE is cleared by an answer "f". */
static int take_answer(struct aside_worker *worker, const char *doing, bool *ret_busy, bool *ret_true,
                       struct error *err)
{
    PGconn *connection = worker->db.connection;
    int rc = 0;
    (void)PQconsumeInput(connection); /* where that fails, the server's last words may be there */
    while (!(*ret_busy = PQisBusy(connection) && PQstatus(connection) == CONNECTION_OK)) {
        PGresult *result = PQgetResult(connection);
        if (!result) break;
        ExecStatusType status = PQresultStatus(result);
        if (rc == 0 && status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
            rc = database_error(&worker->db, result, doing, err);
        if (status == PGRES_TUPLES_OK && *PQgetvalue(result, 0, 0) == 'f') *ret_true = false;
        PQclear(result);
        if (PQstatus(connection) == CONNECTION_BAD) return rc ? -1 : database_error(&worker->db, NULL, doing, err);
    }
    return rc;
}

/* The first that fails ends the waiting: aside_workers_close cancels the others. */
static int wait_for_all(struct aside_workers *workers, const char *doing, bool *ret_true, struct error *err)
{
    struct pollfd sockets[LIMIT_LOAD_WORKERS] = {0};
    size_t busy = workers->count;
    *ret_true = true;
    for (size_t i = 0; i < workers->count; i++)
        sockets[i] = (struct pollfd){.fd = PQsocket(workers->workers[i].db.connection), .events = POLLIN};
    while (busy) {
        busy = 0;
        for (size_t i = 0; i < workers->count; i++) {
            bool more;
            if (sockets[i].fd < 0) continue;
            if (take_answer(&workers->workers[i], doing, &more, ret_true, err)) return -1;
            if (!more) sockets[i].fd = -1; /* poll leaves it out */
            busy += more;
        }
        if (busy && poll(sockets, (nfds_t)workers->count, POLL_MS) < 0 && errno != EINTR)
            return error_set(err, EXIT_INTERNAL, "could not %s: %s", doing, strerror(errno));
    }
    return 0;
}

int aside_workers_commit(struct aside_workers *workers, struct error *err)
{
    const char *doing = "keep the rows of a new year";
    bool ignored;
    for (size_t i = 0; i < workers->count; i++) {
        struct copy_stream *stream = workers->workers[i].stream;
        workers->workers[i].stream = NULL;
        if (copy_stream_end(stream, err)) return -1;
    }
    crash_point(aside_copied);
    if (stop_check(err)) return -1;
    workers->committed = true; /* perhaps, from now on */
    for (size_t i = 0; i < workers->count; i++)
        if (send_to(&workers->workers[i], "COMMIT", 0, NULL, doing, err)) return -1;
    if (wait_for_all(workers, doing, &ignored, err)) return -1;
    crash_point(aside_committed);
    return 0;
}

int aside_workers_keys_begin(struct aside_workers *workers, const char *except, struct error *err)
{
    char number[NUMBER_SIZE];
    if (stop_check(err)) return -1;
    (void)snprintf(number, sizeof number, "%zu", workers->count);
    for (size_t i = 0; i < workers->count; i++) {
        char parts[sizeof workers->workers[i].parts + 1];
        (void)snprintf(parts, sizeof parts, "%s}", workers->workers[i].parts);
        const char *const params[] = {parts, except, number};
        if (send_to(&workers->workers[i], sql_text("queries/aside_keys"), 3, params, "build the keys of a new year",
                    err))
            return -1;
    }
    crash_point(aside_keys_begun);
    return 0;
}

int aside_workers_keys_end(struct aside_workers *workers, bool *ret_unique, struct error *err)
{
    if (wait_for_all(workers, "build the keys of a new year", ret_unique, err)) return -1;
    crash_point(aside_keys_made);
    return stop_check(err);
}

/* ---- the end ---- */

static void cancel(PGconn *connection)
{
    char ignored[256];
    PGcancel *handle = PQgetCancel(connection);
    if (handle) (void)PQcancel(handle, ignored, sizeof ignored);
    PQfreeCancel(handle);
}

static void roll_back(PGconn *connection)
{
    PGresult *result;
    while ((result = database_next_result(connection)) && PQstatus(connection) == CONNECTION_OK)
        PQclear(result);
    PQclear(result);
    if (PQtransactionStatus(connection) != PQTRANS_IDLE) PQclear(PQexec(connection, "ROLLBACK"));
}

void aside_workers_close(struct aside_workers *workers)
{
    struct error ignored;
    for (size_t i = 0; i < workers->count; i++) {
        struct aside_worker *worker = &workers->workers[i];
        (void)copy_stream_abort(worker->stream, &ignored);
        worker->stream = NULL;
        if (PQtransactionStatus(worker->db.connection) == PQTRANS_ACTIVE) cancel(worker->db.connection);
    }
    for (size_t i = 0; i < workers->count; i++) {
        struct aside_worker *worker = &workers->workers[i];
        if (PQstatus(worker->db.connection) == CONNECTION_OK) roll_back(worker->db.connection);
        stop_release_worker(i);
        database_close(&worker->db);
    }
    workers->count = 0;
}

int aside_leftovers(struct database *db, bool say, struct error *err)
{
    char message[LOG_MESSAGE_SIZE];
    PGresult *result;
    if (database_query(db, sql_text("queries/aside_leftovers"), 0, NULL, "drop what an earlier load has left", &result,
                       err))
        return -1;
    (void)snprintf(message, sizeof message, "dropped what an earlier load had built and not published: %s",
                   PQgetvalue(result, 0, 0));
    if (say && *PQgetvalue(result, 0, 0))
        log_write(&(struct log_event){.level = LOG_LEVEL_NOTICE, .event = "leftovers", .message = message});
    PQclear(result);
    crash_point(aside_cleared);
    return 0;
}
