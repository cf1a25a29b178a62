/* Writes JSON whole or not at all: json_dumps of the library (jansson 2.14) leaves out the name of a member, and goes on, where its
 * buffer lacks memory just then. */
#ifndef STADSLAGER_JSON_WRITE_H
#define STADSLAGER_JSON_WRITE_H

#include <jansson.h>
#include <stddef.h>

/* VALUE as text, in the form FLAGS (JSON_COMPACT, …), for the caller to free; NULL: no memory. */
char *json_write(const json_t *value, size_t flags);

#endif
