#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "connectors/delimited_rows.h"
#include "etl/base/limits.h"

/* ---- a reader over bytes, and rows written down ---- */

struct bytes {
    const char *ptr;
    size_t size, piece; /* at most this many at a time */
};

static ssize_t read_bytes(void *context, void *buffer, size_t size, struct error *err)
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

#define DUMP_SIZE (256u * 1024)
struct dump {
    char *text;
    size_t len;
};

static void write_down(struct dump *dump, const char *format, ...) PRINTF_LIKE(2, 3);
static void write_down(struct dump *dump, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(dump->text + dump->len, DUMP_SIZE - dump->len, format, args);
    va_end(args);
    assert_true(n >= 0 && (size_t)n < DUMP_SIZE - dump->len);
    dump->len += (size_t)n;
}

struct how {
    char separator;
    const char *encoding;
    size_t block, piece;
};

/* Every row as `line@offset+length*lines[cell@offset|…]`, then the end or the error.  Counts must add up either way. */
static char *split(const char *bytes, size_t size, struct how how)
{
    struct bytes input = {bytes, size, how.piece};
    struct reader reader = {read_bytes, &input};
    struct delimited_rows *rows;
    struct table_row row;
    struct error err = {0};
    struct dump dump = {malloc(DUMP_SIZE), 0};
    assert_non_null(dump.text);
    dump.text[0] = '\0';
    int rc = delimited_rows_open(&reader, "x.csv", text_of(how.encoding), how.block, &rows, &err);
    if (rc) {
        write_down(&dump, "open: %s", err.message);
        return dump.text;
    }
    uint64_t lines = 0, offset = 0;
    delimited_rows_split_at(rows, how.separator);
    while ((rc = delimited_rows_next(rows, &row, &err)) == 1) {
        assert_int_equal(row.place.line, lines + 1);
        assert_true(row.place.offset >= offset);
        offset = row.place.offset + row.place.length;
        lines += row.lines;
        write_down(&dump, "%d@%d+%d*%d[", (int)row.place.line, (int)row.place.offset, (int)row.place.length,
                   (int)row.lines);
        for (size_t i = 0; i < row.count; i++)
            write_down(&dump, "%s%.*s@%d", i ? "|" : "", TEXT_ARGS(row.cells[i].text), (int)row.cells[i].offset);
        write_down(&dump, "]%s\n", row.quote_fault ? "!" : "");
    }
    assert_int_equal(lines, delimited_rows_lines(rows));
    if (rc == 0)
        assert_int_equal(delimited_rows_bytes(rows), size);
    else
        write_down(&dump, "%d %s", (int)err.class, err.message);
    delimited_rows_close(rows);
    return dump.text;
}

/* Splits in every way the input can arrive; the result must be the same. */
static void expect_bytes(const char *bytes, size_t size, char separator, const char *encoding, const char *expected)
{
    const size_t blocks[] = {DELIMITED_BLOCK, 8, 9, 10, 11, 13, 16, 23, 64}, pieces[] = {SIZE_MAX, 1, 2, 3, 7};
    for (size_t b = 0; b < sizeof blocks / sizeof *blocks; b++)
        for (size_t p = 0; p < sizeof pieces / sizeof *pieces; p++) {
            char *dump = split(bytes, size, (struct how){separator, encoding, blocks[b], pieces[p]});
            assert_string_equal(dump, expected);
            free(dump);
        }
}
#define EXPECT(literal, expected) expect_bytes((literal), sizeof(literal) - 1, ';', "", (expected))

/* ---- lines and cells ---- */

static void an_empty_input_has_no_rows(void **state)
{
    (void)state;
    EXPECT("", "");
    EXPECT("\xef\xbb\xbf", "");
}

static void rows_end_at_lf_crlf_and_cr(void **state)
{
    (void)state;
    EXPECT("a;b\nc;d\n", "1@0+3*1[a@0|b@2]\n2@4+3*1[c@4|d@6]\n");
    EXPECT("a;b\r\nc;d\r\n", "1@0+3*1[a@0|b@2]\n2@5+3*1[c@5|d@7]\n");
    EXPECT("a;b\rc;d\r", "1@0+3*1[a@0|b@2]\n2@4+3*1[c@4|d@6]\n");
    EXPECT("a\n\rb\r\r\nc", "1@0+1*1[a@0]\n2@2+0*1[@2]\n3@3+1*1[b@3]\n4@5+0*1[@5]\n5@7+1*1[c@7]\n");
}

