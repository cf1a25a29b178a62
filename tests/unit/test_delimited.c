#include "tests/unit/decode_delimited.h"

/* ---- the common case ---- */

static void a_row_becomes_a_record_with_its_cells_verbatim(void **state)
{
    (void)state;
    EXPECT(
        HEADER
        "Bromma stadsdelsnämnd;Förskolan Solen;Andel nöjda föräldrar (%);86,5 %;85 %;88 %;84,1 %;87 %;85 %;VB 2023\n"
        "Bromma stadsdelsnämnd;;\"Antal bostadslösa; vuxna\";1 234;..;..;1 198;minska;Tas fram av nämnd;T2 2023\n",
        "2: Bromma stadsdelsnämnd|Förskolan Solen|Andel nöjda föräldrar (%)|86,5 %|85 %|88 %|84,1 %|87 %|85 %|VB 2023\n"
        "3: Bromma stadsdelsnämnd||Antal bostadslösa; vuxna|1 234|..|..|1 198|minska|Tas fram av nämnd|T2 2023\n"
        "header=1 lines=3 rows=2-0");
}

static void columns_come_in_any_order_and_unknown_ones_are_left_out(void **state)
{
    (void)state;
    EXPECT("Period;KF:S ÅRSMÅL;Kommentar;utfall;Stadsdel;Arsmål;  Indikator ;Kvinnor/flickor;Män\n"
           "VB 2023;85 %;bra;80;Bromma;87 %;Trygghet;81;79\n",
           "2: Bromma||Trygghet|80|79|81||87 %|85 %|VB 2023\nheader=1 lines=2 rows=1-0");
    EXPECT("Nämnd;Indikator;Utfall män/pojkar;Utfall kvinnor/flickor;Föregående utfall;Period\nBromma;A;1;2;3;2023\n",
           "2: Bromma||A||1|2|3|||2023\nheader=1 lines=2 rows=1-0");
    EXPECT("Nämnd;Indikator;Utfall;Pojkar;Flickor;Period\nBromma;A;1;2;3;2023\n",
           "2: Bromma||A|1|2|3||||2023\nheader=1 lines=2 rows=1-0");
    EXPECT("Nämnd;Indikator;Utfall;Utfall pojkar/män;Utfall flickor/kvinnor;Period\nBromma;A;1;2;3;2023\n",
           "2: Bromma||A|1|2|3||||2023\nheader=1 lines=2 rows=1-0");
}

/* The units that the header or the row says, behind the cells. */
static int write_units(void *context, const struct record *record, struct error *err)
{
    struct dump *dump = context;
    (void)err;
    for (int c = COLUMN_UTFALL; c <= COLUMN_KF_ARSMAL; c++)
        write_down(dump, "%.*s[%.*s] ", TEXT_ARGS(record->cell[c]), TEXT_ARGS(record->unit[c]));
    write_down(dump, "%s\n", record->rule ? record->rule : "");
    return 0;
}

static void assert_units(const char *text, const char *expected)
{
    struct bytes input = {text, strlen(text), SIZE_MAX};
    struct reader reader = {read_bytes, &input};
    struct dump dump = {.input = text};
    struct sink sink = {write_units, &dump};
    const struct decode_options options = {.name = "x.csv", .stadsdel = TEXT("Bromma")};
    struct decode_counts counts;
    struct error err = {0};
    if (connector_delimited.decode(&reader, &options, &sink, &counts, &err)) write_down(&dump, "%s", err.message);
    assert_string_equal(dump.text, expected);
    free(dump.text);
}

static void a_header_or_a_column_may_say_the_units(void **state)
{
    (void)state;
    assert_units(
        "Indikator;Utfall (%);Män, %;Kvinnor i procent;Utfall 2022 (tkr);Årsmål (antal);Period\nA;1;2;3;4;5;2023\n",
        "1[%] 2[%] 3[%] 4[tkr] 5[] [] \n");
    assert_units("Indikator;Utfall (st);Måttenhet;Årsmål;Period\nA;1;tkr;2;2023\nB;1;Procent;2;2023\nC;1;;2;2023\n"
                 "D;1;1 000;2;2023\n",
                 "1[st] [tkr] [tkr] [tkr] 2[tkr] [tkr] \n1[st] [%] [%] [%] 2[%] [%] \n1[st] [] [] [] 2[] [] \n"
                 "1[st] [] [] [] 2[] [] \n");
    assert_units("Indikator;Kön;Utfall (%);Period\nA;Män;1;2023\nA;Totalt;2;2023\n",
                 "[%] 1[%] [] [] [] [] \n2[%] [] [] [] [] [] \n");
    assert_units(";Utfall (%);;\nIndikator;Totalt;Män;Period\nA;1;2;2023\n", "1[%] 2[%] [] [] [] [] \n");
}

