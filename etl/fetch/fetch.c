#include "etl/fetch/fetch.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "etl/fetch/fetch_hop.h"
#include "etl/fetch/fetch_policy.h"

#define POLL_MS          100             /* how long a stop flag may go unseen */
#define LONGEST_PAUSE_MS (3600LL * 1000) /* a server may ask for, where the run has no deadline */

enum state { STATE_READY, STATE_RUNNING, STATE_DONE };

struct job { /* one request, from its first attempt to its outcome */
    const struct fetch_request *request;
    size_t index;
    enum state state;
    int64_t not_before;    /* when READY: the pause before an attempt */
    int64_t began;         /* its first attempt; 0 = none yet */
    int64_t attempt_start; /* an attempt's time covers its redirects */
    unsigned attempts, redirects;
    struct arena arena; /* texts of last */
    struct fetch_record last;
    bool has_last, asks;      /* there is a last fetch; its validators are sent */
    char location[LIMIT_URL]; /* where a redirect led; empty = the request's URL */
    struct hop hop;
};

struct loop {
    const struct fetch_run *run;
    CURLM *multi;
    struct job *jobs;
    size_t count, done, running;
    uint64_t random; /* jitter only: never reaches a result */
};

const char *fetch_kind_name(enum fetch_kind kind)
{
    static const char *const names[] = {"new", "unchanged", "failed"};
    return names[kind];
}

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- outcomes ---- */

static const char *some(const char *text)
{
    return text && *text ? text : NULL;
}

static const char *job_url(const struct job *job)
{
    return *job->location ? job->location : job->request->url;
}

/* The record is written first: what on_done is told is on the disk. */
static void job_done(struct loop *loop, struct job *job, struct fetch_outcome *outcome)
{
    struct error err;
    struct fetch_record *record = &outcome->record;
    const struct hop *hop = &job->hop;
    record->time = loop->run->time;
    record->url = job->request->url;
    job->location[strcspn(job->location, "?#")] = '\0'; /* a redirect's query may be a signature that lets anybody in */
    record->effective_url = job_url(job);
    record->status = hop->status;
    record->received = hop->received;
    record->outcome = fetch_kind_name(outcome->kind);
    outcome->attempts = job->attempts;
    outcome->milliseconds = job->began ? now_ms() - job->began : 0;
    if (archive_record_fetch(loop->run->archive, job->request->source, record, &err)) {
        outcome->kind = FETCH_FAILED;
        outcome->error = err;
        outcome->sha256[0] = '\0';
        record->sha256 = NULL;
        record->outcome = fetch_kind_name(FETCH_FAILED);
        record->error = outcome->error.message;
    }
    job->state = STATE_DONE;
    loop->done++;
    loop->run->on_done(loop->run->context, job->index, outcome);
    hop_clear(&job->hop);
    arena_free(&job->arena);
}

/* CAUSE becomes a message that stands on its own. */
static void job_failed(struct loop *loop, struct job *job, const struct error *cause)
{
    const struct fetch_request *request = job->request;
    struct fetch_outcome outcome = {.kind = FETCH_FAILED, .error = *cause};
    struct error *err = &outcome.error;
    char tries[32] = "";
    if (job->attempts > 1) snprintf(tries, sizeof tries, ", after %u attempts", job->attempts);
    if (cause->class == EXIT_FETCH || cause->class == EXIT_DEADLINE)
        error_set(err, cause->class, "source \"%s\": could not fetch %.300s: %.400s%s", request->source, request->url,
                  cause->message, tries);
    else if (cause->class == EXIT_REFUSED)
        error_set(err, cause->class, "source \"%s\": refused %.300s: %.400s", request->source, request->url,
                  cause->message);
    else
        error_set(err, cause->class, "source \"%s\": %.600s", request->source, cause->message);
    memcpy(err->detail, cause->detail, sizeof err->detail);
    memcpy(err->hint, cause->hint, sizeof err->hint);
    outcome.record.error = err->message;
    archive_writer_abort(job->hop.writer); /* a full disk has room for the record again */
    job->hop.writer = NULL;
    job_done(loop, job, &outcome);
}