static void a_last_line_needs_no_end(void **state)
{
    (void)state;
    EXPECT("a;b\nc;", "1@0+3*1[a@0|b@2]\n2@4+2*1[c@4|@6]\n");
    EXPECT("a;\"b\"", "1@0+5*1[a@0|b@2]\n");
}

static void white_space_is_folded_and_offsets_stay_true(void **state)
{
    (void)state;
    EXPECT("  a  b ;c d;\t;e\tf\n", "1@0+17*1[a b@0|c d@8|@12|e f@14]\n");
    EXPECT("1\u00a0234;\u202f5 ;å\n", "1@0+15*1[1 234@0|5@7|å@13]\n");
    EXPECT("§;–;\u00b5;\n", "1@0+10*1[§@0|–@3|µ@7|@10]\n");
}

static void a_comma_a_tab_and_a_bar_separate_too(void **state)
{
    (void)state;
    expect_bytes("a,b;c\n", 6, ',', "", "1@0+5*1[a@0|b;c@2]\n");
    expect_bytes("a\t b\t\tc\n", 8, '\t', "", "1@0+7*1[a@0|b@2|@5|c@6]\n");
    expect_bytes("a|b\n", 4, '|', "", "1@0+3*1[a@0|b@2]\n");
}

static void quotes_guard_separators_quotes_and_line_breaks(void **state)
{
    (void)state;
    EXPECT("\"a;b\";c\n", "1@0+7*1[a;b@0|c@6]\n");
    EXPECT("\"a \"\"b\"\" c\";\"\"\"\"\n", "1@0+16*1[a \"b\" c@0|\"@12]\n");
    EXPECT("\"a\r\nb\rc\nd\";e\nf\n", "1@0+12*4[a b c d@0|e@11]\n5@13+1*1[f@13]\n");
    EXPECT("\"\";x;\"\"\n", "1@0+7*1[@0|x@3|@5]\n");
    EXPECT("\"  a\tb  \" ;c\n", "1@0+12*1[a b@0|c@11]\n");
    EXPECT("\"å\u00a0ä\"\n", "1@0+8*1[å ä@0]\n");
}

static void a_stray_quote_in_an_unquoted_cell_is_kept(void **state)
{
    (void)state;
    EXPECT("12\" rör;b\"c\"d; \"e\"\n", "1@0+19*1[12\" rör@0|b\"c\"d@9|\"e\"@15]\n");
}

static void text_after_a_closing_quote_is_kept_and_told(void **state)
{
    (void)state;
    EXPECT("\"a\"b;c\nd\n", "1@0+6*1[\"a\"b@0|c@5]!\n2@7+1*1[d@7]\n");
    EXPECT("x;\"Solen\" förskola;\"ok\"\n", "1@0+24*1[x@0|\"Solen\" förskola@2|ok@20]!\n");
}

static void an_unbalanced_quote_at_the_end_is_a_cut_input(void **state)
{
    (void)state;
    EXPECT("a;b\nc;\"d\ne;f\n", "1@0+3*1[a@0|b@2]\n"
                                "7 x.csv:2: a quoted cell of the row that begins here is not closed: the input is cut");
    EXPECT("\"", "7 x.csv:1: a quoted cell of the row that begins here is not closed: the input is cut");
    EXPECT("\"a\"\"", "7 x.csv:1: a quoted cell of the row that begins here is not closed: the input is cut");
}

/* ---- encodings ---- */

static void a_byte_order_mark_is_no_part_of_the_first_cell(void **state)
{
    (void)state;
    EXPECT("\xef\xbb\xbf"
           "å;b\n",
           "1@3+4*1[å@3|b@6]\n");
    EXPECT("\xef\xbb\xbf\"a\"\n", "1@3+3*1[a@3]\n");
}

static void utf16_rows_have_the_places_of_the_export(void **state)
{
    (void)state;
    EXPECT("\xff\xfe\xe5\0;\0\x13\x20;\0\x3d\xd8\x00\xde;\0c\0\r\0\n\0d\0",
           "1@2+16*1[å@2|–@6|\xf0\x9f\x98\x80@10|c@16]\n2@22+2*1[d@22]\n");
    EXPECT("a\0b\0;\0c\0\xe5\0\n\0d\0\n\0", "1@0+10*1[ab@0|cå@6]\n2@12+2*1[d@12]\n");
}

