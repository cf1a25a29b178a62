#include "etl/copy.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <unistr.h>

#include "etl/audit/temporary.h"
#include "etl/base/limits.h"
#include "etl/crash_point.h"

#define FIRST_SIZE     ((size_t)64 * 1024)
#define COLUMNS_SIZE   2                    /* bytes of a row's count of columns */
#define LENGTH_SIZE    4                    /* bytes of a field's length, before it */
#define CHUNK          ((size_t)256 * 1024) /* bytes handed to libpq at once */
#define ISO_DAY_LENGTH 10
#define FIELD_MAX      0x3fffffff /* PostgreSQL's own limit of a field is 1 GiB */

static const unsigned char header[] = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0};
static const unsigned char trailer[] = {0xff, 0xff};
static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */
#define REPLACEMENT_SIZE 3

void copy_init(struct copy *copy)
{
    *copy = (struct copy){.limit = LIMIT_SPOOL, .fd = -1};
}

void copy_free(struct copy *copy)
{
    free(copy->memory);
    if (copy->fd >= 0) close(copy->fd);
    *copy = (struct copy){.limit = copy->limit, .fd = -1};
}

/* ---- bytes in ---- */

static void spill(struct copy *copy)
{
    if (copy->fd < 0 && (copy->fd = temporary_open()) < 0) {
        copy->failure = errno;
        return;
    }
    for (size_t done = 0; done < copy->used;) {
        ssize_t n = write(copy->fd, copy->memory + done, copy->used - done);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            copy->failure = errno;
            return;
        }
        done += (size_t)n;
    }
    copy->spilled += copy->used;
    copy->used = 0;
}

/* Room for at least one more byte. */
static void make_room(struct copy *copy)
{
    if (copy->size >= copy->limit) {
        spill(copy);
        return;
    }
    size_t size = copy->size ? copy->size * 2 : FIRST_SIZE;
    unsigned char *memory = realloc(copy->memory, size);
    if (!memory) {
        copy->failure = ENOMEM;
        return;
    }
    copy->memory = memory;
    copy->size = size;
}

/* SIZE bytes of the memory, as most fields find; NULL where room must be made first. */
static unsigned char *take_room(struct copy *copy, size_t size)
{
    if (copy->failure || copy->size - copy->used < size) return NULL;
    unsigned char *room = copy->memory + copy->used;
    copy->used += size;
    return room;
}

static void add(struct copy *copy, const void *data, size_t size)
{
    const unsigned char *from = data;
    while (size && !copy->failure) {
        size_t room = copy->size - copy->used, part = size < room ? size : room;
        if (!room) {
            make_room(copy);
            continue;
        }
        memcpy(copy->memory + copy->used, from, part);
        copy->used += part;
        from += part;
        size -= part;
    }
}

/* The lowest SIZE bytes of N, the highest first. */
static inline void put_int(unsigned char *out, uint64_t n, size_t size)
{
    const uint64_t swapped = htobe64(n);
    memcpy(out, (const unsigned char *)&swapped + sizeof n - size, size);
}

/* Where there is no room yet.  Not inlined, so that the functions below need no stack for what hardly ever happens. */
static __attribute__((noinline)) void add_int(struct copy *copy, uint64_t n, size_t size)
{
    unsigned char bytes[sizeof n];
    put_int(bytes, n, size);
    add(copy, bytes, size);
}

static void add_field(struct copy *copy, const void *data, size_t size)
{
    if (size > FIELD_MAX) {
        copy->failure = copy->failure ? copy->failure : EFBIG;
        return;
    }
    unsigned char *room = take_room(copy, LENGTH_SIZE + size);
    if (room) {
        put_int(room, size, LENGTH_SIZE);
        if (size) memcpy(room + LENGTH_SIZE, data, size);
        return;
    }
    add_int(copy, size, LENGTH_SIZE);
    add(copy, data, size);
}

/* ---- columns ---- */

void copy_row(struct copy *copy, int columns)
{
    unsigned char *room = take_room(copy, COLUMNS_SIZE);
    if (room)
        put_int(room, (uint64_t)columns, COLUMNS_SIZE);
    else
        add_int(copy, (uint64_t)columns, COLUMNS_SIZE);
    copy->rows++;
}

