/* Layout A's other tables: economy, statistics, balance sheets.  Names and figures are invented. */
#include "tests/unit/decode_text.h"

#include <stdlib.h>

#define GOAL "Nämndmål: 1.1.1 Ljusa parker\n\n" /* a text without a goal is no report */

/* ---- header ---- */

static void every_cell_stands_under_its_row_and_column(void **state)
{
    (void)state;
    assert_cells(GOAL "Badplatser\n\nMnkr\tBudget 2023\tBokslut 2023\tAvvikelse 2023\n"
                      "Städning\t12,5\t13,0\t-0,5\nBryggor\t1 002,0\t\t\n\nSlut.\n",
                 "Badplatser|Städning|Budget 2023|12,5|Mnkr|\n"
                 "Badplatser|Städning|Bokslut 2023|13,0|Mnkr|\n"
                 "Badplatser|Städning|Avvikelse 2023|-0,5|Mnkr|\n"
                 "Badplatser|Bryggor|Budget 2023|1 002,0|Mnkr|\n");
}

#define TWO_LEVELS                                                                                                     \
    "Verksamhet\tBudget 2023\t\tUtfall 2023\t\tAvvikelse 2023\n\tKostnader\tIntäkter\tKostnader\tIntäkter\tNetto\n"

static void a_cell_that_spans_columns_heads_each_of_them(void **state)
{
    (void)state;
    assert_cells(GOAL "Parker\n\n" TWO_LEVELS "Mnkr\t\t\t\t\t\nLekplatser\t9,0\t-2,0\t8,0\t\t-1,0\n",
                 "Parker|Lekplatser|Budget 2023 / Kostnader|9,0|Mnkr|\n"
                 "Parker|Lekplatser|Budget 2023 / Intäkter|-2,0|Mnkr|\n"
                 "Parker|Lekplatser|Utfall 2023 / Kostnader|8,0|Mnkr|\n"
                 "Parker|Lekplatser|Avvikelse 2023 / Netto|-1,0|Mnkr|\n");
}

static void years_and_dates_head_columns(void **state)
{
    (void)state;
    assert_cells(GOAL "Antal båtar\t2022\t2023\nEkor\t4\t5\n",
                 "Antal båtar|Ekor|2022|4||\nAntal båtar|Ekor|2023|5||\n");
    assert_cells(GOAL "Tillgångar (tkr)\t2022-12-31\t2023-12-31\nBåtar\t40\t50\n",
                 "Tillgångar|Båtar|2022-12-31|40|tkr|\nTillgångar|Båtar|2023-12-31|50|tkr|\n");
    assert_cells(GOAL "Båtar\n\n\t2022\t2023\nEkor\t4\t5\n", "Båtar|Ekor|2022|4||\nBåtar|Ekor|2023|5||\n");
}

static void years_can_stand_below_or_above_words(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\n\t2022\t\t2023\t\n\tBudget\tUtfall\tBudget\tUtfall\nEkor\t1\t2\t3\t4\n",
                 "Båtar|Ekor|2022 / Budget|1||\nBåtar|Ekor|2022 / Utfall|2||\n"
                 "Båtar|Ekor|2023 / Budget|3||\nBåtar|Ekor|2023 / Utfall|4||\n");
    assert_cells(GOAL "Båtar\n\nTyp\tEkor\t\tJollar\t\n\t2022\t2023\t2022\t2023\nHela\t1\t2\t3\t4\n",
                 "Båtar|Hela|Ekor / 2022|1||\nBåtar|Hela|Ekor / 2023|2||\n"
                 "Båtar|Hela|Jollar / 2022|3||\nBåtar|Hela|Jollar / 2023|4||\n");
}

static void ages_that_look_like_values_head_columns(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\n\t65 år\t80 år\nEkor\t4\t5\nJollar\t6\t7\n",
                 "Båtar|Ekor|65 år|4||\nBåtar|Ekor|80 år|5||\nBåtar|Jollar|65 år|6||\nBåtar|Jollar|80 år|7||\n");
}

static void a_table_without_a_header_has_cells_without_column_labels(void **state)
{
    (void)state;
    struct decoded d = decode_text(GOAL "Båtar\n\nAlla båtar\t102\t107\n");
    assert_string_equal(cells_of(&d), "Båtar|Alla båtar||102||\nBåtar|Alla båtar||107||\n");
    const struct record *r = record_of(&d, RECORD_TABELL, 0);
    assert_int_equal(r->tabell[0].number, 1);
    assert_int_equal(r->tabell[1].number, 2);
    decoded_free(&d);
}

