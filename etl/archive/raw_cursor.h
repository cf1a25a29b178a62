/* The raw bytes of rows, read from the archive: rows are asked for nearly in order, so one pass forward serves them all. */
#ifndef STADSLAGER_RAW_CURSOR_H
#define STADSLAGER_RAW_CURSOR_H

#include "etl/archive/archive.h"

struct raw_cursor {
    const struct archive *archive;
    const char *sha256;
    bool open;
    struct reader reader;
    uint64_t at; /* offset of the next byte the reader gives */
};

/* LENGTH bytes from OFFSET, in ARENA; opens the export again when OFFSET lies behind. */
int raw_cursor_read(struct raw_cursor *cursor, uint64_t offset, size_t length, struct arena *arena, struct text *ret,
                    struct error *err) CHECK_RESULT;
void raw_cursor_close(struct raw_cursor *cursor);

#endif
