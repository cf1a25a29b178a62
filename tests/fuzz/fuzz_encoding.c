/* Encodings: whole and in pieces, each encoding on the same bytes.  The first byte chooses where the pieces end. */
#include "tests/fuzz/fuzz.h"

#include "etl/base/encoding.h"

/* Decodes as far as it goes, at most PIECE bytes at a time; the rest of a cut character goes before the next piece. */
static struct encoding_step in_pieces(enum encoding encoding, const unsigned char *in, size_t size, size_t piece,
                                      char *out)
{
    struct encoding_step sum = {0};
    size_t end = 0;
    while (end < size) {
        end = size - end < piece ? size : end + piece;
        struct encoding_step step = encoding_decode(encoding, in + sum.used, end - sum.used, out + sum.written);
        FUZZ_CHECK(step.used <= end - sum.used && step.written <= ENCODING_GROWTH * step.used);
        sum.used += step.used;
        sum.written += step.written;
        sum.fault = step.fault;
        if (step.fault != ENCODING_FINE && step.fault != ENCODING_CUT) break;
        FUZZ_CHECK(step.fault == ENCODING_FINE ? sum.used == end : sum.used < end);
    }
    return sum;
}

static void try_encoding(enum encoding encoding, const unsigned char *in, size_t size, size_t piece)
{
    char *whole = malloc(ENCODING_GROWTH * size + 1), *pieces = malloc(ENCODING_GROWTH * size + 1);
    enum encoding named;
    FUZZ_CHECK(whole && pieces);
    struct encoding_step a = in_pieces(encoding, in, size, SIZE_MAX, whole);
    struct encoding_step b = in_pieces(encoding, in, size, piece, pieces);
    FUZZ_CHECK(a.used == b.used && a.written == b.written && a.fault == b.fault);
    FUZZ_CHECK(a.written == 0 || !memcmp(whole, pieces, a.written));
    FUZZ_CHECK(a.fault != ENCODING_FINE || a.used == size);
    struct text utf8 = text_make(whole, a.written);
    FUZZ_CHECK(fuzz_is_utf8(utf8));
    for (size_t i = 0; i < utf8.len; i++)
        FUZZ_CHECK(!encoding_is_control((unsigned char)utf8.ptr[i]));
    FUZZ_CHECK(encoding_source_length(encoding, utf8) == a.used);
    FUZZ_CHECK(encoding_from_name(text_of(encoding_name(encoding)), &named) && named == encoding);
    free(whole);
    free(pieces);
}

static void try_looks(const unsigned char *in, size_t size)
{
    size_t run = encoding_ascii_run(in, size), at = encoding_find_mojibake(in, size), mark;
    bool cut;
    FUZZ_CHECK(run <= size && at <= size);
    for (size_t i = 0; i < run; i++)
        FUZZ_CHECK(in[i] < 0x80 && !encoding_is_control(in[i]));
    if (run < size) FUZZ_CHECK(in[run] >= 0x80 || encoding_is_control(in[run]));
    size_t length = encoding_utf8_length(in, size, &cut);
    FUZZ_CHECK(length <= 4 && length <= size);
    if (length) FUZZ_CHECK(fuzz_is_utf8(text_make((const char *)in, length)));
    (void)encoding_from_mark(in, size, &mark);
    FUZZ_CHECK(mark <= size && mark <= 3);
    (void)encoding_looks_utf16le(in, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text input = text_make((const char *)data, size);
    size_t piece = 1 + fuzz_choice(&input, 9);
    char *bytes = fuzz_copy(input);
    const unsigned char *in = (const unsigned char *)bytes;
    try_encoding(ENCODING_UTF8, in, input.len, piece);
    try_encoding(ENCODING_UTF16LE, in, input.len, piece);
    try_encoding(ENCODING_WINDOWS1252, in, input.len, piece);
    try_looks(in, input.len);
    free(bytes);
    return 0;
}
