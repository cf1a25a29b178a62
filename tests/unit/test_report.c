#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "etl/observe/log.h"
#include "etl/report.h"

/* jansson's memory, of which one request, counted from 1, is refused. */
static long requests, refused_at;

static void *give(size_t size)
{
    return ++requests == refused_at ? NULL : malloc(size);
}

static const struct load_counts counts = {.lines_read = 12,
                                          .lines_loaded = 3,
                                          .lines_unchanged = 4,
                                          .lines_quarantined = 2,
                                          .lines_ignored = 3,
                                          .rows_read = 9,
                                          .rows_loaded = 3,
                                          .rows_unchanged = 4,
                                          .rows_quarantined = 2,
                                          .facts_new = 5,
                                          .facts_revised = 6,
                                          .facts_withdrawn = 7,
                                          .facts_unchanged = 8,
                                          .findings = 1};

/* What PRINT says on standard error, in BUFFER. */
static void said(void (*print)(void), char *buffer, size_t size)
{
    FILE *file = tmpfile();
    int saved = dup(STDERR_FILENO);
    assert_non_null(file);
    assert_true(saved >= 0);
    fflush(stderr);
    assert_true(dup2(fileno(file), STDERR_FILENO) >= 0);
    print();
    fflush(stderr);
    assert_true(dup2(saved, STDERR_FILENO) >= 0);
    close(saved);
    rewind(file);
    buffer[fread(buffer, 1, size - 1, file)] = '\0';
    fclose(file);
}

static void print_loaded(void)
{
    const struct source_result result = {.name = "bromma", .kind = SOURCE_LOADED, .counts = counts};
    report_source(&result, false);
}

static void print_loaded_with_goals_dry(void)
{
    struct source_result result = {.name = "bromma", .kind = SOURCE_LOADED, .counts = counts};
    result.counts.mal_read = 4;
    result.counts.mal_loaded = 1;
    result.counts.mal_unchanged = 2;
    result.counts.mal_quarantined = 1;
    result.counts.aktivitet_read = 5;
    result.counts.aktivitet_loaded = 3;
    result.counts.aktivitet_quarantined = 2;
    result.counts.tabell_read = 6;
    result.counts.tabell_unchanged = 6;
    report_source(&result, true);
}

static void print_failed(void)
{
    struct source_result result = {.name = "bromma", .kind = SOURCE_FAILED};
    error_set(&result.error, EXIT_FETCH, "source \"bromma\": gone");
    error_hint(&result.error, "Look.");
    report_source(&result, false);
}

static void print_others(void)
{
    struct source_result result = {.name = "bromma", .kind = SOURCE_UNCHANGED, .last_load = 7};
    report_source(&result, false);
    result.kind = SOURCE_NOT_REACHED;
    report_source(&result, false);
}

static void print_end(void)
{
    struct run_totals totals = {0};
    const struct source_result results[] = {
        {.kind = SOURCE_LOADED, .counts = counts},
        {.kind = SOURCE_VERIFIED,
         .counts = {.rows_quarantined = 1, .mal_quarantined = 1, .aktivitet_quarantined = 1, .tabell_quarantined = 1}},
        {.kind = SOURCE_UNCHANGED, .counts = counts},
        {.kind = SOURCE_FAILED, .counts = counts},
        {.kind = SOURCE_NOT_REACHED, .counts = counts},
    };
    for (size_t i = 0; i < sizeof results / sizeof *results; i++)
        report_add(&totals, &results[i]);
    report_end(&totals, EXIT_FETCH, 12034);
}

static void what_was_read_is_shown_as_a_sum(void **state)
{
    char text[2048];
    (void)state;
    said(print_loaded, text, sizeof text);
    assert_string_equal(text, "stadslager: source \"bromma\": loaded\n"
                              "  lines: read 12 = loaded 3 + unchanged 4 + quarantined 2 + ignored 3\n"
                              "  indicator rows: read 9 = loaded 3 + unchanged 4 + quarantined 2 + ignored 0\n"
                              "  facts: new 5, revised 6, withdrawn 7, unchanged 8; findings 1\n");
    said(print_loaded_with_goals_dry, text, sizeof text);
    assert_non_null(strstr(text, "source \"bromma\": would be loaded (dry run)\n"));
    assert_non_null(strstr(text, "\n  goals: read 4 = loaded 1 + unchanged 2 + quarantined 1\n"
                                 "  activities: read 5 = loaded 3 + unchanged 0 + quarantined 2\n"
                                 "  table rows: read 6 = loaded 0 + unchanged 6 + quarantined 0\n"));
}

