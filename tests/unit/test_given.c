/* Names, moments, reports and thresholds as given on a command line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "etl/history/given.h"

static void a_day_is_its_end_and_a_time_is_itself(void **state)
{
    static const char *const times[] = {"2026-11-23T04:15:00Z",        "2026-11-23 04:15",
                                        "2026-11-23T04:15:00.123456Z", "2026-11-23T04:15:00+01:00",
                                        "2026-11-23T04:15-0330",       "2024-02-29T00:00Z"};
    char moment[MOMENT_SIZE];
    (void)state;
    assert_int_equal(given_moment("2026-11-23", moment), 0);
    assert_string_equal(moment, "2026-11-23 23:59:59.999999Z");
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        assert_int_equal(given_moment(times[i], moment), 0);
        assert_string_equal(moment, times[i]);
    }
}

static void what_is_no_moment_is_refused_before_the_database_sees_it(void **state)
{
    static const char *const wrong[] = {"",
                                        "2026",
                                        "2026-02-30",
                                        "2026-11-23T",
                                        "2026-11-23T24:00",
                                        "2026-11-23T4:15",
                                        "2026-11-23T0415",
                                        "2026-11-23T04.15",
                                        "2026-11-23T04:1",
                                        "2026-11-23T04:15+16:00",
                                        "2026-11-23T04:15+01:00Z",
                                        "2026-11-23T04:15+01:0",
                                        "2026-11-23T04:15Z+01",
                                        "2026-11-23x04:15",
                                        "den 23 nov",
                                        "20261123",
                                        "2026-11-23T04:60",
                                        "2026-11-23T04:15:60",
                                        "2026-11-23T04:15:00.",
                                        "2026-11-23T04:15:00.1234567Z",
                                        "2026-11-23T04:15:00X",
                                        "2026-11-23T04:15:00+1",
                                        "2026-11-23T04:15:00+01:99",
                                        "2026-11-23 or later",
                                        "now",
                                        "infinity",
                                        "2026-11-23T04:15:00.000000+01:00 and much more behind it"};
    char moment[MOMENT_SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(given_moment(wrong[i], moment), -1);
}

static void a_threshold_is_an_exact_number_or_a_share(void **state)
{
    static const char *const wrong[] = {
        "", "%", "x", "-1", "1e3", "1 000", "5%%", "NaN", "1234567890123456789012345678901234567"};
    char number[32];
    bool percent;
    (void)state;
    assert_int_equal(given_materiality("0,30", number, &percent), 0);
    assert_string_equal(number, "0.30");
    assert_false(percent);
    assert_int_equal(given_materiality("2.5 %", number, &percent), 0);
    assert_string_equal(number, "2.5");
    assert_true(percent);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(given_materiality(wrong[i], number, &percent), -1);
}

static void a_report_is_a_label_and_a_year_and_a_bare_year_is_none(void **state)
{
    static const char *const wrong[] = {"2022",      "VB",      "",          "XX2022",  "VB 22",
                                        "mars 2022", "VB20222", "Kv 1 2024", "VBB2022", "VB 2022 and more behind it"};
    struct period period;
    (void)state;
    assert_int_equal(given_report("VB2022", &period), 0);
    assert_int_equal(period_id(period), 20220000);
    assert_int_equal(given_report("VB 2022", &period), 0);
    assert_int_equal(period_id(period), 20220000);
    assert_int_equal(given_report("T1 2023", &period), 0);
    assert_int_equal(period_id(period), 20231001);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(given_report(wrong[i], &period), -1);
}

static void a_wrong_name_is_a_usage_error_with_the_nearest_right_one(void **state)
{
    const struct config_source sources[] = {{.name = "bromma-2022"}, {.name = "farsta-2022"}};
    const struct config config = {.path = "x.yaml", .sources = sources, .source_count = 2};
    struct error err;
    (void)state;
    assert_int_equal(given_source(&config, "farsta-2022", &err), 0);
    assert_ptr_equal(given_find_source(&config, "farsta-2022"), &sources[1]);
    assert_int_equal(given_source(&config, "farst-2022", &err), -1);
    assert_int_equal(err.class, EXIT_USAGE);
    assert_string_equal(err.message, "no source \"farst-2022\" in x.yaml");
    assert_string_equal(err.hint, "Did you mean \"farsta-2022\"?");
    assert_int_equal(given_source(&config, "quite another one", &err), -1);
    assert_string_equal(err.hint, "\"stadslager check-config\" lists the sources.");
    assert_int_equal(given_rule("V-ANDEL", &err), 0);
    assert_int_equal(given_rule("V-ANDL", &err), -1);
    assert_string_equal(err.hint, "Did you mean \"V-ANDEL\"?");
}

static void a_district_is_named_by_its_name_an_alias_or_its_code(void **state)
{
    static const char text[] = "archive: {path: a}\nregistries: {stadsdelar: s.yaml}\n"
                               "sources: [{name: a, url: 'https://example.org/a', connector: delimited}]\n",
                      districts[] = "stadsdelar:\n  - {code: SDN_A, name: Ekbacken, aliases: [Granbacken]}\n"
                                    "  - {code: SDN_B, name: Sjöstaden}\n";
    static const char *const names[] = {"Ekbacken", "Granbacken", "ekbacken", "SDN_A"};
    const size_t parts[CONFIG_PARTS] = {sizeof text - 1, sizeof districts - 1};
    char both[sizeof text + sizeof districts];
    const struct stadsdel *found;
    struct config config;
    struct error err;
    (void)state;
    (void)snprintf(both, sizeof both, "%s%s", text, districts);
    assert_int_equal(config_load_text("x", text_of(both), parts, stderr, &config, &err), 0);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(given_stadsdel(&config, names[i], &found, &err), 0);
        assert_string_equal(found->code, "SDN_A");
    }
    assert_int_equal(given_stadsdel(&config, "SDN_B", &found, &err), 0);
    assert_string_equal(found->name, "Sjöstaden");
    assert_int_equal(given_stadsdel(&config, "Granbaken", &found, &err), -1);
    assert_int_equal(err.class, EXIT_USAGE);
    assert_string_equal(err.message, "no district \"Granbaken\" in the registry");
    assert_string_equal(err.hint, "Did you mean \"Granbacken\"?");
    assert_int_equal(given_stadsdel(&config, "Helt annat", &found, &err), -1);
    assert_string_equal(err.hint, "The file of registries.stadsdelar lists the districts.");
    config_free(&config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_is_its_end_and_a_time_is_itself),
        cmocka_unit_test(what_is_no_moment_is_refused_before_the_database_sees_it),
        cmocka_unit_test(a_threshold_is_an_exact_number_or_a_share),
        cmocka_unit_test(a_report_is_a_label_and_a_year_and_a_bare_year_is_none),
        cmocka_unit_test(a_district_is_named_by_its_name_an_alias_or_its_code),
        cmocka_unit_test(a_wrong_name_is_a_usage_error_with_the_nearest_right_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
