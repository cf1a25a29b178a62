/* An arena: allocations that are freed together.  One per lifetime: run, source, batch. */
#ifndef STADSLAGER_ARENA_H
#define STADSLAGER_ARENA_H

#include <stddef.h>

struct arena {
    struct arena_block *first; /* newest block; NULL while empty */
    size_t used;               /* bytes handed out since the last reset */
    size_t limit;              /* the most bytes it may hold; 0 = no limit */
};

/* SIZE bytes, zeroed, aligned for any type; NULL when memory ran out or the limit would be passed. */
void *arena_alloc(struct arena *arena, size_t size);
/* Allocations of all arenas that failed so far.  Whoever turns bytes into facts compares it before and after, so that a
 * failure which somebody took for an empty text cannot become a value. */
unsigned long arena_failures(void);
/* COUNT * SIZE bytes; NULL on overflow too. */
void *arena_array(struct arena *arena, size_t count, size_t size);
char *arena_strdup(struct arena *arena, const char *s);
/* Forget everything, keep one block for reuse. */
void arena_reset(struct arena *arena);
/* Give everything back.  A zeroed arena is a valid empty one. */
void arena_free(struct arena *arena);

#endif
