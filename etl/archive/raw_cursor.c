#include "etl/archive/raw_cursor.h"

static int skip_to(struct raw_cursor *cursor, uint64_t offset, struct error *err)
{
    char buffer[64 * 1024];
    while (cursor->at < offset) {
        uint64_t left = offset - cursor->at;
        ssize_t n = cursor->reader.read(cursor->reader.context, buffer,
                                        left < sizeof buffer ? (size_t)left : sizeof buffer, err);
        if (n < 0) return -1;
        if (n == 0) return error_set(err, EXIT_INTERNAL, "a row's place lies behind the end of its export");
        cursor->at += (uint64_t)n;
    }
    return 0;
}

int raw_cursor_read(struct raw_cursor *cursor, uint64_t offset, size_t length, struct arena *arena, struct text *ret,
                    struct error *err)
{
    if (cursor->open && offset < cursor->at) raw_cursor_close(cursor);
    if (!cursor->open) {
        if (archive_read_open(cursor->archive, cursor->sha256, &cursor->reader, err)) return -1;
        cursor->open = true;
        cursor->at = 0;
    }
    char *bytes = arena_alloc(arena, length);
    if (!bytes) return error_memory(err);
    if (skip_to(cursor, offset, err)) return -1;
    size_t len = 0;
    while (len < length) {
        ssize_t n = cursor->reader.read(cursor->reader.context, bytes + len, length - len, err);
        if (n < 0) return -1;
        if (n == 0) break;
        len += (size_t)n;
    }
    cursor->at += len;
    *ret = text_make(bytes, len);
    return 0;
}

void raw_cursor_close(struct raw_cursor *cursor)
{
    if (cursor->open) archive_read_close(&cursor->reader);
    cursor->open = false;
}
