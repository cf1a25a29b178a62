#include "etl/interpret.h"

#include "connectors/rapport_words.h"
#include "etl/base/limits.h"

static void reject(struct rejection *r, const char *rule, enum column column, struct text value, const char *why)
{
    struct text shown = text_clip(value, LIMIT_SHOWN);
    r->rule = rule;
    r->column = column_name(column);
    r->value = value;
    snprintf(r->reason, sizeof r->reason, "column \"%s\": \"%.*s\" %s", r->column, TEXT_ARGS(shown), why);
    text_mend(r->reason);
}

static bool read_value(struct arena *arena, const struct record *record, enum column column,
                       const struct token_table *tokens, struct value *ret, struct rejection *rejection)
{
    enum value_fault fault = value_parse(arena, record->cell[column], tokens, ret);
    if (fault == VALUE_FAULT_MEMORY) rejection->no_memory = true;
    if (fault != VALUE_FAULT_NONE)
        reject(rejection, "I-VARDE", column, record->cell[column], value_fault_text(fault));
    else if (ret->has_number && !ret->unit.len)
        ret->unit = record->unit[column];
    return fault == VALUE_FAULT_NONE;
}

static bool read_target(struct arena *arena, const struct record *record, enum column column, struct target *ret,
                        struct rejection *rejection)
{
    enum value_fault fault = target_parse(arena, record->cell[column], ret);
    if (fault == VALUE_FAULT_MEMORY) rejection->no_memory = true;
    if (fault != VALUE_FAULT_NONE)
        reject(rejection, "I-MAL", column, record->cell[column], value_fault_text(fault));
    else if (ret->has_number && !ret->unit.len)
        ret->unit = record->unit[column];
    return fault == VALUE_FAULT_NONE;
}

/* A reason given in words makes "missing" more precise: both sexes hidden, or the whole question not asked. */
static void apply_evidence(const struct record *record, struct indikator_row *row)
{
    bool no_sexes = row->man.status == VALUE_MISSING && row->kvinnor.status == VALUE_MISSING;
    if (record->evidence == EVIDENCE_NOT_MEASURED && row->utfall.status == VALUE_MISSING)
        row->utfall.status = VALUE_NOT_MEASURED;
    if (record->evidence != EVIDENCE_SUPPRESSED || !no_sexes) return;
    if (row->utfall.status == VALUE_MISSING) row->utfall.status = VALUE_SUPPRESSED;
    row->man.status = row->kvinnor.status = VALUE_SUPPRESSED;
}

/* A day where the source's days close longer periods: the period it closes.  False when it closes none. */
static bool close_period(const struct record *record, struct period *period)
{
    static const enum period_kind kinds[] = {
        [CLOSING_DAY] = PERIOD_DAY,
        [CLOSING_MONTH] = PERIOD_MONTH,
        [CLOSING_QUARTER] = PERIOD_QUARTER,
        [CLOSING_TERTIAL] = PERIOD_TERTIAL,
        [CLOSING_HALF_YEAR] = PERIOD_HALF_YEAR,
        [CLOSING_SCHOOL_YEAR] = PERIOD_SCHOOL_YEAR,
        [CLOSING_YEAR] = PERIOD_YEAR,
    };
    if (period->kind != PERIOD_DAY || record->closing == CLOSING_DAY) return true;
    return period_closed_by(*period, kinds[record->closing], period) == 0;
}

/* A number of a row, outcome or target. */
struct number_cell {
    enum column column;
    bool has_number;
    struct decimal number;
    struct text printed, unit;
};
#define NUMBER_CELLS 6

static void number_cells(const struct indikator_row *row, struct number_cell ret[static NUMBER_CELLS])
{
    const struct value *values[] = {&row->utfall, &row->man, &row->kvinnor, &row->foregaende};
    const struct target *targets[] = {&row->arsmal, &row->kf_arsmal};
    size_t n = 0;
    for (; n < sizeof values / sizeof *values; n++)
        ret[n] = (struct number_cell){(enum column)(COLUMN_UTFALL + (int)n), values[n]->has_number, values[n]->number,
                                      values[n]->printed, values[n]->unit};
    for (size_t i = 0; n < NUMBER_CELLS; i++, n++)
        ret[n] = (struct number_cell){(enum column)(COLUMN_UTFALL + (int)n), targets[i]->has_number, targets[i]->number,
                                      targets[i]->printed, targets[i]->unit};
}

static bool has_three_decimals(const struct indikator_row *row)
{
    return row->utfall.number.scale == 3 || row->man.number.scale == 3 || row->kvinnor.number.scale == 3 ||
           row->foregaende.number.scale == 3 || row->arsmal.number.scale == 3 || row->kf_arsmal.number.scale == 3;
}

