/* Canonical rows made of facts as the warehouse stores them, with ids, and of the natural keys that those stand for: the same
 * bytes as drift.canonical_… gives (tests/integration/test_made_rows.c), for half of what they cost the server, which else
 * joins three dimensions to each of millions of facts.  For the tables that hold those millions; the others are read as the
 * functions give them. */
#ifndef STADSLAGER_MADE_ROWS_H
#define STADSLAGER_MADE_ROWS_H

#include "etl/audit/version.h"
#include "etl/base/arena.h"
#include "etl/base/text.h"

enum made_dimension { MADE_STADSDEL, MADE_ENHET, MADE_INDIKATOR, MADE_DIMENSION_COUNT };

struct made_key {
    int64_t id, stadsdel_id; /* the district it belongs to; 0 = none */
    struct text text;        /* as COPY writes it */
};

struct made_keys { /* of one dimension, by id */
    struct made_key *keys;
    size_t count, room;
};

struct made_rows { /* a zeroed one is valid and has no keys */
    struct made_keys dimensions[MADE_DIMENSION_COUNT];
    struct arena texts;
    struct line ids;   /* district, period and unit of the last fact, as they came */
    struct line place; /* and what a row has in their place */
    struct line row;
};

/* "queries/audit_utfall", …: what made_rows_make is given; NULL for a table whose rows are not made here. */
const char *made_rows_query(enum fact_table table);
/* The next key: COPIED, a line of queries/audit_keys, SIZE bytes without the line feed. */
int made_rows_key(struct made_rows *rows, const char *copied, size_t size, struct error *err) CHECK_RESULT;
/* COPIED, a line of made_rows_query: RET_ROW is the canonical row, which lives until the next call. */
int made_rows_make(struct made_rows *rows, const char *copied, size_t size, struct text *ret_row,
                   struct error *err) CHECK_RESULT;
void made_rows_free(struct made_rows *rows);

#endif
