/* The configuration: one YAML file, one table (config_keys) that drives the loader, defaults, ranges, --help, the
 * reference file config/stadslager.yaml and the man page. */
#ifndef STADSLAGER_CONFIG_H
#define STADSLAGER_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "connectors/connector.h"
#include "etl/base/arena.h"
#include "etl/base/error.h"
#include "etl/base/value.h"
#include "etl/config/registry.h"
#include "etl/config/rules.h"

enum unknown_name { UNKNOWN_QUARANTINE, UNKNOWN_ADD };
enum vanished { VANISHED_REFUSE, VANISHED_WITHDRAW };
enum source_vanished { SOURCE_VANISHED_LIMITS, SOURCE_VANISHED_REFUSE, SOURCE_VANISHED_WITHDRAW };

struct config_fetch {
    int64_t parallel;          /* sources at once; 1-64, default 4 */
    int64_t connect_timeout_s; /* 1-600, default 15 */
    int64_t low_speed_bytes;   /* bytes/s below which a transfer counts as stalled; 1-…, default 100 */
    int64_t low_speed_time_s;  /* for how long; default 30 */
    int64_t total_timeout_s;   /* one attempt; default 900 */
    int64_t retries;           /* further attempts after a transient failure; 0-20, default 4 */
    int64_t backoff_ms;        /* first pause; doubles, with jitter; default 500 */
    int64_t max_redirects;     /* 0-20, default 5 */
    int64_t max_bytes;         /* of a body as received; default 2 GiB */
    int64_t max_plain_bytes;   /* of a body decompressed; default 16 GiB */
    int64_t max_ratio;         /* decompressed : received, beyond the first MiB; default 200 */
    bool allow_http;           /* plain http too; default false (https only) */
    const char *ca_file;       /* NULL = the system's */
};

struct config_limits {            /* checked before anything is published */
    int64_t max_quarantined_rows; /* per source; default 1000 */
    int64_t max_quarantined_pct;  /* per source, in % of its rows; 0-100, default 20 */
    int64_t max_dropped_pct;      /* refuse when a source has this much fewer rows than last time; 0-100, default 20 */
    int64_t difference_pct;       /* of lines that differ; more are not compared alone; 0-100, default 20 */
    enum vanished vanished;       /* a district, indicator, column or table that is wholly gone; default refuse */
    int64_t max_run_quarantined_rows; /* per run; default 10000 */
    int64_t deadline_s;               /* of a run; default 3600 */
};

struct config_observe {
    const char *metrics_file;                 /* NULL = none */
    const char *openlineage_file;             /* NULL = none */
    const char *openlineage_url;              /* NULL = none */
    const char *openlineage_credentials_file; /* NULL = none */
    const char *openlineage_namespace;        /* default stadslager */
};

struct config_source {
    const char *name; /* unique, [a-z0-9-]+ */
    const char *url;  /* http(s)://… ; no user or password inside */
    const struct connector *connector;
    struct decode_options decode; /* stadsdel, year, enheter, separator, encoding, aliases, totals_label */
    struct token_table tokens;
    const char *credentials_file;      /* NULL = none; holds "user:password" or "Bearer TOKEN" in one line */
    const char *const *redirect_hosts; /* hosts beside the URL's own that redirects may lead to */
    size_t redirect_host_count;
    const char *const *expected;   /* of calendar.h: "VB", "T1", "T2" */
    size_t expected_count;         /* 0 = VB of a source with a year, else none */
    bool complete;                 /* a name that is gone from the export is withdrawn; default true */
    enum source_vanished vanished; /* instead of limits.vanished */
    unsigned line;                 /* in the configuration file */
};

/* The files of a configuration: itself, stadsdelar, enheter, indikatorer. */
#define CONFIG_PARTS 4

struct config {
    struct arena arena; /* owns everything below */
    const char *path;
    /* warehouse */
    const char *dsn;       /* libpq connection string or ""; a password in it is refused */
    const char *dsn_file;  /* NULL, or a file that holds the connection string */
    bool allow_unverified; /* another machine without sslmode=verify-full; default false */
    /* archive */
    const char *archive_path;
    int64_t archive_keep_days;      /* of what nothing needs, before prune removes it; default 90 */
    int64_t archive_min_free_bytes; /* doctor warns below; default 1 GiB */
    struct config_fetch fetch;
    struct config_limits limits;
    int64_t
        aside_from; /* bytes of an export from which on years that are new, or mostly changed, are built aside; default 4 MiB */
    int64_t load_workers; /* sessions that build new ones, 1 to LIMIT_LOAD_WORKERS; default 2 */
    struct config_observe observe;
    enum unknown_name new_enhet, new_indikator; /* a stadsdel is never added */
    const char *report_dir;                     /* of the site that a run writes at its end; NULL = none */
    const struct rule_severity *rules;
    size_t rule_count;
    const char *registry_path[3]; /* stadsdelar, enheter, indikatorer; NULL = none */
    struct registry registry;
    const struct config_source *sources;
    size_t source_count;
    const char *text;           /* the files read, one after the other */
    size_t parts[CONFIG_PARTS]; /* bytes of each in TEXT; 0 = there is none */
    char hash[65];              /* SHA-256, hex, of the files read (configuration and registries), in this order */
};

/* Reads PATH and the registries it names (relative to its folder); no network, no database.  Every problem found is
 * printed on PROBLEMS as "FILE:LINE:COLUMN: KEY PATH: what is wrong (expected …)" with a "did you mean" where a name is
 * near; the count of problems is in the error's message.  On success RET must be given back with config_free. */
int config_load(const char *path, FILE *problems, struct config *ret_config, struct error *err) CHECK_RESULT;
/* As config_load, from a TEXT that config->text once was: the ledger keeps it with the runs.  PARTS as config->parts; NULL
 * where they were not kept: then a registry begins at the first line that begins with its key.  NAME is for messages.
 * No file that it names is opened: those with secrets are others by now, or not for the eyes of who audits. */
int config_load_text(const char *name, struct text text, const size_t *parts, FILE *problems, struct config *ret_config,
                     struct error *err) CHECK_RESULT;
void config_free(struct config *config);
/* The rows of the table, as `--help` and the man page show them. */
void config_print_keys(FILE *out);
/* The severity of rule ID for ENTRY (NULL = an indicator of no registry, or none at all): its own, else the
 * configuration's, else OTHERWISE. */
enum severity config_severity(const struct config *config, const struct indikator_entry *entry, const char *id,
                              enum severity otherwise);

#endif
