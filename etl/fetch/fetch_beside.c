#include "etl/fetch/fetch_beside.h"

#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "etl/crash_point.h"

struct slot {
    bool ended;
    struct fetch_outcome outcome;
};

struct fetch_beside {
    const struct fetch_request *requests;
    struct fetch_run run;
    pthread_t thread;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t changed;
    bool over; /* no further outcome comes */
    int rc;    /* of fetch_all */
    struct error error;
    size_t count, ended;
    struct slot slots[];
};

/* ---- the thread ---- */

/* The texts live as long as the fetch does, and nobody needs them later: they are in the archive. */
static void forget_texts(struct fetch_record *record)
{
    record->time = record->url = record->effective_url = record->etag = record->last_modified = NULL;
    record->sha256 = record->error = NULL;
    record->outcome = NULL;
}

static void keep(void *context, size_t index, const struct fetch_outcome *outcome)
{
    struct fetch_beside *beside = context;
    struct slot *slot = &beside->slots[index];
    (void)pthread_mutex_lock(&beside->lock);
    slot->outcome = *outcome;
    forget_texts(&slot->outcome.record);
    slot->ended = true;
    beside->ended++;
    (void)pthread_cond_broadcast(&beside->changed);
    (void)pthread_mutex_unlock(&beside->lock);
}

static void *fetch(void *context)
{
    struct fetch_beside *beside = context;
    struct error err = {0};
    int rc = fetch_all(beside->requests, beside->count, &beside->run, &err);
    crash_point(fetches_ended);
    (void)pthread_mutex_lock(&beside->lock);
    beside->over = true;
    beside->rc = rc;
    beside->error = err;
    (void)pthread_cond_broadcast(&beside->changed);
    (void)pthread_mutex_unlock(&beside->lock);
    return NULL;
}

/* Signals are for the thread that loads: the fetching looks at the stop flag by itself. */
static int start(struct fetch_beside *beside)
{
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int rc = pthread_create(&beside->thread, NULL, fetch, beside);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc;
}

/* ---- what the others call ---- */

static void free_beside(struct fetch_beside *beside)
{
    (void)pthread_cond_destroy(&beside->changed);
    (void)pthread_mutex_destroy(&beside->lock);
    free(beside);
    curl_global_cleanup();
}

int fetch_beside_begin(const struct fetch_request *requests, size_t count, const struct fetch_run *run,
                       struct fetch_beside **ret_beside, struct error *err)
{
    struct fetch_beside *beside = calloc(1, sizeof *beside + count * sizeof *beside->slots);
    if (!beside) return error_memory(err);
    /* before there is a second thread: libcurl asks for that (curl_global_init(3)) */
    if (curl_global_init(CURL_GLOBAL_DEFAULT)) {
        free(beside);
        return error_set(err, EXIT_INTERNAL, "libcurl could not be started");
    }
    beside->requests = requests;
    beside->count = count;
    beside->run = *run;
    beside->run.on_done = keep;
    beside->run.context = beside;
    (void)pthread_mutex_init(&beside->lock, NULL);
    (void)pthread_cond_init(&beside->changed, NULL);
    int rc = start(beside);
    if (rc) {
        free_beside(beside);
        return error_set(err, EXIT_INTERNAL, "could not start a thread: %s", strerror(rc));
    }
    *ret_beside = beside;
    return 0;
}

const struct fetch_outcome *fetch_beside_wait(struct fetch_beside *beside, size_t index,
                                              void (*waiting)(void *context, size_t ended), void *context)
{
    const struct slot *slot = &beside->slots[index];
    size_t told = SIZE_MAX;
    (void)pthread_mutex_lock(&beside->lock);
    while (!slot->ended && !beside->over) {
        size_t ended = beside->ended;
        if (ended == told) {
            (void)pthread_cond_wait(&beside->changed, &beside->lock);
            continue;
        }
        told = ended;
        (void)pthread_mutex_unlock(&beside->lock);
        waiting(context, ended);
        (void)pthread_mutex_lock(&beside->lock);
    }
    bool ended = slot->ended;
    (void)pthread_mutex_unlock(&beside->lock);
    return ended ? &slot->outcome : NULL;
}

int fetch_beside_end(struct fetch_beside *beside, struct error *err)
{
    if (!beside) return 0;
    (void)pthread_join(beside->thread, NULL);
    int rc = beside->rc;
    if (rc) *err = beside->error;
    free_beside(beside);
    return rc;
}
