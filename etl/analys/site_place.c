/* The boards and units that get a page: those with outcomes, goals or amounts. */
#include <stdlib.h>

#include "etl/analys/site_data.h"
#include "etl/sql.h"

struct heads { /* how far each of the three orders is read */
    size_t line;
    int mal, belopp;
};

static struct site_place place_of_line(const struct site_line *line)
{
    return (struct site_place){.stadsdel_kod = site_cell(line, U_STADSDEL_KOD),
                               .stadsdel = site_cell(line, U_STADSDEL),
                               .enhet_kod = site_cell(line, U_ENHET_KOD),
                               .enhet = site_cell(line, U_ENHET)};
}

static struct site_place place_of_row(const PGresult *r, int row)
{
    return (struct site_place){.stadsdel_kod = PQgetvalue(r, row, M_STADSDEL_KOD),
                               .stadsdel = PQgetvalue(r, row, M_STADSDEL),
                               .enhet_kod = PQgetvalue(r, row, M_ENHET_KOD),
                               .enhet = PQgetvalue(r, row, M_ENHET)};
}

/* The order of by_place and of the queries: by district, the board first, units by name. */
static int compare(const struct site_place *a, const struct site_place *b)
{
    int order = strcmp(a->stadsdel_kod, b->stadsdel_kod);
    if (!order) order = !!*a->enhet_kod - !!*b->enhet_kod;
    if (!order) order = strcmp(a->enhet, b->enhet);
    return order ? order : strcmp(a->enhet_kod, b->enhet_kod);
}

static void take_smaller(struct site_place *smallest, bool *any, struct site_place other)
{
    if (!*any || compare(&other, smallest) < 0) *smallest = other;
    *any = true;
}

static bool is_at(const PGresult *r, int row, const struct site_place *place)
{
    if (row >= PQntuples(r)) return false;
    struct site_place here = place_of_row(r, row);
    return compare(&here, place) == 0;
}

static bool is_line_at(const struct site_data *data, size_t line, const struct site_place *place)
{
    if (line >= data->line_count) return false;
    struct site_place here = place_of_line(data->by_place[line]);
    return compare(&here, place) == 0;
}

/* The next place and its ranges; false at the end. */
static bool next_place(const struct site_data *data, struct heads *at, struct site_place *ret)
{
    bool any = false;
    if (at->line < data->line_count) take_smaller(ret, &any, place_of_line(data->by_place[at->line]));
    if (at->mal < PQntuples(data->mal)) take_smaller(ret, &any, place_of_row(data->mal, at->mal));
    if (at->belopp < PQntuples(data->ekonomi)) take_smaller(ret, &any, place_of_row(data->ekonomi, at->belopp));
    if (!any) return false;
    for (ret->line = at->line; is_line_at(data, at->line, ret); at->line++)
        ret->line_count++;
    for (ret->mal = at->mal; is_at(data->mal, at->mal, ret); at->mal++)
        ret->mal_count++;
    for (ret->belopp = at->belopp; is_at(data->ekonomi, at->belopp, ret); at->belopp++)
        ret->belopp_count++;
    return true;
}

int site_places_read(struct database *db, struct site_data *data, struct error *err)
{
    struct heads at = {0};
    struct site_place place;
    if (database_query(db, sql_text("queries/site_mal"), 0, NULL, "read the goals", &data->mal, err)) return -1;
    if (database_query(db, sql_text("queries/site_ekonomi"), 0, NULL, "read the amounts", &data->ekonomi, err))
        return -1;
    size_t most = data->line_count + (size_t)PQntuples(data->mal) + (size_t)PQntuples(data->ekonomi);
    data->places = calloc(most + 1, sizeof *data->places);
    if (!data->places) return error_memory(err);
    while (next_place(data, &at, &place))
        data->places[data->place_count++] = place;
    return 0;
}
