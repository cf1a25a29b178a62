#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "etl/json_write.h"
#include "tests/unit/scarce_memory.h"

static json_t *object(void)
{
    json_t *value = json_pack("{s:s,s:[i,i],s:{s:n}}", "namn", "Bromma", "tal", 1, 2, "inre", "tom");
    assert_non_null(value);
    return value;
}

static void a_value_is_written_in_the_form_asked_for(void **state)
{
    json_t *value = object();
    (void)state;
    char *text = json_write(value, JSON_COMPACT | JSON_PRESERVE_ORDER);
    assert_string_equal(text, "{\"namn\":\"Bromma\",\"tal\":[1,2],\"inre\":{\"tom\":null}}");
    free(text);
    text = json_write(value, JSON_COMPACT | JSON_SORT_KEYS);
    assert_string_equal(text, "{\"inre\":{\"tom\":null},\"namn\":\"Bromma\",\"tal\":[1,2]}");
    free(text);
    json_decref(value);
}

static void what_lacks_memory_is_none_and_never_without_a_name(void **state)
{
    static const size_t forms[] = {JSON_COMPACT | JSON_PRESERVE_ORDER, JSON_COMPACT | JSON_SORT_KEYS, JSON_INDENT(1)};
    json_t *value = object();
    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        requests = 0;
        char *all = json_write(value, forms[i]);
        assert_non_null(all);
        for (long n = 1, count = requests; n <= count; n++) {
            requests = 0;
            refused_at = n;
            char *text = json_write(value, forms[i]);
            refused_at = 0;
            if (text) assert_string_equal(text, all);
            free(text);
        }
        free(all);
    }
    json_decref(value);
}

static void what_is_no_object_or_array_is_none(void **state)
{
    (void)state;
    json_t *value = json_integer(3);
    assert_null(json_write(value, JSON_COMPACT));
    json_decref(value);
    assert_null(json_write(NULL, JSON_COMPACT));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_value_is_written_in_the_form_asked_for),
                                       cmocka_unit_test(what_lacks_memory_is_none_and_never_without_a_name),
                                       cmocka_unit_test(what_is_no_object_or_array_is_none)};
    json_set_alloc_funcs(give, free);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
