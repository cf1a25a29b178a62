/* Figures that stand in two places: what columns and rows of other tables surely mean, and what is left alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "etl/same_figure.h"

static void assert_outcome(const char *label, char want_kon, int want_year)
{
    enum kon kon;
    int year;
    if (!same_outcome(text_of(label), &kon, &year)) fail_msg("\"%s\" is not read as an outcome", label);
    assert_int_equal(kon, want_kon);
    assert_int_equal(year, want_year);
}

static void columns_of_an_outcome_are_known_by_their_words(void **state)
{
    (void)state;
    assert_outcome("Utfall", 'T', 0);
    assert_outcome("Periodens utfall", 'T', 0);
    assert_outcome("UTFALL VB 2022", 'T', 2022);
    assert_outcome("2022", 'T', 2022);
    assert_outcome("År 2022", 'T', 2022);
    assert_outcome("VB 2021", 'T', 2021);
    assert_outcome("Utfall 2022 / Totalt", 'T', 2022);
    assert_outcome("Utfall 2022 / Kvinnor", 'K', 2022);
    assert_outcome("Utfall män/ pojkar", 'M', 0);
    assert_outcome("2022 / Utfall 2022", 'T', 2022);
}

static void a_word_that_is_not_understood_means_no(void **state)
{
    static const char *const labels[] = {"",
                                         "Budget 2022",
                                         "Årsmål 2022",
                                         "Utfall T1 2022",
                                         "Andel 2022",
                                         "Utfall dec",
                                         "Utfall 2021-2022",
                                         "Totalt",
                                         "Kvinnor",
                                         "2022-12-31",
                                         "Prognos",
                                         "Utfall 2021, 2022",
                                         "Män kvinnor 2022",
                                         "1889",
                                         "Avvikelse 2022",
                                         "Förändring 2022",
                                         "Utfall 20222"};
    enum kon kon;
    int year;
    (void)state;
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (same_outcome(text_of(labels[i]), &kon, &year)) fail_msg("\"%s\" is read as an outcome", labels[i]);
}

static void a_label_of_any_length_is_looked_at(void **state)
{
    char label[400];
    enum kon kon;
    int year;
    (void)state;
    for (size_t len = 0; len < sizeof label; len++) {
        memset(label, 'x', len);
        assert_false(same_outcome(text_make(label, len), &kon, &year));
    }
}

static void a_year_is_the_years_outcome_only_in_a_report_of_a_whole_year(void **state)
{
    const struct period year = {.kind = PERIOD_YEAR, .year = 2022};
    const struct period tertial = {.kind = PERIOD_TERTIAL, .year = 2022, .ordinal = 2};
    (void)state;
    assert_int_equal(same_period(period_id(year), 2022, 0), period_id(year));
    assert_int_equal(same_period(period_id(year), 2022, 2022), period_id(year));
    assert_int_equal(same_period(period_id(year), 2022, 2021), 20210000);
    assert_int_equal(same_period(period_id(tertial), 2022, 0), period_id(tertial));
    assert_int_equal(same_period(period_id(tertial), 2022, 2022), 0); /* the year's, or the part's? */
}

static void an_amount_is_of_its_row_and_a_sum_of_its_table(void **state)
{
    static const char *const cases[][3] = {
        {"Driftbudget", "Äldreomsorg", "äldreomsorg"},
        {"Driftbudget", "Äldre omsorg ", "äldreomsorg"},
        {"Äldreomsorg", "Summa", "äldreomsorg"},
        {"Äldreomsorg", "Totalt", "äldreomsorg"},
        {"Driftbudget", "Summa äldreomsorg", "summaäldreomsorg"},
        {"Driftbudget", "varav hemtjänst", ""},
        {"Driftbudget", "Därav hemtjänst", ""},
        {"", "Summa", ""},
        {"Driftbudget", "", ""},
    };
    struct arena arena = {0};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text key = same_amount(&arena, text_of(cases[i][0]), text_of(cases[i][1]));
        assert_int_equal(key.len, strlen(cases[i][2]));
        if (key.len) assert_memory_equal(key.ptr, cases[i][2], key.len);
    }
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_of_an_outcome_are_known_by_their_words),
        cmocka_unit_test(a_word_that_is_not_understood_means_no),
        cmocka_unit_test(a_label_of_any_length_is_looked_at),
        cmocka_unit_test(a_year_is_the_years_outcome_only_in_a_report_of_a_whole_year),
        cmocka_unit_test(an_amount_is_of_its_row_and_a_sum_of_its_table),
    };
    return cmocka_run_group_tests_name("same_figure", tests, NULL, NULL);
}
