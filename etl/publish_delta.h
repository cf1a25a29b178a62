/* A load of which only the lines that differ from the source's last export were read: between refresh_delta.c, which reads them,
 * and publish.c.  What such a load finds and writes is what the load of the whole export would: where that is not certain it
 * declines, and the whole export is read. */
#ifndef STADSLAGER_PUBLISH_DELTA_H
#define STADSLAGER_PUBLISH_DELTA_H

#include "etl/copy.h"
#include "etl/load.h"

struct load_delta {
    struct copy gone;              /* keys of the facts of removed lines, for drift.stage_gone */
    struct copy pieces;            /* where the lines stand now, for drift.stage_piece */
    const char *findings_load;     /* the findings of unchanged lines are this load's */
    const char *years, *districts; /* that only removed lines have, as SQL arrays */
    uint64_t rows, lines, facts;   /* of unchanged lines: they count as unchanged */
    char declined[160];            /* why the whole export must be read; "" = it need not */
};

/* Says why, and returns -1 with ERR, which nobody is to see. */
int delta_decline(struct load_delta *delta, const char *why, struct error *err);

/* Behind the other staging: what is current under the keys, the findings of unchanged lines; declines where lines may not be
 * compared alone. */
int publish_delta_stage(struct load *load, struct error *err) CHECK_RESULT;
/* In place of diff_changed.sql and diff_gone.sql. */
int publish_delta_compare(struct load *load, struct error *err) CHECK_RESULT;
/* In place of vanished.sql: declines where something may have vanished. */
int publish_delta_vanished(struct load *load, struct error *err) CHECK_RESULT;
/* In place of publish_close_….sql; NULL: delimited text has no such facts. */
const char *publish_delta_close(int table);
/* The planner goes to single facts (SINGLE), or reads all as other loads do. */
int publish_delta_lookup(struct load *load, bool single, struct error *err) CHECK_RESULT;
/* The staging is empty again. */
int publish_delta_clear(struct load *load, struct error *err) CHECK_RESULT;

#endif
