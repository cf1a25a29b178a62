/* Layout A: cells separated by TAB, a table ends at an empty line.  One test per rule of the layout. */
#include "tests/unit/decode_text.h"

#include <stdlib.h>

#define HEADER                                                                                                         \
    "Indikator\tPeriodens utfall\tUtfall män/ pojkar\tUtfall kvinnor/ flickor\tUtfall VB 2022\tÅrsmål\tKF:s "       \
    "årsmål\tPeriod\n"
#define LOCAL   "Nämndmål: 1.1.1 Ljusa parker\n\n" /* the goals above decide between readings */
#define OF_KF   "KF:s mål för verksamhetsområdet: 1.1 Trygga gator\n\n"
#define BREAK   "\n" HEADER
#define NOTHING "\t\t\t\t\t\t\t\n" /* behind a text: all other cells empty */

#define INDEX     "  Ledarskapsindex\t84\t\t\t74\t80\t\t2023\n"
#define INDEX_ROW "Ledarskapsindex|84|||74|80||2023|\n"
#define LAMPS     " Antal lampor i parken\t40 st\t\t\t38 st\t45 st\t\tVB 2023\n"
#define LAMPS_ROW "Antal lampor i parken|40 st|||38 st|45 st||VB 2023|\n"
#define SICK      "Sjukfrånvaro\t5,4 %\t1,2 %\t7,8 %\t6,9 %\t5 %\tTas fram av nämnd\tVB 2023\n"
#define SICK_ROW  "Sjukfrånvaro|5,4 %|1,2 %|7,8 %|6,9 %|5 %|Tas fram av nämnd|VB 2023|\n"

/* ---- 0: where a table ends ---- */

static void a_table_is_read_row_by_row(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER INDEX LAMPS SICK "\nSlut.\n", INDEX_ROW LAMPS_ROW SICK_ROW);
}

static void a_table_ends_at_an_empty_line(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER INDEX "\n" LAMPS, INDEX_ROW);
}

static void an_empty_line_may_hold_a_single_blank(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER INDEX " \n" LAMPS, INDEX_ROW);
    assert_rows(LOCAL HEADER INDEX " \n" HEADER LAMPS, INDEX_ROW LAMPS_ROW);
    assert_rows(LOCAL HEADER INDEX "\u00a0\n" LAMPS, INDEX_ROW);
}

static void a_line_of_tabs_only_is_an_empty_row_and_the_table_goes_on(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER INDEX NOTHING LAMPS, INDEX_ROW LAMPS_ROW);
    assert_rows(LOCAL HEADER NOTHING INDEX NOTHING NOTHING LAMPS NOTHING, INDEX_ROW LAMPS_ROW);
    assert_rows(LOCAL HEADER INDEX "\t\n" LAMPS, INDEX_ROW LAMPS_ROW);
    assert_rows(LOCAL HEADER INDEX " \t \t \t \t \t \t \t \n" LAMPS, INDEX_ROW LAMPS_ROW);
}

static void an_empty_row_is_counted_as_one(void **state)
{
    (void)state;
    struct decoded d = decode_text(LOCAL HEADER INDEX NOTHING LAMPS);
    assert_int_equal(d.counts.lines_ignored[IGNORED_EMPTY_ROW], 1);
    assert_int_equal(d.counts.lines_ignored[IGNORED_HEADER], 1);
    assert_int_equal(d.counts.rows_read, 2);
    decoded_free(&d);
}

static void a_text_line_without_tabs_ends_a_table(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER INDEX "Text direkt efter tabellen\n" LAMPS, INDEX_ROW);
}

static void a_goal_directly_below_a_table_is_still_a_goal(void **state)
{
    (void)state;
    assert_goals(LOCAL HEADER INDEX "Enhetsmål: Fler lampor\n",
                 "nämndmål|1.1.1 Ljusa parker|\nenhetsmål|Fler lampor|\n");
}

static void a_heading_that_ends_in_a_blank_ends_before_a_table(void **state)
{
    (void)state;
    assert_rows("Nämndmål: 1.1.1 Ljusa parker \n" HEADER INDEX, INDEX_ROW);
    assert_rows("Nämndmål: 1.1.1 Ljusa parker \n\n" HEADER INDEX, INDEX_ROW);
    assert_goals("Nämndmål: 1.1.1 Ljusa parker \n" HEADER INDEX, "nämndmål|1.1.1 Ljusa parker|\n");
}

/* ---- 1: page breaks ---- */

static void an_empty_line_and_the_same_header_continue_a_table(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER INDEX BREAK LAMPS, INDEX_ROW LAMPS_ROW);
    assert_rows(LOCAL HEADER INDEX "\n\n" BREAK LAMPS, INDEX_ROW LAMPS_ROW);
    assert_rows(LOCAL HEADER BREAK INDEX BREAK BREAK LAMPS BREAK, INDEX_ROW LAMPS_ROW);
}

static void a_repeated_header_is_the_same_after_folding(void **state)
{
    static const char again[] =
        "\n Indikator \tPeriodens  utfall\tUtfall män/pojkar\tUtfall kvinnor/flickor\tUtfall VB 2022"
        "\tArsmål\tKF:s årsmål\tPeriod\t\n";
    char text[2000];
    (void)state;
    /* a cut name shows that the table went on */
    snprintf(text, sizeof text, "%s%s%s", LOCAL HEADER " Antal lampor\t4\t\t\t3\t5\t\t2023\n", again,
             "i parken" NOTHING);
    assert_rows(text, "Antal lampor i parken|4|||3|5||2023|sidbrytning,namn-sammanfogat\n");
}

static void a_header_in_capitals_is_a_header(void **state)
{
    (void)state;
    assert_rows(LOCAL "INDIKATOR\tPERIODENS UTFALL\tÅRSMÅL\tPERIOD\n Antal lampor\t40 st\t45 st\t2023\n",
                "Antal lampor|40 st||||45 st||2023|\n");
}

static void another_header_begins_another_table(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER INDEX "\nIndikator\tPeriodens utfall\tÅrsmål\tPeriod\n Antal lampor\t40 st\t45 st\t2023\n",
                INDEX_ROW "Antal lampor|40 st||||45 st||2023|\n");
}

static void a_header_directly_below_a_row_is_no_row(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER INDEX HEADER LAMPS, INDEX_ROW LAMPS_ROW);
}

static void a_page_break_may_cut_a_name(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER " Andel som vet var\t90 %\t\t\t95 %\t90 %\t\t2023\n" BREAK
                             "de ska vända sig" NOTHING LAMPS,
                "Andel som vet var de ska vända sig|90 %|||95 %|90 %||2023|sidbrytning,namn-sammanfogat\n" LAMPS_ROW);
}

static void a_page_break_may_cut_one_cell(void **state)
{
    (void)state;
    assert_rows(
        LOCAL HEADER "Sjukfrånvaro\t5 %\t\t\t6 %\t5 %\tTas fram av nämnd/s\tVB 2023\n" BREAK
                     "\t\t\t\t\t\ttyrelse\t\n" INDEX,
        "Sjukfrånvaro|5 %|||6 %|5 %|Tas fram av nämnd/s tyrelse|VB 2023|sidbrytning,cell-sammanfogad\n" INDEX_ROW);
}

