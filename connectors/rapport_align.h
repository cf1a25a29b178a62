/* Alignment: the cells of a damaged row -> columns.  Enumerates the readings that the known damages allow, keeps those in
 * which every cell has a legal type in its column, and lets the context choose; what is left is one reading, several
 * (uncertain) or none (unreadable). */
#ifndef STADSLAGER_RAPPORT_ALIGN_H
#define STADSLAGER_RAPPORT_ALIGN_H

#include "connectors/connector.h"

#define ALIGN_CELLS 24 /* value cells of a row that are looked at; more is unreadable */

struct align_input {
    const enum column
        *columns; /* of the value cells, in the header's order; COLUMN_COUNT = a column that is not ours */
    size_t column_count;
    struct text cells[ALIGN_CELLS]; /* after the name, white space folded, icons gone */
    size_t cell_count;
    bool too_many;                      /* the row had more cells than fit here */
    struct text fragment[COLUMN_COUNT]; /* what stood in rows below, by column; empty = nothing */
    bool partial;   /* more rows may follow: the period may be missing still, and the end of a delegation */
    unsigned go_on; /* bit per enum column: this fragment goes on where text stands, it fills no empty cell */
    enum niva niva; /* of the goal above */
    int year;       /* of the report; 0 = unknown */
};

struct reading {
    struct text cell[COLUMN_COUNT];
    unsigned notes; /* enum note: what was done to get here; UNCERTAIN or UNREADABLE when it is not one reading */
    const char *rule;
    char reason[160];
};

/* 0, or -1 when memory ran out.  Cells of RET point into the input or ARENA. */
int align_row(struct arena *arena, const struct align_input *input, struct reading *ret_reading,
              struct error *err) CHECK_RESULT;
/* True when the cells, as they stand, are a row of data (some reading fits): tells rows from fragments. */
int align_fits(struct arena *arena, const struct align_input *input, bool *ret_fits, struct error *err) CHECK_RESULT;

#endif
