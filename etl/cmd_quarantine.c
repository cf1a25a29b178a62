/* stadslager quarantine: list, replay and waive rows that were not loaded. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "etl/cmd.h"
#include "etl/cmd_options.h"
#include "etl/database.h"
#include "etl/history/given.h"
#include "etl/history/listing.h"
#include "etl/history/quarantine.h"
#include "etl/history/reload.h"
#include "etl/stop.h"

#define SHOWN_ROWS "50" /* of a list as text: what a screen holds */

static void usage(FILE *out)
{
    fputs(
        "usage: stadslager [--config FILE] quarantine list [--source S] [--rule R] [--status T] [--limit N] [--format "
        "F]\n"
        "       stadslager [--config FILE] quarantine replay [--source S] [--dry-run] [--accept-shrunken] [--deadline "
        "T]\n"
        "       stadslager [--config FILE] quarantine waive ID... --why TEXT [--by NAME]\n\n"
        "list shows rows that were not loaded, with the rule and the reason, and how many there are per rule.\n\n"
        "  --source S   only rows of this source\n"
        "  --rule R     only rows that this rule refused\n"
        "  --status T   open (default), waived, replayed, superseded or all\n"
        "  --limit N    at most N rows, 0 = all (default: " SHOWN_ROWS " as text, all as csv and json)\n"
        "  --format F   text (TAB between columns), csv or json\n\n"
        "replay reads the exports of all sources with open rows again from the archive, after a rule, an alias or the\n"
        "configuration was changed; rows that load now leave the quarantine (replayed), in one commit for all sources. "
        " It\n"
        "prints each row that moved and each that remains, with the reason.  A row that was waived stays waived.\n\n"
        "  --dry-run          print what it would do, and the difference in the facts, and write nothing\n"
        "  --accept-shrunken  load although a source loses so many rows, a district, an indicator or a column that it\n"
        "                     would be refused; recorded with the run\n"
        "  --deadline T       give up, rolled back, after T seconds (or 30m, 2h; default: limits.deadline_s)\n\n"
        "waive records that somebody has accepted that open rows are not loaded.  It stays so when the same row comes "
        "at\n"
        "the same line again; audits show it.\n\n"
        "  --why TEXT   the reason\n"
        "  --by NAME    who says so (default: the user of the database session)\n\n"
        "  --help       this text\n\n"
        "Exit status: 0 done, 2 usage (also: no such source, rule or row), 3 replayed and rows remain in quarantine, "
        "4\n"
        "another run holds the lock, 5 configuration error, 7 input refused or archived bytes missing, 8 database "
        "error,\n"
        "9 deadline or signal, 1 internal error.\n",
        out);
}

static int wrong(const char *what, const char *value)
{
    return cmd_bad_usage("quarantine", what, value);
}

struct request {
    struct quarantine_filter filter;
    struct reload_options reload;
    const char *limit, *why, *by;
    enum listing_format format;
    unsigned given; /* bit per option, as options[] has them */
};

enum { SOURCE, RULE, STATUS, LIMIT, FORMAT, DRY_RUN, ACCEPT, DEADLINE, WHY, BY, HELP };
#define BIT(option) (1u << (option))

static int take_option(struct request *q, int opt, const char *value)
{
    static const char *const statuses[] = {"open", "waived", "replayed", "superseded", "all"};
    q->given |= BIT(opt);
    switch (opt) {
    case SOURCE:
        q->filter.source = q->reload.source = value;
        return -1;
    case RULE:
        q->filter.rule = value;
        return -1;
    case STATUS:
        q->filter.status = strcmp(value, "all") ? value : NULL;
        for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
            if (!strcmp(value, statuses[i])) return -1;
        return wrong("--status wants open, waived, replayed, superseded or all", value);
    case LIMIT:
        q->limit = value;
        if (*value && strlen(value) < 10 && strspn(value, "0123456789") == strlen(value)) return -1;
        return wrong("--limit wants a whole number, 0 for all", value);
    case FORMAT:
        return listing_format_parse(value, &q->format) ? wrong("--format wants text, csv or json", value) : -1;
    case DRY_RUN:
        q->reload.dry_run = true;
        return -1;
    case ACCEPT:
        q->reload.accept_shrunken = true;
        return -1;
    case DEADLINE:
        if (cmd_parse_seconds(value, &q->reload.deadline_s) == 0) return -1;
        return wrong("--deadline wants seconds, or a number with m or h, up to 7 days", value);
    case WHY:
        q->why = value;
        return text_blank(text_of(value)) ? wrong("--why wants a reason in words", NULL) : -1;
    case BY:
        q->by = value;
        return text_blank(text_of(value)) ? wrong("--by wants a name", NULL) : -1;
    default: /* HELP */
        usage(stdout);
        return EXIT_DONE;
    }
}