static void what_stands_behind_a_columns_name_must_be_known(void **state)
{
    (void)state;
    assert_units(
        "Indikator;Utfall (föregående år);Årsmål;Period\nA;1;2;2023\n",
        "x.csv:1: \"Utfall (föregående år)\" may be the outcome, and what stands behind the name is not known");
    assert_units("Indikator;Utfall (%);Utfall (antal);Period\nA;1;2;2023\n",
                 "x.csv:1: column 2 \"Utfall (%)\" and column 3 \"Utfall (antal)\" both mean utfall");
    assert_units("Indikator;Utfall;Utfall (antal svar);Utfall (st);Årsmål (nästa år);Period\nA;1;2;3;4;2023\n",
                 "1[] [] [] [] [] [] \n");
}

static int check_places(void *context, const struct record *record, struct error *err)
{
    const char *input = context;
    (void)err;
    for (int c = 0; c < COLUMN_COUNT; c++)
        if (record->cell[c].len)
            assert_memory_equal(input + record->cell_offset[c] + (input[record->cell_offset[c]] == '"'),
                                record->cell[c].ptr, record->cell[c].len);
    const char *end = input + record->place.offset + record->place.length;
    assert_true(record->place.offset == 0 || input[record->place.offset - 1] == '\n');
    assert_true(*end == '\0' || *end == '\n' || *end == '\r');
    return 0;
}

static void places_point_at_the_cells_in_the_export(void **state)
{
    (void)state;
    char input[] = "\xef\xbb\xbfTitel\r\n" HEADER "Bromma;Åby;\"Trygghet; ute\";86,5 %;85;88;84;87;85;VB 2023\r\n"
                   "Bromma;\"Rad\";B;1;2;3;4;5;6;2023";
    struct bytes bytes = {input, sizeof input - 1, SIZE_MAX};
    struct reader reader = {read_bytes, &bytes};
    struct sink sink = {check_places, input};
    struct decode_counts counts;
    struct error err = {0};
    assert_int_equal(connector_delimited.decode(&reader, &plain, &sink, &counts, &err), 0);
    assert_int_equal(counts.lines_record, 2);
}

static void a_cell_over_several_lines_owns_them_all(void **state)
{
    (void)state;
    EXPECT("Stadsdel;Indikator;Utfall;Period\nBromma;\"Andel\r\nnöjda\";80;2023\nBromma;B;1;2023\n",
           "2: Bromma||Andel nöjda|80||||||2023\n4: Bromma||B|1||||||2023\nheader=1 lines=4 rows=2-0");
}

static void a_header_and_no_rows_is_a_valid_empty_export(void **state)
{
    (void)state;
    EXPECT(HEADER, "header=1 lines=1 rows=0-0");
    EXPECT("Stadsdel;Indikator;Utfall;Period", "header=1 lines=1 rows=0-0");
}

/* ---- separators, line ends, encodings ---- */

static void the_separator_is_found_out(void **state)
{
    (void)state;
    EXPECT("Stadsdel,Indikator,Utfall,Period\nBromma,A,\"8,5\",2023\n",
           "2: Bromma||A|8,5||||||2023\nheader=1 lines=2 rows=1-0");
    EXPECT("Stadsdel\tIndikator\tUtfall\tPeriod\nBromma\tA; b, c\t8,5\t2023\n",
           "2: Bromma||A; b, c|8,5||||||2023\nheader=1 lines=2 rows=1-0");
    EXPECT("Indikator,Utfall,Period\nStadsdel;Indikator;Utfall;Period\nBromma;A;8,5;2023\n",
           "3: Bromma||A|8,5||||||2023\nheader=1 contents=1 lines=3 rows=1-0");
    EXPECT("Utdrag, a; b\tc\n\nStadsdel;Indikator;Utfall;Period\nBromma;A;8,5;2023\n",
           "4: Bromma||A|8,5||||||2023\nblank=1 header=1 contents=1 lines=4 rows=1-0");
}

