/* Layout B: what stands right below a repeated header, and rows whose beginning is not certain. */
#include "tests/unit/decode_text.h"

#define HEADER_WORDS "Indikator Periodens \nutfall \n\nPeriodens \nutfall VB \n2020 \n\nÅrsmål KF:s \nårsmål Period \n"
#define HEADER       "   " HEADER_WORDS "\n"
#define REPEATED     "    " HEADER_WORDS "\n"
#define LOCAL        "Nämndmål: 1.1.1 Ljusa parker \n\n Uppfylls helt \n\n"
#define END          "Enhetsmål: Fler lampor \n\n Uppfylls helt \n\n"
#define RESIDUE      " \n "
#define INDEX        RESIDUE "Ledarskapsindex 84 74 80  2021 \n\n"
#define INDEX_ROW    "Ledarskapsindex|84|||74|80||2021|\n"
#define LAMPS        RESIDUE "Antal \n\nlampor i stor \n\n40 st 38 st 45 st "
#define WHOLE        LAMPS " 2021 \n" REPEATED
#define CUT          LAMPS "Tas fram av \nnämnd/s\n2021 \n" REPEATED

static void assert_table(const char *rows, const char *want)
{
    char text[8000];
    snprintf(text, sizeof text, "%s%s%s", LOCAL HEADER, rows, END);
    assert_rows(text, want);
}

/* ---- behind a page break ---- */

static void the_end_of_a_cut_delegation_completes_it(void **state)
{
    (void)state;
    assert_table(CUT "tyrelse \n\n" INDEX, "Antal lampor i stor|40 st|||38 st|45 st|Tas fram av nämnd/s tyrelse|2021|"
                                           "sidbrytning,cell-sammanfogad\n" INDEX_ROW);
}

static void the_end_of_a_delegation_is_no_end_of_a_name(void **state)
{
    static const char *const ends[] = {"tyrelse", "styrelse", "/styrelse", "nämnd", "nämnd/styrelse"};
    (void)state;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char rows[2000], want[500];
        snprintf(rows, sizeof rows, WHOLE "%s \n\n" INDEX, ends[i]);
        snprintf(want, sizeof want,
                 "Antal lampor i stor %s|40 st|||38 st|45 st||2021|osaker,sidbrytning,namn-sammanfogat\n" INDEX_ROW,
                 ends[i]);
        assert_table(rows, want);
    }
    assert_table(CUT "nämnd \n\n" INDEX, "Antal lampor i stor nämnd|40 st|||38 st|45 st|Tas fram av nämnd/s|2021|"
                                         "osaker,sidbrytning,namn-sammanfogat\n" INDEX_ROW);
}

static void paragraphs_below_a_name_complete_no_delegation(void **state)
{
    (void)state;
    assert_table(CUT "park \n\nrad ett \nrad två \nrad tre \n\n" INDEX,
                 "Antal lampor i stor park|40 st|||38 st|45 st|Tas fram av nämnd/s|2021|"
                 "osaker,sidbrytning,namn-sammanfogat\n" INDEX_ROW);
}

static void a_capital_word_below_a_header_is_the_name_s_end_where_the_table_goes_on(void **state)
{
    static const char *const more[] = {INDEX, "Analys \n\nDen lyser. \n\n", "Sid 6 (25) \n\nText \n\n", REPEATED INDEX,
                                       "● Ledarskapsindex 84 74 80  2021 \n\n"};
    static const char *const rows[] = {INDEX_ROW, "", "", INDEX_ROW, INDEX_ROW};
    (void)state;
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
        char text[2000], want[500];
        snprintf(text, sizeof text, WHOLE "Park \n%s%s", i == 0 ? "\n" : "", more[i]);
        snprintf(want, sizeof want,
                 "Antal lampor i stor Park|40 st|||38 st|45 st||2021|sidbrytning,namn-sammanfogat\n%s", rows[i]);
        assert_table(text, want);
    }
}

static void a_capital_word_below_a_header_may_be_prose_where_the_table_ends(void **state)
{
    static const char *const more[] = {"", "Beskrivning \n\n", "Nämndmål: 1.1.2 Rena parker \n\n", "Text. \n\n"};
    (void)state;
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
        char text[2000];
        snprintf(text, sizeof text, WHOLE "Park \n\n%s", more[i]);
        assert_table(text, "Antal lampor i stor Park|40 st|||38 st|45 st||2021|osaker,sidbrytning,namn-sammanfogat\n");
    }
    assert_rows(LOCAL HEADER WHOLE "Park \n\n \n\n", /* the document ends */
                "Antal lampor i stor Park|40 st|||38 st|45 st||2021|osaker,sidbrytning,namn-sammanfogat\n");
}

/* ---- the beginning of a row ---- */

