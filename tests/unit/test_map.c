#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "etl/base/map.h"

#define MANY 20000

static struct text number(struct arena *arena, int n)
{
    char text[16];
    (void)snprintf(text, sizeof text, "namn %d", n);
    return text_copy(arena, text_of(text));
}

static void an_empty_map_knows_nothing(void **state)
{
    (void)state;
    struct map map = {0};
    int32_t value = 7;
    assert_false(map_get(&map, TEXT("a"), &value));
    assert_false(map_remove(&map, TEXT("a")));
    assert_int_equal(value, 7);
    map_free(&map);
}

static void a_key_has_the_value_it_was_given_last_and_the_empty_key_is_one(void **state)
{
    (void)state;
    struct map map = {0};
    struct error err;
    int32_t value;
    assert_int_equal(map_put(&map, TEXT("Äldreomsorg"), 1, &err), 0);
    assert_int_equal(map_put(&map, TEXT(""), 2, &err), 0);
    assert_int_equal(map_put(&map, TEXT("Äldreomsorg"), 3, &err), 0);
    assert_true(map_get(&map, TEXT("Äldreomsorg"), &value));
    assert_int_equal(value, 3);
    assert_true(map_get(&map, (struct text){0}, &value));
    assert_int_equal(value, 2);
    assert_int_equal(map.count, 2);
    map_free(&map);
}

static void many_keys_are_all_found_and_no_other(void **state)
{
    (void)state;
    struct map map = {0};
    struct arena arena = {0};
    struct error err;
    int32_t value;
    for (int i = 0; i < MANY; i++)
        assert_int_equal(map_put(&map, number(&arena, i), i, &err), 0);
    for (int i = 0; i < MANY; i++) {
        assert_true(map_get(&map, number(&arena, i), &value));
        assert_int_equal(value, i);
    }
    assert_false(map_get(&map, number(&arena, MANY), &value));
    map_free(&map);
    arena_free(&arena);
}

static void removing_keys_loses_no_other_key(void **state)
{
    (void)state;
    struct map map = {0};
    struct arena arena = {0};
    struct error err;
    int32_t value;
    for (int i = 0; i < MANY; i++)
        assert_int_equal(map_put(&map, number(&arena, i), i, &err), 0);
    for (int i = 0; i < MANY; i += 3)
        assert_true(map_remove(&map, number(&arena, i)));
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(map_get(&map, number(&arena, i), &value), i % 3 != 0);
        if (i % 3) assert_int_equal(value, i);
    }
    assert_int_equal(map.count, MANY - (MANY + 2) / 3);
    map_free(&map);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_map_knows_nothing),
        cmocka_unit_test(a_key_has_the_value_it_was_given_last_and_the_empty_key_is_one),
        cmocka_unit_test(many_keys_are_all_found_and_no_other),
        cmocka_unit_test(removing_keys_loses_no_other_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
