#include "etl/base/fold.h"
#include "etl/decode.h"
#include "etl/progress.h"
#include "etl/refresh_internal.h"
#include "etl/resolve.h"
#include "etl/stage.h"
#include "etl/stop.h"
#include "etl/validate.h"

#define STOP_EVERY       256 /* records between two looks at the stop flag */
#define URL_SHOWN        300 /* bytes of a URL in a message, which must have room for the cause */
#define EXPORT_NAME_SIZE 512
#define LOCATED_SIZE     512 /* bytes of a reason with its sheet and cell */

/* REASON, for a row of a workbook with its sheet and cell in front; COLUMN: its name, or "" for the whole row. */
static const char *locate(const struct record *record, const char *column, const char *reason,
                          char buffer[static LOCATED_SIZE])
{
    char where[RECORD_WHERE_SIZE];
    int c = 0;
    if (record->sheet.len == 0 || reason == record->reason) return reason; /* the connector has said where */
    while (c < COLUMN_COUNT && strcmp(column_name((enum column)c), column) != 0)
        c++;
    (void)snprintf(buffer, LOCATED_SIZE, "%s: %s", record_where(record, (enum column)c, where), reason);
    return buffer;
}

int refresh_quarantine(struct batch *b, const char *rule, const char *column, const char *reason, struct text value,
                       struct error *err)
{
    const struct place *place = &b->record->place;
    char located[LOCATED_SIZE];
    struct quarantine_row row = {.kind = b->record->kind,
                                 .row = b->row,
                                 .lines = b->record->lines,
                                 .place = *place,
                                 .column = column,
                                 .rule = rule,
                                 .reason = locate(b->record, column, reason, located),
                                 .value = value,
                                 .raw = b->record->raw};
    if (row.raw.len) return load_quarantine(b->load, &row, err); /* a workbook's bytes are compressed */
    size_t length = place->length < LIMIT_RAW ? (size_t)place->length : LIMIT_RAW;
    if (raw_cursor_read(&b->raw, place->offset, length, &b->arena, &row.raw, err)) return -1;
    return load_quarantine(b->load, &row, err);
}

/* The severity of each breach: RET_REJECTED when one rejects (the row is in quarantine then); else findings are stored and
 * the flags are in RET_FLAGS. */
static int judge(struct batch *b, const struct breach *breaches, size_t count, unsigned *ret_flags, bool *ret_rejected,
                 struct error *err)
{
    const struct config *config = b->refresh->config;
    *ret_flags = 0;
    *ret_rejected = false;
    for (size_t i = 0; i < count; i++) {
        enum column column = breaches[i].column;
        if (config_severity(config, breaches[i].rule, rule_find(breaches[i].rule)->severity) != SEVERITY_REJECT)
            continue;
        *ret_rejected = true;
        return refresh_quarantine(b, breaches[i].rule, column_name(column), breaches[i].message,
                                  b->record->cell[column], err);
    }
    for (size_t i = 0; i < count; i++) {
        enum severity severity = config_severity(config, breaches[i].rule, rule_find(breaches[i].rule)->severity);
        char located[LOCATED_SIZE];
        const char *column = column_name(breaches[i].column);
        struct finding finding = {.row = b->row,
                                  .place = b->record->place,
                                  .rule = breaches[i].rule,
                                  .severity = severity_name(severity),
                                  .message = locate(b->record, column, breaches[i].message, located)};
        *ret_flags |= breaches[i].flag;
        if (severity == SEVERITY_WARN && load_finding(b->load, &finding, err)) return -1;
    }
    return 0;
}

/* The place of the sentence that says why a value is not there; its words stay in the export. */
static int note_evidence(struct batch *b, struct error *err)
{
    char message[128];
    struct finding finding = {
        .row = b->row, .place = b->record->place, .rule = "V-SKAL", .severity = "note", .message = message};
    if (b->record->evidence == EVIDENCE_NONE) return 0;
    snprintf(message, sizeof message, "the analysis on line %llu says why a value is not there: %s",
             (unsigned long long)b->record->evidence_line,
             b->record->evidence == EVIDENCE_SUPPRESSED ? "suppressed" : "not measured");
    return load_finding(b->load, &finding, err);
}

static unsigned value_flags(const struct value *value)
{
    return (value->flags & VALUE_PRELIMINARY ? FLAG_PRELIMINARY : 0u) |
           (value->flags & VALUE_REVISED ? FLAG_REVISED : 0u);
}

