/* The warehouse's canonical rows against the derived ones: both sorted, both read once, neither held in memory. */
#ifndef STADSLAGER_AUDIT_COMPARE_H
#define STADSLAGER_AUDIT_COMPARE_H

#include "etl/audit/derive.h"
#include "etl/audit/digest.h"
#include "etl/database.h"

enum difference_kind {
    DIFFERENCE_MISSING, /* derived, and not in the warehouse */
    DIFFERENCE_EXTRA,   /* in the warehouse, and not derived */
    DIFFERENCE_VALUE,   /* both have the key, with other values */
};

struct side_row { /* of a side that has none: an empty line */
    struct text line;
    struct lineage lineage;
};

struct difference {
    enum difference_kind kind;
    enum fact_table table;
    struct side_row warehouse, derived;
};

struct comparison {
    struct digests warehouse, derived;
    uint64_t missing, extra, different;
};

/* SHOW is called for each difference, in the order of tables and keys. */
int audit_compare(struct database *db, const struct derived *derived,
                  void (*show)(void *context, const struct difference *difference), void *context,
                  struct comparison *ret_comparison, struct error *err) CHECK_RESULT;
/* The derived digests alone. */
int audit_digest(const struct derived *derived, struct digests *ret_digests, struct error *err) CHECK_RESULT;
void comparison_free(struct comparison *comparison);

#endif
