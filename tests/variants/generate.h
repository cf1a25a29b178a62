/* Export variants with known truth: a seeded table of facts, written as a report in layout A or B, as delimited text or as a
 * workbook.  damage.h damages it, variants.c decodes it and compares.  Everything lives in the variant's arena; memory running out ends the program. */
#ifndef STADSLAGER_TESTS_GENERATE_H
#define STADSLAGER_TESTS_GENERATE_H

#include <stdint.h>

#include "connectors/connector.h"

/* ---- chance: xorshift64*, so that a seed gives the same variants everywhere ---- */

struct chance {
    uint64_t state;
};
void chance_seed(struct chance *c, uint64_t seed);
size_t below(struct chance *c, size_t n);       /* 0 … N - 1; N must not be 0 */
bool often(struct chance *c, unsigned percent); /* true in PERCENT of 100 cases */
#define ONE_OF(c, array) ((array)[below((c), sizeof(array) / sizeof *(array))])

/* ---- the truth ---- */

#define VALUES           (COLUMN_PERIOD - COLUMN_UTFALL + 1)
#define VALUE_AT(column) ((size_t)((column)-COLUMN_UTFALL))

struct fact {
    const char *name;
    const char *enhet;         /* tables; NULL in reports, which have one unit */
    const char *value[VALUES]; /* in the order of enum column, from COLUMN_UTFALL */
    const char *goal[NIVA_COUNT];
    enum niva niva;
    bool odd;   /* breaks what is usual: one sex only, or a KF target where none is expected, or none where one is */
    bool lossy; /* a damage took something away that only the usual can replace */
    bool text;  /* a damage put words where a number belongs */
    bool misleading;        /* a damage made a look-alike that the rules read otherwise */
    size_t line, last_line; /* set by variant_print(); 1-based */
};

struct goal {
    enum niva niva;
    const char *text, *status;
    size_t line;
};

/* ---- the report ---- */

enum layout { LAYOUT_A, LAYOUT_B, LAYOUT_DELIMITED, LAYOUT_WORKBOOK };
#define LAYOUTS 4
enum role {
    ROLE_TEXT, /* prose, contents, furniture, activities */
    ROLE_BLANK,
    ROLE_HEADER,
    ROLE_ROW,           /* layout A: name and values */
    ROLE_FRAGMENT,      /* layout A: what a damage put into a row of its own */
    ROLE_ANALYSIS_HEAD, /* begins an analysis */
    ROLE_ANALYSIS,
    ROLE_GOAL,
    ROLE_STATUS,
    ROLE_RESIDUE, /* layout B: of a row's icons */
    ROLE_NAME,    /* layout B */
    ROLE_CELLS,   /* layout B: the values, and the name too where it is short */
};

#define LINE_CELLS 20
struct vline {
    enum role role;
    int table;    /* the table it belongs to; -1 = none */
    int fact;     /* the fact it shows, -1 = none */
    int goal;     /* the goal it names, -1 = none */
    bool begins;  /* the first word of the fact's name or of the goal's heading stands here */
    bool aligned; /* layout A, ROLE_ROW: value V stands in cell name_at + 1 + V */
    size_t name_at;
    size_t cells; /* layout B: 1 */
    const char *cell[LINE_CELLS];
};

/* How a table is written as a file. */
enum table_encoding { AS_UTF8, AS_UTF8_MARKED, AS_UTF16LE, AS_WINDOWS1252 };
struct table_style {
    enum table_encoding encoding;
    char separator;
    const char *line_end;
    bool sep_line;  /* `sep=;` first */
    bool quote_all; /* quotes around every cell */
    bool per_line;  /* one value per line: date; unit; measure code; measure column; value */
    bool last_end;  /* the last line has an end */
    /* workbooks */
    bool date1904, shared, merged_enhet, numbers;
    size_t split;    /* the data goes on in another sheet from this line on; 0 = it does not */
    bool merge_rows; /* a damage: the cells of this column in the rows of these facts are one */
    int merge_first, merge_last;
    size_t merge_column;
    size_t keep_percent; /* of the file's bytes; 100 = all */
};

#define FACTS_MOST 40
#define GOALS_MOST 16
#define LINES_MOST 3000
struct variant {
    struct arena arena;
    struct chance chance;
    enum layout layout;
    int year;
    const char *previous; /* label of the previous report: "VB 2021" */
    struct fact facts[FACTS_MOST];
    struct goal goals[GOALS_MOST];
    struct vline lines[LINES_MOST];
    size_t fact_count, goal_count, line_count;
    int tables;
    struct table_style style;
    enum column order[LINE_CELLS]; /* of a table's cells; COLUMN_COUNT = none of ours */
    size_t columns;
    int focus; /* the fact that was damaged first: the second damage often takes the same; -1 = none yet */
};

/* A new report from SEED. */
void generate(struct variant *v, enum layout layout, uint64_t seed);
/* The parts: facts.c, write_a.c, write_b.c. */
struct fact *fact_new(struct variant *v, enum niva niva, const char *const goal[static NIVA_COUNT]);
void write_a(struct variant *v);
void write_b(struct variant *v);
void write_export(struct variant *v); /* delimited text and workbooks */
/* The bytes of the export, and the line numbers of the truth; of a workbook a row's is SHEET_LINES * sheet + row. */
struct text print_delimited(struct variant *v);
struct text print_workbook(struct variant *v);
#define SHEET_LINES 100000
/* Writes the report as text and sets the line numbers of the truth. */
struct text variant_print(struct variant *v);
void variant_free(struct variant *v);

/* Texts both layouts use. */
const char *some_prose(struct variant *v);
const char *some_analysis(struct variant *v);
const char *some_activity(struct variant *v);
/* The goals of a report, from the top down; tables stand under some. */
struct plan {
    int goal;    /* index of the goal */
    size_t rows; /* of the table under it; 0 = none */
    bool activities;
};
#define PLAN_MOST GOALS_MOST
size_t plan_goals(struct variant *v, struct plan plan[static PLAN_MOST]);
/* The goals above and at goal index AT. */
void goals_above(const struct variant *v, int at, const char *ret_goal[static NIVA_COUNT]);

/* ---- lines ---- */

/* A new line before line AT (line_count = at the end). */
struct vline *line_insert(struct variant *v, size_t at, enum role role);
struct vline *line_add(struct variant *v, enum role role, const char *cell);
void line_remove(struct variant *v, size_t at);
void cell_insert(struct vline *line, size_t at, const char *cell);
void cell_remove(struct vline *line, size_t at);
/* printf into the variant's arena. */
const char *say(struct variant *v, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
