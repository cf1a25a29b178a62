/* PostgreSQL's binary COPY format, written ahead: rows wait in memory up to a limit and then in a temporary file
 * without a name, so that one connection can fill several tables after another and memory does not grow with the input.
 * Source of the format: PostgreSQL's documentation of COPY, "Binary Format". */
#ifndef STADSLAGER_COPY_H
#define STADSLAGER_COPY_H

#include "etl/base/decimal.h"
#include "etl/database.h"

struct copy {
    unsigned char *memory;
    size_t used, size;
    size_t limit;     /* bytes of memory; LIMIT_SPOOL from copy_init on */
    int fd;           /* temporary file; -1 while memory is enough */
    uint64_t spilled; /* bytes in it */
    uint64_t rows;
    int failure; /* errno of the first failure; from then on nothing is taken */
};

void copy_init(struct copy *copy);
/* Gives memory and file back; a second time is harmless. */
void copy_free(struct copy *copy);
/* Without rows and without a failure; keeps its memory. */
void copy_empty(struct copy *copy);

/* A row of COLUMNS columns begins; then one call for each column.  Failures are kept for copy_check. */
void copy_row(struct copy *copy, int columns);
void copy_null(struct copy *copy);
void copy_char(struct copy *copy, char c); /* "char"; NUL is SQL NULL */
void copy_bool(struct copy *copy, bool b);
void copy_int16(struct copy *copy, int16_t n);
void copy_int32(struct copy *copy, int32_t n);
void copy_int64(struct copy *copy, int64_t n);
void copy_date(struct copy *copy, struct text iso); /* date: a day as 2022-06-30; empty is SQL NULL */
/* text and enum labels.  What PostgreSQL would refuse (NUL, bytes that are not UTF-8) becomes U+FFFD. */
void copy_text(struct copy *copy, struct text text);
/* How: the length of the character TEXT begins with, and false when it is one of those. */
size_t copy_character(struct text text, bool *ret_good);
void copy_text_or_null(struct copy *copy, struct text text); /* empty is SQL NULL */
void copy_bytes(struct copy *copy, struct text bytes);       /* bytea */
void copy_decimal(struct copy *copy, struct decimal n);      /* numeric */

/* 0, or -1 with what went wrong so far (no memory, no room for the temporary file). */
int copy_check(const struct copy *copy, struct error *err) CHECK_RESULT;
/* The whole stream, header and trailer included, in pieces through PUT, which returns 0 or -1. */
int copy_drain(struct copy *copy, int (*put)(void *context, const void *data, size_t size, struct error *err),
               void *context, struct error *err) CHECK_RESULT;
/* Runs SQL, a COPY … FROM STDIN (FORMAT binary), with it. */
int copy_send(struct copy *copy, struct database *db, const char *sql, const char *doing,
              struct error *err) CHECK_RESULT;

#endif
