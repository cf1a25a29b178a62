#include "etl/report.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>

#include "etl/observe/log.h"

#define LINES_SIZE 2048 /* bytes of the lines with counts: six, of at most 150 */

void report_begin(const struct config *config, const char *arguments)
{
    char message[LOG_MESSAGE_SIZE];
    (void)snprintf(message, sizeof message, "run begins: version %s, configuration %.12s (%s)%s%s", STADSLAGER_VERSION,
                   config->hash, config->path, arguments[0] ? ", options" : "", arguments);
    log_write(&(struct log_event){.level = LOG_LEVEL_INFO,
                                  .event = "run_begin",
                                  .message = message,
                                  .fields = json_pack("{s:s,s:s,s:s,s:s}", "version", STADSLAGER_VERSION, "config",
                                                      config->path, "config_hash", config->hash, "options",
                                                      arguments[0] ? arguments + 1 : "")});
}

void report_fetched(const struct config_source *source, const struct fetch_outcome *outcome)
{
    const struct fetch_record *record = &outcome->record;
    char message[LOG_MESSAGE_SIZE];
    if (outcome->kind == FETCH_FAILED) return; /* said once, with the source's result */
    (void)snprintf(message, sizeof message,
                   "source \"%s\": fetched: HTTP %ld, %s, %" PRIu64 " bytes received, %" PRIu64
                   " plain, sha256 %.12s%s",
                   source->name, record->status, fetch_kind_name(outcome->kind), record->received, record->plain,
                   outcome->sha256, outcome->attempts > 1 ? ", after retries" : "");
    log_write(
        &(struct log_event){.level = LOG_LEVEL_INFO,
                            .event = "fetched",
                            .source = source->name,
                            .message = message,
                            .fields = json_pack("{s:I,s:s,s:I,s:I,s:s,s:I}", "status", (json_int_t)record->status,
                                                "outcome", fetch_kind_name(outcome->kind), "received",
                                                (json_int_t)record->received, "plain", (json_int_t)record->plain,
                                                "sha256", outcome->sha256, "attempts", (json_int_t)outcome->attempts)});
}

/* One kind of rows: "  goals: read 3 = loaded 1 + …", and the same as JSON. */
struct kind_counts {
    const char *words, *field;
    uint64_t read, loaded, unchanged, quarantined, ignored;
    bool always, has_ignored; /* shown also where nothing was read; the kind knows ignored rows */
};
#define KIND_COUNT 5

static void list_kinds(const struct load_counts *c, struct kind_counts kinds[static KIND_COUNT])
{
    kinds[0] = (struct kind_counts){
        "lines",          "lines", c->lines_read, c->lines_loaded, c->lines_unchanged, c->lines_quarantined,
        c->lines_ignored, true,    true};
    kinds[1] = (struct kind_counts){
        "indicator rows", "rows", c->rows_read, c->rows_loaded, c->rows_unchanged, c->rows_quarantined,
        c->rows_ignored,  true,   true};
    kinds[2] = (struct kind_counts){"goals", "mal", c->mal_read, c->mal_loaded, c->mal_unchanged, c->mal_quarantined,
                                    0,       false, false};
    kinds[3] = (struct kind_counts){"activities",
                                    "aktivitet",
                                    c->aktivitet_read,
                                    c->aktivitet_loaded,
                                    c->aktivitet_unchanged,
                                    c->aktivitet_quarantined,
                                    0,
                                    false,
                                    false};
    kinds[4] = (struct kind_counts){
        "table rows", "tabell", c->tabell_read, c->tabell_loaded, c->tabell_unchanged, c->tabell_quarantined, 0,
        false,        false};
}

static void add(char lines[static LINES_SIZE], const char *format, ...) PRINTF_LIKE(2, 3);
static void add(char lines[static LINES_SIZE], const char *format, ...)
{
    size_t len = strlen(lines);
    va_list args;
    va_start(args, format);
    (void)vsnprintf(lines + len, LINES_SIZE - len, format, args);
    va_end(args);
}

