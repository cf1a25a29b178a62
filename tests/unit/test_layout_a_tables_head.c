/* Other tables of layout A: which row is a header, alone, again or in the middle.  Names and figures are invented. */
#include "tests/unit/decode_text.h"

#define GOAL "Nämndmål: 1.1.1 Ljusa parker\n\n" /* a text without a goal is no report */

/* ---- the heading above ---- */

static void a_full_stop_behind_a_number_or_inside_a_word_ends_no_heading(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar 1. Hamnar\n\tHela\nEkor\t4,5\n", "Båtar 1. Hamnar|Ekor|Hela|4,5||\n");
    assert_cells(GOAL "Båt.ar Hamnar\n\tHela\nEkor\t4,5\n", "Båt.ar Hamnar|Ekor|Hela|4,5||\n");
}

static void a_sentence_behind_a_bracket_or_a_question_is_no_heading(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar (nya). Hamnar\n\tHela\nEkor\t4,5\n", "|Ekor|Hela|4,5||\n");
    assert_cells(GOAL "Båtar? Hamnar!\n\tHela\nEkor\t4,5\n", "|Ekor|Hela|4,5||\n");
}

static void marks_alone_contents_and_very_long_lines_are_no_heading(void **state)
{
    (void)state;
    assert_cells(GOAL "**\n\tHela\nEkor\t4,5\n", "|Ekor|Hela|4,5||\n");
    assert_cells(GOAL "Hamnar..... 5\n\tHela\nEkor\t4,5\n", "|Ekor|Hela|4,5||\n");
    assert_cells(GOAL "Båtar Båtar Båtar Båtar Båtar Båtar Båtar Båtar Båtar Båtar Båtar Båtar Båtar Båtar Båtar Båtar "
                      "Båtar Båtar Båtar Båtar Båtar Båtar Båtar Båtar Båtar Båtar Båtar Båtar Båtar Båtar \n"
                      "\tHela\nEkor\t4,5\n",
                 "|Ekor|Hela|4,5||\n");
}

static void a_title_line_of_the_report_heads_no_table(void **state)
{
    (void)state;
    assert_cells(GOAL "Verksamhetsberättelse VB 2023 för Enheten\n\tHela\nEkor\t4,5\n", "|Ekor|Hela|4,5||\n");
}

static void a_heading_is_found_above_page_furniture_but_not_from_far_away(void **state)
{
    char far[400] = GOAL "Båtar\n";
    (void)state;
    for (int i = 0; i < 250; i++)
        (void)stpcpy(far + strlen(far), "\n");
    (void)stpcpy(far + strlen(far), "\tHela\nEkor\t4,5\n");
    assert_cells(far, "|Ekor|Hela|4,5||\n");
    assert_cells(GOAL "Båtar\nTjänsteutlåtande\nSid 6 (25)\n\tHela\nEkor\t4,5\n", "Båtar|Ekor|Hela|4,5||\n");
}

static void above_sentences_a_heading_is_a_line_that_stands_alone_and_is_not_wrapped(void **state)
{
    (void)state;
    assert_cells("Båtar\n\nText.\n\n\tHela\nEkor\t4,5\n\n" GOAL, "Båtar|Ekor|Hela|4,5||\n");
    assert_cells(GOAL "Båtar \n\nText.\n\n\tHela\nEkor\t4,5\n", "|Ekor|Hela|4,5||\n");
    assert_cells(GOAL "Text.\nBåtar\n\nText.\n\n\tHela\nEkor\t4,5\n", "|Ekor|Hela|4,5||\n");
    assert_cells(GOAL "Båtar\nText.\n\n\tHela\nEkor\t4,5\n", "|Ekor|Hela|4,5||\n");
}

/* ---- the first level ---- */

static void years_head_columns_when_they_all_rise_or_all_fall(void **state)
{
    (void)state;
    assert_cells(GOAL "Ekor\t2023\t2022\t2021\nHela\t1\t2\t3\n",
                 "Ekor|Hela|2023|1||\nEkor|Hela|2022|2||\nEkor|Hela|2021|3||\n");
    assert_cells(GOAL "Ekor\tVB 2022\tVB 2021\nHela\t1\t2\n", "Ekor|Hela|VB 2022|1||\nEkor|Hela|VB 2021|2||\n");
}

