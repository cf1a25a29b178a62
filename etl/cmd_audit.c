/* stadslager audit: derives a year from the archive and compares it with the warehouse. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "etl/audit/audit.h"
#include "etl/base/limits.h"
#include "etl/cmd.h"
#include "etl/cmd_options.h"
#include "etl/history/given.h"

struct arguments {
    struct audit_options options;
    char as_of[MOMENT_SIZE];
    const char *verify, *archive;
};

static void usage(FILE *out)
{
    fputs(
        "usage: stadslager [--config FILE] audit --year Y [--as-of D] [--rules recorded|current] [--refetch]\n"
        "                                        [--limit N] [--manifest FILE]\n"
        "       stadslager [--config FILE] audit --verify FILE [--archive FOLDER]\n\n"
        "Derives a year's facts from the archived exports, with the configuration, registries and rules that the runs\n"
        "recorded, and compares them with the warehouse, row by row.  Needs no network, changes no fact, and works for "
        "a\n"
        "role that can only read (stadslager_auditor).  Each difference is printed with its key, what the two sides "
        "say\n"
        "and where each has it from; the last line is the verdict: identical, different, or not replayable (bytes of "
        "an\n"
        "export are missing or damaged, or can no longer be read; or a run set L-TABELL or L-EKONOMI to\n"
        "reject: by those the database decides).  Who may write there is recorded in drift.audit.\n\n"
        "  --year Y         the year of the facts' periods\n"
        "  --as-of D        the state at D, as diff and lager.fact_…_as_of mean it: a day (its end, UTC) or a time\n"
        "                   such as 2026-11-23T04:15:00Z (without a zone UTC)\n"
        "  --rules current  derive with the present configuration and registries instead: what would they make of it?\n"
        "  --refetch        also fetch the exports again and say where the publisher has changed one (uses the "
        "network)\n"
        "  --limit N        differences to print; all are counted (default: 20)\n"
        "  --manifest FILE  write what was audited as JSON: inputs, rules, digests, verdict (default: none)\n"
        "  --verify FILE    derive what the manifest FILE says from the archive alone, without a database\n"
        "  --archive FOLDER the archive for --verify (default: archive.path of the configuration)\n"
        "  --help           this text\n\n"
        "Exit status: 0 identical, 10 different or not replayable (or, with --refetch, changed by its publisher),\n"
        "5 configuration error, 6 identical, but an export could not be fetched again, 7 not a manifest, 8 database "
        "error,\n"
        "9 stopped by a signal, 2 usage, 1 internal error.\n",
        out);
}

static bool read_number(const char *text, unsigned long long lowest, unsigned long long highest,
                        unsigned long long *ret)
{
    char *end;
    errno = 0;
    unsigned long long n = strtoull(text, &end, 10);
    if (errno || end == text || *end || *text == '-' || n < lowest || n > highest) return false;
    *ret = n;
    return true;
}

static int take_option(int opt, struct arguments *a)
{
    unsigned long long n;
    switch (opt) {
    case 'y':
        if (!read_number(optarg, 1900, 2199, &n))
            return cmd_bad_usage("audit", "--year wants a year from 1900 to 2199", optarg);
        a->options.year = (int)n;
        return -1;
    case 'd':
        if (given_moment(optarg, a->as_of))
            return cmd_bad_usage("audit", "--as-of wants a day or a time such as 2026-11-23T04:15:00Z", optarg);
        a->options.as_of = a->as_of;
        return -1;
    case 'r':
        if (strcmp(optarg, "recorded") != 0 && strcmp(optarg, "current") != 0)
            return cmd_bad_usage("audit", "--rules wants recorded or current", optarg);
        a->options.rules_current = !strcmp(optarg, "current");
        return -1;
    case 'f':
        a->options.refetch = true;
        return -1;
    case 'l':
        if (!read_number(optarg, 0, 1000000000000, &n))
            return cmd_bad_usage("audit", "--limit wants a whole number", optarg);
        a->options.limit = n;
        return -1;
    case 'm':
        a->options.manifest = optarg;
        return -1;
    case 'v':
        a->verify = optarg;
        return -1;
    case 'a':
        a->archive = optarg;
        return -1;
    default: /* 'h' */
        usage(stdout);
        return EXIT_DONE;
    }
}

static int parse_arguments(int argc, char **argv, struct arguments *a)
{
    static const struct option options[] = {
        {"year", required_argument, NULL, 'y'},   {"as-of", required_argument, NULL, 'd'},
        {"rules", required_argument, NULL, 'r'},  {"refetch", no_argument, NULL, 'f'},
        {"limit", required_argument, NULL, 'l'},  {"manifest", required_argument, NULL, 'm'},
        {"verify", required_argument, NULL, 'v'}, {"archive", required_argument, NULL, 'a'},
        {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0},
    };
    int opt, rc;
    optind = 0;
    while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1)
        if ((rc = opt == '?' ? cmd_bad_option("audit", argv) : take_option(opt, a)) >= 0) return rc;
    if (optind != argc) return cmd_bad_usage("audit", "unexpected argument", argv[optind]);
    if (a->verify && (a->options.year || a->options.as_of || a->options.manifest || a->options.refetch))
        return cmd_bad_usage("audit", "--verify goes with --archive only", NULL);
    if (!a->verify && a->archive) return cmd_bad_usage("audit", "--archive goes with --verify only", NULL);
    if (!a->verify && !a->options.year) return cmd_bad_usage("audit", "--year is missing", NULL);
    return -1;
}

int cmd_audit(const struct cmd_context *context, int argc, char **argv)
{
    struct arguments a = {.options = {.limit = LIMIT_AUDIT_SHOWN}};
    struct config config;
    struct error err = {0};
    int rc = parse_arguments(argc, argv, &a);
    if (rc >= 0) return rc;
    if (a.verify && a.archive) return (int)audit_verify(a.verify, a.archive);
    if (config_load(context->config_path, stderr, &config, &err)) {
        error_print(&err, stderr);
        return (int)err.class;
    }
    rc = (int)(a.verify ? audit_verify(a.verify, config.archive_path) : audit(&config, &a.options));
    config_free(&config);
    return rc;
}
