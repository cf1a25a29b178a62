#include "etl/history/reload.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

#include "etl/archive/archive.h"
#include "etl/aside_workers.h"
#include "etl/clock.h"
#include "etl/crash_point.h"
#include "etl/dimensions/dimensions.h"
#include "etl/history/given.h"
#include "etl/history/listing.h"
#include "etl/json_write.h"
#include "etl/ledger.h"
#include "etl/refresh.h"
#include "etl/report.h"
#include "etl/run.h"
#include "etl/sql.h"
#include "etl/stop.h"

#define NUMBER_SIZE 24 /* a 64-bit number in text */

struct item {
    const struct config_source *source;
    int index; /* in the configuration */
    char sha256[HASH_SIZE];
    uint64_t bytes; /* plain */
    struct source_result result;
};

struct reload {
    const struct config *config;
    const struct reload_options *options;
    const char *what; /* in messages */
    struct item *items;
    size_t item_count, failed;
    bool undone; /* a source failed, or a stop came: nothing was published */
    struct archive *archive;
    struct database db;
    struct dimensions dimensions;
    struct arena arena;
    int64_t started_ms, run_id, load_id; /* load_id: one that was written, 0 = none */
    uint64_t quarantined;
    enum exit_code outcome;
};

/* ---- which exports ---- */

static int nothing_to_do(const struct reload *r, struct error *err)
{
    const struct reload_options *o = r->options;
    if (o->source)
        (void)error_set(err, EXIT_USAGE, "source \"%s\" has not fed %d", o->source, o->year);
    else
        (void)error_set(err, EXIT_USAGE, "no source of %s has fed %d", r->config->path, o->year);
    return error_hint(err, "\"stadslager status\" shows what was loaded; \"stadslager run\" loads what was not yet.");
}

/* Row of RESULT that is about SOURCE, or -1. */
static int row_of(const PGresult *result, const char *source)
{
    for (int i = 0; i < PQntuples(result); i++)
        if (!strcmp(PQgetvalue(result, i, 0), source)) return i;
    return -1;
}

/* In the order of the configuration, which is what decides between sources that contradict each other. */
static int take_items(struct reload *r, const PGresult *result, struct error *err)
{
    const struct config *config = r->config;
    r->items = arena_array(&r->arena, config->source_count, sizeof *r->items);
    if (!r->items) return error_memory(err);
    for (size_t i = 0; i < config->source_count; i++) {
        const struct config_source *source = &config->sources[i];
        int row = row_of(result, source->name);
        if (row < 0) continue;
        struct item *item = &r->items[r->item_count++];
        *item = (struct item){.source = source, .index = (int)i, .result = {.name = source->name}};
        snprintf(item->sha256, sizeof item->sha256, "%s", PQgetvalue(result, row, 1));
        item->bytes = strtoull(PQgetvalue(result, row, 2), NULL, 10);
    }
    for (int i = 0; i < PQntuples(result); i++)
        if (!given_find_source(config, PQgetvalue(result, i, 0)))
            fprintf(stderr,
                    "stadslager: source \"%s\" is not in the configuration; what the warehouse has of it stands\n",
                    PQgetvalue(result, i, 0));
    return 0;
}

static int choose_items(struct reload *r, struct error *err)
{
    const struct reload_options *o = r->options;
    char year[NUMBER_SIZE];
    PGresult *result;
    (void)snprintf(year, sizeof year, "%d", o->year);
    const char *const of_year[] = {year, o->source}, *const of_quarantine[] = {o->source};
    if (database_query(&r->db, sql_text(o->year ? "queries/reload_year" : "queries/reload_quarantine"), o->year ? 2 : 1,
                       o->year ? of_year : of_quarantine, "find the exports", &result, err))
        return -1;
    int rc = take_items(r, result, err);
    PQclear(result);
    if (rc) return -1;
    return r->item_count || !o->year ? 0 : nothing_to_do(r, err);
}

/* ---- one source after the other, in one transaction ---- */

