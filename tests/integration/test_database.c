/* Connection, migrations, the lock and the roles on a real PostgreSQL. */
#include "tests/integration/warehouse.h"

#include <sys/stat.h>
#include <unistd.h>

static void migrating_again_applies_nothing(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct error err;
    int applied = -1, version = 0;
    ASSERT_OK(database_migrate(&w->db, &applied, &err));
    assert_int_equal(applied, 0);
    ASSERT_OK(database_version(&w->db, &version, &err));
    assert_int_equal(version, database_known_version());
    assert_true(version >= 4);
    ASSERT_OK(database_check_version(&w->db, &err));
    assert_string_equal(
        ask(w, "SELECT count(*) FROM drift.schema_version WHERE program_version = '" STADSLAGER_VERSION "'"),
        ask(w, "SELECT max(version) FROM drift.schema_version"));
}

static void a_schema_newer_than_the_program_is_refused_and_left_alone(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct error err;
    char expected[128];
    int applied;
    tell(w, "INSERT INTO drift.schema_version VALUES (99, '099_future', '9.9.9')");
    (void)snprintf(expected, sizeof expected, "the schema of the warehouse has version 99, this program knows %d",
                   database_known_version());
    assert_int_equal(database_migrate(&w->db, &applied, &err), -1);
    assert_int_equal(err.class, EXIT_DATABASE);
    assert_string_equal(err.message, expected);
    assert_string_equal(err.hint, "Install the stadslager that made it, or a newer one.");
    assert_int_equal(PQtransactionStatus(w->db.connection), PQTRANS_IDLE);
    assert_int_equal(database_check_version(&w->db, &err), -1);
    assert_string_equal(err.message, expected);
}

static void an_empty_or_older_schema_says_run_migrate(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct error err;
    tell(w, "DELETE FROM drift.schema_version WHERE version = (SELECT max(version) FROM drift.schema_version)");
    assert_int_equal(database_check_version(&w->db, &err), -1);
    assert_string_equal(err.hint, "Run \"stadslager migrate\" as the owner of the warehouse.");
    tell(w, "DROP SCHEMA lager, drift, analys CASCADE");
    assert_int_equal(database_check_version(&w->db, &err), -1);
    assert_string_equal(err.message, "the warehouse has no schema yet");
    assert_int_equal(database_exec(&w->db, "SELECT FROM drift.run", "look", &err), -1);
    assert_string_equal(err.message, "could not look: relation \"drift.run\" does not exist");
    assert_string_equal(err.hint, "Run \"stadslager migrate\" as the owner of the warehouse.");
}

static void a_migration_that_fails_leaves_the_version_before_it(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct error err;
    int applied, version;
    tell(w, "DROP SCHEMA lager, drift, analys CASCADE");
    tell(w, "CREATE SCHEMA drift CREATE TABLE in_the_way (a int)"); /* migration 1 makes this schema */
    assert_int_equal(database_migrate(&w->db, &applied, &err), -1);
    assert_string_equal(err.message, "could not apply migration \"001_base\": schema \"drift\" already exists");
    ASSERT_OK(database_version(&w->db, &version, &err));
    assert_int_equal(version, 0);
    assert_string_equal(ask(w, "SELECT to_regnamespace('lager') IS NULL"), "t");
}

static void a_member_of_the_owner_can_migrate_where_the_roles_are(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct database db;
    struct error err;
    char dsn[96];
    int applied;
    tell(w, "DROP SCHEMA lager, drift, analys CASCADE");
    tell(w, "DROP ROLE IF EXISTS test_admin");
    tell(w, "CREATE ROLE test_admin LOGIN IN ROLE stadslager_owner");
    (void)snprintf(dsn, sizeof dsn, "GRANT CREATE ON DATABASE %s TO stadslager_owner", w->name);
    tell(w, dsn); /* what an administrator does beforehand, beside making the roles */
    (void)snprintf(dsn, sizeof dsn, "dbname=%s user=test_admin", w->name);
    ASSERT_OK(database_open(dsn, &db, &err));
    ASSERT_OK(database_migrate(&db, &applied, &err));
    assert_int_equal(applied, database_known_version());
    database_close(&db);
    assert_string_equal(ask(w, "SELECT string_agg(DISTINCT pg_get_userbyid(relowner), ',') FROM pg_class c JOIN "
                               "pg_namespace n ON n.oid = relnamespace "
                               "WHERE nspname IN ('lager', 'drift', 'analys')"),
                        "stadslager_owner");
    tell(w, "DROP ROLE test_admin");
}

