/* stadslager doctor: looks for what is wrong or soon will be, with the cure. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "etl/cmd.h"
#include "etl/cmd_options.h"
#include "etl/observe/doctor.h"

static void usage(FILE *out)
{
    fputs("usage: stadslager [--config FILE] doctor [--full] [--network] [--format text|json]\n\n"
          "Looks at the configuration, free disk and inodes, credentials, the timer, the database with its schema, "
          "rights, "
          "clock\n"
          "and locks, the last run, the quarantine, late reports, and the archive.  One line per finding: ok, warn (it "
          "works, "
          "but\n"
          "look) or fail (a run would fail), with a hint where there is something to do.  Changes nothing.\n\n"
          "  --full      read every export of the archive; without it the latest 20 and about 50 others, always the "
          "same\n"
          "  --network   connect to the sources' servers and look at their certificates\n"
          "  --format F  text, or json for programs: [{check, level, message, hint}]\n"
          "  --help      this text\n\n"
          "Exit status: 0 nothing fails, 2 usage, 5 configuration error; else what a run would end with, of several "
          "failures "
          "the\n"
          "worst: 8 database, 7 archive, 6 certificate, 5 credentials or folders, 1 disk or clock.\n",
          out);
}

/* -1 to go on, or an exit code. */
static int parse_options(int argc, char **argv, struct doctor *ret, bool *ret_json)
{
    static const struct option options[] = {{"full", no_argument, NULL, 'u'},
                                            {"network", no_argument, NULL, 'n'},
                                            {"format", required_argument, NULL, 'f'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    int opt;
    optind = 0;
    while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (opt) {
        case 'u':
            ret->full = true;
            break;
        case 'n':
            ret->network = true;
            break;
        case 'f':
            *ret_json = !strcmp(optarg, "json");
            if (!*ret_json && strcmp(optarg, "text") != 0)
                return cmd_bad_usage("doctor", "--format wants text or json", optarg);
            break;
        case 'h':
            usage(stdout);
            return EXIT_DONE;
        default:
            return cmd_bad_option("doctor", argv);
        }
    }
    return optind == argc ? -1 : cmd_bad_usage("doctor", "takes no arguments", argv[optind]);
}

static void print_text(const struct doctor *doctor)
{
    json_t *finding;
    size_t i;
    json_array_foreach(doctor->findings, i, finding)
    {
        const char *hint = json_string_value(json_object_get(finding, "hint"));
        printf("%-4s  %-13s  %s\n", json_string_value(json_object_get(finding, "level")),
               json_string_value(json_object_get(finding, "check")),
               json_string_value(json_object_get(finding, "message")));
        if (hint && *hint) printf("      hint: %s\n", hint);
    }
    printf("%zu ok, %zu warnings, %zu failures\n", doctor->counts[DOCTOR_OK], doctor->counts[DOCTOR_WARN],
           doctor->counts[DOCTOR_FAIL]);
}

/* What is known is shown; that it is not all is an error. */
static int show(const struct doctor *doctor, bool json, struct error *err)
{
    if (!json)
        print_text(doctor);
    else if (json_dumpf(doctor->findings, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER) || putchar('\n') == EOF)
        return error_set(err, EXIT_INTERNAL, "could not write the output: %s", strerror(errno));
    return doctor->incomplete ? error_memory(err) : 0;
}

static void examine(struct doctor *doctor)
{
    struct database db = {0};
    doctor_machine(doctor);
    doctor_database(doctor, &db);
    doctor_archive(doctor, &db);
    if (doctor->network) doctor_certificates(doctor);
    database_close(&db);
}

int cmd_doctor(const struct cmd_context *context, int argc, char **argv)
{
    struct doctor doctor = {.worst = EXIT_DONE};
    struct config config;
    struct error err = {0};
    bool json = false;
    int rc = parse_options(argc, argv, &doctor, &json);
    if (rc >= 0) return rc;
    if (config_load(context->config_path, stderr, &config, &err)) {
        error_print(&err, stderr);
        return (int)err.class;
    }
    doctor.config = &config;
    doctor.findings = json_array();
    examine(&doctor);
    if (show(&doctor, json, &err)) {
        error_print(&err, stderr);
        doctor.worst = exit_code_worse(doctor.worst, err.class);
    }
    json_decref(doctor.findings);
    arena_free(&doctor.arena);
    config_free(&config);
    return (int)doctor.worst;
}
