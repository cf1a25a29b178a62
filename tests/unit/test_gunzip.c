/* etl/fetch/gunzip, with the library that the build chose; built a second time with ISA-L. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "etl/fetch/gunzip.h"

#define MANY ((size_t)300 * 1000) /* bytes, several of every buffer */

struct bytes {
    unsigned char *at;
    size_t size;
};

static struct bytes make(size_t size)
{
    struct bytes made = {calloc(1, size + 1), size};
    assert_non_null(made.at);
    return made;
}

/* One member; LEVEL 0 stores, and a STRATEGY of Z_FIXED has no tables. */
static struct bytes member(struct bytes plain, int level, int strategy, gz_header *header)
{
    z_stream z = {.next_in = plain.at, .avail_in = (uInt)plain.size};
    assert_int_equal(deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 9, strategy), Z_OK);
    struct bytes gz = make(deflateBound(&z, plain.size) + 200);
    if (header) assert_int_equal(deflateSetHeader(&z, header), Z_OK);
    z.next_out = gz.at;
    z.avail_out = (uInt)gz.size;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    gz.size = z.total_out;
    deflateEnd(&z);
    return gz;
}

/* Texts as exports have them: repetitive, with figures that differ. */
static struct bytes rows(size_t size)
{
    struct bytes made = make(size);
    unsigned n = 12345;
    for (size_t i = 0; i < size; i++) {
        n = n * 1103515245u + 12345u;
        made.at[i] = i % 23 == 22 ? '\n'
                     : i % 7 < 4  ? (unsigned char)"abcd"[i % 7]
                                  : (unsigned char)('0' + (n >> 16) % 10);
    }
    return made;
}

static struct bytes join(struct bytes a, struct bytes b)
{
    struct bytes both = make(a.size + b.size);
    memcpy(both.at, a.at, a.size);
    if (b.size) memcpy(both.at + a.size, b.at, b.size);
    return both;
}

/* What comes of GZ, fed FED bytes at a time and read PIECE at a time: 0, or -1 with ERR; at most MOST bytes. */
static int unpack(struct bytes gz, size_t fed, size_t piece, size_t most, struct bytes *ret, struct error *err)
{
    struct gunzip *g;
    size_t at = 0;
    ssize_t n = 0;
    assert_int_equal(gunzip_create(&g, err), 0);
    *ret = make(most + piece);
    ret->size = 0;
    do {
        size_t some = gz.size - at < fed ? gz.size - at : fed;
        gunzip_feed(g, gz.at + at, some);
        at += some;
        if (at == gz.size) gunzip_last(g);
        while (ret->size <= most && (n = gunzip_read(g, ret->at + ret->size, piece, err)) > 0)
            ret->size += (size_t)n;
    } while (n == 0 && at < gz.size);
    if (n == 0) n = gunzip_end(g, err);
    gunzip_free(g);
    return (int)n;
}

static void assert_unpacks(struct bytes gz, struct bytes plain)
{
    static const size_t sizes[][2] = {{1, 1}, {7, 100}, {65536, 13}, {100, 65536}, {1 << 20, 1 << 20}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct error err = {0};
        struct bytes got;
        int rc = unpack(gz, sizes[i][0], sizes[i][1], plain.size, &got, &err);
        if (rc) print_error("%s; %s\n", err.message, err.detail);
        assert_int_equal(rc, 0);
        assert_int_equal(got.size, plain.size);
        assert_memory_equal(got.at, plain.at, plain.size);
        free(got.at);
    }
}

static void assert_refused(struct bytes gz, const char *wanted)
{
    static const size_t fed[] = {1, 5, 1 << 20};
    for (size_t i = 0; i < sizeof fed / sizeof *fed; i++) {
        struct error err = {0};
        struct bytes got;
        assert_int_equal(unpack(gz, fed[i], 100, MANY, &got, &err), -1);
        assert_int_equal(err.class, EXIT_REFUSED);
        if (!strstr(err.message, wanted)) print_error("%s\n", err.message);
        assert_non_null(strstr(err.message, wanted));
        free(got.at);
    }
}

static void every_kind_of_block_is_read_whatever_the_pieces(void **state)
{
    (void)state;
    struct bytes plain = rows(MANY);
    for (int level = 0; level <= 9; level += 3)
        for (int strategy = Z_DEFAULT_STRATEGY; strategy <= Z_FIXED; strategy++) {
            struct bytes gz = member(plain, level, strategy, NULL);
            assert_unpacks(gz, plain);
            free(gz.at);
        }
    free(plain.at);
}

static void what_compresses_a_thousandfold_is_read_to_its_end(void **state)
{
    (void)state;
    struct bytes zeros = make(MANY), gz = member(zeros, 9, Z_DEFAULT_STRATEGY, NULL);
    assert_true(gz.size < 1000);
    assert_unpacks(gz, zeros);
    free(zeros.at);
    free(gz.at);
}

