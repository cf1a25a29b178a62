/* A fingerprint of many rows that does not depend on their order: it tells whether two sides hold the same rows, each as often,
 * without sorting either.  Each row's SHA-256, behind a key that is drawn anew for each audit, counts as four numbers; their
 * sums modulo 2^64 are the fingerprint.  Different rows have the same one with a probability of 2^-256, and nobody who writes
 * rows can aim at it, since the key is not known before; so no result depends on the key. */
#ifndef STADSLAGER_FINGERPRINT_H
#define STADSLAGER_FINGERPRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "etl/base/error.h"

#define FINGERPRINT_KEY 32 /* bytes: as many as the hash has */

struct fingerprint { /* a zeroed one is that of no rows */
    uint64_t rows, sums[4];
};

struct fingerprinter { /* one per thread */
    void *context, *method;
    unsigned char key[FINGERPRINT_KEY];
};

int fingerprint_key(unsigned char ret_key[static FINGERPRINT_KEY], struct error *err) CHECK_RESULT;
int fingerprinter_open(struct fingerprinter *ret_fingerprinter, const unsigned char key[static FINGERPRINT_KEY],
                       struct error *err) CHECK_RESULT;
/* A zeroed one is fine. */
void fingerprinter_close(struct fingerprinter *fingerprinter);
int fingerprint_add(struct fingerprinter *with, struct fingerprint *fingerprint, const void *row, size_t size,
                    struct error *err) CHECK_RESULT;
bool fingerprint_equal(const struct fingerprint *a, const struct fingerprint *b);

#endif
