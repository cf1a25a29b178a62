/* A file that appears whole or not at all: written beside its place and renamed. */
#ifndef STADSLAGER_OUTFILE_H
#define STADSLAGER_OUTFILE_H

#include <stdio.h>

#include "etl/base/error.h"
#include "etl/beside.h"

struct outfile {
    FILE *out;
    const char *path; /* borrowed; NULL = standard output */
    char temporary[BESIDE_SIZE];
};

/* PATH NULL: standard output.  A link at PATH is replaced, not followed; a device or a pipe is written to. */
int outfile_open(const char *path, struct outfile *ret_file, struct error *err) CHECK_RESULT;
/* Makes it last and gives it its name. */
int outfile_commit(struct outfile *file, struct error *err) CHECK_RESULT;
/* Removes what was not committed; harmless on a zeroed or committed one. */
void outfile_discard(struct outfile *file);

#endif
