#include "etl/dimensions/dimension_later.h"

#include <stdlib.h>

#include "etl/sql.h"

#define FIRST_IDS         16
#define NUMBER_SIZE       12 /* LATER_IDS_MOST in text */
#define ENHET_COLUMNS     4  /* of queries/copy_enhet.sql */
#define INDIKATOR_COLUMNS 3  /* of queries/copy_indikator.sql */

void dimension_later_init(struct dimension_later *later, struct database *db)
{
    *later = (struct dimension_later){.db = db, .enhet_ids.wanted = FIRST_IDS, .indikator_ids.wanted = FIRST_IDS};
    copy_init(&later->enheter);
    copy_init(&later->indikatorer);
}

void dimension_later_free(struct dimension_later *later)
{
    copy_free(&later->enheter);
    copy_free(&later->indikatorer);
}

static int take_more(struct later_ids *ids, struct database *db, const char *query, struct error *err)
{
    char wanted[NUMBER_SIZE];
    const char *const params[] = {wanted};
    PGresult *result;
    (void)snprintf(wanted, sizeof wanted, "%d", ids->wanted);
    if (database_query(db, sql_text(query), 1, params, "number what is new", &result, err)) return -1;
    ids->next = 0;
    ids->count = PQntuples(result) < LATER_IDS_MOST ? PQntuples(result) : LATER_IDS_MOST;
    for (int i = 0; i < ids->count; i++)
        ids->ids[i] = (int32_t)strtol(PQgetvalue(result, i, 0), NULL, 10);
    PQclear(result);
    if (ids->wanted < LATER_IDS_MOST) ids->wanted *= 2;
    return ids->count ? 0 : error_set(err, EXIT_INTERNAL, "could not number what is new: no number came back");
}

static int next_id(struct later_ids *ids, struct database *db, const char *query, int32_t *ret_id, struct error *err)
{
    if (ids->next == ids->count && take_more(ids, db, query, err)) return -1;
    *ret_id = ids->ids[ids->next++];
    return 0;
}

int dimension_later_enhet(struct dimension_later *later, int32_t stadsdel_id, const char *name, const char *key,
                          int32_t *ret_id, struct error *err)
{
    struct copy *copy = &later->enheter;
    int32_t id;
    if (next_id(&later->enhet_ids, later->db, "queries/dim_enhet_ids", &id, err)) return -1;
    copy_row(copy, ENHET_COLUMNS);
    copy_int32(copy, id);
    copy_int16(copy, (int16_t)stadsdel_id);
    copy_text(copy, text_of(name));
    copy_text(copy, text_of(key));
    *ret_id = id;
    return copy_check(copy, err);
}

int dimension_later_indikator(struct dimension_later *later, const char *name, const char *key, int32_t *ret_id,
                              struct error *err)
{
    struct copy *copy = &later->indikatorer;
    int32_t id;
    if (next_id(&later->indikator_ids, later->db, "queries/dim_indikator_ids", &id, err)) return -1;
    copy_row(copy, INDIKATOR_COLUMNS);
    copy_int32(copy, id);
    copy_text(copy, text_of(name));
    copy_text(copy, text_of(key));
    *ret_id = id;
    return copy_check(copy, err);
}

int dimension_later_write(struct dimension_later *later, struct error *err)
{
    if (later->enheter.rows && copy_send(&later->enheter, later->db, sql_text("queries/copy_enhet"), "add units", err))
        return -1;
    copy_free(&later->enheter);
    if (later->indikatorer.rows &&
        copy_send(&later->indikatorer, later->db, sql_text("queries/copy_indikator"), "add indicators", err))
        return -1;
    copy_free(&later->indikatorer);
    return 0;
}