static void counts_lines(const struct load_counts *c, char lines[static LINES_SIZE])
{
    struct kind_counts kinds[KIND_COUNT];
    list_kinds(c, kinds);
    lines[0] = '\0';
    for (size_t i = 0; i < KIND_COUNT; i++) {
        const struct kind_counts *k = &kinds[i];
        if (!k->always && !k->read) continue;
        add(lines, "  %s: read %" PRIu64 " = loaded %" PRIu64 " + unchanged %" PRIu64 " + quarantined %" PRIu64,
            k->words, k->read, k->loaded, k->unchanged, k->quarantined);
        if (k->has_ignored) add(lines, " + ignored %" PRIu64, k->ignored);
        add(lines, "\n");
    }
    add(lines,
        "  facts: new %" PRIu64 ", revised %" PRIu64 ", withdrawn %" PRIu64 ", unchanged %" PRIu64 "; findings %" PRIu64
        "\n",
        c->facts_new, c->facts_revised, c->facts_withdrawn, c->facts_unchanged, c->findings);
    if (c->way.words[0]) add(lines, "  way: %s\n", c->way.words);
}

/* NULL: no memory for all of it. */
static json_t *counts_fields(const struct load_counts *c, bool dry_run)
{
    struct kind_counts kinds[KIND_COUNT];
    json_t *counts = json_object();
    bool whole = true;
    list_kinds(c, kinds);
    for (size_t i = 0; i < KIND_COUNT; i++) {
        const struct kind_counts *k = &kinds[i];
        json_t *kind = json_pack("{s:I,s:I,s:I,s:I,s:I}", "read", (json_int_t)k->read, "loaded", (json_int_t)k->loaded,
                                 "unchanged", (json_int_t)k->unchanged, "quarantined", (json_int_t)k->quarantined,
                                 "ignored", (json_int_t)k->ignored);
        whole = json_object_set_new(counts, k->field, kind) == 0 && whole;
    }
    json_t *facts =
        json_pack("{s:I,s:I,s:I,s:I}", "new", (json_int_t)c->facts_new, "revised", (json_int_t)c->facts_revised,
                  "withdrawn", (json_int_t)c->facts_withdrawn, "unchanged", (json_int_t)c->facts_unchanged);
    whole = json_object_set_new(counts, "facts", facts) == 0 && whole;
    whole = json_object_set_new(counts, "findings", json_integer((json_int_t)c->findings)) == 0 && whole;
    if (c->way.words[0]) whole = json_object_set_new(counts, "way", json_string(c->way.words)) == 0 && whole;
    if (whole) return json_pack("{s:b,s:o}", "dry_run", dry_run, "counts", counts);
    json_decref(counts);
    return NULL;
}

static void report_done(const struct source_result *result, bool dry_run)
{
    char message[LOG_MESSAGE_SIZE], lines[LINES_SIZE];
    bool loaded = result->kind == SOURCE_LOADED;
    if (loaded)
        (void)snprintf(message, sizeof message, "source \"%s\": %s", result->name,
                       dry_run ? "would be loaded (dry run)" : "loaded");
    else
        (void)snprintf(message, sizeof message, "source \"%s\": verified: the warehouse says what the export says%s",
                       result->name, dry_run ? " (dry run)" : "");
    counts_lines(&result->counts, lines);
    log_write(&(struct log_event){.level = LOG_LEVEL_INFO,
                                  .event = loaded ? "source_loaded" : "source_verified",
                                  .source = result->name,
                                  .message = message,
                                  .lines = lines,
                                  .fields = counts_fields(&result->counts, dry_run)});
}

static void report_unchanged(const struct source_result *result)
{
    char message[LOG_MESSAGE_SIZE];
    (void)snprintf(message, sizeof message,
                   "source \"%s\": unchanged since load %" PRId64 "; nothing decoded, nothing written", result->name,
                   result->last_load);
    log_write(&(struct log_event){.level = LOG_LEVEL_INFO,
                                  .event = "source_unchanged",
                                  .source = result->name,
                                  .message = message,
                                  .fields = json_pack("{s:I}", "load", (json_int_t)result->last_load)});
}

static void report_not_reached(const struct source_result *result)
{
    char message[LOG_MESSAGE_SIZE];
    (void)snprintf(message, sizeof message, "source \"%s\": not reached; what the warehouse has of it stands",
                   result->name);
    log_write(&(struct log_event){
        .level = LOG_LEVEL_WARNING, .event = "source_not_reached", .source = result->name, .message = message});
}

static void report_failed(const struct source_result *result)
{
    const struct error *err = &result->error;
    log_write(&(struct log_event){.level = LOG_LEVEL_ERROR,
                                  .event = "source_failed",
                                  .source = result->name,
                                  .message = err->message,
                                  .detail = err->detail,
                                  .hint = err->hint,
                                  .fields = json_pack("{s:s}", "class", exit_code_name(err->class))});
}

