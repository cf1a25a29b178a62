/* Errors are values: a class, one message that is complete enough to be printed as it is, and optionally a
 * detail and a hint.  The leaf that fails describes; the top prints, once. */
#ifndef STADSLAGER_ERROR_H
#define STADSLAGER_ERROR_H

#include <stdio.h>

#include "etl/base/exitcode.h"

#define CHECK_RESULT           __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

struct error {
    enum exit_code class;
    char message[1024]; /* lower case, no full stop, names file, line, column, value and rule where they exist */
    char detail[1024];  /* what the layer below said; may be empty */
    char hint[512];     /* a sentence: what to do; may be empty */
};

/* Fills ERR and returns -1, so that a leaf can `return error_set(err, EXIT_FETCH, …)`.  Clears detail and hint.
 * Line breaks and control characters in the result are replaced by '?', so a message is always one line. */
int error_set(struct error *err, enum exit_code class, const char *format, ...) PRINTF_LIKE(3, 4);
/* Add to an error already set; return -1 as error_set does. */
int error_detail(struct error *err, const char *format, ...) PRINTF_LIKE(2, 3);
int error_hint(struct error *err, const char *format, ...) PRINTF_LIKE(2, 3);
/* The error of a failed allocation; returns -1. */
int error_memory(struct error *err);
/* Prints "stadslager: MESSAGE", "  detail: …", "  hint: …" on OUT. */
void error_print(const struct error *err, FILE *out);
/* From now on PRINTER prints what goes to standard error (log.c, in the form that was asked for); NULL = as above. */
void error_print_with(void (*printer)(const struct error *err));

#endif
