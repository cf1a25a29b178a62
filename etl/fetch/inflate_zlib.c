#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include "etl/fetch/inflate.h"

#define WINDOW_GZIP (15 + 16) /* the largest window, gzip framing only */

struct inflate {
    z_stream z;
    char said[100];
};

int inflate_create(struct inflate **ret_inflate, struct error *err)
{
    struct inflate *made = calloc(1, sizeof *made);
    if (!made) return error_memory(err);
    if (inflateInit2(&made->z, WINDOW_GZIP) != Z_OK) {
        free(made);
        return error_memory(err);
    }
    *ret_inflate = made;
    return 0;
}

void inflate_free(struct inflate *stream)
{
    if (!stream) return;
    (void)inflateEnd(&stream->z);
    free(stream);
}

void inflate_again(struct inflate *stream)
{
    (void)inflateReset(&stream->z); /* fails for a stream that was never begun */
}

enum inflate_status inflate_some(struct inflate *stream, struct inflate_bytes *bytes)
{
    z_stream *z = &stream->z;
    z->next_in = (z_const Bytef *)(uintptr_t)bytes->in; /* which zlib does not write to */
    z->avail_in = (uInt)bytes->in_size;
    z->next_out = bytes->out;
    z->avail_out = (uInt)bytes->out_size;
    int status = inflate(z, Z_NO_FLUSH);
    bytes->in = z->next_in;
    bytes->in_size = z->avail_in;
    bytes->out = z->next_out;
    bytes->out_size = z->avail_out;
    if (status == Z_STREAM_END) return INFLATE_END;
    if (status == Z_OK || status == Z_BUF_ERROR) return INFLATE_MORE;
    if (status == Z_MEM_ERROR) return INFLATE_NO_MEMORY; /* its window is allocated when it is needed first */
    (void)snprintf(stream->said, sizeof stream->said, "zlib: %s", z->msg ? z->msg : zError(status));
    return INFLATE_DAMAGED;
}

const char *inflate_said(const struct inflate *stream)
{
    return stream->said;
}
