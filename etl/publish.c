#include <inttypes.h>
#include <stdlib.h>

#include "etl/base/limits.h"
#include "etl/config/rule_choices.h"
#include "etl/crash_point.h"
#include "etl/publish_internal.h"
#include "etl/sql.h"
#include "etl/stop.h"

#define NUMBER_SIZE        24 /* a 64-bit number in text */
#define LEDGER_PARAMS      41
#define LEDGER_FIRST_COUNT 13
#define CLASSES_SIZE       1024 /* bytes of the ignored lines by class, as JSON */
#define VANISHED_SHOWN     5    /* names in the message */
#define VANISHED_SIZE      600

/* ---- small steps ---- */

/* Runs a named query and returns, where wanted, how many rows it touched. */
int publish_run(struct publication *p, const char *name, int count, const char *const *params, const char *doing,
                int64_t *ret_touched, struct error *err)
{
    PGresult *result;
    char what[160];
    (void)snprintf(what, sizeof what, "%s of source \"%s\"", doing, p->load->options.source);
    if (stop_check(err) || database_query(p->load->db, sql_text(name), count, params, what, &result, err)) return -1;
    if (ret_touched) *ret_touched = strtoll(PQcmdTuples(result), NULL, 10);
    PQclear(result);
    return 0;
}

/* Runs a query whose one row holds WANTED numbers. */
static int figures(struct publication *p, const char *name, int count, const char *const *params, const char *doing,
                   int wanted, int64_t *ret_figures, struct error *err)
{
    PGresult *result;
    if (database_query(p->load->db, sql_text(name), count, params, doing, &result, err)) return -1;
    for (int i = 0; i < wanted; i++)
        ret_figures[i] = strtoll(PQgetvalue(result, 0, i), NULL, 10);
    PQclear(result);
    return 0;
}

const char *publish_number(struct load *load, int64_t n)
{
    char *text = arena_alloc(&load->arena, NUMBER_SIZE);
    if (text) (void)snprintf(text, NUMBER_SIZE, "%" PRId64, n);
    return text;
}

/* "{2021,2022}" of the numbers from FIRST on for which SEEN says so. */
static const char *array_text(struct load *load, int first, int count, bool (*seen)(const struct load *, int))
{
    size_t members = 0, len = 1;
    for (int i = 0; i < count; i++)
        members += seen(load, i);
    size_t size = members * 7 + 3; /* up to five digits, a comma and a sign to spare */
    char *text = arena_alloc(&load->arena, size);
    if (!text) return NULL;
    text[0] = '{';
    for (int i = 0; i < count; i++) {
        if (!seen(load, i)) continue;
        int n = snprintf(text + len, size - len, "%s%d", len > 1 ? "," : "", first + i);
        len += n > 0 ? (size_t)n : 0;
    }
    text[len] = '}';
    return text;
}

static bool year_seen(const struct load *load, int i)
{
    return load->year_seen[i];
}

static bool district_seen(const struct load *load, int i)
{
    return load->district_seen[i / 8] >> i % 8 & 1;
}

/* ---- staging ---- */

int publish_send(struct publication *p, struct copy *copy, const char *name, struct error *err)
{
    char doing[160];
    (void)snprintf(doing, sizeof doing, "copy the rows of source \"%s\"", p->load->options.source);
    if (copy->rows && copy_send(copy, p->load->db, sql_text(name), doing, err)) return -1;
    copy_free(copy);
    return 0;
}

int publish_extent(struct publication *p, struct error *err)
{
    struct load *load = p->load;
    p->years = array_text(load, YEAR_FIRST, YEAR_LAST - YEAR_FIRST + 1, year_seen);
    p->years_before = array_text(load, YEAR_FIRST - 1, YEAR_LAST - YEAR_FIRST + 1, year_seen);
    p->years_after = array_text(load, YEAR_FIRST + 1, YEAR_LAST - YEAR_FIRST + 1, year_seen);
    p->districts = array_text(load, 0, INT16_MAX + 1, district_seen);
    p->severities = load->options.severities ? load->options.severities : rule_choices_json(&load->arena, NULL);
    if (!p->years || !p->years_before || !p->years_after || !p->districts || !p->severities) return error_memory(err);
    return 0;
}

