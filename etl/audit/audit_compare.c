#include "etl/audit/audit_compare.h"

#include <inttypes.h>
#include <stdlib.h>

#include "etl/audit/canonical.h"
#include "etl/base/limits.h"
#include "etl/sql.h"
#include "etl/stop.h"

#define STOP_EVERY      4096 /* rows between two looks at the stop flag */
#define LINEAGE_COLUMNS 3    /* before the canonical row, in the queries canonical_* */
#define QUERY_SIZE      64
#define NUMBER_SIZE     24

/* ---- the warehouse's rows ---- */

/* "load TAB line TAB offset TAB canonical row" */
static int add_copied(struct sorter *sorter, struct line *line, const char *copied, size_t size, struct error *err)
{
    int64_t numbers[LINEAGE_COLUMNS];
    const char *at = copied, *end = copied + size;
    for (size_t i = 0; i < LINEAGE_COLUMNS; i++) {
        char *stop;
        numbers[i] = strtoll(at, &stop, 10);
        if (stop == at || *stop != '\t')
            return error_set(err, EXIT_DATABASE, "a canonical row came without its lineage");
        at = stop + 1;
    }
    const struct lineage lineage = {numbers[0], (uint64_t)numbers[1], (uint64_t)numbers[2]};
    line_clear(line);
    line_add(line, at, (size_t)(end - at));
    lineage_add(line, &lineage);
    return line_check(line, err) ? -1 : sorter_add(sorter, line->bytes, line->len, err);
}

/* Reads the results behind a COPY; the first failure counts. */
static int finish_copy(struct database *db, const char *doing, struct error *err)
{
    int rc = 0;
    for (PGresult *result; (result = PQgetResult(db->connection)); PQclear(result)) {
        if (rc == 0 && PQresultStatus(result) != PGRES_COMMAND_OK) rc = database_error(db, result, doing, err);
        if (PQstatus(db->connection) == CONNECTION_BAD) {
            PQclear(result);
            break;
        }
    }
    return rc;
}

static int copy_out(struct database *db, enum fact_table table, struct sorter *sorter, struct error *err)
{
    const char *doing = "read the facts";
    char query[QUERY_SIZE], *row = NULL;
    struct line line = {0};
    int size, rc = 0;
    (void)snprintf(query, sizeof query, "queries/canonical_%s", canonical_name(table));
    PGresult *result = PQexec(db->connection, sql_text(query));
    bool ready = PQresultStatus(result) == PGRES_COPY_OUT;
    if (!ready) (void)database_error(db, result, doing, err);
    PQclear(result);
    if (!ready) return -1;
    while (rc == 0 && (size = PQgetCopyData(db->connection, &row, 0)) > 0) {
        rc = add_copied(sorter, &line, row, (size_t)size - 1, err); /* without the line feed */
        if (rc == 0 && sorter_records(sorter) % STOP_EVERY == 0) rc = stop_check(err);
        PQfreemem(row);
    }
    line_free(&line);
    if (rc) return -1; /* the connection is of no more use; the audit ends */
    return size == -2 ? database_error(db, NULL, doing, err) : finish_copy(db, doing, err);
}

static int set_year(struct database *db, const struct replay *replay, struct error *err)
{
    char year[NUMBER_SIZE], load[NUMBER_SIZE] = "";
    const char *const params[] = {year, load};
    (void)snprintf(year, sizeof year, "%d", replay->year);
    if (replay->last_load != INT64_MAX) (void)snprintf(load, sizeof load, "%" PRId64, replay->last_load);
    return database_query(db, sql_text("queries/audit_settings"), 2, params, "choose the facts", NULL, err);
}

/* ---- two sides ---- */

struct reader_side {
    struct sorter *sorter;
    struct digests *digests;
    enum fact_table table;
    size_t keys;
    bool more;
    struct side_row row;
    struct text key; /* of the row, with the TAB behind it */
};

static struct text key_of(struct text line, size_t columns)
{
    size_t len = 0;
    for (; len < line.len && columns; len++)
        columns -= line.ptr[len] == '\t';
    return text_part(line, 0, len);
}

static int next_row(struct reader_side *side, struct error *err)
{
    const unsigned char *data;
    size_t size;
    int more = sorter_next(side->sorter, &data, &size, err);
    side->more = more > 0;
    side->row = (struct side_row){0};
    if (more <= 0) return more;
    if (lineage_split(data, size, &side->row.line, &side->row.lineage, err)) return -1;
    side->key = key_of(side->row.line, side->keys);
    return digests_add(side->digests, side->table, side->row.line, err);
}

