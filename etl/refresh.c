#include "etl/base/fold.h"
#include "etl/config/rule_choices.h"
#include "etl/crash_point.h"
#include "etl/decode.h"
#include "etl/dimensions/resolve.h"
#include "etl/observe/log.h"
#include "etl/observe/progress.h"
#include "etl/observe/stage.h"
#include "etl/refresh_delta.h"
#include "etl/refresh_internal.h"
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
    if (row.raw.len || !b->sink->wants_raw) /* a workbook's bytes are compressed */
        return sink_quarantine(b->sink, &row, err);
    size_t length = place->length < LIMIT_RAW ? (size_t)place->length : LIMIT_RAW;
    if (raw_cursor_read(&b->raw, place->offset, length, &b->arena, &row.raw, err)) return -1;
    return sink_quarantine(b->sink, &row, err);
}

/* What BREACH says, with both values and both places. */
static struct finding finding_of(const struct batch *b, const struct breach *breach, enum severity severity,
                                 char located[static LOCATED_SIZE])
{
    const struct place *place = &b->record->place;
    const char *column = column_name(breach->column);
    return (struct finding){.row = b->row,
                            .place = *place,
                            .rule = breach->rule,
                            .severity = severity_name(severity),
                            .message = locate(b->record, column, breach->message, located),
                            .column = text_of(column),
                            .value = text_of(breach->value),
                            .other_column = text_of(breach->other_column),
                            .other_value = text_of(breach->other_value),
                            .other_line = breach->other_here ? place->line : breach->other_line,
                            .other_offset = breach->other_here ? place->offset : 0};
}

/* The severity of each breach of a row, of the indicator ENTRY where it is one of the registry: RET_REJECTED when one rejects
 * (the row is in quarantine then, for the first of them); else the flags are in RET_FLAGS.  Findings are stored of what
 * rejects, else of what warns and of what has no flag that would say it. */
static int judge(struct batch *b, const struct indikator_entry *entry, const struct breach *breaches, size_t count,
                 unsigned *ret_flags, bool *ret_rejected, struct error *err)
{
    const struct config *config = b->input->config;
    *ret_flags = 0;
    *ret_rejected = false;
    for (size_t i = 0; i < count && !*ret_rejected; i++) {
        enum column column = breaches[i].column;
        if (config_severity(config, entry, breaches[i].rule, breaches[i].severity) != SEVERITY_REJECT) continue;
        *ret_rejected = true;
        if (refresh_quarantine(b, breaches[i].rule, column_name(column), breaches[i].message, b->record->cell[column],
                               err))
            return -1;
    }
    for (size_t i = 0; i < count; i++) {
        enum severity severity = config_severity(config, entry, breaches[i].rule, breaches[i].severity);
        char located[LOCATED_SIZE];
        struct finding finding = finding_of(b, &breaches[i], severity, located);
        *ret_flags |= breaches[i].flag;
        if (*ret_rejected ? severity != SEVERITY_REJECT : severity == SEVERITY_NOTE && breaches[i].flag) continue;
        if (sink_finding(b->sink, &finding, err)) return -1;
    }
    return 0;
}

/* The place of the sentence that says why a value is not there; its words stay in the export.  Returns 1, or 0 when there is
 * none. */
static size_t evidence_breach(const struct record *record, struct breach *breach)
{
    if (record->evidence == EVIDENCE_NONE) return 0;
    *breach = (struct breach){.rule = "V-SKAL",
                              .severity = rule_find("V-SKAL")->severity,
                              .column = COLUMN_UTFALL,
                              .other_column = "",
                              .other_line = record->evidence_line};
    (void)snprintf(breach->message, sizeof breach->message,
                   "the analysis on line %llu says why a value is not there: %s",
                   (unsigned long long)record->evidence_line,
                   record->evidence == EVIDENCE_SUPPRESSED ? "suppressed" : "not measured");
    return 1;
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
    struct fact fact = *key;
    fact.table = FACT_UTFALL;
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        /* A column that the export does not have (one value per line has only one) is no missing value. */
        bool silent = !(row->present & 1u << cells[i].column) || (cells[i].kon != KON_TOTAL && !split);
        if (silent && cells[i].value->status == VALUE_MISSING) continue;
        fact.kon = cells[i].kon;
        refresh_put_value(&fact, cells[i].value, flags);
        if (sink_fact(b->sink, &fact, err)) return -1;
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
    return sink_fact(b->sink, &fact, err);
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
    return sink_fact(b->sink, &fact, err);
}