static void a_first_line_may_name_the_separator(void **state)
{
    (void)state;
    const struct decode_options semicolon = {.name = "x.csv", .separator = ';'};
    EXPECT("sep=;\nStadsdel;Indikator;Utfall;Period\nB;A;1;2023\n",
           "3: B||A|1||||||2023\nheader=1 contents=1 lines=3 rows=1-0");
    EXPECT("SEP=,\r\nStadsdel,Indikator,Utfall,Period\r\nB,A,1,2023\r\n",
           "3: B||A|1||||||2023\nheader=1 contents=1 lines=3 rows=1-0");
    EXPECT("\xef\xbb\xbfsep=|\rStadsdel|Indikator|Utfall|Period\rB|A|1|2023\r",
           "3: B||A|1||||||2023\nheader=1 contents=1 lines=3 rows=1-0");
    EXPECT("sep=x\nStadsdelxIndikator\n", "error 7 x.csv:1: separator \"x\" is none of ; , | and TAB");
    EXPECT_WITH(&semicolon, "sep=,\nStadsdel,Indikator,Utfall,Period\n",
                "error 7 x.csv:1: says its separator is \",\", but the source's is \";\"");
}

static void a_configured_separator_is_the_only_one_tried(void **state)
{
    (void)state;
    const struct decode_options bar = {.name = "x.csv", .separator = '|'}, bad = {.name = "x.csv", .separator = '"'};
    EXPECT_WITH(&bar, "Stadsdel|Indikator|Utfall|Period\nB|A|1|2023\n",
                "2: B||A|1||||||2023\nheader=1 lines=2 rows=1-0");
    EXPECT_WITH(&bad, "Stadsdel;Indikator;Utfall;Period\n",
                "error 5 x.csv: the separator must be one of ; , | and TAB");
    char *dump = decode_bytes("Stadsdel;Indikator;Utfall;Period\n", 33, &bar);
    assert_non_null(strstr(dump, "no header found"));
    free(dump);
}

static void all_encodings_give_the_same_records(void **state)
{
    (void)state;
    static const char expected[] = "2: Älvsjö||Nöjda – ”alla”|1 050 €||||||2023\nheader=1 lines=2 rows=1-0";
    static const char text[] = "Nämnd;Indikator;Utfall;Period\nÄlvsjö;Nöjda – ”alla”;1 050 €;2023\n";
    char wide[4 * sizeof text] = "\xff\xfe";
    size_t n = 2;
    for (const unsigned char *p = (const unsigned char *)text; *p;) {
        unsigned c = *p < 0x80   ? p[0]
                     : *p < 0xe0 ? (p[0] & 0x1fu) << 6 | (p[1] & 0x3fu)
                                 : (p[0] & 0x0fu) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
        p += *p < 0x80 ? 1 : *p < 0xe0 ? 2 : 3;
        wide[n++] = (char)c;
        wide[n++] = (char)(c >> 8);
    }
    EXPECT("Nämnd;Indikator;Utfall;Period\nÄlvsjö;Nöjda – ”alla”;1 050 €;2023\n", expected);
    EXPECT("\xef\xbb\xbfNämnd;Indikator;Utfall;Period\r\nÄlvsjö;Nöjda – ”alla”;1 050 €;2023\r\n", expected);
    EXPECT("N\xe4mnd;Indikator;Utfall;Period\n\xc4lvsj\xf6;N\xf6jda \x96 \x94"
           "alla\x94;1\xa0"
           "050 \x80;2023\n",
           expected);
    expect_bytes(wide, n, &plain, expected);
    expect_bytes(wide + 2, n - 2, &plain, expected);
}

static void an_unknown_encoding_in_the_configuration_is_an_error_of_it(void **state)
{
    (void)state;
    const struct decode_options options = {.name = "x.csv", .encoding = TEXT("ebcdic")};
    EXPECT_WITH(&options, HEADER, "error 5 x.csv: unknown encoding \"ebcdic\"");
}

/* ---- what is no row ---- */

static void title_lines_before_and_prose_after_are_ignored_and_counted(void **state)
{
    (void)state;
    EXPECT("Stadens ledningssystem\n\nUttag; 2023-12-31\n   \nStadsdel;Indikator;Utfall;Period\nB;A;1;2023\n\nKälla: "
           "systemet, 2023\n"
           "Uppgifterna är preliminära;;;\n;;;\n",
           "6: B||A|1||||||2023\nblank=3 prose=2 header=1 contents=2 empty_row=1 lines=10 rows=2-1");
}

static void a_lone_cell_of_data_is_not_prose(void **state)
{
    (void)state;
    EXPECT("Indikator;Stadsdel;Utfall;Period\nA;;;\n;;7;\n;B;;\nKälla\n",
           "2: ||A|||||||\n3: |||7||||||\nprose=2 header=1 lines=5 rows=2-0");
}