static void only_one_session_holds_the_lock_of_a_run(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct database other;
    struct error err;
    ASSERT_OK(database_open(w->dsn, &other, &err));
    ASSERT_OK(database_lock(&w->db, &err));
    assert_int_equal(database_lock(&other, &err), -1);
    assert_int_equal(err.class, EXIT_LOCKED);
    assert_string_equal(err.message, "another run is under way in this warehouse");
    database_close(&w->db);
    for (int i = 0; i < 100 && database_lock(&other, &err); i++)
        usleep(50000); /* until the server has seen the other session end */
    assert_true(other.locked);
    database_close(&other);
}

static void a_session_that_was_ended_between_two_statements_says_why(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct database db = {0};
    struct error err;
    char end[64];
    ASSERT_OK(database_open(w->dsn, &db, &err));
    (void)snprintf(end, sizeof end, "SELECT pg_terminate_backend(%d, 10000)", PQbackendPID(db.connection));
    tell(w, end);
    (void)PQconsumeInput(db.connection);
    assert_int_equal(database_exec(&db, "SELECT 1", "look", &err), -1);
    assert_int_equal(err.class, EXIT_DATABASE);
    assert_string_equal(err.message, "could not look: terminating connection due to administrator command");
    ASSERT_OK(database_reconnect(&db, &err));
    assert_int_equal(database_exec(&db, "SELECT FROM drift.nothing", "look", &err), -1);
    assert_string_equal(err.message, "could not look: relation \"drift.nothing\" does not exist");
    database_close(&db);
}

static void analysts_read_the_views_and_nothing_else(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct load_counts c;
    struct error err;
    PUBLISH(w, "bromma", &c, {.indikator = "Andel nöjda", .total = "85", .arsmal = "90"});
    tell(w, "SET ROLE stadslager_analyst");
    assert_string_equal(ask(w, "SELECT varde || ' ' || arsmal FROM analys.utfall"), "85 90");
    assert_string_equal(ask(w, "SELECT count(*) FROM analys.arsmal"), "1");
    assert_string_equal(ask(w, "SELECT count(*) FROM analys.maluppfyllelse"), "0");
    assert_refused(w, "SELECT * FROM lager.fact_utfall", "42501");
    assert_refused(w, "SELECT * FROM lager.fact_utfall_2022", "42501");
    assert_refused(w, "SELECT * FROM lager.dim_enhet", "42501");
    assert_refused(w, "SELECT * FROM drift.quarantine", "42501");
    assert_refused(w, "SELECT lager.skapa_ar(2030)", "42501");
    assert_refused(w, "CREATE VIEW analys.egen AS SELECT 1", "42501");
}

static void the_loader_can_do_a_whole_load_and_no_more(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct load_counts c;
    struct error err;
    int32_t id, district;
    tell(w, "SET ROLE stadslager_loader");
    dimensions_free(&w->dimensions);
    ASSERT_OK(dimensions_sync(&w->db, &test_registry, &w->dimensions, &err));
    PUBLISH(w, "bromma", &c, {.indikator = "Andel nöjda", .total = "85", .arsmal = "90", .foregaende = "84"},
            {.indikator = "Antal platser", .total = "5"}, {.indikator = "", .total = "x", .quarantine = "I-VARDE"});
    PUBLISH(w, "bromma", &c, {.indikator = "Andel nöjda", .total = "86", .arsmal = "91"},
            {.indikator = "Antal platser", .total = "5"});
    assert_int_equal(c.facts_revised, 2);
    assert_int_equal(c.facts_withdrawn, 1);
    assert_int_equal(dimensions_stadsdel(&w->dimensions, TEXT("Bromma"), &district, &err), 1);
    ASSERT_OK(dimensions_add_enhet(&w->dimensions, district, TEXT("Ny enhet"), &id, &err));
    ASSERT_OK(dimensions_add_indikator(&w->dimensions, TEXT("Ny indikator"), &id, &err));
    tell(w, "INSERT INTO drift.run_result (run_id, exit_code, counts) VALUES (1, 0, '{}')");
    tell(w, "UPDATE drift.quarantine SET status = 'waived', who = 'w', why = 'y'");
    assert_refused(w, "DELETE FROM lager.fact_utfall", "42501");
    assert_refused(w, "UPDATE lager.fact_utfall SET varde = 1", "42501");
    assert_refused(w, "UPDATE drift.load SET facts_new = 1", "42501");
    assert_refused(w, "UPDATE drift.quarantine SET raw = ''", "42501");
    assert_refused(w, "DELETE FROM drift.quarantine", "42501");
    assert_refused(w, "UPDATE drift.run_result SET exit_code = 0", "42501");
    assert_refused(w, "TRUNCATE drift.load CASCADE", "42501");
    assert_refused(w, "CREATE TABLE lager.egen (a int)", "42501");
    assert_refused(w, "INSERT INTO lager.dim_kon VALUES ('X', 'x')", "42501");
    assert_refused(w, "INSERT INTO drift.schema_version VALUES (99, 'x', 'x')", "42501");
}

