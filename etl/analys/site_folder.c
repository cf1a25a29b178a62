#include "etl/analys/site_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdalign.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "etl/base/folder.h"
#include "etl/crash_point.h"
#include "etl/observe/log.h"
#include "etl/stop.h"

#define MARK   ".stadslager" /* a folder that holds this file is ours to replace */
#define INFIX  ".tmp-"
#define FOLDER (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#define DEPTH  8 /* of folders when one is removed; a site has 2 */

/* ---- removing ---- */

static bool is_dots(const char *name)
{
    return !strcmp(name, ".") || !strcmp(name, "..");
}

/* Removes NAME in PARENT with all it holds, through descriptors: a link is removed, never followed.  Takes no memory, which may be
 * what the report lacked: hence no opendir. */
static int remove_tree(int parent, const char *name, int depth)
{
    alignas(struct dirent64) char part[2048];
    ssize_t n;
    int fd = openat(parent, name, FOLDER);
    if (fd < 0) return errno == ENOTDIR || errno == ELOOP ? unlinkat(parent, name, 0) : -1;
    while ((n = getdents64(fd, part, sizeof part)) > 0)
        for (ssize_t at = 0; at < n;) {
            const struct dirent64 *entry = (const void *)(part + at);
            at += entry->d_reclen;
            if (!is_dots(entry->d_name) && unlinkat(fd, entry->d_name, 0) && depth > 0)
                (void)remove_tree(fd, entry->d_name, depth - 1);
        }
    close(fd);
    return unlinkat(parent, name, AT_REMOVEDIR);
}

/* What killed reports left: nobody else writes there while the parent is locked. */
static void remove_leftovers(const struct site_folder *folder)
{
    size_t len = strlen(folder->name);
    const char *entry;
    DIR *dir = folder_of(openat(folder->parent, ".", FOLDER));
    if (!dir) return;
    while (folder_next(dir, &entry) > 0) {
        const char *rest = entry + len + sizeof INFIX - 1;
        if (strncmp(entry, folder->name, len) || strncmp(entry + len, INFIX, sizeof INFIX - 1)) continue;
        if (*rest && !rest[strspn(rest, "0123456789")]) (void)remove_tree(folder->parent, entry, DEPTH);
    }
    closedir(dir);
}

/* ---- beginning ---- */

/* PATH without slashes at its end -> its parent, opened, and its name. */
static int open_parent(const char *path, struct site_folder *folder, struct error *err)
{
    char parent[4096];
    size_t len = strlen(path);
    while (len > 1 && path[len - 1] == '/')
        len--;
    const char *slash = memrchr(path, '/', len);
    size_t before = slash ? (size_t)(slash - path) : 0, start = slash ? before + 1 : 0;
    int n = snprintf(folder->name, sizeof folder->name, "%.*s", (int)(len - start), path + start);
    if (n < 1 || (size_t)n >= sizeof folder->name || is_dots(folder->name) || before >= sizeof parent)
        return error_set(err, EXIT_USAGE, "\"%.80s\" is no folder that a report can be written to", path);
    snprintf(parent, sizeof parent, "%.*s", slash ? (int)(before ? before : 1) : 1, slash ? path : ".");
    folder->parent = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder->parent < 0) return error_set(err, EXIT_USAGE, "could not open \"%s\": %s", parent, strerror(errno));
    if (flock(folder->parent, LOCK_EX | LOCK_NB) == 0) return 0;
    if (errno == EWOULDBLOCK) return error_set(err, EXIT_LOCKED, "another report is being written in \"%s\"", parent);
    return error_set(err, EXIT_INTERNAL, "could not lock \"%s\": %s", parent, strerror(errno));
}

/* 1, 0, or -1 with errno. */
static int is_empty(int fd)
{
    const char *name;
    DIR *dir = folder_of(openat(fd, ".", FOLDER));
    if (!dir) return -1;
    int more = folder_next(dir, &name), saved = errno;
    closedir(dir);
    errno = saved;
    return more < 0 ? -1 : !more;
}

/* 1: an earlier report wrote it, or nobody has; 0; or -1 with errno. */
static int is_ours(int fd)
{
    struct stat st;
    if (fstatat(fd, MARK, &st, AT_SYMLINK_NOFOLLOW) == 0) return 1;
    return errno == ENOENT ? is_empty(fd) : -1;
}

static int not_seen(const char *path, struct error *err)
{
    return error_set(err, EXIT_USAGE, "could not look at \"%s\": %s", path, strerror(errno));
}

static int check_target(const struct site_folder *folder, const char *path, struct error *err)
{
    struct stat st;
    if (fstatat(folder->parent, folder->name, &st, AT_SYMLINK_NOFOLLOW))
        return errno == ENOENT ? 0 : not_seen(path, err);
    if (!S_ISDIR(st.st_mode)) return error_set(err, EXIT_USAGE, "\"%s\" is a link or no folder", path);
    int fd = openat(folder->parent, folder->name, FOLDER), ours = fd >= 0 ? is_ours(fd) : -1;
    int rc = ours < 0 ? not_seen(path, err) : 0;
    if (fd >= 0) close(fd);
    if (rc || ours) return rc;
    (void)error_set(err, EXIT_USAGE, "\"%s\" holds files that no report wrote", path);
    return error_hint(err, "Name a folder that is not there yet, an empty one, or one that an earlier report wrote.");
}

