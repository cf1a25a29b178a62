/* Taking gzip off, fed whole and byte by byte.  The first byte chooses what the rest is: 0 the bytes received; 1 and up the
 * plain bytes, put into so many layers here, since a mutation never makes a valid checksum. */
#include <zlib.h>

#include "etl/base/limits.h"
#include "etl/fetch/gunzip.h"
#include "tests/fuzz/fuzz.h"

#define MOST ((size_t)256 * 1024) /* bytes read of one input: bombs are cut short, by the caller as everywhere */

struct result {
    char *plain;
    size_t len;
    bool stopped; /* at MOST */
    struct error err;
};

/* 1 until all that was fed is read, then 0; -1 with the result's error. */
static int read_fed(struct gunzip *gunzip, struct result *r, size_t piece)
{
    while (r->len < MOST) {
        size_t room = MOST - r->len < piece ? MOST - r->len : piece;
        ssize_t n = gunzip_read(gunzip, r->plain + r->len, room, &r->err);
        FUZZ_CHECK(n <= (ssize_t)room);
        if (n <= 0) return (int)n;
        r->len += (size_t)n;
    }
    r->stopped = true;
    return 1;
}

static void unpack(struct text input, size_t fed, size_t piece, struct result *r)
{
    struct gunzip *gunzip = NULL;
    int rc = 0;
    *r = (struct result){.plain = malloc(MOST)};
    FUZZ_CHECK(r->plain && gunzip_create(&gunzip, &r->err) == 0);
    while (rc == 0 && input.len) {
        char *bytes = fuzz_copy(text_part(input, 0, fed));
        gunzip_feed(gunzip, bytes, input.len < fed ? input.len : fed);
        rc = read_fed(gunzip, r, piece);
        input = text_from(input, fed);
        free(bytes);
    }
    if (rc == 0) {
        gunzip_last(gunzip);
        rc = read_fed(gunzip, r, piece);
    }
    if (rc == 0) rc = gunzip_end(gunzip, &r->err);
    FUZZ_CHECK(rc >= 0 || (r->err.class == EXIT_REFUSED && r->err.message[0]));
    FUZZ_CHECK(gunzip_layers(gunzip) <= LIMIT_GZIP_LAYERS + 1);
    if (gunzip_layers(gunzip)) FUZZ_CHECK(gunzip_widest(gunzip) >= r->len);
    gunzip_free(gunzip);
}

/* INPUT in a gzip member; the caller frees it. */
static struct text pack(struct text input)
{
    z_stream z = {0};
    FUZZ_CHECK(deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK); /* 16: gzip's header */
    size_t size = deflateBound(&z, input.len) + 32;
    unsigned char *out = malloc(size);
    FUZZ_CHECK(out);
    z.next_in = (unsigned char *)(uintptr_t)input.ptr;
    z.avail_in = (unsigned)input.len;
    z.next_out = out;
    z.avail_out = (unsigned)size;
    FUZZ_CHECK(deflate(&z, Z_FINISH) == Z_STREAM_END);
    size -= z.avail_out;
    deflateEnd(&z);
    return text_make((char *)out, size);
}

static void try_both(struct text input, struct text plain, bool known)
{
    struct result whole, bytes;
    unpack(input, SIZE_MAX, 64 * 1024, &whole);
    unpack(input, 1, 7, &bytes);
    bool cut_short = whole.stopped || bytes.stopped; /* damage further on may have been seen or not */
    /* how many bytes a cut stream gave before its end depends on the pieces; that it is cut does not */
    FUZZ_CHECK(cut_short || (whole.err.message[0] == '\0') == (bytes.err.message[0] == '\0'));
    if (!cut_short && whole.err.message[0] == '\0') {
        FUZZ_CHECK(whole.len == bytes.len && (whole.len == 0 || !memcmp(whole.plain, bytes.plain, whole.len)));
        if (known) FUZZ_CHECK(text_equal(text_make(whole.plain, whole.len), plain));
    }
    FUZZ_CHECK(!known || whole.err.message[0] == '\0');
    free(whole.plain);
    free(bytes.plain);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text input = text_make((const char *)data, size);
    unsigned layers = fuzz_choice(&input, LIMIT_GZIP_LAYERS + 2);
    struct text packed = text_make(fuzz_copy(input), input.len);
    bool gzip_inside = text_starts(input, "\x1f\x8b");
    for (unsigned i = 0; i < layers; i++) {
        struct text more = pack(packed);
        free((void *)(uintptr_t)packed.ptr);
        packed = more;
    }
    try_both(packed, input, layers > 0 && layers <= LIMIT_GZIP_LAYERS && !gzip_inside);
    free((void *)(uintptr_t)packed.ptr);
    return 0;
}
