/* Validate: the rules V-…: what a typed row should look like.  Pure. */
#ifndef STADSLAGER_VALIDATE_H
#define STADSLAGER_VALIDATE_H

#include "etl/config/registry.h"
#include "etl/config/rules.h"
#include "etl/interpret.h"

#define BREACH_VALUE_SIZE 128 /* bytes of a value in a breach: two numbers with units, words cut */

/* One rule a row broke. */
struct breach {
    const char *rule;
    enum severity severity; /* unless another one was chosen for the rule */
    enum column column;
    unsigned flag; /* enum fact_flag to set on the row's facts; 0 = none */
    char message[256];
    /* Of a rule that compares two values; "" and 0 elsewhere. */
    char value[BREACH_VALUE_SIZE];       /* the one in COLUMN … */
    char other_value[BREACH_VALUE_SIZE]; /* … and the one it disagrees with, … */
    const char *other_column;            /* … which stands here */
    bool other_here;                     /* in the same row */
    uint64_t other_line;                 /* of the evidence, elsewhere in the export; 0 = none */
};
#define VALIDATE_BREACHES 16 /* the most one row can have */

/* The breaches of ROW in the order of rules[].  YEAR: of the report, 0 = unknown.  ENTRY: what the registry knows of the
 * indicator, NULL = nothing. */
size_t validate_indikator(const struct indikator_row *row, int year, const struct indikator_entry *entry,
                          struct breach ret_breaches[static VALIDATE_BREACHES]);

#endif