static void a_cut_cell_may_stand_beside_an_icon(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER "Sjukfrånvaro\t5 %\t\t\t6 %\t5 %\tTas fram av nämnd/s\tVB 2023\n" BREAK
                             "♀\t\t\t\t\t\ttyrelse\t\n",
                "Sjukfrånvaro|5 %|||6 %|5 %|Tas fram av nämnd/s tyrelse|VB 2023|sidbrytning,cell-sammanfogad\n");
}

static void a_page_break_may_cut_a_name_and_a_cell_at_once(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER "Sjukfrånvaro bland\t5 %\t\t\t6 %\t5 %\tTas fram av nämnd/s\tVB 2023\n" BREAK
                             "de yngsta\t\t\t\t\t\ttyrelse\t\n" INDEX,
                "Sjukfrånvaro bland de yngsta|5 %|||6 %|5 %|Tas fram av nämnd/s tyrelse|VB "
                "2023|sidbrytning,namn-sammanfogat,cell-sammanfogad\n" INDEX_ROW);
}

static void two_page_breaks_may_cut_one_name(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER " Andel som vet\t90 %\t\t\t95 %\t90 %\t\t2023\n" BREAK "var de ska" NOTHING BREAK
                             "vända sig" NOTHING,
                "Andel som vet var de ska vända sig|90 %|||95 %|90 %||2023|sidbrytning,namn-sammanfogat\n");
}

static void an_analysis_cut_by_a_page_break_may_go_on_with_digits(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER INDEX "Analys Färre svarade. 35/ 42 i år och" NOTHING BREAK "29/32 2022." NOTHING
                                   "Få lampor lyser." NOTHING LAMPS,
                INDEX_ROW LAMPS_ROW);
    assert_rows(LOCAL HEADER INDEX "Analys" NOTHING BREAK "2023" NOTHING LAMPS, INDEX_ROW LAMPS_ROW);
}

static void a_capital_letter_proves_nothing_about_a_text_after_a_break(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER " Andel utbildade i\t0\t\t\t0\t95\t\t2023\n" BREAK "Grönt Ramverk" NOTHING LAMPS,
                "Andel utbildade i Grönt Ramverk|0|||0|95||2023|sidbrytning,namn-sammanfogat\n" LAMPS_ROW);
}

static void a_text_after_a_break_that_begins_with_analysis_or_a_tag_is_analysis(void **state)
{
    static const char *const texts[] = {"Analys",        "Analys Fler lampor", "<p>Fler lampor</p>",
                                        "<i>Analys</i>", "<b>Analys</b>",      "<ul>",
                                        "</p>",          "**Analys** Fler",    "<table>"};
    char text[2000];
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        snprintf(text, sizeof text, "%s%s%s", LOCAL HEADER INDEX BREAK, texts[i], NOTHING LAMPS);
        assert_rows(text, INDEX_ROW LAMPS_ROW);
    }
}

static void fragments_follow_the_headers_columns_under_a_shifted_row(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER "●\tSjukfrånvaro\t5 %\t4 %\t6 %\t6 %\t5 %\tTas fram av nämnd/s\tVB 2023\n" BREAK
                             "\t\t\t\t\t\ttyrelse\t\n",
                "Sjukfrånvaro|5 %|4 %|6 %|6 %|5 %|Tas fram av nämnd/s tyrelse|VB "
                "2023|forskjuten,sidbrytning,cell-sammanfogad\n");
}

static void a_unit_cut_off_its_number_is_joined_to_it(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER "Klimat\t1,70 kg CO2 per kg\t\t\t1,6 kg CO2\t1,5\t\t2023\n" BREAK
                             "\tlivsmedel\t\t\t\t\t\t\n" INDEX,
                "Klimat|1,70 kg CO2 per kg livsmedel|||1,6 kg CO2|1,5||2023|sidbrytning,cell-sammanfogad\n" INDEX_ROW);
}

static void two_texts_after_a_break_are_not_both_the_name_for_certain(void **state)
{
    (void)state;
    struct decoded d =
        decode_text(LOCAL HEADER " Andel som vet var\t90 %\t\t\t95 %\t90 %\t\t2023\n" BREAK "de ska vända sig" NOTHING
                                 "Fler lampor lyser nu i parken än förra året. Vi fortsätter med det arbetet." NOTHING);
    const struct record *r = record_of(&d, RECORD_INDIKATOR, 0);
    if (!(r->notes & NOTE_UNCERTAIN)) assert_text(r->cell[COLUMN_INDIKATOR], "Andel som vet var de ska vända sig");
    decoded_free(&d);
}

static void fragments_occur_without_a_page_break(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER
                "Sjukfrånvaro\t5 %\t\t\t6 %\t5 %\tTas fram av nämnd/s\tVB 2023\n\t\t\t\t\t\ttyrelse\t\n" INDEX,
                "Sjukfrånvaro|5 %|||6 %|5 %|Tas fram av nämnd/s tyrelse|VB 2023|cell-sammanfogad\n" INDEX_ROW);
    assert_rows(LOCAL HEADER " Andel som vet var\t90 %\t\t\t95 %\t90 %\t\t2023\nde ska vända sig" NOTHING LAMPS,
                "Andel som vet var de ska vända sig|90 %|||95 %|90 %||2023|namn-sammanfogat\n" LAMPS_ROW);
}

static void a_bracket_the_converter_closed_too_early_is_opened_again(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER " Andel nöjda (ljus och värme) \t83 %\t88 %\t83 %\t75 %\t90 %\t\t2023\n" BREAK
                             "i parken)" NOTHING,
                "Andel nöjda (ljus och värme i parken)|83 %|88 %|83 %|75 %|90 %||2023|sidbrytning,namn-sammanfogat\n");
}

static void a_text_without_a_break_that_could_be_name_or_analysis_leaves_its_row_uncertain(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER " Andel utbildade\t0\t\t\t0\t95\t\t2023\nGrönt Ramverk" NOTHING LAMPS,
                "Andel utbildade|0|||0|95||2023|osaker\n" LAMPS_ROW);
    assert_rows(LOCAL HEADER INDEX
                "Fler lampor lyser nu i parken än under förra året, och det är mycket bra." NOTHING LAMPS,
                "Ledarskapsindex|84|||74|80||2023|osaker\n" LAMPS_ROW);
}

static void a_name_that_cannot_end_where_it_does_goes_on_in_the_next_row(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER " Andel utbildade i\t0\t\t\t0\t95\t\t2023\nGrönt Ramverk" NOTHING LAMPS,
                "Andel utbildade i Grönt Ramverk|0|||0|95||2023|namn-sammanfogat\n" LAMPS_ROW);
}

