#include "etl/json_read.h"

#include <stdlib.h>

static json_malloc_t give = malloc;
static _Thread_local struct { /* a thread reads alone */
    bool reading, failed;
} memory;

static void *watched(size_t size)
{
    void *p = memory.failed ? NULL : give(size);
    memory.failed = memory.reading && !p;
    return p;
}

void json_read_watch_memory(json_malloc_t from)
{
    give = from;
    json_set_alloc_funcs(watched, free);
}

static void begin(void)
{
    memory.reading = true;
}

/* VALUE was read since begin(). */
static json_t *whole(json_t *value, bool *ret_no_memory)
{
    *ret_no_memory = memory.failed;
    memory.reading = memory.failed = false;
    if (!*ret_no_memory) return value;
    json_decref(value);
    return NULL;
}

json_t *json_read(const char *text, size_t size, bool *ret_no_memory)
{
    begin();
    return whole(json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL), ret_no_memory);
}

json_t *json_read_file(FILE *file, json_error_t *ret_fault, bool *ret_no_memory)
{
    begin();
    return whole(json_loadf(file, JSON_REJECT_DUPLICATES, ret_fault), ret_no_memory);
}