static void labels_that_are_missing_at_the_end_of_the_header_are_empty(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\nTyp\tHela\tTrasiga\nEkor\t4\t5\t9\nJollar\t1\t1\t2\n",
                 "Båtar|Ekor|Hela|4||\nBåtar|Ekor|Trasiga|5||\nBåtar|Ekor||9||\n"
                 "Båtar|Jollar|Hela|1||\nBåtar|Jollar|Trasiga|1||\nBåtar|Jollar||2||\n");
}

static void a_header_that_may_lack_its_first_cell_makes_rows_uncertain(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\nBudget\tUtfall\nEkor\t4\t5\nJollar\t1\t1\n",
                 "Båtar / Budget|Ekor||4||osaker\nBåtar / Budget|Ekor||5||osaker\n"
                 "Båtar / Budget|Jollar||1||osaker\nBåtar / Budget|Jollar||1||osaker\n");
}

static void levels_that_cannot_be_laid_over_each_other_make_rows_uncertain(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\n\tBudget\tUtfall\n\tKostnad\tIntäkt\tKostnad\tIntäkt\nEkor\t4\t5\t6\t7\n",
                 "Båtar|Ekor||4||osaker\nBåtar|Ekor||5||osaker\nBåtar|Ekor||6||osaker\nBåtar|Ekor||7||osaker\n");
}

static void two_columns_of_one_label_make_rows_uncertain(void **state)
{
    (void)state;
    struct decoded d = decode_text(GOAL "Båtar\n\nTyp\tHela\tHela\nEkor\t4\t5\n");
    const struct record *r = record_of(&d, RECORD_TABELL, 0);
    assert_true(r->notes & NOTE_UNCERTAIN);
    assert_string_equal(r->rule, "T-RUBRIK");
    assert_true(r->reason[0] != '\0');
    assert_int_equal(r->tabell[0].number, 0);
    decoded_free(&d);
}

/* ---- units ---- */

static void a_cell_is_counted_in_its_own_unit_before_the_tables(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\nMnkr\tUtfall\tAvvikelse i %\nEkor\t4,0\t5\nAvvikelse i %\t-1,2%\t\nAndel (%)\t3\t\n",
                 "Båtar|Ekor|Utfall|4,0|Mnkr|\nBåtar|Ekor|Avvikelse i %|5|%|\n"
                 "Båtar|Avvikelse i %|Utfall|-1,2%|%|\nBåtar|Andel (%)|Utfall|3|%|\n");
}

static void units_are_found_in_the_corner(void **state)
{
    static const char *const corners[] = {"Tkr", "(tkr)", "Belopp i tkr", "Belopp, tkr", "tkr"};
    (void)state;
    for (size_t i = 0; i < sizeof corners / sizeof *corners; i++) {
        char text[400];
        snprintf(text, sizeof text, GOAL "Båtar\n\n%s\tBudget\tUtfall\nEkor\t4\t5\n", corners[i]);
        struct decoded d = decode_text(text);
        const struct record *r = record_of(&d, RECORD_TABELL, 0);
        assert_text(r->title, "Båtar");
        assert_int_equal(r->matt.len, 3);
        assert_true(r->ekonomi);
        decoded_free(&d);
    }
}

static bool ekonomi_of(const char *text)
{
    struct decoded d = decode_text(text);
    bool ekonomi = record_of(&d, RECORD_TABELL, 0)->ekonomi;
    decoded_free(&d);
    return ekonomi;
}

static void economy_is_a_measure_and_a_unit_of_money(void **state)
{
    (void)state;
    assert_true(ekonomi_of(GOAL "Båtar\n\nMnkr\tBudget\tUtfall\nEkor\t4\t5\n"));
    assert_true(ekonomi_of(GOAL "Båtar (tkr)\n\nTyp\tBokslut 2023\tPrognos\nEkor\t4\t5\n"));
    assert_true(ekonomi_of(GOAL "Båtar\n\n" TWO_LEVELS "Mnkr\t\t\t\t\t\nEkor\t1\t2\t3\t4\t5\n"));
    assert_true(ekonomi_of(GOAL "Båtar\n\nTyp\tBruttobudget (kr)\nEkor\t1,5\n"));
    assert_false(ekonomi_of(GOAL "Båtar\n\nTyp\tBudget\tUtfall\nEkor\t4\t5\n"));
    assert_false(ekonomi_of(GOAL "Båtar\n\nMnkr\tLängd\tBredd\nEkor\t4\t5\n"));
}

/* ---- titles ---- */