/* A page break before each line of a table changes nothing but the notes on what it cut. */
static void a_page_break_may_stand_before_every_line_of_a_table(void **state)
{
    static const char *const lines[] = {INDEX,
                                        "Analys" NOTHING,
                                        "Fler svarade än förr, och det är bra att så många vill svara." NOTHING,
                                        LAMPS,
                                        SICK,
                                        NOTHING,
                                        "<p>Analys</p> <p>Färre är sjuka.</p>" NOTHING,
                                        " Andel belysta gångvägar\t80 %\t\t\t75 %\t\t\t2023\n",
                                        "●\tAndel nöjda\t85 %\t84 %\t86 %\t80 %\t90 %\t90 %\t2023\n",
                                        "Analys\tFler är nöjda.\t\t\t\t\t\t\n"};
    const size_t count = sizeof lines / sizeof *lines;
    (void)state;
    for (size_t at = 0; at <= count; at++) {
        char text[4000] = LOCAL HEADER;
        size_t len = strlen(text);
        for (size_t i = 0; i < count; i++)
            len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", i == at ? BREAK : "", lines[i]);
        snprintf(text + len, sizeof text - len, "%s\nSlut.\n", at == count ? BREAK : "");
        assert_rows(text, INDEX_ROW LAMPS_ROW SICK_ROW "Andel belysta gångvägar|80 %|||75 %|||2023|\n"
                                                       "Andel nöjda|85 %|84 %|86 %|80 %|90 %|90 %|2023|forskjuten\n");
    }
}

static void a_page_break_before_every_line_at_once_loses_no_row(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER BREAK INDEX BREAK "Analys" NOTHING BREAK
                                               "Fler svarade." NOTHING BREAK LAMPS BREAK SICK BREAK "\nSlut.\n",
                INDEX_ROW LAMPS_ROW SICK_ROW);
}

/* ---- 2: shifted rows ---- */

static void an_icon_in_a_cell_of_its_own_shifts_the_row(void **state)
{
    static const char *const icons[] = {"●", "◆", "■", "✓", "✔", "▶", "!", "—", "", " ", "  ", "● ♀"};
    char text[2000];
    (void)state;
    for (size_t i = 0; i < sizeof icons / sizeof *icons; i++) {
        snprintf(text, sizeof text, "%s%s%s", LOCAL HEADER, icons[i],
                 "\tAndel nöjda\t85 %\t84 %\t86 %\t80 %\t90 %\t90 %\t2023\n" LAMPS);
        assert_rows(text, "Andel nöjda|85 %|84 %|86 %|80 %|90 %|90 %|2023|forskjuten\n" LAMPS_ROW);
    }
}

static void a_shifted_row_that_lost_an_empty_cell_is_aligned(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER "●\tAndel nöjda\t85 %\t\t80 %\t90 %\tTas fram av nämnd\t2023\n",
                "Andel nöjda|85 %|||80 %|90 %|Tas fram av nämnd|2023|forskjuten,cell-saknas\n");
}

static void a_shifted_row_that_lost_its_last_cell_is_unreadable(void **state)
{
    (void)state;
    assert_rows(OF_KF HEADER "●\tAndel nöjda\t85 %\t84 %\t86 %\t80 %\t90 %\t90 %\n" LAMPS,
                "Andel nöjda|85 %|84 %|86 %|80 %|90 %|90 %||osaker,forskjuten,olasbar\n" LAMPS_ROW);
}

static void a_shifted_row_with_two_cells_merged_is_parted(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER " \tAndel nöjda\t72\t70 %\t73 %\t84\t72 %\tTas fram av nämnd VB 2023\n",
                "Andel nöjda|72|70 %|73 %|84|72 %|Tas fram av nämnd|VB 2023|forskjuten,celler-sammanslagna\n");
    assert_rows(LOCAL HEADER "  \tAndel nöjda\t75 %\t77 %\t75 %\t85 %\t80 %\tTas fram av nämnd 2023\n",
                "Andel nöjda|75 %|77 %|75 %|85 %|80 %|Tas fram av nämnd|2023|forskjuten,celler-sammanslagna\n");
}

static void a_shifted_row_with_its_period_on_the_next_row_is_completed(void **state)
{
    (void)state;
    assert_rows(
        LOCAL HEADER
        "●\tSjukfrånvaro\t1,5 %\t1,2 %\t1,7 %\t1,4 %\t2 %\tTas fram av nämnd/s tyrelse\n♀\t\t\t\t\t\t\tVB 2023\n" INDEX,
        "Sjukfrånvaro|1,5 %|1,2 %|1,7 %|1,4 %|2 %|Tas fram av nämnd/s tyrelse|VB "
        "2023|forskjuten,period-pa-nasta-rad\n" INDEX_ROW);
}

static void a_period_cut_off_by_a_page_break_is_found_behind_it(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER "●\tSjukfrånvaro\t1,5 %\t1,2 %\t1,7 %\t1,4 %\t2 %\tTas fram av nämnd\n" BREAK
                             "\t\t\t\t\t\t\tVB 2023\n" INDEX,
                "Sjukfrånvaro|1,5 %|1,2 %|1,7 %|1,4 %|2 %|Tas fram av nämnd|VB "
                "2023|forskjuten,period-pa-nasta-rad,sidbrytning\n" INDEX_ROW);
}

#define AMBIGUOUS " \tAndel trygga ungdomar\t87,97 %\t87\t89\t91 %\t88,5 %\t2023\t\n"

static void a_row_with_several_readings_is_uncertain_and_shows_what_all_agree_on(void **state)
{
    (void)state;
    struct decoded d = decode_text(OF_KF HEADER AMBIGUOUS LAMPS);
    const struct record *r = record_of(&d, RECORD_INDIKATOR, 0);
    assert_true(r->notes & NOTE_UNCERTAIN);
    assert_true(r->notes & NOTE_SHIFTED);
    assert_string_equal(r->rule, "R-FLERTYDIG");
    assert_true(r->reason[0] != '\0');
    assert_text(r->cell[COLUMN_INDIKATOR], "Andel trygga ungdomar");
    assert_text(r->cell[COLUMN_UTFALL], "87,97 %");
    assert_text(r->cell[COLUMN_UTFALL_MAN], "87");
    assert_text(r->cell[COLUMN_UTFALL_KVINNOR], "89");
    assert_text(r->cell[COLUMN_FOREGAENDE], "");
    assert_text(r->cell[COLUMN_ARSMAL], "");
    assert_text(r->cell[COLUMN_PERIOD], "2023");
    assert_int_equal(record_of(&d, RECORD_INDIKATOR, 1)->notes, 0);
    decoded_free(&d);
}

static void the_goal_level_may_decide_between_readings_with_a_note(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER AMBIGUOUS,
                "Andel trygga ungdomar|87,97 %|87|89|91 %|88,5 %||2023|forskjuten,cell-saknas,avgjord-av-malniva\n");
}

static void a_row_that_no_reading_fits_is_kept_as_unreadable(void **state)
{
    (void)state;
    struct decoded d = decode_text(LOCAL HEADER " Andel nöjda\t85 %\tja\tnej\t80 %\t12.4.5\t\t2023\n" LAMPS);
    const struct record *r = record_of(&d, RECORD_INDIKATOR, 0);
    assert_true(r->notes & NOTE_UNREADABLE);
    assert_true(r->notes & NOTE_UNCERTAIN);
    assert_string_equal(r->rule, "R-OLASBAR");
    assert_text(record_of(&d, RECORD_INDIKATOR, 1)->cell[COLUMN_INDIKATOR], "Antal lampor i parken");
    decoded_free(&d);
}

