/* YAML as a tree: what is refused and where, and how a place is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "etl/base/limits.h"
#include "etl/config/yaml_tree.h"

struct parsed {
    struct arena arena;
    const struct tree_node *root;
    char *problems; /* as printed */
};

static struct parsed parse(struct text yaml)
{
    struct parsed parsed = {0};
    struct problems problems = {.arena = &parsed.arena};
    size_t size;
    parsed.root = tree_parse("f", yaml, &parsed.arena, &problems);
    FILE *out = open_memstream(&parsed.problems, &size);
    assert_non_null(out);
    problems_print(&problems, out);
    assert_int_equal(fclose(out), 0);
    assert_false(problems.out_of_memory);
    return parsed;
}

static void release(struct parsed *parsed)
{
    arena_free(&parsed->arena);
    free(parsed->problems);
}

static void assert_refused(struct text yaml, const char *expected)
{
    struct parsed parsed = parse(yaml);
    assert_null(parsed.root);
    assert_string_equal(parsed.problems, expected);
    release(&parsed);
}

static void nothing_and_a_lone_null_are_an_empty_file(void **state)
{
    (void)state;
    assert_refused(TEXT(""), "f:1:1: the file is empty\n");
    assert_refused(TEXT("# only a comment\n"), "f:1:1: the file is empty\n");
    assert_refused(TEXT("~\n"), "f:1:1: the file is empty\n");
    assert_refused(TEXT("null\n"), "f:1:1: the file is empty\n");
}

static void only_what_stands_without_quotes_is_null(void **state)
{
    struct parsed parsed = parse(TEXT("a: ~\nb: null\nc:\nd: '~'\ne: 'null'\nf: nul\ng: []\n"));
    (void)state;
    assert_non_null(parsed.root);
    for (const struct tree_node *n = parsed.root->first; n; n = n->next)
        assert_int_equal(tree_is_null(n), n->key.ptr[0] <= 'c');
    release(&parsed);
}

static void a_key_that_stands_twice_on_one_line_is_reported_at_the_second(void **state)
{
    struct parsed parsed = parse(TEXT("{b: 1, a: 2, b: 3, c: 4, b: 5}\n"));
    (void)state;
    assert_non_null(parsed.root);
    assert_int_equal(parsed.root->count, 5);
    assert_string_equal(parsed.problems, "f:1:14: b: the key stands twice (first on line 1)\n"
                                         "f:1:26: b: the key stands twice (first on line 1)\n");
    release(&parsed);
}

static void keys_that_stand_twice_beyond_the_limit_are_counted(void **state)
{
    char yaml[8 * (LIMIT_PROBLEMS + 20)] = "";
    (void)state;
    for (size_t i = 0; i < LIMIT_PROBLEMS + 11; i++)
        (void)stpcpy(yaml + strlen(yaml), "a: 1\n");
    struct parsed parsed = parse(text_of(yaml));
    assert_non_null(strstr(parsed.problems, "f:101:1: a: the key stands twice (first on line 1)\n"));
    assert_null(strstr(parsed.problems, "f:102:1"));
    assert_non_null(strstr(parsed.problems, "10 more"));
    release(&parsed);
}

static void an_alias_as_a_key_ends_the_reading(void **state)
{
    (void)state;
    assert_refused(TEXT("a: 1\n*a : 2\nb: &c 3\n"), "f:2:1: aliases (*) are not allowed: write the value out\n");
    assert_refused(TEXT("a: *x\nb: *y\n"), "f:1:4: aliases (*) are not allowed: write the value out\n"
                                           "f:2:4: aliases (*) are not allowed: write the value out\n");
}

static void a_byte_that_is_no_text_is_placed_by_characters_in_its_line(void **state)
{
    struct parsed parsed = parse(TEXT("å: ä\nöö: \xff\n"));
    (void)state;
    assert_null(parsed.root);
    assert_int_equal(strncmp(parsed.problems, "f:2:5: not YAML: ", strlen("f:2:5: not YAML: ")), 0);
    release(&parsed);
}