static int reload_item(struct reload *r, struct item *item)
{
    struct source_result *result = &item->result;
    int64_t left = r->config->limits.max_run_quarantined_rows - (int64_t)r->quarantined;
    const struct refresh refresh = {.db = &r->db,
                                    .config = r->config,
                                    .dimensions = &r->dimensions,
                                    .archive = r->archive,
                                    .run_id = r->run_id,
                                    .quarantine_left = left > 0 ? left : 0,
                                    .together = true,
                                    .accept_shrunken = r->options->accept_shrunken,
                                    .difference = r->options->dry_run ? stdout : NULL};
    if (refresh_source(&refresh, item->source, item->index, item->sha256, item->bytes, &result->counts,
                       &result->error)) {
        if (stop_flag && result->error.class == EXIT_DEADLINE) return -1;
        result->kind = SOURCE_FAILED;
        run_name_source(result);
        return -1;
    }
    result->kind = result->counts.wrote ? SOURCE_LOADED : SOURCE_VERIFIED;
    r->load_id = result->counts.load_id;
    struct run_totals totals = {0};
    report_add(&totals, result);
    r->quarantined += totals.counts.rows_quarantined;
    return 0;
}

/* All are tried, so that one look shows all that is wrong; a stop or a lost connection ends it. */
static void reload_items(struct reload *r)
{
    for (size_t i = 0; i < r->item_count; i++) {
        if (stop_flag || PQstatus(r->db.connection) != CONNECTION_OK) {
            r->failed++;
            continue;
        }
        r->failed += reload_item(r, &r->items[i]) != 0;
    }
}

/* What was published by then is not, after all. */
static void forget_all(struct reload *r)
{
    for (size_t i = 0; i < r->item_count; i++)
        if (r->items[i].result.kind != SOURCE_FAILED) r->items[i].result.kind = SOURCE_NOT_REACHED;
    r->quarantined = 0;
}

static void report_items(struct reload *r, bool published)
{
    for (size_t i = 0; i < r->item_count; i++) {
        const struct source_result *result = &r->items[i].result;
        if (published || result->kind == SOURCE_FAILED) report_source(result, r->options->dry_run);
        if (result->kind == SOURCE_FAILED) r->outcome = exit_code_worse(r->outcome, result->error.class);
    }
}

static int roll_back(struct reload *r, struct error *err)
{
    if (PQstatus(r->db.connection) != CONNECTION_OK) return 0; /* the server has done it */
    int rc = database_exec(&r->db, "ROLLBACK", "roll back", err);
    crash_point(reload_rolled_back);
    return rc;
}

/* What moved out of the quarantine and what stays, while the transaction is open. */
static int print_outcome(struct reload *r, struct error *err)
{
    char run[NUMBER_SIZE];
    PGresult *result;
    struct listing listing = {.out = stdout, .format = LISTING_TEXT};
    struct error ignored;
    (void)snprintf(run, sizeof run, "%" PRId64, r->run_id);
    const char *const params[] = {run};
    if (database_query(&r->db, sql_text("queries/replay_outcome"), 1, params, "read the quarantine", &result, err))
        return -1;
    int rc = listing_rows(&listing, result, err);
    if (listing_end(&listing, rc ? &ignored : err)) rc = -1;
    PQclear(result);
    return rc;
}

static int finish(struct reload *r, struct error *err)
{
    bool all = r->failed == 0 && !stop_flag;
    int rc = all && !r->options->year ? print_outcome(r, err) : 0;
    all = all && rc == 0;
    if (!all || r->options->dry_run) {
        r->undone = !all;
        if (!all) forget_all(r);
        report_items(r, all);
        if (!all && !stop_flag) /* which is said once, below */
            fprintf(stderr, "stadslager: %s: nothing was published: %zu of %zu sources failed or were not reached\n",
                    r->what, r->failed, r->item_count);
        return roll_back(r, err) ? -1 : rc;
    }
    if (r->load_id ? load_commit_together(&r->db, r->load_id, r->what, err)
                   : database_exec(&r->db, "COMMIT", "end the transaction", err)) {
        forget_all(r);
        return -1;
    }
    report_items(r, true);
    return 0;
}

