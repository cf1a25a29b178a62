#include "etl/analys/export_cube.h"

#include <stdlib.h>

#include "etl/base/decimal.h"
#include "etl/base/limits.h"

static const char *join(struct cube *cube, const char *a, const char *between, const char *b)
{
    struct text joined = text_join(&cube->arena, text_of(a), between, text_of(b));
    return text_failed(joined) ? NULL : text_cstr(&cube->arena, joined);
}

/* ---- categories ---- */

static int grow(struct cube *cube, enum cube_dimension d, struct error *err)
{
    size_t wanted = cube->capacity[d] ? cube->capacity[d] * 2 : 64;
    if (cube->counts[d] < cube->capacity[d]) return 0;
    struct cube_category *more = arena_array(&cube->arena, wanted, sizeof *more);
    if (!more) return error_memory(err);
    if (cube->counts[d]) memcpy(more, cube->categories[d], cube->counts[d] * sizeof *more);
    cube->categories[d] = more;
    cube->capacity[d] = wanted;
    return 0;
}

/* The number of the category in the order seen; what is new is copied. */
static int number(struct cube *cube, enum cube_dimension d, const struct cube_category *wanted, uint32_t *ret,
                  struct error *err)
{
    int32_t known;
    if (map_get(&cube->known[d], text_of(wanted->code), &known)) {
        *ret = (uint32_t)known;
        return 0;
    }
    if (grow(cube, d, err)) return -1;
    size_t n = cube->counts[d];
    struct cube_category *c = &cube->categories[d][n];
    *c = (struct cube_category){arena_strdup(&cube->arena, wanted->code),
                                arena_strdup(&cube->arena, wanted->label),
                                arena_strdup(&cube->arena, wanted->key),
                                arena_strdup(&cube->arena, wanted->unit),
                                n,
                                false};
    if (!c->code || !c->label || !c->key || !c->unit) return error_memory(err);
    if (map_put(&cube->known[d], text_of(c->code), (int32_t)n, err)) return -1;
    cube->counts[d]++;
    *ret = (uint32_t)n;
    return 0;
}

/* A board or one of its units: "SDN_BRO" and "Bromma", or "SDN_BRO.E12" and "Bromma: Förskolan Solen". */
static int number_area(struct cube *cube, const char *const cell[static UTFALL_COLUMNS], uint32_t *ret,
                       struct error *err)
{
    struct cube_category area = {cell[U_STADSDEL_KOD], cell[U_STADSDEL], cell[U_STADSDEL_KOD], "", 0, false};
    if (*cell[U_ENHET_KOD]) {
        area.code = area.key = join(cube, cell[U_STADSDEL_KOD], ".", cell[U_ENHET_KOD]);
        area.label = join(cube, cell[U_STADSDEL], ": ", cell[U_ENHET]);
        if (!area.code || !area.label) return error_memory(err);
    }
    return number(cube, CUBE_OMRADE, &area, ret, err);
}

/* An indicator has one unit in a cube.  What is counted otherwise (women's share of a number of persons, or a unit that has
 * changed) is a category of its own: "IND_X" and "Persons", then "IND_X.%" and "Persons (%)". */
static int number_indicator(struct cube *cube, const char *const cell[static UTFALL_COLUMNS], uint32_t *ret,
                            struct error *err)
{
    struct cube_category indikator = {
        cell[U_INDIKATOR_KOD], cell[U_INDIKATOR], cell[U_INDIKATOR_KOD], cell[U_MATT], 0, false};
    if (number(cube, CUBE_INDIKATOR, &indikator, ret, err)) return -1;
    struct cube_category *first = &cube->categories[CUBE_INDIKATOR][*ret];
    if (!*cell[U_VARDE] || !strcmp(first->unit, cell[U_MATT])) return 0;
    if (!first->has_value) { /* its unit was that of a row without a value */
        first->unit = arena_strdup(&cube->arena, cell[U_MATT]);
        return first->unit ? 0 : error_memory(err);
    }
    const char *unit = *cell[U_MATT] ? cell[U_MATT] : "tal";
    indikator.code = indikator.key = join(cube, indikator.code, ".", unit);
    indikator.label = join(cube, indikator.label, " (", unit);
    indikator.label = indikator.label ? join(cube, indikator.label, "", ")") : NULL;
    if (!indikator.code || !indikator.label) return error_memory(err);
    return number(cube, CUBE_INDIKATOR, &indikator, ret, err);
}

static const char *sex_key(const char *kon)
{
    return *kon == 'T' ? "1" : *kon == 'K' ? "2" : *kon == 'M' ? "3" : "4";
}

/* ---- cells ---- */

static int grow_cells(struct cube *cube, struct error *err)
{
    if (cube->cell_count < cube->cell_capacity) return 0;
    if (cube->cell_count >= LIMIT_CUBE_CELLS) {
        (void)error_set(err, EXIT_REFUSED, "more than %d values do not go into one cube", LIMIT_CUBE_CELLS);
        return error_hint(err,
                          "Choose fewer with --year, --period, --stadsdel or --indikator, or take csv or sdmx-csv.");
    }
    size_t wanted = cube->cell_capacity ? cube->cell_capacity * 2 : 4096;
    struct cube_cell *more = realloc(cube->cells, wanted * sizeof *more);
    if (!more) return error_memory(err);
    cube->cells = more;
    cube->cell_capacity = wanted;
    return 0;
}

