/* What the pages are made of: all outcomes that analysts may see, read once. */
#ifndef STADSLAGER_SITE_DATA_H
#define STADSLAGER_SITE_DATA_H

#include "etl/analys/analys.h"
#include "etl/base/decimal.h"
#include "etl/base/map.h"

enum site_kon { SITE_T, SITE_K, SITE_M, SITE_O, SITE_KON };

struct site_fact {
    const char *cell[UTFALL_COLUMNS]; /* interned */
};
/* One row of a page: an indicator of a board or unit in a period, with both sexes. */
struct site_line {
    const struct site_fact *first;        /* for what its facts share */
    const struct site_fact *of[SITE_KON]; /* NULL = not reported */
};
struct site_indikator {
    const char *code, *name, *unit, *kind, *polarity, *owner, *definitions;
};
struct site_data {
    struct arena arena;
    struct map known; /* text -> its place in texts */
    const char **texts;
    size_t text_count, text_capacity;
    struct site_fact *facts; /* malloc'ed; in the order of indicator, period, district, unit, sex */
    size_t fact_count, fact_capacity;
    struct site_line *lines; /* malloc'ed; in the same order */
    size_t line_count;
    const struct site_line *
        *by_place; /* malloc'ed; by district, unit (the board first), newest period, indicator's name */
    struct site_indikator *indikatorer; /* in the order of their codes */
    size_t indikator_count;
};

int site_data_read(struct database *db, struct site_data *ret_data, struct error *err) CHECK_RESULT;
void site_data_free(struct site_data *data);
/* The indicator's entry by its code; never NULL for a code of the facts. */
const struct site_indikator *site_data_indikator(const struct site_data *data, const char *code);

static inline const char *site_cell(const struct site_line *line, enum utfall_column column)
{
    return line->first->cell[column];
}
static inline bool site_is_board(const struct site_line *line)
{
    return !*site_cell(line, U_ENHET_KOD);
}
static inline bool site_same(const struct site_line *a, const struct site_line *b, enum utfall_column column)
{
    return site_cell(a, column) == site_cell(b, column); /* interned */
}
/* The value of KON; false when there is none. */
bool site_value(const struct site_line *line, enum site_kon kon, struct decimal *ret_value);

#endif
