/* Decoding delimited text in tests: into a text that can be compared, with the accounting asserted each time. */
#ifndef STADSLAGER_TESTS_DECODE_DELIMITED_H
#define STADSLAGER_TESTS_DECODE_DELIMITED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "connectors/connector.h"
#include "etl/base/limits.h"

#define HEADER                                                                                                         \
    "Stadsdelsnämnd;Enhet;Indikator;Periodens utfall;Utfall män;Utfall kvinnor;Föregående års utfall;Årsmål;"   \
    "KF:s årsmål;Period\n"

/* ---- decoding into a text that can be compared ---- */

struct bytes {
    const char *ptr;
    size_t size, piece; /* at most this many at a time */
};

static inline ssize_t read_bytes(void *context, void *buffer, size_t size, struct error *err)
{
    struct bytes *bytes = context;
    (void)err;
    if (size > bytes->piece) size = bytes->piece;
    if (size > bytes->size) size = bytes->size;
    if (size) memcpy(buffer, bytes->ptr, size);
    bytes->ptr += size;
    bytes->size -= size;
    return (ssize_t)size;
}

struct dump {
    char *text;
    size_t len, size;
    const char *input;
    uint64_t lines, next_line, next_offset;
};

static inline void write_down(struct dump *dump, const char *format, ...) PRINTF_LIKE(2, 3);
static inline void write_down(struct dump *dump, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (dump->size - dump->len < 8192) {
        dump->size = 2 * dump->size + 8192;
        dump->text = realloc(dump->text, dump->size);
        assert_non_null(dump->text);
    }
    int n = vsnprintf(dump->text + dump->len, dump->size - dump->len, format, args);
    va_end(args);
    assert_true(n >= 0 && (size_t)n < dump->size - dump->len);
    dump->len += (size_t)n;
}

/* `line: cell|cell|… {notes rule reason}`: the ten cells, verbatim. */
static inline int take_record(void *context, const struct record *record, struct error *err)
{
    struct dump *dump = context;
    (void)err;
    assert_int_equal(record->kind, RECORD_INDIKATOR);
    assert_true(record->place.line >= dump->next_line && record->place.offset >= dump->next_offset);
    assert_true(record->lines > 0);
    dump->next_line = record->place.line + record->lines;
    dump->next_offset = record->place.offset + record->place.length;
    dump->lines += record->lines;
    write_down(dump, "%d: ", (int)record->place.line);
    for (int c = 0; c <= COLUMN_PERIOD; c++) {
        if (!(record->present & 1u << c)) assert_int_equal(record->cell[c].len, 0);
        write_down(dump, "%s%.*s", c ? "|" : "", TEXT_ARGS(text_part(record->cell[c], 0, 200)));
    }
    for (unsigned bit = 0; bit < NOTE_COUNT; bit++)
        if (record->notes >> bit & 1) write_down(dump, " {%s}", note_name(bit));
    if (record->rule) write_down(dump, " %s: %s", record->rule, record->reason);
    assert_true((record->rule != NULL) == ((record->notes & (NOTE_UNCERTAIN | NOTE_UNREADABLE)) != 0));
    if (record->previous_report.len) write_down(dump, " <%.*s>", TEXT_ARGS(record->previous_report));
    write_down(dump, "\n");
    return 0;
}

/* Records, then counts, then the error.  That the lines add up is asserted for every input of every test. */
static inline char *decode_pieces(const char *bytes, size_t size, size_t piece, const struct decode_options *options)
{
    struct bytes input = {bytes, size, piece};
    struct reader reader = {read_bytes, &input};
    struct dump dump = {.input = bytes};
    struct sink sink = {take_record, &dump};
    struct decode_counts counts;
    struct error err = {0};
    int rc = connector_delimited.decode(&reader, options, &sink, &counts, &err);
    uint64_t ignored = 0;
    for (int i = 0; i < IGNORED_COUNT; i++)
        ignored += counts.lines_ignored[i];
    assert_int_equal(counts.lines_read, counts.lines_record + ignored);
    assert_int_equal(counts.lines_record, dump.lines);
    for (int i = 0; i < IGNORED_COUNT; i++)
        if (counts.lines_ignored[i])
            write_down(&dump, "%s=%d ", ignored_name((enum ignored)i), (int)counts.lines_ignored[i]);
    if (rc == 0) {
        assert_int_equal(counts.bytes, size);
        write_down(&dump, "lines=%d rows=%d-%d", (int)counts.lines_read, (int)counts.rows_read,
                   (int)counts.rows_ignored);
    } else {
        assert_int_equal(rc, -1);
        assert_true(err.message[0]);
        write_down(&dump, "error %d %s", (int)err.class, err.message);
    }
    return dump.text;
}

static inline char *decode_bytes(const char *bytes, size_t size, const struct decode_options *options)
{
    const size_t pieces[] = {1, 2, 3, 7, 64};
    char *whole = decode_pieces(bytes, size, SIZE_MAX, options);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        char *cut = decode_pieces(bytes, size, pieces[i], options);
        assert_string_equal(cut, whole);
        free(cut);
    }
    return whole;
}

static const struct decode_options plain = {.name = "x.csv"};

static inline void expect_bytes(const char *bytes, size_t size, const struct decode_options *options,
                                const char *expected)
{
    char *dump = decode_bytes(bytes, size, options);
    bool same = strcmp(dump, expected) == 0;
    if (!same) print_error("\"%s\" != \"%s\"\n", dump, expected);
    free(dump); /* a failed test leaves nothing behind that the sanitizer would report too */
    assert_true(same);
}
#define EXPECT(literal, expected)               expect_bytes((literal), sizeof(literal) - 1, &plain, (expected))
#define EXPECT_WITH(options, literal, expected) expect_bytes((literal), sizeof(literal) - 1, (options), (expected))

#endif
