/* Text of cells, which comes from the parser in pieces and may hold escapes. */
#ifndef STADSLAGER_XLSX_TEXT_H
#define STADSLAGER_XLSX_TEXT_H

#include "etl/base/error.h"
#include "etl/base/text.h"

struct cell_text { /* a zeroed one is valid and empty */
    char *ptr;
    size_t len, size;
};

void cell_text_free(struct cell_text *text);
/* 0, 1 when the text would be longer than LIMIT_CELL, -1 when memory ran out. */
int cell_text_add(struct cell_text *text, struct text piece) CHECK_RESULT;
/* What was added, `_x000D_` and its like undone (ECMA-376 part 1, 22.9.2.19, ST_Xstring), white space folded; in ARENA.
 * text_failed() when memory ran out. */
struct text cell_text_take(struct arena *arena, const struct cell_text *text);

#endif
