#include "etl/audit/warehouse_rows.h"

#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "etl/audit/canonical.h"
#include "etl/audit/made_rows.h"
#include "etl/sql.h"
#include "etl/stop.h"

#define STOP_EVERY      4096 /* rows between two looks at the stop flag */
#define LINEAGE_COLUMNS 3    /* before the canonical row, in the queries canonical_* */
#define QUERY_SIZE      64
#define NUMBER_SIZE     24

/* ---- one table ---- */

int warehouse_split(const char *copied, size_t size, int64_t ret_numbers[static LINEAGE_COLUMNS], struct text *ret_row,
                    struct error *err)
{
    const char *at = copied, *end = copied + size;
    for (size_t i = 0; i < LINEAGE_COLUMNS; i++) {
        uint64_t n = 0;
        const char *begin = at;
        for (; at < end && *at >= '0' && *at <= '9'; at++)
            n = n * 10 + (uint64_t)(*at - '0');
        if (at == begin || at == end || *at != '\t')
            return error_set(err, EXIT_DATABASE, "a canonical row came without its lineage");
        ret_numbers[i] = (int64_t)n;
        at++;
    }
    *ret_row = text_make(at, (size_t)(end - at));
    return 0;
}

/* Reads the results behind a COPY; the first failure counts. */
static int finish_copy(struct database *db, const char *doing, struct error *err)
{
    bool ended = false;
    int rc = 0;
    for (PGresult *result; (result = database_next_result(db->connection)); PQclear(result)) {
        ended = PQresultStatus(result) == PGRES_COMMAND_OK;
        if (rc == 0 && !ended) rc = database_error(db, result, doing, err);
        if (PQstatus(db->connection) == CONNECTION_BAD) {
            PQclear(result);
            break;
        }
    }
    if (rc == 0 && !ended) rc = database_error(db, NULL, doing, err); /* no memory for the rest of the answer */
    return rc;
}

int warehouse_copy(struct database *db, const char *query, warehouse_take *take, void *context, struct error *err)
{
    const char *doing = "read the facts";
    char *row = NULL;
    uint64_t rows = 0;
    int size, rc = 0;
    PGresult *result = database_begin_copy(db, sql_text(query));
    bool ready = PQresultStatus(result) == PGRES_COPY_OUT;
    if (!ready) (void)database_error(db, result, doing, err);
    PQclear(result);
    if (!ready) return -1;
    while (rc == 0 && (size = PQgetCopyData(db->connection, &row, 0)) > 0) {
        rc = take(context, row, (size_t)size - 1, err); /* without the line feed */
        if (rc == 0 && ++rows % STOP_EVERY == 0) rc = stop_check(err);
        PQfreemem(row);
    }
    if (rc) return -1;
    return size == -2 ? database_error(db, NULL, doing, err) : finish_copy(db, doing, err);
}

int warehouse_rows(struct database *db, enum fact_table table, warehouse_take *take, void *context, struct error *err)
{
    char query[QUERY_SIZE];
    (void)snprintf(query, sizeof query, "queries/canonical_%s", canonical_name(table));
    return warehouse_copy(db, query, take, context, err);
}

/* ---- all tables, beside something else ---- */

struct warehouse_reading {
    struct database *db;
    struct made_rows made;
    struct fingerprinter with;
    struct fingerprint tables[FACT_TABLE_COUNT], *table;
    pthread_t thread;
    atomic_bool abandoned;
    struct error err;
    int rc;
};

static int check_wanted(const struct warehouse_reading *r, struct error *err)
{
    if (!atomic_load_explicit(&r->abandoned, memory_order_relaxed)) return 0;
    return error_set(err, EXIT_INTERNAL, "the facts are not wanted any more");
}

static int take_key(void *context, const char *copied, size_t size, struct error *err)
{
    struct warehouse_reading *r = context;
    return made_rows_key(&r->made, copied, size, err);
}