static void utf16_that_ends_inside_a_character_is_cut(void **state)
{
    (void)state;
    EXPECT("\xff\xfe"
           "a\0\n\0b",
           "1@2+2*1[a@2]\n7 x.csv:2: ends inside a character of UTF-16LE at byte 6: the input is cut");
    EXPECT("\xff\xfe"
           "a\0\n\0\x3d\xd8",
           "1@2+2*1[a@2]\n7 x.csv:2: ends inside a character of UTF-16LE at byte 6: the input is cut");
    EXPECT("\xff\xfe"
           "a\0\n\0\x3d\xde"
           "b\0",
           "1@2+2*1[a@2]\n7 x.csv:2: is not text in UTF-16LE: invalid byte 0x3D at byte 6");
}

static void big_endian_utf16_is_refused(void **state)
{
    (void)state;
    EXPECT("\xfe\xff\0a\0b\0;", "open: x.csv:1: is UTF-16 big-endian, which is not supported");
}

static void windows_1252_is_taken_when_the_first_letter_is_not_utf8(void **state)
{
    (void)state;
    EXPECT("abcdefghijklmnopq;r\nM\xe5l;\x96;\x80\n",
           "1@0+19*1[abcdefghijklmnopq@0|r@18]\n2@20+7*1[Mål@20|–@24|€@26]\n");
    EXPECT("a;1\xa0"
           "050;\xf6\n",
           "1@0+9*1[a@0|1 050@2|ö@8]\n");
    EXPECT("a;\xc5", "1@0+3*1[a@0|Å@2]\n");
}

static void a_byte_that_no_encoding_has_is_refused(void **state)
{
    (void)state;
    EXPECT("a\nM\xe5l\n\x81", "1@0+1*1[a@0]\n2@2+3*1[Mål@2]\n"
                              "7 x.csv:3: is not text: byte 0x81 at byte 6 is neither UTF-8 nor Windows-1252");
}

static void utf8_that_breaks_later_is_refused_with_its_line(void **state)
{
    (void)state;
    EXPECT("å;b\nc\nM\xe5l\n", "1@0+4*1[å@0|b@3]\n2@5+1*1[c@5]\n"
                               "7 x.csv:3: is not text in UTF-8: invalid byte 0xE5 at byte 8");
    EXPECT("abc\nå\xc3", "1@0+3*1[abc@0]\n7 x.csv:2: ends inside a character of UTF-8 at byte 6: the input is cut");
}

static void utf8_inside_windows_1252_is_refused_not_garbled(void **state)
{
    (void)state;
    EXPECT("M\xe5l\nabcdefghijklm å\n",
           "1@0+3*1[Mål@0]\n7 x.csv:2: is not text in one encoding: 0xC3A5 at byte 18 is UTF-8, the text above is not");
    expect_bytes("M\xe5l å\n", 7, ';', "windows-1252", "1@0+6*1[Mål Ã¥@0]\n");
}

static void a_configured_encoding_is_kept_to(void **state)
{
    (void)state;
    expect_bytes("\xc3\xa5\n", 3, ';', "windows-1252", "1@0+2*1[Ã¥@0]\n");
    expect_bytes("a\n\xe5\n", 4, ';', "utf-8",
                 "1@0+1*1[a@0]\n7 x.csv:2: is not text in UTF-8: invalid byte 0xE5 at byte 2");
    expect_bytes("a\0\n\0", 4, ';', "utf-16le", "1@0+2*1[a@0]\n");
    expect_bytes("\xef\xbb\xbf"
                 "a",
                 4, ';', "windows-1252",
                 "open: x.csv:1: begins with the byte order mark of UTF-8, but the source's encoding is Windows-1252");
    expect_bytes("a", 1, ';', "latin-1", "open: x.csv: unknown encoding \"latin-1\"");
}

static void control_characters_mean_it_is_not_text(void **state)
{
    (void)state;
    EXPECT("a;b\r\nc;d\0e\n", "1@0+3*1[a@0|b@2]\n7 x.csv:2: is not text: control character 0x00 at byte 8");
    EXPECT("abc\x1b[0m", "7 x.csv:1: is not text: control character 0x1B at byte 3");
    EXPECT("å\n\xc2\x85", "1@0+2*1[å@0]\n7 x.csv:2: is not text: control character 0x85 at byte 3");
}

