#include "etl/observe/status.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "etl/archive/archive_list.h"
#include "etl/observe/disk.h"
#include "etl/observe/freshness.h"
#include "etl/observe/units.h"
#include "etl/sql.h"

#define SHOWN_RUNS       "5"
#define SHOWN_QUARANTINE "20"
#define INT4_OID         23 /* of pg_type, fixed for ever */
#define INT8_OID         20

/* A whole number as a number.  NULL: no memory. */
static json_t *cell_json(const PGresult *result, int row, int column)
{
    const char *text = PQgetvalue(result, row, column);
    bool number = PQftype(result, column) == INT4_OID || PQftype(result, column) == INT8_OID;
    if (PQgetisnull(result, row, column)) return json_null();
    return number ? json_integer(strtoll(text, NULL, 10)) : json_string(text);
}

/* Rows as objects.  NULL: no memory, as half a row must not pass for one. */
static json_t *rows_json(const PGresult *result)
{
    json_t *rows = json_array();
    bool whole = rows;
    for (int row = 0; whole && row < PQntuples(result); row++) {
        json_t *object = json_object();
        whole = json_array_append_new(rows, object) == 0;
        for (int column = 0; whole && column < PQnfields(result); column++)
            whole = json_object_set_new(object, PQfname(result, column), cell_json(result, row, column)) == 0;
    }
    if (whole) return rows;
    json_decref(rows);
    return NULL;
}

static int query(struct database *db, const char *name, const char *limit, json_t **ret_rows, struct error *err)
{
    PGresult *result;
    const char *params[] = {limit};
    if (database_query(db, sql_text(name), limit ? 1 : 0, params, "read the status", &result, err)) return -1;
    *ret_rows = rows_json(result);
    PQclear(result);
    return *ret_rows ? 0 : error_memory(err);
}

static int expected(struct database *db, const struct config *config, int64_t as_of, json_t **ret_rows,
                    struct error *err)
{
    struct arena arena = {0};
    const struct freshness *rows;
    size_t count;
    int rc = freshness_read(db, config, as_of, &arena, &rows, &count, err);
    json_t *list = rc ? NULL : json_array();
    bool whole = list;
    for (size_t i = 0; whole && i < count; i++) {
        char report[24], due[CALENDAR_SIZE];
        (void)snprintf(report, sizeof report, "%s %d", calendar_report_name(rows[i].report), rows[i].year);
        json_t *row = json_pack("{s:s,s:s,s:s,s:s,s:I,s:s}", "source", rows[i].source->name, "report", report, "state",
                                rows[i].state, "due", calendar_text(rows[i].due, due), "late_days",
                                (json_int_t)rows[i].late_days, "changed", rows[i].changed);
        whole = json_array_append_new(list, row) == 0;
    }
    arena_free(&arena);
    if (rc) return -1;
    if (!whole) {
        json_decref(list);
        return error_memory(err);
    }
    *ret_rows = list;
    return 0;
}

static int quarantine(struct database *db, json_t **ret_object, struct error *err)
{
    PGresult *result;
    json_t *rows;
    if (query(db, "queries/status_quarantine", SHOWN_QUARANTINE, &rows, err)) return -1;
    if (database_query(db, sql_text("queries/status_quarantine_count"), 0, NULL, "count the quarantine", &result,
                       err)) {
        json_decref(rows);
        return -1;
    }
    *ret_object = json_pack("{s:I,s:o}", "open", (json_int_t)strtoll(PQgetvalue(result, 0, 0), NULL, 10), "rows", rows);
    PQclear(result);
    return *ret_object ? 0 : error_memory(err);
}

int status_of_warehouse(struct database *db, const struct config *config, int64_t as_of, json_t **ret_status,
                        struct error *err)
{
    json_t *runs = NULL, *sources = NULL, *reports = NULL, *doubtful = NULL;
    char day[CALENDAR_SIZE];
    if (database_check_version(db, err) || query(db, "queries/status_runs", SHOWN_RUNS, &runs, err) ||
        query(db, "queries/status_sources", NULL, &sources, err) || expected(db, config, as_of, &reports, err) ||
        quarantine(db, &doubtful, err)) {
        json_decref(runs);
        json_decref(sources);
        json_decref(reports);
        return -1;
    }
    *ret_status = json_pack("{s:s,s:o,s:o,s:o,s:o}", "as_of", calendar_text(as_of, day), "runs", runs, "sources",
                            sources, "expected", reports, "quarantine", doubtful);
    return *ret_status ? 0 : error_memory(err);
}

/* Whether the archive is not there yet, also where its folder is but no run has been, or not for us to read. */
static bool is_out_of_reach(const char *archive)
{
    static const char *const parts[] = {"objects", "fetches"};
    char path[PATH_MAX];
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", archive, parts[i]);
        if (access(path, R_OK | X_OK) && (errno == ENOENT || errno == EACCES)) return true;
    }
    return false;
}

/* JSON null: it is out of reach; what fails otherwise is an error. */
static int archive_json(const struct config *config, json_t **ret_object, struct error *err)
{
    struct archive *archive = NULL;
    struct archive_listing listing = {0};
    struct disk disk = {0};
    int rc = archive_open_reading(config->archive_path, &archive, err) || archive_list(archive, &listing, err) ||
             disk_read(config->archive_path, &disk, err);
    json_t *object = rc ? json_null()
                        : json_pack("{s:s,s:I,s:I,s:I,s:I}", "path", config->archive_path, "exports",
                                    (json_int_t)listing.count, "bytes", (json_int_t)listing.bytes, "free_bytes",
                                    (json_int_t)disk.free_bytes, "total_bytes", (json_int_t)disk.total_bytes);
    archive_listing_free(&listing);
    bool unreachable = !archive && is_out_of_reach(config->archive_path);
    archive_close(archive);
    if (rc && !unreachable) {
        json_decref(object);
        return -1;
    }
    if (!object) return error_memory(err);
    *ret_object = object;
    return 0;
}

static int timer_json(json_t **ret_object, struct error *err)
{
    struct unit_timer timer;
    char next[32] = "";
    struct tm utc;
    if (units_timer(UNITS_TIMER, &timer, err)) return -1;
    time_t at = (time_t)timer.next_s;
    if (timer.next_s && gmtime_r(&at, &utc)) (void)strftime(next, sizeof next, "%Y-%m-%d %H:%M:%S", &utc);
    *ret_object = timer.answered ? json_pack("{s:s,s:s,s:s,s:s}", "unit", UNITS_TIMER, "enabled", timer.enabled,
                                             "active", timer.active, "next", next)
                                 : json_null();
    return *ret_object ? 0 : error_memory(err);
}

int status_of_machine(const struct config *config, json_t **ret_status, struct error *err)
{
    json_t *archive, *timer;
    if (archive_json(config, &archive, err)) return -1;
    if (timer_json(&timer, err)) {
        json_decref(archive);
        return -1;
    }
    *ret_status = json_pack("{s:o,s:o}", "archive", archive, "timer", timer);
    return *ret_status ? 0 : error_memory(err);
}
