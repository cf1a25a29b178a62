/* Other tables of layout A: labels, groups, units and cells of their rows.  Names and figures are invented. */
#include "tests/unit/decode_text.h"

#define GOAL "Nämndmål: 1.1.1 Ljusa parker\n\n" /* a text without a goal is no report */

/* ---- labels in two rows ---- */

static void a_label_goes_on_in_the_next_row_behind_a_joining_word_or_before_one(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\nMnkr\tBudget\tUtfall\nEkor\t4,0\t5,0\nStora båtar\t\t\noch små\t1,0\t2,0\n",
                 "Båtar|Ekor|Budget|4,0|Mnkr|\nBåtar|Ekor|Utfall|5,0|Mnkr|\n"
                 "Båtar|Stora båtar och små|Budget|1,0|Mnkr|namn-sammanfogat\n"
                 "Båtar|Stora båtar och små|Utfall|2,0|Mnkr|namn-sammanfogat\n");
    assert_cells(GOAL "Båtar\n\nMnkr\tBudget\tUtfall\nEkor\t4,0\t5,0\nBarn och\t\t\nUngdomar\t1,0\t2,0\n",
                 "Båtar|Ekor|Budget|4,0|Mnkr|\nBåtar|Ekor|Utfall|5,0|Mnkr|\n"
                 "Båtar|Barn och Ungdomar|Budget|1,0|Mnkr|namn-sammanfogat\n"
                 "Båtar|Barn och Ungdomar|Utfall|2,0|Mnkr|namn-sammanfogat\n");
    assert_cells(GOAL "Båtar\n\nMnkr\tBudget\tUtfall\nEkor\t4,0\t5,0\nJollar\t\t\n(små)\t1,0\t2,0\n",
                 "Båtar|Ekor|Budget|4,0|Mnkr|\nBåtar|Ekor|Utfall|5,0|Mnkr|\n"
                 "Båtar|Jollar (små)|Budget|1,0|Mnkr|namn-sammanfogat\n"
                 "Båtar|Jollar (små)|Utfall|2,0|Mnkr|namn-sammanfogat\n");
}

static void a_label_goes_on_behind_a_page_break_too(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\nMnkr\tBudget\tUtfall\nEkor\t4,0\t5,0\nStora båtar och\t\t\n\nMnkr\tBudget\tUtfall\n"
                      "små båtar\t6,0\t7,0\n",
                 "Båtar|Ekor|Budget|4,0|Mnkr|\nBåtar|Ekor|Utfall|5,0|Mnkr|\n"
                 "Båtar|Stora båtar och små båtar|Budget|6,0|Mnkr|sidbrytning,namn-sammanfogat\n"
                 "Båtar|Stora båtar och små båtar|Utfall|7,0|Mnkr|sidbrytning,namn-sammanfogat\n");
}

static void a_part_of_the_row_above_is_a_row_of_its_own(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\nMnkr\tBudget\tUtfall\nEkor\t4,0\t5,0\nBoende och\t\t\ndärav barn\t1,0\t2,0\n"
                      "Boende och\t\t\nav vilka män\t1,0\t2,0\n",
                 "Båtar|Ekor|Budget|4,0|Mnkr|\nBåtar|Ekor|Utfall|5,0|Mnkr|\n"
                 "Båtar|därav barn|Budget|1,0|Mnkr|\nBåtar|därav barn|Utfall|2,0|Mnkr|\n"
                 "Båtar|av vilka män|Budget|1,0|Mnkr|\nBåtar|av vilka män|Utfall|2,0|Mnkr|\n");
}

static void a_small_word_below_a_row_may_be_the_end_of_its_label(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\nMnkr\tBudget\tUtfall\nEkor\t4,0\t5,0\nstora\t\t\n",
                 "Båtar|Ekor stora||4,0|Mnkr|osaker,namn-sammanfogat\n"
                 "Båtar|Ekor stora||5,0|Mnkr|osaker,namn-sammanfogat\n");
}

static void values_without_a_label_below_a_label_without_values_are_uncertain(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\nMnkr\tBudget\tUtfall\nEkor\t4,0\t5,0\nJollar\t\t\n\t6,0\t7,0\n",
                 "Båtar|Ekor|Budget|4,0|Mnkr|\nBåtar|Ekor|Utfall|5,0|Mnkr|\nBåtar|||6,0|Mnkr|osaker\n"
                 "Båtar|||7,0|Mnkr|osaker\n");
}

