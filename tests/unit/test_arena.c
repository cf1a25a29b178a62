#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdalign.h>
#include <string.h>

#include "etl/base/arena.h"

static void allocations_are_zeroed_aligned_and_apart(void **state)
{
    struct arena arena = {0};
    (void)state;
    unsigned char *before = NULL;
    for (size_t size = 0; size < 5000; size += 7) {
        unsigned char *p = arena_alloc(&arena, size);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
        assert_ptr_not_equal(p, before);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xff, size);
        before = p;
    }
    arena_free(&arena);
    assert_null(arena.first);
}

static void memory_is_zeroed_again_after_a_reset(void **state)
{
    struct arena arena = {0};
    (void)state;
    unsigned char *p = arena_alloc(&arena, 64);
    memset(p, 0xff, 64);
    arena_reset(&arena);
    assert_int_equal(arena.used, 0);
    unsigned char *again = arena_alloc(&arena, 64);
    assert_ptr_equal(again, p); /* the block was kept */
    for (size_t i = 0; i < 64; i++)
        assert_int_equal(again[i], 0);
    arena_free(&arena);
}

static void a_large_allocation_gets_a_block_of_its_own(void **state)
{
    struct arena arena = {0};
    (void)state;
    char *small = arena_strdup(&arena, "kvar");
    char *large = arena_alloc(&arena, 1 << 20);
    assert_non_null(large);
    large[(1 << 20) - 1] = 'x';
    assert_string_equal(small, "kvar");
    arena_reset(&arena);
    assert_non_null(arena_alloc(&arena, 1));
    arena_reset(&arena);
    arena_free(&arena);
}

static void the_limit_holds_until_the_reset(void **state)
{
    struct arena arena = {.limit = 100};
    (void)state;
    assert_non_null(arena_alloc(&arena, 90));
    assert_null(arena_alloc(&arena, 90));
    assert_true(arena.used <= arena.limit);
    arena_reset(&arena);
    assert_non_null(arena_alloc(&arena, 90));
    arena_free(&arena);
}

static void a_size_that_overflows_is_refused(void **state)
{
    struct arena arena = {0};
    (void)state;
    assert_null(arena_alloc(&arena, SIZE_MAX));
    assert_null(arena_array(&arena, SIZE_MAX / 2, 3));
    assert_null(arena_array(&arena, SIZE_MAX, SIZE_MAX));
    assert_non_null(arena_array(&arena, 0, 8));
    arena_free(&arena);
}

static void an_empty_arena_can_be_reset_and_freed(void **state)
{
    struct arena arena = {0};
    (void)state;
    arena_reset(&arena);
    arena_free(&arena);
    arena_free(&arena);
    assert_int_equal(arena.used, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(allocations_are_zeroed_aligned_and_apart),
        cmocka_unit_test(memory_is_zeroed_again_after_a_reset),
        cmocka_unit_test(a_large_allocation_gets_a_block_of_its_own),
        cmocka_unit_test(the_limit_holds_until_the_reset),
        cmocka_unit_test(a_size_that_overflows_is_refused),
        cmocka_unit_test(an_empty_arena_can_be_reset_and_freed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
