/* What doctor says of the machine and of servers' certificates.  No systemd answers but the test's own, and no server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "etl/observe/disk.h"
#include "etl/observe/doctor.h"
#include "tests/unit/scarce_memory.h"
#include "tests/unit/system_bus.h"

/* What LOOK says of CONFIG: "level check message" lines. */
static char *told(const struct config *config, void (*look)(struct doctor *), struct doctor *ret_doctor)
{
    static char text[8192];
    json_t *finding;
    size_t i, len = 0;
    struct doctor doctor = {.config = config, .findings = json_array(), .worst = EXIT_DONE};
    look(&doctor);
    text[0] = '\0';
    json_array_foreach(doctor.findings, i, finding) len += (size_t)snprintf(
        text + len, sizeof text - len, "%s %s %s\n", json_string_value(json_object_get(finding, "level")),
        json_string_value(json_object_get(finding, "check")), json_string_value(json_object_get(finding, "message")));
    json_decref(doctor.findings);
    doctor.findings = NULL;
    *ret_doctor = doctor;
    return text;
}

static size_t lines_of(const char *text)
{
    size_t lines = 0;
    for (; (text = strchr(text, '\n')); text++)
        lines++;
    return lines;
}

static char *said(const struct config *config, struct doctor *ret_doctor)
{
    return told(config, doctor_machine, ret_doctor);
}

static struct config_source source = {.name = "kista"};
static const struct config sound = {.path = "x.yaml", .hash = "0123456789abcdef", .archive_path = "/tmp"};

static void the_room_on_the_disk_is_judged_by_what_the_configuration_wants(void **state)
{
    struct config config = sound;
    struct doctor doctor;
    (void)state;
    assert_non_null(strstr(said(&config, &doctor), "ok disk "));
    assert_int_equal(doctor.worst, EXIT_DONE);
    config.archive_min_free_bytes = INT64_MAX;
    assert_non_null(strstr(said(&config, &doctor), "fail disk "));
    assert_int_equal(doctor.worst, EXIT_INTERNAL);
    struct statvfs disk;
    assert_int_equal(statvfs("/tmp", &disk), 0);
    config.archive_min_free_bytes = (int64_t)(disk.f_bavail * disk.f_frsize * 3);
    assert_non_null(strstr(said(&config, &doctor), "warn disk "));
    assert_int_equal(doctor.worst, EXIT_DONE);
}

static void a_file_system_without_inodes_is_not_judged_by_them_and_one_that_is_not_there_is_an_error(void **state)
{
    struct config config = sound;
    struct doctor doctor;
    struct disk disk;
    struct error err;
    (void)state;
    assert_non_null(strstr(said(&config, &doctor), " inodes "));
    config.archive_path = "/proc";
    assert_null(strstr(said(&config, &doctor), " inodes "));
    assert_int_equal(disk_read("/nonexistent", &disk, &err), -1);
    assert_string_equal(err.message,
                        "could not look at the file system of \"/nonexistent\": No such file or directory");
}

static void an_archive_that_is_not_there_yet_is_a_warning(void **state)
{
    struct config config = sound;
    struct doctor doctor;
    (void)state;
    config.archive_path = "/nonexistent/archive";
    assert_non_null(
        strstr(said(&config, &doctor), "warn archive the archive \"/nonexistent/archive\" is not there yet\n"));
    assert_int_equal(doctor.worst, EXIT_DONE);
}

static void an_archive_that_is_no_folder_one_may_use_is_a_failure(void **state)
{
    char file[] = "/tmp/test_doctor.XXXXXX";
    struct config config = sound;
    struct doctor doctor;
    (void)state;
    int fd = mkstemp(file); /* nobody may execute it: root neither */
    assert_true(fd >= 0);
    close(fd);
    config.archive_path = file;
    assert_non_null(strstr(said(&config, &doctor), "fail archive the archive \""));
    assert_int_equal(doctor.worst, EXIT_CONFIG);
    unlink(file);
}

