/* Layout B: text in reading order; cells are joined by single blanks.  One test per rule of the layout. */
#include "tests/unit/decode_text.h"

#define HEADER_WORDS                                                                                                   \
    "Indikator Periodens \nutfall \n\nUtfall \nmän/ \npojkar \n\nUtfall \nkvinnor/ \nflickor \n\nPeriodens \nutfall " \
    "VB \n2020 \n\n"                                                                                                   \
    "Årsmål KF:s \nårsmål Period \n"
#define LATER_WORDS                                                                                                    \
    "Indikator Periodens \nutfall \n\nUtfall \nmän/ \npojkar \n\nUtfall \nkvinnor/ \nflickor \n\nPeriodens \nutfall " \
    "VB \n2019 \n\n"                                                                                                   \
    "Årsmål KF:s \nårsmål Period \n"
#define HEADER    "   " HEADER_WORDS "\n"
#define REPEATED  "    " HEADER_WORDS "\n" /* four blanks: at the top of a page */
#define LOCAL     "Nämndmål: 1.1.1 Ljusa parker \n\n Uppfylls helt \n\n"
#define END       "Enhetsmål: Fler lampor \n\n Uppfylls helt \n\n"
#define FURNITURE "\n \n\n \n\n \n\nTjänsteutlåtande \nSid 6 (25) \n\n \n start.stockholm \n \n\n"

/* What is left of a row's icons, in its three forms. */
#define ONE_LINE " \n "
#define MANY     " \n\n \n\n \n\n"
#define TWO      "  "

#define INDEX     ONE_LINE "Ledarskapsindex 84   74 80  2021 \n\n"
#define INDEX_ROW "Ledarskapsindex|84|||74|80||2021|\n"
#define LAMPS     ONE_LINE "Antal lampor i \n\nparken \n\n40 st   38 st 45 st  2021 \n\n"
#define LAMPS_ROW "Antal lampor i parken|40 st|||38 st|45 st||2021|\n"
#define SICK      MANY "Sjukfrånvaro 6,7 % 0 % 6,7 % 10,7 % 15 % Tas fram \nav \nnämnd/s\ntyrelse \n\nVB 2021 \n\n"
#define SICK_ROW  "Sjukfrånvaro|6,7 %|0 %|6,7 %|10,7 %|15 %|Tas fram av nämnd/styrelse|VB 2021|\n"
#define ANALYSIS  "Analys \n\nFler lampor lyser nu. \n\n"

static void assert_table(const char *rows, const char *want)
{
    char text[8000];
    snprintf(text, sizeof text, "%s%s%s", LOCAL HEADER, rows, END);
    assert_rows(text, want);
}

/* The row may be read right or be marked, but neither be lost nor be wrong for certain. */
static void assert_not_wrong(const char *rows, const char *want)
{
    char text[8000];
    snprintf(text, sizeof text, "%s%s%s", LOCAL HEADER, rows, END);
    struct decoded d = decode_text(text);
    const struct record *r = record_of(&d, RECORD_INDIKATOR, 0);
    if (!(r->notes & NOTE_UNCERTAIN)) assert_text(r->cell[COLUMN_INDIKATOR], want);
    decoded_free(&d);
}

/* ---- 1: blanks ---- */

static void a_table_is_read_row_by_row(void **state)
{
    (void)state;
    assert_table(INDEX LAMPS SICK, INDEX_ROW LAMPS_ROW SICK_ROW);
}

static void k_blanks_in_a_row_mean_k_minus_one_empty_cells(void **state)
{
    (void)state;
    assert_table(ONE_LINE "Index för \n\nparker \n\n65   63 65  2021 \n\n", "Index för parker|65|||63|65||2021|\n");
    assert_table(ONE_LINE "Index för \n\nparker \n\n65 64 66  65  2021 \n\n", "Index för parker|65|64|66||65||2021|\n");
    assert_table(ONE_LINE "Index för \n\nparker \n\n65     70 2021 \n\n", "Index för parker|65|||||70|2021|\n");
}

static void five_leading_blanks_are_five_empty_cells(void **state)
{
    (void)state;
    assert_table(TWO "Andel inköp av \n\nlampor \n\n     60 % 2021 \n\n", "Andel inköp av lampor||||||60 %|2021|\n");
}

static void a_line_that_ends_without_a_blank_is_glued_to_the_next(void **state)
{
    (void)state;
    assert_table(ONE_LINE "Antal möten genom ABC-\nutbildning \n\n1   10 20  2021 \n\n",
                 "Antal möten genom ABC-utbildning|1|||10|20||2021|\n");
    assert_table(ONE_LINE "Andel trygga efter insats -\n Funktionsnedsättning \n\n92 %   90 % 95 %  2021 \n\n",
                 "Andel trygga efter insats - Funktionsnedsättning|92 %|||90 %|95 %||2021|\n");
    assert_table(ONE_LINE "Antal möten med sjuk\nsköterskor \n\n1   10 20  2021 \n\n",
                 "Antal möten med sjuksköterskor|1|||10|20||2021|\n");
}

static void a_line_that_ends_in_a_hyphen_and_a_blank_keeps_its_blank(void **state)
{
    (void)state;
    assert_table(ONE_LINE "Antal kultur- \n\noch fritidsdagar \n\n1   10 20  2021 \n\n",
                 "Antal kultur- och fritidsdagar|1|||10|20||2021|\n");
}

/* ---- 2, 3: seven cells, values with blanks ---- */

static void exactly_seven_cells_follow_a_name_and_the_last_is_the_period(void **state)
{
    (void)state;
    assert_table(ONE_LINE "Index 65   63 65 2021 \n\n" INDEX, "Index||||||||osaker,olasbar\n" INDEX_ROW);
    assert_table(ONE_LINE "Index 65 64 66 63 65 70 VB 2021 \n\n", "Index|65|64|66|63|65|70|VB 2021|\n");
}

static void a_double_blank_before_a_percent_sign_belongs_to_its_value(void **state)
{
    (void)state;
    assert_table(MANY "Andel nöjda \n\n80 % 79  % 100  % 78 % 80 % öka 2021 \n\n",
                 "Andel nöjda|80 %|79 %|100 %|78 %|80 %|öka|2021|\n");
}

