/* Sorting more records than memory holds: runs sorted in memory, spooled, merged.  Records are byte strings, compared as
 * memcmp does, a beginning before its continuation; those that are equal come all. */
#ifndef STADSLAGER_SORTER_H
#define STADSLAGER_SORTER_H

#include <stdbool.h>

#include "etl/audit/spool.h"

struct sorter;

/* MEMORY: bytes it may hold before it spools (LIMIT_SORT; a test takes less). */
int sorter_create(size_t memory, struct sorter **ret_sorter, struct error *err) CHECK_RESULT;
int sorter_add(struct sorter *sorter, const void *data, size_t size, struct error *err) CHECK_RESULT;
/* No more are added; reading begins, or begins anew. */
int sorter_rewind(struct sorter *sorter, struct error *err) CHECK_RESULT;
/* 1 and the next record, which lives until the next call; 0 at the end; -1. */
int sorter_next(struct sorter *sorter, const unsigned char **ret_data, size_t *ret_size,
                struct error *err) CHECK_RESULT;
/* Empty again, to be added to anew; its memory is kept. */
void sorter_clear(struct sorter *sorter);
uint64_t sorter_records(const struct sorter *sorter);
/* NULL is fine. */
void sorter_free(struct sorter *sorter);

#endif
