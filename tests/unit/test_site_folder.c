/* The folder that appears whole or not at all, also where a file system or another program is in its way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "etl/analys/site_folder.h"
#include "etl/stop.h"
#include "tests/unit/remove_tree.h"

/* A file system that exchanges nothing says so with this error; 0: this one's own answer. */
static int no_exchange;
/* The rename, counted from 1, that is refused. */
static int renames, refused_rename;

int renameat2(int from, const char *old, int to, const char *new, unsigned int flags)
{
    if (!no_exchange) return (int)syscall(SYS_renameat2, from, old, to, new, flags);
    errno = no_exchange;
    return -1;
}

int renameat(int from, const char *old, int to, const char *new)
{
    if (++renames != refused_rename) return (int)syscall(SYS_renameat2, from, old, to, new, 0);
    errno = EACCES;
    return -1;
}

static char parent[64], place[80];

static int begin(void **state)
{
    (void)state;
    (void)snprintf(parent, sizeof parent, "/tmp/test_site.XXXXXX");
    no_exchange = renames = refused_rename = 0;
    if (!mkdtemp(parent)) return -1;
    (void)snprintf(place, sizeof place, "%s/sida", parent);
    return 0;
}

static int end(void **state)
{
    (void)state;
    return remove_tree(parent);
}

static const char *in(const char *folder, const char *name)
{
    static char path[8][512];
    static int at;
    at = (at + 1) % 8;
    (void)snprintf(path[at], sizeof path[at], "%s/%s", folder, name);
    return path[at];
}

static void put(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_true(f && fputs(text, f) >= 0 && fclose(f) == 0);
}

static const char *content(const char *path)
{
    static char text[100];
    FILE *f = fopen(path, "r");
    if (!f) return "(none)";
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    (void)fclose(f);
    return text;
}

