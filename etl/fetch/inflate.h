/* Decompresses gzip members (RFC 1952), one after another, with the library that the build chose: zlib (inflate_zlib.c), or
 * ISA-L (inflate_isal.c, `make INFLATE=isal`).  Both check a member's CRC and length; both give the same bytes. */
#ifndef STADSLAGER_INFLATE_H
#define STADSLAGER_INFLATE_H

#include <stddef.h>

#include "etl/base/error.h"

struct inflate;

enum inflate_status {
    INFLATE_MORE,    /* all input was taken, or the output is full */
    INFLATE_END,     /* the member ended with its trailer; what is left of the input is behind it */
    INFLATE_DAMAGED, /* inflate_said says how */
    INFLATE_NO_MEMORY,
};

struct inflate_bytes { /* moved on by what was taken and given */
    const unsigned char *in;
    size_t in_size; /* at most UINT32_MAX, as out_size */
    unsigned char *out;
    size_t out_size;
};

/* Ready for a first member. */
int inflate_create(struct inflate **ret_inflate, struct error *err) CHECK_RESULT;
/* NULL is fine. */
void inflate_free(struct inflate *stream);
/* Ready for another member. */
void inflate_again(struct inflate *stream);
/* After a call that filled the output more may come without further input. */
enum inflate_status inflate_some(struct inflate *stream, struct inflate_bytes *bytes);
/* What the library says of the damage, with the library's name. */
const char *inflate_said(const struct inflate *stream);

#endif