static void a_name_followed_directly_by_a_thousands_number_is_uncertain(void **state)
{
    (void)state;
    struct decoded d = decode_text(LOCAL HEADER ONE_LINE "Antal besök vecka 1 106   900 950  2021 \n\n" END);
    const struct record *r = record_of(&d, RECORD_INDIKATOR, 0);
    assert_true(r->notes & NOTE_UNCERTAIN);
    assert_string_equal(r->rule, "R-FLERTYDIG");
    decoded_free(&d);
}

static void a_thousands_number_on_a_line_below_its_name_keeps_its_blank(void **state)
{
    (void)state;
    assert_table(ONE_LINE "Antal besök i \n\nparken \n\n1 106 st   900 st 950 st  2021 \n\n",
                 "Antal besök i parken|1 106 st|||900 st|950 st||2021|\n");
    assert_table(ONE_LINE "Antal besök i \n\nparken \n\n1 050 st   9 000 st 950 st  2021 \n\n",
                 "Antal besök i parken|1 050 st|||9 000 st|950 st||2021|\n");
}

/* ---- 4: where a row begins ---- */

static void a_row_begins_with_what_is_left_of_its_icons(void **state)
{
    (void)state;
    assert_table(ONE_LINE "Ledarskapsindex 84   74 80  2021 \n\n" ANALYSIS LAMPS, INDEX_ROW LAMPS_ROW);
    assert_table(MANY "Ledarskapsindex 84   74 80  2021 \n\n" ANALYSIS LAMPS, INDEX_ROW LAMPS_ROW);
    assert_table(TWO "Ledarskapsindex 84   74 80  2021 \n\n" ANALYSIS LAMPS, INDEX_ROW LAMPS_ROW);
    assert_table(INDEX ANALYSIS TWO "Antal lampor i \n\nparken \n\n40 st   38 st 45 st  2021 \n\n",
                 INDEX_ROW LAMPS_ROW);
    assert_table(INDEX ANALYSIS MANY "Antal lampor i \n\nparken \n\n40 st   38 st 45 st  2021 \n\n",
                 INDEX_ROW LAMPS_ROW);
}

static void blank_only_lines_in_an_analysis_begin_no_row(void **state)
{
    (void)state;
    assert_table(INDEX "Analys \n\nFler lampor lyser. \n\n \n\nDe är 40 av 45 i \n\nparken 2021 \n\n" LAMPS,
                 INDEX_ROW LAMPS_ROW);
    assert_table(INDEX "Analys \n\nFler lampor lyser. \n\n  \n\n" LAMPS, INDEX_ROW LAMPS_ROW);
}

static void the_first_text_of_a_page_begins_no_row(void **state)
{
    (void)state;
    assert_table(INDEX "Analys \n\nFler lampor lyser " FURNITURE
                       "nu än förra året då de var 40 av 45 och \n\nslutade vi 2020 \n\n" REPEATED LAMPS,
                 INDEX_ROW LAMPS_ROW);
}

static void a_page_break_may_split_what_is_left_of_the_icons(void **state)
{
    (void)state;
    assert_table(INDEX ANALYSIS " \n\n" REPEATED
                                " \n\n \n\nAntal lampor i \n\nparken \n\n40 st   38 st 45 st  2021 \n\n",
                 INDEX_ROW LAMPS_ROW);
    assert_table(INDEX " \n\n \n\n" REPEATED " \n\nAntal lampor i \n\nparken \n\n40 st   38 st 45 st  2021 \n\n",
                 INDEX_ROW LAMPS_ROW);
    assert_table(INDEX ANALYSIS " \n\n \n\n" REPEATED "Antal lampor i \n\nparken \n\n40 st   38 st 45 st  2021 \n\n",
                 INDEX_ROW LAMPS_ROW);
}

static void a_row_whose_beginning_was_missed_is_not_certain_to_begin_in_the_prose_before_it(void **state)
{
    (void)state;
    struct decoded d = decode_text(LOCAL HEADER INDEX "Analys \n\nFler lampor lyser. \n\n \n\nDe lyser hela natten i "
                                                      "parken. Antal lampor \n\n40 st   38 st 45 st  2021 \n\n" END);
    assert_true(record_of(&d, RECORD_INDIKATOR, 1)->notes & NOTE_UNCERTAIN);
    assert_string_equal(record_of(&d, RECORD_INDIKATOR, 1)->rule, "R-NAMN");
    decoded_free(&d);
}

/* ---- 5: names and cells ---- */

static void a_name_on_one_line_has_its_cells_on_that_line(void **state)
{
    (void)state;
    assert_table(MANY "Ledarskapsindex 84   74 80  2021 \n\n", INDEX_ROW);
}

static void a_longer_name_has_its_cells_after_an_empty_line(void **state)
{
    (void)state;
    assert_table(ONE_LINE "Andel lampor \n\nsom lyser \n\nnär det är \n\nmörkt \n\n65   63 65  2021 \n\n",
                 "Andel lampor som lyser när det är mörkt|65|||63|65||2021|\n");
}

static void an_empty_line_may_stand_inside_the_cells(void **state)
{
    (void)state;
    assert_table(TWO "Andel utredningar \n\nav lampor \n\n78,36 75,64 \n% \n\n82,14 %  70 % Tas fram \nav \nnämnd "
                     "\n\nVB 2021 \n\n" ANALYSIS INDEX,
                 "Andel utredningar av lampor|78,36|75,64 %|82,14 %||70 %|Tas fram av nämnd|VB 2021|\n" INDEX_ROW);
}

static void a_name_may_end_in_digits(void **state)
{
    (void)state;
    assert_table(MANY
                 "Sjukfrånvaro dag 1-14 0,9 % 0 % 0,9 % 1,28 % 2,5 % Tas fram \nav \nnämnd/s\ntyrelse \n\nVB 2021 \n\n",
                 "Sjukfrånvaro dag 1-14|0,9 %|0 %|0,9 %|1,28 %|2,5 %|Tas fram av nämnd/styrelse|VB 2021|\n");
}

