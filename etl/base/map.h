/* A hash map from text to int32: names -> dimension keys.  Open addressing, linear probing. */
#ifndef STADSLAGER_MAP_H
#define STADSLAGER_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "etl/base/error.h"
#include "etl/base/text.h"

struct map {
    struct map_slot *slots; /* malloc'ed; NULL while empty */
    size_t capacity;        /* a power of two, or 0 */
    size_t count;
};

/* Sets KEY to VALUE, replacing what it had.  KEY's bytes are borrowed for as long as it is in the map. */
int map_put(struct map *map, struct text key, int32_t value, struct error *err) CHECK_RESULT;
bool map_get(const struct map *map, struct text key, int32_t *ret_value);
/* Takes KEY out; false when it was not there. */
bool map_remove(struct map *map, struct text key);
/* Gives the slots back.  A zeroed map is a valid empty one. */
void map_free(struct map *map);

#endif
