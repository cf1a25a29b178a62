/* The names that analysts see are no part of a canonical row, their keys are: here each name is held to its key, and what a
 * registry describes to the registry of the last run. */
#ifndef STADSLAGER_AUDIT_NAMES_H
#define STADSLAGER_AUDIT_NAMES_H

#include <stdio.h>

#include "etl/audit/derive.h"
#include "etl/database.h"

/* Prints at most LIMIT rows of dimensions that do not hold on OUT; RET_COUNT is all of them. */
int audit_names(struct database *db, const struct derived *derived, FILE *out, uint64_t limit, uint64_t *ret_count,
                struct error *err) CHECK_RESULT;

#endif