static void a_shifted_row_may_lose_its_period_and_the_end_of_a_cell_to_the_next_row(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER "●\tSjukfrånvaro\t1,5 %\t1,2 %\t1,7 %\t1,4 %\t2 %\tTas fram av nämnd/s\n" BREAK
                             "♀\t\t\t\t\t\ttyrelse\tVB 2023\n" INDEX,
                "Sjukfrånvaro|1,5 %|1,2 %|1,7 %|1,4 %|2 %|Tas fram av nämnd/s tyrelse|VB "
                "2023|forskjuten,period-pa-nasta-rad,sidbrytning,cell-sammanfogad\n" INDEX_ROW);
}

__attribute__((unused)) static void
a_shifted_row_may_lose_its_period_and_the_rest_of_its_name_to_the_next_row(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER "●\tSjukfrånvaro bland\t1,5 %\t1,2 %\t1,7 %\t1,4 %\t2 %\tTas fram av nämnd\n" BREAK
                             "de yngsta\t\t\t\t\t\t\tVB 2023\n" INDEX,
                "Sjukfrånvaro bland de yngsta|1,5 %|1,2 %|1,7 %|1,4 %|2 %|Tas fram av nämnd|VB "
                "2023|forskjuten,period-pa-nasta-rad,sidbrytning,namn-sammanfogat\n" INDEX_ROW);
}

static void pieces_follow_the_columns_of_a_header_with_an_icon_column(void **state)
{
    (void)state;
    assert_rows(LOCAL "\t" HEADER "●\tSjukfrånvaro\t5 %\t\t\t6 %\t5 %\tTas fram av nämnd/s\tVB 2023\n\n\t" HEADER
                      "\t\t\t\t\t\t\ttyrelse\t\n"
                      "\tbland alla\t\t\t\t\t\t\t\n",
                "Sjukfrånvaro bland alla|5 %|||6 %|5 %|Tas fram av nämnd/s tyrelse|VB "
                "2023|sidbrytning,namn-sammanfogat,cell-sammanfogad\n");
}

static void an_analysis_before_a_page_break_makes_the_text_behind_it_analysis(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER INDEX "Analys" NOTHING "Fler lampor lyser i" NOTHING BREAK "parken" NOTHING LAMPS,
                INDEX_ROW LAMPS_ROW);
    assert_rows(LOCAL HEADER INDEX "<p>Fler lampor lyser i" NOTHING BREAK "Parken" NOTHING LAMPS, INDEX_ROW LAMPS_ROW);
}

static void a_name_that_begins_with_analysis_is_a_row_when_it_has_data(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER "Analys av parker\t84\t\t\t74\t80\t\t2023\n", "Analys av parker|84|||74|80||2023|\n");
}

static void the_empty_line_of_a_page_break_may_hold_a_blank(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER " Andel som vet var\t90 %\t\t\t95 %\t90 %\t\t2023\n \n\n" HEADER
                             "de ska vända sig" NOTHING LAMPS,
                "Andel som vet var de ska vända sig|90 %|||95 %|90 %||2023|sidbrytning,namn-sammanfogat\n" LAMPS_ROW);
}

/* ---- 3: icons ---- */

static void status_icons_before_a_name_are_not_its_letters(void **state)
{
    static const char *const icons[] = {"●", "◆", "■", "✓", "✔", "▶", "!", "—", "◆ ♀", "● ♀", "♀", "", " ", "   "};
    char text[2000];
    (void)state;
    for (size_t i = 0; i < sizeof icons / sizeof *icons; i++) {
        snprintf(text, sizeof text, "%s%s %s", LOCAL HEADER, icons[i], "Ledarskapsindex\t84\t\t\t74\t80\t\t2023\n");
        assert_rows(text, INDEX_ROW);
    }
}

static void a_misread_sex_icon_is_no_data_wherever_it_stands(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER "Ledarskapsindex ♀\t84\t\t\t74\t80\t\t2023\n", INDEX_ROW);
    assert_rows(LOCAL HEADER "♀ Ledarskapsindex\t84\t\t\t74\t80\t\t2023\n", INDEX_ROW);
    assert_rows(LOCAL HEADER "♀\tLedarskapsindex\t84\t\t\t74\t80\t\t2023\n",
                "Ledarskapsindex|84|||74|80||2023|forskjuten\n");
    assert_rows(LOCAL HEADER INDEX "♀" NOTHING LAMPS, INDEX_ROW LAMPS_ROW);
    assert_rows(LOCAL HEADER INDEX "\t♀\t\t\t\t\t\t\n" LAMPS, INDEX_ROW LAMPS_ROW);
    assert_rows(LOCAL HEADER INDEX BREAK "♀" NOTHING LAMPS, INDEX_ROW LAMPS_ROW);
}

static void an_icon_row_does_not_end_a_row_that_a_break_cut(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER " Andel som vet var\t90 %\t\t\t95 %\t90 %\t\t2023\n♀" NOTHING BREAK
                             "de ska vända sig" NOTHING,
                "Andel som vet var de ska vända sig|90 %|||95 %|90 %||2023|sidbrytning,namn-sammanfogat\n");
}

/* ---- 4: analyses, markup ---- */

static void every_form_of_an_analysis_is_ignored_and_counted(void **state)
{
    static const struct {
        const char *rows;
        size_t count;
    } forms[] = {
        {"Analys Fler lampor lyser." NOTHING, 1},
        {"Analys" NOTHING "Fler lampor lyser." NOTHING, 2},
        {"Analys\tFler lampor lyser.\t\t\t\t\t\t\n", 1},
        {"Analys\n", 0}, /* ends the table */
        {"<p>Analys</p> <p>Fler lampor lyser.</p>" NOTHING, 1},
        {"<p>Analys</p> <p>Fler lampor" NOTHING "<p>lyser.</p>" NOTHING "i år." NOTHING, 3},
        {"<i>Analys</i>" NOTHING "Fler lampor lyser." NOTHING, 2},
        {"<b>Analys</b> <ul><li>Fler</li></ul>" NOTHING, 1},
        {"**Analys**" NOTHING "* Fler lampor" NOTHING "## Fler lampor" NOTHING, 3},
        {"Analys" NOTHING "Under 2023 lyste 40 lampor." NOTHING "40 av 45." NOTHING "2023" NOTHING, 4},
        {"Fler lampor lyser nu i parken än förra året. Det är mycket bra." NOTHING, 1},
        {"<p>Fler lampor lyser.</p>" NOTHING, 1},
        {"\tAnalys Fler lampor lyser.\t\t\t\t\t\t\n", 1},
        {" Analys\t\t\t\t\t\t\t\n", 1},
    };
    char text[4000];
    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        snprintf(text, sizeof text, "%s%s%s", LOCAL HEADER INDEX, forms[i].rows, forms[i].count ? LAMPS : "");
        struct decoded d = decode_text(text);
        assert_string_equal(rows_of(&d), forms[i].count ? INDEX_ROW LAMPS_ROW : INDEX_ROW);
        assert_int_equal(d.counts.lines_ignored[IGNORED_ANALYSIS], forms[i].count);
        decoded_free(&d);
    }
}

