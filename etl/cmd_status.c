/* stadslager status: what an operator looks at first. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "etl/base/size.h"
#include "etl/clock.h"
#include "etl/cmd.h"
#include "etl/cmd_options.h"
#include "etl/observe/calendar.h"
#include "etl/observe/status.h"

#define SHOWN_COLUMNS 16
#define CELL_SIZE     2048

struct status_options {
    bool json;
    int64_t as_of;
};

static void usage(FILE *out)
{
    fputs(
        "usage: stadslager [--config FILE] status [--format text|json] [--as-of DAY]\n\n"
        "Shows the last runs; each source's last load and last change; which reports are here, awaited or late by the "
        "city's\n"
        "calendar (sources[].expected); the open quarantine with its reasons; the archive's size and free disk; when "
        "the "
        "timer\n"
        "next starts a run.  Times are UTC.\n\n"
        "  --format F   text, or json for programs\n"
        "  --as-of DAY  judge what is late by this day, as 2026-11-23 (default: today)\n"
        "  --help       this text\n\n"
        "Exit status: 0 shown, 1 internal error, 2 usage, 5 configuration error, 8 database error (with 1 and 8, the "
        "rest\n"
        "is shown all the same).\n",
        out);
}

/* ---- tables ---- */

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

static const char *cell_text(const json_t *value, char buffer[static CELL_SIZE])
{
    if (json_is_integer(value))
        (void)snprintf(buffer, CELL_SIZE, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else
        (void)snprintf(buffer, CELL_SIZE, "%s", json_is_string(value) ? json_string_value(value) : "");
    return buffer;
}

static void print_cell(const char *cell, int width, bool last)
{
    fputs(cell, stdout);
    if (last)
        putchar('\n');
    else
        printf("%*s", width - width_of(cell) + 2, "");
}

/* ROWS are objects of the same fields in the same order. */
static void print_table(const json_t *rows, const char *title, const char *none)
{
    int width[SHOWN_COLUMNS] = {0}, column;
    char buffer[CELL_SIZE];
    const char *name;
    json_t *row, *value, *first = json_array_get(rows, 0);
    size_t i, columns = json_object_size(first);
    printf("%s\n", title);
    if (!first) printf("%s\n", none);
    json_array_foreach(rows, i, row)
    {
        column = 0;
        json_object_foreach(row, name, value)
        {
            int wanted = width_of(cell_text(value, buffer)), head = width_of(name);
            if (column == SHOWN_COLUMNS) break;
            if (head > wanted) wanted = head;
            if (wanted > width[column]) width[column] = wanted;
            column++;
        }
    }
    column = 0;
    json_object_foreach(first, name, value)
    {
        print_cell(name, width[column], (size_t)column + 1 == columns);
        column++;
    }
    json_array_foreach(rows, i, row)
    {
        column = 0;
        json_object_foreach(row, name, value)
        {
            print_cell(cell_text(value, buffer), width[column], (size_t)column + 1 == columns);
            column++;
        }
    }
    putchar('\n');
}

static void print_warehouse(const json_t *status)
{
    char title[96];
    const json_t *quarantine = json_object_get(status, "quarantine");
    print_table(json_object_get(status, "runs"), "Last runs (newest first)", "  none yet");
    print_table(json_object_get(status, "sources"), "Sources", "  nothing loaded yet");
    (void)snprintf(title, sizeof title, "Expected reports (on %s)",
                   json_string_value(json_object_get(status, "as_of")));
    print_table(json_object_get(status, "expected"), title, "  none; see sources[].expected");
    (void)snprintf(title, sizeof title, "Open quarantine (%" JSON_INTEGER_FORMAT " rows; the first 20)",
                   json_integer_value(json_object_get(quarantine, "open")));
    print_table(json_object_get(quarantine, "rows"), title, "  empty");
}

static void print_machine(const json_t *status)
{
    const json_t *archive = json_object_get(status, "archive"), *timer = json_object_get(status, "timer");
    char used[SIZE_TEXT], left[SIZE_TEXT];
    if (json_is_object(archive))
        printf("Archive   %" JSON_INTEGER_FORMAT " exports, %s in %s; %s free\n",
               json_integer_value(json_object_get(archive, "exports")),
               size_text(used, (uint64_t)json_integer_value(json_object_get(archive, "bytes"))),
               json_string_value(json_object_get(archive, "path")),
               size_text(left, (uint64_t)json_integer_value(json_object_get(archive, "free_bytes"))));
    else
        puts("Archive   not there yet, or not readable");
    const char *next = json_string_value(json_object_get(timer, "next"));
    if (!json_is_object(timer))
        puts("Next run  not known: systemd does not answer here");
    else if (next && *next)
        printf("Next run  %s\n", next);
    else
        printf("Next run  none: the timer is %s and %s\n", json_string_value(json_object_get(timer, "enabled")),
               json_string_value(json_object_get(timer, "active")));
}

/* ---- the command ---- */

/* -1 to go on, or an exit code. */
static int parse_options(int argc, char **argv, struct status_options *ret)
{
    static const struct option options[] = {{"format", required_argument, NULL, 'f'},
                                            {"as-of", required_argument, NULL, 'a'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    int opt;
    optind = 0;
    while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (opt) {
        case 'f':
            ret->json = !strcmp(optarg, "json");
            if (!ret->json && strcmp(optarg, "text") != 0)
                return cmd_bad_usage("status", "--format wants text or json", optarg);
            break;
        case 'a':
            if (strlen(optarg) != 10 || calendar_parse(optarg, &ret->as_of))
                return cmd_bad_usage("status", "--as-of wants a day like 2026-11-23", optarg);
            break;
        case 'h':
            usage(stdout);
            return EXIT_DONE;
        default:
            return cmd_bad_option("status", argv);
        }
    }
    return optind == argc ? -1 : cmd_bad_usage("status", "takes no arguments", argv[optind]);
}

static int warehouse(const struct config *config, int64_t as_of, json_t **ret_status, struct error *err)
{
    struct database db = {0};
    struct arena arena = {0};
    const char *dsn;
    int rc = database_dsn(config->dsn, config->dsn_file, &arena, &dsn, err) || database_open(dsn, &db, err) ||
             status_of_warehouse(&db, config, as_of, ret_status, err);
    database_close(&db);
    arena_free(&arena);
    return rc ? -1 : 0;
}

static int print_json(json_t *of_warehouse, json_t *of_machine, struct error *err)
{
    json_t *all = json_object();
    int rc = -1;
    if (!all || (of_warehouse && json_object_update(all, of_warehouse)) ||
        (of_machine && json_object_update(all, of_machine)))
        (void)error_memory(err);
    else if (json_dumpf(all, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER) || putchar('\n') == EOF)
        (void)error_set(err, EXIT_INTERNAL, "could not write the output: %s", strerror(errno));
    else
        rc = 0;
    json_decref(all);
    return rc;
}

/* What the machine knows is shown even when the warehouse does not answer, and the other way round. */
static int show(json_t *of_warehouse, json_t *of_machine, bool json, struct error *err)
{
    if (json) return print_json(of_warehouse, of_machine, err);
    if (of_warehouse) print_warehouse(of_warehouse);
    if (of_machine) print_machine(of_machine);
    return 0;
}

int cmd_status(const struct cmd_context *context, int argc, char **argv)
{
    struct status_options options = {0};
    struct config config;
    struct error err = {0}, other = {0}; /* the first is said */
    char now[CLOCK_SIZE];
    json_t *of_warehouse = NULL, *of_machine = NULL;
    if (calendar_parse(clock_now(now), &options.as_of)) options.as_of = 0;
    int rc = parse_options(argc, argv, &options);
    if (rc >= 0) return rc;
    if (config_load(context->config_path, stderr, &config, &err)) {
        error_print(&err, stderr);
        return (int)err.class;
    }
    rc = warehouse(&config, options.as_of, &of_warehouse, &err);
    if (status_of_machine(&config, &of_machine, rc ? &other : &err)) rc = -1;
    if (show(of_warehouse, of_machine, options.json, rc ? &other : &err)) rc = -1;
    (void)fflush(stdout);
    if (rc) error_print(&err, stderr);
    json_decref(of_warehouse);
    json_decref(of_machine);
    config_free(&config);
    return rc ? (int)err.class : EXIT_DONE;
}