void copy_null(struct copy *copy)
{
    unsigned char *room = take_room(copy, LENGTH_SIZE);
    if (room)
        put_int(room, UINT32_MAX, LENGTH_SIZE);
    else
        add_int(copy, UINT32_MAX, LENGTH_SIZE);
}

static inline void add_number(struct copy *copy, uint64_t n, size_t size)
{
    unsigned char *room = take_room(copy, LENGTH_SIZE + size);
    if (room) {
        put_int(room, size, LENGTH_SIZE);
        put_int(room + LENGTH_SIZE, n, size);
        return;
    }
    add_int(copy, size, LENGTH_SIZE);
    add_int(copy, n, size);
}

void copy_char(struct copy *copy, char c)
{
    if (c)
        add_number(copy, (unsigned char)c, 1);
    else
        copy_null(copy);
}

void copy_bool(struct copy *copy, bool b)
{
    add_number(copy, b, 1);
}
void copy_int16(struct copy *copy, int16_t n)
{
    add_number(copy, (uint64_t)n, sizeof n);
}
void copy_int32(struct copy *copy, int32_t n)
{
    add_number(copy, (uint64_t)n, sizeof n);
}
void copy_int64(struct copy *copy, int64_t n)
{
    add_number(copy, (uint64_t)n, sizeof n);
}

static int64_t digits(struct text text, size_t at, size_t count)
{
    int64_t n = 0;
    for (size_t i = at; i < at + count; i++)
        n = n * 10 + (text.ptr[i] - '0');
    return n;
}

/* Days since 2000-01-01, day 0 of PostgreSQL.  Years begin in March here, so that the leap day is a year's last. */
void copy_date(struct copy *copy, struct text iso)
{
    const int64_t epoch = 730425; /* 2000-01-01 counted from 0000-03-01 */
    if (iso.len != ISO_DAY_LENGTH) {
        if (iso.len) copy->failure = copy->failure ? copy->failure : EINVAL;
        copy_null(copy);
        return;
    }
    int64_t month = digits(iso, 5, 2), year = digits(iso, 0, 4) - (month <= 2);
    int64_t months = month <= 2 ? month + 9 : month - 3;
    int64_t day = year * 365 + year / 4 - year / 100 + year / 400 + (153 * months + 2) / 5 + digits(iso, 8, 2) - 1;
    copy_int32(copy, (int32_t)(day - epoch));
}

size_t copy_character(struct text text, bool *ret_good)
{
    ucs4_t c;
    int n = u8_mbtoucr(&c, (const uint8_t *)text.ptr, text.len);
    *ret_good = n > 0 && c != 0;
    return n > 0 ? (size_t)n : 1;
}

static void add_repaired(struct copy *copy, struct text text)
{
    size_t size = 0;
    bool good;
    for (size_t i = 0, n; i < text.len; i += n, size += good ? n : REPLACEMENT_SIZE)
        n = copy_character(text_from(text, i), &good);
    add_int(copy, size, LENGTH_SIZE);
    for (size_t i = 0, n; i < text.len; i += n) {
        n = copy_character(text_from(text, i), &good);
        add(copy, good ? text.ptr + i : replacement, good ? n : REPLACEMENT_SIZE);
    }
}

/* True for ASCII without NUL, as most texts of a fact are. */
static bool is_plain(struct text text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] == 0 || (unsigned char)text.ptr[i] >= 0x80) return false;
    return true;
}

void copy_text(struct copy *copy, struct text text)
{
    const uint8_t *bytes = (const uint8_t *)text.ptr;
    if (is_plain(text) || (!memchr(bytes, 0, text.len) && !u8_check(bytes, text.len)))
        add_field(copy, text.ptr, text.len);
    else
        add_repaired(copy, text);
}

void copy_text_or_null(struct copy *copy, struct text text)
{
    if (text.len)
        copy_text(copy, text);
    else
        copy_null(copy);
}

void copy_bytes(struct copy *copy, struct text bytes)
{
    add_field(copy, bytes.ptr, bytes.len);
}

void copy_decimal(struct copy *copy, struct decimal n)
{
    unsigned char buffer[DECIMAL_BINARY_SIZE];
    unsigned size = decimal_binary(n, buffer);
    add_field(copy, buffer, size);
}

/* ---- bytes out ---- */

