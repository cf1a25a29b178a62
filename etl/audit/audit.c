#include "etl/audit/audit.h"

#include <inttypes.h>
#include <stdlib.h>

#include "etl/audit/audit_compare.h"
#include "etl/audit/audit_names.h"
#include "etl/audit/audit_read.h"
#include "etl/audit/audit_show.h"
#include "etl/audit/manifest.h"
#include "etl/audit/refetch.h"
#include "etl/crash_point.h"
#include "etl/sql.h"
#include "etl/stop.h"

#define NUMBER_SIZE   24
#define RECORD_PARAMS 13

struct auditing {
    const struct config *config;
    const struct audit_options *options;
    struct archive *archive;
    struct database db;
    struct replay replay;
    struct warehouse_reading *reading; /* going on beside the derivation */
    struct derived derived;
    struct comparison comparison;
    uint64_t names; /* rows of dimensions that are not what they should be */
    bool compared;
    json_t *waivers;
    char *manifest, manifest_sha256[HASH_SIZE];
    const char *verdict;
    size_t changed, unfetched; /* sources fetched again */
    struct arena arena;
};

/* ---- what is asked of the warehouse beside the facts ---- */

static int open_warehouse(struct auditing *a, struct error *err)
{
    const char *dsn;
    if (database_dsn(a->config->dsn, a->config->dsn_file, &a->arena, &dsn, err)) return -1;
    if (database_open(dsn, &a->db, err) || database_check_version(&a->db, err)) return -1;
    return stop_guard(a->db.connection, err);
}

static bool feeds(const struct replay *replay, const char *source)
{
    for (size_t i = 0; i < replay->load_count; i++)
        if (replay->loads[i].mode == REPLAY_FACTS && !strcmp(replay->loads[i].source, source)) return true;
    return false;
}

static int add_waiver(json_t *waivers, const PGresult *result, int row)
{
    static const char *const keys[] = {"id",   "source", "load", "kind", "line",      "column",
                                       "rule", "reason", "who",  "why",  "changed_at"};
    json_t *waiver = json_object();
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
        if (json_object_set_new(waiver, keys[k], json_string(PQgetvalue(result, row, (int)k)))) {
            json_decref(waiver);
            return -1;
        }
    return json_array_append_new(waivers, waiver);
}

/* Of the sources that fed the year. */
static int read_waivers(struct auditing *a, struct error *err)
{
    PGresult *result;
    int bad = 0;
    if (!(a->waivers = json_array())) return error_memory(err);
    if (database_query(&a->db, sql_text("queries/audit_waivers"), 0, NULL, "read the waivers", &result, err)) return -1;
    for (int i = 0; i < PQntuples(result); i++)
        if (feeds(&a->replay, PQgetvalue(result, i, 1))) bad |= add_waiver(a->waivers, result, i);
    PQclear(result);
    return bad ? error_memory(err) : 0;
}

/* ---- notes ---- */

static void note_programs(const struct replay *replay)
{
    const char *other = NULL;
    size_t loads = 0;
    for (size_t i = 0; i < replay->load_count; i++) {
        const struct replay_run *run = replay_run(replay, replay->loads[i].run_id);
        if (replay->loads[i].mode != REPLAY_FACTS || !run || !strcmp(run->program_version, STADSLAGER_VERSION))
            continue;
        other = run->program_version;
        loads++;
    }
    if (loads)
        fprintf(stderr,
                "stadslager: %zu loads were made by another stadslager (%s, this is %s), which may have read an export "
                "otherwise\n",
                loads, other, STADSLAGER_VERSION);
}

/* Loads that were read, and their sources and exports. */
static void print_inputs(const struct auditing *a)
{
    const struct replay *r = &a->replay;
    size_t loads = 0, sources = 0;
    for (size_t i = 0; i < r->load_count; i++) {
        bool first = r->loads[i].mode == REPLAY_FACTS;
        loads += first;
        for (size_t k = 0; k < i && first; k++)
            first = r->loads[k].mode != REPLAY_FACTS || r->loads[k].source_nr != r->loads[i].source_nr;
        sources += first;
    }
    printf("year %d%s%s, rules %s: %zu loads of %zu sources, %" PRIu64 " exports decoded\n", r->year,
           a->options->as_of ? " as of " : "", a->options->as_of ? a->options->as_of : "",
           a->options->rules_current ? "current" : "recorded", loads, sources, a->derived.decoded);
    if (!loads) fprintf(stderr, "stadslager: the ledger has no load that the year %d depends on\n", r->year);
}

