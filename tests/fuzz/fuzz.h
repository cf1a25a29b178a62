/* What the fuzz targets share.  A target is one function, so that libFuzzer can drive it (`make fuzz`) and replay.c can
 * run its corpus through it without clang (`make check`).  A broken promise aborts, as a crash does. */
#ifndef STADSLAGER_TESTS_FUZZ_H
#define STADSLAGER_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "connectors/connector.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* PROMISE must hold for every input. */
#define FUZZ_CHECK(promise)                                                                                            \
    do {                                                                                                               \
        if (!(promise)) {                                                                                              \
            fprintf(stderr, "%s:%d: broken promise: %s\n", __FILE__, __LINE__, #promise);                              \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

/* Takes the first byte off INPUT as a choice among COUNT; the characters 0, 1, 2 … are the choices 0, 1, 2 …, so that
 * corpus files can be read and written by hand.  0 when INPUT is empty. */
unsigned fuzz_choice(struct text *input, unsigned count);
/* Takes the segment before the next byte 0x1E (no text of ours holds one) off INPUT. */
struct text fuzz_segment(struct text *input);
/* A copy in memory of its own, so that reading one byte too many is seen; the caller frees it. */
char *fuzz_copy(struct text input);
bool fuzz_is_utf8(struct text text);

/* What a connector's records say of their place. */
enum fuzz_places {
    FUZZ_PLACES_LINES, /* bytes of the input, from the beginning of a line */
    FUZZ_PLACES_BYTES, /* bytes of the input */
    FUZZ_PLACES_SHEET, /* rows of sheets */
};
/* Decodes INPUT twice, in one read and byte by byte, and holds both to what connector.h promises: the accounting, the
 * places, the cells, a rule and a reason for what is uncertain, the same result both times. */
void fuzz_decode(const struct connector *connector, struct text input, const struct decode_options *options,
                 enum fuzz_places places);

#endif