int copy_check(const struct copy *copy, struct error *err)
{
    if (!copy->failure) return 0;
    if (copy->failure == ENOMEM) return error_memory(err);
    (void)error_set(err, EXIT_INTERNAL, "could not keep rows in a temporary file: %s", strerror(copy->failure));
    return error_hint(err, "TMPDIR names the folder for temporary files (default: /tmp).");
}

static int drain_file(struct copy *copy, int (*put)(void *, const void *, size_t, struct error *), void *context,
                      struct error *err)
{
    int rc = -1;
    unsigned char *chunk = malloc(CHUNK);
    if (!chunk) return error_memory(err);
    for (uint64_t at = 0; at < copy->spilled;) {
        uint64_t left = copy->spilled - at;
        ssize_t n = pread(copy->fd, chunk, left < CHUNK ? (size_t)left : CHUNK, (off_t)at);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            (void)error_set(err, EXIT_INTERNAL, "could not read a temporary file: %s",
                            n ? strerror(errno) : "it ends early");
            goto out;
        }
        if (put(context, chunk, (size_t)n, err)) goto out;
        at += (uint64_t)n;
    }
    rc = 0;
out:
    free(chunk);
    return rc;
}

int copy_drain(struct copy *copy, int (*put)(void *context, const void *data, size_t size, struct error *err),
               void *context, struct error *err)
{
    if (copy_check(copy, err) || put(context, header, sizeof header, err)) return -1;
    if (copy->spilled && drain_file(copy, put, context, err)) return -1;
    for (size_t at = 0; at < copy->used;) {
        size_t part = copy->used - at < CHUNK ? copy->used - at : CHUNK;
        if (put(context, copy->memory + at, part, err)) return -1;
        at += part;
    }
    return put(context, trailer, sizeof trailer, err);
}

struct sending {
    struct database *db;
    const char *doing;
};

static int put_to_server(void *context, const void *data, size_t size, struct error *err)
{
    const struct sending *to = context;
    if (PQputCopyData(to->db->connection, data, (int)size) == 1) return 0;
    return database_error(to->db, NULL, to->doing, err);
}

/* Reads every result there is, so that the connection is ready again; the first failure counts. */
static int finish(struct database *db, const char *doing, struct error *err)
{
    bool ended = false;
    int rc = 0;
    for (PGresult *result; (result = database_next_result(db->connection)); PQclear(result)) {
        ended = PQresultStatus(result) == PGRES_COMMAND_OK;
        if (rc == 0 && !ended) rc = database_error(db, result, doing, err);
        if (PQstatus(db->connection) == CONNECTION_BAD) {
            PQclear(result);
            break;
        }
    }
    if (rc == 0 && (!ended || PQstatus(db->connection) == CONNECTION_BAD)) rc = database_error(db, NULL, doing, err);
    return rc;
}

static int send_rows(struct copy *copy, struct database *db, const char *sql, const char *doing, struct error *err)
{
    struct sending to = {db, doing};
    struct error later;
    PGresult *result = database_begin_copy(db, sql);
    bool ready = PQresultStatus(result) == PGRES_COPY_IN;
    if (!ready) (void)database_error(db, result, doing, err);
    PQclear(result);
    if (!ready) return -1;
    crash_point(copy_begun);
    int rc = copy_drain(copy, put_to_server, &to, err);
    if (rc == 0) crash_point(copy_sent);
    if (PQputCopyEnd(db->connection, rc ? "the client gave up" : NULL) != 1 && rc == 0)
        rc = database_error(db, NULL, doing, err);
    if (rc == 0) return finish(db, doing, err);
    /* Where the server itself broke off, its reason says more than ours. */
    if (finish(db, doing, &later) && later.class == EXIT_DATABASE && err->class == EXIT_DATABASE) *err = later;
    return -1;
}

int copy_send(struct copy *copy, struct database *db, const char *sql, const char *doing, struct error *err)
{
    if (!db->connection) return database_error(db, NULL, doing, err);
    database_take_turn(db);
    int rc = send_rows(copy, db, sql, doing, err);
    database_end_turn(db);
    return rc;
}

void copy_empty(struct copy *copy)
{
    if (copy->fd >= 0) close(copy->fd);
    *copy = (struct copy){.memory = copy->memory, .size = copy->size, .limit = copy->limit, .fd = -1};
}
