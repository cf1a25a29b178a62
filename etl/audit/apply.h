/* What a load does to the current versions, without a database: the same decisions as publish.c and the SQL it runs
 * (sql/queries/doubt_*.sql, repeat_find.sql, diff_*.sql), as merges of sorted spools.  Whoever changes a decision there changes
 * it here; tests/unit/test_apply.c and the audits of tests/integration/test_audit.py hold the two together.
 *
 * A rule of the load that sends rows to quarantine is one more pass between export_close and apply: it looks at the facts that
 * are not in doubt and marks their rows (see find_source_doubt). */
#ifndef STADSLAGER_APPLY_H
#define STADSLAGER_APPLY_H

#include "etl/audit/replay.h"
#include "etl/audit/sorter.h"
#include "etl/audit/version.h"
#include "etl/fact_sink.h"

struct bits { /* a set of rows by number; a zeroed one is empty */
    unsigned char *bytes;
    size_t size;
};

bool bits_has(const struct bits *bits, uint64_t row);
int bits_put(struct bits *bits, uint64_t row, struct error *err) CHECK_RESULT;
void bits_free(struct bits *bits);

/* The facts of one export: what drift.stage_fact, stage_quarantine and stage_doubt hold during a load. */
struct export_facts {
    struct sorter *facts; /* packed versions by key and place; order = place in the export */
    uint64_t count;
    struct bits doubt; /* rows that go to quarantine */
    bool hidden[4];    /* kinds (enum record_kind) of which some row could not be read */
    struct line scratch, values;
};

int export_open(struct export_facts *ret_facts, struct error *err) CHECK_RESULT;
/* Takes what refresh_decode gives. */
struct fact_sink export_sink(struct export_facts *facts);
void export_close(struct export_facts *facts);

struct apply_options {
    uint32_t load;                   /* place of the load in the replay: order of the versions it publishes */
    const struct replay_load *loads; /* all of the replay: whose source a version is of */
    bool complete;                   /* what is gone from the export is withdrawn */
    const bool *years;               /* [REPLAY_YEARS] that are kept; the others are passed over */
    /* Does L-FOREGAENDE reject rows of that indicator?  NULL: of none. */
    bool (*foregaende_rejects)(const void *context, int32_t indikator_id);
    const void *context;
};

struct apply_counts {
    uint64_t fresh, revised, withdrawn, absent, doubtful_rows;
};

/* BEFORE, the current versions by key, become RET_AFTER (empty when given).  FACTS are used up. */
int apply_export(struct export_facts *facts, const struct spool *before, const struct apply_options *options,
                 struct spool *ret_after, struct apply_counts *ret_counts, struct error *err) CHECK_RESULT;

#endif
