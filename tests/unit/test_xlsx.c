/* Workbooks: what their cells, merged areas and sheets give, and what is in doubt. */
#include "tests/unit/decode_workbook.h"

/* ---- cells ---- */

static void a_row_becomes_a_record_with_its_cells_as_shown(void **state)
{
    (void)state;
    expect_rows(SHEET(HEADER("1") ROW("2", S("A2", "Bromma") S("B2", "Solen") SHARED("C2", "0")
                                               N("D2", PERCENT1, "0.86499999999999999") N("E2", PERCENT1, "0.85")
                                                   N("F2", PERCENT, "0.88") S("G2", "öka") N("H2", GENERAL, "2023"))),
                "Data!2: Bromma|Solen|Trygghet|86,5 %|85,0 %|88 %||öka||2023\n" ONE);
}

static void a_workbook_gives_what_delimited_text_gives(void **state)
{
    static const char text[] =
        "Stadsdel;Enhet;Indikator;Utfall;Män;Kvinnor;Årsmål;Period\n"
        "Bromma;Solen;A;86,5 %;1 234;13,5 st;öka;2023-12-31\nBromma;;B;12,5;..;-5;87 %;VB 2023\n";
    struct text bytes = make_sheet(SHEET(
        HEADER("1") ROW("2", S("A2", "Bromma") S("B2", "Solen") S("C2", "A") N("D2", PERCENT1, "0.865")
                                 N("E2", GROUPED, "1234") N("F2", PIECES, "13.5") S("G2", "öka") N("H2", DATE, "45291"))
            ROW("3", S("A3", "Bromma") S("C3", "B") N("D3", GENERAL, "12.5") S("E3", "..") N("F3", GENERAL, "-5")
                         S("G3", "87 %") S("H3", "VB 2023"))));
    struct decoded from_text = decode_bytes(&connector_delimited, text_of(text), 0, &plain);
    struct decoded from_book = decode_bytes(&connector_xlsx, bytes, 0, &plain);
    (void)state;
    assert_int_equal(from_book.count, 2);
    assert_string_equal(rows_of(&from_book), rows_of(&from_text));
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(from_book.records[i].present, from_text.records[i].present);
        assert_int_equal(from_book.records[i].place.line, from_text.records[i].place.line);
        assert_true(text_equal(from_book.records[i].cell[COLUMN_ENHET], from_text.records[i].cell[COLUMN_ENHET]));
    }
    decoded_free(&from_text);
    decoded_free(&from_book);
    workbook_free(bytes);
}

static void shared_strings_may_be_rich_empty_and_escaped(void **state)
{
    (void)state;
    expect_rows(SHEET(HEADER("1") ROW("2", SHARED("A2", "2") SHARED("B2", "3") SHARED("C2", "1") N("D2", GENERAL, "1")
                                               SHARED("G2", "4") S("H2", "2023"))),
                "Data!2: ||Sjukfrånvaro|1||||två rader _x0041_ och å _x0001_||2023\n" ONE);
}

static void texts_may_stand_in_their_cells(void **state)
{
    (void)state;
    expect_rows(
        SHEET(HEADER("1") ROW(
            "2", S("A2", "  Bromma\n") "<c r=\"C2\" t=\"inlineStr\"><is><r><t>Trygg</t></r><r><rPr/><t>het</t></r>"
                                       "<rPh sb=\"0\" eb=\"1\"><t>x</t></rPh></is></c>" T("D2", "str", "80")
                                           S("H2", "2023"))),
        "Data!2: Bromma||Trygghet|80||||||2023\n" ONE);
}

#define RICH(ref, properties, first, second)                                                                           \
    "<c r=\"" ref "\" t=\"inlineStr\"><is><r><t>" first "</t></r><r><rPr><b/>" properties "</rPr><t>" second           \
    "</t></r></is></c>"
#define RAISED "<vertAlign val=\"superscript\"/>"

static void a_raised_or_struck_piece_is_told_from_what_it_follows(void **state)
{
    (void)state;
    expect_rows(
        SHEET(HEADER("1")
                  ROW("2", S("A2", "B") S("C2", "A") RICH("D2", RAISED, "85", "1") RICH("E2", "<strike/>", "85", "86")
                               RICH("F2", RAISED, "5", "a") RICH("G2", RAISED, "5 m", "2") S("H2", "2023"))
                      ROW("3", S("A3", "B") S("C3", "A") RICH("D3", "<vertAlign val=\"subscript\"/>", "5 kg CO", "2")
                                   RICH("E3", RAISED, "85", " ") RICH("F3", "<strike val=\"0\"/>", "8", "6")
                                       RICH("G3", "", "8", "6") S("H3", "2023"))),
        "Data!2: B||A|85\u00b9|85[86]|5^a||5 m\u00b2||2023\nData!3: B||A|5 kg CO2|85|86||86||2023\n"
        "header=1 lines=3 rows=2-0");
}

