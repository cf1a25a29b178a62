/* stadslager diff: what differs between two runs, dates, or reports of a year. */
#include <getopt.h>
#include <stdio.h>

#include "etl/cmd.h"
#include "etl/cmd_options.h"
#include "etl/history/diff.h"
#include "etl/history/given.h"

static void usage(FILE *out)
{
    fputs("usage: stadslager [--config FILE] diff --from A --to B [--year Y] [--stadsdel S] [--materiality X] "
          "[--format F]\n\n"
          "Lists each value that differs between two states of the warehouse: new, revised, withdrawn, or re-flagged "
          "(the\n"
          "value is the same, its status or flags are not).  A and B are a run (17: the state after it), a day "
          "(2026-11-23:\n"
          "the state at its end, UTC) or a time (2026-11-23T04:15:00Z; without a zone UTC).\n"
          "Or two reports, --from VB2022 --to VB2023: what the later one prints as previous values, against what the\n"
          "earlier one said.\n\n"
          "  --from A         the earlier state\n"
          "  --to B           the later state\n"
          "  --year Y         only facts of this year\n"
          "  --stadsdel S     only this district\n"
          "  --materiality X  leave out revised numbers that differ by less than X (0,5), or than X % of the former "
          "number\n"
          "                   (5%)\n"
          "  --format F       text (default; TAB between columns), csv or json\n"
          "  --help           this text\n\n"
          "Exit status: 0 done, also when nothing differs, 2 usage (also: no such run or district), 5 configuration "
          "error,\n"
          "8 database error, 1 internal error.\n",
          out);
}

struct request {
    const char *from, *to, *stadsdel;
    char materiality[32];
    struct diff_options options;
};

static int wrong(const char *what, const char *value)
{
    return cmd_bad_usage("diff", what, value);
}

static int take_option(struct request *q, int opt, const char *value)
{
    switch (opt) {
    case 'f':
        q->from = value;
        return -1;
    case 't':
        q->to = value;
        return -1;
    case 'y':
        return cmd_parse_year(value, &q->options.year) ? wrong("--year wants a year from 1900 to 2199", value) : -1;
    case 's':
        q->stadsdel = value;
        return -1;
    case 'm':
        q->options.materiality = q->materiality;
        if (given_materiality(value, q->materiality, &q->options.percent) == 0) return -1;
        return wrong("--materiality wants a number (0,5) or a share (5%)", value);
    case 'o':
        return listing_format_parse(value, &q->options.format) ? wrong("--format wants text, csv or json", value) : -1;
    default: /* 'h' */
        usage(stdout);
        return EXIT_DONE;
    }
}

/* -1 to go on, or an exit code. */
static int parse_options(int argc, char **argv, struct request *q)
{
    static const struct option options[] = {
        {"from", required_argument, NULL, 'f'},
        {"to", required_argument, NULL, 't'},
        {"year", required_argument, NULL, 'y'},
        {"stadsdel", required_argument, NULL, 's'},
        {"materiality", required_argument, NULL, 'm'},
        {"format", required_argument, NULL, 'o'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int opt, rc;
    optind = 0;
    while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1)
        if ((rc = opt == '?' ? cmd_bad_option("diff", argv) : take_option(q, opt, optarg)) >= 0) return rc;
    if (optind != argc) return wrong("unexpected argument", argv[optind]);
    return q->from && q->to ? -1 : wrong("--from and --to are both needed", NULL);
}

static int show(const struct config *config, struct request *q, struct database *db, struct error *err)
{
    const struct stadsdel *stadsdel;
    const char *dsn;
    struct arena arena = {0};
    if (diff_point_parse(q->from, &q->options.from, err) || diff_point_parse(q->to, &q->options.to, err)) return -1;
    if (q->stadsdel) {
        if (given_stadsdel(config, q->stadsdel, &stadsdel, err)) return -1;
        q->options.stadsdel = stadsdel->code;
    }
    int rc = database_dsn(config->dsn, config->dsn_file, &arena, &dsn, err) || database_open(dsn, db, err) ||
                     database_check_version(db, err) || diff_print(db, &q->options, err)
                 ? -1
                 : 0;
    database_close(db);
    arena_free(&arena);
    return rc;
}

int cmd_diff(const struct cmd_context *context, int argc, char **argv)
{
    struct request q = {0};
    struct config config;
    struct database db = {0};
    struct error err = {0};
    int rc = parse_options(argc, argv, &q);
    if (rc >= 0) return rc;
    if (config_load(context->config_path, stderr, &config, &err)) {
        error_print(&err, stderr);
        return (int)err.class;
    }
    rc = show(&config, &q, &db, &err);
    if (rc) error_print(&err, stderr);
    config_free(&config);
    return rc ? (int)err.class : EXIT_DONE;
}
