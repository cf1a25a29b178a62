/* Refresh: one export from the archive through decode, interpret, validate, resolve and load into the warehouse. */
#ifndef STADSLAGER_REFRESH_H
#define STADSLAGER_REFRESH_H

#include "etl/archive/archive.h"
#include "etl/config/config.h"
#include "etl/dimensions/dimensions.h"
#include "etl/load.h"

struct refresh {
    struct database *db;
    const struct config *config;
    struct dimensions *dimensions;
    const struct archive *archive;
    int64_t run_id;
    int64_t quarantine_left; /* rows that the run may still put in quarantine */
    bool dry_run;
    bool together;        /* the caller's transaction publishes it, see load.h */
    bool accept_shrunken; /* see load.h */
    FILE *difference;     /* NULL = none */
};

struct refresh_input { /* an archived export and the rules it is read by */
    const struct config *config;
    const struct config_source *source; /* of CONFIG */
    struct dimensions *dimensions;      /* what the export brings that is new is added */
    const struct archive *archive;
    const char *sha256;
    const struct reader *lines; /* of it, to be read instead of the whole; NULL = the whole */
};

/* Decode, interpret, validate, resolve: every fact, quarantined row and finding of the export goes to SINK.  The only way
 * from bytes to facts, for loads and audits alike. */
int refresh_decode(const struct refresh_input *input, const struct fact_sink *sink, struct load_input *ret_input,
                   struct error *err) CHECK_RESULT;

/* Loads the archived export SHA256 (of BYTES plain bytes) as the present export of SOURCE (the INDEX-th of the configuration) and publishes them
 * in one transaction.  On failure nothing of it is visible and earlier facts are as before. */
int refresh_source(const struct refresh *refresh, const struct config_source *source, int index, const char *sha256,
                   uint64_t bytes, struct load_counts *ret_counts, struct error *err) CHECK_RESULT;

#endif
