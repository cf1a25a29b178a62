/* The archive with what it is made of: gunzip, body, hash.  Each test has a folder of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include "etl/archive/archive.h"
#include "etl/archive/raw_cursor.h"
#include "etl/base/hash.h"
#include "etl/base/limits.h"

#define SHA_ABC   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" /* FIPS 180-2, B.1 */
#define SHA_EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

struct fixture {
    char folder[64], path[80];
    struct archive *archive;
    struct error err;
};

struct bytes {
    unsigned char *ptr;
    size_t len;
};

static const struct body_rules no_rules;

/* ---- tools ---- */

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    if (!f) return -1;
    snprintf(f->folder, sizeof f->folder, "/tmp/test-archive-XXXXXX");
    if (!mkdtemp(f->folder)) return -1;
    snprintf(f->path, sizeof f->path, "%s/archive", f->folder);
    *state = f;
    return archive_open(f->path, &f->archive, &f->err);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)st, (void)type, (void)where;
    return remove(path);
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    archive_close(f->archive);
    int rc = nftw(f->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(f);
    return rc;
}

static struct bytes gzip(const void *data, size_t size)
{
    z_stream z = {0};
    struct bytes out = {malloc(size + size / 100 + 200), size + size / 100 + 200};
    assert_non_null(out.ptr);
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (unsigned char *)(uintptr_t)data;
    z.avail_in = (uInt)size;
    z.next_out = out.ptr;
    z.avail_out = (uInt)out.len;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    out.len -= z.avail_out;
    deflateEnd(&z);
    return out;
}

/* Receives DATA in pieces of STEP bytes. */
static int put(struct fixture *f, const struct body_rules *limits, const void *data, size_t size, size_t step,
               struct archive_stored *ret_stored)
{
    struct archive_writer *w;
    assert_int_equal(archive_writer_create(f->archive, limits, &w, &f->err), 0);
    for (size_t at = 0; at < size; at += step)
        if (archive_writer_append(w, (const char *)data + at, size - at < step ? size - at : step, &f->err)) {
            archive_writer_abort(w);
            return -1;
        }
    return archive_writer_finish(w, ret_stored, &f->err);
}

/* Reads an object; the length, or -1. */
static ssize_t get(struct fixture *f, const char *sha256, char *into, size_t size)
{
    struct reader reader;
    ssize_t n, total = 0;
    if (archive_read_open(f->archive, sha256, &reader, &f->err)) return -1;
    while ((n = reader.read(reader.context, into + total, size - (size_t)total, &f->err)) > 0)
        total += n;
    archive_read_close(&reader);
    return n < 0 ? -1 : total;
}

static void object_path(const struct fixture *f, const char *sha256, char path[static 256])
{
    snprintf(path, 256, "%s/objects/%.2s/%s.gz", f->path, sha256, sha256);
}

static struct bytes file_bytes(const char *path)
{
    struct stat st;
    int fd = open(path, O_RDONLY);
    assert_true(fd >= 0 && fstat(fd, &st) == 0);
    struct bytes b = {malloc((size_t)st.st_size + 1), (size_t)st.st_size};
    assert_non_null(b.ptr);
    assert_int_equal(read(fd, b.ptr, b.len), (ssize_t)b.len);
    close(fd);
    b.ptr[b.len] = '\0';
    return b;
}

static void write_file(const char *path, const void *data, size_t size, int flags)
{
    int fd = open(path, O_WRONLY | O_CREAT | flags, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, data, size), (ssize_t)size);
    close(fd);
}

static unsigned entries(const struct fixture *f, const char *sub)
{
    char path[256];
    unsigned n = 0;
    snprintf(path, sizeof path, "%s/%s", f->path, sub);
    DIR *folder = opendir(path);
    assert_non_null(folder);
    for (struct dirent *e; (e = readdir(folder));)
        n += e->d_name[0] != '.';
    closedir(folder);
    return n;
}

static void assert_refused(const struct fixture *f, const char *part)
{
    assert_int_equal(f->err.class, EXIT_REFUSED);
    if (!strstr(f->err.message, part)) fail_msg("\"%s\" does not say \"%s\"", f->err.message, part);
    assert_int_equal(entries(f, "tmp"), 0);
}

/* Bytes that do not compress well, the same each time. */
static void fill_noise(unsigned char *into, size_t size)
{
    uint32_t x = 1;
    for (size_t i = 0; i < size; i++) {
        x = x * 1664525u + 1013904223u;
        into[i] = (unsigned char)(x >> 24);
    }
    into[0] = 'a';
}

/* ---- hash ---- */