int site_folder_begin(const char *path, struct site_folder *ret_folder, struct error *err)
{
    FILE *mark;
    struct site_folder *folder = ret_folder;
    *folder = (struct site_folder){.parent = -1, .folder = -1, .open = true};
    if (open_parent(path, folder, err) || check_target(folder, path, err)) goto fail;
    remove_leftovers(folder);
    snprintf(folder->temporary, sizeof folder->temporary, "%s" INFIX "%ld", folder->name, (long)getpid());
    if (mkdirat(folder->parent, folder->temporary, 0755) == 0)
        folder->folder = openat(folder->parent, folder->temporary, FOLDER);
    if (folder->folder < 0) {
        (void)error_set(err, EXIT_USAGE, "could not make a folder beside \"%s\": %s", path, strerror(errno));
        goto fail;
    }
    if (site_folder_open(folder, MARK, &mark, err) || site_folder_close(folder, mark, MARK, err)) goto fail;
    crash_point(site_begun);
    return 0;
fail:
    site_folder_discard(folder);
    return -1;
}

/* ---- files ---- */

int site_folder_make(struct site_folder *folder, const char *name, struct error *err)
{
    if (mkdirat(folder->folder, name, 0755) == 0) return 0;
    return error_set(err, EXIT_INTERNAL, "could not make the folder \"%s\": %s", name, strerror(errno));
}

int site_folder_open(struct site_folder *folder, const char *path, FILE **ret_out, struct error *err)
{
    if (stop_check(err)) return -1;
    int fd = openat(folder->folder, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    FILE *out = fd >= 0 ? fdopen(fd, "wb") : NULL;
    if (!out) {
        (void)error_set(err, EXIT_INTERNAL, "could not write \"%s\": %s", path, strerror(errno));
        if (fd >= 0) close(fd);
        return -1;
    }
    *ret_out = out;
    return 0;
}

int site_folder_close(struct site_folder *folder, FILE *out, const char *path, struct error *err)
{
    bool failed = ferror(out);
    errno = 0;
    failed |= fclose(out) != 0;
    const char *cause =
        errno ? strerror(errno) : "a part was not accepted"; /* an earlier one: the cause is no more known */
    folder->files++;
    crash_point(site_file_written);
    return failed ? error_set(err, EXIT_INTERNAL, "could not write \"%s\": %s", path, cause) : 0;
}

/* ---- the end ---- */

/* Without RENAME_EXCHANGE: the old one steps aside first. */
static int exchange_slowly(struct site_folder *folder)
{
    char aside[320];
    snprintf(aside, sizeof aside, "%s0", folder->temporary); /* a name that remove_leftovers knows */
    if (renameat(folder->parent, folder->name, folder->parent, aside))
        return errno == ENOENT ? renameat(folder->parent, folder->temporary, folder->parent, folder->name) : -1;
    if (renameat(folder->parent, folder->temporary, folder->parent, folder->name)) {
        int saved = errno;
        (void)renameat(folder->parent, aside, folder->parent, folder->name);
        errno = saved;
        return -1;
    }
    return renameat(folder->parent, aside, folder->parent, folder->temporary);
}

/* What lies under the temporary name since the exchange.  The new one is in its place all the same. */
static void remove_old(struct site_folder *folder)
{
    struct error warning;
    if (remove_tree(folder->parent, folder->temporary, DEPTH) && errno != ENOENT) {
        (void)error_set(&warning, EXIT_INTERNAL, "could not remove the report of before, \"%s\": %s", folder->temporary,
                        strerror(errno));
        error_hint(&warning, "The next report removes it.");
        log_warning(&warning);
    }
    *folder->temporary = '\0';
}

int site_folder_commit(struct site_folder *folder, struct error *err)
{
    int rc = syncfs(folder->folder); /* one call for all files */
    crash_point(site_synced);
    if (stop_check(err)) return -1;
    if (rc == 0) rc = renameat2(folder->parent, folder->temporary, folder->parent, folder->name, RENAME_NOREPLACE);
    if (rc && errno == EEXIST)
        rc = renameat2(folder->parent, folder->temporary, folder->parent, folder->name, RENAME_EXCHANGE);
    if (rc && (errno == EINVAL || errno == ENOSYS)) rc = exchange_slowly(folder);
    if (rc)
        return error_set(err, EXIT_INTERNAL, "could not put \"%s\" in its place: %s", folder->name, strerror(errno));
    crash_point(site_swapped);
    (void)fsync(folder->parent);
    remove_old(folder);
    site_folder_discard(folder);
    crash_point(site_old_removed);
    return 0;
}

void site_folder_discard(struct site_folder *folder)
{
    if (!folder->open) return;
    if (folder->parent >= 0 && *folder->temporary) (void)remove_tree(folder->parent, folder->temporary, DEPTH);
    if (folder->folder >= 0) close(folder->folder);
    if (folder->parent >= 0) close(folder->parent); /* and with it the lock */
    folder->open = false;
}