/* What the registry knows of the indicator NAME, NULL = nothing; names as printed are remembered. */
static int entry_of(struct batch *b, struct text name, const struct indikator_entry **ret, struct error *err)
{
    const struct registry *registry = &b->input->config->registry;
    int32_t place;
    if (memo_get(&b->indikatorer, 0, name, &place)) {
        *ret = &registry->indikatorer[place];
        return 0;
    }
    if (registry_indikator(registry, &b->arena, name, ret, err)) return -1;
    if (*ret) memo_put(&b->indikatorer, 0, name, (int32_t)(*ret - registry->indikatorer));
    return 0;
}

/* The goal that the row stands under: its own words about the goal are set beside what the row's target says.  Where an
 * indicator stands twice in a report, the first row's facts count, and so does its goal. */
static int note_goal(struct batch *b, const struct fact *key, struct error *err)
{
    char scope[64];
    int32_t mal_id, nr;
    if (resolve_goal_above(b->input->dimensions, b->record, b->input->source->decode.year, key, &mal_id, err))
        return -1;
    if (!mal_id) return 0;
    (void)snprintf(scope, sizeof scope, "mal %d %d %d ", (int)key->enhet_id, (int)key->period_id,
                   (int)key->indikator_id);
    if (numbering_next(&b->numbering, text_of(scope), TEXT("mal"), &nr, err)) return -1;
    if (nr > 1) return 0;
    return dimensions_indikator_mal(b->input->dimensions, key->stadsdel_id, key->enhet_id, key->period_id,
                                    key->indikator_id, mal_id, err);
}

static int take_indikator(struct batch *b, struct error *err)
{
    const struct record *record = b->record;
    /* Signs that the configuration says nothing about mean what they usually do. */
    const struct token_table *tokens = b->input->source->tokens.count ? &b->input->source->tokens : NULL;
    struct indikator_row row;
    struct rejection rejection;
    struct breach breaches[VALIDATE_BREACHES + 1]; /* and the evidence */
    struct fact key = {.row = b->row, .place = record->place, .period_printed = record->cell[COLUMN_PERIOD]};
    unsigned flags;
    bool rejected;
    if (record->notes & (NOTE_UNCERTAIN | NOTE_UNREADABLE))
        return refresh_quarantine(b, record->rule, "", record->reason, (struct text){0}, err);
    if (interpret_indikator(&b->arena, record, tokens, &row, &rejection, err)) return -1;
    if (rejection.rule)
        return refresh_quarantine(b, rejection.rule, rejection.column, rejection.reason, rejection.value, err);
    const struct indikator_entry *entry;
    if (entry_of(b, record->cell[COLUMN_INDIKATOR], &entry, err)) return -1;
    size_t count = validate_indikator(&row, b->input->source->decode.year, entry, breaches);
    count += evidence_breach(record, &breaches[count]);
    if (resolve_indikator(b->input->dimensions, b->input->config, record, row.period, &key, &rejection, err)) return -1;
    if (rejection.rule)
        return refresh_quarantine(b, rejection.rule, rejection.column, rejection.reason, rejection.value, err);
    if (judge(b, entry, breaches, count, &flags, &rejected, err)) return -1;
    if (rejected) return 0;
    if (note_goal(b, &key, err)) return -1;
    flags |= record->notes;
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
    if (resolve_mal(b->input->dimensions, b->input->config, record, b->input->source->decode.year, &fact, &rejection,
                    err))
        return -1;
    if (rejection.rule)
        return refresh_quarantine(b, rejection.rule, rejection.column, rejection.reason, rejection.value, err);
    return sink_fact(b->sink, &fact, err);
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
    struct breach late = {.rule = "V-DATUM",
                          .severity = rule_find("V-DATUM")->severity,
                          .column = COLUMN_SLUT,
                          .other_here = true,
                          .other_column = column_name(COLUMN_START)};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        struct text cell = b->record->cell[columns[i]];
        if (!cell.len || is_day(cell)) continue;
        *ret_rejected = true;
        return refresh_quarantine(b, "I-DATUM", column_name(columns[i]), "the day is not printed as 2022-06-30", cell,
                                  err);
    }
    (void)snprintf(late.message, sizeof late.message, "the activity ends on %.*s, before it begins on %.*s",
                   TEXT_ARGS(slut), TEXT_ARGS(start));
    (void)snprintf(late.value, sizeof late.value, "%.*s", TEXT_ARGS(slut));
    (void)snprintf(late.other_value, sizeof late.other_value, "%.*s", TEXT_ARGS(start));
    return judge(b, NULL, &late, start.len && slut.len && text_compare(slut, start) < 0, ret_flags, ret_rejected, err);
}