int publish_clear(struct publication *p, struct error *err)
{
    if (publish_run(p, "queries/stage_clear", NO_PARAMS, "clear the staging", NULL, err)) return -1;
    crash_point(stage_cleared);
    return publish_run(p, "queries/plan", NO_PARAMS, "set up the load", NULL, err);
}

static int stage(struct publication *p, struct error *err)
{
    struct load *load = p->load;
    p->staged_facts = (int64_t)load->facts.rows;
    if (publish_extent(p, err) || publish_clear(p, err)) return -1;
    if (publish_send(p, &load->rows, "queries/copy_row", err)) return -1;
    if (publish_send(p, &load->facts, "queries/copy_fact", err)) return -1;
    if (publish_send(p, &load->quarantine, "queries/copy_quarantine", err)) return -1;
    return load->delta ? publish_delta_stage(load, err) : 0;
}

/* What the source published before. */
int publish_read_extent(struct publication *p, struct error *err)
{
    PGresult *result;
    if (database_query(p->load->db, sql_text("queries/source_extent"), 1, PARAMS(p->load->options.source),
                       "read the ledger", &result, err))
        return -1;
    p->last_rows_read = PQgetisnull(result, 0, 0) ? -1 : strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    p->all_years = arena_strdup(&p->load->arena, PQgetvalue(result, 0, 1));
    p->all_districts = arena_strdup(&p->load->arena, PQgetvalue(result, 0, 2));
    PQclear(result);
    return p->all_years && p->all_districts ? 0 : error_memory(err);
}

/* ---- doubt ---- */

static enum record_kind kind_of(char letter)
{
    return letter == 'I'   ? RECORD_INDIKATOR
           : letter == 'M' ? RECORD_MAL
           : letter == 'A' ? RECORD_AKTIVITET
                           : RECORD_TABELL;
}

static uint64_t cell(const PGresult *result, int row, int column)
{
    return strtoull(PQgetvalue(result, row, column), NULL, 10);
}

/* A row that only the database found doubtful joins the quarantine, with its bytes from the archive. */
static int add_doubtful(struct publication *p, const PGresult *result, int i, struct error *err)
{
    const struct load_options *options = &p->load->options;
    struct arena arena = {0};
    struct quarantine_row row = {.kind = kind_of(*PQgetvalue(result, i, 1)),
                                 .row = cell(result, i, 0),
                                 .lines = (uint32_t)cell(result, i, 2),
                                 .place = {cell(result, i, 3), cell(result, i, 4), cell(result, i, 5)},
                                 .column = "",
                                 .rule = PQgetvalue(result, i, 6),
                                 .reason = PQgetvalue(result, i, 7)};
    uint64_t length = row.place.length < LIMIT_RAW ? row.place.length : LIMIT_RAW;
    int rc = 0;
    if (options->raw && length)
        rc = options->raw(options->raw_context, row.place.offset, length, &arena, &row.raw, err);
    if (rc == 0) publish_add_quarantine(p->load, &row);
    arena_free(&arena);
    return rc;
}

int publish_add_doubtful(struct publication *p, struct error *err)
{
    PGresult *result;
    int rc = 0;
    if (database_query(p->load->db, sql_text("queries/doubt_list"), NO_PARAMS, "list doubtful rows", &result, err))
        return -1;
    for (int i = 0; rc == 0 && i < PQntuples(result); i++)
        rc = add_doubtful(p, result, i, err);
    PQclear(result);
    return rc ? -1 : publish_send(p, &p->load->quarantine, "queries/copy_quarantine", err);
}

/* Figures that stand in two places and differ: findings, and rows in doubt where that is to reject them. */
static int compare_places(struct publication *p, struct error *err)
{
    const struct load *load = p->load;
    const char *const before[] = {p->severities, p->years_before, p->districts};
    const char *const after[] = {p->severities, p->years_after, p->districts, load->options.source};
    const char *const tables[] = {p->severities, p->districts};
    const char *doing = "compare figures that stand in two places";
    if (load->table_seen[FACT_FOREGAENDE] &&
        (publish_run(p, "queries/foregaende_differs", 3, before, doing, NULL, err) ||
         publish_run(p, "queries/doubt_foregaende", NO_PARAMS, doing, NULL, err)))
        return -1;
    if (load->table_seen[FACT_UTFALL] && publish_run(p, "queries/foregaende_later", 4, after, doing, NULL, err))
        return -1;
    if (load->same_seen && publish_run(p, "queries/tabell_differs", 2, tables, doing, NULL, err)) return -1;
    return load->table_seen[FACT_EKONOMI] ? publish_run(p, "queries/ekonomi_differs", 1, tables, doing, NULL, err) : 0;
}

