/* The dimensions in the warehouse are brought up to the registries.  Everything is compared in memory first, so that a run
 * whose registries are as before writes nothing. */
#include <stdlib.h>

#include "etl/crash_point.h"
#include "etl/dimensions/dimensions.h"
#include "etl/dimensions/dimensions_internal.h"

#define INDIKATOR_COLUMNS 11 /* of dim_indikator_all and dim_indikator_set */

struct sync {
    struct dimensions *d;
    struct arena arena; /* gone when the sync is over */
    struct error *err;
};

/* ---- helpers ---- */

static int read_all(struct sync *s, const char *name, PGresult **ret, const char *doing)
{
    return dimensions_ask(s->d, name, 0, NULL, doing, ret, s->err);
}

static int change(struct sync *s, const char *name, int count, const char *const *params, const char *doing)
{
    return dimensions_ask(s->d, name, count, params, doing, NULL, s->err);
}

static int32_t id_at(const PGresult *result, int row, int column)
{
    return (int32_t)strtol(PQgetvalue(result, row, column), NULL, 10);
}

static bool same(const PGresult *result, int row, int column, const char *wanted)
{
    return strcmp(PQgetvalue(result, row, column), wanted ? wanted : "") == 0;
}

static const char *or_null(const char *text)
{
    return text && *text ? text : NULL;
}

static const char *id_text(char buffer[static ID_SIZE], int32_t id)
{
    (void)snprintf(buffer, ID_SIZE, "%d", (int)id);
    return buffer;
}

/* KEY for ID in one of the lookup maps; two owners of one name in the registries are an error. */
static int claim(struct sync *s, struct map *map, struct text key, int32_t id, const char *name, const char *what)
{
    int32_t other;
    if (!map_get(map, key, &other)) return dimensions_put(s->d, map, key, id, s->err);
    if (other == id) return 0;
    (void)error_set(s->err, EXIT_CONFIG, "the registries give the name \"%s\" to two %s", name, what);
    return error_hint(s->err,
                      "Names are compared without case, blanks, brackets and quotes; each may stand for one only.");
}

/* ---- districts ---- */

static int sync_stadsdel(struct sync *s, const PGresult *all, const struct map *rows, const struct stadsdel *entry)
{
    const char *doing = "write a district";
    char text[ID_SIZE];
    int32_t row, id;
    const char *const add[] = {entry->code, entry->name, or_null(entry->valid_from), or_null(entry->valid_to)};
    if (!map_get(rows, text_of(entry->code), &row)) {
        if (dimensions_query_id(s->d, "queries/dim_stadsdel_add", 4, add, doing, &id, s->err)) return -1;
    } else {
        id = id_at(all, row, 0);
        const char *const set[] = {id_text(text, id), add[1], add[2], add[3]};
        bool differs = !same(all, row, 2, entry->name) || !same(all, row, 3, entry->valid_from) ||
                       !same(all, row, 4, entry->valid_to);
        if (differs && change(s, "queries/dim_stadsdel_set", 4, set, doing)) return -1;
    }
    return dimensions_put(s->d, &s->d->stadsdelar, text_of(entry->code), id, s->err);
}

static int sync_stadsdelar(struct sync *s)
{
    const struct registry *registry = s->d->registry;
    struct map rows = {0};
    PGresult *all;
    int rc = -1;
    if (read_all(s, "queries/dim_stadsdel_all", &all, "read the districts")) return -1;
    for (int i = 0; i < PQntuples(all); i++)
        if (map_put(&rows, text_of(PQgetvalue(all, i, 1)), i, s->err)) goto out;
    for (size_t i = 0; i < registry->stadsdel_count; i++)
        if (sync_stadsdel(s, all, &rows, &registry->stadsdelar[i])) goto out;
    rc = 0;
out:
    map_free(&rows);
    PQclear(all);
    return rc;
}

