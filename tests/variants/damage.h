/* Damages of reports: what page breaks, converters and editors do to them.  Each takes a place of the report by chance. */
#ifndef STADSLAGER_TESTS_DAMAGE_H
#define STADSLAGER_TESTS_DAMAGE_H

#include "tests/variants/generate.h"

struct damage {
    const char *name;
    /* False when the report has no place for it; then nothing was changed. */
    bool (*apply)(struct variant *v);
    bool alone; /* not with another: the two may take what tells a row from text, and then it is counted as text */
};
extern const struct damage damages_a[], damages_b[], damages_delimited[],
    damages_workbook[]; /* end with a NULL name; the first is none */

/* One of the lines that FITS, by chance. */
typedef bool line_test(const struct variant *v, size_t at);
bool pick_line(struct variant *v, line_test *fits, size_t *ret_at);
/* A blank inside TEXT, by chance, both halves not empty; 0 when there is none. */
size_t pick_blank(struct variant *v, const char *text);
/* The header of the table that line AT belongs to; above AT. */
size_t header_above(const struct variant *v, size_t at);

#endif