int publish_find_repeats(struct publication *p, int64_t *ret_repeated, struct error *err)
{
    const char *doing = "look for doubtful rows";
    int64_t contradicted = 0;
    if (publish_run(p, "queries/repeat_find", NO_PARAMS, doing, ret_repeated, err)) return -1;
    if (*ret_repeated && publish_run(p, "queries/doubt_repeated", NO_PARAMS, doing, &contradicted, err)) return -1;
    return contradicted ? publish_run(p, "queries/dubblett_findings", NO_PARAMS, doing, NULL, err) : 0;
}

int publish_count_doubtful(struct publication *p, int64_t *ret_found, struct error *err)
{
    int64_t counts[3];
    if (figures(p, "queries/doubt_counts", NO_PARAMS, "count doubtful rows", 3, counts, err)) return -1;
    p->doubtful += counts[0];
    p->doubtful_indikator += counts[1];
    *ret_found = counts[2];
    return 0;
}

/* Which rows go to quarantine: those that came so, those that contradict each other, those that contradict other sources.
 * An audit decides the same without a database (etl/audit/apply.c): a change here, or in the queries, is one there too. */
static int find_doubt(struct publication *p, int64_t *ret_found, struct error *err)
{
    const char *const others[] = {p->load->options.source, p->years, p->districts};
    const char *doing = "look for doubtful rows";
    int64_t repeated, other = 0;
    if (publish_run(p, "queries/doubt_given", NO_PARAMS, doing, NULL, err)) return -1;
    if (p->load->year_outside && publish_run(p, "queries/doubt_year", NO_PARAMS, doing, NULL, err)) return -1;
    if (publish_find_repeats(p, &repeated, err)) return -1;
    if (publish_run(p, "queries/doubt_source", 3, others, doing, &other, err)) return -1;
    if (other && publish_run(p, "queries/kalla_findings", 2, others + 1, doing, NULL, err)) return -1;
    if (compare_places(p, err)) return -1;
    if (repeated && publish_run(p, "queries/diff_repeated", NO_PARAMS, doing, NULL, err)) return -1;
    return publish_count_doubtful(p, ret_found, err);
}

static int refuse(const struct publication *p, struct error *err, const char *key, const char *found)
{
    (void)error_set(err, EXIT_REFUSED, "source \"%s\": %s, nothing was loaded", p->load->options.source, found);
    return error_hint(
        err, "If that is right, raise limits.%s for one run; if not, the export has changed or is not whole.", key);
}

int publish_check_limits(const struct publication *p, struct error *err)
{
    const struct load_options *options = &p->load->options;
    int64_t read = (int64_t)p->input->counts.rows_read, last = p->last_rows_read;
    char found[200];
    if (p->doubtful > options->max_quarantined_rows) {
        (void)snprintf(found, sizeof found, "%" PRId64 " rows are in doubt, the limit is %" PRId64, p->doubtful,
                       options->max_quarantined_rows);
        return refuse(p, err, "max_quarantined_rows", found);
    }
    if (p->doubtful > options->run_quarantine_left) {
        (void)snprintf(found, sizeof found,
                       "%" PRId64 " rows are in doubt, the limit of the run leaves room for %" PRId64, p->doubtful,
                       options->run_quarantine_left);
        return refuse(p, err, "max_run_quarantined_rows", found);
    }
    if (p->doubtful_indikator * 100 > options->max_quarantined_pct * read) {
        (void)snprintf(found, sizeof found,
                       "%" PRId64 " of %" PRId64 " indicator rows are in doubt, the limit is %" PRId64 " %%",
                       p->doubtful_indikator, read, options->max_quarantined_pct);
        return refuse(p, err, "max_quarantined_pct", found);
    }
    if (last > 0 && !options->accept_shrunken && (last - read) * 100 > options->max_dropped_pct * last) {
        (void)snprintf(found, sizeof found,
                       "%" PRId64 " indicator rows, %" PRId64 " in the last load, the limit of the drop is %" PRId64
                       " %%",
                       read, last, options->max_dropped_pct);
        (void)refuse(p, err, "max_dropped_pct", found);
        return error_hint(err,
                          "If that is right, raise limits.max_dropped_pct for one run, or run once with --source %s "
                          "--accept-shrunken; if not, the export has changed or is not whole.",
                          options->source);
    }
    return 0;
}

