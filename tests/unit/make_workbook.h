/* Workbooks for tests, made in memory: parts of XML in a zip archive. */
#ifndef STADSLAGER_TESTS_MAKE_WORKBOOK_H
#define STADSLAGER_TESTS_MAKE_WORKBOOK_H

#include <stdio.h>
#include <stdlib.h>
#include <zip.h>

#include "tests/unit/decode_text.h"

#define MAIN      "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define REL       "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define XML       "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define RELATIONS "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"

#define ROOT_RELS                                                                                                      \
    XML RELATIONS "<Relationship Id=\"a\" Type=\"" REL "/officeDocument\" "                                            \
                  "Target=\"xl/workbook.xml\"/></Relationships>"
#define STYLES                                                                                                         \
    XML "<styleSheet xmlns=\"" MAIN "\"><numFmts count=\"4\"><numFmt numFmtId=\"170\" formatCode=\"0.0%\"/>"           \
        "<numFmt numFmtId=\"171\" formatCode=\"0.0&quot; st&quot;\"/><numFmt numFmtId=\"172\" formatCode=\";;;\"/>"    \
        "<numFmt numFmtId=\"173\" formatCode=\"[&lt;5]&quot;&lt;5&quot;;0\"/></numFmts>"                               \
        "<cellStyleXfs count=\"1\"><xf numFmtId=\"9\"/></cellStyleXfs><cellXfs count=\"8\"><xf numFmtId=\"0\"/>"       \
        "<xf numFmtId=\"170\"/><xf numFmtId=\"14\"/><xf numFmtId=\"3\"/><xf numFmtId=\"171\"/><xf numFmtId=\"172\"/>"  \
        "<xf numFmtId=\"173\"/><xf numFmtId=\"9\"/></cellXfs></styleSheet>"
/* What the styles above are, as cells give them. */
#define GENERAL  "0"
#define PERCENT1 "1"
#define DATE     "2"
#define GROUPED  "3"
#define PIECES   "4"
#define HIDING   "5"
#define BELOW5   "6"
#define PERCENT  "7"
#define NO_STYLE "8"

#define STRINGS                                                                                                        \
    XML "<sst xmlns=\"" MAIN "\"><si><t>Trygghet</t></si>"                                                             \
        "<si><r><rPr><b/></rPr><t>Sjuk</t></r><r><t xml:space=\"preserve\">frånvaro </t></r>"                         \
        "<rPh sb=\"0\" eb=\"1\"><t>uttal</t></rPh><phoneticPr fontId=\"0\"/></si><si><t/></si><si/>"                   \
        "<si><t xml:space=\"preserve\">  två_x000D_\nrader _x005F_x0041_ och _x00E5_ _x0001_</t></si></sst>"

/* Cells: a text inside the cell, a shared string, a number with a style, any other type. */
#define S(ref, text)         "<c r=\"" ref "\" t=\"inlineStr\"><is><t>" text "</t></is></c>"
#define SHARED(ref, index)   "<c r=\"" ref "\" t=\"s\"><v>" index "</v></c>"
#define N(ref, style, value) "<c r=\"" ref "\" s=\"" style "\"><v>" value "</v></c>"
#define T(ref, type, value)  "<c r=\"" ref "\" t=\"" type "\"><v>" value "</v></c>"
#define ROW(number, cells)   "<row r=\"" number "\">" cells "</row>"
#define HEADER_CELLS(n)                                                                                                \
    S("A" n, "Stadsdel")                                                                                               \
    S("B" n, "Enhet")                                                                                                  \
    S("C" n, "Indikator") S("D" n, "Utfall") S("E" n, "Män") S("F" n, "Kvinnor") S("G" n, "Årsmål") S("H" n, "Period")
#define HEADER(n) ROW(n, HEADER_CELLS(n))
#define SHEET_WITH(rows, behind)                                                                                       \
    XML "<worksheet xmlns=\"" MAIN "\"><sheetData>" rows "</sheetData>" behind "</worksheet>"
#define SHEET(rows) SHEET_WITH(rows, "")

struct part {
    const char *name, *bytes;
    size_t size; /* 0 = up to the NUL */
};