static void the_title_is_the_heading_above(void **state)
{
    (void)state;
    assert_cells(GOAL "**Båtar**\n\n \n\tHela\nEkor\t4,5\n", "Båtar|Ekor|Hela|4,5||\n");
    assert_cells(GOAL "## Båtar:\n\tHela\nEkor\t4,5\n", "Båtar|Ekor|Hela|4,5||\n");
    assert_cells(GOAL "Båtar\n\n\tHela\nEkor\t4,5\n\nText.\n\n\tTrasiga\nEkor\t1,5\n", /* the section's */
                 "Båtar|Ekor|Hela|4,5||\nBåtar|Ekor|Trasiga|1,5||\n");
}

static void sentences_goals_and_states_are_no_titles(void **state)
{
    (void)state;
    assert_cells(GOAL "\tHela\nEkor\t4,5\n", "|Ekor|Hela|4,5||\n");
    assert_cells(GOAL "Båtarna är hela. De seglar.\n\tHela\nEkor\t4,5\n", "|Ekor|Hela|4,5||\n");
    assert_cells(GOAL "som seglar\n\tHela\nEkor\t4,5\n", "|Ekor|Hela|4,5||\n");
    assert_cells(GOAL "- Båtar\n\tHela\nEkor\t4,5\n", "|Ekor|Hela|4,5||\n");
    assert_cells(GOAL "Uppfylls helt\n\tHela\nEkor\t4,5\n", "|Ekor|Hela|4,5||\n");
    assert_cells(GOAL "Analys\n\tHela\nEkor\t4,5\n", "|Ekor|Hela|4,5||\n");
}

static void what_stands_above_the_labels_says_what_is_counted(void **state)
{
    (void)state;
    assert_cells(GOAL "Hamnen\n\nAntal båtar\t2022\nEkor\t4\n", "Hamnen / Antal båtar|Ekor|2022|4||\n");
    assert_cells(GOAL "Hamnen\n\nVerksamhet\t2022\nEkor\t4\n", "Hamnen|Ekor|2022|4||\n");
    assert_cells(GOAL "Hamnen\n\nHamnen\t2022\nEkor\t4\n", "Hamnen|Ekor|2022|4||\n");
    assert_cells(GOAL "Hamnens båtar 2022-2023\t\t\n\t2022\t2023\nEkor\t4\t5\n",
                 "Hamnens båtar 2022-2023|Ekor|2022|4||\nHamnens båtar 2022-2023|Ekor|2023|5||\n");
}

/* ---- page breaks ---- */

#define BOATS       "Båtar\n\nMnkr\tBudget\tUtfall\nEkor\t4,0\t5,0\n"
#define BOATS_CELLS "Båtar|Ekor|Budget|4,0|Mnkr|\nBåtar|Ekor|Utfall|5,0|Mnkr|\n"
#define MORE        "Jollar\t6,0\t7,0\n"
#define MORE_CELLS  "Båtar|Jollar|Budget|6,0|Mnkr|\nBåtar|Jollar|Utfall|7,0|Mnkr|\n"

static void a_table_goes_on_behind_a_page_break(void **state)
{
    (void)state;
    assert_cells(GOAL BOATS MORE, BOATS_CELLS MORE_CELLS);
    assert_cells(GOAL BOATS "\n" MORE, BOATS_CELLS MORE_CELLS);
    assert_cells(GOAL BOATS "\n \n\nMnkr\tBudget\tUtfall\n" MORE, BOATS_CELLS MORE_CELLS);
    assert_cells(GOAL BOATS "\nTjänsteutlåtande\nSid 6 (25)\n\n" MORE, BOATS_CELLS MORE_CELLS);
    assert_cells(GOAL BOATS "\t\t\nMnkr\tBudget\tUtfall\n" MORE, BOATS_CELLS MORE_CELLS);
}

static void a_table_ends_before_prose_and_before_other_columns(void **state)
{
    (void)state;
    assert_cells(GOAL BOATS "Text mellan tabeller.\n" MORE, BOATS_CELLS "Båtar|Jollar||6,0||\nBåtar|Jollar||7,0||\n");
    assert_cells(GOAL BOATS "\nSegel\t1\t2\t3\n", BOATS_CELLS "Båtar|Segel||1||\nBåtar|Segel||2||\nBåtar|Segel||3||\n");
    assert_cells(GOAL BOATS "\nMaster\tHela\tTrasiga\nJollar\t6\t7\n",
                 BOATS_CELLS "Båtar / Master|Jollar|Hela|6||\nBåtar / Master|Jollar|Trasiga|7||\n");
}

