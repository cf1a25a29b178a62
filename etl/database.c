#include "etl/database.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "etl/base/limits.h"
#include "etl/config/secret_file.h"
#include "etl/crash_point.h"
#include "etl/observe/log.h"
#include "etl/sql.h"
#include "etl/stop.h"

#define CONNECT_TIMEOUT_S "10"
#define RECONNECT_ATTEMPTS                                                                                             \
    20 /* with RECONNECT_PAUSE_S between: a crashed server is back within seconds, a session whose
                                 client is gone ends as soon as it notices */
#define RECONNECT_PAUSE_S 1
#define COPY_POLL_MS      200
#define MESSAGE_PART      400        /* bytes of a server's message kept in one line of ours */
#define SEVERITY_LAST     "FATAL:  " /* a server's last words come with it */
#define SQLSTATE_SIZE     5
#define STATE_NO_TRANSACTION                                                                                           \
    "25P01" /* what a ROLLBACK hears where a COMMIT was done and its reply lost: nothing to tell anybody */
#define MIGRATIONS     "migrations/"
#define MIGRATION_HINT "Run \"stadslager migrate\" as the owner of the warehouse."

/* ---- messages ---- */

static bool state_is(const char *state, const char *other)
{
    return state && strncmp(state, other, SQLSTATE_SIZE) == 0;
}

static enum exit_code class_of(const char *state)
{
    return state_is(state, "57014") ? EXIT_DEADLINE : EXIT_DATABASE; /* query_canceled */
}

static void add_hint(struct error *err, const char *state, const char *servers)
{
    if (servers && *servers)
        (void)error_hint(err, "%s", servers);
    else if (state_is(state, "3F000") || state_is(state, "42P01") ||
             state_is(state, "42703")) /* no such schema, table, column */
        (void)error_hint(err, MIGRATION_HINT);
    else if (state_is(state, "42501")) /* insufficient_privilege */
        (void)error_hint(err, "The role must be a member of stadslager_loader (of stadslager_owner for migrate, at "
                              "least of stadslager_auditor for audit).");
    else if (state_is(state, "55P03")) /* lock_not_available */
        (void)error_hint(err, "Another session holds the table; see pg_stat_activity.");
}

/* libpq's messages have several lines and may end in one; ours have one.  It says nothing where it has no memory to say it. */
static void add_connection_message(struct database *db, const char *doing, struct error *err)
{
    const char *text = db->connection ? PQerrorMessage(db->connection) : "";
    if (db->last_word && *db->last_word) text = db->last_word;
    if (strncmp(text, SEVERITY_LAST, sizeof SEVERITY_LAST - 1) == 0) text += sizeof SEVERITY_LAST - 1;
    size_t len = strcspn(text, "\n");
    if (len > MESSAGE_PART) len = MESSAGE_PART;
    if (len)
        (void)error_set(err, EXIT_DATABASE, "could not %s: %.*s", doing, (int)len, text);
    else
        (void)error_set(err, EXIT_DATABASE, "could not %s: %s", doing,
                        PQstatus(db->connection) == CONNECTION_OK ? "out of memory" : "no connection");
    if (text[len] == '\n' && text[len + 1]) (void)error_detail(err, "%s", text + len + 1);
}

int database_error(struct database *db, const PGresult *result, const char *doing, struct error *err)
{
    const char *primary = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    if (!primary) {
        add_connection_message(db, doing, err);
        return -1;
    }
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
    const char *context = PQresultErrorField(result, PG_DIAG_CONTEXT);
    (void)error_set(err, class_of(state), "could not %s: %s", doing, primary);
    if (detail || context)
        (void)error_detail(err, "%.*s%s%.*s", MESSAGE_PART, detail ? detail : "", detail && context ? "; " : "",
                           MESSAGE_PART, context ? context : "");
    add_hint(err, state, PQresultErrorField(result, PG_DIAG_MESSAGE_HINT));
    return -1;
}

/* Warnings of the server, in our form; and its last word, which libpq takes for a notice when no statement is under way. */
static void on_notice(void *context, const PGresult *result)
{
    char *last_word = context;
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    struct error warning;
    if (!primary || !severity) return;
    if (strcmp(severity, "FATAL") == 0) snprintf(last_word, MESSAGE_PART + 1, "%s", primary);
    if (strcmp(severity, "WARNING") != 0) return;
    if (state_is(PQresultErrorField(result, PG_DIAG_SQLSTATE), STATE_NO_TRANSACTION)) return;
    (void)error_set(&warning, EXIT_DATABASE, "database: %s", primary);
    log_warning(&warning);
}

