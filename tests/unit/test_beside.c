#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "etl/beside.h"

static char folder[] = "/tmp/besideXXXXXX";

static int make_folder(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/besideXXXXXX");
    return mkdtemp(folder) ? chdir(folder) : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    return chdir("/") || rmdir(folder);
}

static void touch(const char *name)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    close(fd);
}

static bool is_there(const char *name)
{
    return access(name, F_OK) == 0;
}

/* The number of a process that has ended. */
static long dead(void)
{
    pid_t child = fork();
    if (child == 0) _exit(0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    return child;
}

static void what_a_killed_process_left_is_removed_and_nothing_else(void **state)
{
    (void)state;
    char name[BESIDE_SIZE], left[64], living[64], other[64];
    const char *const strangers[] = {"out.csv.tmp-", "out.csv.tmp-12x", "out.csv.tmp", "out.csv"};
    (void)snprintf(left, sizeof left, "out.csv.tmp-%ld", dead());
    (void)snprintf(other, sizeof other, "another.csv.tmp-%ld", dead());
    (void)snprintf(living, sizeof living, "out.csv.tmp-%ld", (long)getppid());
    touch(left);
    touch(other);
    touch(living);
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++)
        touch(strangers[i]);
    assert_int_equal(beside_name("out.csv", name), 0);
    assert_false(is_there(left));
    assert_true(is_there(living)); /* somebody may be writing it */
    assert_true(is_there(other));
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++) {
        assert_true(is_there(strangers[i]));
        assert_int_equal(unlink(strangers[i]), 0);
    }
    assert_int_equal(unlink(living) || unlink(other), 0);
}

static void the_name_stands_beside_the_file_and_is_free(void **state)
{
    (void)state;
    char name[BESIDE_SIZE], again[BESIDE_SIZE], path[128], wanted[160];
    (void)snprintf(path, sizeof path, "%s/out.csv", folder);
    (void)snprintf(wanted, sizeof wanted, "%s.tmp-%ld", path, (long)getpid());
    assert_int_equal(beside_name(path, name), 0);
    assert_string_equal(name, wanted);
    touch(name); /* of an earlier process of this number */
    assert_int_equal(beside_name(path, again), 0);
    assert_false(is_there(name));
}

static void a_path_that_is_too_long_has_no_such_name(void **state)
{
    (void)state;
    char name[BESIDE_SIZE], path[BESIDE_SIZE];
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    assert_int_equal(beside_name(path, name), -1);
    assert_int_equal(errno, ENAMETOOLONG);
}

static void what_is_no_file_is_not_replaced(void **state)
{
    (void)state;
    char name[BESIDE_SIZE], path[128];
    (void)snprintf(path, sizeof path, "%s/pipe", folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(beside_name(path, name), -1);
    assert_int_equal(errno, EINVAL);
    assert_int_equal(beside_name("/dev/null", name), -1);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(beside_name(path, name), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_a_killed_process_left_is_removed_and_nothing_else, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(the_name_stands_beside_the_file_and_is_free, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(what_is_no_file_is_not_replaced, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_path_that_is_too_long_has_no_such_name, make_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