void refresh_put_value(struct fact *fact, const struct value *value, unsigned flags)
{
    fact->status = value->status;
    fact->has_number = value->has_number;
    fact->number = value->number;
    fact->unit = value->unit;
    fact->printed =
        value->status == VALUE_REPORTED || value->status == VALUE_MISSING ? (struct text){0} : value->printed;
    fact->flags = flags | value_flags(value);
    interpret_sdmx(value, &fact->obs_status, &fact->conf_status);
}

static int load_utfall(struct batch *b, const struct fact *key, const struct indikator_row *row, unsigned flags,
                       struct error *err)
{
    const struct {
        enum kon kon;
        enum column column;
        const struct value *value;
    } cells[] = {{KON_TOTAL, COLUMN_UTFALL, &row->utfall},
                 {KON_MAN, COLUMN_UTFALL_MAN, &row->man},
                 {KON_KVINNOR, COLUMN_UTFALL_KVINNOR, &row->kvinnor}};
    /* Empty cells of the sexes say something only beside a filled one, or where the row is about nothing else. */
    bool split = row->man.status != VALUE_MISSING || row->kvinnor.status != VALUE_MISSING ||
                 !(row->present & 1u << COLUMN_UTFALL);
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        struct fact fact = *key;
        /* A column that the export does not have (one value per line has only one) is no missing value. */
        bool silent = !(row->present & 1u << cells[i].column) || (cells[i].kon != KON_TOTAL && !split);
        if (silent && cells[i].value->status == VALUE_MISSING) continue;
        fact.table = FACT_UTFALL;
        fact.kon = cells[i].kon;
        refresh_put_value(&fact, cells[i].value, flags);
        if (load_fact(b->load, &fact, err)) return -1;
    }
    return 0;
}

static int load_foregaende(struct batch *b, const struct fact *key, const struct indikator_row *row, unsigned flags,
                           struct error *err)
{
    struct fact fact = *key;
    if (row->foregaende.status == VALUE_MISSING) return 0;
    fact.table = FACT_FOREGAENDE;
    fact.kon = KON_TOTAL;
    fact.avser = b->record->previous_report;
    refresh_put_value(&fact, &row->foregaende, flags);
    return load_fact(b->load, &fact, err);
}

/* A KF target in pieces, energy or money is what the whole city is to reach, not this unit. */
static enum arsmal_omfattning scope_of(enum arsmal_niva niva, const struct target *target)
{
    static const char *const totals[] = {"st", "kWh", "MWh", "GWh", "TWh", "kr", "tkr", "mnkr", "mkr"};
    for (size_t i = 0; niva == ARSMAL_KF && i < sizeof totals / sizeof *totals; i++)
        if (text_is(target->unit, totals[i])) return OMFATTNING_STADENS_TOTAL;
    return OMFATTNING_ENHETEN;
}

static int load_arsmal(struct batch *b, const struct fact *key, enum arsmal_niva niva, const struct target *target,
                       unsigned flags, struct error *err)
{
    struct fact fact = *key;
    if (target->op == TARGET_NONE) return 0;
    fact.table = FACT_ARSMAL;
    fact.kon = KON_TOTAL;
    fact.niva = niva;
    fact.omfattning = scope_of(niva, target);
    fact.op = target->op;
    fact.has_number = target->has_number;
    fact.number = target->number;
    fact.unit = target->unit;
    fact.printed = target->printed;
    fact.flags = flags;
    fact.obs_status = 'A';
    fact.conf_status = 'F';
    return load_fact(b->load, &fact, err);
}

static int take_indikator(struct batch *b, struct error *err)
{
    const struct record *record = b->record;
    /* Signs that the configuration says nothing about mean what they usually do. */
    const struct token_table *tokens = b->source->tokens.count ? &b->source->tokens : NULL;
    struct indikator_row row;
    struct rejection rejection;
    struct breach breaches[VALIDATE_BREACHES];
    struct fact key = {.row = b->row, .place = record->place, .period_printed = record->cell[COLUMN_PERIOD]};
    unsigned flags;
    bool rejected;
    if (record->notes & (NOTE_UNCERTAIN | NOTE_UNREADABLE))
        return refresh_quarantine(b, record->rule, "", record->reason, (struct text){0}, err);
    if (interpret_indikator(&b->arena, record, tokens, &row, &rejection, err)) return -1;
    if (rejection.rule)
        return refresh_quarantine(b, rejection.rule, rejection.column, rejection.reason, rejection.value, err);
    size_t count = validate_indikator(&row, b->source->decode.year, breaches);
    if (resolve_indikator(b->refresh->dimensions, b->refresh->config, record, row.period, &key, &rejection, err))
        return -1;
    if (rejection.rule)
        return refresh_quarantine(b, rejection.rule, rejection.column, rejection.reason, rejection.value, err);
    if (judge(b, breaches, count, &flags, &rejected, err)) return -1;
    if (rejected) return 0;
    flags |= record->notes;
    if (note_evidence(b, err)) return -1;
    return load_utfall(b, &key, &row, flags, err) || load_foregaende(b, &key, &row, flags, err) ||
                   load_arsmal(b, &key, ARSMAL_EGEN, &row.arsmal, flags, err) ||
                   load_arsmal(b, &key, ARSMAL_KF, &row.kf_arsmal, flags, err)
               ? -1
               : 0;
}

