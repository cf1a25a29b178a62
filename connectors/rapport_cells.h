/* Layout B's cells: a row is one string in which cells are joined by exactly one blank and an empty cell is the empty
 * string, so k blanks in a row are k-1 empty cells.  Values may hold blanks themselves. */
#ifndef STADSLAGER_RAPPORT_CELLS_H
#define STADSLAGER_RAPPORT_CELLS_H

#include "connectors/connector.h"
#include "connectors/rapport_align.h"

/* Splits ROW (raw lines put end to end) into a name and COUNT cells of the types of COLUMNS; the last cell is the last
 * word of ROW.  RET_READINGS: how many splits there are (2 = two or more); the first is in RET and RET_NAME.  ALLOW_CUT: a
 * delegation may lack its end (a page break cut it).  0, or -1 when memory ran out. */
int cells_split(struct arena *arena, struct text row, const enum column *columns, size_t count, bool allow_cut, int *ret_readings,
                struct text *ret_name, struct reading *ret, struct error *err) CHECK_RESULT;
/* Cheap test: could a row end here?  The last word of LINE is a period, or the end of one. */
bool cells_may_end(struct text line);

#endif
