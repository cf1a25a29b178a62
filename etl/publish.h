/* A load under way: between load.c, which takes its rows, and publish.c, which makes them visible. */
#ifndef STADSLAGER_PUBLISH_H
#define STADSLAGER_PUBLISH_H

#include "etl/copy.h"
#include "etl/load.h"
#include "etl/load_aside.h"
#include "etl/publish_delta.h"

#define YEAR_FIRST 1990 /* lager.skapa_ar makes partitions for these */
#define YEAR_LAST  2199

#define LOAD_SAVEPOINT "load" /* of a load inside the caller's transaction */

struct load {
    struct database *db;
    struct load_options options;
    bool nested;       /* in a savepoint of the caller's transaction */
    int64_t id;        /* of the ledger row */
    uint64_t last_row; /* ordinal announced last */
    struct copy rows, facts, quarantine, findings;
    bool year_seen[YEAR_LAST - YEAR_FIRST + 1];
    bool year_outside;                                /* some fact has a year without partition */
    bool table_seen[FACT_TABLE_COUNT];                /* some fact is of that table */
    bool same_seen;                                   /* some cell of another table repeats an outcome */
    unsigned char district_seen[(INT16_MAX + 8) / 8]; /* a bit per district */
    struct load_delta *delta;                         /* only what differs was read; NULL = the whole export */
    struct arena arena;                               /* texts of this load */
    struct load_aside *aside;                         /* NULL: the general way */
};

/* Publishes or, for a dry run, prints the difference and rolls back.  Leaves the transaction open on failure. */
int publish(struct load *load, const struct load_input *input, struct load_counts *ret_counts,
            struct error *err) CHECK_RESULT;
/* Commits the transaction that published load ID (in text) and perhaps others; WHAT, such as source "x", is for messages.
 * A lost reply is settled on a new connection. */
int publish_commit(struct database *db, const char *id, const char *what, struct error *err) CHECK_RESULT;
/* One quarantine row in the spool. */
void publish_add_quarantine(struct load *load, const struct quarantine_row *row);

#endif
