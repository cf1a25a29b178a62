/* Headers of two rows: a group row (`Utfall`) above the names of its columns (`Totalt | Män | Kvinnor`).  Both rows are
 * joined to one that header_read reads; what has more than one meaning is refused. */
#ifndef STADSLAGER_TABLE_LEVELS_H
#define STADSLAGER_TABLE_LEVELS_H

#include "connectors/table_header.h"

/* A copy of ROW whose texts live in ARENA. */
int levels_keep(struct arena *arena, const struct table_row *row, struct table_row *ret_row,
                struct error *err) CHECK_RESULT;
/* True when LOWER, the row below the header that was read from UPPER, is its second level: no indicator and no period,
 * and words that divide a group in at least one cell. */
int levels_is_lower(struct arena *arena, const struct table_header *header, const struct table_row *lower, bool *ret,
                    struct error *err) CHECK_RESULT;

/* UPPER and LOWER as one row of names. */
struct levels {
    struct table_row row; /* its place is LOWER's */
    bool changed;         /* UPPER says more than LOWER alone */
    /* A group stands over a name, and what the two mean together is not known though one of them is.  Empty = none. */
    struct text group, name;
};
/* COLUMN of RET's row is the cell's index in both rows; -1 only when memory ran out. */
int levels_join(struct arena *arena, const struct header_names *names, const struct table_row *upper,
                const struct table_row *lower, struct levels *ret_levels, struct error *err) CHECK_RESULT;
/* The error for a group that is not known; WHERE: export and line. */
int levels_refuse(const struct levels *levels, const char *where, struct error *err) CHECK_RESULT;

#endif
