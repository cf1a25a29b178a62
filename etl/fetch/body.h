/* The receiver of a body, bytes by bytes as they arrive: takes gzip layers off, enforces limits while streaming, computes
 * the SHA-256 of the plain bytes, keeps their beginning for a look, and says what is to be stored.  No I/O of its own. */
#ifndef STADSLAGER_BODY_H
#define STADSLAGER_BODY_H

#include <stdbool.h>
#include <stdint.h>

#include "etl/base/error.h"
#include "etl/base/hash.h"
#include "etl/base/text.h"

#define BODY_HEAD_SIZE 2048 /* plain bytes kept: enough to see an HTML page and its title */

struct body_rules {           /* 0 = no limit */
    int64_t max_bytes;        /* as received */
    int64_t max_plain_bytes;  /* of any layer */
    int64_t max_ratio;        /* decompressed : received, from LIMIT_RATIO_FROM decompressed bytes on */
    unsigned declared_layers; /* gzip layers a header promised: fewer are refused */
};

/* What is to be stored: the received bytes themselves when they are gzip (IS_GZIP), else the plain bytes, which the
 * callee compresses.  0, or -1 with ERR. */
struct body_store {
    int (*store)(void *context, bool is_gzip, const void *data, size_t size, struct error *err);
    void *context;
};

struct body_summary {
    char sha256[HASH_SIZE]; /* of the plain bytes */
    uint64_t received, plain;
    unsigned layers; /* of gzip that were taken off */
};

struct body;

int body_create(const struct body_rules *limits, const struct body_store *store, struct body **ret_body,
                struct error *err) CHECK_RESULT;
/* Consumes all of DATA.  -1 with EXIT_REFUSED for a limit or damaged gzip (or the class STORE gave). */
int body_append(struct body *body, const void *data, size_t size, struct error *err) CHECK_RESULT;
/* No more comes.  -1 with EXIT_REFUSED when it is empty, cut, or has fewer gzip layers than declared. */
int body_finish(struct body *body, struct body_summary *ret_summary, struct error *err) CHECK_RESULT;
void body_free(struct body *body);

/* The beginning of the plain bytes so far, at most BODY_HEAD_SIZE; lives as long as BODY. */
struct text body_head(const struct body *body);
unsigned body_layers(const struct body *body); /* gzip layers met so far */

#endif