static void a_failed_source_is_its_error_and_nothing_else(void **state)
{
    char text[2048];
    (void)state;
    said(print_failed, text, sizeof text);
    assert_string_equal(text, "stadslager: source \"bromma\": gone\n  hint: Look.\n");
}

static void what_was_not_loaded_is_said_too(void **state)
{
    char text[2048];
    (void)state;
    said(print_others, text, sizeof text);
    assert_string_equal(text,
                        "stadslager: source \"bromma\": unchanged since load 7; nothing decoded, nothing written\n"
                        "stadslager: source \"bromma\": not reached; what the warehouse has of it stands\n");
}

static void the_end_counts_every_source_once_and_only_what_this_run_decoded(void **state)
{
    char text[2048];
    (void)state;
    said(print_end, text, sizeof text);
    assert_string_equal(text, "stadslager: run ends: fetch (exit 6): sources 5 = loaded 1 + unchanged 2 + failed 1 + "
                              "not reached 1; facts new 5, revised 6, withdrawn 7; rows quarantined 6; 12.034 s\n");
}

static void assert_json(const struct source_result *result, const char *expected)
{
    json_t *object = report_source_json(result);
    assert_non_null(object);
    char *text = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
    json_decref(object);
}

static void the_ledger_gets_the_same_as_json(void **state)
{
    struct source_result result = {.name = "bromma", .kind = SOURCE_LOADED, .counts = counts};
    (void)state;
    assert_json(&result, "{\"facts_new\":5,\"facts_revised\":6,\"facts_withdrawn\":7,\"result\":\"loaded\","
                         "\"rows_quarantined\":2,\"rows_read\":9}");
    result.kind = SOURCE_FAILED;
    error_set(&result.error, EXIT_REFUSED, "source \"bromma\": å \"quoted\"");
    assert_json(&result, "{\"class\":\"refused\",\"error\":\"source \\\"bromma\\\": å \\\"quoted\\\"\","
                         "\"result\":\"failed\"}");
}

static void an_error_that_is_not_utf8_is_in_the_ledger_all_the_same(void **state)
{
    struct source_result result = {.name = "bromma", .kind = SOURCE_FAILED};
    (void)state;
    error_set(&result.error, EXIT_REFUSED, "no column \"Utfall m\xe4n\"");
    assert_json(&result, "{\"class\":\"refused\",\"error\":\"no column \\\"Utfall m?n\\\"\",\"result\":\"failed\"}");
}

static void print_loaded_as_json(void)
{
    assert_true(log_begin("json"));
    print_loaded_with_goals_dry();
    print_end();
    assert_true(log_begin("text"));
}

/* Events whose counts lack memory have none; one that lacks memory itself is said to. */
static void counts_are_told_whole_or_not_at_all(void **state)
{
    static char all[8192], text[8192];
    (void)state;
    assert_int_equal(setenv("STADSLAGER_NOW", "2026-11-23T04:15:00Z", 1), 0);
    requests = 0;
    said(print_loaded_as_json, all, sizeof all);
    assert_non_null(strstr(all, "\"facts\":{\"new\":5"));
    for (long n = 1, count = requests; n <= count; n++) {
        requests = 0;
        refused_at = n;
        said(print_loaded_as_json, text, sizeof text);
        refused_at = 0;
        bool none = strstr(text, "(dry run)\"}") || strstr(text, "12.034 s\"}") ||
                    strstr(text, "\"message\":\"out of memory\"}");
        assert_true(none || !strcmp(text, all));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_read_is_shown_as_a_sum),
        cmocka_unit_test(a_failed_source_is_its_error_and_nothing_else),
        cmocka_unit_test(what_was_not_loaded_is_said_too),
        cmocka_unit_test(the_end_counts_every_source_once_and_only_what_this_run_decoded),
        cmocka_unit_test(the_ledger_gets_the_same_as_json),
        cmocka_unit_test(an_error_that_is_not_utf8_is_in_the_ledger_all_the_same),
        cmocka_unit_test(counts_are_told_whole_or_not_at_all),
    };
    json_set_alloc_funcs(give, free);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
