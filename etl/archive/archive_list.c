#include "etl/archive/archive_list.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "etl/archive/archive_internal.h"
#include "etl/base/folder.h"
#include "etl/crash_point.h"

#define CHUNK       (64u * 1024)
#define SUFFIX      ".gz"
#define LOG_SUFFIX  ".jsonl"
#define SOURCE_SIZE 256 /* the longest file name of Linux, with NUL */

/* A folder below PARENT, for reading; NULL with errno. */
static DIR *open_dir(int parent, const char *name)
{
    return folder_of(openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

static int add(struct archive_listing *listing, size_t *room, const struct archive_object *object, struct error *err)
{
    if (listing->count == *room) {
        size_t more = *room ? *room * 2 : 256;
        struct archive_object *grown = reallocarray(listing->objects, more, sizeof *grown);
        if (!grown) return error_memory(err);
        listing->objects = grown;
        *room = more;
    }
    listing->objects[listing->count++] = *object;
    listing->bytes += object->stored;
    return 0;
}

/* "abcd….gz" in folder "ab". */
static bool is_object(const char *folder, const char *name, char sha256[static HASH_SIZE])
{
    size_t len = strlen(name);
    if (len != HASH_SIZE - 1 + sizeof SUFFIX - 1 || strcmp(name + HASH_SIZE - 1, SUFFIX) != 0) return false;
    memcpy(sha256, name, HASH_SIZE - 1);
    sha256[HASH_SIZE - 1] = '\0';
    return hash_is_hex(sha256) && !strncmp(folder, name, 2);
}

static int list_folder(const struct archive *archive, const char *folder, struct archive_listing *listing, size_t *room,
                       struct error *err)
{
    struct archive_object object;
    struct stat st;
    const char *name;
    int rc = 0, more = 1;
    DIR *dir = open_dir(archive->objects, folder);
    if (!dir && errno == ENOTDIR) {
        listing->strangers++;
        return 0;
    }
    if (!dir) return archive_failed(archive, "read a folder of objects", err);
    while (rc == 0 && (more = folder_next(dir, &name)) > 0) {
        if (name[0] == '.') continue;
        if (fstatat(dirfd(dir), name, &st, AT_SYMLINK_NOFOLLOW)) {
            if (errno != ENOENT) rc = archive_failed(archive, "look at an object", err);
            continue;
        }
        if (!S_ISREG(st.st_mode) || !is_object(folder, name, object.sha256)) {
            listing->strangers++;
            continue;
        }
        object.stored = (uint64_t)st.st_size;
        object.modified = st.st_mtime;
        rc = add(listing, room, &object, err);
    }
    if (more < 0) rc = archive_failed(archive, "read a folder of objects", err);
    closedir(dir);
    return rc;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct archive_object *)a)->sha256, ((const struct archive_object *)b)->sha256);
}

int archive_list(const struct archive *archive, struct archive_listing *ret_listing, struct error *err)
{
    struct archive_listing listing = {0};
    size_t room = 0;
    const char *name;
    int rc = 0, more = 1;
    DIR *dir = open_dir(archive->objects, ".");
    if (!dir) return archive_failed(archive, "read objects/", err);
    while (rc == 0 && (more = folder_next(dir, &name)) > 0)
        if (name[0] != '.') rc = list_folder(archive, name, &listing, &room, err);
    if (more < 0) rc = archive_failed(archive, "read objects/", err);
    closedir(dir);
    if (rc) {
        archive_listing_free(&listing);
        return -1;
    }
    if (listing.count) qsort(listing.objects, listing.count, sizeof *listing.objects, by_name);
    *ret_listing = listing;
    return 0;
}

void archive_listing_free(struct archive_listing *listing)
{
    free(listing->objects);
    *listing = (struct archive_listing){0};
}

int archive_verify(const struct archive *archive, const char *sha256, struct error *err)
{
    struct reader reader;
    ssize_t n;
    char *waste = malloc(CHUNK);
    if (!waste) return error_memory(err);
    if (archive_read_open(archive, sha256, &reader, err)) {
        free(waste);
        return -1;
    }
    while ((n = reader.read(reader.context, waste, CHUNK, err)) > 0)
        ;
    archive_read_close(&reader);
    free(waste);
    return n == 0 ? 0 : -1;
}

int archive_remove(struct archive *archive, const char *sha256, struct error *err)
{
    char name[OBJECT_NAME_SIZE], folder[3] = {sha256[0], sha256[1], '\0'};
    if (!archive->writable)
        return error_set(err, EXIT_INTERNAL, "archive \"%s\" is open for reading only", archive->path);
    archive_object_name(sha256, name);
    if (unlinkat(archive->objects, name, 0)) return archive_failed(archive, "remove an object", err);
    crash_point(prune_removed);
    int fd = openat(archive->objects, folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    int rc = fd >= 0 && fsync(fd) == 0 ? 0 : archive_failed(archive, "sync a folder of objects", err);
    if (fd >= 0) close(fd);
    return rc;
}

static int last_of(const struct archive *archive, const char *file, int (*seen)(void *, const char *), void *context,
                   struct error *err)
{
    char source[SOURCE_SIZE];
    struct arena arena = {0};
    struct fetch_record record;
    bool found = false;
    size_t len = strlen(file);
    if (len <= sizeof LOG_SUFFIX - 1 || strcmp(file + len - (sizeof LOG_SUFFIX - 1), LOG_SUFFIX) != 0) return 0;
    (void)snprintf(source, sizeof source, "%.*s", (int)(len - (sizeof LOG_SUFFIX - 1)), file);
    int rc = archive_last_fetch(archive, source, &arena, &found, &record, err);
    if (rc == 0 && found && seen(context, record.sha256)) rc = error_memory(err);
    arena_free(&arena);
    return rc;
}

int archive_each_last(const struct archive *archive, int (*seen)(void *context, const char *sha256), void *context,
                      struct error *err)
{
    const char *name;
    int rc = 0, more = 1;
    DIR *dir = open_dir(archive->fetches, ".");
    if (!dir) return archive_failed(archive, "read fetches/", err);
    while (rc == 0 && (more = folder_next(dir, &name)) > 0)
        if (name[0] != '.') rc = last_of(archive, name, seen, context, err);
    if (more < 0) rc = archive_failed(archive, "read fetches/", err);
    closedir(dir);
    return rc;
}
