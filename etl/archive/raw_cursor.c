#include "etl/archive/raw_cursor.h"

#include <stdlib.h>

#include "etl/base/limits.h"

/* ---- what was read last ---- */

/* Copies SIZE bytes between the window, from place AT of what passed, and OTHER. */
static void copy_window(const struct raw_cursor *cursor, uint64_t at, char *other, size_t size, bool into)
{
    while (size) {
        size_t place = (size_t)(at % LIMIT_RAW_WINDOW), part = LIMIT_RAW_WINDOW - place;
        if (part > size) part = size;
        if (into)
            memcpy(cursor->window + place, other, part);
        else
            memcpy(other, cursor->window + place, part);
        at += part;
        other += part;
        size -= part;
    }
}

static ssize_t read_watched(void *context, void *buffer, size_t size, struct error *err)
{
    struct raw_cursor *cursor = context;
    ssize_t n = cursor->watched->read(cursor->watched->context, buffer, size, err);
    if (n <= 0) return n;
    size_t length = (size_t)n, kept = length < LIMIT_RAW_WINDOW ? length : LIMIT_RAW_WINDOW;
    cursor->passed += length;
    if (cursor->window) copy_window(cursor, cursor->passed - kept, (char *)buffer + (length - kept), kept, true);
    return n;
}

struct reader raw_cursor_watch(struct raw_cursor *cursor, const struct reader *reader)
{
    cursor->watched = reader;
    cursor->passed = 0;
    if (!cursor->window) cursor->window = malloc(LIMIT_RAW_WINDOW); /* without it all comes from the archive */
    return (struct reader){read_watched, cursor};
}

static bool in_window(const struct raw_cursor *cursor, uint64_t offset, size_t length)
{
    if (!cursor->window || offset > cursor->passed || length > cursor->passed - offset) return false;
    return cursor->passed - offset <= LIMIT_RAW_WINDOW;
}

/* ---- from the archive ---- */

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

static int read_again(struct raw_cursor *cursor, uint64_t offset, size_t length, char *bytes, size_t *ret_length,
                      struct error *err)
{
    if (cursor->open && offset < cursor->at) {
        archive_read_close(&cursor->reader);
        cursor->open = false;
    }
    if (!cursor->open) {
        if (archive_read_open(cursor->archive, cursor->sha256, &cursor->reader, err)) return -1;
        cursor->open = true;
        cursor->at = 0;
    }
    if (skip_to(cursor, offset, err)) return -1;
    size_t len = 0;
    while (len < length) {
        ssize_t n = cursor->reader.read(cursor->reader.context, bytes + len, length - len, err);
        if (n < 0) return -1;
        if (n == 0) break;
        len += (size_t)n;
    }
    cursor->at += len;
    *ret_length = len;
    return 0;
}

int raw_cursor_read(struct raw_cursor *cursor, uint64_t offset, size_t length, struct arena *arena, struct text *ret,
                    struct error *err)
{
    char *bytes = arena_alloc(arena, length);
    if (!bytes) return error_memory(err);
    if (in_window(cursor, offset, length))
        copy_window(cursor, offset, bytes, length, false);
    else if (read_again(cursor, offset, length, bytes, &length, err))
        return -1;
    *ret = text_make(bytes, length);
    return 0;
}

void raw_cursor_close(struct raw_cursor *cursor)
{
    if (cursor->open) archive_read_close(&cursor->reader);
    cursor->open = false;
    free(cursor->window);
    cursor->window = NULL;
}
