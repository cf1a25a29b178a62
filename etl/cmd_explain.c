/* stadslager explain: the history of one value. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "etl/cmd.h"
#include "etl/cmd_options.h"
#include "etl/history/explain.h"
#include "etl/history/given.h"

static void usage(FILE *out)
{
    fputs("usage: stadslager [--config FILE] explain --stadsdel S [--enhet E] --indikator I --period P [--kon K]\n"
          "                                          [--table T] [--format F]\n"
          "       stadslager [--config FILE] explain [OPTION...] STADSDEL INDIKATOR PERIOD [KON]\n\n"
          "Shows every version of one value, oldest first: the value, its flags, the run, the findings on its row, the "
          "export\n"
          "with URL, time of fetch and SHA-256, the line and the bytes it was read from, and what replaced it and why. "
          " The\n"
          "row is found again by decoding the archived export; its range in the file is shown with it.\n\n"
          "  --stadsdel S   the district\n"
          "  --enhet E      the unit; without it, the whole board\n"
          "  --indikator I  the indicator, by a name that the registry knows\n"
          "  --period P     the period, such as 2022, \"VB 2022\" or \"T1 2024\"\n"
          "  --kon K        T (both sexes together), M, K or O; without it, all there are\n"
          "  --table T      utfall (default), arsmal (targets) or foregaende (previous values)\n"
          "  --format F     text (default) or json\n"
          "  --help         this text\n\n"
          "Exit status: 0 shown, 2 usage (also: no such district, unit, indicator or value), 5 configuration error, 8\n"
          "database error, 1 internal error.\n",
          out);
}

struct request {
    const char *stadsdel, *indikator, *period;
    struct explain_key key;
    bool json;
};

static int wrong(const char *what, const char *value)
{
    return cmd_bad_usage("explain", what, value);
}

static int take_kon(struct request *q, const char *value)
{
    if (strlen(value) != 1 || !strchr("TMKO", *value)) return wrong("--kon wants T, M, K or O", value);
    q->key.part = *value;
    return -1;
}

static int take_option(struct request *q, int opt, const char *value)
{
    switch (opt) {
    case 's':
        q->stadsdel = value;
        return -1;
    case 'e':
        q->key.enhet = value;
        return -1;
    case 'i':
        q->indikator = value;
        return -1;
    case 'p':
        q->period = value;
        return -1;
    case 'k':
        return take_kon(q, value);
    case 't':
        q->key.table = strcmp(value, "utfall") == 0       ? 'U'
                       : strcmp(value, "arsmal") == 0     ? 'A'
                       : strcmp(value, "foregaende") == 0 ? 'F'
                                                          : '\0';
        return q->key.table ? -1 : wrong("--table wants utfall, arsmal or foregaende", value);
    case 'f':
        q->json = strcmp(value, "json") == 0;
        return q->json || strcmp(value, "text") == 0 ? -1 : wrong("--format wants text or json", value);
    default: /* 'h' */
        usage(stdout);
        return EXIT_DONE;
    }
}

/* The key without options: STADSDEL INDIKATOR PERIOD [KON]. */
static int take_words(struct request *q, int count, char **words)
{
    const char **const places[] = {&q->stadsdel, &q->indikator, &q->period};
    int rc;
    for (int i = 0; i < count && i < 3; i++) {
        if (*places[i]) return wrong("given as an option and as a word", words[i]);
        *places[i] = words[i];
    }
    if (count > 4) return wrong("unexpected argument", words[4]);
    if (count == 4 && (rc = take_kon(q, words[3])) >= 0) return rc;
    return -1;
}

/* -1 to go on, or an exit code. */
static int parse_options(int argc, char **argv, struct request *q)
{
    static const struct option options[] = {
        {"stadsdel", required_argument, NULL, 's'},
        {"enhet", required_argument, NULL, 'e'},
        {"indikator", required_argument, NULL, 'i'},
        {"period", required_argument, NULL, 'p'},
        {"kon", required_argument, NULL, 'k'},
        {"table", required_argument, NULL, 't'},
        {"format", required_argument, NULL, 'f'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int opt, rc;
    optind = 0;
    while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1)
        if ((rc = opt == '?' ? cmd_bad_option("explain", argv) : take_option(q, opt, optarg)) >= 0) return rc;
    if ((rc = take_words(q, argc - optind, argv + optind)) >= 0) return rc;
    if (!q->stadsdel || !q->indikator || !q->period) return wrong("wants a district, an indicator and a period", NULL);
    if (q->key.part && q->key.table != 'U') return wrong("--kon goes with --table utfall only", NULL);
    q->key.indikator = q->indikator;
    if (period_parse(text_of(q->period), &q->key.period) == 0) return -1;
    return wrong("--period wants a period such as 2022 or \"T1 2024\"", q->period);
}

static int show(const struct config *config, struct request *q, struct error *err)
{
    const struct stadsdel *stadsdel;
    const char *dsn;
    struct arena arena = {0};
    struct database db = {0};
    if (given_stadsdel(config, q->stadsdel, &stadsdel, err)) return -1;
    q->key.stadsdel = stadsdel->code;
    int rc = database_dsn(config->dsn, config->dsn_file, &arena, &dsn, err) || database_open(dsn, &db, err) ||
                     database_check_version(&db, err) || explain_print(&db, config, &q->key, q->json, err)
                 ? -1
                 : 0;
    database_close(&db);
    arena_free(&arena);
    return rc;
}

int cmd_explain(const struct cmd_context *context, int argc, char **argv)
{
    struct request q = {.key = {.table = 'U'}};
    struct config config;
    struct error err = {0};
    int rc = parse_options(argc, argv, &q);
    if (rc >= 0) return rc;
    if (config_load(context->config_path, stderr, &config, &err)) {
        error_print(&err, stderr);
        return (int)err.class;
    }
    rc = show(&config, &q, &err);
    if (rc) error_print(&err, stderr);
    config_free(&config);
    return rc ? (int)err.class : EXIT_DONE;
}
