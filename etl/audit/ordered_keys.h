/* The canonical keys of one dimension's members, each made once, and their order: so rows can be sorted by numbers in place of
 * texts, and put together from parts. */
#ifndef STADSLAGER_ORDERED_KEYS_H
#define STADSLAGER_ORDERED_KEYS_H

#include "etl/audit/canonical.h"

struct ordered_key {
    struct text text; /* with the TAB that ends it in a row, which takes part in the order */
    size_t at;        /* in BYTES */
    int32_t id;
};

struct ordered_keys { /* a zeroed one is valid and empty */
    struct ordered_key *by_rank;
    uint32_t *ranks; /* of the member with id - 1; members of one text share a rank */
    size_t count;
    struct line bytes;
};

int ordered_keys_make(struct ordered_keys *ret_keys, const struct dimension_memory *memory,
                      enum memory_table_id dimension, struct error *err) CHECK_RESULT;
/* EXIT_INTERNAL when there is no member ID. */
int ordered_keys_rank(const struct ordered_keys *keys, int32_t id, uint32_t *ret_rank, struct error *err) CHECK_RESULT;
void ordered_keys_free(struct ordered_keys *keys);

#endif