static const char *succession_key(struct sync *s, const char *from, const char *to, const char *date)
{
    struct text key = text_join(&s->arena, text_of(from), "|", text_of(to));
    if (!text_failed(key)) key = text_join(&s->arena, key, "|", text_of(date));
    return text_failed(key) ? NULL : text_cstr(&s->arena, key);
}

/* The successions of the registry that are missing are added; KNOWN loses those that are not. */
static int add_successions(struct sync *s, struct map *known)
{
    const struct registry *registry = s->d->registry;
    for (size_t i = 0; i < registry->succession_count; i++) {
        const struct succession *entry = &registry->successions[i];
        char from_text[ID_SIZE], to_text[ID_SIZE];
        int32_t from, to;
        if (!map_get(&s->d->stadsdelar, text_of(entry->from), &from) ||
            !map_get(&s->d->stadsdelar, text_of(entry->to), &to))
            return error_set(s->err, EXIT_CONFIG,
                             "the registry's succession from \"%s\" to \"%s\" names an unknown district", entry->from,
                             entry->to);
        const char *const params[] = {id_text(from_text, from), id_text(to_text, to), entry->date};
        const char *key = succession_key(s, params[0], params[1], params[2]);
        if (!key) return error_memory(s->err);
        if (map_remove(known, text_of(key))) continue;
        if (change(s, "queries/stadsdel_foljd_add", 3, params, "write a succession")) return -1;
    }
    return 0;
}

static int sync_successions(struct sync *s)
{
    struct map known = {0};
    PGresult *all;
    int rc = -1;
    int32_t row;
    if (read_all(s, "queries/stadsdel_foljd_all", &all, "read the successions")) return -1;
    for (int i = 0; i < PQntuples(all); i++) {
        const char *key = succession_key(s, PQgetvalue(all, i, 0), PQgetvalue(all, i, 1), PQgetvalue(all, i, 2));
        if (!key) (void)error_memory(s->err);
        if (!key || map_put(&known, text_of(key), i, s->err)) goto out;
    }
    if (add_successions(s, &known)) goto out;
    for (int i = 0; i < PQntuples(all); i++) { /* what is still in KNOWN left the registry */
        const char *const params[] = {PQgetvalue(all, i, 0), PQgetvalue(all, i, 1), PQgetvalue(all, i, 2)};
        const char *key = succession_key(s, params[0], params[1], params[2]);
        if (!key) (void)error_memory(s->err);
        if (!key) goto out;
        if (map_get(&known, text_of(key), &row) &&
            change(s, "queries/stadsdel_foljd_delete", 3, params, "write a succession"))
            goto out;
    }
    rc = 0;
out:
    map_free(&known);
    PQclear(all);
    return rc;
}

/* ---- units and indicators: rows that exist, found by name ---- */

struct existing {
    PGresult *all;
    struct map by_key;  /* folded name -> row */
    struct map by_code; /* indicators: code -> row */
    bool *taken;        /* row belongs to an entry of the registry */
};

static void existing_free(struct existing *e)
{
    map_free(&e->by_key);
    map_free(&e->by_code);
    free(e->taken);
    PQclear(e->all);
}

/* Which row is the one of that key and of no other entry, or -1. */
static int32_t free_row(const struct existing *e, struct text key)
{
    int32_t row;
    return map_get(&e->by_key, key, &row) && !e->taken[row] ? row : -1;
}

/* ---- units ---- */

/* Key of row I; the whole board's is its district and nothing. */
static int enhet_row_key(struct sync *s, const PGresult *all, int i, struct text *ret_key)
{
    bool whole = *PQgetvalue(all, i, 4) == 't';
    return dimensions_fold_in(&s->arena, id_at(all, i, 1), whole ? TEXT("") : text_of(PQgetvalue(all, i, 2)), ret_key,
                              s->err);
}