static void a_row_of_dashes_is_no_row(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER "-----\t-----\t-----\t-----\t-----\t-----\t-----\t-----\n" INDEX, INDEX_ROW);
    assert_rows(LOCAL HEADER INDEX "-----" NOTHING LAMPS, INDEX_ROW LAMPS_ROW);
}

static void markup_around_a_name_goes_with_a_note(void **state)
{
    static const char *const names[] = {"<b>Ledarskapsindex</b>", "<p>Ledarskapsindex</p>", "**Ledarskapsindex**",
                                        "*Ledarskapsindex*", "## Ledarskapsindex"};
    char text[2000];
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(text, sizeof text, "%s%s%s", LOCAL HEADER, names[i], "\t84\t\t\t74\t80\t\t2023\n");
        assert_rows(text, "Ledarskapsindex|84|||74|80||2023|markering-borttagen\n");
    }
}

static void prose_with_figures_in_an_analysis_cell_is_no_row(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER INDEX "Analys\t2023: 2 338 besök, 43 % flickor, 57 % pojkar\t\t\t\t\t\t\n" LAMPS,
                INDEX_ROW LAMPS_ROW);
}

/* ---- 5: headers ---- */

static void headers_vary(void **state)
{
    static const struct {
        const char *header, *label;
    } headers[] = {
        {"Indikator\tPeriodens utfall\tUtfall män/pojkar\tUtfall kvinnor/flickor\tPeriodens utfall VB "
         "2022\tÅrsmål\tKF:s årsmål\tPeriod",
         "VB 2022"},
        {"Indikator\tPeriodens utfall\tUtfall män/ pojkar\tUtfall kvinnor/ flickor\tUtfall VB 2022\tÅrsmål\tKF:s "
         "årsmål\tPeriod",
         "VB 2022"},
        {"Indikator\tPeriodens utfall\tUtfall män/ pojkar\tUtfall kvinnor/ flickor\tUtfall VB 2022\tArsmål\tKF:s "
         "årsmål\tPeriod",
         "VB 2022"},
        {"Indikator\tPeriodens utfall\tUtfall män/ pojkar\tUtfall kvinnor/ flickor\tUtfall VB 2022\tÅrsmål\tKF:s "
         "årsmål\tPeriod\t",
         "VB 2022"},
        {"Indikator\tPeriodens utfall\tUtfall män/ pojkar\tUtfall kvinnor/ flickor\tUtfall VB 2022\tÅrsmål\tKF:s "
         "årsmål\tPeriod\t\t \t",
         "VB 2022"},
        {"Indikator \tPeriodens utfall \tUtfall män \tUtfall kvinnor \tUtfall 2022 \tÅrsmål \tKFs årsmål \tPeriod ",
         "2022"},
        {"**Indikator**\t**Periodens utfall**\t**Utfall män/ pojkar**\t**Utfall kvinnor/ flickor**\t**Utfall VB "
         "2022**\t**Årsmål**\t**KF:s årsmål**\t**Period**",
         NULL},
    };
    char text[2000];
    (void)state;
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        snprintf(text, sizeof text, "%s%s\n%s", LOCAL, headers[i].header, INDEX LAMPS);
        struct decoded d = decode_text(text);
        assert_string_equal(rows_of(&d), INDEX_ROW LAMPS_ROW);
        if (headers[i].label) assert_text(record_of(&d, RECORD_INDIKATOR, 0)->previous_report, headers[i].label);
        decoded_free(&d);
    }
}

static void a_header_may_have_an_icon_column_in_front(void **state)
{
    (void)state;
    assert_rows(
        LOCAL
        "\t" HEADER
        "●\tLedarskapsindex\t84\t\t\t74\t80\t\t2023\n ●\tAntal lampor i parken\t40 st\t\t\t38 st\t45 st\t\tVB 2023\n",
        INDEX_ROW LAMPS_ROW);
    assert_rows(LOCAL "● \t" HEADER "\tLedarskapsindex\t84\t\t\t74\t80\t\t2023\n", INDEX_ROW);
}

static void a_repeated_header_may_gain_an_icon_column(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER INDEX "\n\t" HEADER "●\tAntal lampor i parken\t40 st\t\t\t38 st\t45 st\t\tVB 2023\n",
                INDEX_ROW LAMPS_ROW);
}

static void columns_that_a_header_lacks_are_absent_and_not_empty(void **state)
{
    (void)state;
    struct decoded d =
        decode_text(LOCAL "Indikator\tPeriodens utfall\tÅrsmål\tPeriod\nLedarskapsindex\t84\t80\t2023\n");
    const struct record *r = record_of(&d, RECORD_INDIKATOR, 0);
    assert_true(r->present & 1u << COLUMN_UTFALL);
    assert_true(r->present & 1u << COLUMN_ARSMAL);
    assert_false(r->present & 1u << COLUMN_UTFALL_MAN);
    assert_false(r->present & 1u << COLUMN_KF_ARSMAL);
    assert_text(r->previous_report, "");
    decoded_free(&d);
}

static void a_column_that_is_not_ours_is_passed_over(void **state)
{
    (void)state;
    assert_rows(LOCAL
                "Indikator\tPeriodens utfall\tKommentar\tÅrsmål\tPeriod\nLedarskapsindex\t84\tse ovan\t80\t2023\n",
                "Ledarskapsindex|84||||80||2023|\n");
}

static void a_table_whose_header_lacks_outcome_or_period_is_another_table(void **state)
{
    (void)state;
    assert_rows(LOCAL "Indikator\tÅrsmål\tPeriod\nLedarskapsindex\t80\t2023\n", "");
    assert_rows(LOCAL "Indikator\tPeriodens utfall\tÅrsmål\nLedarskapsindex\t84\t80\n", "");
}

/* ---- 6: names ---- */

static void names_are_printed_as_they_stand(void **state)
{
    static const struct {
        const char *cell, *want;
    } names[] = {
        {"Antal hus som fått märket \"Grönt hus\"", "Antal hus som fått märket \"Grönt hus\"||"},
        {"Antal lampor. ", "Antal lampor.||"},
        {"Trygghet - unga – vuxna", "Trygghet - unga – vuxna||"},
        {"Antal \"lampor", "Antal \"lampor||"},
        {"Andel som avväjs", "Andel som avväjs||"},
        {"- Antal lampor", "Antal lampor||"},
        {"2023 års lampor", "2023 års lampor||"},
    };
    char text[2000], want[500];
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(text, sizeof text, "%s%s%s", LOCAL HEADER, names[i].cell, "\t84\t\t\t74\t80\t\t2023\n");
        snprintf(want, sizeof want, "%.*s|84|||74|80||2023|\n", (int)(strlen(names[i].want) - 2), names[i].want);
        assert_rows(text, want);
    }
}

static void letters_of_another_script_in_a_name_are_noted_and_kept(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER "Antal äldre\u043a\u0443ratorer\t84\t\t\t74\t80\t\t2023\n",
                "Antal äldre\u043a\u0443ratorer|84|||74|80||2023|fel-alfabet\n");
}

