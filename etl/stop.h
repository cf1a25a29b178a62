/* Stopping early: SIGTERM, SIGINT and the run's deadline set one flag that every step looks at, and cancel the statement
 * that PostgreSQL is working on, so that a run ends soon and rolled back.  What has not ended
 * LIMIT_STOP_GRACE_S later, because the server or a disk does not answer, is given up: the process exits with EXIT_DEADLINE. */
#ifndef STADSLAGER_STOP_H
#define STADSLAGER_STOP_H

#include <libpq-fe.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>

#include "etl/base/error.h"

extern atomic_int stop_flag; /* 0 = go on; set by a signal handler, read by every thread */

/* Installs the handlers and a timer of DEADLINE_S seconds. */
int stop_install(int64_t deadline_s, struct error *err) CHECK_RESULT;
/* The connection whose statement a stop cancels. */
int stop_guard(PGconn *connection, struct error *err) CHECK_RESULT;
void stop_release(void); /* before it is closed */
/* The same for the WORKER-th (below LIMIT_LOAD_WORKERS) session beside it. */
int stop_guard_worker(size_t worker, PGconn *connection, struct error *err) CHECK_RESULT;
void stop_release_worker(size_t worker); /* before its connection is closed */
/* 0, or -1 with EXIT_DEADLINE and the cause once the flag is set. */
int stop_check(struct error *err) CHECK_RESULT;
/* ERR of a statement that a stop has cancelled says why. */
void stop_explain(struct error *err);

#endif
