/* Intel's ISA-L (Debian: libisal-dev), some three times as fast as zlib where the processor has its instructions. */
#include <isa-l/igzip_lib.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "etl/fetch/inflate.h"

#define FLAGS_AT        3u  /* of a member's header (RFC 1952, 2.3) */
#define FLAG_CHECKSUM   2u  /* of the header: FHCRC, which hardly anybody writes */
#define HEADER_CHECKSUM 100 /* a status beside ISA-L's own */

struct inflate {
    struct inflate_state state;
    uint64_t taken; /* bytes of this member */
    int status;
};

static void begin(struct inflate *stream)
{
    isal_inflate_reset(&stream->state);
    stream->state.crc_flag = ISAL_GZIP;
    stream->taken = 0;
}

/* ISA-L 2.30 finds such a checksum wrong where the header comes in pieces, so what it says would depend on the network. */
static bool has_header_checksum(const struct inflate *stream, const struct inflate_bytes *bytes)
{
    return stream->taken <= FLAGS_AT && bytes->in_size > FLAGS_AT - stream->taken &&
           bytes->in[FLAGS_AT - stream->taken] & FLAG_CHECKSUM;
}

int inflate_create(struct inflate **ret_inflate, struct error *err)
{
    struct inflate *stream = calloc(1, sizeof *stream);
    if (!stream) return error_memory(err);
    isal_inflate_init(&stream->state);
    begin(stream);
    *ret_inflate = stream;
    return 0;
}

void inflate_free(struct inflate *stream)
{
    free(stream);
}

void inflate_again(struct inflate *stream)
{
    begin(stream);
}

enum inflate_status inflate_some(struct inflate *stream, struct inflate_bytes *bytes)
{
    struct inflate_state *state = &stream->state;
    stream->status = HEADER_CHECKSUM;
    if (has_header_checksum(stream, bytes)) return INFLATE_DAMAGED;
    stream->taken += bytes->in_size;
    state->next_in = (uint8_t *)(uintptr_t)bytes->in; /* which ISA-L does not write to */
    state->avail_in = (uint32_t)bytes->in_size;
    state->next_out = bytes->out;
    state->avail_out = (uint32_t)bytes->out_size;
    stream->status = isal_inflate(state);
    bytes->in = state->next_in;
    bytes->in_size = state->avail_in;
    stream->taken -= bytes->in_size;
    bytes->out = state->next_out;
    bytes->out_size = state->avail_out;
    if (stream->status < 0 || stream->status == ISAL_NEED_DICT) return INFLATE_DAMAGED;
    return state->block_state == ISAL_BLOCK_FINISH ? INFLATE_END : INFLATE_MORE;
}

const char *inflate_said(const struct inflate *stream)
{
    switch (stream->status) {
    case ISAL_INVALID_BLOCK:
        return "ISA-L: invalid block";
    case ISAL_INVALID_SYMBOL:
        return "ISA-L: invalid symbol";
    case ISAL_INVALID_LOOKBACK:
        return "ISA-L: invalid distance";
    case ISAL_INVALID_WRAPPER:
        return "ISA-L: invalid header";
    case ISAL_UNSUPPORTED_METHOD:
        return "ISA-L: unsupported method";
    case ISAL_INCORRECT_CHECKSUM:
        return "ISA-L: incorrect checksum or length";
    case HEADER_CHECKSUM:
        return "ISA-L: a header with a checksum of its own is read with zlib only";
    default:
        return "ISA-L: damaged";
    }
}