static void print_waivers(const struct auditing *a)
{
    size_t count = json_array_size(a->waivers);
    for (size_t i = 0; i < count && i < a->options->limit; i++) {
        const json_t *w = json_array_get(a->waivers, i);
        printf("waived: source \"%s\", line %s, %s, by %s: %s\n", json_string_value(json_object_get(w, "source")),
               json_string_value(json_object_get(w, "line")), json_string_value(json_object_get(w, "rule")),
               json_string_value(json_object_get(w, "who")), json_string_value(json_object_get(w, "why")));
    }
    if (count) printf("waived rows %zu\n", count);
}

static void print_comparison(const struct auditing *a)
{
    const struct comparison *c = &a->comparison;
    uint64_t found = c->missing + c->extra + c->different;
    if (found > a->options->limit)
        printf("and %" PRIu64 " more; --limit shows more of them\n", found - a->options->limit);
    printf("rows warehouse %" PRIu64 ", derived %" PRIu64 "; missing %" PRIu64 ", extra %" PRIu64 ", different %" PRIu64
           "\n",
           digests_rows(&c->warehouse), digests_rows(&c->derived), c->missing, c->extra, c->different);
    printf("root warehouse %s\nroot derived   %s\n", c->warehouse.root, c->derived.root);
}

/* ---- not replayable ---- */

static void print_fault(const struct replay_load *load, const struct error *fault)
{
    if (load)
        printf("not replayable: file %s, source \"%s\", run %" PRId64 ", load %" PRId64 ": %s%s%s\n", load->sha256,
               load->source, load->run_id, load->id, fault->message, *fault->detail ? "; " : "", fault->detail);
    else
        printf("not replayable: %s\n", fault->message);
}

/* Reads the bytes of SHA256 to their end, which verifies them. */
static int verify_bytes(const struct archive *archive, const char *sha256, struct error *err)
{
    char buffer[64 * 1024];
    struct reader reader;
    ssize_t n;
    if (archive_read_open(archive, sha256, &reader, err)) return -1;
    do
        n = reader.read(reader.context, buffer, sizeof buffer, err);
    while (n > 0);
    archive_read_close(&reader);
    return n < 0 ? -1 : 0;
}

/* The other damaged files, so that all are known at once. */
static void print_faults(const struct replay *replay, const struct derived *derived, const struct archive *archive)
{
    struct error err;
    const char *known = derived->fault_load ? derived->fault_load->sha256 : "";
    print_fault(derived->fault_load, &derived->fault);
    for (size_t i = 0; i < replay->load_count; i++) {
        const struct replay_load *load = &replay->loads[i];
        bool again = load->mode != REPLAY_FACTS || !strcmp(load->sha256, known);
        for (size_t k = 0; k < i && !again; k++)
            again = replay->loads[k].mode == REPLAY_FACTS && !strcmp(replay->loads[k].sha256, load->sha256);
        if (!again && verify_bytes(archive, load->sha256, &err)) print_fault(load, &err);
    }
}

/* ---- the audit ---- */

/* What the derived rows are compared by, and published as; computed while the warehouse's are still being read. */
static int digest(struct auditing *a, const unsigned char *key, struct fingerprint *ret_tables, struct error *err)
{
    struct fingerprinter with = {0};
    int rc = fingerprinter_open(&with, key, err);
    if (rc == 0) rc = derived_digest(&a->derived, &with, ret_tables, &a->comparison.derived, err);
    fingerprinter_close(&with);
    return rc;
}

