/* Reads JSON whole or not at all.  The library (jansson 2.14) goes on when its parser lacks memory: it takes a sound text for an
 * invalid one, or leaves out characters of a string or of a number and says nothing; and where a string's closing quote is left
 * out, it copies what lies behind the text until there is one.  So what failed once fails until the reading ends: it gets
 * no room to copy to. */
#ifndef STADSLAGER_JSON_READ_H
#define STADSLAGER_JSON_READ_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* From now on the library has its memory from FROM (malloc), watched: main() calls it before any JSON. */
void json_read_watch_memory(json_malloc_t from);
/* The caller gives the value back.  NULL with RET_NO_MEMORY where memory ran out (as far as it is watched), NULL without where the
 * SIZE bytes at TEXT are not JSON or hold a name twice in an object. */
json_t *json_read(const char *text, size_t size, bool *ret_no_memory);
/* The same of a file; RET_FAULT says where it is not JSON. */
json_t *json_read_file(FILE *file, json_error_t *ret_fault, bool *ret_no_memory);

#endif
