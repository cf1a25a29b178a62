#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "etl/clock.h"
#include "etl/observe/calendar.h"
#include "etl/observe/doctor.h"
#include "etl/observe/freshness.h"
#include "etl/sql.h"

#define OLDEST_SERVER 130000 /* what the schema needs: PostgreSQL 13 */
#define CLOCK_WARN_S  60     /* two machines that keep time differ by less than one */
#define CLOCK_FAIL_S  3600   /* beyond that certificates and the calendar are judged wrongly */
#define LISTED        5      /* findings of one kind that are named */

static int query(struct doctor *doctor, struct database *db, const char *name, const char *param, const char *check,
                 PGresult **ret, struct error *err)
{
    const char *params[] = {param};
    if (database_query(db, sql_text(name), param ? 1 : 0, params, "look into the warehouse", ret, err) == 0) return 0;
    doctor_error(doctor, check, err);
    return -1;
}

/* ---- the connection ---- */

static void look_at_server(struct doctor *doctor, const struct database *db)
{
    const PGconn *connection = db->connection;
    int version = PQserverVersion(connection);
    const char *host = PQhost(connection);
    if (version < OLDEST_SERVER)
        doctor_say(doctor, DOCTOR_FAIL, "database", EXIT_DATABASE, "Upgrade the server.",
                   "PostgreSQL %d is older than the 13 that the schema needs", version / 10000);
    else
        doctor_say(doctor, DOCTOR_OK, "database", EXIT_DONE, "",
                   "PostgreSQL %d.%d answers as database \"%s\" to role \"%s\"", version / 10000, version % 10000,
                   PQdb(connection), PQuser(connection));
    if (*host != '/' && !PQsslInUse((PGconn *)(uintptr_t)connection))
        doctor_say(doctor, DOCTOR_WARN, "encryption", EXIT_DONE, "Add sslmode=verify-full to the connection string.",
                   "the connection to \"%s\" is not encrypted", host);
}

static int look_at_schema(struct doctor *doctor, struct database *db)
{
    struct error err;
    if (database_check_version(db, &err)) {
        doctor_error(doctor, "schema", &err);
        return -1;
    }
    doctor_say(doctor, DOCTOR_OK, "schema", EXIT_DONE, "", "version %d, as this program needs",
               database_known_version());
    return 0;
}

static void look_at_rights(struct doctor *doctor, struct database *db)
{
    PGresult *missing, *roles;
    struct error err;
    if (query(doctor, db, "queries/doctor_rights", NULL, "rights", &missing, &err)) return;
    int count = PQntuples(missing);
    if (count)
        doctor_say(doctor, DOCTOR_FAIL, "rights", EXIT_DATABASE, "The role must be a member of stadslager_loader.",
                   "the role lacks %s%s", PQgetvalue(missing, 0, 0), count > 1 ? " and more" : "");
    PQclear(missing);
    if (query(doctor, db, "queries/doctor_roles", NULL, "rights", &roles, &err)) return;
    bool too_much = *PQgetvalue(roles, 0, 1) == 't';
    if (too_much)
        doctor_say(doctor, DOCTOR_WARN, "rights", EXIT_DONE,
                   "Let runs use a role that is a member of stadslager_loader only.",
                   "role \"%s\" may change the schema, which no run needs", PQgetvalue(roles, 0, 0));
    else if (!count)
        doctor_say(doctor, DOCTOR_OK, "rights", EXIT_DONE, "", "role \"%s\" may do what a run needs, and no more",
                   PQgetvalue(roles, 0, 0));
    if (strcmp(PQgetvalue(roles, 0, 2), "0") != 0)
        doctor_say(doctor, DOCTOR_WARN, "rights", EXIT_DONE, "Revoke them: analysts read the views in schema analys.",
                   "stadslager_analyst may read %s tables beside its views", PQgetvalue(roles, 0, 2));
    PQclear(roles);
}

