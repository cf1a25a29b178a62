#include "etl/audit/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "etl/beside.h"
#include "etl/clock.h"
#include "etl/crash_point.h"
#include "etl/json_read.h"
#include "etl/json_write.h"

/* ---- small pieces; json_*_set_new and _append_new take their value over and fail on NULL ---- */

static json_t *text_or_null(const char *text)
{
    return text && *text ? json_string(text) : json_null();
}

static json_t *from_number(uint64_t n)
{
    return json_integer((json_int_t)n);
}

static int append(json_t *array, json_t *value)
{
    return json_array_append_new(array, value);
}

static int set(json_t *object, const char *key, json_t *value)
{
    return json_object_set_new(object, key, value);
}

/* JSON, or NULL where a part of it was BAD. */
static json_t *unless(int bad, json_t *json)
{
    if (!bad) return json;
    json_decref(json);
    return NULL;
}

/* ---- inputs ---- */

static json_t *fetch_json(const struct fetch_record *record)
{
    return json_pack("{s:o,s:o,s:o,s:i,s:o,s:o,s:o}", "time", text_or_null(record->time), "url",
                     text_or_null(record->url), "effective_url", text_or_null(record->effective_url), "status",
                     (int)record->status, "etag", text_or_null(record->etag), "last_modified",
                     text_or_null(record->last_modified), "received", from_number(record->received));
}

/* What HTTP said when the bytes came; null where the archive does not know. */
static int fetch_of(const struct manifest *m, const struct replay_load *load, json_t **ret, struct error *err)
{
    struct arena arena = {0};
    struct fetch_record record;
    bool found;
    int rc = archive_find_fetch(m->archive, load->source, load->sha256, &arena, &found, &record, err);
    if (rc == 0) *ret = found ? fetch_json(&record) : json_null();
    arena_free(&arena);
    return rc;
}

static bool is_listed(const struct replay *r, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (r->loads[i].mode == REPLAY_FACTS && !strcmp(r->loads[i].source, r->loads[index].source) &&
            !strcmp(r->loads[i].sha256, r->loads[index].sha256))
            return true;
    return false;
}

static int inputs_json(const struct manifest *m, json_t **ret, struct error *err)
{
    const struct replay *r = m->replay;
    json_t *inputs = json_array();
    for (size_t i = 0; i < r->load_count; i++) {
        json_t *fetch;
        const struct replay_load *load = &r->loads[i];
        if (load->mode != REPLAY_FACTS || is_listed(r, i)) continue;
        if (fetch_of(m, load, &fetch, err)) goto failed;
        json_t *input =
            json_pack("{s:s,s:s,s:o,s:s,s:s,s:o}", "source", load->source, "sha256", load->sha256, "bytes",
                      from_number(load->bytes), "url", load->url, "connector", load->connector, "fetch", fetch);
        if (append(inputs, input)) {
            (void)error_memory(err);
            goto failed;
        }
    }
    *ret = inputs;
    return 0;
failed:
    json_decref(inputs);
    return -1;
}

/* ---- what is replayed ---- */

static json_t *years_json(const int *years, size_t count)
{
    json_t *array = json_array();
    int bad = 0;
    for (size_t i = 0; i < count; i++)
        bad |= append(array, json_integer(years[i]));
    return unless(bad, array);
}

static json_t *districts_json(const struct replay_load *load)
{
    json_t *array = json_array();
    int bad = 0;
    for (size_t i = 0; i < load->district_count; i++)
        bad |= append(array, json_string(load->districts[i]));
    return unless(bad, array);
}

