#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

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

/* ---- delivery ---- */

/* The content of FILE, NUL-terminated. */
static char *content(FILE *file)
{
    static char text[65536];
    assert_non_null(file);
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    (void)fclose(file);
    return text;
}

/* What is said on standard error while TELL tells of RUN. */
static char *warned(void (*tell)(struct observed_run *), struct observed_run *run)
{
    FILE *file = tmpfile();
    int saved = dup(STDERR_FILENO);
    assert_non_null(file);
    assert_true(saved >= 0 && dup2(fileno(file), STDERR_FILENO) >= 0);
    tell(run);
    (void)fflush(stderr);
    assert_true(dup2(saved, STDERR_FILENO) >= 0);
    close(saved);
    return content(file);
}

static void the_uuid_hangs_on_the_run_alone(void **state)
{
    struct observed_run run = two_sources();
    char uuid[UUID_SIZE];
    struct error err;
    (void)state;
    /* python3: uuid.uuid5(uuid.NAMESPACE_URL, "postgres://localhost:5432/lager?run=17&begun=2024-03-05T04:15:00Z"), and
     * for a run that never reached its warehouse "stadslager:/?run=0&begun=..." */
    (void)snprintf(run.begun, sizeof run.begun, "2024-03-05T04:15:00Z");
    run.run_id = 17;
    assert_int_equal(lineage_uuid(&run, uuid, &err), 0);
    assert_string_equal(uuid, "00b05346-b0c6-5978-a185-5682f54de880");
    run.warehouse[0] = run.database_name[0] = '\0';
    run.run_id = 0;
    assert_int_equal(lineage_uuid(&run, uuid, &err), 0);
    assert_string_equal(uuid, "7fb640ab-62b7-5d2a-9046-0484c05c4137");
}

static void a_run_that_was_not_begun_is_told_of_with_its_beginning_and_its_end(void **state)
{
    char path[] = "/tmp/test_lineage.XXXXXX";
    struct config other = config;
    struct observed_run run = two_sources();
    int fd = mkstemp(path);
    (void)state;
    assert_true(fd >= 0);
    close(fd);
    other.observe.openlineage_file = path;
    run.config = &other;
    run.uuid[0] = '\0';
    assert_string_equal(warned(lineage_end, &run), "");
    char *text = content(fopen(path, "r")), *end = strchr(text, '\n');
    assert_non_null(end);
    assert_true(strstr(text, "\"eventType\":\"START\"") < end && strstr(end, "\"eventType\":\"FAIL\""));
    assert_true(strstr(text, "\"inputs\":[]") < end); /* not yet known then */
    assert_non_null(strstr(end, "\"name\":\"/b\""));
    assert_int_equal(run.result_count, 2);
    unlink(path);
}

static void nobody_is_told_where_nobody_wants_to_hear(void **state)
{
    struct observed_run run = two_sources();
    (void)state;
    run.uuid[0] = '\0';
    assert_string_equal(warned(lineage_end, &run), "");
    assert_string_equal(run.uuid, "");
}

static void an_event_that_is_not_added_whole_is_a_warning(void **state)
{
    char path[] = "/tmp/test_lineage.XXXXXX";
    struct config other = config;
    struct observed_run run = two_sources();
    struct rlimit before, little;
    int fd = mkstemp(path);
    (void)state;
    assert_true(fd >= 0);
    close(fd);
    run.config = &other;
    other.observe.openlineage_file = "/nonexistent/lineage";
    assert_non_null(strstr(warned(lineage_begin, &run),
                           "lineage file \"/nonexistent/lineage\": could not add an event: "
                           "No such file or directory\n"));
    other.observe.openlineage_file = "/dev/full";
    assert_non_null(strstr(warned(lineage_begin, &run), "could not add an event: No space left on device\n"));
    /* A part of the line goes in, which write does not call an error. */
    other.observe.openlineage_file = path;
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    little = (struct rlimit){200, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
    char *text = warned(lineage_begin, &run);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_non_null(strstr(text, "could not add an event: No space left on device"));
    unlink(path);
}

static void an_endpoint_that_lacks_memory_or_does_not_answer_is_a_warning_and_never_silence(void **state)
{
    char url[64], token[] = "/tmp/test_lineage.XXXXXX";
    struct sockaddr_in deaf = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof deaf;
    struct config other = config;
    struct observed_run run = two_sources();
    int closed = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), fd = mkstemp(token);
    (void)state;
    assert_int_equal(bind(closed, (struct sockaddr *)&deaf, size), 0);
    assert_int_equal(getsockname(closed, (struct sockaddr *)&deaf, &size), 0);
    assert_int_equal(write(fd, "Bearer x\n", 9), 9);
    close(fd);
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%d/", ntohs(deaf.sin_port));
    other.observe.openlineage_url = url;
    other.observe.openlineage_credentials_file = token;
    other.fetch.allow_http = true;
    other.fetch.ca_file = token; /* not asked for over http */
    run.config = &other;
    requests = 0;
    assert_non_null(strstr(warned(lineage_begin, &run), "lineage endpoint http://127.0.0.1:"));
    for (long n = 1, count = requests; n <= count; n++) {
        requests = 0;
        refused_at = n;
        char *text = warned(lineage_begin, &run);
        refused_at = 0;
        assert_true(strstr(text, "out of memory") || strstr(text, "lineage endpoint "));
    }
    unlink(token);
    assert_non_null(strstr(warned(lineage_begin, &run), "credentials file \""));
    close(closed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_that_lacks_memory_is_none_and_never_one_with_a_part_missing),
        cmocka_unit_test(inputs_are_named_by_server_and_path_and_without_their_query),
        cmocka_unit_test(why_a_run_failed_is_what_ended_it_or_its_first_source_that_failed),
        cmocka_unit_test(a_cause_is_told_without_what_is_not_utf8_and_a_url_that_is_none_is_left_out),
        cmocka_unit_test(the_uuid_hangs_on_the_run_alone),
        cmocka_unit_test(a_run_that_was_not_begun_is_told_of_with_its_beginning_and_its_end),
        cmocka_unit_test(nobody_is_told_where_nobody_wants_to_hear),
        cmocka_unit_test(an_event_that_is_not_added_whole_is_a_warning),
        cmocka_unit_test(an_endpoint_that_lacks_memory_or_does_not_answer_is_a_warning_and_never_silence)};
    json_set_alloc_funcs(give, free);
    if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, give, free, give_again, give_copy, give_array)) return 1;
    int rc = cmocka_run_group_tests(tests, NULL, NULL);
    curl_global_cleanup();
    return rc;
}
