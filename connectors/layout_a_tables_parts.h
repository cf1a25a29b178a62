/* The parts of layout_a_tables.c: rows, header, sums.  Nothing else includes this. */
#ifndef STADSLAGER_LAYOUT_A_TABLES_PARTS_H
#define STADSLAGER_LAYOUT_A_TABLES_PARTS_H

#include "connectors/rapport_document.h"

#define OTHER_LEVELS 3     /* header rows above each other; the real ones have two */
#define OTHER_TITLES 2     /* rows above the header that hold a title only */
#define OTHER_ROWS   5000u /* of one table, a run without a blank line; the largest seen has 20 */

enum row_kind {
    ROW_EMPTY,
    ROW_LABEL,   /* a label and nothing else */
    ROW_UNIT,    /* a label that is a unit ("Mnkr") and nothing else */
    ROW_PERIODS, /* all cells are periods: years above columns, mostly */
    ROW_TEXT,    /* cells, none of them a value */
    ROW_DATA,    /* at least one value */
};

struct other_row {
    size_t line; /* index */
    enum row_kind kind;
    struct text label;
    struct text *cells; /* after the label, white space folded, markup gone */
    const char **from;  /* where each begins in the document */
    size_t count;       /* cells, empty ones at the end included */
    size_t filled;      /* cells up to the last that is not empty */
};

/* ---- rows (layout_a_tables_rows.c) ---- */

/* The line index behind the run of TAB-separated lines at FIRST; headers of indicators and activities end it. */
size_t other_run_end(struct document *d, size_t first);
/* Reads the lines FIRST to END.  *LEAD: the index of the cell that holds the label, SIZE_MAX to find it out. */
int other_read_rows(struct document *d, struct arena *arena, size_t first, size_t end, size_t *lead,
                    struct other_row **ret_rows, struct error *err) CHECK_RESULT;
/* True when lines FIRST to END are a table of contents; SURE: only when goals or leaders of dots say so, because a table
 * of two columns is going on. */
bool other_run_is_contents(const struct document *d, size_t first, size_t end, bool sure);
/* True when ROWS are an address block. */
bool other_rows_are_contact(const struct other_row *rows, size_t count);
/* … or sentences that happen to hold TABs, or a lone row without a value. */
bool other_rows_are_prose(const struct other_row *rows, size_t count);
/* Not empty, and a number with or without unit, or a token such as "..". */
bool other_is_value(struct text cell);
bool other_is_period(struct text cell);
bool other_begins_lower(struct text a);
/* The unit A is or ends with ("Mnkr", "Tillgångar (mnkr)", "Avvikelse i %") and what stands before it. */
bool other_unit(struct text a, struct text *ret_unit, struct text *ret_rest);
bool other_unit_is_money(struct text unit);

/* ---- header (layout_a_tables_head.c) ---- */

struct other_head {
    struct other_row title[OTHER_TITLES];
    size_t titles;
    struct other_row level[OTHER_LEVELS];
    size_t levels;
    struct text corner; /* the label of the label column, without the unit */
    struct text matt;   /* unit of the whole table; may be empty */
};

struct other_columns {
    struct text *label; /* levels joined by " / "; empty where the header says nothing */
    struct text *unit;  /* that a column says of itself; mostly empty */
    size_t count;
    bool periods;      /* all labels are periods */
    const char *doubt; /* NULL, or why the labels are not sure */
};

/* Finds the header in ROWS; RET_BODY: index of the first row below it. */
void other_head_find(struct arena *arena, const struct other_row *rows, size_t count, struct other_head *ret_head,
                     size_t *ret_body);
/* True when ROW could be the first row of a header. */
bool other_is_head_row(const struct other_row *rows, size_t count, size_t at);
/* The labels of the columns; BODY (COUNT rows) tells how wide the table is. */
int other_columns_of(struct arena *arena, const struct other_head *head, const struct other_row *body, size_t count,
                     struct other_columns **ret_columns, struct error *err) CHECK_RESULT;
/* The same words in the same columns. */
bool other_same_row(struct arena *arena, const struct other_row *a, const struct other_row *b);
bool other_same_words(struct arena *arena, struct text a, struct text b);
/* The rows of HEAD at ROWS again (the first level alone is enough, unit rows may stand between): how many rows; 0 when
 * they are not. */
size_t other_head_again(struct arena *arena, const struct other_head *head, const struct other_row *rows, size_t count);
/* True for the words that head a column of labels and say nothing of the table: "Verksamhet", "Enhetens namn". */
bool other_is_general(struct arena *arena, struct text corner);

/* Amounts of a budget: COLUMNS say so, and a unit of money in the table or its TITLE says what they are counted in. */
bool other_is_ekonomi(const struct other_columns *columns, struct text title, struct text matt);

/* ---- sums (layout_a_tables_sums.c) ---- */

#define SUMS_ROWS                                                                                                      \
    400 /* of a table that is looked at: the work grows with its rows and the third power of its columns */
#define SUMS_COLUMNS 12

/* Sets RET_MOVED[i] for each of ROWS (COUNT of them, WIDTH cells each) whose numbers break a sum that the others keep
 * (netto = kostnader + intäkter), and keep it when moved by one column: it lost a cell. */
int other_find_moved(struct arena *arena, const struct other_row *const *rows, size_t count, size_t width,
                     bool *ret_moved, struct error *err) CHECK_RESULT;

#endif
