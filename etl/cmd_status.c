/* stadslager status: what an operator looks at first. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "etl/cmd.h"
#include "etl/config.h"
#include "etl/ledger.h"
#include "etl/sql.h"

#define SHOWN_RUNS       "5"
#define SHOWN_QUARANTINE "20"
#define SHOWN_COLUMNS    16

static void usage(FILE *out)
{
    fputs("usage: stadslager [--config FILE] status\n\n"
          "Shows the last runs, each source's last load, and the open quarantine with its reasons.\n\n"
          "  --help  this text\n\nExit status: 0 shown, 2 usage, 5 configuration error, 8 database error.\n",
          out);
}

/* Columns a cell takes on the screen. */
static int width_of(const char *cell)
{
    const int utf8 = pg_char_to_encoding("UTF8"); /* of every connection */
    int width = 0;
    while (*cell) {
        int length = PQmblenBounded(cell, utf8), columns = PQdsplen(cell, utf8);
        width += columns > 0 ? columns : 0;
        cell += length > 0 ? length : 1;
    }
    return width;
}

static void print_cell(const char *cell, int width, bool last)
{
    fputs(cell, stdout);
    if (last)
        putchar('\n');
    else
        printf("%*s", width - width_of(cell) + 2, "");
}

static void print_table(const PGresult *result, const char *title, const char *none)
{
    int width[SHOWN_COLUMNS] = {0}, rows = PQntuples(result);
    int columns = PQnfields(result) < SHOWN_COLUMNS ? PQnfields(result) : SHOWN_COLUMNS;
    printf("%s\n", title);
    for (int row = -1; row < rows; row++)
        for (int column = 0; column < columns; column++) {
            int wanted = width_of(row < 0 ? PQfname(result, column) : PQgetvalue(result, row, column));
            if (wanted > width[column]) width[column] = wanted;
        }
    for (int row = -1; rows > 0 && row < rows; row++)
        for (int column = 0; column < columns; column++)
            print_cell(row < 0 ? PQfname(result, column) : PQgetvalue(result, row, column), width[column],
                       column + 1 == columns);
    printf("%s\n", rows ? "" : none);
    if (rows == 0) putchar('\n');
}

static int show(struct database *db, const char *query, int count, const char *const *params, const char *title,
                const char *none, struct error *err)
{
    PGresult *result;
    if (database_query(db, sql_text(query), count, params, "read the status", &result, err)) return -1;
    print_table(result, title, none);
    PQclear(result);
    return 0;
}

static int show_all(struct database *db, struct error *err)
{
    const char *runs[] = {SHOWN_RUNS}, *quarantine[] = {SHOWN_QUARANTINE};
    if (database_check_version(db, err)) return -1;
    if (show(db, "queries/status_runs", 1, runs, "Last runs (newest first)", "  none yet", err)) return -1;
    if (show(db, "queries/status_sources", 0, NULL, "Sources", "  nothing loaded yet", err)) return -1;
    return show(db, "queries/status_quarantine", 1, quarantine, "Open quarantine (first " SHOWN_QUARANTINE ")",
                "  empty", err);
}

int cmd_status(const struct cmd_context *context, int argc, char **argv)
{
    struct config config;
    struct database db = {0};
    struct error err = {0};
    const char *dsn;
    if (argc > 1) {
        bool help = !strcmp(argv[1], "--help");
        usage(help ? stdout : stderr);
        return help ? EXIT_DONE : EXIT_USAGE;
    }
    if (config_load(context->config_path, stderr, &config, &err)) {
        error_print(&err, stderr);
        return (int)err.class;
    }
    int rc = database_dsn(config.dsn, config.dsn_file, &config.arena, &dsn, &err) || database_open(dsn, &db, &err) ||
             show_all(&db, &err);
    if (rc) error_print(&err, stderr);
    database_close(&db);
    config_free(&config);
    return rc ? (int)err.class : EXIT_DONE;
}
