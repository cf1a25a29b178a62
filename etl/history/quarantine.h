/* The quarantine as a workflow: what is in it, and who has accepted what. */
#ifndef STADSLAGER_QUARANTINE_H
#define STADSLAGER_QUARANTINE_H

#include "etl/database.h"
#include "etl/history/listing.h"

struct quarantine_filter { /* NULL = all */
    const char *source, *rule, *status;
};

/* True when SOURCE has ever had rows in quarantine. */
int quarantine_knows_source(struct database *db, const char *source, bool *ret_known, struct error *err) CHECK_RESULT;
/* Rows on standard output, at most LIMIT (NULL = all); the counts per rule on standard error, for JSON in the document. */
int quarantine_list(struct database *db, const struct quarantine_filter *filter, const char *limit,
                    enum listing_format format, struct error *err) CHECK_RESULT;
/* All of the COUNT rows or, when one does not exist or is not open (EXIT_USAGE), none.  BY: NULL = the session's user.
 * Prints them on standard output. */
int quarantine_waive(struct database *db, size_t count, const char *const *ids, const char *by, const char *why,
                     int64_t *ret_waived, struct error *err) CHECK_RESULT;

#endif
