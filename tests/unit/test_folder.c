#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "etl/base/folder.h"

#define OPEN (O_RDONLY | O_DIRECTORY | O_CLOEXEC)

static void its_names_are_told_without_the_dots(void **state)
{
    (void)state;
    char path[] = "/tmp/folderXXXXXX", inside[64];
    const char *name = NULL;
    assert_non_null(mkdtemp(path));
    (void)snprintf(inside, sizeof inside, "%s/..a", path);
    DIR *folder = folder_of(open(path, OPEN));
    assert_non_null(folder);
    assert_int_equal(folder_next(folder, &name), 0);
    assert_int_equal(mkdir(inside, 0700), 0);
    rewinddir(folder);
    assert_int_equal(folder_next(folder, &name), 1);
    assert_string_equal(name, "..a");
    assert_int_equal(folder_next(folder, &name), 0);
    assert_int_equal(closedir(folder), 0);
    assert_int_equal(rmdir(inside), 0);
    assert_int_equal(rmdir(path), 0);
}

static void one_that_cannot_be_read_does_not_end_there(void **state)
{
    (void)state;
    const char *name = NULL;
    DIR *folder = folder_of(open("/tmp", OPEN));
    int nowhere = open("/dev/null", O_RDONLY | O_CLOEXEC);
    assert_non_null(folder);
    assert_true(nowhere >= 0);
    assert_int_equal(dup3(nowhere, dirfd(folder), O_CLOEXEC), dirfd(folder));
    assert_int_equal(folder_next(folder, &name), -1);
    assert_int_equal(errno, ENOTDIR);
    assert_int_equal(closedir(folder), 0);
    assert_int_equal(close(nowhere), 0);
}

static void what_is_no_folder_says_why_and_is_closed(void **state)
{
    (void)state;
    errno = ENOENT;
    assert_null(folder_of(-1));
    assert_int_equal(errno, ENOENT);
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_null(folder_of(fd));
    assert_int_equal(errno, ENOTDIR);
    assert_int_equal(fcntl(fd, F_GETFD), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_names_are_told_without_the_dots),
        cmocka_unit_test(one_that_cannot_be_read_does_not_end_there),
        cmocka_unit_test(what_is_no_folder_says_why_and_is_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
