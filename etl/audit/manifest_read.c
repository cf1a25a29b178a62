#include "etl/audit/manifest.h"

#include <errno.h>
#include <stdlib.h>

#include "etl/base/limits.h"
#include "etl/json_read.h"

/* What is being read; SOUND turns false at the first thing that is not as manifest.c writes it. */
struct parsing {
    struct claim *claim;
    struct arena *arena; /* the replay's */
    bool sound, no_memory;
};

static const char *text_of_json(struct parsing *p, const json_t *value)
{
    const char *text = json_string_value(value), *copy = text ? arena_strdup(p->arena, text) : "";
    if (!text) p->sound = false;
    if (!copy) p->no_memory = true;
    return copy ? copy : "";
}

static const char *get_text(struct parsing *p, const json_t *object, const char *key)
{
    return text_of_json(p, json_object_get(object, key));
}

static int64_t number_of_json(struct parsing *p, const json_t *value)
{
    if (!json_is_integer(value)) p->sound = false;
    return json_integer_value(value);
}

static int64_t get_number(struct parsing *p, const json_t *object, const char *key)
{
    return number_of_json(p, json_object_get(object, key));
}

static bool get_bool(struct parsing *p, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_true(value) && !json_is_false(value)) p->sound = false;
    return json_is_true(value);
}

static const json_t *get_list(struct parsing *p, const json_t *object, const char *key)
{
    const json_t *list = json_object_get(object, key);
    if (!json_is_array(list)) p->sound = false;
    return list;
}

/* A year whose facts can be derived; 0 where it is none. */
static int year_of_json(struct parsing *p, const json_t *value)
{
    int64_t year = number_of_json(p, value);
    if (year >= 0 && year < REPLAY_YEARS) return (int)year;
    p->sound = false;
    return 0;
}

static void *room(struct parsing *p, size_t count, size_t size)
{
    void *rows = arena_array(p->arena, count + 1, size);
    if (!rows) p->no_memory = true;
    return rows;
}

static void read_runs(struct parsing *p, const json_t *list)
{
    size_t count = json_array_size(list);
    struct replay_run *runs = room(p, count, sizeof *runs);
    for (size_t i = 0; runs && i < count; i++) {
        const json_t *run = json_array_get(list, i);
        runs[i] = (struct replay_run){get_number(p, run, "id"), get_text(p, run, "configuration"),
                                      get_text(p, run, "program"), get_bool(p, run, "synced")};
        if (i && runs[i].id <= runs[i - 1].id) p->sound = false;
    }
    p->claim->replay.runs = runs;
    p->claim->replay.run_count = count;
}

static void read_lists(struct parsing *p, const json_t *object, struct replay_load *load)
{
    const json_t *years = get_list(p, object, "years"), *districts = get_list(p, object, "districts");
    load->year_count = json_array_size(years);
    load->district_count = json_array_size(districts);
    int *numbers = room(p, load->year_count, sizeof *numbers);
    const char **codes = room(p, load->district_count, sizeof *codes);
    for (size_t i = 0; numbers && i < load->year_count; i++)
        numbers[i] = year_of_json(p, json_array_get(years, i));
    for (size_t i = 0; codes && i < load->district_count; i++)
        codes[i] = text_of_json(p, json_array_get(districts, i));
    load->years = numbers;
    load->districts = codes;
}

static enum replay_mode get_mode(struct parsing *p, const json_t *load)
{
    const char *mode = get_text(p, load, "mode");
    if (!strcmp(mode, "facts")) return REPLAY_FACTS;
    if (strcmp(mode, "names") != 0) p->sound = false;
    return REPLAY_NAMES;
}

static void read_loads(struct parsing *p, const json_t *list)
{
    size_t count = json_array_size(list);
    struct replay_load *loads = room(p, count, sizeof *loads);
    for (size_t i = 0; loads && i < count; i++) {
        const json_t *load = json_array_get(list, i);
        loads[i] = (struct replay_load){.id = get_number(p, load, "id"),
                                        .run_id = get_number(p, load, "run"),
                                        .source = get_text(p, load, "source"),
                                        .sha256 = get_text(p, load, "sha256"),
                                        .url = get_text(p, load, "url"),
                                        .connector = get_text(p, load, "connector"),
                                        .config_hash = get_text(p, load, "configuration"),
                                        .published_at = get_text(p, load, "published_at"),
                                        .bytes = (uint64_t)get_number(p, load, "bytes"),
                                        .complete = get_bool(p, load, "complete"),
                                        .counts = "{}",
                                        .mode = get_mode(p, load),
                                        .repeats = get_bool(p, load, "repeats")};
        read_lists(p, load, &loads[i]);
        if (!hash_is_hex(loads[i].sha256) || (i && loads[i].id <= loads[i - 1].id)) p->sound = false;
    }
    p->claim->replay.loads = loads;
    p->claim->replay.load_count = count;
}

static void read_parts(struct parsing *p, const json_t *parts, struct replay_snapshot *snapshot)
{
    if (json_is_null(parts)) return; /* the ledger did not keep them */
    if (json_array_size(parts) != CONFIG_PARTS) p->sound = false;
    for (size_t i = 0; i < CONFIG_PARTS; i++)
        snapshot->parts[i] = (size_t)number_of_json(p, json_array_get(parts, i));
    snapshot->has_parts = true;
}

