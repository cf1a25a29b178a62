/* The ledger in schema drift: runs and loads.  Rows are only ever added. */
#ifndef STADSLAGER_LEDGER_H
#define STADSLAGER_LEDGER_H

#include "etl/config/config.h"
#include "etl/database.h"

struct ledger_load {
    bool found;
    int64_t id;
    char file_sha256[65], config_hash[65];
    char program_version[32]; /* of the run that made it: another program may read an export otherwise */
    uint64_t rows_read, rows_quarantined;
};

/* Adds the run (and its configuration, once per content). */
int ledger_begin_run(struct database *db, const struct config *config, const char *arguments, int64_t *ret_id,
                     struct error *err) CHECK_RESULT;
int ledger_end_run(struct database *db, int64_t run_id, enum exit_code outcome, const char *counts_json,
                   struct error *err) CHECK_RESULT;
/* The last load of SOURCE. */
int ledger_last_load(struct database *db, const char *source, struct ledger_load *ret_load,
                     struct error *err) CHECK_RESULT;

#endif
