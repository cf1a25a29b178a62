/* Reload: exports that were published before are read again from the archive under the present rules, and what differs is
 * published as new versions, all sources in one commit or none.  cmd_rerun.c and cmd_quarantine.c read the command lines. */
#ifndef STADSLAGER_RELOAD_H
#define STADSLAGER_RELOAD_H

#include "etl/config/config.h"

struct reload_options {
    int year;              /* the sources that fed this year; 0 = those with open rows in quarantine */
    const char *source;    /* only this one; NULL = all of them */
    bool dry_run;          /* do it all, print the difference, roll back */
    bool accept_shrunken;  /* what the sources lose is right: load it */
    int64_t deadline_s;    /* 0 = the configuration's */
    const char *arguments; /* as typed, for the ledger */
};

/* Reports on standard error; the difference of a dry run, and what became of the quarantine's rows, go to standard output. */
enum exit_code reload(const struct config *config, const struct reload_options *options);

#endif
