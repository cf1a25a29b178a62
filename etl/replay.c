#include "etl/replay.h"

#define YEARS (sizeof((struct replay *)0)->years / sizeof(bool))

static bool has_year(const struct replay_load *load, int year)
{
    for (size_t i = 0; i < load->year_count; i++)
        if (load->years[i] == year) return true;
    return false;
}

static bool share_district(const struct replay_load *a, const struct replay_load *b)
{
    for (size_t i = 0; i < a->district_count; i++)
        for (size_t k = 0; k < b->district_count; k++)
            if (!strcmp(a->districts[i], b->districts[k])) return true;
    return false;
}

static bool share_year(const struct replay_load *a, const struct replay_load *b)
{
    for (size_t i = 0; i < a->year_count; i++)
        if (has_year(b, a->years[i])) return true;
    return false;
}

static bool same_source(const struct replay_load *a, const struct replay_load *b)
{
    return !strcmp(a->source, b->source);
}

/* Some load of LOAD's source has facts of a year that is derived. */
static bool is_relevant(const struct replay *r, const struct replay_load *load)
{
    for (size_t i = 0; i < r->load_count; i++) {
        const struct replay_load *other = &r->loads[i];
        if (!same_source(load, other)) continue;
        for (size_t k = 0; k < other->year_count; k++)
            if (r->years[other->years[k]]) return true;
    }
    return false;
}

/* Another source has facts of YEAR in a district of LOAD's. */
static bool is_contested(const struct replay *r, const struct replay_load *load, int year)
{
    for (size_t i = 0; i < r->load_count; i++) {
        const struct replay_load *other = &r->loads[i];
        if (!same_source(load, other) && has_year(other, year) && share_district(load, other)) return true;
    }
    return false;
}

/* Marks the relevant loads and adds the contested years of theirs; true when there was one to add. */
static bool widen(struct replay *r)
{
    bool wider = false;
    for (size_t i = 0; i < r->load_count; i++) {
        struct replay_load *load = &r->loads[i];
        if (load->mode != REPLAY_FACTS && !is_relevant(r, load)) continue;
        load->mode = REPLAY_FACTS;
        for (size_t k = 0; k < load->year_count; k++) {
            if (r->years[load->years[k]] || !is_contested(r, load, load->years[k])) continue;
            r->years[load->years[k]] = true;
            wider = true;
        }
    }
    return wider;
}

static bool repeats(const struct replay *r, size_t index)
{
    const struct replay_load *load = &r->loads[index];
    const struct replay_run *run = replay_run(r, load->run_id);
    for (size_t i = index; i-- > 0;) {
        const struct replay_load *earlier = &r->loads[i];
        if (same_source(load, earlier)) {
            const struct replay_run *before = replay_run(r, earlier->run_id);
            return earlier->mode == REPLAY_FACTS && !strcmp(load->sha256, earlier->sha256) &&
                   !strcmp(load->config_hash, earlier->config_hash) && load->complete == earlier->complete && run &&
                   before && !strcmp(run->program_version, before->program_version);
        }
        if (share_year(load, earlier) && share_district(load, earlier)) return false;
    }
    return false;
}

/* A later run had other registries than LOAD's: one of them may have renamed, or given a code to, what LOAD added. */
static bool registries_change_after(const struct replay *r, const struct replay_load *load)
{
    for (size_t i = 0; i < r->run_count; i++)
        if (r->runs[i].id > load->run_id && r->runs[i].synced && strcmp(r->runs[i].config_hash, load->config_hash) != 0)
            return true;
    return false;
}

int replay_choose(struct replay *replay, struct error *err)
{
    for (size_t i = 0; i < replay->load_count; i++)
        for (size_t k = 0; k < replay->loads[i].year_count; k++)
            if (replay->loads[i].years[k] < 0 || (size_t)replay->loads[i].years[k] >= YEARS)
                return error_set(err, EXIT_DATABASE, "load %lld has facts of the year %d",
                                 (long long)replay->loads[i].id, replay->loads[i].years[k]);
    memset(replay->years, 0, sizeof replay->years);
    replay->years[replay->year] = true;
    while (widen(replay))
        continue;
    for (size_t i = 0; i < replay->load_count; i++) {
        struct replay_load *load = &replay->loads[i];
        bool later = replay->last_load && load->id > replay->last_load;
        if (load->mode == REPLAY_FACTS && !later) {
            load->repeats = repeats(replay, i);
            continue;
        }
        load->mode = registries_change_after(replay, load) ? REPLAY_NAMES : REPLAY_SKIP;
    }
    return 0;
}

const struct replay_snapshot *replay_snapshot(const struct replay *replay, const char *hash)
{
    for (size_t i = 0; i < replay->snapshot_count; i++)
        if (!strcmp(replay->snapshots[i].hash, hash)) return &replay->snapshots[i];
    return NULL;
}

/* Runs and loads stand by id. */
const struct replay_run *replay_run(const struct replay *replay, int64_t id)
{
    size_t low = 0, high = replay->run_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (replay->runs[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < replay->run_count && replay->runs[low].id == id ? &replay->runs[low] : NULL;
}

const struct replay_load *replay_load(const struct replay *replay, int64_t id)
{
    size_t low = 0, high = replay->load_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (replay->loads[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < replay->load_count && replay->loads[low].id == id ? &replay->loads[low] : NULL;
}

void replay_free(struct replay *replay)
{
    arena_free(&replay->arena);
    *replay = (struct replay){0};
}