static void white_space_in_cells_is_folded(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER "Antal  lampor\u00a0i   parken \t 40  st \t\t \t38\u00a0st\t45 st\t\tVB  2023\n",
                LAMPS_ROW);
}

static void a_name_that_is_too_long_is_not_cut_but_doubted(void **state)
{
    char name[1002], text[4000];
    (void)state;
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    snprintf(text, sizeof text, "%s%s%s", LOCAL HEADER, name, "\t84\t\t\t74\t80\t\t2023\n" LAMPS);
    struct decoded d = decode_text(text);
    const struct record *r = record_of(&d, RECORD_INDIKATOR, 0);
    assert_true(r->notes & NOTE_UNCERTAIN);
    assert_string_equal(r->rule, "R-NAMN");
    assert_int_equal(r->cell[COLUMN_INDIKATOR].len, 1001);
    assert_int_equal(record_of(&d, RECORD_INDIKATOR, 1)->notes, 0);
    decoded_free(&d);
}

static void a_row_without_a_name_is_uncertain(void **state)
{
    (void)state;
    struct decoded d = decode_text(LOCAL HEADER "\t84\t\t\t74\t80\t\t2023\n" LAMPS);
    assert_true(record_of(&d, RECORD_INDIKATOR, 0)->notes & NOTE_UNCERTAIN);
    decoded_free(&d);
}

/* ---- 8, 9: other tables ---- */

#define ACTIVITIES "Aktivitet\tStartdatum\tSlutdatum\tAvvikelse\n"
#define BULBS      " Byta lampor\t2023-01-01\t2023-12-31\t\n"
#define BULBS_ROW  "Byta lampor|2023-01-01|2023-12-31|||\n"
#define POLES      " Måla stolpar\t2023-02-01\t2023-10-31\tförsenad\n"
#define POLES_ROW  "Måla stolpar|2023-02-01|2023-10-31|försenad||\n"

static void activities_are_records_of_their_own_and_no_indicators(void **state)
{
    (void)state;
    struct decoded d = decode_text(LOCAL ACTIVITIES BULBS POLES "\n" HEADER INDEX "\n" ACTIVITIES BULBS);
    assert_string_equal(rows_of(&d), INDEX_ROW);
    assert_string_equal(activities_of(&d), BULBS_ROW POLES_ROW BULBS_ROW);
    assert_int_equal(d.counts.rows_read, 1);
    assert_int_equal(record_of(&d, RECORD_AKTIVITET, 1)->place.line, 5);
    assert_text(record_of(&d, RECORD_AKTIVITET, 1)->goal[NIVA_NAMNDMAL], "1.1.1 Ljusa parker");
    decoded_free(&d);
}

static void the_icon_before_an_activity_says_whether_it_is_done(void **state)
{
    (void)state;
    assert_activities(LOCAL ACTIVITIES
                      "✓ Byta lampor\t2023-01-01\t2023-12-31\t\n! Måla stolpar\t2023-02-01\t2023-10-31\tförsenad\n",
                      "Byta lampor|2023-01-01|2023-12-31||ja|\nMåla stolpar|2023-02-01|2023-10-31|försenad|nej|\n");
}

static void an_activity_may_be_shifted_by_an_icon_in_a_cell_of_its_own(void **state)
{
    (void)state;
    assert_activities(LOCAL ACTIVITIES "✔\tByta lampor\t2023-01-01\t2023-12-31\t\n" POLES,
                      "Byta lampor|2023-01-01|2023-12-31||ja|forskjuten\n" POLES_ROW);
    assert_activities(LOCAL "\t" ACTIVITIES "✔\tByta lampor\t2023-01-01\t2023-12-31\t\n",
                      "Byta lampor|2023-01-01|2023-12-31||ja|\n");
}

static void a_page_break_may_cut_an_activity_and_its_analysis(void **state)
{
    (void)state;
    assert_activities(LOCAL ACTIVITIES " Byta lampor i\t2023-01-01\t2023-12-31\t\n\n" ACTIVITIES
                                       "alla parker\t\t\t\nAnalys\t\t\t\n\n" ACTIVITIES
                                       "Klart 2023-05-01.\t\t\t\n" POLES,
                      "Byta lampor i alla parker|2023-01-01|2023-12-31|||sidbrytning,namn-sammanfogat\n" POLES_ROW);
}

static void a_bar_chart_in_an_activity_table_is_not_lost_and_not_certain(void **state)
{
    (void)state;
    struct decoded d =
        decode_text(LOCAL ACTIVITIES BULBS "Ett\ttvå\ttre\tfyra\tfem\tsex\tsju\tåtta\tnio\ttio\telva\ttolv\n" POLES);
    assert_string_equal(rows_of(&d), "");
    for (size_t i = 0; i < d.count; i++)
        if (text_is(d.records[i].cell[COLUMN_INDIKATOR], "Ett")) assert_true(d.records[i].notes & NOTE_UNCERTAIN);
    assert_non_null(strstr(activities_of(&d), BULBS_ROW));
    assert_non_null(strstr(activities_of(&d), POLES_ROW));
    decoded_free(&d);
}

static void economy_tables_hold_no_indicators(void **state)
{
    (void)state;
    assert_rows(
        LOCAL
        "Mnkr\tBudget\tUtfall\tAvvikelse\nDrift\t1 050,2\t1 049,9\t-0,3\nvarav lampor\t2,0\t2,1\t0,1\n\n" HEADER INDEX,
        INDEX_ROW);
}

/* ---- rad, places, records ---- */

static void a_row_stands_on_the_line_of_its_name(void **state)
{
    (void)state;
    struct decoded d = decode_text(LOCAL HEADER INDEX "Analys" NOTHING BREAK LAMPS
                                                      " Andel som vet\t9 %\t\t\t\t\t\t2023\n" BREAK "var" NOTHING);
    assert_int_equal(record_of(&d, RECORD_INDIKATOR, 0)->place.line, 4);
    assert_int_equal(record_of(&d, RECORD_INDIKATOR, 1)->place.line, 8);
    const struct record *cut = record_of(&d, RECORD_INDIKATOR, 2);
    assert_int_equal(cut->place.line, 9);
    assert_int_equal(cut->lines, 2); /* its own; the break between is counted as blank and header */
    assert_int_equal(cut->place.length, strlen(" Andel som vet\t9 %\t\t\t\t\t\t2023\n" BREAK "var" NOTHING));
    decoded_free(&d);
}

static void the_offset_of_a_name_is_the_byte_it_begins_at(void **state)
{
    static const char text[] = LOCAL HEADER INDEX "●\tAndel nöjda\t85 %\t84 %\t86 %\t80 %\t90 %\t90 %\t2023\n";
    (void)state;
    struct decoded d = decode_text(text);
    const struct record *r = record_of(&d, RECORD_INDIKATOR, 1);
    assert_memory_equal(text + r->cell_offset[COLUMN_INDIKATOR], "Andel", 5);
    assert_memory_equal(text + r->place.offset, "●", 3);
    decoded_free(&d);
}