static void a_quote_that_swallows_rows_does_not_pass_as_prose(void **state)
{
    (void)state;
    EXPECT("Stadsdel;Indikator;Utfall;Period\n\"B;A;1;2023\nB;C;2;2023\n\"\n\"Källa:\nsystemet\"\n",
           "2: B;A;1;2023 B;C;2;2023||||||||| {osaker} {olasbar} D-CELLER: the row has 1 cells, the header has 4\n"
           "prose=2 header=1 lines=6 rows=1-0");
}

static void totals_rows_are_ignored_and_counted(void **state)
{
    (void)state;
    const struct decode_options options = {.name = "x.csv", .totals_label = TEXT("Hela staden")};
    EXPECT_WITH(
        &options,
        "Stadsdel;Enhet;Indikator;Utfall;Period\nTotalt;;A;1;2023\nB;SUMMA;A;1;2023\nB;;totalt.;1;2023\nHela  "
        "staden;;A;1;2023\n"
        "B;Totalt antal;A;1;2023\nB;Summan;A;1;2023\nÖ;Åsumma;*Totalt*;1;2023\nB;;Total;1;2023\nB;T;Tot;1;2023\n",
        "6: B|Totalt antal|A|1||||||2023\n7: B|Summan|A|1||||||2023\n9: B||Total|1||||||2023\n10: B|T|Tot|1||||||2023\n"
        "header=1 total=5 lines=10 rows=9-5");
    EXPECT("Stadsdel;Indikator;Utfall;Period\nHela staden;A;1;2023\n",
           "2: Hela staden||A|1||||||2023\nheader=1 lines=2 rows=1-0");
}

static void a_repeated_header_is_ignored(void **state)
{
    (void)state;
    EXPECT("Stadsdel;Indikator;Utfall;Period\nB;A;1;2023\nStadsdel;Indikator;Utfall;Period\nB;C;2;2023\n",
           "2: B||A|1||||||2023\n4: B||C|2||||||2023\nheader=2 lines=4 rows=2-0");
}

/* ---- rows that do not fit ---- */

static void a_trailing_separator_adds_no_cell(void **state)
{
    (void)state;
    EXPECT("Stadsdel;Indikator;Utfall;Period;\nB;A;1;2023;\n", "2: B||A|1||||||2023\nheader=1 lines=2 rows=1-0");
    EXPECT("Stadsdel;Indikator;Utfall;Period;\nB;A;1;2023\nB;C;2;2023\n",
           "2: B||A|1||||||2023\n3: B||C|2||||||2023\nheader=1 lines=3 rows=2-0");
    EXPECT("Stadsdel;Indikator;Utfall;Period\nB;A;1;2023;;;\nB;C;2;2023;;;\n",
           "2: B||A|1||||||2023\n3: B||C|2||||||2023\nheader=1 lines=3 rows=2-0");
}

static void a_row_of_another_width_than_header_and_first_row_lost_or_gained_a_cell(void **state)
{
    (void)state;
    EXPECT("Stadsdel;Period;Indikator;Utfall;Män;\nB;2023;A;1;2;\nB;2023;C;;2\nB;2023;D;;1;2;\n",
           "2: B||A|1|2|||||2023\n3: B||C||2|||||2023 {osaker} {olasbar} D-CELLER: the row has 5 cells, the header has "
           "6\n4: B||D||1|||||2023 {osaker} {olasbar} D-CELLER: the row has 7 cells, the header has 6\n"
           "header=1 lines=4 rows=3-0");
    /* The first row, to which the header does not say that it has one too many: then the others are the odd ones. */
    EXPECT("Stadsdel;Period;Indikator;Utfall;Män;Kvinnor\nB;2023;A;;1;2;\nB;2023;C;1;2;3\n",
           "2: B||A||1|2||||2023\n3: B||C|1|2|3||||2023 {osaker} {olasbar} D-CELLER: the row has 6 cells, the first "
           "one has 7\nheader=1 lines=3 rows=2-0");
}

static void a_row_with_another_count_of_cells_is_unreadable(void **state)
{
    (void)state;
    EXPECT("Stadsdel;Indikator;Utfall;Period\nB;A;1;2;2023\nB;A\nB;A;1;2023\n",
           "2: B||A|1||||||2 {osaker} {olasbar} D-CELLER: the row has 5 cells, the header has 4\n"
           "3: B||A||||||| {osaker} {olasbar} D-CELLER: the row has 2 cells, the header has 4\n"
           "4: B||A|1||||||2023\nheader=1 lines=4 rows=3-0");
}

