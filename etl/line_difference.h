/* Which lines of an export are not in the one before it: both are read as streams, side by side, in bounded memory.  Equal lines
 * stand in the same order in both; a line that moved is removed and added.  Pure but for the two readers.
 *
 * A line is what ends with LF.  Whatever could make a record of more or less than one line (a quote that stays open, a bare
 * carriage return) or make the same bytes mean something else (an encoding that is to be found out and is not UTF-8) declines:
 * then the export must be read whole. */
#ifndef STADSLAGER_LINE_DIFFERENCE_H
#define STADSLAGER_LINE_DIFFERENCE_H

#include <stdint.h>

#include "connectors/connector.h"

struct changed_line {
    uint64_t line, offset; /* where it stands in its export */
    size_t at, length;     /* in the text, line end included */
    bool context;          /* of the head, and not to be read for its own sake */
};

/* Lines of one of the two exports: the head, then what differs. */
struct changed_lines {
    struct changed_line *lines;
    size_t count, capacity;
    char *text; /* of all of them, one after the other: an export by itself */
    size_t used, size;
};

/* From OLD_LINE on, up to the next piece: the lines were kept and stand LINES lines and BYTES bytes further down, or they were
 * removed (or are to be read again). */
struct line_piece {
    uint64_t old_line;
    int64_t lines, bytes;
    bool kept;
};

struct line_difference {
    struct changed_lines removed, added;
    struct line_piece *pieces;
    size_t piece_count, piece_capacity;
    uint64_t old_lines, new_lines;
    const char *declined; /* why the difference says nothing; NULL = it was found */
};

struct line_difference_options {
    uint64_t head_lines;   /* up to the first row of data: must be equal, and stand in front of both lists */
    const uint64_t *again; /* lines of the old export, in order, that are removed and added even where they are equal */
    size_t again_count;
    uint64_t max_lines;       /* removed, and added; more declines */
    bool encoding_configured; /* no bytes can change how the rest is read */
};

/* 0 when both were read, to the end unless RET.declined says why not; -1 with ERR when one could not be.  RET is to be given
 * back in both cases. */
int line_difference(const struct reader *old, const struct reader *new, const struct line_difference_options *options,
                    struct line_difference *ret, struct error *err) CHECK_RESULT;
void line_difference_free(struct line_difference *difference);

/* The line of LINES that is its SYNTHETIC-th (from 1); NULL when there is none. */
const struct changed_line *changed_line_at(const struct changed_lines *lines, uint64_t synthetic);
/* True when no cell of LINE could go on in the next one, whichever separator it is split at. */
bool line_is_closed(struct text line);

#endif
