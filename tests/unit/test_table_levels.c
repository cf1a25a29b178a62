/* Headers of two rows, periods in headers, and what is stored of decomposed letters: tables of delimited text. */
#include "tests/unit/decode_delimited.h"

static void a_group_row_above_the_names_is_read_with_them(void **state)
{
    (void)state;
    EXPECT(";;Utfall;;;;\nStadsdel;Indikator;Totalt;Män;Kvinnor;Årsmål;Period\nB;A;1;2;3;4;2023\n",
           "3: B||A|1|2|3||4||2023\nheader=2 lines=3 rows=1-0");
    EXPECT("Rapport;;;;;;\n;;Periodens utfall;;;Mål;;\nStadsdel;Indikator;Totalt;Flickor;Pojkar;Årsmål;KF:s "
           "årsmål;Period\nB;A;1;2;3;4;5;2023\n",
           "4: B||A|1|3|2||4|5|2023\nheader=2 contents=1 lines=4 rows=1-0");
}

static void names_below_a_header_divide_its_groups(void **state)
{
    (void)state;
    EXPECT("Stadsdel;Indikator;Utfall;;;Årsmål;Period\n;;Totalt;Män;Kvinnor;;\nB;A;1;2;3;4;2023\n",
           "3: B||A|1|2|3||4||2023\nheader=2 lines=3 rows=1-0");
}

static void a_year_above_a_set_of_columns_is_the_year_of_each(void **state)
{
    (void)state;
    EXPECT(
        ";;2022;;2023;;\nStadsdel;Indikator;Utfall;Årsmål;Utfall;Årsmål;Period\nB;A;1;2;3;4;2023\nB;C;1;2;3;4;2022\n",
        "3: B||A|3|||1|4||2023 <2022>\n"
        "4: B||C|3|||1|4||2022 {osaker} D-PERIOD: the column of arsmal is headed 2023, the row's period is of 2022 "
        "<2022>\nheader=2 lines=4 rows=2-0");
    EXPECT(";;Utfall;;;\nStadsdel;Indikator;2022;2023;Årsmål;Period\nB;A;1;2;3;2023\n",
           "3: B||A|2|||1|3||2023 <2022>\nheader=2 lines=3 rows=1-0");
    EXPECT(";;Utfall 2022;;;Utfall 2023;;;\nStadsdel;Indikator;Totalt;Män;Kvinnor;Totalt;Män;Kvinnor;Period\n"
           "B;A;1;2;3;4;5;6;2023\n",
           "3: B||A|4|5|6|1|||2023 <2022>\nheader=2 lines=3 rows=1-0");
}

static void a_group_of_unknown_meaning_is_refused(void **state)
{
    (void)state;
    EXPECT(";;Föregående år;;;\nStadsdel;Indikator;Utfall;Män;Kvinnor;Period\nB;A;1;2;3;2023\n",
           "error 7 x.csv:2: \"Föregående år\" in the row above stands over \"Utfall\", and what that means is not "
           "known");
    EXPECT(";;Utfall;Budget;;\nStadsdel;Indikator;Totalt;Utfall;Årsmål;Period\nB;A;1;2;3;2023\n",
           "error 7 x.csv:2: \"Budget\" in the row above stands over \"Utfall\", and what that means is not known");
}

/* What is too long for a name is no reason to read the names below it under the group to its left. */
static void a_text_above_a_name_is_a_group_however_long(void **state)
{
    char input[2 * LIMIT_NAME], expected[4 * LIMIT_SHOWN], text[LIMIT_NAME + 2];
    (void)state;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = 0;
    int n =
        snprintf(input, sizeof input, ";;Utfall;%s;\nStadsdel;Indikator;Totalt;Utfall;Period\nB;A;1;2;2023\n", text);
    snprintf(expected, sizeof expected,
             "error 7 x.csv:2: \"%.*s\" in the row above stands over \"Utfall\", and what that means is not known",
             LIMIT_SHOWN, text);
    expect_bytes(input, (size_t)n, &plain, expected);
}

static void a_known_group_over_an_unknown_name_is_refused(void **state)
{
    (void)state;
    EXPECT(";;Utfall;;\nStadsdel;Indikator;Andel;Årsmål;Period\nB;A;1;2;2023\n",
           "error 7 x.csv:2: \"Utfall\" in the row above stands over \"Andel\", and what that means is not known");
    EXPECT(";;Årsmål;Utfall;\nStadsdel;Indikator;Enhet;Utfall;Period\nB;A;1;2;2023\n",
           "error 7 x.csv:2: \"Årsmål\" in the row above stands over \"Enhet\", and what that means is not known");
}