static void names_may_differ_only_in_a_final_parenthesis(void **state)
{
    (void)state;
    assert_table(ONE_LINE "Andel nöjda \n\n(parker) \n\n65   63 65  2021 \n\n" ONE_LINE
                          "Andel nöjda \n\n(torg) \n\n66   64 66  2021 \n\n",
                 "Andel nöjda (parker)|65|||63|65||2021|\nAndel nöjda (torg)|66|||64|66||2021|\n");
}

/* ---- 6: the KF cell ---- */

static void the_kf_cell_and_the_period_may_stand_on_lines_of_their_own(void **state)
{
    (void)state;
    assert_table(MANY "Andel nöjda \n\n97,4 % 95,8 % 100 % 100 % 75 % Tas fram \nav \nnämnd \n\nVB 2021 \n\n" INDEX,
                 "Andel nöjda|97,4 %|95,8 %|100 %|100 %|75 %|Tas fram av nämnd|VB 2021|\n" INDEX_ROW);
    assert_table(MANY "Andel nöjda \n\n76 %   75 % 92 % Tas fram \nav \nnämnd \n\n2021 \n\n" INDEX,
                 "Andel nöjda|76 %|||75 %|92 %|Tas fram av nämnd|2021|\n" INDEX_ROW);
}

/* ---- 7: headers, page breaks ---- */

static void a_header_of_seventeen_lines_is_counted_as_header(void **state)
{
    (void)state;
    struct decoded d = decode_text(LOCAL HEADER INDEX END);
    assert_int_equal(d.counts.lines_ignored[IGNORED_HEADER], 13); /* its four empty lines are blank */
    assert_text(record_of(&d, RECORD_INDIKATOR, 0)->previous_report, "VB 2020");
    decoded_free(&d);
}

static void headers_vary(void **state)
{
    (void)state;
    assert_rows(LOCAL
                "Indikator \nPeriodens \nutfall \n\nUtfall \nVB 2020 \n\nArsmål \nKF:s årsmål \nPeriod \n\n" ONE_LINE
                "Ledarskapsindex 84 74 80 öka 2021 \n\n",
                "Ledarskapsindex|84|||74|80|öka|2021|\n");
}

static void a_header_may_lack_the_previous_value(void **state)
{
    (void)state;
    assert_rows(LOCAL "  Indikator Utfall \n\nÅrsmål \nPeriod \n\n" ONE_LINE "Ledarskapsindex 84 80 2021 \n\n",
                "Ledarskapsindex|84||||80||2021|\n");
}

static void a_repeated_header_between_rows_changes_nothing(void **state)
{
    (void)state;
    assert_table(INDEX REPEATED LAMPS REPEATED SICK, INDEX_ROW LAMPS_ROW SICK_ROW);
    assert_table(INDEX ANALYSIS REPEATED LAMPS ANALYSIS REPEATED SICK, INDEX_ROW LAMPS_ROW SICK_ROW);
}

static void two_headers_may_stand_with_no_row_between(void **state)
{
    (void)state;
    assert_table(REPEATED INDEX, INDEX_ROW);
    assert_table(REPEATED REPEATED INDEX, INDEX_ROW);
}

static void a_table_may_begin_at_the_top_of_a_page(void **state)
{
    (void)state;
    assert_rows(LOCAL REPEATED INDEX END, INDEX_ROW);
    assert_rows("Sammanfattande analys \n\nProsa. \n\n" REPEATED INDEX, INDEX_ROW);
}

static void a_page_break_may_cut_a_row_after_each_line_of_its_name(void **state)
{
    static const char *const lines[] = {"Andel lampor som \n", "upplevs som ljusa \n", "och varma (parker \n",
                                        "och torg som inte \n", "är små) \n"};
    const size_t count = sizeof lines / sizeof *lines;
    static const char *const after[] = {LAMPS, ANALYSIS LAMPS,
                                        ANALYSIS MANY "Antal lampor i \n\nparken \n\n40 st   38 st 45 st  2021 \n\n"};
    (void)state;
    for (size_t cut = 1; cut < count; cut++)
        for (size_t a = 0; a < sizeof after / sizeof *after; a++) {
            char text[4000] = ONE_LINE;
            size_t len = strlen(text);
            for (size_t i = 0; i < count; i++)
                len += (size_t)snprintf(text + len, sizeof text - len, "%s%s%s", lines[i],
                                        i + 1 == cut ? "\n85 %   88 % 79 % 79 % 2021 \n" REPEATED : "",
                                        i + 1 == cut || i + 1 == count ? "" : "");
            snprintf(text + len, sizeof text - len, "\n%s", after[a]);
            assert_table(
                text,
                "Andel lampor som upplevs som ljusa och varma (parker och torg som inte är små)|85 %|||88 %|79 %|79 "
                "%|2021|sidbrytning,namn-sammanfogat\n" LAMPS_ROW);
        }
}

static void the_rest_of_a_name_may_begin_with_a_capital(void **state)
{
    (void)state;
    assert_table(ONE_LINE "Andel utbildade i \n\n0   0 95  2021 \n" REPEATED "Grönt Ramverk \n\n" ANALYSIS INDEX,
                 "Andel utbildade i Grönt Ramverk|0|||0|95||2021|sidbrytning,namn-sammanfogat\n" INDEX_ROW);
}

#define CUT_KF "Andel nöjda (parker \n\n85 %   88 % 79 % Tas fram \nav \n"
#define CUT_KF_ROW                                                                                                     \
    "Andel nöjda (parker och torg)|85 %|||88 %|79 %|Tas fram av "                                                     \
    "nämnd|2021|sidbrytning,namn-sammanfogat,cell-sammanfogad\n"

static void the_last_word_of_the_kf_cell_may_follow_a_repeated_header(void **state)
{
    (void)state;
    assert_table(ONE_LINE CUT_KF "2021 \n" REPEATED "och torg) nämnd \n\n" INDEX, CUT_KF_ROW INDEX_ROW);
    assert_table(ONE_LINE CUT_KF "2021 \n" REPEATED "och torg) \nnämnd \n\n" ANALYSIS INDEX, CUT_KF_ROW INDEX_ROW);
}

