#include "etl/analys/export.h"

#include <errno.h>

const struct export_format *const export_formats[] = {&export_csv,        &export_xlsx, &export_sdmx_csv,
                                                      &export_json_stat2, &export_px,   NULL};

const struct export_format *export_find(const char *name)
{
    for (size_t i = 0; export_formats[i]; i++)
        if (!strcmp(export_formats[i]->name, name)) return export_formats[i];
    return NULL;
}

int export_check(FILE *out, struct error *err)
{
    bool before = ferror(out); /* an earlier write failed, whose cause is not kept */
    errno = 0;
    if (fflush(out) == 0 && !before) return 0;
    return error_set(err, EXIT_INTERNAL, "could not write: %s", errno ? strerror(errno) : "a part was not accepted");
}

struct counted {
    const struct export_format *format;
    struct export *x;
    unsigned long long rows;
};

static int count_row(void *context, const char *const cell[static UTFALL_COLUMNS], struct error *err)
{
    struct counted *c = context;
    c->rows++;
    return c->format->row(c->x, cell, err);
}

/* A time of which there is nothing at all is more likely mistyped, and must not empty the file of before. */
static int check_nothing(const struct utfall_filter *filter, struct error *err)
{
    if (!filter->period_id && !filter->ar) return 0;
    (void)error_set(err, EXIT_REFUSED, "nothing fits: there is no value of that period or year");
    return error_hint(err, "Without --period and --year it shows what there is.");
}

int export_write(const struct export_format *format, struct database *db, const struct utfall_filter *filter, FILE *out,
                 unsigned long long *ret_rows, struct error *err)
{
    struct export x = {.out = out};
    struct counted counted = {format, &x, 0};
    int rc = format->begin(&x, err);
    if (rc == 0) rc = analys_each_utfall(db, filter, count_row, &counted, err);
    if (rc == 0 && counted.rows == 0) rc = check_nothing(filter, err);
    if (rc == 0) rc = format->end(&x, err);
    if (rc == 0) rc = export_check(out, err);
    if (format->free) format->free(&x);
    arena_free(&x.arena);
    if (rc == 0) *ret_rows = counted.rows;
    return rc;
}

/* ---- the table of csv and xlsx ---- */

/* The column "Kolumn" names the column of a report that the value stands in; with "Kolumn: matt_kolumn, Värde: varde" in a
 * source's columns our connectors read the file back. */
const struct table_column table_columns[TABLE_COLUMNS] = {
    {"Stadsdelskod", 12, TABLE_TEXT, U_STADSDEL_KOD},
    {"Stadsdel", 22, TABLE_TEXT, U_STADSDEL},
    {"Enhetskod", 10, TABLE_TEXT, U_ENHET_KOD},
    {"Enhet", 24, TABLE_TEXT, U_ENHET},
    {"Indikatorkod", 24, TABLE_TEXT, U_INDIKATOR_KOD},
    {"Indikator", 60, TABLE_TEXT, U_INDIKATOR},
    {"Period", 10, TABLE_TEXT, U_PERIOD},
    {"Kön", 16, TABLE_TEXT, U_KON},
    {"Kolumn", 22, TABLE_TEXT, U_KON_KOD},
    {"Värde", 12, TABLE_NUMBER, U_VARDE},
    {"Måttenhet", 10, TABLE_TEXT, U_MATT},
    {"Status", 14, TABLE_TEXT, U_STATUS},
    {"OBS_STATUS", 12, TABLE_TEXT, U_OBS_STATUS},
    {"CONF_STATUS", 12, TABLE_TEXT, U_CONF_STATUS},
    {"Mål för nämnden eller enheten", 16, TABLE_TEXT, U_ARSMAL},
    {"Bedömning", 18, TABLE_TEXT, U_ARSMAL_BEDOMNING},
    {"Mål från KF", 16, TABLE_TEXT, U_KF_ARSMAL},
    {"Bedömning mot KF", 18, TABLE_TEXT, U_KF_BEDOMNING},
    {"Anmärkning", 24, TABLE_TEXT, U_FLAGGOR},
    {"Publicerad", 22, TABLE_TEXT, U_PUBLICERAD},
};

static const char *column_word(const char *kon)
{
    switch (*kon) {
    case 'T':
        return "Utfall";
    case 'M':
        return "Utfall män/pojkar";
    case 'K':
        return "Utfall kvinnor/flickor";
    default:
        return "Utfall okänt/annat";
    }
}

static const char *status_word(const char *status)
{
    static const char *const words[][2] = {
        {"reported", "redovisat"},     {"suppressed", "undertryckt"},        {"not_measured", "ej mätt"},
        {"missing", "uppgift saknas"}, {"not_applicable", "ej tillämpligt"}, {"text", "text"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(status, words[i][0])) return words[i][1];
    return status;
}

/* What stands where there is no number; none of it can be taken for one. */
static const char *no_value(const char *const cell[static UTFALL_COLUMNS])
{
    const char *status = cell[U_STATUS];
    if (!strcmp(status, "suppressed")) return *cell[U_TRYCKT] == '~' ? cell[U_TRYCKT] : "..";
    if (!strcmp(status, "not_applicable")) return ".";
    if (!strcmp(status, "not_measured")) return "ej mätt";
    return !strcmp(status, "text") ? cell[U_TRYCKT] : "";
}

struct table_cell_out table_cell_of(const char *const cell[static UTFALL_COLUMNS], size_t column)
{
    const struct table_column *c = &table_columns[column];
    if (c->from == U_VARDE && *cell[U_VARDE]) return (struct table_cell_out){cell[U_VARDE], true};
    if (c->from == U_VARDE) return (struct table_cell_out){no_value(cell), false};
    if (c->from == U_KON_KOD) return (struct table_cell_out){column_word(cell[U_KON_KOD]), false};
    if (c->from == U_STATUS) return (struct table_cell_out){status_word(cell[U_STATUS]), false};
    if (c->from == U_ENHET && !*cell[U_ENHET_KOD]) return (struct table_cell_out){"", false}; /* the whole board */
    return (struct table_cell_out){cell[c->from], false};
}
