#include "etl/history/quarantine.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "etl/config/rules.h"
#include "etl/crash_point.h"
#include "etl/sql.h"
#include "etl/stop.h"

int quarantine_knows_source(struct database *db, const char *source, bool *ret_known, struct error *err)
{
    const char *const params[] = {source};
    PGresult *result;
    if (database_query(db, sql_text("queries/quarantine_source"), 1, params, "look for the source", &result, err))
        return -1;
    *ret_known = *PQgetvalue(result, 0, 0) == 't';
    PQclear(result);
    return 0;
}

/* ---- list ---- */

static int64_t sum_of(const PGresult *counts)
{
    int64_t sum = 0;
    for (int i = 0; i < PQntuples(counts); i++)
        sum += strtoll(PQgetvalue(counts, i, 1), NULL, 10);
    return sum;
}

static void print_counts(const PGresult *counts, uint64_t shown)
{
    fprintf(stderr, "stadslager: %" PRIu64 " of %" PRId64 " rows\n", shown, sum_of(counts));
    for (int i = 0; i < PQntuples(counts); i++) {
        const struct rule *rule = rule_find(PQgetvalue(counts, i, 0));
        fprintf(stderr, "  %-12s %6s  %s\n", PQgetvalue(counts, i, 0), PQgetvalue(counts, i, 1),
                rule ? rule->what : "");
    }
}

/* "\"counts\": {\"U-ENHET\": 3}, ", which the caller frees; NULL when memory ran out. */
static char *counts_json(const PGresult *counts)
{
    char *text = NULL;
    json_t *object = json_object(), *all = json_object();
    int bad = 0;
    for (int i = 0; i < PQntuples(counts); i++)
        bad |= json_object_set_new(object, PQgetvalue(counts, i, 0),
                                   json_integer(strtoll(PQgetvalue(counts, i, 1), NULL, 10)));
    bad |= json_object_set_new(all, "counts", object);
    char *dump = bad ? NULL : json_dumps(all, JSON_PRESERVE_ORDER);
    json_decref(all);
    if (dump && asprintf(&text, "%.*s, ", (int)strlen(dump) - 2, dump + 1) < 0) text = NULL;
    free(dump);
    return text;
}

int quarantine_list(struct database *db, const struct quarantine_filter *filter, const char *limit,
                    enum listing_format format, struct error *err)
{
    const char *const params[] = {filter->source, filter->rule, filter->status, limit};
    const char *doing = "read the quarantine";
    struct listing listing = {.out = stdout, .format = format};
    struct error ignored;
    PGresult *counts;
    if (database_query(db, sql_text("queries/quarantine_rules"), 3, params, doing, &counts, err)) return -1;
    char *before = counts_json(counts);
    listing.before = before;
    int rc = before ? listing_query(&listing, db, sql_text("queries/quarantine_list"), 4, params, doing, err)
                    : error_memory(err);
    if (listing_end(&listing, rc ? &ignored : err)) rc = -1;
    if (rc == 0) print_counts(counts, listing.rows);
    free(before);
    PQclear(counts);
    return rc;
}

/* ---- waive ---- */

static bool same_number(const char *a, const char *b)
{
    return strtoll(a, NULL, 10) == strtoll(b, NULL, 10);
}

/* Each id must be a row that is open. */
static int check_rows(const PGresult *found, size_t count, const char *const *ids, struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        int row = 0;
        while (row < PQntuples(found) && !same_number(PQgetvalue(found, row, 0), ids[i]))
            row++;
        if (row == PQntuples(found)) {
            (void)error_set(err, EXIT_USAGE, "no row %s in the quarantine; nothing was waived", ids[i]);
            return error_hint(err, "\"stadslager quarantine list\" shows the rows with their ids.");
        }
        if (strcmp(PQgetvalue(found, row, 1), "open") == 0) continue;
        (void)error_set(err, EXIT_USAGE, "row %s of the quarantine is %s already; nothing was waived", ids[i],
                        PQgetvalue(found, row, 1));
        return error_hint(err, "Only open rows are waived; \"stadslager quarantine list --status all\" shows all.");
    }
    return 0;
}

static int waive_rows(struct database *db, const char *array, size_t count, const char *const *ids, const char *by,
                      const char *why, int64_t *ret_waived, struct error *err)
{
    const char *const params[] = {array, by, why}, *doing = "waive rows of the quarantine";
    struct listing listing = {.out = stdout, .format = LISTING_TEXT};
    PGresult *result;
    if (database_exec(db, "BEGIN", doing, err)) return -1;
    if (database_query(db, sql_text("queries/quarantine_find"), 1, params, doing, &result, err)) return -1;
    int rc = check_rows(result, count, ids, err);
    PQclear(result);
    if (rc || database_query(db, sql_text("queries/quarantine_waive"), 3, params, doing, &result, err)) return -1;
    crash_point(waive_before_commit);
    if (stop_check(err) || database_exec(db, "COMMIT", doing, err)) {
        PQclear(result);
        return -1;
    }
    crash_point(waive_after_commit);
    *ret_waived = PQntuples(result);
    rc = listing_rows(&listing, result, err) || listing_end(&listing, err) ? -1 : 0;
    PQclear(result);
    return rc;
}

int quarantine_waive(struct database *db, size_t count, const char *const *ids, const char *by, const char *why,
                     int64_t *ret_waived, struct error *err)
{
    size_t size = 3; /* braces and NUL */
    for (size_t i = 0; i < count; i++)
        size += strlen(ids[i]) + 1;
    char *array = malloc(size), *end = array;
    if (!array) return error_memory(err);
    *end++ = '{';
    for (size_t i = 0; i < count; i++)
        end += snprintf(end, size - (size_t)(end - array), "%s%s", i ? "," : "", ids[i]);
    (void)snprintf(end, size - (size_t)(end - array), "}");
    int rc = waive_rows(db, array, count, ids, by, why, ret_waived, err);
    if (rc && PQtransactionStatus(db->connection) != PQTRANS_IDLE) PQclear(PQexec(db->connection, "ROLLBACK"));
    free(array);
    return rc;
}