static void two_lines_of_a_cell_are_not_one_number(void **state)
{
    (void)state;
    expect_rows(SHEET(HEADER("1") ROW("2", S("A2", "B") S("C2", "A") S("D2", "12\n345") S("E2", "1 234")
                                               S("F2", "85\n%") S("H2", "2023"))),
                "Data!2: B||A|12  345|1 234|85 %||||2023\n" ONE);
}

static void truth_values_are_shown_in_swedish(void **state)
{
    (void)state;
    expect_rows(
        SHEET(HEADER("1") ROW("2", S("A2", "B") S("C2", "A") T("D2", "b", "1") T("E2", "b", "0") S("H2", "2023"))),
        "Data!2: B||A|SANT|FALSKT|||||2023\n" ONE);
}

static void a_day_is_iso_text_and_may_be_counted_from_1904(void **state)
{
    static const char rows[] =
        SHEET(HEADER("1") ROW("2", S("A2", "B") S("C2", "A") S("D2", "1") N("H2", DATE, "43829")));
    const struct made_sheet sheet = {"Data", "", rows};
    (void)state;
    expect_rows(SHEET(HEADER("1") ROW("2", S("A2", "B") S("C2", "A") S("D2", "1") N("H2", DATE, "45291"))
                          ROW("3", S("A3", "B") S("C3", "A") S("D3", "1") T("H3", "d", "2023-12-31T00:00:00"))),
                "Data!2: B||A|1||||||2023-12-31\nData!3: B||A|1||||||2023-12-31\nheader=1 lines=3 rows=2-0");
    expect_plan(&(const struct book_plan){.sheets = &sheet, .count = 1, .date1904 = true},
                "Data!2: B||A|1||||||2023-12-31\n" ONE);
    expect_plan(&(const struct book_plan){.sheets = &sheet, .count = 1}, "Data!2: B||A|1||||||2019-12-30\n" ONE);
}

static void a_formula_stands_for_its_saved_value(void **state)
{
    (void)state;
    expect_rows(
        SHEET(HEADER("1") ROW(
            "2", S("A2", "B") S("C2", "A") "<c r=\"D2\" s=\"1\"><f>E2+F2</f><v>0.5</v></c>"
                                           "<c r=\"E2\" t=\"str\"><f>\"\"</f><v></v></c>"
                                           "<c r=\"F2\" t=\"str\"><f>IF(1,\"x\")</f><v>..</v></c>" S("H2", "2023"))),
        "Data!2: B||A|50,0 %||..||||2023\n" ONE);
}

/* ---- doubt ---- */

#define DOUBT(cells, expected)                                                                                         \
    expect_rows(SHEET(HEADER("1") ROW("2", S("A2", "B") S("C2", "A") cells S("H2", "2023"))),                          \
                "Data!2: " expected "\n" ONE)
#define UNREADABLE " {osaker} {olasbar} "

static void an_error_cell_makes_its_row_unreadable(void **state)
{
    (void)state;
    DOUBT(T("D2", "e", "#N/A"),
          "B||A|#N/A||||||2023" UNREADABLE "X-FEL: sheet \"Data\", cell D2: \"#N/A\" is an error, not a value");
    DOUBT("<c r=\"E2\" t=\"e\"><f>1/0</f><v>#DIV/0!</v></c>",
          "B||A||#DIV/0!|||||2023" UNREADABLE "X-FEL: sheet \"Data\", cell E2: \"#DIV/0!\" is an error, not a value");
}

static void an_error_in_a_column_that_is_not_read_does_no_harm(void **state)
{
    (void)state;
    expect_rows(SHEET(ROW("1", HEADER_CELLS("1") S("I1", "Kommentar"))
                          ROW("2", S("A2", "B") S("C2", "A") S("D2", "1") S("H2", "2023") T("I2", "e", "#REF!"))),
                "Data!2: B||A|1||||||2023\n" ONE);
}