static void a_header_may_have_a_name_a_comment_and_more(void **state)
{
    (void)state;
    gz_header header = {.text = 1,
                        .time = 1,
                        .os = 3,
                        .extra = (Bytef *)(char[]){"AB\2\0xy"},
                        .extra_len = 6,
                        .name = (Bytef *)(char[]){"export.csv"},
                        .comment = (Bytef *)(char[]){"nightly"}};
    struct bytes plain = rows(1000), gz = member(plain, 6, Z_DEFAULT_STRATEGY, &header);
    assert_unpacks(gz, plain);
    free(plain.at);
    free(gz.at);
}

static void a_checksum_of_the_header_is_read_or_refused_whatever_the_pieces(void **state)
{
    (void)state;
    gz_header header = {.hcrc = 1, .name = (Bytef *)(char[]){"export.csv"}};
    struct error err = {0};
    struct bytes plain = rows(1000), gz = member(plain, 6, Z_DEFAULT_STRATEGY, &header), got;
    if (unpack(gz, gz.size, MANY, plain.size, &got, &err) == 0)
        assert_unpacks(gz, plain);
    else
        assert_refused(gz, "damaged");
    free(got.at);
    free(plain.at);
    free(gz.at);
}

static void members_in_a_row_are_one_text(void **state)
{
    (void)state;
    struct bytes a = rows(70 * 1000), none = {a.at, 0}, b = rows(10), plain = join(a, b);
    struct bytes ga = member(a, 6, Z_DEFAULT_STRATEGY, NULL), g0 = member(none, 6, Z_DEFAULT_STRATEGY, NULL);
    struct bytes gb = member(b, 6, Z_DEFAULT_STRATEGY, NULL), some = join(ga, g0), all = join(some, gb);
    assert_unpacks(all, plain);
    struct bytes *made[] = {&a, &b, &plain, &ga, &g0, &gb, &some, &all};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        free(made[i]->at);
}

static void a_member_cut_anywhere_is_refused(void **state)
{
    (void)state;
    struct bytes plain = rows(500), gz = member(plain, 6, Z_DEFAULT_STRATEGY, NULL), two = join(gz, gz);
    for (size_t size = 2; size < two.size; size++)
        if (size != gz.size)
            assert_refused((struct bytes){two.at, size},
                           size == gz.size + 1 ? "followed by other bytes" : "the gzip data is cut");
    free(plain.at);
    free(gz.at);
    free(two.at);
}

static void a_wrong_bit_is_refused_or_changes_nothing(void **state)
{
    (void)state;
    struct bytes plain = rows(500), gz = member(plain, 6, Z_DEFAULT_STRATEGY, NULL);
    for (size_t bit = 16; bit < gz.size * 8; bit++) {
        struct error err = {0};
        struct bytes got;
        gz.at[bit / 8] ^= (unsigned char)(1u << bit % 8);
        if (unpack(gz, 64, 64, MANY, &got, &err) == 0) { /* of the header, or of what no byte of the text needs */
            assert_int_equal(got.size, plain.size);
            assert_memory_equal(got.at, plain.at, plain.size);
        } else {
            assert_int_equal(err.class, EXIT_REFUSED);
            if (strstr(err.message, "damaged")) assert_true(strlen(err.detail) > sizeof "zlib: ");
        }
        free(got.at);
        gz.at[bit / 8] ^= (unsigned char)(1u << bit % 8);
    }
    free(plain.at);
    free(gz.at);
}

static void other_bytes_behind_a_member_are_refused(void **state)
{
    (void)state;
    static const char *const others[] = {"\n", "\x1f", "ab", "\x1f\x8c", "some bytes more than a header has"};
    struct bytes plain = rows(500), gz = member(plain, 6, Z_DEFAULT_STRATEGY, NULL);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct bytes other = {(unsigned char *)(uintptr_t)others[i], strlen(others[i])}, both = join(gz, other);
        assert_refused(both, "the gzip data is followed by other bytes");
        free(both.at);
    }
    struct bytes zeros = make(16), padded = join(gz, zeros);
    assert_refused(padded, "the gzip data is followed by other bytes");
    free(zeros.at);
    free(padded.at);
    free(plain.at);
    free(gz.at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_block_is_read_whatever_the_pieces),
        cmocka_unit_test(what_compresses_a_thousandfold_is_read_to_its_end),
        cmocka_unit_test(a_header_may_have_a_name_a_comment_and_more),
        cmocka_unit_test(a_checksum_of_the_header_is_read_or_refused_whatever_the_pieces),
        cmocka_unit_test(members_in_a_row_are_one_text),
        cmocka_unit_test(a_member_cut_anywhere_is_refused),
        cmocka_unit_test(a_wrong_bit_is_refused_or_changes_nothing),
        cmocka_unit_test(other_bytes_behind_a_member_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