/* ---- connection ---- */

static int check_dsn(const char *dsn, struct error *err)
{
    char *complaint = NULL;
    PQconninfoOption *options = PQconninfoParse(dsn, &complaint);
    int rc = options ? 0 : -1;
    if (rc && (!complaint || strstr(complaint, "out of memory"))) {
        (void)error_memory(err);
    } else if (rc) { /* libpq's complaint quotes the string, which may hold a secret */
        (void)error_set(err, EXIT_CONFIG, "the connection string of the warehouse is not valid");
        (void)error_hint(err,
                         "It has the form \"host=… dbname=… user=…\" or postgresql://…; see libpq's documentation.");
    }
    PQconninfoFree(options);
    PQfreemem(complaint);
    return rc;
}

static const char *connect_hint(const PGconn *connection)
{
    if (PQconnectionNeedsPassword(connection))
        return "The server asks for a password: put the connection string with it into a file, see warehouse.dsn_file.";
    if (PQconnectionUsedPassword(connection))
        return "Was the password changed?  It stands in the file that warehouse.dsn_file names, or in PGPASSWORD.";
    return "Is PostgreSQL running, and do warehouse.dsn or warehouse.dsn_file name it?";
}

int database_open(const char *dsn, struct database *ret_db, struct error *err)
{
    /* Those before dbname are defaults for the connection string, those after it cannot be overridden by it. */
    const char *const keywords[] = {"connect_timeout", "dbname", "client_encoding", "application_name", NULL};
    const char *const values[] = {CONNECT_TIMEOUT_S, dsn, "UTF8", "stadslager", NULL};
    if (*dsn && check_dsn(dsn, err)) return -1;
    struct database db = {
        .connection = PQconnectdbParams(keywords, values, 1), .dsn = dsn, .last_word = calloc(1, MESSAGE_PART + 1)};
    if (!db.connection || !db.last_word) {
        database_close(&db);
        return error_memory(err);
    }
    if (PQstatus(db.connection) != CONNECTION_OK) {
        (void)database_error(&db, NULL, "connect to the warehouse", err);
        (void)error_hint(err, "%s", connect_hint(db.connection));
        database_close(&db);
        return -1;
    }
    PQsetNoticeReceiver(db.connection, on_notice, db.last_word);
    if (database_exec(&db, sql_text("queries/session"), "set up the session", err)) {
        database_close(&db);
        return -1;
    }
    *ret_db = db;
    return 0;
}

void database_close(struct database *db)
{
    if (!db) return;
    PQfinish(db->connection);
    free(db->last_word);
    *db = (struct database){0};
}

int database_reconnect(struct database *db, struct error *err)
{
    const char *dsn = db->dsn;
    bool locked = db->locked;
    database_close(db);
    for (int attempt = 1;; attempt++) {
        int rc = db->connection ? 0 : database_open(dsn, db, err);
        db->dsn = dsn;
        if (rc == 0 && locked) rc = database_lock(db, err); /* the old session may still be about to end */
        if (rc == 0 || attempt == RECONNECT_ATTEMPTS) return rc;
        sleep(RECONNECT_PAUSE_S);
    }
}

static int read_line(int fd, const char *path, struct arena *arena, const char **ret_line, struct error *err)
{
    struct stat st;
    if (fstat(fd, &st)) return error_set(err, EXIT_CONFIG, "could not read \"%s\": %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode)) return error_set(err, EXIT_CONFIG, "\"%s\" is not a regular file", path);
    if (!secret_file_is_private(&st)) {
        (void)error_set(err, EXIT_CONFIG, "\"%s\" may hold a password and is open to other users", path);
        return error_hint(err, "Take the rights of others away: chmod 600.");
    }
    char *line = arena_alloc(arena, LIMIT_CREDENTIALS + 1);
    if (!line) return error_memory(err);
    ssize_t n = secret_file_read(fd, line, LIMIT_CREDENTIALS + 1);
    if (n < 0) return error_set(err, EXIT_CONFIG, "could not read \"%s\": %s", path, strerror(errno));
    size_t len = strcspn(line, "\r\n");
    if ((size_t)n > LIMIT_CREDENTIALS || line[len + strspn(line + len, "\r\n")] || strlen(line) != (size_t)n)
        return error_set(err, EXIT_CONFIG, "\"%s\" is not one line with a connection string", path);
    line[len] = '\0';
    *ret_line = line;
    return 0;
}

