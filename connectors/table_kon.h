/* Exports with a row for each sex: the column `Kön` says whose value stands in the one outcome column. */
#ifndef STADSLAGER_TABLE_KON_H
#define STADSLAGER_TABLE_KON_H

#include "connectors/table_rows.h"

enum kon_word { KON_WORD_NONE, KON_WORD_TOTAL, KON_WORD_MEN, KON_WORD_WOMEN };

/* What WORD says: `Totalt`, `Män`, `Flickor`, … ; NONE when it is no such word.  ARENA is for its key.  -1 only when memory ran
 * out. */
int kon_word_read(struct arena *arena, struct text word, enum kon_word *ret_word, struct error *err) CHECK_RESULT;

/* Puts the outcome of TABLE's record, read from ROW under a header with a column `Kön`, where its sex belongs; it is in doubt when
 * that cannot be told.  What else a row of one sex has (its targets, its previous value) is no column of ours and is left out.
 * -1 only when memory ran out. */
int table_place_kon(struct table *table, const struct table_row *row, const struct measure *measure,
                    struct error *err) CHECK_RESULT;
/* Undoes it for the next row. */
void table_unplace_kon(struct table *table);

#endif