/* ---- limits ---- */

static char *repeat(const char *pattern, size_t size)
{
    char *bytes = malloc(size);
    assert_non_null(bytes);
    for (size_t i = 0, n = strlen(pattern); i < size; i++)
        bytes[i] = pattern[i % n];
    return bytes;
}

static void expect_large(char *bytes, size_t size, const char *expected_end)
{
    const size_t blocks[] = {DELIMITED_BLOCK, 1000};
    for (size_t b = 0; b < 2; b++) {
        char *dump = split(bytes, size, (struct how){';', "", blocks[b], SIZE_MAX});
        assert_true(text_ends(text_of(dump), expected_end));
        free(dump);
    }
    free(bytes);
}

static void a_cell_over_the_limit_is_refused(void **state)
{
    (void)state;
    char *bytes = repeat("a", LIMIT_CELL + 4);
    memcpy(bytes, "x\ny;", 4);
    expect_large(bytes, LIMIT_CELL + 4, "a@4]\n");
    bytes = repeat("a", LIMIT_CELL + 5);
    memcpy(bytes, "x\ny;", 4);
    expect_large(bytes, LIMIT_CELL + 5, "7 x.csv:2: a cell of the row that begins here is longer than 65536 bytes");
    bytes = repeat("a;b;c\n", 3 * LIMIT_CELL);
    memcpy(bytes, "x\n;\"", 4);
    expect_large(bytes, 3 * LIMIT_CELL, "7 x.csv:2: a cell of the row that begins here is longer than 65536 bytes");
}

static void a_row_with_too_many_cells_is_refused(void **state)
{
    (void)state;
    expect_large(repeat(";", LIMIT_COLUMNS - 1), LIMIT_COLUMNS - 1, "@255]\n");
    expect_large(repeat(";", LIMIT_COLUMNS), LIMIT_COLUMNS, "7 x.csv:1: the row has more than 256 cells");
}

static void a_row_over_the_limit_is_refused(void **state)
{
    (void)state;
    char *bytes = repeat("a", LIMIT_LINE + 100);
    for (size_t i = LIMIT_CELL; i < LIMIT_LINE + 100; i += LIMIT_CELL)
        bytes[i] = ';';
    expect_large(bytes, LIMIT_LINE + 100, "7 x.csv:1: the row that begins here is longer than 4194304 bytes");
}

/* ---- looking ahead ---- */

static void peeking_takes_nothing(void **state)
{
    (void)state;
    struct bytes input = {"a;b,c\nd;e\n\"f", 12, SIZE_MAX};
    struct reader reader = {read_bytes, &input};
    struct delimited_rows *rows;
    struct table_row row;
    struct error err = {0};
    size_t position = 0;
    assert_int_equal(delimited_rows_open(&reader, "x.csv", TEXT(""), DELIMITED_BLOCK, &rows, &err), 0);
    assert_true(delimited_rows_peek(rows, ',', &position, &row));
    assert_int_equal(row.count, 2);
    assert_true(text_is(row.cells[0].text, "a;b"));
    assert_true(delimited_rows_peek(rows, ';', &position, &row));
    assert_true(text_is(row.cells[1].text, "e"));
    assert_int_equal(row.place.line, 2);
    assert_int_equal(row.place.offset, 6);
    assert_int_equal(row.cells[1].offset, 8);
    assert_false(delimited_rows_peek(rows, ';', &position, &row));
    assert_int_equal(delimited_rows_lines(rows), 0);
    delimited_rows_split_at(rows, ';');
    assert_int_equal(delimited_rows_next(rows, &row, &err), 1);
    assert_true(text_is(row.cells[1].text, "b,c"));
    assert_int_equal(delimited_rows_lines(rows), 1);
    delimited_rows_close(rows);
    delimited_rows_close(NULL);
}

static ssize_t read_failure(void *context, void *buffer, size_t size, struct error *err)
{
    struct bytes *bytes = context;
    if (bytes->size) return read_bytes(bytes, buffer, size, err);
    return error_set(err, EXIT_FETCH, "the reader failed");
}