static void years_that_repeat_head_no_columns_for_certain(void **state)
{
    (void)state;
    assert_cells(GOAL "Ekor\t2021\t2021\nHela\t1\t2\n", "|Ekor||2021||\n|Ekor||2021||\n|Hela||1||\n|Hela||2||\n");
    assert_cells(GOAL "Ekor\t2021\t2022\t2021\nHela\t1\t2\t3\n",
                 "Ekor|Hela||1||osaker\nEkor|Hela||2||osaker\nEkor|Hela||3||osaker\n");
    assert_cells(GOAL "Ekor\t2023\t2022\t2023\nHela\t1\t2\t3\n",
                 "Ekor|Hela||1||osaker\nEkor|Hela||2||osaker\nEkor|Hela||3||osaker\n");
}

static void words_and_ages_head_columns_of_nothing_but_values(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\nÅlder\t65 år\tAlla\nEkor\t1\t2\nJollar\t3\t4\nFlottar\t5\t\nSkutor\t6\t\n",
                 "Båtar / Ålder|Ekor|65 år|1||\nBåtar / Ålder|Ekor|Alla|2||\nBåtar / Ålder|Jollar|65 år|3||\n"
                 "Båtar / Ålder|Jollar|Alla|4||\nBåtar / Ålder|Flottar|65 år|5||\n"
                 "Båtar / Ålder|Skutor|65 år|6||\n");
}

static void words_above_words_or_above_one_value_head_no_columns(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\nÅlder\t65 år\tAlla\nEkor\t1\t2\nJollar\t3\tfå\n",
                 "Båtar|Ålder||65 år|år|\nBåtar|Ålder||Alla||\nBåtar|Ekor||1||\nBåtar|Ekor||2||\n"
                 "Båtar|Jollar||3||\nBåtar|Jollar||få||\n");
    assert_cells(GOAL "Båtar\n\nÅlder\t65 år\tAlla\nEkor\t1\t2\n",
                 "Båtar|Ålder||65 år|år|\nBåtar|Ålder||Alla||\nBåtar|Ekor||1||\nBåtar|Ekor||2||\n");
}

static void a_row_of_words_with_a_gap_and_no_values_below_heads_no_columns(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\nTyp\t\tFärg\nEka\tröd\tek\nJolle\tblå\tasp\n",
                 "Båtar|Typ||Färg||\nBåtar|Eka||röd||\nBåtar|Eka||ek||\nBåtar|Jolle||blå||\n"
                 "Båtar|Jolle||asp||\n");
}

static void ages_without_values_below_head_no_columns(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\n\t65 år\t80 år\nEkor\tja\tnej\n",
                 "Båtar|||65 år|år|\nBåtar|||80 år|år|\nBåtar|Ekor||ja||\nBåtar|Ekor||nej||\n");
}

static void one_year_behind_a_label_and_words_below_is_a_row(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\nEkor\t2021\nJolle\tblå\n", "Båtar|Ekor||2021||\nBåtar|Jolle||blå||\n");
}

static void an_empty_row_above_a_header_is_passed_over(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\n\t\t\n\tHela\tTrasiga\nEkor\t1\t2\n", "Båtar|Ekor|Hela|1||\nBåtar|Ekor|Trasiga|2||\n");
}

static void behind_two_titles_a_third_label_heads_no_table(void **state)
{
    (void)state;
    assert_cells(GOAL "Hamnen\t\t\nNorr\t\t\nSöder\t\t\nTyp\tHela\tTrasiga\nEkor\t1\t2\n",
                 "Hamnen / Norr|Typ||Hela||\nHamnen / Norr|Typ||Trasiga||\nHamnen / Norr|Ekor||1||\n"
                 "Hamnen / Norr|Ekor||2||\n");
}

/* ---- the levels below ---- */