static void a_configured_name_of_two_levels_settles_a_group(void **state)
{
    static const struct column_alias aliases[] = {{TEXT("Föregående år Utfall"), COLUMN_FOREGAENDE}};
    struct decode_options options = plain;
    (void)state;
    options.aliases = aliases;
    options.alias_count = 1;
    EXPECT_WITH(&options, ";;Föregående år;I år;\nStadsdel;Indikator;Utfall;Utfall;Period\nB;A;1;2;2023\n",
                "error 7 x.csv:2: \"I år\" in the row above stands over \"Utfall\", and what that means is not known");
    EXPECT_WITH(
        &options, ";;Föregående år;;\nStadsdel;Indikator;Utfall;Årsmål;Period\nB;A;1;2;2023\n",
        "error 7 x.csv:2: \"Föregående år\" in the row above stands over \"Årsmål\", and what that means is not "
        "known");
    EXPECT_WITH(&options, ";;Föregående år;Resultat;\nStadsdel;Indikator;Utfall;Totalt;Period\nB;A;1;2;2023\n",
                "3: B||A|2|||1|||2023\nheader=2 lines=3 rows=1-0");
}

static void a_title_directly_above_the_header_is_no_group(void **state)
{
    (void)state;
    EXPECT("Föregående års rapport;;;\nStadsdel;Indikator;Utfall;Period\nB;A;1;2023\n",
           "3: B||A|1||||||2023\nheader=1 contents=1 lines=3 rows=1-0");
    EXPECT("Bromma;2022;;\nStadsdel;Indikator;Utfall;Period\nB;A;1;2023\n",
           "3: B||A|1||||||2023\nheader=1 contents=1 lines=3 rows=1-0");
}

static void the_targets_and_earlier_values_of_a_sex_are_no_columns_of_ours(void **state)
{
    (void)state;
    EXPECT(";;Utfall;Årsmål;;;\nStadsdel;Indikator;Totalt;Totalt;Män;Kvinnor;Period\nB;A;1;2;3;4;2023\n",
           "3: B||A|1||||2||2023\nheader=2 lines=3 rows=1-0");
    EXPECT(";;Föregående utfall;;;Utfall;\nStadsdel;Indikator;Totalt;Män;Kvinnor;Totalt;Period\nB;A;1;2;3;4;2023\n",
           "3: B||A|4|||1|||2023\nheader=2 lines=3 rows=1-0");
}

static void a_total_beside_the_sexes_is_the_outcome(void **state)
{
    (void)state;
    EXPECT("Stadsdel;Indikator;Totalt;Män;Kvinnor;Period\nB;A;1;2;3;2023\n",
           "2: B||A|1|2|3||||2023\nheader=1 lines=2 rows=1-0");
    EXPECT("Stadsdel;Indikator;Totalt;Män;Kvinnor;Utfall VB 2022;Period\nB;A;1;2;3;4;2023\n",
           "2: B||A|1|2|3|4|||2023 <VB 2022>\nheader=1 lines=2 rows=1-0");
    EXPECT("Stadsdel;Indikator;Utfall;Totalt;Män;Kvinnor;Period\nB;A;1;9;2;3;2023\n",
           "2: B||A|1|2|3||||2023\nheader=1 lines=2 rows=1-0");
}

static void rows_between_a_damaged_header_and_a_whole_one_are_not_lost(void **state)
{
    (void)state;
    EXPECT("Stadsdel;Indikator;Utfall;Årsmål;Årsmål\nB;A;1;2;2023\n\nStadsdel;Indikator;Utfall;Årsmål;Period\nB;C;1;2;"
           "2023\n",
           "error 7 x.csv:1: looks like the header, but lacks a column or has one twice; a whole one stands below");
}

static void a_row_without_indicator_below_a_header_is_no_second_level(void **state)
{
    (void)state;
    EXPECT("Stadsdel;Indikator;Utfall;Män;Period\n;;80 %;79 %;\nB;A;1;2;2023\n",
           "2: |||80 %|79 %|||||\n3: B||A|1|2|||||2023\nheader=1 lines=3 rows=2-0");
}

