/* Layout A's other tables: economy, statistics, balance sheets.  Any run of TAB-separated lines that is neither an
 * indicator table nor an activity table, nor contents, nor prose, becomes one RECORD_TABELL per row. */
#ifndef STADSLAGER_LAYOUT_A_TABLES_H
#define STADSLAGER_LAYOUT_A_TABLES_H

#include "connectors/rapport_document.h"

/* Decodes the run that begins at *AT (a line with a TAB that is no header of an indicator or activity table), with what
 * continues it behind page breaks; moves *AT behind it.  Every line is in a record or counted as ignored. */
int layout_a_other_table(struct document *d, size_t *at, struct error *err) CHECK_RESULT;
/* The heading above line index AT: the nearest line that is neither blank, furniture nor a table's, when it looks like a
 * heading (short, no sentence, no goal, no status), else empty.  PAST_PROSE: the nearest heading, over sentences too, but not
 * over a goal's.  text_failed() when memory ran out. */
struct text other_title(struct document *d, size_t at, bool past_prose);

#endif
