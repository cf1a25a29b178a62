/* Outcomes as files: one export_*.c per format, all with the same verbs. */
#ifndef STADSLAGER_EXPORT_H
#define STADSLAGER_EXPORT_H

#include "etl/analys/analys.h"

struct export
{
    FILE *out;
    struct arena arena; /* of the whole file, for formats that need it */
    void *state;        /* the format's own, in the arena or not; zeroed at the beginning */
};

struct export_format {
    const char *name, *what;
    int (*begin)(struct export *x, struct error *err);
    int (*row)(struct export *x, const char *const cell[static UTFALL_COLUMNS], struct error *err);
    int (*end)(struct export *x, struct error *err);
    void (*free)(struct export *x); /* NULL = the arena holds all; called after a failure, too */
};

extern const struct export_format export_csv, export_xlsx, export_sdmx_csv, export_json_stat2, export_px;
/* The format of that name; NULL = there is none. */
const struct export_format *export_find(const char *name);
/* All of them, ends with NULL. */
extern const struct export_format *const export_formats[];

/* Writes what fits FILTER to OUT, which is flushed and checked.  RET_ROWS: outcomes written; EXIT_REFUSED where
 * a period or year leaves none. */
int export_write(const struct export_format *format, struct database *db, const struct utfall_filter *filter, FILE *out,
                 unsigned long long *ret_rows, struct error *err) CHECK_RESULT;
/* The end of a file: EXIT_INTERNAL when something could not be written. */
int export_check(FILE *out, struct error *err) CHECK_RESULT;

/* ---- the table that csv and xlsx share: our own connectors read it, one value per line ---- */

enum table_kind { TABLE_TEXT, TABLE_NUMBER };
struct table_column {
    const char *header;
    int width; /* in a workbook, characters */
    enum table_kind kind;
    enum utfall_column from;
};
#define TABLE_COLUMNS 20
extern const struct table_column table_columns[TABLE_COLUMNS];
/* What stands in column C of the row: a number where there is one in a number column, else text ("..", words, empty). */
struct table_cell_out {
    const char *text;
    bool is_number;
};
struct table_cell_out table_cell_of(const char *const cell[static UTFALL_COLUMNS], size_t column);

#endif