/* A fact with ids. */
static int take_fact(void *context, const char *copied, size_t size, struct error *err)
{
    struct warehouse_reading *r = context;
    struct text row = {0};
    if (check_wanted(r, err) || made_rows_make(&r->made, copied, size, &row, err)) return -1;
    return fingerprint_add(&r->with, r->table, row.ptr, row.len, err);
}

/* A canonical row behind its lineage. */
static int take_row(void *context, const char *copied, size_t size, struct error *err)
{
    struct warehouse_reading *r = context;
    int64_t numbers[LINEAGE_COLUMNS];
    struct text row = {0};
    if (check_wanted(r, err) || warehouse_split(copied, size, numbers, &row, err)) return -1;
    return fingerprint_add(&r->with, r->table, row.ptr, row.len, err);
}

static void *read_all(void *reading)
{
    struct warehouse_reading *r = reading;
    r->rc = warehouse_copy(r->db, "queries/audit_keys", take_key, r, &r->err);
    for (int table = 0; r->rc == 0 && table < FACT_TABLE_COUNT; table++) {
        const char *query = made_rows_query((enum fact_table)table);
        r->table = &r->tables[table];
        r->rc = query ? warehouse_copy(r->db, query, take_fact, r, &r->err)
                      : warehouse_rows(r->db, (enum fact_table)table, take_row, r, &r->err);
    }
    return NULL;
}

static int set_year(struct database *db, const struct replay *replay, struct error *err)
{
    char year[NUMBER_SIZE], load[NUMBER_SIZE] = "";
    const char *const params[] = {year, load};
    (void)snprintf(year, sizeof year, "%d", replay->year);
    if (replay->last_load != INT64_MAX) (void)snprintf(load, sizeof load, "%" PRId64, replay->last_load);
    return database_query(db, sql_text("queries/audit_settings"), 2, params, "choose the facts", NULL, err);
}

/* Signals stay with the thread that has been there. */
static int start(struct warehouse_reading *r, struct error *err)
{
    sigset_t all, before;
    sigfillset(&all);
    if (pthread_sigmask(SIG_SETMASK, &all, &before))
        return error_set(err, EXIT_INTERNAL, "could not keep signals from a thread");
    int rc = pthread_create(&r->thread, NULL, read_all, r);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc ? error_set(err, EXIT_INTERNAL, "could not start a thread: %s", strerror(rc)) : 0;
}

static void reading_free(struct warehouse_reading *r)
{
    fingerprinter_close(&r->with);
    made_rows_free(&r->made);
    free(r);
}

int warehouse_reading_begin(struct database *db, const struct replay *replay,
                            const unsigned char key[static FINGERPRINT_KEY], struct warehouse_reading **ret_reading,
                            struct error *err)
{
    struct warehouse_reading *r = calloc(1, sizeof *r);
    if (!r) return error_memory(err);
    r->db = db;
    if (set_year(db, replay, err) || fingerprinter_open(&r->with, key, err) || start(r, err)) {
        reading_free(r);
        return -1;
    }
    *ret_reading = r;
    return 0;
}

int warehouse_reading_end(struct warehouse_reading **reading, struct fingerprint ret_tables[static FACT_TABLE_COUNT],
                          struct error *err)
{
    struct warehouse_reading *r = *reading;
    (void)pthread_join(r->thread, NULL);
    int rc = r->rc;
    if (rc)
        *err = r->err;
    else
        memcpy(ret_tables, r->tables, sizeof r->tables);
    reading_free(r);
    *reading = NULL;
    return rc;
}

void warehouse_reading_abandon(struct warehouse_reading **reading)
{
    struct warehouse_reading *r = *reading;
    if (!r) return;
    atomic_store_explicit(&r->abandoned, true, memory_order_relaxed);
    (void)pthread_join(r->thread, NULL);
    reading_free(r);
    *reading = NULL;
}