static json_t *load_json(const struct replay_load *load)
{
    bool no_memory;
    json_t *counts = json_read(load->counts, strlen(load->counts), &no_memory);
    if (no_memory) return NULL;
    return json_pack("{s:I,s:I,s:s,s:s,s:o,s:s,s:s,s:s,s:s,s:b,s:o,s:o,s:s,s:b,s:o}", "id", (json_int_t)load->id, "run",
                     (json_int_t)load->run_id, "source", load->source, "sha256", load->sha256, "bytes",
                     from_number(load->bytes), "url", load->url, "connector", load->connector, "configuration",
                     load->config_hash, "published_at", load->published_at, "complete", (int)load->complete, "years",
                     years_json(load->years, load->year_count), "districts", districts_json(load), "mode",
                     load->mode == REPLAY_FACTS ? "facts" : "names", "repeats", (int)load->repeats, "counts",
                     counts ? counts : json_null());
}

static json_t *loads_json(const struct replay *r)
{
    json_t *loads = json_array();
    int bad = 0;
    for (size_t i = 0; i < r->load_count; i++)
        if (r->loads[i].mode != REPLAY_SKIP) bad |= append(loads, load_json(&r->loads[i]));
    return unless(bad, loads);
}

static bool has_load(const struct replay *r, const struct replay_run *run)
{
    for (size_t i = 0; i < r->load_count; i++)
        if (r->loads[i].run_id == run->id && r->loads[i].mode != REPLAY_SKIP) return true;
    return false;
}

/* The runs that a replay needs: those of its loads, and those that changed the registries. */
static json_t *runs_json(const struct replay *r)
{
    json_t *runs = json_array();
    const char *before = "";
    int bad = 0;
    for (size_t i = 0; i < r->run_count; i++) {
        const struct replay_run *run = &r->runs[i];
        bool changes = run->synced && strcmp(run->config_hash, before) != 0;
        if (!changes && !has_load(r, run)) continue;
        if (run->synced) before = run->config_hash;
        bad |= append(runs, json_pack("{s:I,s:s,s:s,s:b}", "id", (json_int_t)run->id, "configuration", run->config_hash,
                                      "program", run->program_version, "synced", (int)run->synced));
    }
    return unless(bad, runs);
}

static json_t *configuration_json(struct text text, const size_t *parts)
{
    json_t *array = parts ? json_array() : json_null();
    int bad = 0;
    for (size_t i = 0; parts && i < CONFIG_PARTS; i++)
        bad |= append(array, from_number(parts[i]));
    return json_pack("{s:o,s:o}", "text", json_stringn(text.ptr, text.len), "parts", unless(bad, array));
}

static json_t *configurations_json(const struct manifest *m)
{
    const struct replay *r = m->replay;
    json_t *all = json_object();
    int bad = 0;
    if (m->rules) bad = set(all, m->rules->hash, configuration_json(text_of(m->rules->text), m->rules->parts));
    for (size_t i = 0; !m->rules && i < r->run_count; i++) {
        const struct replay_snapshot *s = r->runs[i].synced ? replay_snapshot(r, r->runs[i].config_hash) : NULL;
        if (!s || json_object_get(all, s->hash)) continue;
        bad |= set(all, s->hash, configuration_json(s->text, s->has_parts ? s->parts : NULL));
    }
    return unless(bad, all);
}

static json_t *closure_json(const struct replay *r)
{
    json_t *years = json_array();
    int bad = 0;
    for (int year = 0; year < REPLAY_YEARS; year++)
        if (r->years[year]) bad |= append(years, json_integer(year));
    return unless(bad, years);
}

/* ---- what was found ---- */

static json_t *digests_json(const struct digests *d)
{
    json_t *groups = json_array();
    int bad = 0;
    for (size_t i = 0; i < d->count; i++) {
        const struct digest_group *g = &d->groups[i];
        bad |= append(groups,
                      json_pack("{s:s,s:s,s:s,s:o,s:s}", "table", fact_table_name(g->table), "stadsdel", g->stadsdel,
                                "period", g->period, "rows", from_number(g->rows), "sha256", g->sha256));
    }
    return json_pack("{s:s,s:o}", "root", d->root, "groups", unless(bad, groups));
}

