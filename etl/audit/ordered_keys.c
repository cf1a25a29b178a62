#include "etl/audit/ordered_keys.h"

#include <stdlib.h>

static int by_text(const void *a, const void *b)
{
    const struct ordered_key *x = a, *y = b;
    return text_compare(x->text, y->text);
}

static int make_texts(struct ordered_keys *keys, const struct dimension_memory *memory, enum memory_table_id dimension,
                      struct error *err)
{
    for (size_t i = 0; i < keys->count; i++) {
        struct ordered_key *key = &keys->by_rank[i];
        *key = (struct ordered_key){.at = keys->bytes.len, .id = (int32_t)i + 1};
        if (canonical_member(&keys->bytes, memory, dimension, key->id, err)) return -1;
        line_add(&keys->bytes, "\t", 1);
        key->text.len = keys->bytes.len - key->at;
    }
    if (line_check(&keys->bytes, err)) return -1;
    for (size_t i = 0; i < keys->count; i++) /* they stay where they are now */
        keys->by_rank[i].text.ptr = keys->bytes.bytes + keys->by_rank[i].at;
    return 0;
}

int ordered_keys_make(struct ordered_keys *ret_keys, const struct dimension_memory *memory,
                      enum memory_table_id dimension, struct error *err)
{
    struct ordered_keys keys = {.count = memory->tables[dimension].count};
    int rc = -1;
    keys.by_rank = calloc(keys.count + 1, sizeof *keys.by_rank);
    keys.ranks = calloc(keys.count + 1, sizeof *keys.ranks);
    if (!keys.by_rank || !keys.ranks)
        (void)error_memory(err);
    else
        rc = make_texts(&keys, memory, dimension, err);
    if (rc) {
        ordered_keys_free(&keys);
        return -1;
    }
    qsort(keys.by_rank, keys.count, sizeof *keys.by_rank, by_text);
    for (size_t i = 0, rank = 0; i < keys.count; i++) {
        if (!text_equal(keys.by_rank[i].text, keys.by_rank[rank].text)) rank = i;
        keys.ranks[keys.by_rank[i].id - 1] = (uint32_t)rank;
    }
    *ret_keys = keys;
    return 0;
}

int ordered_keys_rank(const struct ordered_keys *keys, int32_t id, uint32_t *ret_rank, struct error *err)
{
    if (id < 1 || (size_t)id > keys->count)
        return error_set(err, EXIT_INTERNAL, "no row %d for a canonical key", (int)id);
    *ret_rank = keys->ranks[id - 1];
    return 0;
}

void ordered_keys_free(struct ordered_keys *keys)
{
    free(keys->by_rank);
    free(keys->ranks);
    line_free(&keys->bytes);
    *keys = (struct ordered_keys){0};
}
