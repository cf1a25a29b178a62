/* libpq, wrapped so that every result is checked and freed, and every failure says what was being done. */
#ifndef STADSLAGER_DATABASE_H
#define STADSLAGER_DATABASE_H

#include <libpq-fe.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "etl/base/arena.h"
#include "etl/base/error.h"
#include "etl/base/text.h"

struct database {
    PGconn *connection;
    const char *dsn; /* borrowed; "" = libpq's defaults and PG… environment */
    bool locked;     /* this session holds the advisory lock of a run */
    char *last_word; /* why the server ended the session, where it said so between two statements; else "" */
    /* Whose turn it is on the connection while a thread sends rows on it beside (copy_stream.h); NULL = one thread only.
     * Every statement takes it. */
    pthread_mutex_t *turn;
};

/* Around what talks to the server otherwise than through the functions below. */
static inline void database_take_turn(struct database *db)
{
    if (db->turn) (void)pthread_mutex_lock(db->turn);
}
static inline void database_end_turn(struct database *db)
{
    if (db->turn) (void)pthread_mutex_unlock(db->turn);
}

/* Connects (connect_timeout, client_encoding UTF8, search_path pinned to pg_catalog, timezone UTC, DateStyle ISO,
 * application_name stadslager, statement and lock timeouts), never prints the connection string. */
int database_open(const char *dsn, struct database *ret_db, struct error *err) CHECK_RESULT;
void database_close(struct database *db); /* NULL and a zeroed one are fine */
/* After the connection was lost: opens anew, some times with a pause (the server may be restarting), and takes the lock
 * again if it was held.  A pointer to the old connection, such as stop_guard's, is void then. */
int database_reconnect(struct database *db, struct error *err) CHECK_RESULT;
/* The connection string: DSN, or the one line of DSN_FILE (when not NULL; a regular file that others cannot read or write),
 * in ARENA.  Its content is never printed. */
int database_dsn(const char *dsn, const char *dsn_file, struct arena *arena, const char **ret_dsn,
                 struct error *err) CHECK_RESULT;
/* Statements without result rows and parameters, one or several, as a simple query; DOING for the message: "could not
 * DOING: …". */
int database_exec(struct database *db, const char *sql, const char *doing, struct error *err) CHECK_RESULT;
/* Begins a COPY, as PQexec does: its result has the status PGRES_COPY_IN or PGRES_COPY_OUT where it has begun.  Where libpq (15)
 * lacks memory for the server's answer it takes it for one that has not come whole, and PQexec waits for the rest for ever; here
 * the answer is read again after a while. */
PGresult *database_begin_copy(struct database *db, const char *sql);
/* PQgetResult's, and NULL too where a COPY could not be ended: it would be told again and again.  PQexec("ROLLBACK") gets out of it. */
PGresult *database_next_result(PGconn *connection);
/* With text parameters ($1…); NULL parameters are SQL NULL.  RET (may be NULL) must be PQcleared. */
int database_query(struct database *db, const char *sql, int count, const char *const *params, const char *doing,
                   PGresult **ret, struct error *err) CHECK_RESULT;
/* Fills ERR from the connection's or RESULT's message: class EXIT_DATABASE (EXIT_DEADLINE when cancelled by a signal),
 * primary in message, DETAIL in detail, HINT in hint.  Returns -1. */
int database_error(struct database *db, const PGresult *result, const char *doing, struct error *err);
/* The advisory lock that keeps two runs apart: EXIT_LOCKED when another session holds it. */
int database_lock(struct database *db, struct error *err) CHECK_RESULT;
/* The schema's version, 0 when there is none. */
int database_version(struct database *db, int *ret_version, struct error *err) CHECK_RESULT;
/* The version this program was built for. */
int database_known_version(void);
/* EXIT_DATABASE with a hint unless the schema is exactly of the version this program was built for. */
int database_check_version(struct database *db, struct error *err) CHECK_RESULT;
/* Applies the migrations above the present version, each in one transaction; EXIT_DATABASE when the schema is newer than
 * this program.  RET_APPLIED: how many. */
int database_migrate(struct database *db, int *ret_applied, struct error *err) CHECK_RESULT;

/* Prints on OUT the SQL that database_migrate would run, as psql takes it; changes nothing.  RET_COUNT: how many migrations. */
int database_migrate_print(struct database *db, FILE *out, int *ret_count, struct error *err) CHECK_RESULT;

#endif