static void the_last_word_of_the_kf_cell_may_stand_in_a_paragraph_of_its_own(void **state)
{
    (void)state;
    assert_table(ONE_LINE CUT_KF "2021 \n" REPEATED "och torg) \n\nnämnd \n\n" INDEX, CUT_KF_ROW INDEX_ROW);
}

static void the_last_word_of_the_kf_cell_may_be_missing_before_a_labelled_period(void **state)
{
    (void)state;
    assert_table(ONE_LINE CUT_KF "VB 2021 \n" REPEATED "och torg) nämnd \n\n" INDEX,
                 "Andel nöjda (parker och torg)|85 %|||88 %|79 %|Tas fram av nämnd|VB "
                 "2021|sidbrytning,namn-sammanfogat,cell-sammanfogad\n" INDEX_ROW);
}

static void a_cut_kf_cell_whose_end_is_not_found_leaves_its_row_uncertain(void **state)
{
    (void)state;
    struct decoded d = decode_text(LOCAL HEADER ONE_LINE
                                   "Andel nöjda \n\n85 %   88 % 79 % Tas fram \nav \n2021 \n" REPEATED INDEX END);
    assert_true(record_of(&d, RECORD_INDIKATOR, 0)->notes & NOTE_UNCERTAIN);
    decoded_free(&d);
}

static void text_after_a_repeated_header_is_analysis_when_one_had_begun(void **state)
{
    (void)state;
    assert_table(INDEX "Analys \n\nFler lampor lyser i \n" REPEATED "parken. \n\n" LAMPS, INDEX_ROW LAMPS_ROW);
    assert_table(INDEX "Analys \n\n" REPEATED "Fler lampor lyser i parken. \n\n" LAMPS, INDEX_ROW LAMPS_ROW);
    assert_table(INDEX "Analys \n\n" REPEATED "De var 40 av 45 \n\n" LAMPS, INDEX_ROW LAMPS_ROW);
}

/* A page break wherever one can stand without cutting a row changes nothing. */
static void a_page_break_may_stand_between_any_two_pieces_of_a_table(void **state)
{
    static const char *const pieces[] = {INDEX,
                                         "Analys \n\n",
                                         "Fler lampor lyser nu, och \n",
                                         "det är 40 av 45 stycken. \n\n",
                                         LAMPS,
                                         SICK,
                                         "Analys \n\n",
                                         "Fler är sjuka. \n\n",
                                         " \n\n",
                                         " \n\n",
                                         " \n\nAndel nöjda \n\n97 % 95 % 99 % 96 % 75 % 76 % 2021 \n\n"};
    const size_t count = sizeof pieces / sizeof *pieces;
    (void)state;
    for (size_t at = 0; at <= count; at++) {
        char text[8000];
        size_t len = 0;
        for (size_t i = 0; i < count; i++)
            len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", i == at ? REPEATED : "", pieces[i]);
        if (at == count) snprintf(text + len, sizeof text - len, "%s", REPEATED);
        assert_table(text, INDEX_ROW LAMPS_ROW SICK_ROW "Andel nöjda|97 %|95 %|99 %|96 %|75 %|76 %|2021|\n");
    }
}

#define ACTIVITIES "   Aktivitet Startdatum Slutdatum Avvikelse \n\n"
#define BULBS      " \n Byta lampor i \n\nparken \n\n2021-01-01 2021-12-31 \n\n"
#define BULBS_ROW  "Byta lampor i parken|2021-01-01|2021-12-31|||\n"
#define POLES      " \n Måla stolpar 2021-02-01 2021-10-31 \n\n"
#define POLES_ROW  "Måla stolpar|2021-02-01|2021-10-31|||\n"

static void activity_tables_are_cut_and_repeated_too_and_hold_no_indicators(void **state)
{
    (void)state;
    struct decoded d =
        decode_text(LOCAL ACTIVITIES BULBS ACTIVITIES POLES "Analys \n\nKlart 2021 \n\n" HEADER INDEX END);
    assert_string_equal(activities_of(&d), BULBS_ROW POLES_ROW);
    assert_string_equal(rows_of(&d), INDEX_ROW);
    decoded_free(&d);
    assert_activities(LOCAL ACTIVITIES " \n Byta lampor i \n\n2021-01-01 2021-12-31 \n" ACTIVITIES
                                       "parken \n\n" POLES END,
                      "Byta lampor i parken|2021-01-01|2021-12-31|||sidbrytning,namn-sammanfogat\n" POLES_ROW);
}

static void an_indicator_table_may_follow_an_activity_table_directly(void **state)
{
    (void)state;
    struct decoded d = decode_text(LOCAL HEADER INDEX ACTIVITIES BULBS HEADER LAMPS END);
    assert_string_equal(activities_of(&d), BULBS_ROW);
    assert_string_equal(rows_of(&d), INDEX_ROW LAMPS_ROW);
    decoded_free(&d);
}

/* ---- 8: page furniture ---- */

static void page_furniture_in_an_analysis_is_no_row(void **state)
{
    (void)state;
    assert_table(INDEX "Analys \n\nFler lampor lyser i " FURNITURE REPEATED "parken. \n\n" LAMPS, INDEX_ROW LAMPS_ROW);
}

static void a_row_after_page_furniture_without_a_header_is_uncertain(void **state)
{
    (void)state;
    assert_table(INDEX ANALYSIS FURNITURE "Mer ljus. \n\n" LAMPS,
                 INDEX_ROW "Antal lampor i parken|40 st|||38 st|45 st||2021|osaker\n");
}

static void page_furniture_between_rows_loses_no_row(void **state)
{
    (void)state;
    assert_table(INDEX FURNITURE REPEATED LAMPS FURNITURE REPEATED SICK, INDEX_ROW LAMPS_ROW SICK_ROW);
    assert_table(INDEX ANALYSIS FURNITURE REPEATED LAMPS, INDEX_ROW LAMPS_ROW);
}

static void page_furniture_is_counted_apart_from_prose(void **state)
{
    (void)state;
    struct decoded d = decode_text(LOCAL "Prosa \n" FURNITURE "mer prosa \n");
    assert_int_equal(d.counts.lines_ignored[IGNORED_CONTENTS], 3);
    assert_int_equal(d.counts.lines_ignored[IGNORED_PROSE], 2);
    decoded_free(&d);
}

