#include "etl/audit/audit_compare.h"

#include <stdlib.h>

#include "etl/audit/canonical.h"
#include "etl/base/limits.h"

/* ---- the warehouse's rows ---- */

struct copying {
    struct sorter *sorter;
    struct line line;
};

static int add_copied(void *context, const char *copied, size_t size, struct error *err)
{
    struct copying *c = context;
    int64_t numbers[3];
    struct text row;
    if (warehouse_split(copied, size, numbers, &row, err)) return -1;
    const struct lineage lineage = {numbers[0], (uint64_t)numbers[1], (uint64_t)numbers[2]};
    line_clear(&c->line);
    line_add(&c->line, row.ptr, row.len);
    lineage_add(&c->line, &lineage);
    return line_check(&c->line, err) ? -1 : sorter_add(c->sorter, c->line.bytes, c->line.len, err);
}

static int copy_out(struct database *db, enum fact_table table, struct sorter *sorter, struct error *err)
{
    struct copying copying = {.sorter = sorter};
    int rc = warehouse_rows(db, table, add_copied, &copying, err);
    line_free(&copying.line);
    return rc;
}

/* ---- two sides ---- */

struct reader_side {
    struct sorter *sorter;
    struct digests *digests; /* of its rows; NULL: they are known */
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
    return side->digests ? digests_add(side->digests, side->table, side->row.line, err) : 0;
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

static int sort_sides(struct comparing *c, struct database *db, const struct derived *derived, enum fact_table table,
                      struct error *err)
{
    struct sorter *d = c->derived.sorter, *w = c->warehouse.sorter;
    return derived_rows(derived, table, d, err) || copy_out(db, table, w, err) || sorter_rewind(w, err) ||
                   sorter_rewind(d, err)
               ? -1
               : 0;
}

/* Shows each difference between the rows of TABLE. */
static int compare_table(struct comparing *c, struct database *db, const struct derived *derived, enum fact_table table,
                         struct error *err)
{
    size_t keys;
    int rc = -1;
    (void)canonical_columns(table, &keys);
    c->warehouse = (struct reader_side){.digests = &c->result->warehouse, .table = table, .keys = keys};
    c->derived = (struct reader_side){.table = table, .keys = keys};
    if (sorter_create(LIMIT_SORT, &c->warehouse.sorter, err) || sorter_create(LIMIT_SORT, &c->derived.sorter, err))
        goto out;
    if (sort_sides(c, db, derived, table, err)) goto out;
    rc = merge(c, err);
out:
    sorter_free(c->warehouse.sorter);
    sorter_free(c->derived.sorter);
    return rc;
}

/* The derived rows of a table that is the SAME on both sides are the warehouse's too, so one digest is both's. */
static int end_digests(struct comparison *c, const bool *same, struct error *err)
{
    for (size_t i = 0; i < c->derived.count; i++)
        if (same[c->derived.groups[i].table] && digests_put(&c->warehouse, &c->derived.groups[i], err)) return -1;
    return digests_end(&c->warehouse, err);
}

int audit_compare(const struct audit_warehouse *warehouse, const struct derived *derived,
                  const struct fingerprint *derived_tables,
                  void (*show)(void *context, const struct difference *difference), void *context,
                  struct comparison *comparison, struct error *err)
{
    struct comparing c = {.result = comparison, .show = show, .context = context};
    bool same[FACT_TABLE_COUNT];
    int rc = 0;
    for (int table = 0; rc == 0 && table < FACT_TABLE_COUNT; table++) {
        same[table] = fingerprint_equal(&derived_tables[table], &warehouse->tables[table]);
        if (!same[table]) rc = compare_table(&c, warehouse->db, derived, (enum fact_table)table, err);
    }
    return rc ? rc : end_digests(comparison, same, err);
}

void comparison_free(struct comparison *comparison)
{
    digests_free(&comparison->warehouse);
    digests_free(&comparison->derived);
    *comparison = (struct comparison){0};
}
