/* Where a run is: told to the service manager and the progress bar, and measured for the metrics. */
#ifndef STADSLAGER_STAGE_H
#define STADSLAGER_STAGE_H

#include <stddef.h>
#include <stdint.h>

enum stage {
    STAGE_FETCH,  /* from the first attempt to the bytes in the archive */
    STAGE_DECODE, /* reading, interpreting, validating */
    STAGE_LOAD,   /* comparing with the warehouse and publishing */
    STAGE_COUNT
};
const char *stage_name(enum stage stage); /* "fetch", … as in the metrics */

/* DONE of COUNT sources are fetched. */
void stage_fetching(size_t done, size_t count);
/* The turn of SOURCE (borrowed), the NUMBER-th of COUNT; its export has BYTES plain bytes.  Begins STAGE_DECODE. */
void stage_source(const char *source, size_t number, size_t count, uint64_t bytes);
/* What the source's turn has come to. */
void stage_begin(enum stage stage);
/* The turn ends; adds its milliseconds to MS, by stage. */
void stage_end(int64_t ms[static STAGE_COUNT]);

#endif