static void page_furniture_between_the_halves_of_a_cut_row_does_not_cut_its_name_for_certain(void **state)
{
    (void)state;
    assert_not_wrong(ONE_LINE "Andel lampor som \n\nupplevs som \n\n85 %   88 % 79 % 79 % 2021 \n" FURNITURE REPEATED
                              "ljusa och varma \n\n" LAMPS,
                     "Andel lampor som upplevs som ljusa och varma");
}

static void page_furniture_inside_a_row_does_not_lose_it(void **state)
{
    (void)state;
    assert_not_wrong(ONE_LINE "Andel lampor som \n\nupplevs som " FURNITURE
                              "ljusa och varma \n\n85 %   88 % 79 % 79 % 2021 \n\n",
                     "Andel lampor som upplevs som ljusa och varma");
}

/* ---- 9: goals ---- */

static void goal_headings_wrap_over_lines(void **state)
{
    (void)state;
    assert_goals("KF:s inriktningsmål: 2. En levande och ljus \nstad \n\nKF:s mål för verksamhetsområdet: 2.4. "
                 "Stockholm är en ljus \n\noch varm stad \n\n"
                 " Uppfylls helt \n\nNämndmål: 2.4.1. Parker i alla delar \nav staden är ljusa och\n varma \n\n "
                 "Uppfylls delvis \n\n",
                 "inriktningsmål|2. En levande och ljus stad|\nverksamhetsmål|2.4. Stockholm är en ljus och varm "
                 "stad|Uppfylls helt\n"
                 "nämndmål|2.4.1. Parker i alla delar av staden är ljusa och varma|Uppfylls delvis\n");
}

static void a_goal_heading_may_wrap_over_three_lines_with_empty_ones_between(void **state)
{
    (void)state;
    assert_goals("Enhetsmål: Fler lampor ska lysa när det är \n\nmörkt i någon av stadens \n\nparker. \n\n Uppfylls "
                 "helt \n\nFörväntat resultat \n\nLjus. \n",
                 "enhetsmål|Fler lampor ska lysa när det är mörkt i någon av stadens parker.|Uppfylls helt\n");
}

static void a_goal_heading_may_have_a_leading_blank(void **state)
{
    (void)state;
    assert_goals(" Enhetsmål: Fler lampor \n\n Uppfylls helt \n\n", "enhetsmål|Fler lampor|Uppfylls helt\n");
}

static void a_goal_without_a_status_ends_with_its_paragraph(void **state)
{
    (void)state;
    assert_goals("KF:s inriktningsmål: 1. En levande stad \nför alla \n\nProsa om staden. \n\n",
                 "inriktningsmål|1. En levande stad för alla|\n");
    assert_goals("Enhetsmål: Fler lampor \n\nFörväntat resultat \n\nLjus. \n\n Uppfylls helt \n\n",
                 "enhetsmål|Fler lampor|\n");
    assert_goals("Enhetsmål: Fler lampor \n\nAnalys \n\nLjus. \n\n", "enhetsmål|Fler lampor|\n");
}

static void a_heading_cut_by_page_furniture_keeps_its_first_half_at_least(void **state)
{
    (void)state;
    struct decoded d = decode_text("Enhetsmål: Fler lampor ska \n" FURNITURE "lysa i parken \n\n Uppfylls helt \n\n");
    assert_true(text_starts(record_of(&d, RECORD_MAL, 0)->text, "Fler lampor ska"));
    assert_true(text_find(record_of(&d, RECORD_MAL, 0)->text, "start") == SIZE_MAX);
    decoded_free(&d);
}

static void a_verksamhetsmal_in_running_text_is_prose(void **state)
{
    (void)state;
    assert_goals(LOCAL "Verksamhetsmål: mer ljus \n\nI nämndmål: 1.1.1 står ljus \n\n",
                 "nämndmål|1.1.1 Ljusa parker|Uppfylls helt\n");
}

static void a_goal_heading_ends_a_table(void **state)
{
    (void)state;
    struct decoded d = decode_text(LOCAL HEADER INDEX END HEADER LAMPS);
    assert_string_equal(goals_of(&d),
                        "nämndmål|1.1.1 Ljusa parker|Uppfylls helt\nenhetsmål|Fler lampor|Uppfylls helt\n");
    assert_int_equal(record_of(&d, RECORD_INDIKATOR, 0)->niva, NIVA_NAMNDMAL);
    assert_int_equal(record_of(&d, RECORD_INDIKATOR, 1)->niva, NIVA_ENHETSMAL);
    assert_text(record_of(&d, RECORD_INDIKATOR, 1)->goal[NIVA_ENHETSMAL], "Fler lampor");
    decoded_free(&d);
}

/* ---- rows that break off ---- */

static void a_row_whose_last_cells_a_page_break_took_is_refused_and_not_lost(void **state)
{
    (void)state;
    assert_table(ONE_LINE "Antal lampor i \n\nparken \n\n40 st 38 st \n" REPEATED INDEX,
                 "Antal lampor i parken||||||||osaker,olasbar\n" INDEX_ROW);
}

static void a_cell_behind_an_empty_cell_on_its_own_line_is_no_row_named_by_a_number(void **state)
{
    (void)state;
    assert_table(ONE_LINE "Antal lampor i \n\nparken \n\n775 st \n\n \n3 823 st 13 285 st 18 334 st  2021 \n\n",
                 "Antal lampor i parken|775 st||3 823 st|13 285 st|18 334 st||2021|\n");
}

static void the_rest_of_a_name_is_not_joined_to_the_row_below(void **state)
{
    (void)state;
    assert_table(ONE_LINE "Antal lampor som \n\n40   38 45  2021 \n" REPEATED
                          "lyser i parken \n\nLedarskapsindex 84   74 80  2021 \n\n",
                 "Antal lampor som lyser i parken|40|||38|45||2021|sidbrytning,namn-sammanfogat\n"
                 "Ledarskapsindex|84|||74|80||2021|osaker\n");
}

/* ---- cells that no grammar knows ---- */

