#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "etl/base/text.h"

static struct arena arena;

static int free_arena(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void texts_are_compared_by_their_bytes(void **state)
{
    (void)state;
    assert_true(text_equal(text_make(NULL, 0), TEXT("")));
    assert_true(text_is(TEXT("å"), "å"));
    assert_false(text_is(TEXT("å"), "a\u030a"));
    assert_false(text_equal(TEXT("ab"), TEXT("a")));
    assert_true(text_compare(TEXT("a"), TEXT("ab")) < 0);
    assert_true(text_compare(TEXT("Z"), TEXT("a")) < 0);
    assert_true(text_compare(TEXT("å"), TEXT("z")) > 0);
    assert_int_equal(text_compare(text_make(NULL, 0), TEXT("")), 0);
}

static void a_text_starts_ends_and_holds(void **state)
{
    (void)state;
    assert_true(text_starts(TEXT("VB 2022"), "VB"));
    assert_false(text_starts(TEXT("V"), "VB"));
    assert_true(text_ends(TEXT("VB 2022"), "2022"));
    assert_false(text_ends(TEXT("22"), "2022"));
    assert_int_equal(text_find(TEXT("a;b;c"), ";c"), 3);
    assert_int_equal(text_find(TEXT("a"), "ab"), SIZE_MAX);
    assert_int_equal(text_find(TEXT("a"), ""), SIZE_MAX);
}

static void parts_are_clipped_to_the_text(void **state)
{
    (void)state;
    assert_true(text_is(text_from(TEXT("abc"), 1), "bc"));
    assert_int_equal(text_from(TEXT("abc"), 3).len, 0);
    assert_int_equal(text_from(TEXT("abc"), SIZE_MAX).len, 0);
    assert_true(text_is(text_part(TEXT("abc"), 1, 1), "b"));
    assert_true(text_is(text_part(TEXT("abc"), 2, SIZE_MAX), "c"));
}

static void all_white_space_of_the_exports_is_trimmed(void **state)
{
    (void)state;
    assert_true(text_is(text_trim(TEXT("\ufeff \u00a0\t85 %\u202f\u2009\u2007\r\n")), "85 %"));
    assert_true(text_blank(TEXT(" \u00a0\v\f")));
    assert_true(text_blank(text_make(NULL, 0)));
    assert_false(text_blank(TEXT("\u200b")));
    assert_int_equal(text_space(TEXT("\u202f1")), 3);
    assert_int_equal(text_space(TEXT("\u00a0")), 2);
    assert_int_equal(text_space(TEXT("\xc2")), 0);    /* cut character */
    assert_true(text_is(text_trim(TEXT("à ")), "à")); /* its last byte is that of U+00A0 */
}

static void runs_of_white_space_fold_to_one_blank(void **state)
{
    struct text same = TEXT("kg CO2");
    (void)state;
    assert_true(text_is(text_fold_space(&arena, TEXT(" kg \u00a0\tCO2\n")), "kg CO2"));
    assert_ptr_equal(text_fold_space(&arena, same).ptr, same.ptr);
    assert_int_equal(text_fold_space(&arena, TEXT("  ")).len, 0);
}

static void copies_and_joins_stand_in_the_arena(void **state)
{
    struct text copy = text_copy(&arena, TEXT("ab"));
    (void)state;
    assert_true(text_is(copy, "ab"));
    assert_true(text_is(text_join(&arena, copy, " ", TEXT("cd")), "ab cd"));
    assert_true(text_is(text_join(&arena, TEXT(""), " ", TEXT("cd")), "cd"));
    assert_true(text_is(text_join(&arena, copy, " ", TEXT("")), "ab"));
    assert_string_equal(text_cstr(&arena, TEXT("abc")), "abc");
    assert_string_equal(text_cstr(&arena, text_make(NULL, 0)), "");
}

static void memory_that_runs_out_is_told(void **state)
{
    struct arena full = {.limit = 1};
    (void)state;
    assert_true(text_failed(text_copy(&full, TEXT("ab"))));
    assert_true(text_failed(text_fold_space(&full, TEXT("a  b"))));
    assert_true(text_failed(text_join(&full, TEXT("a"), "", TEXT("b"))));
    assert_null(text_cstr(&full, TEXT("a")));
    arena_free(&full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_compared_by_their_bytes),
        cmocka_unit_test(a_text_starts_ends_and_holds),
        cmocka_unit_test(parts_are_clipped_to_the_text),
        cmocka_unit_test(all_white_space_of_the_exports_is_trimmed),
        cmocka_unit_test(runs_of_white_space_fold_to_one_blank),
        cmocka_unit_test(copies_and_joins_stand_in_the_arena),
        cmocka_unit_test(memory_that_runs_out_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
