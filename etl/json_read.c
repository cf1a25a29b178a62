#include "etl/json_read.h"

#include <stdlib.h>

static _Thread_local unsigned long failures; /* a thread reads alone */

static void *counted(size_t size)
{
    void *p = malloc(size);
    failures += !p;
    return p;
}

void json_read_watch_memory(void)
{
    json_set_alloc_funcs(counted, free);
}

json_t *json_read(const char *text, size_t size, bool *ret_no_memory)
{
    unsigned long before = failures;
    json_t *value = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    *ret_no_memory = failures != before;
    if (!*ret_no_memory) return value;
    json_decref(value);
    return NULL;
}
