/* Economy tables: the words of columns, and the signs of amounts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "etl/ekonomi.h"

/* "budget/kostnad/fore/2022"; "?" when the label is not understood. */
static const char *read_label(const char *label, char buffer[static 64])
{
    static const char *const storheter[] = {"budget", "utfall", "avvikelse", "prognos"};
    static const char *const poster[] = {"-", "kostnad", "intakt", "netto"}, *const lagen[] = {"-", "fore", "efter"};
    struct ekonomi_label l;
    if (!ekonomi_column(text_of(label), &l)) return "?";
    (void)snprintf(buffer, 64, "%s/%s/%s/%d", storheter[l.storhet], poster[l.post], lagen[l.overforing], l.year);
    return buffer;
}

static void assert_label(const char *label, const char *expected)
{
    char buffer[64];
    assert_string_equal(read_label(label, buffer), expected);
}

static void the_columns_of_real_tables_are_understood(void **state)
{
    (void)state;
    assert_label("Budget 2022", "budget/-/-/2022");
    assert_label("Bokslut 2021", "utfall/-/-/2021");
    assert_label("Avvikelse 2022", "avvikelse/-/-/2022");
    assert_label("Budget (kostnader +)", "budget/kostnad/-/0");
    assert_label("Budget (intäkter -)", "budget/intakt/-/0");
    assert_label("Budget (netto)", "budget/netto/-/0");
    assert_label("Bokslut före resultatöverföringar", "utfall/-/fore/0");
    assert_label("Avvikelse 2021 efter resultatöverföringar", "avvikelse/-/efter/2021");
    assert_label("Justerad budget 2022 / Kostnader", "budget/kostnad/-/2022");
    assert_label("UTFALL 2022 / Intäkter, mnkr", "utfall/intakt/-/2022");
    assert_label("Avvikelse budget – utfall", "avvikelse/-/-/0");
    assert_label("Nettobudget 2024", "budget/netto/-/2024");
    assert_label("Prognos T2 2024", "prognos/-/-/2024");
}

static void a_column_with_a_word_that_could_change_its_meaning_is_not_understood(void **state)
{
    (void)state;
    assert_label("", "?");
    assert_label("2022", "?");
    assert_label("Netto", "?");
    assert_label("Avvikelse %", "?");
    assert_label("Avvikelse i procent", "?");
    assert_label("Utfall dec 2022", "?");
    assert_label("Utfall genomsnitt jan -dec 2022", "?");
    assert_label("Utfall T2 2022", "?");
    assert_label("Resultat 2022", "?");
    assert_label("Budgeterade platser", "?");
}

static void words_that_contradict_each_other_are_not_understood(void **state)
{
    (void)state;
    assert_label("Avvikelse mellan prognos T2 och bokslut 2022", "?");
    assert_label("Avvikelse prognos", "?");
    assert_label("Avvikelse mot bokslut", "?");
    assert_label("Budget och utfall", "?");
    assert_label("Budget kostnader och intäkter", "?");
    assert_label("Bokslut 2021 och 2022", "?");
    assert_label("Bokslut före", "?");
    assert_label("Bokslut före och efter resultatöverföringar", "?");
    assert_label("Bokslut resultatöverföringar", "?");
}

static void a_row_says_costs_or_income_or_neither(void **state)
{
    (void)state;
    assert_int_equal(ekonomi_row_post(TEXT("Kostnader (+)")), POST_KOSTNAD);
    assert_int_equal(ekonomi_row_post(TEXT("Personalkostnader")), POST_KOSTNAD);
    assert_int_equal(ekonomi_row_post(TEXT("Intäkter (-)")), POST_INTAKT);
    assert_int_equal(ekonomi_row_post(TEXT("Hyresintäkter")), POST_INTAKT);
    assert_int_equal(ekonomi_row_post(TEXT("Anslag för nämndens verksamhet (netto)")), POST_NETTO);
    assert_int_equal(ekonomi_row_post(TEXT("Nettokostnader")), POST_NETTO);
    assert_int_equal(ekonomi_row_post(TEXT("Äldreomsorg")), POST_EJ_ANGIVEN);
    assert_int_equal(ekonomi_row_post(TEXT("Upplupna kostnader och förutbetalda intäkter")), POST_EJ_ANGIVEN);
    assert_int_equal(ekonomi_row_post(TEXT("Kostnader (netto)")), POST_EJ_ANGIVEN);
    assert_int_equal(ekonomi_row_post(TEXT("")), POST_EJ_ANGIVEN);
}