/* ---- time ---- */

static void look_at_clock(struct doctor *doctor, struct database *db)
{
    PGresult *result;
    struct error err;
    char text[CLOCK_SIZE];
    int64_t now = 0;
    if (calendar_parse_time(clock_now(text), &now) ||
        query(doctor, db, "queries/doctor_clock", NULL, "clock", &result, &err))
        return;
    int64_t server = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    int64_t last = PQgetisnull(result, 0, 1) ? 0 : strtoll(PQgetvalue(result, 0, 1), NULL, 10);
    int64_t apart = now > server ? now - server : server - now;
    PQclear(result);
    if (apart > CLOCK_WARN_S)
        doctor_say(doctor, apart > CLOCK_FAIL_S ? DOCTOR_FAIL : DOCTOR_WARN, "clock", EXIT_INTERNAL,
                   "Which of the two is wrong?  timedatectl shows whether a clock is synchronised.",
                   "this machine says %s, the database server is %" PRId64 " s %s", text, apart,
                   server > now ? "ahead" : "behind");
    else if (last > server + CLOCK_WARN_S)
        doctor_say(doctor, DOCTOR_FAIL, "clock", EXIT_INTERNAL, "The clock was wrong then, or is now.",
                   "the last run began %" PRId64 " s from now", last - server);
    else
        doctor_say(doctor, DOCTOR_OK, "clock", EXIT_DONE, "", "%s, as the database server's, to %" PRId64 " s", text,
                   apart);
}

static void look_at_freshness(struct doctor *doctor, struct database *db)
{
    char text[CLOCK_SIZE], due[CALENDAR_SIZE];
    int64_t today;
    const struct freshness *rows;
    size_t count, late = 0;
    struct error err;
    if (calendar_parse(clock_now(text), &today)) return;
    if (freshness_read(db, doctor->config, today, &doctor->arena, &rows, &count, &err)) {
        doctor_error(doctor, "freshness", &err);
        return;
    }
    for (size_t i = 0; i < count; i++)
        if (rows[i].late_days && late++ < LISTED)
            doctor_say(doctor, DOCTOR_WARN, "freshness", EXIT_DONE,
                       "Ask the district; sources[].expected says what is expected.",
                       "source \"%s\": %s %d was due %s, %" PRId64 " days ago", rows[i].source->name,
                       calendar_report_name(rows[i].report), rows[i].year, calendar_text(rows[i].due, due),
                       rows[i].late_days);
    if (!late)
        doctor_say(doctor, DOCTOR_OK, "freshness", EXIT_DONE, "", "no report is late, of %zu that are expected", count);
}

/* ---- runs ---- */

static const char *hint_of_class(const char *class)
{
    static const char *const hints[][2] = {
        {"fetch", "Ask who runs that server; \"stadslager doctor --network\" looks at its certificate."},
        {"refused",
         "Look at the export: is it what it should be?  If it is, the limits in the configuration are too narrow."},
        {"config", "Put right what the message names, then \"stadslager check-config\"."},
        {"database", "See the findings about the database, and its server's log."},
        {"deadline", "See which source took long; limits.deadline_s is the time a run may take."},
        {"internal", "See the findings about disk and archive; else it is a defect worth reporting."},
    };
    for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
        if (!strcmp(class, hints[i][0])) return hints[i][1];
    return "\"stadslager status\" shows more.";
}

static void list_failures(struct doctor *doctor, struct database *db, const char *run)
{
    PGresult *result;
    struct error err;
    if (query(doctor, db, "queries/doctor_last_errors", run, "last run", &result, &err)) return;
    for (int i = 0; i < PQntuples(result) && i < LISTED; i++)
        doctor_say(doctor, DOCTOR_WARN, "last run", EXIT_DONE, hint_of_class(PQgetvalue(result, i, 1)), "%s",
                   PQgetvalue(result, i, 2));
    PQclear(result);
}

