/* Which lines differ between two exports. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "etl/base/limits.h"
#include "etl/line_difference.h"

#define TEXT_SIZE 400000

struct source {
    const char *text;
    size_t length, at, piece;
};

static ssize_t read_pieces(void *context, void *buffer, size_t size, struct error *err)
{
    struct source *s = context;
    size_t n = s->length - s->at;
    (void)err;
    if (n > size) n = size;
    if (n > s->piece) n = s->piece;
    memcpy(buffer, s->text + s->at, n);
    s->at += n;
    return (ssize_t)n;
}

static void compare(const char *old, const char *new, size_t piece, const struct line_difference_options *options,
                    struct line_difference *ret)
{
    struct source sources[] = {{old, strlen(old), 0, piece}, {new, strlen(new), 0, piece}};
    const struct reader readers[] = {{read_pieces, &sources[0]}, {read_pieces, &sources[1]}};
    struct error err;
    assert_int_equal(line_difference(&readers[0], &readers[1], options, ret, &err), 0);
}

/* Where each line of TEXT begins, and its end behind the last; the count of lines. */
static size_t split(const char *text, size_t *starts)
{
    size_t count = 0, length = strlen(text);
    for (size_t at = 0; at < length; count++) {
        const char *lf = strchr(text + at, '\n');
        starts[count] = at;
        at = lf ? (size_t)(lf - text) + 1 : length;
    }
    starts[count] = length;
    return count;
}

static void assert_line(const struct changed_lines *lines, const struct changed_line *line, const char *text,
                        const size_t *starts)
{
    size_t begin = starts[line->line - 1], length = starts[line->line] - begin;
    assert_int_equal(line->offset, begin);
    assert_int_equal(line->length, length);
    assert_memory_equal(lines->text + line->at, text + begin, length);
}

static const struct line_piece *piece_of(const struct line_difference *d, uint64_t line)
{
    const struct line_piece *found = NULL;
    for (size_t i = 0; i < d->piece_count && d->pieces[i].old_line <= line; i++)
        found = &d->pieces[i];
    return found;
}

/* Every old line is removed or kept, every new one is added or kept, each once, and what is kept is the same. */
static void assert_explains(const struct line_difference *d, const char *old, const char *new, uint64_t head)
{
    static size_t starts[2][TEXT_SIZE];
    static unsigned char from[2][TEXT_SIZE];
    size_t counts[] = {split(old, starts[0]), split(new, starts[1])};
    memset(from, 0, sizeof from);
    assert_int_equal(d->old_lines, counts[0]);
    assert_int_equal(d->new_lines, counts[1]);
    for (size_t i = 0; i < d->removed.count; i++) {
        assert_line(&d->removed, &d->removed.lines[i], old, starts[0]);
        assert_int_equal(d->removed.lines[i].context, i < head);
        if (i >= head) from[0][d->removed.lines[i].line - 1]++;
    }
    for (size_t i = 0; i < d->added.count; i++) {
        assert_line(&d->added, &d->added.lines[i], new, starts[1]);
        if (i >= head) from[1][d->added.lines[i].line - 1]++;
    }
    for (size_t i = 0; i < counts[0]; i++) {
        const struct line_piece *piece = piece_of(d, i + 1);
        assert_non_null(piece);
        if (!piece->kept) continue;
        size_t there = (size_t)((int64_t)i + piece->lines), length = starts[0][i + 1] - starts[0][i];
        from[0][i]++;
        from[1][there]++;
        assert_int_equal((int64_t)starts[0][i] + piece->bytes, starts[1][there]);
        assert_int_equal(starts[1][there + 1] - starts[1][there], length);
        assert_memory_equal(old + starts[0][i], new + starts[1][there], length);
    }
    for (int side = 0; side < 2; side++)
        for (size_t i = 0; i < counts[side]; i++)
            assert_int_equal(from[side][i], 1);
}

