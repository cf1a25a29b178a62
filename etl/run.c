#include "etl/run.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

#include "etl/archive/archive.h"
#include "etl/aside_workers.h"
#include "etl/clock.h"
#include "etl/crash_point.h"
#include "etl/dimensions/dimensions.h"
#include "etl/fetch/fetch_beside.h"
#include "etl/json_write.h"
#include "etl/ledger.h"
#include "etl/observe/observe.h"
#include "etl/refresh.h"
#include "etl/report.h"
#include "etl/sql.h"
#include "etl/stop.h"

#define SOURCE_QUOTED_SIZE 80 /* a source's name, at most 63 bytes, in quotes */

/* A source on its way through the run. */
struct item {
    const struct config_source *source;
    int index; /* in the configuration */
    char sha256[HASH_SIZE];
    uint64_t bytes; /* plain */
    struct source_result result;
};

struct run {
    const struct config *config;
    const struct run_options *options;
    struct item *items;
    size_t item_count;
    const struct source_result **results; /* of the items, for who observes */
    struct archive *archive;
    struct database db;
    struct dimensions dimensions;
    struct arena arena;
    int64_t started_ms, deadline_ms, run_id;
    struct fetch_beside *fetching; /* NULL: offline */
    enum exit_code outcome;
    struct observed_run observed;
};

/* ---- which sources ---- */

static bool is_configured(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->source_count; i++)
        if (!strcmp(config->sources[i].name, name)) return true;
    return false;
}

static int choose_items(struct run *r, struct error *err)
{
    const struct config *config = r->config;
    r->items = arena_array(&r->arena, config->source_count ? config->source_count : 1, sizeof *r->items);
    r->results = arena_array(&r->arena, config->source_count + 1, sizeof *r->results);
    if (!r->items || !r->results) return error_memory(err);
    for (size_t i = 0; i < config->source_count; i++) {
        const struct config_source *source = &config->sources[i];
        if (r->options->source && strcmp(source->name, r->options->source)) continue;
        if (r->options->year && source->decode.year && source->decode.year != r->options->year) continue;
        r->items[r->item_count] =
            (struct item){.source = source, .index = (int)i, .result = {.name = source->name, .source = source}};
        r->results[r->item_count] = &r->items[r->item_count].result;
        r->item_count++;
    }
    if (r->item_count) return 0;
    if (r->options->source && !is_configured(config, r->options->source)) {
        error_set(err, EXIT_USAGE, "no source \"%s\" in %s", r->options->source, config->path);
        return error_hint(err, "\"stadslager check-config\" lists the sources.");
    }
    return error_set(err, EXIT_USAGE, "no source of %s fits the options", config->path);
}

/* ---- fetching ---- */

/* Report texts and delimited text have no end of their own: a body that may be cut is refused. */
static int begin_fetching(struct run *r, struct error *err)
{
    struct fetch_request *requests = arena_array(&r->arena, r->item_count, sizeof *requests);
    char *now = arena_alloc(&r->arena, CLOCK_SIZE);
    if (!requests || !now) return error_memory(err);
    for (size_t i = 0; i < r->item_count; i++) {
        const struct config_source *source = r->items[i].source;
        requests[i] = (struct fetch_request){.source = source->name,
                                             .url = source->url,
                                             .credentials_file = source->credentials_file,
                                             .redirect_hosts = source->redirect_hosts,
                                             .redirect_host_count = source->redirect_host_count,
                                             .needs_proof = true};
    }
    const struct fetch_run fetching = {.config = &r->config->fetch,
                                       .archive = r->archive,
                                       .time = clock_now(now),
                                       .deadline_ms = r->deadline_ms,
                                       .stop = &stop_flag};
    return fetch_beside_begin(requests, r->item_count, &fetching, &r->fetching, err);
}

static void on_waiting(void *context, size_t ended)
{
    const struct run *r = context;
    stage_fetching(ended, r->item_count);
}