/* ---- difference ---- */

/* A fact that is gone although some rows could not be read may stand in one of those: it is only counted. */
static int note_absent(struct publication *p, struct error *err)
{
    char message[160], why[64];
    bool partial = !p->load->options.complete;
    struct finding finding = {
        .rule = partial ? "L-DEL" : "L-BORTA", .severity = partial ? "note" : "warn", .message = message};
    (void)snprintf(why, sizeof why, "%" PRId64 " rows are in quarantine", p->doubtful);
    (void)snprintf(message, sizeof message,
                   "%" PRId64 " values that were published before are not in this export; they stay, since %s",
                   p->absent, partial ? "the source's exports are not complete" : why);
    return load_finding(p->load, &finding, err);
}

/* Districts, indicators, columns and tables that the source gave before and that would be withdrawn whole. */
static int check_vanished(struct publication *p, struct error *err)
{
    const struct load_options *options = &p->load->options;
    PGresult *result;
    char names[VANISHED_SIZE] = "";
    size_t len = 0;
    if (!options->refuse_vanished || options->accept_shrunken) return 0;
    if (p->load->delta) return publish_delta_vanished(p->load, err);
    if (database_query(p->load->db, sql_text("queries/vanished"), NO_PARAMS, "look for what has vanished", &result,
                       err))
        return -1;
    int count = PQntuples(result), shown = count < VANISHED_SHOWN ? count : VANISHED_SHOWN;
    for (int i = 0; i < shown; i++) {
        int n = snprintf(names + len, sizeof names - len, "%s%s \"%.*s\"", i ? ", " : "", PQgetvalue(result, i, 0),
                         LIMIT_SHOWN, PQgetvalue(result, i, 1));
        len += n > 0 && (size_t)n < sizeof names - len ? (size_t)n : 0;
    }
    PQclear(result);
    if (count == 0) return 0;
    text_mend(names);
    (void)error_set(err, EXIT_REFUSED, "source \"%s\": %s%s gone from the export, nothing was loaded", options->source,
                    names,
                    count > shown ? " and others are"
                    : count > 1   ? " are"
                                  : " is");
    return error_hint(
        err,
        "If that is right, run once with --source %s --accept-shrunken; if not, the export has changed or "
        "is not whole.",
        options->source);
}

/* As find_doubt, with its twin in etl/audit/apply.c. */
int publish_find_difference(struct publication *p, struct error *err)
{
    const struct load_options *options = &p->load->options;
    /* an export that is not complete is held to the years and districts it is about */
    const char *const gone[] = {options->source, options->complete ? p->all_years : p->years,
                                options->complete ? p->all_districts : p->districts, options->complete ? "t" : "f"};
    struct load_counts *c = &p->counts;
    const char *doing = "find the difference";
    int64_t counts[6];
    if (p->load->delta) {
        if (publish_delta_compare(p->load, err)) return -1;
        c->facts_unchanged = p->load->delta->facts;
    } else if (publish_run(p, "queries/diff_changed", 2, PARAMS(p->years, p->districts), doing, NULL, err) ||
               publish_run(p, "queries/diff_gone", 4, gone, doing, NULL, err)) {
        return -1;
    }
    if (figures(p, "queries/diff_counts", NO_PARAMS, "count the difference", 6, counts, err)) return -1;
    c->facts_new = (uint64_t)counts[0];
    c->facts_revised = (uint64_t)counts[1];
    c->facts_withdrawn = (uint64_t)counts[2];
    p->absent = counts[3];
    p->repeated_facts = counts[4];
    c->facts_unchanged += (uint64_t)(p->staged_facts - counts[0] - counts[1] - counts[4] - counts[5]);
    if (counts[2] && check_vanished(p, err)) return -1;
    if (p->absent && note_absent(p, err)) return -1;
    if (publish_send(p, &p->load->findings, "queries/copy_finding", err)) return -1;
    return counts[4] ? publish_run(p, "queries/row_repeated", NO_PARAMS, doing, NULL, err) : 0;
}