static void a_formula_without_a_saved_value_is_no_empty_cell(void **state)
{
    (void)state;
    DOUBT("<c r=\"D2\"><f>SUM(D5:D9)</f></c>",
          "B||A|=SUM(D5:D9)||||||2023" UNREADABLE
          "X-FORMEL: sheet \"Data\", cell D2: \"=SUM(D5:D9)\" is a formula whose value was not saved");
    DOUBT("<c r=\"D2\"><f t=\"shared\" si=\"0\"/><v></v></c>",
          "B||A|=||||||2023" UNREADABLE
          "X-FORMEL: sheet \"Data\", cell D2: \"=\" is a formula whose value was not saved");
    DOUBT("<c r=\"D2\" t=\"str\"><f>A1</f></c>",
          "B||A|=A1||||||2023" UNREADABLE
          "X-FORMEL: sheet \"Data\", cell D2: \"=A1\" is a formula whose value was not saved");
}

static void a_row_of_unsaved_formulas_is_not_an_empty_row(void **state)
{
    (void)state;
    expect_rows(SHEET(HEADER("1") ROW("2", "<c r=\"C2\"><f>A1</f></c><c r=\"D2\"><f>A2</f></c>")),
                "Data!2: ||=A1|=A2||||||" UNREADABLE
                "X-FORMEL: sheet \"Data\", cell D2: \"=A2\" is a formula whose value was not saved\n" ONE);
}

static void a_number_that_its_format_hides_or_replaces_is_in_doubt(void **state)
{
    (void)state;
    DOUBT(N("D2", HIDING, "5"),
          "B||A|5||||||2023 {osaker} X-FORMAT: sheet \"Data\", cell D2: \"5\" is hidden, or shown as "
          "something else, by its format");
    DOUBT(N("D2", BELOW5, "3"),
          "B||A|3||||||2023 {osaker} X-FORMAT: sheet \"Data\", cell D2: \"3\" is hidden, or shown as "
          "something else, by its format");
    DOUBT(N("D2", NO_STYLE, "3"),
          "B||A|3||||||2023 {osaker} X-FORMAT: sheet \"Data\", cell D2: \"3\" is hidden, or shown as "
          "something else, by its format");
}

static void what_is_no_number_or_no_day_is_in_doubt(void **state)
{
    (void)state;
    DOUBT(N("D2", GENERAL, "1E300"), "B||A|1E300||||||2023" UNREADABLE
                                     "X-TAL: sheet \"Data\", cell D2: \"1E300\" is no number that can be written out");
    DOUBT(N("D2", DATE, "60"), "B||A|60||||||2023" UNREADABLE "X-DATUM: sheet \"Data\", cell D2: \"60\" is no day");
    DOUBT(N("D2", DATE, "45291.5"),
          "B||A|45291.5||||||2023" UNREADABLE "X-DATUM: sheet \"Data\", cell D2: \"45291.5\" is no day");
}

static void a_record_knows_its_sheet_and_columns(void **state)
{
    struct text bytes =
        make_sheet(SHEET(HEADER("1") ROW("2", S("A2", "Bromma") S("C2", "A") N("D2", PERCENT1, "0.5"))));
    (void)state;
    struct text_source source = {bytes, 0};
    const struct reader reader = {text_source_read, &source};
    struct decoded d = {.records = calloc(1, sizeof(struct record))};
    assert_non_null(d.records);
    const struct sink sink = {decoded_keep, &d};
    assert_int_equal(connector_xlsx.decode(&reader, &plain, &sink, &d.counts, &d.err), 0);
    assert_int_equal(d.records[0].place.offset, 1);
    assert_int_equal(d.records[0].cell_column[COLUMN_UTFALL], 4);
    assert_int_equal(d.records[0].cell_column[COLUMN_FOREGAENDE], 0);
    free(d.records);
    decoded_free(&d);
    workbook_free(bytes);
}

static int check_raw(void *context, const struct record *record, struct error *err)
{
    const char *want = context;
    (void)err;
    assert_int_equal(record->raw.len, strlen(want));
    assert_memory_equal(record->raw.ptr, want, strlen(want));
    return 0;
}

static void the_raw_text_names_sheet_and_row(void **state)
{
    char want[] = "Data!2\tBromma\t\tA\t50,0 %";
    struct text bytes =
        make_sheet(SHEET(HEADER("1") ROW("2", S("A2", "Bromma") S("C2", "A") N("D2", PERCENT1, "0.5"))));
    struct text_source source = {bytes, 0};
    const struct reader reader = {text_source_read, &source};
    const struct sink sink = {check_raw, want};
    struct decode_counts counts;
    struct error err;
    (void)state;
    assert_int_equal(connector_xlsx.decode(&reader, &plain, &sink, &counts, &err), 0);
    assert_int_equal(counts.lines_record, 1);
    workbook_free(bytes);
}

