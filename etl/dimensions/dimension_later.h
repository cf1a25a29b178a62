/* New units and indicators of a load whose connection is busy with COPY: they get their ids at once, many at a time from the
 * sequences, and are written together at the end of the load, in its transaction.  Ids that were taken and not needed are
 * gaps. */
#ifndef STADSLAGER_DIMENSION_LATER_H
#define STADSLAGER_DIMENSION_LATER_H

#include "etl/copy.h"

#define LATER_IDS_MOST 1024 /* ids taken at once */

struct later_ids {
    int32_t ids[LATER_IDS_MOST];
    int next, count; /* those in hand */
    int wanted;      /* how many the next question asks for; grows with the need */
};

struct dimension_later {
    struct database *db; /* borrowed */
    struct copy enheter, indikatorer;
    struct later_ids enhet_ids, indikator_ids;
};

void dimension_later_init(struct dimension_later *later, struct database *db);
/* A second time is harmless. */
void dimension_later_free(struct dimension_later *later);
/* NAME as printed, KEY folded; as dim_enhet_add and dim_indikator_new. */
int dimension_later_enhet(struct dimension_later *later, int32_t stadsdel_id, const char *name, const char *key,
                          int32_t *ret_id, struct error *err) CHECK_RESULT;
int dimension_later_indikator(struct dimension_later *later, const char *name, const char *key, int32_t *ret_id,
                              struct error *err) CHECK_RESULT;
/* Writes all of them. */
int dimension_later_write(struct dimension_later *later, struct error *err) CHECK_RESULT;

#endif
