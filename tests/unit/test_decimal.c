#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "etl/base/decimal.h"

static struct decimal number(const char *s)
{
    struct decimal d = {0};
    if (decimal_parse(text_of(s), &d)) fail_msg("%s was refused", s);
    return d;
}

static void assert_parsed(const char *s, int64_t unscaled, unsigned scale)
{
    struct decimal d = number(s);
    if (d.unscaled != unscaled || d.scale != scale) fail_msg("%s: %ld at %u", s, (long)d.unscaled, d.scale);
}

static void assert_refused(struct text plain)
{
    struct decimal d = {42, 7};
    if (decimal_parse(plain, &d) != -1) fail_msg("\"%.*s\" was taken", TEXT_ARGS(plain));
    assert_int_equal(d.unscaled, 42); /* untouched on failure */
    assert_int_equal(d.scale, 7);
}

static void a_plain_number_keeps_its_digits_and_scale(void **state)
{
    (void)state;
    assert_parsed("85", 85, 0);
    assert_parsed("85,0", 850, 1);
    assert_parsed("66,67", 6667, 2);
    assert_parsed("1.05", 105, 2);
    assert_parsed("-1", -1, 0);
    assert_parsed("-0,5", -5, 1);
    assert_parsed("0", 0, 0);
    assert_parsed("-0", 0, 0);
    assert_parsed("007", 7, 0);
    assert_parsed("0,000", 0, 3);
}

static void eighteen_digits_fit_and_nineteen_do_not(void **state)
{
    (void)state;
    assert_parsed("999999999999999999", INT64_C(999999999999999999), 0);
    assert_parsed("-999999999999999999", INT64_C(-999999999999999999), 0);
    assert_parsed("0,99999999999999999", INT64_C(99999999999999999), 17);
    assert_refused(TEXT("9999999999999999999"));
    assert_refused(TEXT("0,999999999999999999"));
    assert_refused(TEXT("99999999999999999999999999999999999999999"));
}

static void what_is_no_plain_number_is_refused(void **state)
{
    static const char *const bad[] = {"",           "-",       "--1", "+1",    ",5",     ".5",   "5,",  "5.",  "-,5",
                                      "1 050",      " 1",      "1 ",  "1,2,3", "12.4.5", "1,-2", "1e3", "0x1", "5%",
                                      "1\u00a0050", "\u22121", "a",   "\xff",  "nan",    "inf",  "1_0", "1'0"};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_refused(text_of(bad[i]));
    assert_refused(text_make("1\0", 2));
    assert_refused(text_make(NULL, 0));
}