/* What stands in the parent, in the order of names. */
static const char *names(void)
{
    static char text[400];
    struct dirent **entries;
    size_t len = 0;
    int count = scandir(parent, &entries, NULL, alphasort);
    assert_true(count >= 2);
    text[0] = '\0';
    for (int i = 0; i < count; i++) {
        if (entries[i]->d_name[0] != '.')
            len += (size_t)snprintf(text + len, sizeof text - len, "%s ", entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return text;
}

/* A site whose page says TEXT. */
static int written(const char *text, struct error *err)
{
    struct site_folder folder;
    FILE *out;
    assert_int_equal(site_folder_begin(place, &folder, err), 0);
    assert_int_equal(site_folder_make(&folder, "data", err), 0);
    assert_int_equal(site_folder_open(&folder, "data/a", &out, err), 0);
    fputs(text, out);
    assert_int_equal(site_folder_close(&folder, out, "data/a", err), 0);
    int rc = site_folder_commit(&folder, err);
    site_folder_discard(&folder);
    return rc;
}

static void a_site_is_exchanged_also_where_the_file_system_cannot_do_that_in_one_step(void **state)
{
    const int answers[] = {0, EINVAL, ENOSYS};
    struct error err;
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        no_exchange = answers[i];
        char text[2] = {(char)('a' + i), '\0'};
        assert_int_equal(written(text, &err), 0);
        assert_string_equal(content(in(place, "data/a")), text);
        assert_string_equal(names(), "sida ");
    }
}

static void the_first_site_needs_nothing_to_step_aside(void **state)
{
    struct error err;
    (void)state;
    no_exchange = EINVAL;
    assert_int_equal(written("first", &err), 0);
    assert_string_equal(content(in(place, "data/a")), "first");
    assert_string_equal(names(), "sida ");
}

static void what_cannot_be_exchanged_leaves_the_earlier_site(void **state)
{
    struct error err;
    (void)state;
    assert_int_equal(written("earlier", &err), 0);
    no_exchange = EINVAL;
    for (refused_rename = 1; refused_rename <= 2; refused_rename++) {
        renames = 0;
        assert_int_equal(written("later", &err), -1);
        assert_string_equal(err.message, "could not put \"sida\" in its place: Permission denied");
        assert_int_equal(err.class, EXIT_INTERNAL);
        assert_string_equal(content(in(place, "data/a")), "earlier");
        assert_string_equal(names(), "sida ");
    }
    renames = 0; /* the later one is in its place, and the earlier one is in the way until the next report */
    assert_int_equal(written("later", &err), -1);
    assert_string_equal(content(in(place, "data/a")), "later");
    refused_rename = 0;
    assert_int_equal(written("last", &err), 0);
    assert_string_equal(names(), "sida ");
    no_exchange = EXDEV; /* for another reason */
    assert_int_equal(written("never", &err), -1);
    assert_string_equal(content(in(place, "data/a")), "last");
    assert_string_equal(names(), "sida ");
}

static void nobodys_files_are_replaced(void **state)
{
    struct site_folder folder;
    struct error err;
    (void)state;
    put(place, "a file");
    assert_int_equal(site_folder_begin(place, &folder, &err), -1);
    assert_non_null(strstr(err.message, "is a link or no folder"));
    assert_int_equal(err.class, EXIT_USAGE);
    assert_int_equal(unlink(place), 0);
    assert_int_equal(symlink("/tmp", place), 0);
    assert_int_equal(site_folder_begin(place, &folder, &err), -1);
    assert_non_null(strstr(err.message, "is a link or no folder"));
    assert_int_equal(unlink(place), 0);
    assert_int_equal(mkdir(place, 0755), 0);
    put(in(place, "mine"), "a file");
    assert_int_equal(site_folder_begin(place, &folder, &err), -1);
    assert_non_null(strstr(err.message, "holds files that no report wrote"));
    assert_string_equal(content(in(place, "mine")), "a file");
    assert_int_equal(unlink(in(place, "mine")), 0);
    assert_int_equal(written("in an empty folder", &err), 0);
    assert_int_equal(site_folder_begin("/proc", &folder, &err), -1);
    assert_non_null(strstr(err.message, "\"/proc\" holds files that no report wrote"));
}

static void a_path_that_is_none_is_refused(void **state)
{
    char too_long[5000], long_name[270];
    const char *const paths[] = {"", "/", ".", "..", "//", "/tmp/..", too_long, long_name};
    struct site_folder folder;
    struct error err;
    (void)state;
    memset(too_long, 'x', sizeof too_long - 1);
    too_long[sizeof too_long - 1] = '\0';
    too_long[4500] = '/';
    memset(long_name, 'x', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        assert_int_equal(site_folder_begin(paths[i], &folder, &err), -1);
        assert_non_null(strstr(err.message, "is no folder that a report can be written to"));
        assert_int_equal(err.class, EXIT_USAGE);
    }
    assert_int_equal(site_folder_begin("/nonexistent/sida", &folder, &err), -1);
    assert_string_equal(err.message, "could not open \"/nonexistent\": No such file or directory");
    long_name[250] = '\0'; /* a name in itself, but not with what is added to it */
    assert_int_equal(site_folder_begin(in(parent, long_name), &folder, &err), -1);
    assert_non_null(strstr(err.message, "could not make a folder beside"));
    assert_string_equal(names(), "");
}

static void a_relative_path_and_one_with_slashes_at_its_end_are_paths(void **state)
{
    static const char *const paths[] = {"sida", "sida///", "./sida/"};
    char here[400];
    struct error err;
    (void)state;
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(parent), 0);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        (void)snprintf(place, sizeof place, "%s", paths[i]);
        assert_int_equal(written(paths[i], &err), 0);
        assert_string_equal(content("sida/data/a"), paths[i]);
    }
    assert_string_equal(names(), "sida ");
    assert_int_equal(chdir(here), 0);
}

