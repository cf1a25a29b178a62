/* Layout A: other headers inside a table, rows with more cells than their header, and pieces of rows below them. */
#include "tests/unit/decode_text.h"

#define GOAL "Nämndmål: 1.1.1 Ljusa parker\n\n"
#define HEADER_OF(year, targets)                                                                                       \
    "Indikator\tPeriodens utfall\tUtfall män\tUtfall kvinnor\tUtfall VB " year "\t" targets "\tPeriod\n"
#define HEADER     HEADER_OF("2022", "Årsmål\tKF:s årsmål")
#define LAMPS      "Lampor\t40\t20\t20\t38\t45\töka\t2023\n"
#define POLES      "Stolpar\t4\t2\t2\t3\t5\töka\t2023\n"
#define LAMPS_ROW  "Lampor|40|20|20|38|45|öka|2023|\n"
#define POLES_ROW  "Stolpar|4|2|2|3|5|öka|2023|\n"
#define ACTIVITIES "Aktivitet\tStartdatum\tSlutdatum\tAvvikelse\n"

/* ---- headers inside a table ---- */

static void another_header_begins_another_table_without_an_empty_line(void **state)
{
    (void)state;
    assert_rows(GOAL HEADER LAMPS HEADER_OF("2022", "KF:s årsmål\tÅrsmål") POLES,
                LAMPS_ROW "Stolpar|4|2|2|3|öka|5|2023|\n");
    struct decoded d = decode_text(GOAL HEADER LAMPS ACTIVITIES "Byta\t2023-01-01\t2023-12-31\t\n" HEADER POLES);
    assert_string_equal(rows_of(&d), LAMPS_ROW POLES_ROW);
    assert_string_equal(activities_of(&d), "Byta|2023-01-01|2023-12-31|||\n");
    decoded_free(&d);
}

static void a_row_keeps_the_previous_report_of_its_own_header(void **state)
{
    (void)state;
    struct decoded d = decode_text(GOAL HEADER LAMPS HEADER_OF("2021", "Årsmål\tKF:s årsmål") POLES
                                   "\n" HEADER "Kablar\t1\t\t\t2\t3\t\t2023\n");
    assert_text(record_of(&d, RECORD_INDIKATOR, 0)->previous_report, "VB 2022");
    assert_text(record_of(&d, RECORD_INDIKATOR, 1)->previous_report, "VB 2021");
    assert_text(record_of(&d, RECORD_INDIKATOR, 2)->previous_report, "VB 2022");
    decoded_free(&d);
}

static void the_same_header_inside_a_table_is_a_page_break(void **state)
{
    (void)state;
    assert_rows(GOAL HEADER "Lampor i\t40\t20\t20\t38\t45\töka\t2023\n" HEADER "parken\t\t\t\t\t\t\t\n" POLES,
                "Lampor i parken|40|20|20|38|45|öka|2023|sidbrytning,namn-sammanfogat\n" POLES_ROW);
    assert_rows(GOAL HEADER "Lampor i\t40\t20\t20\t38\t45\töka\t2023\n●\t" HEADER "\tparken\t\t\t\t\t\t\t\n",
                "Lampor i parken|40|20|20|38|45|öka|2023|sidbrytning,namn-sammanfogat\n");
}

static void a_piece_below_another_header_belongs_to_no_row_above_it(void **state)
{
    (void)state;
    assert_rows(GOAL HEADER "Lampor i\t40\t20\t20\t38\t45\töka\t2023\n" HEADER_OF(
                    "2021", "Årsmål\tKF:s årsmål") "parken\t\t\t\t\t\t\t\n" POLES,
                "Lampor i|40|20|20|38|45|öka|2023|osaker\n" POLES_ROW);
}

static void targets_of_another_year_make_another_header(void **state)
{
    (void)state;
    assert_rows(GOAL HEADER_OF("2022", "Årsmål 2023\tKF:s årsmål 2023")
                    LAMPS HEADER_OF("2022", "Årsmål 2024\tKF:s årsmål 2023")
                        POLES HEADER_OF("2022", "Årsmål 2023\tKF:s årsmål 2024") LAMPS,
                LAMPS_ROW "Stolpar|4|2|2|3|5|öka|2023|osaker\nLampor|40|20|20|38|45|öka|2023|osaker\n");
    assert_rows(GOAL "Indikator\tUtfall T2 2023\tPeriod\nLampor\t40\tT2 2023\n"
                     "Indikator\tUtfall T1 2023\tPeriod\nStolpar\t4\tT2 2023\n",
                "Lampor|40||||||T2 2023|\nStolpar|4||||||T2 2023|osaker\n");
}