static void the_first_level_alone_repeats_a_header_of_two(void **state)
{
    (void)state;
    const char *want = "Parker|Ekar|Budget 2023 / Kostnader|9,0|Mnkr|\nParker|Ekar|Budget 2023 / Intäkter|-2,0|Mnkr|\n"
                       "Parker|Ekar|Utfall 2023 / Kostnader|8,0|Mnkr|\nParker|Ekar|Utfall 2023 / Intäkter|-1,0|Mnkr|\n"
                       "Parker|Ekar|Avvikelse 2023 / Netto|0,0|Mnkr|\nParker|Summa|Avvikelse 2023 / Netto|0,0|Mnkr|\n";
    assert_cells(GOAL "Parker\n\n" TWO_LEVELS "Mnkr\t\t\t\t\t\nEkar\t9,0\t-2,0\t8,0\t-1,0\t0,0\n\n"
                      "Verksamhet\tBudget 2023\t\tUtfall 2023\t\tAvvikelse 2023\nSumma\t\t\t\t\t0,0\n",
                 want);
    assert_cells(GOAL "Parker\n\n" TWO_LEVELS "Mnkr\t\t\t\t\t\nEkar\t9,0\t-2,0\t8,0\t-1,0\t0,0\n\n" TWO_LEVELS
                      "Mnkr\t\t\t\t\t\nSumma\t\t\t\t\t0,0\n",
                 want);
}

static void years_that_are_not_repeated_below_the_title_still_hold(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar i hamn\t\t\n\t2022\t2023\nSegelbåtar\t\t\nAlla\t1\t2\n\nBåtar i hamn\t\t\nHela\t3\t4\n"
                      "Motorbåtar\t2022\t2023\nAlla\t5\t6\n",
                 "Båtar i hamn / Segelbåtar|Alla|2022|1||\nBåtar i hamn / Segelbåtar|Alla|2023|2||\n"
                 "Båtar i hamn / Segelbåtar|Hela|2022|3||\nBåtar i hamn / Segelbåtar|Hela|2023|4||\n"
                 "Båtar i hamn / Motorbåtar|Alla|2022|5||\nBåtar i hamn / Motorbåtar|Alla|2023|6||\n");
}

static void the_same_title_above_other_years_is_another_table(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar i hamn\t\t\n\t2022\t2023\nAlla\t1\t2\n\nBåtar i hamn\t\t\n\t2020\t2021\nAlla\t3\t4\n",
                 "Båtar i hamn|Alla|2022|1||\nBåtar i hamn|Alla|2023|2||\nBåtar i hamn|Alla|2020|3||\nBåtar i "
                 "hamn|Alla|2021|4||\n");
}

static void a_header_at_the_end_of_a_page_heads_the_rows_on_the_next(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\nMnkr\tBudget\tUtfall\n\nEkor\t4,0\t5,0\n", BOATS_CELLS);
    assert_cells(GOAL "Båtar\n\nAntal\t2022\t2023\n\nEkor\t4\t5\n",
                 "Båtar|Ekor|2022|4|Antal|\nBåtar|Ekor|2023|5|Antal|\n");
}

static void new_years_in_the_middle_head_what_follows(void **state)
{
    (void)state;
    assert_cells(GOAL "Ekor\t2021\t2022\nHela\t1\t2\nJollar\t2023\t2024\nHela\t3\t4\n",
                 "Ekor|Hela|2021|1||\nEkor|Hela|2022|2||\nEkor / Jollar|Hela|2023|3||\nEkor / Jollar|Hela|2024|4||\n");
    assert_cells(GOAL "Ekor\t2021\t2022\nHela\t1\t2\nAlla\t1900\t2100\n", /* counts, not years */
                 "Ekor|Hela|2021|1||\nEkor|Hela|2022|2||\nEkor|Alla|2021|1900||\nEkor|Alla|2022|2100||\n");
}

/* ---- labels ---- */

static void labels_are_printed_as_they_stand_without_icons_and_markup(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\n\tHela\n● <b>Ek or-</b>\t4,5\n**Summa**\t**- 4,5**\nRest\t<b>-1</b>\n",
                 "Båtar|Ek or-|Hela|4,5||\nBåtar|Summa|Hela|- 4,5||\nBåtar|Rest|Hela|-1||\n");
    assert_cells(GOAL "Båtar\n\n\tTyp\tHela\n●\tEkor\t4,5\n✓\tJollar\t5,5\n", /* icons in a column of their own */
                 "Båtar|Ekor|Hela|4,5||\nBåtar|Jollar|Hela|5,5||\n");
}