static void partitions_are_made_for_sensible_years_only_and_whatever_the_search_path(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    tell(w, "CREATE SCHEMA ond; CREATE FUNCTION ond.format(text, VARIADIC text[]) RETURNS text LANGUAGE sql AS 'SELECT "
            "''CREATE ROLE ond SUPERUSER''';"
            "GRANT USAGE ON SCHEMA ond TO stadslager_loader; SET ROLE stadslager_loader; SET search_path = ond, "
            "pg_catalog");
    assert_string_equal(ask(w, "SELECT lager.skapa_ar(2040)"), "t");
    assert_string_equal(ask(w, "SELECT lager.skapa_ar(2040)"), "f");
    assert_refused(w, "SELECT lager.skapa_ar(1989)", "22023");
    assert_refused(w, "SELECT lager.skapa_ar(2200)", "22023");
    assert_refused(w, "SELECT lager.skapa_ar(NULL)", "22023");
    assert_string_equal(ask(w, "SELECT count(*) FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = "
                               "inhrelid WHERE relkind = 'r' AND relname ~ '_2040$'"),
                        "7");
    assert_string_equal(ask(w, "SELECT count(*) FROM pg_catalog.pg_roles WHERE rolname = 'ond'"), "0");
}

static void a_session_does_not_inherit_settings(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct warehouse other = {0};
    struct error err;
    char sql[300];
    (void)snprintf(sql, sizeof sql,
                   "ALTER DATABASE %s SET search_path = ond; ALTER DATABASE %s SET TimeZone = 'Asia/Tokyo'; ALTER "
                   "DATABASE %s SET bytea_output = 'escape'",
                   w->name, w->name, w->name);
    tell(w, sql);
    setenv("PGOPTIONS", "-c DateStyle=SQL,DMY -c client_encoding=latin1", 1);
    ASSERT_OK(database_open(w->dsn, &other.db, &err));
    unsetenv("PGOPTIONS");
    assert_string_equal(
        ask(&other,
            "SELECT concat_ws('|', current_setting('search_path'), current_setting('TimeZone'), "
            "current_setting('bytea_output'), "
            "current_setting('DateStyle'), current_setting('client_encoding'), current_setting('application_name'), "
            "current_setting('lock_timeout'))"),
        "pg_catalog, pg_temp|UTC|hex|ISO, YMD|UTF8|stadslager|1min");
    database_close(&other.db);
    arena_free(&other.arena);
}

static void a_connection_that_fails_is_told_without_the_secret(void **state)
{
    (void)state;
    struct database db = {0};
    struct error err;
    assert_int_equal(database_open("host=/nonexistent password=hemligt dbname=x", &db, &err), -1);
    assert_int_equal(err.class, EXIT_DATABASE);
    assert_null(strstr(err.message, "hemligt"));
    assert_non_null(
        strstr(err.message, "could not connect to the warehouse: connection to server on socket \"/nonexistent/"));
    assert_string_equal(err.hint, "Is PostgreSQL running, and do warehouse.dsn or warehouse.dsn_file name it?");
    assert_int_equal(database_open("host=x hemligt", &db, &err), -1);
    assert_int_equal(err.class, EXIT_CONFIG);
    assert_string_equal(err.message, "the connection string of the warehouse is not valid");
    assert_string_equal(err.detail, "");
    assert_null(db.connection);
    database_close(&db);
    database_close(NULL);
}

