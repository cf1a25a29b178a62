/* Resolve: names -> dimension keys.  The dimensions are read once per run, brought up to the registries, and then looked up
 * in memory; what exports bring that is new is added in the transaction of the load that brings it. */
#ifndef STADSLAGER_DIMENSIONS_H
#define STADSLAGER_DIMENSIONS_H

#include "connectors/connector.h"
#include "etl/base/map.h"
#include "etl/base/memo.h"
#include "etl/base/period.h"
#include "etl/config/registry.h"
#include "etl/database.h"
#include "etl/dimensions/dimension_later.h"
#include "etl/dimensions/dimension_memory.h"

struct dimension_added { /* an entry that goes when the transaction is rolled back */
    struct map *map;
    struct text key;
};

struct dimensions {
    struct database *db;             /* borrowed; NULL where MEMORY stands in for it */
    struct dimension_memory *memory; /* borrowed; NULL: the warehouse's */
    struct dimension_later *later;   /* borrowed; NULL: new units and indicators are written at once */
    const struct registry *registry; /* borrowed */
    struct arena arena;              /* keys of the maps */
    struct arena scratch;            /* one lookup */
    struct map stadsdelar;           /* code -> id */
    struct map enheter;              /* stadsdel_id | folded name -> id */
    struct map indikatorer;          /* folded name -> id */
    struct map perioder, mal, aktiviteter, celler;
    struct memo printed;                 /* names as printed -> ids: what the maps above would say */
    int32_t last_period, last_period_id; /* period_id of the period asked for last, and its id; 0 = none */
    struct dimension_added *added;
    size_t added_count, added_size;
};

/* Reads the dimensions and brings them up to the registries: adds what is missing, changes what differs, and writes nothing
 * when nothing differs.  In a transaction of its own, or as part of an open one.  EXIT_CONFIG when two entries of the
 * registries share a name.  Not to be moved afterwards; give it back with dimensions_free. */
int dimensions_sync(struct database *db, const struct registry *registry, struct dimensions *dimensions,
                    struct error *err) CHECK_RESULT;
/* As dimensions_sync, of dimensions that only live in MEMORY (an audit's).  DIMENSIONS is zeroed the first time and what an
 * earlier sync left afterwards: goals, activities and cells stay known.  On failure only dimensions_free is left. */
int dimensions_sync_memory(struct dimension_memory *memory, const struct registry *registry,
                           struct dimensions *dimensions, struct error *err) CHECK_RESULT;
void dimensions_free(struct dimensions *dimensions);

/* These return 1 when NAME is known, 0 when it is not, -1 with ERR. */
int dimensions_stadsdel(struct dimensions *dimensions, struct text name, int32_t *ret_id,
                        struct error *err) CHECK_RESULT;
/* An empty NAME, or "Hela nämnden", is the whole board. */
int dimensions_enhet(struct dimensions *dimensions, int32_t stadsdel_id, struct text name, int32_t *ret_id,
                     struct error *err) CHECK_RESULT;
int dimensions_indikator(struct dimensions *dimensions, struct text name, int32_t *ret_id,
                         struct error *err) CHECK_RESULT;

/* Add what is unknown, in the transaction that is open. */
int dimensions_add_enhet(struct dimensions *dimensions, int32_t stadsdel_id, struct text name, int32_t *ret_id,
                         struct error *err) CHECK_RESULT;
int dimensions_add_indikator(struct dimensions *dimensions, struct text name, int32_t *ret_id,
                             struct error *err) CHECK_RESULT;

/* These add what is missing by themselves. */
int dimensions_period(struct dimensions *dimensions, struct period period, int32_t *ret_id,
                      struct error *err) CHECK_RESULT;
/* A goal of a year.  STADSDEL_ID, ENHET_ID, PARENT_ID: 0 = none (the city's goal; the board's goal; no goal above).
 * TEXT begins with the goal's number where it has one, as RECORD_MAL's does. */
int dimensions_mal(struct dimensions *dimensions, int ar, enum niva niva, int32_t stadsdel_id, int32_t enhet_id,
                   struct text text, int32_t parent_id, int32_t *ret_id, struct error *err) CHECK_RESULT;

/* An activity of a year.  MAL_ID: 0 = below no goal.  NR: 1, or 2 … for further activities of the same name there. */
int dimensions_aktivitet(struct dimensions *dimensions, int ar, int32_t stadsdel_id, int32_t enhet_id, int32_t mal_id,
                         struct text name, int32_t nr, int32_t *ret_id, struct error *err) CHECK_RESULT;

/* The indicator stands under goal MAL_ID in the report of this board or unit; replaces what was known of it. */
int dimensions_indikator_mal(struct dimensions *dimensions, int32_t stadsdel_id, int32_t enhet_id, int32_t period_id,
                             int32_t indikator_id, int32_t mal_id, struct error *err) CHECK_RESULT;

struct tabellcell {                 /* a place in a table, whoever fills it */
    struct text title, row, column; /* labels as printed; may be empty */
    int32_t table_nr, row_nr;       /* 1, or 2 … for further tables of the title and rows of the label */
    int32_t column_nr;              /* place of the column, from 1: its name where the label has no letter or digit */
};
int dimensions_tabellcell(struct dimensions *dimensions, const struct tabellcell *cell, int32_t *ret_id,
                          struct error *err) CHECK_RESULT;

/* The transaction was committed: what was added stays.  It was rolled back: what was added since the last commit is unknown
 * again.  Call one of them after every load_publish and load_abort. */
void dimensions_commit(struct dimensions *dimensions);
void dimensions_rollback(struct dimensions *dimensions);

#endif
