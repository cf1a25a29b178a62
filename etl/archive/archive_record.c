#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <unistr.h>

#include "etl/archive/archive_internal.h"
#include "etl/base/limits.h"
#include "etl/crash_point.h"
#include "etl/json_read.h"
#include "etl/json_write.h"

#define LOG_NAME_SIZE 256 /* the longest file name of Linux, with NUL */

/* The file's name, made only of letters that cannot lead out of the folder. */
static int log_name(const char *source, char name[static LOG_NAME_SIZE], struct error *err)
{
    size_t n = strlen(source);
    if (n == 0 || n != strspn(source, "abcdefghijklmnopqrstuvwxyz0123456789-") || n + sizeof ".jsonl" > LOG_NAME_SIZE)
        return error_set(err, EXIT_INTERNAL, "\"%.80s\" is not a source's name", source);
    snprintf(name, LOG_NAME_SIZE, "%s.jsonl", source);
    return 0;
}

/* The whole log, NUL-terminated; the caller frees.  RET_SIZE is 0 and RET_BYTES NULL when there is none. */
static int read_log(const struct archive *archive, const char *name, char **ret_bytes, size_t *ret_size,
                    struct error *err)
{
    struct stat st;
    char *bytes = NULL;
    int rc = -1;
    int fd = openat(archive->fetches, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    *ret_bytes = NULL;
    *ret_size = 0;
    if (fd < 0 && errno == ENOENT) return 0;
    if (fd < 0 || fstat(fd, &st) < 0) {
        archive_failed(archive, "open a record of fetches", err);
        goto out;
    }
    if ((uint64_t)st.st_size > LIMIT_FETCH_LOG) {
        error_set(err, EXIT_REFUSED, "archive \"%s\": fetches/%s is too large", archive->path, name);
        goto out;
    }
    size_t size = (size_t)st.st_size, got = 0;
    bytes = malloc(size + 1);
    if (!bytes) {
        error_memory(err);
        goto out;
    }
    while (got < size) {
        ssize_t n = read(fd, bytes + got, size - got);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) archive_failed(archive, "read a record of fetches", err);
        if (n < 0) goto out;
        if (n == 0) break;
        got += (size_t)n;
    }
    bytes[got] = '\0';
    *ret_bytes = bytes;
    *ret_size = got;
    bytes = NULL;
    rc = 0;
out:
    free(bytes);
    if (fd >= 0) close(fd);
    return rc;
}

/* ---- writing ---- */

/* Texts that are not UTF-8 (a header can hold anything) are left out: they could not be written as JSON. */
static int add_text(json_t *object, const char *key, const char *value)
{
    if (!value || u8_check((const uint8_t *)value, strlen(value))) return 0;
    return json_object_set_new(object, key, json_string(value));
}

static int add_number(json_t *object, const char *key, uint64_t value)
{
    return json_object_set_new(object, key, json_integer((json_int_t)value));
}

static char *record_line(const struct fetch_record *r)
{
    json_t *object = json_object();
    int bad = object ? 0 : -1;
    bad |= add_text(object, "time", r->time);
    bad |= add_text(object, "url", r->url);
    bad |= add_text(object, "effective_url", r->effective_url);
    bad |= add_number(object, "status", (uint64_t)r->status);
    bad |= add_text(object, "etag", r->etag);
    bad |= add_text(object, "last_modified", r->last_modified);
    bad |= add_number(object, "received", r->received);
    bad |= add_number(object, "plain", r->plain);
    bad |= add_number(object, "stored", r->stored);
    bad |= add_text(object, "sha256", r->sha256);
    bad |= json_object_set_new(object, "proved", json_boolean(r->proved));
    bad |= add_text(object, "outcome", r->outcome);
    bad |= add_text(object, "error", r->error);
    char *line = bad ? NULL : json_write(object, JSON_COMPACT | JSON_PRESERVE_ORDER);
    json_decref(object);
    return line;
}

/* Where the last whole line of FD ends: a crash can have cut the one behind it. */
static int whole_lines(int fd, off_t *ret_end)
{
    char c;
    off_t end = lseek(fd, 0, SEEK_END);
    if (end < 0) return -1;
    while (end > 0) {
        if (pread(fd, &c, 1, end - 1) != 1) return -1;
        if (c == '\n') break;
        end--;
    }
    *ret_end = end;
    return 0;
}

static int append_line(int fd, const char *line)
{
    off_t end;
    if (whole_lines(fd, &end) || ftruncate(fd, end) < 0 || lseek(fd, end, SEEK_SET) < 0) return -1;
    bool written = archive_write_all(fd, line, strlen(line)) == 0;
    crash_point(fetch_record_begun); /* a line without its end */
    if (written && archive_write_all(fd, "\n", 1) == 0 && fsync(fd) == 0) return 0;
    int cause = errno;
    if (ftruncate(fd, end) < 0) errno = cause; /* the cut line that stays is removed by the next append */
    errno = cause;
    return -1;
}

