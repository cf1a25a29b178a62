#include "etl/dimensions/dimensions.h"

#include <ctype.h>
#include <stdlib.h>

#include "etl/base/fold.h"
#include "etl/base/hash.h"
#include "etl/dimensions/dimensions_internal.h"
#include "etl/sql.h"

#define FIRST_ADDED 64

/* ---- keys ---- */

int dimensions_fold(struct arena *arena, struct text name, struct text *ret_key, struct error *err)
{
    struct text key = fold_key(arena, name);
    if (text_failed(key))
        return error_set(err, EXIT_INTERNAL, "the name \"%.*s\" cannot be folded: no memory, or not UTF-8",
                         TEXT_ARGS(name));
    *ret_key = key;
    return 0;
}

int dimensions_fold_in(struct arena *arena, int32_t district, struct text name, struct text *ret_key, struct error *err)
{
    char prefix[ID_SIZE + 1];
    struct text key = {0};
    if (dimensions_fold(arena, name, &key, err)) return -1;
    size_t len = (size_t)snprintf(prefix, sizeof prefix, "%d|", (int)district);
    char *whole = arena_alloc(arena, len + key.len);
    if (!whole) return error_memory(err);
    memcpy(whole, prefix, len);
    if (key.len) memcpy(whole + len, key.ptr, key.len);
    *ret_key = text_make(whole, len + key.len);
    return 0;
}

int dimensions_put(struct dimensions *d, struct map *map, struct text key, int32_t id, struct error *err)
{
    struct text copy = text_copy(&d->arena, key);
    if (text_failed(copy)) return error_memory(err);
    return map_put(map, copy, id, err);
}

/* As dimensions_put, and remembered until the transaction ends. */
static int put_added(struct dimensions *d, struct map *map, struct text key, int32_t id, struct error *err)
{
    if (d->added_count == d->added_size) {
        size_t size = d->added_size ? d->added_size * 2 : FIRST_ADDED;
        struct dimension_added *added = reallocarray(d->added, size, sizeof *added);
        if (!added) return error_memory(err);
        d->added = added;
        d->added_size = size;
    }
    struct text copy = text_copy(&d->arena, key);
    if (text_failed(copy)) return error_memory(err);
    if (map_put(map, copy, id, err)) return -1;
    d->added[d->added_count++] = (struct dimension_added){map, copy};
    return 0;
}

void dimensions_forget(struct dimensions *d)
{
    memo_free(&d->printed);
    d->last_period = d->last_period_id = 0;
}

void dimensions_commit(struct dimensions *dimensions)
{
    dimensions->added_count = 0;
}

void dimensions_rollback(struct dimensions *dimensions)
{
    if (dimensions->added_count) dimensions_forget(dimensions);
    while (dimensions->added_count) {
        const struct dimension_added *last = &dimensions->added[--dimensions->added_count];
        (void)map_remove(last->map, last->key);
    }
}

void dimensions_free(struct dimensions *dimensions)
{
    struct map *const maps[] = {&dimensions->stadsdelar, &dimensions->enheter, &dimensions->indikatorer,
                                &dimensions->perioder,   &dimensions->mal,     &dimensions->aktiviteter,
                                &dimensions->celler};
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
        map_free(maps[i]);
    dimensions_forget(dimensions);
    free(dimensions->added);
    arena_free(&dimensions->arena);
    arena_free(&dimensions->scratch);
    *dimensions = (struct dimensions){0};
}

int dimensions_ask(struct dimensions *d, const char *name, int count, const char *const *params, const char *doing,
                   PGresult **ret, struct error *err)
{
    if (d->memory) return dimension_memory_query(d->memory, name, count, params, ret, err);
    return database_query(d->db, sql_text(name), count, params, doing, ret, err);
}