static int copy_texts(struct cube *cube, struct cube_cell *c, const char *const cell[static UTFALL_COLUMNS],
                      struct error *err)
{
    struct decimal value;
    c->value = arena_strdup(&cube->arena, cell[U_VARDE]);
    c->status = arena_strdup(&cube->arena, cell[U_STATUS]);
    c->obs = arena_strdup(&cube->arena, cell[U_OBS_STATUS]);
    c->conf = arena_strdup(&cube->arena, cell[U_CONF_STATUS]);
    if (!c->value || !c->status || !c->obs || !c->conf) return error_memory(err);
    if (!*c->value) return 0;
    if (decimal_parse(text_of(c->value), &value)) /* it is printed as it stands, so it must be a number */
        return error_set(err, EXIT_INTERNAL, "\"%s\" is no number of at most 18 digits", c->value);
    if (value.scale > cube->decimals) cube->decimals = value.scale;
    return 0;
}

int cube_add(struct cube *cube, const char *const cell[static UTFALL_COLUMNS], struct error *err)
{
    const struct cube_category kon = {cell[U_KON_KOD], cell[U_KON], sex_key(cell[U_KON_KOD]), "", 0, false};
    const struct cube_category tid = {cell[U_TID], cell[U_PERIOD], cell[U_PERIOD_ID], "", 0, false};
    if (grow_cells(cube, err)) return -1;
    struct cube_cell *c = &cube->cells[cube->cell_count];
    if (number_area(cube, cell, &c->category[CUBE_OMRADE], err)) return -1;
    if (number_indicator(cube, cell, &c->category[CUBE_INDIKATOR], err)) return -1;
    if (*cell[U_VARDE]) cube->categories[CUBE_INDIKATOR][c->category[CUBE_INDIKATOR]].has_value = true;
    if (number(cube, CUBE_KON, &kon, &c->category[CUBE_KON], err)) return -1;
    if (number(cube, CUBE_TID, &tid, &c->category[CUBE_TID], err)) return -1;
    if (copy_texts(cube, c, cell, err)) return -1;
    if (!cube->updated || strcmp(cell[U_PUBLICERAD], cube->updated) > 0)
        cube->updated = arena_strdup(&cube->arena, cell[U_PUBLICERAD]);
    if (!cube->updated) return error_memory(err);
    cube->cell_count++;
    return 0;
}

/* ---- order ---- */

static int compare_keys(const void *a, const void *b)
{
    const struct cube_category *x = a, *y = b;
    int order = strcmp(x->key, y->key);
    return order ? order : strcmp(x->code, y->code);
}

static int compare_places(const void *a, const void *b)
{
    const struct cube_cell *x = a, *y = b;
    return (x->place > y->place) - (x->place < y->place);
}

/* Two units of one name, or two indicators: the code tells them apart. */
static int make_labels_unique(struct cube *cube, enum cube_dimension d, struct error *err)
{
    int32_t other;
    int rc = 0;
    struct map labels = {0};
    for (size_t i = 0; rc == 0 && i < cube->counts[d]; i++) {
        struct cube_category *c = &cube->categories[d][i];
        if (map_get(&labels, text_of(c->label), &other)) {
            const char *opened = join(cube, c->label, " (", c->code);
            c->label = opened ? join(cube, opened, "", ")") : NULL;
        }
        rc = c->label ? map_put(&labels, text_of(c->label), (int32_t)i, err) : error_memory(err);
    }
    map_free(&labels);
    return rc;
}

static int sort_categories(struct cube *cube, enum cube_dimension d, uint32_t **ret_rank, struct error *err)
{
    size_t count = cube->counts[d];
    uint32_t *rank = arena_array(&cube->arena, count ? count : 1, sizeof *rank);
    if (!rank) return error_memory(err);
    if (count) qsort(cube->categories[d], count, sizeof *cube->categories[d], compare_keys);
    for (size_t i = 0; i < count; i++)
        rank[cube->categories[d][i].seen] = (uint32_t)i;
    *ret_rank = rank;
    return make_labels_unique(cube, d, err);
}

int cube_finish(struct cube *cube, struct error *err)
{
    uint32_t *rank[CUBE_DIMENSIONS];
    for (int d = 0; d < CUBE_DIMENSIONS; d++)
        if (sort_categories(cube, (enum cube_dimension)d, &rank[d], err)) return -1;
    for (size_t i = 0; i < cube->cell_count; i++) {
        struct cube_cell *c = &cube->cells[i];
        c->place = 0;
        for (int d = 0; d < CUBE_DIMENSIONS; d++)
            c->place = c->place * cube->counts[d] + rank[d][c->category[d]];
    }
    if (cube->cell_count) qsort(cube->cells, cube->cell_count, sizeof *cube->cells, compare_places);
    for (size_t i = 1; i < cube->cell_count; i++)
        if (cube->cells[i].place == cube->cells[i - 1].place)
            return error_set(err, EXIT_INTERNAL, "two values for one place of the cube");
    return 0;
}

uint64_t cube_size(const struct cube *cube)
{
    uint64_t size = 1;
    for (int d = 0; d < CUBE_DIMENSIONS; d++)
        size *= cube->counts[d];
    return size;
}

void cube_free(struct cube *cube)
{
    if (!cube) return;
    for (int d = 0; d < CUBE_DIMENSIONS; d++)
        map_free(&cube->known[d]);
    free(cube->cells);
    arena_free(&cube->arena);
    *cube = (struct cube){0};
}

/* ---- the verbs ---- */

int cube_begin(struct export *x, struct error *err)
{
    x->state = arena_alloc(&x->arena, sizeof(struct cube));
    return x->state ? 0 : error_memory(err);
}

int cube_row(struct export *x, const char *const cell[static UTFALL_COLUMNS], struct error *err)
{
    return cube_add(x->state, cell, err);
}

void cube_end(struct export *x)
{
    cube_free(x->state);
}
