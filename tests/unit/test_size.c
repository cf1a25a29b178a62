#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "etl/base/size.h"

static void sizes_are_cut_to_what_people_read(void **state)
{
    static const struct {
        uint64_t bytes;
        const char *text;
    } cases[] = {{0, "0 B"},
                 {999, "999 B"},
                 {1000, "1.0 kB"},
                 {1049, "1.0 kB"},
                 {99999, "99.9 kB"},
                 {100000, "100 kB"},
                 {999999, "999 kB"},
                 {1000000, "1.0 MB"},
                 {262144, "262 kB"},
                 {1250000, "1.2 MB"},
                 {80380727296, "80.3 GB"},
                 {270553174016, "270 GB"},
                 {1500000000000, "1.5 TB"}};
    char buffer[SIZE_TEXT];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(size_text(buffer, cases[i].bytes), cases[i].text);
    assert_non_null(size_text(buffer, UINT64_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sizes_are_cut_to_what_people_read)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