static void rows_without_labels_stand_under_their_columns(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\nMnkr\tBudget\tUtfall\nEkor\t4,0\t5,0\n\t4,0\t5,0\n\t6,0\t7,0\n",
                 "Båtar|Ekor|Budget|4,0|Mnkr|\nBåtar|Ekor|Utfall|5,0|Mnkr|\nBåtar||Budget|4,0|Mnkr|\n"
                 "Båtar||Utfall|5,0|Mnkr|\nBåtar||Budget|6,0|Mnkr|\nBåtar||Utfall|7,0|Mnkr|\n");
}

static void a_cell_where_the_row_above_has_none_may_be_that_row_s(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\nMnkr\tA\tB\nEkor\t\t2,0\n\t1,0\t\n",
                 "Båtar|Ekor|B|2,0|Mnkr|\nBåtar|||1,0|Mnkr|osaker\n");
}

static void a_row_of_words_that_ends_in_a_period_is_kept_without_a_header(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\nAlla båtar\t102\t107\nKlara\tja\tVB 2023\n",
                 "Båtar|Alla båtar||102||\nBåtar|Alla båtar||107||\nBåtar|Klara||ja||\n"
                 "Båtar|Klara||VB 2023||\n");
}

/* ---- groups ---- */

static void a_group_below_a_group_heads_the_rows(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\nMnkr\tBudget\tUtfall\nEkor\t4,0\t5,0\nGrupp\t\t\nUndergrupp\t\t\nSmå\t1,0\t2,0\n",
                 "Båtar|Ekor|Budget|4,0|Mnkr|\nBåtar|Ekor|Utfall|5,0|Mnkr|\nBåtar|Små|Budget|1,0|Mnkr|\n"
                 "Båtar|Små|Utfall|2,0|Mnkr|\n");
}

static void the_last_row_is_its_group_s_unless_it_is_a_total(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\n\tAntal hela\nEkor\t\nGula\t1,0\nJollar\t\nGula\t3,0\nRöda\t9,0\n",
                 "Båtar / Ekor|Gula|Antal hela|1,0||\nBåtar / Jollar|Gula|Antal hela|3,0||\n"
                 "Båtar / Jollar|Röda|Antal hela|9,0||\n");
    assert_cells(GOAL "Båtar\n\n\tAntal hela\nEkor\t\nGula\t1,0\nJollar\t\nGula\t3,0\nTotalt\t9,0\n",
                 "Båtar / Ekor|Gula|Antal hela|1,0||\nBåtar / Jollar|Gula|Antal hela|3,0||\n"
                 "Båtar|Totalt|Antal hela|9,0||\n");
}

static void a_total_that_names_its_group_or_has_one_in_another_group_is_the_group_s(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\n\tAntal hela\nEkor\t\nGula\t1,0\nJollar\t\nGula\t3,0\nTotal Jollar\t9,0\n",
                 "Båtar / Ekor|Gula|Antal hela|1,0||\nBåtar / Jollar|Gula|Antal hela|3,0||\n"
                 "Båtar / Jollar|Total Jollar|Antal hela|9,0||\n");
    assert_cells(GOAL "Båtar\n\n\tAntal hela\nEkor\t\nGula\t1,0\nSumma\t1,0\nJollar\t\nGula\t3,0\nSumma\t9,0\n",
                 "Båtar / Ekor|Gula|Antal hela|1,0||\nBåtar / Ekor|Summa|Antal hela|1,0||\n"
                 "Båtar / Jollar|Gula|Antal hela|3,0||\nBåtar / Jollar|Summa|Antal hela|9,0||\n");
}

static void rows_above_the_first_group_are_in_none(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\n\tAntal hela\nGula\t1,0\nJollar\t\nGula\t3,0\n",
                 "Båtar|Gula|Antal hela|1,0||\nBåtar / Jollar|Gula|Antal hela|3,0||\n");
}

static void a_corner_names_a_table_without_a_heading_when_it_says_something(void **state)
{
    (void)state;
    assert_cells(GOAL "Enhetens namn\tHela\nEkor\t4,5\n", "Enhetens namn|Ekor|Hela|4,5||\n");
    assert_cells(GOAL "Verksamhet\tHela\nEkor\t4,5\n", "|Ekor|Hela|4,5||\n");
}

