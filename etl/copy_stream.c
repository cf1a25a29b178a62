#include "etl/copy_stream.h"

#include <signal.h>
#include <stdlib.h>

#include "etl/base/limits.h"

struct waiting {
    struct copy rows;
    const char *sql;
};

struct copy_stream {
    struct database *db;
    char doing[160];
    pthread_t thread;
    pthread_mutex_t turn; /* the connection's */
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t changed;
    struct waiting queue[LIMIT_COPY_BLOCKS]; /* a ring; its first block is being sent */
    size_t first, count;
    bool ending, failed;
    struct error error; /* of the first block that failed */
};

/* ---- the thread ---- */

/* The block at the head; NULL when no more come. */
static struct waiting *next_block(struct copy_stream *stream)
{
    (void)pthread_mutex_lock(&stream->lock);
    while (stream->count == 0 && !stream->ending)
        (void)pthread_cond_wait(&stream->changed, &stream->lock);
    struct waiting *block = stream->count && !stream->failed ? &stream->queue[stream->first] : NULL;
    (void)pthread_mutex_unlock(&stream->lock);
    return block;
}

static void block_done(struct copy_stream *stream, struct waiting *block, bool failed, const struct error *err)
{
    (void)pthread_mutex_lock(&stream->lock);
    copy_empty(&block->rows);
    stream->first = (stream->first + 1) % LIMIT_COPY_BLOCKS;
    stream->count--;
    if (failed) {
        stream->failed = true;
        stream->error = *err;
    }
    (void)pthread_cond_broadcast(&stream->changed);
    (void)pthread_mutex_unlock(&stream->lock);
}

/* Ends after a failure: what is still in the queue belongs to a transaction that can only be rolled back. */
static void *send_blocks(void *context)
{
    struct copy_stream *stream = context;
    struct error err;
    bool failed = false;
    for (struct waiting *block; !failed && (block = next_block(stream));) {
        failed = copy_send(&block->rows, stream->db, block->sql, stream->doing, &err) != 0;
        block_done(stream, block, failed, &err);
    }
    return NULL;
}

/* Signals are for the thread that decodes: it looks at the stop flag, and a stop cancels the statement whoever waits for it. */
static int start(struct copy_stream *stream)
{
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int rc = pthread_create(&stream->thread, NULL, send_blocks, stream);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc;
}

/* ---- what the others call ---- */

static void free_stream(struct copy_stream *stream)
{
    for (size_t i = 0; i < LIMIT_COPY_BLOCKS; i++)
        copy_free(&stream->queue[i].rows);
    (void)pthread_cond_destroy(&stream->changed);
    (void)pthread_mutex_destroy(&stream->lock);
    (void)pthread_mutex_destroy(&stream->turn);
    free(stream);
}

int copy_stream_begin(struct database *db, const char *doing, struct copy_stream **ret_stream, struct error *err)
{
    struct copy_stream *stream = calloc(1, sizeof *stream);
    if (!stream) return error_memory(err);
    stream->db = db;
    (void)snprintf(stream->doing, sizeof stream->doing, "%s", doing);
    for (size_t i = 0; i < LIMIT_COPY_BLOCKS; i++)
        copy_init(&stream->queue[i].rows);
    (void)pthread_mutex_init(&stream->turn, NULL);
    (void)pthread_mutex_init(&stream->lock, NULL);
    (void)pthread_cond_init(&stream->changed, NULL);
    db->turn = &stream->turn;
    int rc = start(stream);
    if (rc) {
        db->turn = NULL;
        free_stream(stream);
        return error_set(err, EXIT_INTERNAL, "could not start a thread: %s", strerror(rc));
    }
    *ret_stream = stream;
    return 0;
}

int copy_stream_send(struct copy_stream *stream, struct copy *block, const char *sql, struct error *err)
{
    int rc = -1;
    (void)pthread_mutex_lock(&stream->lock);
    while (stream->count == LIMIT_COPY_BLOCKS && !stream->failed)
        (void)pthread_cond_wait(&stream->changed, &stream->lock);
    if (stream->failed) {
        *err = stream->error;
        goto out;
    }
    struct waiting *last = &stream->queue[(stream->first + stream->count) % LIMIT_COPY_BLOCKS];
    struct copy empty = last->rows;
    last->rows = *block;
    last->sql = sql;
    *block = empty;
    stream->count++;
    (void)pthread_cond_broadcast(&stream->changed);
    rc = 0;
out:
    (void)pthread_mutex_unlock(&stream->lock);
    return rc;
}

bool copy_stream_failed(struct copy_stream *stream, struct error *ret_err)
{
    (void)pthread_mutex_lock(&stream->lock);
    bool failed = stream->failed;
    if (failed) *ret_err = stream->error;
    (void)pthread_mutex_unlock(&stream->lock);
    return failed;
}

static int end_thread(struct copy_stream *stream, bool send_rest, struct error *err)
{
    (void)pthread_mutex_lock(&stream->lock);
    stream->ending = true;
    if (!send_rest && stream->count > 1) stream->count = 1; /* the one that is being sent, or about to be */
    (void)pthread_cond_broadcast(&stream->changed);
    (void)pthread_mutex_unlock(&stream->lock);
    (void)pthread_join(stream->thread, NULL);
    stream->db->turn = NULL;
    int rc = stream->failed ? -1 : 0;
    if (rc) *err = stream->error;
    free_stream(stream);
    return rc;
}

int copy_stream_end(struct copy_stream *stream, struct error *err)
{
    return end_thread(stream, true, err);
}

bool copy_stream_abort(struct copy_stream *stream, struct error *ret_err)
{
    return stream && end_thread(stream, false, ret_err) != 0;
}
