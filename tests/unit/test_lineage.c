#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <curl/curl.h>

#include "etl/observe/lineage.h"
#include "tests/unit/scarce_memory.h"

static const struct config_source sources[] = {{.url = "https://a.example:8443/b?secret=1"},
                                               {.url = "http://c.example/d"}};
static const struct source_result whole = {.name = "one", .source = &sources[0], .sha256 = "0123"},
                                  failed = {.name = "two",
                                            .source = &sources[1],
                                            .kind = SOURCE_FAILED,
                                            .error = {.message = "source \"two\": HTTP 404"}};
static const struct config config = {.observe = {.openlineage_namespace = "staden"}};

static struct observed_run two_sources(void)
{
    static const struct source_result *results[] = {&whole, &failed};
    return (struct observed_run){.config = &config,
                                 .uuid = "u",
                                 .warehouse = "postgres://localhost:5432",
                                 .database_name = "lager",
                                 .outcome = EXIT_FETCH,
                                 .results = results,
                                 .result_count = 2};
}

/* What is told of RUN; NULL where memory ran out. */
static char *told(const struct observed_run *run, long refuse)
{
    requests = 0;
    refused_at = refuse;
    json_t *event = lineage_event(run, "FAIL", "2024-03-05T04:15:00Z");
    refused_at = 0;
    char *text = event ? json_dumps(event, JSON_COMPACT | JSON_PRESERVE_ORDER) : NULL;
    json_decref(event);
    return text;
}

static void an_event_that_lacks_memory_is_none_and_never_one_with_a_part_missing(void **state)
{
    struct observed_run run = two_sources();
    char *all = told(&run, 0);
    long count = requests;
    (void)state;
    assert_non_null(all);
    assert_true(count > 100);
    for (long n = 1; n <= count; n++) {
        char *text = told(&run, n);
        if (text) assert_string_equal(text, all);
        free(text);
    }
    free(all);
}

static void inputs_are_named_by_server_and_path_and_without_their_query(void **state)
{
    struct observed_run run = two_sources();
    char *all = told(&run, 0);
    (void)state;
    assert_non_null(strstr(all, "\"namespace\":\"https://a.example:8443\",\"name\":\"/b\""));
    assert_non_null(strstr(all, "\"namespace\":\"http://c.example\",\"name\":\"/d\""));
    assert_non_null(strstr(all, "\"datasetVersion\":\"0123\""));
    assert_null(strstr(all, "secret"));
    free(all);
}

static void why_a_run_failed_is_what_ended_it_or_its_first_source_that_failed(void **state)
{
    static const struct error ended = {.message = "could not connect"}, nothing = {0};
    static const struct source_result *unreadable[] = {&whole};
    struct observed_run run = two_sources();
    (void)state;
    char *text = told(&run, 0);
    assert_non_null(strstr(text, "\"message\":\"source \\\"two\\\": HTTP 404\""));
    free(text);
    run.error = &ended;
    text = told(&run, 0);
    assert_non_null(strstr(text, "\"message\":\"could not connect\""));
    free(text);
    run.error = &nothing;
    run.results = unreadable;
    run.result_count = 1;
    text = told(&run, 0);
    assert_non_null(strstr(text, "\"message\":\"fetch\""));
    free(text);
}

static void a_cause_is_told_without_what_is_not_utf8_and_a_url_that_is_none_is_left_out(void **state)
{
    static const struct error odd = {.message = "path \"\xff\""};
    static const struct config_source source = {.url = "nothing"};
    static const struct source_result result = {.name = "three", .source = &source}, *results[] = {&result};
    struct observed_run run = two_sources();
    (void)state;
    run.error = &odd;
    run.results = results;
    run.result_count = 1;
    char *text = told(&run, 0);
    assert_non_null(strstr(text, "\"message\":\"path \\\"?\\\"\""));
    assert_non_null(strstr(text, "\"inputs\":[]"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_that_lacks_memory_is_none_and_never_one_with_a_part_missing),
        cmocka_unit_test(inputs_are_named_by_server_and_path_and_without_their_query),
        cmocka_unit_test(why_a_run_failed_is_what_ended_it_or_its_first_source_that_failed),
        cmocka_unit_test(a_cause_is_told_without_what_is_not_utf8_and_a_url_that_is_none_is_left_out)};
    json_set_alloc_funcs(give, free);
    if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, give, free, give_again, give_copy, give_array)) return 1;
    int rc = cmocka_run_group_tests(tests, NULL, NULL);
    curl_global_cleanup();
    return rc;
}
