#include "tests/bench/generate.h"

#define INDICATORS_A_GOAL 4   /* rows of an indicator table */
#define GOALS_A_UNIT      12  /* tables of a unit's report */
#define REPORT_UNITS      400 /* at most; a document holds up to 500 reports */
#define REPORT_SHARE      10  /* of so many facts of the delimited export one in the report */
#define REPORT_DISTRICT   0

static const char table_header[] = "Indikator\tPeriodens utfall\tUtfall män/ pojkar\tUtfall kvinnor/ flickor\t"
                                   "Periodens utfall VB 2022\tÅrsmål\tKF:s årsmål\tPeriod\n";

static void write_table_row(FILE *file, const struct row *row)
{
    static const char *const icons[] = {"● ", "◆ ", "■ ", "— "};
    fprintf(file, "%s%s", icons[row->cell[CELL_UTFALL][0] % 4], row->cell[CELL_INDIKATOR]);
    for (enum cell c = CELL_UTFALL; c <= CELL_PERIOD; c++)
        fprintf(file, "\t%s", row->cell[c]);
    fputc('\n', file);
}

/* A goal with its table, an analysis under one row, and every third table cut by the end of a page. */
static uint64_t write_goal(FILE *file, const struct plan *plan, unsigned unit, unsigned goal)
{
    uint64_t facts = 1; /* the goal's own status */
    fprintf(file, "\nNämndmål: 1.%u.%u Verksamheten når sina mål på område %u\n\nUppfylls helt\n\n%s", goal / 4 + 1,
            goal % 4 + 1, goal + 1, table_header);
    for (unsigned i = 0; i < INDICATORS_A_GOAL; i++) {
        unsigned indicator = (goal * INDICATORS_A_GOAL + i) % plan->indicators;
        struct row row;
        row_values(unit, indicator, REPORT_ROW_NUMBERS + (uint64_t)unit * 1000 + indicator, &row);
        (void)indicator_name(indicator, row.cell[CELL_INDIKATOR]);
        (void)snprintf(row.cell[CELL_PERIOD], CELL_SIZE, "VB %d", YEAR);
        row.cell[CELL_KF_ARSMAL][0] = '\0'; /* a row under a nämndmål is the board's own */
        row.fact[CELL_KF_ARSMAL] = false;
        write_table_row(file, &row);
        facts += row_facts(&row);
        if (i == 0) fputs("Analys Utfallet ligger i linje med det som var planerat.\t\t\t\t\t\t\t\n", file);
        if (i == 1 && goal % 3 == 0) fprintf(file, "\n%s", table_header);
    }
    return facts;
}

void write_report(const struct plan *plan, uint64_t facts, const char *folder, struct expected *expected)
{
    FILE *file = create(folder, "report.txt");
    char name[NAME_SIZE];
    unsigned goals =
        plan->indicators / INDICATORS_A_GOAL < GOALS_A_UNIT ? plan->indicators / INDICATORS_A_GOAL : GOALS_A_UNIT;
    for (unsigned unit = 1; unit <= REPORT_UNITS && expected->report_facts < facts / REPORT_SHARE; unit++) {
        fprintf(file, "%sVerksamhetsberättelse VB %d för %s\n\nSammanfattande analys\n\nÅret har varit gott.\n",
                unit > 1 ? "\n" : "", YEAR, unit_name(REPORT_DISTRICT, unit, name));
        for (unsigned goal = 0; goal < goals; goal++)
            expected->report_facts += write_goal(file, plan, unit, goal);
    }
    long bytes = ftell(file);
    expected->report_bytes = bytes > 0 ? (uint64_t)bytes : 0;
    finish(file, "report.txt");
}