/* ---- cells ---- */

static void markup_that_is_not_whole_stays_with_its_value(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\n\tHela\nEkor\t**5 >\nJollar\t**5 < 6>\nFlottar\t<b>5</b>**\nSkutor\t<b>6</b\n"
                      "Kanoter\t**7**\n",
                 "Båtar|Ekor|Hela|5 >||\nBåtar|Jollar|Hela|5 < 6>||\nBåtar|Flottar|Hela|5||\n"
                 "Båtar|Skutor|Hela|6</b||\nBåtar|Kanoter|Hela|7||\n");
}

static void a_unit_behind_a_bare_blank_is_one_that_is_no_word(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\n"
                      "\tKostnader st\tKostnader %\tKostnader tkr\tKostnader mnkr\tAvvikelse i procent\tLängd, kr\n"
                      "Ekor\t1\t2\t3\t4\t5\t6\n",
                 "Båtar|Ekor|Kostnader st|1||\nBåtar|Ekor|Kostnader %|2|%|\nBåtar|Ekor|Kostnader tkr|3|tkr|\n"
                 "Båtar|Ekor|Kostnader mnkr|4|mnkr|\nBåtar|Ekor|Avvikelse i procent|5|procent|\n"
                 "Båtar|Ekor|Längd, kr|6|kr|\n");
}

static void a_label_with_a_unit_and_no_values_is_a_group(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\n\tHela\tTrasiga\nTillgångar (tkr)\t\t\nEkor\t1\t2\n",
                 "Båtar|Ekor|Hela|1||\nBåtar|Ekor|Trasiga|2||\n");
}

static void a_column_of_icons_in_front_leaves_empty_rows_and_lost_labels_empty(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\n●\tEkor\t4,5\t5,5\n\t\t\t\n●\tJollar\t4,5\t5,5\n●\t\t\t6,5\n",
                 "Båtar|Ekor||4,5||\nBåtar|Ekor||5,5||\nBåtar|Jollar||4,5||\nBåtar|Jollar||5,5||\n"
                 "Båtar|||6,5||\n");
}

static void numbers_too_long_too_fine_or_with_units_say_nothing_of_sums(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\n\tA\tB\tAlla\nEkor\t1,2345\t2\t3\nJollar\t99999999999999999\t250\t400\n"
                      "Flottar\t110\tok\t320\nKanoter\t-99999999999999999\t220\t340\nSkutor\t230\t350 st\t9\n",
                 "Båtar|Ekor|A|1,2345||\nBåtar|Ekor|B|2||\nBåtar|Ekor|Alla|3||\n"
                 "Båtar|Jollar|A|99999999999999999||\nBåtar|Jollar|B|250||\nBåtar|Jollar|Alla|400||\n"
                 "Båtar|Flottar|A|110||\nBåtar|Flottar|B|ok||\nBåtar|Flottar|Alla|320||\n"
                 "Båtar|Kanoter|A|-99999999999999999||\nBåtar|Kanoter|B|220||\nBåtar|Kanoter|Alla|340||\n"
                 "Båtar|Skutor|A|230||\nBåtar|Skutor|B|350 st|st|\nBåtar|Skutor|Alla|9||\n");
}

static void what_would_break_another_sum_when_moved_is_as_printed(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\n\tA\tB\tC\tD\tE\nEkor\t9\t100\t200\t300\t300\nJollar\t8\t150\t250\t400\t400\n"
                      "Flottar\t7\t110\t210\t320\t320\nKanoter\t6\t120\t220\t340\t340\nSkutor\t230\t350\t580\t9\t\n",
                 "Båtar|Ekor|A|9||\nBåtar|Ekor|B|100||\nBåtar|Ekor|C|200||\nBåtar|Ekor|D|300||\n"
                 "Båtar|Ekor|E|300||\nBåtar|Jollar|A|8||\nBåtar|Jollar|B|150||\nBåtar|Jollar|C|250||\n"
                 "Båtar|Jollar|D|400||\nBåtar|Jollar|E|400||\nBåtar|Flottar|A|7||\nBåtar|Flottar|B|110||\n"
                 "Båtar|Flottar|C|210||\nBåtar|Flottar|D|320||\nBåtar|Flottar|E|320||\nBåtar|Kanoter|A|6||\n"
                 "Båtar|Kanoter|B|120||\nBåtar|Kanoter|C|220||\nBåtar|Kanoter|D|340||\nBåtar|Kanoter|E|340||\n"
                 "Båtar|Skutor|A|230||\nBåtar|Skutor|B|350||\nBåtar|Skutor|C|580||\nBåtar|Skutor|D|9||\n");
}

