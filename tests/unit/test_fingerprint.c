/* Fingerprints of rows in any order. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "etl/audit/fingerprint.h"

static const unsigned char key[FINGERPRINT_KEY] = "a key";

/* ROWS: NULL-terminated. */
static struct fingerprint of(const unsigned char *with_key, const char *const *rows)
{
    struct fingerprinter with;
    struct fingerprint found = {0};
    struct error err;
    if (fingerprinter_open(&with, with_key, &err)) fail_msg("%s", err.message);
    for (; *rows; rows++)
        if (fingerprint_add(&with, &found, *rows, strlen(*rows), &err)) fail_msg("%s", err.message);
    fingerprinter_close(&with);
    return found;
}

#define OF(...) of(key, (const char *const[]){__VA_ARGS__, NULL})

static void assert_equal(struct fingerprint a, struct fingerprint b)
{
    assert_true(fingerprint_equal(&a, &b));
}

static void assert_different(struct fingerprint a, struct fingerprint b)
{
    assert_false(fingerprint_equal(&a, &b));
}

static void the_order_of_rows_does_not_count(void **state)
{
    (void)state;
    assert_equal(OF("a\t1", "b\t2", "c\t3"), OF("c\t3", "a\t1", "b\t2"));
    assert_equal(of(key, (const char *const[]){NULL}), (struct fingerprint){0});
}

static void any_other_row_counts(void **state)
{
    (void)state;
    assert_different(OF("a\t1", "b\t2"), OF("a\t1", "b\t3"));
    assert_different(OF("a\t1", "b\t2"), OF("a\t2", "b\t1")); /* the same cells, exchanged */
    assert_different(OF("a", "b"), OF("ab", ""));
    assert_different(OF("a", "b"), OF("a"));
    assert_different(OF("a"), OF("a", ""));
}

static void how_often_a_row_comes_counts(void **state)
{
    (void)state;
    assert_different(OF("a", "b", "b"), OF("a", "a", "b"));
    assert_different(OF("a", "a"), OF("b", "b"));
    assert_different(OF("a", "a"), OF("a"));
    struct fingerprint twice = OF("a", "a");
    assert_int_equal(twice.rows, 2);
}

static void each_audit_has_a_key_of_its_own(void **state)
{
    unsigned char first[FINGERPRINT_KEY] = {0}, second[FINGERPRINT_KEY] = {0};
    const char *const rows[] = {"a", NULL};
    struct error err;
    (void)state;
    assert_int_equal(fingerprint_key(first, &err), 0);
    assert_int_equal(fingerprint_key(second, &err), 0);
    assert_memory_not_equal(first, second, FINGERPRINT_KEY);
    assert_different(of(first, rows), of(second, rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_order_of_rows_does_not_count),
        cmocka_unit_test(any_other_row_counts),
        cmocka_unit_test(how_often_a_row_comes_counts),
        cmocka_unit_test(each_audit_has_a_key_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
