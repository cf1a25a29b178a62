/* Which rows of an export that is built aside share a key with another row: found without the server, by sorting the keys of
 * all rows in bounded memory.  Rows share a key when both say something of the same part of it (total, men, …), so an export
 * with one value per line has none. */
#ifndef STADSLAGER_ASIDE_REPEATS_H
#define STADSLAGER_ASIDE_REPEATS_H

#include "etl/audit/sorter.h"
#include "etl/copy.h"
#include "etl/facts.h"

struct aside_repeats {
    struct sorter *sorter;
    struct place place; /* of the row that facts come of */
    uint32_t lines;
    unsigned char key[16]; /* that they are about; a row has one, seldom more */
    unsigned char parts;   /* a bit for each part of it that was said; 0 = none yet */
};

int aside_repeats_begin(struct aside_repeats *repeats, struct error *err) CHECK_RESULT;
/* A row begins; its place is behind that of the row before. */
int aside_repeats_row(struct aside_repeats *repeats, struct place place, uint32_t lines,
                      struct error *err) CHECK_RESULT;
/* Of the row that began last. */
int aside_repeats_fact(struct aside_repeats *repeats, const struct fact *fact, struct error *err) CHECK_RESULT;
/* Each row that shares a key, once, in the order of the export, into ROWS (queries/copy_row; a row's number is its offset).
 * RET_MANY: there are more than LIMIT_ASIDE_REPEATS, and ROWS has none. */
int aside_repeats_find(struct aside_repeats *repeats, struct copy *rows, uint64_t *ret_lines, bool *ret_many,
                       struct error *err) CHECK_RESULT;
void aside_repeats_free(struct aside_repeats *repeats);

#endif