static void the_second_level_may_have_the_first_one_s_label_or_a_unit_or_the_only_one(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\nVerksamhet\tBudget\t\tUtfall\t\nMnkr\tKostnad\tIntäkt\tKostnad\tIntäkt\n"
                      "Ekor\t1\t2\t3\t4\n",
                 "Båtar|Ekor|Budget / Kostnad|1|Mnkr|\nBåtar|Ekor|Budget / Intäkt|2|Mnkr|\n"
                 "Båtar|Ekor|Utfall / Kostnad|3|Mnkr|\nBåtar|Ekor|Utfall / Intäkt|4|Mnkr|\n");
    assert_cells(GOAL "Båtar\n\nVerksamhet\tBudget\t\tUtfall\t\nVerksamhet\tKostnad\tIntäkt\tKostnad\tIntäkt\n"
                      "Ekor\t1\t2\t3\t4\n",
                 "Båtar|Ekor|Budget / Kostnad|1||\nBåtar|Ekor|Budget / Intäkt|2||\n"
                 "Båtar|Ekor|Utfall / Kostnad|3||\nBåtar|Ekor|Utfall / Intäkt|4||\n");
    assert_cells(GOAL "Båtar\n\n\tBudget\t\tUtfall\t\nVerksamhet\tKostnad\tIntäkt\tKostnad\tIntäkt\n"
                      "Ekor\t1\t2\t3\t4\n",
                 "Båtar|Ekor|Budget / Kostnad|1||\nBåtar|Ekor|Budget / Intäkt|2||\n"
                 "Båtar|Ekor|Utfall / Kostnad|3||\nBåtar|Ekor|Utfall / Intäkt|4||\n");
}

static void a_second_level_wider_than_the_first_makes_rows_uncertain(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\nVerksamhet\tBudget\tUtfall\nMnkr\tKostnad\tIntäkt\tKostnad\tIntäkt\n"
                      "Ekor\t1\t2\t3\t4\n",
                 "Båtar|Ekor||1|Mnkr|osaker\nBåtar|Ekor||2|Mnkr|osaker\nBåtar|Ekor||3|Mnkr|osaker\n"
                 "Båtar|Ekor||4|Mnkr|osaker\n");
}

/* ---- in the middle ---- */

static void years_head_a_part_of_the_table_in_either_direction(void **state)
{
    (void)state;
    assert_cells(GOAL "Ekor\t2021\t2022\nHela\t1\t2\nJollar\t2024\t2023\nHela\t3\t4\n",
                 "Ekor|Hela|2021|1||\nEkor|Hela|2022|2||\nEkor / Jollar|Hela|2024|3||\n"
                 "Ekor / Jollar|Hela|2023|4||\n");
}

static void periods_that_cannot_be_counts_head_a_part_of_a_table_of_periods(void **state)
{
    (void)state;
    assert_cells(GOAL "Ekor\t2021\t2022\nHela\t1\t2\nJollar\tVB 2023\t2024\nHela\t3\t4\n",
                 "Ekor|Hela|2021|1||\nEkor|Hela|2022|2||\nEkor / Jollar|Hela|VB 2023|3||\n"
                 "Ekor / Jollar|Hela|2024|4||\n");
    assert_cells(GOAL "Ekor\t2021\t2022\nHela\t1\t2\nJollar\t2023\tVB 2024\nHela\t3\t4\n",
                 "Ekor|Hela|2021|1||\nEkor|Hela|2022|2||\nEkor / Jollar|Hela|2023|3||\n"
                 "Ekor / Jollar|Hela|VB 2024|4||\n");
    assert_cells(GOAL "Tillgångar (tkr)\t2021-12-31\t2022-12-31\nHela\t1\t2\nSkulder\t2022-12-31\t2023-12-31\n"
                      "Hela\t3\t4\n",
                 "Tillgångar|Hela|2021-12-31|1|tkr|\nTillgångar|Hela|2022-12-31|2|tkr|\n"
                 "Tillgångar / Skulder|Hela|2022-12-31|3|tkr|\nTillgångar / Skulder|Hela|2023-12-31|4|tkr|\n");
}

