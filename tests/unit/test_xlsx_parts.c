/* Workbooks that are refused, and why; and that damage of any kind ends in one clear error or adds up. */
#include "tests/unit/decode_workbook.h"

#include "etl/base/limits.h"

/* ---- refusals ---- */

#define COPY(literal) copy_of(literal, sizeof(literal) - 1)

static void other_files_are_refused_by_kind(void **state)
{
    static const struct part nothing[] = {{"a.txt", "x", 0}};
    static const struct part letter[] = {
        {"_rels/.rels",
         RELATIONS "<Relationship Id=\"a\" Type=\"r/officeDocument\" Target=\"word/document.xml\"/></Relationships>",
         0},
        {"word/document.xml", "<w:document xmlns:w=\"w\"/>", 0},
        {"word/_rels/document.xml.rels", RELATIONS "</Relationships>", 0}};
    static const struct part binary[] = {
        {"_rels/.rels",
         RELATIONS "<Relationship Id=\"a\" Type=\"r/officeDocument\" Target=\"xl/workbook.bin\"/></Relationships>", 0},
        {"xl/workbook.bin", "x", 0}};
    static const struct part package[] = {{"_rels/.rels", RELATIONS "</Relationships>", 0}};
    (void)state;
    expect_refused(COPY(""), "is empty");
    expect_refused(COPY("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old"), "is an old workbook (xls), or one with a password");
    expect_refused(COPY("%PDF-1.7"), "is a PDF document, not a workbook");
    expect_refused(COPY("\n<!DOCTYPE html>"), "is an HTML or XML page");
    expect_refused(COPY("Stadsdel;Indikator;Utfall;Period\n"), "not a zip archive");
    expect_refused(make_zip(nothing, 1, ZIP_CM_DEFLATE), "is a zip archive, but no workbook");
    expect_refused(make_zip(package, 1, ZIP_CM_DEFLATE), "is a zip archive, but no workbook");
    expect_refused(make_zip(letter, 3, ZIP_CM_DEFLATE), "is an office document, but no workbook");
    expect_refused(make_zip(binary, 2, ZIP_CM_DEFLATE), "is a binary workbook (xlsb)");
}

static void a_workbook_without_a_header_is_refused(void **state)
{
    (void)state;
    expect_refused(make_sheet(SHEET("")),
                   "no header found in the first 200 rows of its 1 visible sheets: looked for \"Indikator\"");
    struct text bytes =
        make_sheet(SHEET(ROW("1", S("A1", "x")) ROW("4", S("A4", "Indikator") S("B4", "Period") S("C4", "Antal"))));
    struct decoded d = decode_bytes(&connector_xlsx, bytes, 0, &plain);
    assert_int_equal(d.rc, -1);
    assert_string_equal(d.err.detail, "x.xlsx: sheet \"Data\", row 4 has an Indikator, a Period, no value column");
    decoded_free(&d);
    workbook_free(bytes);
}

static void a_header_without_stadsdel_needs_one_of_the_source(void **state)
{
    static const char rows[] = SHEET(ROW("1", S("A1", "Indikator") S("B1", "Utfall") S("C1", "Period"))
                                         ROW("2", S("A2", "A") S("B2", "1") S("C2", "2023")));
    const struct decode_options options = {.name = "x.xlsx", .stadsdel = TEXT("Farsta")};
    (void)state;
    expect_refused(make_sheet(rows), "sheet \"Data\", row 1: the header has no \"Stadsdelsnämnd\"");
    expect_book(make_sheet(rows), &options, "Data!2: Farsta||A|1||||||2023\n" ONE);
}

static void expect_sheet_refused(const char *xml, const char *part)
{
    expect_refused(make_sheet(xml), part);
}

