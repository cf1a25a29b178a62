/* The rows of the benchmark's export.  Each follows from its number alone, so that an export of any size, and the same
 * export with some rows changed, can be written without keeping anything. */
#ifndef STADSLAGER_BENCH_ROWS_H
#define STADSLAGER_BENCH_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define YEAR               2023
#define DISTRICTS          11
#define PERIODS            22  /* of one year: the year, tertials, quarters, half-years, months */
#define NAME_SIZE          120 /* bytes of a name with NUL */
#define CELL_SIZE          128
#define REPORT_ROW_NUMBERS (UINT64_C(1) << 40) /* the numbers of a report's rows begin here */

enum cell {
    CELL_STADSDEL,
    CELL_ENHET,
    CELL_INDIKATOR,
    CELL_UTFALL,
    CELL_MAN,
    CELL_KVINNOR,
    CELL_FOREGAENDE,
    CELL_ARSMAL,
    CELL_KF_ARSMAL,
    CELL_PERIOD,
    CELL_COUNT
};

enum kind { KIND_ANDEL, KIND_ANTAL, KIND_INDEX, KIND_KVOT };

/* How many there are of what, which sizes ask for. */
struct plan {
    unsigned indicators, units; /* units: of a district, the first is the whole board */
    uint64_t rows;              /* the most there can be */
    bool repeats;               /* some rows stand there twice */
};
/* Units grow first, then periods, as a warehouse grows. */
struct plan plan_make(uint64_t facts);

extern const char *const district_names[DISTRICTS];
enum kind indicator_kind(unsigned indicator);
const char *indicator_unit(unsigned indicator);
/* Returns BUFFER. */
char *indicator_name(unsigned indicator, char buffer[static NAME_SIZE]);
/* "" for the whole board. */
char *unit_name(unsigned district, unsigned unit, char buffer[static NAME_SIZE]);

/* What becomes of a row beside being read. */
enum repeat {
    REPEAT_NONE,
    REPEAT_SAME,
    REPEAT_OTHER
}; /* once more later in the export: as it is; with another total */

struct row {
    char cell[CELL_COUNT][CELL_SIZE];
    bool fact[CELL_COUNT]; /* the cell becomes a fact */
    bool bad;              /* to quarantine: no fact comes of it */
    bool extra;            /* one cell more than the header */
    enum repeat repeat;
};

/* Row NUMBER of PLAN, 0 first.  CHANGED: with other values, where it is one of those (row_changes). */
void row_make(const struct plan *plan, uint64_t number, bool changed, struct row *ret_row);
/* Its cells from outcome to target only, for INDICATOR of UNIT; all readable and none repeated. */
void row_values(unsigned unit, unsigned indicator, uint64_t number, struct row *ret_row);
/* How many facts come of it. */
unsigned row_facts(const struct row *row);
/* One row of a hundred. */
bool row_changes(uint64_t number);

#endif
