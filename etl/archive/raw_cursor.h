/* The raw bytes of rows.  Who decodes an export lets the cursor watch its reader: then the bytes of the row at hand are
 * mostly among those that were read last.  Others are read from the archive once more; rows are asked for nearly in order,
 * so that one pass forward serves them all. */
#ifndef STADSLAGER_RAW_CURSOR_H
#define STADSLAGER_RAW_CURSOR_H

#include "etl/archive/archive.h"

struct raw_cursor {
    const struct archive *archive;
    const char *sha256;
    bool open;
    struct reader reader;
    uint64_t at; /* offset of the next byte the reader gives */
    const struct reader *watched;
    char *window;    /* byte N of what passed stands at N % LIMIT_RAW_WINDOW; NULL = nothing is kept */
    uint64_t passed; /* bytes read through the watched reader */
};

/* READER, which begins at offset 0, with what was read last kept.  The one given back points at CURSOR and READER; bytes are
 * as good as those of the archive only if they come from there. */
struct reader raw_cursor_watch(struct raw_cursor *cursor, const struct reader *reader);

/* LENGTH bytes from OFFSET, in ARENA; opens the export again when OFFSET lies behind. */
int raw_cursor_read(struct raw_cursor *cursor, uint64_t offset, size_t length, struct arena *arena, struct text *ret,
                    struct error *err) CHECK_RESULT;
void raw_cursor_close(struct raw_cursor *cursor);

#endif