static void an_error_of_the_reader_is_passed_on(void **state)
{
    (void)state;
    struct bytes input = {"a;b\nc;d\ne;f\n", 12, SIZE_MAX};
    struct reader reader = {read_failure, &input};
    struct delimited_rows *rows;
    struct table_row row;
    struct error err = {0};
    assert_int_equal(delimited_rows_open(&reader, "x.csv", TEXT(""), 8, &rows, &err), 0);
    assert_int_equal(delimited_rows_next(rows, &row, &err), 1);
    assert_int_equal(delimited_rows_next(rows, &row, &err), 1);
    assert_int_equal(delimited_rows_next(rows, &row, &err), -1);
    assert_int_equal(err.class, EXIT_FETCH);
    delimited_rows_close(rows);
}

/* ---- damage ---- */

#define MUTATIONS 4000

/* Inputs of every kind with bytes changed, cut or put in: the same rows or the same error however the bytes arrive. */
static void damaged_input_splits_the_same_in_blocks_of_any_size(void **state)
{
    (void)state;
    static const struct text seeds[] = {
        TEXT("Enhet;Mål\r\n\"a \"\"b\"\" \u00a0\nc\";å – 5;\r\n;;\rx y\n"),
        TEXT("\xff\xfe"
             "a\0;\0\xe5\0\n\0\"\0b\0\n\0\"\0\n\0\x3d\xd8\x00\xde"),
        TEXT("M\xe5l;\x96 \"x\"\n\"y\r\nz\";\xe4\n"),
    };
    uint32_t seed = 20230701;
    for (int n = 0; n < MUTATIONS; n++) {
        struct text from = seeds[n % 3];
        char bytes[128];
        size_t size = from.len;
        memcpy(bytes, from.ptr, size);
        for (uint32_t k = 0; k < 1 + seed % 3; k++) {
            seed = seed * 1664525 + 1013904223;
            size_t at = (seed >> 16) % size;
            if (seed % 4 == 0) size = at + 1;
            bytes[at] = seed % 2 ? (char)(seed >> 8) : "\"\r\n; \xe5\xc3\xa5\0"[(seed >> 4) % 9];
        }
        char *expected = split(bytes, size, (struct how){';', "", DELIMITED_BLOCK, SIZE_MAX});
        const size_t blocks[] = {8, 9, 17};
        for (size_t b = 0; b < 3; b++) {
            char *dump = split(bytes, size, (struct how){';', "", blocks[b], 5});
            /* UTF-16 without a mark is looked for in the first block: the only thing that may depend on its size. */
            if (n % 3 != 1) assert_string_equal(dump, expected);
            free(dump);
        }
        free(expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_input_has_no_rows),
        cmocka_unit_test(rows_end_at_lf_crlf_and_cr),
        cmocka_unit_test(a_last_line_needs_no_end),
        cmocka_unit_test(white_space_is_folded_and_offsets_stay_true),
        cmocka_unit_test(a_comma_a_tab_and_a_bar_separate_too),
        cmocka_unit_test(quotes_guard_separators_quotes_and_line_breaks),
        cmocka_unit_test(a_stray_quote_in_an_unquoted_cell_is_kept),
        cmocka_unit_test(text_after_a_closing_quote_is_kept_and_told),
        cmocka_unit_test(an_unbalanced_quote_at_the_end_is_a_cut_input),
        cmocka_unit_test(a_byte_order_mark_is_no_part_of_the_first_cell),
        cmocka_unit_test(utf16_rows_have_the_places_of_the_export),
        cmocka_unit_test(utf16_that_ends_inside_a_character_is_cut),
        cmocka_unit_test(big_endian_utf16_is_refused),
        cmocka_unit_test(windows_1252_is_taken_when_the_first_letter_is_not_utf8),
        cmocka_unit_test(a_byte_that_no_encoding_has_is_refused),
        cmocka_unit_test(utf8_that_breaks_later_is_refused_with_its_line),
        cmocka_unit_test(utf8_inside_windows_1252_is_refused_not_garbled),
        cmocka_unit_test(a_configured_encoding_is_kept_to),
        cmocka_unit_test(control_characters_mean_it_is_not_text),
        cmocka_unit_test(a_cell_over_the_limit_is_refused),
        cmocka_unit_test(a_row_with_too_many_cells_is_refused),
        cmocka_unit_test(a_row_over_the_limit_is_refused),
        cmocka_unit_test(peeking_takes_nothing),
        cmocka_unit_test(an_error_of_the_reader_is_passed_on),
        cmocka_unit_test(damaged_input_splits_the_same_in_blocks_of_any_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