/* Adds to TEXT, of TEXT_SIZE bytes, at its end *LENGTH. */
static void append(char *text, size_t *length, const char *format, ...) PRINTF_LIKE(3, 4);
static void append(char *text, size_t *length, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text + *length, TEXT_SIZE - *length, format, args);
    va_end(args);
    assert_in_range(n, 0, TEXT_SIZE - *length - 1);
    *length += (size_t)n;
}

static const struct line_difference_options loose = {.max_lines = 1000000};

static void assert_sizes(const char *old, const char *new, size_t removed, size_t added)
{
    struct line_difference d;
    compare(old, new, 7, &loose, &d);
    assert_null(d.declined);
    assert_int_equal(d.removed.count, removed);
    assert_int_equal(d.added.count, added);
    assert_explains(&d, old, new, 0);
    line_difference_free(&d);
}

static void assert_declines(const char *old, const char *new, const struct line_difference_options *options,
                            const char *why)
{
    struct line_difference d;
    compare(old, new, 7, options, &d);
    assert_non_null(d.declined);
    if (!strstr(d.declined, why)) fail_msg("declined since %s, not since %s", d.declined, why);
    line_difference_free(&d);
}

static void changed_inserted_and_deleted_lines_are_all_that_differs(void **state)
{
    (void)state;
    assert_sizes("a\nb\nc\n", "a\nb\nc\n", 0, 0);
    assert_sizes("a\nb\nc\n", "a\nx\nc\n", 1, 1);
    assert_sizes("a\nb\nc\n", "a\nb\nx\ny\nc\n", 0, 2);
    assert_sizes("a\nb\nc\n", "a\nc\n", 1, 0);
    assert_sizes("a\nb\nc\n", "b\nc\n", 1, 0);
    assert_sizes("a\nb\nc\n", "", 3, 0);
    assert_sizes("", "a\nb\n", 0, 2);
    assert_sizes("a\nb\n", "c\nd\ne\n", 2, 3);
}

static void a_line_that_moved_is_removed_and_added(void **state)
{
    (void)state;
    assert_sizes("a\nb\nc\nd\n", "b\nc\nd\na\n", 1, 1);
}

static void equal_lines_are_told_apart_by_their_place(void **state)
{
    (void)state;
    assert_sizes("a\na\na\n", "a\na\n", 1, 0);
    assert_sizes("a\n\nb\n\nc\n", "a\n\nx\n\nb\n\nc\n", 0, 2);
}

static void a_last_line_without_its_end_is_another_line(void **state)
{
    (void)state;
    assert_sizes("a\nb", "a\nb\n", 1, 1);
    assert_sizes("a\nb", "a\nb", 0, 0);
    assert_sizes("a\nb", "a\nb\nc", 1, 2);
    assert_sizes("a\r\nb\r\n", "a\r\nc\r\n", 1, 1);
}

static void a_large_block_is_stepped_over_and_a_larger_one_declines(void **state)
{
    static char old[TEXT_SIZE], new[TEXT_SIZE];
    size_t o = 0, n = 0;
    (void)state;
    for (int i = 0; i < 10; i++)
        append(old, &o, "line %d\n", i);
    append(new, &n, "line 0\n");
    for (int i = 0; i < 4000; i++)
        append(new, &n, "new %d\n", i);
    for (int i = 1; i < 10; i++)
        append(new, &n, "line %d\n", i);
    assert_sizes(old, new, 0, 4000);
    assert_sizes(new, old, 4000, 0);
    for (int i = 0; i < (int)LIMIT_DIFFERENCE_LINES; i++)
        append(old, &o, "o %d\n", i);
    n = 0;
    append(new, &n, "line 0\n");
    for (int i = 0; i < (int)LIMIT_DIFFERENCE_LINES; i++)
        append(new, &n, "n %d\n", i);
    append(new, &n, "line 9\n");
    assert_declines(old + strlen("line 0\n"), new, &loose, "agree");
}