/* ---- accounting ---- */

void publish_count_row(struct publication *p, char kind, char fate, uint64_t rows, uint64_t lines)
{
    struct load_counts *c = &p->counts;
    uint64_t indikatorer = kind == 'I' ? rows : 0, goals = kind == 'M' ? rows : 0;
    uint64_t activities = kind == 'A' ? rows : 0, others = kind == 'T' ? rows : 0;
    c->mal_read += goals;
    c->aktivitet_read += activities;
    c->tabell_read += others;
    switch (fate) {
    case 'q':
        c->rows_quarantined += indikatorer;
        c->mal_quarantined += goals;
        c->aktivitet_quarantined += activities;
        c->tabell_quarantined += others;
        c->lines_quarantined += lines;
        break;
    case 'l':
        c->rows_loaded += indikatorer;
        c->mal_loaded += goals;
        c->aktivitet_loaded += activities;
        c->tabell_loaded += others;
        c->lines_loaded += lines;
        break;
    case 'i':
        p->repeated_rows += indikatorer;
        p->repeated_lines += lines;
        break;
    default:
        c->rows_unchanged += indikatorer;
        c->mal_unchanged += goals;
        c->aktivitet_unchanged += activities;
        c->tabell_unchanged += others;
        c->lines_unchanged += lines;
    }
}

/* Indicator rows are counted by the decoder, the other kinds by what was announced. */
static bool sums_hold(const struct load_counts *c)
{
    return c->lines_read == c->lines_loaded + c->lines_unchanged + c->lines_quarantined + c->lines_ignored &&
           c->rows_read == c->rows_loaded + c->rows_unchanged + c->rows_quarantined + c->rows_ignored &&
           c->mal_read == c->mal_loaded + c->mal_unchanged + c->mal_quarantined &&
           c->aktivitet_read == c->aktivitet_loaded + c->aktivitet_unchanged + c->aktivitet_quarantined &&
           c->tabell_read == c->tabell_loaded + c->tabell_unchanged + c->tabell_quarantined;
}

static int check_sums(const struct publication *p, uint64_t record_lines, struct error *err)
{
    const struct load_counts *c = &p->counts;
    if (record_lines <= p->input->counts.lines_record && sums_hold(c)) return 0;
    (void)error_set(err, EXIT_INTERNAL, "source \"%s\": the counts do not add up, nothing was loaded",
                    p->load->options.source);
    return error_detail(err,
                        "lines: read %" PRIu64 ", loaded %" PRIu64 ", unchanged %" PRIu64 ", quarantined %" PRIu64
                        ", ignored %" PRIu64 "; rows: read %" PRIu64 ", loaded %" PRIu64 ", unchanged %" PRIu64
                        ", quarantined %" PRIu64 ", ignored %" PRIu64,
                        c->lines_read, c->lines_loaded, c->lines_unchanged, c->lines_quarantined, c->lines_ignored,
                        c->rows_read, c->rows_loaded, c->rows_unchanged, c->rows_quarantined, c->rows_ignored);
}

static int sum_rows(struct publication *p, struct error *err)
{
    const struct decode_counts *decoded = &p->input->counts;
    struct load_counts *c = &p->counts;
    uint64_t record_lines = c->lines_loaded + c->lines_unchanged + c->lines_quarantined + p->repeated_lines;
    c->lines_read = decoded->lines_read;
    for (size_t i = 0; i < IGNORED_COUNT; i++)
        c->lines_ignored += decoded->lines_ignored[i];
    /* Records that hold nothing to load were not announced; their lines are ignored too. */
    c->lines_ignored += decoded->lines_record - record_lines + p->repeated_lines;
    c->rows_read = decoded->rows_read;
    c->rows_ignored = decoded->rows_ignored + p->input->rows_ignored + p->repeated_rows;
    return check_sums(p, record_lines, err);
}

