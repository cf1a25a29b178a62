/* Numbers for what one export names twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "etl/numbering.h"

static int32_t next(struct numbering *n, const char *scope, const char *name)
{
    struct error err;
    int32_t nr = 0;
    assert_int_equal(numbering_next(n, text_of(scope), text_of(name), &nr, &err), 0);
    return nr;
}

static void names_are_counted_within_their_scope_and_folded(void **state)
{
    struct numbering n = {0};
    (void)state;
    assert_int_equal(next(&n, "1 ", "Öppet hus"), 1);
    assert_int_equal(next(&n, "1 ", "öppet  hus."), 2);
    assert_int_equal(next(&n, "2 ", "Öppet hus"), 1);
    assert_int_equal(next(&n, "1 ", "Öppet"), 1);
    assert_int_equal(next(&n, "1 ", "Öppet hus"), 3);
    numbering_free(&n);
    assert_int_equal(next(&n, "1 ", "Öppet hus"), 1); /* a new one */
    numbering_free(&n);
}

static int32_t row(struct numbering *n, bool first, const char *enhet, const char *title, const char *label,
                   uint32_t occurrence, bool *ret_begins)
{
    struct record record = {.kind = RECORD_TABELL,
                            .first_row = first,
                            .title = text_of(title),
                            .text = text_of(label),
                            .occurrence = occurrence};
    struct error err;
    int32_t nr = 0;
    record.cell[COLUMN_ENHET] = text_of(enhet);
    assert_int_equal(numbering_table(n, &record, ret_begins, &nr, &err), 0);
    return nr;
}

static void tables_are_numbered_among_those_of_their_title_in_a_units_report(void **state)
{
    struct numbering n = {0};
    bool begins;
    (void)state;
    assert_int_equal(row(&n, true, "A", "Förskola", "Summa", 1, &begins), 1);
    assert_true(begins);
    assert_int_equal(row(&n, false, "A", "Förskola", "Summa", 2, &begins), 1);
    assert_false(begins);
    assert_int_equal(row(&n, true, "A", "Förskola", "Barn", 1, &begins), 2);
    assert_int_equal(row(&n, true, "A", "Äldreomsorg", "Summa", 1, &begins), 1);
    assert_int_equal(row(&n, true, "A", "Förskola", "Summa", 1, &begins), 3);
    assert_int_equal(row(&n, true, "B", "Förskola", "Summa", 1, &begins), 1);
    numbering_free(&n);
}

static void parts_of_a_table_with_titles_of_their_own_are_numbered_apart(void **state)
{
    struct numbering n = {0};
    bool begins;
    (void)state;
    assert_int_equal(row(&n, true, "", "SIP / vuxna", "Antal", 1, &begins), 1);
    assert_int_equal(row(&n, false, "", "SIP / psykiatri", "Antal", 1, &begins), 1);
    assert_false(begins);
    assert_int_equal(row(&n, false, "", "SIP / vuxna", "Möten", 1, &begins), 1); /* still the same table */
    assert_int_equal(row(&n, true, "", "SIP / psykiatri", "Antal", 1, &begins), 2);
    numbering_free(&n);
}

static void a_row_that_its_table_has_already_begins_another_one(void **state)
{
    struct numbering n = {0};
    bool begins;
    (void)state;
    assert_int_equal(row(&n, false, "", "", "2021", 1, &begins), 1);
    assert_true(begins);
    assert_int_equal(row(&n, false, "", "", "2022", 1, &begins), 1);
    assert_int_equal(row(&n, false, "", "", "2021", 1, &begins), 2);
    assert_true(begins);
    assert_int_equal(row(&n, false, "", "", "2022", 1, &begins), 2);
    assert_false(begins);
    numbering_free(&n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_counted_within_their_scope_and_folded),
        cmocka_unit_test(tables_are_numbered_among_those_of_their_title_in_a_units_report),
        cmocka_unit_test(parts_of_a_table_with_titles_of_their_own_are_numbered_apart),
        cmocka_unit_test(a_row_that_its_table_has_already_begins_another_one),
    };
    return cmocka_run_group_tests_name("numbering", tests, NULL, NULL);
}
