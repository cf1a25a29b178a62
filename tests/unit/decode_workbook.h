/* Decoding workbooks in tests: into a text that can be compared, with the accounting asserted each time. */
#ifndef STADSLAGER_TESTS_DECODE_WORKBOOK_H
#define STADSLAGER_TESTS_DECODE_WORKBOOK_H

#include "tests/unit/make_workbook.h"

#include "connectors/connector.h"

/* ---- decoding into a text that can be compared ---- */

struct dump {
    char *text;
    size_t len, size;
    uint64_t lines, sheet, row;
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

/* `sheet!row: stadsdel|enhet|…|period {notes} rule: reason`.  Places go forward. */
static inline int take_record(void *context, const struct record *record, struct error *err)
{
    struct dump *dump = context;
    (void)err;
    assert_int_equal(record->kind, RECORD_INDIKATOR);
    assert_int_equal(record->lines, 1);
    assert_int_equal(record->place.length, 0);
    assert_true(record->place.offset > dump->sheet ||
                (record->place.offset == dump->sheet && record->place.line > dump->row));
    assert_true(record->sheet.len > 0 && record->raw.len > 0);
    dump->sheet = record->place.offset;
    dump->row = record->place.line;
    dump->lines += record->lines;
    write_down(dump, "%.*s!%d: ", TEXT_ARGS(text_clip(record->sheet, 100)), (int)record->place.line);
    for (int c = 0; c <= COLUMN_PERIOD; c++) {
        if (!(record->present & 1u << c)) assert_int_equal(record->cell[c].len, 0);
        write_down(dump, "%s%.*s", c ? "|" : "", TEXT_ARGS(text_clip(record->cell[c], 200)));
    }
    for (unsigned bit = 0; bit < NOTE_COUNT; bit++)
        if (record->notes >> bit & 1) write_down(dump, " {%s}", note_name(bit));
    if (record->rule) write_down(dump, " %s: %s", record->rule, record->reason);
    assert_true((record->rule != NULL) == ((record->notes & (NOTE_UNCERTAIN | NOTE_UNREADABLE)) != 0));
    write_down(dump, "\n");
    return 0;
}

/* Records, then the counts, or the error.  That the lines add up is asserted for every input of every test. */
static inline char *decode_pieces(struct text bytes, size_t piece, const struct decode_options *options)
{
    struct text_source source = {bytes, piece};
    const struct reader reader = {text_source_read, &source};
    struct dump dump = {0};
    const struct sink sink = {take_record, &dump};
    struct decode_counts counts;
    struct error err = {0};
    int rc = connector_xlsx.decode(&reader, options, &sink, &counts, &err);
    if (rc == 0) {
        assert_int_equal(counts.lines_read, counts.lines_record + decode_lines_ignored(&counts));
        assert_int_equal(counts.lines_record, dump.lines);
        assert_int_equal(counts.bytes, bytes.len);
        for (int i = 0; i < IGNORED_COUNT; i++)
            if (counts.lines_ignored[i])
                write_down(&dump, "%s=%d ", ignored_name((enum ignored)i), (int)counts.lines_ignored[i]);
        write_down(&dump, "lines=%d rows=%d-%d", (int)counts.lines_read, (int)counts.rows_read,
                   (int)counts.rows_ignored);
    } else {
        assert_int_equal(rc, -1);
        assert_true(err.message[0] != '\0' && err.class != EXIT_DONE);
        write_down(&dump, "error %d %s", (int)err.class, err.message);
    }
    return dump.text;
}

static const struct decode_options plain = {.name = "x.xlsx"};

static inline void expect_book(struct text bytes, const struct decode_options *options, const char *expected)
{
    char *whole = decode_pieces(bytes, 0, options), *cut = decode_pieces(bytes, 7, options);
    assert_string_equal(cut, whole);
    assert_string_equal(whole, expected);
    free(whole);
    free(cut);
    workbook_free(bytes);
}

static inline void expect_rows(const char *rows, const char *expected)
{
    expect_book(make_sheet(rows), &plain, expected);
}

static inline void expect_plan(const struct book_plan *plan, const char *expected)
{
    expect_book(make_book(plan), &plain, expected);
}

/* The error begins with the export's name, is of class REFUSED and holds PART; BYTES is given back. */
static inline void expect_refused(struct text bytes, const char *part)
{
    char *dump = decode_pieces(bytes, 0, &plain);
    if (strncmp(dump, "error 7 x.xlsx: ", strlen("error 7 x.xlsx: ")) != 0) fail_msg("it gave: %s", dump);
    if (!strstr(dump, part)) fail_msg("it gave: %s", dump);
    free(dump);
    workbook_free(bytes);
}

static inline struct text copy_of(const char *bytes, size_t size)
{
    char *copy = malloc(size + 1);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    return text_make(copy, size);
}

#define ONE "header=1 lines=2 rows=1-0"

#endif
