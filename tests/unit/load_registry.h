/* Reading registries in tests: three texts as if they were files d, e and i, and what is said about them. */
#ifndef STADSLAGER_TESTS_LOAD_REGISTRY_H
#define STADSLAGER_TESTS_LOAD_REGISTRY_H

#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "etl/base/fold.h"
#include "etl/config/config_read.h"

struct loaded {
    struct arena arena;
    struct registry registry;
    char *problems; /* as printed */
    size_t count;
};

/* Reads three texts (NULL = none) as if they were files d, e and i. */
static inline void load(const char *d, const char *e, const char *i, struct loaded *ret)
{
    const char *const names[] = {"d", "e", "i"}, *const yaml[] = {d, e, i};
    struct registry_file files[REGISTRY_COUNT] = {{0}};
    struct problems problems = {0};
    size_t size;
    memset(ret, 0, sizeof *ret);
    problems.arena = &ret->arena;
    for (int k = 0; k < REGISTRY_COUNT; k++)
        if (yaml[k])
            files[k] = (struct registry_file){names[k], tree_parse(names[k], text_of(yaml[k]), &ret->arena, &problems)};
    registry_read(files, &ret->arena, &problems, &ret->registry);
    FILE *out = open_memstream(&ret->problems, &size);
    assert_non_null(out);
    problems_print(&problems, out);
    assert_int_equal(fclose(out), 0);
    assert_false(problems.out_of_memory);
    ret->count = problems.count;
}

static inline void release(struct loaded *loaded)
{
    arena_free(&loaded->arena);
    free(loaded->problems);
}

#define WRONG(name, d, e, i, expected)                                                                                 \
    static void name(void **state)                                                                                     \
    {                                                                                                                  \
        struct loaded loaded;                                                                                          \
        (void)state;                                                                                                   \
        load(d, e, i, &loaded);                                                                                        \
        assert_string_equal(loaded.problems, expected);                                                                \
        release(&loaded);                                                                                              \
    }

#define DISTRICTS                                                                                                      \
    "stadsdelar:\n"                                                                                                    \
    "  - {code: SDN_A, name: Alfa, aliases: [Första]}\n"                                                              \
    "  - {code: SDN_B, name: Beta-Gamma, valid_to: 2020-06-30}\n"                                                      \
    "  - {code: SDN_D, name: Delta, valid_from: 2020-07-01}\n"

#endif