/* Why the name of an activity cannot be one; NULL when it can. */
static int name_fault(struct batch *b, struct text name, const char **ret, struct error *err)
{
    struct text key = {0};
    if (fold_name(&b->arena, name, &key, err) < 0) return -1;
    *ret = name.len > LIMIT_NAME ? "the name is longer than the limit" : key.len ? NULL : "the row has no name";
    return 0;
}

static int take_aktivitet(struct batch *b, struct error *err)
{
    const struct record *record = b->record;
    struct dimensions *dimensions = b->input->dimensions;
    struct text name = record->cell[COLUMN_INDIKATOR];
    const char *fault;
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
    if (name_fault(b, name, &fault, err)) return -1;
    if (fault) return refresh_quarantine(b, "R-NAMN", column_name(COLUMN_INDIKATOR), fault, name, err);
    if (check_days(b, &fact.flags, &rejected, err)) return -1;
    if (rejected) return 0;
    if (resolve_aktivitet(dimensions, b->input->config, record, b->input->source->decode.year, &fact, &rejection, err))
        return -1;
    if (rejection.rule)
        return refresh_quarantine(b, rejection.rule, rejection.column, rejection.reason, rejection.value, err);
    (void)snprintf(scope, sizeof scope, "%d %d %d ", fact.ar, (int)fact.enhet_id, (int)fact.mal_id);
    if (numbering_next(&b->numbering, text_of(scope), name, &nr, err)) return -1;
    if (dimensions_aktivitet(dimensions, fact.ar, fact.stadsdel_id, fact.enhet_id, fact.mal_id, name, nr,
                             &fact.aktivitet_id, err))
        return -1;
    fact.flags |= record->notes;
    return sink_fact(b->sink, &fact, err);
}

static int take_record(void *context, const struct record *record, struct error *err)
{
    struct batch *b = context;
    if (++b->row % STOP_EVERY == 0 && stop_check(err)) return -1;
    arena_reset(&b->arena);
    b->record = record;
    if (sink_row(b->sink, b->row, record->kind, record->lines, record->place, err)) return -1;
    if (record->kind == RECORD_TABELL) return refresh_tabell(b, err);
    if (refresh_tabell_end(b, err)) return -1;
    if (record->kind == RECORD_INDIKATOR) return take_indikator(b, err);
    return record->kind == RECORD_MAL ? take_mal(b, err) : take_aktivitet(b, err);
}

static int decode_into(struct batch *b, const struct reader *reader, struct load_input *ret_input, struct error *err)
{
    const struct refresh_input *input = b->input;
    struct decode_options options = input->source->decode;
    const struct sink sink = {take_record, b};
    char name[EXPORT_NAME_SIZE];
    snprintf(name, sizeof name, "source \"%s\": %.*s", input->source->name, URL_SHOWN, input->source->url);
    options.name = name;
    if (decode_export(input->source->connector, reader, &options, &sink, &ret_input->counts, err)) return -1;
    return refresh_tabell_end(b, err);
}

int refresh_decode_from(const struct reader *reader, const struct refresh_input *input, const struct fact_sink *sink,
                        struct load_input *ret_input, struct error *err)
{
    struct batch b = {.input = input, .sink = sink, .raw = {.archive = input->archive, .sha256 = input->sha256}};
    struct load_input counts = {0};
    unsigned long failures = arena_failures();
    const struct reader watched = sink->wants_raw ? raw_cursor_watch(&b.raw, reader) : *reader;
    int rc = decode_into(&b, &watched, &counts, err) || stop_check(err) ? -1 : 0;
    if (arena_failures() != failures) rc = error_memory(err);
    if (rc == 0) *ret_input = counts;
    raw_cursor_close(&b.raw);
    numbering_free(&b.numbering);
    memo_free(&b.indikatorer);
    arena_free(&b.pending.arena);
    arena_free(&b.arena);
    return rc;
}

int refresh_decode(const struct refresh_input *input, const struct fact_sink *sink, struct load_input *ret_input,
                   struct error *err)
{
    struct reader reader;
    if (archive_read_open(input->archive, input->sha256, &reader, err)) return -1;
    crash_point(decode_begun);
    const struct reader watched = progress_reader(&reader);
    int rc = refresh_decode_from(&watched, input, sink, ret_input, err);
    archive_read_close(&reader);
    crash_point(decode_ended);
    return rc;
}

static int read_raw(void *context, uint64_t offset, uint64_t length, struct arena *arena, struct text *ret,
                    struct error *err)
{
    struct raw_cursor *cursor = context;
    return raw_cursor_read(cursor, offset, length < LIMIT_RAW ? (size_t)length : LIMIT_RAW, arena, ret, err);
}