int database_dsn(const char *dsn, const char *dsn_file, struct arena *arena, const char **ret_dsn, struct error *err)
{
    if (!dsn_file) {
        *ret_dsn = dsn ? dsn : "";
        return 0;
    }
    int fd = open(dsn_file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0) return error_set(err, EXIT_CONFIG, "could not open \"%s\": %s", dsn_file, strerror(errno));
    int rc = read_line(fd, dsn_file, arena, ret_dsn, err);
    close(fd);
    return rc;
}

/* ---- statements ---- */

static int check_result(struct database *db, PGresult *result, const char *doing, PGresult **ret, struct error *err)
{
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        (void)database_error(db, result, doing, err);
        PQclear(result);
        return -1;
    }
    if (ret)
        *ret = result;
    else
        PQclear(result);
    return 0;
}

int database_exec(struct database *db, const char *sql, const char *doing, struct error *err)
{
    if (!db->connection) return database_error(db, NULL, doing, err);
    database_take_turn(db);
    int rc = check_result(db, PQexec(db->connection, sql), doing, NULL, err);
    database_end_turn(db);
    return rc;
}

PGresult *database_next_result(PGconn *connection)
{
    PGresult *result = PQgetResult(connection);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COPY_IN && status != PGRES_COPY_OUT) return result;
    PQclear(result);
    return NULL;
}

PGresult *database_begin_copy(struct database *db, const char *sql)
{
    PGconn *connection = db->connection;
    PGresult *result, *more;
    if (!PQsendQuery(connection, sql)) return NULL;
    struct pollfd socket = {.fd = PQsocket(connection), .events = POLLIN};
    while (PQisBusy(connection) && PQstatus(connection) == CONNECTION_OK) {
        (void)poll(&socket, 1, COPY_POLL_MS);
        if (!PQconsumeInput(connection)) break;
    }
    result = PQgetResult(connection);
    ExecStatusType status = PQresultStatus(result);
    if (!result || status == PGRES_COPY_IN || status == PGRES_COPY_OUT) return result;
    while ((more = PQgetResult(connection)) && PQstatus(connection) == CONNECTION_OK)
        PQclear(more);
    PQclear(more);
    return result;
}

int database_query(struct database *db, const char *sql, int count, const char *const *params, const char *doing,
                   PGresult **ret, struct error *err)
{
    if (!db->connection) return database_error(db, NULL, doing, err);
    database_take_turn(db);
    int rc = check_result(db, PQexecParams(db->connection, sql, count, NULL, params, NULL, NULL, 0), doing, ret, err);
    database_end_turn(db);
    return rc;
}

int database_lock(struct database *db, struct error *err)
{
    PGresult *result;
    if (database_query(db, sql_text("queries/database_lock"), 0, NULL, "take the lock of a run", &result, err))
        return -1;
    db->locked = *PQgetvalue(result, 0, 0) == 't';
    PQclear(result);
    crash_point(database_locked);
    if (db->locked) return 0;
    (void)error_set(err, EXIT_LOCKED, "another run is under way in this warehouse");
    return error_hint(err, "It shows as application stadslager in pg_stat_activity.");
}

/* ---- schema ---- */

static bool is_migration(const struct sql_file *file)
{
    return strncmp(file->name, MIGRATIONS, sizeof MIGRATIONS - 1) == 0;
}

static int migration_number(const struct sql_file *file)
{
    return (int)strtol(file->name + sizeof MIGRATIONS - 1, NULL, 10);
}

int database_known_version(void)
{
    int known = 0;
    for (const struct sql_file *file = sql_files; file->name; file++)
        if (is_migration(file) && migration_number(file) > known) known = migration_number(file);
    return known;
}

int database_version(struct database *db, int *ret_version, struct error *err)
{
    PGresult *result;
    const char *doing = "read the schema's version";
    if (database_query(db, sql_text("queries/schema_exists"), 0, NULL, doing, &result, err)) return -1;
    bool exists = *PQgetvalue(result, 0, 0) == 't';
    PQclear(result);
    int version = 0;
    if (exists) {
        if (database_query(db, sql_text("queries/schema_version"), 0, NULL, doing, &result, err)) return -1;
        version = (int)strtol(PQgetvalue(result, 0, 0), NULL, 10);
        PQclear(result);
    }
    *ret_version = version;
    return 0;
}

