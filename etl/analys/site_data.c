#include "etl/analys/site_data.h"

#include <stdlib.h>

#include "etl/base/limits.h"
#include "etl/sql.h"

static int grow(void *array, size_t count, size_t *capacity, size_t size, struct error *err)
{
    void **place = array;
    if (count < *capacity) return 0;
    size_t wanted = *capacity ? *capacity * 2 : 4096;
    void *more = realloc(*place, wanted * size);
    if (!more) return error_memory(err);
    *place = more;
    *capacity = wanted;
    return 0;
}

/* Each text once: names and statuses repeat in every row. */
static int intern(struct site_data *data, const char *text, const char **ret, struct error *err)
{
    int32_t known;
    if (map_get(&data->known, text_of(text), &known)) {
        *ret = data->texts[known];
        return 0;
    }
    if (grow(&data->texts, data->text_count, &data->text_capacity, sizeof *data->texts, err)) return -1;
    const char *copy = arena_strdup(&data->arena, text);
    if (!copy) return error_memory(err);
    if (map_put(&data->known, text_of(copy), (int32_t)data->text_count, err)) return -1;
    data->texts[data->text_count++] = copy;
    *ret = copy;
    return 0;
}

static int take(void *context, const char *const cell[static UTFALL_COLUMNS], struct error *err)
{
    struct site_data *data = context;
    if (data->fact_count >= LIMIT_SITE_FACTS)
        return error_set(err, EXIT_REFUSED, "more than %d outcomes do not go into one site", LIMIT_SITE_FACTS);
    if (grow(&data->facts, data->fact_count, &data->fact_capacity, sizeof *data->facts, err)) return -1;
    struct site_fact *fact = &data->facts[data->fact_count];
    for (int c = 0; c < UTFALL_COLUMNS; c++)
        if (intern(data, cell[c], &fact->cell[c], err)) return -1;
    data->fact_count++;
    return 0;
}

/* ---- lines ---- */

static enum site_kon kon_of(const struct site_fact *fact)
{
    switch (*fact->cell[U_KON_KOD]) {
    case 'T':
        return SITE_T;
    case 'K':
        return SITE_K;
    case 'M':
        return SITE_M;
    default:
        return SITE_O;
    }
}

static bool same_line(const struct site_fact *a, const struct site_fact *b)
{
    static const enum utfall_column key[] = {U_INDIKATOR_KOD, U_PERIOD_ID, U_STADSDEL_KOD, U_ENHET_KOD};
    for (size_t i = 0; i < sizeof key / sizeof *key; i++)
        if (a->cell[key[i]] != b->cell[key[i]]) return false;
    return true;
}

static int by_place(const void *a, const void *b)
{
    static const enum utfall_column key[] = {U_STADSDEL_KOD, U_ENHET,     U_ENHET_KOD,
                                             U_PERIOD_ID,    U_INDIKATOR, U_INDIKATOR_KOD};
    const struct site_line *x = *(const struct site_line *const *)a, *y = *(const struct site_line *const *)b;
    if (site_same(x, y, U_STADSDEL_KOD) && site_is_board(x) != site_is_board(y)) return site_is_board(x) ? -1 : 1;
    for (size_t i = 0; i < sizeof key / sizeof *key; i++) {
        if (site_same(x, y, key[i])) continue;
        int order = strcmp(site_cell(x, key[i]), site_cell(y, key[i]));
        return key[i] == U_PERIOD_ID ? -order : order;
    }
    return 0;
}

static int make_lines(struct site_data *data, struct error *err)
{
    size_t most = data->fact_count ? data->fact_count : 1;
    data->lines = calloc(most, sizeof *data->lines);
    data->by_place = calloc(most, sizeof *data->by_place);
    if (!data->lines || !data->by_place) return error_memory(err);
    for (size_t i = 0; i < data->fact_count; i++) {
        const struct site_fact *fact = &data->facts[i];
        if (i == 0 || !same_line(fact, fact - 1))
            data->lines[data->line_count++] = (struct site_line){.first = fact, .compared = -1};
        data->lines[data->line_count - 1].of[kon_of(fact)] = fact;
    }
    for (size_t i = 0; i < data->line_count; i++)
        data->by_place[i] = &data->lines[i];
    qsort(data->by_place, data->line_count, sizeof *data->by_place, by_place);
    return 0;
}