static void icons_before_and_behind_a_header_are_no_columns(void **state)
{
    (void)state;
    assert_rows(GOAL "●\t\tIndikator\tPeriodens utfall\tPeriod\n\t\tLampor\t40\t2023\n", "Lampor|40||||||2023|\n");
    assert_rows(GOAL "Indikator\tPeriodens utfall\tPeriod\t●\t \nLampor\t40\t2023\n", "Lampor|40||||||2023|\n");
}

/* ---- an indicator table's header that cannot be read ---- */

static void assert_nothing_certain(const char *text)
{
    struct decoded d = decode_text(text);
    assert_true(d.count > 1);
    for (size_t i = 0; i < d.count; i++) {
        const struct record *r = &d.records[i];
        if (r->kind == RECORD_MAL) continue;
        assert_int_equal(r->kind, RECORD_TABELL);
        assert_true(r->notes & NOTE_UNCERTAIN);
        assert_string_equal(r->rule, "T-RUBRIK");
    }
    decoded_free(&d);
}

static void what_stands_below_a_header_of_indicators_that_cannot_be_read_is_uncertain(void **state)
{
    (void)state;
    assert_nothing_certain(GOAL "Indikator\tPeriodens utfall\tUtfall\tPeriod\nLampor\t40\t41\t2023\n");
    assert_nothing_certain(GOAL "●\t●\t●\tIndikator\tPeriodens utfall\tPeriod\n\t\t\tLampor\t40\t2023\n");
    char wide[2000] = GOAL "Indikator";
    for (int year = 1990; year < 2016; year++)
        snprintf(wide + strlen(wide), sizeof wide - strlen(wide), "\tUtfall %d", year);
    (void)stpcpy(wide + strlen(wide), "\tPeriod\nLampor");
    for (int year = 1990; year < 2016; year++)
        (void)stpcpy(wide + strlen(wide), "\t4");
    (void)stpcpy(wide + strlen(wide), "\t2023\n");
    assert_nothing_certain(wide);
}

static void outcomes_of_indicators_without_a_period_are_another_table(void **state)
{
    (void)state;
    assert_cells(GOAL "Indikator\tUtfall\tPrognos\nLampor\t40\t41\n",
                 "Indikator|Lampor|Utfall|40||\nIndikator|Lampor|Prognos|41||\n");
}

/* ---- rows and their pieces ---- */

static void empty_cells_far_behind_the_last_column_do_no_harm_and_filled_ones_do(void **state)
{
    (void)state;
    assert_rows(GOAL HEADER "Lampor\t40\t20\t20\t38\t45\töka\t2023\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\n", LAMPS_ROW);
    assert_rows(GOAL HEADER "Lampor\t40\t20\t20\t38\t45\töka\t2023\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\tx\n",
                "Lampor|40|20|20|38|45|öka|2023|osaker,olasbar\n");
    assert_rows(GOAL HEADER "Lampor\t40\t20\t20\t38\t45\töka\t2023\t\tx\n",
                "Lampor|40|20|20|38|45|öka|2023|osaker,olasbar\n");
}

static void the_end_of_a_name_may_bring_the_cell_that_its_row_lacks(void **state)
{
    (void)state;
    assert_rows(GOAL HEADER "Lampor i\t40\t20\t20\t38\t45\töka\t\nparken\t\t\t\t\t\t\t2023\n",
                "Lampor i parken|40|20|20|38|45|öka|2023|period-pa-nasta-rad,namn-sammanfogat\n");
    assert_rows(GOAL HEADER "Lampor\t40\t20\t20\t38\t45\töka\t\nStolpar\t\t\t\t\t\t\t2023\n", /* a row of its own */
                "Lampor|40|20|20|38|45|öka||osaker,olasbar\nStolpar|||||||2023|\n");
    assert_rows(GOAL HEADER LAMPS "Stolpar\t\t\t\t\t\t\t2023\n", LAMPS_ROW "Stolpar|||||||2023|\n");
}

static void sentences_below_a_row_are_analysis_and_behind_a_page_break_unclear(void **state)
{
    (void)state;
    assert_rows(GOAL HEADER LAMPS "Den lyser. Alla ser.\t\t\t\t\t\t\t\n" POLES, LAMPS_ROW POLES_ROW);
    assert_rows(GOAL HEADER LAMPS "\n" HEADER "Den lyser. Ända hit.\t\t\t\t\t\t\t\n" POLES,
                "Lampor|40|20|20|38|45|öka|2023|osaker\n" POLES_ROW);
}

