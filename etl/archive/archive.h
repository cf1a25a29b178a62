/* The archive: every body that was fetched, by content, and a record of each fetch.
 *
 *   lock                     held (flock) while a run writes
 *   tmp/                     bodies being received; emptied when the archive is opened for writing
 *   objects/ab/abcd….gz      gzip outside, named by the SHA-256 of the plain bytes inside
 *   fetches/SOURCE.jsonl     one JSON object per fetch, only ever added to
 *
 * A body that came as gzip is kept exactly as received (up to LIMIT_GZIP_LAYERS layers); any other is compressed with zlib
 * (level 6, no time in the header), so the same bytes give the same file.  An object or a record is on the disk (fsync of
 * file and folder) before a function says so.  Names of folders are followed once, at opening; no symbolic link is. */
#ifndef STADSLAGER_ARCHIVE_H
#define STADSLAGER_ARCHIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "connectors/connector.h"
#include "etl/base/arena.h"
#include "etl/base/error.h"
#include "etl/base/hash.h"
#include "etl/base/text.h"
#include "etl/fetch/body.h"

struct archive;

/* Opens PATH for writing: creates it (0700) when only its last part is missing, takes the lock, removes what an
 * interrupted run left in tmp/.  EXIT_LOCKED when another process holds the lock, EXIT_CONFIG when PATH cannot be used. */
int archive_open(const char *path, struct archive **ret_archive, struct error *err) CHECK_RESULT;
/* Opens PATH for reading only: no lock, nothing created. */
int archive_open_reading(const char *path, struct archive **ret_archive, struct error *err) CHECK_RESULT;
/* Gives the lock back.  NULL is fine. */
void archive_close(struct archive *archive);

/* ---- bodies in ---- */

struct archive_stored {
    struct body_summary body;
    uint64_t stored; /* bytes of the object's file */
    bool created;    /* false: the archive had these plain bytes already */
};

struct archive_writer;

int archive_writer_create(struct archive *archive, const struct body_rules *limits, struct archive_writer **ret_writer,
                          struct error *err) CHECK_RESULT;
/* Received bytes.  EXIT_REFUSED for what body.h refuses, EXIT_INTERNAL when the disk fails. */
int archive_writer_append(struct archive_writer *writer, const void *data, size_t size, struct error *err) CHECK_RESULT;
/* What has arrived so far, for a look before it is kept. */
const struct body *archive_writer_body(const struct archive_writer *writer);
/* Checks the body's end, makes the object durable.  WRITER is consumed either way. */
int archive_writer_finish(struct archive_writer *writer, struct archive_stored *ret_stored,
                          struct error *err) CHECK_RESULT;
/* Forgets the body.  NULL is fine. */
void archive_writer_abort(struct archive_writer *writer);

/* ---- bodies out ---- */

/* 1 when there is an object of that name and, where STORED is not 0, of that many bytes; 0 when there is none; -1 when that
 * cannot be seen. */
int archive_has(const struct archive *archive, const char *sha256, uint64_t stored, struct error *err) CHECK_RESULT;
/* A reader of the plain bytes.  Its last read verifies gzip's trailer and the SHA-256: EXIT_REFUSED "archived bytes of …
 * are damaged" comes instead of the end, so nothing read may be published before the end was seen.  EXIT_REFUSED too when
 * there is no such object.  Give it back with archive_read_close. */
int archive_read_open(const struct archive *archive, const char *sha256, struct reader *ret_reader,
                      struct error *err) CHECK_RESULT;
void archive_read_close(struct reader *reader);

/* ---- the record of fetches ---- */

struct fetch_record {                 /* texts are NULL where there is none */
    const char *time;                 /* ISO 8601, UTC */
    const char *url;                  /* as configured */
    const char *effective_url;        /* where redirects led */
    long status;                      /* HTTP; 0 when there was no answer */
    const char *etag, *last_modified; /* verbatim */
    uint64_t received;                /* bytes of this answer's body */
    uint64_t plain;                   /* bytes of the body this fetch stands for (304: of the archived one) */
    uint64_t stored;                  /* bytes of its object's file */
    const char *sha256;               /* of that body; NULL when the fetch failed */
    bool proved;                      /* HTTP or gzip proved that the body is whole */
    const char *outcome;              /* "new", "unchanged", "failed" */
    const char *error;                /* message of a failed one */
};

/* Adds one line for SOURCE ([a-z0-9-]+), durably.  A line cut by a crash is removed first. */
int archive_record_fetch(struct archive *archive, const char *source, const struct fetch_record *record,
                         struct error *err) CHECK_RESULT;
/* The last record of SOURCE that stands for a body; its texts are in ARENA.  RET_FOUND is false when there is none.  A cut
 * last line is passed over; a damaged one before it is EXIT_REFUSED, with its line number. */
int archive_last_fetch(const struct archive *archive, const char *source, struct arena *arena, bool *ret_found,
                       struct fetch_record *ret_record, struct error *err) CHECK_RESULT;
/* As archive_last_fetch, but the first record of SOURCE that brought the body SHA256. */
int archive_find_fetch(const struct archive *archive, const char *source, const char *sha256, struct arena *arena,
                       bool *ret_found, struct fetch_record *ret_record, struct error *err) CHECK_RESULT;

#endif