static void two_lines_of_a_cell_are_not_one_number(void **state)
{
    (void)state;
    EXPECT("Stadsdel;Indikator;Utfall;Män;Kvinnor;Period\nB;\"A\nb\";\"12 \r\n345\";1\t234;\"5\n%\";2023\n",
           "2: B||A b|12  345|1  234|5 %||||2023\nheader=1 lines=5 rows=1-0");
    EXPECT("Stadsdel;Indikator;Utfall;Män;Kvinnor;Period\nB;A;1 234;1\u00a0234;\" 12  345 \";2023\n",
           "2: B||A|1 234|1 234|12 345||||2023\nheader=1 lines=2 rows=1-0");
}

static void text_after_a_closing_quote_makes_a_row_unreadable(void **state)
{
    (void)state;
    EXPECT("Stadsdel;Indikator;Utfall;Period\nB;\"A\" b;1;2023\nB;5\" skärm;1;2023\n",
           "2: B||\"A\" b|1||||||2023 {osaker} {olasbar} D-CITAT: cell 2 goes on after its closing quote\n"
           "3: B||5\" skärm|1||||||2023\nheader=1 lines=3 rows=2-0");
}

static void a_name_in_another_alphabet_is_noted(void **state)
{
    (void)state;
    EXPECT("Stadsdel;Indikator;Utfall;Period\nB;\xd0\x90ndel;1;2023\n",
           "2: B||\xd0\x90ndel|1||||||2023 {fel-alfabet}\nheader=1 lines=2 rows=1-0");
}

/* ---- the header ---- */

static void a_row_inside_quotes_is_no_prose(void **state)
{
    (void)state;
    EXPECT("Stadsdel;Indikator;Utfall;Period\n\"B;A;1;2023\"\n\"Källa: a; b\"\n",
           "2: B;A;1;2023||||||||| {osaker} {olasbar} D-CELLER: the row has 1 cells, the header has 4\n"
           "prose=1 header=1 lines=3 rows=1-0");
}

static void a_year_in_the_header_of_the_previous_value_is_kept(void **state)
{
    (void)state;
    EXPECT("Stadsdel;Indikator;Periodens utfall;Utfall VB 2022;Period\nB;A;1;2;VB 2023\n",
           "2: B||A|1|||2|||VB 2023 <VB 2022>\nheader=1 lines=2 rows=1-0");
    EXPECT("Stadsdel;Indikator;Utfall;Periodens utfall VB 2021;Period\nB;A;1;2;2022\n",
           "2: B||A|1|||2|||2022 <VB 2021>\nheader=1 lines=2 rows=1-0");
    EXPECT("Stadsdel;Indikator;Utfall;Utfall 2022;Period\nB;A;1;2;2023\n",
           "2: B||A|1|||2|||2023 <2022>\nheader=1 lines=2 rows=1-0");
    EXPECT("Stadsdel;Indikator;Utfall;Föregående års utfall;Period\nB;A;1;2;2023\n",
           "2: B||A|1|||2|||2023\nheader=1 lines=2 rows=1-0");
}

static void a_year_in_the_header_must_be_the_one_of_the_row(void **state)
{
    (void)state;
    EXPECT("Stadsdel;Indikator;Utfall 2022;Utfall 2023;Årsmål 2023;Period\nB;A;1;2;3;VB 2023\nB;C;1;2;3;VB "
           "2022\nB;D;1;;;2022\n",
           "2: B||A|2|||1|3||VB 2023 <2022>\n"
           "3: B||C|2|||1|3||VB 2022 {osaker} D-PERIOD: the column of arsmal is headed 2023, the row's period is of "
           "2022 <2022>\n"
           "4: B||D||||1|||2022 <2022>\nheader=1 lines=4 rows=3-0");
}

static void two_columns_of_one_meaning_are_refused_by_name(void **state)
{
    (void)state;
    EXPECT("Titel\nStadsdel;Indikator;Utfall;Period;Periodens utfall\nB;A;1;2023;2\n",
           "error 7 x.csv:2: column 3 \"Utfall\" and column 5 \"Periodens utfall\" both mean utfall");
    EXPECT("Stadsdel;Indikator;Utfall;Indikator;Period\nB;A;1;A;2023\n",
           "error 7 x.csv:1: column 2 \"Indikator\" and column 4 \"Indikator\" both mean indikator");
    EXPECT("Stadsdel;Indikator;Utfall;Utfall VB 2021;Utfall VB 2022;Period\n",
           "error 7 x.csv:1: column 4 \"Utfall VB 2021\" and column 5 \"Utfall VB 2022\" both mean foregaende");
    EXPECT("Stadsdel;Indikator;Utfall;Kommentar;Kommentar;Period\nB;A;1;x;y;2023\n",
           "2: B||A|1||||||2023\nheader=1 lines=2 rows=1-0");
}

