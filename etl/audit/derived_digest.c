#include "etl/audit/derived_digest.h"

#include "etl/audit/ordered_keys.h"
#include "etl/base/limits.h"

#define RANK_SIZE 4 /* bytes of one in a record, most significant first */

struct digesting {
    const struct derived *derived;
    struct fingerprinter *with;
    struct fingerprint *tables;
    struct digests *digests;
    struct ordered_keys units, objects; /* objects: of the group's table */
    struct sorter *rows; /* of the group, each: rank of unit, rank of object, and the columns from sex or level on */
    struct version_key group;
    bool begun;
    struct line prefix; /* district and period, each with its TAB */
    struct line record;
    struct line lines; /* rows that are not digested yet */
    uint64_t line_count;
};

static void put_rank(struct line *line, uint32_t rank)
{
    const unsigned char bytes[RANK_SIZE] = {(unsigned char)(rank >> 24), (unsigned char)(rank >> 16),
                                            (unsigned char)(rank >> 8), (unsigned char)rank};
    line_add(line, bytes, sizeof bytes);
}

static uint32_t get_rank(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static int digest_lines(struct digesting *d, struct error *err)
{
    int rc = digests_lines(d->digests, text_make(d->lines.bytes, d->lines.len), d->line_count, err);
    line_clear(&d->lines);
    d->line_count = 0;
    return rc;
}

/* A sorted record becomes a row again. */
static int take_record(struct digesting *d, const unsigned char *data, size_t size, struct error *err)
{
    struct text unit = d->units.by_rank[get_rank(data)].text;
    struct text object = d->objects.by_rank[get_rank(data + RANK_SIZE)].text;
    struct line *lines = &d->lines;
    size_t begin = lines->len;
    line_add(lines, d->prefix.bytes, d->prefix.len);
    line_add(lines, unit.ptr, unit.len);
    line_add(lines, object.ptr, object.len - 1); /* the TAB is the first of the record's columns' */
    line_add(lines, data + 2 * RANK_SIZE, size - 2 * RANK_SIZE);
    size_t end = lines->len;
    line_add(lines, "\n", 1);
    if (line_check(lines, err)) return -1;
    struct fingerprint *table = d->with ? &d->tables[d->group.table] : NULL;
    if (table && fingerprint_add(d->with, table, lines->bytes + begin, end - begin, err)) return -1;
    d->line_count++;
    return lines->len < LIMIT_DIGEST_LINES ? 0 : digest_lines(d, err);
}

static int end_group(struct digesting *d, struct error *err)
{
    const unsigned char *data;
    size_t size;
    int more;
    if (!d->begun) return 0;
    if (sorter_rewind(d->rows, err)) return -1;
    while ((more = sorter_next(d->rows, &data, &size, err)) > 0)
        if (take_record(d, data, size, err)) return -1;
    sorter_clear(d->rows);
    return more < 0 ? -1 : digest_lines(d, err);
}

static int begin_group(struct digesting *d, const struct version_key *key, struct error *err)
{
    const struct dimension_memory *memory = &d->derived->memory;
    bool same_table = d->begun && d->group.table == key->table;
    if (!same_table) {
        ordered_keys_free(&d->objects);
        if (ordered_keys_make(&d->objects, memory, canonical_dimension(key->table), err)) return -1;
    }
    d->group = *key;
    d->begun = true;
    line_clear(&d->prefix);
    if (canonical_group(&d->prefix, memory, key, err) || line_check(&d->prefix, err)) return -1;
    return digests_begin(d->digests, key->table, text_make(d->prefix.bytes, d->prefix.len), err);
}

static int add_version(struct digesting *d, const struct version *version, struct error *err)
{
    const struct version_key *key = &version->key, *group = &d->group;
    struct line *record = &d->record;
    uint32_t unit, object;
    bool same = d->begun && group->table == key->table && group->stadsdel_id == key->stadsdel_id &&
                group->period_id == key->period_id;
    if (!same && (end_group(d, err) || begin_group(d, key, err))) return -1;
    if (ordered_keys_rank(&d->units, key->enhet_id, &unit, err) ||
        ordered_keys_rank(&d->objects, key->object_id, &object, err))
        return -1;
    line_clear(record);
    put_rank(record, unit);
    put_rank(record, object);
    canonical_part(record, key);
    line_add(record, version->values.ptr, version->values.len);
    return line_check(record, err) ? -1 : sorter_add(d->rows, record->bytes, record->len, err);
}

/* Versions stand by table, year, district and period. */
static int digest_versions(struct digesting *d, struct error *err)
{
    struct spool_reader reader;
    const struct spool *versions = &d->derived->versions;
    const unsigned char *data;
    size_t size;
    int more, rc = 0;
    if (spool_open(versions, 0, spool_size(versions), &reader, err)) return -1;
    while (rc == 0 && (more = spool_next(&reader, &data, &size, err)) != 0) {
        struct version version;
        rc = more < 0 ? -1 : version_unpack(data, size, &version, err);
        if (rc == 0 && version.key.ar == d->derived->replay->year) rc = add_version(d, &version, err);
    }
    spool_close(&reader);
    return rc ? rc : end_group(d, err);
}

int derived_digest(const struct derived *derived, struct fingerprinter *with, struct fingerprint *ret_tables,
                   struct digests *ret_digests, struct error *err)
{
    struct digests digests = {0};
    struct digesting d = {.derived = derived, .with = with, .tables = ret_tables, .digests = &digests};
    int rc = ordered_keys_make(&d.units, &derived->memory, MEMORY_ENHET, err) || sorter_create(LIMIT_SORT, &d.rows, err)
                 ? -1
                 : 0;
    if (rc == 0) rc = digest_versions(&d, err);
    if (rc == 0) rc = digests_end(&digests, err);
    ordered_keys_free(&d.units);
    ordered_keys_free(&d.objects);
    sorter_free(d.rows);
    line_free(&d.prefix);
    line_free(&d.record);
    line_free(&d.lines);
    if (rc == 0)
        *ret_digests = digests;
    else
        digests_free(&digests);
    return rc;
}
