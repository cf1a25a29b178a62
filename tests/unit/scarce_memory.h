/* Memory for a library that lets its allocator be chosen: one request, counted from 1, is refused. */
#ifndef STADSLAGER_SCARCE_MEMORY_H
#define STADSLAGER_SCARCE_MEMORY_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static long requests, refused_at;

static inline bool is_refused(void)
{
    return ++requests == refused_at;
}

static inline void *give(size_t size)
{
    return is_refused() ? NULL : malloc(size);
}

static inline void *give_again(void *p, size_t size)
{
    return is_refused() ? NULL : realloc(p, size);
}

static inline void *give_array(size_t n, size_t size)
{
    return is_refused() ? NULL : calloc(n, size);
}

static inline char *give_copy(const char *text)
{
    return is_refused() ? NULL : strdup(text);
}

#endif
