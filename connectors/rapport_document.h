/* A report text in memory: its lines, where the walk stands, and the accounting that no line escapes. */
#ifndef STADSLAGER_RAPPORT_DOCUMENT_H
#define STADSLAGER_RAPPORT_DOCUMENT_H

#include "connectors/connector.h"
#include "connectors/rapport_align.h"
#include "etl/base/encoding.h"

struct line {
    struct text text; /* without the line's end; letters composed: å is one, however the export writes it */
    size_t offset;    /* of its first byte in the plain bytes */
    size_t end;       /* offset just past its line end */
};

struct document {
    const struct decode_options *options;
    const struct sink *sink;
    struct decode_counts *counts;
    struct arena *arena; /* the document's; freed at the end */
    const struct line *lines;
    size_t line_count;
    struct text all;        /* the text that lines point into, but for those whose letters had to be composed */
    enum encoding encoding; /* of the export */
    size_t first_offset;    /* behind its byte order mark */
    /* where the walk stands */
    struct text enhet;            /* the unit reported on; empty = the board */
    size_t reports;               /* reports begun so far */
    bool titled;                  /* title lines name the units */
    int year;                     /* of the report; 0 = unknown */
    struct text report;           /* "VB 2024" from the title; empty = no title */
    struct text goal[NIVA_COUNT]; /* the goals above, by level */
    enum niva niva;               /* of the nearest one */
    size_t goals, tables;         /* met so far: a text with neither is no report */
};

/* Reads the whole export, as UTF-8, and splits it into lines.  EXIT_REFUSED when it is empty, no text, encoded twice, an HTML
 * page or over a limit. */
int document_read(struct document *d, const struct reader *reader, struct error *err) CHECK_RESULT;
/* Offset in the export's bytes of AT, which points into the text of line index LINE; of the line's first byte where its
 * letters had to be composed. */
size_t document_offset(const struct document *d, size_t line, const char *at);

/* Counts a line that is in no record. */
static inline void document_ignore(struct document *d, enum ignored why)
{
    d->counts->lines_ignored[why]++;
}

/* Sends RECORD to the sink with the document's context (unit, goals) and the place from line index FIRST to LAST; LINES of
 * them belong to the record. */
int document_send(struct document *d, struct record *record, size_t first, size_t last, uint32_t lines,
                  struct error *err) CHECK_RESULT;
/* The cells of a reading, its notes, rule and reason. */
void document_put_reading(struct record *record, const struct reading *reading);
/* RECORD is uncertain; the first reason stays. */
void document_doubt(struct record *record, const char *rule, const char *reason);
/* R-NAMN where the record's name is none, is too long, or does not end. */
void document_judge_name(struct record *record);
/* A new report begins: goals forgotten, unit set. */
void document_begin_report(struct document *d, struct text enhet);
/* A goal heading: remembered, those below it forgotten, and sent.  FIRST to LAST hold heading (and status); LINES of them
 * are the record's. */
int document_goal(struct document *d, enum niva niva, struct text text, struct text status, size_t first, size_t last,
                  uint32_t lines, struct error *err) CHECK_RESULT;
/* Names an error's place: "NAME:LINE: …". */
int document_refuse(const struct document *d, size_t line, struct error *err, const char *what);

/* Layout A (cells separated by TAB).  True when line index AT is the header of an indicator table. */
bool layout_a_is_header(struct document *d, size_t at);
/* Decodes the indicator table that begins at *AT, moves *AT behind it. */
int layout_a_table(struct document *d, size_t *at, struct error *err) CHECK_RESULT;

/* Layout B (text in reading order).  The same for its tables; a header spans several lines. */
bool layout_b_is_header(struct document *d, size_t at);
int layout_b_table(struct document *d, size_t *at, struct error *err) CHECK_RESULT;
/* Page furniture: "Tjänsteutlåtande", "Sid 6 (25)", "start.stockholm". */
bool layout_b_is_furniture(struct text line);
/* The line after the goal heading that begins at AT and may wrap; RET_STATUS is the line of its status, SIZE_MAX when it has
 * none. */
size_t layout_b_heading_end(struct document *d, size_t at, size_t *ret_status);

#endif
