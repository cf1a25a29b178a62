/* The generator of the benchmark's exports: what its parts share. */
#ifndef STADSLAGER_BENCH_GENERATE_H
#define STADSLAGER_BENCH_GENERATE_H

#include <stdio.h>

#include "tests/bench/rows.h"

/* What a load of the exports is to find. */
struct expected {
    uint64_t utfall, foregaende, arsmal;                         /* facts, of the delimited export */
    uint64_t rows, quarantined;                                  /* of it */
    uint64_t changed_rows, changed_facts, facts_of_changed_rows; /* changed facts: printed otherwise */
    uint64_t bytes;                                              /* plain */
    uint64_t report_facts, report_bytes;
};

/* FOLDER/NAME; the caller frees it. */
char *path_of(const char *folder, const char *name);
/* FOLDER/NAME for writing; ends the program when that fails, as finish does. */
FILE *create(const char *folder, const char *name);
void finish(FILE *file, const char *name);

/* FOLDER/report.txt: units' reports back to back, as text in layout A. */
void write_report(const struct plan *plan, uint64_t facts, const char *folder, struct expected *expected);

#endif