static int sync_boards(struct sync *s, struct existing *e)
{
    for (size_t i = 0; i < s->d->registry->stadsdel_count; i++) {
        char text[ID_SIZE];
        struct text empty, spelled;
        int32_t district, id, row;
        if (!map_get(&s->d->stadsdelar, text_of(s->d->registry->stadsdelar[i].code), &district)) continue;
        if (dimensions_fold_in(&s->arena, district, TEXT(""), &empty, s->err)) return -1;
        if (dimensions_fold_in(&s->arena, district, TEXT(WHOLE_BOARD), &spelled, s->err)) return -1;
        const char *const params[] = {id_text(text, district), WHOLE_BOARD, "", "t", NULL, NULL};
        if (map_get(&e->by_key, empty, &row)) {
            id = id_at(e->all, row, 0);
            e->taken[row] = true;
        } else if (dimensions_query_id(s->d, "queries/dim_enhet_add", 6, params, "write a unit", &id, s->err)) {
            return -1;
        }
        if (claim(s, &s->d->enheter, empty, id, WHOLE_BOARD, "units") ||
            claim(s, &s->d->enheter, spelled, id, WHOLE_BOARD, "units"))
            return -1;
    }
    return 0;
}

/* The row of ENTRY: the one of its name, else one of its aliases' (it was renamed), or -1. */
static int find_enhet(struct sync *s, const struct existing *e, int32_t district, const struct enhet_entry *entry,
                      int32_t *ret_row)
{
    struct text key;
    if (dimensions_fold_in(&s->arena, district, text_of(entry->name), &key, s->err)) return -1;
    int32_t row = free_row(e, key);
    for (size_t i = 0; i < entry->alias_count && row < 0; i++) {
        if (dimensions_fold_in(&s->arena, district, text_of(entry->aliases[i]), &key, s->err)) return -1;
        row = free_row(e, key);
    }
    *ret_row = row;
    return 0;
}

static int write_enhet(struct sync *s, struct existing *e, int32_t district, const struct enhet_entry *entry,
                       int32_t row, int32_t *ret_id)
{
    const char *doing = "write a unit";
    char district_text[ID_SIZE], text[ID_SIZE];
    struct text folded;
    if (dimensions_fold(&s->arena, text_of(entry->name), &folded, s->err)) return -1;
    const char *key = text_cstr(&s->arena, folded), *from = or_null(entry->valid_from), *to = or_null(entry->valid_to);
    if (!key) return error_memory(s->err);
    const char *const add[] = {id_text(district_text, district), entry->name, key, "f", from, to};
    if (row < 0) return dimensions_query_id(s->d, "queries/dim_enhet_add", 6, add, doing, ret_id, s->err);
    e->taken[row] = true;
    *ret_id = id_at(e->all, row, 0);
    const char *const set[] = {id_text(text, *ret_id), entry->name, key, from, to};
    bool differs = !same(e->all, row, 2, entry->name) || !same(e->all, row, 3, key) || !same(e->all, row, 5, from) ||
                   !same(e->all, row, 6, to);
    return differs ? change(s, "queries/dim_enhet_set", 5, set, doing) : 0;
}

static int sync_enhet(struct sync *s, struct existing *e, const struct enhet_entry *entry)
{
    int32_t district, row, id;
    struct text key;
    if (!map_get(&s->d->stadsdelar, text_of(entry->stadsdel), &district))
        return error_set(s->err, EXIT_CONFIG, "the registry's unit \"%s\" is of an unknown district \"%s\"",
                         entry->name, entry->stadsdel);
    if (find_enhet(s, e, district, entry, &row) || write_enhet(s, e, district, entry, row, &id)) return -1;
    for (size_t i = 0; i <= entry->alias_count; i++) {
        const char *name = i ? entry->aliases[i - 1] : entry->name;
        if (dimensions_fold_in(&s->arena, district, text_of(name), &key, s->err)) return -1;
        if (claim(s, &s->d->enheter, key, id, name, "units of one district")) return -1;
    }
    return 0;
}