/* `1,234` is a decimal in Swedish and a thousand in English.  English it may be where commas stand between the cells, and where
 * the row has decimals behind a point. */
static void check_thousands(const struct record *record, const struct indikator_row *row, struct rejection *rejection)
{
    struct number_cell cells[NUMBER_CELLS];
    bool english = record->commas_part;
    if (!has_three_decimals(row)) return; /* as most do not */
    number_cells(row, cells);
    for (size_t i = 0; i < NUMBER_CELLS && !english; i++)
        english = cells[i].has_number && value_has_point(cells[i].printed, cells[i].number);
    for (size_t i = 0; i < NUMBER_CELLS && english; i++) {
        const struct number_cell *cell = &cells[i];
        if (!cell->has_number || !value_may_be_thousands(cell->printed, cell->number, cell->unit)) continue;
        reject(rejection, cell->column < COLUMN_ARSMAL ? "I-VARDE" : "I-MAL", cell->column, cell->printed,
               value_fault_text(VALUE_FAULT_AMBIGUOUS));
        return;
    }
}

int interpret_indikator(struct arena *arena, const struct record *record, const struct token_table *tokens,
                        struct indikator_row *ret_row, struct rejection *ret_rejection, struct error *err)
{
    *ret_rejection = (struct rejection){.column = ""};
    memset(ret_row, 0, sizeof *ret_row);
    ret_row->present = record->present;
    bool fine = read_value(arena, record, COLUMN_UTFALL, tokens, &ret_row->utfall, ret_rejection) &&
                read_value(arena, record, COLUMN_UTFALL_MAN, tokens, &ret_row->man, ret_rejection) &&
                read_value(arena, record, COLUMN_UTFALL_KVINNOR, tokens, &ret_row->kvinnor, ret_rejection) &&
                read_value(arena, record, COLUMN_FOREGAENDE, tokens, &ret_row->foregaende, ret_rejection) &&
                read_target(arena, record, COLUMN_ARSMAL, &ret_row->arsmal, ret_rejection) &&
                read_target(arena, record, COLUMN_KF_ARSMAL, &ret_row->kf_arsmal, ret_rejection);
    if (fine && period_parse(record->cell[COLUMN_PERIOD], &ret_row->period))
        reject(ret_rejection, "I-PERIOD", COLUMN_PERIOD, record->cell[COLUMN_PERIOD],
               record->cell[COLUMN_PERIOD].len ? "is not a period" : "is empty");
    else if (fine && !close_period(record, &ret_row->period))
        reject(ret_rejection, "I-PERIOD", COLUMN_PERIOD, record->cell[COLUMN_PERIOD],
               "is not the last day of a period of the source's period_kind");
    else if (fine)
        check_thousands(record, ret_row, ret_rejection);
    apply_evidence(record, ret_row);
    return ret_rejection->no_memory ? error_memory(err) : 0;
}

int interpret_status(struct text status, enum uppfyllelse *ret_uppfyllelse)
{
    if (!status.len) return 1;
    if (words_starts_folded(status, "inga") || words_starts_folded(status, "ingen"))
        *ret_uppfyllelse = UPPFYLLELSE_INGA_DATA;
    else if (text_find(status, "delvis") != (size_t)-1 || words_starts_folded(status, "delvis"))
        *ret_uppfyllelse = UPPFYLLELSE_DELVIS;
    else if (text_find(status, "inte") != (size_t)-1 || text_ends(status, " ej") || words_starts_folded(status, "inte"))
        *ret_uppfyllelse = UPPFYLLELSE_INTE;
    else if (text_find(status, "helt") != (size_t)-1 || words_starts_folded(status, "helt"))
        *ret_uppfyllelse = UPPFYLLELSE_HELT;
    else
        return -1;
    return 0;
}

/* SDMX code lists CL_OBS_STATUS 2.2 and CL_CONF_STATUS 1.3: A normal, P provisional, Q missing and suppressed, L data exist
 * but were not collected, M data cannot exist, O missing; F free, C confidential. */
void interpret_sdmx(const struct value *value, char *ret_obs, char *ret_conf)
{
    static const char obs[VALUE_STATUS_COUNT] = {
        [VALUE_REPORTED] = 'A', [VALUE_SUPPRESSED] = 'Q',     [VALUE_NOT_MEASURED] = 'L',
        [VALUE_MISSING] = 'O',  [VALUE_NOT_APPLICABLE] = 'M', [VALUE_TEXT] = 'O'};
    *ret_obs = value->status == VALUE_REPORTED && (value->flags & VALUE_PRELIMINARY) ? 'P' : obs[value->status];
    *ret_conf = value->status == VALUE_SUPPRESSED ? 'C' : 'F';
}