int publish_count_rows(struct publication *p, struct error *err)
{
    PGresult *result;
    if (database_query(p->load->db, sql_text("queries/row_counts"), NO_PARAMS, "count the rows", &result, err))
        return -1;
    for (int i = 0; i < PQntuples(result); i++)
        publish_count_row(p, *PQgetvalue(result, i, 0), *PQgetvalue(result, i, 1), cell(result, i, 2),
                          cell(result, i, 3));
    PQclear(result);
    if (p->load->delta) publish_count_row(p, 'I', 'u', p->load->delta->rows, p->load->delta->lines);
    return sum_rows(p, err);
}

/* What the quarantine and the findings have that is not in the ledger yet.  A severity that was changed, or a rule that a new
 * program brings, may change the findings alone. */
int publish_compare_quarantine(struct publication *p, struct error *err)
{
    int64_t counts[2], findings[2];
    struct load_counts *c = &p->counts;
    if (figures(p, "queries/finding_counts", 1, PARAMS(p->load->options.source), "compare the findings", 2, findings,
                err))
        return -1;
    c->findings = (uint64_t)findings[0];
    if (figures(p, "queries/quarantine_counts", 1, PARAMS(p->load->options.source), "compare the quarantine", 2, counts,
                err))
        return -1;
    p->quarantine_new = counts[0];
    p->quarantine_closed = counts[1];
    c->wrote = c->facts_new || c->facts_revised || c->facts_withdrawn || counts[0] || counts[1] || findings[1];
    c->recorded = c->wrote ? p->way : "unchanged";
    return 0;
}

/* ---- dry run ---- */

static int print_difference(struct publication *p, struct error *err)
{
    PGconn *connection = p->load->db->connection;
    const char *doing = "print the difference";
    FILE *out = p->load->options.difference;
    bool ended = false;
    int rc = 0;
    if (!out) return 0;
    if (!PQsendQueryParams(connection, sql_text("queries/dry_run"), 0, NULL, NULL, NULL, NULL, 0) ||
        !PQsetSingleRowMode(connection))
        return database_error(p->load->db, NULL, doing, err);
    for (PGresult *result; (result = PQgetResult(connection)); PQclear(result)) {
        ExecStatusType status = PQresultStatus(result);
        if (status != PGRES_SINGLE_TUPLE && status != PGRES_TUPLES_OK)
            rc = database_error(p->load->db, result, doing, err);
        ended |= status == PGRES_TUPLES_OK;
        for (int i = 0; i < PQntuples(result); i++)
            for (int column = 0, count = PQnfields(result); column < count; column++)
                fprintf(out, "%s%c", PQgetvalue(result, i, column), column + 1 < count ? '\t' : '\n');
        if (PQstatus(connection) == CONNECTION_BAD) {
            PQclear(result);
            break;
        }
    }
    if (rc == 0 && !ended)
        rc = database_error(p->load->db, NULL, doing, err); /* no memory for the rest of the answer */
    return rc;
}

/* ---- writing ---- */

/* Closes what was replaced or withdrawn in fact table I, and adds what came or was revised.  One table after the other: what is
 * closed and what takes its place are in the same pages, which go into the server's log whole once between two checkpoints. */
static int write_table(struct publication *p, const char *id, int i, uint64_t *closed, uint64_t *added,
                       struct error *err)
{
    static const char *const closes[FACT_TABLE_COUNT] = {
        "queries/publish_close_utfall",         "queries/publish_close_arsmal",    "queries/publish_close_foregaende",
        "queries/publish_close_maluppfyllelse", "queries/publish_close_aktivitet", "queries/publish_close_tabell",
        "queries/publish_close_ekonomi"};
    static const char *const news[FACT_TABLE_COUNT] = {
        "queries/publish_new_utfall",         "queries/publish_new_arsmal",    "queries/publish_new_foregaende",
        "queries/publish_new_maluppfyllelse", "queries/publish_new_aktivitet", "queries/publish_new_tabell",
        "queries/publish_new_ekonomi"};
    const struct load_counts *c = &p->counts;
    const bool exchanges = i < SWAP_TABLES; /* perhaps: what is built aside is left out */
    const char *close = p->load->delta ? publish_delta_close(i) : closes[i];
    int64_t touched = 0;
    if (close && c->facts_revised + c->facts_withdrawn) {
        if (p->load->delta && publish_delta_lookup(p->load, true, err)) return -1;
        if (publish_run(p, close, exchanges ? 3 : 2, PARAMS(id, p->all_years, swap_built(p, i)), "close replaced facts",
                        &touched, err))
            return -1;
        if (p->load->delta && publish_delta_lookup(p->load, false, err)) return -1;
        *closed += (uint64_t)touched;
    }
    if (i == 0) crash_point(facts_closed);
    if (c->facts_new + c->facts_revised == 0) return 0;
    if (publish_run(p, news[i], exchanges ? 2 : 1, PARAMS(id, swap_built(p, i)), "add the facts", &touched, err))
        return -1;
    *added += (uint64_t)touched;
    return 0;
}

