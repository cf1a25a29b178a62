/* Load and publish one source: binary COPY into staging that no reader sees, then everything in one transaction: the
 * difference against the current versions, the ledger rows, the quarantine and the findings. */
#ifndef STADSLAGER_LOAD_H
#define STADSLAGER_LOAD_H

#include "etl/database.h"
#include "etl/dimensions/dimension_later.h"
#include "etl/fact_sink.h"

/* Why a new year was not built aside (load_aside.h). */
struct load_decline {
    char reason[320]; /* "" = it was not declined */
};

struct load_options {
    int64_t run_id;
    const char *source;      /* name in the configuration */
    int precedence;          /* place of the source in the configuration: of two sources that say different things about
                                one key the first loaded keeps it, the other's row goes to quarantine (rule L-KALLA) */
    const char *file_sha256; /* hex, of the plain bytes: the archive's name */
    uint64_t file_bytes;
    const char *url;
    const char *connector;
    const char *config_hash;
    bool complete;        /* keys of this source that are gone are withdrawn (only when nothing is in quarantine) */
    bool dry_run;         /* do everything, report the difference, roll back */
    bool together;        /* one of several that the caller's open transaction publishes, with load_commit_together */
    bool accept_shrunken; /* max_dropped_pct and what has vanished do not refuse: somebody has said that it is right */
    bool may_swap;        /* a year of which most differs may be built aside and exchanged */
    bool
        refuse_vanished; /* a district, or an indicator, column or table of several rows, that is wholly gone refuses the export */
    int64_t max_quarantined_rows, max_quarantined_pct, max_dropped_pct;
    int64_t run_quarantine_left; /* rows that this run may still put in quarantine */
    const char *severities;      /* of the rules that the database judges (rule_choices_json); NULL = the rules' own */
    FILE *difference;            /* "new|revised|withdrawn TAB table TAB key… TAB old TAB new" lines; NULL = none */
    /* Reads LENGTH raw bytes at OFFSET of the export, for rows that only the database finds to be doubtful (duplicates). */
    int (*raw)(void *context, uint64_t offset, uint64_t length, struct arena *arena, struct text *ret,
               struct error *err);
    void *raw_context;
    /* Not NULL: facts of new years may be built aside.  When a call then fails with a reason in here, the load is to be rolled
     * back and tried again without, from the beginning: the general way takes what this one cannot decide. */
    struct load_decline *decline;
    size_t workers; /* sessions that build them, at least 1 */
};

/* What the decoder met, given to load_publish; stored with the load. */
struct load_input {
    struct decode_counts counts;
    uint64_t rows_ignored; /* indicator records that were decoded but hold nothing to load, beside counts.rows_ignored;
                              neither announced nor quarantined */
};

struct load_way { /* how the difference was found, in words; "" = nothing to say */
    char words[200];
};

/* read = loaded + unchanged + quarantined + ignored holds for each kind, and load_publish checks it. */
struct load_counts {
    uint64_t lines_read, lines_loaded, lines_unchanged, lines_quarantined, lines_ignored;
    uint64_t rows_read, rows_loaded, rows_unchanged, rows_quarantined, rows_ignored; /* indicator rows */
    uint64_t mal_read, mal_loaded, mal_unchanged, mal_quarantined;                   /* goals */
    uint64_t aktivitet_read, aktivitet_loaded, aktivitet_unchanged, aktivitet_quarantined;
    uint64_t tabell_read, tabell_loaded, tabell_unchanged, tabell_quarantined; /* rows of other tables */
    uint64_t facts_new, facts_revised, facts_withdrawn, facts_unchanged, findings;
    int64_t load_id;      /* of the ledger row */
    bool wrote;           /* false: nothing differed and nothing was written but the ledger row that says so */
    const char *recorded; /* drift.load.way: "difference", "aside", "swap", "unchanged" */
    struct load_way way;
};

struct load; /* one load under way; owns the open transaction */

/* Opens a transaction, or, for a dry run inside an open one and for a load together with others, a savepoint.  What else happens on DB until load_publish or
 * load_abort (dimensions_add_…) is part of it. */
int load_begin(struct database *db, const struct load_options *options, struct load **ret_load,
               struct error *err) CHECK_RESULT;
/* Every record that yields facts is announced once, before its facts; ordinals only grow, facts may come later.  A row that is quarantined too,
 * before or after, is quarantined: its facts are not loaded. */
int load_row(struct load *load, uint64_t row, enum record_kind kind, uint32_t lines, struct place place,
             struct error *err) CHECK_RESULT;
/* Of a row that was announced. */
int load_fact(struct load *load, const struct fact *fact, struct error *err) CHECK_RESULT;
int load_quarantine(struct load *load, const struct quarantine_row *row, struct error *err) CHECK_RESULT;
int load_finding(struct load *load, const struct finding *finding, struct error *err) CHECK_RESULT;
/* The four above as a sink. */
struct fact_sink load_sink(struct load *load);
/* Where new units and indicators wait for their turn while the load is built aside, for struct dimensions; else NULL. */
struct dimension_later *load_dimensions_later(struct load *load);
/* Checks the limits (EXIT_REFUSED, nothing published), then publishes in one commit.  A lost COMMIT reply is settled by
 * looking the load up on a new connection.  Frees LOAD in every case. */
int load_publish(struct load *load, const struct load_input *input, struct load_counts *ret_counts,
                 struct error *err) CHECK_RESULT;
/* ERR is of something that failed inside the load: where rows that are sent beside failed before, that is its cause and takes its
 * place. */
void load_cause(const struct load *load, struct error *err);
/* Rolls back and frees; NULL is fine. */
void load_abort(struct load *load);
/* Commits the caller's transaction in which loads were published together; LOAD_ID is any of them, WHAT names them in
 * messages.  A lost COMMIT reply is settled for all by looking that one up: they are there together or not at all. */
int load_commit_together(struct database *db, int64_t load_id, const char *what, struct error *err) CHECK_RESULT;

#endif
