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
    int compared;                         /* its row of `reported`; -1 = a unit's, or nothing of both sexes together */
};
/* Columns of queries/site_jamforelse. */
enum site_jamforelse {
    J_INDIKATOR_KOD,
    J_PERIOD_ID,
    J_STADSDEL_KOD,
    J_STADSDEL,
    J_PERIOD,
    J_VARDE,
    J_STATUS,
    J_TRYCKT,
    J_KOMBINATION,
    J_SERIE_BRUTEN,
    J_RANG,
    J_MEDIAN,
    J_LAGST,
    J_HOGST,
    J_SPRIDNING,
    J_ANTAL_VARDEN,
    J_ANTAL_UNDERTRYCKTA,
    J_STADENS_VARDE,
    J_SKILLNAD_STADEN,
    J_ETT_AR_FORE,
    J_FORANDRING,
    J_TREND,
    J_MATT,
    J_ANNAN_ENHET,
};
/* Columns of queries/site_mal and queries/site_ekonomi; the first six are the same. */
enum site_mal {
    M_STADSDEL_KOD,
    M_STADSDEL,
    M_ENHET_KOD,
    M_ENHET,
    M_PERIOD_ID,
    M_PERIOD,
    M_NIVA,
    M_NUMMER,
    M_MAL,
    M_UPPFYLLELSE,
    M_BEDOMDA, /* indicators under it whose target is judged; empty = none */
    M_UPPFYLLDA,
    M_SKILJER, /* those that say otherwise than the report */
};
enum site_ekonomi {
    E_TITEL = M_PERIOD + 1,
    E_TABELL_NR,
    E_RAD,
    E_VERKSAMHET,
    E_RADSLAG,
    E_KOLUMN,
    E_KOLUMNETIKETT,
    E_BELOPP,
    E_MATT
};

/* A board or unit that has a page, and what goes onto it: ranges of by_place, of goals and of amounts. */
struct site_place {
    const char *stadsdel_kod, *stadsdel, *enhet_kod, *enhet; /* enhet_kod "" = the whole board */
    size_t line, line_count;
    int mal, mal_count, belopp, belopp_count;
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
        *by_place;              /* malloc'ed; by district, unit (the board first), newest period, indicator's name */
    PGresult *reported, *today; /* queries/site_jamforelse on both bases */
    PGresult *mal, *ekonomi;    /* queries/site_mal, queries/site_ekonomi */
    struct site_place *places;  /* malloc'ed; by district, the board first */
    size_t place_count;
    struct site_indikator *indikatorer; /* in the order of their codes */
    size_t indikator_count;
};

int site_data_read(struct database *db, struct site_data *ret_data, struct error *err) CHECK_RESULT;
void site_data_free(struct site_data *data);
/* Reads goals and amounts, and makes the places; for site_data_read. */
int site_places_read(struct database *db, struct site_data *data, struct error *err) CHECK_RESULT;
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
/* A cell of the comparison of LINE with the other districts; "" when there is none. */
static inline const char *site_compared(const struct site_data *data, const struct site_line *line,
                                        enum site_jamforelse column)
{
    return line->compared < 0 ? "" : PQgetvalue(data->reported, line->compared, (int)column);
}
/* The value of KON; false when there is none. */
bool site_value(const struct site_line *line, enum site_kon kon, struct decimal *ret_value);

#endif
