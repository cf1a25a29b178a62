#include "etl/config/registry.h"

#include <stdlib.h>

#include "etl/base/fold.h"
#include "etl/config/config_read.h"

/* ---- reading and checking ---- */

struct keyed { /* one name of one entry */
    struct text key;
    size_t entry;
    const struct tree_node *at;
};

struct names { /* all names of one kind, to find those that are the same */
    struct keyed *list;
    size_t count, size;
};

static int names_add(struct names *names, struct arena *arena, const struct tree_node *at, size_t entry)
{
    if (!at || at->kind != TREE_SCALAR) return 0; /* a problem that the reader has reported */
    if (names->count == names->size) {
        size_t size = names->size ? names->size * 2 : 256;
        struct keyed *larger = realloc(names->list, size * sizeof *larger);
        if (!larger) return -1;
        names->list = larger;
        names->size = size;
    }
    struct text key = fold_key(arena, at->scalar);
    if (text_failed(key)) return -1;
    names->list[names->count++] = (struct keyed){key, entry, at};
    return 0;
}

static int by_folded_key(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;
    int c = text_compare(x->key, y->key);
    if (c) return c;
    if (x->at->line != y->at->line) return x->at->line < y->at->line ? -1 : 1;
    return (x->at->column > y->at->column) - (x->at->column < y->at->column);
}

/* The names (and codes, where there are any) of all entries of LIST. */
static void collect_names(const struct reading *reading, const struct tree_node *list, struct names *names)
{
    size_t entry = 0;
    for (const struct tree_node *item = list->first; item; item = item->next, entry++) {
        const struct tree_node *aliases = tree_get(item, "aliases");
        int rc = names_add(names, reading->arena, tree_get(item, "code"), entry);
        if (rc == 0) rc = names_add(names, reading->arena, tree_get(item, "name"), entry);
        if (aliases && aliases->kind == TREE_LIST)
            for (const struct tree_node *a = aliases->first; a && rc == 0; a = a->next)
                rc = names_add(names, reading->arena, a, entry);
        if (rc < 0) {
            reading->problems->out_of_memory = true;
            return;
        }
    }
}

/* Reports each name that an earlier entry has too, where CLASH (NULL = always) says that the two entries may not share
 * one.  An entry may well repeat itself. */
static void check_names(const struct reading *reading, const struct tree_node *list,
                        bool (*clash)(const struct registry *, size_t, size_t), const struct registry *registry)
{
    struct names names = {0};
    collect_names(reading, list, &names);
    if (names.count) qsort(names.list, names.count, sizeof *names.list, by_folded_key);
    for (size_t i = 1, first = 0; i < names.count; i++) {
        const struct keyed *name = &names.list[i];
        if (!text_equal(name->key, names.list[first].key)) first = i;
        for (size_t k = first; k < i; k++) {
            const struct keyed *other = &names.list[k];
            char a[SHOWN_SIZE], b[SHOWN_SIZE];
            bool same = text_equal(name->at->scalar, other->at->scalar);
            if (other->entry == name->entry || (clash && !clash(registry, other->entry, name->entry))) continue;
            reading_problem(reading, name->at, "\"%s\" already names another entry%s%s%s (line %u)",
                            shown(name->at->scalar, a), same ? "" : " as \"", same ? "" : shown(other->at->scalar, b),
                            same ? "" : "\"", other->at->line);
            break;
        }
    }
    free(names.list);
}

static void check_dates(const struct reading *reading, const struct tree_node *item, const char *from, const char *to)
{
    if (from && to && strcmp(from, to) > 0)
        reading_problem(reading, tree_get(item, "valid_to"), "%s is before valid_from %s", to, from);
}

static const struct stadsdel *find_code(const struct registry *registry, const char *code)
{
    for (size_t i = 0; i < registry->stadsdel_count; i++)
        if (registry->stadsdelar[i].code && !strcmp(registry->stadsdelar[i].code, code))
            return &registry->stadsdelar[i];
    return NULL;
}

/* The district of CODE, or a problem at AT. */
static const struct stadsdel *known_code(const struct reading *reading, const struct tree_node *at,
                                         const struct registry *registry, const char *code)
{
    struct suggestion suggestion = {.given = text_of(code)};
    const struct stadsdel *found = find_code(registry, code);
    if (found) return found;
    for (size_t i = 0; i < registry->stadsdel_count; i++)
        if (registry->stadsdelar[i].code) suggestion_try(&suggestion, registry->stadsdelar[i].code);
    reading_problem(reading, at, "\"%s\" is not the code of a district%s%s%s", code,
                    suggestion.best ? "; did you mean \"" : "", suggestion.best ? suggestion.best : "",
                    suggestion.best ? "\"?" : "");
    return NULL;
}

