/* What an audit replays: the runs and loads of the ledger, in order, and the configurations they ran under.  Read from the
 * warehouse (audit_read.c) or from a manifest (manifest.c); nothing here needs either. */
#ifndef STADSLAGER_REPLAY_H
#define STADSLAGER_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "etl/base/arena.h"
#include "etl/base/text.h"
#include "etl/config/config.h"

#define REPLAY_YEARS 2200 /* those below it can be replayed: lager.skapa_ar makes no later one */

struct replay_snapshot { /* a configuration as the ledger keeps it */
    const char *hash;
    struct text text;
    size_t parts[CONFIG_PARTS];
    bool has_parts;
};

struct replay_run {
    int64_t id;
    const char *config_hash, *program_version;
    bool synced; /* it came as far as bringing the dimensions up to its registries */
};

enum replay_mode {
    REPLAY_SKIP,  /* nothing of it concerns the year */
    REPLAY_NAMES, /* decoded only for the units and indicators it added to the dimensions */
    REPLAY_FACTS,
};

struct replay_load {
    int64_t id, run_id;
    const char *source, *sha256, *url, *connector, *config_hash;
    const char *published_at; /* ISO, UTC */
    uint64_t bytes;
    bool complete;
    const int *years; /* that the export had facts for, ascending */
    size_t year_count;
    const char *const *districts; /* their codes */
    size_t district_count;
    const char *counts; /* a JSON object: what the ledger says of it */
    uint32_t source_nr; /* the same for loads of one source */
    enum replay_mode mode;
    bool
        repeats; /* nothing it could change has changed since the source's last load: the same bytes and rules, no other
                     source in between */
};

struct replay {
    struct arena arena; /* owns everything below */
    int year;
    bool year_before;  /* L-FOREGAENDE may reject: what the year before says decides too */
    int64_t last_load; /* of the state that is derived; INT64_MAX = all */
    struct replay_run *runs;
    size_t run_count;
    struct replay_load *loads;
    size_t load_count;
    struct replay_snapshot *snapshots;
    size_t snapshot_count;
    bool years
        [REPLAY_YEARS]; /* that have to be derived with YEAR, since what one source says there decides what happens in it */
};

/* Fills YEARS, the modes and REPEATS from what the ledger says.
 *
 * A load feeds the year when its source ever had facts of it: also one without them, which withdrew.  An export of several
 * years can hold a row that contradicts another source in one year and therefore keeps another year's value from being
 * withdrawn (diff_gone.sql): such years belong together.  YEAR_BEFORE adds the year before each year of such a source. */
int replay_choose(struct replay *replay, struct error *err) CHECK_RESULT;
/* Sets source_nr of each load; part of replay_choose, alone for a replay that was chosen before. */
int replay_number_sources(struct replay *replay, struct error *err) CHECK_RESULT;
/* NULL when there is none. */
const struct replay_snapshot *replay_snapshot(const struct replay *replay, const char *hash);
const struct replay_run *replay_run(const struct replay *replay, int64_t id);
const struct replay_load *replay_load(const struct replay *replay, int64_t id);
void replay_free(struct replay *replay);

#endif
