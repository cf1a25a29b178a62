/* Text on its way into another language: every name in a page or a file came from an export and may hold anything. */
#ifndef STADSLAGER_ESCAPE_H
#define STADSLAGER_ESCAPE_H

#include <stdbool.h>
#include <stdio.h>

/* HTML: text and quoted attribute values alike. */
void escape_html(FILE *out, const char *text);
/* A JSON string with its quotes, that may also stand in a .js file or a script element: < > & and U+2028/9 as \u…. */
void escape_json(FILE *out, const char *text);
/* True when a spreadsheet could take TEXT for a formula: it begins with = + - @ TAB CR or LF, or with blanks and one of
 * these. */
bool escape_is_formula(const char *text);
/* A cell of separated text, quoted where it must be (RFC 4180).  What could be taken for a formula gets an apostrophe in
 * front, inside the quotes, which spreadsheets do not show; numbers are not written by this. */
void escape_cell(FILE *out, const char *text, char separator);
/* VALUE ("-1234.50") with the decimal comma, for files: "-1234,50". */
void escape_comma(FILE *out, const char *value);
/* VALUE as Swedish print has it: U+2212 for minus, U+00A0 between thousands, decimal comma. */
#define ESCAPE_SWEDISH_SIZE 80
char *escape_swedish(const char *value, char buffer[static ESCAPE_SWEDISH_SIZE]);

#endif
