/* Differences in words: which fact, what the two sides say, and where each has it from. */
#ifndef STADSLAGER_AUDIT_SHOW_H
#define STADSLAGER_AUDIT_SHOW_H

#include <stdio.h>

#include "etl/audit/audit_compare.h"

struct audit_show {
    FILE *out;
    const struct derived *derived; /* names for the keys, lineage for the loads */
    uint64_t limit, shown;
};

/* For audit_compare; CONTEXT is a struct audit_show.  Silent beyond the limit. */
void audit_show(void *context, const struct difference *difference);

#endif
