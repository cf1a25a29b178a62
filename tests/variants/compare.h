/* Decoding a variant and comparing it with its truth. */
#ifndef STADSLAGER_TESTS_COMPARE_H
#define STADSLAGER_TESTS_COMPARE_H

#include "tests/variants/generate.h"

#define RECORDS_MOST 128
struct decoded {
    struct arena arena;
    struct text all;
    bool table; /* not a report */
    struct record records[RECORDS_MOST];
    size_t first[RECORDS_MOST], last[RECORDS_MOST]; /* lines */
    bool matched[RECORDS_MOST];
    size_t count;
};

struct tally {
    uint64_t variants, rows, exact, refused, by_rule, wrong, noise, failed;
};

/* True when `run` would reject the row: one that cannot be interpreted is as uncertain as one that cannot be read. */
int judge_row(struct arena *arena, const struct record *record, bool *ret_rejected, struct error *err) CHECK_RESULT;
/* Decodes ALL, the text of V.  0, or -1 with ERR. */
int decode_variant(const struct variant *v, struct text all, struct decoded *ret, struct error *err) CHECK_RESULT;
/* Compares what was decoded with the truth; with SHOW prints a line per fault. */
void compare(struct decoded *d, const struct variant *v, struct tally *t, bool show);
void print_lines(struct text all);
/* The rows of the truth and of what was decoded. */
void print_rows(const struct variant *v, const struct decoded *d);

#endif
