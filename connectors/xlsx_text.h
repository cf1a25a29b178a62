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
/* What was added, `_x000D_` and its like undone (ECMA-376 part 1, 22.9.2.19, ST_Xstring), white space folded as in
 * table_fold; in ARENA.
 * text_failed() when memory ran out. */
struct text cell_text_take(struct arena *arena, const struct cell_text *text);

/* How a piece of rich text looks, where that changes what it says. */
struct run_look {
    size_t from; /* length of the cell's text before the piece */
    bool raised, struck;
};

/* The element ELEMENT of a piece's properties (rPr). */
void run_look_take(struct run_look *look, const char *element, const char **attributes);
/* The piece is all there: raised digits become `¹`, other raised signs behind a digit get a `^` before them, struck words stand in
 * brackets.  A note's mark behind `85` must not make `851` of it.  As cell_text_add. */
int run_look_end(const struct run_look *look, struct cell_text *text) CHECK_RESULT;

#endif
