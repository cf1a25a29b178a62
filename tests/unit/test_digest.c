/* Digests by table, district and period, and their root. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "etl/audit/digest.h"

#define ASSERT_OK(call)                                                                                                \
    do {                                                                                                               \
        if ((call) != 0) fail_msg("%s", err.message);                                                                  \
    } while (0)

/* The digests of LINES (NULL-terminated) of one table; given back by digests_free. */
static struct digests of(enum fact_table table, const char *const *lines)
{
    struct digests digests = {0};
    struct error err;
    for (; *lines; lines++)
        ASSERT_OK(digests_add(&digests, table, text_of(*lines), &err));
    ASSERT_OK(digests_end(&digests, &err));
    return digests;
}
#define OF(table, ...) of((table), (const char *const[]){__VA_ARGS__, NULL})

static void assert_sha256(const char *found, const char *bytes)
{
    char expected[HASH_SIZE];
    struct error err;
    ASSERT_OK(hash_bytes(bytes, strlen(bytes), expected, &err));
    assert_string_equal(found, expected);
}

static void a_group_is_the_sha256_of_its_rows_and_the_root_that_of_its_lines(void **state)
{
    struct digests d = OF(FACT_UTFALL, "A\t2022\tx\t1", "A\t2022\ty\t2", "A\t2023\tx\t3");
    char root[512];
    (void)state;
    assert_int_equal(d.count, 2);
    assert_int_equal(digests_rows(&d), 3);
    assert_string_equal(d.groups[0].stadsdel, "A");
    assert_string_equal(d.groups[0].period, "2022");
    assert_int_equal(d.groups[0].rows, 2);
    assert_sha256(d.groups[0].sha256, "A\t2022\tx\t1\nA\t2022\ty\t2\n");
    assert_sha256(d.groups[1].sha256, "A\t2023\tx\t3\n");
    (void)snprintf(root, sizeof root, "fact_utfall\tA\t2022\t2\t%s\nfact_utfall\tA\t2023\t1\t%s\n", d.groups[0].sha256,
                   d.groups[1].sha256);
    assert_sha256(d.root, root);
    digests_free(&d);
}

static void no_rows_have_the_root_of_nothing(void **state)
{
    struct digests d = of(FACT_UTFALL, (const char *const[]){NULL});
    (void)state;
    assert_int_equal(d.count, 0);
    assert_sha256(d.root, "");
    digests_free(&d);
}

static void the_order_of_groups_does_not_count_and_any_other_group_does(void **state)
{
    struct digests a = OF(FACT_UTFALL, "A\t2022\t1", "B\t2022\t1"), b = OF(FACT_UTFALL, "B\t2022\t1", "A\t2022\t1"),
                   c = OF(FACT_ARSMAL, "A\t2022\t1", "B\t2022\t1"), d = OF(FACT_UTFALL, "A\t2022\t1", "B\t2022\t2"),
                   e = OF(FACT_UTFALL, "A\t2022", "B"); /* rows of too few columns are groups too */
    (void)state;
    assert_string_equal(a.root, b.root);
    assert_string_not_equal(a.root, c.root);
    assert_string_not_equal(a.root, d.root);
    assert_string_equal(e.groups[1].stadsdel, "B");
    assert_string_equal(e.groups[1].period, "");
    digests_free(&a);
    digests_free(&b);
    digests_free(&c);
    digests_free(&d);
    digests_free(&e);
}

static void there_is_room_for_any_number_of_groups(void **state)
{
    struct digests d = {0};
    struct error err;
    char row[32];
    (void)state;
    for (int i = 0; i < 500; i++) {
        (void)snprintf(row, sizeof row, "A\t%d\t1", i);
        ASSERT_OK(digests_add(&d, FACT_UTFALL, text_of(row), &err));
    }
    ASSERT_OK(digests_end(&d, &err));
    assert_int_equal(d.count, 500);
    assert_int_equal(digests_rows(&d), 500);
    digests_free(&d);
}

static void a_group_whose_line_is_too_long_has_no_root(void **state)
{
    struct digests d = {0};
    struct error err;
    char row[600];
    (void)state;
    memset(row, 'x', sizeof row);
    memcpy(row + sizeof row - 8, "\t2022\t1", 8);
    ASSERT_OK(digests_add(&d, FACT_UTFALL, text_of(row), &err));
    assert_int_equal(digests_end(&d, &err), -1);
    assert_int_equal(err.class, EXIT_INTERNAL);
    assert_non_null(strstr(err.message, "is too long a line"));
    digests_free(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_group_is_the_sha256_of_its_rows_and_the_root_that_of_its_lines),
        cmocka_unit_test(no_rows_have_the_root_of_nothing),
        cmocka_unit_test(the_order_of_groups_does_not_count_and_any_other_group_does),
        cmocka_unit_test(there_is_room_for_any_number_of_groups),
        cmocka_unit_test(a_group_whose_line_is_too_long_has_no_root),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