static void lines_to_be_read_again_are_removed_and_added(void **state)
{
    const uint64_t again[] = {1, 3, 9};
    const struct line_difference_options options = {.again = again, .again_count = 3, .max_lines = 10, .head_lines = 1};
    const char *old = "head\nb\nc\nd\n", *new = "head\nx\nb\nc\nd\n";
    struct line_difference d;
    (void)state;
    compare(old, new, 3, &options, &d);
    assert_null(d.declined);
    assert_int_equal(d.removed.count, 2);
    assert_int_equal(d.added.count, 3);
    assert_false(d.removed.lines[0].context);
    assert_false(d.added.lines[0].context);
    assert_int_equal(d.removed.lines[1].line, 3);
    assert_int_equal(d.added.lines[1].line, 2);
    assert_int_equal(d.added.lines[2].line, 4);
    assert_false(piece_of(&d, 1)->kept);
    assert_true(piece_of(&d, 2)->kept);
    assert_false(piece_of(&d, 3)->kept);
    assert_true(piece_of(&d, 4)->kept);
    line_difference_free(&d);
}

static void the_head_stands_in_front_of_both_and_must_be_equal(void **state)
{
    const struct line_difference_options options = {.max_lines = 10, .head_lines = 2};
    struct line_difference d;
    (void)state;
    compare("h\na\nb\n", "h\na\nc\n", 2, &options, &d);
    assert_null(d.declined);
    assert_int_equal(d.removed.count, 3);
    assert_memory_equal(d.removed.text, "h\na\nb\n", d.removed.used);
    assert_memory_equal(d.added.text, "h\na\nc\n", d.added.used);
    assert_explains(&d, "h\na\nb\n", "h\na\nc\n", 2);
    assert_ptr_equal(changed_line_at(&d.added, 3), &d.added.lines[2]);
    assert_null(changed_line_at(&d.added, 4));
    assert_null(changed_line_at(&d.added, 0));
    line_difference_free(&d);
    assert_declines("h\na\nb\n", "h\nx\nb\n", &options, "header");
    assert_declines("h\na\nb\n", "x\nh\na\nb\n", &options, "header");
}

static void what_could_join_two_lines_declines_wherever_it_stands(void **state)
{
    (void)state;
    assert_declines("a\n\"b\nc\"\nd\n", "a\n\"b\nc\"\ne\n", &loose, "quoted");
    assert_declines("a\nb\n", "a\nb\nx;\"c\n", &loose, "quoted");
    assert_declines("a\nx;\"c\nb\n", "a\nb\n", &loose, "quoted");
    assert_declines("a\rb\nc\n", "a\rb\nd\n", &loose, "carriage");
    assert_declines("a\nc\n", "a\nc\r", &loose, "carriage");
    assert_sizes("a;\"b;c\"\nd\n", "a;\"b;c\"\n\"\"\"e\"\"\"\n", 1, 1);
}

static void a_quote_counts_as_open_where_some_separator_makes_it_one(void **state)
{
    (void)state;
    assert_true(line_is_closed(TEXT("a;b")));
    assert_true(line_is_closed(TEXT("a;\"b;\"\"c\";d\n")));
    assert_true(line_is_closed(TEXT("5\" skiva;b")));
    assert_true(line_is_closed(TEXT("\"a\"b;c")));
    assert_false(line_is_closed(TEXT("a;\"b\n")));
    assert_false(line_is_closed(TEXT("a,\"b;c\n")));
    assert_false(line_is_closed(TEXT("a,\"b;\"c\n")));
    assert_false(line_is_closed(TEXT("5\" skiva;\"b\n")));
    assert_false(line_is_closed(TEXT("\"a\"\"\n")));
    assert_false(line_is_closed(TEXT("a\t\"b")));
    assert_false(line_is_closed(TEXT("a|\"b")));
}

static void an_encoding_that_is_not_known_to_be_utf8_declines(void **state)
{
    struct line_difference_options known = loose;
    (void)state;
    assert_declines("a\n\xe5\n", "b\n\xe5\n", &loose, "encoding");
    assert_declines("a\n", "a\n\xe5\n", &loose, "encoding");
    assert_declines("a\n", "a\nb\x01\n", &loose, "encoding");
    assert_sizes("a\n\xc3\xa5\n", "b\n\xc3\xa5\n", 1, 1);
    known.encoding_configured = true;
    struct line_difference d;
    compare("a\n\xe5\n", "b\n\xe5\n", 7, &known, &d);
    assert_null(d.declined);
    line_difference_free(&d);
}

