/* stadslager compare: one indicator across the districts, for a reader or for a program.  Reads the analysts' views only,
 * so what it shows has passed disclosure control whoever asks. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "etl/base/fold.h"
#include "etl/base/limits.h"
#include "etl/cmd.h"
#include "etl/config/config.h"
#include "etl/config/problems.h"
#include "etl/database.h"
#include "etl/sql.h"

#define NUMERIC_SIZE 80 /* a number in Swedish form with its sign, and more than a numeric here has */

/* Object ids of PostgreSQL's built-in types, which never change. */
enum { TYPE_BOOL = 16, TYPE_INT8 = 20, TYPE_INT2 = 21, TYPE_INT4 = 23, TYPE_NUMERIC = 1700 };

struct compare {
    const char *name, *period, *sex, *basis, *format, *dsn;
    struct database db;
    struct arena arena;
    const char *id, *indicator, *polarity;
    bool utf8; /* the terminal shows it */
};

static void usage(FILE *out)
{
    fputs(
        "usage: stadslager [--config FILE] compare INDIKATOR [OPTION...]\n\n"
        "Sets the districts beside each other: outcome, target and whether it is met, women and men, the year before.\n"
        "INDIKATOR is a name, an alias or a code.  Small groups are hidden: \"..\" is never zero.\n\n"
        "  --period P       2023, T1 2024 (default: the newest with values)\n"
        "  --kon T|M|K      both sexes (default), men and boys, women and girls\n"
        "  --basis reported|today\n"
        "                   districts as they reported (default), or today's: counts of merged districts are added,\n"
        "                   shares are not, as their denominators are not known\n"
        "  --format table|csv|json\n"
        "                   for reading (default); for programs, with decimal points\n"
        "  --dsn DSN        connect with this instead of the configuration's, which is not read then\n"
        "  --help           this text\n\n"
        "Exit status: 0 shown, 2 usage or no such indicator or period, 5 configuration error, 8 database error.\n",
        out);
}

/* ---- the command line ---- */

static bool one_of(const char *value, const char *first, const char *second, const char *third)
{
    return !strcmp(value, first) || !strcmp(value, second) || (third && !strcmp(value, third));
}

/* 0, or the option that is wrong. */
static const char *wrong_option(const struct compare *c)
{
    if (!one_of(c->sex, "T", "M", "K")) return "--kon (expected T, M or K)";
    if (!one_of(c->basis, "reported", "today", NULL)) return "--basis (expected reported or today)";
    if (!one_of(c->format, "table", "csv", "json")) return "--format (expected table, csv or json)";
    return NULL;
}