static void units_of_money_are_told_from_others(void **state)
{
    (void)state;
    assert_string_equal(ekonomi_money(TEXT("Mnkr")), "mnkr");
    assert_string_equal(ekonomi_money(TEXT("mkr")), "mnkr");
    assert_string_equal(ekonomi_money(TEXT("Tusentals  kronor")), "tkr");
    assert_string_equal(ekonomi_money(TEXT("kronor")), "kr");
    assert_null(ekonomi_money(TEXT("%")));
    assert_null(ekonomi_money(TEXT("st")));
    assert_null(ekonomi_money(TEXT("")));
    assert_string_equal(ekonomi_title_money(TEXT("Driftbudget 2022 (tkr)")), "tkr");
    assert_null(ekonomi_title_money(TEXT("Driftbudget i tkr och mnkr")));
    assert_null(ekonomi_title_money(TEXT("Driftbudget i miljoner kronor")));
    assert_null(ekonomi_title_money(TEXT("Driftbudget")));
}

static void the_year_of_a_title_is_read_when_there_is_one(void **state)
{
    (void)state;
    assert_int_equal(ekonomi_title_year(TEXT("Driftbudget 2022 (tkr)")), 2022);
    assert_int_equal(ekonomi_title_year(TEXT("Driftbudget")), 0);
    assert_int_equal(ekonomi_title_year(TEXT("Budget 2022 och 2023")), -1);
    assert_int_equal(ekonomi_title_year(TEXT("Konto 1234")), 0);
}

/* ---- signs ---- */

#define B  STORHET_BUDGET, POST_EJ_ANGIVEN
#define U  STORHET_UTFALL, POST_EJ_ANGIVEN
#define A  STORHET_AVVIKELSE, POST_EJ_ANGIVEN
#define BK STORHET_BUDGET, POST_KOSTNAD
#define BI STORHET_BUDGET, POST_INTAKT
#define BN STORHET_BUDGET, POST_NETTO
#define UK STORHET_UTFALL, POST_KOSTNAD
#define UI STORHET_UTFALL, POST_INTAKT
#define UN STORHET_UTFALL, POST_NETTO
#define AN STORHET_AVVIKELSE, POST_NETTO

static struct ekonomi_amount amount(uint64_t row, enum storhet storhet, enum post post, const char *number)
{
    struct ekonomi_amount a = {.row = row, .label = {storhet, post, OVERFORING_EJ_ANGIVEN, 2022}, .unit = "mnkr"};
    assert_int_equal(decimal_parse(text_of(number), &a.number), 0);
    return a;
}

#define JUDGE(list) ekonomi_judge((list), sizeof(list) / sizeof *(list))

static void a_table_that_follows_the_convention_is_fine(void **state)
{
    struct ekonomi_amount list[] = {
        amount(1, BK, "368,0"), amount(1, BI, "-80,0"), amount(1, BN, "288,0"),
        amount(1, UK, "372,9"), amount(1, UI, "-81,1"), amount(1, AN, "-3,8"),
        amount(2, BK, "12,7"),  amount(2, UK, "13,5"),  amount(2, AN, "-0,8"),
    };
    (void)state;
    assert_null(JUDGE(list));
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        assert_int_equal(list[i].fault, EKONOMI_FINE);
}