static void the_hash_of_known_texts_is_the_published_one(void **state)
{
    (void)state;
    struct error err;
    char hex[HASH_SIZE];
    assert_int_equal(hash_bytes("abc", 3, hex, &err), 0);
    assert_string_equal(hex, SHA_ABC);
    assert_int_equal(hash_bytes("", 0, hex, &err), 0);
    assert_string_equal(hex, SHA_EMPTY);
    struct hash h = {0};
    assert_int_equal(hash_begin(&h, &err) | hash_add(&h, "a", 1, &err) | hash_add(&h, "bc", 2, &err), 0);
    assert_int_equal(hash_end(&h, hex, &err), 0);
    hash_free(&h);
    assert_string_equal(hex, SHA_ABC);
}

static void only_64_lower_case_hex_digits_are_a_name(void **state)
{
    (void)state;
    assert_true(hash_is_hex(SHA_ABC));
    assert_false(hash_is_hex("../../../../../../../../../../../../../../../../../../../etc/passwd"));
    assert_false(hash_is_hex("BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    assert_false(hash_is_hex(""));
}

/* ---- bodies ---- */

static void a_plain_body_is_kept_as_gzip_under_the_hash_of_its_bytes(void **state)
{
    struct fixture *f = *state;
    struct archive_stored s;
    char path[256], text[16];
    assert_int_equal(put(f, &no_rules, "abc", 3, 3, &s), 0);
    assert_string_equal(s.body.sha256, SHA_ABC);
    assert_true(s.created);
    assert_int_equal(s.body.plain, 3);
    assert_int_equal(s.body.layers, 0);
    object_path(f, SHA_ABC, path);
    struct bytes file = file_bytes(path);
    assert_int_equal(file.len, s.stored);
    assert_memory_equal(file.ptr, "\x1f\x8b\x08\0\0\0\0\0", 8); /* no name, no time */
    free(file.ptr);
    assert_int_equal(get(f, SHA_ABC, text, sizeof text), 3);
    assert_memory_equal(text, "abc", 3);
    assert_int_equal(entries(f, "tmp"), 0);
}

static void a_gzip_body_is_kept_exactly_as_received_whatever_the_pieces(void **state)
{
    struct fixture *f = *state;
    static unsigned char plain[200000];
    static char back[200001];
    char path[256];
    fill_noise(plain, sizeof plain);
    for (size_t step = 1; step < 300000; step = step * 7 + 1) {
        plain[1] = (unsigned char)step; /* another object each time */
        struct bytes gz = gzip(plain, sizeof plain);
        struct archive_stored s;
        assert_int_equal(put(f, &no_rules, gz.ptr, gz.len, step, &s), 0);
        assert_int_equal(s.body.layers, 1);
        assert_int_equal(s.body.received, gz.len);
        assert_int_equal(s.body.plain, sizeof plain);
        object_path(f, s.body.sha256, path);
        struct bytes file = file_bytes(path);
        assert_int_equal(file.len, gz.len);
        assert_memory_equal(file.ptr, gz.ptr, gz.len);
        assert_int_equal(get(f, s.body.sha256, back, sizeof back), sizeof plain);
        assert_memory_equal(back, plain, sizeof plain);
        free(file.ptr);
        free(gz.ptr);
    }
}

static void the_same_bytes_again_are_one_object_plain_or_gzip(void **state)
{
    struct fixture *f = *state;
    struct archive_stored first, second;
    struct bytes gz = gzip("abc", 3);
    assert_int_equal(put(f, &no_rules, "abc", 3, 1, &first), 0);
    assert_int_equal(put(f, &no_rules, gz.ptr, gz.len, gz.len, &second), 0);
    assert_true(first.created);
    assert_false(second.created);
    assert_string_equal(first.body.sha256, second.body.sha256);
    assert_int_equal(first.stored, second.stored);
    assert_int_equal(entries(f, "objects"), 1);
    free(gz.ptr);
}

static void gzip_around_gzip_is_taken_off_and_a_third_layer_refused(void **state)
{
    struct fixture *f = *state;
    struct archive_stored s;
    char back[16];
    struct bytes one = gzip("abc", 3), two = gzip(one.ptr, one.len), three = gzip(two.ptr, two.len);
    assert_int_equal(put(f, &no_rules, two.ptr, two.len, 1, &s), 0);
    assert_string_equal(s.body.sha256, SHA_ABC);
    assert_int_equal(s.body.layers, 2);
    assert_int_equal(get(f, SHA_ABC, back, sizeof back), 3);
    assert_int_equal(put(f, &no_rules, two.ptr, two.len, 1, &s), 0);
    assert_false(s.created);
    assert_int_equal(put(f, &no_rules, three.ptr, three.len, 5, &s), -1);
    assert_refused(f, "more than 2 layers");
    free(one.ptr), free(two.ptr), free(three.ptr);
}

static void members_in_a_row_are_one_body(void **state)
{
    struct fixture *f = *state;
    struct archive_stored s;
    unsigned char both[200];
    struct bytes a = gzip("ab", 2), c = gzip("c", 1);
    memcpy(both, a.ptr, a.len);
    memcpy(both + a.len, c.ptr, c.len);
    assert_int_equal(put(f, &no_rules, both, a.len + c.len, 3, &s), 0);
    assert_string_equal(s.body.sha256, SHA_ABC);
    assert_int_equal(s.body.plain, 3);
    free(a.ptr), free(c.ptr);
}

static void a_gzip_body_cut_anywhere_is_refused(void **state)
{
    struct fixture *f = *state;
    struct archive_stored s;
    struct bytes gz = gzip("abcabcabcabc", 12);
    for (size_t len = 2; len < gz.len; len++) {
        assert_int_equal(put(f, &no_rules, gz.ptr, len, 7, &s), -1);
        assert_refused(f, "the gzip data is cut");
    }
    assert_int_equal(entries(f, "objects"), 0);
    free(gz.ptr);
}

static void a_gzip_body_with_a_wrong_bit_anywhere_is_refused(void **state)
{
    struct fixture *f = *state;
    struct archive_stored s;
    char text[64] = "Utfall;85,5;Utfall;86,5;Utfall;87,5";
    char right[HASH_SIZE];
    assert_int_equal(hash_bytes(text, strlen(text), right, &f->err), 0);
    struct bytes gz = gzip(text, strlen(text));
    for (size_t i = 10; i < gz.len; i++) {
        gz.ptr[i] ^= 4;
        assert_int_equal(put(f, &no_rules, gz.ptr, gz.len, 1000, &s), -1);
        assert_refused(f, "the gzip data is");
        gz.ptr[i] ^= 4;
    }
    assert_int_equal(put(f, &no_rules, gz.ptr, gz.len, 1000, &s), 0);
    assert_string_equal(s.body.sha256, right);
    free(gz.ptr);
}

static void bytes_behind_the_gzip_data_are_refused(void **state)
{
    struct fixture *f = *state;
    struct archive_stored s;
    unsigned char more[200];
    struct bytes gz = gzip("abc", 3);
    memcpy(more, gz.ptr, gz.len);
    memcpy(more + gz.len, "\n<!-- -->", 9);
    for (size_t extra = 1; extra <= 9; extra++) {
        assert_int_equal(put(f, &no_rules, more, gz.len + extra, 4, &s), -1);
        assert_refused(f, "the gzip data is followed by other bytes");
    }
    free(gz.ptr);
}

static void an_empty_body_is_refused_plain_or_gzip(void **state)
{
    struct fixture *f = *state;
    struct archive_stored s;
    struct bytes gz = gzip("", 0);
    assert_int_equal(put(f, &no_rules, "", 0, 1, &s), -1);
    assert_refused(f, "it is empty");
    assert_int_equal(put(f, &no_rules, gz.ptr, gz.len, 1, &s), -1);
    assert_refused(f, "it is empty");
    assert_int_equal(put(f, &no_rules, "\x1f", 1, 1, &s), 0); /* one byte, of gzip's two: not empty, not gzip */
    assert_int_equal(s.body.layers, 0);
    free(gz.ptr);
}

static void a_body_announced_as_gzip_that_is_not_is_refused(void **state)
{
    struct fixture *f = *state;
    struct archive_stored s;
    struct body_rules announced = {.declared_layers = 1};
    assert_int_equal(put(f, &announced, "abc", 3, 3, &s), -1);
    assert_refused(f, "the body is not gzip");
}

static void more_received_bytes_than_allowed_are_refused(void **state)
{
    struct fixture *f = *state;
    struct archive_stored s;
    struct body_rules limits = {.max_bytes = 10};
    assert_int_equal(put(f, &limits, "0123456789", 10, 3, &s), 0);
    assert_int_equal(put(f, &limits, "0123456789x", 11, 3, &s), -1);
    assert_refused(f, "more than 10 bytes arrived (max_bytes)");
}

static void a_bomb_is_refused_before_it_is_unpacked(void **state)
{
    struct fixture *f = *state;
    struct archive_stored s;
    size_t size = 8u << 20;
    void *zeros = calloc(1, size);
    assert_non_null(zeros);
    struct bytes gz = gzip(zeros, size), twice = gzip(gz.ptr, gz.len);
    assert_int_equal(put(f, &(struct body_rules){.max_ratio = 200}, gz.ptr, gz.len, 512, &s), -1);
    assert_refused(f, "more than 200 times when decompressed (max_ratio)");
    assert_int_equal(put(f, &(struct body_rules){.max_ratio = 200}, twice.ptr, twice.len, 512, &s), -1);
    assert_refused(f, "(max_ratio)");
    assert_int_equal(put(f, &(struct body_rules){.max_plain_bytes = 1000000}, gz.ptr, gz.len, 512, &s), -1);
    assert_refused(f, "more than 1000000 bytes when decompressed (max_plain_bytes)");
    assert_int_equal(put(f, &(struct body_rules){.max_ratio = 2000}, gz.ptr, gz.len, 512, &s), 0);
    assert_int_equal(s.body.plain, size);
    free(zeros), free(gz.ptr), free(twice.ptr);
}

static void a_bomb_between_two_layers_is_seen_too(void **state)
{
    struct fixture *f = *state;
    struct archive_stored s;
    struct bytes empty = gzip("", 0), one = gzip("abc", 3);
    size_t count = 200000, size = count * empty.len;
    unsigned char *members = malloc(size + one.len); /* many empty members: 4 MB that unpack to three bytes */
    assert_non_null(members);
    for (size_t i = 0; i < count; i++)
        memcpy(members + i * empty.len, empty.ptr, empty.len);
    memcpy(members + size, one.ptr, one.len);
    struct bytes outer = gzip(members, size + one.len);
    assert_int_equal(put(f, &(struct body_rules){.max_ratio = 100}, outer.ptr, outer.len, 512, &s), -1);
    assert_refused(f, "(max_ratio)");
    free(empty.ptr), free(one.ptr), free(outer.ptr), free(members);
}

static void small_bodies_may_grow_as_they_like(void **state)
{
    struct fixture *f = *state;
    struct archive_stored s;
    static char zeros[500000];
    zeros[0] = 'a';
    struct bytes gz = gzip(zeros, sizeof zeros);
    assert_int_equal(put(f, &(struct body_rules){.max_ratio = 10}, gz.ptr, gz.len, 512, &s), 0);
    free(gz.ptr);
}

/* ---- reading ---- */

static void a_range_is_read_from_the_middle_and_not_beyond_the_end(void **state)
{
    struct fixture *f = *state;
    struct archive_stored s;
    struct arena arena = {0};
    struct text t;
    static unsigned char plain[300000];
    fill_noise(plain, sizeof plain);
    assert_int_equal(put(f, &no_rules, plain, sizeof plain, 1000, &s), 0);
    struct raw_cursor cursor = {.archive = f->archive, .sha256 = s.body.sha256};
    assert_int_equal(raw_cursor_read(&cursor, 123456, 70000, &arena, &t, &f->err), 0);
    assert_int_equal(t.len, 70000);
    assert_memory_equal(t.ptr, plain + 123456, 70000);
    assert_int_equal(raw_cursor_read(&cursor, 5, 10, &arena, &t, &f->err), 0); /* back: read from the start again */
    assert_memory_equal(t.ptr, plain + 5, 10);
    assert_int_equal(raw_cursor_read(&cursor, sizeof plain - 1, 2, &arena, &t, &f->err), 0);
    assert_int_equal(t.len, 1);
    assert_int_equal(raw_cursor_read(&cursor, sizeof plain + 1, 2, &arena, &t, &f->err), -1);
    raw_cursor_close(&cursor);
    arena_free(&arena);
}

struct memory {
    const unsigned char *bytes;
    size_t size, at, step;
};

static ssize_t read_memory(void *context, void *buffer, size_t size, struct error *err)
{
    struct memory *m = context;
    size_t n = m->size - m->at < m->step ? m->size - m->at : m->step;
    (void)err;
    if (n > size) n = size;
    memcpy(buffer, m->bytes + m->at, n);
    m->at += n;
    return (ssize_t)n;
}

/* The watched reader's bytes differ from the archive's, so that it shows which of the two were taken. */
static void a_range_among_the_bytes_read_last_is_taken_from_them_and_any_other_from_the_archive(void **state)
{
    struct fixture *f = *state;
    struct archive_stored s;
    struct arena arena = {0};
    struct text t;
    static unsigned char archived[LIMIT_RAW_WINDOW + 300000], watched[sizeof archived], buffer[70001];
    fill_noise(archived, sizeof archived);
    for (size_t i = 0; i < sizeof archived; i++)
        watched[i] = (unsigned char)(archived[i] ^ 0xff);
    assert_int_equal(put(f, &no_rules, archived, sizeof archived, 1000, &s), 0);
    struct memory memory = {watched, sizeof watched, 0, sizeof buffer};
    const struct reader plain = {read_memory, &memory};
    struct raw_cursor cursor = {.archive = f->archive, .sha256 = s.body.sha256};
    const struct reader reader = raw_cursor_watch(&cursor, &plain);
    size_t passed = 0;
    for (ssize_t n; (n = reader.read(reader.context, buffer, sizeof buffer, &f->err)) > 0;) {
        assert_memory_equal(buffer, watched + passed, (size_t)n);
        passed += (size_t)n;
        size_t first = passed > LIMIT_RAW_WINDOW ? passed - LIMIT_RAW_WINDOW : 0;
        assert_int_equal(raw_cursor_read(&cursor, first, passed - first, &arena, &t, &f->err), 0);
        assert_int_equal(t.len, passed - first);
        assert_memory_equal(t.ptr, watched + first, t.len);
        if (first) {
            assert_int_equal(raw_cursor_read(&cursor, first - 1, 2, &arena, &t, &f->err), 0);
            assert_memory_equal(t.ptr, archived + first - 1, 2);
        }
        arena_reset(&arena);
    }
    assert_int_equal(passed, sizeof watched);
    assert_int_equal(raw_cursor_read(&cursor, passed - 1, 2, &arena, &t, &f->err), 0);
    assert_int_equal(t.len, 1);
    assert_int_equal((unsigned char)*t.ptr, archived[passed - 1]);
    raw_cursor_close(&cursor);
    arena_free(&arena);
}

static void a_damaged_object_is_refused_before_its_end_is_seen(void **state)
{
    struct fixture *f = *state;
    struct archive_stored s;
    char path[256], text[64];
    assert_int_equal(put(f, &no_rules, "abc", 3, 3, &s), 0);
    object_path(f, SHA_ABC, path);
    struct bytes file = file_bytes(path);
    for (size_t i = 0; i < file.len; i++) { /* time, flags and system of the header do not reach the bytes */
        if (i >= 3 && i < 10) continue;
        file.ptr[i] ^= 1;
        write_file(path, file.ptr, file.len, O_TRUNC);
        assert_int_equal(get(f, SHA_ABC, text, sizeof text), -1);
        assert_refused(f, "archived bytes of " SHA_ABC " are damaged");
        file.ptr[i] ^= 1;
        write_file(path, file.ptr, i, O_TRUNC);
        assert_int_equal(get(f, SHA_ABC, text, sizeof text), -1);
        assert_refused(f, "are damaged");
    }
    free(file.ptr);
    struct bytes other = gzip("abd", 3); /* sound, but not what its name says */
    write_file(path, other.ptr, other.len, O_TRUNC);
    assert_int_equal(get(f, SHA_ABC, text, sizeof text), -1);
    assert_refused(f, "are damaged");
    assert_non_null(strstr(f->err.detail, "their SHA-256 is a52d"));
    free(other.ptr);
}

static void a_cut_object_is_not_had_and_is_replaced_by_the_next_fetch(void **state)
{
    struct fixture *f = *state;
    struct archive_stored s;
    char path[256], text[16];
    assert_int_equal(put(f, &no_rules, "abc", 3, 3, &s), 0);
    assert_int_equal(archive_has(f->archive, SHA_ABC, s.stored, &f->err), 1);
    object_path(f, SHA_ABC, path);
    assert_int_equal(truncate(path, (off_t)s.stored - 2), 0);
    assert_int_equal(archive_has(f->archive, SHA_ABC, s.stored, &f->err), 0);
    assert_int_equal(put(f, &no_rules, "abc", 3, 3, &s), 0);
    assert_true(s.created);
    assert_int_equal(get(f, SHA_ABC, text, sizeof text), 3);
    assert_int_equal(archive_has(f->archive, SHA_EMPTY, 0, &f->err), 0);
    assert_int_equal(archive_has(f->archive, "../x", 0, &f->err), 0);
}

static void an_object_that_cannot_be_looked_at_is_not_called_missing(void **state)
{
    struct fixture *f = *state;
    char path[256];
    object_path(f, SHA_ABC, path);
    *strrchr(path, '/') = '\0';
    assert_int_equal(symlink(path, path), 0); /* a folder that leads to itself */
    assert_int_equal(archive_has(f->archive, SHA_ABC, 0, &f->err), -1);
    assert_non_null(strstr(f->err.message, "look at an object"));
}

static void a_missing_object_is_named(void **state)
{
    struct fixture *f = *state;
    struct reader r;
    assert_int_equal(archive_read_open(f->archive, SHA_ABC, &r, &f->err), -1);
    assert_refused(f, "archived bytes of " SHA_ABC " are missing");
}

static void a_link_in_place_of_an_object_is_not_followed(void **state)
{
    struct fixture *f = *state;
    struct archive_stored s;
    char path[256], elsewhere[300];
    struct reader r;
    assert_int_equal(put(f, &no_rules, "abc", 3, 3, &s), 0);
    object_path(f, SHA_ABC, path);
    snprintf(elsewhere, sizeof elsewhere, "%s/elsewhere", f->folder);
    assert_int_equal(rename(path, elsewhere), 0);
    assert_int_equal(symlink(elsewhere, path), 0);
    assert_int_equal(archive_has(f->archive, SHA_ABC, 0, &f->err), 0);
    assert_int_equal(archive_read_open(f->archive, SHA_ABC, &r, &f->err), -1);
}

/* ---- opening ---- */

static void the_archive_and_its_files_are_private(void **state)
{
    struct fixture *f = *state;
    struct archive_stored s;
    struct stat st;
    char path[256];
    assert_int_equal(put(f, &no_rules, "abc", 3, 3, &s), 0);
    assert_int_equal(stat(f->path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    object_path(f, SHA_ABC, path);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0077, 0);
}

static void a_second_run_is_told_who_holds_the_lock(void **state)
{
    struct fixture *f = *state;
    struct archive *second;
    char expected[200];
    assert_int_equal(archive_open(f->path, &second, &f->err), -1);
    assert_int_equal(f->err.class, EXIT_LOCKED);
    snprintf(expected, sizeof expected, "archive \"%s\" is locked by another run, process %ld", f->path,
             (long)getpid());
    assert_string_equal(f->err.message, expected);
    assert_int_equal(archive_open_reading(f->path, &second, &f->err), 0);
    struct archive_writer *w;
    assert_int_equal(archive_writer_create(second, &no_rules, &w, &f->err), -1);
    archive_close(second);
    archive_close(f->archive);
    f->archive = NULL;
    assert_int_equal(archive_open(f->path, &f->archive, &f->err), 0);
}

static void a_run_that_was_killed_leaves_no_lock_and_no_temporary_file_behind(void **state)
{
    struct fixture *f = *state;
    int status;
    archive_close(f->archive);
    f->archive = NULL;
    pid_t child = fork();
    if (child == 0) {
        struct archive_writer *w;
        if (archive_open(f->path, &f->archive, &f->err)) _exit(1);
        if (archive_writer_create(f->archive, &no_rules, &w, &f->err)) _exit(2);
        if (archive_writer_append(w, "abc", 3, &f->err)) _exit(3);
        _exit(entries(f, "tmp") == 1 ? 9 : 4); /* as a kill would: nothing is cleaned up */
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 9);
    assert_int_equal(entries(f, "tmp"), 1);
    assert_int_equal(archive_open(f->path, &f->archive, &f->err), 0);
    assert_int_equal(entries(f, "tmp"), 0);
    assert_int_equal(entries(f, "objects"), 0);
}

static void a_folder_that_cannot_be_used_is_an_error_of_the_configuration(void **state)
{
    struct fixture *f = *state;
    struct archive *a;
    char path[256];
    snprintf(path, sizeof path, "%s/no/such", f->folder);
    assert_int_equal(archive_open(path, &a, &f->err), -1);
    assert_int_equal(f->err.class, EXIT_CONFIG);
    assert_int_equal(archive_open_reading(path, &a, &f->err), -1);
    snprintf(path, sizeof path, "%s/link", f->folder);
    assert_int_equal(symlink(f->path, path), 0);
    assert_int_equal(archive_open(path, &a, &f->err), -1);
    assert_int_equal(f->err.class, EXIT_CONFIG);
}

static void an_aborted_body_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    struct archive_writer *w;
    assert_int_equal(archive_writer_create(f->archive, &no_rules, &w, &f->err), 0);
    assert_int_equal(archive_writer_append(w, "abc", 3, &f->err), 0);
    assert_true(text_is(body_head(archive_writer_body(w)), "abc"));
    archive_writer_abort(w);
    archive_writer_abort(NULL);
    assert_int_equal(entries(f, "tmp"), 0);
    assert_int_equal(entries(f, "objects"), 0);
}

/* ---- the record of fetches ---- */

static const struct fetch_record sample = {
    .time = "2024-11-05T03:15:00Z",
    .url = "https://a.example/x.csv?år=2024",
    .effective_url = "https://b.example/x.csv",
    .status = 200,
    .etag = "W/\"5\\\"å\"",
    .last_modified = "Tue, 05 Nov 2024 02:00:00 GMT",
    .received = 5000000000,
    .plain = 7000000000,
    .stored = 5000000000,
    .sha256 = SHA_ABC,
    .proved = true,
    .outcome = "new",
};

static void log_path(const struct fixture *f, char path[static 256])
{
    snprintf(path, 256, "%s/fetches/kista.jsonl", f->path);
}

static void assert_sample(const struct fetch_record *r)
{
    assert_string_equal(r->time, sample.time);
    assert_string_equal(r->url, sample.url);
    assert_string_equal(r->effective_url, sample.effective_url);
    assert_int_equal(r->status, 200);
    assert_string_equal(r->etag, sample.etag);
    assert_string_equal(r->last_modified, sample.last_modified);
    assert_int_equal(r->received, sample.received);
    assert_int_equal(r->plain, sample.plain);
    assert_int_equal(r->stored, sample.stored);
    assert_string_equal(r->sha256, SHA_ABC);
    assert_true(r->proved);
    assert_string_equal(r->outcome, "new");
    assert_null(r->error);
}

static void a_source_never_fetched_has_no_last_fetch(void **state)
{
    struct fixture *f = *state;
    struct arena arena = {0};
    struct fetch_record r;
    bool found = true;
    assert_int_equal(archive_last_fetch(f->archive, "kista", &arena, &found, &r, &f->err), 0);
    assert_false(found);
    arena_free(&arena);
}

static void the_last_fetch_with_a_body_is_found_again_word_for_word(void **state)
{
    struct fixture *f = *state;
    struct arena arena = {0};
    struct fetch_record r, older = sample, failed = {.time = "t", .url = "u", .outcome = "failed", .error = "HTTP 503"};
    bool found = false;
    older.etag = "\"old\"";
    assert_int_equal(archive_record_fetch(f->archive, "kista", &older, &f->err), 0);
    assert_int_equal(archive_record_fetch(f->archive, "kista", &sample, &f->err), 0);
    assert_int_equal(archive_record_fetch(f->archive, "kista", &failed, &f->err), 0);
    assert_int_equal(archive_record_fetch(f->archive, "farsta", &older, &f->err), 0);
    assert_int_equal(archive_last_fetch(f->archive, "kista", &arena, &found, &r, &f->err), 0);
    assert_true(found);
    assert_sample(&r);
    arena_free(&arena);
}

static void a_line_cut_by_a_crash_is_passed_over_and_then_removed(void **state)
{
    struct fixture *f = *state;
    struct arena arena = {0};
    struct fetch_record r;
    char path[256];
    bool found = false;
    log_path(f, path);
    assert_int_equal(archive_record_fetch(f->archive, "kista", &sample, &f->err), 0);
    write_file(path, "{\"time\":\"2024-11-06T0", 21, O_APPEND);
    assert_int_equal(archive_last_fetch(f->archive, "kista", &arena, &found, &r, &f->err), 0);
    assert_true(found);
    assert_sample(&r);
    assert_int_equal(archive_record_fetch(f->archive, "kista", &sample, &f->err), 0);
    struct bytes log = file_bytes(path);
    char *half = memchr(log.ptr, '\n', log.len);
    assert_non_null(half);
    size_t line = (size_t)(half - (char *)log.ptr) + 1;
    assert_int_equal(log.len, 2 * line); /* two whole lines, nothing between */
    assert_memory_equal(log.ptr, log.ptr + line, line);
    free(log.ptr);
    arena_free(&arena);
}

static void a_damaged_line_is_refused_with_its_number(void **state)
{
    struct fixture *f = *state;
    struct arena arena = {0};
    struct fetch_record r;
    char path[256];
    bool found;
    log_path(f, path);
    assert_int_equal(archive_record_fetch(f->archive, "kista", &sample, &f->err), 0);
    write_file(path, "{\"sha256\":\"../../x\"}\n", 21, O_APPEND);
    assert_int_equal(archive_last_fetch(f->archive, "kista", &arena, &found, &r, &f->err), -1);
    assert_refused(f, "fetches/kista.jsonl:2: is not the record of a fetch");
    arena_free(&arena);
}

static void a_header_that_is_not_utf8_is_left_out_of_the_record(void **state)
{
    struct fixture *f = *state;
    struct arena arena = {0};
    struct fetch_record r, odd = sample;
    bool found = false;
    odd.etag = "\"\xe5\"";
    assert_int_equal(archive_record_fetch(f->archive, "kista", &odd, &f->err), 0);
    assert_int_equal(archive_last_fetch(f->archive, "kista", &arena, &found, &r, &f->err), 0);
    assert_null(r.etag);
    assert_string_equal(r.sha256, SHA_ABC);
    arena_free(&arena);
}

/* jansson's memory, of which one request, counted from 1, is refused. */
static long requests, refused_at;

static void *give(size_t size)
{
    return ++requests == refused_at ? NULL : malloc(size);
}

/* A record without its hash would leave the fetch before it as the last one, and its export would be loaded offline. */
static void a_record_that_lacks_memory_is_not_written_instead_of_without_a_part(void **state)
{
    struct fixture *f = *state;
    struct arena arena = {0};
    struct fetch_record r;
    bool found = false;
    json_set_alloc_funcs(give, free);
    requests = 0;
    assert_int_equal(archive_record_fetch(f->archive, "kista", &sample, &f->err), 0);
    assert_true(requests > 10);
    for (long n = 1, count = requests; n <= count; n++) {
        char source[32];
        snprintf(source, sizeof source, "kista-%ld", n);
        requests = 0;
        refused_at = n;
        int rc = archive_record_fetch(f->archive, source, &sample, &f->err);
        refused_at = 0;
        assert_int_equal(archive_last_fetch(f->archive, source, &arena, &found, &r, &f->err), 0);
        assert_int_equal(found, rc == 0);
        if (found) assert_sample(&r);
    }
    json_set_alloc_funcs(malloc, free);
    arena_free(&arena);
}

static void a_source_name_cannot_lead_out_of_the_folder(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(archive_record_fetch(f->archive, "../x", &sample, &f->err), -1);
    assert_int_equal(archive_record_fetch(f->archive, "", &sample, &f->err), -1);
    assert_int_equal(entries(f, "fetches"), 0);
}

#define WITH_ARCHIVE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hash_of_known_texts_is_the_published_one),
        cmocka_unit_test(only_64_lower_case_hex_digits_are_a_name),
        WITH_ARCHIVE(a_plain_body_is_kept_as_gzip_under_the_hash_of_its_bytes),
        WITH_ARCHIVE(a_gzip_body_is_kept_exactly_as_received_whatever_the_pieces),
        WITH_ARCHIVE(the_same_bytes_again_are_one_object_plain_or_gzip),
        WITH_ARCHIVE(gzip_around_gzip_is_taken_off_and_a_third_layer_refused),
        WITH_ARCHIVE(members_in_a_row_are_one_body),
        WITH_ARCHIVE(a_gzip_body_cut_anywhere_is_refused),
        WITH_ARCHIVE(a_gzip_body_with_a_wrong_bit_anywhere_is_refused),
        WITH_ARCHIVE(bytes_behind_the_gzip_data_are_refused),
        WITH_ARCHIVE(an_empty_body_is_refused_plain_or_gzip),
        WITH_ARCHIVE(a_body_announced_as_gzip_that_is_not_is_refused),
        WITH_ARCHIVE(more_received_bytes_than_allowed_are_refused),
        WITH_ARCHIVE(a_bomb_is_refused_before_it_is_unpacked),
        WITH_ARCHIVE(a_bomb_between_two_layers_is_seen_too),
        WITH_ARCHIVE(small_bodies_may_grow_as_they_like),
        WITH_ARCHIVE(a_range_is_read_from_the_middle_and_not_beyond_the_end),
        WITH_ARCHIVE(a_range_among_the_bytes_read_last_is_taken_from_them_and_any_other_from_the_archive),
        WITH_ARCHIVE(a_damaged_object_is_refused_before_its_end_is_seen),
        WITH_ARCHIVE(a_cut_object_is_not_had_and_is_replaced_by_the_next_fetch),
        WITH_ARCHIVE(an_object_that_cannot_be_looked_at_is_not_called_missing),
        WITH_ARCHIVE(a_missing_object_is_named),
        WITH_ARCHIVE(a_link_in_place_of_an_object_is_not_followed),
        WITH_ARCHIVE(the_archive_and_its_files_are_private),
        WITH_ARCHIVE(a_second_run_is_told_who_holds_the_lock),
        WITH_ARCHIVE(a_run_that_was_killed_leaves_no_lock_and_no_temporary_file_behind),
        WITH_ARCHIVE(a_folder_that_cannot_be_used_is_an_error_of_the_configuration),
        WITH_ARCHIVE(an_aborted_body_leaves_nothing),
        WITH_ARCHIVE(a_source_never_fetched_has_no_last_fetch),
        WITH_ARCHIVE(the_last_fetch_with_a_body_is_found_again_word_for_word),
        WITH_ARCHIVE(a_line_cut_by_a_crash_is_passed_over_and_then_removed),
        WITH_ARCHIVE(a_damaged_line_is_refused_with_its_number),
        WITH_ARCHIVE(a_header_that_is_not_utf8_is_left_out_of_the_record),
        WITH_ARCHIVE(a_record_that_lacks_memory_is_not_written_instead_of_without_a_part),
        WITH_ARCHIVE(a_source_name_cannot_lead_out_of_the_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