static void a_mapping_makes_duplicate_columns_unique(void **state)
{
    (void)state;
    const struct column_alias aliases[] = {{TEXT("Periodens  UTFALL"), COLUMN_UTFALL}};
    const struct decode_options options = {.name = "x.csv", .aliases = aliases, .alias_count = 1};
    EXPECT_WITH(&options, "Stadsdel;Indikator;Utfall;Period;Periodens utfall\nB;A;1;2023;2\n",
                "2: B||A|2||||||2023\nheader=1 lines=2 rows=1-0");
}

static void a_mapping_names_other_headers(void **state)
{
    (void)state;
    const struct column_alias aliases[] = {{TEXT("Mått"), COLUMN_INDIKATOR},
                                           {TEXT("Resultat VB 2022"), COLUMN_FOREGAENDE},
                                           {TEXT("Resultat"), COLUMN_UTFALL},
                                           {TEXT("Rapport"), COLUMN_PERIOD}};
    const struct decode_options options = {.name = "x.csv", .aliases = aliases, .alias_count = 4};
    EXPECT_WITH(&options, "Stadsdel;Mått;Resultat;Resultat VB 2022;Rapport\nB;A;1;2;2023\n",
                "2: B||A|1|||2|||2023 <VB 2022>\nheader=1 lines=2 rows=1-0");
}

static void a_missing_header_is_an_error_that_says_what_was_looked_for(void **state)
{
    (void)state;
    static const char looked_for[] = "error 7 x.csv:1: no header found in the first 200 rows: looked for "
                                     "\"Indikator\", \"Period\" and one of \"Utfall\", "
                                     "\"Periodens utfall\", \"Utfall män\", \"Utfall kvinnor\", \"Föregående års "
                                     "utfall\", \"Utfall VB <year>\", \"Årsmål\", "
                                     "\"KF:s årsmål\", separated by ; or , or TAB";
    EXPECT("a;b;c\nd;e;f\n", looked_for);
    EXPECT("Stadsdel;Indikator;Utfall\nB;A;1\n", looked_for);
    EXPECT("Stadsdel;Utfall;Period\nB;1;2023\n", looked_for);
    EXPECT("Stadsdel;Indikator;Period\nB;A;2023\n", looked_for);
    EXPECT("\n \n", looked_for);
    EXPECT("\xef\xbb\xbf", looked_for);
}

static void a_near_miss_is_shown_beside_it(void **state)
{
    (void)state;
    struct bytes bytes = {"Titel\nStadsdel;Indikator;Utfall\n", 32, SIZE_MAX};
    struct reader reader = {read_bytes, &bytes};
    struct sink sink = {take_record, NULL};
    struct decode_counts counts;
    struct error err = {0};
    assert_int_equal(connector_delimited.decode(&reader, &plain, &sink, &counts, &err), -1);
    assert_string_equal(err.detail, "line 2 has an Indikator, no Period, a value column");
    assert_true(err.hint[0]);
}

static void the_source_may_name_the_stadsdel(void **state)
{
    (void)state;
    const struct decode_options options = {.name = "x.csv", .stadsdel = TEXT("Bromma")};
    EXPECT_WITH(&options, "Indikator;Utfall;Period\nA;1;2023\nC;2;2023\n",
                "2: Bromma||A|1||||||2023\n3: Bromma||C|2||||||2023\nheader=1 lines=3 rows=2-0");
    EXPECT_WITH(&options, "Stadsdel;Indikator;Utfall;Period\nFarsta;A;1;2023\n;C;2;2023\n",
                "2: Farsta||A|1||||||2023\n3: ||C|2||||||2023\nheader=1 lines=3 rows=2-0");
    EXPECT("Indikator;Utfall;Period\nA;1;2023\n",
           "error 7 x.csv:1: the header has no \"Stadsdelsnämnd\", and the source names no stadsdel");
}

/* ---- what is no delimited text ---- */

static void an_empty_input_is_refused(void **state)
{
    (void)state;
    EXPECT("", "error 7 x.csv:1: is empty");
}

static void pages_and_documents_are_refused_by_kind(void **state)
{
    (void)state;
    EXPECT("\n <!DOCTYPE html>\n<html><body>Logga in</body></html>\n",
           "error 7 x.csv:1: is an HTML or XML page, not delimited text");
    EXPECT("\xef\xbb\xbf<?xml version=\"1.0\"?>", "error 7 x.csv:1: is an HTML or XML page, not delimited text");
    EXPECT("<HTML>", "error 7 x.csv:1: is an HTML or XML page, not delimited text");
    EXPECT("PK\x03\x04\x14\0", "error 7 x.csv:1: is a zip archive or a workbook, not delimited text");
    EXPECT("%PDF-1.7\n%\xe2\xe3", "error 7 x.csv:1: is a PDF document, not delimited text");
}