static void a_row_knows_the_goals_above_it(void **state)
{
    (void)state;
    struct decoded d = decode_text("KF:s inriktningsmål: 1. En stad\n" OF_KF HEADER INDEX "\n" LOCAL HEADER LAMPS
                                   "\n" OF_KF HEADER SICK);
    const struct record *kf = record_of(&d, RECORD_INDIKATOR, 0), *local = record_of(&d, RECORD_INDIKATOR, 1);
    assert_int_equal(kf->niva, NIVA_VERKSAMHETSMAL);
    assert_text(kf->goal[NIVA_INRIKTNINGSMAL], "1. En stad");
    assert_text(kf->goal[NIVA_VERKSAMHETSMAL], "1.1 Trygga gator");
    assert_text(kf->goal[NIVA_NAMNDMAL], "");
    assert_int_equal(local->niva, NIVA_NAMNDMAL);
    assert_text(local->goal[NIVA_NAMNDMAL], "1.1.1 Ljusa parker");
    assert_text(local->goal[NIVA_VERKSAMHETSMAL], "1.1 Trygga gator");
    const struct record *again = record_of(&d, RECORD_INDIKATOR, 2);
    assert_text(again->goal[NIVA_NAMNDMAL], ""); /* forgotten below the next goal above it */
    decoded_free(&d);
}

static void a_row_with_more_cells_than_any_table_is_refused(void **state)
{
    static char text[2000];
    (void)state;
    size_t len = (size_t)snprintf(text, sizeof text, "%s", LOCAL HEADER INDEX);
    memset(text + len, '\t', 300);
    assert_refused(text, "export.txt:5: ");
}

/* ---- what may belong to another row ---- */

static void assert_row_is_doubted(const char *text, const char *name)
{
    struct decoded d = decode_text(text);
    bool found = false;
    for (size_t i = 0; i < d.count; i++) {
        const struct record *r = &d.records[i];
        if (r->kind != RECORD_INDIKATOR || !text_is(r->cell[COLUMN_INDIKATOR], name)) continue;
        found = true;
        if (!(r->notes & NOTE_UNCERTAIN)) fail_msg("\"%s\" is certain", name);
        assert_non_null(r->rule);
        assert_true(r->reason[0]);
    }
    if (!found) fail_msg("\"%s\" is absent", name);
    decoded_free(&d);
}

static void a_value_without_a_name_below_a_row_leaves_that_row_uncertain(void **state)
{
    (void)state;
    assert_row_is_doubted(LOCAL HEADER "Antal besök\t1\t\t\t9\t10\t\t2023\n" BREAK "\t234 st\t\t\t\t\t\t\n" INDEX,
                          "Antal besök");
    assert_row_is_doubted(LOCAL HEADER "Antal besök\t1\t\t\t9\t10\t\t2023\n\t\t\t\t\t\t5\t\n" INDEX, "Antal besök");
    assert_rows(LOCAL HEADER "Antal besök\t1\t\t\t9\t10\t\t2023\n" BREAK "\t5\t\t\t\t\t\t\n" INDEX,
                "Antal besök|1|||9|10||2023|osaker\n5||||||||osaker,forskjuten,olasbar\n" INDEX_ROW);
}

static void a_number_or_a_footnote_behind_a_page_break_is_not_the_rest_of_a_whole_name(void **state)
{
    static const char *const texts[] = {"12", "9", "1) Avser T2", "* Preliminärt", "² Avser T2"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char text[1000];
        snprintf(text, sizeof text, LOCAL HEADER LAMPS BREAK "%s" NOTHING INDEX, texts[i]);
        assert_row_is_doubted(text, "Antal lampor i parken");
    }
    assert_rows(LOCAL HEADER "Elever i\t84\t\t\t74\t80\t\t2023\n" BREAK "9" NOTHING INDEX,
                "Elever i 9|84|||74|80||2023|sidbrytning,namn-sammanfogat\n" INDEX_ROW);
}

static void a_name_that_ends_in_a_value_where_a_cell_is_missing_is_uncertain(void **state)
{
    (void)state;
    assert_row_is_doubted(LOCAL HEADER "Andel nöjda 85 %\t\t\t80 %\t85 %\t\t2023\n", "Andel nöjda 85 %");
    assert_row_is_doubted(LOCAL HEADER "Andel nöjda 85 %\t\t\t\t80 %\t85 %\t\t2023\n", "Andel nöjda 85 %");
    assert_row_is_doubted(LOCAL HEADER "Index 85\t\t\t80\t85\t\t2023\n", "Index 85");
    assert_rows(LOCAL HEADER "Elever i åk 9\t\t\t\t74\t80\t\t2023\n", "Elever i åk 9||||74|80||2023|\n");
    assert_rows(LOCAL HEADER "Andel över 80 %\t84\t\t\t74\t80\t\t2023\n", "Andel över 80 %|84|||74|80||2023|\n");
}

static void a_name_that_may_begin_above_its_row_is_uncertain(void **state)
{
    (void)state;
    assert_row_is_doubted(LOCAL HEADER "Andel lampor som lyser i" NOTHING "parken\t84\t\t\t74\t80\t\t2023\n", "parken");
    assert_row_is_doubted(LOCAL HEADER INDEX "Andel lampor i" NOTHING BREAK "parken\t84\t\t\t74\t80\t\t2023\n",
                          "parken");
    assert_row_is_doubted(LOCAL HEADER INDEX "Andel lampor i" NOTHING "Parken\t84\t\t\t74\t80\t\t2023\n", "Parken");
    assert_row_is_doubted(LOCAL HEADER INDEX BREAK "i parken\t84\t\t\t74\t80\t\t2023\n", "i parken");
    assert_rows(LOCAL HEADER INDEX "eTjänster i parken\t84\t\t\t74\t80\t\t2023\n",
                INDEX_ROW "eTjänster i parken|84|||74|80||2023|\n");
}

static void a_page_break_may_part_the_values_of_a_row(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER "Andel lampor\t84\t83\t85\t\t\t\t\n" BREAK "i parken\t\t\t\t74\t80\t\t2023\n" INDEX,
                "Andel lampor i parken|84|83|85|74|80||2023|period-pa-nasta-rad,sidbrytning,namn-sammanfogat,cell-"
                "sammanfogad\n" INDEX_ROW);
    assert_row_is_doubted(
        LOCAL HEADER "Andel lampor\t84\t83\t85\t\t\t\t\n" BREAK "Parken\t\t\t\t74\t80\t\t2023\n" INDEX, "Parken");
}

