/* What a run says: an event each (log.h), and the same as JSON for the ledger. */
#ifndef STADSLAGER_REPORT_H
#define STADSLAGER_REPORT_H

#include <jansson.h>

#include "etl/fetch/fetch.h"
#include "etl/load.h"
#include "etl/observe/stage.h"

enum source_kind {
    SOURCE_NOT_REACHED, /* the run ended before */
    SOURCE_LOADED,      /* something was published */
    SOURCE_VERIFIED,    /* decoded again, nothing differed */
    SOURCE_UNCHANGED,   /* same bytes under the same configuration: not even decoded */
    SOURCE_FAILED,
};

struct source_result {
    const char *name;
    enum source_kind kind;
    enum fetch_kind fetched;
    int64_t last_load; /* SOURCE_UNCHANGED: the load that holds */
    struct load_counts counts;
    struct error error; /* SOURCE_FAILED */
    /* for observe.c; 0 or empty where the run did not come that far */
    const struct config_source *source;
    char sha256[HASH_SIZE];           /* of the plain bytes */
    uint64_t received, plain, stored; /* bytes */
    int64_t stage_ms[STAGE_COUNT];
};

struct run_totals {
    uint64_t sources, loaded, unchanged, failed, not_reached;
    struct load_counts counts; /* rows_quarantined: rows of every kind */
};

void report_begin(const struct config *config, const char *arguments);
void report_fetched(const struct config_source *source, const struct fetch_outcome *outcome);
void report_source(const struct source_result *result, bool dry_run);
void report_add(struct run_totals *totals, const struct source_result *result);
void report_end(const struct run_totals *totals, enum exit_code outcome, int64_t milliseconds);
/* A new reference; NULL when memory ran out. */
json_t *report_source_json(const struct source_result *result);

#endif