static void printing_writes_all_digits_of_the_scale_with_a_point(void **state)
{
    static const char *const texts[] = {"85",
                                        "85.0",
                                        "0",
                                        "0.00",
                                        "-12.50",
                                        "0.05",
                                        "-0.5",
                                        "-1",
                                        "1050",
                                        "999999999999999999",
                                        "-0.99999999999999999"};
    char buffer[DECIMAL_PRINT_SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_string_equal(decimal_print(number(texts[i]), buffer), texts[i]);
    assert_string_equal(decimal_print((struct decimal){-1, 18}, buffer), "-0.000000000000000001");
    assert_string_equal(decimal_print((struct decimal){0, 0}, buffer), "0");
    assert_string_equal(decimal_print(number("-0,0"), buffer), "0.0");
}

static void comparing_ignores_trailing_zeros_and_does_not_overflow(void **state)
{
    (void)state;
    assert_int_equal(decimal_compare(number("85"), number("85,0")), 0);
    assert_int_equal(decimal_compare(number("85"), number("85,01")), -1);
    assert_int_equal(decimal_compare(number("-1"), number("-1,5")), 1);
    assert_int_equal(decimal_compare(number("-1"), number("0,0")), -1);
    assert_int_equal(decimal_compare(number("0"), number("0,000")), 0);
    assert_int_equal(decimal_compare(number("999999999999999999"), number("0,00000000000000001")), 1);
    assert_int_equal(decimal_compare((struct decimal){INT64_C(999999999999999999), 0}, (struct decimal){1, 18}), 1);
}

static void adding_keeps_the_larger_scale(void **state)
{
    struct decimal sum;
    (void)state;
    assert_int_equal(decimal_add(number("1,5"), number("2,25"), &sum), 0);
    assert_int_equal(sum.unscaled, 375);
    assert_int_equal(sum.scale, 2);
    assert_int_equal(decimal_add(number("0,1"), number("-0,1"), &sum), 0);
    assert_true(decimal_is_zero(sum));
    assert_int_equal(sum.scale, 1);
    assert_false(decimal_is_zero(number("0,1")));
}

static void a_sum_of_more_than_eighteen_digits_is_refused(void **state)
{
    struct decimal sum = {42, 0};
    (void)state;
    assert_int_equal(decimal_add(number("999999999999999999"), number("1"), &sum), -1);
    assert_int_equal(decimal_add(number("-999999999999999999"), number("-1"), &sum), -1);
    assert_int_equal(decimal_add(number("999999999999999999"), number("0,1"), &sum), -1);
    assert_int_equal(sum.unscaled, 42);
    assert_int_equal(decimal_add(number("999999999999999998"), number("1"), &sum), 0);
}

static void with_as_many_decimals_the_digits_decide_which_is_smaller(void **state)
{
    (void)state;
    assert_true(decimal_below(number("86"), number("87")));
    assert_false(decimal_below(number("87"), number("87")));
    assert_false(decimal_below(number("87"), number("86")));
    assert_true(decimal_below(number("-1,5"), number("-1,4")));
    assert_true(decimal_differs(number("59,38"), number("59,39")));
    assert_false(decimal_differs(number("59,38"), number("59,38")));
}

/* 87 stands for 86,5 to 87,5 and 87,50 for 87,495 to 87,505; where the two only touch, nothing is sure. */
static void with_fewer_decimals_half_a_unit_of_the_last_is_allowed_for(void **state)
{
    (void)state;
    assert_false(decimal_below(number("87"), number("87,4")));
    assert_false(decimal_below(number("87"), number("87,50")));
    assert_true(decimal_below(number("87"), number("87,51")));
    assert_false(decimal_below(number("86,50"), number("87")));
    assert_true(decimal_below(number("86,49"), number("87")));
    assert_false(decimal_below((struct decimal){1, 0}, (struct decimal){15, 1})); /* 1,5 and 1,45: they overlap */
    assert_true(decimal_below((struct decimal){1, 0}, (struct decimal){16, 1}));
    assert_false(decimal_differs(number("81"), number("80,95")));
    assert_true(decimal_differs(number("82"), number("80,95")));
    assert_false(decimal_differs(number("85"), number("85,0")));
    assert_false(decimal_below((struct decimal){INT64_C(999999999999999999), 0}, (struct decimal){1, 18}));
    assert_true(decimal_below((struct decimal){1, 18}, (struct decimal){INT64_C(999999999999999999), 0}));
}

static int sum_of(const char *a, const char *b, const char *total, enum decimal_rounding rounding)
{
    return decimal_compare_sum(number(a), number(b), number(total), rounding);
}

static void a_sum_of_counts_is_exact(void **state)
{
    (void)state;
    assert_int_equal(sum_of("506", "544", "1050", DECIMAL_ALL_COUNTED), 0);
    assert_int_equal(sum_of("506", "545", "1050", DECIMAL_ALL_COUNTED), 1);
    assert_int_equal(sum_of("506", "543", "1050", DECIMAL_ALL_COUNTED), -1);
}

static void a_sum_of_rounded_parts_may_miss_by_half_a_unit_of_each(void **state)
{
    (void)state;
    assert_int_equal(sum_of("3,2", "38,1", "41,3", DECIMAL_ROUNDED), 0);
    assert_int_equal(sum_of("3,2", "38,1", "41,4", DECIMAL_ROUNDED), 0); /* 3,24 + 38,14 = 41,38 */
    assert_int_equal(sum_of("3,2", "38,1", "41,2", DECIMAL_ROUNDED), 0);
    assert_int_equal(sum_of("3,2", "38,1", "41,5", DECIMAL_ROUNDED), -1);
    assert_int_equal(sum_of("3,2", "38,1", "41,1", DECIMAL_ROUNDED), 1);
    assert_int_equal(sum_of("3,2", "38", "42", DECIMAL_ROUNDED), 0); /* 0,05 + 0,5 + 0,5 are more than 0,8 */
    assert_int_equal(sum_of("3,2", "38", "43", DECIMAL_ROUNDED), -1);
}

static void shares_of_an_exact_hundred_may_miss_by_half_a_unit_of_each_share(void **state)
{
    (void)state;
    assert_int_equal(sum_of("7", "93", "100", DECIMAL_OF_EXACT), 0);
    assert_int_equal(sum_of("34", "67", "100", DECIMAL_OF_EXACT), 0); /* 33,5 and 66,5 */
    assert_int_equal(sum_of("34", "68", "100", DECIMAL_OF_EXACT), 1);
    assert_int_equal(sum_of("33", "66", "100", DECIMAL_OF_EXACT), 0);
    assert_int_equal(sum_of("33", "65", "100", DECIMAL_OF_EXACT), -1);
    assert_int_equal(sum_of("33,3", "66,6", "100", DECIMAL_OF_EXACT), 0);
    assert_int_equal(sum_of("33,3", "66,5", "100", DECIMAL_OF_EXACT), -1);
}

static void the_largest_numbers_are_summed_without_overflow(void **state)
{
    const struct decimal large = {INT64_C(999999999999999999), 0}, small = {-INT64_C(999999999999999999), 18};
    (void)state;
    assert_int_equal(decimal_compare_sum(large, large, small, DECIMAL_ROUNDED), 1);
    assert_int_equal(decimal_compare_sum(small, small, large, DECIMAL_ROUNDED), -1);
}

static void the_binary_form_is_what_numeric_send_writes(void **state)
{
    /* Taken from PostgreSQL 15: select encode(numeric_send(x), 'hex'). */
    static const struct {
        const char *number, *hex;
    } vectors[] = {
        {"12.5", "0002000000000001000c1388"},
        {"85", "00010000000000000055"},
        {"0", "0000000000000000"},
        {"0.00", "0000000000000002"},
        {"-0", "0000000000000000"},
        {"0.0001", "0001ffff000000040001"},
        {"-1", "00010000400000000001"},
        {"10000", "00010001000000000001"},
        {"1.05", "0002000000000002000101f4"},
        {"1050", "0001000000000000041a"},
        {"0.10", "0001ffff0000000203e8"},
        {"-0.05", "0001ffff4000000201f4"},
        {"1.2345", "000200000000000400010929"},
        {"10000.0000", "00010001000000040001"},
        {"100000000", "00010002000000000001"},
        {"123456789012345678", "0005000400000000000c0d801ed204d2162e"},
        {"999999999999999999", "00050004000000000063270f270f270f270f"},
        {"-99999999999999999.9", "00060004400000010009270f270f270f270f2328"},
        {"0.00000000000000001", "0001fffb0000001103e8"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        unsigned char bytes[DECIMAL_BINARY_SIZE];
        char hex[2 * DECIMAL_BINARY_SIZE + 1];
        unsigned length = decimal_binary(number(vectors[i].number), bytes);
        assert_true(length <= DECIMAL_BINARY_SIZE);
        for (unsigned k = 0; k < length; k++)
            snprintf(hex + 2 * k, 3, "%02x", bytes[k]);
        assert_string_equal(hex, vectors[i].hex);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_number_keeps_its_digits_and_scale),
        cmocka_unit_test(eighteen_digits_fit_and_nineteen_do_not),
        cmocka_unit_test(what_is_no_plain_number_is_refused),
        cmocka_unit_test(printing_writes_all_digits_of_the_scale_with_a_point),
        cmocka_unit_test(comparing_ignores_trailing_zeros_and_does_not_overflow),
        cmocka_unit_test(adding_keeps_the_larger_scale),
        cmocka_unit_test(a_sum_of_more_than_eighteen_digits_is_refused),
        cmocka_unit_test(with_as_many_decimals_the_digits_decide_which_is_smaller),
        cmocka_unit_test(with_fewer_decimals_half_a_unit_of_the_last_is_allowed_for),
        cmocka_unit_test(a_sum_of_counts_is_exact),
        cmocka_unit_test(a_sum_of_rounded_parts_may_miss_by_half_a_unit_of_each),
        cmocka_unit_test(shares_of_an_exact_hundred_may_miss_by_half_a_unit_of_each_share),
        cmocka_unit_test(the_largest_numbers_are_summed_without_overflow),
        cmocka_unit_test(the_binary_form_is_what_numeric_send_writes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