static void groups_join_the_title_where_labels_repeat(void **state)
{
    (void)state;
    assert_cells(
        GOAL "Båtar\n\n\tAntal hela\nEkor\t\nGula\t1,0\nRöda\t2,0\nJollar\t\nGula\t3,0\nRöda\t4,0\nSumma båtar\t10,0\n",
        "Båtar / Ekor|Gula|Antal hela|1,0||\nBåtar / Ekor|Röda|Antal hela|2,0||\n"
        "Båtar / Jollar|Gula|Antal hela|3,0||\nBåtar / Jollar|Röda|Antal hela|4,0||\nBåtar|Summa båtar|Antal "
        "hela|10,0||\n");
}

static void a_row_without_values_renames_no_other(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\n\tHela\nEkor\t1,0\nFlottar\t\nJollar\t4,0\nSumma\t5,0\n",
                 "Båtar|Ekor|Hela|1,0||\nBåtar|Jollar|Hela|4,0||\nBåtar|Summa|Hela|5,0||\n");
}

static void a_label_that_was_cut_is_put_together(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\n\tHela\nBåtar med\t4,0\nsegel och mast\t\nJollar\t1,0\n",
                 "Båtar|Båtar med segel och mast|Hela|4,0||namn-sammanfogat\nBåtar|Jollar|Hela|1,0||\n");
    assert_cells(GOAL "Båtar\n\n\tHela\nJollar\t1,0\nBåtar med\t\nsegel\t4,0\n",
                 "Båtar|Jollar|Hela|1,0||\nBåtar|Båtar med segel|Hela|4,0||namn-sammanfogat\n");
    assert_cells(GOAL "Båtar\n\nTyp\tHela\nJollar\t1,0\nBåtar med\t4,0\n\nTyp\tHela\nsegel\t\n",
                 "Båtar|Jollar|Hela|1,0||\nBåtar|Båtar med segel|Hela|4,0||sidbrytning,namn-sammanfogat\n");
}

static void a_label_whose_end_is_not_known_makes_the_row_uncertain(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\n\tHela\nJollar\t1,0\nLånga\t\nbåtar\t4,0\n",
                 "Båtar|Jollar|Hela|1,0||\nBåtar|båtar||4,0||osaker\n");
    assert_cells(
        GOAL "Båtar\n\n\tHela\nJollar\t1,0\nFlottar\t\nekor\t4,0\nkanoter\t5,0\n", /* small letters are usual here */
        "Båtar|Jollar|Hela|1,0||\nBåtar|ekor|Hela|4,0||\nBåtar|kanoter|Hela|5,0||\n");
    assert_cells(GOAL "Båtar\n\n\tHela\nJollar\t\nvarav gula\t4,0\n", "Båtar|varav gula|Hela|4,0||\n");
}

static void rows_of_one_label_are_numbered(void **state)
{
    (void)state;
    struct decoded d =
        decode_text(GOAL "Båtar\n\n\tHela\tTrasiga\nEkor\t1\t1\n\t\t2\nJollar\t3\t3\n\t\t5\nEkor\t7\t7\n");
    const uint32_t want[] = {1, 1, 1, 2, 2};
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(record_of(&d, RECORD_TABELL, i)->occurrence, want[i]);
    assert_false(record_of(&d, RECORD_TABELL, 1)->notes & NOTE_UNCERTAIN);
    decoded_free(&d);
}

/* ---- cells ---- */

static void a_row_with_another_count_of_cells_is_uncertain(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\nMnkr\tA\tB\tC\nEkor\t1,0\t2,0\t3,0\nJollar\t4,0\t5,0\nFlottar\t6,0\t7,0\t8,0\t9,0\n",
                 "Båtar|Ekor|A|1,0|Mnkr|\nBåtar|Ekor|B|2,0|Mnkr|\nBåtar|Ekor|C|3,0|Mnkr|\n"
                 "Båtar|Jollar||4,0|Mnkr|osaker\nBåtar|Jollar||5,0|Mnkr|osaker\n"
                 "Båtar|Flottar||6,0|Mnkr|osaker\nBåtar|Flottar||7,0|Mnkr|osaker\nBåtar|Flottar||8,0|Mnkr|osaker\n"
                 "Båtar|Flottar||9,0|Mnkr|osaker\n");
}

static void empty_cells_too_many_at_the_end_do_no_harm(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\nMnkr\tBudget\tUtfall\t\nEkor\t4,0\t5,0\t\t\n", BOATS_CELLS);
}