static int take_mal(struct batch *b, struct error *err)
{
    const struct record *record = b->record;
    struct rejection rejection;
    struct fact fact = {.table = FACT_MALUPPFYLLELSE,
                        .row = b->row,
                        .place = record->place,
                        .kon = KON_TOTAL,
                        .printed = record->status,
                        .period_printed = record->report,
                        .obs_status = 'A',
                        .conf_status = 'F',
                        .flags = record->notes};
    int status = interpret_status(record->status, &fact.uppfyllelse);
    if (status < 0)
        return refresh_quarantine(b, "I-STATUS", "status", "the goal's status is not one of the known ones",
                                  record->status, err);
    if (status > 0) fact.uppfyllelse = UPPFYLLELSE_INGA_DATA; /* no status line: tryckt is empty then */
    if (fact.uppfyllelse == UPPFYLLELSE_INGA_DATA) fact.obs_status = 'O';
    if (resolve_mal(b->refresh->dimensions, b->refresh->config, record, b->source->decode.year, &fact, &rejection, err))
        return -1;
    if (rejection.rule)
        return refresh_quarantine(b, rejection.rule, rejection.column, rejection.reason, rejection.value, err);
    return load_fact(b->load, &fact, err);
}

static bool is_day(struct text cell)
{
    struct period period;
    return cell.len == sizeof "2022-06-30" - 1 && period_parse(cell, &period) == 0 && period.kind == PERIOD_DAY;
}

/* A day that is printed must be one.  RET_REJECTED: the record is in quarantine. */
static int check_days(struct batch *b, unsigned *ret_flags, bool *ret_rejected, struct error *err)
{
    static const enum column columns[] = {COLUMN_START, COLUMN_SLUT};
    struct text start = b->record->cell[COLUMN_START], slut = b->record->cell[COLUMN_SLUT];
    struct breach late = {.rule = "V-DATUM", .column = COLUMN_SLUT};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        struct text cell = b->record->cell[columns[i]];
        if (!cell.len || is_day(cell)) continue;
        *ret_rejected = true;
        return refresh_quarantine(b, "I-DATUM", column_name(columns[i]), "the day is not printed as 2022-06-30", cell,
                                  err);
    }
    (void)snprintf(late.message, sizeof late.message, "the activity ends on %.*s, before it begins on %.*s",
                   TEXT_ARGS(slut), TEXT_ARGS(start));
    return judge(b, &late, start.len && slut.len && text_compare(slut, start) < 0, ret_flags, ret_rejected, err);
}

/* Why the name of an activity cannot be one; NULL when it can. */
static const char *name_fault(struct batch *b, struct text name)
{
    struct text key = fold_key(&b->arena, name);
    if (name.len > LIMIT_NAME) return "the name is longer than the limit";
    return text_failed(key) || !key.len ? "the row has no name" : NULL;
}

static int take_aktivitet(struct batch *b, struct error *err)
{
    const struct record *record = b->record;
    struct dimensions *dimensions = b->refresh->dimensions;
    struct text name = record->cell[COLUMN_INDIKATOR];
    const char *fault = name_fault(b, name);
    struct rejection rejection;
    struct fact fact = {.table = FACT_AKTIVITET,
                        .row = b->row,
                        .place = record->place,
                        .kon = KON_TOTAL,
                        .start = record->cell[COLUMN_START],
                        .slut = record->cell[COLUMN_SLUT],
                        .klar = record->klar,
                        .printed = record->cell[COLUMN_AVVIKELSE],
                        .period_printed = record->report,
                        .obs_status = 'A',
                        .conf_status = 'F'};
    char scope[64];
    bool rejected;
    int32_t nr;
    if (record->notes & (NOTE_UNCERTAIN | NOTE_UNREADABLE))
        return refresh_quarantine(b, record->rule, "", record->reason, (struct text){0}, err);
    if (fault) return refresh_quarantine(b, "R-NAMN", column_name(COLUMN_INDIKATOR), fault, name, err);
    if (check_days(b, &fact.flags, &rejected, err)) return -1;
    if (rejected) return 0;
    if (resolve_aktivitet(dimensions, b->refresh->config, record, b->source->decode.year, &fact, &rejection, err))
        return -1;
    if (rejection.rule)
        return refresh_quarantine(b, rejection.rule, rejection.column, rejection.reason, rejection.value, err);
    (void)snprintf(scope, sizeof scope, "%d %d %d ", fact.ar, (int)fact.enhet_id, (int)fact.mal_id);
    if (numbering_next(&b->numbering, text_of(scope), name, &nr, err)) return -1;
    if (dimensions_aktivitet(dimensions, fact.ar, fact.stadsdel_id, fact.enhet_id, fact.mal_id, name, nr,
                             &fact.aktivitet_id, err))
        return -1;
    fact.flags |= record->notes;
    return load_fact(b->load, &fact, err);
}