/* ---- the comparison ---- */

static int compare_place(const struct site_line *line, const PGresult *r, int row)
{
    int order = strcmp(site_cell(line, U_INDIKATOR_KOD), PQgetvalue(r, row, J_INDIKATOR_KOD));
    if (!order) order = strcmp(site_cell(line, U_PERIOD_ID), PQgetvalue(r, row, J_PERIOD_ID)); /* eight digits */
    return order ? order : strcmp(site_cell(line, U_STADSDEL_KOD), PQgetvalue(r, row, J_STADSDEL_KOD));
}

/* Each board's line meets its row: both are in one order. */
static void join_comparison(struct site_data *data)
{
    int row = 0, rows = PQntuples(data->reported);
    for (size_t i = 0; i < data->line_count; i++) {
        if (!site_is_board(&data->lines[i])) continue;
        while (row < rows && compare_place(&data->lines[i], data->reported, row) > 0)
            row++;
        if (row < rows && compare_place(&data->lines[i], data->reported, row) == 0) data->lines[i].compared = row;
    }
}

static int read_comparison(struct database *db, struct site_data *data, struct error *err)
{
    static const char *const bases[] = {"reported", "today"};
    PGresult **results[] = {&data->reported, &data->today};
    for (size_t i = 0; i < sizeof bases / sizeof *bases; i++)
        if (database_query(db, sql_text("queries/site_jamforelse"), 1, &bases[i], "read the comparison", results[i],
                           err))
            return -1;
    join_comparison(data);
    return 0;
}

/* ---- indicators ---- */

static int read_indikatorer(struct database *db, struct site_data *data, struct error *err)
{
    PGresult *result;
    if (database_query(db, sql_text("queries/site_indikatorer"), 0, NULL, "read the indicators", &result, err))
        return -1;
    size_t count = (size_t)PQntuples(result);
    int rc = 0;
    data->indikatorer = arena_array(&data->arena, count ? count : 1, sizeof *data->indikatorer);
    if (!data->indikatorer) rc = error_memory(err);
    for (size_t i = 0; rc == 0 && i < count; i++) {
        struct site_indikator *k = &data->indikatorer[data->indikator_count++];
        const char **fields[] = {&k->code, &k->name, &k->unit, &k->kind, &k->polarity, &k->owner, &k->definitions};
        for (size_t f = 0; rc == 0 && f < sizeof fields / sizeof *fields; f++)
            rc = intern(data, PQgetvalue(result, (int)i, (int)f), fields[f], err);
    }
    PQclear(result);
    return rc;
}

static int compare_codes(const void *key, const void *element)
{
    return strcmp(key, ((const struct site_indikator *)element)->code);
}

const struct site_indikator *site_data_indikator(const struct site_data *data, const char *code)
{
    static const struct site_indikator unknown = {"", "", "", "", "", "", ""};
    const struct site_indikator *found = data->indikator_count ? bsearch(code, data->indikatorer, data->indikator_count,
                                                                         sizeof *data->indikatorer, compare_codes)
                                                               : NULL;
    return found ? found : &unknown;
}

bool site_value(const struct site_line *line, enum site_kon kon, struct decimal *ret_value)
{
    const struct site_fact *fact = line->of[kon];
    return fact && *fact->cell[U_VARDE] && decimal_parse(text_of(fact->cell[U_VARDE]), ret_value) == 0;
}

int site_data_read(struct database *db, struct site_data *ret_data, struct error *err)
{
    const struct utfall_filter all = {0};
    *ret_data = (struct site_data){0};
    if (analys_each_utfall(db, &all, take, ret_data, err)) return -1;
    if (read_indikatorer(db, ret_data, err) || make_lines(ret_data, err)) return -1;
    return read_comparison(db, ret_data, err) || site_places_read(db, ret_data, err) ? -1 : 0;
}

void site_data_free(struct site_data *data)
{
    map_free(&data->known);
    free(data->texts);
    free(data->facts);
    free(data->lines);
    free(data->by_place);
    free(data->places);
    PQclear(data->reported);
    PQclear(data->today);
    PQclear(data->mal);
    PQclear(data->ekonomi);
    arena_free(&data->arena);
    *data = (struct site_data){0};
}