static void an_icon_before_a_name_begins_a_row(void **state)
{
    (void)state;
    assert_table(INDEX "● Lampor 40 38 45  2021 \n\n! Stolpar 4 3 5  2021 \n\n",
                 INDEX_ROW "Lampor|40|||38|45||2021|\nStolpar|4|||3|5||2021|\n");
    assert_table(RESIDUE "**Lampor** 40 38 45  2021 \n\n", "Lampor|40|||38|45||2021|markering-borttagen\n");
}

static void sentences_in_front_of_a_row_make_its_name_uncertain(void **state)
{
    static const char *const names[] = {"Det är bra. Index", "Det är bra. Ökning av index"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char rows[500], want[500];
        snprintf(rows, sizeof rows, RESIDUE "%s 84 74 80  2021 \n\n", names[i]);
        snprintf(want, sizeof want, "%s|84|||74|80||2021|osaker\n", names[i]);
        assert_table(rows, want);
    }
    assert_table(RESIDUE "Ca 3.5 index per år. per dag 84 74 80  2021 \n\n",
                 "Ca 3.5 index per år. per dag|84|||74|80||2021|\n");
}

static void a_name_of_four_hundred_letters_is_uncertain(void **state)
{
    char rows[800] = RESIDUE;
    (void)state;
    memset(rows + strlen(rows), 'x', 450);
    (void)stpcpy(rows + strlen(rows), " 84 74 80  2021 \n\n");
    char text[4000];
    snprintf(text, sizeof text, "%s%s%s", LOCAL HEADER, rows, END);
    struct decoded d = decode_text(text);
    const struct record *r = record_of(&d, RECORD_INDIKATOR, 0);
    assert_true(r->notes & NOTE_UNCERTAIN);
    assert_string_equal(r->rule, "R-NAMN");
    decoded_free(&d);
}

static void a_second_text_behind_an_empty_line_makes_a_name_uncertain(void **state)
{
    (void)state;
    assert_table(RESIDUE "Index för \n\nParker 84 74 80  2021 \n\n", "Index för Parker|84|||74|80||2021|osaker\n");
}

/* ---- headers ---- */

static void a_header_that_cannot_be_read_is_refused_with_its_line(void **state)
{
    (void)state;
    assert_refused(LOCAL "Indikator Periodens \nutfall \n\nVad \nsom helst \n\nPeriod \n\n" INDEX,
                   "export.txt:5: the header of a table cannot be read");
    assert_refused(LOCAL "Indikator Utfall Utfall Period \n\n" INDEX, "the header of a table cannot be read");
}

static void words_that_only_begin_like_a_header_are_prose(void **state)
{
    static const char *const words[] = {"Indikator Period \n\n", "Indikator årsmål Period \n\n",
                                        "Indikator periodens utfall \n\noch så vidare \n\n"};
    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        char text[500];
        snprintf(text, sizeof text, "%s%s", LOCAL, words[i]);
        assert_rows(text, "");
    }
    char far[2000] = LOCAL "Indikator \n";
    for (int i = 0; i < 45; i++)
        (void)stpcpy(far + strlen(far), "\n");
    (void)stpcpy(far + strlen(far), "Utfall Period \n\n");
    assert_rows(far, "");
    char wide[2000] = LOCAL "Indikator ";
    memset(wide + strlen(wide), 'x', 200);
    (void)stpcpy(wide + strlen(wide), " Utfall Period \n\n");
    assert_rows(wide, "");
}

static void page_furniture_is_a_page_number_and_no_sentence_about_one(void **state)
{
    (void)state;
    struct decoded d = decode_text(LOCAL "Sid 6 (25) \nSid \nSid 6 i bilagan \n");
    assert_int_equal(d.counts.lines_ignored[IGNORED_PROSE], 2);
    assert_int_equal(d.counts.lines_ignored[IGNORED_CONTENTS], 1);
    decoded_free(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_end_of_a_cut_delegation_completes_it),
        cmocka_unit_test(the_end_of_a_delegation_is_no_end_of_a_name),
        cmocka_unit_test(paragraphs_below_a_name_complete_no_delegation),
        cmocka_unit_test(a_capital_word_below_a_header_is_the_name_s_end_where_the_table_goes_on),
        cmocka_unit_test(a_capital_word_below_a_header_may_be_prose_where_the_table_ends),
        cmocka_unit_test(an_icon_before_a_name_begins_a_row),
        cmocka_unit_test(sentences_in_front_of_a_row_make_its_name_uncertain),
        cmocka_unit_test(a_name_of_four_hundred_letters_is_uncertain),
        cmocka_unit_test(a_second_text_behind_an_empty_line_makes_a_name_uncertain),
        cmocka_unit_test(a_header_that_cannot_be_read_is_refused_with_its_line),
        cmocka_unit_test(words_that_only_begin_like_a_header_are_prose),
        cmocka_unit_test(page_furniture_is_a_page_number_and_no_sentence_about_one),
    };
    return cmocka_run_group_tests_name("layout_b_rest", tests, NULL, NULL);
}