static void credentials_that_are_lent_are_not_missed_and_others_are(void **state)
{
    struct config config = sound;
    struct doctor doctor;
    (void)state;
    config.sources = &source;
    config.source_count = 1;
    source.credentials_file = "/run/credentials/stadslager.service/kista";
    assert_non_null(strstr(said(&config, &doctor),
                           "ok credentials source \"kista\": \"/run/credentials/stadslager.service/kista\" is lent"));
    source.credentials_file = "/nonexistent/kista";
    config.observe.openlineage_credentials_file = "/nonexistent/lineage";
    char *text = said(&config, &doctor);
    assert_non_null(strstr(text, "fail credentials source \"kista\": credentials file \"/nonexistent/kista\""));
    assert_non_null(strstr(text, "fail credentials lineage endpoint: credentials file \"/nonexistent/lineage\""));
    assert_int_equal(doctor.worst, EXIT_CONFIG);
    char too_long[5000] = "/run/credentials/"; /* beyond PATH_MAX: nobody can lend that */
    memset(too_long + strlen(too_long), 'x', 4900);
    source.credentials_file = too_long;
    assert_non_null(strstr(said(&config, &doctor), "fail credentials source \"kista\": "));
    source.credentials_file = NULL;
}

static void
credentials_that_are_readable_and_private_are_well_and_where_memory_lacks_they_are_not_said_to_be(void **state)
{
    char file[] = "/tmp/test_doctor.XXXXXX", well[200];
    struct config config = sound;
    struct doctor doctor;
    (void)state;
    int fd = mkstemp(file);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "Bearer x\n", 9), 9);
    close(fd);
    config.sources = &source;
    config.source_count = 1;
    source.credentials_file = file;
    (void)snprintf(well, sizeof well, "ok credentials source \"kista\": \"%s\" is readable and private\n", file);
    requests = 0;
    assert_non_null(strstr(said(&config, &doctor), well));
    for (long n = 2, count = requests; n <= count; n++) {
        requests = 0;
        refused_at = n;
        char *text = said(&config, &doctor);
        refused_at = 0;
        assert_true(doctor.incomplete || strstr(text, well) ||
                    strstr(text, "fail credentials source \"kista\": out of memory\n"));
    }
    source.credentials_file = NULL;
    unlink(file);
}

static void a_folder_for_others_files_that_is_not_there_is_a_warning(void **state)
{
    struct config config = sound;
    struct doctor doctor;
    (void)state;
    config.observe.metrics_file = "/nonexistent/m.prom";
    config.observe.openlineage_file = "/tmp/lineage.jsonl";
    char *text = said(&config, &doctor);
    assert_non_null(strstr(text, "warn metrics the folder of \"/nonexistent/m.prom\" cannot be written"));
    assert_non_null(strstr(text, "ok lineage \"/tmp/lineage.jsonl\" can be written\n"));
}

/* ---- the timer ---- */

static char *said_of_timer(const struct manager manager, struct doctor *ret_doctor)
{
    struct system_bus bus = system_bus_begin(manager);
    char *text = said(&sound, ret_doctor);
    system_bus_end(&bus);
    return strstr(text, " timer ") ? strstr(text, " timer ") - 4 : text; /* with its level, of at most four letters */
}

static void a_timer_is_well_when_it_is_active_and_planned_only(void **state)
{
    const uint64_t at = UINT64_C(1767225600000000);
    struct doctor doctor;
    (void)state;
    const struct manager well = {.loaded = "loaded", .enabled = "enabled", .active = "active", .next_us = at},
                         by_hand = {.loaded = "loaded", .active = "active", .next_us = at},
                         never = {.loaded = "loaded", .enabled = "enabled", .active = "active"},
                         off = {.loaded = "loaded", .enabled = "disabled", .active = "inactive", .next_us = at},
                         missing = {.loaded = "not-found"};
    assert_non_null(strstr(said_of_timer(well, &doctor),
                           "ok timer stadslager.timer is enabled; the next run begins 2026-01-01 00:00:00 UTC\n"));
    assert_non_null(
        strstr(said_of_timer(by_hand, &doctor), "ok timer stadslager.timer is not installed; the next run"));
    assert_non_null(strstr(said_of_timer(never, &doctor),
                           "warn timer stadslager.timer is enabled and active: no run will begin by itself\n"));
    assert_non_null(strstr(said_of_timer(off, &doctor),
                           "warn timer stadslager.timer is disabled and inactive: no run will begin by itself\n"));
    assert_non_null(strstr(said_of_timer(missing, &doctor),
                           "warn timer stadslager.timer is not installed and inactive: no run will begin by itself\n"));
    assert_int_equal(doctor.worst, EXIT_DONE);
}

