/* stadslager export: outcomes as a file, as analysts may see them. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "etl/analys/export.h"
#include "etl/analys/outfile.h"
#include "etl/base/period.h"
#include "etl/cmd.h"
#include "etl/cmd_options.h"
#include "etl/config/problems.h"
#include "etl/stop.h"

struct options {
    const struct export_format *format;
    const char *indikator, *stadsdel, *period, *year, *out;
};

static void usage(FILE *out)
{
    fputs("usage: stadslager [--config FILE] export --format F [--indikator I] [--stadsdel S] [--period P] [--year Y] "
          "[--out FILE]\n\n"
          "Writes outcomes to a file, read from the analysts' views: an analyst's login is enough, and a value that "
          "the views\nhide is in no file.\n\n  --format F     one of\n",
          out);
    for (size_t i = 0; export_formats[i]; i++)
        fprintf(out, "                   %-12s %s\n", export_formats[i]->name, export_formats[i]->what);
    fputs("  --indikator I  only this indicator: code, name or alias\n"
          "  --stadsdel S   only this district: code, name or alias\n"
          "  --period P     only this period: 2023, \"VB 2023\", \"T1 2024\", …\n"
          "  --year Y       only the periods of this year\n"
          "  --out FILE     write there, whole or not at all (default: standard output)\n"
          "  --help         this text\n\n"
          "Where there is no number: csv and xlsx have \"..\" (suppressed), \".\" (not applicable), \"ej mätt\" (not "
          "measured), words\nor nothing (missing), and the columns Status, OBS_STATUS and CONF_STATUS; sdmx-csv has "
          "NaN and "
          "the codes; json-stat2\nno value and a status; px \"..\" and other symbols that the file explains.  In csv a "
          "text "
          "that begins like a formula gets\nan apostrophe in front.  A workbook's numbers have at most 15 significant "
          "digits; a longer one is written as text.\n\n"
          "csv and xlsx can be read back with \"connector: delimited\" (or xlsx) and \"columns: {Kolumn: matt_kolumn, "
          "Värde: varde}\".\n\n"
          "Exit status: 0 written, 1 could not be written, 2 usage, 5 configuration error, 7 too large for the format, "
          "or nothing\nof that period or year, 8 database error, 9 signal (nothing written).\n",
          out);
}

/* -1 to go on, or an exit code. */
static int parse_options(int argc, char **argv, struct options *ret)
{
    static const struct option options[] = {
        {"format", required_argument, NULL, 'f'},   {"indikator", required_argument, NULL, 'i'},
        {"stadsdel", required_argument, NULL, 's'}, {"period", required_argument, NULL, 'p'},
        {"year", required_argument, NULL, 'y'},     {"out", required_argument, NULL, 'o'},
        {"help", no_argument, NULL, 'h'},           {NULL, 0, NULL, 0},
    };
    int opt;
    optind = 0;
    while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (opt) {
        case 'f':
            ret->format = export_find(optarg);
            if (!ret->format) return cmd_bad_usage("export", "no such format", optarg);
            break;
        case 'i':
            ret->indikator = optarg;
            break;
        case 's':
            ret->stadsdel = optarg;
            break;
        case 'p':
            ret->period = optarg;
            break;
        case 'y':
            ret->year = optarg;
            break;
        case 'o':
            ret->out = optarg;
            break;
        case 'h':
            usage(stdout);
            return EXIT_DONE;
        default:
            return cmd_bad_option("export", argv);
        }
    }
    if (optind != argc) return cmd_bad_usage("export", "unexpected argument", argv[optind]);
    return ret->format ? -1 : cmd_bad_usage("export", "--format is missing", NULL);
}

static int choose_time(const struct options *options, struct arena *arena, struct utfall_filter *ret, struct error *err)
{
    struct period period;
    char number[16], quoted[SHOWN_SIZE];
    if (options->period) {
        if (period_parse(text_of(options->period), &period))
            return error_set(err, EXIT_USAGE, "\"%s\" is no period", shown(text_of(options->period), quoted));
        snprintf(number, sizeof number, "%d", (int)period_id(period));
        ret->period_id = arena_strdup(arena, number);
        if (!ret->period_id) return error_memory(err);
    }
    if (options->year) {
        if (strlen(options->year) != 4 || strspn(options->year, "0123456789") != 4)
            return error_set(err, EXIT_USAGE, "\"%s\" is no year", shown(text_of(options->year), quoted));
        ret->ar = options->year;
    }
    return 0;
}

static int choose(struct config *config, struct database *db, const struct options *options, struct utfall_filter *ret,
                  struct error *err)
{
    char quoted[SHOWN_SIZE];
    if (choose_time(options, &config->arena, ret, err)) return -1;
    if (options->stadsdel) {
        const struct stadsdel *stadsdel;
        if (registry_stadsdel(&config->registry, text_of(options->stadsdel), &stadsdel, err)) return -1;
        if (!stadsdel)
            return error_set(err, EXIT_USAGE, "no registry knows a district \"%s\"",
                             shown(text_of(options->stadsdel), quoted));
        ret->stadsdel_kod = stadsdel->code;
    }
    if (!options->indikator) return 0;
    return analys_find_indikator(db, &config->arena, options->indikator, &ret->indikator_id, err);
}

static int export_all(struct config *config, struct database *db, const struct options *options, struct error *err)
{
    struct utfall_filter filter = {0};
    struct outfile file = {0};
    unsigned long long rows;
    if (stop_install(0, err) || analys_open(config, db, err) || stop_guard(db->connection, err)) return -1;
    if (choose(config, db, options, &filter, err)) return -1;
    int rc = outfile_open(options->out, &file, err);
    if (rc == 0) rc = export_write(options->format, db, &filter, file.out, &rows, err);
    if (rc == 0) rc = stop_check(err) || outfile_commit(&file, err) ? -1 : 0;
    outfile_discard(&file);
    if (rc == 0)
        fprintf(stderr, "stadslager: export: %llu values as %s%s%s\n", rows, options->format->name,
                options->out ? " in " : "", options->out ? options->out : "");
    return rc;
}

int cmd_export(const struct cmd_context *context, int argc, char **argv)
{
    struct options options = {0};
    struct config config;
    struct database db = {0};
    struct error err = {0};
    int rc = parse_options(argc, argv, &options);
    if (rc >= 0) return rc;
    if (config_load(context->config_path, stderr, &config, &err)) {
        error_print(&err, stderr);
        return (int)err.class;
    }
    rc = export_all(&config, &db, &options, &err);
    stop_explain(&err);
    if (rc) error_print(&err, stderr);
    stop_release();
    database_close(&db);
    config_free(&config);
    return rc ? (int)err.class : EXIT_DONE;
}