static void document_types_and_entities_are_refused(void **state)
{
    (void)state;
    expect_sheet_refused(XML "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">"
                             "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]><worksheet>&c;</worksheet>",
                         "part \"xl/worksheets/sheet1.xml\" has a document type");
    expect_sheet_refused(XML "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><worksheet/>", "has a document type");
    expect_sheet_refused(XML "<worksheet>&nbsp;</worksheet>", "undefined entity");
    const struct made_sheet sheet = {"Data", "", SHEET(HEADER("1"))};
    expect_refused(make_book(&(const struct book_plan){.sheets = &sheet, .count = 1, .strings = "<!DOCTYPE a><sst/>"}),
                   "part \"xl/sharedStrings.xml\" has a document type");
    expect_refused(
        make_book(&(const struct book_plan){.sheets = &sheet, .count = 1, .workbook = "<!DOCTYPE a><workbook/>"}),
        "part \"xl/workbook.xml\" has a document type");
}

static char *repeated(const char *before, const char *piece, size_t times, const char *after)
{
    size_t n = strlen(piece), head = strlen(before);
    char *text = malloc(head + n * times + strlen(after) + 1);
    assert_non_null(text);
    memcpy(text, before, head);
    for (size_t i = 0; i < times; i++)
        memcpy(text + head + i * n, piece, n);
    memcpy(text + head + n * times, after, strlen(after) + 1);
    return text;
}

static void expect_repeated_refused(const char *before, const char *piece, size_t times, const char *after,
                                    const char *part)
{
    char *xml = repeated(before, piece, times, after);
    const struct made_sheet sheet = {"Data", "", xml};
    expect_refused(make_book(&(const struct book_plan){.sheets = &sheet, .count = 1, .stored = true}), part);
    free(xml);
}

static void what_is_too_deep_or_too_long_is_refused(void **state)
{
    (void)state;
    expect_repeated_refused("<worksheet>", "<a>", 100, "", "is nested too deeply");
    expect_repeated_refused("<worksheet a=\"", "x", LIMIT_XML_TOKEN + 200000, "\"/>", "has a tag that does not end");
    expect_repeated_refused("<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"str\"><v>", "x", LIMIT_CELL + 1,
                            "</v></c></row></sheetData></worksheet>",
                            "sheet \"Data\", cell A1 is longer than 65536 bytes");
    expect_repeated_refused("<worksheet><mergeCells>", "<mergeCell ref=\"A1:B2\"/>", LIMIT_MERGES + 1, "",
                            "is one merged area too many");
    char *strings = repeated("<sst><si><t>", "x", LIMIT_CELL + 1, "</t></si></sst>");
    const struct made_sheet sheet = {"Data", "", SHEET(HEADER("1"))};
    expect_refused(make_book(&(const struct book_plan){.sheets = &sheet, .count = 1, .strings = strings}),
                   "shared string 0 is longer than 65536 bytes");
    free(strings);
}

static void a_zip_bomb_is_refused_before_it_is_unpacked(void **state)
{
    char *xml = repeated("<worksheet>", " ", 8u * 1024 * 1024, "</worksheet>");
    (void)state;
    expect_refused(make_sheet(xml), "part \"xl/worksheets/sheet1.xml\" is compressed too highly to be trusted");
    free(xml);
}

static void a_part_that_is_missing_or_there_twice_is_refused(void **state)
{
    const struct made_sheet sheet = {"Data", "", SHEET(HEADER("1"))};
    const struct book_plan plan = {.sheets = &sheet, .count = 1};
    struct arena arena = {0};
    struct part parts[MOST_PARTS + 1];
    size_t count = plan_parts(&arena, &plan, parts);
    (void)state;
    for (size_t i = 1; i < count; i++) {
        struct part kept = parts[i];
        parts[i].name = "other.xml";
        expect_refused(make_zip(parts, count, ZIP_CM_DEFLATE), "is no whole workbook (xlsx): it has no part");
        parts[i] = kept;
    }
    parts[count] = (struct part){"XL/Worksheets/Sheet1.xml", SHEET(HEADER("1")), 0};
    expect_refused(make_zip(parts, count + 1, ZIP_CM_DEFLATE), "has twice the part \"xl/worksheets/sheet1.xml\"");
    arena_free(&arena);
}

static void too_many_parts_are_refused(void **state)
{
    static struct part parts[LIMIT_ZIP_ENTRIES + 1];
    static char names[LIMIT_ZIP_ENTRIES + 1][8];
    (void)state;
    for (size_t i = 0; i <= LIMIT_ZIP_ENTRIES; i++) {
        (void)snprintf(names[i], sizeof names[i], "%zu", i);
        parts[i] = (struct part){names[i], "x", 0};
    }
    expect_refused(make_zip(parts, LIMIT_ZIP_ENTRIES + 1, ZIP_CM_STORE), "has 5001 parts, more than 5000");
}

