/* The warehouse's canonical rows: read one table at a time, or of all tables beside the derivation, by a thread of their own
 * that computes their fingerprints (of server, thread and derivation none waits for the others).  That thread makes the rows
 * of the large tables itself (made_rows.h). */
#ifndef STADSLAGER_WAREHOUSE_ROWS_H
#define STADSLAGER_WAREHOUSE_ROWS_H

#include "etl/audit/fingerprint.h"
#include "etl/audit/replay.h"
#include "etl/database.h"
#include "etl/facts.h"

/* COPIED: a line as COPY sends it, SIZE bytes without the line feed. */
typedef int warehouse_take(void *context, const char *copied, size_t size, struct error *err);
/* Gives TAKE what the named QUERY, a COPY … TO STDOUT, sends.  After a failure the connection is of no more use. */
int warehouse_copy(struct database *db, const char *query, warehouse_take *take, void *context,
                   struct error *err) CHECK_RESULT;
/* All canonical rows of TABLE: "load TAB line TAB offset TAB canonical row"; warehouse_reading_begin has chosen the year. */
int warehouse_rows(struct database *db, enum fact_table table, warehouse_take *take, void *context,
                   struct error *err) CHECK_RESULT;
/* Splits what TAKE is given: RET_NUMBERS load, line and offset; RET_ROW the canonical row. */
int warehouse_split(const char *copied, size_t size, int64_t ret_numbers[static 3], struct text *ret_row,
                    struct error *err) CHECK_RESULT;

struct warehouse_reading;

/* The thread has DB for itself until warehouse_reading_end. */
int warehouse_reading_begin(struct database *db, const struct replay *replay,
                            const unsigned char key[static FINGERPRINT_KEY], struct warehouse_reading **ret_reading,
                            struct error *err) CHECK_RESULT;
/* Waits for it: RET_TABLES[table].  READING is given back and nulled. */
int warehouse_reading_end(struct warehouse_reading **reading, struct fingerprint ret_tables[static FACT_TABLE_COUNT],
                          struct error *err) CHECK_RESULT;
/* Where nobody wants to know any more: ends it, and the connection with it.  NULL is fine. */
void warehouse_reading_abandon(struct warehouse_reading **reading);

#endif
