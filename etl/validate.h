/* Validate: the rules V-…: what a typed row should look like.  Pure. */
#ifndef STADSLAGER_VALIDATE_H
#define STADSLAGER_VALIDATE_H

#include "etl/interpret.h"
#include "etl/rules.h"

/* One rule a row broke. */
struct breach {
    const char *rule;
    enum column column;
    unsigned flag; /* enum fact_flag to set on the row's facts; 0 = none */
    char message[256];
};
#define VALIDATE_BREACHES 12 /* the most one row can have */

/* The breaches of ROW in the order of rules[]; severities are the caller's business.  YEAR: of the report, 0 = unknown. */
size_t validate_indikator(const struct indikator_row *row, int year,
                          struct breach ret_breaches[static VALIDATE_BREACHES]);

#endif