static void a_sheet_that_contradicts_itself_is_refused(void **state)
{
    (void)state;
    expect_sheet_refused("<chart/>", "\"chart\" is no worksheet");
    expect_sheet_refused(SHEET(ROW("2", S("A2", "x")) ROW("2", S("A2", "x"))), "\"2\" is a row out of order");
    expect_sheet_refused(SHEET(ROW("0", S("A0", "x"))), "\"0\" is a row out of order");
    expect_sheet_refused(SHEET(ROW("1048577", "")), "\"1048577\" is a row out of order");
    expect_sheet_refused(SHEET(ROW("1", S("B1", "x") S("A1", "x"))), "\"A1\" is a cell out of order");
    expect_sheet_refused(SHEET(ROW("1", S("A1", "x") S("A1", "x"))), "\"A1\" is a cell out of order");
    expect_sheet_refused(SHEET(ROW("1", S("A2", "x"))), "\"A2\" is a cell out of order");
    expect_sheet_refused(SHEET(ROW("1", S("XFE1", "x"))), "\"XFE1\" is a cell out of order");
    expect_sheet_refused(SHEET(ROW("1", S("1", "x"))), "\"1\" is a cell out of order");
    expect_sheet_refused(SHEET(ROW("1", S("XFD1", "x") "<c><v>1</v></c>")), "is one column too many");
    expect_sheet_refused(SHEET(ROW("1", T("A1", "zz", "x"))), "\"zz\" is no type of cells");
    expect_sheet_refused(SHEET(ROW("1", SHARED("A1", "5"))), "\"5\" is no shared string of the workbook");
    expect_sheet_refused(SHEET(ROW("1", SHARED("A1", "-1"))), "\"-1\" is no shared string of the workbook");
    expect_sheet_refused(SHEET_WITH("", "<mergeCells><mergeCell ref=\"B2:A1\"/></mergeCells>"),
                         "is no area of merged cells");
    expect_sheet_refused(SHEET_WITH("", "<mergeCells><mergeCell ref=\"\"/></mergeCells>"),
                         "is no area of merged cells");
    expect_sheet_refused(SHEET(HEADER("1")) "<more/>", "junk after document element");
    expect_sheet_refused("<worksheet><sheetData>", "no element found");
    const struct made_sheet none = {"Data", "", ""};
    expect_refused(make_book(&(const struct book_plan){.sheets = &none, .count = 1}), "no element found");
}

/* Sets the byte at OFFSET of every central directory entry and, at LOCAL, of every local one. */
static void patch_entries(struct text bytes, size_t central, size_t local, char value)
{
    char *p = (char *)(uintptr_t)bytes.ptr;
    for (size_t i = 0; i + 46 < bytes.len; i++) {
        if (!memcmp(p + i, "PK\1\2", 4)) p[i + central] = value;
        if (!memcmp(p + i, "PK\3\4", 4)) p[i + local] = value;
    }
}

static void encrypted_and_strangely_compressed_parts_are_refused(void **state)
{
    struct text bytes = make_sheet(SHEET(HEADER("1")));
    (void)state;
    patch_entries(bytes, 8, 6, 1);
    expect_refused(bytes, "is encrypted");
    bytes = make_sheet(SHEET(HEADER("1")));
    patch_entries(bytes, 10, 8, 12); /* bzip2 */
    expect_refused(bytes, "is compressed in a way workbooks are not");
}

static void a_damaged_part_is_refused(void **state)
{
    const struct made_sheet sheet = {"Data", "", SHEET(HEADER("1"))};
    const struct book_plan plan = {.sheets = &sheet, .count = 1, .stored = true};
    struct text bytes = make_book(&plan);
    char *p = memmem(bytes.ptr, bytes.len, "Stadsdel<", 9);
    (void)state;
    assert_non_null(p);
    *p = 'X'; /* its CRC is wrong now */
    expect_refused(bytes, "part \"xl/worksheets/sheet1.xml\" is damaged: CRC error");
    bytes = make_book(&plan);
    patch_entries(bytes, 24, 22, 10); /* the plain sizes */
    char *dump = decode_pieces(bytes, 0, &plain);
    assert_true(text_starts(text_of(dump), "error 7 x.xlsx: "));
    free(dump);
    workbook_free(bytes);
}

