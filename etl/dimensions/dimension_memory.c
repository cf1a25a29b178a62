#include "etl/dimensions/dimension_memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_COLUMNS 10
#define MAX_PARAMS  11
#define FIRST_ROWS  64
#define ID_TEXT     24

/* The columns of each table as its …_all query gives them behind the id. */
static const char *const columns[MEMORY_TABLE_COUNT][MAX_COLUMNS] = {
    [MEMORY_STADSDEL] = {"kod", "namn", "giltig_fran", "giltig_till"},
    [MEMORY_ENHET] = {"stadsdel_id", "namn", "nyckel", "hel_namnd", "giltig_fran", "giltig_till"},
    [MEMORY_INDIKATOR] = {"kod", "namn", "nyckel", "matt", "slag", "polaritet", "agare", "kon_mening", "troskel",
                          "namnare_minst"},
    [MEMORY_PERIOD] = {"id"},
    [MEMORY_MAL] = {"ar", "niva", "stadsdel_id", "enhet_id", "nummer", "text", "nyckel", "overordnat_id"},
    [MEMORY_AKTIVITET] = {"ar", "stadsdel_id", "enhet_id", "mal_id", "namn", "nyckel", "nr"},
    [MEMORY_CELL] = {"titel", "tabell_nr", "radetikett", "rad_nr", "kolumnetikett", "kolumn_nr", "nyckel"},
};

enum what { READ_ALL, ADD, SET, FORGET };

/* The queries: which table, what they do, and which parameter each column comes from (from 1; 0 = it stays, or its default). */
static const struct statement {
    const char *query;
    enum memory_table_id table;
    enum what what;
    int id_param; /* SET: which parameter is the id */
    int from[MAX_COLUMNS];
} statements[] = {
    {"queries/dim_stadsdel_all", MEMORY_STADSDEL, READ_ALL, 0, {0}},
    {"queries/dim_stadsdel_add", MEMORY_STADSDEL, ADD, 0, {1, 2, 3, 4}},
    {"queries/dim_stadsdel_set", MEMORY_STADSDEL, SET, 1, {0, 2, 3, 4}},
    {"queries/dim_enhet_all", MEMORY_ENHET, READ_ALL, 0, {0}},
    {"queries/dim_enhet_add", MEMORY_ENHET, ADD, 0, {1, 2, 3, 4, 5, 6}},
    {"queries/dim_enhet_set", MEMORY_ENHET, SET, 1, {0, 2, 3, 0, 4, 5}},
    {"queries/dim_indikator_all", MEMORY_INDIKATOR, READ_ALL, 0, {0}},
    {"queries/dim_indikator_add", MEMORY_INDIKATOR, ADD, 0, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},
    {"queries/dim_indikator_set", MEMORY_INDIKATOR, SET, 11, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},
    {"queries/dim_indikator_new", MEMORY_INDIKATOR, ADD, 0, {0, 1, 2}},
    {"queries/dim_period_get", MEMORY_PERIOD, ADD, 0, {1}},
    {"queries/dim_mal_get", MEMORY_MAL, ADD, 0, {1, 2, 3, 4, 5, 6, 7, 8}},
    {"queries/dim_aktivitet_get", MEMORY_AKTIVITET, ADD, 0, {1, 2, 3, 4, 5, 6, 7}},
    {"queries/dim_tabellcell_get", MEMORY_CELL, ADD, 0, {1, 2, 3, 4, 5, 6, 7}},
    {"queries/stadsdel_foljd_all", MEMORY_STADSDEL, FORGET, 0, {0}},
    {"queries/stadsdel_foljd_add", MEMORY_STADSDEL, FORGET, 0, {0}},
    {"queries/enhet_alias_all", MEMORY_ENHET, FORGET, 0, {0}},
    {"queries/enhet_alias_set", MEMORY_ENHET, FORGET, 0, {0}},
    {"queries/indikator_alias_all", MEMORY_INDIKATOR, FORGET, 0, {0}},
    {"queries/indikator_alias_set", MEMORY_INDIKATOR, FORGET, 0, {0}},
    {"queries/indikator_definition_all", MEMORY_INDIKATOR, FORGET, 0, {0}},
    {"queries/indikator_definition_set", MEMORY_INDIKATOR, FORGET, 0, {0}},
    {"queries/indikator_mal_set", MEMORY_MAL, FORGET, 0, {0}},
};

/* The defaults of the table in the database that dim_indikator_new relies on. */
static const struct {
    const char *query, *column, *value;
} defaults[] = {
    {"queries/dim_indikator_new", "matt", ""},
    {"queries/dim_indikator_new", "polaritet", "neutral"},
    {"queries/dim_indikator_new", "troskel", "5"},
};

static int column_count(enum memory_table_id table)
{
    int count = 0;
    while (count < MAX_COLUMNS && columns[table][count])
        count++;
    return count;
}

static const char **row_at(const struct memory_table *table, size_t row)
{
    return table->cells + row * MAX_COLUMNS;
}

static int put_cell(struct dimension_memory *memory, const char **cell, const char *value, struct error *err)
{
    if (!value) {
        *cell = NULL;
        return 0;
    }
    if (*cell && !strcmp(*cell, value)) return 0; /* the arena does not grow by what is there already */
    char *copy = arena_strdup(&memory->arena, value);
    if (!copy) return error_memory(err);
    *cell = copy;
    return 0;
}

