/* What ties the parts of a workbook together: relations, sheets, shared strings, formats; their limits; headers of sheets
 * that do not say enough. */
#include "tests/unit/decode_workbook.h"

#include "etl/base/limits.h"

#define HEAD  ROW("1", S("A1", "Stadsdel") S("B1", "Indikator") S("C1", "Utfall") S("D1", "Period"))
#define DATA  SHEET(HEAD ROW("2", S("A2", "B") S("B2", "A") N("C2", PERCENT1, "0.5") N("D2", GENERAL, "2023")))
#define SHOWN "Data!2: B||A|50,0 %||||||2023\nheader=1 lines=2 rows=1-0"

static const struct made_sheet data = {"Data", "", DATA};

/* HEAD, PIECE so many times, TAIL; to be freed. */
static char *repeated(const char *head, const char *piece, size_t times, const char *tail)
{
    char *text = malloc(strlen(head) + times * strlen(piece) + strlen(tail) + 1), *p = text;
    assert_non_null(text);
    p = stpcpy(p, head);
    for (size_t i = 0; i < times; i++)
        p = stpcpy(p, piece);
    (void)stpcpy(p, tail);
    return text;
}

/* ---- relations ---- */

static struct text book_with(const char *workbook_rels, const char *sheet_part)
{
    const struct part parts[] = {{"_rels/.rels", ROOT_RELS, 0},
                                 {"xl/workbook.xml",
                                  XML "<workbook xmlns=\"" MAIN "\" xmlns:r=\"" REL
                                      "\"><sheets><sheet name=\"Data\" sheetId=\"1\" "
                                      "r:id=\"rId1\"/></sheets></workbook>",
                                  0},
                                 {"xl/_rels/workbook.xml.rels", workbook_rels, 0},
                                 {"xl/styles.xml", STYLES, 0},
                                 {sheet_part, DATA, 0}};
    return make_zip(parts, sizeof parts / sizeof *parts, ZIP_CM_DEFLATE);
}

static struct text book_at(const char *target, const char *sheet_part)
{
    char relations[1000];
    (void)snprintf(relations, sizeof relations,
                   XML RELATIONS "<Relationship Id=\"f\" Type=\"" REL "/styles\" Target=\"styles.xml\"/>"
                                 "<Relationship Id=\"rId1\" Type=\"" REL "/worksheet\" Target=\"%s\"/></Relationships>",
                   target);
    return book_with(relations, sheet_part);
}

static void a_part_is_found_from_the_folder_of_the_one_that_names_it(void **state)
{
    static const char *const targets[] = {"a/b.xml",         "./a/b.xml",        "././a/b.xml", "../xl/a/b.xml",
                                          "./../xl/a/b.xml", "../../xl/a/b.xml", "/xl/a/b.xml"};
    (void)state;
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        expect_book(book_at(targets[i], "xl/a/b.xml"), &plain, SHOWN);
    expect_book(book_at("../b.xml", "b.xml"), &plain, SHOWN);
    expect_refused(book_at("../b.xml", "xl/b.xml"), "it has no part \"b.xml\"");
}

static void a_part_s_name_longer_than_the_limit_names_none(void **state)
{
    char target[LIMIT_PART_NAME + 2] = "";
    (void)state;
    memset(target, 'x', LIMIT_PART_NAME);
    expect_refused(book_at(target, "xl/a.xml"), "it has no part \"xl/xxxxxxxx");
}

static void more_relations_than_parts_can_be_are_refused(void **state)
{
    char *relations = repeated(XML RELATIONS, "<Relationship Id=\"a\" Type=\"t\" Target=\"b\"/>", LIMIT_ZIP_ENTRIES + 1,
                               "</Relationships>");
    (void)state;
    expect_refused(book_with(relations, "xl/a.xml"), "has more than 5000 relations between parts");
    free(relations);
}

/* ---- sheets ---- */