static void rounding_is_no_fault(void **state)
{
    struct ekonomi_amount list[] = {
        amount(1, BN, "412,3"),  amount(1, UN, "412,4"), amount(1, AN, "0"),
        amount(2, BK, "100,04"), amount(2, BI, "-50,0"), amount(2, BN, "50,1"),
        amount(3, BN, "5000,0"), amount(3, UN, "0,1"),   amount(3, AN, "5000"),
    };
    (void)state;
    assert_null(JUDGE(list));
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        assert_int_equal(list[i].fault, EKONOMI_FINE);
}

static void income_printed_positive_contradicts(void **state)
{
    struct ekonomi_amount list[] = {amount(1, UK, "368"), amount(1, UI, "80"), amount(2, UK, "5"), amount(2, UI, "0")};
    (void)state;
    assert_string_equal(JUDGE(list), "income is printed positive");
}

static void one_positive_income_among_negative_ones_does_not(void **state)
{
    struct ekonomi_amount list[] = {amount(1, UI, "-80"), amount(2, UI, "3"), amount(3, UI, "-7")};
    (void)state;
    assert_null(JUDGE(list));
}

static void costs_printed_negative_contradict(void **state)
{
    struct ekonomi_amount list[] = {amount(1, UK, "-368"), amount(2, UK, "-5")};
    (void)state;
    assert_string_equal(JUDGE(list), "costs are printed negative");
}

static void a_net_that_is_costs_minus_income_contradicts(void **state)
{
    struct ekonomi_amount list[] = {amount(1, BI, "-1"), amount(2, BI, "-1"), amount(3, BK, "368"), amount(3, BI, "80"),
                                    amount(3, BN, "288")};
    (void)state;
    assert_string_equal(JUDGE(list), "netto is kostnader minus intäkter");
}

static void a_deviation_that_is_outcome_minus_budget_contradicts(void **state)
{
    struct ekonomi_amount list[] = {amount(1, B, "4,1"),  amount(1, U, "2,1"),  amount(1, A, "-2,0"),
                                    amount(2, B, "13,0"), amount(2, U, "13,8"), amount(2, A, "0,8")};
    (void)state;
    assert_string_equal(JUDGE(list), "avvikelse is utfall minus budget");
}

static void one_row_with_other_signs_is_marked_and_the_table_is_not(void **state)
{
    struct ekonomi_amount list[] = {amount(1, B, "10"), amount(1, U, "7"), amount(1, A, "3"),
                                    amount(2, B, "10"), amount(2, U, "8"), amount(2, A, "2"),
                                    amount(3, B, "20"), amount(3, U, "5"), amount(3, A, "-15")};
    (void)state;
    assert_null(JUDGE(list));
    for (size_t i = 0; i < 9; i++)
        assert_int_equal(list[i].fault, i < 6 ? EKONOMI_FINE : EKONOMI_AGAINST);
}

static void a_row_that_adds_up_with_no_signs_is_marked_as_broken(void **state)
{
    struct ekonomi_amount list[] = {amount(1, B, "10"), amount(1, U, "7"), amount(1, A, "3"),
                                    amount(2, B, "50"), amount(2, U, "8"), amount(2, A, "2")};
    (void)state;
    assert_null(JUDGE(list));
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(list[i].fault, i < 3 ? EKONOMI_FINE : EKONOMI_BROKEN);
}

static void amounts_of_another_year_or_unit_are_not_compared(void **state)
{
    struct ekonomi_amount list[] = {amount(1, B, "4,1"),  amount(1, U, "2,1"),  amount(1, A, "-2,0"),
                                    amount(2, B, "13,0"), amount(2, U, "13,8"), amount(2, A, "0,8")};
    (void)state;
    list[2].label.year = 2021;
    list[4].unit = "tkr";
    assert_null(JUDGE(list));
}