static json_t *fault_json(const struct derived *d)
{
    const struct replay_load *load = d->fault_load;
    if (d->fault.class == EXIT_DONE) return json_null();
    if (!load) return json_pack("{s:s}", "why", d->fault.message);
    return json_pack("{s:s,s:s,s:s,s:I,s:I}", "why", d->fault.message, "sha256", load->sha256, "source", load->source,
                     "run", (json_int_t)load->run_id, "load", (json_int_t)load->id);
}

static int set_findings(json_t *object, const struct manifest *m)
{
    const struct comparison *c = m->comparison;
    int bad = set(object, "verdict", json_string(m->verdict));
    bad |= set(object, "not_replayable", fault_json(m->derived));
    if (!c) return bad;
    bad |= set(object, "differences",
               json_pack("{s:o,s:o,s:o,s:o}", "names", from_number(m->names), "missing", from_number(c->missing),
                         "extra", from_number(c->extra), "different", from_number(c->different)));
    bad |= set(object, "digests",
               json_pack("{s:o,s:o}", "warehouse", digests_json(&c->warehouse), "derived", digests_json(&c->derived)));
    return bad;
}

static int fill(json_t *object, json_t *inputs, const struct manifest *m)
{
    const struct replay *r = m->replay;
    char now[CLOCK_SIZE];
    int bad = set(object, "schema", json_string(MANIFEST_SCHEMA));
    bad |= set(object, "program", json_string(STADSLAGER_VERSION));
    bad |= set(object, "made_at", json_string(clock_now(now)));
    bad |= set(object, "year", json_integer(r->year));
    bad |= set(object, "years_derived", closure_json(r));
    bad |= set(object, "as_of", text_or_null(m->as_of));
    bad |= set(object, "rules", m->rules ? json_string(m->rules->hash) : json_string("recorded"));
    bad |= set(object, "inputs", inputs);
    bad |= set(object, "runs", runs_json(r));
    bad |= set(object, "loads", loads_json(r));
    bad |= set(object, "configurations", configurations_json(m));
    bad |= set(object, "waivers", json_incref(m->waivers));
    return bad | set_findings(object, m);
}

int manifest_print(const struct manifest *manifest, char **ret_text, char ret_sha256[static HASH_SIZE],
                   struct error *err)
{
    json_t *inputs, *object;
    if (inputs_json(manifest, &inputs, err)) return -1;
    if (!(object = json_object())) json_decref(inputs);
    int bad = object ? fill(object, inputs, manifest) : -1;
    char *text = bad ? NULL : json_write(object, JSON_INDENT(1) | JSON_SORT_KEYS);
    json_decref(object);
    if (!text) return error_memory(err);
    if (hash_bytes(text, strlen(text), ret_sha256, err)) {
        free(text);
        return -1;
    }
    *ret_text = text;
    return 0;
}

/* ---- writing ---- */

static bool write_whole(int fd, const char *text)
{
    for (size_t len = strlen(text); len;) {
        ssize_t n = write(fd, text, len);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        text += n;
        len -= (size_t)n;
    }
    crash_point(manifest_written);
    return fsync(fd) == 0;
}

int manifest_write(const char *path, const char *text, struct error *err)
{
    char temporary[BESIDE_SIZE];
    if (beside_name(path, temporary))
        return error_set(err, EXIT_USAGE, "the manifest's path %s",
                         errno == EINVAL ? "is no regular file" : "is too long");
    int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    bool done = fd >= 0 && fchmod(fd, 0644) == 0 && write_whole(fd, text) && rename(temporary, path) == 0;
    if (!done) (void)error_set(err, EXIT_INTERNAL, "could not write \"%s\": %s", path, strerror(errno));
    if (done) crash_point(manifest_replaced);
    if (fd >= 0) close(fd);
    if (fd >= 0 && !done) (void)unlink(temporary);
    return done ? 0 : -1;
}
