/* Fetches the exports of a replay again, into a folder of its own, to see whether the publisher has changed them since. */
#ifndef STADSLAGER_REFETCH_H
#define STADSLAGER_REFETCH_H

#include <stdio.h>

#include "etl/archive/archive.h"
#include "etl/audit/replay.h"
#include "etl/config/config.h"

/* The URL of each source's last load, unconditionally; a line for each on OUT.  ARCHIVE, only read, says when the bytes came
 * that were loaded.  RET_CHANGED and RET_FAILED count the sources; failures are printed on standard error. */
int refetch(const struct replay *replay, const struct config *config, const struct archive *archive, FILE *out,
            size_t *ret_changed, size_t *ret_failed, struct error *err) CHECK_RESULT;

#endif