static void job_failed_for(struct loop *loop, struct job *job, enum exit_code class, const char *cause)
{
    struct error err;
    error_set(&err, class, "%s", cause);
    job_failed(loop, job, &err);
}

static void job_body(struct loop *loop, struct job *job)
{
    const struct hop *hop = &job->hop;
    struct fetch_outcome outcome = {.kind = FETCH_NEW, .complete_proved = hop->proved};
    if (job->has_last && strcmp(job->last.sha256, hop->stored.body.sha256) == 0) outcome.kind = FETCH_UNCHANGED;
    memcpy(outcome.sha256, hop->stored.body.sha256, HASH_SIZE);
    outcome.record = (struct fetch_record){
        .etag = some(hop->answer.etag),
        .last_modified = some(hop->answer.last_modified),
        .plain = hop->stored.body.plain,
        .stored = hop->stored.stored,
        .sha256 = outcome.sha256,
        .proved = hop->proved,
    };
    job_done(loop, job, &outcome);
}

static void job_not_modified(struct loop *loop, struct job *job)
{
    const struct fetch_record *last = &job->last;
    const struct answer *answer = &job->hop.answer;
    struct fetch_outcome outcome = {.kind = FETCH_UNCHANGED, .complete_proved = last->proved};
    memcpy(outcome.sha256, last->sha256, HASH_SIZE); /* archive_last_fetch checked that it is one */
    outcome.record = (struct fetch_record){
        .etag = *answer->etag ? answer->etag : last->etag, /* a 304 may bring a newer one: RFC 9111, 4.3.4 */
        .last_modified = *answer->last_modified ? answer->last_modified : last->last_modified,
        .plain = last->plain,
        .stored = last->stored,
        .sha256 = outcome.sha256,
        .proved = last->proved,
    };
    job_done(loop, job, &outcome);
}

/* ---- from hop to hop ---- */

/* What the server asked for in ms, or 0. */
static int64_t asked_pause(const struct hop *hop)
{
    int64_t seconds;
    time_t now = *hop->answer.date ? curl_getdate(hop->answer.date, NULL) : (time_t)-1;
    if (now == (time_t)-1) now = time(NULL); /* a server without Date: how long to wait, nothing more, hangs on it */
    if (!*hop->answer.retry_after || policy_retry_after(text_of(hop->answer.retry_after), now, &seconds)) return 0;
    return seconds * 1000;
}

/* After a transient failure: another attempt, or the end. */
static void job_again(struct loop *loop, struct job *job)
{
    int64_t now = now_ms();
    int64_t deadline = loop->run->deadline_ms;
    int64_t left = deadline > 0 ? deadline - now : LONGEST_PAUSE_MS;
    int64_t asked = asked_pause(&job->hop);
    struct error cause = job->hop.error;
    if (job->attempts > loop->run->config->retries) {
        job_failed(loop, job, &cause);
        return;
    }
    int64_t pause = policy_backoff_ms(loop->run->config->backoff_ms, job->attempts, &loop->random);
    if (asked >= left) {
        error_set(&cause, EXIT_FETCH, "%.200s, and the server asks to wait %lld s (Retry-After), longer than is left",
                  job->hop.error.message, (long long)(asked / 1000));
        job_failed(loop, job, &cause);
        return;
    }
    if (pause >= left) {
        error_set(&cause, EXIT_FETCH, "%.200s, and no time is left for another attempt", job->hop.error.message);
        job_failed(loop, job, &cause);
        return;
    }
    hop_clear(&job->hop);
    job->location[0] = '\0';
    job->redirects = 0;
    job->not_before = now + (asked > pause ? asked : pause);
    job->state = STATE_READY;
}