static int compare(struct auditing *a, struct error *err)
{
    const struct derive_options options = {a->archive, a->options->rules_current ? a->config : NULL};
    struct audit_show show = {.out = stdout, .derived = &a->derived, .limit = a->options->limit};
    struct audit_warehouse warehouse = {.db = &a->db};
    struct fingerprint tables[FACT_TABLE_COUNT] = {0};
    struct error failure;
    if (fingerprint_key(warehouse.key, err) ||
        warehouse_reading_begin(&a->db, &a->replay, warehouse.key, &a->reading, err))
        return -1;
    if (derive(&a->replay, &options, &a->derived, err)) return -1;
    crash_point(audit_derived);
    print_inputs(a);
    bool derivable = a->derived.fault.class == EXIT_DONE;
    if (derivable && digest(a, warehouse.key, tables, err)) return -1;
    int unread = warehouse_reading_end(&a->reading, warehouse.tables, &failure);
    if (!derivable) {
        print_faults(&a->replay, &a->derived, a->archive);
        a->verdict = "not replayable";
        return 0;
    }
    if (unread) *err = failure;
    if (unread || audit_compare(&warehouse, &a->derived, tables, audit_show, &show, &a->comparison, err)) return -1;
    a->compared = true;
    crash_point(audit_compared);
    print_comparison(a);
    if (audit_names(&a->db, &a->derived, stdout, a->options->limit, &a->names, err)) return -1;
    if (a->names) printf("names that differ %" PRIu64 "\n", a->names);
    bool same = !strcmp(a->comparison.warehouse.root, a->comparison.derived.root) && !a->names;
    a->verdict = same ? "identical" : "different";
    return 0;
}

static int write_manifest(struct auditing *a, struct error *err)
{
    const struct manifest manifest = {.replay = &a->replay,
                                      .as_of = a->options->as_of,
                                      .rules = a->options->rules_current ? a->config : NULL,
                                      .archive = a->archive,
                                      .comparison = a->compared ? &a->comparison : NULL,
                                      .derived = &a->derived,
                                      .names = a->names,
                                      .waivers = a->waivers,
                                      .verdict = a->verdict};
    if (manifest_print(&manifest, &a->manifest, a->manifest_sha256, err)) return -1;
    if (!a->options->manifest) return 0;
    if (manifest_write(a->options->manifest, a->manifest, err)) return -1;
    printf("manifest %s, SHA-256 %s\n", a->options->manifest, a->manifest_sha256);
    return 0;
}

static const char *number_text(struct auditing *a, uint64_t n)
{
    char *text = arena_alloc(&a->arena, NUMBER_SIZE);
    if (text) (void)snprintf(text, NUMBER_SIZE, "%" PRIu64, n);
    return text;
}

/* Who may only read cannot; the verdict is the same. */
static int record(struct auditing *a, struct error *err)
{
    const struct comparison *c = &a->comparison;
    struct error refused;
    const char *const params[RECORD_PARAMS] = {STADSLAGER_VERSION,
                                               number_text(a, (uint64_t)a->options->year),
                                               a->options->as_of,
                                               a->options->rules_current ? "current" : "recorded",
                                               a->verdict,
                                               a->compared ? c->warehouse.root : NULL,
                                               a->compared ? c->derived.root : NULL,
                                               number_text(a, c->missing),
                                               number_text(a, c->extra),
                                               number_text(a, c->different),
                                               number_text(a, json_array_size(a->waivers)),
                                               a->manifest_sha256,
                                               a->manifest};
    if (database_exec(&a->db, "COMMIT", "end the audit", err)) return -1;
    if (database_query(&a->db, sql_text("queries/audit_record"), RECORD_PARAMS, params, "record the audit", NULL,
                       &refused))
        fprintf(stderr, "stadslager: the audit is not recorded in drift.audit: %s\n", refused.message);
    crash_point(audit_recorded);
    return 0;
}

static int audit_all(struct auditing *a, struct error *err)
{
    const char *instead = a->options->rules_current ? a->config->text : NULL;
    if (stop_install(0, err)) return -1;
    if (archive_open_reading(a->config->archive_path, &a->archive, err) || open_warehouse(a, err)) return -1;
    if (audit_read_begin(&a->db, err) ||
        audit_read(&a->db, a->options->year, a->options->as_of, instead, &a->replay, err) || read_waivers(a, err))
        return -1;
    note_programs(&a->replay);
    crash_point(audit_begun);
    if (compare(a, err)) return -1;
    print_waivers(a);
    if (write_manifest(a, err) || record(a, err)) return -1;
    if (!a->options->refetch) return 0;
    return refetch(&a->replay, a->config, a->archive, stdout, &a->changed, &a->unfetched, err);
}

