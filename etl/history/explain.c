#include "etl/history/explain.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "etl/base/fold.h"
#include "etl/config/problems.h"
#include "etl/history/explain_raw.h"
#include "etl/history/flags.h"
#include "etl/history/listing.h"
#include "etl/json_read.h"
#include "etl/sql.h"

#define NUMBER_SIZE    24
#define VERSION_PARAMS 7

struct explanation {
    struct database *db;
    const struct config *config;
    const struct explain_key *key;
    struct archive *archive; /* NULL: cannot be read */
    struct error no_archive; /* … and why */
    struct error *err;       /* of what failed */
    bool failed;             /* a part is missing: nothing may be shown */
    struct arena arena;
    const char *enhet, *indikator; /* folded */
};

/* ---- the names ---- */

/* The folded NAME must be one of those that QUERY lists as (folded, name). */
static int check_name(struct explanation *x, const char *query, int count, const char *what, const char *name,
                      const char **ret_folded, struct error *err)
{
    const char *const params[] = {x->key->stadsdel};
    struct suggestion near = {.given = text_of(name)};
    PGresult *result;
    int rc = fold_given(&x->arena, name, ret_folded, err);
    if (rc < 0) return -1;
    if (rc == 0) return error_set(err, EXIT_USAGE, "the name of the %s is not UTF-8", what);
    if (database_query(x->db, sql_text(query), count, params, "look up a name", &result, err)) return -1;
    bool found = false;
    for (int i = 0; i < PQntuples(result) && !found; i++) {
        found = !strcmp(PQgetvalue(result, i, 0), *ret_folded);
        suggestion_try(&near, PQgetvalue(result, i, 1));
    }
    if (!found) {
        (void)error_set(err, EXIT_USAGE, "no %s \"%s\" in the warehouse", what, name);
        (void)error_hint(err,
                         near.best ? "Did you mean \"%s\"?"
                                   : "\"stadslager check-names\" lists names that no registry knows%s.",
                         near.best ? near.best : "");
    }
    PQclear(result);
    return found ? 0 : -1;
}

static int resolve(struct explanation *x, struct error *err)
{
    x->enhet = "";
    if (x->key->enhet && check_name(x, "queries/explain_enheter", 1, "unit", x->key->enhet, &x->enhet, err)) return -1;
    return check_name(x, "queries/explain_indikatorer", 0, "indicator", x->key->indikator, &x->indikator, err);
}

/* No version: where there are some. */
static int nothing_found(struct explanation *x, struct error *err)
{
    char table[2] = {x->key->table, '\0'}, period[PERIOD_NAME_SIZE], hint[400] = "";
    const char *const params[] = {table, x->key->stadsdel, x->indikator};
    PGresult *result;
    size_t len = 0;
    if (database_query(x->db, sql_text("queries/explain_places"), 3, params, "look for values", &result, err))
        return -1;
    for (int i = 0; i < PQntuples(result); i++) {
        int n = snprintf(hint + len, sizeof hint - len, "%s%s %s", i ? "; " : "", PQgetvalue(result, i, 0),
                         PQgetvalue(result, i, 1));
        len += n > 0 && (size_t)n < sizeof hint - len ? (size_t)n : 0;
    }
    PQclear(result);
    text_mend(hint);
    (void)error_set(err, EXIT_USAGE, "the warehouse has never had a value of \"%s\" for %s, %s in %s",
                    x->key->indikator, x->key->stadsdel, x->key->enhet ? x->key->enhet : "the whole board",
                    period_name(x->key->period, period));
    if (!len) return error_hint(err, "The district has no value of this indicator.");
    return error_hint(err, "The district has values of it for: %s.", hint);
}

/* ---- a version as JSON ---- */

/* Keeps why the archive could not be asked.  What is missing or damaged there is part of the history (0); that this program
 * lacked something is not (-1). */
static int is_missing(struct explanation *x, const struct error *why)
{
    if (why->class == EXIT_REFUSED || why->class == EXIT_CONFIG) return 0;
    if (!x->failed) *x->err = *why;
    x->failed = true;
    return -1;
}

/* RC of a call that fails for lack of memory only. */
static void check(struct explanation *x, int rc)
{
    if (rc && !x->failed) (void)error_memory(x->err);
    if (rc) x->failed = true;
}

