/* Secrets in the configuration, files that hold one, and the proof of the server: what is refused, word for word. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "etl/config/config.h"
#include "etl/config/secret_file.h"

#define CONF "conf.yaml"
#define MINIMAL                                                                                                        \
    "archive: {path: a}\nregistries: {stadsdelar: stadsdelar.yaml}\n"                                                  \
    "sources: [{name: a, url: 'https://example.org/a', connector: delimited}]\n"
#define DSN(dsn)         "warehouse: {dsn: '" dsn "'}\n" MINIMAL
#define DSN_FILE         "warehouse: {dsn_file: secret}\n" MINIMAL
#define NO_PROOF(column) CONF ":1:" column ": warehouse.dsn: " WITHOUT_PROOF
#define WITHOUT_PROOF                                                                                                  \
    "leads to another machine without proof that it is the right one (expected sslmode=verify-full, or set "           \
    "warehouse.allow_unverified: true)\n"

static char project[PATH_MAX], folder[] = "/tmp/test_secrets.XXXXXX";

static int enter_folder(void **state)
{
    char path[PATH_MAX + 64];
    (void)state;
    for (const char *const *name = (const char *const[]){"PGHOST", "PGHOSTADDR", "PGSSLMODE", "PGSERVICE", NULL}; *name;
         name++)
        (void)unsetenv(*name);
    if (!getcwd(project, sizeof project) || !mkdtemp(folder) || chdir(folder) < 0) return -1;
    (void)snprintf(path, sizeof path, "%s/tests/fixtures/config/stadsdelar.yaml", project);
    return symlink(path, "stadsdelar.yaml");
}

static int leave_folder(void **state)
{
    (void)state;
    (void)unlink("stadsdelar.yaml");
    (void)unlink("secret");
    (void)unlink(CONF);
    if (chdir(project) < 0) return -1;
    return rmdir(folder);
}

static void write_file(const char *path, const char *text, mode_t mode)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(chmod(path, mode), 0);
}

/* EXPECTED: the problems, "" when the configuration is fine. */
static void expect(const char *yaml, const char *expected)
{
    struct config config;
    struct error err;
    size_t size;
    char *problems;
    write_file(CONF, yaml, 0644);
    FILE *out = open_memstream(&problems, &size);
    assert_non_null(out);
    int rc = config_load(CONF, out, &config, &err);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(problems, expected);
    assert_int_equal(rc, *expected ? -1 : 0);
    if (rc == 0) config_free(&config);
    free(problems);
}

static void a_server_of_this_machine_needs_no_proof(void **state)
{
    (void)state;
    expect(MINIMAL, "");
    expect(DSN("dbname=lager"), "");
    expect(DSN("host=/run/postgresql dbname=lager"), "");
    expect(DSN("host=localhost"), "");
    expect(DSN("host=127.0.0.1,::1"), "");
    expect(DSN("postgresql:///lager"), "");
}

static void another_machine_needs_verify_full(void **state)
{
    (void)state;
    expect(DSN("host=db.example.org dbname=lager"), NO_PROOF("18"));
    expect(DSN("postgresql://user@db.example.org/lager"), NO_PROOF("18"));
    expect(DSN("hostaddr=192.0.2.7"), NO_PROOF("18"));
    expect(DSN("host=localhost,db.example.org"), NO_PROOF("18"));
    expect(DSN("host=127.example.org"), NO_PROOF("18"));
    expect(DSN("host=db.example.org sslmode=require"), NO_PROOF("18"));
    expect(DSN("host=db.example.org sslmode=verify-ca"), NO_PROOF("18"));
    expect(DSN("service=lager"), NO_PROOF("18"));
    expect(DSN("host=db.example.org sslmode=verify-full"), "");
    expect(DSN("postgresql://db.example.org/lager?sslmode=verify-full"), "");
    expect(DSN("service=lager sslmode=verify-full"), "");
}

static void a_trusted_network_may_do_without(void **state)
{
    (void)state;
    expect("warehouse: {dsn: host=db.example.org, allow_unverified: true}\n" MINIMAL, "");
}

static void the_environment_of_libpq_is_looked_at_where_the_connection_string_says_nothing(void **state)
{
    (void)state;
    (void)setenv("PGHOST", "db.example.org", 1);
    expect(MINIMAL, CONF ":1:1: " WITHOUT_PROOF);
    expect(DSN("dbname=lager"), NO_PROOF("18"));
    expect(DSN("host=/run/postgresql"), "");
    (void)setenv("PGSSLMODE", "verify-full", 1);
    expect(MINIMAL, "");
    expect(DSN("host=db.example.org sslmode=prefer"), NO_PROOF("18"));
    (void)unsetenv("PGHOST");
    (void)unsetenv("PGSSLMODE");
}

