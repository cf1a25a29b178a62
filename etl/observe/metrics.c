#include "etl/observe/metrics.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "etl/base/limits.h"
#include "etl/base/text_stream.h"
#include "etl/beside.h"
#include "etl/crash_point.h"

#define PREFIX    "stadslager_"
#define STATES    5    /* enum source_kind */
#define FILE_MODE 0644 /* the exporter is another user */

/* ---- the format ---- */

static void head(FILE *out, const char *name, const char *help)
{
    fprintf(out, "# HELP " PREFIX "%s %s\n# TYPE " PREFIX "%s gauge\n", name, help, name);
}

static void label_value(FILE *out, const char *value)
{
    for (; *value; value++) {
        if (*value == '\\' || *value == '"') fputc('\\', out);
        if (*value == '\n')
            fputs("\\n", out);
        else
            fputc(*value, out);
    }
}

/* Name and labels, up to the value; LABELS: pairs of label and value, NULL at the end, or NULL for none. */
#define LABELS(...)                                                                                                    \
    (const char *const[])                                                                                              \
    {                                                                                                                  \
        __VA_ARGS__, NULL                                                                                              \
    }
static void series(FILE *out, const char *name, const char *const *labels)
{
    fprintf(out, PREFIX "%s", name);
    for (size_t i = 0; labels && labels[i]; i += 2) {
        fprintf(out, "%s%s=\"", i ? "," : "{", labels[i]);
        label_value(out, labels[i + 1]);
        fputc('"', out);
    }
    fputs(labels ? "} " : " ", out);
}

static void number(FILE *out, uint64_t value)
{
    fprintf(out, "%" PRIu64 "\n", value);
}

static void seconds(FILE *out, int64_t milliseconds)
{
    fprintf(out, "%" PRId64 ".%03" PRId64 "\n", milliseconds / 1000, milliseconds % 1000);
}

/* The samples of NAME that the file has, as they are. */
static void keep(FILE *out, const char *old, const char *name)
{
    size_t prefix = strlen(PREFIX), length = strlen(name);
    for (const char *line = old; *line;) {
        size_t n = strcspn(line, "\n");
        if (n > prefix + length && !strncmp(line, PREFIX, prefix) && !strncmp(line + prefix, name, length) &&
            (line[prefix + length] == '{' || line[prefix + length] == ' '))
            fprintf(out, "%.*s\n", (int)n, line);
        line += n + (line[n] == '\n');
    }
}

/* ---- the run ---- */

static void print_outcome(const struct observed_run *run, FILE *out)
{
    head(out, "run_info", "program and configuration of the last run");
    series(out, "run_info", LABELS("version", STADSLAGER_VERSION, "config_hash", run->config->hash));
    number(out, 1);
    head(out, "run_exit_code", "how the last run ended, see stadslager(1), EXIT STATUS");
    series(out, "run_exit_code", NULL);
    number(out, (uint64_t)run->outcome);
    head(out, "run_outcome", "the same by name: 1 for the one it was");
    for (int code = EXIT_DONE; code <= EXIT_AUDIT; code++) {
        series(out, "run_outcome", LABELS("outcome", exit_code_name((enum exit_code)code)));
        number(out, (int)run->outcome == code);
    }
    head(out, "run_duration_seconds", "how long the last run took");
    series(out, "run_duration_seconds", NULL);
    seconds(out, run->milliseconds);
}

static void print_times(const struct observed_run *run, const struct metrics_more *more, const char *old, FILE *out)
{
    char text[CLOCK_SIZE];
    int64_t begun = 0, now = 0;
    bool success = run->outcome == EXIT_DONE || run->outcome == EXIT_QUARANTINED;
    (void)(calendar_parse_time(run->begun, &begun) || calendar_parse_time(clock_now(text), &now));
    head(out, "run_begin_timestamp_seconds", "when the last run began");
    series(out, "run_begin_timestamp_seconds", NULL);
    number(out, (uint64_t)begun);
    head(out, "run_end_timestamp_seconds", "when the last run ended");
    series(out, "run_end_timestamp_seconds", NULL);
    number(out, (uint64_t)now);
    head(out, "last_success_timestamp_seconds",
         "when a run last ended with 0, or with 3, loaded with rows in quarantine");
    if (success) {
        series(out, "last_success_timestamp_seconds", NULL);
        number(out, (uint64_t)now);
    } else if (!more->known) {
        keep(out, old, "last_success_timestamp_seconds");
    } else if (!PQgetisnull(more->last_success, 0, 0)) {
        series(out, "last_success_timestamp_seconds", NULL);
        fprintf(out, "%s\n", PQgetvalue(more->last_success, 0, 0));
    }
}