static void more_values_than_the_limit_are_refused(void **state)
{
    const size_t size = 3 * (size_t)LIMIT_CONFIG_NODES;
    char *yaml = malloc(size), *p = yaml;
    (void)state;
    assert_non_null(yaml);
    p = stpcpy(p, "a: [");
    for (size_t i = 0; i < LIMIT_CONFIG_NODES; i++)
        p = stpcpy(p, i % 1000 ? "1," : "1\n,");
    *p++ = ']';
    struct parsed parsed = parse(text_make(yaml, (size_t)(p - yaml)));
    assert_null(parsed.root);
    assert_non_null(strstr(parsed.problems, ": too many values in one file\n"));
    release(&parsed);
    free(yaml);
}

/* ---- paths ---- */

static void assert_path(struct text yaml, const char *key, size_t item, const char *expected)
{
    struct parsed parsed = parse(yaml);
    char path[TREE_PATH_SIZE];
    const struct tree_node *n = tree_get(parsed.root, key);
    assert_non_null(n);
    n = n->first;
    for (; item > 1; item--)
        n = n->next;
    assert_string_equal(tree_path(n, path), expected);
    release(&parsed);
}

static void an_item_goes_by_its_code_its_name_or_its_number(void **state)
{
    const struct text yaml = TEXT("a: [{name: N, code: C}, {name: N}, {name: ''}, {code: [C], name: N}, {x: 1}, 2]\n");
    (void)state;
    assert_path(yaml, "a", 1, "a[C]");
    assert_path(yaml, "a", 2, "a[N]");
    assert_path(yaml, "a", 3, "a[3]");
    assert_path(yaml, "a", 4, "a[4]");
    assert_path(yaml, "a", 5, "a[5]");
    assert_path(yaml, "a", 6, "a[6]");
}

static void a_long_name_is_cut_between_characters(void **state)
{
    (void)state;
    assert_path(TEXT("a: [{name: ååååååååååååååååååååååååå}]\n"), "a", 1, "a[åååååååååååååååååååååååå]"); /* 48 bytes */
    assert_path(TEXT("a: [{name: xååååååååååååååååååååååååå}]\n"), "a", 1,
                "a[xååååååååååååååååååååååå]"); /* 47, not half a letter more */
}

static void a_path_longer_than_its_buffer_is_cut(void **state)
{
    char yaml[4000] = "", path[TREE_PATH_SIZE];
    (void)state;
    for (int depth = 0; depth < 12; depth++) {
        char line[128];
        (void)snprintf(line, sizeof line, "%*s%s%c:\n", depth, "",
                       "a_key_of_fifty_letters_or_so_that_is_one_of_a_dozen", 'a' + depth);
        (void)stpcpy(yaml + strlen(yaml), line);
    }
    struct parsed parsed = parse(text_of(yaml));
    const struct tree_node *n = parsed.root;
    while (n->first)
        n = n->first;
    assert_int_equal(strlen(tree_path(n, path)), TREE_PATH_SIZE - 1);
    assert_int_equal(strncmp(path, "a_key_of_fifty_letters", strlen("a_key_of_fifty_letters")), 0);
    assert_string_equal(tree_path(parsed.root, path), "");
    release(&parsed);
}

static void only_a_map_has_keys(void **state)
{
    struct parsed parsed = parse(TEXT("a: [b]\n"));
    (void)state;
    assert_null(tree_get(NULL, "a"));
    assert_null(tree_get(tree_get(parsed.root, "a"), "b"));
    assert_null(tree_get(parsed.root, "b"));
    release(&parsed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_and_a_lone_null_are_an_empty_file),
        cmocka_unit_test(only_what_stands_without_quotes_is_null),
        cmocka_unit_test(a_key_that_stands_twice_on_one_line_is_reported_at_the_second),
        cmocka_unit_test(keys_that_stand_twice_beyond_the_limit_are_counted),
        cmocka_unit_test(an_alias_as_a_key_ends_the_reading),
        cmocka_unit_test(a_byte_that_is_no_text_is_placed_by_characters_in_its_line),
        cmocka_unit_test(more_values_than_the_limit_are_refused),
        cmocka_unit_test(an_item_goes_by_its_code_its_name_or_its_number),
        cmocka_unit_test(a_long_name_is_cut_between_characters),
        cmocka_unit_test(a_path_longer_than_its_buffer_is_cut),
        cmocka_unit_test(only_a_map_has_keys),
    };
    return cmocka_run_group_tests_name("yaml_tree", tests, NULL, NULL);
}
