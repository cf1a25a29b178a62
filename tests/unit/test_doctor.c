/* What doctor says of the machine.  No systemd answers here, and no server is asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "etl/observe/doctor.h"

/* jansson's memory, of which one request, counted from 1, is refused. */
static long requests, refused_at;

static void *give(size_t size)
{
    return ++requests == refused_at ? NULL : malloc(size);
}

/* What is said of CONFIG: "level check message" lines. */
static char *said(const struct config *config, struct doctor *ret_doctor)
{
    static char text[8192];
    json_t *finding;
    size_t i, len = 0;
    struct doctor doctor = {.config = config, .findings = json_array(), .worst = EXIT_DONE};
    doctor_machine(&doctor);
    text[0] = '\0';
    json_array_foreach(doctor.findings, i, finding) len += (size_t)snprintf(
        text + len, sizeof text - len, "%s %s %s\n", json_string_value(json_object_get(finding, "level")),
        json_string_value(json_object_get(finding, "check")), json_string_value(json_object_get(finding, "message")));
    json_decref(doctor.findings);
    doctor.findings = NULL;
    *ret_doctor = doctor;
    return text;
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
    source.credentials_file = NULL;
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

static size_t lines_of(const char *text)
{
    size_t lines = 0;
    for (; (text = strchr(text, '\n')); text++)
        lines++;
    return lines;
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
        cmocka_unit_test(an_archive_that_is_not_there_yet_is_a_warning),
        cmocka_unit_test(an_archive_that_is_no_folder_one_may_use_is_a_failure),
        cmocka_unit_test(credentials_that_are_lent_are_not_missed_and_others_are),
        cmocka_unit_test(a_folder_for_others_files_that_is_not_there_is_a_warning),
        cmocka_unit_test(a_finding_that_lacks_memory_is_missing_and_that_is_known),
    };
    json_set_alloc_funcs(give, free);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
