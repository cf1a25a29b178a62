#include "etl/analys/site_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "etl/crash_point.h"
#include "etl/stop.h"

#define MARK    ".stadslager" /* a folder that holds this file is ours to replace */
#define INFIX   ".tmp-"
#define FOLDER  (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#define DEPTH   8    /* of folders when one is removed; a site has 2 */
#define ENTRIES 4096 /* bytes of a folder's entries that are looked at together; a name has at most 255 */

/* ---- removing ---- */

static bool is_dots(const char *name)
{
    return !strcmp(name, ".") || !strcmp(name, "..");
}

/* Removes NAME in PARENT with all it holds, through descriptors: a link is removed, never followed.  Without a stream of
 * entries, which takes memory: a report that has none left removes what it began. */
static int remove_tree(int parent, const char *name, int depth)
{
    _Alignas(struct dirent64) char entries[ENTRIES];
    int fd = openat(parent, name, FOLDER);
    if (fd < 0) return errno == ENOTDIR || errno == ELOOP ? unlinkat(parent, name, 0) : -1;
    for (ssize_t n; (n = getdents64(fd, entries, sizeof entries)) > 0;)
        for (const char *at = entries; at < entries + n;) {
            const struct dirent64 *entry = (const void *)at;
            if (!is_dots(entry->d_name) && unlinkat(fd, entry->d_name, 0) && depth > 0)
                (void)remove_tree(fd, entry->d_name, depth - 1);
            at += entry->d_reclen;
        }
    close(fd);
    return unlinkat(parent, name, AT_REMOVEDIR);
}

/* What killed reports left: nobody else writes there while the parent is locked. */
static void remove_leftovers(const struct site_folder *folder)
{
    size_t len = strlen(folder->name);
    int fd = openat(folder->parent, ".", FOLDER);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    if (!dir) {
        if (fd >= 0) close(fd);
        return;
    }
    for (struct dirent *entry; (entry = readdir(dir));) {
        const char *rest = entry->d_name + len + sizeof INFIX - 1;
        if (strncmp(entry->d_name, folder->name, len) || strncmp(entry->d_name + len, INFIX, sizeof INFIX - 1))
            continue;
        if (*rest && !rest[strspn(rest, "0123456789")]) (void)remove_tree(folder->parent, entry->d_name, DEPTH);
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

static bool is_empty(int fd)
{
    bool empty = true;
    int again = openat(fd, ".", FOLDER);
    DIR *dir = again >= 0 ? fdopendir(again) : NULL;
    if (!dir) return again >= 0 ? (close(again), false) : false;
    for (struct dirent *entry; (entry = readdir(dir));)
        empty &= is_dots(entry->d_name);
    closedir(dir);
    return empty;
}

static int check_target(const struct site_folder *folder, const char *path, struct error *err)
{
    struct stat st;
    if (fstatat(folder->parent, folder->name, &st, AT_SYMLINK_NOFOLLOW))
        return errno == ENOENT ? 0 : error_set(err, EXIT_USAGE, "could not look at \"%s\": %s", path, strerror(errno));
    int fd = openat(folder->parent, folder->name, FOLDER);
    if (fd < 0) return error_set(err, EXIT_USAGE, "\"%s\" is a link or no folder", path);
    bool ours = fstatat(fd, MARK, &st, AT_SYMLINK_NOFOLLOW) == 0 || is_empty(fd);
    close(fd);
    if (ours) return 0;
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
    site_folder_discard(folder); /* what lies under the temporary name now is the old one */
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
