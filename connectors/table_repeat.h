/* A header in the middle of a table: the same one again, or one of other columns. */
#ifndef STADSLAGER_TABLE_REPEAT_H
#define STADSLAGER_TABLE_REPEAT_H

#include "connectors/table_rows.h"

/* RET: ROW, whose cells are in T's record, is the table's header again.  EXIT_REFUSED, the row counted, when it is a
 * header of other columns, under which the rows below would be read wrong. */
int table_repeats_header(struct table *t, const struct table_row *row, bool *ret, struct error *err) CHECK_RESULT;

#endif