/* ---- merged cells ---- */

#define MERGED(rows, areas, expected) expect_rows(SHEET_WITH(rows, "<mergeCells>" areas "</mergeCells>"), expected)
#define MERGE(area)                   "<mergeCell ref=\"" area "\"/>"

static void a_merged_stadsdel_or_enhet_holds_for_all_its_rows(void **state)
{
    (void)state;
    MERGED(HEADER("1") ROW("2", S("A2", "Bromma") S("B2", "Solen") S("C2", "A") S("D2", "1") S("H2", "2023"))
               ROW("3", "<c r=\"A3\"/><c r=\"B3\"/>" S("C3", "B") S("D3", "2") S("H3", "2023"))
                   ROW("5", S("C5", "C") S("D5", "3") S("H5", "2023"))
                       ROW("6", S("C6", "D") S("D6", "4") S("H6", "2023")),
           MERGE("B2:B5") MERGE("A2:A6"),
           "Data!2: Bromma|Solen|A|1||||||2023\nData!3: Bromma|Solen|B|2||||||2023\n"
           "Data!5: Bromma|Solen|C|3||||||2023\nData!6: Bromma||D|4||||||2023\nheader=1 lines=5 rows=4-0");
}

static void a_header_of_two_rows_with_merged_groups_is_read(void **state)
{
    (void)state;
    MERGED(ROW("1", S("A1", "Rapport"))
               ROW("2", S("A2", "Stadsdel") S("B2", "Indikator") S("C2", "Utfall") S("F2", "Årsmål") S("G2", "Period"))
                   ROW("3", "<c r=\"A3\"/>" S("C3", "Totalt") S("D3", "Män") S("E3", "Kvinnor"))
                       ROW("4", S("A4", "B") S("B4", "A") S("C4", "1") S("D4", "2") S("E4", "3") S("F4", "4")
                                    S("G4", "2023")),
           MERGE("A1:G1") MERGE("A2:A3") MERGE("B2:B3") MERGE("C2:E2") MERGE("F2:F3") MERGE("G2:G3"),
           "Data!4: B||A|1|2|3||4||2023\nheader=2 contents=1 lines=4 rows=1-0");
    MERGED(ROW("1", S("C1", "Utfall")) ROW("2", S("A2", "Stadsdel") S("B2", "Indikator") S("C2", "Totalt")
                                                    S("D2", "Män") S("E2", "Kvinnor") S("F2", "Period"))
               ROW("3", S("A3", "B") S("B3", "A") S("C3", "1") S("D3", "2") S("E3", "3") S("F3", "2023")),
           MERGE("C1:E1"), "Data!3: B||A|1|2|3||||2023\nheader=2 lines=3 rows=1-0");
}

static void a_sheet_may_end_with_its_header(void **state)
{
    (void)state;
    expect_rows(SHEET(HEADER("1")), "header=1 lines=1 rows=0-0");
}

static void an_area_without_a_value_fills_nothing(void **state)
{
    (void)state;
    MERGED(HEADER("1") ROW("2", S("A2", "Bromma") "<c r=\"B2\"/>" S("C2", "A") S("D2", "1") S("H2", "2023"))
               ROW("3", S("A3", "Bromma") S("C3", "B") S("D3", "2") S("H3", "2023")),
           MERGE("B2:B3") MERGE("D5:F9"),
           "Data!2: Bromma||A|1||||||2023\nData!3: Bromma||B|2||||||2023\nheader=1 lines=3 rows=2-0");
}

static void a_merged_value_is_known_for_its_first_row_only(void **state)
{
    (void)state;
    MERGED(HEADER("1") ROW("2", S("A2", "B") S("C2", "A") S("D2", "1") S("H2", "2023"))
               ROW("3", S("A3", "B") S("C3", "C") S("H3", "2023")),
           MERGE("D2:D3"),
           "Data!2: B||A|1||||||2023\n"
           "Data!3: B||C|||||||2023 {osaker} X-SAMMAN: sheet \"Data\", cell D3: belongs to a merged cell whose value "
           "stands "
           "above\nheader=1 lines=3 rows=2-0");
    MERGED(HEADER("1") ROW("2", S("A2", "B") S("C2", "A") S("D2", "1") S("E2", "2") S("H2", "2023")), MERGE("E2:F2"),
           "Data!2: B||A|1|2|||||2023 {osaker} X-SAMMAN: sheet \"Data\", cell F2: belongs to a merged cell whose value "
           "stands "
           "elsewhere\n" ONE);
}

