#include "etl/audit/refetch.h"

#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>

#include "etl/audit/temporary.h"
#include "etl/clock.h"
#include "etl/fetch/fetch.h"
#include "etl/observe/log.h"
#include "etl/stop.h"

#define PATH_SIZE  1024
#define OPEN_FILES 16 /* while the temporary archive is removed */

struct refetched { /* what a source's address gave */
    bool whole;
    char sha256[HASH_SIZE];
    const char *time;
};

struct refetching {
    const struct replay *replay;
    const struct archive *archive;
    FILE *out;
    const struct replay_load **loads; /* the last of each source; the requests' order */
    struct fetch_request *requests;
    struct refetched *found;
    size_t count, changed, failed;
    struct error own; /* the first failure that is not the publisher's: the audit's */
    struct arena arena;
};

static const struct config_source *find_source(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->source_count; i++)
        if (!strcmp(config->sources[i].name, name)) return &config->sources[i];
    return NULL;
}

static bool is_last(const struct replay *replay, size_t index)
{
    for (size_t i = index + 1; i < replay->load_count; i++)
        if (replay->loads[i].mode == REPLAY_FACTS && replay->loads[i].source_nr == replay->loads[index].source_nr)
            return false;
    return replay->loads[index].mode == REPLAY_FACTS;
}

static int choose(struct refetching *r, const struct config *config, struct error *err)
{
    size_t most = r->replay->load_count + 1;
    r->loads = arena_array(&r->arena, most, sizeof(const struct replay_load *));
    r->requests = arena_array(&r->arena, most, sizeof *r->requests);
    r->found = arena_array(&r->arena, most, sizeof *r->found);
    if (!r->loads || !r->requests || !r->found) return error_memory(err);
    for (size_t i = 0; i < r->replay->load_count; i++) {
        const struct replay_load *load = &r->replay->loads[i];
        if (!is_last(r->replay, i)) continue;
        const struct config_source *source = find_source(config, load->source); /* for what it needs to get in */
        struct fetch_request request = {.source = load->source, .url = load->url};
        if (source) {
            request.credentials_file = source->credentials_file;
            request.redirect_hosts = source->redirect_hosts;
            request.redirect_host_count = source->redirect_host_count;
        }
        r->loads[r->count] = load;
        r->requests[r->count++] = request;
    }
    return 0;
}

/* When the archive got the bytes of LOAD; "" where it does not say. */
static const char *fetched_at(struct refetching *r, const struct replay_load *load)
{
    struct fetch_record record;
    struct error ignored;
    bool found = false;
    if (archive_find_fetch(r->archive, load->source, load->sha256, &r->arena, &found, &record, &ignored)) return "";
    return found && record.time ? record.time : "";
}

static void on_done(void *context, size_t index, const struct fetch_outcome *outcome)
{
    struct refetching *r = context;
    struct refetched *found = &r->found[index];
    if (outcome->kind == FETCH_FAILED && outcome->error.class == EXIT_INTERNAL) {
        if (!r->own.class) r->own = outcome->error;
        return;
    }
    if (outcome->kind == FETCH_FAILED) {
        r->failed++;
        error_print(&outcome->error, stderr);
        return;
    }
    found->whole = true;
    found->time = arena_strdup(&r->arena, outcome->record.time);
    memcpy(found->sha256, outcome->sha256, HASH_SIZE);
    if (!found->time && !r->own.class) (void)error_memory(&r->own);
}

/* In the order of the loads, whichever came first. */
static void print_found(struct refetching *r)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct replay_load *load = r->loads[i];
        const struct refetched *found = &r->found[i];
        if (!found->whole) continue;
        if (!strcmp(found->sha256, load->sha256)) {
            fprintf(r->out, "refetch: source \"%s\": as loaded, %s\n", load->source, load->sha256);
            continue;
        }
        const char *before = fetched_at(r, load);
        r->changed++;
        fprintf(r->out, "refetch: source \"%s\": changed by its publisher: %s%s%s is now %s (%s), at %s\n",
                load->source, load->sha256, *before ? " of " : "", before, found->sha256, found->time, load->url);
    }
}

static int fetch_into(struct refetching *r, const struct config *config, struct archive *archive, struct error *err)
{
    char now[CLOCK_SIZE];
    const struct fetch_run run = {.config = &config->fetch,
                                  .archive = archive,
                                  .time = clock_now(now),
                                  .deadline_ms = clock_monotonic_ms() + config->limits.deadline_s * 1000,
                                  .stop = &stop_flag,
                                  .on_done = on_done,
                                  .context = r};
    return fetch_all(r->requests, r->count, &run, err);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

/* Where more than that went wrong, ALONE is false and that is what is told. */
static void remove_folder(const char *folder, bool alone)
{
    struct error warning;
    if (nftw(folder, remove_one, OPEN_FILES, FTW_DEPTH | FTW_PHYS) == 0 || !alone) return;
    (void)error_set(&warning, EXIT_INTERNAL, "could not remove the temporary folder \"%s\": %s", folder,
                    strerror(errno));
    log_warning(&warning);
}

int refetch(const struct replay *replay, const struct config *config, const struct archive *archive, FILE *out,
            size_t *ret_changed, size_t *ret_failed, struct error *err)
{
    struct refetching r = {.replay = replay, .archive = archive, .out = out};
    struct archive *aside = NULL;
    char folder[PATH_SIZE];
    int rc = -1;
    (void)snprintf(folder, sizeof folder, "%s/stadslager-refetch-XXXXXX", temporary_folder());
    if (!mkdtemp(folder))
        return error_set(err, EXIT_INTERNAL, "could not make a folder in \"%s\": %s", temporary_folder(),
                         strerror(errno));
    if (choose(&r, config, err) || archive_open(folder, &aside, err)) goto out;
    if (r.count && fetch_into(&r, config, aside, err)) goto out;
    if (r.own.class) {
        *err = r.own;
        goto out;
    }
    print_found(&r);
    *ret_changed = r.changed;
    *ret_failed = r.failed;
    rc = 0;
out:
    archive_close(aside);
    remove_folder(folder, rc == 0);
    arena_free(&r.arena);
    return rc;
}