/* The first of two rows may not be certain; the one below it is read. */
static void assert_first_uncertain(const char *row)
{
    char text[4000];
    snprintf(text, sizeof text, LOCAL HEADER "%s" LAMPS END, row);
    struct decoded d = decode_text(text);
    const struct record *first = record_of(&d, RECORD_INDIKATOR, 0), *below = record_of(&d, RECORD_INDIKATOR, 1);
    if (!first || !below || !(first->notes & NOTE_UNCERTAIN)) fail_msg("\"%s\" is certain or lost", row);
    assert_non_null(first->rule);
    assert_false(below->notes & NOTE_UNCERTAIN);
    decoded_free(&d);
}

static void a_row_with_a_cell_that_no_grammar_knows_is_shown_and_not_lost(void **state)
{
    static const char *const rows[] = {
        "84* 83 85 74 80 82 2021",    "84 83* 85* 74* 80 82 2021",
        "84   74 80 12,5* 2021",      "84   ej mätt 80  2021",
        "84   74 80 10-15 2021",      "84   74² 80  2021",
        "84   i.u. 80 82 2021",       "84   74 80  2021*",
        "84 83 85 74 80 Nej VB 2021", "84 % 83 % 85 % 74 % 80 % 82 % 2021 1)",
        "84   74 80 1.234 2021",      "84   74 80 Bokslut 80 2021",
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[400];
        snprintf(text, sizeof text, ONE_LINE "Antal brunnar i \n\nparken \n\n%s \n\n", rows[i]);
        assert_first_uncertain(text);
    }
    assert_first_uncertain(ONE_LINE "Ledarskapsindex 84 83 85* 74 80  2021 \n\n");
}

static void a_cell_of_a_target_may_say_that_there_is_none(void **state)
{
    (void)state;
    assert_table(ONE_LINE "Ledarskapsindex 84   74 80 - 2021 \n\n" LAMPS,
                 "Ledarskapsindex|84|||74|80|-|2021|\n" LAMPS_ROW);
    assert_table(ONE_LINE "Ledarskapsindex 84   74 .. <5 2021 \n\n" LAMPS,
                 "Ledarskapsindex|84|||74|..|<5|2021|\n" LAMPS_ROW);
}

static void a_name_that_may_hold_the_rows_first_value_leaves_its_row_uncertain(void **state)
{
    static const char *const rows[] = {
        "Index 96 % 12,5 % 1 97 % 94 % 98 % 99 % 2021",
        "Index ca 12   94 98  2021",
        "Index Max 12   94 98  2021",
        "Index - 5   94 98  2021",
        "Index 12,5 %  *  94 98  2021",
        "Index VB 2021   94 98  2021",
        "Index +/- 1 %   94 98  2021",
        "Index 96 - 5  94 98  2021",
        "Index 100 100   94 98  2021",
        "Index av 12   94 98  2021",
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[400];
        snprintf(text, sizeof text, ONE_LINE "%s \n\n", rows[i]);
        assert_first_uncertain(text);
    }
    assert_table(ONE_LINE "Elever i åk 9 84   74 80  2021 \n\n", "Elever i åk 9|84|||74|80||2021|\n");
    assert_table(ONE_LINE "Elever i åk 9 100 % 100 % 100 % 74 % 80 %  2021 \n\n",
                 "Elever i åk 9|100 %|100 %|100 %|74 %|80 %||2021|\n");
    assert_table(ONE_LINE "Agenda 2030 84   74 80  2021 \n\n", "Agenda 2030|84|||74|80||2021|\n");
}

static void a_row_whose_name_is_an_icon_has_none(void **state)
{
    (void)state;
    assert_table(ONE_LINE "Antal lampor i \n\nparken \n\n● 12 83 85 74 80 82 2021 \n\n" INDEX,
                 "|12|83|85|74|80|82|2021|osaker,olasbar\n" INDEX_ROW);
}

static void a_number_of_equal_groups_may_be_two_values(void **state)
{
    (void)state;
    assert_table(ONE_LINE "Antal lampor i \n\nparken \n\n96   94 100 100  2021 \n\n" INDEX,
                 "Antal lampor i parken|96||||||2021|osaker\n" INDEX_ROW);
}

static void a_name_that_a_page_break_cuts_off_from_its_cells_is_not_the_rest_of_the_row_above(void **state)
{
    static const char *const breaks[] = {FURNITURE REPEATED, FURNITURE, "\n" REPEATED,
                                         "\n \n\n \n\nÖvrig text \n6 (25) \n\n"};
    (void)state;
    for (size_t i = 0; i < sizeof breaks / sizeof *breaks; i++) {
        char text[4000];
        const char *const halves[][2] = {{"Antal brunnar i \n", "parken \n\n40   38 45  2021 \n\n"},
                                         {"Antal brunnar i \nparken \n\n", "40   38 45  2021 \n\n"}};
        for (size_t h = 0; h < 2; h++) {
            snprintf(text, sizeof text, LOCAL HEADER INDEX MANY "%s%s%s" END, halves[h][0], breaks[i], halves[h][1]);
            struct decoded d = decode_text(text);
            const struct record *above = record_of(&d, RECORD_INDIKATOR, 0), *cut = record_of(&d, RECORD_INDIKATOR, 1);
            assert_text(above->cell[COLUMN_INDIKATOR], "Ledarskapsindex");
            if (!(cut->notes & NOTE_UNCERTAIN)) fail_msg("break %zu, half %zu: the cut row is certain", i, h);
            decoded_free(&d);
        }
    }
    assert_table(INDEX "\n \n\n \n\nÖvrig text \n6 (25) \n\n" REPEATED LAMPS, INDEX_ROW LAMPS_ROW);
}

static void a_number_or_a_footnote_behind_a_header_is_not_the_rest_of_a_whole_name(void **state)
{
    (void)state;
    assert_first_uncertain(INDEX REPEATED "12 \n\n");
    assert_first_uncertain(INDEX REPEATED "* Avser 2020 \n\n");
    assert_first_uncertain(INDEX REPEATED "1) Avser 2020 \n\n");
    assert_table(ONE_LINE "Elever i åk 84   74 80  2021 \n\n" REPEATED "9 \n\n" LAMPS,
                 "Elever i åk 9|84|||74|80||2021|sidbrytning,namn-sammanfogat\n" LAMPS_ROW);
}

