/* stadslager rerun: a year again, from the archive, under the present rules. */
#include <getopt.h>
#include <stdio.h>

#include "etl/cmd.h"
#include "etl/cmd_options.h"
#include "etl/history/reload.h"

static void usage(FILE *out)
{
    fputs(
        "usage: stadslager [--config FILE] rerun --year Y [--source S] [--dry-run] [--accept-shrunken] [--deadline "
        "T]\n\n"
        "Reads the last published export of every source that fed the year again from the archive, under the present\n"
        "configuration, registries and program, and publishes what differs as new versions: all sources in one "
        "commit,\n"
        "or, when one of them is refused, none.  The versions before stay; \"diff\" and \"explain\" show them.\n\n"
        "  --year Y           the year of the facts\n"
        "  --source S         only this source\n"
        "  --dry-run          print the difference it would make on standard output, write nothing\n"
        "  --accept-shrunken  load although a source loses so many rows, a district, an indicator or a column that it\n"
        "                     would be refused; recorded with the run\n"
        "  --deadline T       give up, rolled back, after T seconds (or 30m, 2h; default: limits.deadline_s)\n"
        "  --help             this text\n\n"
        "Exit status: 0 done, 3 loaded with quarantined rows, 2 usage (also: no source fed the year), 4 another run "
        "holds\n"
        "the lock, 5 configuration error, 7 input refused or archived bytes missing, 8 database error, 9 deadline or\n"
        "signal, 1 internal error.\n",
        out);
}

/* -1 to go on, or an exit code. */
static int parse_options(int argc, char **argv, struct reload_options *ret)
{
    static const struct option options[] = {
        {"year", required_argument, NULL, 'y'},
        {"source", required_argument, NULL, 's'},
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
        case 'y':
            if (cmd_parse_year(optarg, &ret->year))
                return cmd_bad_usage("rerun", "--year wants a year from 1900 to 2199", optarg);
            break;
        case 's':
            ret->source = optarg;
            break;
        case 'd':
            ret->dry_run = true;
            break;
        case 'a':
            ret->accept_shrunken = true;
            break;
        case 't':
            if (cmd_parse_seconds(optarg, &ret->deadline_s))
                return cmd_bad_usage("rerun", "--deadline wants seconds, or a number with m or h, up to 7 days",
                                     optarg);
            break;
        case 'h':
            usage(stdout);
            return EXIT_DONE;
        default:
            return cmd_bad_option("rerun", argv);
        }
    }
    if (optind != argc) return cmd_bad_usage("rerun", "unexpected argument", argv[optind]);
    return ret->year ? -1 : cmd_bad_usage("rerun", "--year is missing", NULL);
}

int cmd_rerun(const struct cmd_context *context, int argc, char **argv)
{
    char arguments[1024] = " rerun";
    struct reload_options options = {.arguments = arguments};
    struct config config;
    struct error err = {0};
    cmd_join_arguments(argc, argv, arguments + sizeof " rerun" - 1, sizeof arguments - sizeof " rerun" + 1);
    int rc = parse_options(argc, argv, &options);
    if (rc >= 0) return rc;
    if (config_load(context->config_path, stderr, &config, &err)) {
        error_print(&err, stderr);
        return (int)err.class;
    }
    rc = (int)reload(&config, &options);
    config_free(&config);
    return rc;
}
