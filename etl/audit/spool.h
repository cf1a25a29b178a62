/* Records on their way through a temporary file: written one after the other, read in that order, as often as wanted.  Memory
 * does not depend on how many there are; the file has no name and is gone with the process. */
#ifndef STADSLAGER_SPOOL_H
#define STADSLAGER_SPOOL_H

#include <stddef.h>
#include <stdint.h>

#include "etl/base/error.h"

struct spool { /* a zeroed one is valid and empty */
    unsigned char *buffer;
    size_t used;      /* of the buffer */
    int file;         /* descriptor + 1; 0 = none yet */
    uint64_t flushed; /* bytes in the file */
    uint64_t records;
};

int spool_add(struct spool *spool, const void *data, size_t size, struct error *err) CHECK_RESULT;
/* Bytes so far: where the next record begins. */
uint64_t spool_size(const struct spool *spool);
/* Empty again. */
void spool_free(struct spool *spool);

struct spool_reader { /* a zeroed one is closed */
    const struct spool *spool;
    uint64_t at, end; /* in the spool: of the next byte that the window does not have; of the last one */
    unsigned char *window;
    size_t begin, have, size;
};

/* The records from BEGIN to END, both as spool_size gave them.  Nothing may be added to the part that is read. */
int spool_open(const struct spool *spool, uint64_t begin, uint64_t end, struct spool_reader *ret_reader,
               struct error *err) CHECK_RESULT;
/* 1 and the next record, which lives until the next call; 0 at the end; -1. */
int spool_next(struct spool_reader *reader, const unsigned char **ret_data, size_t *ret_size,
               struct error *err) CHECK_RESULT;
void spool_close(struct spool_reader *reader);

#endif
