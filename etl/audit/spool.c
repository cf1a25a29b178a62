#include "etl/audit/spool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "etl/audit/temporary.h"
#include "etl/base/limits.h"

#define LENGTH_SIZE sizeof(uint32_t) /* before each record */

static int failed(const char *what, struct error *err)
{
    (void)error_set(err, EXIT_INTERNAL, "could not %s a temporary file: %s", what, strerror(errno));
    return error_hint(err, "TMPDIR names the folder for temporary files (default: /tmp).");
}

static int flush(struct spool *spool, struct error *err)
{
    if (!spool->file) {
        int fd = temporary_open();
        if (fd < 0) return failed("make", err);
        spool->file = fd + 1;
    }
    for (size_t done = 0; done < spool->used;) {
        ssize_t n = pwrite(spool->file - 1, spool->buffer + done, spool->used - done, (off_t)(spool->flushed + done));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return failed("write", err);
        done += (size_t)n;
    }
    spool->flushed += spool->used;
    spool->used = 0;
    return 0;
}

static int add_bytes(struct spool *spool, const void *data, size_t size, struct error *err)
{
    const unsigned char *from = data;
    while (size) {
        size_t room = LIMIT_SPOOL_BUFFER - spool->used, part = size < room ? size : room;
        if (!room) {
            if (flush(spool, err)) return -1;
            continue;
        }
        memcpy(spool->buffer + spool->used, from, part);
        spool->used += part;
        from += part;
        size -= part;
    }
    return 0;
}

int spool_add(struct spool *spool, const void *data, size_t size, struct error *err)
{
    uint32_t length = (uint32_t)size;
    if (size > LIMIT_SPOOL_RECORD)
        return error_set(err, EXIT_INTERNAL, "a record of %zu bytes is over the limit of %u", size, LIMIT_SPOOL_RECORD);
    if (!spool->buffer && !(spool->buffer = malloc(LIMIT_SPOOL_BUFFER))) return error_memory(err);
    if (add_bytes(spool, &length, sizeof length, err) || add_bytes(spool, data, size, err)) return -1;
    spool->records++;
    return 0;
}

uint64_t spool_size(const struct spool *spool)
{
    return spool->flushed + spool->used;
}

void spool_free(struct spool *spool)
{
    free(spool->buffer);
    if (spool->file) close(spool->file - 1);
    *spool = (struct spool){0};
}

/* ---- reading ---- */

int spool_open(const struct spool *spool, uint64_t begin, uint64_t end, struct spool_reader *ret_reader,
               struct error *err)
{
    struct spool_reader reader = {.spool = spool, .at = begin, .end = end, .size = LIMIT_SPOOL_WINDOW};
    reader.window = malloc(reader.size);
    if (!reader.window) return error_memory(err);
    *ret_reader = reader;
    return 0;
}

/* Up to SIZE bytes from AT: of the file, or of what has not gone there yet. */
static ssize_t read_at(const struct spool *spool, uint64_t at, void *into, size_t size, struct error *err)
{
    if (at >= spool->flushed) {
        size_t from = (size_t)(at - spool->flushed), part = spool->used - from < size ? spool->used - from : size;
        memcpy(into, spool->buffer + from, part);
        return (ssize_t)part;
    }
    ssize_t n;
    if (size > spool->flushed - at) size = (size_t)(spool->flushed - at);
    do
        n = pread(spool->file - 1, into, size, (off_t)at);
    while (n < 0 && errno == EINTR);
    if (n > 0) return n;
    if (n == 0) errno = EIO;
    return failed("read", err);
}

static int widen(struct spool_reader *r, size_t wanted, struct error *err)
{
    size_t size = r->size;
    while (size < wanted)
        size *= 2;
    if (size == r->size) return 0;
    unsigned char *window = realloc(r->window, size);
    if (!window) return error_memory(err);
    r->window = window;
    r->size = size;
    return 0;
}

/* At least WANTED bytes from window + begin on. */
static int have(struct spool_reader *r, size_t wanted, struct error *err)
{
    if (r->have >= wanted) return 0;
    if (widen(r, wanted, err)) return -1;
    memmove(r->window, r->window + r->begin, r->have);
    r->begin = 0;
    while (r->have < wanted) {
        uint64_t left = r->end - r->at;
        size_t room = r->size - r->have;
        if (left == 0) return error_set(err, EXIT_INTERNAL, "a temporary file ends inside a record");
        ssize_t n = read_at(r->spool, r->at, r->window + r->have, left < room ? (size_t)left : room, err);
        if (n < 0) return -1;
        r->at += (uint64_t)n;
        r->have += (size_t)n;
    }
    return 0;
}

int spool_next(struct spool_reader *reader, const unsigned char **ret_data, size_t *ret_size, struct error *err)
{
    uint32_t length;
    if (reader->have == 0 && reader->at == reader->end) return 0;
    if (have(reader, LENGTH_SIZE, err)) return -1;
    memcpy(&length, reader->window + reader->begin, sizeof length);
    if (have(reader, LENGTH_SIZE + length, err)) return -1;
    *ret_data = reader->window + reader->begin + LENGTH_SIZE;
    *ret_size = length;
    reader->begin += LENGTH_SIZE + length;
    reader->have -= LENGTH_SIZE + length;
    return 1;
}

void spool_close(struct spool_reader *reader)
{
    free(reader->window);
    *reader = (struct spool_reader){0};
}