static void look_at_last_run(struct doctor *doctor, struct database *db)
{
    PGresult *result;
    struct error err;
    if (query(doctor, db, "queries/doctor_last_run", NULL, "last run", &result, &err)) return;
    if (!PQntuples(result)) {
        doctor_say(doctor, DOCTOR_WARN, "last run", EXIT_DONE, "\"stadslager run\" begins the first one.",
                   "there was no run yet");
    } else {
        const char *id = PQgetvalue(result, 0, 0), *started = PQgetvalue(result, 0, 1);
        bool ended = !PQgetisnull(result, 0, 2), under_way = *PQgetvalue(result, 0, 3) == 't';
        enum exit_code code = ended ? (enum exit_code)strtol(PQgetvalue(result, 0, 2), NULL, 10) : EXIT_DONE;
        if (under_way)
            doctor_say(doctor, DOCTOR_OK, "last run", EXIT_DONE, "",
                       "run %s, begun %s, is under way and holds the lock", id, started);
        else if (!ended)
            doctor_say(
                doctor, DOCTOR_WARN, "last run", EXIT_DONE,
                "What it had not published is rolled back; the next run goes on from there.  The journal says more.",
                "run %s, begun %s, was killed, lost its connection or failed early: it has no end", id, started);
        else
            doctor_say(doctor, code == EXIT_DONE ? DOCTOR_OK : DOCTOR_WARN, "last run", EXIT_DONE,
                       code == EXIT_DONE ? "" : "\"stadslager status\" and the journal show the run.",
                       "run %s, begun %s, ended: %s (exit %d)", id, started, exit_code_name(code), (int)code);
        if (ended) list_failures(doctor, db, id);
    }
    PQclear(result);
}

static void look_at_blockers(struct doctor *doctor, struct database *db)
{
    PGresult *result;
    struct error err;
    if (query(doctor, db, "queries/doctor_blockers", NULL, "locks", &result, &err)) return;
    for (int i = 0; i < PQntuples(result); i++)
        doctor_say(
            doctor, DOCTOR_WARN, "locks", EXIT_DONE,
            "A run waits a minute for it and then fails; pg_terminate_backend() ends the session, if its owner agrees.",
            "session %s of \"%s\" (%s) holds %s", PQgetvalue(result, i, 0), PQgetvalue(result, i, 1),
            PQgetvalue(result, i, 2), PQgetvalue(result, i, 3));
    if (!PQntuples(result))
        doctor_say(doctor, DOCTOR_OK, "locks", EXIT_DONE, "", "no session holds a table that a run needs");
    PQclear(result);
}

static void look_at_quarantine(struct doctor *doctor, struct database *db)
{
    PGresult *result;
    struct error err;
    if (query(doctor, db, "queries/status_quarantine_count", NULL, "quarantine", &result, &err)) return;
    bool empty = !strcmp(PQgetvalue(result, 0, 0), "0");
    doctor_say(doctor, empty ? DOCTOR_OK : DOCTOR_WARN, "quarantine", EXIT_DONE,
               empty ? "" : "\"stadslager status\" lists them with their reasons.", "%s rows are in quarantine",
               PQgetvalue(result, 0, 0));
    PQclear(result);
}

void doctor_database(struct doctor *doctor, struct database *db)
{
    const struct config *config = doctor->config;
    const char *dsn;
    struct error err;
    if (database_dsn(config->dsn, config->dsn_file, &doctor->arena, &dsn, &err) || database_open(dsn, db, &err)) {
        doctor_error(doctor, "database", &err);
        return;
    }
    look_at_server(doctor, db);
    if (look_at_schema(doctor, db)) return;
    look_at_rights(doctor, db);
    look_at_clock(doctor, db);
    look_at_last_run(doctor, db);
    look_at_blockers(doctor, db);
    look_at_quarantine(doctor, db);
    look_at_freshness(doctor, db);
}