static void check_succession(const struct reading *reading, const struct tree_node *item,
                             const struct registry *registry, const struct succession *s)
{
    const struct stadsdel *from = s->from ? known_code(reading, tree_get(item, "from"), registry, s->from) : NULL;
    const struct stadsdel *to = s->to ? known_code(reading, tree_get(item, "to"), registry, s->to) : NULL;
    if (!s->date || !from || !to) return;
    if (from == to) reading_problem(reading, item, "%s cannot succeed itself", s->from);
    if (from->valid_to && strcmp(from->valid_to, s->date) >= 0)
        reading_problem(reading, tree_get(item, "date"), "%s is not after the last day of %s (%s)", s->date, s->from,
                        from->valid_to);
    if (to->valid_from && strcmp(to->valid_from, s->date) > 0)
        reading_problem(reading, tree_get(item, "date"), "%s is before the first day of %s (%s)", s->date, s->to,
                        to->valid_from);
}

static const struct tree_node *list_of(const struct tree_node *root, const char *key)
{
    const struct tree_node *list = tree_get(root, key);
    return list && list->kind == TREE_LIST ? list : NULL;
}

static void check_stadsdelar(const struct reading *reading, const struct tree_node *root, struct registry *registry)
{
    const struct tree_node *list = list_of(root, "stadsdelar"), *successions = list_of(root, "successions");
    size_t i = 0;
    for (const struct tree_node *item = list ? list->first : NULL; item; item = item->next, i++)
        check_dates(reading, item, registry->stadsdelar[i].valid_from, registry->stadsdelar[i].valid_to);
    if (list) check_names(reading, list, NULL, registry);
    i = 0;
    for (const struct tree_node *item = successions ? successions->first : NULL; item; item = item->next, i++)
        check_succession(reading, item, registry, &registry->successions[i]);
}

/* Units of one district whose times overlap may not share a name; "Familjeenheten" of two districts may. */
static bool enheter_clash(const struct registry *registry, size_t a, size_t b)
{
    const struct enhet_entry *x = &registry->enheter[a], *y = &registry->enheter[b];
    if (!x->stadsdel || !y->stadsdel || strcmp(x->stadsdel, y->stadsdel) != 0) return false;
    if (x->valid_to && y->valid_from && strcmp(x->valid_to, y->valid_from) < 0) return false;
    if (y->valid_to && x->valid_from && strcmp(y->valid_to, x->valid_from) < 0) return false;
    return true;
}

static void check_enheter(const struct reading *reading, const struct tree_node *root, struct registry *registry)
{
    const struct tree_node *list = list_of(root, "enheter");
    size_t i = 0;
    if (!list) return;
    for (const struct tree_node *item = list->first; item; item = item->next, i++) {
        const struct enhet_entry *enhet = &registry->enheter[i];
        check_dates(reading, item, enhet->valid_from, enhet->valid_to);
        if (enhet->stadsdel && registry->stadsdel_count)
            (void)known_code(reading, tree_get(item, "stadsdel"), registry, enhet->stadsdel);
    }
    check_names(reading, list, enheter_clash, registry);
}

static int by_name_key(const void *a, const void *b)
{
    const struct indikator_name *x = a, *y = b;
    return text_compare(x->key, y->key);
}

static int add_name(struct arena *arena, struct indikator_name *names, size_t *count, const char *name,
                    const struct indikator_entry *entry)
{
    if (!name) return 0; /* a problem that the reader has reported */
    struct text key = fold_key(arena, text_of(name));
    if (text_failed(key)) return -1;
    names[(*count)++] = (struct indikator_name){key, entry};
    return 0;
}

/* Every name of every entry, in the order of their keys; -1 when memory ran out. */
static int index_names(struct arena *arena, struct registry *registry)
{
    size_t most = 0, count = 0;
    for (size_t i = 0; i < registry->indikator_count; i++)
        most += 1 + registry->indikatorer[i].alias_count;
    struct indikator_name *names = arena_array(arena, most + 1, sizeof *names);
    if (!names) return -1;
    for (size_t i = 0; i < registry->indikator_count; i++) {
        const struct indikator_entry *entry = &registry->indikatorer[i];
        if (add_name(arena, names, &count, entry->name, entry)) return -1;
        for (size_t k = 0; k < entry->alias_count; k++)
            if (add_name(arena, names, &count, entry->aliases[k], entry)) return -1;
    }
    if (count) qsort(names, count, sizeof *names, by_name_key);
    registry->indikator_names = names;
    registry->indikator_name_count = count;
    return 0;
}

static void check_definition(const struct reading *reading, const struct tree_node *item,
                             const struct registry *registry, size_t index)
{
    const struct definition *d = &registry->definitions[index];
    struct suggestion suggestion = {.given = text_of(d->indikator)};
    bool known = !d->indikator;
    for (size_t i = 0; i < index && d->indikator; i++) {
        const struct definition *other = &registry->definitions[i];
        if (other->indikator && !strcmp(other->indikator, d->indikator) && other->from == d->from)
            reading_problem(reading, item, "%s is defined anew twice in %d", d->indikator, d->from);
    }
    for (size_t i = 0; i < registry->indikator_count && !known; i++) {
        const char *code = registry->indikatorer[i].code;
        known = code && !strcmp(code, d->indikator);
        if (code) suggestion_try(&suggestion, code);
    }
    if (!known)
        reading_problem(reading, tree_get(item, "indikator"), "\"%s\" is not the code of an indicator%s%s%s",
                        d->indikator, suggestion.best ? "; did you mean \"" : "",
                        suggestion.best ? suggestion.best : "", suggestion.best ? "\"?" : "");
}

