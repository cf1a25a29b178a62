#include "etl/audit/made_rows.h"

#include <inttypes.h>
#include <stdlib.h>

#define FIRST_KEYS  64
#define PLACE_IDS   3 /* district, period, unit */
#define NUMBER_SIZE 24

const char *made_rows_query(enum fact_table table)
{
    switch (table) {
    case FACT_UTFALL:
        return "queries/audit_utfall";
    case FACT_ARSMAL:
        return "queries/audit_arsmal";
    case FACT_FOREGAENDE:
        return "queries/audit_foregaende";
    default:
        return NULL;
    }
}

/* The number before the TAB at *AT, which moves behind it; -1 when there is none. */
static int take_number(const char **at, const char *end, int64_t *ret, struct error *err)
{
    const char *p = *at, *begin;
    bool negative = p < end && *p == '-';
    int64_t n = 0;
    for (begin = p += negative; p < end && *p >= '0' && *p <= '9' && n <= INT32_MAX; p++)
        n = n * 10 + (*p - '0');
    if (p == begin || p == end || *p != '\t') return error_set(err, EXIT_DATABASE, "a fact came without its ids");
    *at = p + 1;
    *ret = negative ? -n : n;
    return 0;
}

/* ---- keys ---- */

static int add_key(struct made_keys *keys, const struct made_key *key, struct error *err)
{
    if (keys->count == keys->room) {
        size_t room = keys->room ? keys->room * 2 : FIRST_KEYS;
        struct made_key *wider = reallocarray(keys->keys, room, sizeof *wider);
        if (!wider) return error_memory(err);
        keys->keys = wider;
        keys->room = room;
    }
    keys->keys[keys->count++] = *key;
    return 0;
}

int made_rows_key(struct made_rows *rows, const char *copied, size_t size, struct error *err)
{
    const char *at = copied, *end = copied + size;
    struct made_key key = {0};
    int64_t dimension;
    if (take_number(&at, end, &dimension, err) || take_number(&at, end, &key.id, err) ||
        take_number(&at, end, &key.stadsdel_id, err))
        return -1;
    if (dimension < 0 || dimension >= MADE_DIMENSION_COUNT)
        return error_set(err, EXIT_DATABASE, "there is no dimension %" PRId64, dimension);
    key.text = text_copy(&rows->texts, text_make(at, (size_t)(end - at)));
    return text_failed(key.text) ? error_memory(err) : add_key(&rows->dimensions[dimension], &key, err);
}

static int by_id(const void *a, const void *b)
{
    const struct made_key *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

/* Ids of a sequence mostly have no gaps: then a key stands where its id says. */
static const struct made_key *find_key(const struct made_keys *keys, int64_t id)
{
    const struct made_key wanted = {.id = id};
    if (!keys->count) return NULL;
    int64_t at = id - keys->keys[0].id;
    if (at >= 0 && (uint64_t)at < keys->count && keys->keys[at].id == id) return &keys->keys[at];
    return bsearch(&wanted, keys->keys, keys->count, sizeof wanted, by_id);
}

/* ---- rows ---- */

/* The key of ID; # and the id where the dimension has none that belongs there. */
static void add_key_of(struct line *line, const struct made_keys *keys, int64_t id, int64_t stadsdel_id)
{
    const struct made_key *key = find_key(keys, id);
    char number[NUMBER_SIZE];
    if (key && key->stadsdel_id == stadsdel_id) {
        line_add(line, key->text.ptr, key->text.len);
        return;
    }
    int n = snprintf(number, sizeof number, "#%" PRId64, id);
    line_add(line, number, n > 0 ? (size_t)n : 0);
}

/* Facts mostly stand by place: then it is made once for all of them. */
static int make_place(struct made_rows *rows, const char **at, const char *end, struct error *err)
{
    const char *begin = *at;
    int64_t stadsdel, period, enhet;
    if (rows->ids.len && (size_t)(end - begin) > rows->ids.len && !memcmp(begin, rows->ids.bytes, rows->ids.len)) {
        *at = begin + rows->ids.len;
        return 0;
    }
    if (take_number(at, end, &stadsdel, err)) return -1;
    const char *from = *at;
    if (take_number(at, end, &period, err)) return -1;
    const char *to = *at;
    if (take_number(at, end, &enhet, err)) return -1;
    line_clear(&rows->ids);
    line_add(&rows->ids, begin, (size_t)(*at - begin));
    line_clear(&rows->place);
    add_key_of(&rows->place, &rows->dimensions[MADE_STADSDEL], stadsdel, 0);
    line_add(&rows->place, "\t", 1);
    line_add(&rows->place, from, (size_t)(to - from));
    add_key_of(&rows->place, &rows->dimensions[MADE_ENHET], enhet, stadsdel);
    line_add(&rows->place, "\t", 1);
    return line_check(&rows->ids, err) || line_check(&rows->place, err) ? -1 : 0;
}

int made_rows_make(struct made_rows *rows, const char *copied, size_t size, struct text *ret_row, struct error *err)
{
    const char *at = copied, *end = copied + size;
    struct line *row = &rows->row;
    int64_t indikator;
    if (make_place(rows, &at, end, err) || take_number(&at, end, &indikator, err)) return -1;
    at--; /* what follows stands in the row as it is, with the TAB before it */
    line_clear(row);
    line_add(row, rows->place.bytes, rows->place.len);
    add_key_of(row, &rows->dimensions[MADE_INDIKATOR], indikator, 0);
    line_add(row, at, (size_t)(end - at));
    if (line_check(row, err)) return -1;
    *ret_row = text_make(row->bytes, row->len);
    return 0;
}

void made_rows_free(struct made_rows *rows)
{
    for (size_t i = 0; i < MADE_DIMENSION_COUNT; i++)
        free(rows->dimensions[i].keys);
    arena_free(&rows->texts);
    line_free(&rows->ids);
    line_free(&rows->place);
    line_free(&rows->row);
    *rows = (struct made_rows){0};
}
