/* One run: lock, fetch, refresh each source in the order of the configuration, ledger, result.  cmd_run.c reads the
 * command line, this file does the work. */
#ifndef STADSLAGER_RUN_H
#define STADSLAGER_RUN_H

#include "etl/config/config.h"
#include "etl/report.h"

struct run_options {
    const char *source;    /* NULL = all */
    int year;              /* of the report; 0 = all */
    bool offline;          /* no network: the last archived bytes of each source */
    bool accept_shrunken;  /* what is gone from the source's export is right: load it */
    bool dry_run;          /* print the difference, write nothing to the warehouse */
    int64_t deadline_s;    /* 0 = the configuration's */
    const char *arguments; /* as typed, for the ledger */
};

/* Runs and reports on standard error; the difference of a dry run goes to standard output. */
enum exit_code run(const struct config *config, const struct run_options *options);

/* The message of a failed source says which source it was. */
void run_name_source(struct source_result *result);

#endif