static int fill(struct dimension_memory *memory, const struct statement *statement, const char **row,
                const char *const *params, struct error *err)
{
    for (int c = 0; c < column_count(statement->table); c++)
        if (statement->from[c] && put_cell(memory, &row[c], params[statement->from[c] - 1], err)) return -1;
    return 0;
}

static int add_row(struct dimension_memory *memory, const struct statement *statement, const char *const *params,
                   size_t *ret_row, struct error *err)
{
    struct memory_table *table = &memory->tables[statement->table];
    if (table->count == table->size) {
        size_t size = table->size ? table->size * 2 : FIRST_ROWS;
        const char **cells = reallocarray(table->cells, size, MAX_COLUMNS * sizeof *cells);
        if (!cells) return error_memory(err);
        table->cells = cells;
        table->size = size;
    }
    const char **row = row_at(table, table->count);
    memset(row, 0, MAX_COLUMNS * sizeof *row);
    for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++)
        for (int c = 0; c < column_count(statement->table) && !strcmp(defaults[i].query, statement->query); c++)
            if (!strcmp(columns[statement->table][c], defaults[i].column)) row[c] = defaults[i].value;
    if (fill(memory, statement, row, params, err)) return -1;
    *ret_row = table->count++;
    return 0;
}

/* A result of so many columns, without names: they are asked for by place. */
static PGresult *make_result(int column_total)
{
    PGresAttDesc attributes[1 + MAX_COLUMNS] = {{0}};
    PGresult *result = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    for (int i = 0; i < column_total; i++)
        attributes[i].name = (char *)"";
    if (result && column_total && !PQsetResultAttrs(result, column_total, attributes)) {
        PQclear(result);
        return NULL;
    }
    return result;
}

/* As coalesce(…, '') in the queries: no NULLs. */
static bool put_value(PGresult *result, int row, int column, const char *value)
{
    const char *text = value ? value : "";
    return PQsetvalue(result, row, column, (char *)text, (int)strlen(text));
}

static bool put_id(PGresult *result, int row, size_t place)
{
    char id[ID_TEXT];
    (void)snprintf(id, sizeof id, "%zu", place + 1);
    return put_value(result, row, 0, id);
}

static PGresult *read_all(const struct dimension_memory *memory, enum memory_table_id id)
{
    const struct memory_table *table = &memory->tables[id];
    int width = column_count(id);
    PGresult *result = make_result(1 + width);
    bool good = result != NULL;
    for (size_t i = 0; good && i < table->count; i++) {
        good = put_id(result, (int)i, i);
        for (int c = 0; good && c < width; c++)
            good = put_value(result, (int)i, 1 + c, row_at(table, i)[c]);
    }
    if (good) return result;
    PQclear(result);
    return NULL;
}

/* The one id that ADD gives back.  A period's id is its key. */
static PGresult *one_id(enum memory_table_id table, size_t row, const char *const *params)
{
    PGresult *result = make_result(1);
    bool good = result && (table == MEMORY_PERIOD ? put_value(result, 0, 0, params[0]) : put_id(result, 0, row));
    if (good) return result;
    PQclear(result);
    return NULL;
}

static const struct statement *find_statement(const char *query)
{
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
        if (!strcmp(statements[i].query, query)) return &statements[i];
    return NULL;
}

static int change_row(struct dimension_memory *memory, const struct statement *statement, const char *const *params,
                      struct error *err)
{
    struct memory_table *table = &memory->tables[statement->table];
    size_t id = strtoul(params[statement->id_param - 1], NULL, 10);
    if (id < 1 || id > table->count)
        return error_set(err, EXIT_INTERNAL, "no row %zu in memory for \"%s\"", id, statement->query);
    return fill(memory, statement, row_at(table, id - 1), params, err);
}

int dimension_memory_query(struct dimension_memory *memory, const char *query, int count, const char *const *params,
                           PGresult **ret, struct error *err)
{
    const struct statement *statement = find_statement(query);
    PGresult *result = NULL;
    size_t row = 0;
    if (!statement || count > MAX_PARAMS)
        return error_set(err, EXIT_INTERNAL, "\"%s\" cannot be asked without a database", query);
    if (statement->what == ADD && add_row(memory, statement, params, &row, err)) return -1;
    if (statement->what == SET && change_row(memory, statement, params, err)) return -1;
    if (!ret) return 0;
    switch (statement->what) {
    case READ_ALL:
        result = read_all(memory, statement->table);
        break;
    case ADD:
        result = one_id(statement->table, row, params);
        break;
    default:
        result = make_result(0);
    }
    if (!result) return error_memory(err);
    *ret = result;
    return 0;
}

const char *dimension_memory_get(const struct dimension_memory *memory, enum memory_table_id table, int32_t id,
                                 const char *column)
{
    const struct memory_table *t = &memory->tables[table];
    if (id < 1 || (size_t)id > t->count) return NULL;
    for (int c = 0; c < column_count(table); c++) {
        if (strcmp(columns[table][c], column) != 0) continue;
        const char *value = row_at(t, (size_t)id - 1)[c];
        return value ? value : "";
    }
    return NULL;
}

void dimension_memory_free(struct dimension_memory *memory)
{
    for (size_t i = 0; i < MEMORY_TABLE_COUNT; i++)
        free(memory->tables[i].cells);
    arena_free(&memory->arena);
    *memory = (struct dimension_memory){0};
}