static void a_name_that_calls_for_a_number_is_not_certain_without_it(void **state)
{
    (void)state;
    assert_first_uncertain(ONE_LINE "Elever i åk 9 84  74 80  2021 \n\n"); /* a cell was lost */
}

static void a_header_whose_last_column_is_not_the_period_is_refused(void **state)
{
    (void)state;
    assert_refused(LOCAL "   Indikator Period Periodens \nutfall \n\nÅrsmål \n\n \n Ledarskapsindex 2021 84 80 \n\n",
                   "the header of a table cannot be read");
    assert_rows(LOCAL
                "   Indikator Utfall \nTotalt \n\nUtfall \nflickor \n\nUtfall \npojkar \n\nÅrsmål Period \n\n" ONE_LINE
                "Ledarskapsindex 84 85 83 80 2021 \n\n",
                "Ledarskapsindex|84|83|85||80||2021|\n");
}

static void page_numbers_are_furniture(void **state)
{
    (void)state;
    assert_table(INDEX "\n\nSida 12 \n\n" REPEATED LAMPS, INDEX_ROW LAMPS_ROW);
    assert_table(ONE_LINE "Antal lampor i \n\n40 st   38 st 45 st  2021 \n\nSida 6 av 25 \n\n" REPEATED "parken \n\n",
                 "Antal lampor i parken|40 st|||38 st|45 st||2021|sidbrytning,namn-sammanfogat\n");
}

static void an_export_whose_lines_lost_their_last_blanks_is_refused(void **state)
{
    (void)state;
    assert_refused("Indikator Periodens\nutfall\n\nPeriodens\nutfall VB\n2020\n\nÅrsmål KF:s\nårsmål Period\n"
                   "Ledarskapsindex 84 74 80 82 2021\n",
                   "the blanks that end the lines of a table are gone");
}

/* ---- 10, 11: prose that looks like data, one sex ---- */

static void prose_that_looks_like_data_is_no_row(void **state)
{
    static const char *const prose[] = {
        "2021: Antal besökare 2 338, 43 % flickor, 57 % pojkar \n\n",
        "Antal besökare 2020 \n\nAntal besökare 2021 \n\n",
        " \n\nAndelen var 85 % under 2020 och 84 % under 2021 \n\n",
        " \n Vi hade 65 och fick 63 mot 65 år 2021 \n\n",
        "85 % 84 % 2021 \n\n",
    };
    char text[4000];
    (void)state;
    for (size_t i = 0; i < sizeof prose / sizeof *prose; i++) {
        snprintf(text, sizeof text, "%s%s%s", INDEX "Analys \n\n", prose[i], LAMPS);
        assert_table(text, INDEX_ROW LAMPS_ROW);
        snprintf(text, sizeof text, "%s%s%s", LOCAL "Beskrivning \n\n", prose[i], HEADER INDEX END);
        assert_rows(text, INDEX_ROW);
    }
}

static void one_sex_alone_is_unusual_and_no_error(void **state)
{
    (void)state;
    assert_table(MANY "Andel nöjda \n\n100 %  100 % 100 % 100 % 100 % VB 2021 \n\n",
                 "Andel nöjda|100 %||100 %|100 %|100 %|100 %|VB 2021|\n");
    assert_table(MANY "Andel nöjda \n\n24,3 % 16,9 %  26 % 24 %  VB 2021 \n\n",
                 "Andel nöjda|24,3 %|16,9 %||26 %|24 %||VB 2021|\n");
}

/* ---- rad, places ---- */

static void a_row_stands_on_the_line_of_its_names_first_word(void **state)
{
    (void)state;
    struct decoded d = decode_text(LOCAL HEADER INDEX ANALYSIS MANY
                                   "Antal lampor i \n\nparken \n\n40 st   38 st 45 st  2021 \n\n" END);
    /* LOCAL 4 lines, HEADER 18 */
    assert_int_equal(record_of(&d, RECORD_INDIKATOR, 0)->place.line, 24);
    assert_int_equal(record_of(&d, RECORD_INDIKATOR, 1)->place.line, 36);
    assert_int_equal(record_of(&d, RECORD_INDIKATOR, 1)->lines, 3);
    assert_int_equal(record_of(&d, RECORD_MAL, 0)->place.line, 1);
    assert_int_equal(record_of(&d, RECORD_MAL, 0)->lines, 2);
    decoded_free(&d);
}

static void crlf_line_ends_keep_the_joining_blanks(void **state)
{
    static const char text[] = LOCAL HEADER INDEX LAMPS SICK END;
    char crlf[2 * sizeof text];
    size_t len = 0;
    (void)state;
    for (size_t i = 0; text[i]; i++) {
        if (text[i] == '\n') crlf[len++] = '\r';
        crlf[len++] = text[i];
    }
    crlf[len] = '\0';
    assert_rows(crlf, INDEX_ROW LAMPS_ROW SICK_ROW);
}

static void a_table_may_end_with_the_text(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER INDEX ONE_LINE "Index 65   63 65  2021", INDEX_ROW "Index|65|||63|65||2021|\n");
    assert_rows(LOCAL HEADER INDEX ONE_LINE "Index 65   63 65  20", INDEX_ROW);
    assert_rows(LOCAL HEADER, "");
}