/* Sources are loaded in the order of the configuration, and spoken of in it, whichever is fetched first. */
static void take_fetched(struct run *r, struct item *item)
{
    struct source_result *result = &item->result;
    const struct fetch_outcome *outcome = fetch_beside_wait(r->fetching, (size_t)(item - r->items), on_waiting, r);
    bool stopped = stop_flag && outcome && outcome->kind == FETCH_FAILED && outcome->error.class == EXIT_DEADLINE;
    if (!outcome || (stopped && stop_flag != SIGALRM)) return; /* not reached: said once, for the run */
    if (outcome->kind == FETCH_FAILED) {
        result->kind = SOURCE_FAILED;
        result->error = outcome->error;
    } else {
        memcpy(item->sha256, outcome->sha256, sizeof item->sha256);
        item->bytes = outcome->record.plain;
    }
    result->fetched = outcome->kind;
    memcpy(result->sha256, outcome->sha256, sizeof result->sha256);
    result->received = outcome->record.received;
    result->plain = outcome->record.plain;
    result->stored = outcome->record.stored;
    result->stage_ms[STAGE_FETCH] = outcome->milliseconds;
    report_fetched(item->source, outcome);
}

static void end_fetching(struct run *r)
{
    struct error err;
    int rc = fetch_beside_end(r->fetching, &err);
    r->fetching = NULL;
    if (rc == 0) return;
    error_print(&err, stderr);
    r->outcome = exit_code_worse(r->outcome, err.class);
}

/* Offline: the bytes of each source's last fetch. */
static int find_archived(struct run *r, struct error *err)
{
    for (size_t i = 0; i < r->item_count; i++) {
        struct item *item = &r->items[i];
        struct fetch_record record;
        bool found;
        if (archive_last_fetch(r->archive, item->source->name, &r->arena, &found, &record, err)) return -1;
        if (found) {
            snprintf(item->sha256, sizeof item->sha256, "%s", record.sha256);
            memcpy(item->result.sha256, item->sha256, sizeof item->result.sha256);
            item->bytes = record.plain;
            continue;
        }
        item->result.kind = SOURCE_FAILED;
        error_set(&item->result.error, EXIT_FETCH, "source \"%s\": the archive holds no export of it",
                  item->source->name);
        error_hint(&item->result.error, "Run without --offline once.");
    }
    return 0;
}

/* ---- refreshing ---- */

static uint64_t quarantined(const struct load_counts *counts)
{
    return counts->rows_quarantined + counts->mal_quarantined + counts->aktivitet_quarantined +
           counts->tabell_quarantined;
}

/* What limits.max_run_quarantined_rows leaves: a source that needs more is refused before anything of it is published. */
static int64_t quarantine_left(const struct run *r)
{
    int64_t left = r->config->limits.max_run_quarantined_rows;
    for (size_t i = 0; i < r->item_count; i++)
        if (r->items[i].result.kind == SOURCE_LOADED || r->items[i].result.kind == SOURCE_VERIFIED)
            left -= (int64_t)quarantined(&r->items[i].result.counts);
    return left > 0 ? left : 0;
}

static int refresh_item(struct run *r, struct item *item, struct error *err)
{
    struct ledger_load last;
    const struct refresh refresh = {.db = &r->db,
                                    .config = r->config,
                                    .dimensions = &r->dimensions,
                                    .archive = r->archive,
                                    .run_id = r->run_id,
                                    .quarantine_left = quarantine_left(r),
                                    .dry_run = r->options->dry_run,
                                    .accept_shrunken = r->options->accept_shrunken,
                                    .difference = r->options->dry_run ? stdout : NULL};
    if (stop_guard(r->db.connection, err)) return -1; /* a load may have opened a new one */
    if (ledger_last_load(&r->db, item->source->name, &last, err)) return -1;
    bool same_bytes = last.found && !strcmp(last.file_sha256, item->sha256);
    if (same_bytes && !strcmp(last.config_hash, r->config->hash) && !strcmp(last.program_version, STADSLAGER_VERSION)) {
        item->result.kind = SOURCE_UNCHANGED;
        item->result.last_load = last.id;
        item->result.counts.rows_read = last.rows_read;
        item->result.counts.rows_quarantined = last.rows_quarantined;
        return 0;
    }
    if (refresh_source(&refresh, item->source, item->index, item->sha256, item->bytes, &item->result.counts, err))
        return -1;
    item->result.kind = item->result.counts.wrote ? SOURCE_LOADED : SOURCE_VERIFIED;
    return 0;
}

