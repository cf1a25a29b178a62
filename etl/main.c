/* stadslager: the table of subcommands and nothing else. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "etl/base/exitcode.h"
#include "etl/cmd.h"
#include "etl/crash_point.h"
#include "etl/json_read.h"
#include "etl/observe/log.h"

#define DEFAULT_CONFIG "/etc/stadslager/stadslager.yaml"

static const struct {
    const char *name, *what;
    int (*run)(const struct cmd_context *context, int argc, char **argv);
} commands[] = {
    {"check-config", "read configuration and registries, explain each problem; loads nothing", cmd_check_config},
    {"check-names", "list names of the archived exports that no registry knows, with the nearest one", cmd_check_names},
    {"migrate", "create or upgrade the schema of the warehouse", cmd_migrate},
    {"run", "the nightly job: fetch, decode, validate, load, publish", cmd_run},
    {"decode", "decode one export to tab-separated text, no database", cmd_decode},
    {"audit", "derive a year from the archive and compare it with the warehouse", cmd_audit},
    {"rerun", "reload a year from the archive under the present rules, as new versions, in one commit", cmd_rerun},
    {"diff", "what differs between two runs, dates, or reports of a year", cmd_diff},
    {"explain", "the history of one value, down to the bytes it was read from", cmd_explain},
    {"quarantine", "list, replay or waive rows that were not loaded", cmd_quarantine},
    {"compare", "one indicator across the districts, as a table or for programs", cmd_compare},
    {"report", "a static web site of what analysts may see", cmd_report},
    {"export", "outcomes as CSV, workbook, SDMX-CSV, JSON-stat or PX, as analysts may see them", cmd_export},
    {"status", "last runs, sources, expected reports, open quarantine, disk, next run", cmd_status},
    {"doctor", "look for what is wrong or soon will be, with the cure", cmd_doctor},
    {"prune", "remove exports from the archive that nothing in the warehouse needs", cmd_prune},
};
#define COMMAND_COUNT (sizeof commands / sizeof *commands)

static void usage(FILE *out)
{
    fputs(
        "usage: stadslager [--config FILE] [--log FORM] COMMAND [OPTION...]\n\nLoads district report exports into the "
        "warehouse.\n\nCommands:\n",
        out);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  %-14s %s\n", commands[i].name, commands[i].what);
    fputs("\n  --config FILE  the configuration (default: $STADSLAGER_CONFIG, else " DEFAULT_CONFIG ")\n"
          "  --log FORM     messages as text, json or journal (default: journal where standard error is the journal, "
          "else "
          "text);\n"
          "                 may stand behind COMMAND too\n"
          "  --version      print the version\n  --help         this text; \"stadslager COMMAND --help\" shows a "
          "command's options\n\n"
          "Exit status: 0 done, 1 internal error, 2 usage, 3 loaded with quarantined rows, 4 another run holds the "
          "lock,\n"
          "5 configuration error, 6 a source could not be fetched, 7 input refused, 8 database error, 9 deadline or "
          "signal,\n"
          "10 audit found a difference.\n",
          out);
}

static int unknown(const char *what, const char *name)
{
    fprintf(stderr, "stadslager: unknown %s \"%s\"\n  hint: \"stadslager --help\" lists the commands.\n", what, name);
    return EXIT_USAGE;
}

/* Takes `--log FORM` and `--log=FORM` out of ARGV, wherever they stand before a "--".  -1 when FORM is none. */
static int take_log(int *argc, char **argv)
{
    const char *form = NULL;
    int kept = 1;
    bool open = true, missing = false;
    for (int i = 1; i < *argc; i++) {
        if (!strcmp(argv[i], "--")) open = false;
        if (open && !strncmp(argv[i], "--log=", 6)) {
            form = argv[i] + 6;
        } else if (open && !strcmp(argv[i], "--log")) {
            missing = i + 1 == *argc;
            if (!missing) form = argv[++i];
        } else {
            argv[kept++] = argv[i];
        }
    }
    argv[kept] = NULL;
    *argc = kept;
    return log_begin(form) && !missing ? 0 : -1;
}

/* A core file would hold the warehouse's password and what analysts may not see. */
static void leave_no_core(void)
{
    const struct rlimit none = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__                  /* the leak check looks into its own process */
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* the limit does not hold for a core that is piped to a program */
#endif
}

/* Where a standard file is closed, what is opened next would take its number: a message could land in the archive or in the
 * database's connection.  What is put there cannot be read or written either. */
static void keep_standard_files(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd) return;
}

/* Output that is lost is a failure, whatever else went well. */
static int end(int rc)
{
    struct error err;
    bool lost = fflush(stdout) || ferror(stdout);
    if (!lost || (rc != EXIT_DONE && rc != EXIT_QUARANTINED)) return rc;
    (void)error_set(&err, EXIT_INTERNAL, "could not write standard output: %s", strerror(errno));
    error_print(&err, stderr);
    return EXIT_INTERNAL;
}

int main(int argc, char **argv)
{
    const char *from_environment = getenv("STADSLAGER_CONFIG");
    struct cmd_context context = {from_environment && *from_environment ? from_environment : DEFAULT_CONFIG};
    static const struct option options[] = {{"config", required_argument, NULL, 'c'},
                                            {"version", no_argument, NULL, 'v'},
                                            {"help", no_argument, NULL, 'h'},
#ifdef STADSLAGER_CRASH_POINTS
                                            {"list-crash-points", no_argument, NULL, 'p'},
#endif
                                            {NULL, 0, NULL, 0}};
    int opt;
    leave_no_core();
    keep_standard_files();
    json_read_watch_memory(malloc);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a write beyond the limit fails then, as one to a full disk does */
    if (take_log(&argc, argv)) {
        fputs("stadslager: --log wants text, json or journal\n", stderr);
        return EXIT_USAGE;
    }
    opterr = 0;
    while ((opt = getopt_long(argc, argv, "+", options, NULL)) != -1) {
        switch (opt) {
        case 'c':
            context.config_path = optarg;
            break;
        case 'v':
            puts("stadslager " STADSLAGER_VERSION);
            return end(EXIT_DONE);
        case 'h':
            usage(stdout);
            return end(EXIT_DONE);
#ifdef STADSLAGER_CRASH_POINTS
        case 'p':
            crash_point_list(stdout);
            return end(EXIT_DONE);
#endif
        default:
            return unknown("option", optind > 0 ? argv[optind - 1] : "");
        }
    }
    if (optind >= argc) {
        usage(stderr);
        return EXIT_USAGE;
    }
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (!strcmp(argv[optind], commands[i].name))
            return end(commands[i].run(&context, argc - optind, argv + optind));
    return unknown("command", argv[optind]);
}