static void binary_input_is_refused_with_line_and_byte(void **state)
{
    (void)state;
    EXPECT("\x1f\x8b\x08\0", "error 7 x.csv:1: is not text: control character 0x1F at byte 0");
    EXPECT("\x89PNG\r\n\x1a\n", "error 7 x.csv:2: is not text: control character 0x1A at byte 6");
    EXPECT("Stadsdel;Indikator;Utfall;Period\nB;A;1;2023\nB;C;\0;2023\n",
           "2: B||A|1||||||2023\nheader=1 error 7 x.csv:3: is not text: control character 0x00 at byte 48");
}

static void random_bytes_give_one_clear_error(void **state)
{
    (void)state;
    uint32_t seed = 7;
    for (int n = 0; n < 300; n++) {
        char bytes[600];
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (char)((seed = seed * 1664525 + 1013904223) >> 24);
        char *dump = decode_bytes(bytes, sizeof bytes, &plain);
        assert_true(text_starts(text_of(dump), "error 7 x.csv:"));
        assert_non_null(strstr(dump, "is not text"));
        free(dump);
    }
}

static void an_unbalanced_quote_is_a_cut_input(void **state)
{
    (void)state;
    EXPECT("Stadsdel;Indikator;Utfall;Period\nB;A;1;2023\nB;\"C;2;2023\n",
           "2: B||A|1||||||2023\nheader=1 error 7 x.csv:3: a quoted cell of the row that begins here is not closed: "
           "the input is cut");
}

/* ---- size, the sink, damage ---- */

static void blocks_leave_no_seams(void **state)
{
    (void)state;
    enum { ROWS = 9000 };
    struct dump input = {0}, expected = {0};
    write_down(&input, "Stadsdel;Indikator;Utfall;Period\n");
    for (int i = 0; i < ROWS; i++) {
        write_down(&input, "Hägersten;\"Mål %d\r\n–\";%d,5 %%;2023\r\n", i, i % 100);
        write_down(&expected, "%d: Hägersten||Mål %d –|%d,5 %%||||||2023\n", 2 + 2 * i, i, i % 100);
    }
    write_down(&expected, "header=1 lines=%d rows=%d-0", 2 * ROWS + 1, ROWS);
    assert_true(input.len > 4 * 64 * 1024);
    const size_t pieces[] = {SIZE_MAX, 4093, 7};
    for (size_t i = 0; i < 3; i++) {
        char *dump = decode_pieces(input.text, input.len, pieces[i], &plain);
        assert_true(!strcmp(dump, expected.text));
        free(dump);
    }
    free(input.text);
    free(expected.text);
}

static void windows_1252_may_show_late_in_a_large_input(void **state)
{
    (void)state;
    struct dump input = {0};
    write_down(&input, "Stadsdel;Indikator;Utfall;Period\n");
    for (int i = 0; i < 9000; i++)
        write_down(&input, "Bromma;Indikator %d;1;2023\n", i);
    write_down(&input, "\xc4lvsj\xf6;Sist;1;2023\n");
    char *dump = decode_pieces(input.text, input.len, SIZE_MAX, &plain);
    assert_non_null(strstr(dump, "\n9002: Älvsjö||Sist|1||||||2023\nheader=1 lines=9002 rows=9001-0"));
    free(dump);
    free(input.text);
}

static int refuse_second(void *context, const struct record *record, struct error *err)
{
    (void)record;
    if (++*(int *)context < 2) return 0;
    return error_set(err, EXIT_DATABASE, "stop");
}

static void the_sink_can_stop_the_decoding(void **state)
{
    (void)state;
    int seen = 0;
    struct bytes bytes = {"Stadsdel;Indikator;Utfall;Period\nB;A;1;2023\nB;C;1;2023\nB;D;1;2023\n", 66, SIZE_MAX};
    struct reader reader = {read_bytes, &bytes};
    struct sink sink = {refuse_second, &seen};
    struct decode_counts counts;
    struct error err = {0};
    assert_int_equal(connector_delimited.decode(&reader, &plain, &sink, &counts, &err), -1);
    assert_int_equal(err.class, EXIT_DATABASE);
    assert_int_equal(seen, 2);
    assert_int_equal(counts.lines_read, 3);
    assert_int_equal(counts.lines_record, 2);
}

#define MUTATIONS 3000