/* The archive of PARTS, malloc'ed; METHOD is ZIP_CM_DEFLATE or ZIP_CM_STORE. */
static inline struct text make_zip(const struct part *parts, size_t count, int method)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &error);
    assert_non_null(source);
    zip_source_keep(source);
    zip_t *zip = zip_open_from_source(source, ZIP_TRUNCATE, &error);
    assert_non_null(zip);
    for (size_t i = 0; i < count; i++) {
        size_t size = parts[i].size ? parts[i].size : strlen(parts[i].bytes);
        zip_source_t *bytes = zip_source_buffer(zip, parts[i].bytes, size, 0);
        zip_int64_t index = zip_file_add(zip, parts[i].name, bytes, ZIP_FL_ENC_UTF_8);
        assert_true(index >= 0);
        assert_int_equal(zip_set_file_compression(zip, (zip_uint64_t)index, method, 1), 0);
        assert_int_equal(zip_file_set_mtime(zip, (zip_uint64_t)index, 1700000000, 0), 0);
    }
    assert_int_equal(zip_close(zip), 0);
    zip_stat_t stat;
    assert_int_equal(zip_source_stat(source, &stat), 0);
    char *bytes = malloc(stat.size + 1);
    assert_non_null(bytes);
    assert_int_equal(zip_source_open(source), 0);
    assert_int_equal(zip_source_read(source, bytes, stat.size), (zip_int64_t)stat.size);
    zip_source_close(source);
    zip_source_free(source);
    zip_error_fini(&error);
    return text_make(bytes, stat.size);
}

#define MOST_SHEETS 8
#define MOST_PARTS  (MOST_SHEETS + 5)

struct made_sheet {
    const char *name, *state, *xml; /* STATE: "" = visible */
};

struct book_plan {
    const struct made_sheet *sheets;
    size_t count;
    const char *strings, *styles; /* NULL = those above; "" = none */
    const char *workbook;         /* instead of the usual part */
    bool date1904;
    bool stored; /* not compressed */
};

/* The usual parts of a workbook; the texts that are put together are in ARENA. */
static inline size_t plan_parts(struct arena *arena, const struct book_plan *plan, struct part parts[static MOST_PARTS])
{
    const char *strings = plan->strings ? plan->strings : STRINGS, *styles = plan->styles ? plan->styles : STYLES;
    const size_t room = 16 * 1024;
    char *workbook = arena_alloc(arena, room), *relations = arena_alloc(arena, room);
    size_t w, r, n = 0;
    assert_true(plan->count <= MOST_SHEETS && workbook && relations);
    parts[n++] = (struct part){"_rels/.rels", ROOT_RELS, 0};
    w = (size_t)snprintf(workbook, room, XML "<workbook xmlns=\"" MAIN "\" xmlns:r=\"" REL "\"><workbookPr%s/><sheets>",
                         plan->date1904 ? " date1904=\"1\"" : "");
    r = (size_t)snprintf(relations, room,
                         XML RELATIONS "<Relationship Id=\"s\" Type=\"" REL "/%s\" Target=\"sharedStrings.xml\"/>"
                                       "<Relationship Id=\"f\" Type=\"" REL "/%s\" Target=\"styles.xml\"/>",
                         strings[0] ? "sharedStrings" : "none", styles[0] ? "styles" : "none");
    for (size_t i = 0; i < plan->count; i++) {
        const struct made_sheet *sheet = &plan->sheets[i];
        char *name = arena_alloc(arena, 64);
        assert_non_null(name);
        (void)snprintf(name, 64, "xl/worksheets/sheet%zu.xml", i + 1);
        w += (size_t)snprintf(workbook + w, room - w, "<sheet name=\"%s\" sheetId=\"%zu\"%s%s%s r:id=\"rId%zu\"/>",
                              sheet->name, i + 1, sheet->state[0] ? " state=\"" : "", sheet->state,
                              sheet->state[0] ? "\"" : "", i + 1);
        r += (size_t)snprintf(relations + r, room - r,
                              "<Relationship Id=\"rId%zu\" Type=\"" REL "/worksheet\" Target=\"%s\"/>", i + 1,
                              name + strlen("xl/"));
        parts[n++] = (struct part){name, sheet->xml, 0};
    }
    (void)snprintf(workbook + w, room - w, "</sheets></workbook>");
    (void)snprintf(relations + r, room - r, "</Relationships>");
    parts[n++] = (struct part){"xl/workbook.xml", plan->workbook ? plan->workbook : workbook, 0};
    parts[n++] = (struct part){"xl/_rels/workbook.xml.rels", relations, 0};
    if (strings[0]) parts[n++] = (struct part){"xl/sharedStrings.xml", strings, 0};
    if (styles[0]) parts[n++] = (struct part){"xl/styles.xml", styles, 0};
    return n;
}

/* The whole workbook, malloc'ed. */
static inline struct text make_book(const struct book_plan *plan)
{
    struct arena arena = {0};
    struct part parts[MOST_PARTS];
    size_t count = plan_parts(&arena, plan, parts);
    struct text bytes = make_zip(parts, count, plan->stored ? ZIP_CM_STORE : ZIP_CM_DEFLATE);
    arena_free(&arena);
    return bytes;
}

static inline void workbook_free(struct text bytes)
{
    free((void *)(uintptr_t)bytes.ptr);
}

/* A workbook with one sheet "Data". */
static inline struct text make_sheet(const char *xml)
{
    const struct made_sheet sheet = {"Data", "", xml};
    return make_book(&(const struct book_plan){.sheets = &sheet, .count = 1});
}

#endif