static void what_killed_reports_left_is_removed_and_nothing_else(void **state)
{
    char deep[400];
    struct error err;
    (void)state;
    assert_int_equal(mkdir(in(parent, "other"), 0755), 0);
    put(in(parent, "other/kept"), "kept");
    assert_int_equal(mkdir(in(parent, "sida.tmp-17"), 0755) || mkdir(in(parent, "sida.tmp-17/data"), 0755), 0);
    put(in(parent, "sida.tmp-17/data/a"), "left");
    put(in(parent, "sida.tmp-18"), "a file");
    assert_int_equal(symlink("other", in(parent, "sida.tmp-19")), 0);
    static const char *const others[] = {"sida.tmp-", "sida.tmp-1x", "sida.old-1", "tmp-1"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        put(in(parent, others[i]), "somebody's");
    int end_of_path = snprintf(deep, sizeof deep, "%s/sida.tmp-20", parent);
    for (int i = 0; i < 12; i++) { /* deeper than a site is: not one of ours */
        assert_int_equal(mkdir(deep, 0755), 0);
        end_of_path += snprintf(deep + end_of_path, sizeof deep - (size_t)end_of_path, "/d");
    }
    assert_int_equal(written("new", &err), 0);
    assert_string_equal(names(), "other sida sida.old-1 sida.tmp- sida.tmp-1x sida.tmp-20 tmp-1 ");
    assert_string_equal(content(in(parent, "other/kept")), "kept");
}

static void two_reports_in_one_parent_do_not_meet(void **state)
{
    struct site_folder first, second;
    struct error err;
    (void)state;
    assert_int_equal(site_folder_begin(place, &first, &err), 0);
    assert_int_equal(site_folder_begin(in(parent, "annan"), &second, &err), -1);
    assert_int_equal(err.class, EXIT_LOCKED);
    site_folder_discard(&first);
    site_folder_discard(&first);
    assert_string_equal(names(), "");
}

static void a_file_or_folder_that_is_there_already_is_an_error(void **state)
{
    struct site_folder folder;
    struct error err;
    FILE *out;
    (void)state;
    assert_int_equal(site_folder_begin(place, &folder, &err), 0);
    assert_int_equal(site_folder_make(&folder, "data", &err), 0);
    assert_int_equal(site_folder_make(&folder, "data", &err), -1);
    assert_string_equal(err.message, "could not make the folder \"data\": File exists");
    assert_int_equal(site_folder_open(&folder, "data", &out, &err), -1);
    assert_string_equal(err.message, "could not write \"data\": File exists");
    site_folder_discard(&folder);
    assert_string_equal(names(), "");
}

static void a_file_of_which_a_part_is_not_written_is_an_error_whenever_that_was(void **state)
{
    char page[20000];
    struct site_folder folder;
    struct rlimit before, little;
    struct error err;
    FILE *out;
    (void)state;
    memset(page, 'x', sizeof page);
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    little = (struct rlimit){100, before.rlim_max};
    for (int late = 0; late < 2; late++) {
        assert_int_equal(site_folder_begin(place, &folder, &err), 0);
        assert_int_equal(site_folder_open(&folder, "a", &out, &err), 0);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
        size_t n = fwrite(page, 1, late ? 200 : sizeof page, out); /* 200 bytes wait for the end */
        assert_true(late ? n == 200 : n < sizeof page);
        if (!late) assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        int rc = site_folder_close(&folder, out, "a", &err);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        assert_int_equal(rc, -1);
        assert_string_equal(err.message, late ? "could not write \"a\": File too large"
                                              : "could not write \"a\": a part was not accepted");
        site_folder_discard(&folder);
        assert_string_equal(names(), "");
    }
}

static void a_report_that_is_stopped_leaves_nothing(void **state)
{
    struct site_folder folder;
    struct error err;
    (void)state;
    assert_int_equal(site_folder_begin(place, &folder, &err), 0);
    atomic_store(&stop_flag, SIGTERM);
    int rc = site_folder_commit(&folder, &err), class = (int)err.class;
    site_folder_discard(&folder);
    int again = site_folder_begin(place, &folder, &err);
    atomic_store(&stop_flag, 0);
    assert_int_equal(rc, -1);
    assert_int_equal(class, EXIT_DEADLINE);
    assert_int_equal(again, -1);
    assert_string_equal(names(), "");
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(a_site_is_exchanged_also_where_the_file_system_cannot_do_that_in_one_step),
        IN_A_FOLDER(the_first_site_needs_nothing_to_step_aside),
        IN_A_FOLDER(what_cannot_be_exchanged_leaves_the_earlier_site),
        IN_A_FOLDER(nobodys_files_are_replaced),
        IN_A_FOLDER(a_path_that_is_none_is_refused),
        IN_A_FOLDER(a_relative_path_and_one_with_slashes_at_its_end_are_paths),
        IN_A_FOLDER(what_killed_reports_left_is_removed_and_nothing_else),
        IN_A_FOLDER(two_reports_in_one_parent_do_not_meet),
        IN_A_FOLDER(a_file_or_folder_that_is_there_already_is_an_error),
        IN_A_FOLDER(a_file_of_which_a_part_is_not_written_is_an_error_whenever_that_was),
        IN_A_FOLDER(a_report_that_is_stopped_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
