#include "etl/base/map.h"

#include <stdlib.h>

#define FIRST_CAPACITY 64

struct map_slot {
    const char *ptr; /* NULL = free; the empty key has a pointer of its own */
    size_t len;
    uint64_t hash;
    int32_t value;
};

static const char empty_key[] = "";

/* FNV-1a, then mixed, so that the low bits depend on every byte. */
static uint64_t hash_of(struct text key)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < key.len; i++)
        hash = (hash ^ (unsigned char)key.ptr[i]) * 0x100000001b3u;
    hash ^= hash >> 32;
    return hash * 0x9e3779b97f4a7c15u ^ hash >> 17;
}

/* The slot that holds KEY, or the free one where it belongs. */
static size_t find(const struct map *map, struct text key, uint64_t hash)
{
    size_t i = (size_t)hash & (map->capacity - 1);
    while (map->slots[i].ptr) {
        const struct map_slot *slot = &map->slots[i];
        if (slot->hash == hash && slot->len == key.len && memcmp(slot->ptr, key.ptr, key.len) == 0) break;
        i = (i + 1) & (map->capacity - 1);
    }
    return i;
}

static int grow(struct map *map, struct error *err)
{
    struct map wider = {NULL, map->capacity ? map->capacity * 2 : FIRST_CAPACITY, map->count};
    wider.slots = calloc(wider.capacity, sizeof *wider.slots);
    if (!wider.slots) return error_memory(err);
    for (size_t i = 0; i < map->capacity; i++) {
        const struct map_slot *slot = &map->slots[i];
        if (slot->ptr) wider.slots[find(&wider, text_make(slot->ptr, slot->len), slot->hash)] = *slot;
    }
    free(map->slots);
    *map = wider;
    return 0;
}

int map_put(struct map *map, struct text key, int32_t value, struct error *err)
{
    if (key.len == 0) key.ptr = empty_key;
    if (map->count >= map->capacity / 4 * 3 && grow(map, err)) return -1;
    uint64_t hash = hash_of(key);
    struct map_slot *slot = &map->slots[find(map, key, hash)];
    if (!slot->ptr) {
        *slot = (struct map_slot){key.ptr, key.len, hash, 0};
        map->count++;
    }
    slot->value = value;
    return 0;
}

bool map_get(const struct map *map, struct text key, int32_t *ret_value)
{
    if (key.len == 0) key.ptr = empty_key;
    if (!map->count) return false;
    const struct map_slot *slot = &map->slots[find(map, key, hash_of(key))];
    if (!slot->ptr) return false;
    *ret_value = slot->value;
    return true;
}

bool map_remove(struct map *map, struct text key)
{
    if (key.len == 0) key.ptr = empty_key;
    if (!map->count) return false;
    size_t mask = map->capacity - 1, hole = find(map, key, hash_of(key));
    if (!map->slots[hole].ptr) return false;
    /* Close the gap: whoever probed past the hole moves back into it. */
    for (size_t i = (hole + 1) & mask; map->slots[i].ptr; i = (i + 1) & mask) {
        size_t home = (size_t)map->slots[i].hash & mask;
        if (((i - home) & mask) < ((i - hole) & mask)) continue;
        map->slots[hole] = map->slots[i];
        hole = i;
    }
    map->slots[hole].ptr = NULL;
    map->count--;
    return true;
}

void map_free(struct map *map)
{
    free(map->slots);
    *map = (struct map){0};
}
