#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "etl/observe/log.h"
#include "tests/unit/scarce_memory.h"

/* What EVENT and ERR say on standard error, in BUFFER.  The stream is as the journal's when JOURNAL is set. */
static void said(const char *format, bool journal, const struct log_event *event, char *buffer, size_t size)
{
    FILE *file = tmpfile();
    int saved = dup(STDERR_FILENO);
    char stream[64];
    struct stat st;
    assert_non_null(file);
    assert_true(saved >= 0 && fstat(fileno(file), &st) == 0);
    (void)snprintf(stream, sizeof stream, "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
    assert_int_equal(journal ? setenv("JOURNAL_STREAM", stream, 1) : setenv("JOURNAL_STREAM", "1:2", 1), 0);
    (void)fflush(stderr);
    assert_true(dup2(fileno(file), STDERR_FILENO) >= 0);
    assert_true(log_begin(format));
    log_write(event);
    (void)fflush(stderr);
    assert_true(dup2(saved, STDERR_FILENO) >= 0);
    close(saved);
    rewind(file);
    buffer[fread(buffer, 1, size - 1, file)] = '\0';
    (void)fclose(file);
}

static struct log_event event(void)
{
    return (struct log_event){.level = LOG_LEVEL_WARNING,
                              .event = "fetched",
                              .source = "bromma",
                              .message = "source \"bromma\": fetched",
                              .detail = "HTTP",
                              .hint = "Look.",
                              .lines = "  lines: 3\n  facts: 4\n",
                              .fields = json_pack("{s:i}", "status", 200)};
}

static void people_get_the_detail_and_the_counts_on_lines_of_their_own(void **state)
{
    char text[1024];
    struct log_event e = event();
    (void)state;
    said(NULL, false, &e, text, sizeof text);
    assert_string_equal(
        text, "stadslager: source \"bromma\": fetched\n  detail: HTTP\n  hint: Look.\n  lines: 3\n  facts: 4\n");
}

static void the_journal_gets_one_line_with_its_priority(void **state)
{
    char text[1024];
    struct log_event e = event();
    (void)state;
    said(NULL, true, &e, text, sizeof text);
    assert_string_equal(text, "<4>source \"bromma\": fetched; detail: HTTP; hint: Look.; lines: 3; facts: 4\n");
    e = event();
    said("journal", false, &e, text, sizeof text);
    assert_string_equal(text, "<4>source \"bromma\": fetched; detail: HTTP; hint: Look.; lines: 3; facts: 4\n");
    e = event();
    said("text", true, &e, text, sizeof text); /* what was asked for goes first */
    assert_int_equal(strncmp(text, "stadslager: ", 12), 0);
}

static void json_is_one_object_per_event_with_stable_names_in_order(void **state)
{
    char text[1024];
    struct log_event e = event();
    (void)state;
    assert_int_equal(setenv("STADSLAGER_NOW", "2026-11-23T04:15:00Z", 1), 0);
    log_run(17);
    said("json", false, &e, text, sizeof text);
    assert_string_equal(text,
                        "{\"time\":\"2026-11-23T04:15:00Z\",\"level\":\"warning\",\"event\":\"fetched\",\"run\":17,"
                        "\"source\":\"bromma\",\"message\":\"source \\\"bromma\\\": fetched\",\"detail\":\"HTTP\","
                        "\"hint\":\"Look.\",\"status\":200}\n");
    log_run(0);
}

static void a_message_that_is_not_utf8_is_said_all_the_same(void **state)
{
    char text[1024];
    struct log_event e = {.level = LOG_LEVEL_ERROR, .event = "error", .message = "no file \"\xe5\""};
    (void)state;
    said("json", false, &e, text, sizeof text);
    assert_non_null(strstr(text, "\"message\":\"no file \\\"?\\\"\"}"));
}

static void a_line_is_whole_or_says_that_memory_ran_out(void **state)
{
    char all[1024], text[1024];
    struct log_event e = event();
    (void)state;
    assert_int_equal(setenv("STADSLAGER_NOW", "2026-11-23T04:15:00Z", 1), 0);
    log_run(17);
    requests = 0;
    said("json", false, &e, all, sizeof all);
    for (long n = 1, count = requests; n <= count; n++) {
        e = event();
        requests = 0;
        refused_at = n;
        said("json", false, &e, text, sizeof text);
        refused_at = 0;
        if (strcmp(text, all) != 0)
            assert_string_equal(text, "{\"level\":\"error\",\"event\":\"error\",\"message\":\"out of memory\"}\n");
    }
    log_run(0);
}

static void the_level_of_an_event_is_a_word(void **state)
{
    static const struct {
        enum log_level level;
        const char *word;
    } cases[] = {{LOG_LEVEL_ERROR, "\"level\":\"error\""},
                 {LOG_LEVEL_NOTICE, "\"level\":\"notice\""},
                 {LOG_LEVEL_INFO, "\"level\":\"info\""}};
    char text[1024];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct log_event e = {.level = cases[i].level, .event = "error", .message = "x"};
        said("json", false, &e, text, sizeof text);
        assert_non_null(strstr(text, cases[i].word));
    }
}

static void an_error_printed_on_standard_error_takes_the_form_too(void **state)
{
    struct error err;
    char text[1024];
    FILE *file = tmpfile();
    int saved = dup(STDERR_FILENO);
    (void)state;
    assert_non_null(file);
    assert_true(log_begin("journal"));
    error_set(&err, EXIT_FETCH, "no answer");
    error_hint(&err, "Wait.");
    assert_true(dup2(fileno(file), STDERR_FILENO) >= 0);
    error_print(&err, stderr);
    assert_true(dup2(saved, STDERR_FILENO) >= 0);
    close(saved);
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    (void)fclose(file);
    assert_string_equal(text, "<3>no answer; hint: Wait.\n");
}

static void another_form_is_refused(void **state)
{
    (void)state;
    assert_false(log_begin("xml"));
    assert_false(log_begin(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_get_the_detail_and_the_counts_on_lines_of_their_own),
        cmocka_unit_test(the_journal_gets_one_line_with_its_priority),
        cmocka_unit_test(json_is_one_object_per_event_with_stable_names_in_order),
        cmocka_unit_test(a_message_that_is_not_utf8_is_said_all_the_same),
        cmocka_unit_test(a_line_is_whole_or_says_that_memory_ran_out),
        cmocka_unit_test(the_level_of_an_event_is_a_word),
        cmocka_unit_test(an_error_printed_on_standard_error_takes_the_form_too),
        cmocka_unit_test(another_form_is_refused),
    };
    json_set_alloc_funcs(give, free);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
