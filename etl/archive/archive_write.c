#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "etl/archive/archive_internal.h"
#include "etl/crash_point.h"

#define CHUNK         (64u * 1024)
#define GZIP_LEVEL    6         /* zlib's default: level 9 gains 1-2 % and takes twice the time */
#define GZIP_WINDOW   (15 + 16) /* the largest window, gzip framing */
#define GZIP_MEMORY   8
#define GZIP_SMALLEST 20 /* bytes: header 10, empty block 2, trailer 8 */
#define TMP_NAME_SIZE 32

struct archive_writer {
    struct archive *archive;
    struct body *body;
    int fd;
    char name[TMP_NAME_SIZE]; /* in tmp/ */
    bool deflating;
    z_stream z;
    unsigned char chunk[CHUNK];
};

static int write_out(struct archive_writer *w, const void *data, size_t size, struct error *err)
{
    return archive_write_all(w->fd, data, size) ? archive_failed(w->archive, "write a body", err) : 0;
}

/* Compresses DATA; FLUSH is Z_NO_FLUSH, or Z_FINISH for the end. */
static int deflate_out(struct archive_writer *w, const void *data, size_t size, int flush, struct error *err)
{
    const unsigned char *p = data;
    do {
        uInt part = size < CHUNK ? (uInt)size : CHUNK;
        w->z.next_in = (unsigned char *)(uintptr_t)p; /* zlib does not write there */
        w->z.avail_in = part;
        p += part;
        size -= part;
        do {
            w->z.next_out = w->chunk;
            w->z.avail_out = CHUNK;
            deflate(&w->z, flush);
            if (write_out(w, w->chunk, CHUNK - w->z.avail_out, err)) return -1;
        } while (w->z.avail_out == 0);
    } while (size > 0);
    return 0;
}

static int store(void *context, bool is_gzip, const void *data, size_t size, struct error *err)
{
    struct archive_writer *w = context;
    if (is_gzip) return write_out(w, data, size, err);
    if (!w->deflating &&
        deflateInit2(&w->z, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW, GZIP_MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
        return error_memory(err);
    w->deflating = true;
    return deflate_out(w, data, size, Z_NO_FLUSH, err);
}

static int open_tmp(struct archive_writer *w, struct error *err)
{
    struct archive *archive = w->archive;
    snprintf(w->name, sizeof w->name, "%ld-%u.gz", (long)getpid(), archive->counter++);
    w->fd = openat(archive->tmp, w->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (w->fd < 0) return archive_failed(archive, "create a file in tmp/", err);
    crash_point(fetch_file_opened);
    return 0;
}

int archive_writer_create(struct archive *archive, const struct body_rules *limits, struct archive_writer **ret_writer,
                          struct error *err)
{
    if (!archive->writable)
        return error_set(err, EXIT_INTERNAL, "archive \"%s\" is open for reading only", archive->path);
    struct archive_writer *w = calloc(1, sizeof *w);
    if (!w) return error_memory(err);
    struct body_store into = {store, w};
    w->archive = archive;
    w->fd = -1;
    if (body_create(limits, &into, &w->body, err) || open_tmp(w, err)) {
        archive_writer_abort(w);
        return -1;
    }
    *ret_writer = w;
    return 0;
}

int archive_writer_append(struct archive_writer *w, const void *data, size_t size, struct error *err)
{
    return body_append(w->body, data, size, err);
}

const struct body *archive_writer_body(const struct archive_writer *w)
{
    return w->body;
}

void archive_writer_abort(struct archive_writer *w)
{
    if (!w) return;
    if (w->fd >= 0) {
        close(w->fd);
        unlinkat(w->archive->tmp, w->name, 0);
    }
    if (w->deflating) deflateEnd(&w->z);
    body_free(w->body);
    free(w);
}

/* Reads an object to its end; true when its gzip and its hash hold. */
static bool object_holds(const struct archive *archive, const char *sha256)
{
    struct reader reader;
    struct error ignored;
    char waste[4096];
    ssize_t n;
    if (archive_read_open(archive, sha256, &reader, &ignored)) return false;
    while ((n = reader.read(reader.context, waste, sizeof waste, &ignored)) > 0)
        ;
    archive_read_close(&reader);
    return n == 0;
}

/* True when the archive has the object already.  Cheap where the trailer's length (ISIZE, RFC 1952) agrees, as it does
 * for one member around plain bytes; otherwise the object is read.  A damaged one is false: it gets replaced. */
static bool object_kept(const struct archive *archive, const char *name, const struct body_summary *body,
                        uint64_t *ret_stored)
{
    unsigned char tail[4];
    struct stat st;
    int fd = openat(archive->objects, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return false;
    bool read = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size >= GZIP_SMALLEST &&
                pread(fd, tail, sizeof tail, st.st_size - (off_t)sizeof tail) == (ssize_t)sizeof tail;
    close(fd);
    if (!read) return false;
    uint32_t isize = (uint32_t)tail[0] | (uint32_t)tail[1] << 8 | (uint32_t)tail[2] << 16 | (uint32_t)tail[3] << 24;
    *ret_stored = (uint64_t)st.st_size;
    return isize == (uint32_t)body->plain || object_holds(archive, body->sha256);
}

static int sync_folder(const struct archive *archive, const char *folder, struct error *err)
{
    int fd = openat(archive->objects, folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    int rc = fd >= 0 && fsync(fd) == 0 ? 0 : archive_failed(archive, "sync a folder of objects", err);
    if (fd >= 0) close(fd);
    return rc;
}

/* Renames the finished file to its object.  The file is synced before, the folders after. */
static int publish(struct archive_writer *w, const char *name, struct error *err)
{
    struct archive *archive = w->archive;
    char folder[3] = {name[0], name[1], '\0'};
    if (mkdirat(archive->objects, folder, 0700) == 0) {
        if (fsync(archive->objects) < 0) return archive_failed(archive, "sync the folder of objects", err);
    } else if (errno != EEXIST) {
        return archive_failed(archive, "create a folder of objects", err);
    }
    crash_point(fetch_file_written);
    if (fsync(w->fd) < 0) return archive_failed(archive, "sync a body", err);
    crash_point(fetch_file_synced);
    if (renameat(archive->tmp, w->name, archive->objects, name) < 0)
        return archive_failed(archive, "name an object", err);
    crash_point(fetch_object_named);
    close(w->fd); /* the name in tmp/ is gone: nothing for abort to remove */
    w->fd = -1;
    if (sync_folder(archive, folder, err)) return -1;
    crash_point(fetch_folder_synced);
    return 0;
}

int archive_writer_finish(struct archive_writer *w, struct archive_stored *ret_stored, struct error *err)
{
    int rc = -1;
    struct archive_stored stored = {0};
    char name[OBJECT_NAME_SIZE];
    struct stat st;
    if (body_finish(w->body, &stored.body, err)) goto out;
    if (w->deflating && deflate_out(w, NULL, 0, Z_FINISH, err)) goto out;
    archive_object_name(stored.body.sha256, name);
    if (!object_kept(w->archive, name, &stored.body, &stored.stored)) {
        if (fstat(w->fd, &st) < 0) {
            archive_failed(w->archive, "measure a body", err);
            goto out;
        }
        if (publish(w, name, err)) goto out;
        stored.stored = (uint64_t)st.st_size;
        stored.created = true;
    }
    *ret_stored = stored;
    rc = 0;
out:
    archive_writer_abort(w);
    return rc;
}
