/* Other tables: every cell becomes a fact of fact_tabell; the amounts of economy tables become one of fact_ekonomi too, when
 * their columns are understood and the signs of the table follow the convention. */
#include <stdio.h>

#include "etl/dimensions/resolve.h"
#include "etl/interpret.h"
#include "etl/refresh_internal.h"
#include "etl/same_figure.h"

#define FIRST_AMOUNTS 64

static int add_finding(struct batch *b, const struct fact *fact, const char *rule, const char *severity,
                       const char *message, struct error *err)
{
    const struct finding finding = {
        .row = fact->row, .place = fact->place, .rule = rule, .severity = severity, .message = message};
    return sink_finding(b->sink, &finding, err);
}

/* ---- amounts ---- */

static int grow(struct pending_ekonomi *p, struct error *err)
{
    if (p->count < p->capacity) return 0;
    size_t capacity = p->capacity ? p->capacity * 2 : FIRST_AMOUNTS;
    struct ekonomi_amount *amounts = arena_array(&p->arena, capacity, sizeof *amounts);
    struct fact *facts = arena_array(&p->arena, capacity, sizeof *facts);
    if (!amounts || !facts) return error_memory(err);
    if (p->count) {
        memcpy(amounts, p->amounts, p->count * sizeof *amounts);
        memcpy(facts, p->facts, p->count * sizeof *facts);
    }
    p->amounts = amounts;
    p->facts = facts;
    p->capacity = capacity;
    return 0;
}

/* Said once per column of a table. */
static int note_column(struct batch *b, const struct tabell_cell *cell, const struct fact *fact, const char *why,
                       struct error *err)
{
    char message[256];
    struct text shown = text_clip(cell->column, LIMIT_SHOWN);
    bool *noted = &b->pending.noted[cell->number <= LIMIT_COLUMNS ? cell->number : 0];
    if (*noted) return 0;
    *noted = true;
    (void)snprintf(message, sizeof message, "the column \"%.*s\" %s: its amounts stand in fact_tabell only",
                   TEXT_ARGS(shown), why);
    return add_finding(b, fact, "T-KOLUMN", "note", message, err);
}

/* The year an amount is of: the column's, the table's, the report's; -1 when the title names several. */
static int year_of(const struct record *record, const struct ekonomi_label *label, const struct fact *fact)
{
    int year = label->year ? label->year : ekonomi_title_year(record->title);
    return year ? year : fact->ar;
}

/* CELL, which has become FACT, a number of an economy table. */
static int add_amount(struct batch *b, const struct tabell_cell *cell, const struct fact *cell_fact, struct error *err)
{
    struct pending_ekonomi *p = &b->pending;
    const struct record *record = b->record;
    struct ekonomi_label label;
    struct fact fact = *cell_fact;
    const char *unit = fact.unit.len ? ekonomi_money(fact.unit) : ekonomi_title_money(record->title);
    if (fact.unit.len && !unit) return 0; /* a deviation in per cent, a count of heads */
    if (!unit) return note_column(b, cell, &fact, "has no unit of money", err);
    if (!ekonomi_column(cell->column, &label))
        return note_column(b, cell, &fact, "is not understood as budget, outcome, deviation or forecast", err);
    if ((label.year = year_of(record, &label, &fact)) < 0)
        return note_column(b, cell, &fact, "names no year, and the title names several", err);
    if (label.post == POST_EJ_ANGIVEN) label.post = ekonomi_row_post(record->text);
    if (grow(p, err)) return -1;
    fact.table = FACT_EKONOMI;
    fact.same_kon = (enum kon)0; /* the cell was told */
    fact.unit = text_of(unit);
    fact.printed = text_copy(&p->arena, fact.printed);
    fact.period_printed = text_copy(&p->arena, fact.period_printed);
    fact.same_key = same_amount(&p->arena, record->title, record->text);
    if (text_failed(fact.printed) || text_failed(fact.period_printed) || text_failed(fact.same_key))
        return error_memory(err);
    p->facts[p->count] = fact;
    p->amounts[p->count++] =
        (struct ekonomi_amount){.row = fact.row, .label = label, .number = fact.number, .unit = unit};
    return 0;
}

/* What is said once of a row whose sums do not hold. */
static int note_fault(struct batch *b, size_t i, struct error *err)
{
    const struct ekonomi_amount *amount = &b->pending.amounts[i];
    const struct fact *fact = &b->pending.facts[i];
    if (amount->fault == EKONOMI_FINE || (i > 0 && b->pending.amounts[i - 1].row == amount->row)) return 0;
    if (amount->fault == EKONOMI_AGAINST)
        return add_finding(b, fact, "T-TECKEN", "warn",
                           "the row's sums hold with other signs than those of the table's other rows: its amounts "
                           "stand in fact_tabell only",
                           err);
    return add_finding(b, fact, "T-SUMMA", "warn",
                       "the row's amounts do not add up (netto = kostnader + intäkter, avvikelse = budget - utfall); "
                       "they are loaded as printed",
                       err);
}