/* ---- what is no table ---- */

static void leaders_of_dots_are_contents_even_below_goals(void **state)
{
    (void)state;
    assert_cells(GOAL "Övrigt..... 9\t\nHamnar\tnya..... 12\n\n", "");
    assert_cells("Inledning\t0\nHamnar\t0\n\n" GOAL, "");
    assert_cells("Båtar\t9\n\n" GOAL, "");
}

static void a_total_and_words_behind_a_number_are_no_contents(void **state)
{
    (void)state;
    assert_cells(GOAL "Summa.....\t9\n\n", "|Summa.....||9||\n");
    assert_cells("Total\t12\nHamnar\t15\n\n" GOAL, "|Total||12||\n|Hamnar||15||\n");
    assert_cells("Inledning\t2\nHamnar\t4\n1.x\tBåtar\t7\n" GOAL,
                 "|Inledning||2||\n|Hamnar||4||\n|1.x||Båtar||osaker\n|1.x||7||osaker\n");
}

static void a_table_in_which_few_lines_look_like_contents_is_a_table(void **state)
{
    (void)state;
    assert_cells("Sammanfattande analys\t9\nBåtar\tmånga\t\nHamnar\tfå\nSegel\tja\n\n" GOAL,
                 "|Sammanfattande analys||9||\n|Båtar||många||\n|Hamnar||få||\n|Segel||ja||\n");
}

static void a_long_block_that_begins_like_an_address_is_a_table(void **state)
{
    (void)state;
    assert_cells(GOAL "Handläggare\tTill\nNamn\tNämnden\nEtt\tTvå\nTre\tFyra\nFem\tSex\n",
                 "Handläggare|Namn|Till|Nämnden||\nHandläggare|Ett|Till|Två||\nHandläggare|Tre|Till|Fyra||\n"
                 "Handläggare|Fem|Till|Sex||\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_label_goes_on_in_the_next_row_behind_a_joining_word_or_before_one),
        cmocka_unit_test(a_label_goes_on_behind_a_page_break_too),
        cmocka_unit_test(a_part_of_the_row_above_is_a_row_of_its_own),
        cmocka_unit_test(a_small_word_below_a_row_may_be_the_end_of_its_label),
        cmocka_unit_test(values_without_a_label_below_a_label_without_values_are_uncertain),
        cmocka_unit_test(rows_without_labels_stand_under_their_columns),
        cmocka_unit_test(a_cell_where_the_row_above_has_none_may_be_that_row_s),
        cmocka_unit_test(a_row_of_words_that_ends_in_a_period_is_kept_without_a_header),
        cmocka_unit_test(a_group_below_a_group_heads_the_rows),
        cmocka_unit_test(the_last_row_is_its_group_s_unless_it_is_a_total),
        cmocka_unit_test(a_total_that_names_its_group_or_has_one_in_another_group_is_the_group_s),
        cmocka_unit_test(rows_above_the_first_group_are_in_none),
        cmocka_unit_test(a_corner_names_a_table_without_a_heading_when_it_says_something),
        cmocka_unit_test(markup_that_is_not_whole_stays_with_its_value),
        cmocka_unit_test(a_unit_behind_a_bare_blank_is_one_that_is_no_word),
        cmocka_unit_test(a_label_with_a_unit_and_no_values_is_a_group),
        cmocka_unit_test(a_column_of_icons_in_front_leaves_empty_rows_and_lost_labels_empty),
        cmocka_unit_test(numbers_too_long_too_fine_or_with_units_say_nothing_of_sums),
        cmocka_unit_test(what_would_break_another_sum_when_moved_is_as_printed),
        cmocka_unit_test(leaders_of_dots_are_contents_even_below_goals),
        cmocka_unit_test(a_total_and_words_behind_a_number_are_no_contents),
        cmocka_unit_test(a_table_in_which_few_lines_look_like_contents_is_a_table),
        cmocka_unit_test(a_long_block_that_begins_like_an_address_is_a_table),
    };
    return cmocka_run_group_tests_name("layout_a_tables_rows", tests, NULL, NULL);
}