static int sync_enheter(struct sync *s)
{
    struct existing e = {0};
    struct text key;
    int32_t other;
    int rc = -1;
    if (read_all(s, "queries/dim_enhet_all", &e.all, "read the units")) return -1;
    e.taken = calloc((size_t)PQntuples(e.all) + 1, sizeof *e.taken);
    if (!e.taken) (void)error_memory(s->err);
    if (!e.taken) goto out;
    for (int i = 0; i < PQntuples(e.all); i++)
        if (enhet_row_key(s, e.all, i, &key) || map_put(&e.by_key, key, i, s->err)) goto out;
    if (sync_boards(s, &e)) goto out;
    for (size_t i = 0; i < s->d->registry->enhet_count; i++)
        if (sync_enhet(s, &e, &s->d->registry->enheter[i])) goto out;
    for (int i = 0; i < PQntuples(e.all);
         i++) { /* units that exports brought: known where the registry says nothing else */
        if (enhet_row_key(s, e.all, i, &key)) goto out;
        if (!e.taken[i] && !map_get(&s->d->enheter, key, &other) &&
            dimensions_put(s->d, &s->d->enheter, key, id_at(e.all, i, 0), s->err))
            goto out;
    }
    rc = 0;
out:
    existing_free(&e);
    return rc;
}

/* ---- indicators ---- */

/* The row of ENTRY: the one of its code, else one that an export brought under its name or an alias, or -1. */
static int find_indikator(struct sync *s, const struct existing *e, const struct indikator_entry *entry,
                          int32_t *ret_row)
{
    int32_t row = -1;
    struct text key;
    if (map_get(&e->by_code, text_of(entry->code), &row)) {
        *ret_row = row;
        return 0;
    }
    for (size_t i = 0; i <= entry->alias_count && row < 0; i++) {
        if (dimensions_fold(&s->arena, text_of(i ? entry->aliases[i - 1] : entry->name), &key, s->err)) return -1;
        row = free_row(e, key);
        if (row >= 0 && !same(e->all, row, 1, "")) row = -1; /* it has another code */
    }
    *ret_row = row;
    return 0;
}

static int write_indikator(struct sync *s, struct existing *e, const struct indikator_entry *entry, int32_t row,
                           int32_t *ret_id)
{
    const char *doing = "write an indicator";
    char threshold[ID_SIZE], denominator[ID_SIZE], text[ID_SIZE];
    struct text folded;
    if (dimensions_fold(&s->arena, text_of(entry->name), &folded, s->err)) return -1;
    const char *key = text_cstr(&s->arena, folded);
    if (!key) return error_memory(s->err);
    const char *const params[INDIKATOR_COLUMNS] = {entry->code,
                                                   entry->name,
                                                   key,
                                                   entry->unit ? entry->unit : "",
                                                   or_null(entry->kind),
                                                   or_null(entry->polarity) ? entry->polarity : "neutral",
                                                   or_null(entry->owner),
                                                   or_null(entry->kon_mening),
                                                   id_text(threshold, entry->disclosure_threshold),
                                                   entry->denominator_min ? id_text(denominator, entry->denominator_min)
                                                                          : NULL,
                                                   row < 0 ? NULL : id_text(text, id_at(e->all, row, 0))};
    if (row < 0)
        return dimensions_query_id(s->d, "queries/dim_indikator_add", INDIKATOR_COLUMNS - 1, params, doing, ret_id,
                                   s->err);
    e->taken[row] = true;
    *ret_id = id_at(e->all, row, 0);
    bool differs = false;
    for (int column = 1; column < INDIKATOR_COLUMNS; column++)
        differs = differs || !same(e->all, row, column, params[column - 1]);
    return differs ? change(s, "queries/dim_indikator_set", INDIKATOR_COLUMNS, params, doing) : 0;
}

