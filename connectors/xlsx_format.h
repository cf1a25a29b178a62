/* Number formats of a workbook: how a cell's number is shown.  Source: ECMA-376 part 1, 18.8.30 (numFmts) and 18.8.31. */
#ifndef STADSLAGER_XLSX_FORMAT_H
#define STADSLAGER_XLSX_FORMAT_H

#include <stdint.h>

#include "etl/base/text.h"

#define FORMAT_LITERAL 64 /* bytes of the words before or after a number, with NUL */

enum format_kind {
    FORMAT_GENERAL, /* the number itself; also text formats */
    FORMAT_NUMBER,
    FORMAT_DAY, /* a date; by what it shows of it */
    FORMAT_MONTH,
    FORMAT_YEAR,
    FORMAT_OTHER, /* times, fractions, exponents, conditions, and whatever else is not understood */
};

/* One of the sections for positive numbers, negative ones and zero. */
struct format_section {
    bool digits;      /* it shows the number at all */
    bool general;     /* … as FORMAT_GENERAL does */
    bool grouped;     /* thousands apart */
    uint8_t int_min;  /* digits before the decimal sign, at least */
    uint8_t dec_min;  /* after it, at least … */
    uint8_t dec_max;  /* … and at most */
    uint8_t percents; /* signs of percent: each multiplies by 100 */
    uint8_t scale;    /* commas at the end: each divides by 1000 */
    char before[FORMAT_LITERAL],
        after[FORMAT_LITERAL]; /* words around it, trimmed; the signs of percent are in AFTER */
};

struct number_format {
    enum format_kind kind;
    unsigned sections; /* 1 to 3 */
    struct format_section section[3];
};

/* Reads a format code as it stands in a workbook. */
void number_format_parse(struct text code, struct number_format *ret_format);
/* The code of a built-in format, NULL when ID has none.  Currency signs are left out: they depend on the writer's country. */
const char *number_format_builtin(unsigned id);

#endif
