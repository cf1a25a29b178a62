/* migrate: creates or upgrades the schema. */
#include <stdio.h>
#include <string.h>

#include "etl/cmd.h"
#include "etl/config/config.h"
#include "etl/database.h"
#include "etl/stop.h"

static void usage(FILE *out)
{
    fputs("usage: stadslager [--config FILE] migrate [--dry-run]\n\n"
          "Creates the schema of the warehouse or brings it to this program's version; does nothing when it is there.  "
          "Each\n"
          "migration is one transaction.  The role must be a superuser, or a member of stadslager_owner where an "
          "administrator\n"
          "has made the roles.  A schema newer than this program is refused.\n\n"
          "  --dry-run  print the SQL that would run, change nothing\n"
          "  --help     this text\n\n"
          "Exit status: 0 done, 4 a run is under way, 5 configuration error, 8 database error, 9 signal\n"
          "(the migration it met is rolled back).\n",
          out);
}

static int migrate(const char *dsn, bool dry_run, struct error *err)
{
    struct database db = {0};
    int applied = 0, rc = -1;
    if (stop_install(0, err) || database_open(dsn, &db, err)) return -1;
    if (stop_guard(db.connection, err)) goto out;
    if (dry_run) {
        rc = database_migrate_print(&db, stdout, &applied, err);
        if (rc == 0) printf("-- %d migration%s would be applied\n", applied, applied == 1 ? "" : "s");
        goto out;
    }
    if (database_lock(&db, err)) goto out; /* not under the feet of a run */
    if (database_migrate(&db, &applied, err)) goto out;
    printf("schema version %d, %d migration%s applied\n", database_known_version(), applied, applied == 1 ? "" : "s");
    rc = 0;
out:
    stop_release();
    stop_explain(err);
    database_close(&db);
    return rc;
}

int cmd_migrate(const struct cmd_context *context, int argc, char **argv)
{
    struct config config;
    struct error err;
    const char *dsn = NULL;
    bool dry_run = argc > 1 && !strcmp(argv[1], "--dry-run");
    if (argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))) {
        usage(stdout);
        return EXIT_DONE;
    }
    if (argc > 1 + dry_run) {
        fprintf(stderr, "stadslager: migrate takes no argument \"%s\"\n", argv[1 + dry_run]);
        usage(stderr);
        return EXIT_USAGE;
    }
    if (config_load(context->config_path, stderr, &config, &err)) {
        error_print(&err, stderr);
        return (int)err.class;
    }
    int rc = database_dsn(config.dsn, config.dsn_file, &config.arena, &dsn, &err);
    if (rc == 0) rc = migrate(dsn, dry_run, &err);
    if (rc) error_print(&err, stderr);
    config_free(&config);
    return rc ? (int)err.class : EXIT_DONE;
}
