/* Reports of other districts and periods: headers, icons and page ends that the known exports do not have. */
#include "tests/unit/decode_text.h"

#define LOCAL   "Nämndmål: 1.1.1 Ljusa parker\n\n"
#define LOCAL_B "Nämndmål: 1.1.1 Ljusa parker \n\n Uppfylls helt \n\n"
#define HEADER                                                                                                         \
    "Indikator\tPeriodens utfall\tUtfall män/ pojkar\tUtfall kvinnor/ flickor\tUtfall VB 2022\tÅrsmål\tKF:s "       \
    "årsmål\tPeriod\n"
#define HEADER_B                                                                                                       \
    "   Indikator Periodens \nutfall \n\nUtfall \nmän/ \npojkar \n\nUtfall \nkvinnor/ \nflickor \n\nPeriodens "       \
    "\nutfall VB \n2022 \n\nÅrsmål KF:s \nårsmål Period \n\n"

/* ---- headers, layout A ---- */

static void the_latest_outcome_headed_with_a_period_is_the_rows_own(void **state)
{
    (void)state;
    assert_rows(LOCAL "Indikator\tUtfall T2 2023\tUtfall män\tUtfall kvinnor\tUtfall T2 2022\tÅrsmål 2023\tPeriod\n"
                      "Lampor\t84 %\t83 %\t85 %\t82 %\t87 %\tT2 2023\n",
                "Lampor|84 %|83 %|85 %|82 %|87 %||T2 2023|\n");
    assert_rows(LOCAL "Indikator\tUtfall VB 2021\tUtfall VB 2023\tUtfall VB 2022\tPeriod\nLampor\t1\t2\t3\t2023\n",
                "Lampor|2|||3|||2023|\n");
}

static void a_row_of_another_period_than_its_header_is_uncertain(void **state)
{
    (void)state;
    assert_rows(LOCAL "Indikator\tUtfall T2 2022\tÅrsmål\tPeriod\nLampor\t14\t15\tT2 2023\n",
                "Lampor|14||||15||T2 2023|osaker\n");
    assert_rows(LOCAL "Indikator\tUtfall\tÅrsmål 2024\tPeriod\nLampor\t14\t15\t2023\n",
                "Lampor|14||||15||2023|osaker\n");
}

static void a_forecast_is_no_outcome(void **state)
{
    (void)state;
    assert_rows(LOCAL "Indikator\tPrognos helår\tPeriodens utfall\tÅrsmål\tPeriod\nLampor\t9\t13\t15\t2023\n",
                "Lampor|13||||15||2023|\n");
}

static void the_outcome_of_the_city_or_of_last_year_is_not_the_rows_own(void **state)
{
    (void)state;
    assert_rows(LOCAL "Indikator\tUtfall hela staden\tPeriodens utfall\tFörra årets utfall\tÅrsmål\tPeriod\n"
                      "Lampor\t9\t13\t12\t15\t2023\n",
                "Lampor|13|||12|15||2023|\n");
    assert_rows(LOCAL
                "Indikator\tPeriodens utfall\tUtfall annat\tÅrsmål\tKF:s prognos\tPeriod\nLampor\t9\t8\t15\t7\t2023\n",
                "Lampor|9||||15||2023|\n");
    static const char *const heads[] = {"Utfall hela staden", "Förra årets utfall", "Avvikelse mot utfall"};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        char text[400];
        snprintf(text, sizeof text, LOCAL "Indikator\t%s\tÅrsmål\tPeriod\nLampor\t9\t15\t2023\n", heads[i]);
        assert_rows(text, "");
    }
}

static void the_sexes_of_another_year_are_not_the_rows_own(void **state)
{
    (void)state;
    assert_rows(
        LOCAL
        "Indikator\tUtfall\tUtfall män VB 2022\tUtfall kvinnor VB 2022\tÅrsmål\tPeriod\nLampor\t4\t3\t5\t6\t2023\n",
        "Lampor|4|3|5||6||2023|osaker\n");
    assert_rows(LOCAL
                "Indikator\tUtfall\tUtfall män\tUtfall kvinnor\tUtfall VB 2022\tUtfall män VB 2022\tUtfall kvinnor VB "
                "2022\tÅrsmål\tPeriod\nLampor\t4\t3\t5\t14\t13\t15\t6\t2023\n",
                "Lampor|4|3|5|14|6||2023|\n");
    assert_rows(LOCAL "Indikator\tUtfall 2022\tUtfall män 2022\tUtfall kvinnor 2022\tUtfall 2023\tUtfall män 2023\t"
                      "Utfall kvinnor 2023\tÅrsmål\tPeriod\nLampor\t14\t13\t15\t4\t3\t5\t6\t2023\n",
                "Lampor|4|3|5|14|6||2023|\n");
}

