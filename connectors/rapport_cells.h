/* Layout B's cells: a row is one string in which cells are joined by exactly one blank and an empty cell is the empty
 * string, so k blanks in a row are k-1 empty cells.  Values may hold blanks themselves. */
#ifndef STADSLAGER_RAPPORT_CELLS_H
#define STADSLAGER_RAPPORT_CELLS_H

#include "connectors/connector.h"
#include "connectors/rapport_align.h"

struct cells_input {
    struct text row; /* raw lines put end to end */
    const enum column *columns;
    size_t count;
    bool allow_cut; /* a delegation may lack its end (a page break cut it) */
    bool lax; /* cells may hold what no grammar knows (`12,5*`), two of them words (`ej mätt`): only to see that a row
                       stands here */
    bool lax_period; /* with LAX: the period too */
    /* What the lines tell of the name's end: it stands on the first line, or at one of these breaks, where an empty line
     * was.  Byte positions in ROW; line_end 0 = nothing is known. */
    size_t line_end;
    const size_t *breaks;
    size_t break_count;
};

/* Splits INPUT's row into a name and cells of the types of its columns; the last cell is the last word of the row.
 * RET_READINGS: how many splits there are, at most CELLS_READINGS.  With several, RET holds the cells on which all agree,
 * and RET_NAME the shortest name.  0, or -1 when memory ran out. */
#define CELLS_READINGS 64
int cells_read(struct arena *arena, const struct cells_input *input, int *ret_readings, struct text *ret_name,
               struct reading *ret, struct error *err) CHECK_RESULT;
/* The same without knowing the lines. */
int cells_split(struct arena *arena, struct text row, const enum column *columns, size_t count, bool allow_cut,
                int *ret_readings, struct text *ret_name, struct reading *ret, struct error *err) CHECK_RESULT;
/* Cheap test: could a row end here?  The last word of LINE is a period, or the end of one. */
bool cells_may_end(struct text line);

#endif