static int sync_indikator(struct sync *s, struct existing *e, const struct indikator_entry *entry)
{
    int32_t row, id;
    struct text key;
    if (find_indikator(s, e, entry, &row) || write_indikator(s, e, entry, row, &id)) return -1;
    for (size_t i = 0; i <= entry->alias_count; i++) {
        const char *name = i ? entry->aliases[i - 1] : entry->name;
        if (dimensions_fold(&s->arena, text_of(name), &key, s->err)) return -1;
        if (claim(s, &s->d->indikatorer, key, id, name, "indicators")) return -1;
    }
    return 0;
}

static int read_indikatorer(struct sync *s, struct existing *e)
{
    struct text key;
    if (read_all(s, "queries/dim_indikator_all", &e->all, "read the indicators")) return -1;
    e->taken = calloc((size_t)PQntuples(e->all) + 1, sizeof *e->taken);
    if (!e->taken) return error_memory(s->err);
    for (int i = 0; i < PQntuples(e->all); i++) {
        int32_t other;
        struct text code = text_of(PQgetvalue(e->all, i, 1));
        if (code.len && map_put(&e->by_code, code, i, s->err)) return -1;
        if (dimensions_fold(&s->arena, text_of(PQgetvalue(e->all, i, 2)), &key, s->err)) return -1;
        /* Of two with one name the one without a code is the one to be found by name. */
        if ((!code.len || !map_get(&e->by_key, key, &other)) && map_put(&e->by_key, key, i, s->err)) return -1;
    }
    return 0;
}

static int sync_indikatorer(struct sync *s)
{
    struct existing e = {0};
    struct text key;
    int32_t other;
    int rc = -1;
    if (read_indikatorer(s, &e)) goto out;
    for (size_t i = 0; i < s->d->registry->indikator_count; i++)
        if (sync_indikator(s, &e, &s->d->registry->indikatorer[i])) goto out;
    for (int i = 0; i < PQntuples(e.all); i++) {
        if (dimensions_fold(&s->arena, text_of(PQgetvalue(e.all, i, 2)), &key, s->err)) goto out;
        if (!e.taken[i] && !map_get(&s->d->indikatorer, key, &other) &&
            dimensions_put(s->d, &s->d->indikatorer, key, id_at(e.all, i, 0), s->err))
            goto out;
    }
    rc = 0;
out:
    existing_free(&e);
    return rc;
}

/* ---- definitions ---- */

/* The row of indicator ID and YEAR, or -1. */
static int definition_row(const PGresult *all, const char *id, const char *year)
{
    for (int i = 0; i < PQntuples(all); i++)
        if (same(all, i, 0, id) && same(all, i, 1, year)) return i;
    return -1;
}

/* The id of the registry's indicator CODE: its name is its own, as sync_indikator has claimed it. */
static int indikator_id(struct sync *s, const char *code, int32_t *ret_id)
{
    const struct registry *r = s->d->registry;
    struct text key;
    for (size_t i = 0; i < r->indikator_count; i++) {
        if (strcmp(r->indikatorer[i].code, code) != 0) continue;
        if (dimensions_fold(&s->arena, text_of(r->indikatorer[i].name), &key, s->err)) return -1;
        if (map_get(&s->d->indikatorer, key, ret_id)) return 0;
    }
    return error_set(s->err, EXIT_CONFIG, "a definition of the registry names an unknown indicator \"%s\"", code);
}

/* KEPT gets a mark for the row that ENTRY is. */
static int sync_definition(struct sync *s, const PGresult *all, bool *kept, const struct definition *entry)
{
    char id_buffer[ID_SIZE], year[ID_SIZE];
    int32_t id;
    if (indikator_id(s, entry->indikator, &id)) return -1;
    const char *const params[] = {id_text(id_buffer, id), id_text(year, entry->from), entry->note};
    int row = definition_row(all, params[0], params[1]);
    if (row >= 0) kept[row] = true;
    if (row >= 0 && same(all, row, 2, entry->note)) return 0;
    return change(s, "queries/indikator_definition_set", 3, params, "write a definition");
}