static void girls_and_boys_and_the_boards_target_are_columns(void **state)
{
    (void)state;
    assert_rows(LOCAL "Indikator\tUtfall totalt\tUtfall flickor\tUtfall pojkar\tNämndens årsmål\tÅrsmål KF\tPeriod\n"
                      "Lampor\t4\t5\t3\t6\t7\t2023\n",
                "Lampor|4|3|5||6|7|2023|\n");
}

static void words_in_a_column_that_is_not_known_leave_the_row_uncertain(void **state)
{
    (void)state;
    assert_rows(LOCAL
                "Indikator\tEnhet\tUtfall\tÅrsmål\tPeriod\nLampor\tNorra parken\t4\t6\t2023\nLampor\t\t4\t6\t2023\n"
                "Stolpar\tst\t4\t6\t2023\n",
                "Lampor|4||||6||2023|osaker\nLampor|4||||6||2023|\nStolpar|4||||6||2023|\n");
    assert_rows(LOCAL "Indikator\tMålgrupp\tUtfall\tMåluppfyllelse\tÅrsmål\tPeriod\nLampor\tVuxna\t4\tGod\t6\t2023\n"
                      "Lampor\t\t4\tGod\t6\t2023\n",
                "Lampor|4||||6||2023|osaker\nLampor|4||||6||2023|\n");
}

static void plain_names_of_the_sexes_are_columns(void **state)
{
    (void)state;
    assert_rows(LOCAL "Indikator\tUtfall\tMän\tKvinnor\tFöregående år\tMål\tPeriod\nLampor\t1\t2\t3\t4\t5\t2023\n",
                "Lampor|1|2|3|4|5||2023|\n");
}

static void a_value_under_a_column_without_a_name_is_not_left_out(void **state)
{
    (void)state;
    struct decoded d = decode_text(LOCAL "Indikator\tUtfall\t\t\tÅrsmål\tPeriod\nLampor\t1\t2\t3\t4\t2023\n");
    assert_true(record_of(&d, RECORD_INDIKATOR, 0)->notes & NOTE_UNCERTAIN);
    decoded_free(&d);
}

/* ---- rows, layout A ---- */

static void any_icon_is_taken_off_the_name(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER "🟢 Lampor\t1\t\t\t2\t3\t\t2023\n⬤\tBänkar\t1\t\t\t2\t3\t\t2023\n"
                             "⚠️ Träd\t1\t\t\t2\t3\t\t2023\n",
                "Lampor|1|||2|3||2023|\nBänkar|1|||2|3||2023|forskjuten\nTräd|1|||2|3||2023|\n");
}

static void page_furniture_before_a_repeated_header_does_not_end_the_table(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER "Andel lampor i\t1\t\t\t2\t3\t\t2023\n\nTjänsteutlåtande\nSid 6 (25)\n\n" HEADER
                             "parken\t\t\t\t\t\t\t\n",
                "Andel lampor i parken|1|||2|3||2023|sidbrytning,namn-sammanfogat\n");
}

static void a_name_that_cannot_end_so_is_uncertain(void **state)
{
    (void)state;
    assert_rows(LOCAL HEADER "Andel lampor i\t1\t\t\t2\t3\t\t2023\n\nProsa.\n",
                "Andel lampor i|1|||2|3||2023|osaker\n");
}

static void a_report_in_decomposed_letters_reads_as_in_composed_ones(void **state)
{
    (void)state;
    assert_rows("Na\u0308mndma\u030al: 1.1.1 Ljusa parker\n\nIndikator\tUtfall\tA\u030arsma\u030al\tPeriod\n"
                "Tra\u0308d\t1\to\u0308ka\t2023\n",
                "Träd|1||||öka||2023|\n");
    assert_goals("Na\u0308mndma\u030al: 1.1.1 A\u030asar\n\nInga data\n", "nämndmål|1.1.1 Åsar|Inga data\n");
}

/* ---- layout B ---- */

static void headers_of_layout_b_vary_too(void **state)
{
    (void)state;
    assert_rows(LOCAL_B "   Indikator Utfall T2 \n2023 \n\nUtfall \nmän \n\nUtfall \nkvinnor \n\nUtfall T2 \n2022 "
                        "\n\nPrognos \nhelår \n\nÅrsmål \n2023 Period \n\n \n Lampor 84 83 85 82 86 87 T2 2023 \n\n",
                "Lampor|84|83|85|82|87||T2 2023|\n");
    assert_rows(LOCAL_B
                "   Indikator Utfall \nTotalt Män Kvinnor \n\nÅrsmål Period \n\n \n Lampor 80 79 82 81 2023 \n\n",
                "Lampor|80|79|82||81||2023|\n");
}