static void a_text_far_to_the_right_below_a_row_is_unclear_and_below_its_analysis_is_not(void **state)
{
    (void)state;
    assert_rows(GOAL HEADER LAMPS "\t\tStolpar\t\t\t\t\t\n" POLES, "Lampor|40|20|20|38|45|öka|2023|osaker\n" POLES_ROW);
    assert_rows(GOAL HEADER LAMPS "Analys\t\t\t\t\t\t\t\n\t\tStolpar\t\t\t\t\t\n" POLES, LAMPS_ROW POLES_ROW);
}

static void a_number_without_a_name_is_no_row_that_can_be_read(void **state)
{
    (void)state;
    assert_rows(GOAL HEADER LAMPS "\t\t\t\t12\t\t\t\n" POLES,
                "Lampor|40|20|20|38|45|öka|2023|osaker\n" /* 38, or 3812 */
                "12||||||||osaker,forskjuten,olasbar\n" POLES_ROW);
}

static void a_name_longer_than_the_limit_makes_its_row_uncertain(void **state)
{
    char text[2000] = GOAL HEADER;
    (void)state;
    memset(text + strlen(text), 'x', 1100);
    (void)stpcpy(text + strlen(text), "\t40\t20\t20\t38\t45\töka\t2023\n");
    struct decoded d = decode_text(text);
    const struct record *r = record_of(&d, RECORD_INDIKATOR, 0);
    assert_string_equal(r->rule, "R-NAMN");
    assert_string_equal(r->reason, "the name is longer than the limit");
    decoded_free(&d);
}

/* ---- activities ---- */

static void an_activity_s_icon_says_whether_it_is_done(void **state)
{
    (void)state;
    assert_activities(GOAL ACTIVITIES "! Byta\t2023-01-01\t2023-12-31\t\n!\tTända\t2023-01-01\t2023-12-31\t\n"
                                      "♀ ✔ Släcka\t2023-01-01\t2023-12-31\t\n- Laga\t2023-01-01\t\tsen\n"
                                      "!!! Rita\t2023-01-01\t2023-12-31\t\n",
                      "Byta|2023-01-01|2023-12-31||nej|\nTända|2023-01-01|2023-12-31||nej|forskjuten\n"
                      "Släcka|2023-01-01|2023-12-31||ja|\nLaga|2023-01-01||sen||\n"
                      "!!! Rita|2023-01-01|2023-12-31|||\n");
}

static void an_activity_may_be_sentences_that_a_page_break_cuts(void **state)
{
    (void)state;
    assert_activities(GOAL ACTIVITIES "Byta\t2023-01-01\t2023-12-31\t\n\n" ACTIVITIES "lampor. Alla ser.\t\t\t\n",
                      "Byta lampor. Alla ser.|2023-01-01|2023-12-31|||sidbrytning,namn-sammanfogat\n");
    assert_activities(GOAL ACTIVITIES "Byta\t2023-01-01\t2023-12-31\tsen\n\t\t\tfär dig\n",
                      "Byta|2023-01-01|2023-12-31|sen fär dig||cell-sammanfogad\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_header_begins_another_table_without_an_empty_line),
        cmocka_unit_test(a_row_keeps_the_previous_report_of_its_own_header),
        cmocka_unit_test(the_same_header_inside_a_table_is_a_page_break),
        cmocka_unit_test(a_piece_below_another_header_belongs_to_no_row_above_it),
        cmocka_unit_test(targets_of_another_year_make_another_header),
        cmocka_unit_test(icons_before_and_behind_a_header_are_no_columns),
        cmocka_unit_test(what_stands_below_a_header_of_indicators_that_cannot_be_read_is_uncertain),
        cmocka_unit_test(outcomes_of_indicators_without_a_period_are_another_table),
        cmocka_unit_test(empty_cells_far_behind_the_last_column_do_no_harm_and_filled_ones_do),
        cmocka_unit_test(the_end_of_a_name_may_bring_the_cell_that_its_row_lacks),
        cmocka_unit_test(sentences_below_a_row_are_analysis_and_behind_a_page_break_unclear),
        cmocka_unit_test(a_text_far_to_the_right_below_a_row_is_unclear_and_below_its_analysis_is_not),
        cmocka_unit_test(a_number_without_a_name_is_no_row_that_can_be_read),
        cmocka_unit_test(a_name_longer_than_the_limit_makes_its_row_uncertain),
        cmocka_unit_test(an_activity_s_icon_says_whether_it_is_done),
        cmocka_unit_test(an_activity_may_be_sentences_that_a_page_break_cuts),
    };
    return cmocka_run_group_tests_name("layout_a_pieces", tests, NULL, NULL);
}