/* After a stop, or without a database, nothing more can be loaded. */
static bool is_over(const struct run *r)
{
    return stop_flag || !r->db.connection || PQstatus(r->db.connection) != CONNECTION_OK;
}

/* What the layers below say of names, the archive or the database need not name the source. */
void run_name_source(struct source_result *result)
{
    struct error *err = &result->error, cause = *err;
    char quoted[SOURCE_QUOTED_SIZE];
    snprintf(quoted, sizeof quoted, "\"%s\"", result->name);
    if (strstr(cause.message, quoted)) return;
    error_set(err, cause.class, "source %s: %s", quoted, cause.message);
    if (*cause.detail) error_detail(err, "%s", cause.detail);
    if (*cause.hint) error_hint(err, "%s", cause.hint);
}

/* A source that a stop interrupts is rolled back: not reached, and said once, for the run. */
static void try_item(struct run *r, struct item *item)
{
    struct source_result *result = &item->result;
    if (result->kind == SOURCE_FAILED || !*item->sha256 || is_over(r) || refresh_item(r, item, &result->error) == 0)
        return;
    if (stop_flag && result->error.class == EXIT_DEADLINE) return;
    result->kind = SOURCE_FAILED;
    run_name_source(result);
}

static void add_outcome(struct run *r, const struct source_result *result)
{
    if (result->kind == SOURCE_FAILED)
        r->outcome = exit_code_worse(r->outcome, result->error.class);
    else if (result->kind != SOURCE_UNCHANGED && quarantined(&result->counts))
        r->outcome = exit_code_worse(r->outcome, EXIT_QUARANTINED);
}

/* While a source is loaded, those behind it are fetched.  One that fails leaves the others to be loaded; a lost database or a
 * stop ends the run. */
static void refresh_items(struct run *r)
{
    size_t not_reached = 0;
    struct error err;
    for (size_t i = 0; i < r->item_count; i++) {
        struct item *item = &r->items[i];
        if (r->fetching) take_fetched(r, item);
        stage_source(item->result.name, i + 1, r->item_count, item->bytes);
        try_item(r, item);
        stage_end(item->result.stage_ms);
        report_source(&item->result, r->options->dry_run);
        add_outcome(r, &item->result);
        not_reached += item->result.kind == SOURCE_NOT_REACHED;
        crash_point(source_ended);
    }
    end_fetching(r);
    if (not_reached == 0 || stop_check(&err) == 0) return;
    error_print(&err, stderr);
    r->outcome = exit_code_worse(r->outcome, err.class);
}

/* ---- the run ---- */

static int open_warehouse(struct run *r, struct error *err)
{
    const char *dsn;
    if (database_dsn(r->config->dsn, r->config->dsn_file, &r->arena, &dsn, err)) return -1;
    if (database_open(dsn, &r->db, err)) return -1;
    if (database_check_version(&r->db, err)) return -1;
    if (database_lock(&r->db, err)) return -1;
    if (stop_guard(r->db.connection, err)) return -1;
    if (!r->options->dry_run && aside_leftovers(&r->db, true, err)) return -1;
    /* a dry run is one transaction, never committed: its loads are savepoints */
    if (r->options->dry_run && database_exec(&r->db, "BEGIN", "begin the dry run", err)) return -1;
    if (ledger_begin_run(&r->db, r->config, r->options->arguments, &r->run_id, err)) return -1;
    observe_begin(&r->observed, &r->db, r->run_id);
    if (dimensions_sync(&r->db, &r->config->registry, &r->dimensions, err)) return -1;
    crash_point(dimensions_synced);
    return 0;
}

