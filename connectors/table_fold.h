/* The text of a cell of a table, without the white space that only lays it out. */
#ifndef STADSLAGER_TABLE_FOLD_H
#define STADSLAGER_TABLE_FOLD_H

#include "etl/base/text.h"

/* As text_fold_space, but a line break or a TAB between two digits becomes two blanks: two lines of a cell are two values, and one
 * blank would make one number of `12` above `345`. */
struct text table_fold(struct arena *arena, struct text cell);

#endif
