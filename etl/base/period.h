/* Reporting periods as printed, and their key in dim_period. */
#ifndef STADSLAGER_PERIOD_H
#define STADSLAGER_PERIOD_H

#include <stdint.h>

#include "etl/base/error.h"
#include "etl/base/text.h"

enum period_kind {
    PERIOD_YEAR = 0,        /* `2022`, `VB 2022`, `VP 2024`; ordinal 0 */
    PERIOD_TERTIAL = 1,     /* `T1 2024`, `Tertial 2 2024`; ordinal 1-3 */
    PERIOD_QUARTER = 2,     /* `Kv 1 2024`, `Kvartal 3 2024`, `Q1 2024`, `2024-Q1`; ordinal 1-4 */
    PERIOD_MONTH = 3,       /* `2024-03`, `mars 2024`; ordinal 1-12 */
    PERIOD_HALF_YEAR = 4,   /* `HT 2023` = 2, `VT 2023` = 1, `Halvår 1 2023`; ordinal 1-2 */
    PERIOD_SCHOOL_YEAR = 5, /* `2022/23`, `2022/2023`: 1 July to 30 June; year = the year it ends in; ordinal 0 */
    PERIOD_SPAN = 6,        /* `jan-aug 2023`; ordinal = 16 * first month + last month (first < last) */
    PERIOD_DAY = 7,         /* `2023-12-31`; ordinal = day of the year, 1-366 */
};

enum period_report { PERIOD_REPORT_NONE, PERIOD_REPORT_VB, PERIOD_REPORT_VP, PERIOD_REPORT_T }; /* the printed label */

struct period {
    enum period_kind kind;
    int year; /* 1900 to 2199: of the last day */
    int ordinal;
    enum period_report report;
};

/* Reads one period, case and blanks folded; the whole text must be one.  Returns 0, or -1 (no error text). */
int period_parse(struct text printed, struct period *ret_period) CHECK_RESULT;
/* 1 to 12 for `jan`, `mars`, `sept`, `december`; 0 when WORD, in lower case, is no month. */
int period_month(struct text word);
/* The key in dim_period: (year * 10 + kind) * 1000 + ordinal; 2022 is 20220000, T1 2024 is 20241001. */
int32_t period_id(struct period period);
int period_from_id(int32_t id, struct period *ret_period) CHECK_RESULT;
/* First and last day as ISO dates; buffers of 11 bytes. */
void period_days(struct period period, char first[static 11], char last[static 11]);
/* By the last day, then by the length: below 0, 0 or above 0. */
int period_compare(struct period a, struct period b);
/* The period of KIND whose last day DAY is: 2023-08-31 closes T2 2023.  0, or -1 when it closes none. */
int period_closed_by(struct period day, enum period_kind kind, struct period *ret_period) CHECK_RESULT;
/* The canonical name: "2022", "T1 2024", "Kv 1 2024", "2024-03", "HT 2023", "2022/23", "jan-aug 2023", "2023-12-31". */
#define PERIOD_NAME_SIZE 24
char *period_name(struct period period, char buffer[static PERIOD_NAME_SIZE]);

#endif