/* NULL: no memory for all of it. */
static json_t *counts_json(const struct run *r)
{
    json_t *all = json_object();
    bool whole = all;
    for (size_t i = 0; whole && i < r->item_count; i++)
        whole = json_object_set_new(all, r->items[i].result.name, report_source_json(&r->items[i].result)) == 0;
    if (whole) return all;
    json_decref(all);
    return NULL;
}

static int end_run(struct run *r, struct error *err)
{
    if (r->options->dry_run || !r->run_id || PQstatus(r->db.connection) != CONNECTION_OK) return 0;
    json_t *counts = counts_json(r);
    char *text = counts ? json_write(counts, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    int rc = text ? ledger_end_run(&r->db, r->run_id, r->outcome, text, err) : error_memory(err);
    free(text);
    json_decref(counts);
    return rc;
}

/* Who reads next, the site or the audit, shall not have to wait for autovacuum to get a sensible plan. */
static void make_statistics(struct run *r)
{
    struct error err;
    bool loaded = false;
    for (size_t i = 0; i < r->item_count; i++)
        loaded = loaded || r->items[i].result.kind == SOURCE_LOADED;
    if (!loaded || r->options->dry_run || PQstatus(r->db.connection) != CONNECTION_OK || stop_check(&err)) return;
    if (database_query(&r->db, sql_text("queries/statistics"), 0, NULL, "make the planner's statistics", NULL, &err)) {
        stop_explain(&err);
        error_print(&err, stderr);
        r->outcome = exit_code_worse(r->outcome, err.class);
    }
    crash_point(statistics_made);
}

static int run_all(struct run *r, struct error *err)
{
    int64_t deadline_s = r->options->deadline_s ? r->options->deadline_s : r->config->limits.deadline_s;
    r->deadline_ms = r->started_ms + deadline_s * 1000;
    if (choose_items(r, err) || stop_install(deadline_s, err)) return -1;
    if (archive_open(r->config->archive_path, &r->archive, err) || open_warehouse(r, err)) return -1;
    if (r->options->offline ? find_archived(r, err) : begin_fetching(r, err)) return -1;
    refresh_items(r);
    make_statistics(r);
    return end_run(r, err);
}

/* What is known of each source goes to who observes; nothing that goes wrong there changes the run's outcome. */
static void end_observed(struct run *r, const struct error *err, int64_t milliseconds)
{
    r->observed.results = r->results;
    r->observed.result_count = r->item_count;
    r->observed.outcome = r->outcome;
    r->observed.error = err;
    r->observed.milliseconds = milliseconds;
    observe_end(&r->observed, &r->db);
}

enum exit_code run(const struct config *config, const struct run_options *options)
{
    struct run r = {.config = config, .options = options, .started_ms = clock_monotonic_ms()};
    struct error err = {0};
    r.observed = (struct observed_run){
        .config = config, .dry_run = options->dry_run, .partial = options->source || options->year};
    clock_now(r.observed.begun);
    report_begin(config, options->arguments);
    if (run_all(&r, &err)) {
        stop_explain(&err);
        if (r.outcome != err.class) error_print(&err, stderr); /* else a source has said what went wrong */
        r.outcome = exit_code_worse(r.outcome, err.class);
    }
    struct run_totals totals = {0};
    for (size_t i = 0; i < r.item_count; i++)
        report_add(&totals, &r.items[i].result);
    int64_t milliseconds = clock_monotonic_ms() - r.started_ms;
    end_observed(&r, &err, milliseconds);
    report_end(&totals, r.outcome, milliseconds);
    stop_release();
    dimensions_free(&r.dimensions);
    database_close(&r.db);
    crash_point(database_unlocked);
    archive_close(r.archive);
    arena_free(&r.arena);
    return r.outcome;
}