int publish_write_facts(struct publication *p, const char *id, struct error *err)
{
    const struct load_counts *c = &p->counts;
    if (c->facts_new && publish_run(p, "queries/publish_years", NO_PARAMS, "make partitions for the facts", NULL, err))
        return -1;
    crash_point(partitions_made);
    if (swap_build(p, id, err)) return -1;
    uint64_t closed = p->swap.closed, added = p->swap.added;
    for (int i = 0; i < FACT_TABLE_COUNT; i++)
        if (write_table(p, id, i, &closed, &added, err)) return -1;
    crash_point(facts_added);
    if (swap_protect(p, err)) return -1;
    if (closed == c->facts_revised + c->facts_withdrawn && added == c->facts_new + c->facts_revised) return 0;
    (void)error_set(err, EXIT_INTERNAL, "source \"%s\": what was written is not the difference, nothing was loaded",
                    p->load->options.source);
    return error_detail(err, "closed %" PRIu64 " of %" PRIu64 ", added %" PRIu64 " of %" PRIu64, closed,
                        c->facts_revised + c->facts_withdrawn, added, c->facts_new + c->facts_revised);
}

/* The ignored lines by class as a JSON object; the names are words of this program. */
static void print_classes(const struct publication *p, char buffer[static CLASSES_SIZE])
{
    const struct decode_counts *decoded = &p->input->counts;
    size_t len = 0;
    uint64_t rest = p->counts.lines_ignored - p->repeated_lines;
    for (int i = 0; i < IGNORED_COUNT; i++) {
        int n = snprintf(buffer + len, CLASSES_SIZE - len, "%s\"%s\": %" PRIu64, i ? ", " : "{",
                         ignored_name((enum ignored)i), decoded->lines_ignored[i]);
        if (n > 0 && (size_t)n < CLASSES_SIZE - len) len += (size_t)n;
        rest -= decoded->lines_ignored[i];
    }
    (void)snprintf(buffer + len, CLASSES_SIZE - len, ", \"dubblett\": %" PRIu64 ", \"utan-innehall\": %" PRIu64 "}",
                   p->repeated_lines, rest);
}

static int write_ledger(struct publication *p, const char *id, struct error *err)
{
    struct load *load = p->load;
    const struct load_options *o = &load->options;
    const struct load_counts *c = &p->counts;
    char classes[CLASSES_SIZE];
    print_classes(p, classes);
    const uint64_t counts[] = {c->lines_read,
                               c->lines_loaded,
                               c->lines_unchanged,
                               c->lines_quarantined,
                               c->lines_ignored,
                               c->rows_read,
                               c->rows_loaded,
                               c->rows_unchanged,
                               c->rows_quarantined,
                               c->rows_ignored,
                               c->mal_read,
                               c->mal_loaded,
                               c->mal_unchanged,
                               c->mal_quarantined,
                               c->aktivitet_read,
                               c->aktivitet_loaded,
                               c->aktivitet_unchanged,
                               c->aktivitet_quarantined,
                               c->tabell_read,
                               c->tabell_loaded,
                               c->tabell_unchanged,
                               c->tabell_quarantined,
                               c->facts_new,
                               c->facts_revised,
                               c->facts_withdrawn,
                               c->facts_unchanged,
                               c->findings,
                               (uint64_t)p->repeated_facts};
    const char *params[LEDGER_PARAMS] = {id,
                                         publish_number(load, o->run_id),
                                         o->source,
                                         publish_number(load, o->precedence),
                                         o->file_sha256,
                                         o->url,
                                         o->connector,
                                         o->config_hash,
                                         o->complete ? "t" : "f",
                                         c->recorded,
                                         p->years,
                                         p->districts,
                                         classes};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        params[LEDGER_FIRST_COUNT + i] = publish_number(load, (int64_t)counts[i]);
    for (size_t i = 0; i < LEDGER_PARAMS; i++)
        if (!params[i]) return error_memory(err);
    if (publish_run(p, "queries/publish_file", 2, PARAMS(o->file_sha256, publish_number(load, (int64_t)o->file_bytes)),
                    "write the ledger", NULL, err))
        return -1;
    return publish_run(p, "queries/publish_load", LEDGER_PARAMS, params, "write the ledger", NULL, err);
}