/* KEY of OBJECT, which must be there: VALUE is NULL where memory ran out, as is OBJECT. */
static void set(struct explanation *x, json_t *object, const char *key, json_t *value)
{
    check(x, json_object_set_new(object, key, value));
}

static const char *column(const PGresult *result, int row, const char *name)
{
    return PQgetvalue(result, row, PQfnumber(result, name));
}

/* KEY of OBJECT: text, or a number where NUMBER is set, or null. */
static void put(struct explanation *x, json_t *object, const char *key, const PGresult *result, int row,
                const char *name, bool number)
{
    bool null = PQgetisnull(result, row, PQfnumber(result, name));
    const char *value = column(result, row, name);
    set(x, object, key, null ? json_null() : number ? json_integer(strtoll(value, NULL, 10)) : json_string(value));
}

static void put_all(struct explanation *x, json_t *object, const PGresult *result, int row, const char *const *texts,
                    const char *const *numbers)
{
    for (; *texts; texts++)
        put(x, object, *texts, result, row, *texts, false);
    for (; numbers && *numbers; numbers++)
        put(x, object, *numbers, result, row, *numbers, true);
}

/* When and how the bytes came. */
static json_t *fetch_json(struct explanation *x, const char *source, const char *sha256)
{
    struct fetch_record record;
    struct error why;
    bool found;
    if (!x->archive) return json_pack("{s:s}", "missing", x->no_archive.message);
    if (archive_find_fetch(x->archive, source, sha256, &x->arena, &found, &record, &why))
        return is_missing(x, &why) ? json_null() : json_pack("{s:s}", "missing", why.message);
    if (!found) return json_null();
    return json_pack("{s:s?,s:s?,s:s?,s:I,s:s?,s:s?,s:s?}", "time", record.time, "url", record.url, "effective_url",
                     record.effective_url, "status", (json_int_t)record.status, "etag", record.etag, "last_modified",
                     record.last_modified, "outcome", record.outcome);
}

static json_t *raw_json(struct explanation *x, const struct explain_place *place)
{
    struct explain_raw raw;
    struct error err;
    if (!x->archive) return json_pack("{s:s}", "missing", x->no_archive.message);
    if (explain_raw_read(x->archive, x->config, place, &x->arena, &raw, &err))
        return is_missing(x, &err) ? json_null() : json_pack("{s:s}", "missing", err.message);
    const char *text = listing_escaped(&x->arena, raw.text);
    json_t *object =
        text ? json_pack("{s:s,s:b,s:b}", "text", text, "whole_row", raw.exact, "workbook", raw.workbook) : NULL;
    if (raw.workbook)
        set(x, object, "where", json_string(raw.where));
    else
        set(x, object, "range",
            json_pack("[I,I]", (json_int_t)place->offset, (json_int_t)(place->offset + raw.length)));
    set(x, object, "cut", json_boolean(raw.length > raw.text.len));
    return object;
}

static json_t *version_json(struct explanation *x, const PGresult *result, int row)
{
    static const char *const value[] = {"part",       "value",       "unit",           "status", "shown",
                                        "obs_status", "conf_status", "period_printed", NULL};
    static const char *const run_texts[] = {"run_started", "program_version", "config_hash", "arguments", NULL};
    static const char *const export_texts[] = {"source", "url", "connector", "sha256", NULL};
    static const char *const load_texts[] = {"published", NULL}, *const load_numbers[] = {"load", "run", NULL};
    static const char *const bytes[] = {"bytes", NULL}, *const line[] = {"line", NULL}, *const none[] = {NULL};
    static const char *const replaced_texts[] = {"replaced_why", "replaced_at", NULL};
    static const char *const replaced_numbers[] = {"replaced_load", "replaced_run", NULL};
    char flags[FLAGS_SIZE];
    bool no_memory;
    const char *part = column(result, row, "part"), *findings = column(result, row, "findings");
    const struct explain_place place = {.source = column(result, row, "source"),
                                        .connector = column(result, row, "connector"),
                                        .sha256 = column(result, row, "sha256"),
                                        .line = strtoull(column(result, row, "line"), NULL, 10),
                                        .offset = strtoull(column(result, row, "byte_offset"), NULL, 10),
                                        .part = *part,
                                        .table = x->key->table};
    json_t *v = json_object();
    put_all(x, v, result, row, value, none);
    set(x, v, "flags", json_string(flags_words((unsigned)strtoul(column(result, row, "flaggor"), NULL, 10), flags)));
    put_all(x, v, result, row, load_texts, load_numbers);
    put_all(x, v, result, row, run_texts, none);
    put_all(x, v, result, row, export_texts, bytes);
    set(x, v, "fetch", fetch_json(x, place.source, place.sha256));
    put_all(x, v, result, row, none, line);
    set(x, v, "raw", raw_json(x, &place));
    set(x, v, "findings", json_read(findings, strlen(findings), &no_memory));
    put_all(x, v, result, row, replaced_texts, replaced_numbers);
    return v;
}

