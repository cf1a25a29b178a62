/* The way "aside" of a load: the facts of new years go, while decoding goes on, straight into tables that nobody sees yet, in
 * the shape of the fact tables; publish_aside.c gives them their keys and attaches them.  It is for large exports of indicator
 * rows, and only for what it can decide alone: whatever else turns up, the load declines, is rolled back, and the export is
 * decoded again and loaded the general way. */
#ifndef STADSLAGER_LOAD_ASIDE_H
#define STADSLAGER_LOAD_ASIDE_H

#include "etl/aside_repeats.h"
#include "etl/aside_workers.h"
#include "etl/base/limits.h"
#include "etl/dimensions/dimension_later.h"
#include "etl/load.h"

struct aside_year {
    int ar;
    struct copy block[ASIDE_TABLES];    /* being filled; by enum fact_table */
    const char *copy_sql[ASIDE_TABLES]; /* the COPY statement of each */
    size_t worker[ASIDE_TABLES];        /* who makes it; ASIDE_WORKER_NONE before its first block is full */
};

struct aside_fate {
    uint64_t rows, lines;
};

struct load_aside {
    struct aside_workers workers;
    struct dimension_later later;
    struct aside_repeats repeats;
    struct aside_year years[LIMIT_ASIDE_YEARS];
    size_t year_count;
    uint64_t facts;
    /* The row announced last, whose fate is not known before the next one comes. */
    struct {
        uint64_t row, facts, offset;
        uint32_t lines;
        bool seen, quarantined; /* seen: there was one */
    } last;
    struct aside_fate loaded, unchanged, quarantined; /* unchanged: no fact came of it */
};

/* Begins when SOURCE may be loaded this way, as far as the ledger says (else load->aside stays NULL). */
int aside_begin(struct load *load, struct error *err) CHECK_RESULT;
/* As load_row, load_fact, load_quarantine; -1 with load->options.decline filled where the load declines. */
int aside_row(struct load *load, uint64_t row, enum record_kind kind, uint32_t lines, struct place place,
              struct error *err) CHECK_RESULT;
int aside_fact(struct load *load, const struct fact *fact, struct error *err) CHECK_RESULT;
int aside_quarantine(struct load *load, const struct quarantine_row *row, struct error *err) CHECK_RESULT;
/* Everything is on its way to the workers, and units and indicators are written. */
int aside_finish(struct load *load, struct error *err) CHECK_RESULT;
/* Fills the reason and ERR, and returns -1. */
int aside_decline(struct load *load, struct error *err, const char *format, ...) PRINTF_LIKE(3, 4);
/* Where sending failed, ERR says why: what else failed meanwhile is a consequence. */
void aside_cause(struct load_aside *aside, struct error *err);
/* NULL is fine. */
void aside_free(struct load_aside *aside);

#endif