static void a_value_hidden_under_a_merged_cell_is_in_doubt(void **state)
{
    (void)state;
    MERGED(HEADER("1") ROW("2", S("A2", "Bromma") S("C2", "A") S("D2", "1") S("H2", "2023"))
               ROW("3", S("A3", "Farsta") S("C3", "A") S("D3", "2") S("H3", "2023")),
           MERGE("A2:A3"),
           "Data!2: Bromma||A|1||||||2023\n"
           "Data!3: Farsta||A|2||||||2023 {osaker} X-SAMMAN: sheet \"Data\", cell A3: \"Farsta\" belongs to a merged "
           "cell whose "
           "value stands elsewhere\nheader=1 lines=3 rows=2-0");
}

static void a_header_cell_does_not_fill_the_rows_below_it(void **state)
{
    (void)state;
    MERGED(HEADER("1") ROW("2", S("A2", "B") S("C2", "A") S("D2", "1") S("H2", "2023")), MERGE("B1:B2"),
           "Data!2: B||A|1||||||2023 {osaker} X-SAMMAN: sheet \"Data\", cell B2: belongs to a merged cell whose value "
           "stands "
           "above\n" ONE);
}

static void merged_titles_and_prose_are_ignored(void **state)
{
    (void)state;
    MERGED(ROW("1", S("A1", "Titel") "<c r=\"B1\"/>") ROW("2", "<c r=\"A2\"/>") HEADER("3")
               ROW("4", S("A4", "B") S("C4", "A") S("D4", "1") S("H4", "2023")) ROW("5", "<c r=\"A5\" s=\"1\"/>")
                   ROW("6", S("A6", "Källa: systemet")) ROW("7", "<c r=\"A7\"/>"),
           MERGE("A1:H2") MERGE("A6:H7"),
           "Data!4: B||A|1||||||2023\nblank=3 prose=1 header=1 contents=1 lines=7 rows=1-0");
}

/* ---- sheets and rows ---- */

static void every_sheet_with_a_header_is_read_and_others_are_counted(void **state)
{
    static const struct made_sheet sheets[] = {
        {"Läs mig", "", SHEET(ROW("1", S("A1", "Hej")) ROW("3", S("B3", "du")) ROW("4", ""))},
        {"2022", "", SHEET(HEADER("1") ROW("2", S("A2", "B") S("C2", "A") S("D2", "1") S("H2", "2022")))},
        {"Utkast", "hidden", SHEET(HEADER("1") ROW("2", S("A2", "B") S("C2", "A") S("D2", "9") S("H2", "2022")))},
        {"Koder", "veryHidden", SHEET(ROW("1", S("A1", "x")))},
        {"2023 &amp; mer", "",
         SHEET(ROW("1", S("A1", "Titel"))
                   ROW("2", S("A2", "Stadsdel") S("B2", "Indikator") S("C2", "Period") S("D2", "Utfall"))
                       ROW("3", S("A3", "B") S("B3", "A") S("C3", "2023") S("D3", "2")))},
        {"Tomt", "", SHEET("")},
    };
    (void)state;
    expect_plan(&(const struct book_plan){.sheets = sheets, .count = 6},
                "2022!2: B||A|1||||||2022\n2023 & mer!3: B||A|2||||||2023\n"
                "header=2 table=2 contents=1 hidden=3 lines=10 rows=2-0");
}

static void hidden_rows_and_columns_are_data(void **state)
{
    (void)state;
    expect_rows(XML "<worksheet xmlns=\"" MAIN
                    "\"><cols><col min=\"4\" max=\"4\" hidden=\"1\"/></cols><sheetData>" HEADER(
                        "1") "<row r=\"2\" hidden=\"1\">" S("A2", "B") S("C2", "A") S("D2", "1")
                        S("H2", "2023") "</row></sheetData>"
                                        "</worksheet>",
                "Data!2: B||A|1||||||2023\n" ONE);
}

static void empty_totals_and_repeated_rows_are_ignored_as_in_text(void **state)
{
    (void)state;
    expect_rows(SHEET(HEADER("1") ROW("2", S("A2", "B") S("C2", "A") S("D2", "1") S("H2", "2023"))
                          ROW("3", "<c r=\"D3\" s=\"1\"/>") HEADER("5")
                              ROW("6", S("A6", "B") S("B6", "Totalt") S("C6", "A") S("D6", "9") S("H6", "2023"))
                                  ROW("8", "") ROW("9", S("C9", "A") S("D9", "1"))),
                "Data!2: B||A|1||||||2023\nData!9: ||A|1||||||\nblank=1 header=2 total=1 lines=6 rows=3-1");
}

