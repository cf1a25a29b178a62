/* Outcomes as a cube of four dimensions, for the formats that hold one: json-stat2 and px. */
#ifndef STADSLAGER_EXPORT_CUBE_H
#define STADSLAGER_EXPORT_CUBE_H

#include "etl/analys/export.h"
#include "etl/base/map.h"

enum cube_dimension { CUBE_OMRADE, CUBE_INDIKATOR, CUBE_KON, CUBE_TID, CUBE_DIMENSIONS };

struct cube_category {
    const char *code, *label; /* labels are unique within a dimension */
    const char *key;          /* what the categories are sorted by */
    const char *unit;         /* of an indicator: of all its values */
    size_t seen;              /* in this order */
    bool has_value;           /* of an indicator */
};
struct cube_cell {
    uint64_t place;    /* in row-major order of the dimensions as the enum has them */
    const char *value; /* exact decimal, or empty */
    const char *status, *obs, *conf;
    uint32_t category[CUBE_DIMENSIONS];
};
struct cube {
    struct arena arena;
    struct cube_category *categories[CUBE_DIMENSIONS];
    size_t counts[CUBE_DIMENSIONS], capacity[CUBE_DIMENSIONS];
    struct map known[CUBE_DIMENSIONS]; /* code -> number in the order seen */
    struct cube_cell *cells;           /* malloc'ed; after cube_finish in the order of their places, each place once */
    size_t cell_count, cell_capacity;
    const char *updated; /* the newest publication, as U_PUBLICERAD; "" */
    int decimals;        /* the most that a value has */
};

int cube_add(struct cube *cube, const char *const cell[static UTFALL_COLUMNS], struct error *err) CHECK_RESULT;
/* Sorts categories and cells. */
int cube_finish(struct cube *cube, struct error *err) CHECK_RESULT;
/* Places of the whole cube; the categories of an empty one count as 0. */
uint64_t cube_size(const struct cube *cube);
void cube_free(struct cube *cube);

/* The verbs that both formats share; the state is the cube. */
int cube_begin(struct export *x, struct error *err) CHECK_RESULT;
int cube_row(struct export *x, const char *const cell[static UTFALL_COLUMNS], struct error *err) CHECK_RESULT;
void cube_end(struct export *x);

#endif