static void counts_that_look_like_years_stay_rows_below_words(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\nTyp\tHela\tTrasiga\nEkor\t1\t2\nAlla\t2022\t2023\nJollar\t3\t4\n",
                 "Båtar|Ekor|Hela|1||\nBåtar|Ekor|Trasiga|2||\nBåtar|Alla|Hela|2022||\n"
                 "Båtar|Alla|Trasiga|2023||\nBåtar|Jollar|Hela|3||\nBåtar|Jollar|Trasiga|4||\n");
}

static void years_head_what_follows_where_no_header_stands_above(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\nEkor\t5\t7\nJollar\t2022\t2023\nHela\t1\t2\n",
                 "Båtar|Ekor||5||\nBåtar|Ekor||7||\nBåtar / Jollar|Hela|2022|1||\n"
                 "Båtar / Jollar|Hela|2023|2||\n");
}

static void words_in_columns_of_numbers_head_the_numbers_below_them(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\nTyp\tHela\tTrasiga\nEkor\t1\t2\nSegel\tNya\tGamla\nStora\t3\t4\n",
                 "Båtar|Ekor|Hela|1||\nBåtar|Ekor|Trasiga|2||\nBåtar / Segel|Stora|Nya|3||\n"
                 "Båtar / Segel|Stora|Gamla|4||\n");
    assert_cells(GOAL "Båtar\n\nTyp\tHela\tTrasiga\nEkor\t1\t2\nSegel\tNya\tGamla\nMnkr\t\t\nSmå\t3\t4\n",
                 "Båtar|Ekor|Hela|1||\nBåtar|Ekor|Trasiga|2||\nBåtar / Segel|Små|Nya|3|Mnkr|\n"
                 "Båtar / Segel|Små|Gamla|4|Mnkr|\n");
}

static void words_in_columns_of_numbers_without_numbers_below_are_a_row(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\nTyp\tHela\tTrasiga\nEkor\t1\t2\nSegel\tNya\tGamla\n",
                 "Båtar|Ekor|Hela|1||\nBåtar|Ekor|Trasiga|2||\nBåtar|Segel|Hela|Nya||\n"
                 "Båtar|Segel|Trasiga|Gamla||\n");
    assert_cells(GOAL "Båtar\n\nTyp\tHela\tTrasiga\nEkor\t1\t2\nSegel\tNya\tGamla\nGrupp\t\t\n",
                 "Båtar|Ekor|Hela|1||\nBåtar|Ekor|Trasiga|2||\nBåtar|Segel|Hela|Nya||\n"
                 "Båtar|Segel|Trasiga|Gamla||\n");
    assert_cells(GOAL "Båtar\n\nTyp\tHela\tTrasiga\nEkor\t1\t2\nSegel\t\tGamla\nSmå\t3\t4\n",
                 "Båtar|Ekor|Hela|1||\nBåtar|Ekor|Trasiga|2||\nBåtar|Segel|Trasiga|Gamla||\n"
                 "Båtar|Små|Hela|3||\nBåtar|Små|Trasiga|4||\n");
}

static void a_header_in_the_middle_may_say_the_unit_and_no_group(void **state)
{
    (void)state;
    assert_cells(GOAL "Ekor\t2021\t2022\nHela\t1\t2\nTkr\t2023\t2024\nHela\t3\t4\n",
                 "Ekor|Hela|2021|1||\nEkor|Hela|2022|2||\nEkor|Hela|2023|3|Tkr|\nEkor|Hela|2024|4|Tkr|\n");
}

static void a_unit_in_the_middle_counts_for_the_rows_below_it(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\nMnkr\tBudget\tUtfall\nEkor\t4,0\t5,0\nTkr\t\t\nJollar\t3\t4\n",
                 "Båtar|Ekor|Budget|4,0|Mnkr|\nBåtar|Ekor|Utfall|5,0|Mnkr|\nBåtar|Jollar|Budget|3|Tkr|\n"
                 "Båtar|Jollar|Utfall|4|Tkr|\n");
}

/* ---- behind a page break ---- */

