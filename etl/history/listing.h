/* Rows of a query for people and programs: text with TABs, CSV, or JSON, given as they come.  A column whose name ends in
 * "flaggor" holds the bits of a fact's flags and is shown as words; bytes (bytea) are shown as text, escaped. */
#ifndef STADSLAGER_LISTING_H
#define STADSLAGER_LISTING_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "etl/base/error.h"
#include "etl/base/text.h"
#include "etl/database.h"

enum listing_format { LISTING_TEXT, LISTING_CSV, LISTING_JSON };

struct listing {
    FILE *out;
    enum listing_format format;
    const char *before;       /* JSON: members in front of "rows", with a comma behind each; NULL = none */
    bool begun, lacks_memory; /* for a cell, which is shown empty: no answer to end well with */
    uint64_t rows;
    struct arena arena; /* one cell */
};

/* "text", "csv", "json"; -1 for any other word (no error text). */
int listing_format_parse(const char *word, enum listing_format *ret_format) CHECK_RESULT;
/* The rows of RESULT; the header is written before the first ones, also when there is none. */
int listing_rows(struct listing *listing, const PGresult *result, struct error *err) CHECK_RESULT;
/* Runs the query and writes its rows as they come, however many they are. */
int listing_query(struct listing *listing, struct database *db, const char *sql, int count, const char *const *params,
                  const char *doing, struct error *err) CHECK_RESULT;
/* Nothing more comes; give LISTING's memory back.  -1 when something could not be written. */
int listing_end(struct listing *listing, struct error *err) CHECK_RESULT;

/* One cell of CSV (RFC 4180), quoted where it must be.  One that a spreadsheet would take for a formula (=, +, -, @, TAB or CR
 * in front, and not a number) gets an apostrophe in front. */
void listing_csv_cell(FILE *out, struct text cell);
/* CELL on one line: control characters and what is not UTF-8 as \n, \t, \x1b …. */
void listing_escape(FILE *out, struct text cell);
/* As listing_escape, in ARENA; NULL when memory ran out. */
char *listing_escaped(struct arena *arena, struct text cell);

#endif