/* Makes the definitions what the registry says; they are few. */
static int sync_definitions(struct sync *s)
{
    const struct registry *r = s->d->registry;
    PGresult *all;
    int rc = -1;
    if (read_all(s, "queries/indikator_definition_all", &all, "read the definitions")) return -1;
    bool *kept = calloc((size_t)PQntuples(all) + 1, sizeof *kept);
    if (!kept) (void)error_memory(s->err);
    if (!kept) goto out;
    for (size_t i = 0; i < r->definition_count; i++)
        if (sync_definition(s, all, kept, &r->definitions[i])) goto out;
    for (int i = 0; i < PQntuples(all); i++) {
        const char *const params[] = {PQgetvalue(all, i, 0), PQgetvalue(all, i, 1)};
        if (!kept[i] && change(s, "queries/indikator_definition_delete", 2, params, "remove a definition")) goto out;
    }
    rc = 0;
out:
    free(kept);
    PQclear(all);
    return rc;
}

/* ---- aliases: a mirror of the registries for those who query ---- */

struct alias {
    const char *district; /* units only */
    const char *key, *id, *name;
};

struct aliases {
    struct alias *wanted;
    size_t count;
};

static int add_alias(struct sync *s, struct aliases *list, struct map *lookup, int32_t district, const char *name)
{
    struct alias *alias = &list->wanted[list->count];
    char text[ID_SIZE];
    struct text key, folded;
    int32_t id;
    if (dimensions_fold(&s->arena, text_of(name), &folded, s->err)) return -1;
    if (district ? dimensions_fold_in(&s->arena, district, text_of(name), &key, s->err)
                 : dimensions_fold(&s->arena, text_of(name), &key, s->err))
        return -1;
    if (!map_get(lookup, key, &id)) return error_set(s->err, EXIT_INTERNAL, "the alias \"%s\" was lost", name);
    alias->key = text_cstr(&s->arena, folded);
    alias->id = arena_strdup(&s->arena, id_text(text, id));
    alias->district = arena_strdup(&s->arena, id_text(text, district));
    alias->name = name;
    if (!alias->key || !alias->id || !alias->district) return error_memory(s->err);
    list->count++;
    return 0;
}

static const char *alias_key(struct sync *s, const char *district, const char *key)
{
    struct text joined = text_join(&s->arena, text_of(district), "|", text_of(key));
    return text_failed(joined) ? NULL : text_cstr(&s->arena, joined);
}

/* Makes the alias table what LIST says.  Units: SHIFT 1, their columns begin with the district. */
static int mirror(struct sync *s, const struct aliases *list, int shift, const char *all_query, const char *set_query,
                  const char *delete_query)
{
    struct map rows = {0};
    PGresult *all;
    int rc = -1;
    int32_t row;
    if (read_all(s, all_query, &all, "read the aliases")) return -1;
    for (int i = 0; i < PQntuples(all); i++) {
        const char *key = alias_key(s, shift ? PQgetvalue(all, i, 0) : "0", PQgetvalue(all, i, shift));
        if (!key) (void)error_memory(s->err);
        if (!key || map_put(&rows, text_of(key), i, s->err)) goto out;
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct alias *alias = &list->wanted[i];
        const char *const params[] = {alias->district, alias->key, alias->id, alias->name};
        const char *key = alias_key(s, alias->district, alias->key);
        if (!key) (void)error_memory(s->err);
        if (!key) goto out;
        bool known = map_get(&rows, text_of(key), &row);
        if (known) (void)map_remove(&rows, text_of(key));
        if (known && same(all, row, shift + 1, alias->id) && same(all, row, shift + 2, alias->name)) continue;
        if (change(s, set_query, 3 + shift, params + 1 - shift, "write an alias")) goto out;
    }
    for (int i = 0; i < PQntuples(all); i++) {
        const char *const params[] = {PQgetvalue(all, i, 0), PQgetvalue(all, i, shift)};
        const char *key = alias_key(s, shift ? params[0] : "0", params[1]);
        if (!key) (void)error_memory(s->err);
        if (!key) goto out;
        if (map_get(&rows, text_of(key), &row) && row == i &&
            change(s, delete_query, 1 + shift, params + 1 - shift, "remove an alias"))
            goto out;
    }
    rc = 0;
out:
    map_free(&rows);
    PQclear(all);
    return rc;
}

