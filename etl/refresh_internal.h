/* Between refresh.c, which takes the records of an export, and refresh_tabell.c, which makes facts of other tables. */
#ifndef STADSLAGER_REFRESH_INTERNAL_H
#define STADSLAGER_REFRESH_INTERNAL_H

#include "etl/archive/raw_cursor.h"
#include "etl/base/limits.h"
#include "etl/base/memo.h"
#include "etl/ekonomi.h"
#include "etl/numbering.h"
#include "etl/refresh.h"

/* The amounts of the economy table that is going on: its signs are judged when all are known. */
struct pending_ekonomi {
    struct arena arena; /* this table's; the rest of the struct points into it */
    struct ekonomi_amount *amounts;
    struct fact *facts; /* of amounts[i] */
    size_t count, capacity;
    bool noted[LIMIT_COLUMNS + 1]; /* columns that are said not to be understood */
};

struct batch { /* one source on its way */
    const struct refresh_input *input;
    const struct fact_sink *sink;
    struct raw_cursor raw;
    struct arena arena; /* one record's */
    uint64_t row;
    const struct record *record;
    struct memo indikatorer; /* names as printed -> places in the registry */
    struct numbering numbering;
    struct pending_ekonomi pending;
};

/* The record goes to quarantine.  COLUMN: "" for the whole row. */
int refresh_quarantine(struct batch *b, const char *rule, const char *column, const char *reason, struct text value,
                       struct error *err) CHECK_RESULT;
/* Number, unit, status and flags of VALUE.  PRINTED stays the caller's. */
void refresh_put_value(struct fact *fact, const struct value *value, unsigned flags);
/* A RECORD_TABELL. */
int refresh_tabell(struct batch *b, struct error *err) CHECK_RESULT;
/* No more rows of the table that was going on; harmless when there is none. */
int refresh_tabell_end(struct batch *b, struct error *err) CHECK_RESULT;

#endif