static void a_page_may_begin_with_an_empty_row_and_a_group(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\nMnkr\tBudget\tUtfall\nEkor\t4,0\t5,0\n\n\t\t\nJollar\t6,0\t7,0\n",
                 "Båtar|Ekor|Budget|4,0|Mnkr|\nBåtar|Ekor|Utfall|5,0|Mnkr|\nBåtar|Jollar|Budget|6,0|Mnkr|\n"
                 "Båtar|Jollar|Utfall|7,0|Mnkr|\n");
    assert_cells(GOAL "Båtar\n\nMnkr\tBudget\tUtfall\nEkor\t4,0\t5,0\n\nGrupp\t\t\nJollar\t6,0\t7,0\n",
                 "Båtar|Ekor|Budget|4,0|Mnkr|\nBåtar|Ekor|Utfall|5,0|Mnkr|\nBåtar|Jollar|Budget|6,0|Mnkr|\n"
                 "Båtar|Jollar|Utfall|7,0|Mnkr|\n");
}

static void a_page_of_empty_rows_ends_a_table(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\nMnkr\tBudget\tUtfall\nEkor\t4,0\t5,0\n\n\t\t\n\t\t\n\nJollar\t6,0\t7,0\n",
                 "Båtar|Ekor|Budget|4,0|Mnkr|\nBåtar|Ekor|Utfall|5,0|Mnkr|\nBåtar|Jollar||6,0||\n"
                 "Båtar|Jollar||7,0||\n");
}

static void a_repeated_header_alone_on_its_page_heads_the_next_one_too(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\nMnkr\tBudget\tUtfall\nEkor\t4,0\t5,0\n\nMnkr\tBudget\tUtfall\n\nJollar\t6,0\t7,0\n",
                 "Båtar|Ekor|Budget|4,0|Mnkr|\nBåtar|Ekor|Utfall|5,0|Mnkr|\nBåtar|Jollar|Budget|6,0|Mnkr|\n"
                 "Båtar|Jollar|Utfall|7,0|Mnkr|\n");
}

static void another_header_on_the_next_page_begins_another_table(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\nMnkr\tBudget\tUtfall\nEkor\t4,0\t5,0\n\n\t65 år\t80 år\nJollar\t3\t4\n",
                 "Båtar|Ekor|Budget|4,0|Mnkr|\nBåtar|Ekor|Utfall|5,0|Mnkr|\nBåtar|Jollar|65 år|3||\n"
                 "Båtar|Jollar|80 år|4||\n");
    assert_cells(GOAL "Båtar\n\nMnkr\tBudget\tUtfall\nEkor\t4,0\t5,0\n\nGrupp\t\t\nTyp\tHela\tTrasiga\n"
                      "Jollar\t3\t4\n",
                 "Båtar|Ekor|Budget|4,0|Mnkr|\nBåtar|Ekor|Utfall|5,0|Mnkr|\nBåtar / Grupp|Jollar|Hela|3||\n"
                 "Båtar / Grupp|Jollar|Trasiga|4||\n");
    assert_cells(GOAL "Båtar\n\nMnkr\tBudget\tUtfall\nEkor\t4,0\t5,0\n\nGrupp\t\t\n\t65 år\t80 år\nJollar\t3\t4\n",
                 "Båtar|Ekor|Budget|4,0|Mnkr|\nBåtar|Ekor|Utfall|5,0|Mnkr|\nBåtar / Grupp|Jollar|65 år|3||\n"
                 "Båtar / Grupp|Jollar|80 år|4||\n");
}

