/* Audit: is what the warehouse says of a year what its exports said?  cmd_audit.c reads the command line, this file does the
 * work: read the ledger, derive, compare, report. */
#ifndef STADSLAGER_AUDIT_H
#define STADSLAGER_AUDIT_H

#include "etl/config/config.h"

struct audit_options {
    int year;
    const char *as_of;    /* a time as PostgreSQL reads it, NULL = now */
    bool rules_current;   /* derive with CONFIG instead of the recorded configurations */
    bool refetch;         /* and see whether the publisher has other bytes by now */
    uint64_t limit;       /* differences printed */
    const char *manifest; /* file to write, NULL = none */
};

/* Prints what it finds on standard output, the verdict last.  EXIT_DONE when identical, EXIT_AUDIT when not. */
enum exit_code audit(const struct config *config, const struct audit_options *options);
/* Derives what the manifest at PATH claims from ARCHIVE_PATH alone, and compares the digests. */
enum exit_code audit_verify(const char *path, const char *archive_path);

#endif
