/* What status says of the machine.  No systemd answers but the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "etl/archive/archive.h"
#include "etl/observe/status.h"
#include "tests/unit/remove_tree.h"
#include "tests/unit/scarce_memory.h"
#include "tests/unit/system_bus.h"

/* An archive without an export in a folder of its own. */
static void make_archive(char folder[static 32], char path[static 64])
{
    struct archive *archive;
    struct error err;
    (void)snprintf(folder, 32, "/tmp/test_status.XXXXXX");
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, 64, "%s/archive", folder);
    assert_int_equal(archive_open(path, &archive, &err), 0);
    archive_close(archive);
}

/* What is said; NULL with ERR. */
static json_t *said(const char *archive, struct error *err)
{
    const struct config config = {.archive_path = archive};
    json_t *status = NULL;
    return status_of_machine(&config, &status, err) ? NULL : status;
}

static void an_archive_that_is_not_there_yet_is_null_and_one_that_is_broken_an_error(void **state)
{
    char folder[32], path[64], part[80];
    struct error err;
    (void)state;
    make_archive(folder, path);
    json_t *status = said(path, &err);
    assert_int_equal(json_integer_value(json_object_get(json_object_get(status, "archive"), "exports")), 0);
    assert_true(json_is_null(json_object_get(status, "timer")));
    json_decref(status);
    status = said(folder, &err); /* the folder is there, and no run has been */
    assert_true(json_is_null(json_object_get(status, "archive")));
    json_decref(status);
    status = said("/nonexistent/archive", &err);
    assert_true(json_is_null(json_object_get(status, "archive")));
    json_decref(status);
    (void)snprintf(part, sizeof part, "%s/objects", path);
    assert_int_equal(rmdir(part), 0);
    assert_int_equal(mknod(part, S_IFREG | 0700, 0), 0);
    assert_null(said(path, &err));
    assert_non_null(strstr(err.message, path));
    assert_int_equal(remove_tree(folder), 0);
}

static void a_timer_is_told_as_systemd_knows_it(void **state)
{
    const struct manager planned = {.loaded = "loaded",
                                    .enabled = "enabled",
                                    .active = "active",
                                    .next_us = UINT64_C(1767225600000000)},
                         off = {.loaded = "loaded", .enabled = "disabled", .active = "inactive"};
    static const char *const told[] = {
        "{\"unit\":\"stadslager.timer\",\"enabled\":\"enabled\",\"active\":\"active\",\"next\":\"2026-01-01 "
        "00:00:00\"}",
        "{\"unit\":\"stadslager.timer\",\"enabled\":\"disabled\",\"active\":\"inactive\",\"next\":\"\"}"};
    struct error err;
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct system_bus bus = system_bus_begin(i ? off : planned);
        json_t *status = said("/nonexistent/archive", &err);
        system_bus_end(&bus);
        char *text = json_dumps(json_object_get(status, "timer"), JSON_COMPACT | JSON_PRESERVE_ORDER);
        assert_string_equal(text, told[i]);
        free(text);
        json_decref(status);
    }
    struct system_bus bus = system_bus_begin((struct manager){.lacks_memory_for = "LoadUnit"});
    assert_null(said("/nonexistent/archive", &err));
    system_bus_end(&bus);
    assert_string_equal(err.message, "out of memory");
}

static void what_lacks_memory_is_not_told_in_part(void **state)
{
    char folder[32], path[64];
    struct error err;
    (void)state;
    make_archive(folder, path);
    requests = 0;
    json_decref(said(path, &err));
    for (long n = 1, count = requests; n <= count; n++) {
        requests = 0;
        refused_at = n;
        json_t *status = said(path, &err);
        refused_at = 0;
        assert_null(status);
        assert_string_equal(err.message, "out of memory");
    }
    assert_int_equal(remove_tree(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_archive_that_is_not_there_yet_is_null_and_one_that_is_broken_an_error),
        cmocka_unit_test(a_timer_is_told_as_systemd_knows_it),
        cmocka_unit_test(what_lacks_memory_is_not_told_in_part),
    };
    system_bus_none();
    json_set_alloc_funcs(give, free);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
