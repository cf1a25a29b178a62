/* The parts of layout_a.c: its header.  Nothing else includes this. */
#ifndef STADSLAGER_LAYOUT_A_PARTS_H
#define STADSLAGER_LAYOUT_A_PARTS_H

#include "connectors/rapport_header.h"
#include "etl/base/limits.h"

struct a_header {
    size_t name_at;           /* index of the cell "Indikator" or "Aktivitet" */
    struct rapport_header of; /* the cells after it, trailing empty ones left out */
};

/* Splits LINE at its TABs into at most LIMIT_COLUMNS cells; the count, 0 when there are more. */
size_t layout_a_split_cells(struct text line, struct text cells[static LIMIT_COLUMNS]);
/* True when LINE is the header of a table of indicators ("Indikator" among its first cells, an outcome and a period after)
 * or of activities ("Aktivitet" and two dates). */
bool layout_a_parse_header(struct arena *arena, struct text line, struct a_header *ret);

#endif