static void cells_and_rows_may_come_without_their_places(void **state)
{
    (void)state;
    expect_rows(SHEET(HEADER("1") "<row><c t=\"inlineStr\"><is><t>B</t></is></c>" S("C2", "A") "<c><v>1</v></c>" S(
                    "H2", "2023") "</row><row>" S("A3", "B") S("C3", "A") S("D3", "2") S("H3", "2023") "</row>"),
                "Data!2: B||A|1||||||2023\nData!3: B||A|2||||||2023\nheader=1 lines=3 rows=2-0");
}

static void a_cell_without_a_header_above_it_makes_the_row_doubtful(void **state)
{
    (void)state;
    expect_rows(SHEET(HEADER("1") ROW("2", S("A2", "B") S("C2", "A") S("D2", "1") S("H2", "2023") S("J2", "?"))),
                "Data!2: B||A|1||||||2023" UNREADABLE
                "D-CELLER: sheet \"Data\", row 2: the row has 10 cells, the header has 8\n" ONE);
}

static void cells_behind_the_last_column_are_refused_in_a_table_only(void **state)
{
    static const struct made_sheet sheets[] = {
        {"Bred", "", SHEET(ROW("1", S("A1", "x") S("XFD1", "y")))},
        {"Data", "",
         SHEET(HEADER("1") ROW("2", S("A2", "B") S("C2", "A") S("D2", "1") S("H2", "2023") "<c r=\"IW2\" s=\"1\"/>"))},
    };
    (void)state;
    expect_plan(&(const struct book_plan){.sheets = sheets, .count = 2},
                "Data!2: B||A|1||||||2023\nheader=1 table=1 lines=3 rows=1-0");
    expect_refused(make_sheet(SHEET(HEADER("1") ROW("2", S("A2", "B") S("IW2", "x")))),
                   "sheet \"Data\", row 2: the row has cells behind column 256");
}

static void one_value_per_line_is_read_from_a_sheet_too(void **state)
{
    static const struct column_alias columns[] = {
        {TEXT("Datum"), COLUMN_PERIOD},     {TEXT("Enhetskod"), COLUMN_ENHET}, {TEXT("Måttkod"), COLUMN_INDIKATOR},
        {TEXT("Mått"), COLUMN_MATT_KOLUMN}, {TEXT("Värde"), COLUMN_VARDE},
    };
    const struct decode_options options = {
        .name = "x.xlsx", .stadsdel = TEXT("Bromma"), .aliases = columns, .alias_count = 5};
#define LINE(n, word, value) ROW(n, N("A" n, DATE, "45291") S("B" n, "E1") S("C" n, "M7") S("D" n, word) value)
    (void)state;
    expect_book(make_sheet(SHEET(
                    ROW("1", S("A1", "Datum") S("B1", "Enhetskod") S("C1", "Måttkod") S("D1", "Mått") S("E1", "Värde"))
                        LINE("2", "Utfall", N("E2", PERCENT1, "0.865")) LINE("3", "Män", N("E3", PERCENT1, "0.85"))
                            LINE("4", "Median", N("E4", GENERAL, "1")) LINE("5", "Årsmål", T("E5", "e", "#N/A")))),
                &options,
                "Data!2: Bromma|E1|M7|86,5 %||||||2023-12-31\nData!3: Bromma|E1|M7||85,0 %|||||2023-12-31\n"
                "Data!4: Bromma|E1|M7|||||||2023-12-31" UNREADABLE
                "D-MATT: sheet \"Data\", row 4: \"Median\" names no column that is known\n"
                "Data!5: Bromma|E1|M7|||||#N/A||2023-12-31" UNREADABLE
                "X-FEL: sheet \"Data\", cell E5: \"#N/A\" is an error, not a value\nheader=1 lines=5 rows=4-0");
}

/* ---- ways to write the same ---- */