/* ---- the sources ---- */

static void print_states(const struct observed_run *run, FILE *out)
{
    static const char *const states[STATES] = {"not_reached", "loaded", "verified", "unchanged", "failed"};
    uint64_t counts[STATES] = {0};
    head(out, "source_state", "what the last run did with a source: 1 for what it was");
    for (size_t i = 0; i < run->result_count; i++) {
        const struct source_result *result = run->results[i];
        counts[result->kind]++;
        for (int state = 0; state < STATES; state++) {
            series(out, "source_state", LABELS("source", result->name, "state", states[state]));
            number(out, (int)result->kind == state);
        }
    }
    head(out, "sources", "sources of the last run by what it did with them");
    for (int state = 0; state < STATES; state++) {
        series(out, "sources", LABELS("state", states[state]));
        number(out, counts[state]);
    }
}

static bool was_decoded(const struct source_result *result)
{
    return result->kind == SOURCE_LOADED || result->kind == SOURCE_VERIFIED;
}

static void rows_of(const struct source_result *result, const char *kind, const uint64_t values[static 5], FILE *out)
{
    static const char *const names[] = {"read", "loaded", "unchanged", "quarantined", "ignored"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        series(out, "source_rows", LABELS("source", result->name, "kind", kind, "result", names[i]));
        number(out, was_decoded(result) ? values[i] : 0);
    }
}

static void print_rows(const struct observed_run *run, FILE *out)
{
    head(out, "source_rows",
         "rows that the last run decoded of a source; read = loaded + unchanged + quarantined + ignored; "
         "0 where the export was not decoded");
    for (size_t i = 0; i < run->result_count; i++) {
        const struct source_result *result = run->results[i];
        const struct load_counts *c = &result->counts;
        rows_of(result, "line",
                (const uint64_t[]){c->lines_read, c->lines_loaded, c->lines_unchanged, c->lines_quarantined,
                                   c->lines_ignored},
                out);
        rows_of(
            result, "indikator",
            (const uint64_t[]){c->rows_read, c->rows_loaded, c->rows_unchanged, c->rows_quarantined, c->rows_ignored},
            out);
        rows_of(result, "mal", (const uint64_t[]){c->mal_read, c->mal_loaded, c->mal_unchanged, c->mal_quarantined, 0},
                out);
        rows_of(result, "aktivitet",
                (const uint64_t[]){c->aktivitet_read, c->aktivitet_loaded, c->aktivitet_unchanged,
                                   c->aktivitet_quarantined, 0},
                out);
        rows_of(result, "tabell",
                (const uint64_t[]){c->tabell_read, c->tabell_loaded, c->tabell_unchanged, c->tabell_quarantined, 0},
                out);
    }
}

static void print_facts(const struct observed_run *run, FILE *out)
{
    static const char *const names[] = {"new", "revised", "withdrawn", "unchanged"};
    head(out, "source_facts", "facts of the last run by what became of them");
    for (size_t i = 0; i < run->result_count; i++) {
        const struct load_counts *c = &run->results[i]->counts;
        const uint64_t values[] = {c->facts_new, c->facts_revised, c->facts_withdrawn, c->facts_unchanged};
        for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
            series(out, "source_facts", LABELS("source", run->results[i]->name, "change", names[k]));
            number(out, was_decoded(run->results[i]) ? values[k] : 0);
        }
    }
    head(out, "source_findings", "findings of the last run: what was loaded and yet deserves a look");
    for (size_t i = 0; i < run->result_count; i++) {
        series(out, "source_findings", LABELS("source", run->results[i]->name));
        number(out, run->results[i]->counts.findings);
    }
}

static void print_bytes(const struct observed_run *run, FILE *out)
{
    static const char *const names[] = {"received", "plain", "stored"};
    head(out, "source_bytes", "bytes of the last run's fetch: received, decompressed, stored in the archive");
    for (size_t i = 0; i < run->result_count; i++) {
        const struct source_result *result = run->results[i];
        const uint64_t values[] = {result->received, result->plain, result->stored};
        for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
            series(out, "source_bytes", LABELS("source", result->name, "what", names[k]));
            number(out, values[k]);
        }
    }
}

