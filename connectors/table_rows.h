/* From rows of cells under a header to records: what is a record, what is ignored and why, which rows are in doubt.
 * The same for delimited text and for the sheets of a workbook. */
#ifndef STADSLAGER_TABLE_ROWS_H
#define STADSLAGER_TABLE_ROWS_H

#include "connectors/table_header.h"
#include "etl/base/limits.h"

#define TABLE_TOTAL_KEYS    3   /* two built-in labels and the configured one */
#define TABLE_TOTAL_COLUMNS 3   /* stadsdel, enhet, indikator */
#define TABLE_MEMO_SIZE     128 /* bytes of a name whose verdict is remembered */
#define TABLE_MEASURES      16  /* words of the measure column that are remembered; exports have below ten */

/* The verdict on the last name seen in a column: names repeat from row to row, and folding is dear. */
struct table_memo {
    char name[TABLE_MEMO_SIZE];
    size_t len;
    bool is_total;
};

struct table_measure {
    char name[TABLE_MEMO_SIZE];
    size_t len;
    struct measure measure; /* its report points into NAME */
};

/* The last name printed in a column whose merged cells go on for the rows below. */
struct table_above {
    char name[LIMIT_NAME];
    size_t len;
    uint64_t row; /* 0 = none */
};

struct table {
    const struct decode_options *options;
    const char *name; /* of the export */
    const struct sink *sink;
    struct decode_counts *counts;
    struct arena arena;        /* of the whole decoding */
    struct arena header_arena; /* of the header in use */
    struct arena scratch;      /* of one row */
    struct header_names names, measure_names;
    struct table_header header; /* in use */
    struct text sheet;          /* empty: the export is no workbook */
    size_t width;               /* of the rows in cells, as the first one says, empty ones included; 0 = none yet */
    char separator;             /* of delimited text: what a cell of prose would not hold; 0 = none */
    bool dated;                 /* some column's name holds the year of the rows */
    bool units;                 /* the header, its words or a column may say what values are counted in */
    struct text total_keys[TABLE_TOTAL_KEYS];
    size_t total_count;
    struct table_memo memos[TABLE_TOTAL_COLUMNS];
    struct table_measure measures[TABLE_MEASURES];
    size_t measure_count, measure_next;
    struct table_above above[COLUMN_ENHET + 1]; /* stadsdel, enhet */
    struct record record;                       /* used for every row */
};

/* NAME: of the export, for messages; it and the others must live as long as the table, which must be given back with
 * table_free, also after a failure. */
int table_begin(struct table *table, const char *name, const struct decode_options *options, const struct sink *sink,
                struct decode_counts *counts, struct error *err) CHECK_RESULT;
void table_free(struct table *table);

/* Rows from now on stand under HEADER, whose texts are copied (of SHEET; empty for delimited text).  EXIT_REFUSED when it cannot be used. */
int table_use(struct table *table, const struct table_header *header, struct text sheet,
              struct error *err) CHECK_RESULT;
/* Counts LINES lines as ignored; rows that could have held data are counted as such. */
void table_ignore(struct table *table, uint32_t lines, enum ignored why);
/* One row below the header: to the sink, or ignored and counted. */
int table_take(struct table *table, const struct table_row *row, struct error *err) CHECK_RESULT;

/* Marks the record; the later of two reasons counts.  COLUMN (or COLUMN_COUNT) is where it stands, for workbooks. */
void table_doubt(struct table *table, unsigned notes, const char *rule, enum column column, const char *format, ...)
    PRINTF_LIKE(5, 6);

/* `export.csv:4`, or `export.xlsx: sheet "Data", row 4`: how messages begin.  Returns BUFFER. */
#define TABLE_WHERE_SIZE 400
char *table_where(const char *name, struct text sheet, uint64_t line, char buffer[static TABLE_WHERE_SIZE]);

#endif