static void a_sheet_without_a_name_is_shown_as_a_question(void **state)
{
    const struct made_sheet sheet = {"", "", DATA};
    (void)state;
    expect_plan(&(const struct book_plan){.sheets = &sheet, .count = 1},
                "?!2: B||A|50,0 %||||||2023\nheader=1 lines=2 rows=1-0");
}

static void more_sheets_than_the_limit_are_refused(void **state)
{
    char *workbook =
        repeated(XML "<workbook xmlns=\"" MAIN "\" xmlns:r=\"" REL "\"><sheets>",
                 "<sheet name=\"Data\" sheetId=\"1\" r:id=\"rId1\"/>", LIMIT_SHEETS + 1, "</sheets></workbook>");
    (void)state;
    expect_refused(make_book(&(const struct book_plan){.sheets = &data, .count = 1, .workbook = workbook}),
                   "has more than 1000 sheets");
    free(workbook);
}

/* ---- formats ---- */

static void expect_styles(const char *styles, const char *expected)
{
    expect_plan(&(const struct book_plan){.sheets = &data, .count = 1, .styles = styles}, expected);
}

#define FORMATS(own, cells)                                                                                            \
    XML "<styleSheet xmlns=\"" MAIN "\"><numFmts>" own "</numFmts><cellXfs><xf/>" cells "</cellXfs></styleSheet>"
#define OWN(id, code) "<numFmt numFmtId=\"" id "\" formatCode=\"" code "\"/>"

static void a_cell_format_is_the_number_format_that_it_names(void **state)
{
    (void)state;
    expect_styles(FORMATS("", "<xf numFmtId=\"10\"/>"), "Data!2: B||A|50,00 %||||||2023\nheader=1 lines=2 rows=1-0");
    expect_styles(FORMATS(OWN("200", "0.000"), "<xf numFmtId=\"200\"/>"),
                  "Data!2: B||A|0,500||||||2023\nheader=1 lines=2 rows=1-0");
    expect_styles(FORMATS("", "<xf/>"), "Data!2: B||A|0,5||||||2023\nheader=1 lines=2 rows=1-0");
    expect_styles(
        FORMATS("<x/>" OWN("x", "0%") OWN("9", "0.0"), "<x/><xf numFmtId=\"9\"/>"), /* its own, not the usual */
        "Data!2: B||A|0,5||||||2023\nheader=1 lines=2 rows=1-0");
}

static void a_number_format_that_is_not_known_leaves_its_numbers_in_doubt(void **state)
{
    static const char *const cells[] = {
        FORMATS("", "<xf numFmtId=\"9x\"/>"),
        FORMATS("", "<xf numFmtId=\"-1\"/>"),
        FORMATS("", "<xf numFmtId=\"300\"/>"),
        FORMATS("", "<xf numFmtId=\"99999999999999999999\"/>"),
        FORMATS("", ""), /* the cell names a format that is not there */
        FORMATS(OWN("200", "0") OWN("200", "0.0"), "<xf numFmtId=\"200\"/>"),
        FORMATS(OWN("100", "0") OWN("200", "0") OWN("200", "0.0") OWN("300", "0"), "<xf numFmtId=\"200\"/>")};
    (void)state;
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        struct text bytes = make_book(&(const struct book_plan){.sheets = &data, .count = 1, .styles = cells[i]});
        char *got = decode_pieces(bytes, 0, &plain);
        if (!strstr(got, "{osaker}")) fail_msg("styles %zu gave: %s", i, got);
        free(got);
        workbook_free(bytes);
    }
}

static void more_formats_than_the_limit_are_refused(void **state)
{
    static const char *const pieces[][4] = {{XML "<styleSheet xmlns=\"" MAIN "\"><numFmts>", OWN("200", "0"),
                                             "</numFmts></styleSheet>", "has more than 65536 number formats"},
                                            {XML "<styleSheet xmlns=\"" MAIN "\"><cellXfs>", "<xf/>",
                                             "</cellXfs></styleSheet>", "has more than 65536 cell formats"}};
    (void)state;
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        char *styles = repeated(pieces[i][0], pieces[i][1], LIMIT_STYLES + 1, pieces[i][2]);
        expect_refused(
            make_book(&(const struct book_plan){.sheets = &data, .count = 1, .styles = styles, .stored = true}),
            pieces[i][3]);
        free(styles);
    }
}

