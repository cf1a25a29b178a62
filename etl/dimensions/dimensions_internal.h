/* Between dimensions.c and dimensions_sync.c. */
#ifndef STADSLAGER_DIMENSIONS_INTERNAL_H
#define STADSLAGER_DIMENSIONS_INTERNAL_H

#include "etl/base/hash.h"
#include "etl/dimensions/dimensions.h"

#define WHOLE_BOARD "Hela nämnden"
#define ID_SIZE     12 /* an int32 in text */

/* The folded NAME in ARENA; -1 when memory ran out or it is not UTF-8. */
int dimensions_fold(struct arena *arena, struct text name, struct text *ret_key, struct error *err) CHECK_RESULT;
/* The key of a name within a district: "17|foldedname". */
int dimensions_fold_in(struct arena *arena, int32_t district, struct text name, struct text *ret_key,
                       struct error *err) CHECK_RESULT;
/* The hash of CELL's labels, folded, and numbers.  RET_COLUMN_NR: 0 when the column's label says which it is. */
int dimensions_cell_key(struct arena *arena, const struct tabellcell *cell, int32_t *ret_column_nr,
                        char ret_key[static HASH_SIZE], struct error *err) CHECK_RESULT;
/* A named statement, asked of the database or of the memory that stands in for it.  RET (may be NULL) must be PQcleared. */
int dimensions_ask(struct dimensions *d, const char *name, int count, const char *const *params, const char *doing,
                   PGresult **ret, struct error *err) CHECK_RESULT;
/* A statement that returns one id. */
int dimensions_query_id(struct dimensions *d, const char *name, int count, const char *const *params, const char *doing,
                        int32_t *ret_id, struct error *err) CHECK_RESULT;
/* Forgets the names as printed: what they stand for may have changed. */
void dimensions_forget(struct dimensions *d);
/* MAP[KEY] = ID; the key is copied. */
int dimensions_put(struct dimensions *d, struct map *map, struct text key, int32_t id, struct error *err) CHECK_RESULT;

#endif