/* Load ID as it will be when it is committed; the staging is empty again. */
static int write_load(struct publication *p, const char *id, struct error *err)
{
    const char *source = p->load->options.source;
    if (publish_run(p, "queries/load_mark", 1, PARAMS(id), "mark the load", NULL, err)) return -1;
    crash_point(load_marked);
    if (write_ledger(p, id, err)) return -1;
    crash_point(ledger_written);
    if (p->load->aside ? publish_aside_protect(p, err) : publish_write_facts(p, id, err)) return -1;
    if (p->quarantine_closed &&
        publish_run(p, "queries/publish_quarantine_close", 2, PARAMS(id, source), "close the quarantine", NULL, err))
        return -1;
    crash_point(quarantine_closed);
    if (p->quarantine_new &&
        publish_run(p, "queries/publish_quarantine_new", 2, PARAMS(id, source), "fill the quarantine", NULL, err))
        return -1;
    crash_point(quarantine_filled);
    if (p->counts.wrote && publish_run(p, "queries/publish_finding", 1, PARAMS(id), "write the findings", NULL, err))
        return -1;
    crash_point(findings_written);
    if (publish_run(p, "queries/stage_clear", NO_PARAMS, "clear the staging", NULL, err)) return -1;
    if (p->load->delta && publish_delta_clear(p->load, err)) return -1;
    crash_point(load_written);
    return 0;
}

static int write_all(struct publication *p, struct error *err)
{
    const char *source = p->load->options.source, *id = publish_number(p->load, p->load->id);
    char what[100]; /* a source's name has at most 63 bytes */
    bool exchanged = true;
    if (!id) return error_memory(err);
    if (write_load(p, id, err)) return -1;
    if (p->swap.count && swap_exchange(p, &exchanged, err)) return -1;
    if (!exchanged && (swap_give_up(p, err) || write_load(p, id, err))) return -1;
    if (p->load->nested) return database_exec(p->load->db, "RELEASE SAVEPOINT " LOAD_SAVEPOINT, "publish a load", err);
    (void)snprintf(what, sizeof what, "source \"%s\"", source);
    return publish_commit(p->load->db, id, what, err);
}

static int prepare(struct publication *p, struct error *err)
{
    int64_t found;
    if (stage(p, err) || publish_read_extent(p, err)) return -1;
    crash_point(stage_filled);
    if (find_doubt(p, &found, err)) return -1;
    crash_point(doubt_found);
    if (publish_check_limits(p, err)) return -1;
    crash_point(limits_checked);
    if (found && publish_add_doubtful(p, err)) return -1;
    crash_point(doubt_staged);
    if (publish_find_difference(p, err) || swap_choose(p, err)) return -1;
    crash_point(difference_found);
    return publish_count_rows(p, err) || publish_compare_quarantine(p, err) ? -1 : 0;
}

int publish(struct load *load, const struct load_input *input, struct load_counts *ret_counts, struct error *err)
{
    struct publication p = {.load = load, .input = input, .way = "difference"};
    if (load->aside ? publish_aside_prepare(&p, err) : prepare(&p, err)) return -1;
    crash_point(rows_counted);
    if (print_difference(&p, err) || (!load->options.dry_run && write_all(&p, err))) return -1;
    p.counts.load_id = load->id;
    *ret_counts = p.counts;
    return 0;
}
