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

/* VALUE was read since there were BEFORE failures. */
static json_t *whole(json_t *value, unsigned long before, bool *ret_no_memory)
{
    *ret_no_memory = failures != before;
    if (!*ret_no_memory) return value;
    json_decref(value);
    return NULL;
}

json_t *json_read(const char *text, size_t size, bool *ret_no_memory)
{
    unsigned long before = failures;
    return whole(json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL), before, ret_no_memory);
}

json_t *json_read_file(FILE *file, json_error_t *ret_fault, bool *ret_no_memory)
{
    unsigned long before = failures;
    return whole(json_loadf(file, JSON_REJECT_DUPLICATES, ret_fault), before, ret_no_memory);
}