/* 0 go on, 1 help was shown, -1 with ERR. */
static int read_arguments(struct compare *c, int argc, char **argv, struct error *err)
{
    static const struct option options[] = {{"period", required_argument, NULL, 'p'},
                                            {"kon", required_argument, NULL, 'k'},
                                            {"basis", required_argument, NULL, 'b'},
                                            {"format", required_argument, NULL, 'f'},
                                            {"dsn", required_argument, NULL, 'd'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    int opt;
    optind = 0;
    opterr = 0;
    while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (opt == 'p')
            c->period = optarg;
        else if (opt == 'k')
            c->sex = optarg;
        else if (opt == 'b')
            c->basis = optarg;
        else if (opt == 'f')
            c->format = optarg;
        else if (opt == 'd')
            c->dsn = optarg;
        else if (opt == 'h')
            return usage(stdout), 1;
        else
            return error_set(err, EXIT_USAGE, "unknown option \"%s\", or its value is missing", argv[optind - 1]);
    }
    if (optind + 1 != argc)
        return error_set(err, EXIT_USAGE, "%s", optind == argc ? "which indicator?" : "more than one indicator");
    c->name = argv[optind];
    const char *wrong = wrong_option(c);
    return wrong ? error_set(err, EXIT_USAGE, "wrong value of %s", wrong) : 0;
}

/* ---- which indicator, which period ---- */

static int unknown_indicator(struct compare *c, struct error *err)
{
    PGresult *names;
    struct suggestion near = {.given = text_of(c->name)};
    if (database_query(&c->db, sql_text("queries/compare_names"), 0, NULL, "read the indicators", &names, err))
        return -1;
    for (int i = 0; i < PQntuples(names); i++)
        suggestion_try(&near, PQgetvalue(names, i, 0));
    (void)error_set(err, EXIT_USAGE, "no indicator is called \"%s\"", c->name);
    if (near.best)
        (void)error_hint(err, "Did you mean \"%s\"?", near.best);
    else
        (void)error_hint(err, "analys.indikator_namn lists their names.");
    PQclear(names);
    return -1;
}

static int find_indicator(struct compare *c, struct error *err)
{
    PGresult *found;
    const char *folded;
    int rc = fold_given(&c->arena, c->name, &folded, err);
    if (rc < 0) return -1;
    if (rc == 0) return error_set(err, EXIT_USAGE, "the indicator's name is not UTF-8");
    const char *const params[] = {folded, c->name};
    if (database_query(&c->db, sql_text("queries/compare_find"), 2, params, "find the indicator", &found, err))
        return -1;
    rc = PQntuples(found) ? 0 : unknown_indicator(c, err);
    if (rc == 0) {
        c->id = arena_strdup(&c->arena, PQgetvalue(found, 0, 0));
        c->indicator = arena_strdup(&c->arena, PQgetvalue(found, 0, 1));
        c->polarity = arena_strdup(&c->arena, PQgetvalue(found, 0, 4));
        if (!c->id || !c->indicator || !c->polarity) rc = error_memory(err);
    }
    PQclear(found);
    return rc;
}

static int find_period(struct compare *c, struct error *err)
{
    PGresult *periods;
    const char *const params[] = {c->id, c->sex, c->basis};
    bool known = false;
    if (database_query(&c->db, sql_text("queries/compare_periods"), 3, params, "find the period", &periods, err))
        return -1;
    int count = PQntuples(periods), rc = 0;
    if (count && !c->period && !(c->period = arena_strdup(&c->arena, PQgetvalue(periods, 0, 0)))) {
        PQclear(periods);
        return error_memory(err);
    }
    for (int i = 0; i < count; i++)
        known = known || !strcmp(c->period, PQgetvalue(periods, i, 0));
    if (!known) {
        rc = error_set(err, EXIT_USAGE, "no district has reported \"%s\"%s%s%s", c->indicator, count ? " for \"" : "",
                       count ? c->period : "", count ? "\"" : " for that sex");
        if (count) (void)error_hint(err, "The newest period with values is \"%s\".", PQgetvalue(periods, 0, 0));
    }
    PQclear(periods);
    return rc;
}

/* ---- for programs ---- */

static bool is_number(const PGresult *rows, int column)
{
    Oid type = PQftype(rows, column);
    return type == TYPE_NUMERIC || type == TYPE_INT2 || type == TYPE_INT4 || type == TYPE_INT8;
}

/* The bar's length is for the table only: it is the last column. */
static int machine_columns(const PGresult *rows)
{
    return PQnfields(rows) - 1;
}

/* A text that a spreadsheet would take for a formula gets an apostrophe in front; a number cannot be one. */
static void print_csv_cell(const char *cell, bool number)
{
    bool guard = !number && strchr("=+-@\t\r\n", *cell) && *cell;
    if (!guard && !strpbrk(cell, ",\"\r\n")) {
        fputs(cell, stdout);
        return;
    }
    putchar('"');
    if (guard) putchar('\'');
    for (; *cell; cell++) {
        if (*cell == '"') putchar('"');
        putchar(*cell);
    }
    putchar('"');
}

static void print_csv(const PGresult *rows)
{
    int columns = machine_columns(rows);
    for (int column = 0; column < columns; column++)
        printf("%s%s", column ? "," : "", PQfname(rows, column));
    fputs("\r\n", stdout); /* RFC 4180 */
    for (int row = 0; row < PQntuples(rows); row++)
        for (int column = 0; column < columns; column++) {
            if (column) putchar(',');
            print_csv_cell(PQgetvalue(rows, row, column), is_number(rows, column));
            if (column + 1 == columns) fputs("\r\n", stdout);
        }
}

static void print_json_text(const char *s)
{
    putchar('"');
    for (; *s; s++) {
        if (*s == '"' || *s == '\\')
            printf("\\%c", *s);
        else if ((unsigned char)*s < ' ')
            printf("\\u%04x", (unsigned)*s);
        else
            putchar(*s);
    }
    putchar('"');
}

static void print_json_cell(const PGresult *rows, int row, int column)
{
    const char *cell = PQgetvalue(rows, row, column);
    if (PQgetisnull(rows, row, column))
        fputs("null", stdout);
    else if (is_number(rows, column))
        fputs(cell, stdout); /* the database's digits: no rounding on the way */
    else if (PQftype(rows, column) == TYPE_BOOL)
        fputs(*cell == 't' ? "true" : "false", stdout);
    else
        print_json_text(cell);
}

static void print_json(const PGresult *rows)
{
    putchar('[');
    for (int row = 0; row < PQntuples(rows); row++) {
        fputs(row ? ",\n {" : "\n {", stdout);
        for (int column = 0; column < machine_columns(rows); column++) {
            printf("%s\"%s\": ", column ? ", " : "", PQfname(rows, column));
            print_json_cell(rows, row, column);
        }
        putchar('}');
    }
    fputs("\n]\n", stdout);
}

/* ---- for readers ---- */

struct shown_column {
    const char *title, *name; /* NAME: of the result's column */
    enum { CELL_TEXT, CELL_VERDICT, CELL_NUMBER, CELL_CHANGE, CELL_VALUE, CELL_BAR } kind;
};

#define BAR_WIDTH 20
static const struct shown_column columns[] = {{"", "rang", CELL_NUMBER},
                                              {"Stadsdel", "stadsdel", CELL_TEXT},
                                              {"Utfall", "varde", CELL_VALUE},
                                              {"", "stapel", CELL_BAR},
                                              {"Årsmål", "arsmal", CELL_TEXT},
                                              {"", "arsmal_bedomning", CELL_VERDICT},
                                              {"KF:s årsmål", "kf_arsmal", CELL_TEXT},
                                              {"", "kf_bedomning", CELL_VERDICT},
                                              {"K-M", "gap_kvinnor_man", CELL_CHANGE},
                                              {"Mot året före", "forandring", CELL_CHANGE}};
#define COLUMNS ((int)(sizeof columns / sizeof *columns))

static const char *cell_of(const PGresult *rows, int row, const char *name)
{
    return PQgetvalue(rows, row, PQfnumber(rows, name));
}

/* "-1234.5" as "−1 234,5"; SIGNED puts a plus before what is above zero. */
static const char *swedish(const struct compare *c, const char *number, bool with_sign,
                           char buffer[static NUMERIC_SIZE])
{
    const char *digits = number + (*number == '-');
    size_t whole = strcspn(digits, "."), len = 0;
    buffer[0] = '\0';
    if (!*number || strlen(number) > NUMERIC_SIZE / 3) return number;
    if (*number == '-')
        len = (size_t)snprintf(buffer, NUMERIC_SIZE, "%s", c->utf8 ? "\u2212" : "-");
    else if (with_sign && strspn(number, "0.") < strlen(number))
        buffer[len++] = '+';
    for (size_t i = 0; digits[i]; i++) {
        if (i > 0 && i < whole && (whole - i) % 3 == 0) buffer[len++] = ' ';
        buffer[len++] = digits[i] == '.' ? ',' : digits[i];
    }
    buffer[len] = '\0';
    return buffer;
}

/* EIGHTHS of BAR_WIDTH columns. */
static const char *bar(const struct compare *c, long eighths, char buffer[static NUMERIC_SIZE])
{
    static const char *const parts[] = {"", "\u258f", "\u258e", "\u258d", "\u258c", "\u258b", "\u258a", "\u2589"};
    size_t len = 0;
    for (long i = 0; i < eighths / 8 && i < BAR_WIDTH; i++)
        len += (size_t)snprintf(buffer + len, NUMERIC_SIZE - len, "%s", c->utf8 ? "\u2588" : "#");
    (void)snprintf(buffer + len, NUMERIC_SIZE - len, "%s", c->utf8 ? parts[eighths % 8] : "");
    return buffer;
}

static const char *value_text(const struct compare *c, const PGresult *rows, int row, char buffer[static NUMERIC_SIZE])
{
    const char *value = cell_of(rows, row, "varde"), *printed = cell_of(rows, row, "tryckt");
    const char *combined = cell_of(rows, row, "kombination");
    if (*value && *cell_of(rows, row, "annan_enhet") == 't') { /* not the heading's: it stands with its own */
        char number[NUMERIC_SIZE];
        (void)snprintf(buffer, NUMERIC_SIZE, "%s %.20s", swedish(c, value, false, number), cell_of(rows, row, "matt"));
        return buffer;
    }
    if (*value) return swedish(c, value, false, buffer);
    if (*printed) return printed;
    return strcmp(combined, "egen") != 0 && strcmp(combined, "summa") != 0 ? combined : "saknas";
}

static const char *shown_cell(const struct compare *c, const PGresult *rows, int row, int column,
                              char buffer[static NUMERIC_SIZE])
{
    const char *cell = cell_of(rows, row, columns[column].name);
    switch (columns[column].kind) {
    case CELL_NUMBER:
        return swedish(c, cell, false, buffer);
    case CELL_CHANGE:
        return swedish(c, cell, true, buffer);
    case CELL_VALUE:
        return value_text(c, rows, row, buffer);
    case CELL_BAR:
        return bar(c, strtol(cell, NULL, 10), buffer);
    case CELL_VERDICT: /* why a target is not judged is left to the formats for programs */
        if (!strcmp(cell, "ej bedömd: mål saknas")) return "";
        (void)snprintf(buffer, NUMERIC_SIZE, "%.*s", (int)strcspn(cell, ":"), cell);
        return buffer;
    default:
        return cell;
    }
}

static int width_of(const char *cell)
{
    const int utf8 = pg_char_to_encoding("UTF8"); /* of every connection */
    int width = 0;
    while (*cell) {
        int length = PQmblenBounded(cell, utf8), wide = PQdsplen(cell, utf8);
        width += wide > 0 ? wide : 0;
        cell += length > 0 ? length : 1;
    }
    return width;
}

/* Right when a number, left when a text; nothing behind the last of a line. */
static void print_cell(const char *cell, int width, bool right, bool last)
{
    int blanks = width - width_of(cell);
    if (right) printf("%*s", blanks, "");
    fputs(cell, stdout);
    if (last)
        putchar('\n');
    else
        printf("%*s", (right ? 0 : blanks) + 2, "");
}

static void print_rows(const struct compare *c, const PGresult *rows)
{
    int width[COLUMNS], last = 0;
    char buffer[NUMERIC_SIZE];
    for (int column = 0; column < COLUMNS; column++) {
        int widest = 0;
        for (int row = 0; row < PQntuples(rows); row++) {
            int cell = width_of(shown_cell(c, rows, row, column, buffer));
            widest = cell > widest ? cell : widest;
        }
        width[column] = widest && width_of(columns[column].title) > widest ? width_of(columns[column].title) : widest;
        if (widest) last = column; /* a column with nothing in it is left out */
    }
    for (int row = -1; row < PQntuples(rows); row++)
        for (int column = 0; column <= last; column++) {
            bool right = columns[column].kind != CELL_TEXT && columns[column].kind != CELL_VERDICT &&
                         columns[column].kind != CELL_BAR;
            const char *cell = row < 0 ? columns[column].title : shown_cell(c, rows, row, column, buffer);
            if (width[column]) print_cell(cell, width[column], right, column == last);
        }
}

static void print_figure(const struct compare *c, const PGresult *rows, const char *word, const char *name)
{
    char buffer[NUMERIC_SIZE];
    const char *cell = cell_of(rows, 0, name);
    if (*cell) printf("%s %s", word, swedish(c, cell, false, buffer));
}

static void print_table(const struct compare *c, const PGresult *rows)
{
    static const char *const sexes[] = {"T", "båda könen", "M", "män/pojkar", "K", "kvinnor/flickor"};
    const char *unit = "", *sex = sexes[1], *broken = "";
    bool others = false;
    for (size_t i = 0; i < sizeof sexes / sizeof *sexes; i += 2)
        if (!strcmp(c->sex, sexes[i])) sex = sexes[i + 1];
    for (int row = 0; row < PQntuples(rows); row++) {
        bool other = *cell_of(rows, row, "annan_enhet") == 't';
        if (!*unit && !other) unit = cell_of(rows, row, "matt");
        others = others || other;
        if (!*broken) broken = cell_of(rows, row, "serie_bruten");
    }
    printf("%s%s%s%s\n%s, %s, %s%s\n\n", c->indicator, *unit ? " (" : "", unit, *unit ? ")" : "", c->period, sex,
           !strcmp(c->basis, "today") ? "dagens stadsdelar" : "stadsdelar som de rapporterade",
           !strcmp(c->polarity, "hogre")   ? "; högre är bättre"
           : !strcmp(c->polarity, "lagre") ? "; lägre är bättre"
                                           : "");
    print_rows(c, rows);
    putchar('\n');
    print_figure(c, rows, "Median", "median");
    print_figure(c, rows, ", lägst", "lagst");
    print_figure(c, rows, ", högst", "hogst");
    print_figure(c, rows, ", staden", "stadens_varde");
    if (*cell_of(rows, 0, "median")) putchar('\n');
    if (strcmp(cell_of(rows, 0, "antal_undertryckta"), "0") != 0)
        puts(".. visas inte, för att skydda små grupper; det är inte noll");
    if (!strcmp(cell_of(rows, 0, "slag"), "andel")) puts("Andelar är avrundade; målen är bedömda på det exakta värdet");
    if (others)
        puts("Värden i en annan enhet än indikatorns jämförs inte: de har ingen plats och ingår inte i medianen");
    if (*broken) printf("Serien är bruten i år: %s\n", broken);
}

/* ---- all of it ---- */

static int show(struct compare *c, struct error *err)
{
    PGresult *rows;
    char width[16];
    (void)snprintf(width, sizeof width, "%d", BAR_WIDTH);
    if (find_indicator(c, err) || find_period(c, err)) return -1;
    const char *const params[] = {c->id, c->sex, c->basis, c->period, width};
    if (database_query(&c->db, sql_text("queries/compare"), 5, params, "compare the districts", &rows, err)) return -1;
    if (!strcmp(c->format, "csv"))
        print_csv(rows);
    else if (!strcmp(c->format, "json"))
        print_json(rows);
    else
        print_table(c, rows);
    PQclear(rows);
    if (fflush(stdout) || ferror(stdout))
        return error_set(err, EXIT_INTERNAL, "could not write the comparison: %s", strerror(errno));
    return 0;
}

/* By what the environment says of the terminal: no locale is set, as results do not depend on one. */
static bool terminal_is_utf8(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value && *value) return strcasestr(value, "utf-8") || strcasestr(value, "utf8");
    }
    return false;
}

int cmd_compare(const struct cmd_context *context, int argc, char **argv)
{
    struct compare c = {.sex = "T", .basis = "reported", .format = "table", .utf8 = terminal_is_utf8()};
    struct config config = {0};
    struct error err = {0};
    int rc = read_arguments(&c, argc, argv, &err);
    if (rc > 0) return EXIT_DONE;
    if (rc == 0 && !c.dsn) {
        rc = config_load(context->config_path, stderr, &config, &err);
        if (rc == 0) rc = database_dsn(config.dsn, config.dsn_file, &config.arena, &c.dsn, &err);
    }
    if (rc == 0) rc = database_open(c.dsn, &c.db, &err) || show(&c, &err);
    if (rc) error_print(&err, stderr);
    database_close(&c.db);
    arena_free(&c.arena);
    config_free(&config);
    return rc ? (int)err.class : EXIT_DONE;
}