static void rows_of_another_width_on_the_next_page_are_another_table(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\nMnkr\tBudget\tUtfall\nEkor\t4,0\t5,0\n\nGrupp\t\t\t\nJollar\t3\t4\n",
                 "Båtar|Ekor|Budget|4,0|Mnkr|\nBåtar|Ekor|Utfall|5,0|Mnkr|\nBåtar / Grupp|Jollar||3||\n"
                 "Båtar / Grupp|Jollar||4||\n");
    assert_cells(GOAL "Båtar\n\nMnkr\tBudget\tUtfall\nEkor\t4,0\t5,0\n\nGrupp\t\t\nJollar\t3\t4\t5\n",
                 "Båtar|Ekor|Budget|4,0|Mnkr|\nBåtar|Ekor|Utfall|5,0|Mnkr|\nBåtar / Grupp|Jollar||3||\n"
                 "Båtar / Grupp|Jollar||4||\nBåtar / Grupp|Jollar||5||\n");
    assert_cells(GOAL "Båtar\n\nMnkr\tBudget\tUtfall\nEkor\t4,0\t5,0\n\nGrupp\t\t\n",
                 "Båtar|Ekor|Budget|4,0|Mnkr|\nBåtar|Ekor|Utfall|5,0|Mnkr|\n");
    assert_cells(GOAL "Båtar\n\nMnkr\tBudget\tUtfall\n\nEkor\t4,0\t5,0\t7\n",
                 "Båtar|Ekor||4,0||\nBåtar|Ekor||5,0||\nBåtar|Ekor||7||\n");
}

static void a_table_of_contents_on_the_next_page_continues_no_table(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\nMnkr\tBudget\tUtfall\nEkor\t4,0\t5,0\n\nSammanfattande analys\t4\nHamnar\t5\n",
                 "Båtar|Ekor|Budget|4,0|Mnkr|\nBåtar|Ekor|Utfall|5,0|Mnkr|\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_stop_behind_a_number_or_inside_a_word_ends_no_heading),
        cmocka_unit_test(a_sentence_behind_a_bracket_or_a_question_is_no_heading),
        cmocka_unit_test(marks_alone_contents_and_very_long_lines_are_no_heading),
        cmocka_unit_test(a_title_line_of_the_report_heads_no_table),
        cmocka_unit_test(a_heading_is_found_above_page_furniture_but_not_from_far_away),
        cmocka_unit_test(above_sentences_a_heading_is_a_line_that_stands_alone_and_is_not_wrapped),
        cmocka_unit_test(years_head_columns_when_they_all_rise_or_all_fall),
        cmocka_unit_test(years_that_repeat_head_no_columns_for_certain),
        cmocka_unit_test(words_and_ages_head_columns_of_nothing_but_values),
        cmocka_unit_test(words_above_words_or_above_one_value_head_no_columns),
        cmocka_unit_test(a_row_of_words_with_a_gap_and_no_values_below_heads_no_columns),
        cmocka_unit_test(ages_without_values_below_head_no_columns),
        cmocka_unit_test(one_year_behind_a_label_and_words_below_is_a_row),
        cmocka_unit_test(an_empty_row_above_a_header_is_passed_over),
        cmocka_unit_test(behind_two_titles_a_third_label_heads_no_table),
        cmocka_unit_test(the_second_level_may_have_the_first_one_s_label_or_a_unit_or_the_only_one),
        cmocka_unit_test(a_second_level_wider_than_the_first_makes_rows_uncertain),
        cmocka_unit_test(years_head_a_part_of_the_table_in_either_direction),
        cmocka_unit_test(periods_that_cannot_be_counts_head_a_part_of_a_table_of_periods),
        cmocka_unit_test(counts_that_look_like_years_stay_rows_below_words),
        cmocka_unit_test(years_head_what_follows_where_no_header_stands_above),
        cmocka_unit_test(words_in_columns_of_numbers_head_the_numbers_below_them),
        cmocka_unit_test(words_in_columns_of_numbers_without_numbers_below_are_a_row),
        cmocka_unit_test(a_header_in_the_middle_may_say_the_unit_and_no_group),
        cmocka_unit_test(a_unit_in_the_middle_counts_for_the_rows_below_it),
        cmocka_unit_test(a_page_may_begin_with_an_empty_row_and_a_group),
        cmocka_unit_test(a_page_of_empty_rows_ends_a_table),
        cmocka_unit_test(a_repeated_header_alone_on_its_page_heads_the_next_one_too),
        cmocka_unit_test(another_header_on_the_next_page_begins_another_table),
        cmocka_unit_test(rows_of_another_width_on_the_next_page_are_another_table),
        cmocka_unit_test(a_table_of_contents_on_the_next_page_continues_no_table),
    };
    return cmocka_run_group_tests_name("layout_a_tables_head", tests, NULL, NULL);
}