static void a_timer_that_cannot_be_asked_for_lack_of_memory_is_a_failure(void **state)
{
    struct doctor doctor;
    (void)state;
    assert_non_null(
        strstr(said_of_timer((struct manager){.lacks_memory_for = "LoadUnit"}, &doctor), "fail timer out of memory\n"));
    assert_int_equal(doctor.worst, EXIT_INTERNAL);
}

/* ---- certificates ---- */

/* A port of this machine on which nobody listens. */
static int deaf_port(int *ret_socket)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    *ret_socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(*ret_socket, (struct sockaddr *)&address, size), 0);
    assert_int_equal(getsockname(*ret_socket, (struct sockaddr *)&address, &size), 0);
    return ntohs(address.sin_port);
}

static void each_server_is_looked_at_once_and_only_by_https(void **state)
{
    char one[64], same[64], too_long[400] = "https://";
    struct config_source sources[] = {{.url = "http://127.0.0.1:1/a"}, {.url = one}, {.url = too_long}, {.url = same}};
    struct config config = sound;
    struct doctor doctor;
    int closed, port = deaf_port(&closed);
    (void)state;
    (void)snprintf(one, sizeof one, "https://127.0.0.1:%d/a?b", port);
    (void)snprintf(same, sizeof same, "HTTPS://127.0.0.1:%d", port);
    memset(too_long + strlen(too_long), 'x', 320);
    config.sources = sources;
    config.source_count = sizeof sources / sizeof *sources;
    requests = 0;
    char *text = told(&config, doctor_certificates, &doctor);
    long count = requests;
    assert_int_equal(lines_of(text), 1);
    assert_int_equal(strncmp(text, "fail certificate https://127.0.0.1:", 35), 0);
    assert_int_equal(doctor.worst, EXIT_FETCH);
    for (long n = 2; n <= count; n++) {
        requests = 0;
        refused_at = n;
        text = told(&config, doctor_certificates, &doctor);
        refused_at = 0;
        assert_true(doctor.incomplete || lines_of(text) == 1); /* never taken for one that is well */
        assert_true(doctor.incomplete || doctor.worst == EXIT_FETCH);
    }
    close(closed);
}

static void a_finding_that_lacks_memory_is_missing_and_that_is_known(void **state)
{
    struct doctor doctor;
    requests = 0;
    size_t lines = lines_of(said(&sound, &doctor));
    (void)state;
    for (long n = 2, count = requests; n <= count; n++) { /* the first is the list's own */
        requests = 0;
        refused_at = n;
        char *text = said(&sound, &doctor);
        refused_at = 0;
        assert_int_equal(doctor.incomplete, lines_of(text) < lines);
        assert_null(strstr(text, " ?\n"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_room_on_the_disk_is_judged_by_what_the_configuration_wants),
        cmocka_unit_test(a_file_system_without_inodes_is_not_judged_by_them_and_one_that_is_not_there_is_an_error),
        cmocka_unit_test(an_archive_that_is_not_there_yet_is_a_warning),
        cmocka_unit_test(an_archive_that_is_no_folder_one_may_use_is_a_failure),
        cmocka_unit_test(credentials_that_are_lent_are_not_missed_and_others_are),
        cmocka_unit_test(
            credentials_that_are_readable_and_private_are_well_and_where_memory_lacks_they_are_not_said_to_be),
        cmocka_unit_test(a_folder_for_others_files_that_is_not_there_is_a_warning),
        cmocka_unit_test(a_timer_is_well_when_it_is_active_and_planned_only),
        cmocka_unit_test(a_timer_that_cannot_be_asked_for_lack_of_memory_is_a_failure),
        cmocka_unit_test(each_server_is_looked_at_once_and_only_by_https),
        cmocka_unit_test(a_finding_that_lacks_memory_is_missing_and_that_is_known),
    };
    system_bus_none();
    json_set_alloc_funcs(give, free);
    if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, give, free, give_again, give_copy, give_array)) return 1;
    int rc = cmocka_run_group_tests(tests, NULL, NULL);
    curl_global_cleanup();
    return rc;
}