static void prefixes_other_names_and_missing_parts_are_fine(void **state)
{
    static const char sheet[] = XML
        "<x:worksheet xmlns:x=\"http://purl.oclc.org/ooxml/spreadsheetml/main\"><x:sheetData><x:row r=\"1\">"
        "<x:c r=\"A1\" t=\"inlineStr\"><x:is><x:t>Stadsdel</x:t></x:is></x:c><x:c r=\"B1\" "
        "t=\"inlineStr\"><x:is><x:t>Indikator</x:t>"
        "</x:is></x:c><x:c r=\"C1\" t=\"inlineStr\"><x:is><x:t>Utfall</x:t></x:is></x:c><x:c r=\"D1\" "
        "t=\"inlineStr\"><x:is><x:t>"
        "Period</x:t></x:is></x:c></x:row><x:row r=\"2\"><x:c r=\"A2\" t=\"inlineStr\"><x:is><x:t>B</x:t></x:is></x:c>"
        "<x:c r=\"B2\" t=\"inlineStr\"><x:is><x:t>A</x:t></x:is></x:c><x:c r=\"C2\"><x:v>0.5</x:v></x:c><x:c "
        "r=\"D2\"><x:v>2023"
        "</x:v></x:c></x:row></x:sheetData></x:worksheet>";
    static const struct part parts[] = {
        {"_RELS/.rels",
         RELATIONS
         "<Relationship Id=\"a\" Type=\"http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument\" "
         "Target=\"/Bok/Bok1.xml\"/></Relationships>",
         0},
        {"bok/bok1.xml",
         "<x:workbook xmlns:x=\"m\" xmlns:q=\"r\"><x:sheets><x:sheet name=\"Ett\" sheetId=\"7\" q:id=\"b\"/></x:sheets>"
         "</x:workbook>",
         0},
        {"bok/_rels/bok1.xml.rels",
         RELATIONS
         "<Relationship Id=\"b\" Type=\"r/worksheet\" Target=\"../blad/./ett.xml\"/>"
         "<Relationship Id=\"c\" Type=\"r/sharedStrings\" Target=\"http://x.example/s\" TargetMode=\"External\"/>"
         "</Relationships>",
         0},
        {"blad/./ett.xml", sheet, 0},
    };
    (void)state;
    expect_book(make_zip(parts, 4, ZIP_CM_STORE), &plain, "Ett!2: B||A|0,5||||||2023\n" ONE);
}

static void a_workbook_without_strings_and_styles_is_read(void **state)
{
    const struct made_sheet sheet = {
        "Data", "", SHEET(HEADER("1") ROW("2", S("A2", "B") S("C2", "A") N("D2", "0", "1.5") S("H2", "2023")))};
    (void)state;
    expect_plan(&(const struct book_plan){.sheets = &sheet, .count = 1, .strings = "", .styles = "", .stored = true},
                "Data!2: B||A|1,5||||||2023\n" ONE);
}

static void two_formats_of_one_number_are_in_doubt(void **state)
{
    const struct made_sheet sheet = {
        "Data", "", SHEET(HEADER("1") ROW("2", S("A2", "B") S("C2", "A") N("D2", "0", "1.5") S("H2", "2023")))};
    (void)state;
    expect_plan(&(const struct book_plan){.sheets = &sheet,
                                          .count = 1,
                                          .styles = "<styleSheet><numFmts><numFmt numFmtId=\"170\" formatCode=\"0%\"/>"
                                                    "<numFmt numFmtId=\"171\" formatCode=\"0.0\"/>"
                                                    "<numFmt numFmtId=\"170\" formatCode=\"0\"/></numFmts><cellXfs>"
                                                    "<xf numFmtId=\"170\"/></cellXfs></styleSheet>"},
                "Data!2: B||A|1.5||||||2023 {osaker} X-FORMAT: sheet \"Data\", cell D2: \"1.5\" is hidden, or shown as "
                "something "
                "else, by its format\n" ONE);
}

/* ---- the demo's workbook ---- */

