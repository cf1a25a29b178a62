/* The warehouse's canonical rows against the derived ones.  Where the fingerprints of a table are equal its rows are; else both
 * sides are sorted and read side by side, neither held in memory, which shows what differs. */
#ifndef STADSLAGER_AUDIT_COMPARE_H
#define STADSLAGER_AUDIT_COMPARE_H

#include "etl/audit/derived_digest.h"
#include "etl/audit/warehouse_rows.h"

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

struct comparison { /* a zeroed one is valid and empty */
    struct digests warehouse, derived;
    uint64_t missing, extra, different;
};

struct audit_warehouse {
    struct database *db; /* whose reading has ended */
    unsigned char key[FINGERPRINT_KEY];
    struct fingerprint tables[FACT_TABLE_COUNT];
};

/* COMPARISON has the derived digests, DERIVED_TABLES are the derived fingerprints (derived_digest); fills in the rest.  SHOW is
 * called for each difference, in the order of tables and keys. */
int audit_compare(const struct audit_warehouse *warehouse, const struct derived *derived,
                  const struct fingerprint *derived_tables,
                  void (*show)(void *context, const struct difference *difference), void *context,
                  struct comparison *comparison, struct error *err) CHECK_RESULT;
void comparison_free(struct comparison *comparison);

#endif