static void job_redirected(struct loop *loop, struct job *job)
{
    int64_t max = loop->run->config->max_redirects;
    if (job->redirects >= max) {
        struct error err;
        error_set(&err, EXIT_FETCH, "more than %lld redirects (max_redirects)", (long long)max);
        job_failed(loop, job, &err);
        return;
    }
    memcpy(job->location, job->hop.location, sizeof job->location);
    hop_clear(&job->hop);
    job->redirects++;
    job->not_before = 0;
    job->state = STATE_READY;
}

static void job_hop_ended(struct loop *loop, struct job *job, CURLcode code)
{
    curl_multi_remove_handle(loop->multi, job->hop.easy);
    loop->running--;
    switch (hop_finish(&job->hop, code)) {
    case HOP_BODY:
        job_body(loop, job);
        break;
    case HOP_NOT_MODIFIED:
        job_not_modified(loop, job);
        break;
    case HOP_REDIRECT:
        job_redirected(loop, job);
        break;
    case HOP_TRANSIENT:
        job_again(loop, job);
        break;
    case HOP_FAILED: {
        struct error cause = job->hop.error;
        job_failed(loop, job, &cause);
        break;
    }
    }
}

/* Before the first attempt: what do we have, and is it good enough to ask only whether it still stands? */
static int job_prepare(struct loop *loop, struct job *job, struct error *err)
{
    const struct fetch_request *request = job->request;
    const struct fetch_record *last = &job->last;
    if (policy_url(request->url, loop->run->config->allow_http, err)) return -1;
    if (archive_last_fetch(loop->run->archive, request->source, &job->arena, &job->has_last, &job->last, err))
        return -1;
    job->asks = job->has_last && last->url && strcmp(last->url, request->url) == 0 &&
                (last->etag || last->last_modified) && last->stored > 0 && (last->proved || !request->needs_proof);
    if (!job->asks) return 0;
    int there = archive_has(loop->run->archive, last->sha256, last->stored, err);
    job->asks = there > 0;
    return there < 0 ? -1 : 0;
}

static int job_start(struct loop *loop, struct job *job, struct error *err)
{
    int64_t now = now_ms();
    if (job->attempts == 0) job->began = now;
    if (job->attempts == 0 && job_prepare(loop, job, err)) return -1;
    if (job->redirects == 0) {
        job->attempts++;
        job->attempt_start = now;
    }
    job->hop = (struct hop){
        .run = loop->run,
        .request = job->request,
        .last = job->asks ? &job->last : NULL,
        .url = job_url(job),
        .timeout_ms = job->attempt_start + loop->run->config->total_timeout_s * 1000 - now,
    };
    if (hop_begin(&job->hop, err)) return -1;
    if (curl_multi_add_handle(loop->multi, job->hop.easy) != CURLM_OK) return error_memory(err);
    job->state = STATE_RUNNING;
    loop->running++;
    return 0;
}

/* ---- the loop ---- */

static void start_ready(struct loop *loop, int64_t now)
{
    size_t most = loop->run->config->parallel > 0 ? (size_t)loop->run->config->parallel : 1;
    for (size_t i = 0; i < loop->count && loop->running < most; i++) {
        struct job *job = &loop->jobs[i];
        struct error err;
        if (job->state != STATE_READY || job->not_before > now) continue;
        if (job_start(loop, job, &err)) job_failed(loop, job, &err);
    }
}

static struct job *job_of(struct loop *loop, const CURL *easy)
{
    for (size_t i = 0; i < loop->count; i++)
        if (loop->jobs[i].hop.easy == easy) return &loop->jobs[i];
    return NULL;
}

static void end_finished(struct loop *loop)
{
    int left;
    CURLMsg *message;
    while ((message = curl_multi_info_read(loop->multi, &left))) {
        CURLcode code = message->data.result;
        struct job *job = message->msg == CURLMSG_DONE ? job_of(loop, message->easy_handle) : NULL;
        if (job) job_hop_ended(loop, job, code);
    }
}