static void statements_that_are_cancelled_are_of_class_deadline(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct error err;
    tell(w, "SET statement_timeout = '20ms'");
    assert_int_equal(database_exec(&w->db, "SELECT pg_sleep(10)", "wait", &err), -1);
    assert_int_equal(err.class, EXIT_DEADLINE);
    assert_string_equal(err.message, "could not wait: canceling statement due to statement timeout");
    assert_int_equal(database_exec(&w->db, "DO $$ BEGIN RAISE 'a' USING DETAIL = 'b', HINT = 'c'; END $$", "try", &err),
                     -1);
    assert_string_equal(err.message, "could not try: a");
    assert_non_null(strstr(err.detail, "b; PL/pgSQL function"));
    assert_string_equal(err.hint, "c");
}

/* ---- the file with the connection string ---- */

static const char *file_with(char path[static 32], const char *text, mode_t mode)
{
    (void)snprintf(path, 32, "/tmp/dsnXXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
    return path;
}

static void assert_dsn(const char *text, mode_t mode, const char *expected, const char *complaint)
{
    struct arena arena = {0};
    struct error err;
    char path[32], message[128];
    const char *dsn = NULL;
    int rc = database_dsn("", file_with(path, text, mode), &arena, &dsn, &err);
    if (expected) {
        assert_int_equal(rc, 0);
        assert_string_equal(dsn, expected);
    } else {
        assert_int_equal(rc, -1);
        assert_int_equal(err.class, EXIT_CONFIG);
        (void)snprintf(message, sizeof message, "\"%s\" %s", path, complaint);
        assert_string_equal(err.message, message);
    }
    unlink(path);
    arena_free(&arena);
}

static void a_connection_string_comes_from_one_line_of_a_file_closed_to_others(void **state)
{
    (void)state;
    assert_dsn("host=a password=b\n", 0400, "host=a password=b", NULL);
    assert_dsn("host=a\r\n", 0640, "host=a", NULL);
    assert_dsn("", 0600, "", NULL);
    assert_dsn("host=a\n", 0644, NULL, "may hold a password and is open to other users");
    assert_dsn("host=a\nhost=b\n", 0600, NULL, "is not one line with a connection string");
}

static void a_connection_string_file_that_is_missing_or_a_folder_is_a_configuration_error(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct error err;
    const char *dsn = NULL;
    assert_int_equal(database_dsn("", "/nonexistent/dsn", &arena, &dsn, &err), -1);
    assert_string_equal(err.message, "could not open \"/nonexistent/dsn\": No such file or directory");
    assert_int_equal(database_dsn("", "/tmp", &arena, &dsn, &err), -1);
    assert_string_equal(err.message, "\"/tmp\" is not a regular file");
    ASSERT_OK(database_dsn("host=a", NULL, &arena, &dsn, &err));
    assert_string_equal(dsn, "host=a");
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WAREHOUSE_TEST(migrating_again_applies_nothing),
        WAREHOUSE_TEST(a_schema_newer_than_the_program_is_refused_and_left_alone),
        WAREHOUSE_TEST(an_empty_or_older_schema_says_run_migrate),
        WAREHOUSE_TEST(a_migration_that_fails_leaves_the_version_before_it),
        WAREHOUSE_TEST(a_member_of_the_owner_can_migrate_where_the_roles_are),
        WAREHOUSE_TEST(only_one_session_holds_the_lock_of_a_run),
        WAREHOUSE_TEST(a_session_that_was_ended_between_two_statements_says_why),
        WAREHOUSE_TEST(analysts_read_the_views_and_nothing_else),
        WAREHOUSE_TEST(the_loader_can_do_a_whole_load_and_no_more),
        WAREHOUSE_TEST(partitions_are_made_for_sensible_years_only_and_whatever_the_search_path),
        WAREHOUSE_TEST(a_session_does_not_inherit_settings),
        cmocka_unit_test(a_connection_that_fails_is_told_without_the_secret),
        WAREHOUSE_TEST(statements_that_are_cancelled_are_of_class_deadline),
        cmocka_unit_test(a_connection_string_comes_from_one_line_of_a_file_closed_to_others),
        cmocka_unit_test(a_connection_string_file_that_is_missing_or_a_folder_is_a_configuration_error),
    };
    return cmocka_run_group_tests(tests, setup_template, NULL);
}