void report_source(const struct source_result *result, bool dry_run)
{
    switch (result->kind) {
    case SOURCE_NOT_REACHED:
        report_not_reached(result);
        break;
    case SOURCE_FAILED:
        report_failed(result);
        break;
    case SOURCE_UNCHANGED:
        report_unchanged(result);
        break;
    case SOURCE_VERIFIED:
    case SOURCE_LOADED:
        report_done(result, dry_run);
        break;
    }
}

void report_add(struct run_totals *totals, const struct source_result *result)
{
    totals->sources++;
    totals->failed += result->kind == SOURCE_FAILED;
    totals->not_reached += result->kind == SOURCE_NOT_REACHED;
    totals->loaded += result->kind == SOURCE_LOADED;
    totals->unchanged += result->kind == SOURCE_UNCHANGED || result->kind == SOURCE_VERIFIED;
    if (result->kind != SOURCE_LOADED && result->kind != SOURCE_VERIFIED) return;
    totals->counts.rows_read += result->counts.rows_read;
    totals->counts.rows_quarantined += result->counts.rows_quarantined + result->counts.mal_quarantined +
                                       result->counts.aktivitet_quarantined + result->counts.tabell_quarantined;
    totals->counts.facts_new += result->counts.facts_new;
    totals->counts.facts_revised += result->counts.facts_revised;
    totals->counts.facts_withdrawn += result->counts.facts_withdrawn;
}

static json_t *end_fields(const struct run_totals *totals, enum exit_code outcome, int64_t milliseconds)
{
    const struct load_counts *c = &totals->counts;
    json_t *sources = json_pack("{s:I,s:I,s:I,s:I,s:I}", "all", (json_int_t)totals->sources, "loaded",
                                (json_int_t)totals->loaded, "unchanged", (json_int_t)totals->unchanged, "failed",
                                (json_int_t)totals->failed, "not_reached", (json_int_t)totals->not_reached);
    json_t *facts = json_pack("{s:I,s:I,s:I}", "new", (json_int_t)c->facts_new, "revised", (json_int_t)c->facts_revised,
                              "withdrawn", (json_int_t)c->facts_withdrawn);
    return json_pack("{s:s,s:i,s:I,s:o,s:o,s:I}", "outcome", exit_code_name(outcome), "exit_code", (int)outcome,
                     "milliseconds", (json_int_t)milliseconds, "sources", sources, "facts", facts, "rows_quarantined",
                     (json_int_t)c->rows_quarantined);
}

void report_end(const struct run_totals *totals, enum exit_code outcome, int64_t milliseconds)
{
    const struct load_counts *c = &totals->counts;
    char message[LOG_MESSAGE_SIZE];
    (void)snprintf(message, sizeof message,
                   "run ends: %s (exit %d): sources %" PRIu64 " = loaded %" PRIu64 " + unchanged %" PRIu64
                   " + failed %" PRIu64 " + not reached %" PRIu64 "; facts new %" PRIu64 ", revised %" PRIu64
                   ", withdrawn %" PRIu64 "; rows quarantined %" PRIu64 "; %" PRId64 ".%03" PRId64 " s",
                   exit_code_name(outcome), (int)outcome, totals->sources, totals->loaded, totals->unchanged,
                   totals->failed, totals->not_reached, c->facts_new, c->facts_revised, c->facts_withdrawn,
                   c->rows_quarantined, milliseconds / 1000, milliseconds % 1000);
    log_write(&(struct log_event){.level = outcome == EXIT_DONE          ? LOG_LEVEL_INFO
                                           : outcome == EXIT_QUARANTINED ? LOG_LEVEL_NOTICE
                                                                         : LOG_LEVEL_ERROR,
                                  .event = "run_end",
                                  .message = message,
                                  .fields = end_fields(totals, outcome, milliseconds)});
}

json_t *report_source_json(const struct source_result *result)
{
    static const char *const kinds[] = {"not reached", "loaded", "verified", "unchanged", "failed"};
    const struct load_counts *c = &result->counts;
    if (result->kind == SOURCE_FAILED)
        return json_pack("{s:s,s:s,s:o}", "result", "failed", "class", exit_code_name(result->error.class), "error",
                         log_text(result->error.message));
    return json_pack("{s:s,s:I,s:I,s:I,s:I,s:I}", "result", kinds[result->kind], "rows_read", (json_int_t)c->rows_read,
                     "rows_quarantined", (json_int_t)c->rows_quarantined, "facts_new", (json_int_t)c->facts_new,
                     "facts_revised", (json_int_t)c->facts_revised, "facts_withdrawn", (json_int_t)c->facts_withdrawn);
}
