#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "etl/base/limits.h"
#include "etl/base/memo.h"

static void an_empty_memo_knows_nothing(void **state)
{
    (void)state;
    struct memo memo = {0};
    int32_t answer = 7;
    assert_false(memo_get(&memo, 0, TEXT("Bromma"), &answer));
    assert_false(memo_get(&memo, 0, TEXT(""), &answer));
    assert_int_equal(answer, 7);
    memo_free(&memo);
}

static void a_name_has_the_answer_of_its_scope_that_was_kept_last(void **state)
{
    (void)state;
    struct memo memo = {0};
    int32_t answer;
    memo_put(&memo, 1, TEXT("Familjeenheten"), 10);
    memo_put(&memo, 2, TEXT("Familjeenheten"), 20);
    memo_put(&memo, 2, TEXT(""), 30);
    assert_true(memo_get(&memo, 1, TEXT("Familjeenheten"), &answer));
    assert_int_equal(answer, 10);
    assert_true(memo_get(&memo, 2, TEXT("Familjeenheten"), &answer));
    assert_int_equal(answer, 20);
    assert_true(memo_get(&memo, 2, (struct text){0}, &answer));
    assert_int_equal(answer, 30);
    assert_false(memo_get(&memo, 3, TEXT("Familjeenheten"), &answer));
    memo_put(&memo, 1, TEXT("Familjeenheten"), 11);
    assert_true(memo_get(&memo, 1, TEXT("Familjeenheten"), &answer));
    assert_int_equal(answer, 11);
    memo_free(&memo);
    assert_false(memo_get(&memo, 1, TEXT("Familjeenheten"), &answer));
}

static void what_is_found_is_always_the_name_itself_however_many_there_are(void **state)
{
    (void)state;
    enum { MANY = 4 * LIMIT_MEMO_SLOTS };
    struct memo memo = {0};
    char name[32];
    int found = 0;
    for (int i = 0; i < MANY; i++) {
        (void)snprintf(name, sizeof name, "Enhet %d", i);
        memo_put(&memo, i % 3, text_of(name), i);
    }
    for (int i = 0; i < MANY; i++) {
        int32_t answer;
        (void)snprintf(name, sizeof name, "Enhet %d", i);
        if (!memo_get(&memo, i % 3, text_of(name), &answer)) continue;
        assert_int_equal(answer, i);
        found++;
    }
    assert_true(found > LIMIT_MEMO_SLOTS / 2);
    assert_true(found <= LIMIT_MEMO_SLOTS);
    memo_free(&memo);
}

static void what_is_found_is_always_of_the_scope_that_was_asked_for(void **state)
{
    (void)state;
    enum { MANY = 4 * LIMIT_MEMO_SLOTS };
    struct memo memo = {0};
    int32_t answer;
    for (int i = 0; i < MANY; i++)
        memo_put(&memo, i, TEXT("Familjeenheten"), i);
    for (int i = 0; i < MANY; i++)
        if (memo_get(&memo, i, TEXT("Familjeenheten"), &answer)) assert_int_equal(answer, i);
    memo_free(&memo);
}

static void names_that_differ_in_one_byte_or_in_length_only_are_told_apart(void **state)
{
    (void)state;
    struct memo memo = {0};
    char name[LIMIT_MEMO_NAME + 1];
    int32_t answer;
    memset(name, 'a', sizeof name);
    memo_put(&memo, 0, text_make(name, LIMIT_MEMO_NAME), 1);
    memo_put(&memo, 0, text_make(name, sizeof name), 2); /* too long to be kept */
    assert_true(memo_get(&memo, 0, text_make(name, LIMIT_MEMO_NAME), &answer));
    assert_int_equal(answer, 1);
    assert_false(memo_get(&memo, 0, text_make(name, sizeof name), &answer));
    assert_false(memo_get(&memo, 0, text_make(name, LIMIT_MEMO_NAME - 1), &answer));
    for (size_t i = 0; i < LIMIT_MEMO_NAME; i++) {
        name[i] = 'b';
        assert_false(memo_get(&memo, 0, text_make(name, LIMIT_MEMO_NAME), &answer));
        name[i] = 'a';
    }
    memo_free(&memo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_memo_knows_nothing),
        cmocka_unit_test(a_name_has_the_answer_of_its_scope_that_was_kept_last),
        cmocka_unit_test(what_is_found_is_always_the_name_itself_however_many_there_are),
        cmocka_unit_test(what_is_found_is_always_of_the_scope_that_was_asked_for),
        cmocka_unit_test(names_that_differ_in_one_byte_or_in_length_only_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