static void an_outcome_headed_with_a_report_is_the_one_of_that_period(void **state)
{
    (void)state;
    EXPECT("Stadsdel;Indikator;Utfall T2 2023;Utfall VB 2022;Period\nB;A;1;2;T2 2023\n",
           "2: B||A|1|||2|||T2 2023 <VB 2022>\nheader=1 lines=2 rows=1-0");
    EXPECT("Stadsdel;Indikator;Periodens utfall VB 2022;Årsmål;Period\nB;A;1;2;2023\nB;C;1;2;VB 2022\nB;D;1;2;2021\n",
           "2: B||A||||1|2||2023 <VB 2022>\n3: B||C|1||||2||VB 2022\n"
           "4: B||D|1||||2||2021 {osaker} D-PERIOD: the column of utfall is headed VB 2022, the row's period is 2021\n"
           "header=1 lines=4 rows=3-0");
}

static void an_outcome_headed_with_a_report_waits_for_a_period_and_never_hides_an_earlier_value(void **state)
{
    (void)state;
    EXPECT(
        "Stadsdel;Indikator;Utfall T2 2023;Period\nB;A;;T3 2023\nB;C;6;\nB;D;6;snart\nB;E;7;T3 2023\nB;F;8;T2 2023\n",
        "2: B||A|||||||T3 2023\n3: B||C|6||||||\n4: B||D|6||||||snart\n5: B||E||||7|||T3 2023 <T2 2023>\n6: "
        "B||F|8||||||T2 2023\nheader=1 lines=6 rows=5-0");
    EXPECT("Stadsdel;Indikator;Utfall T2 2023;Föregående års utfall;Period\nB;A;5;1;T2 2023\nB;C;6;1;T3 2023\n",
           "2: B||A|5|||1|||T2 2023\n3: B||C|6|||1|||T3 2023 {osaker} D-PERIOD: the column of utfall is headed T2 "
           "2023, the row's period is T3 2023\nheader=1 lines=3 rows=2-0");
}

static void a_target_of_the_council_may_stand_under_targets_and_an_outcome_may_not(void **state)
{
    (void)state;
    EXPECT(";;Utfall;Mål;;\nStadsdel;Indikator;Totalt;KF:s årsmål;Årsmål;Period\nB;A;1;2;3;2023\n",
           "3: B||A|1||||3|2|2023\nheader=2 lines=3 rows=1-0");
    EXPECT(";;Utfall;Mål;;\nStadsdel;Indikator;Totalt;Utfall;Årsmål;Period\nB;A;1;2;3;2023\n",
           "error 7 x.csv:2: \"Årsmål\" in the row above stands over \"Utfall\", and what that means is not known");
}

static void a_group_of_unknown_meaning_in_the_header_itself_is_refused(void **state)
{
    (void)state;
    EXPECT("Stadsdel;Indikator;Utfall;Budget;Period\n;;Totalt;Män;\nB;A;1;2;2023\n",
           "error 7 x.csv:2: \"Budget\" in the row above stands over \"Män\", and what that means is not known");
}

#define OTHERS     "a header of other columns than the one above, on line 1"
#define OTHER_LINE "a header of other columns than the one above, on line 2"

static void a_header_of_other_columns_in_the_middle_is_refused(void **state)
{
    static const char *const later[] = {"Stadsdel;Indikator;Årsmål;Utfall;Period", /* changed places */
                                        "Stadsdel;Indikator;Utfall;KF:s årsmål;Period",
                                        "Stadsdel;Indikator;Utfall;Period;Årsmål",
                                        "Stadsdel;Utfall;Indikator;Årsmål;Period",
                                        "Stadsdel;Indikator;Utfall VB 2022;Årsmål;Period",
                                        "Stadsdel;Indikator;Utfall;Årsmål;Period;KF:s årsmål"};
    (void)state;
    for (size_t i = 0; i < sizeof later / sizeof *later; i++) {
        char text[500];
        int n = snprintf(text, sizeof text, "Stadsdel;Indikator;Utfall;Årsmål;Period\nB;A;1;2;2023\n%s\nB;C;3;4;2023\n",
                         later[i]);
        expect_bytes(text, (size_t)n, &plain, "2: B||A|1||||2||2023\nheader=2 error 7 x.csv:3: " OTHERS);
    }
    EXPECT("Stadsdel;Indikator;Utfall;Utfall VB 2022;Period\nB;A;1;2;2023\nStadsdel;Indikator;Utfall;Utfall VB 2021;"
           "Period\nB;C;3;4;2023\n",
           "2: B||A|1|||2|||2023 <VB 2022>\nheader=2 error 7 x.csv:3: " OTHERS);
    EXPECT("Stadsdel;Indikator;Utfall VB 2022;Period\nB;A;1;2023\nStadsdel;Indikator;Utfall;Period\nB;C;3;2023\n",
           "2: B||A||||1|||2023 <VB 2022>\nheader=2 error 7 x.csv:3: " OTHERS);
    EXPECT(";;2022;2023;\nStadsdel;Indikator;Utfall;Utfall;Period\nB;A;1;2;2023\n" /* the years are not there again */
           "Stadsdel;Indikator;Utfall;Utfall;Period\nB;C;3;4;2023\n",
           "3: B||A|2|||1|||2023 <2022>\nheader=3 error 7 x.csv:4: " OTHER_LINE);
}