static void a_goal_in_a_row_of_a_table_is_a_goal(void **state)
{
    (void)state;
    struct decoded d = decode_text(LOCAL HEADER LAMPS BREAK "Nämndmål: 1.1.2 Mörka parker" NOTHING
                                                            "\n● Uppfylls delvis\n\n" HEADER INDEX);
    assert_string_equal(goals_of(&d), "nämndmål|1.1.1 Ljusa parker|\nnämndmål|1.1.2 Mörka parker|Uppfylls delvis\n");
    assert_text(record_of(&d, RECORD_INDIKATOR, 0)->cell[COLUMN_INDIKATOR], "Antal lampor i parken");
    assert_text(record_of(&d, RECORD_INDIKATOR, 1)->goal[NIVA_NAMNDMAL], "1.1.2 Mörka parker");
    decoded_free(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_is_read_row_by_row),
        cmocka_unit_test(a_table_ends_at_an_empty_line),
        cmocka_unit_test(an_empty_line_may_hold_a_single_blank),
        cmocka_unit_test(a_line_of_tabs_only_is_an_empty_row_and_the_table_goes_on),
        cmocka_unit_test(an_empty_row_is_counted_as_one),
        cmocka_unit_test(a_text_line_without_tabs_ends_a_table),
        cmocka_unit_test(a_goal_directly_below_a_table_is_still_a_goal),
        cmocka_unit_test(an_empty_line_and_the_same_header_continue_a_table),
        cmocka_unit_test(a_repeated_header_is_the_same_after_folding),
        cmocka_unit_test(another_header_begins_another_table),
        cmocka_unit_test(a_header_directly_below_a_row_is_no_row),
        cmocka_unit_test(a_page_break_may_cut_a_name),
        cmocka_unit_test(a_page_break_may_cut_one_cell),
        cmocka_unit_test(a_cut_cell_may_stand_beside_an_icon),
        cmocka_unit_test(a_page_break_may_cut_a_name_and_a_cell_at_once),
        cmocka_unit_test(two_page_breaks_may_cut_one_name),
        cmocka_unit_test(an_analysis_cut_by_a_page_break_may_go_on_with_digits),
        cmocka_unit_test(a_capital_letter_proves_nothing_about_a_text_after_a_break),
        cmocka_unit_test(a_text_after_a_break_that_begins_with_analysis_or_a_tag_is_analysis),
        cmocka_unit_test(fragments_follow_the_headers_columns_under_a_shifted_row),
        cmocka_unit_test(a_unit_cut_off_its_number_is_joined_to_it),
        cmocka_unit_test(fragments_occur_without_a_page_break),
        cmocka_unit_test(a_bracket_the_converter_closed_too_early_is_opened_again),
        cmocka_unit_test(a_text_without_a_break_that_could_be_name_or_analysis_leaves_its_row_uncertain),
        cmocka_unit_test(a_name_that_cannot_end_where_it_does_goes_on_in_the_next_row),
        cmocka_unit_test(a_page_break_may_stand_before_every_line_of_a_table),
        cmocka_unit_test(a_page_break_before_every_line_at_once_loses_no_row),
        cmocka_unit_test(an_icon_in_a_cell_of_its_own_shifts_the_row),
        cmocka_unit_test(a_shifted_row_that_lost_an_empty_cell_is_aligned),
        cmocka_unit_test(a_shifted_row_that_lost_its_last_cell_is_unreadable),
        cmocka_unit_test(a_shifted_row_with_two_cells_merged_is_parted),
        cmocka_unit_test(a_shifted_row_with_its_period_on_the_next_row_is_completed),
        cmocka_unit_test(a_period_cut_off_by_a_page_break_is_found_behind_it),
        cmocka_unit_test(a_row_with_several_readings_is_uncertain_and_shows_what_all_agree_on),
        cmocka_unit_test(the_goal_level_may_decide_between_readings_with_a_note),
        cmocka_unit_test(a_row_that_no_reading_fits_is_kept_as_unreadable),
        cmocka_unit_test(a_shifted_row_may_lose_its_period_and_the_end_of_a_cell_to_the_next_row),
        cmocka_unit_test(pieces_follow_the_columns_of_a_header_with_an_icon_column),
        cmocka_unit_test(an_analysis_before_a_page_break_makes_the_text_behind_it_analysis),
        cmocka_unit_test(a_name_that_begins_with_analysis_is_a_row_when_it_has_data),
        cmocka_unit_test(the_empty_line_of_a_page_break_may_hold_a_blank),
        cmocka_unit_test(status_icons_before_a_name_are_not_its_letters),
        cmocka_unit_test(a_misread_sex_icon_is_no_data_wherever_it_stands),
        cmocka_unit_test(an_icon_row_does_not_end_a_row_that_a_break_cut),
        cmocka_unit_test(every_form_of_an_analysis_is_ignored_and_counted),
        cmocka_unit_test(a_row_of_dashes_is_no_row),
        cmocka_unit_test(markup_around_a_name_goes_with_a_note),
        cmocka_unit_test(prose_with_figures_in_an_analysis_cell_is_no_row),
        cmocka_unit_test(headers_vary),
        cmocka_unit_test(a_header_may_have_an_icon_column_in_front),
        cmocka_unit_test(a_repeated_header_may_gain_an_icon_column),
        cmocka_unit_test(columns_that_a_header_lacks_are_absent_and_not_empty),
        cmocka_unit_test(a_column_that_is_not_ours_is_passed_over),
        cmocka_unit_test(a_table_whose_header_lacks_outcome_or_period_is_another_table),
        cmocka_unit_test(names_are_printed_as_they_stand),
        cmocka_unit_test(letters_of_another_script_in_a_name_are_noted_and_kept),
        cmocka_unit_test(white_space_in_cells_is_folded),
        cmocka_unit_test(a_name_that_is_too_long_is_not_cut_but_doubted),
        cmocka_unit_test(activities_are_records_of_their_own_and_no_indicators),
        cmocka_unit_test(the_icon_before_an_activity_says_whether_it_is_done),
        cmocka_unit_test(an_activity_may_be_shifted_by_an_icon_in_a_cell_of_its_own),
        cmocka_unit_test(a_page_break_may_cut_an_activity_and_its_analysis),
        cmocka_unit_test(a_bar_chart_in_an_activity_table_is_not_lost_and_not_certain),
        cmocka_unit_test(economy_tables_hold_no_indicators),
        cmocka_unit_test(a_row_stands_on_the_line_of_its_name),
        cmocka_unit_test(the_offset_of_a_name_is_the_byte_it_begins_at),
        cmocka_unit_test(a_row_knows_the_goals_above_it),
        cmocka_unit_test(a_row_with_more_cells_than_any_table_is_refused),
        cmocka_unit_test(a_heading_that_ends_in_a_blank_ends_before_a_table),
        cmocka_unit_test(a_header_in_capitals_is_a_header),
        cmocka_unit_test(two_texts_after_a_break_are_not_both_the_name_for_certain),
        cmocka_unit_test(a_shifted_row_may_lose_its_period_and_the_rest_of_its_name_to_the_next_row),
        cmocka_unit_test(a_row_without_a_name_is_uncertain),
        cmocka_unit_test(a_value_without_a_name_below_a_row_leaves_that_row_uncertain),
        cmocka_unit_test(a_number_or_a_footnote_behind_a_page_break_is_not_the_rest_of_a_whole_name),
        cmocka_unit_test(a_name_that_ends_in_a_value_where_a_cell_is_missing_is_uncertain),
        cmocka_unit_test(a_name_that_may_begin_above_its_row_is_uncertain),
        cmocka_unit_test(a_page_break_may_part_the_values_of_a_row),
        cmocka_unit_test(a_goal_in_a_row_of_a_table_is_a_goal),
    };
    return cmocka_run_group_tests_name("layout_a", tests, NULL, NULL);
}