/* ---- the whole ---- */

static int open_warehouse(struct reload *r, struct error *err)
{
    const char *dsn;
    if (database_dsn(r->config->dsn, r->config->dsn_file, &r->arena, &dsn, err)) return -1;
    if (database_open(dsn, &r->db, err) || database_check_version(&r->db, err) || database_lock(&r->db, err)) return -1;
    if (stop_guard(r->db.connection, err)) return -1;
    return r->options->dry_run ? 0 : aside_leftovers(&r->db, true, err);
}

/* The run itself is on record even when it fails; all else is one transaction. */
static int begin(struct reload *r, struct error *err)
{
    const char *doing = "begin the reload";
    if (r->options->dry_run && database_exec(&r->db, "BEGIN", doing, err)) return -1;
    if (ledger_begin_run(&r->db, r->config, r->options->arguments, &r->run_id, err)) return -1;
    if (!r->options->dry_run && database_exec(&r->db, "BEGIN", doing, err)) return -1;
    crash_point(reload_begun);
    return dimensions_sync(&r->db, &r->config->registry, &r->dimensions, err);
}

static int end_run(struct reload *r, struct error *err)
{
    if (r->options->dry_run || !r->run_id || PQstatus(r->db.connection) != CONNECTION_OK) return 0;
    json_t *counts = json_object();
    bool whole = counts;
    for (size_t i = 0; whole && i < r->item_count; i++)
        whole = json_object_set_new(counts, r->items[i].result.name, report_source_json(&r->items[i].result)) == 0;
    char *text = whole ? json_write(counts, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    int rc = text ? ledger_end_run(&r->db, r->run_id, r->outcome, text, err) : error_memory(err);
    free(text);
    json_decref(counts);
    return rc;
}

static int reload_all(struct reload *r, struct error *err)
{
    int64_t deadline_s = r->options->deadline_s ? r->options->deadline_s : r->config->limits.deadline_s;
    if (r->options->source && given_source(r->config, r->options->source, err)) return -1;
    if (stop_install(deadline_s, err)) return -1;
    if (archive_open_reading(r->config->archive_path, &r->archive, err) || open_warehouse(r, err)) return -1;
    if (choose_items(r, err) || begin(r, err)) return -1;
    reload_items(r);
    int rc = finish(r, err);
    struct error stop;
    if (rc == 0 && r->undone && stop_check(&stop)) {
        error_print(&stop, stderr);
        r->outcome = exit_code_worse(r->outcome, stop.class);
    } else if (rc == 0 && r->undone && r->outcome == EXIT_DONE) {
        r->outcome = EXIT_DATABASE; /* the connection went with no source to blame */
    }
    return rc;
}

static void close_all(struct reload *r)
{
    stop_release();
    dimensions_free(&r->dimensions);
    database_close(&r->db);
    archive_close(r->archive);
    arena_free(&r->arena);
}

enum exit_code reload(const struct config *config, const struct reload_options *options)
{
    struct reload r = {.config = config,
                       .options = options,
                       .what = options->year ? "the rerun" : "the replay",
                       .started_ms = clock_monotonic_ms()};
    struct error err = {0};
    struct run_totals totals = {0};
    report_begin(config, options->arguments);
    if (reload_all(&r, &err)) {
        error_print(&err, stderr);
        r.outcome = exit_code_worse(r.outcome, err.class);
        if (r.db.connection && PQtransactionStatus(r.db.connection) != PQTRANS_IDLE && roll_back(&r, &err))
            error_print(&err, stderr);
    }
    if (r.outcome == EXIT_DONE && r.quarantined) r.outcome = EXIT_QUARANTINED;
    if (end_run(&r, &err)) {
        error_print(&err, stderr);
        r.outcome = exit_code_worse(r.outcome, err.class);
    }
    for (size_t i = 0; i < r.item_count; i++)
        report_add(&totals, &r.items[i].result);
    report_end(&totals, r.outcome, clock_monotonic_ms() - r.started_ms);
    close_all(&r);
    return r.outcome;
}
