#include "etl/base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The builds for tests/faults set it to 1: each allocation is the system's then, and can be made to fail. */
#ifndef ARENA_BLOCK_SIZE
#define ARENA_BLOCK_SIZE (64u * 1024)
#endif

struct arena_block {
    struct arena_block *next; /* older */
    size_t size, used;
    alignas(max_align_t) unsigned char bytes[];
};

static struct arena_block *block_new(size_t size)
{
    struct arena_block *block = malloc(sizeof *block + size);
    if (block) {
        block->next = NULL;
        block->size = size;
        block->used = 0;
    }
    return block;
}

static unsigned long failures;

unsigned long arena_failures(void)
{
    return failures;
}

static void *failed(void)
{
    failures++;
    return NULL;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    const size_t align = alignof(max_align_t);
    if (size > SIZE_MAX / 2) return failed();
    size = (size + align - 1) / align * align;
    if (size == 0) size = align;
    if (arena->limit && size > arena->limit - arena->used) return failed();
    struct arena_block *block = arena->first;
    if (!block || block->size - block->used < size) {
        struct arena_block *fresh = block_new(size > ARENA_BLOCK_SIZE ? size : ARENA_BLOCK_SIZE);
        if (!fresh) return failed();
        fresh->next = block;
        arena->first = block = fresh;
    }
    void *p = block->bytes + block->used;
    block->used += size;
    arena->used += size;
    memset(p, 0, size);
    return p;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / 2 / size) return failed();
    return arena_alloc(arena, count * size);
}

char *arena_strdup(struct arena *arena, const char *s)
{
    size_t size = strlen(s) + 1;
    char *copy = arena_alloc(arena, size);
    return copy ? memcpy(copy, s, size) : NULL;
}

void arena_reset(struct arena *arena)
{
    struct arena_block *keep = arena->first;
    if (!keep) return;
    for (struct arena_block *b = keep->next; b;) {
        struct arena_block *next = b->next;
        free(b);
        b = next;
    }
    if (keep->size > ARENA_BLOCK_SIZE) {
        free(keep);
        keep = NULL;
    } else {
        keep->next = NULL;
        keep->used = 0;
    }
    arena->first = keep;
    arena->used = 0;
}

void arena_free(struct arena *arena)
{
    for (struct arena_block *b = arena->first; b;) {
        struct arena_block *next = b->next;
        free(b);
        b = next;
    }
    arena->first = NULL;
    arena->used = 0;
}
