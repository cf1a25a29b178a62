/* The dimensions of a warehouse without the warehouse: the same rows, kept in memory, for an audit that replays the ledger.
 * Answers the named dimension queries of sql/queries/ as the database would, in the shape of a PGresult, so that
 * dimensions.c and dimensions_sync.c need not know which of the two they talk to. */
#ifndef STADSLAGER_DIMENSION_MEMORY_H
#define STADSLAGER_DIMENSION_MEMORY_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#include "etl/base/arena.h"
#include "etl/base/error.h"

enum memory_table_id {
    MEMORY_STADSDEL,
    MEMORY_ENHET,
    MEMORY_INDIKATOR,
    MEMORY_PERIOD,
    MEMORY_MAL,
    MEMORY_AKTIVITET,
    MEMORY_CELL,
    MEMORY_TABLE_COUNT
};

struct memory_table {
    const char **cells; /* rows one after the other; NULL = SQL NULL; a row's id is its place, from 1 */
    size_t count, size; /* rows; rows there is room for */
};

struct dimension_memory {
    struct arena arena; /* texts of the cells */
    struct memory_table tables[MEMORY_TABLE_COUNT];
};

/* What database_query does for the named QUERY of the dimensions; aliases, successions, definitions and the goals that indicators stand
 * under, which no fact refers to, are not kept.  EXIT_INTERNAL for a query it does not know.  RET may be NULL; else it must be PQcleared. */
int dimension_memory_query(struct dimension_memory *memory, const char *query, int count, const char *const *params,
                           PGresult **ret, struct error *err) CHECK_RESULT;
/* A cell of row ID by the column's name in the database ("namn", "nyckel", …); "" for SQL NULL, NULL where there is no such
 * row. */
const char *dimension_memory_get(const struct dimension_memory *memory, enum memory_table_id table, int32_t id,
                                 const char *column);
/* A zeroed one is valid and empty. */
void dimension_memory_free(struct dimension_memory *memory);

#endif