int dimensions_query_id(struct dimensions *d, const char *name, int count, const char *const *params, const char *doing,
                        int32_t *ret_id, struct error *err)
{
    PGresult *result;
    if (dimensions_ask(d, name, count, params, doing, &result, err)) return -1;
    bool one = PQntuples(result) == 1;
    if (one) *ret_id = (int32_t)strtol(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return one ? 0 : error_set(err, EXIT_INTERNAL, "could not %s: no row came back", doing);
}

/* ---- lookups ---- */

/* Scopes of the memo: a unit's is its district. */
#define SCOPE_STADSDEL  (-1)
#define SCOPE_INDIKATOR (-2)

int dimensions_stadsdel(struct dimensions *dimensions, struct text name, int32_t *ret_id, struct error *err)
{
    if (memo_get(&dimensions->printed, SCOPE_STADSDEL, name, ret_id)) return 1;
    const struct stadsdel *stadsdel;
    if (registry_stadsdel(dimensions->registry, name, &stadsdel, err)) return -1;
    if (!stadsdel) return 0;
    if (map_get(&dimensions->stadsdelar, text_of(stadsdel->code), ret_id)) {
        memo_put(&dimensions->printed, SCOPE_STADSDEL, name, *ret_id);
        return 1;
    }
    return error_set(err, EXIT_INTERNAL, "district \"%s\" is in the registry and not in the warehouse", stadsdel->code);
}

int dimensions_enhet(struct dimensions *dimensions, int32_t stadsdel_id, struct text name, int32_t *ret_id,
                     struct error *err)
{
    struct text key;
    if (memo_get(&dimensions->printed, stadsdel_id, name, ret_id)) return 1;
    arena_reset(&dimensions->scratch);
    if (dimensions_fold_in(&dimensions->scratch, stadsdel_id, name, &key, err)) return -1;
    if (text_find(key, "|") + 1 == key.len && !text_blank(name))
        return 0; /* a name of signs only is not the whole board */
    if (!map_get(&dimensions->enheter, key, ret_id)) return 0;
    memo_put(&dimensions->printed, stadsdel_id, name, *ret_id);
    return 1;
}

int dimensions_indikator(struct dimensions *dimensions, struct text name, int32_t *ret_id, struct error *err)
{
    struct text key;
    if (memo_get(&dimensions->printed, SCOPE_INDIKATOR, name, ret_id)) return 1;
    arena_reset(&dimensions->scratch);
    if (dimensions_fold(&dimensions->scratch, name, &key, err)) return -1;
    if (!map_get(&dimensions->indikatorer, key, ret_id)) return 0;
    memo_put(&dimensions->printed, SCOPE_INDIKATOR, name, *ret_id);
    return 1;
}

/* ---- additions ---- */

static int without_letters(struct text name, struct error *err)
{
    return error_set(err, EXIT_REFUSED, "the name \"%.*s\" has no letter or digit", TEXT_ARGS(name));
}

int dimensions_add_enhet(struct dimensions *dimensions, int32_t stadsdel_id, struct text name, int32_t *ret_id,
                         struct error *err)
{
    struct arena *scratch = &dimensions->scratch;
    char district[ID_SIZE];
    struct text key, folded;
    int32_t id;
    arena_reset(scratch);
    if (dimensions_fold(scratch, name, &folded, err) || dimensions_fold_in(scratch, stadsdel_id, name, &key, err))
        return -1;
    if (!folded.len) return without_letters(name, err);
    (void)snprintf(district, sizeof district, "%d", (int)stadsdel_id);
    const char *const params[] = {district, text_cstr(scratch, text_trim(name)), text_cstr(scratch, folded), "f", NULL,
                                  NULL};
    if (!params[1] || !params[2]) return error_memory(err);
    if (dimensions->later ? dimension_later_enhet(dimensions->later, stadsdel_id, params[1], params[2], &id, err)
                          : dimensions_query_id(dimensions, "queries/dim_enhet_add", 6, params, "add a unit", &id, err))
        return -1;
    if (put_added(dimensions, &dimensions->enheter, key, id, err)) return -1;
    *ret_id = id;
    return 0;
}

int dimensions_add_indikator(struct dimensions *dimensions, struct text name, int32_t *ret_id, struct error *err)
{
    struct arena *scratch = &dimensions->scratch;
    struct text key;
    int32_t id;
    arena_reset(scratch);
    if (dimensions_fold(scratch, name, &key, err)) return -1;
    if (!key.len) return without_letters(name, err);
    const char *const params[] = {text_cstr(scratch, text_trim(name)), text_cstr(scratch, key)};
    if (!params[0] || !params[1]) return error_memory(err);
    if (dimensions->later
            ? dimension_later_indikator(dimensions->later, params[0], params[1], &id, err)
            : dimensions_query_id(dimensions, "queries/dim_indikator_new", 2, params, "add an indicator", &id, err))
        return -1;
    if (put_added(dimensions, &dimensions->indikatorer, key, id, err)) return -1;
    *ret_id = id;
    return 0;
}

/* ---- periods ---- */

/* The ordinal where PERIOD is of KIND, else NULL. */
static const char *ordinal_of(const struct period *period, enum period_kind kind, const char *ordinal)
{
    return period->kind == kind ? ordinal : NULL;
}

int dimensions_period(struct dimensions *dimensions, struct period period, int32_t *ret_id, struct error *err)
{
    static const char *const kinds[] = {
        [PERIOD_YEAR] = "ar",     [PERIOD_TERTIAL] = "tertial",  [PERIOD_QUARTER] = "kvartal",
        [PERIOD_MONTH] = "manad", [PERIOD_HALF_YEAR] = "halvar", [PERIOD_SCHOOL_YEAR] = "lasar",
        [PERIOD_SPAN] = "spann",  [PERIOD_DAY] = "dag"};
    char id[ID_SIZE], year[ID_SIZE], ordinal[ID_SIZE], first[11], last[11], name[PERIOD_NAME_SIZE];
    int32_t found;
    if (dimensions->last_period_id && dimensions->last_period == period_id(period)) {
        *ret_id = dimensions->last_period_id;
        return 0;
    }
    (void)snprintf(id, sizeof id, "%d", (int)period_id(period));
    if (map_get(&dimensions->perioder, text_of(id), ret_id)) {
        dimensions->last_period = period_id(period);
        dimensions->last_period_id = *ret_id;
        return 0;
    }
    (void)snprintf(year, sizeof year, "%d", period.year);
    (void)snprintf(ordinal, sizeof ordinal, "%d", period.ordinal);
    period_days(period, first, last);
    const char *const params[] = {id,
                                  year,
                                  kinds[period.kind],
                                  ordinal_of(&period, PERIOD_TERTIAL, ordinal),
                                  ordinal_of(&period, PERIOD_QUARTER, ordinal),
                                  ordinal_of(&period, PERIOD_MONTH, ordinal),
                                  ordinal_of(&period, PERIOD_HALF_YEAR, ordinal),
                                  first,
                                  last,
                                  period_name(period, name)};
    if (dimensions_query_id(dimensions, "queries/dim_period_get", 10, params, "find a period", &found, err)) return -1;
    if (put_added(dimensions, &dimensions->perioder, text_of(id), found, err)) return -1;
    *ret_id = found;
    return 0;
}

/* ---- goals ---- */

/* "1.1. Words" -> "1.1" and "Words". */
static struct text split_number(struct text text, struct text *ret_words)
{
    size_t len = 0;
    while (len < text.len && (isdigit((unsigned char)text.ptr[len]) || text.ptr[len] == '.'))
        len++;
    struct text number = text_part(text, 0, len);
    if (!len || !isdigit((unsigned char)text.ptr[0]) || (len < text.len && !text_space(text_from(text, len)))) {
        *ret_words = text;
        return TEXT("");
    }
    while (number.len && number.ptr[number.len - 1] == '.')
        number.len--;
    *ret_words = text_trim(text_from(text, len));
    return number;
}

static const char *id_or_null(char buffer[static ID_SIZE], int32_t id)
{
    (void)snprintf(buffer, ID_SIZE, "%d", (int)id);
    return id ? buffer : NULL;
}

int dimensions_mal(struct dimensions *dimensions, int ar, enum niva niva, int32_t stadsdel_id, int32_t enhet_id,
                   struct text text, int32_t parent_id, int32_t *ret_id, struct error *err)
{
    static const char *const levels[NIVA_COUNT] = {"", "inriktningsmal", "verksamhetsmal", "namndmal", "enhetsmal"};
    struct arena *scratch = &dimensions->scratch;
    char year[ID_SIZE], district[ID_SIZE], unit[ID_SIZE], parent[ID_SIZE], prefix[6 * ID_SIZE];
    struct text words, folded;
    int32_t id;
    if (niva == NIVA_NONE) return error_set(err, EXIT_INTERNAL, "the goal \"%.*s\" has no level", TEXT_ARGS(text));
    arena_reset(scratch);
    struct text number = split_number(text_trim(text), &words);
    if (dimensions_fold(scratch, words, &folded, err)) return -1;
    folded = text_join(scratch, number, "|", folded);
    (void)snprintf(prefix, sizeof prefix, "%d|%d|%d|%d|%d", ar, (int)niva, (int)stadsdel_id, (int)enhet_id,
                   (int)parent_id);
    struct text key = text_failed(folded) ? folded : text_join(scratch, text_of(prefix), "|", folded);
    if (text_failed(key)) return error_memory(err);
    if (map_get(&dimensions->mal, key, ret_id)) return 0;
    (void)snprintf(year, sizeof year, "%d", ar);
    const char *const params[] = {year,
                                  levels[niva],
                                  id_or_null(district, stadsdel_id),
                                  id_or_null(unit, enhet_id),
                                  text_cstr(scratch, number),
                                  text_cstr(scratch, words),
                                  text_cstr(scratch, folded),
                                  id_or_null(parent, parent_id)};
    if (!params[4] || !params[5] || !params[6]) return error_memory(err);
    if (dimensions_query_id(dimensions, "queries/dim_mal_get", 8, params, "find a goal", &id, err)) return -1;
    if (put_added(dimensions, &dimensions->mal, key, id, err)) return -1;
    *ret_id = id;
    return 0;
}

/* ---- activities ---- */

int dimensions_aktivitet(struct dimensions *dimensions, int ar, int32_t stadsdel_id, int32_t enhet_id, int32_t mal_id,
                         struct text name, int32_t nr, int32_t *ret_id, struct error *err)
{
    struct arena *scratch = &dimensions->scratch;
    char year[ID_SIZE], district[ID_SIZE], unit[ID_SIZE], goal[ID_SIZE], number[ID_SIZE], prefix[6 * ID_SIZE];
    struct text folded;
    int32_t id;
    arena_reset(scratch);
    if (dimensions_fold(scratch, name, &folded, err)) return -1;
    if (!folded.len) return without_letters(name, err);
    (void)snprintf(prefix, sizeof prefix, "%d|%d|%d|%d|%d", ar, (int)stadsdel_id, (int)enhet_id, (int)mal_id, (int)nr);
    struct text key = text_join(scratch, text_of(prefix), "|", folded);
    if (text_failed(key)) return error_memory(err);
    if (map_get(&dimensions->aktiviteter, key, ret_id)) return 0;
    (void)snprintf(year, sizeof year, "%d", ar);
    (void)snprintf(number, sizeof number, "%d", (int)nr);
    const char *const params[] = {year,
                                  id_or_null(district, stadsdel_id),
                                  id_or_null(unit, enhet_id),
                                  id_or_null(goal, mal_id),
                                  text_cstr(scratch, text_trim(name)),
                                  text_cstr(scratch, folded),
                                  number};
    if (!params[4] || !params[5]) return error_memory(err);
    if (dimensions_query_id(dimensions, "queries/dim_aktivitet_get", 7, params, "find an activity", &id, err))
        return -1;
    if (put_added(dimensions, &dimensions->aktiviteter, key, id, err)) return -1;
    *ret_id = id;
    return 0;
}

/* ---- indicators under goals ---- */

int dimensions_indikator_mal(struct dimensions *dimensions, int32_t stadsdel_id, int32_t enhet_id, int32_t period_id,
                             int32_t indikator_id, int32_t mal_id, struct error *err)
{
    char district[ID_SIZE], period[ID_SIZE], indicator[ID_SIZE], unit[ID_SIZE], goal[ID_SIZE];
    const char *const params[] = {id_or_null(district, stadsdel_id), id_or_null(period, period_id),
                                  id_or_null(indicator, indikator_id), id_or_null(unit, enhet_id),
                                  id_or_null(goal, mal_id)};
    return dimensions_ask(dimensions, "queries/indikator_mal_set", 5, params, "note an indicator's goal", NULL, err);
}

/* ---- cells of tables ---- */

int dimensions_cell_key(struct arena *arena, const struct tabellcell *cell, int32_t *ret_column_nr,
                        char ret_key[static HASH_SIZE], struct error *err)
{
    const struct text labels[] = {cell->title, cell->row, cell->column};
    struct text key = {0};
    char numbers[3 * ID_SIZE];
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        struct text folded;
        if (dimensions_fold(arena, labels[i], &folded, err)) return -1;
        *ret_column_nr = folded.len ? 0 : cell->column_nr; /* the last one is the column's */
        /* a mark at the end of each, so that what ends one label cannot begin the next */
        key = text_join(arena, key, "", text_join(arena, folded, "", TEXT("\n")));
    }
    (void)snprintf(numbers, sizeof numbers, "%d %d %d", (int)cell->table_nr, (int)cell->row_nr, (int)*ret_column_nr);
    key = text_join(arena, key, "", text_of(numbers));
    return text_failed(key) ? error_memory(err) : hash_bytes(key.ptr, key.len, ret_key, err);
}

