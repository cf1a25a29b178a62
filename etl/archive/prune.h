/* Which exports of the archive nothing needs any more: refused ones, and those of runs that never published. */
#ifndef STADSLAGER_PRUNE_H
#define STADSLAGER_PRUNE_H

#include "etl/archive/archive_list.h"
#include "etl/database.h"

struct prune_plan {
    struct archive_listing listing;
    size_t *remove; /* places in the listing */
    size_t remove_count;
    uint64_t remove_bytes;
    size_t needed, last,
        young; /* objects that stay: a load was made from them, a source's last fetch, not old enough */
};

/* Never an export that a load was made from (so none that a published version, present or former, or a quarantined row was
 * read from), never a source's last one, none stored less than KEEP_DAYS before NOW (seconds since 1970).  EXIT_REFUSED when
 * the warehouse knows none of the archive's exports: it is then not this archive's. */
int prune_plan(struct database *db, const struct archive *archive, int64_t now, int64_t keep_days,
               struct prune_plan *ret_plan, struct error *err) CHECK_RESULT;
void prune_plan_free(struct prune_plan *plan);

#endif