static void the_demos_workbook_is_read_as_its_maker_says(void **state)
{
    static char bytes[64 * 1024];
    FILE *file = fopen("tests/fixtures/exports/sodermalm-2023.xlsx", "rb");
    (void)state;
    if (!file) fail_msg("run this from the top of the project");
    size_t size = fread(bytes, 1, sizeof bytes, file);
    (void)fclose(file);
#define BOARD "Södermalms stadsdelsnämnd|"
    expect_book(
        copy_of(bytes, size), &plain,
        "Indikatorer!5: " BOARD
        "|Andel nöjda föräldrar till barn i förskolan|84,5 %|83,0 %|86,0 %|83,1 %|87 %|88 %|VB 2023\n"
        "Indikatorer!6: " BOARD "|Antal barn per grupp|13,7 barn/avd.|||13,9 barn/avd.|15|16|VB 2023\n"
        "Indikatorer!7: " BOARD
        "|Antal ungdomar som fått feriejobb i stadens regi|1 184|561|623|1 102|1 100|9 000|VB 2023\n"
        "Indikatorer!8: " BOARD "|Aktivt Medskapandeindex|81|80|82|79|82|82|2023\n"
        "Indikatorer!9: " BOARD "|Sjukfrånvaro|7,8 %|5,9 %|8,4 %|8,1 %|7,5 %|Tas fram av nämnd/styrelse|2023\n"
        "Indikatorer!10: " BOARD "|Sjukfrånvaro dag 1-14|3,4 %|2,9 %|3,6 %|3,3 %|3 %|Tas fram av nämnd/styrelse|2023\n"
        "Indikatorer!11: " BOARD "|Andelen nöjda omsorgstagare i hemtjänst|82,5 %|81,0 %|83,0 %|81,5 %|86 %|öka|2023\n"
        "Indikatorer!12: " BOARD
        "Förskolan Tanto|Andel nöjda föräldrar till barn i förskolan|91,0 %|90,0 %|92,0 %|89,0 %|90 %||2023\n"
        "Indikatorer!13: " BOARD "Förskolan Tanto|Antal barn per grupp|12,9 barn/avd.|||13,1 barn/avd.|13||2023\n"
        "Indikatorer!14: " BOARD "Förskolan Tanto|Sjukfrånvaro|#DIV/0!|||6,1 %|6,0 %||2023" UNREADABLE
        "X-FEL: sheet \"Indikatorer\", cell D14: \"#DIV/0!\" is an error, not a value\n"
        "Indikatorer!15: " BOARD
        "Förskolan Skanstull|Andel nöjda föräldrar till barn i förskolan|..|..|..|87,0 %|90 %||2023\n"
        "prose=1 header=1 table=2 contents=2 total=1 hidden=2 lines=20 rows=12-1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_becomes_a_record_with_its_cells_as_shown),
        cmocka_unit_test(a_workbook_gives_what_delimited_text_gives),
        cmocka_unit_test(shared_strings_may_be_rich_empty_and_escaped),
        cmocka_unit_test(texts_may_stand_in_their_cells),
        cmocka_unit_test(a_raised_or_struck_piece_is_told_from_what_it_follows),
        cmocka_unit_test(two_lines_of_a_cell_are_not_one_number),
        cmocka_unit_test(truth_values_are_shown_in_swedish),
        cmocka_unit_test(a_day_is_iso_text_and_may_be_counted_from_1904),
        cmocka_unit_test(a_formula_stands_for_its_saved_value),
        cmocka_unit_test(an_error_cell_makes_its_row_unreadable),
        cmocka_unit_test(an_error_in_a_column_that_is_not_read_does_no_harm),
        cmocka_unit_test(a_formula_without_a_saved_value_is_no_empty_cell),
        cmocka_unit_test(a_row_of_unsaved_formulas_is_not_an_empty_row),
        cmocka_unit_test(a_number_that_its_format_hides_or_replaces_is_in_doubt),
        cmocka_unit_test(what_is_no_number_or_no_day_is_in_doubt),
        cmocka_unit_test(a_record_knows_its_sheet_and_columns),
        cmocka_unit_test(the_raw_text_names_sheet_and_row),
        cmocka_unit_test(a_merged_stadsdel_or_enhet_holds_for_all_its_rows),
        cmocka_unit_test(a_header_of_two_rows_with_merged_groups_is_read),
        cmocka_unit_test(a_sheet_may_end_with_its_header),
        cmocka_unit_test(an_area_without_a_value_fills_nothing),
        cmocka_unit_test(a_merged_value_is_known_for_its_first_row_only),
        cmocka_unit_test(a_value_hidden_under_a_merged_cell_is_in_doubt),
        cmocka_unit_test(a_header_cell_does_not_fill_the_rows_below_it),
        cmocka_unit_test(merged_titles_and_prose_are_ignored),
        cmocka_unit_test(every_sheet_with_a_header_is_read_and_others_are_counted),
        cmocka_unit_test(hidden_rows_and_columns_are_data),
        cmocka_unit_test(empty_totals_and_repeated_rows_are_ignored_as_in_text),
        cmocka_unit_test(cells_and_rows_may_come_without_their_places),
        cmocka_unit_test(a_cell_without_a_header_above_it_makes_the_row_doubtful),
        cmocka_unit_test(cells_behind_the_last_column_are_refused_in_a_table_only),
        cmocka_unit_test(one_value_per_line_is_read_from_a_sheet_too),
        cmocka_unit_test(prefixes_other_names_and_missing_parts_are_fine),
        cmocka_unit_test(a_workbook_without_strings_and_styles_is_read),
        cmocka_unit_test(two_formats_of_one_number_are_in_doubt),
        cmocka_unit_test(the_demos_workbook_is_read_as_its_maker_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
