/* The columns of an indicator table in a report: what the words of a header mean, in both layouts. */
#ifndef STADSLAGER_RAPPORT_HEADER_H
#define STADSLAGER_RAPPORT_HEADER_H

#include "connectors/connector.h"
#include "connectors/rapport_align.h"
#include "etl/base/period.h"

/* A column of a header beside those of enum column: it has no name, so no row may have a value there. */
#define COLUMN_UNNAMED COLUMN_MAPPED_COUNT
/* A column of words that we do not know: `Enhet`, `Kön`, `Målgrupp`.  A row with words there may be of a part only. */
#define COLUMN_WORDS (COLUMN_MAPPED_COUNT + 1)

struct rapport_header {
    enum record_kind kind;            /* RECORD_INDIKATOR or RECORD_AKTIVITET */
    enum column columns[ALIGN_CELLS]; /* in order; COLUMN_COUNT = not ours */
    size_t column_count;
    struct text previous_report; /* label of the previous value's column: "VB 2021" */
    bool dated;                  /* the outcome's column is headed with a period, and there is no plain one: … */
    struct period own;           /* … this one, which its rows must have */
    int man_year, kvinnor_year;  /* in the heads of the sexes; 0 = none */
    int arsmal_year, kf_year;    /* in the heads of the targets; 0 = none */
};

/* A header under way: the columns headed with a period wait for the end. */
struct header_reading {
    struct rapport_header header;
    struct text label[ALIGN_CELLS]; /* of `Utfall T2 2023`: "T2 2023"; empty = not headed with a period */
    struct period period[ALIGN_CELLS];
};

/* The next column, whose head is WORDS (tags and marks taken off): its meaning, COLUMN_COUNT where it is not known.
 * False when there is no room or memory ran out. */
bool rapport_header_add(struct arena *arena, struct header_reading *reading, struct text words);
/* The same where the meaning is known and LABEL is the period the head ends with. */
bool rapport_header_add_column(struct header_reading *reading, enum column column, struct text label);
/* True when the columns make a table: each once, and those without which a row says nothing.  Of outcomes headed with a
 * period, the latest is the rows' own where no plain one stands beside them, and the next latest the previous value. */
bool rapport_header_end(struct header_reading *reading, struct rapport_header *ret_header);
/* The same columns in the same order, of the same periods: B repeats A behind a page break. */
bool rapport_header_same(const struct rapport_header *a, const struct rapport_header *b);
/* Doubts READING where its period is not the one that the header promises. */
void rapport_header_check(const struct rapport_header *header, struct reading *reading);

#endif
