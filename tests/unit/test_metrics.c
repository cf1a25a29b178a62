#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "etl/observe/metrics.h"

static const struct config config = {.hash = "ab\"c\\d\ne"};

static char *printed(const struct observed_run *run, const char *old)
{
    const struct metrics_more more = {0};
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    metrics_print(run, &more, old, out);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void label_values_are_escaped(void **state)
{
    const struct observed_run run = {.config = &config, .outcome = EXIT_DONE};
    (void)state;
    char *text = printed(&run, "");
    assert_non_null(strstr(text, "config_hash=\"ab\\\"c\\\\d\\ne\"} 1\n"));
    free(text);
}

static void what_only_the_warehouse_knows_stays_when_it_does_not_answer(void **state)
{
    static const char old[] = "stadslager_last_success_timestamp_seconds 1700000000\n"
                              "stadslager_source_late_days{source=\"a\",report=\"VB 2023\"} 3\n"
                              "stadslager_source_late_days_other 9\nstadslager_run_exit_code 0";
    const struct observed_run run = {.config = &config, .outcome = EXIT_DATABASE, .milliseconds = 61005};
    (void)state;
    char *text = printed(&run, old);
    assert_non_null(strstr(text, "\nstadslager_last_success_timestamp_seconds 1700000000\n"));
    assert_non_null(strstr(text, "\nstadslager_source_late_days{source=\"a\",report=\"VB 2023\"} 3\n"));
    assert_null(strstr(text, "_other"));
    assert_non_null(strstr(text, "\nstadslager_run_exit_code 8\n"));
    assert_non_null(strstr(text, "\nstadslager_run_outcome{outcome=\"database\"} 1\n"));
    assert_non_null(strstr(text, "\nstadslager_run_outcome{outcome=\"done\"} 0\n"));
    assert_non_null(strstr(text, "\nstadslager_run_duration_seconds 61.005\n"));
    free(text);
}

static void a_file_that_cannot_be_written_is_an_error_and_leaves_nothing(void **state)
{
    struct config other = {.hash = "ab", .observe = {.metrics_file = "/no/such/folder/m.prom"}};
    const struct observed_run run = {.config = &other};
    const struct metrics_more more = {0};
    struct error err;
    (void)state;
    assert_int_equal(metrics_write(&run, &more, &err), -1);
    assert_string_equal(
        err.message,
        "metrics file \"/no/such/folder/m.prom\": could not create a file beside it: No such file or directory");
}

static void a_file_that_is_written_in_part_or_cannot_be_replaced_stays_as_it_was(void **state)
{
    char folder[] = "/tmp/test_metrics.XXXXXX", path[64], inside[80], kept[8] = "";
    struct rlimit before, little;
    struct error err;
    (void)state;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/m.prom", folder);
    FILE *old = fopen(path, "w+");
    assert_true(old && fputs("old 1\n", old) >= 0 && fclose(old) == 0);
    struct config other = {.hash = "ab", .observe = {.metrics_file = path}};
    const struct observed_run run = {.config = &other};
    const struct metrics_more more = {0};
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    little = (struct rlimit){200, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
    int rc = metrics_write(&run, &more, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(rc, -1);
    assert_non_null(strstr(err.message, ": could not write: No space left on device"));
    old = fopen(path, "r");
    assert_true(old && fread(kept, 1, sizeof kept - 1, old) == 6 && fclose(old) == 0);
    assert_string_equal(kept, "old 1\n");
    assert_int_equal(unlink(path), 0);
    /* A folder of that name, with something in it. */
    (void)snprintf(inside, sizeof inside, "%s/x", path);
    assert_int_equal(mkdir(path, 0700) || mkdir(inside, 0700), 0);
    assert_int_equal(metrics_write(&run, &more, &err), -1);
    assert_non_null(strstr(err.message, ": could not replace it: "));
    assert_int_equal(rmdir(inside) || rmdir(path), 0);
    assert_int_equal(rmdir(folder), 0); /* nothing else is in it */
}

static void a_path_beside_which_no_name_is_left_is_an_error(void **state)
{
    char path[5000];
    struct error err;
    (void)state;
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    struct config other = {.hash = "ab", .observe = {.metrics_file = path}};
    const struct observed_run run = {.config = &other};
    const struct metrics_more more = {0};
    assert_int_equal(metrics_write(&run, &more, &err), -1);
    assert_non_null(strstr(err.message, "metrics file \"xxx"));
}

static void the_file_is_replaced_whole_and_readable_for_all(void **state)
{
    char folder[] = "/tmp/test_metrics.XXXXXX", path[64];
    struct stat before, after;
    struct error err;
    (void)state;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/m.prom", folder);
    struct config other = {.hash = "ab", .observe = {.metrics_file = path}};
    const struct observed_run run = {.config = &other};
    const struct metrics_more more = {0};
    mode_t mask = umask(077);
    assert_int_equal(metrics_write(&run, &more, &err), 0);
    assert_int_equal(stat(path, &before), 0);
    assert_int_equal(metrics_write(&run, &more, &err), 0);
    assert_int_equal(stat(path, &after), 0);
    umask(mask);
    assert_int_equal(after.st_mode & 0777, 0644);
    assert_true(before.st_ino != after.st_ino); /* another file under the name, not the same one written over */
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0); /* nothing else is in it */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(label_values_are_escaped),
        cmocka_unit_test(what_only_the_warehouse_knows_stays_when_it_does_not_answer),
        cmocka_unit_test(a_file_that_cannot_be_written_is_an_error_and_leaves_nothing),
        cmocka_unit_test(a_file_that_is_written_in_part_or_cannot_be_replaced_stays_as_it_was),
        cmocka_unit_test(a_path_beside_which_no_name_is_left_is_an_error),
        cmocka_unit_test(the_file_is_replaced_whole_and_readable_for_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
