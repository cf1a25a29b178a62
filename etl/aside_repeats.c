#include "etl/aside_repeats.h"

#include <stdlib.h>
#include <string.h>

#include "etl/base/limits.h"

#define ROW_COLUMNS 6 /* of queries/copy_row */

/* What is sorted: by its key, which comes first.  A key's parts are few bits, so a group that shares nothing is small. */
struct said {
    unsigned char key[16];
    struct place place;
    uint32_t lines;
    unsigned char parts;
};

struct found { /* rows that share a key; one that shares several is in it several times until the end */
    struct said *rows;
    size_t count, size;
    size_t group; /* where the group that is being read begins */
    bool many;
};

int aside_repeats_begin(struct aside_repeats *repeats, struct error *err)
{
    return sorter_create(LIMIT_ASIDE_SORT, &repeats->sorter, err);
}

void aside_repeats_free(struct aside_repeats *repeats)
{
    sorter_free(repeats->sorter);
    repeats->sorter = NULL;
}

/* ---- what rows say ---- */

static int keep(struct aside_repeats *repeats, struct error *err)
{
    struct said said;
    if (!repeats->parts) return 0;
    memset(&said, 0, sizeof said); /* its padding is sorted too */
    memcpy(said.key, repeats->key, sizeof said.key);
    said.place = repeats->place;
    said.lines = repeats->lines;
    said.parts = repeats->parts;
    repeats->parts = 0;
    return sorter_add(repeats->sorter, &said, sizeof said, err);
}

int aside_repeats_row(struct aside_repeats *repeats, struct place place, uint32_t lines, struct error *err)
{
    if (keep(repeats, err)) return -1;
    repeats->place = place;
    repeats->lines = lines;
    return 0;
}

static void key_of(const struct fact *fact, unsigned char ret_key[static 16])
{
    const int32_t key[4] = {fact->stadsdel_id, fact->enhet_id, fact->indikator_id, fact->period_id};
    memcpy(ret_key, key, sizeof key); /* the year is the period's */
}

static unsigned char part_of(const struct fact *fact)
{
    static const char parts[] = "-EKTMKO"; /* FACT_FOREGAENDE; FACT_ARSMAL; FACT_UTFALL */
    size_t from = fact->table == FACT_FOREGAENDE ? 0 : fact->table == FACT_ARSMAL ? 1 : 3;
    return (unsigned char)(1u << (strchr(parts + from, fact_part(fact)) - parts));
}

int aside_repeats_fact(struct aside_repeats *repeats, const struct fact *fact, struct error *err)
{
    unsigned char key[sizeof repeats->key], part = part_of(fact);
    key_of(fact, key);
    if (repeats->parts & part || memcmp(key, repeats->key, sizeof key) != 0) {
        if (keep(repeats, err)) return -1;
        memcpy(repeats->key, key, sizeof key);
    }
    repeats->parts |= part;
    return 0;
}

/* ---- which share a key ---- */

/* Of the group just read, what shares nothing with the others is let go. */
static void end_group(struct found *found)
{
    unsigned char once = 0, twice = 0;
    size_t kept = found->group;
    for (size_t i = found->group; i < found->count; i++) {
        twice |= once & found->rows[i].parts;
        once |= found->rows[i].parts;
    }
    for (size_t i = found->group; i < found->count; i++)
        if (found->rows[i].parts & twice) found->rows[kept++] = found->rows[i];
    found->group = found->count = kept;
}

static int take(struct found *found, const unsigned char *data, struct error *err)
{
    struct said *group = found->rows + found->group;
    if (found->count > found->group && memcmp(group->key, data, sizeof group->key) != 0) end_group(found);
    if (found->count == LIMIT_ASIDE_REPEATS) {
        found->many = true;
        return 0;
    }
    if (found->count == found->size) {
        size_t size = found->size ? found->size * 2 : 64;
        struct said *rows = realloc(found->rows, size * sizeof *rows);
        if (!rows) return error_memory(err);
        found->rows = rows;
        found->size = size;
    }
    memcpy(&found->rows[found->count++], data, sizeof *found->rows);
    return 0;
}

static int by_place(const void *a, const void *b)
{
    const struct said *x = a, *y = b;
    return (x->place.offset > y->place.offset) - (x->place.offset < y->place.offset);
}

static uint64_t add_rows(struct found *found, struct copy *rows)
{
    uint64_t lines = 0;
    if (found->count) qsort(found->rows, found->count, sizeof *found->rows, by_place);
    for (size_t i = 0; i < found->count; i++) {
        const struct said *said = &found->rows[i];
        if (i && by_place(said, said - 1) == 0) continue;
        copy_row(rows, ROW_COLUMNS);
        copy_int64(rows, (int64_t)said->place.offset);
        copy_char(rows, 'I');
        copy_int32(rows, (int32_t)said->lines);
        copy_int64(rows, (int64_t)said->place.line);
        copy_int64(rows, (int64_t)said->place.offset);
        copy_int64(rows, (int64_t)said->place.length);
        lines += said->lines;
    }
    return lines;
}

int aside_repeats_find(struct aside_repeats *repeats, struct copy *rows, uint64_t *ret_lines, bool *ret_many,
                       struct error *err)
{
    struct found found = {0};
    const unsigned char *data;
    size_t size;
    int more = 0, rc = -1;
    if (keep(repeats, err) || sorter_rewind(repeats->sorter, err)) goto out;
    while (!found.many && (more = sorter_next(repeats->sorter, &data, &size, err)) > 0)
        if (take(&found, data, err)) goto out;
    if (more < 0) goto out;
    end_group(&found);
    *ret_many = found.many;
    *ret_lines = found.many ? 0 : add_rows(&found, rows);
    rc = copy_check(rows, err);
out:
    free(found.rows);
    aside_repeats_free(repeats);
    return rc;
}
