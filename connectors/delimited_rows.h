/* Splits delimited text of any size into rows of cells: encodings, quoting, line ends, places.  Knows nothing about what
 * the columns mean.  Memory: one block of input and its decoded text, and at most LIMIT_LINE for a long row. */
#ifndef STADSLAGER_DELIMITED_ROWS_H
#define STADSLAGER_DELIMITED_ROWS_H

#include "connectors/table.h"

/* Bytes of input read at a time: a block and its text stay in a core's cache. */
#define DELIMITED_BLOCK     ((size_t)64 * 1024)
#define DELIMITED_BLOCK_MIN 8 /* a block holds a whole character and a byte order mark */

struct delimited_rows;

/* Reads the first block and finds the encoding (ENCODING as in decode_options; BLOCK is DELIMITED_BLOCK but in tests, at least _MIN).
 * READER and NAME must live as long as the rows.  The result must be given back with delimited_rows_close. */
int delimited_rows_open(const struct reader *reader, const char *name, struct text encoding, size_t block,
                        struct delimited_rows **ret_rows, struct error *err) CHECK_RESULT;
void delimited_rows_close(struct delimited_rows *rows); /* NULL is fine */

/* What the first block holds, decoded, before the first row is taken. */
struct text delimited_rows_head(const struct delimited_rows *rows);
/* Without taking it: the row at *POSITION (0 = the first) of what has been read, split at SEPARATOR.  True and *POSITION
 * is behind it, or false where the row is not whole in the first block.  The row lives until the next call. */
bool delimited_rows_peek(struct delimited_rows *rows, char separator, size_t *position, struct table_row *ret_row);
/* The error for input that is not text or is cut, when the first block holds such a place; else 0. */
int delimited_rows_fault(const struct delimited_rows *rows, struct error *err) CHECK_RESULT;

void delimited_rows_split_at(struct delimited_rows *rows, char separator); /* before the first delimited_rows_next */
/* The next row: 1 and it lives until the next call, 0 at the end, -1 with ERR. */
int delimited_rows_next(struct delimited_rows *rows, struct table_row *ret_row, struct error *err) CHECK_RESULT;

uint64_t delimited_rows_bytes(const struct delimited_rows *rows); /* read so far */
/* Lines of the rows taken so far, counted over the bytes and not by the splitter. */
uint64_t delimited_rows_lines(struct delimited_rows *rows);

#endif