static enum exit_code outcome_of(const struct auditing *a)
{
    if (strcmp(a->verdict, "identical") != 0 || a->changed) return EXIT_AUDIT;
    return a->unfetched ? EXIT_FETCH : EXIT_DONE;
}

enum exit_code audit(const struct config *config, const struct audit_options *options)
{
    struct auditing a = {.config = config, .options = options};
    struct error err = {0};
    enum exit_code outcome;
    if (audit_all(&a, &err)) {
        stop_explain(&err);
        error_print(&err, stderr);
        outcome = err.class;
    } else {
        printf("verdict: %s\n", a.verdict);
        outcome = outcome_of(&a);
    }
    warehouse_reading_abandon(&a.reading);
    stop_release();
    comparison_free(&a.comparison);
    derived_free(&a.derived);
    replay_free(&a.replay);
    json_decref(a.waivers);
    free(a.manifest);
    database_close(&a.db);
    archive_close(a.archive);
    arena_free(&a.arena);
    return outcome;
}

/* ---- on another machine ---- */

static bool same_group(const struct digest_group *a, const struct digest_group *b)
{
    return a->table == b->table && !strcmp(a->stadsdel, b->stadsdel) && !strcmp(a->period, b->period);
}

static const struct digest_group *find_group(const struct digests *digests, const struct digest_group *wanted)
{
    for (size_t i = 0; i < digests->count; i++)
        if (same_group(&digests->groups[i], wanted)) return &digests->groups[i];
    return NULL;
}

static void print_groups(const char *what, const struct digests *these, const struct digests *others, bool both)
{
    for (size_t i = 0; i < these->count; i++) {
        const struct digest_group *g = &these->groups[i], *other = find_group(others, g);
        if (other ? !both || !strcmp(g->sha256, other->sha256) : false) continue;
        printf("%s: %s, %s, period %s: %" PRIu64 " rows\n", other ? "different" : what, fact_table_name(g->table),
               g->stadsdel, g->period, g->rows);
    }
}

static int verify(const char *path, const char *archive_path, enum exit_code *ret_outcome, struct error *err)
{
    struct claim claim = {0};
    struct derived derived = {0};
    struct digests digests = {0};
    struct archive *archive = NULL;
    int rc = -1;
    const char *verdict = "not replayable";
    if (stop_install(0, err) || archive_open_reading(archive_path, &archive, err) || manifest_read(path, &claim, err))
        goto out;
    const struct derive_options options = {archive, claim.has_rules ? &claim.rules : NULL};
    if (derive(&claim.replay, &options, &derived, err)) goto out;
    if (derived.fault.class != EXIT_DONE) {
        print_faults(&claim.replay, &derived, archive);
    } else {
        if (derived_digest(&derived, NULL, NULL, &digests, err)) goto out;
        print_groups("extra", &claim.warehouse, &digests, true);
        print_groups("missing", &digests, &claim.warehouse, false);
        printf("year %d: the manifest says \"%s\"\nroot manifest %s\nroot derived  %s\n", claim.replay.year,
               claim.verdict, claim.warehouse.root, digests.root);
        verdict = strcmp(claim.warehouse.root, digests.root) ? "different" : "identical";
    }
    printf("verdict: %s\n", verdict);
    *ret_outcome = strcmp(verdict, "identical") ? EXIT_AUDIT : EXIT_DONE;
    rc = 0;
out:
    digests_free(&digests);
    derived_free(&derived);
    claim_free(&claim);
    archive_close(archive);
    return rc;
}

enum exit_code audit_verify(const char *path, const char *archive_path)
{
    struct error err = {0};
    enum exit_code outcome = EXIT_DONE;
    if (verify(path, archive_path, &outcome, &err) == 0) return outcome;
    error_print(&err, stderr);
    return err.class;
}