struct comparing {
    struct comparison *result;
    struct reader_side warehouse, derived;
    void (*show)(void *context, const struct difference *difference);
    void *context;
};

static void report(struct comparing *c, enum difference_kind kind)
{
    struct difference d = {.kind = kind, .table = c->derived.table};
    if (kind != DIFFERENCE_MISSING) d.warehouse = c->warehouse.row;
    if (kind != DIFFERENCE_EXTRA) d.derived = c->derived.row;
    c->result->missing += kind == DIFFERENCE_MISSING;
    c->result->extra += kind == DIFFERENCE_EXTRA;
    c->result->different += kind == DIFFERENCE_VALUE;
    c->show(c->context, &d);
}

static int merge(struct comparing *c, struct error *err)
{
    struct reader_side *w = &c->warehouse, *d = &c->derived;
    if (next_row(w, err) || next_row(d, err)) return -1;
    while (w->more || d->more) {
        int order = !w->more ? 1 : !d->more ? -1 : text_compare(w->key, d->key);
        if (order < 0)
            report(c, DIFFERENCE_EXTRA);
        else if (order > 0)
            report(c, DIFFERENCE_MISSING);
        else if (!text_equal(w->row.line, d->row.line))
            report(c, DIFFERENCE_VALUE);
        if ((order <= 0 && next_row(w, err)) || (order >= 0 && next_row(d, err))) return -1;
    }
    return 0;
}

static int compare_table(struct comparing *c, struct database *db, const struct derived *derived, enum fact_table table,
                         struct error *err)
{
    size_t keys;
    struct sorter *rows[2] = {NULL, NULL};
    int rc = -1;
    (void)canonical_columns(table, &keys);
    if (sorter_create(LIMIT_SORT, &rows[0], err) || sorter_create(LIMIT_SORT, &rows[1], err)) goto out;
    if (copy_out(db, table, rows[0], err) || derived_rows(derived, table, rows[1], err)) goto out;
    if (sorter_rewind(rows[0], err) || sorter_rewind(rows[1], err)) goto out;
    c->warehouse = (struct reader_side){rows[0], &c->result->warehouse, table, keys, false, {{0}, {0}}, {0}};
    c->derived = (struct reader_side){rows[1], &c->result->derived, table, keys, false, {{0}, {0}}, {0}};
    rc = merge(c, err);
out:
    sorter_free(rows[0]);
    sorter_free(rows[1]);
    return rc;
}

int audit_compare(struct database *db, const struct derived *derived,
                  void (*show)(void *context, const struct difference *difference), void *context,
                  struct comparison *ret_comparison, struct error *err)
{
    struct comparison result = {0};
    struct comparing c = {.result = &result, .show = show, .context = context};
    int rc = set_year(db, derived->replay, err);
    for (int table = 0; rc == 0 && table < FACT_TABLE_COUNT; table++)
        rc = compare_table(&c, db, derived, (enum fact_table)table, err);
    if (rc == 0) rc = digests_end(&result.warehouse, err) || digests_end(&result.derived, err) ? -1 : 0;
    if (rc == 0)
        *ret_comparison = result;
    else
        comparison_free(&result);
    return rc;
}

static int digest_table(const struct derived *derived, enum fact_table table, struct digests *digests,
                        struct error *err)
{
    struct reader_side side = {.digests = digests, .table = table};
    int rc = -1;
    if (sorter_create(LIMIT_SORT, &side.sorter, err)) return -1;
    if (derived_rows(derived, table, side.sorter, err) || sorter_rewind(side.sorter, err)) goto out;
    do
        rc = next_row(&side, err);
    while (rc == 0 && side.more);
out:
    sorter_free(side.sorter);
    return rc;
}

int audit_digest(const struct derived *derived, struct digests *ret_digests, struct error *err)
{
    struct digests digests = {0};
    int rc = 0;
    for (int table = 0; rc == 0 && table < FACT_TABLE_COUNT; table++)
        rc = digest_table(derived, (enum fact_table)table, &digests, err);
    if (rc == 0) rc = digests_end(&digests, err);
    if (rc == 0)
        *ret_digests = digests;
    else
        digests_free(&digests);
    return rc;
}

void comparison_free(struct comparison *comparison)
{
    digests_free(&comparison->warehouse);
    digests_free(&comparison->derived);
    *comparison = (struct comparison){0};
}
