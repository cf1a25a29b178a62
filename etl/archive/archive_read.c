#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "etl/archive/archive_internal.h"
#include "etl/fetch/gunzip.h"

#define CHUNK (64u * 1024)

struct archive_reader {
    int fd;
    bool file_ended, verified;
    struct gunzip *gunzip;
    struct hash hash;
    char sha256[HASH_SIZE];
    unsigned char chunk[CHUNK];
};

/* The cause of DETAIL, when a lower layer gave one, goes behind. */
static int damaged(const struct archive_reader *r, const struct error *cause, struct error *err)
{
    char why[sizeof cause->message];
    memcpy(why, cause->message, sizeof why);
    error_set(err, EXIT_REFUSED, "archived bytes of %s are damaged", r->sha256);
    error_detail(err, "%s", why);
    return error_hint(err, "Remove the object and fetch the source again, or restore it from a backup.");
}

static int verify(struct archive_reader *r, struct error *err)
{
    struct error cause;
    char found[HASH_SIZE];
    if (gunzip_end(r->gunzip, &cause)) return damaged(r, &cause, err);
    if (hash_end(&r->hash, found, err)) return -1;
    if (strcmp(found, r->sha256) != 0) {
        error_set(&cause, EXIT_REFUSED, "their SHA-256 is %s", found);
        return damaged(r, &cause, err);
    }
    r->verified = true;
    return 0;
}

static int feed(struct archive_reader *r, struct error *err)
{
    ssize_t n;
    do
        n = read(r->fd, r->chunk, CHUNK);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return error_set(err, EXIT_INTERNAL, "archived bytes of %s could not be read: %s", r->sha256, strerror(errno));
    gunzip_feed(r->gunzip, r->chunk, (size_t)n);
    if (n > 0) return 0;
    gunzip_last(r->gunzip);
    r->file_ended = true;
    return 0;
}

static ssize_t read_plain(void *context, void *buffer, size_t size, struct error *err)
{
    struct archive_reader *r = context;
    struct error cause;
    if (size == 0) return 0;
    while (!r->verified) {
        ssize_t n = gunzip_read(r->gunzip, buffer, size, &cause);
        if (n < 0 && cause.class != EXIT_REFUSED) *err = cause;
        if (n < 0) return cause.class == EXIT_REFUSED ? damaged(r, &cause, err) : -1;
        if (n > 0) return hash_add(&r->hash, buffer, (size_t)n, err) ? -1 : n;
        if (r->file_ended ? verify(r, err) : feed(r, err)) return -1;
    }
    return 0;
}

void archive_read_close(struct reader *reader)
{
    struct archive_reader *r = reader->context;
    if (!r) return;
    if (r->fd >= 0) close(r->fd);
    gunzip_free(r->gunzip);
    hash_free(&r->hash);
    free(r);
    *reader = (struct reader){0};
}

static int open_object(const struct archive *archive, const char *sha256, int *ret_fd, struct error *err)
{
    char name[OBJECT_NAME_SIZE];
    if (!hash_is_hex(sha256)) return error_set(err, EXIT_INTERNAL, "\"%.80s\" is not a SHA-256 in hex", sha256);
    archive_object_name(sha256, name);
    int fd = openat(archive->objects, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return error_set(err, EXIT_REFUSED, "archived bytes of %s are missing in \"%s\"", sha256, archive->path);
    if (fd < 0) return archive_failed(archive, "open an object", err);
    *ret_fd = fd;
    return 0;
}

int archive_read_open(const struct archive *archive, const char *sha256, struct reader *ret_reader, struct error *err)
{
    struct archive_reader *r = calloc(1, sizeof *r);
    if (!r) return error_memory(err);
    struct reader reader = {read_plain, r};
    r->fd = -1;
    if (open_object(archive, sha256, &r->fd, err) || gunzip_create(&r->gunzip, err) || hash_begin(&r->hash, err)) {
        archive_read_close(&reader);
        return -1;
    }
    memcpy(r->sha256, sha256, HASH_SIZE);
    *ret_reader = reader;
    return 0;
}

/* Reads exactly SIZE bytes into BUFFER. */
