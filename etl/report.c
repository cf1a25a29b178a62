#include "etl/report.h"

#include <inttypes.h>

void report_begin(const struct config *config, const char *arguments)
{
    fprintf(stderr, "stadslager: run begins: version %s, configuration %.12s (%s)%s%s\n", STADSLAGER_VERSION,
            config->hash, config->path, arguments[0] ? ", options" : "", arguments);
}

void report_fetched(const struct config_source *source, const struct fetch_outcome *outcome)
{
    if (outcome->kind == FETCH_FAILED) return; /* said once, with the source's result */
    fprintf(stderr,
            "stadslager: source \"%s\": fetched: HTTP %ld, %s, %" PRIu64 " bytes received, %" PRIu64
            " plain, sha256 %.12s%s\n",
            source->name, outcome->record.status, fetch_kind_name(outcome->kind), outcome->record.received,
            outcome->record.plain, outcome->sha256, outcome->attempts > 1 ? ", after retries" : "");
}

static void print_counts(const struct load_counts *c)
{
    fprintf(stderr,
            "  lines: read %" PRIu64 " = loaded %" PRIu64 " + unchanged %" PRIu64 " + quarantined %" PRIu64
            " + ignored %" PRIu64 "\n",
            c->lines_read, c->lines_loaded, c->lines_unchanged, c->lines_quarantined, c->lines_ignored);
    fprintf(stderr,
            "  indicator rows: read %" PRIu64 " = loaded %" PRIu64 " + unchanged %" PRIu64 " + quarantined %" PRIu64
            " + ignored %" PRIu64 "\n",
            c->rows_read, c->rows_loaded, c->rows_unchanged, c->rows_quarantined, c->rows_ignored);
    if (c->mal_read)
        fprintf(stderr,
                "  goals: read %" PRIu64 " = loaded %" PRIu64 " + unchanged %" PRIu64 " + quarantined %" PRIu64 "\n",
                c->mal_read, c->mal_loaded, c->mal_unchanged, c->mal_quarantined);
    if (c->aktivitet_read)
        fprintf(stderr,
                "  activities: read %" PRIu64 " = loaded %" PRIu64 " + unchanged %" PRIu64 " + quarantined %" PRIu64
                "\n",
                c->aktivitet_read, c->aktivitet_loaded, c->aktivitet_unchanged, c->aktivitet_quarantined);
    if (c->tabell_read)
        fprintf(stderr,
                "  table rows: read %" PRIu64 " = loaded %" PRIu64 " + unchanged %" PRIu64 " + quarantined %" PRIu64
                "\n",
                c->tabell_read, c->tabell_loaded, c->tabell_unchanged, c->tabell_quarantined);
    fprintf(stderr,
            "  facts: new %" PRIu64 ", revised %" PRIu64 ", withdrawn %" PRIu64 ", unchanged %" PRIu64
            "; findings %" PRIu64 "\n",
            c->facts_new, c->facts_revised, c->facts_withdrawn, c->facts_unchanged, c->findings);
}

void report_source(const struct source_result *result, bool dry_run)
{
    switch (result->kind) {
    case SOURCE_NOT_REACHED:
        fprintf(stderr, "stadslager: source \"%s\": not reached; what the warehouse has of it stands\n", result->name);
        return;
    case SOURCE_FAILED:
        error_print(&result->error, stderr);
        return;
    case SOURCE_UNCHANGED:
        fprintf(stderr,
                "stadslager: source \"%s\": unchanged since load %" PRId64 "; nothing decoded, nothing written\n",
                result->name, result->last_load);
        return;
    case SOURCE_VERIFIED:
        fprintf(stderr, "stadslager: source \"%s\": verified: the warehouse says what the export says%s\n",
                result->name, dry_run ? " (dry run)" : "");
        break;
    case SOURCE_LOADED:
        fprintf(stderr, "stadslager: source \"%s\": %s\n", result->name,
                dry_run ? "would be loaded (dry run)" : "loaded");
        break;
    }
    print_counts(&result->counts);
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

void report_end(const struct run_totals *totals, enum exit_code outcome, int64_t milliseconds)
{
    const struct load_counts *c = &totals->counts;
    fprintf(stderr,
            "stadslager: run ends: %s (exit %d): sources %" PRIu64 " = loaded %" PRIu64 " + unchanged %" PRIu64
            " + failed %" PRIu64 " + not reached %" PRIu64 "; facts new %" PRIu64 ", revised %" PRIu64
            ", withdrawn %" PRIu64 "; rows quarantined %" PRIu64 "; %" PRId64 ".%03" PRId64 " s\n",
            exit_code_name(outcome), (int)outcome, totals->sources, totals->loaded, totals->unchanged, totals->failed,
            totals->not_reached, c->facts_new, c->facts_revised, c->facts_withdrawn, c->rows_quarantined,
            milliseconds / 1000, milliseconds % 1000);
}

json_t *report_source_json(const struct source_result *result)
{
    static const char *const kinds[] = {"not reached", "loaded", "verified", "unchanged", "failed"};
    const struct load_counts *c = &result->counts;
    if (result->kind == SOURCE_FAILED)
        return json_pack("{s:s,s:s,s:s}", "result", "failed", "class", exit_code_name(result->error.class), "error",
                         result->error.message);
    return json_pack("{s:s,s:I,s:I,s:I,s:I,s:I}", "result", kinds[result->kind], "rows_read", (json_int_t)c->rows_read,
                     "rows_quarantined", (json_int_t)c->rows_quarantined, "facts_new", (json_int_t)c->facts_new,
                     "facts_revised", (json_int_t)c->facts_revised, "facts_withdrawn", (json_int_t)c->facts_withdrawn);
}
