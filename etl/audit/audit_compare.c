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

/* The derived rows are the warehouse's too, so one digest is both's. */
static int digest_side(struct reader_side *side, struct error *err)
{
    int rc;
    do
        rc = next_row(side, err);
    while (rc == 0 && side->more);
    return rc;
}

static int compare_rows(struct comparing *c, struct database *db, struct sorter *derived, size_t keys,
                        struct error *err)
{
    struct sorter *warehouse;
    enum fact_table table = c->derived.table;
    if (sorter_create(LIMIT_SORT, &warehouse, err)) return -1;
    int rc =
        copy_out(db, table, warehouse, err) || sorter_rewind(warehouse, err) || sorter_rewind(derived, err) ? -1 : 0;
    c->warehouse =
        (struct reader_side){.sorter = warehouse, .digests = &c->result->warehouse, .table = table, .keys = keys};
    if (rc == 0) rc = merge(c, err);
    sorter_free(warehouse);
    return rc;
}

/* RET_SAME: both sides hold the same rows; else each difference was shown. */
static int compare_table(struct comparing *c, const struct audit_warehouse *warehouse, const struct derived *derived,
                         enum fact_table table, bool *ret_same, struct error *err)
{
    struct fingerprinter with = {0};
    struct fingerprint found = {0};
    struct sorter *rows = NULL;
    size_t keys;
    int rc = -1;
    (void)canonical_columns(table, &keys);
    if (fingerprinter_open(&with, warehouse->key, err) || sorter_create(LIMIT_SORT, &rows, err)) goto out;
    const struct derived_summing summing = {&with, &found};
    if (derived_rows(derived, table, rows, &summing, err)) goto out;
    c->derived = (struct reader_side){.sorter = rows, .digests = &c->result->derived, .table = table, .keys = keys};
    *ret_same = fingerprint_equal(&found, &warehouse->tables[table]);
    if (*ret_same)
        rc = sorter_rewind(rows, err) || digest_side(&c->derived, err) ? -1 : 0;
    else
        rc = compare_rows(c, warehouse->db, rows, keys, err);
out:
    fingerprinter_close(&with);
    sorter_free(rows);
    return rc;
}

/* Digests of the tables that are the SAME on both sides are the derived ones. */
static int end_digests(struct comparison *c, const bool *same, struct error *err)
{
    if (digests_end(&c->derived, err)) return -1;
    for (size_t i = 0; i < c->derived.count; i++)
        if (same[c->derived.groups[i].table] && digests_put(&c->warehouse, &c->derived.groups[i], err)) return -1;
    return digests_end(&c->warehouse, err);
}

int audit_compare(const struct audit_warehouse *warehouse, const struct derived *derived,
                  void (*show)(void *context, const struct difference *difference), void *context,
                  struct comparison *ret_comparison, struct error *err)
{
    struct comparison result = {0};
    struct comparing c = {.result = &result, .show = show, .context = context};
    bool same[FACT_TABLE_COUNT];
    int rc = 0;
    for (int table = 0; rc == 0 && table < FACT_TABLE_COUNT; table++)
        rc = compare_table(&c, warehouse, derived, (enum fact_table)table, &same[table], err);
    if (rc == 0) rc = end_digests(&result, same, err);
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
    if (sorter_create(LIMIT_SORT, &side.sorter, err)) return -1;
    int rc = derived_rows(derived, table, side.sorter, NULL, err) || sorter_rewind(side.sorter, err) ||
                     digest_side(&side, err)
                 ? -1
                 : 0;
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
