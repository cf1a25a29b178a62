/* Resolve: names -> keys of dimensions.  An unknown name is a decision of the configuration, never a guess. */
#ifndef STADSLAGER_RESOLVE_H
#define STADSLAGER_RESOLVE_H

#include "etl/config/config.h"
#include "etl/dimensions/dimensions.h"
#include "etl/facts.h"
#include "etl/interpret.h"

/* Sets year, district, unit, indicator and period of FACT, or RET_REJECTION (U-STADSDEL, U-ENHET, U-INDIKATOR). */
int resolve_indikator(struct dimensions *dimensions, const struct config *config, const struct record *record,
                      struct period period, struct fact *fact, struct rejection *ret_rejection,
                      struct error *err) CHECK_RESULT;
/* RET_MAL_ID: the nearest goal above RECORD, an indicator whose place is in FACT already; 0 = none. */
int resolve_goal_above(struct dimensions *dimensions, const struct record *record, int year, const struct fact *fact,
                       int32_t *ret_mal_id, struct error *err) CHECK_RESULT;
/* Sets year, district, unit, goal and period of FACT; the goal and those above it become known. */
int resolve_mal(struct dimensions *dimensions, const struct config *config, const struct record *record, int year,
                struct fact *fact, struct rejection *ret_rejection, struct error *err) CHECK_RESULT;
/* Sets year, district, unit, period and, in mal_id, the nearest goal above (0 = none) of FACT. */
int resolve_aktivitet(struct dimensions *dimensions, const struct config *config, const struct record *record, int year,
                      struct fact *fact, struct rejection *ret_rejection, struct error *err) CHECK_RESULT;
/* Sets year, district, unit and period of FACT, a row of another table. */
int resolve_tabell(struct dimensions *dimensions, const struct config *config, const struct record *record, int year,
                   struct fact *fact, struct rejection *ret_rejection, struct error *err) CHECK_RESULT;

#endif
