/* Figures that stand in two places of a report: what the column of another table says of an outcome, and what an amount of an
 * economy table is of.  Pure.  Only what surely means the same is told: a word that is not understood means no. */
#ifndef STADSLAGER_SAME_FIGURE_H
#define STADSLAGER_SAME_FIGURE_H

#include "etl/facts.h"

/* "Utfall", "Periodens utfall VB 2022", "2022", "Utfall 2022 / Kvinnor": the outcome of a period and a sex.  RET_YEAR: 0 = the
 * label names none, so that it is the report's period.  False for anything else ("Budget 2022", "Andel 2022", "Mål"). */
bool same_outcome(struct text label, enum kon *ret_kon, int *ret_year);
/* The period of such a column in a report of PERIOD_ID; 0 when it is not sure: a year in a report of a part of a year may
 * mean the part. */
int32_t same_period(int32_t report_period_id, int report_year, int year);
/* What an amount is of, folded, in ARENA: its row's label, or its table's title where the row is the table's sum.  Empty for
 * a part of another row ("varav …"), which is a part of another thing in each table; text_failed() when memory ran out. */
struct text same_amount(struct arena *arena, struct text title, struct text row_label);

#endif