static bool refuses_vanished(const struct config_limits *limits, const struct config_source *source)
{
    if (source->vanished == SOURCE_VANISHED_LIMITS) return limits->vanished == VANISHED_REFUSE;
    return source->vanished == SOURCE_VANISHED_REFUSE;
}

/* Years of large exports of indicator rows may be built aside; of the others the general way is as fast. */
static bool may_be_aside(const struct refresh *refresh, const struct config_source *source, uint64_t bytes)
{
    return source->connector->bulk && bytes >= (uint64_t)refresh->config->aside_from && !refresh->dry_run &&
           !refresh->together;
}

/* What was new is known from now on, or unknown again. */
static void settle_dimensions(const struct refresh *refresh, int rc)
{
    if (rc || refresh->dry_run)
        dimensions_rollback(refresh->dimensions);
    else
        dimensions_commit(refresh->dimensions);
}

static int load_export(const struct refresh *refresh, const struct refresh_input *from,
                       const struct load_options *options, struct load_counts *ret_counts, struct error *err)
{
    struct load *load = NULL;
    struct load_input input = {0};
    int rc = -1;
    if (load_begin(refresh->db, options, &load, err)) goto out;
    const struct fact_sink sink = load_sink(load);
    refresh->dimensions->later = load_dimensions_later(load);
    if (refresh_decode(from, &sink, &input, err)) {
        load_cause(load, err);
        goto out;
    }
    stage_begin(STAGE_LOAD);
    rc = load_publish(load, &input, ret_counts, err);
    load = NULL;
out:
    refresh->dimensions->later = NULL;
    load_abort(load);
    settle_dimensions(refresh, rc);
    return rc;
}

static void note_declined(const struct config_source *source, const struct load_decline *decline)
{
    char message[LOG_MESSAGE_SIZE];
    (void)snprintf(message, sizeof message, "source \"%s\": not built aside: %s", source->name, decline->reason);
    log_write(
        &(struct log_event){.level = LOG_LEVEL_INFO, .event = "declined", .source = source->name, .message = message});
}

int refresh_source(const struct refresh *refresh, const struct config_source *source, int index, const char *sha256,
                   uint64_t bytes, struct load_counts *ret_counts, struct error *err)
{
    const struct config_limits *limits = &refresh->config->limits;
    const struct refresh_input from = {.config = refresh->config,
                                       .source = source,
                                       .dimensions = refresh->dimensions,
                                       .archive = refresh->archive,
                                       .sha256 = sha256};
    struct raw_cursor raw = {.archive = refresh->archive, .sha256 = sha256};
    struct load_decline decline = {""};
    struct load_way way = {""};
    struct arena choices = {0};
    struct load_options options = {.run_id = refresh->run_id,
                                   .source = source->name,
                                   .precedence = index,
                                   .file_sha256 = sha256,
                                   .file_bytes = bytes,
                                   .url = source->url,
                                   .connector = source->connector->name,
                                   .config_hash = refresh->config->hash,
                                   .complete = source->complete,
                                   .dry_run = refresh->dry_run,
                                   .together = refresh->together,
                                   .accept_shrunken = refresh->accept_shrunken,
                                   .refuse_vanished = refuses_vanished(limits, source),
                                   .max_quarantined_rows = limits->max_quarantined_rows,
                                   .run_quarantine_left = refresh->quarantine_left,
                                   .severities = rule_choices_json(&choices, refresh->config),
                                   .max_quarantined_pct = limits->max_quarantined_pct,
                                   .max_dropped_pct = limits->max_dropped_pct,
                                   .difference = refresh->difference,
                                   .raw = read_raw,
                                   .raw_context = &raw,
                                   .workers = (size_t)refresh->config->load_workers};
    int rc = options.severities ? 0 : error_memory(err);
    if (rc) goto out;
    int taken = refresh_delta(refresh, &from, &options, &way, ret_counts, err);
    if (taken) {
        rc = taken > 0 ? 0 : -1;
        settle_dimensions(refresh, rc);
        goto out;
    }
    options.may_swap = may_be_aside(refresh, source, bytes);
    if (options.may_swap) options.decline = &decline;
    rc = load_export(refresh, &from, &options, ret_counts, err);
    if (rc && decline.reason[0]) {
        crash_point(aside_declined);
        note_declined(source, &decline);
        stage_begin(STAGE_DECODE);
        options.decline = NULL;
        rc = load_export(refresh, &from, &options, ret_counts, err);
    }
    if (rc == 0 && !ret_counts->way.words[0]) ret_counts->way = way;
out:
    raw_cursor_close(&raw);
    arena_free(&choices);
    return rc;
}