static void a_row_keeps_the_previous_report_of_its_own_header(void **state)
{
    (void)state;
    struct decoded d = decode_text(LOCAL HEADER INDEX "   " LATER_WORDS "\n" LAMPS END);
    assert_string_equal(rows_of(&d), INDEX_ROW LAMPS_ROW);
    assert_text(record_of(&d, RECORD_INDIKATOR, 0)->previous_report, "VB 2020");
    assert_text(record_of(&d, RECORD_INDIKATOR, 1)->previous_report, "VB 2019");
    decoded_free(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_is_read_row_by_row),
        cmocka_unit_test(k_blanks_in_a_row_mean_k_minus_one_empty_cells),
        cmocka_unit_test(five_leading_blanks_are_five_empty_cells),
        cmocka_unit_test(a_line_that_ends_without_a_blank_is_glued_to_the_next),
        cmocka_unit_test(a_line_that_ends_in_a_hyphen_and_a_blank_keeps_its_blank),
        cmocka_unit_test(exactly_seven_cells_follow_a_name_and_the_last_is_the_period),
        cmocka_unit_test(a_double_blank_before_a_percent_sign_belongs_to_its_value),
        cmocka_unit_test(a_name_followed_directly_by_a_thousands_number_is_uncertain),
        cmocka_unit_test(a_thousands_number_on_a_line_below_its_name_keeps_its_blank),
        cmocka_unit_test(a_row_begins_with_what_is_left_of_its_icons),
        cmocka_unit_test(blank_only_lines_in_an_analysis_begin_no_row),
        cmocka_unit_test(the_first_text_of_a_page_begins_no_row),
        cmocka_unit_test(a_page_break_may_split_what_is_left_of_the_icons),
        cmocka_unit_test(a_row_whose_beginning_was_missed_is_not_certain_to_begin_in_the_prose_before_it),
        cmocka_unit_test(a_name_on_one_line_has_its_cells_on_that_line),
        cmocka_unit_test(a_longer_name_has_its_cells_after_an_empty_line),
        cmocka_unit_test(an_empty_line_may_stand_inside_the_cells),
        cmocka_unit_test(a_name_may_end_in_digits),
        cmocka_unit_test(names_may_differ_only_in_a_final_parenthesis),
        cmocka_unit_test(the_kf_cell_and_the_period_may_stand_on_lines_of_their_own),
        cmocka_unit_test(a_header_of_seventeen_lines_is_counted_as_header),
        cmocka_unit_test(headers_vary),
        cmocka_unit_test(a_header_may_lack_the_previous_value),
        cmocka_unit_test(a_repeated_header_between_rows_changes_nothing),
        cmocka_unit_test(two_headers_may_stand_with_no_row_between),
        cmocka_unit_test(a_table_may_begin_at_the_top_of_a_page),
        cmocka_unit_test(a_page_break_may_cut_a_row_after_each_line_of_its_name),
        cmocka_unit_test(the_rest_of_a_name_may_begin_with_a_capital),
        cmocka_unit_test(the_last_word_of_the_kf_cell_may_follow_a_repeated_header),
        cmocka_unit_test(the_last_word_of_the_kf_cell_may_stand_in_a_paragraph_of_its_own),
        cmocka_unit_test(the_last_word_of_the_kf_cell_may_be_missing_before_a_labelled_period),
        cmocka_unit_test(a_cut_kf_cell_whose_end_is_not_found_leaves_its_row_uncertain),
        cmocka_unit_test(text_after_a_repeated_header_is_analysis_when_one_had_begun),
        cmocka_unit_test(a_page_break_may_stand_between_any_two_pieces_of_a_table),
        cmocka_unit_test(activity_tables_are_cut_and_repeated_too_and_hold_no_indicators),
        cmocka_unit_test(an_indicator_table_may_follow_an_activity_table_directly),
        cmocka_unit_test(page_furniture_in_an_analysis_is_no_row),
        cmocka_unit_test(a_row_after_page_furniture_without_a_header_is_uncertain),
        cmocka_unit_test(page_furniture_between_rows_loses_no_row),
        cmocka_unit_test(page_furniture_is_counted_apart_from_prose),
        cmocka_unit_test(page_furniture_between_the_halves_of_a_cut_row_does_not_cut_its_name_for_certain),
        cmocka_unit_test(page_furniture_inside_a_row_does_not_lose_it),
        cmocka_unit_test(goal_headings_wrap_over_lines),
        cmocka_unit_test(a_goal_heading_may_wrap_over_three_lines_with_empty_ones_between),
        cmocka_unit_test(a_goal_heading_may_have_a_leading_blank),
        cmocka_unit_test(a_goal_without_a_status_ends_with_its_paragraph),
        cmocka_unit_test(a_heading_cut_by_page_furniture_keeps_its_first_half_at_least),
        cmocka_unit_test(a_verksamhetsmal_in_running_text_is_prose),
        cmocka_unit_test(a_goal_heading_ends_a_table),
        cmocka_unit_test(a_row_whose_last_cells_a_page_break_took_is_refused_and_not_lost),
        cmocka_unit_test(a_cell_behind_an_empty_cell_on_its_own_line_is_no_row_named_by_a_number),
        cmocka_unit_test(the_rest_of_a_name_is_not_joined_to_the_row_below),
        cmocka_unit_test(a_row_with_a_cell_that_no_grammar_knows_is_shown_and_not_lost),
        cmocka_unit_test(a_cell_of_a_target_may_say_that_there_is_none),
        cmocka_unit_test(a_name_that_may_hold_the_rows_first_value_leaves_its_row_uncertain),
        cmocka_unit_test(a_row_whose_name_is_an_icon_has_none),
        cmocka_unit_test(a_number_of_equal_groups_may_be_two_values),
        cmocka_unit_test(a_name_that_a_page_break_cuts_off_from_its_cells_is_not_the_rest_of_the_row_above),
        cmocka_unit_test(page_numbers_are_furniture),
        cmocka_unit_test(a_number_or_a_footnote_behind_a_header_is_not_the_rest_of_a_whole_name),
        cmocka_unit_test(a_name_that_calls_for_a_number_is_not_certain_without_it),
        cmocka_unit_test(a_header_whose_last_column_is_not_the_period_is_refused),
        cmocka_unit_test(an_export_whose_lines_lost_their_last_blanks_is_refused),
        cmocka_unit_test(prose_that_looks_like_data_is_no_row),
        cmocka_unit_test(one_sex_alone_is_unusual_and_no_error),
        cmocka_unit_test(a_row_stands_on_the_line_of_its_names_first_word),
        cmocka_unit_test(crlf_line_ends_keep_the_joining_blanks),
        cmocka_unit_test(a_table_may_end_with_the_text),
        cmocka_unit_test(a_row_keeps_the_previous_report_of_its_own_header),
    };
    return cmocka_run_group_tests_name("layout_b", tests, NULL, NULL);
}