/* NULL with the explanation's error. */
static json_t *document(struct explanation *x, const PGresult *result)
{
    static const char *const tables[] = {"fact_utfall", "fact_arsmal", "fact_foregaende"};
    static const char *const key[] = {"stadsdel", "enhet", "indikator", "period", NULL};
    json_t *all = json_object(), *versions = json_array();
    put_all(x, all, result, 0, key, NULL);
    set(x, all, "table", json_string(tables[x->key->table == 'U' ? 0 : x->key->table == 'A' ? 1 : 2]));
    for (int row = 0; row < PQntuples(result) && !x->failed; row++)
        check(x, json_array_append_new(versions, version_json(x, result, row)));
    set(x, all, "versions", versions);
    if (!x->failed) return all;
    json_decref(all);
    return NULL;
}

/* ---- as text ---- */

static const char *text_in(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static json_int_t number_in(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

/* "  name      value", control characters escaped; nothing for an empty value. */
static void print_line(const char *name, const char *value)
{
    if (!*value) return;
    printf("  %-10s ", name);
    listing_escape(stdout, text_of(value));
    putchar('\n');
}

static void print_raw(const json_t *version)
{
    const json_t *raw = json_object_get(version, "raw"), *range = json_object_get(raw, "range");
    const char *missing = text_in(raw, "missing");
    if (*missing) {
        printf("  place      line %" JSON_INTEGER_FORMAT "\n", number_in(version, "line"));
        print_line("bytes", "not shown: the archive does not have them as they were");
        print_line("", missing);
        return;
    }
    if (range)
        printf("  place      line %" JSON_INTEGER_FORMAT ", bytes %" JSON_INTEGER_FORMAT " to %" JSON_INTEGER_FORMAT
               " of %" JSON_INTEGER_FORMAT "%s\n",
               number_in(version, "line"), json_integer_value(json_array_get(range, 0)),
               json_integer_value(json_array_get(range, 1)), number_in(version, "bytes"),
               json_is_true(json_object_get(raw, "whole_row")) ? "" : " (the line only: the row was not found again)");
    else
        printf("  place      %s\n",
               *text_in(raw, "where") ? text_in(raw, "where") : "row not found again in the workbook");
    printf("  bytes      %s%s\n", text_in(raw, "text"), /* escaped already */
           json_is_true(json_object_get(raw, "cut")) ? " ... (cut here)" : "");
}

static void print_findings(const json_t *findings)
{
    size_t i;
    json_t *finding;
    json_array_foreach(findings, i, finding)
    {
        printf("  finding    %s (%s): ", text_in(finding, "rule"), text_in(finding, "severity"));
        listing_escape(stdout, text_of(text_in(finding, "message")));
        putchar('\n');
    }
}

static void print_fetch(const json_t *fetch)
{
    if (json_is_null(fetch)) {
        print_line("fetched", "the archive has no record of it");
        return;
    }
    if (*text_in(fetch, "missing")) {
        print_line("fetched", "not known: the archive's record of it cannot be read");
        print_line("", text_in(fetch, "missing"));
        return;
    }
    printf("  fetched    %s, HTTP %" JSON_INTEGER_FORMAT "%s%s\n", text_in(fetch, "time"), number_in(fetch, "status"),
           *text_in(fetch, "last_modified") ? ", last modified " : "", text_in(fetch, "last_modified"));
}

/* How many of VERSIONS before place END are of PART. */
static size_t count_part(const json_t *versions, size_t end, const char *part)
{
    size_t count = 0;
    for (size_t i = 0; i < end; i++)
        count += strcmp(text_in(json_array_get(versions, i), "part"), part) == 0;
    return count;
}

static void print_version(const json_t *v, size_t number, size_t count)
{
    const char *part = text_in(v, "part");
    printf("\nversion %zu of %zu%s%s: ", number, count, *part ? ", " : "", part);
    listing_escape(stdout, text_of(text_in(v, "shown")));
    putchar('\n');
    print_line("status", text_in(v, "status"));
    print_line("flags", text_in(v, "flags"));
    printf("  run        %" JSON_INTEGER_FORMAT ", began %s, stadslager %s, configuration %.12s", number_in(v, "run"),
           text_in(v, "run_started"), text_in(v, "program_version"), text_in(v, "config_hash"));
    printf("%s%s\n", *text_in(v, "arguments") ? ", options" : "", text_in(v, "arguments"));
    printf("  load       %" JSON_INTEGER_FORMAT ", published %s\n", number_in(v, "load"), text_in(v, "published"));
    print_line("source", text_in(v, "source"));
    print_line("url", text_in(v, "url"));
    print_fetch(json_object_get(v, "fetch"));
    print_line("sha256", text_in(v, "sha256"));
    print_raw(v);
    print_findings(json_object_get(v, "findings"));
    if (json_is_null(json_object_get(v, "replaced_load"))) {
        print_line("replaced", "no: this is the current version");
        return;
    }
    printf("  replaced   by load %" JSON_INTEGER_FORMAT " of run %" JSON_INTEGER_FORMAT ", %s: %s\n",
           number_in(v, "replaced_load"), number_in(v, "replaced_run"), text_in(v, "replaced_at"),
           text_in(v, "replaced_why"));
}

static void print_text(const json_t *all)
{
    size_t i;
    json_t *version, *versions = json_object_get(all, "versions");
    printf("%s, %s: %s, %s (%s)\n", text_in(all, "stadsdel"), text_in(all, "enhet"), text_in(all, "indikator"),
           text_in(all, "period"), text_in(all, "table"));
    json_array_foreach(versions, i, version)
    {
        const char *part = text_in(version, "part");
        print_version(version, count_part(versions, i, part) + 1,
                      count_part(versions, json_array_size(versions), part));
    }
}

/* ---- the whole ---- */

static int find_versions(struct explanation *x, PGresult **ret, struct error *err)
{
    const struct explain_key *key = x->key;
    char table[2] = {key->table, '\0'}, part[2] = {key->part, '\0'}, period[NUMBER_SIZE], year[NUMBER_SIZE];
    (void)snprintf(period, sizeof period, "%" PRId32, period_id(key->period));
    (void)snprintf(year, sizeof year, "%d", key->period.year);
    const char *const params[VERSION_PARAMS] = {table, key->stadsdel,          x->enhet, x->indikator, period,
                                                year,  key->part ? part : NULL};
    return database_query(x->db, sql_text("queries/explain_versions"), VERSION_PARAMS, params, "look up the versions",
                          ret, err);
}

static int print_found(struct explanation *x, const PGresult *result, bool json, struct error *err)
{
    json_t *all = document(x, result);
    int rc = 0;
    if (!all) return -1;
    if (json)
        rc = json_dumpf(all, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER) || putchar('\n') == EOF;
    else
        print_text(all);
    json_decref(all);
    if (fflush(stdout) || rc) return error_set(err, EXIT_INTERNAL, "could not write the output: %s", strerror(errno));
    return 0;
}

int explain_print(struct database *db, const struct config *config, const struct explain_key *key, bool json,
                  struct error *err)
{
    struct explanation x = {.db = db, .config = config, .key = key, .err = err};
    PGresult *result = NULL;
    int rc = -1;
    if (resolve(&x, err) || find_versions(&x, &result, err)) goto out;
    if (PQntuples(result) == 0) {
        (void)nothing_found(&x, err);
        goto out;
    }
    if (archive_open_reading(config->archive_path, &x.archive, &x.no_archive) && is_missing(&x, &x.no_archive))
        goto out;
    rc = print_found(&x, result, json, err);
out:
    PQclear(result);
    archive_close(x.archive);
    arena_free(&x.arena);
    return rc;
}
