/* stadslager prune: takes exports out of the archive that nothing needs. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "etl/archive/prune.h"
#include "etl/base/size.h"
#include "etl/clock.h"
#include "etl/cmd.h"
#include "etl/cmd_options.h"
#include "etl/config/config.h"
#include "etl/database.h"
#include "etl/observe/calendar.h"
#include "etl/stop.h"

#define KEEP_DAYS_MOST 36500 /* as archive.keep_days */

struct prune_options {
    bool dry_run;
    int64_t keep_days; /* -1 = the configuration's */
};

static void usage(FILE *out)
{
    fputs("usage: stadslager [--config FILE] prune [--dry-run] [--keep-days N]\n\n"
          "Removes exports from the archive that no load was ever made from: refused ones, and those of runs that did "
          "not\n"
          "publish.  What a published version, present or former, or a row in quarantine was read from stays for ever, "
          "and "
          "so\n"
          "does the last export of each source.  Needs the warehouse, which knows what is needed, and the archive's "
          "lock.\n\n"
          "  --dry-run      print what would be removed, remove nothing\n"
          "  --keep-days N  only what was stored at least N days ago (default: archive.keep_days)\n"
          "  --help         this text\n\n"
          "Exit status: 0 done, 2 usage, 4 a run is under way, 5 configuration error, 7 archive damaged or of another\n"
          "warehouse, 8 database error, 9 signal (what was removed by then is gone), 1 internal error.\n",
          out);
}

/* -1 to go on, or an exit code. */
static int parse_options(int argc, char **argv, struct prune_options *ret)
{
    static const struct option options[] = {{"dry-run", no_argument, NULL, 'd'},
                                            {"keep-days", required_argument, NULL, 'k'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    int opt;
    char *end;
    optind = 0;
    while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (opt) {
        case 'd':
            ret->dry_run = true;
            break;
        case 'k':
            errno = 0;
            ret->keep_days = strtoll(optarg, &end, 10);
            if (errno || *end || end == optarg || ret->keep_days < 0 || ret->keep_days > KEEP_DAYS_MOST)
                return cmd_bad_usage("prune", "--keep-days wants a number of days from 0 to 36500", optarg);
            break;
        case 'h':
            usage(stdout);
            return EXIT_DONE;
        default:
            return cmd_bad_option("prune", argv);
        }
    }
    return optind == argc ? -1 : cmd_bad_usage("prune", "takes no arguments", argv[optind]);
}

static int remove_all(struct archive *archive, const struct prune_plan *plan, bool dry_run, struct error *err)
{
    char removed[SIZE_TEXT], all[SIZE_TEXT];
    for (size_t i = 0; i < plan->remove_count; i++) {
        const struct archive_object *object = &plan->listing.objects[plan->remove[i]];
        char day[CALENDAR_SIZE];
        if (stop_check(err) || (!dry_run && archive_remove(archive, object->sha256, err))) return -1;
        printf("%s\t%s\t%" PRIu64 "\t%s\n", dry_run ? "would remove" : "removed", object->sha256, object->stored,
               calendar_text(object->modified / 86400, day));
    }
    printf("%s %zu of %zu exports, %s of %s; "
           "kept: %zu that loads were made from, %zu last of their source, %zu younger\n",
           dry_run ? "would remove" : "removed", plan->remove_count, plan->listing.count,
           size_text(removed, plan->remove_bytes), size_text(all, plan->listing.bytes), plan->needed, plan->last,
           plan->young);
    if (plan->listing.strangers)
        printf("%zu files in the archive are no exports and were left alone\n", plan->listing.strangers);
    return 0;
}

static int prune(const struct config *config, const struct prune_options *options, struct database *db,
                 struct archive **archive, struct error *err)
{
    const char *dsn;
    char text[CLOCK_SIZE];
    int64_t now;
    struct prune_plan plan;
    struct arena arena = {0};
    int rc = -1;
    if (stop_install(0, err)) return -1;
    if (calendar_parse_time(clock_now(text), &now)) return error_set(err, EXIT_INTERNAL, "the clock gives no time");
    /* A dry run needs no lock: it removes nothing. */
    if (options->dry_run ? archive_open_reading(config->archive_path, archive, err)
                         : archive_open(config->archive_path, archive, err))
        return -1;
    if (database_dsn(config->dsn, config->dsn_file, &arena, &dsn, err) || database_open(dsn, db, err) ||
        stop_guard(db->connection, err) || database_check_version(db, err) ||
        prune_plan(db, *archive, now, options->keep_days < 0 ? config->archive_keep_days : options->keep_days, &plan,
                   err))
        goto out;
    rc = remove_all(*archive, &plan, options->dry_run, err);
    prune_plan_free(&plan);
out:
    arena_free(&arena);
    return rc;
}

int cmd_prune(const struct cmd_context *context, int argc, char **argv)
{
    struct prune_options options = {.keep_days = -1};
    struct config config;
    struct database db = {0};
    struct archive *archive = NULL;
    struct error err = {0};
    int rc = parse_options(argc, argv, &options);
    if (rc >= 0) return rc;
    if (config_load(context->config_path, stderr, &config, &err)) {
        error_print(&err, stderr);
        return (int)err.class;
    }
    rc = prune(&config, &options, &db, &archive, &err);
    stop_explain(&err);
    if (rc) error_print(&err, stderr);
    stop_release();
    database_close(&db);
    archive_close(archive);
    config_free(&config);
    return rc ? (int)err.class : EXIT_DONE;
}