static void a_label_that_an_icon_pushed_to_the_right_is_still_a_label(void **state)
{
    (void)state;
    assert_cells(GOAL BOATS "✓\tJollar\t6,0\t7,0\n",
                 BOATS_CELLS "Båtar|Jollar|Budget|6,0|Mnkr|forskjuten\nBåtar|Jollar|Utfall|7,0|Mnkr|forskjuten\n");
    assert_cells(GOAL BOATS "✓\tJollar\t6,0\n", BOATS_CELLS "Båtar|||Jollar|Mnkr|osaker\nBåtar|||6,0|Mnkr|osaker\n");
}

static void cells_without_a_label_that_fit_the_row_above_are_uncertain(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\nMnkr\tA\tB\nEkor\t1,0\t\n\nMnkr\tA\tB\n\t\t2,0\n",
                 "Båtar|Ekor|A|1,0|Mnkr|\nBåtar|||2,0|Mnkr|osaker\n");
}

/* utgående = -(ingående + resultat), but for the rounding */
#define FUNDS                                                                                                          \
    "Fonder\n\nEnhetens namn\tOmslutning\tIngående\tResultat\tUtgående\nEken\t9 000,0\t-413,0\t35,0\t378,0\n"        \
    "Asken\t8 000,0\t-369,0\t-42,0\t411,0\nLinden\t9 500,0\t-429,0\t-165,0\t594,0\nAlmen\t7 "                          \
    "000,0\t-318,0\t60,0\t258,0\n"                                                                                     \
    "Lönnen\t8 100,0\t-400,0\t130,0\t270,0\n"

static bool uncertain_row(const char *row)
{
    char text[1000];
    snprintf(text, sizeof text, "%s%s", GOAL FUNDS, row);
    struct decoded d = decode_text(text);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(record_of(&d, RECORD_TABELL, i)->notes, 0);
    const struct record *last = record_of(&d, RECORD_TABELL, 5);
    bool uncertain = last->notes & NOTE_UNCERTAIN;
    if (uncertain) assert_string_equal(last->rule, "T-CELLER");
    for (size_t i = 0; uncertain && i < last->tabell_count; i++)
        assert_int_equal(last->tabell[i].column.len, 0);
    decoded_free(&d);
    return uncertain;
}

static void a_row_that_keeps_the_others_sum_only_when_moved_is_uncertain(void **state)
{
    (void)state;
    assert_false(uncertain_row("Rönnen\t6 000,0\t-350,0\t101,0\t249,0\n"));
    assert_true(uncertain_row("Rönnen\t-350,0\t101,0\t249,0\t7,0\n")); /* the first cell was lost */
    assert_true(uncertain_row("Rönnen\t318\t-340\t22\t340\n"));
}

static void a_row_that_breaks_the_sum_where_it_stands_and_moved_is_as_printed(void **state)
{
    (void)state;
    assert_false(
        uncertain_row("Summa\t47 600,0\t-2 279,0\t119,0\t4 160,0\n")); /* a slip of the report's, not a lost cell */
    assert_false(uncertain_row("Rönnen\t6 000,0\t-350,0\t101,0\t\n"));
    assert_false(uncertain_row("Rönnen\t0,0\t0,0\t0,0\t0,0\n"));
}

static void text_tables_are_kept_too(void **state)
{
    (void)state;
    assert_cells(
        GOAL
        "Ämne\tVecka\tMålgrupp\nSegling\t5\tSjöscouter\nRodd\t8\tAlla\n\nÄmne\tVecka\tMålgrupp\nDykning\t12\tVuxna\n",
        "Ämne|Segling|Vecka|5||\nÄmne|Segling|Målgrupp|Sjöscouter||\nÄmne|Rodd|Vecka|8||\nÄmne|Rodd|Målgrupp|Alla||\n"
        "Ämne|Dykning|Vecka|12||\nÄmne|Dykning|Målgrupp|Vuxna||\n");
    assert_cells(GOAL "Båtar\n\nTyp\tFärg\tVirke\nEka\tröd\tek\nJolle\tblå\tasp\n",
                 "Båtar|Eka|Färg|röd||\nBåtar|Eka|Virke|ek||\nBåtar|Jolle|Färg|blå||\nBåtar|Jolle|Virke|asp||\n");
}

/* ---- what is no table ---- */

static void tables_of_contents_stay_contents(void **state)
{
    (void)state;
    struct decoded d = decode_text(
        "Sammanfattande analys\t4\nKF:s inriktningsmål: 1. En stad\t9\nÖvrigt.....\t9\nBilagor\t12\n\n" GOAL);
    assert_string_equal(cells_of(&d), "");
    assert_int_equal(d.counts.lines_ignored[IGNORED_CONTENTS], 4);
    decoded_free(&d);
    assert_cells("Inledning\t4\nBåtar\t9\n1.2\tHamnar\t11\n\n" GOAL, "");
}