int archive_record_fetch(struct archive *archive, const char *source, const struct fetch_record *record,
                         struct error *err)
{
    int rc = -1, fd = -1;
    char name[LOG_NAME_SIZE];
    char *line = NULL;
    if (!archive->writable)
        return error_set(err, EXIT_INTERNAL, "archive \"%s\" is open for reading only", archive->path);
    if (log_name(source, name, err)) return -1;
    line = record_line(record);
    if (!line) {
        error_memory(err);
        goto out;
    }
    fd = openat(archive->fetches, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0 || append_line(fd, line) || fsync(archive->fetches) < 0) {
        archive_failed(archive, "record a fetch", err);
        goto out;
    }
    crash_point(fetch_recorded);
    rc = 0;
out:
    if (fd >= 0) close(fd);
    free(line);
    return rc;
}

/* ---- reading ---- */

static const char *get_text(json_t *object, const char *key, struct arena *arena, bool *failed)
{
    const char *value = json_string_value(json_object_get(object, key));
    char *copy = value ? arena_strdup(arena, value) : NULL;
    if (value && !copy) *failed = true;
    return copy;
}

static uint64_t get_number(json_t *object, const char *key)
{
    json_int_t value = json_integer_value(json_object_get(object, key));
    return value > 0 ? (uint64_t)value : 0;
}

static int read_record(json_t *object, struct arena *arena, struct fetch_record *ret_record, struct error *err)
{
    bool failed = false;
    *ret_record = (struct fetch_record){
        .time = get_text(object, "time", arena, &failed),
        .url = get_text(object, "url", arena, &failed),
        .effective_url = get_text(object, "effective_url", arena, &failed),
        .status = (long)get_number(object, "status"),
        .etag = get_text(object, "etag", arena, &failed),
        .last_modified = get_text(object, "last_modified", arena, &failed),
        .received = get_number(object, "received"),
        .plain = get_number(object, "plain"),
        .stored = get_number(object, "stored"),
        .sha256 = get_text(object, "sha256", arena, &failed),
        .proved = json_is_true(json_object_get(object, "proved")),
        .outcome = get_text(object, "outcome", arena, &failed),
        .error = get_text(object, "error", arena, &failed),
    };
    return failed ? error_memory(err) : 0;
}

/* The last line that stands for a body, or the first for the body WANTED (may be NULL), as a JSON object the caller gives back;
 * NULL when there is none. */
static int find_body(const struct archive *archive, const char *name, const char *bytes, size_t size,
                     const char *wanted, json_t **ret_object, struct error *err)
{
    json_t *last = NULL;
    unsigned line = 0;
    for (const char *p = bytes, *end = bytes + size; p < end; line++) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        if (!stop) break; /* cut by a crash */
        bool no_memory;
        json_t *object = json_read(p, (size_t)(stop - p), &no_memory);
        const char *sha256 = json_string_value(json_object_get(object, "sha256"));
        if (!json_is_object(object) || (sha256 && !hash_is_hex(sha256))) {
            json_decref(object);
            json_decref(last);
            if (no_memory) return error_memory(err);
            return error_set(err, EXIT_REFUSED, "%s/fetches/%s:%u: is not the record of a fetch", archive->path, name,
                             line + 1);
        }
        if (sha256 && (!wanted || (!last && !strcmp(sha256, wanted)))) {
            json_decref(last);
            last = json_incref(object);
        }
        json_decref(object);
        p = stop + 1;
    }
    *ret_object = last;
    return 0;
}

static int read_fetch(const struct archive *archive, const char *source, const char *wanted, struct arena *arena,
                      bool *ret_found, struct fetch_record *ret_record, struct error *err)
{
    char name[LOG_NAME_SIZE];
    char *bytes = NULL;
    size_t size;
    json_t *object = NULL;
    struct fetch_record record = {0};
    if (log_name(source, name, err) || read_log(archive, name, &bytes, &size, err)) return -1;
    int rc = find_body(archive, name, bytes, size, wanted, &object, err);
    if (rc == 0 && object) rc = read_record(object, arena, &record, err);
    if (rc == 0) {
        *ret_found = object != NULL;
        *ret_record = record;
    }
    json_decref(object);
    free(bytes);
    return rc;
}

int archive_last_fetch(const struct archive *archive, const char *source, struct arena *arena, bool *ret_found,
                       struct fetch_record *ret_record, struct error *err)
{
    return read_fetch(archive, source, NULL, arena, ret_found, ret_record, err);
}

int archive_find_fetch(const struct archive *archive, const char *source, const char *sha256, struct arena *arena,
                       bool *ret_found, struct fetch_record *ret_record, struct error *err)
{
    return read_fetch(archive, source, sha256, arena, ret_found, ret_record, err);
}
