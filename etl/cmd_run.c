/* stadslager run: the nightly job. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "etl/analys/site.h"
#include "etl/cmd.h"
#include "etl/cmd_options.h"
#include "etl/run.h"

static void usage(FILE *out)
{
    fputs(
        "usage: stadslager [--config FILE] run [--source S] [--year Y] [--offline] [--dry-run] [--deadline T]\n"
        "                                        [--accept-shrunken]\n\n"
        "Fetches every configured export, archives it, decodes, validates and loads it; each source becomes visible "
        "whole or\n"
        "not at all.  Sources are loaded in the order of the configuration, each as soon as it and those before it are "
        "there,\n"
        "while others are fetched.  Running again is harmless: what has not changed is not written.\n\n"
        "  --source S    only this source\n"
        "  --year Y      only the sources of this report year\n"
        "  --offline     no network: the bytes of each source's last fetch, from the archive\n"
        "  --dry-run     print the difference the run would make on standard output, write nothing to the warehouse\n"
        "  --accept-shrunken  with --source: load its export although it has lost so many rows, a district, an "
        "indicator\n"
        "                or a column that it would be refused; recorded with the run\n"
        "  --deadline T  end after T seconds (or 30m, 2h) with what is published by then (default: limits.deadline_s)\n"
        "  --help        this text\n\n"
        "With report.dir in the configuration the run writes the web site at its end; when it cannot, it says so, and "
        "the exit\n"
        "status stays what the load was.\n\n"
        "Exit status: 0 done, 3 loaded with quarantined rows, 4 another run holds the lock, 5 configuration error,\n"
        "6 a source could not be fetched, 7 input refused, 8 database error, 9 deadline or signal, 2 usage, 1 internal "
        "error.\n",
        out);
}

/* -1 to go on, or an exit code. */
static int parse_options(int argc, char **argv, struct run_options *ret)
{
    static const struct option options[] = {
        {"source", required_argument, NULL, 's'},
        {"year", required_argument, NULL, 'y'},
        {"offline", no_argument, NULL, 'o'},
        {"dry-run", no_argument, NULL, 'd'},
        {"accept-shrunken", no_argument, NULL, 'a'},
        {"deadline", required_argument, NULL, 't'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int opt;
    optind = 0;
    while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (opt) {
        case 's':
            ret->source = optarg;
            break;
        case 'y':
            if (cmd_parse_year(optarg, &ret->year))
                return cmd_bad_usage("run", "--year wants a year from 1900 to 2199", optarg);
            break;
        case 'o':
            ret->offline = true;
            break;
        case 'd':
            ret->dry_run = true;
            break;
        case 'a':
            ret->accept_shrunken = true;
            break;
        case 't':
            if (cmd_parse_seconds(optarg, &ret->deadline_s))
                return cmd_bad_usage("run", "--deadline wants seconds, or a number with m or h, up to 7 days", optarg);
            break;
        case 'h':
            usage(stdout);
            return EXIT_DONE;
        default:
            return cmd_bad_option("run", argv);
        }
    }
    if (ret->accept_shrunken && !ret->source)
        return cmd_bad_usage("run", "--accept-shrunken wants --source as well", NULL);
    return optind == argc ? -1 : cmd_bad_usage("run", "unexpected argument", argv[optind]);
}

/* The site of report.dir.  What is loaded is loaded: a site that cannot be written does not change how the run ended. */
static void write_site(struct config *config, const struct run_options *options, enum exit_code outcome)
{
    struct error err = {0};
    unsigned pages;
    bool worked =
        outcome == EXIT_DONE || outcome == EXIT_QUARANTINED || outcome == EXIT_FETCH || outcome == EXIT_REFUSED;
    if (!config->report_dir || options->dry_run || !worked) return;
    if (site_report(config, config->report_dir, &pages, &err) == 0) {
        fprintf(stderr, "stadslager: report: %u pages in %s\n", pages, config->report_dir);
        return;
    }
    error_print(&err, stderr);
    fputs("stadslager: warning: the site was not written; the one before stays, and so does what was loaded\n", stderr);
}

int cmd_run(const struct cmd_context *context, int argc, char **argv)
{
    char arguments[1024];
    struct run_options options = {.arguments = arguments};
    struct config config;
    struct error err = {0};
    cmd_join_arguments(argc, argv, arguments, sizeof arguments);
    int rc = parse_options(argc, argv, &options);
    if (rc >= 0) return rc;
    if (config_load(context->config_path, stderr, &config, &err)) {
        error_print(&err, stderr);
        return (int)err.class;
    }
    rc = (int)run(&config, &options);
    write_site(&config, &options, (enum exit_code)rc);
    config_free(&config);
    return rc;
}