static ssize_t read_endlessly(void *context, void *buffer, size_t size, struct error *err)
{
    (void)context;
    (void)err;
    memset(buffer, 'P', size);
    return (ssize_t)size;
}

static void an_endless_input_ends_at_the_limit(void **state)
{
    const struct reader reader = {read_endlessly, NULL};
    struct dump dump = {0};
    const struct sink sink = {take_record, &dump};
    struct decode_counts counts;
    struct error err = {0};
    (void)state;
    assert_int_equal(connector_xlsx.decode(&reader, &plain, &sink, &counts, &err), -1);
    assert_int_equal(err.class, EXIT_REFUSED);
    assert_non_null(strstr(err.message, "too large for a workbook"));
}

static ssize_t read_nothing(void *context, void *buffer, size_t size, struct error *err)
{
    (void)context;
    (void)buffer;
    (void)size;
    return error_set(err, EXIT_FETCH, "the archive is gone");
}

static int refuse_record(void *context, const struct record *record, struct error *err)
{
    (void)context;
    (void)record;
    return error_set(err, EXIT_DEADLINE, "it is late");
}

static void errors_of_reader_and_sink_are_passed_on(void **state)
{
    const struct reader broken = {read_nothing, NULL};
    struct text bytes = make_sheet(SHEET(HEADER("1") ROW("2", S("A2", "B") S("C2", "A") S("D2", "1") S("H2", "2023"))));
    struct text_source source = {bytes, 0};
    const struct reader reader = {text_source_read, &source};
    const struct sink sink = {refuse_record, NULL};
    struct decode_counts counts;
    struct error err = {0};
    (void)state;
    assert_int_equal(connector_xlsx.decode(&broken, &plain, &sink, &counts, &err), -1);
    assert_int_equal(err.class, EXIT_FETCH);
    assert_int_equal(connector_xlsx.decode(&reader, &plain, &sink, &counts, &err), -1);
    assert_int_equal(err.class, EXIT_DEADLINE);
    assert_string_equal(err.message, "it is late");
    workbook_free(bytes);
}

/* ---- damage ---- */

#define MUTATIONS 1500

static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

/* Flips, overwrites, removes and doubles bytes, and cuts; SIZE is at least 1 and BYTES has room for 64 more. */
static size_t damage(char *bytes, size_t size, uint32_t *seed)
{
    static const char *const pieces[] = {"<",      ">",      "&",    "\"",         "]]>",     "<!--", "<c r=\"A1\">",
                                         "</row>", "PK\1\2", "\xff", "<v>9999999", " t=\"s\""};
    for (uint32_t n = 1 + next(seed) % 4; n > 0; n--) {
        size_t at = next(seed) % size;
        const char *piece = pieces[next(seed) % (sizeof pieces / sizeof *pieces)];
        size_t len = strlen(piece);
        switch (next(seed) % 8) {
        case 0:
            bytes[at] = (char)(bytes[at] ^ (1 << next(seed) % 8));
            break;
        case 1:
            bytes[at] = (char)next(seed);
            break;
        case 2: /* removed */
            memmove(bytes + at, bytes + at + 1, size - at - 1);
            size -= size > 1;
            break;
        case 3:
            if (at + len <= size) memcpy(bytes + at, piece, len);
            break;
        case 4: /* put in */
            memmove(bytes + at + len, bytes + at, size - at);
            memcpy(bytes + at, piece, len);
            size += len;
            break;
        case 5: /* a number becomes another */
            for (size_t i = at; i < size && i < at + 200; i++)
                if (bytes[i] >= '0' && bytes[i] <= '9') {
                    bytes[i] = (char)('0' + next(seed) % 10);
                    break;
                }
            break;
        case 6:
            if (next(seed) % 8 == 0) size = at + 1;
            break;
        default:
            if (at + 4 <= size) memset(bytes + at, (int)(next(seed) % 2 * 255), 4);
            break;
        }
    }
    return size;
}

