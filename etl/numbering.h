/* Numbers for what one export names twice: the second table of a title, the second activity of a name below one goal. */
#ifndef STADSLAGER_NUMBERING_H
#define STADSLAGER_NUMBERING_H

#include "connectors/connector.h"
#include "etl/base/map.h"

struct numbering {
    struct arena arena; /* keys of the map */
    struct arena scratch;
    struct map seen;
    int32_t tables; /* begun so far */
};

/* Which one NAME is among those with the same SCOPE and name: 1, 2, …  Names are the same when they fold alike. */
int numbering_next(struct numbering *numbering, struct text scope, struct text name, int32_t *ret_nr,
                   struct error *err) CHECK_RESULT;
/* RECORD, a row of a table: RET_NR is the number of its table among those of its title in the unit's report, and
 * RET_BEGINS says whether the table begins with it.  A row whose label its table has already begins another one, whatever
 * the connector says, so that no two rows of an export have the same title, number, label and occurrence. */
int numbering_table(struct numbering *numbering, const struct record *record, bool *ret_begins, int32_t *ret_nr,
                    struct error *err) CHECK_RESULT;
/* Gives the memory back.  A zeroed one is valid and empty. */
void numbering_free(struct numbering *numbering);

#endif