static void the_same_header_again_is_passed_over_whatever_the_columns_of_others_are_called(void **state)
{
    (void)state;
    EXPECT("Stadsdel;Indikator;Utfall;X;Period\nB;A;1;2;2023\nStadsdel;Indikator;Utfall;Y;Period\nB;C;3;4;2023\n",
           "2: B||A|1||||||2023\n4: B||C|3||||||2023\nheader=2 lines=4 rows=2-0");
    EXPECT(";;Utfall;;;;\nStadsdel;Indikator;Totalt;Män;Kvinnor;Årsmål;Period\nB;A;1;2;3;4;2023\n"
           "Stadsdel;Indikator;Totalt;Män;Kvinnor;Årsmål;Period\nB;C;5;6;7;8;2023\n",
           "3: B||A|1|2|3||4||2023\n5: B||C|5|6|7||8||2023\nheader=3 lines=5 rows=2-0");
}

static void an_indicator_may_be_called_as_its_column(void **state)
{
    (void)state;
    EXPECT("Stadsdel;Indikator;Utfall;Årsmål;Period\nB;Indikator;1;2;2023\n",
           "2: B||Indikator|1||||2||2023\nheader=1 lines=2 rows=1-0");
}

static void a_name_in_decomposed_letters_is_the_composed_one(void **state)
{
    (void)state;
    EXPECT("Stadsdel;Enhet;Indikator;Utfall;A\u030arsma\u030al;Period\n"
           "A\u030aby;Fo\u0308rskolan;Andel tra\u030angbodda;1 kg fo\u0308da;o\u0308ka;2023\n",
           "2: Åby|Förskolan|Andel trångbodda|1 kg föda||||öka||2023\nheader=1 lines=2 rows=1-0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_group_row_above_the_names_is_read_with_them),
        cmocka_unit_test(names_below_a_header_divide_its_groups),
        cmocka_unit_test(a_year_above_a_set_of_columns_is_the_year_of_each),
        cmocka_unit_test(a_group_of_unknown_meaning_is_refused),
        cmocka_unit_test(a_text_above_a_name_is_a_group_however_long),
        cmocka_unit_test(a_known_group_over_an_unknown_name_is_refused),
        cmocka_unit_test(a_configured_name_of_two_levels_settles_a_group),
        cmocka_unit_test(a_title_directly_above_the_header_is_no_group),
        cmocka_unit_test(the_targets_and_earlier_values_of_a_sex_are_no_columns_of_ours),
        cmocka_unit_test(a_total_beside_the_sexes_is_the_outcome),
        cmocka_unit_test(rows_between_a_damaged_header_and_a_whole_one_are_not_lost),
        cmocka_unit_test(a_row_without_indicator_below_a_header_is_no_second_level),
        cmocka_unit_test(an_outcome_headed_with_a_report_is_the_one_of_that_period),
        cmocka_unit_test(an_outcome_headed_with_a_report_waits_for_a_period_and_never_hides_an_earlier_value),
        cmocka_unit_test(a_target_of_the_council_may_stand_under_targets_and_an_outcome_may_not),
        cmocka_unit_test(a_group_of_unknown_meaning_in_the_header_itself_is_refused),
        cmocka_unit_test(a_header_of_other_columns_in_the_middle_is_refused),
        cmocka_unit_test(the_same_header_again_is_passed_over_whatever_the_columns_of_others_are_called),
        cmocka_unit_test(an_indicator_may_be_called_as_its_column),
        cmocka_unit_test(a_name_in_decomposed_letters_is_the_composed_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