static const char mutated[] = SHEET_WITH(
    HEADER("1") ROW("2", S("A2", "Bromma") S("B2", "Solen") SHARED("C2", "0") N("D2", PERCENT1, "0.865")
                             N("E2", DATE, "45291") N("F2", PIECES, "13.5") T("G2", "e", "#N/A") S("H2", "2023"))
        ROW("3", SHARED("C3", "1") "<c r=\"D3\"><f>1+1</f><v>2</v></c>" T("E3", "b", "1") N("F3", HIDING, "7")
                     S("H3", "VB 2023")),
    "<mergeCells><mergeCell ref=\"A2:A3\"/><mergeCell ref=\"B2:B9\"/><mergeCell ref=\"D2:F3\"/></mergeCells>");

static void damaged_archives_never_crash_and_always_add_up(void **state)
{
    static char copy[32 * 1024];
    uint32_t seed = 20230701;
    struct text bytes = make_sheet(mutated);
    (void)state;
    assert_true(bytes.len + 300 < sizeof copy);
    for (int n = 0; n < MUTATIONS; n++) {
        memcpy(copy, bytes.ptr, bytes.len);
        size_t size = damage(copy, bytes.len, &seed);
        free(decode_pieces(text_make(copy, size), 0, &plain)); /* asserts its accounting */
    }
    for (size_t size = 0; size < bytes.len; size += 3) { /* cut anywhere */
        char *dump = decode_pieces(text_make(bytes.ptr, size), 0, &plain);
        assert_true(text_starts(text_of(dump), "error 7 x.xlsx: "));
        free(dump);
    }
    workbook_free(bytes);
}

/* Behind the archive's checksums: the XML itself is damaged. */
static void damaged_parts_never_crash_and_always_add_up(void **state)
{
    static char copy[16 * 1024];
    const struct made_sheet sheet = {"Data", "", mutated};
    const struct book_plan plan = {.sheets = &sheet, .count = 1};
    struct arena arena = {0};
    struct part parts[MOST_PARTS];
    size_t count = plan_parts(&arena, &plan, parts);
    uint32_t seed = 20240101;
    int decoded = 0;
    (void)state;
    for (int n = 0; n < MUTATIONS; n++) {
        struct part *part = &parts[(uint32_t)n % 2 ? 1 : next(&seed) % count]; /* the sheet, every other time */
        struct part kept = *part;
        size_t size = strlen(part->bytes);
        assert_true(size + 300 < sizeof copy);
        memcpy(copy, part->bytes, size);
        part->size = damage(copy, size, &seed);
        part->bytes = copy;
        struct text bytes = make_zip(parts, count, ZIP_CM_STORE);
        *part = kept;
        char *dump = decode_pieces(bytes, 0, &plain);
        decoded += !text_starts(text_of(dump), "error");
        free(dump);
        workbook_free(bytes);
    }
    assert_true(decoded > MUTATIONS / 20); /* the damage is not all of the kind that ends at once */
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(other_files_are_refused_by_kind),
        cmocka_unit_test(a_workbook_without_a_header_is_refused),
        cmocka_unit_test(a_header_without_stadsdel_needs_one_of_the_source),
        cmocka_unit_test(document_types_and_entities_are_refused),
        cmocka_unit_test(what_is_too_deep_or_too_long_is_refused),
        cmocka_unit_test(a_zip_bomb_is_refused_before_it_is_unpacked),
        cmocka_unit_test(a_part_that_is_missing_or_there_twice_is_refused),
        cmocka_unit_test(too_many_parts_are_refused),
        cmocka_unit_test(a_sheet_that_contradicts_itself_is_refused),
        cmocka_unit_test(encrypted_and_strangely_compressed_parts_are_refused),
        cmocka_unit_test(a_damaged_part_is_refused),
        cmocka_unit_test(an_endless_input_ends_at_the_limit),
        cmocka_unit_test(errors_of_reader_and_sink_are_passed_on),
        cmocka_unit_test(damaged_archives_never_crash_and_always_add_up),
        cmocka_unit_test(damaged_parts_never_crash_and_always_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