static int too_new(int version, struct error *err)
{
    (void)error_set(err, EXIT_DATABASE, "the schema of the warehouse has version %d, this program knows %d", version,
                    database_known_version());
    return error_hint(err, "Install the stadslager that made it, or a newer one.");
}

/* In another encoding the server could not keep every name, or would not know letters as such. */
static int check_encoding(struct database *db, struct error *err)
{
    const char *encoding = PQparameterStatus(db->connection, "server_encoding");
    if (encoding && !strcmp(encoding, "UTF8")) return 0;
    (void)error_set(err, EXIT_DATABASE, "the database of the warehouse has the encoding %s, not UTF8",
                    encoding ? encoding : "?");
    return error_hint(err, "Make it with: createdb --encoding UTF8 --template template0.");
}

int database_check_version(struct database *db, struct error *err)
{
    int version;
    if (check_encoding(db, err) || database_version(db, &version, err)) return -1;
    if (version > database_known_version()) return too_new(version, err);
    if (version == database_known_version()) return 0;
    if (version == 0)
        (void)error_set(err, EXIT_DATABASE, "the warehouse has no schema yet");
    else
        (void)error_set(err, EXIT_DATABASE, "the schema of the warehouse has version %d, this program needs %d",
                        version, database_known_version());
    return error_hint(err, MIGRATION_HINT);
}

/* One migration and its version row, in the transaction that is open. */
static int apply(struct database *db, const struct sql_file *file, struct error *err)
{
    char doing[128], number[16];
    const char *name = file->name + sizeof MIGRATIONS - 1;
    (void)snprintf(doing, sizeof doing, "apply migration \"%s\"", name);
    (void)snprintf(number, sizeof number, "%d", migration_number(file));
    const char *const params[] = {number, name, STADSLAGER_VERSION};
    if (database_exec(db, file->text, doing, err)) return -1;
    return database_query(db, sql_text("queries/schema_applied"), 3, params, doing, NULL, err);
}

/* The next migration in a transaction of its own.  RET_APPLIED is false when there is none left. */
static int migrate_step(struct database *db, bool *ret_applied, struct error *err)
{
    int version;
    const struct sql_file *next = NULL;
    if (database_exec(db, "BEGIN", "begin a transaction", err)) return -1;
    if (database_query(db, sql_text("queries/migrate_lock"), 0, NULL, "wait for another migration", NULL, err))
        goto undo;
    if (database_version(db, &version, err)) goto undo;
    if (version > database_known_version()) {
        (void)too_new(version, err);
        goto undo;
    }
    for (const struct sql_file *file = sql_files; file->name && !next; file++)
        if (is_migration(file) && migration_number(file) > version) next = file;
    if (next && apply(db, next, err)) goto undo;
    crash_point(migration_before_commit);
    if (stop_check(err)) goto undo;
    if (database_exec(db, "COMMIT", "commit a migration", err)) goto undo;
    crash_point(migration_after_commit);
    *ret_applied = next != NULL;
    return 0;
undo:
    PQclear(PQexec(db->connection, "ROLLBACK"));
    return -1;
}

int database_migrate_print(struct database *db, FILE *out, int *ret_count, struct error *err)
{
    int version, count = 0;
    if (database_version(db, &version, err)) return -1;
    if (version > database_known_version()) return too_new(version, err);
    for (const struct sql_file *file = sql_files; file->name; file++) {
        if (!is_migration(file) || migration_number(file) <= version) continue;
        count++;
        fprintf(out, "-- %s\nBEGIN;\n%s\n-- $1 = %d, $2 = %s, $3 = %s\n%s;\nCOMMIT;\n\n", file->name, file->text,
                migration_number(file), file->name + sizeof MIGRATIONS - 1, STADSLAGER_VERSION,
                sql_text("queries/schema_applied"));
    }
    *ret_count = count;
    return 0;
}

int database_migrate(struct database *db, int *ret_applied, struct error *err)
{
    int count = 0;
    if (check_encoding(db, err)) return -1;
    for (bool applied = true; applied; count += applied)
        if (migrate_step(db, &applied, err)) return -1;
    *ret_applied = count;
    return 0;
}