static void a_file_with_a_connection_string_is_held_to_the_same(void **state)
{
    (void)state;
    write_file("secret", "host=db.example.org password=hemligt\n", 0600);
    expect(DSN_FILE, CONF ":1:23: warehouse.dsn_file: " WITHOUT_PROOF);
    write_file("secret", "host=db.example.org password=hemligt sslmode=verify-full\n", 0600);
    expect(DSN_FILE, "");
    write_file("secret", "hemligt\n", 0600);
    expect(DSN_FILE,
           CONF ":1:23: warehouse.dsn_file: is not a connection string of libpq (expected \"host=… dbname=…\" or "
                "\"postgresql://…\")\n");
    write_file("secret", "host=/run\npassword=hemligt\n", 0600);
    expect(DSN_FILE, CONF ":1:23: warehouse.dsn_file: \"secret\" is not one line with a connection string\n");
}

static void a_file_that_is_not_there_is_the_services_own(void **state)
{
    (void)state;
    (void)unlink("secret");
    expect(DSN_FILE, "");
}

static void a_file_with_a_connection_string_that_others_may_read_is_refused(void **state)
{
    (void)state;
    write_file("secret", "dbname=lager password=hemligt\n", 0644);
    expect(DSN_FILE,
           CONF ":1:23: warehouse.dsn_file: \"secret\" holds a secret and is open to other users (mode 644, expected "
                "600)\n");
    write_file("secret", "dbname=lager password=hemligt\n", 0620);
    expect(DSN_FILE,
           CONF ":1:23: warehouse.dsn_file: \"secret\" holds a secret and is open to other users (mode 620, expected "
                "600)\n");
}

static void a_kept_configuration_is_not_asked_for_the_secrets_of_then(void **state)
{
    struct config config, kept;
    struct error err;
    (void)state;
    write_file("secret", "dbname=lager\n", 0600);
    write_file(CONF,
               "warehouse: {dsn_file: secret}\narchive: {path: a}\nregistries: {stadsdelar: stadsdelar.yaml}\n"
               "sources: [{name: a, url: 'https://example.org/a', connector: delimited, credentials_file: secret}]\n",
               0644);
    assert_int_equal(config_load(CONF, stderr, &config, &err), 0);
    write_file("secret", "of another machine, and open to all", 0644);
    assert_int_equal(config_load_text("kept", text_of(config.text), config.parts, stderr, &kept, &err), 0);
    assert_string_equal(kept.hash, config.hash);
    config_free(&kept);
    config_free(&config);
}

static void credentials_that_others_may_read_are_refused(void **state)
{
    (void)state;
    write_file("secret", "anna:hemligt\n", 0604);
    expect("archive: {path: a}\nregistries: {stadsdelar: stadsdelar.yaml}\n"
           "sources: [{name: a, url: 'https://example.org/a', connector: delimited, credentials_file: secret}]\n",
           CONF ":3:91: sources[a].credentials_file: \"secret\" holds a secret and is open to other users (mode 604, "
                "expected 600)\n");
}

static void the_group_may_read_what_belongs_to_root(void **state)
{
    struct stat st = {.st_mode = S_IFREG | 0640, .st_uid = 0};
    (void)state;
    assert_true(secret_file_is_private(&st));
    st.st_uid = 1000;
    assert_false(secret_file_is_private(&st));
    st.st_mode = S_IFREG | 0600;
    assert_true(secret_file_is_private(&st));
    st.st_uid = 0;
    st.st_mode = S_IFREG | 0660;
    assert_false(secret_file_is_private(&st));
    st.st_mode = S_IFREG | 0641;
    assert_false(secret_file_is_private(&st));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_of_this_machine_needs_no_proof),
        cmocka_unit_test(another_machine_needs_verify_full),
        cmocka_unit_test(a_trusted_network_may_do_without),
        cmocka_unit_test(the_environment_of_libpq_is_looked_at_where_the_connection_string_says_nothing),
        cmocka_unit_test(a_file_with_a_connection_string_is_held_to_the_same),
        cmocka_unit_test(a_file_that_is_not_there_is_the_services_own),
        cmocka_unit_test(a_file_with_a_connection_string_that_others_may_read_is_refused),
        cmocka_unit_test(a_kept_configuration_is_not_asked_for_the_secrets_of_then),
        cmocka_unit_test(credentials_that_others_may_read_are_refused),
        cmocka_unit_test(the_group_may_read_what_belongs_to_root),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