int dimensions_tabellcell(struct dimensions *dimensions, const struct tabellcell *cell, int32_t *ret_id,
                          struct error *err)
{
    struct arena *scratch = &dimensions->scratch;
    char key[HASH_SIZE], table_nr[ID_SIZE], row_nr[ID_SIZE], column_nr[ID_SIZE];
    int32_t place, id;
    arena_reset(scratch);
    if (dimensions_cell_key(scratch, cell, &place, key, err)) return -1;
    if (map_get(&dimensions->celler, text_of(key), ret_id)) return 0;
    (void)snprintf(table_nr, sizeof table_nr, "%d", (int)cell->table_nr);
    (void)snprintf(row_nr, sizeof row_nr, "%d", (int)cell->row_nr);
    (void)snprintf(column_nr, sizeof column_nr, "%d", (int)place);
    const char *const params[] = {text_cstr(scratch, cell->title),
                                  table_nr,
                                  text_cstr(scratch, cell->row),
                                  row_nr,
                                  text_cstr(scratch, cell->column),
                                  column_nr,
                                  key};
    if (!params[0] || !params[2] || !params[4]) return error_memory(err);
    if (dimensions_query_id(dimensions, "queries/dim_tabellcell_get", 7, params, "find a cell", &id, err)) return -1;
    if (put_added(dimensions, &dimensions->celler, text_of(key), id, err)) return -1;
    *ret_id = id;
    return 0;
}
