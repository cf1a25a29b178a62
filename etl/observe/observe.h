/* What others are told of a run: the ledger's number in the log, the service manager, the metrics, the lineage.  Nothing that goes
 * wrong here changes a run's outcome: it is a warning. */
#ifndef STADSLAGER_OBSERVE_H
#define STADSLAGER_OBSERVE_H

#include "etl/clock.h"
#include "etl/config/config.h"
#include "etl/database.h"
#include "etl/report.h"

#define UUID_SIZE 37 /* bytes of a printed UUID, with NUL */

struct observed_run {
    const struct config *config;
    bool dry_run; /* only the log and the service manager hear of it */
    bool partial; /* some sources only: the metrics, which tell of all, stay as they are */
    char begun[CLOCK_SIZE];
    /* set by observe_begin */
    int64_t run_id;       /* of the ledger; 0 = the run did not come that far */
    char uuid[UUID_SIZE]; /* of the run in the lineage; empty = not begun there */
    char warehouse[256];  /* "postgres://host:port", empty = never connected */
    char database_name[64];
    /* set for observe_end */
    const struct source_result *const *results;
    size_t result_count;
    enum exit_code outcome;
    const struct error *error; /* what ended the run; its message is empty when only sources failed, or none did */
    int64_t milliseconds;
};

/* The run has its place in the ledger of DB and goes to work. */
void observe_begin(struct observed_run *run, struct database *db, int64_t run_id);
/* The run is over, however it went; DB may be without a connection. */
void observe_end(struct observed_run *run, struct database *db);

#endif
