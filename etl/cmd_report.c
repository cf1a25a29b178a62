/* stadslager report: the static web site. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "etl/analys/site.h"
#include "etl/cmd.h"
#include "etl/cmd_options.h"
#include "etl/stop.h"

static void usage(FILE *out)
{
    fputs("usage: stadslager [--config FILE] report --out DIR\n\n"
          "Writes a web site of plain files: districts compared per indicator, pages per district and unit, data "
          "quality.  "
          "Open\nDIR/index.html in a browser; no server and no network is needed.  It holds what the analysts' views "
          "show "
          "and nothing\nelse, so an analyst's login is enough.\n\n"
          "  --out DIR  where; a folder that is not there yet, an empty one, or one that an earlier report wrote, "
          "which is "
          "then\n             exchanged in one step\n"
          "  --help     this text\n\n"
          "Exit status: 0 written, 1 could not be written, 2 usage, 4 another report is being written there, 5 "
          "configuration error,\n7 too much for a site, 8 database error, 9 signal (the site before stays).\n",
          out);
}

/* -1 to go on, or an exit code. */
static int parse_options(int argc, char **argv, const char **ret_folder)
{
    static const struct option options[] = {
        {"out", required_argument, NULL, 'o'}, {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
    int opt;
    optind = 0;
    while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (opt) {
        case 'o':
            *ret_folder = optarg;
            break;
        case 'h':
            usage(stdout);
            return EXIT_DONE;
        default:
            return cmd_bad_option("report", argv);
        }
    }
    if (optind != argc) return cmd_bad_usage("report", "unexpected argument", argv[optind]);
    return *ret_folder ? -1 : cmd_bad_usage("report", "--out is missing", NULL);
}

int cmd_report(const struct cmd_context *context, int argc, char **argv)
{
    const char *folder = NULL;
    struct config config;
    struct error err = {0};
    unsigned pages;
    int rc = parse_options(argc, argv, &folder);
    if (rc >= 0) return rc;
    if (config_load(context->config_path, stderr, &config, &err)) {
        error_print(&err, stderr);
        return (int)err.class;
    }
    rc = stop_install(0, &err) || site_report(&config, folder, &pages, &err);
    stop_explain(&err);
    if (rc)
        error_print(&err, stderr);
    else
        fprintf(stderr, "stadslager: report: %u pages in %s\n", pages, folder);
    config_free(&config);
    return rc ? (int)err.class : EXIT_DONE;
}
