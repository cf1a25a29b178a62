#include "etl/archive/archive_internal.h"
#include "etl/base/folder.h"
#include "etl/crash_point.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#define FOLDER_MODE  0700 /* exports can hold what not everybody may read */
#define PID_SIZE     24

int archive_failed(const struct archive *archive, const char *what, struct error *err)
{
    int cause = errno;
    error_set(err, EXIT_INTERNAL, "archive \"%s\": could not %s: %s", archive->path, what, strerror(cause));
    if (cause == ENOSPC || cause == EDQUOT) error_hint(err, "The file system of the archive is full.");
    return -1;
}

int archive_write_all(int fd, const void *data, size_t size)
{
    const char *p = data;
    while (size > 0) {
        ssize_t n = write(fd, p, size);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return -1;
        p += n;
        size -= (size_t)n;
    }
    return 0;
}

void archive_object_name(const char *sha256, char name[static OBJECT_NAME_SIZE])
{
    snprintf(name, OBJECT_NAME_SIZE, "%.2s/%.64s.gz", sha256, sha256);
}

static int unusable(const char *path, const char *what, struct error *err)
{
    int cause = errno;
    error_set(err, EXIT_CONFIG, "archive \"%s\": could not %s: %s", path, what, strerror(cause));
    if (cause == ELOOP || cause == ENOTDIR) error_hint(err, "The archive must be a folder, not a link to one.");
    return -1;
}

/* A new folder is there after a power cut only when the folder it stands in was synced. */
static int sync_parent(const char *path, struct error *err)
{
    char *copy = strdup(path);
    if (!copy) return error_memory(err);
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = fd >= 0 && fsync(fd) == 0 ? 0 : unusable(path, "sync its parent folder", err);
    if (fd >= 0) close(fd);
    free(copy);
    return rc;
}

static int open_root(const char *path, bool writable, int *ret_root, struct error *err)
{
    if (writable && mkdir(path, FOLDER_MODE) == 0) {
        if (sync_parent(path, err)) return -1;
    } else if (writable && errno != EEXIST) {
        return unusable(path, "create the folder", err);
    }
    int root = open(path, FOLDER_FLAGS);
    if (root < 0) return unusable(path, "open the folder", err);
    *ret_root = root;
    return 0;
}

static int open_folder(const char *path, int root, const char *name, bool writable, int *ret_fd, struct error *err)
{
    if (writable && mkdirat(root, name, FOLDER_MODE) < 0 && errno != EEXIST)
        return unusable(path, "create a folder in it", err);
    int fd = openat(root, name, FOLDER_FLAGS);
    if (fd < 0) return unusable(path, "open a folder in it", err);
    *ret_fd = fd;
    return 0;
}

static int locked(struct archive *archive, struct error *err)
{
    char pid[PID_SIZE] = "";
    ssize_t n = pread(archive->lock, pid, sizeof pid - 1, 0);
    pid[n > 0 ? n : 0] = '\0';
    pid[strspn(pid, "0123456789")] = '\0';
    error_set(err, EXIT_LOCKED, "archive \"%s\" is locked by another run%s%s", archive->path, *pid ? ", process " : "",
              pid);
    return error_hint(err, "Wait until it has ended; a lock never outlives its process.");
}

static int take_lock(struct archive *archive, int root, struct error *err)
{
    archive->lock = openat(root, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (archive->lock < 0) return unusable(archive->path, "open its lock", err);
    if (flock(archive->lock, LOCK_EX | LOCK_NB) < 0)
        return errno == EWOULDBLOCK ? locked(archive, err) : unusable(archive->path, "take its lock", err);
    char pid[PID_SIZE];
    int n = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    if (ftruncate(archive->lock, 0) < 0 || pwrite(archive->lock, pid, (size_t)n, 0) != n)
        return archive_failed(archive, "write its lock", err);
    crash_point(archive_locked);
    return 0;
}

/* What stands in tmp/ while nobody else holds the lock belongs to a run that was killed. */
static int empty_tmp(struct archive *archive, struct error *err)
{
    DIR *folder = folder_of(openat(archive->tmp, ".", FOLDER_FLAGS));
    if (!folder) return archive_failed(archive, "read tmp/", err);
    const char *name;
    int rc = 0, more;
    while ((more = folder_next(folder, &name)) > 0)
        if (unlinkat(archive->tmp, name, 0) < 0) rc = archive_failed(archive, "empty tmp/", err);
    if (more < 0) rc = archive_failed(archive, "read tmp/", err);
    closedir(folder);
    return rc;
}

static int open_all(struct archive *archive, int root, struct error *err)
{
    const char *path = archive->path;
    bool writable = archive->writable;
    if (writable && take_lock(archive, root, err)) return -1;
    if (open_folder(path, root, "objects", writable, &archive->objects, err) ||
        open_folder(path, root, "fetches", writable, &archive->fetches, err))
        return -1;
    if (!writable) return 0;
    if (open_folder(path, root, "tmp", writable, &archive->tmp, err) || empty_tmp(archive, err)) return -1;
    if (fsync(root) < 0) return archive_failed(archive, "sync the folder", err);
    crash_point(archive_opened);
    return 0;
}

static int open_archive(const char *path, bool writable, struct archive **ret_archive, struct error *err)
{
    int root = -1, rc = -1;
    struct archive *archive = calloc(1, sizeof *archive);
    if (!archive) return error_memory(err);
    archive->lock = archive->tmp = archive->objects = archive->fetches = -1;
    archive->writable = writable;
    archive->path = strdup(path);
    if (!archive->path) {
        error_memory(err);
        goto out;
    }
    if (open_root(path, writable, &root, err) || open_all(archive, root, err)) goto out;
    *ret_archive = archive;
    archive = NULL;
    rc = 0;
out:
    if (root >= 0) close(root);
    archive_close(archive);
    return rc;
}

int archive_open(const char *path, struct archive **ret_archive, struct error *err)
{
    return open_archive(path, true, ret_archive, err);
}

int archive_open_reading(const char *path, struct archive **ret_archive, struct error *err)
{
    return open_archive(path, false, ret_archive, err);
}

void archive_close(struct archive *archive)
{
    if (!archive) return;
    if (archive->tmp >= 0) close(archive->tmp);
    if (archive->objects >= 0) close(archive->objects);
    if (archive->fetches >= 0) close(archive->fetches);
    if (archive->lock >= 0) close(archive->lock); /* the last, so that nobody is in while we still are */
    crash_point(archive_unlocked);
    free(archive->path);
    free(archive);
}

int archive_has(const struct archive *archive, const char *sha256, uint64_t stored, struct error *err)
{
    char name[OBJECT_NAME_SIZE];
    struct stat st;
    if (!hash_is_hex(sha256)) return 0;
    archive_object_name(sha256, name);
    if (fstatat(archive->objects, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return errno == ENOENT || errno == ENOTDIR ? 0 : archive_failed(archive, "look at an object", err);
    return S_ISREG(st.st_mode) && st.st_size > 0 && (stored == 0 || (uint64_t)st.st_size == stored);
}