/* ---- strings and characters ---- */

static void more_shared_strings_than_the_limit_are_refused(void **state)
{
    char *strings = repeated(XML "<sst xmlns=\"" MAIN "\">", "<si/>", LIMIT_STRINGS + 1, "</sst>");
    (void)state;
    expect_refused(
        make_book(&(const struct book_plan){.sheets = &data, .count = 1, .strings = strings, .stored = true}),
        "has more shared strings than 2000000");
    free(strings);
}

static void a_control_character_that_xml_lets_pass_is_refused(void **state)
{
    (void)state;
    expect_refused(make_sheet(SHEET(HEAD ROW("2", S("A2", "B\x7f")))),
                   "part \"xl/worksheets/sheet1.xml\" holds a control character (0x7F)");
    expect_refused(make_sheet(SHEET(ROW("1\x7f", S("A1", "B")))), "holds a control character (0x7F)");
}

static void an_escape_stands_for_a_character_that_texts_may_hold(void **state)
{
    static const struct {
        const char *cell, *want;
    } cases[] = {{"_x0041_", "A"},       {"_x00e5_", "å"},       {"_x20AC_", "€"},       {"a_x000A_b", "a b"},
                 {"a_x0009_b", "a b"},   {"a_x000d_b", "a b"},   {"_x0000_", "_x0000_"}, {"_x007F_", "_x007F_"},
                 {"_x009f_", "_x009f_"}, {"_xD800_", "_xD800_"}, {"_xDFFF_", "_xDFFF_"}, {"_xE000_", "\ue000"},
                 {"_xFFFE_", "_xFFFE_"}, {"_xFFFD_", "\ufffd"},  {"_x00a0_B", "B"},      {"_x004G_", "_x004G_"},
                 {"_x0041", "_x0041"},   {"_y0041_", "_y0041_"}, {"_x00410", "_x00410"}, {"_x00/1_", "_x00/1_"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char xml[2000], want[200];
        (void)snprintf(xml, sizeof xml, "%s%s%s",
                       XML "<worksheet xmlns=\"" MAIN "\"><sheetData>" HEAD
                           "<row r=\"2\">" S("A2", "B") "<c r=\"B2\" t=\"inlineStr\"><is><t>",
                       cases[i].cell,
                       "</t></is></c>" N("C2", GENERAL, "5") N("D2", GENERAL, "2023") "</row></sheetData></worksheet>");
        (void)snprintf(want, sizeof want, "Data!2: B||%s|5||||||2023\nheader=1 lines=2 rows=1-0", cases[i].want);
        expect_rows(xml, want);
    }
}

static void comments_between_rows_are_passed_over(void **state)
{
    (void)state;
    expect_rows(SHEET("<!-- one -->" HEAD "<!-- two -->" ROW(
                    "2", S("A2", "B") S("B2", "A") N("C2", GENERAL, "5") "<!-- x -->" N("D2", GENERAL, "2023"))),
                "Data!2: B||A|5||||||2023\nheader=1 lines=2 rows=1-0");
}

/* ---- headers ---- */

static void a_damaged_header_above_a_whole_one_is_refused(void **state)
{
    (void)state;
    expect_refused(
        make_sheet(SHEET(
            ROW("1", S("A1", "Stadsdel") S("B1", "Indikator") S("C1", "Utfall") S("D1", "Årsmål") S("E1", "Årsmål"))
                ROW("2", S("A2", "B") S("B2", "A") S("C2", "1") S("D2", "2") S("E2", "2023")) ROW("3", S("A3", "Text"))
                    ROW("4", S("A4", "Stadsdel") S("B4", "Indikator") S("C4", "Utfall") S("D4", "Årsmål")
                                 S("E4", "Period")))),
        "sheet \"Data\", row 1: looks like the header, but lacks a column or has one twice");
    expect_refused(make_sheet(SHEET(ROW("1", S("A1", "Stadsdel") S("B1", "Indikator") S("C1", "Utfall")
                                                 S("D1", "Årsmål") S("E1", "Årsmål"))
                                        ROW("2", S("A2", "B") S("B2", "A") S("C2", "1") S("D2", "2") S("E2", "2023"))
                                            ROW("3", S("C3", "Utfall") S("D3", ""))
                                                ROW("4", S("A4", "Stadsdel") S("B4", "Indikator") S("C4", "Totalt")
                                                             S("D4", "Män") S("E4", "Period")))),
                   "sheet \"Data\", row 1: looks like the header, but lacks a column or has one twice");
}

static void a_group_of_unknown_meaning_is_refused_above_and_below(void **state)
{
    (void)state;
    expect_refused(
        make_sheet(SHEET(
            ROW("1", S("A1", "Stadsdel") S("B1", "Indikator") S("C1", "Utfall") S("D1", "Budget") S("E1", "Period"))
                ROW("2", S("C2", "Totalt") S("D2", "Män")) ROW("3", S("A3", "B") S("B3", "A") S("C3", "1")))),
        "sheet \"Data\", row 2: \"Budget\" in the row above stands over \"Män\"");
    expect_refused(
        make_sheet(SHEET(ROW("1", S("C1", "Föregående år") S("D1", "Utfall")) ROW(
            "2", S("A2", "Stadsdel") S("B2", "Indikator") S("C2", "Utfall") S("D2", "Totalt") S("E2", "Period")))),
        "sheet \"Data\", row 2: \"Föregående år\" in the row above stands over \"Utfall\"");
}

static void a_header_beyond_the_first_two_hundred_rows_heads_nothing(void **state)
{
    char *rows =
        repeated(XML "<worksheet xmlns=\"" MAIN "\"><sheetData>",
                 "<row><c t=\"inlineStr\"><is><t>x</t></is></c><c t=\"inlineStr\"><is><t>y</t></is></c></row>", 200,
                 "<row><c t=\"inlineStr\"><is><t>Stadsdel</t></is></c><c "
                 "t=\"inlineStr\"><is><t>Indikator</t></is></c><c t=\"inlineStr\"><is><t>Utfall</t></is></c><c "
                 "t=\"inlineStr\"><is><t>Period</t></is></c></row></sheetData></worksheet>");
    (void)state;
    expect_refused(make_sheet(rows), "no header found in the first 200 rows of its 1 visible sheets");
    free(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_part_is_found_from_the_folder_of_the_one_that_names_it),
        cmocka_unit_test(a_part_s_name_longer_than_the_limit_names_none),
        cmocka_unit_test(more_relations_than_parts_can_be_are_refused),
        cmocka_unit_test(a_sheet_without_a_name_is_shown_as_a_question),
        cmocka_unit_test(more_sheets_than_the_limit_are_refused),
        cmocka_unit_test(a_cell_format_is_the_number_format_that_it_names),
        cmocka_unit_test(a_number_format_that_is_not_known_leaves_its_numbers_in_doubt),
        cmocka_unit_test(more_formats_than_the_limit_are_refused),
        cmocka_unit_test(more_shared_strings_than_the_limit_are_refused),
        cmocka_unit_test(a_control_character_that_xml_lets_pass_is_refused),
        cmocka_unit_test(an_escape_stands_for_a_character_that_texts_may_hold),
        cmocka_unit_test(comments_between_rows_are_passed_over),
        cmocka_unit_test(a_damaged_header_above_a_whole_one_is_refused),
        cmocka_unit_test(a_group_of_unknown_meaning_is_refused_above_and_below),
        cmocka_unit_test(a_header_beyond_the_first_two_hundred_rows_heads_nothing),
    };
    return cmocka_run_group_tests_name("xlsx_book", tests, NULL, NULL);
}