static void print_stages(const struct observed_run *run, FILE *out)
{
    head(out, "source_stage_seconds",
         "how long the last run took for a source: fetch, decode and validate, load and publish");
    for (size_t i = 0; i < run->result_count; i++)
        for (int stage = 0; stage < STAGE_COUNT; stage++) {
            series(out, "source_stage_seconds",
                   LABELS("source", run->results[i]->name, "stage", stage_name((enum stage)stage)));
            seconds(out, run->results[i]->stage_ms[stage]);
        }
}

/* ---- the warehouse ---- */

static void print_more(const struct metrics_more *more, const char *old, FILE *out)
{
    head(out, "source_quarantine_open", "rows of a source that are in quarantine");
    if (!more->known) keep(out, old, "source_quarantine_open");
    for (int i = 0; more->known && i < PQntuples(more->quarantine); i++) {
        series(out, "source_quarantine_open", LABELS("source", PQgetvalue(more->quarantine, i, 0)));
        fprintf(out, "%s\n", PQgetvalue(more->quarantine, i, 1));
    }
    head(out, "source_late_days", "days since a report was due that is not here; 0: here, or not late");
    if (!more->known) keep(out, old, "source_late_days");
    for (size_t i = 0; more->known && i < more->freshness_count; i++) {
        const struct freshness *row = &more->freshness[i];
        char report[24];
        (void)snprintf(report, sizeof report, "%s %d", calendar_report_name(row->report), row->year);
        series(out, "source_late_days", LABELS("source", row->source->name, "report", report));
        number(out, (uint64_t)row->late_days);
    }
}

void metrics_print(const struct observed_run *run, const struct metrics_more *more, const char *old, FILE *out)
{
    print_outcome(run, out);
    print_times(run, more, old, out);
    print_states(run, out);
    print_rows(run, out);
    print_facts(run, out);
    print_bytes(run, out);
    print_stages(run, out);
    print_more(more, old, out);
}

/* ---- the file ---- */

static int failed(const char *path, const char *what, struct error *err)
{
    int cause = errno;
    (void)error_set(err, EXIT_INTERNAL, "metrics file \"%s\": could not %s: %s", path, what, strerror(cause));
    return error_hint(err, "The folder must exist and let the program write; observe.metrics_file names it.");
}

/* The file's present content, "" when there is none that can be read; the caller frees. */
static char *read_old(const char *path)
{
    size_t len = 0;
    char *text = calloc(1, LIMIT_METRICS + 1);
    int fd = text ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
    while (fd >= 0 && len < LIMIT_METRICS) {
        ssize_t n = read(fd, text + len, LIMIT_METRICS - len);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        len += (size_t)n;
    }
    if (fd >= 0) close(fd);
    return text;
}

static int write_new(const char *path, const char *name, const char *text, size_t size, struct error *err)
{
    int rc = -1;
    int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
    if (fd < 0) return failed(path, "create a file beside it", err);
    errno = ENOSPC; /* what a write that ends early does not say */
    ssize_t n = write(fd, text, size);
    crash_point(metrics_written);
    if (n != (ssize_t)size || fsync(fd)) {
        failed(path, "write", err);
    } else if (fchmod(fd, FILE_MODE)) { /* whatever the umask */
        failed(path, "let others read it", err);
    } else if (rename(name, path)) {
        failed(path, "replace it", err);
    } else {
        crash_point(metrics_replaced);
        rc = 0;
    }
    if (rc) (void)unlink(name);
    close(fd);
    return rc;
}

int metrics_write(const struct observed_run *run, const struct metrics_more *more, struct error *err)
{
    const char *path = run->config->observe.metrics_file;
    size_t size = 0;
    char *text = NULL, *old = read_old(path), name[BESIDE_SIZE];
    struct text_stream stream;
    int rc = -1;
    if (old && text_stream_begin(&stream) == 0) {
        metrics_print(run, more, old, stream.out);
        text = text_stream_end(&stream, &size);
    }
    if (!text)
        error_memory(err);
    else if (beside_name(path, name)) /* the collector reads *.prom only */
        failed(path, "name a file beside it", err);
    else
        rc = write_new(path, name, text, size, err);
    free(text);
    free(old);
    return rc;
}
