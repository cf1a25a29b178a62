/* The parts of layout_b.c: header, rows, the look ahead, the rest of a name.  Nothing else includes this. */
#ifndef STADSLAGER_LAYOUT_B_PARTS_H
#define STADSLAGER_LAYOUT_B_PARTS_H

#include "connectors/rapport_document.h"
#include "connectors/rapport_evidence.h"
#include "connectors/rapport_header.h"

#define ROW_LINES 80 /* lines a row may span; a name of nine lines with a cut and furniture stays below */
#define NARROW    45 /* bytes of a line in the narrow column of names; prose lines are twice as wide */

/* A row whose cells are read, while a page break may still bring the rest of its name. */
struct b_row {
    bool open;
    struct text name;
    struct reading reading;
    bool cut_phrase; /* its KF cell lacks the end */
    enum evidence evidence;
    size_t evidence_at;
    size_t first, last;
    uint32_t lines;
};

/* Lines behind a complete row that began like a row and were none: the beginning of a name that a page break cut off from its
 * cells, or text. */
struct b_begun {
    struct text raw; /* put end to end; empty = there are none */
    size_t first;
    uint32_t lines;
    bool cut; /* no analysis had begun, or a page ended: it is no analysis */
};

struct b_table {
    struct document *d;
    struct rapport_header header;
    struct b_row row;
    bool collecting; /* lines since START may be a row */
    size_t start;    /* first line with text of the row being collected */
    size_t last;     /* the latest one */
    bool stray;      /* no residue of icons stands before it */
    char *raw;       /* raw lines put end to end since START */
    size_t raw_len, raw_size;
    uint32_t raw_lines;  /* lines with text in RAW */
    struct b_row failed; /* OPEN: a doubtful reading of the lines being collected, taken when no other comes */
    struct b_begun begun;
    size_t failed_len;                     /* of RAW when it read as a row of another year; SIZE_MAX when it did not */
    size_t line_end;                       /* where the first of them ends in RAW */
    size_t breaks[ROW_LINES], break_count; /* where empty lines stood in RAW */
    bool after_header;                     /* no text since the header */
    struct text above;                     /* the analysis line before: a sentence may span two */
    bool after_analysis;                   /* an analysis came after the last complete row */
    bool furniture;                        /* a page ended and no header came since: no row can begin */
    size_t blank_run;                      /* lines of blanks only, directly before */
    struct arena scratch;                  /* of one look ahead */
    size_t no_end_before;                  /* no line before it ends a row, looking ahead from the lines behind */
    size_t next_end, next_stop; /* the first line from the latest look ahead on that may end a row, or stops one */
};

/* ---- header (layout_b_header.c) ---- */

/* The header that begins at line AT; RET_END is the line after it.  False when there is none; RET_STRANGE: there is one,
 * and it cannot be read. */
bool layout_b_parse_header(struct document *d, size_t at, struct rapport_header *ret, size_t *ret_end,
                           bool *ret_strange);
/* "Beskrivning", "Förväntat resultat" …: what ends a table. */
bool layout_b_is_section(struct text line);

/* ---- rows (layout_b_rows.c) ---- */

/* A word that a cell begins with, not a name: a value, a target, a period, the first words of a delegation. */
bool layout_b_begins_cell(struct text word);
/* `  Name`, `● Name`: the line begins a row. */
bool layout_b_is_residue(struct text line);
/* Sends the complete row, when there is one. */
int layout_b_send_row(struct b_table *t, struct error *err) CHECK_RESULT;
/* READING is uncertain; the first reason stays. */
void layout_b_doubt(struct reading *reading, const char *rule, const char *reason);
/* What was collected is no row: it was text, or a row that cannot be read, which is kept. */
int layout_b_drop(struct b_table *t, struct error *err) CHECK_RESULT;
/* A row may begin at line AT; what was collected before is dropped. */
int layout_b_begin(struct b_table *t, size_t at, struct error *err) CHECK_RESULT;
/* Adds LINE, blanks inside a row; and line AT, which has text. */
int layout_b_append_bytes(struct b_table *t, struct text line, struct error *err) CHECK_RESULT;
int layout_b_append(struct b_table *t, size_t at, struct error *err) CHECK_RESULT;
/* As cells_read, with the columns of the table and, for what was collected, its lines. */
int layout_b_split_row(struct b_table *t, struct arena *arena, struct text raw, bool allow_cut, int *ret_readings,
                       struct text *ret_name, struct reading *ret, struct error *err) CHECK_RESULT;
/* Does what was collected, up to line AT, read as a row now?  Then it is the complete one, and the one before is sent. */
int layout_b_try_row(struct b_table *t, size_t at, bool *ret, struct error *err) CHECK_RESULT;

/* ---- looking ahead (layout_b_ahead.c) ---- */

/* Would the text from AT on read as a row of its own? */
int layout_b_reads_as_row(struct b_table *t, size_t at, bool *ret, struct error *err) CHECK_RESULT;
/* Lines of blanks stand between line AT and what was collected: empty cells in the middle of a row, which goes on at AT?
 * Then they are added to it. */
int layout_b_goes_on(struct b_table *t, size_t at, bool *ret, struct error *err) CHECK_RESULT;
/* A paragraph without the residue of icons: does it read as a row all the same? */
int layout_b_is_stray_row(struct b_table *t, size_t at, bool *ret, struct error *err) CHECK_RESULT;

/* ---- the rest of a name that a page break cut off (layout_b_rest.c) ---- */

/* A line of running text: neither blank nor of a table of layout A. */
bool layout_b_is_solid(const struct document *d, size_t at);
/* Does the paragraph at AT end with what the row's delegation lacks?  Then it is the row's, whatever follows. */
bool layout_b_holds_phrase_end(struct b_table *t, size_t at);
/* Lines as wide as running text: no rest of a name, whose column is narrow. */
bool layout_b_is_wide(struct document *d, size_t at);
/* Right after a repeated header, a row complete and no analysis since: takes the text at *AT as the rest of its name. */
int layout_b_take_rest(struct b_table *t, size_t *at, struct error *err) CHECK_RESULT;

#endif