static void read_configurations(struct parsing *p, json_t *all)
{
    struct replay_snapshot *snapshots = room(p, json_object_size(all), sizeof *snapshots);
    size_t count = 0;
    if (!json_is_object(all)) p->sound = false;
    for (void *at = json_object_iter(all); snapshots && at; at = json_object_iter_next(all, at)) {
        struct replay_snapshot *s = &snapshots[count++];
        const json_t *object = json_object_iter_value(at);
        s->hash = arena_strdup(p->arena, json_object_iter_key(at));
        s->text = text_of(get_text(p, object, "text"));
        read_parts(p, json_object_get(object, "parts"), s);
        if (!s->hash) p->no_memory = true;
    }
    p->claim->replay.snapshots = snapshots;
    p->claim->replay.snapshot_count = count;
}

static void read_years(struct parsing *p, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        p->claim->replay.years[year_of_json(p, json_array_get(list, i))] = true;
}

static bool find_table(const char *name, enum fact_table *ret)
{
    for (int table = 0; table < FACT_TABLE_COUNT; table++)
        if (!strcmp(name, fact_table_name((enum fact_table)table))) {
            *ret = (enum fact_table)table;
            return true;
        }
    return false;
}

static void read_digests(struct parsing *p, const json_t *object)
{
    const json_t *groups = get_list(p, object, "groups");
    struct error err;
    for (size_t i = 0; i < json_array_size(groups); i++) {
        const json_t *group = json_array_get(groups, i);
        struct digest_group g = {.stadsdel = get_text(p, group, "stadsdel"),
                                 .period = get_text(p, group, "period"),
                                 .rows = (uint64_t)get_number(p, group, "rows")};
        const char *sha256 = get_text(p, group, "sha256");
        if (!hash_is_hex(sha256) || !find_table(get_text(p, group, "table"), &g.table)) {
            p->sound = false;
            continue;
        }
        memcpy(g.sha256, sha256, HASH_SIZE);
        if (digests_put(&p->claim->warehouse, &g, &err)) p->no_memory = true;
    }
}

static int read_rules(struct claim *claim, const char *hash, struct error *err)
{
    const struct replay_snapshot *s = replay_snapshot(&claim->replay, hash);
    char found[HASH_SIZE];
    if (!strcmp(hash, "recorded")) return 0;
    if (!s) return error_set(err, EXIT_REFUSED, "the manifest does not hold its rules %.12s", hash);
    if (hash_bytes(s->text.ptr, s->text.len, found, err)) return -1;
    if (strcmp(found, hash) != 0)
        return error_set(err, EXIT_REFUSED, "the rules that the manifest calls %.12s have the hash %.12s", hash, found);
    if (config_load_text("the manifest's rules", s->text, s->has_parts ? s->parts : NULL, stderr, &claim->rules, err))
        return -1;
    claim->has_rules = true;
    return 0;
}

static int read_claim(json_t *object, struct claim *claim, const char *path, struct error *err)
{
    struct parsing p = {.claim = claim, .arena = &claim->replay.arena, .sound = true};
    const json_t *digests = json_object_get(json_object_get(object, "digests"), "warehouse");
    const char *schema = json_string_value(json_object_get(object, "schema"));
    if (!schema || strcmp(schema, MANIFEST_SCHEMA) != 0)
        return error_set(err, EXIT_REFUSED, "%s: is not a manifest of schema \"" MANIFEST_SCHEMA "\"", path);
    if (!digests) {
        (void)error_set(err, EXIT_REFUSED, "%s: holds no digests: its year could not be derived", path);
        return error_hint(err, "Its key not_replayable says why.");
    }
    claim->replay.year = year_of_json(&p, json_object_get(object, "year"));
    claim->replay.last_load = INT64_MAX;
    read_years(&p, get_list(&p, object, "years_derived"));
    read_runs(&p, get_list(&p, object, "runs"));
    read_loads(&p, get_list(&p, object, "loads"));
    read_configurations(&p, json_object_get(object, "configurations"));
    read_digests(&p, digests);
    const char *in_force = get_text(&p, object, "rules");
    (void)snprintf(claim->verdict, sizeof claim->verdict, "%s", get_text(&p, object, "verdict"));
    if (p.no_memory) return error_memory(err);
    if (!p.sound) return error_set(err, EXIT_REFUSED, "%s: the manifest is damaged", path);
    if (replay_number_sources(&claim->replay, err) || digests_end(&claim->warehouse, err)) return -1;
    return read_rules(claim, in_force, err);
}

int manifest_read(const char *path, struct claim *ret_claim, struct error *err)
{
    struct claim claim = {0};
    json_error_t fault;
    FILE *file = fopen(path, "re");
    if (!file) return error_set(err, EXIT_USAGE, "\"%s\" cannot be opened: %s", path, strerror(errno));
    bool no_memory;
    json_t *object = json_read_file(file, &fault, &no_memory);
    (void)fclose(file);
    if (no_memory) return error_memory(err);
    if (!object) return error_set(err, EXIT_REFUSED, "%s:%d: %s", path, fault.line, fault.text);
    int rc = read_claim(object, &claim, path, err);
    json_decref(object);
    if (rc)
        claim_free(&claim);
    else
        *ret_claim = claim;
    return rc;
}

void claim_free(struct claim *claim)
{
    if (claim->has_rules) config_free(&claim->rules);
    digests_free(&claim->warehouse);
    replay_free(&claim->replay);
    *claim = (struct claim){0};
}