static void check_indikatorer(const struct reading *reading, const struct tree_node *root, struct registry *registry)
{
    const struct tree_node *list = list_of(root, "indikatorer"), *definitions = list_of(root, "definitions");
    size_t i = 0;
    for (const struct tree_node *item = definitions ? definitions->first : NULL; item; item = item->next, i++)
        check_definition(reading, item, registry, i);
    if (!list) return;
    for (const struct tree_node *item = list->first; item; item = item->next)
        config_check_rules(reading, tree_get(item, "rules"), RULE_PER_INDIKATOR);
    check_names(reading, list, NULL, registry);
    if (index_names(reading->arena, registry)) reading->problems->out_of_memory = true;
}

void registry_read(const struct registry_file files[static REGISTRY_COUNT], struct arena *arena,
                   struct problems *problems, struct registry *ret_registry)
{
    static const char *const keys[REGISTRY_COUNT][3] = {
        {"stadsdelar", "successions", NULL}, {"enheter", NULL}, {"indikatorer", "definitions", NULL}};
    static void (*const check[REGISTRY_COUNT])(const struct reading *, const struct tree_node *, struct registry *) = {
        check_stadsdelar, check_enheter, check_indikatorer};
    struct registry registry = {0};
    for (int kind = 0; kind < REGISTRY_COUNT; kind++) {
        struct reading reading = {arena, problems, files[kind].path, "", registry_keys, false};
        if (!files[kind].root) continue;
        config_read(&reading, files[kind].root, keys[kind], &registry);
        if (!problems->out_of_memory) check[kind](&reading, files[kind].root, &registry);
    }
    *ret_registry = registry;
}

/* ---- looking up ---- */

/* What may follow a district's name, as folded keys. */
static const char *const suffixes[] = {"stadsdelsnämnd", "stadsdelsförvaltning", "stadsdelsområde", "sdn", "sdf"};

/* Whether NAME (NULL = none) has KEY: 1, 0, or -1 when memory ran out. */
static int has_key(struct arena *arena, const char *name, struct text key, struct error *err)
{
    struct text own;
    int rc = name ? fold_name(arena, text_of(name), &own, err) : 0;
    return rc == 1 ? text_equal(own, key) : rc;
}

static int is_name_of(struct arena *arena, const struct stadsdel *stadsdel, struct text key, struct error *err)
{
    int rc = has_key(arena, stadsdel->name, key, err);
    if (rc == 0) rc = has_key(arena, stadsdel->code, key, err);
    for (size_t i = 0; rc == 0 && i < stadsdel->alias_count; i++)
        rc = has_key(arena, stadsdel->aliases[i], key, err);
    return rc;
}

/* Leaves *RET alone where none is found. */
static int find_key(const struct registry *registry, struct arena *arena, struct text key, const struct stadsdel **ret,
                    struct error *err)
{
    int rc = 0;
    for (size_t i = 0; key.len && rc == 0 && i < registry->stadsdel_count; i++) {
        rc = is_name_of(arena, &registry->stadsdelar[i], key, err);
        if (rc == 1) *ret = &registry->stadsdelar[i];
    }
    return rc < 0 ? -1 : 0;
}

/* "kungsholmensstadsdelsnämnd": without what follows the name, then without the s of the genitive. */
static int find_without_suffix(const struct registry *registry, struct arena *arena, struct text key,
                               const struct stadsdel **ret, struct error *err)
{
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        if (!text_ends(key, suffixes[i])) continue;
        struct text name = text_part(key, 0, key.len - strlen(suffixes[i]));
        int rc = find_key(registry, arena, name, ret, err);
        if (rc || *ret || !text_ends(name, "s")) return rc;
        return find_key(registry, arena, text_part(name, 0, name.len - 1), ret, err);
    }
    return 0;
}

int registry_stadsdel(const struct registry *registry, struct text name, const struct stadsdel **ret, struct error *err)
{
    struct arena arena = {0};
    struct text key;
    const struct stadsdel *found = NULL;
    int rc = fold_name(&arena, name, &key, err);
    if (rc == 1) {
        rc = find_key(registry, &arena, key, &found, err);
        if (rc == 0 && !found) rc = find_without_suffix(registry, &arena, key, &found, err);
    }
    arena_free(&arena);
    if (rc == 0) *ret = found;
    return rc;
}

int registry_indikator(const struct registry *registry, struct arena *arena, struct text name,
                       const struct indikator_entry **ret, struct error *err)
{
    struct indikator_name wanted = {0};
    const struct indikator_name *found = NULL;
    int rc = fold_name(arena, name, &wanted.key, err);
    if (rc < 0) return -1;
    if (rc == 1 && registry->indikator_name_count)
        found = bsearch(&wanted, registry->indikator_names, registry->indikator_name_count, sizeof wanted, by_name_key);
    *ret = found ? found->entry : NULL;
    return 0;
}