static int take_record(void *context, const struct record *record, struct error *err)
{
    struct batch *b = context;
    if (++b->row % STOP_EVERY == 0 && stop_check(err)) return -1;
    arena_reset(&b->arena);
    b->record = record;
    if (load_row(b->load, b->row, record->kind, record->lines, record->place, err)) return -1;
    if (record->kind == RECORD_TABELL) return refresh_tabell(b, err);
    if (refresh_tabell_end(b, err)) return -1;
    if (record->kind == RECORD_INDIKATOR) return take_indikator(b, err);
    return record->kind == RECORD_MAL ? take_mal(b, err) : take_aktivitet(b, err);
}

static int read_raw(void *context, uint64_t offset, uint64_t length, struct arena *arena, struct text *ret,
                    struct error *err)
{
    struct raw_cursor *cursor = context;
    return raw_cursor_read(cursor, offset, length < LIMIT_RAW ? (size_t)length : LIMIT_RAW, arena, ret, err);
}

static int decode_into(struct batch *b, const char *sha256, struct load_input *ret_input, struct error *err)
{
    struct reader reader;
    struct decode_options options = b->source->decode;
    const struct sink sink = {take_record, b};
    char name[EXPORT_NAME_SIZE];
    snprintf(name, sizeof name, "source \"%s\": %.*s", b->source->name, URL_SHOWN, b->source->url);
    options.name = name;
    if (archive_read_open(b->refresh->archive, sha256, &reader, err)) return -1;
    const struct reader watched = progress_reader(&reader);
    int rc = decode_export(b->source->connector, &watched, &options, &sink, &ret_input->counts, err);
    archive_read_close(&reader);
    return rc ? rc : refresh_tabell_end(b, err);
}

int refresh_source(const struct refresh *refresh, const struct config_source *source, int index, const char *sha256,
                   uint64_t bytes, struct load_counts *ret_counts, struct error *err)
{
    const struct config_limits *limits = &refresh->config->limits;
    struct batch b = {.refresh = refresh, .source = source, .raw = {.archive = refresh->archive, .sha256 = sha256}};
    struct load_input input = {0};
    const struct load_options options = {.run_id = refresh->run_id,
                                         .source = source->name,
                                         .precedence = index,
                                         .file_sha256 = sha256,
                                         .file_bytes = bytes,
                                         .url = source->url,
                                         .connector = source->connector->name,
                                         .config_hash = refresh->config->hash,
                                         .complete = source->complete,
                                         .dry_run = refresh->dry_run,
                                         .max_quarantined_rows = limits->max_quarantined_rows,
                                         .run_quarantine_left = refresh->quarantine_left,
                                         .max_quarantined_pct = limits->max_quarantined_pct,
                                         .max_dropped_pct = limits->max_dropped_pct,
                                         .difference = refresh->difference,
                                         .raw = read_raw,
                                         .raw_context = &b.raw};
    int rc = -1;
    if (load_begin(refresh->db, &options, &b.load, err)) goto out;
    if (decode_into(&b, sha256, &input, err) || stop_check(err)) goto out;
    stage_begin(STAGE_LOAD);
    rc = load_publish(b.load, &input, ret_counts, err);
    b.load = NULL;
out:
    load_abort(b.load);
    if (rc || refresh->dry_run)
        dimensions_rollback(refresh->dimensions);
    else
        dimensions_commit(refresh->dimensions);
    raw_cursor_close(&b.raw);
    numbering_free(&b.numbering);
    arena_free(&b.pending.arena);
    arena_free(&b.arena);
    return rc;
}