static void an_outcome_without_words_is_net_when_the_deviations_show_it(void **state)
{
    struct ekonomi_amount list[] = {amount(1, BK, "368"), amount(1, BI, "-80"), amount(1, U, "291,8"),
                                    amount(1, U, "292"),  amount(1, A, "-3,8"), amount(2, U, "5")};
    (void)state;
    list[2].label.overforing = list[4].label.overforing = OVERFORING_EFTER;
    list[3].label.overforing = OVERFORING_FORE;
    assert_null(JUDGE(list));
    for (size_t i = 2; i < 6; i++)
        assert_int_equal(list[i].label.post, POST_NETTO);
    assert_int_equal(list[0].label.post, POST_KOSTNAD);
}

static void an_outcome_without_words_stays_so_where_nothing_shows_what_it_is(void **state)
{
    struct ekonomi_amount plain[] = {amount(1, B, "10"), amount(1, U, "7"), amount(1, A, "3")};
    struct ekonomi_amount gross[] = {amount(1, BK, "368"), amount(1, BI, "-80"), amount(1, U, "372"),
                                     amount(1, A, "-4")}; /* of costs alone */
    (void)state;
    assert_null(JUDGE(plain));
    assert_int_equal(plain[1].label.post, POST_EJ_ANGIVEN);
    assert_null(JUDGE(gross));
    assert_int_equal(gross[2].label.post, POST_EJ_ANGIVEN);
}

static void a_forecast_stands_in_for_an_outcome_that_is_not_there(void **state)
{
    struct ekonomi_amount list[] = {amount(1, B, "10"), amount(1, STORHET_PROGNOS, POST_EJ_ANGIVEN, "14"),
                                    amount(1, A, "4")};
    (void)state;
    assert_string_equal(JUDGE(list), "avvikelse is utfall minus budget");
}

static void numbers_at_the_limits_and_rows_of_hundreds_end_without_a_verdict(void **state)
{
    enum { MANY = 4000 };
    static struct ekonomi_amount many[MANY];
    struct ekonomi_amount list[] = {amount(1, B, "999999999999999999"), amount(1, U, "-999999999999999999"),
                                    amount(1, A, "0,00000000000000001")};
    (void)state;
    assert_null(JUDGE(list));
    assert_null(ekonomi_judge(NULL, 0));
    for (size_t i = 0; i < MANY; i++)
        many[i] = amount(1, AN, "1");
    assert_null(ekonomi_judge(many, MANY));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_columns_of_real_tables_are_understood),
        cmocka_unit_test(a_column_with_a_word_that_could_change_its_meaning_is_not_understood),
        cmocka_unit_test(words_that_contradict_each_other_are_not_understood),
        cmocka_unit_test(a_row_says_costs_or_income_or_neither),
        cmocka_unit_test(units_of_money_are_told_from_others),
        cmocka_unit_test(the_year_of_a_title_is_read_when_there_is_one),
        cmocka_unit_test(a_table_that_follows_the_convention_is_fine),
        cmocka_unit_test(rounding_is_no_fault),
        cmocka_unit_test(income_printed_positive_contradicts),
        cmocka_unit_test(one_positive_income_among_negative_ones_does_not),
        cmocka_unit_test(costs_printed_negative_contradict),
        cmocka_unit_test(a_net_that_is_costs_minus_income_contradicts),
        cmocka_unit_test(a_deviation_that_is_outcome_minus_budget_contradicts),
        cmocka_unit_test(one_row_with_other_signs_is_marked_and_the_table_is_not),
        cmocka_unit_test(a_row_that_adds_up_with_no_signs_is_marked_as_broken),
        cmocka_unit_test(amounts_of_another_year_or_unit_are_not_compared),
        cmocka_unit_test(an_outcome_without_words_is_net_when_the_deviations_show_it),
        cmocka_unit_test(an_outcome_without_words_stays_so_where_nothing_shows_what_it_is),
        cmocka_unit_test(a_forecast_stands_in_for_an_outcome_that_is_not_there),
        cmocka_unit_test(numbers_at_the_limits_and_rows_of_hundreds_end_without_a_verdict),
    };
    return cmocka_run_group_tests_name("ekonomi", tests, NULL, NULL);
}