static void a_header_of_layout_b_that_cannot_be_read_is_refused(void **state)
{
    (void)state;
    assert_refused(LOCAL_B
                   "   Indikator Periodens \nutfall \n\nEnhet \n\nÅrsmål Period \n\n \n Lampor 80 st 82 2023 \n\n",
                   "the header of a table cannot be read");
}

static void an_empty_cell_may_stand_on_a_line_of_its_own(void **state)
{
    (void)state;
    assert_rows(LOCAL_B HEADER_B " \n Andel lampor \n\ni parken \n\n84 % \n \n85 % 82 % 87 % 85 % VB 2023 \n\n"
                                 " \n Bänkar 80   79 82 81 2023 \n\n",
                "Andel lampor i parken|84 %||85 %|82 %|87 %|85 %|VB 2023|\nBänkar|80|||79|82|81|2023|\n");
}

static void a_row_without_residue_is_uncertain_and_not_lost(void **state)
{
    (void)state;
    assert_rows(LOCAL_B HEADER_B
                " \n Bänkar 80   79 82 81 2023 \n\nAnalys \n\nUnderlaget är litet och resultatet av mätningen "
                "därför osäkert på flera sätt. \n\nLampor 70   69 72 71 2023 \n\n",
                "Bänkar|80|||79|82|81|2023|\nLampor|70|||69|72|71|2023|osaker\n");
}

static void a_row_of_another_year_does_not_pass_for_the_next_rows_name(void **state)
{
    const struct decode_options options = {.name = "export.txt", .year = 2023};
    (void)state;
    struct decoded d = decode_with(&options, LOCAL_B HEADER_B
                                   " \n Andel lampor \n\ni parken \n\n84 % 83 % 85 % 82 % 87 %  VB 2019 \n\n"
                                   "Andel bänkar \n\ni parken \n\n84 % 83 % 85 % 82 % 87 %  VB 2023 \n\n");
    assert_true(record_of(&d, RECORD_INDIKATOR, 0)->notes & NOTE_UNCERTAIN);
    decoded_free(&d);
}

static void a_row_without_period_is_unreadable_and_not_lost(void **state)
{
    (void)state;
    struct decoded d = decode_text(LOCAL_B HEADER_B " \n Lampor 80   79 82 81 \n\n \n Bänkar 80   79 82 81 2023 \n\n");
    assert_true(record_of(&d, RECORD_INDIKATOR, 0)->notes & NOTE_UNREADABLE);
    assert_false(record_of(&d, RECORD_INDIKATOR, 1)->notes & NOTE_UNCERTAIN);
    decoded_free(&d);
}

static void an_icon_that_is_left_as_a_sign_begins_a_row(void **state)
{
    (void)state;
    assert_rows(LOCAL_B HEADER_B "● Lampor 80   79 82 81 2023 \n\n🟢 Bänkar 80   79 82 81 2023 \n\n",
                "Lampor|80|||79|82|81|2023|\nBänkar|80|||79|82|81|2023|\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_latest_outcome_headed_with_a_period_is_the_rows_own),
        cmocka_unit_test(a_row_of_another_period_than_its_header_is_uncertain),
        cmocka_unit_test(a_forecast_is_no_outcome),
        cmocka_unit_test(plain_names_of_the_sexes_are_columns),
        cmocka_unit_test(the_outcome_of_the_city_or_of_last_year_is_not_the_rows_own),
        cmocka_unit_test(the_sexes_of_another_year_are_not_the_rows_own),
        cmocka_unit_test(girls_and_boys_and_the_boards_target_are_columns),
        cmocka_unit_test(words_in_a_column_that_is_not_known_leave_the_row_uncertain),
        cmocka_unit_test(a_value_under_a_column_without_a_name_is_not_left_out),
        cmocka_unit_test(any_icon_is_taken_off_the_name),
        cmocka_unit_test(page_furniture_before_a_repeated_header_does_not_end_the_table),
        cmocka_unit_test(a_name_that_cannot_end_so_is_uncertain),
        cmocka_unit_test(a_report_in_decomposed_letters_reads_as_in_composed_ones),
        cmocka_unit_test(headers_of_layout_b_vary_too),
        cmocka_unit_test(a_header_of_layout_b_that_cannot_be_read_is_refused),
        cmocka_unit_test(an_empty_cell_may_stand_on_a_line_of_its_own),
        cmocka_unit_test(a_row_without_residue_is_uncertain_and_not_lost),
        cmocka_unit_test(a_row_of_another_year_does_not_pass_for_the_next_rows_name),
        cmocka_unit_test(a_row_without_period_is_unreadable_and_not_lost),
        cmocka_unit_test(an_icon_that_is_left_as_a_sign_begins_a_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
