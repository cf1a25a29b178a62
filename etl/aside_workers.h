/* The sessions that build the tables of new years, beside the session of the load: each makes some of them, copies their rows
 * with a thread of its own, commits them, which shows nobody anything, and gives them their keys.  Attaching them, in the
 * transaction of the load, is what publishes them.  How many there are changes nothing of what is published. */
#ifndef STADSLAGER_ASIDE_WORKERS_H
#define STADSLAGER_ASIDE_WORKERS_H

#include "etl/base/limits.h"
#include "etl/copy_stream.h"
#include "etl/facts.h"

#define ASIDE_TABLES      3  /* FACT_UTFALL, FACT_ARSMAL, FACT_FOREGAENDE: an indicator row has facts of no others */
#define ASIDE_PART_SIZE   32 /* "fact_foregaende_2022" and a comma */
#define ASIDE_WORKER_NONE SIZE_MAX

struct aside_worker {
    struct database db;
    struct copy_stream *stream; /* NULL: everything is sent, and the connection is one thread's */
    uint64_t bytes;             /* of rows given to it */
    char parts[LIMIT_ASIDE_YEARS * ASIDE_TABLES *
               ASIDE_PART_SIZE]; /* its tables as an SQL array without the last brace */
};

struct aside_workers {
    struct aside_worker workers[LIMIT_LOAD_WORKERS];
    size_t count, wanted; /* wanted: no more are opened */
    const char *dsn;      /* borrowed */
    const char *source;   /* borrowed, for messages */
    bool committed;       /* there may be tables that no load has published, for aside_leftovers */
};

/* WANTED: 1 to LIMIT_LOAD_WORKERS; none is opened yet. */
void aside_workers_init(struct aside_workers *workers, size_t wanted, const char *dsn, const char *source);
/* Makes a table for the facts TABLE of the year AR, in a new session or, when there are enough, in that which has copied least.
 * A session that cannot be opened is a warning while there is another one; else RET_WORKER is ASIDE_WORKER_NONE, and ERR says
 * why. */
int aside_workers_make(struct aside_workers *workers, int ar, enum fact_table table, size_t *ret_worker,
                       struct error *err) CHECK_RESULT;
/* As copy_stream_send, to the session of the block's table. */
int aside_workers_send(struct aside_workers *workers, size_t worker, struct copy *block, const char *sql,
                       struct error *err) CHECK_RESULT;
/* Everything is sent and committed. */
int aside_workers_commit(struct aside_workers *workers, struct error *err) CHECK_RESULT;
/* All build keys, without the rows at the offsets EXCEPT, an SQL array; between the two the caller may do other things.
 * RET_UNIQUE: false where a key stands twice, and then there are none. */
int aside_workers_keys_begin(struct aside_workers *workers, const char *except, struct error *err) CHECK_RESULT;
int aside_workers_keys_end(struct aside_workers *workers, bool *ret_unique, struct error *err) CHECK_RESULT;
/* True when sending failed, with what the first that failed met: what else fails is a consequence. */
bool aside_workers_failed(struct aside_workers *workers, struct error *ret_err);
/* Cancels what is under way, rolls back what is not committed, and closes.  A second time is harmless. */
void aside_workers_close(struct aside_workers *workers);
/* Drops what was built and is not going to be published, as the session that has the lock of a run.  SAY: in the log, where
 * there was something. */
int aside_leftovers(struct database *db, bool say, struct error *err) CHECK_RESULT;

#endif
