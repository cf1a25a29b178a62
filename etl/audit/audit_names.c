#include "etl/audit/audit_names.h"

#include <stdlib.h>

#include "etl/dimensions/dimensions_internal.h"
#include "etl/sql.h"

#define NUMBER_SIZE 16
#define ATTRIBUTES  8 /* columns of audit_names.sql behind table and key */

struct name_row {
    const char *table, *key;
    const char *cells[ATTRIBUTES]; /* the name, or the labels, first */
};

static int32_t number_of(const char *text)
{
    return (int32_t)strtol(text, NULL, 10);
}

/* ---- names whose key says what they are ---- */

static int key_of(struct arena *arena, const struct name_row *row, const char **ret_key, struct error *err)
{
    struct text folded;
    char cell_key[HASH_SIZE];
    if (!strcmp(row->table, "dim_tabellcell")) {
        int32_t ignored;
        const struct tabellcell cell = {.title = text_of(row->cells[0]),
                                        .row = text_of(row->cells[1]),
                                        .column = text_of(row->cells[2]),
                                        .table_nr = number_of(row->cells[3]),
                                        .row_nr = number_of(row->cells[4]),
                                        .column_nr = number_of(row->cells[5])};
        if (dimensions_cell_key(arena, &cell, &ignored, cell_key, err)) return -1;
        folded = text_copy(arena, text_of(cell_key));
    } else if (dimensions_fold(arena, text_of(row->cells[0]), &folded, err)) {
        return -1;
    }
    if (!strcmp(row->table, "dim_mal")) folded = text_join(arena, text_of(row->cells[1]), "|", folded);
    *ret_key = text_failed(folded) ? NULL : text_cstr(arena, folded);
    if (*ret_key) return 0;
    (void)error_memory(err);
    return -1;
}

/* ---- what a registry describes ---- */

static bool is_described(const struct derived *d, const struct name_row *row, enum memory_table_id table,
                         const char *code, const char *const *columns)
{
    const char *value;
    for (int32_t id = 1; (value = dimension_memory_get(&d->memory, table, id, "kod")); id++) {
        bool same = !strcmp(value, code);
        for (size_t i = 0; same && columns[i]; i++)
            same = !*columns[i] || !strcmp(row->cells[i], dimension_memory_get(&d->memory, table, id, columns[i]));
        if (same) return true;
    }
    return false;
}

static int holds(const struct derived *d, struct arena *arena, const struct name_row *row, bool *ret_holds,
                 struct error *err)
{
    static const char *const district[] = {"namn", "giltig_fran", "giltig_till", NULL};
    static const char *const indicator[] = {"namn",       "kod",     "matt",  "slag", "polaritet",
                                            "kon_mening", "troskel", "agare", NULL};
    const char *key;
    if (!strcmp(row->table, "dim_stadsdel")) {
        *ret_holds = is_described(d, row, MEMORY_STADSDEL, row->key, district);
        return 0;
    }
    if (key_of(arena, row, &key, err)) return -1;
    *ret_holds = !strcmp(key, row->key);
    if (*ret_holds && !strcmp(row->table, "dim_indikator") && *row->cells[1])
        *ret_holds = is_described(d, row, MEMORY_INDIKATOR, row->cells[1], indicator);
    return 0;
}

/* ---- all of them ---- */

static void print_row(FILE *out, const struct name_row *row)
{
    fprintf(out, "different: %s: key %s: \"%s\"", row->table, row->key, row->cells[0]);
    for (size_t i = 1; i < ATTRIBUTES; i++)
        if (*row->cells[i]) fprintf(out, ", %s", row->cells[i]);
    fputs(" is not what the key or the registry says\n", out);
}

static int look_at(const struct derived *d, const PGresult *result, FILE *out, uint64_t limit, uint64_t *count,
                   struct error *err)
{
    for (int i = 0; i < PQntuples(result); i++) {
        struct name_row row = {PQgetvalue(result, i, 0), PQgetvalue(result, i, 1), {NULL}};
        struct arena arena = {0};
        bool good = false;
        for (int k = 0; k < ATTRIBUTES; k++)
            row.cells[k] = PQgetvalue(result, i, 2 + k);
        int rc = holds(d, &arena, &row, &good, err);
        arena_free(&arena);
        if (rc) return -1;
        if (!good && (*count)++ < limit) print_row(out, &row);
    }
    return 0;
}

int audit_names(struct database *db, const struct derived *derived, FILE *out, uint64_t limit, uint64_t *ret_count,
                struct error *err)
{
    const char *doing = "read the names";
    char year[NUMBER_SIZE];
    const char *const params[] = {year};
    uint64_t count = 0;
    bool ended = false;
    int rc = 0;
    (void)snprintf(year, sizeof year, "%d", derived->replay->year);
    if (!PQsendQueryParams(db->connection, sql_text("queries/audit_names"), 1, NULL, params, NULL, NULL, 0) ||
        !PQsetSingleRowMode(db->connection))
        return database_error(db, NULL, doing, err);
    for (PGresult *result; (result = PQgetResult(db->connection)); PQclear(result)) {
        ExecStatusType status = PQresultStatus(result);
        if (rc == 0 && status != PGRES_SINGLE_TUPLE && status != PGRES_TUPLES_OK)
            rc = database_error(db, result, doing, err);
        if (rc == 0) rc = look_at(derived, result, out, limit, &count, err);
        ended |= status == PGRES_TUPLES_OK;
        if (PQstatus(db->connection) == CONNECTION_BAD) {
            PQclear(result);
            break;
        }
    }
    if (rc == 0 && !ended) rc = database_error(db, NULL, doing, err); /* no memory for the rest of the answer */
    if (rc == 0) *ret_count = count;
    return rc;
}