static void more_lines_than_allowed_decline(void **state)
{
    const struct line_difference_options options = {.max_lines = 1};
    struct line_difference d;
    (void)state;
    compare("a\nb\nc\n", "a\nx\nc\n", 7, &options, &d);
    assert_null(d.declined);
    line_difference_free(&d);
    assert_declines("a\nb\nc\n", "a\nx\ny\nc\n", &options, "too many");
    assert_declines("a\nb\nc\nd\n", "a\nd\n", &options, "too many");
}

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Some of the lines of OLD, others, and its lines again. */
static void make_new(const char *old, char *new, uint32_t *random)
{
    size_t n = 0;
    for (const char *p = old; *p;) {
        size_t length = strcspn(p, "\n") + (strchr(p, '\n') != NULL);
        uint32_t choice = next_random(random) % 20;
        if (choice == 0) append(new, &n, "%u\n", next_random(random) % 9);
        if (choice == 1) append(new, &n, "other %u\n", next_random(random));
        if (choice > 3) append(new, &n, "%.*s", (int)length, p);
        if (choice == 4) append(new, &n, "%.*s", (int)length, p);
        p += length;
    }
    if (n && next_random(random) % 4 == 0) n--;
    new[n] = '\0';
}

static void any_two_exports_are_explained_line_by_line(void **state)
{
    static char old[TEXT_SIZE], new[TEXT_SIZE];
    uint32_t random = 1;
    (void)state;
    for (int round = 0; round < 300; round++) {
        size_t lines = next_random(&random) % 120, o = 0;
        struct line_difference d;
        for (size_t i = 0; i < lines; i++)
            append(old, &o, "%u\n", next_random(&random) % (round % 2 ? 9 : 100000));
        old[o] = '\0';
        make_new(old, new, &random);
        compare(old, new, 1 + next_random(&random) % 50, &loose, &d);
        assert_null(d.declined);
        assert_explains(&d, old, new, 0);
        line_difference_free(&d);
    }
}

static ssize_t read_failing(void *context, void *buffer, size_t size, struct error *err)
{
    (void)context, (void)buffer, (void)size;
    return error_set(err, EXIT_REFUSED, "damaged");
}

static void an_export_that_cannot_be_read_is_an_error(void **state)
{
    struct source source = {"a\n", 2, 0, 7};
    const struct reader good = {read_pieces, &source}, bad = {read_failing, NULL};
    struct line_difference d;
    struct error err;
    (void)state;
    assert_int_equal(line_difference(&good, &bad, &loose, &d, &err), -1);
    assert_string_equal(err.message, "damaged");
    line_difference_free(&d);
    assert_int_equal(line_difference(&bad, &good, &loose, &d, &err), -1);
    line_difference_free(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changed_inserted_and_deleted_lines_are_all_that_differs),
        cmocka_unit_test(a_line_that_moved_is_removed_and_added),
        cmocka_unit_test(equal_lines_are_told_apart_by_their_place),
        cmocka_unit_test(a_last_line_without_its_end_is_another_line),
        cmocka_unit_test(a_large_block_is_stepped_over_and_a_larger_one_declines),
        cmocka_unit_test(lines_to_be_read_again_are_removed_and_added),
        cmocka_unit_test(the_head_stands_in_front_of_both_and_must_be_equal),
        cmocka_unit_test(what_could_join_two_lines_declines_wherever_it_stands),
        cmocka_unit_test(a_quote_counts_as_open_where_some_separator_makes_it_one),
        cmocka_unit_test(an_encoding_that_is_not_known_to_be_utf8_declines),
        cmocka_unit_test(more_lines_than_allowed_decline),
        cmocka_unit_test(any_two_exports_are_explained_line_by_line),
        cmocka_unit_test(an_export_that_cannot_be_read_is_an_error),
    };
    return cmocka_run_group_tests_name("line_difference", tests, NULL, NULL);
}
