#include "etl/history/diff.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "etl/history/given.h"
#include "etl/sql.h"

#define NUMBER_SIZE 24 /* a 64-bit number in text */
#define DIFF_PARAMS 6

_Static_assert(sizeof((struct diff_point){0}.moment) == MOMENT_SIZE, "a moment fits");

int diff_point_parse(const char *text, struct diff_point *ret_point, struct error *err)
{
    struct diff_point point = {.given = text};
    size_t len = strlen(text);
    if (len && len <= 18 && strspn(text, "0123456789") == len)
        point.kind = DIFF_RUN;
    else if (given_moment(text, point.moment) == 0)
        point.kind = DIFF_TIME;
    else if (given_report(text, &point.report) == 0)
        point.kind = DIFF_REPORT;
    else {
        (void)error_set(err, EXIT_USAGE, "\"%.*s\" is no run, date, time or report", 80, text);
        return error_hint(
            err, "Give a run as 17, a day as 2026-11-23, a time as 2026-11-23T04:15:00Z, or a report as VB2022.");
    }
    *ret_point = point;
    return 0;
}

/* The last load of the state, in text. */
static int load_at(struct database *db, const struct diff_point *point, char ret_load[static NUMBER_SIZE],
                   struct error *err)
{
    bool run = point->kind == DIFF_RUN;
    const char *const params[] = {run ? point->given : point->moment};
    PGresult *result;
    int rc = 0;
    if (database_query(db, sql_text(run ? "queries/point_run" : "queries/point_time"), 1, params, "find the state",
                       &result, err))
        return -1;
    if (run && *PQgetvalue(result, 0, 0) != 't') {
        rc = error_set(err, EXIT_USAGE, "there is no run %s", point->given);
        (void)error_hint(err, *PQgetvalue(result, 0, 2) ? "The newest one is %s." : "There is none yet%s.",
                         PQgetvalue(result, 0, 2));
    }
    (void)snprintf(ret_load, NUMBER_SIZE, "%s", PQgetvalue(result, 0, run ? 1 : 0));
    PQclear(result);
    return rc;
}

static int check_reports(const struct diff_options *o, struct error *err)
{
    struct period from = o->from.report, to = o->to.report;
    if (o->from.kind == DIFF_REPORT && o->to.kind == DIFF_REPORT && from.kind == to.kind &&
        from.ordinal == to.ordinal && from.year + 1 == to.year)
        return 0;
    (void)error_set(err, EXIT_USAGE, "\"%s\" and \"%s\" are not reports of two years that follow each other",
                    o->from.given, o->to.given);
    return error_hint(err, "Give the earlier report and the one a year later: --from VB2022 --to VB2023.");
}

static const char *percent_of(const struct diff_options *o)
{
    return o->percent ? "t" : "f";
}

static int between_reports(struct listing *listing, struct database *db, const struct diff_options *o,
                           struct error *err)
{
    char from[NUMBER_SIZE], to[NUMBER_SIZE], year[NUMBER_SIZE];
    if (check_reports(o, err)) return -1;
    (void)snprintf(from, sizeof from, "%" PRId32, period_id(o->from.report));
    (void)snprintf(to, sizeof to, "%" PRId32, period_id(o->to.report));
    (void)snprintf(year, sizeof year, "%d", o->from.report.year);
    const char *const params[DIFF_PARAMS] = {from, to, year, o->stadsdel, o->materiality, percent_of(o)};
    return listing_query(listing, db, sql_text("queries/diff_reports"), DIFF_PARAMS, params, "compare the reports",
                         err);
}

static int between_states(struct listing *listing, struct database *db, const struct diff_options *o, struct error *err)
{
    char from[NUMBER_SIZE], to[NUMBER_SIZE], year[NUMBER_SIZE];
    if (load_at(db, &o->from, from, err) || load_at(db, &o->to, to, err)) return -1;
    (void)snprintf(year, sizeof year, "%d", o->year);
    const char *const params[DIFF_PARAMS] = {from,           to,           o->year ? year : NULL, o->stadsdel,
                                             o->materiality, percent_of(o)};
    return listing_query(listing, db, sql_text("queries/diff_versions"), DIFF_PARAMS, params, "compare the versions",
                         err);
}

int diff_print(struct database *db, const struct diff_options *options, struct error *err)
{
    struct listing listing = {.out = stdout, .format = options->format};
    struct error ignored;
    bool reports = options->from.kind == DIFF_REPORT || options->to.kind == DIFF_REPORT;
    if (reports && options->year) return error_set(err, EXIT_USAGE, "--year does not go with reports, which have one");
    int rc = reports ? between_reports(&listing, db, options, err) : between_states(&listing, db, options, err);
    if (listing_end(&listing, rc ? &ignored : err) || rc) return -1;
    fprintf(stderr, "stadslager: %" PRIu64 " differences\n", listing.rows);
    return 0;
}
