/* Derive: the facts of a year from archived bytes and recorded rules alone, by doing again what the runs did. */
#ifndef STADSLAGER_DERIVE_H
#define STADSLAGER_DERIVE_H

#include "etl/archive/archive.h"
#include "etl/audit/replay.h"
#include "etl/audit/sorter.h"
#include "etl/audit/version.h"
#include "etl/dimensions/dimensions.h"

struct derived {
    const struct replay *replay;
    struct dimension_memory memory;
    struct dimensions dimensions;
    struct config config; /* in force; the registry of DIMENSIONS is its */
    bool has_config;
    const char *config_hash;
    struct spool versions; /* current ones, packed, by key */
    uint64_t decoded;      /* exports */
    /* Why the year cannot be derived: EXIT_DONE in fault.class when it can. */
    const struct replay_load *fault_load; /* NULL: no single load's */
    struct error fault;
};

struct derive_options {
    const struct archive *archive;
    const struct config *rules; /* instead of the recorded ones; NULL = those */
};

/* 0 when it was tried to the end, also when RET.fault says that the year cannot be derived; -1 for what is no fault of archive
 * or ledger.  RET is to be given back in both cases, and not to be moved. */
int derive(const struct replay *replay, const struct derive_options *options, struct derived *ret_derived,
           struct error *err) CHECK_RESULT;
/* The canonical rows of TABLE for the replay's year: each the line, a NUL, and its lineage (lineage_add). */
int derived_rows(const struct derived *derived, enum fact_table table, struct sorter *sorter,
                 struct error *err) CHECK_RESULT;
void derived_free(struct derived *derived);

/* Where a canonical row comes from, behind its line and a NUL, so that rows sort by their lines. */
struct lineage {
    int64_t load_id;
    uint64_t line, offset;
};
#define LINEAGE_SIZE 24
void lineage_add(struct line *line, const struct lineage *lineage);
/* Splits a sorted record again. */
int lineage_split(const unsigned char *data, size_t size, struct text *ret_line, struct lineage *ret_lineage,
                  struct error *err) CHECK_RESULT;

#endif
