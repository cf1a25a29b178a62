#include "etl/analys/analys.h"

#include "etl/base/fold.h"
#include "etl/config/problems.h"
#include "etl/sql.h"

#define FETCH_ROWS "FETCH 2000 FROM utfall" /* rows held at a time: about 1 MB */

int analys_open(struct config *config, struct database *ret_db, struct error *err)
{
    const char *dsn;
    PGresult *result;
    struct database db = {0};
    if (database_dsn(config->dsn, config->dsn_file, &config->arena, &dsn, err)) return -1;
    if (database_open(dsn, &db, err)) return -1;
    if (database_exec(&db, sql_text("queries/analys_begin"), "begin reading", err)) goto fail;
    if (database_query(&db, sql_text("queries/analys_known"), 0, NULL, "look for the analysts' views", &result, err))
        goto fail;
    bool known = *PQgetvalue(result, 0, 0) == 't';
    PQclear(result);
    if (!known) {
        (void)error_set(err, EXIT_DATABASE, "the warehouse has no views for analysts that this login may read");
        (void)error_hint(err, "Run \"stadslager migrate\", or log in as a member of stadslager_analyst.");
        goto fail;
    }
    *ret_db = db;
    return 0;
fail:
    database_close(&db);
    return -1;
}

int analys_find_indikator(struct database *db, struct arena *arena, const char *printed, const char **ret_id,
                          struct error *err)
{
    PGresult *result;
    char quoted[SHOWN_SIZE];
    const char *folded;
    int rc = fold_given(arena, printed, &folded, err);
    if (rc < 0) return -1;
    if (rc == 0) return error_set(err, EXIT_USAGE, "\"%s\" is no name", shown(text_of(printed), quoted));
    const char *const params[] = {printed, folded};
    if (database_query(db, sql_text("queries/analys_indikator"), 2, params, "find the indicator", &result, err))
        return -1;
    int found = PQntuples(result);
    const char *id = found == 1 ? arena_strdup(arena, PQgetvalue(result, 0, 0)) : NULL;
    PQclear(result);
    shown(text_of(printed), quoted);
    if (found == 1 && !id) return error_memory(err);
    if (found > 1) {
        (void)error_set(err, EXIT_USAGE, "\"%s\" names several indicators", quoted);
        return error_hint(err, "Give its code.");
    }
    if (found == 0) {
        (void)error_set(err, EXIT_USAGE, "the warehouse has no indicator \"%s\"", quoted);
        return error_hint(err, "analys.indikator_namn lists the names; the code will do, too.");
    }
    *ret_id = id;
    return 0;
}

static int pass_on(const PGresult *result, utfall_sink *sink, void *context, struct error *err)
{
    for (int row = 0; row < PQntuples(result); row++) {
        const char *cell[UTFALL_COLUMNS];
        for (int c = 0; c < UTFALL_COLUMNS; c++)
            cell[c] = PQgetvalue(result, row, c);
        if (sink(context, cell, err)) return -1;
    }
    return 0;
}

int analys_each_utfall(struct database *db, const struct utfall_filter *filter, utfall_sink *sink, void *context,
                       struct error *err)
{
    const char *const params[] = {filter->indikator_id, filter->stadsdel_kod, filter->period_id, filter->ar};
    if (database_query(db, sql_text("queries/analys_utfall"), 4, params, "read the outcomes", NULL, err)) return -1;
    for (int rows = 1; rows > 0;) {
        PGresult *result;
        if (database_query(db, FETCH_ROWS, 0, NULL, "read the outcomes", &result, err)) return -1;
        rows = PQntuples(result);
        if (PQnfields(result) != UTFALL_COLUMNS) {
            PQclear(result);
            return error_set(err, EXIT_INTERNAL, "queries/analys_utfall and enum utfall_column differ");
        }
        int rc = pass_on(result, sink, context, err);
        PQclear(result);
        if (rc) return -1;
    }
    return database_exec(db, "CLOSE utfall", "read the outcomes", err);
}
