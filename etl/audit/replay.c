#include "etl/audit/replay.h"

#include "etl/base/map.h"

/* All that one source ever had facts for. */
struct extent {
    bool years[REPLAY_YEARS];
    const char **districts;
    size_t count, room;
    bool relevant;
};

struct choice {
    struct replay *replay;
    struct extent *extents; /* by source */
    uint32_t count;
};

static bool has_district(const struct extent *extent, const char *district)
{
    for (size_t i = 0; i < extent->count; i++)
        if (!strcmp(extent->districts[i], district)) return true;
    return false;
}

static int add_district(struct arena *arena, struct extent *extent, const char *district, struct error *err)
{
    if (has_district(extent, district)) return 0;
    if (extent->count == extent->room) {
        size_t room = extent->room ? extent->room * 2 : 16;
        const char **districts = arena_array(arena, room, sizeof *districts);
        if (!districts) return error_memory(err);
        if (extent->count) memcpy(districts, extent->districts, extent->count * sizeof *districts);
        extent->districts = districts;
        extent->room = room;
    }
    extent->districts[extent->count++] = district;
    return 0;
}

/* RET_COUNT may be NULL. */
static int number_sources(struct replay *r, uint32_t *ret_count, struct error *err)
{
    struct map numbers = {0};
    uint32_t count = 0;
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < r->load_count; i++) {
        int32_t number = (int32_t)count;
        struct text source = text_of(r->loads[i].source);
        if (!map_get(&numbers, source, &number)) {
            rc = map_put(&numbers, source, number, err);
            count++;
        }
        r->loads[i].source_nr = (uint32_t)number;
    }
    map_free(&numbers);
    if (ret_count) *ret_count = count;
    return rc;
}

int replay_number_sources(struct replay *replay, struct error *err)
{
    return number_sources(replay, NULL, err);
}

static int measure_sources(struct choice *c, struct error *err)
{
    struct replay *r = c->replay;
    c->extents = arena_array(&r->arena, c->count ? c->count : 1, sizeof *c->extents);
    if (!c->extents) return error_memory(err);
    for (size_t i = 0; i < r->load_count; i++) {
        const struct replay_load *load = &r->loads[i];
        struct extent *extent = &c->extents[load->source_nr];
        for (size_t k = 0; k < load->year_count; k++) {
            if (load->years[k] < 0 || load->years[k] >= REPLAY_YEARS)
                return error_set(err, EXIT_DATABASE, "load %lld has facts of the year %d", (long long)load->id,
                                 load->years[k]);
            extent->years[load->years[k]] = true;
        }
        for (size_t k = 0; k < load->district_count; k++)
            if (add_district(&r->arena, extent, load->districts[k], err)) return -1;
    }
    return 0;
}

/* Another source has facts of YEAR in a district that this one has too. */
static bool is_contested(const struct choice *c, const struct extent *extent, int year)
{
    for (uint32_t i = 0; i < c->count; i++) {
        const struct extent *other = &c->extents[i];
        if (other == extent || !other->years[year]) continue;
        for (size_t k = 0; k < other->count; k++)
            if (has_district(extent, other->districts[k])) return true;
    }
    return false;
}

/* A source has facts of the year before YEAR in a district that EXTENT has, so that L-FOREGAENDE compares them. */
static bool is_preceded(const struct choice *c, const struct extent *extent, int year)
{
    for (uint32_t i = 0; i < c->count && c->replay->year_before && year > 0; i++) {
        const struct extent *other = &c->extents[i];
        for (size_t k = 0; k < other->count && other->years[year - 1]; k++)
            if (has_district(extent, other->districts[k])) return true;
    }
    return false;
}

/* Marks the sources of the years so far and adds those of their years that are contested, or that precede one; true when there
 * was one. */
static bool widen(struct choice *c)
{
    bool *years = c->replay->years, wider = false;
    for (uint32_t i = 0; i < c->count; i++) {
        struct extent *extent = &c->extents[i];
        for (int year = 0; year < REPLAY_YEARS; year++)
            if (years[year] && extent->years[year]) extent->relevant = true;
        for (int year = 0; extent->relevant && year < REPLAY_YEARS; year++) {
            if (!extent->years[year]) continue;
            if (!years[year] && is_contested(c, extent, year)) years[year] = wider = true;
            if (is_preceded(c, extent, year) && !years[year - 1]) years[year - 1] = wider = true;
        }
    }
    return wider;
}

/* Both ever had facts of one year (where the year before counts: of any) and district: of the sources, since a load that
 * withdraws its last fact has none. */
static bool overlap(const struct extent *a, const struct extent *b, bool any_year)
{
    bool year = any_year, district = false;
    for (int i = 0; i < REPLAY_YEARS && !year; i++)
        year = a->years[i] && b->years[i];
    for (size_t i = 0; i < b->count && !district; i++)
        district = has_district(a, b->districts[i]);
    return year && district;
}

static bool repeats(const struct choice *c, size_t index)
{
    const struct replay *r = c->replay;
    const struct replay_load *load = &r->loads[index];
    const struct replay_run *run = replay_run(r, load->run_id);
    for (size_t i = index; i-- > 0;) {
        const struct replay_load *earlier = &r->loads[i];
        if (load->source_nr == earlier->source_nr) {
            const struct replay_run *before = replay_run(r, earlier->run_id);
            return earlier->mode == REPLAY_FACTS && !strcmp(load->sha256, earlier->sha256) &&
                   !strcmp(load->config_hash, earlier->config_hash) && load->complete == earlier->complete && run &&
                   before && !strcmp(run->program_version, before->program_version);
        }
        if (overlap(&c->extents[load->source_nr], &c->extents[earlier->source_nr], r->year_before)) return false;
    }
    return false;
}

/* The last run that brought the dimensions up to its registries, and the last one before it with other registries. */
static void find_registries(const struct replay *r, const struct replay_run **ret_last,
                            const struct replay_run **ret_other)
{
    *ret_last = *ret_other = NULL;
    for (size_t i = r->run_count; i-- > 0 && !*ret_other;) {
        if (!r->runs[i].synced) continue;
        if (!*ret_last)
            *ret_last = &r->runs[i];
        else if (strcmp(r->runs[i].config_hash, (*ret_last)->config_hash) != 0)
            *ret_other = &r->runs[i];
    }
}

int replay_choose(struct replay *replay, struct error *err)
{
    struct choice c = {.replay = replay};
    const struct replay_run *last, *other;
    if (number_sources(replay, &c.count, err) || measure_sources(&c, err)) return -1;
    memset(replay->years, 0, sizeof replay->years);
    replay->years[replay->year] = true;
    while (widen(&c))
        continue;
    find_registries(replay, &last, &other);
    for (size_t i = 0; i < replay->load_count; i++) {
        struct replay_load *load = &replay->loads[i];
        bool later = load->id > replay->last_load;
        load->mode = c.extents[load->source_nr].relevant && !later ? REPLAY_FACTS : REPLAY_SKIP;
        load->repeats = load->mode == REPLAY_FACTS && repeats(&c, i);
        /* A later run with other registries may have renamed, or given a code to, what this load added. */
        if (load->mode == REPLAY_SKIP &&
            ((last && last->id > load->run_id && strcmp(last->config_hash, load->config_hash)) ||
             (other && other->id > load->run_id)))
            load->mode = REPLAY_NAMES;
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
