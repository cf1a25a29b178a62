/* Layout B's cells: joined by exactly one blank, an empty cell is the empty string. */
#include "tests/unit/decode_text.h"

#include "connectors/rapport_cells.h"

#define OF(array) (sizeof(array) / sizeof *(array))

static struct arena arena;

static int give_back(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static const enum column columns[] = {COLUMN_UTFALL, COLUMN_UTFALL_MAN, COLUMN_UTFALL_KVINNOR, COLUMN_FOREGAENDE,
                                      COLUMN_ARSMAL, COLUMN_KF_ARSMAL,  COLUMN_PERIOD};

static int split(const char *row, bool allow_cut, struct text *ret_all)
{
    struct text name = {0};
    struct reading reading = {0};
    struct error err;
    int readings = -1;
    assert_int_equal(
        cells_split(&arena, text_of(row), columns, OF(columns), allow_cut, &readings, &name, &reading, &err), 0);
    *ret_all = name;
    for (size_t i = 0; i < OF(columns); i++) {
        *ret_all = text_join(&arena, *ret_all, "", TEXT("|"));
        *ret_all = text_join(&arena, *ret_all, "", reading.cell[columns[i]]);
    }
    return readings;
}

static void assert_split(const char *row, const char *want)
{
    struct text all;
    assert_int_equal(split(row, false, &all), 1);
    assert_text(all, want);
}

static void assert_readings(const char *row, int want)
{
    struct text all;
    assert_int_equal(split(row, false, &all), want);
}

static void k_blanks_in_a_row_are_k_minus_one_empty_cells(void **state)
{
    (void)state;
    assert_split("Index 65   63 65  2021", "Index|65|||63|65||2021");
    assert_split("Index 65 64 66 63 65 70 2021", "Index|65|64|66|63|65|70|2021");
    assert_split("Index 65    65  2021", "Index|65||||65||2021");
    assert_split("Index 65  66 63 65  2021", "Index|65||66|63|65||2021");
}

static void five_blanks_before_the_cells_are_five_empty_cells(void **state)
{
    (void)state;
    /* the name's own joining blank and five more */
    assert_split("Andel inköp      60 % 2021", "Andel inköp||||||60 %|2021");
}

static void seven_cells_follow_the_name_whatever_it_ends_in(void **state)
{
    (void)state;
    assert_split("Frånvaro dag 1-14 0,9 % 0 % 0,9 % 1,28 % 2,5 % 3 % VB 2021",
                 "Frånvaro dag 1-14|0,9 %|0 %|0,9 %|1,28 %|2,5 %|3 %|VB 2021");
    assert_split("Frånvaro dag 1-14 0,9 %   1,28 % 2,5 %  2021", "Frånvaro dag 1-14|0,9 %|||1,28 %|2,5 %||2021");
}

static void a_double_blank_before_a_percent_sign_stays_in_its_value(void **state)
{
    (void)state;
    assert_split("Andel nöjda 80 % 79  % 100  % 78 % 80 % öka 2021", "Andel nöjda|80 %|79 %|100 %|78 %|80 %|öka|2021");
}

static void no_number_begins_with_a_zero_that_a_thousands_blank_cut_off(void **state)
{
    (void)state;
    assert_split("Antal besök 1 050 st   900 st 950 st 975 st 2021",
                 "Antal besök|1 050 st|||900 st|950 st|975 st|2021");
    assert_split("Antal besök 65   900 1 000 1 000 2021", "Antal besök|65|||900|1 000|1 000|2021");
}

static void no_sex_has_a_value_without_a_total(void **state)
{
    (void)state;
    assert_split("Antal besök 900   1 106 1 200  2021", "Antal besök|900|||1 106|1 200||2021");
}

static void a_double_blank_elsewhere_is_an_empty_cell(void **state)
{
    (void)state;
    /* with `9  106` for one value there would be a second reading */
    assert_split("Plan 1 2 9  106 4 5 6 2021", "Plan 1 2|9||106|4|5|6|2021");
}

static void a_name_followed_directly_by_a_thousands_number_can_be_uncertain(void **state)
{
    (void)state;
    struct text all;
    assert_true(split("Antal besök vecka 1 106   900 95  2021", false, &all) >= 2);
    assert_text(all, "Antal besök vecka||||900|95||2021"); /* what all readings agree on */
    assert_readings("Antal besök vecka 106   900 95  2021", 1);
}

static void the_lines_of_a_name_tell_where_it_ends(void **state)
{
    const size_t breaks[] = {strlen("Antal besök i parken ")};
    struct cells_input input = {
        .row = TEXT("Antal besök i parken 1 106   900 95  2021"), .columns = columns, .count = OF(columns)};
    struct text name;
    struct reading reading;
    struct error err;
    int readings = 0;
    (void)state;
    input.line_end = strlen("Antal besök i "); /* a line, and an empty line after "parken " */
    input.breaks = breaks;
    input.break_count = 1;
    assert_int_equal(cells_read(&arena, &input, &readings, &name, &reading, &err), 0);
    assert_int_equal(readings, 1);
    assert_text(name, "Antal besök i parken");
    assert_text(reading.cell[COLUMN_UTFALL], "1 106");
    input.break_count = 0; /* nothing fits the lines: then they are not asked */
    assert_int_equal(cells_read(&arena, &input, &readings, &name, &reading, &err), 0);
    assert_true(readings > 1);
}

static void a_delegation_is_one_cell_also_with_a_blank_inside_a_word(void **state)
{
    (void)state;
    assert_split("Frånvaro 6,7 % 0 % 6,7 % 10,7 % 15 % Tas fram av nämnd/styrelse VB 2021",
                 "Frånvaro|6,7 %|0 %|6,7 %|10,7 %|15 %|Tas fram av nämnd/styrelse|VB 2021");
    assert_split("Frånvaro 6,7 %   10,7 % 15 % Tas fram av nämnd 2021",
                 "Frånvaro|6,7 %|||10,7 %|15 %|Tas fram av nämnd|2021");
}

static void both_sexes_or_neither_is_usual_and_not_a_law(void **state)
{
    (void)state;
    assert_split("Andel utredningar 100 %  100 % 100 % 100 % 100 % VB 2021",
                 "Andel utredningar|100 %||100 %|100 %|100 %|100 %|VB 2021");
}

static void a_row_with_fewer_cells_is_no_row(void **state)
{
    (void)state;
    assert_readings("Index 65 63 65 2021", 0);
    assert_readings("Index 2021", 0);
    assert_readings("65   63 65  2021", 0);
    assert_readings("", 0);
    assert_readings("   ", 0);
}

static void prose_that_ends_in_a_year_is_no_row(void **state)
{
    (void)state;
    assert_readings("Antal besökare var 2 338 personer varav 43 % flickor år 2021", 0);
    assert_readings("Vi började 2019 och slutade 2021", 0);
}

static void a_row_must_end_in_a_period(void **state)
{
    (void)state;
    assert_readings("Index 65   63 65  70", 0);
}

static void a_cut_delegation_is_a_cell_only_where_that_is_allowed(void **state)
{
    struct text all;
    (void)state;
    assert_int_equal(split("Frånvaro 6,7 %   10,7 % 15 % Tas fram av 2021", false, &all), 0);
    assert_int_equal(split("Frånvaro 6,7 %   10,7 % 15 % Tas fram av 2021", true, &all), 1);
    assert_text(all, "Frånvaro|6,7 %|||10,7 %|15 %|Tas fram av|2021");
}

static void the_label_of_a_period_is_no_piece_of_a_cut_delegation(void **state)
{
    struct text all;
    (void)state;
    assert_int_equal(split("Frånvaro 6,7 %   10,7 % 15 % Tas fram av nämnd/s VB 2021", true, &all), 1);
    assert_text(all, "Frånvaro|6,7 %|||10,7 %|15 %|Tas fram av nämnd/s|VB 2021");
}

static void blanks_around_a_row_are_not_cells(void **state)
{
    (void)state;
    assert_split("  Index 65   63 65  2021  ", "Index|65|||63|65||2021");
}

static void a_line_may_end_a_row_when_its_last_word_ends_like_a_period(void **state)
{
    (void)state;
    assert_true(cells_may_end(TEXT("65   63 65  2021 ")));
    assert_true(cells_may_end(TEXT("2021")));
    assert_true(cells_may_end(TEXT("VB 2021 ")));
    assert_true(cells_may_end(TEXT("15 % 2021/22")));
    assert_true(cells_may_end(TEXT("2021-12-31")));
    assert_false(cells_may_end(TEXT("nämnd ")));
    assert_false(cells_may_end(TEXT("15 % ")));
    assert_false(cells_may_end(TEXT("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(k_blanks_in_a_row_are_k_minus_one_empty_cells),
        cmocka_unit_test(five_blanks_before_the_cells_are_five_empty_cells),
        cmocka_unit_test(seven_cells_follow_the_name_whatever_it_ends_in),
        cmocka_unit_test(a_double_blank_before_a_percent_sign_stays_in_its_value),
        cmocka_unit_test(no_number_begins_with_a_zero_that_a_thousands_blank_cut_off),
        cmocka_unit_test(no_sex_has_a_value_without_a_total),
        cmocka_unit_test(a_double_blank_elsewhere_is_an_empty_cell),
        cmocka_unit_test(a_name_followed_directly_by_a_thousands_number_can_be_uncertain),
        cmocka_unit_test(the_lines_of_a_name_tell_where_it_ends),
        cmocka_unit_test(a_delegation_is_one_cell_also_with_a_blank_inside_a_word),
        cmocka_unit_test(both_sexes_or_neither_is_usual_and_not_a_law),
        cmocka_unit_test(a_row_with_fewer_cells_is_no_row),
        cmocka_unit_test(prose_that_ends_in_a_year_is_no_row),
        cmocka_unit_test(a_row_must_end_in_a_period),
        cmocka_unit_test(a_cut_delegation_is_a_cell_only_where_that_is_allowed),
        cmocka_unit_test(the_label_of_a_period_is_no_piece_of_a_cut_delegation),
        cmocka_unit_test(blanks_around_a_row_are_not_cells),
        cmocka_unit_test(a_line_may_end_a_row_when_its_last_word_ends_like_a_period),
    };
    return cmocka_run_group_tests_name("rapport_cells", tests, NULL, give_back);
}
