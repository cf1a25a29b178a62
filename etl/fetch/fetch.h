/* Fetches exports over HTTP into the archive: several at once, conditional where the archive has the bytes already, again
 * after a transient failure, never accepting a body that may be cut where the caller needs proof that it is whole.
 *
 * FETCH_UNCHANGED says that the bytes are those of the last fetch, not that they were ever loaded: whether they were is for
 * the ledger to say. */
#ifndef STADSLAGER_FETCH_H
#define STADSLAGER_FETCH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "etl/archive/archive.h"
#include "etl/base/error.h"
#include "etl/config/config.h"

enum fetch_kind {
    FETCH_NEW,       /* a body with other bytes than last time */
    FETCH_UNCHANGED, /* 304, or the same bytes again whatever the ETag said */
    FETCH_FAILED,    /* see error: EXIT_FETCH, EXIT_REFUSED, EXIT_CONFIG, EXIT_DEADLINE or EXIT_INTERNAL */
};
const char *fetch_kind_name(enum fetch_kind kind); /* "new", "unchanged", "failed": as recorded */

struct fetch_request {
    const char *source, *url;
    const char *credentials_file;      /* NULL = none */
    const char *const *redirect_hosts; /* beside the URL's own */
    size_t redirect_host_count;
    bool needs_proof; /* the format cannot tell that it is cut: refuse a body without length, chunks or gzip trailer */
};

struct fetch_outcome {
    enum fetch_kind kind;
    char sha256[HASH_SIZE]; /* of the plain bytes in the archive; empty when failed */
    bool complete_proved;   /* by HTTP or by gzip */
    unsigned attempts;
    int64_t milliseconds;       /* from the first attempt on, pauses included */
    struct fetch_record record; /* as written to the archive; its texts live until on_done returns */
    struct error error;         /* when failed: complete, names source, URL, attempts and cause */
};

struct fetch_run {
    const struct config_fetch *config;
    struct archive *archive; /* open for writing */
    const char *time;        /* for the records: ISO 8601, UTC */
    int64_t deadline_ms;     /* CLOCK_MONOTONIC; 0 = none */
    const atomic_int *stop;  /* not 0: end at once, EXIT_DEADLINE; NULL = never */
    /* Called once for each request, in the order they end, from the thread of fetch_all.  Transfers wait meanwhile. */
    void (*on_done)(void *context, size_t index, const struct fetch_outcome *outcome);
    void *context;
};

/* Fetches all.  -1 only when nothing could be begun (EXIT_INTERNAL); a source that fails is an outcome.  No SIGPIPE
 * comes of it. */
int fetch_all(const struct fetch_request *requests, size_t count, const struct fetch_run *run,
              struct error *err) CHECK_RESULT;

#endif
