/* Time series written as lists, and prose that looks like them. */
#include "tests/unit/decode_text.h"

#define GOAL "Nämndmål: 1.1.1 Ljusa parker\n\n"

static void a_list_of_years_becomes_cells(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar i hamn över tid:\n\n- 2024: 110\n- 2023: 67\n- 2022: 1 051 st\n",
                 "Båtar i hamn över tid|2024||110||\nBåtar i hamn över tid|2023||67||\nBåtar i hamn över tid|2022||1 "
                 "051 st|st|\n");
}

static void blank_lines_may_stand_between_items(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\n- 2024: 110\n\n \n- 2023: 67\n- 2022: ..\n", "Båtar|2024||110||\nBåtar|2023||67||\n");
}

static void other_marks_and_periods_make_items(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\n• 2024: 43 %\n• 2023: 42,5 %\n", "Båtar|2024||43 %|%|\nBåtar|2023||42,5 %|%|\n");
    assert_cells(GOAL "Båtar\n\n– T1 2024: 4\n– T2 2024: 5\n", "Båtar|T1 2024||4||\nBåtar|T2 2024||5||\n");
}

static void one_item_alone_is_prose(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\n- 2024: 110\n\nText.\n", "");
    assert_cells(GOAL "Båtar\n\n- 2024: 110\nText.\n- 2023: 67\n", "");
    assert_cells(GOAL "Båtar\n\n- 2024: 110\n• 2023: 67\n", "");
}

static void sentences_that_begin_with_a_year_are_prose(void **state)
{
    (void)state;
    assert_cells(GOAL
                 "2021: Antal besökare 2 338, 43 % flickor, 57 % pojkar\n2020: Antal besökare 2 196, 46 % flickor\n"
                 "2019: Antal besökare 1749\n",
                 "");
    assert_cells(
        GOAL "- 2021: 59 båtar har lämnat hamnen, varav 41 segelbåtar\n- 2020: 52 båtar har lämnat hamnen, varav 40\n",
        "");
    assert_cells(GOAL "- 2021: hela\n- 2020: trasiga\n", "");
    assert_cells(GOAL "- Ekor: 4\n- Jollar: 5\n", "");
}

static void items_that_lost_their_marks_count_when_three_years_follow_each_other(void **state)
{
    (void)state;
    assert_cells(GOAL "Båtar\n\n2021: 34 \n\n2020: 40 \n\n2019: 46 \n",
                 "Båtar|2021||34||\nBåtar|2020||40||\nBåtar|2019||46||\n");
    assert_cells(GOAL "Båtar\n\n2021: 34\n2020: 40\n", "");
    assert_cells(GOAL "Båtar\n\n2021: 34\n2018: 40\n2015: 46\n", "");
}

static void an_item_says_where_it_stands(void **state)
{
    static const char text[] = GOAL "Båtar\n\n- 2024:  110\n- 2023: 67\n";
    (void)state;
    struct decoded d = decode_text(text);
    const struct record *r = record_of(&d, RECORD_TABELL, 0);
    assert_int_equal(r->place.line, 5);
    assert_int_equal(r->tabell[0].offset, strstr(text, "110") - text);
    assert_int_equal(r->lines, 1);
    assert_false(r->ekonomi);
    decoded_free(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_of_years_becomes_cells),
        cmocka_unit_test(blank_lines_may_stand_between_items),
        cmocka_unit_test(other_marks_and_periods_make_items),
        cmocka_unit_test(one_item_alone_is_prose),
        cmocka_unit_test(sentences_that_begin_with_a_year_are_prose),
        cmocka_unit_test(items_that_lost_their_marks_count_when_three_years_follow_each_other),
        cmocka_unit_test(an_item_says_where_it_stands),
    };
    return cmocka_run_group_tests_name("rapport_lists", tests, NULL, NULL);
}