static int load_amount(struct batch *b, size_t i, struct error *err)
{
    const struct ekonomi_amount *amount = &b->pending.amounts[i];
    struct fact *fact = &b->pending.facts[i];
    if (amount->fault == EKONOMI_AGAINST) return 0;
    fact->storhet = amount->label.storhet;
    fact->post = amount->label.post;
    fact->overforing = amount->label.overforing;
    fact->avser_ar = amount->label.year;
    fact->obs_status = 'A';
    fact->conf_status = 'F';
    return sink_fact(b->sink, fact, err);
}

static int load_amounts(struct batch *b, struct error *err)
{
    const struct pending_ekonomi *p = &b->pending;
    char message[256];
    const char *contradiction = ekonomi_judge(p->amounts, p->count);
    if (contradiction) {
        (void)snprintf(
            message, sizeof message,
            "the signs of the table are not those of fact_ekonomi, %s: its amounts stand in fact_tabell only",
            contradiction);
        return add_finding(b, &p->facts[0], "T-TECKEN", "warn", message, err);
    }
    for (size_t i = 0; i < p->count; i++)
        if (note_fault(b, i, err) || load_amount(b, i, err)) return -1;
    return 0;
}

int refresh_tabell_end(struct batch *b, struct error *err)
{
    struct arena arena = b->pending.arena;
    int rc = b->pending.count ? load_amounts(b, err) : 0;
    arena_reset(&arena);
    b->pending = (struct pending_ekonomi){.arena = arena};
    return rc;
}

/* ---- cells ---- */

/* The number or status of CELL; what reads as no value is text, as printed. */
static int read_cell(struct batch *b, const struct tabell_cell *cell, struct fact *fact, struct error *err)
{
    struct value value = {.status = VALUE_TEXT, .printed = cell->value};
    const struct token_table *tokens =
        b->input->source->tokens.count ? &b->input->source->tokens : NULL; /* NULL: the default ones */
    if (value_parse(&b->arena, cell->value, tokens, &value) == VALUE_FAULT_MEMORY) return error_memory(err);
    refresh_put_value(fact, &value, b->record->notes);
    fact->printed = cell->value;
    if (!fact->unit.len && value.status != VALUE_TEXT) fact->unit = cell->matt;
    return 0;
}

/* The outcome that CELL repeats, where its row is named like the indicator INDIKATOR_ID (0 = like none). */
static void note_same(struct fact *fact, const struct tabell_cell *cell, int32_t indikator_id)
{
    enum kon kon;
    int year;
    if (!indikator_id || !fact->has_number || !same_outcome(cell->column, &kon, &year)) return;
    fact->same_period_id = same_period(fact->period_id, fact->ar, year);
    if (!fact->same_period_id) return;
    fact->same_indikator_id = indikator_id;
    fact->same_kon = kon;
}

static int load_cell(struct batch *b, const struct tabell_cell *cell, int32_t table_nr, int32_t indikator_id,
                     const struct fact *key, struct error *err)
{
    const struct record *record = b->record;
    struct fact fact = *key;
    const struct tabellcell place = {.title = record->title,
                                     .row = record->text,
                                     .column = cell->column,
                                     .table_nr = table_nr,
                                     .row_nr = record->occurrence ? (int32_t)record->occurrence : 1,
                                     .column_nr = (int32_t)cell->number};
    fact.place.offset = cell->offset;
    if (dimensions_tabellcell(b->input->dimensions, &place, &fact.cell_id, err) || read_cell(b, cell, &fact, err))
        return -1;
    note_same(&fact, cell, indikator_id);
    if (sink_fact(b->sink, &fact, err)) return -1;
    return record->ekonomi && fact.has_number ? add_amount(b, cell, &fact, err) : 0;
}

int refresh_tabell(struct batch *b, struct error *err)
{
    const struct record *record = b->record;
    struct rejection rejection;
    struct fact key = {.table = FACT_TABELL,
                       .row = b->row,
                       .place = record->place,
                       .kon = KON_TOTAL,
                       .period_printed = record->report};
    bool begins;
    int32_t nr, indikator_id = 0;
    if (numbering_table(&b->numbering, record, &begins, &nr, err)) return -1;
    if (begins && refresh_tabell_end(b, err)) return -1;
    if (record->notes & (NOTE_UNCERTAIN | NOTE_UNREADABLE))
        return refresh_quarantine(b, record->rule, "", record->reason, (struct text){0}, err);
    if (resolve_tabell(b->input->dimensions, b->input->config, record, b->input->source->decode.year, &key, &rejection,
                       err))
        return -1;
    if (rejection.rule)
        return refresh_quarantine(b, rejection.rule, rejection.column, rejection.reason, rejection.value, err);
    if (dimensions_indikator(b->input->dimensions, record->text, &indikator_id, err) < 0) return -1;
    for (size_t i = 0; i < record->tabell_count; i++)
        if (load_cell(b, &record->tabell[i], nr, indikator_id, &key, err)) return -1;
    return 0;
}