/* -1 to go on, or an exit code.  ALLOWED: a bit per option of this subcommand. */
static int parse_options(int argc, char **argv, unsigned allowed, struct request *q)
{
    static const struct option options[] = {
        {"source", required_argument, NULL, SOURCE},
        {"rule", required_argument, NULL, RULE},
        {"status", required_argument, NULL, STATUS},
        {"limit", required_argument, NULL, LIMIT},
        {"format", required_argument, NULL, FORMAT},
        {"dry-run", no_argument, NULL, DRY_RUN},
        {"accept-shrunken", no_argument, NULL, ACCEPT},
        {"deadline", required_argument, NULL, DEADLINE},
        {"why", required_argument, NULL, WHY},
        {"by", required_argument, NULL, BY},
        {"help", no_argument, NULL, HELP},
        {NULL, 0, NULL, 0},
    };
    int opt, rc;
    optind = 0;
    while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1)
        if ((rc = opt == '?' ? cmd_bad_option("quarantine", argv) : take_option(q, opt, optarg)) >= 0) return rc;
    for (int i = 0; i < HELP; i++)
        if (q->given & ~allowed & BIT(i)) return wrong("this option is not for this subcommand", options[i].name);
    return -1;
}

/* ---- list ---- */

static int check_filter(struct database *db, const struct config *config, const struct quarantine_filter *filter,
                        struct error *err)
{
    bool known = true;
    if (filter->rule && given_rule(filter->rule, err)) return -1;
    if (!filter->source || given_find_source(config, filter->source)) return 0;
    if (quarantine_knows_source(db, filter->source, &known, err)) return -1; /* one that was configured once */
    return known ? 0 : given_source(config, filter->source, err);
}

static int list(struct database *db, const struct config *config, struct request *q, struct error *err)
{
    const char *limit = q->limit ? q->limit : q->format == LISTING_TEXT ? SHOWN_ROWS : "0";
    if (check_filter(db, config, &q->filter, err)) return -1;
    return quarantine_list(db, &q->filter, strspn(limit, "0") == strlen(limit) ? NULL : limit, q->format, err);
}

/* ---- waive ---- */

static int waive(struct database *db, int count, char **ids, const struct request *q, struct error *err)
{
    int64_t waived;
    if (quarantine_waive(db, (size_t)count, (const char *const *)ids, q->by, q->why, &waived, err)) return -1;
    fprintf(stderr, "stadslager: %" PRId64 " rows waived\n", waived);
    return 0;
}

static int check_ids(int count, char **ids)
{
    for (int i = 0; i < count; i++)
        if (!*ids[i] || strlen(ids[i]) > 18 || strspn(ids[i], "0123456789") != strlen(ids[i]))
            return wrong("an id is a whole number, as \"quarantine list\" shows it", ids[i]);
    return -1;
}

/* ---- the command ---- */

/* list and waive, which need no more than a session. */
static int in_session(const struct config *config, struct request *q, int count, char **ids)
{
    struct database db = {0};
    struct error err = {0};
    struct arena arena = {0};
    const char *dsn;
    int rc = stop_install(0, &err) || database_dsn(config->dsn, config->dsn_file, &arena, &dsn, &err) ||
             database_open(dsn, &db, &err) || stop_guard(db.connection, &err) || database_check_version(&db, &err) ||
             (q->why ? waive(&db, count, ids, q, &err) : list(&db, config, q, &err));
    stop_explain(&err);
    if (rc) error_print(&err, stderr);
    stop_release();
    database_close(&db);
    arena_free(&arena);
    return rc ? (int)err.class : EXIT_DONE;
}

int cmd_quarantine(const struct cmd_context *context, int argc, char **argv)
{
    static const struct {
        const char *name;
        unsigned allowed;
    } subcommands[] = {{"list", BIT(SOURCE) | BIT(RULE) | BIT(STATUS) | BIT(LIMIT) | BIT(FORMAT)},
                       {"replay", BIT(SOURCE) | BIT(DRY_RUN) | BIT(ACCEPT) | BIT(DEADLINE)},
                       {"waive", BIT(WHY) | BIT(BY)}};
    char arguments[1024] = " quarantine";
    struct request q = {.filter = {.status = "open"}, .reload = {.arguments = arguments}};
    struct config config;
    struct error err = {0};
    size_t sub = 0, prefix = strlen(arguments);
    if (argc > 1 && !strcmp(argv[1], "--help")) return take_option(&q, HELP, NULL);
    while (argc > 1 && sub < 3 && strcmp(argv[1], subcommands[sub].name) != 0)
        sub++;
    if (argc < 2 || sub == 3) return wrong("wants list, replay or waive", argc > 1 ? argv[1] : NULL);
    cmd_join_arguments(argc, argv, arguments + prefix, sizeof arguments - prefix);
    int rc = parse_options(argc - 1, argv + 1, subcommands[sub].allowed, &q);
    if (rc >= 0) return rc;
    int count = argc - 1 - optind;
    char **ids = argv + 1 + optind;
    bool waiving = sub == 2;
    if (!waiving && count) return wrong("unexpected argument", *ids);
    if (waiving && (!count || !q.why)) return wrong("waive wants ids and --why", NULL);
    if (waiving && (rc = check_ids(count, ids)) >= 0) return rc;
    if (config_load(context->config_path, stderr, &config, &err)) {
        error_print(&err, stderr);
        return (int)err.class;
    }
    rc = sub == 1 ? (int)reload(&config, &q.reload) : in_session(&config, &q, count, ids);
    config_free(&config);
    return rc;
}