static void two_columns_of_numbers_are_no_contents(void **state)
{
    (void)state;
    assert_cells("Antal båtar\t2022\nEkor\t4\nJollar\t15\n\n" GOAL,
                 "Antal båtar|Ekor|2022|4||\nAntal båtar|Jollar|2022|15||\n");
    assert_cells("Ekor\t14\nJollar\t5\n\n" GOAL, "|Ekor||14||\n|Jollar||5||\n");
    assert_cells(GOAL "Båtar\n\nEkor\t4\nJollar\t5\n", "Båtar|Ekor||4||\nBåtar|Jollar||5||\n");
    assert_cells("Antal båtar\t2022\nEkor\t4\n\nJollar\t15\n\n" GOAL,
                 "Antal båtar|Ekor|2022|4||\nAntal båtar|Jollar|2022|15||\n");
}

static char *repeated(const char *head, const char *line, size_t times)
{
    size_t size = strlen(head) + strlen(line) * times + 1, len = strlen(head);
    char *text = malloc(size);
    assert_non_null(text);
    memcpy(text, head, len);
    for (size_t i = 0; i < times; i++, len += strlen(line))
        memcpy(text + len, line, strlen(line));
    text[len] = '\0';
    return text;
}

static void address_blocks_and_sentences_are_prose(void **state)
{
    static const char *const texts[] = {
        GOAL "Handläggare\tTill\nNamn\tNämnden\nTelefon: 08-508 00 000\t\n",
        GOAL "Telefon\t08-508 00 000\nE-post\tbatar@example.org\n",
        GOAL "Förvaltningen\tSid 6 (25)\n",
        GOAL "Båtar\tHamnar\n",
        GOAL "Ekor\t2023-01-01\t2023-12-31\nJollar\t2023-01-01\t2023-12-31\n",
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_cells(texts[i], "");
    char *text = repeated(GOAL "Båtarna\t2023", " ligger i hamn", 30);
    assert_cells(text, "");
    free(text);
}

static void calls_that_were_counted_are_no_address(void **state)
{
    (void)state;
    assert_cells(GOAL "Kontakter\n\n\t2022\t2023\nTelefon\t120\t130\n",
                 "Kontakter|Telefon|2022|120||\nKontakter|Telefon|2023|130||\n");
}

static void other_tables_leave_the_headers_of_indicators_to_them(void **state)
{
    (void)state;
    struct decoded d =
        decode_text(GOAL BOATS "Indikator\tPeriodens utfall\tÅrsmål\tPeriod\n Antal lampor\t40 st\t45 st\t2023\n");
    assert_string_equal(cells_of(&d), BOATS_CELLS);
    assert_string_equal(rows_of(&d), "Antal lampor|40 st||||45 st||2023|\n");
    decoded_free(&d);
}

static void a_row_of_an_indicator_table_without_its_header_is_uncertain(void **state)
{
    (void)state;
    struct decoded d = decode_text(GOAL "Båtar\n\nAntal lampor\t40 st\t\t45 st\tVB 2023\n");
    assert_true(record_of(&d, RECORD_TABELL, 0)->notes & NOTE_UNCERTAIN);
    decoded_free(&d);
}

/* ---- accounting and limits ---- */

static void every_line_is_accounted_for_once(void **state)
{
    (void)state;
    struct decoded d =
        decode_text(GOAL BOATS "\t\t\nFlottar\t\t\n" MORE "\nMnkr\tBudget\tUtfall\nKanoter\t\t\n\nText.\n");
    assert_int_equal(d.counts.lines_ignored[IGNORED_HEADER], 4);
    assert_int_equal(d.counts.lines_ignored[IGNORED_EMPTY_ROW], 1);
    assert_int_equal(d.counts.lines_ignored[IGNORED_PROSE], 2);
    assert_int_equal(d.counts.lines_record, 3);
    decoded_free(&d);
}

static void cells_say_where_they_stand(void **state)
{
    static const char text[] = GOAL "Båtar\n\nTyp\tHela\tTrasiga\nEkor\t4 \t <b>5</b>\n";
    (void)state;
    struct decoded d = decode_text(text);
    const struct record *r = record_of(&d, RECORD_TABELL, 0);
    assert_int_equal(r->place.line, 6);
    assert_int_equal(r->tabell[0].offset, strstr(text, "4 \t") - text);
    assert_int_equal(r->tabell[1].offset, strstr(text, " <b>5") - text);
    decoded_free(&d);
}

static void tables_beyond_the_limits_are_refused_with_their_line(void **state)
{
    (void)state;
    char *rows = repeated(GOAL, "Ekor\t4\t5\n", 6000), *cells = repeated(GOAL "Ekor", "\t4", 400);
    assert_refused(rows, "export.txt:3: a table with more rows than the limit");
    assert_refused(cells, "export.txt:3: a row with more cells than the limit");
    free(rows);
    free(cells);
    char *pages = repeated(GOAL, "Ekor\t4\t5\n\n", 6000); /* one table over many pages */
    assert_refused(pages, "a table with more rows than the limit");
    free(pages);
    char *tabs = repeated(GOAL, "\t", 100000);
    assert_cells(tabs, "");
    free(tabs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_stands_under_its_row_and_column),
        cmocka_unit_test(a_cell_that_spans_columns_heads_each_of_them),
        cmocka_unit_test(years_and_dates_head_columns),
        cmocka_unit_test(years_can_stand_below_or_above_words),
        cmocka_unit_test(ages_that_look_like_values_head_columns),
        cmocka_unit_test(a_table_without_a_header_has_cells_without_column_labels),
        cmocka_unit_test(labels_that_are_missing_at_the_end_of_the_header_are_empty),
        cmocka_unit_test(a_header_that_may_lack_its_first_cell_makes_rows_uncertain),
        cmocka_unit_test(levels_that_cannot_be_laid_over_each_other_make_rows_uncertain),
        cmocka_unit_test(two_columns_of_one_label_make_rows_uncertain),
        cmocka_unit_test(a_cell_is_counted_in_its_own_unit_before_the_tables),
        cmocka_unit_test(units_are_found_in_the_corner),
        cmocka_unit_test(economy_is_a_measure_and_a_unit_of_money),
        cmocka_unit_test(the_title_is_the_heading_above),
        cmocka_unit_test(sentences_goals_and_states_are_no_titles),
        cmocka_unit_test(what_stands_above_the_labels_says_what_is_counted),
        cmocka_unit_test(a_table_goes_on_behind_a_page_break),
        cmocka_unit_test(a_table_ends_before_prose_and_before_other_columns),
        cmocka_unit_test(the_first_level_alone_repeats_a_header_of_two),
        cmocka_unit_test(years_that_are_not_repeated_below_the_title_still_hold),
        cmocka_unit_test(the_same_title_above_other_years_is_another_table),
        cmocka_unit_test(a_header_at_the_end_of_a_page_heads_the_rows_on_the_next),
        cmocka_unit_test(new_years_in_the_middle_head_what_follows),
        cmocka_unit_test(labels_are_printed_as_they_stand_without_icons_and_markup),
        cmocka_unit_test(groups_join_the_title_where_labels_repeat),
        cmocka_unit_test(a_row_without_values_renames_no_other),
        cmocka_unit_test(a_label_that_was_cut_is_put_together),
        cmocka_unit_test(a_label_whose_end_is_not_known_makes_the_row_uncertain),
        cmocka_unit_test(rows_of_one_label_are_numbered),
        cmocka_unit_test(a_row_with_another_count_of_cells_is_uncertain),
        cmocka_unit_test(empty_cells_too_many_at_the_end_do_no_harm),
        cmocka_unit_test(a_label_that_an_icon_pushed_to_the_right_is_still_a_label),
        cmocka_unit_test(cells_without_a_label_that_fit_the_row_above_are_uncertain),
        cmocka_unit_test(a_row_that_keeps_the_others_sum_only_when_moved_is_uncertain),
        cmocka_unit_test(a_row_that_breaks_the_sum_where_it_stands_and_moved_is_as_printed),
        cmocka_unit_test(text_tables_are_kept_too),
        cmocka_unit_test(tables_of_contents_stay_contents),
        cmocka_unit_test(two_columns_of_numbers_are_no_contents),
        cmocka_unit_test(address_blocks_and_sentences_are_prose),
        cmocka_unit_test(calls_that_were_counted_are_no_address),
        cmocka_unit_test(other_tables_leave_the_headers_of_indicators_to_them),
        cmocka_unit_test(a_row_of_an_indicator_table_without_its_header_is_uncertain),
        cmocka_unit_test(every_line_is_accounted_for_once),
        cmocka_unit_test(cells_say_where_they_stand),
        cmocka_unit_test(tables_beyond_the_limits_are_refused_with_their_line),
    };
    return cmocka_run_group_tests_name("layout_a_tables", tests, NULL, NULL);
}