static int sync_aliases(struct sync *s)
{
    const struct registry *r = s->d->registry;
    struct aliases enheter = {0}, indikatorer = {0};
    size_t count = 1;
    for (size_t i = 0; i < r->enhet_count; i++)
        count += r->enheter[i].alias_count;
    enheter.wanted = arena_array(&s->arena, count, sizeof *enheter.wanted);
    count = 1;
    for (size_t i = 0; i < r->indikator_count; i++)
        count += r->indikatorer[i].alias_count;
    indikatorer.wanted = arena_array(&s->arena, count, sizeof *indikatorer.wanted);
    if (!enheter.wanted || !indikatorer.wanted) return error_memory(s->err);
    for (size_t i = 0; i < r->enhet_count; i++) {
        int32_t district = 0;
        (void)map_get(&s->d->stadsdelar, text_of(r->enheter[i].stadsdel), &district); /* sync_enhet has checked it */
        for (size_t k = 0; k < r->enheter[i].alias_count; k++)
            if (add_alias(s, &enheter, &s->d->enheter, district, r->enheter[i].aliases[k])) return -1;
    }
    for (size_t i = 0; i < r->indikator_count; i++)
        for (size_t k = 0; k < r->indikatorer[i].alias_count; k++)
            if (add_alias(s, &indikatorer, &s->d->indikatorer, 0, r->indikatorer[i].aliases[k])) return -1;
    if (mirror(s, &enheter, 1, "queries/enhet_alias_all", "queries/enhet_alias_set", "queries/enhet_alias_delete"))
        return -1;
    return mirror(s, &indikatorer, 0, "queries/indikator_alias_all", "queries/indikator_alias_set",
                  "queries/indikator_alias_delete");
}

static int sync_all(struct sync *s)
{
    return sync_stadsdelar(s) || sync_successions(s) || sync_enheter(s) || sync_indikatorer(s) || sync_definitions(s) ||
                   sync_aliases(s)
               ? -1
               : 0;
}

int dimensions_sync_memory(struct dimension_memory *memory, const struct registry *registry,
                           struct dimensions *dimensions, struct error *err)
{
    struct map *const names[] = {&dimensions->stadsdelar, &dimensions->enheter, &dimensions->indikatorer};
    struct sync s = {dimensions, {0}, err};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        map_free(names[i]);
        *names[i] = (struct map){0};
    }
    dimensions_forget(dimensions);
    dimensions->memory = memory;
    dimensions->registry = registry;
    int rc = sync_all(&s);
    arena_free(&s.arena);
    return rc;
}

int dimensions_sync(struct database *db, const struct registry *registry, struct dimensions *dimensions,
                    struct error *err)
{
    bool own = !db->connection || PQtransactionStatus(db->connection) == PQTRANS_IDLE;
    *dimensions = (struct dimensions){.db = db, .registry = registry};
    struct sync s = {dimensions, {0}, err};
    int rc = own ? database_exec(db, "BEGIN", "begin a transaction", err) : 0;
    if (rc == 0) rc = sync_all(&s);
    crash_point(dimensions_written);
    if (rc == 0 && own) rc = database_exec(db, "COMMIT", "commit the dimensions", err);
    if (rc && own && db->connection && PQtransactionStatus(db->connection) != PQTRANS_IDLE)
        PQclear(PQexec(db->connection, "ROLLBACK"));
    arena_free(&s.arena);
    if (rc) dimensions_free(dimensions);
    return rc ? -1 : 0;
}
