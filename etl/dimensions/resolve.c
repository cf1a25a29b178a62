#include "etl/dimensions/resolve.h"

static void reject(struct rejection *r, const char *rule, enum column column, struct text value, const char *what)
{
    struct text shown = text_clip(value, 120);
    r->rule = rule;
    r->column = column_name(column);
    r->value = value;
    snprintf(r->reason, sizeof r->reason, "\"%.*s\" %s", TEXT_ARGS(shown), what);
    text_mend(r->reason);
}

/* District and unit of a row: ids in FACT, or a rejection. */
static int resolve_place(struct dimensions *dimensions, const struct config *config, const struct record *record,
                         struct fact *fact, struct rejection *ret, struct error *err)
{
    struct text stadsdel = record->cell[COLUMN_STADSDEL], enhet = record->cell[COLUMN_ENHET];
    int found = dimensions_stadsdel(dimensions, stadsdel, &fact->stadsdel_id, err);
    if (found < 0) return -1;
    if (!found) {
        reject(ret, "U-STADSDEL", COLUMN_STADSDEL, stadsdel, "is no district of the registry");
        return 0;
    }
    found = dimensions_enhet(dimensions, fact->stadsdel_id, enhet, &fact->enhet_id, err);
    if (found == 0 && config->new_enhet == UNKNOWN_ADD)
        return dimensions_add_enhet(dimensions, fact->stadsdel_id, enhet, &fact->enhet_id, err);
    if (found == 0) reject(ret, "U-ENHET", COLUMN_ENHET, enhet, "is no unit of the registry");
    return found < 0 ? -1 : 0;
}

static int resolve_name(struct dimensions *dimensions, const struct config *config, struct text name, struct fact *fact,
                        struct rejection *ret, struct error *err)
{
    int found = dimensions_indikator(dimensions, name, &fact->indikator_id, err);
    if (found == 0 && config->new_indikator == UNKNOWN_ADD)
        return dimensions_add_indikator(dimensions, name, &fact->indikator_id, err);
    if (found == 0) reject(ret, "U-INDIKATOR", COLUMN_INDIKATOR, name, "is no indicator of the registry");
    return found < 0 ? -1 : 0;
}

static int resolve_period(struct dimensions *dimensions, struct period period, struct fact *fact, struct error *err)
{
    fact->ar = period.year;
    return dimensions_period(dimensions, period, &fact->period_id, err);
}

int resolve_indikator(struct dimensions *dimensions, const struct config *config, const struct record *record,
                      struct period period, struct fact *fact, struct rejection *ret_rejection, struct error *err)
{
    *ret_rejection = (struct rejection){.column = ""};
    if (resolve_place(dimensions, config, record, fact, ret_rejection, err)) return -1;
    if (ret_rejection->rule) return 0;
    if (resolve_name(dimensions, config, record->cell[COLUMN_INDIKATOR], fact, ret_rejection, err)) return -1;
    if (ret_rejection->rule) return 0;
    return resolve_period(dimensions, period, fact, err);
}

/* KF's goals are the city's, a nämndmål is a board's, an enhetsmål a unit's. */
static int goal_id(struct dimensions *dimensions, const struct fact *fact, int year, enum niva niva, struct text text,
                   int32_t parent, int32_t *ret, struct error *err)
{
    int32_t stadsdel = niva >= NIVA_NAMNDMAL ? fact->stadsdel_id : 0;
    int32_t enhet = niva == NIVA_ENHETSMAL ? fact->enhet_id : 0;
    return dimensions_mal(dimensions, year, niva, stadsdel, enhet, text, parent, ret, err);
}

/* The period that a report's title says, else the year it is configured for. */
static struct period report_period(const struct record *record, int year)
{
    struct period period;
    if (record->report.len && period_parse(record->report, &period) == 0) return period;
    return (struct period){.kind = PERIOD_YEAR, .year = year};
}

/* The goals above RECORD, from the top to the level BELOW excluded; RET_ID: the last, 0 when there is none. */
static int goals_above(struct dimensions *dimensions, const struct record *record, const struct fact *fact, int year,
                       enum niva below, int32_t *ret_id, struct error *err)
{
    int32_t id = 0;
    for (enum niva niva = NIVA_INRIKTNINGSMAL; niva < below; niva++)
        if (record->goal[niva].len && goal_id(dimensions, fact, year, niva, record->goal[niva], id, &id, err))
            return -1;
    *ret_id = id;
    return 0;
}

int resolve_goal_above(struct dimensions *dimensions, const struct record *record, int year, const struct fact *fact,
                       int32_t *ret_mal_id, struct error *err)
{
    return goals_above(dimensions, record, fact, report_period(record, year).year, NIVA_COUNT, ret_mal_id, err);
}

int resolve_mal(struct dimensions *dimensions, const struct config *config, const struct record *record, int year,
                struct fact *fact, struct rejection *ret_rejection, struct error *err)
{
    struct period period = report_period(record, year);
    int32_t parent;
    *ret_rejection = (struct rejection){.column = ""};
    if (resolve_place(dimensions, config, record, fact, ret_rejection, err)) return -1;
    if (ret_rejection->rule) return 0;
    if (goals_above(dimensions, record, fact, period.year, record->niva, &parent, err)) return -1;
    if (goal_id(dimensions, fact, period.year, record->niva, record->text, parent, &fact->mal_id, err)) return -1;
    return resolve_period(dimensions, period, fact, err);
}

int resolve_aktivitet(struct dimensions *dimensions, const struct config *config, const struct record *record, int year,
                      struct fact *fact, struct rejection *ret_rejection, struct error *err)
{
    struct period period = report_period(record, year);
    *ret_rejection = (struct rejection){.column = ""};
    if (resolve_place(dimensions, config, record, fact, ret_rejection, err)) return -1;
    if (ret_rejection->rule) return 0;
    if (goals_above(dimensions, record, fact, period.year, record->niva + 1, &fact->mal_id, err)) return -1;
    return resolve_period(dimensions, period, fact, err);
}

int resolve_tabell(struct dimensions *dimensions, const struct config *config, const struct record *record, int year,
                   struct fact *fact, struct rejection *ret_rejection, struct error *err)
{
    *ret_rejection = (struct rejection){.column = ""};
    if (resolve_place(dimensions, config, record, fact, ret_rejection, err)) return -1;
    return ret_rejection->rule ? 0 : resolve_period(dimensions, report_period(record, year), fact, err);
}