static void damaged_input_never_crashes_and_always_adds_up(void **state)
{
    (void)state;
    static const char text[] =
        "Titel\r\n\r\n" HEADER "Bromma;\"Åby \"\"x\"\"\";\"A; b\nc\";86,5 %;85;88;..;<5;85;VB 2023\r\n"
        "Totalt;;A;1;2;3;4;5;6;2023\r\n;;;;;;;;;\r\nBromma;;B;1\u00a0"
        "234;;;;;;T1 2023;\r\nKälla: systemet\r\n";
    uint32_t seed = 42;
    for (int n = 0; n < MUTATIONS; n++) {
        char bytes[sizeof text];
        size_t size = sizeof text - 1;
        memcpy(bytes, text, size);
        for (uint32_t k = 0; k < 1 + seed % 4; k++) {
            seed = seed * 1664525 + 1013904223;
            size_t at = (seed >> 12) % size;
            if (seed % 16 == 0) size = at + 1;
            bytes[at] = seed % 3 ? "\"\r\n;,\t \xe5\xc3<\0"[(seed >> 4) % 11] : (char)(seed >> 24);
        }
        char *whole = decode_pieces(bytes, size, SIZE_MAX, &plain);
        char *cut = decode_pieces(bytes, size, 3, &plain);
        assert_string_equal(whole, cut);
        free(whole);
        free(cut);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_becomes_a_record_with_its_cells_verbatim),
        cmocka_unit_test(columns_come_in_any_order_and_unknown_ones_are_left_out),
        cmocka_unit_test(places_point_at_the_cells_in_the_export),
        cmocka_unit_test(a_cell_over_several_lines_owns_them_all),
        cmocka_unit_test(a_header_and_no_rows_is_a_valid_empty_export),
        cmocka_unit_test(the_separator_is_found_out),
        cmocka_unit_test(a_first_line_may_name_the_separator),
        cmocka_unit_test(a_configured_separator_is_the_only_one_tried),
        cmocka_unit_test(all_encodings_give_the_same_records),
        cmocka_unit_test(an_unknown_encoding_in_the_configuration_is_an_error_of_it),
        cmocka_unit_test(title_lines_before_and_prose_after_are_ignored_and_counted),
        cmocka_unit_test(a_lone_cell_of_data_is_not_prose),
        cmocka_unit_test(a_quote_that_swallows_rows_does_not_pass_as_prose),
        cmocka_unit_test(totals_rows_are_ignored_and_counted),
        cmocka_unit_test(a_repeated_header_is_ignored),
        cmocka_unit_test(a_header_or_a_column_may_say_the_units),
        cmocka_unit_test(what_stands_behind_a_columns_name_must_be_known),
        cmocka_unit_test(a_trailing_separator_adds_no_cell),
        cmocka_unit_test(a_row_of_another_width_than_header_and_first_row_lost_or_gained_a_cell),
        cmocka_unit_test(a_row_with_another_count_of_cells_is_unreadable),
        cmocka_unit_test(two_lines_of_a_cell_are_not_one_number),
        cmocka_unit_test(text_after_a_closing_quote_makes_a_row_unreadable),
        cmocka_unit_test(a_name_in_another_alphabet_is_noted),
        cmocka_unit_test(a_row_inside_quotes_is_no_prose),
        cmocka_unit_test(a_year_in_the_header_of_the_previous_value_is_kept),
        cmocka_unit_test(a_year_in_the_header_must_be_the_one_of_the_row),
        cmocka_unit_test(two_columns_of_one_meaning_are_refused_by_name),
        cmocka_unit_test(a_mapping_makes_duplicate_columns_unique),
        cmocka_unit_test(a_mapping_names_other_headers),
        cmocka_unit_test(a_missing_header_is_an_error_that_says_what_was_looked_for),
        cmocka_unit_test(a_near_miss_is_shown_beside_it),
        cmocka_unit_test(the_source_may_name_the_stadsdel),
        cmocka_unit_test(an_empty_input_is_refused),
        cmocka_unit_test(pages_and_documents_are_refused_by_kind),
        cmocka_unit_test(binary_input_is_refused_with_line_and_byte),
        cmocka_unit_test(random_bytes_give_one_clear_error),
        cmocka_unit_test(an_unbalanced_quote_is_a_cut_input),
        cmocka_unit_test(blocks_leave_no_seams),
        cmocka_unit_test(windows_1252_may_show_late_in_a_large_input),
        cmocka_unit_test(the_sink_can_stop_the_decoding),
        cmocka_unit_test(damaged_input_never_crashes_and_always_adds_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