/* Until the next pause ends, the deadline comes, or it is time to look at the stop flag. */
static int wait_ms(const struct loop *loop, int64_t now)
{
    int64_t wait = POLL_MS;
    for (size_t i = 0; i < loop->count; i++) {
        const struct job *job = &loop->jobs[i];
        if (job->state == STATE_READY && job->not_before - now < wait) wait = job->not_before - now;
    }
    if (loop->run->deadline_ms > 0 && loop->run->deadline_ms - now < wait) wait = loop->run->deadline_ms - now;
    size_t most = loop->run->config->parallel > 0 ? (size_t)loop->run->config->parallel : 1;
    if (wait <= 0) wait = loop->running < most ? 0 : 1; /* one that is due may have to wait for its turn */
    return (int)wait;
}

/* Every transfer that has not ended fails for this cause, which is said with it and nowhere else. */
static void end_all(struct loop *loop, enum exit_code class, const char *why)
{
    for (size_t i = 0; i < loop->count; i++) {
        struct job *job = &loop->jobs[i];
        if (job->state == STATE_DONE) continue;
        if (job->state == STATE_RUNNING) curl_multi_remove_handle(loop->multi, job->hop.easy);
        job_failed_for(loop, job, class, why);
    }
    loop->running = 0;
}

static void run_loop(struct loop *loop)
{
    const struct fetch_run *run = loop->run;
    while (loop->done < loop->count) {
        int still;
        int64_t now = now_ms();
        if (run->deadline_ms > 0 && now >= run->deadline_ms) {
            end_all(loop, EXIT_DEADLINE, "the run's deadline was reached");
            break;
        }
        if (run->stop && *run->stop) {
            end_all(loop, EXIT_DEADLINE, "stopped by a signal");
            break;
        }
        start_ready(loop, now);
        CURLMcode code = curl_multi_perform(loop->multi, &still);
        if (code == CURLM_OK) end_finished(loop);
        if (code == CURLM_OK && loop->done < loop->count)
            code = curl_multi_poll(loop->multi, NULL, 0, wait_ms(loop, now_ms()), NULL);
        if (code != CURLM_OK) {
            char why[CURL_ERROR_SIZE];
            (void)snprintf(why, sizeof why, "libcurl: %s", curl_multi_strerror(code));
            end_all(loop, EXIT_INTERNAL, why);
        }
    }
}

static int make_loop(struct loop *loop, const struct fetch_request *requests, size_t count, struct error *err)
{
    loop->jobs = calloc(count, sizeof *loop->jobs);
    loop->multi = curl_multi_init();
    if (!loop->jobs || !loop->multi) return error_memory(err);
    for (size_t i = 0; i < count; i++) {
        loop->jobs[i].request = &requests[i];
        loop->jobs[i].index = i;
    }
    loop->count = count;
    loop->random = (uint64_t)now_ms();
    return 0;
}

/* A peer that goes away is an error to read, not a reason to die.  Of this thread only: what others write is not our affair. */
static void hold_sigpipe(sigset_t *ret_before)
{
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    (void)pthread_sigmask(SIG_BLOCK, &pipe, ret_before);
}

static void release_sigpipe(const sigset_t *before)
{
    static const struct timespec at_once = {0};
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    while (sigtimedwait(&pipe, NULL, &at_once) == SIGPIPE)
        ; /* the one that waits was ours */
    (void)pthread_sigmask(SIG_SETMASK, before, NULL);
}

int fetch_all(const struct fetch_request *requests, size_t count, const struct fetch_run *run, struct error *err)
{
    struct loop loop = {.run = run};
    sigset_t before;
    if (count == 0) return 0;
    if (curl_global_init(CURL_GLOBAL_DEFAULT)) return error_set(err, EXIT_INTERNAL, "libcurl could not be started");
    hold_sigpipe(&before);
    int rc = make_loop(&loop, requests, count, err);
    if (rc == 0) run_loop(&loop);
    if (loop.multi) curl_multi_cleanup(loop.multi);
    free(loop.jobs);
    release_sigpipe(&before);
    curl_global_cleanup();
    return rc;
}
