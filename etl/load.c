#include "etl/load.h"

#include <stdlib.h>

#include "etl/base/limits.h"
#include "etl/crash_point.h"
#include "etl/publish.h"
#include "etl/sql.h"

/* Columns of the COPY statements in sql/queries/copy_*.sql, whose order the functions below follow. */
#define ROW_COLUMNS        6
#define FACT_COLUMNS       33
#define QUARANTINE_COLUMNS 11
#define FINDING_COLUMNS    13

int load_begin(struct database *db, const struct load_options *options, struct load **ret_load, struct error *err)
{
    PGTransactionStatusType state = db->connection ? PQtransactionStatus(db->connection) : PQTRANS_UNKNOWN;
    bool nested = state == PQTRANS_INTRANS;
    if (nested != options->together && !options->dry_run)
        return error_set(err, EXIT_INTERNAL, "source \"%s\" would be published %s", options->source,
                         nested ? "inside another transaction" : "without the others");
    struct load *load = calloc(1, sizeof *load);
    if (!load) return error_memory(err);
    load->db = db;
    load->options = *options;
    load->nested = nested;
    copy_init(&load->rows);
    copy_init(&load->facts);
    copy_init(&load->quarantine);
    copy_init(&load->findings);
    load->quarantine.limit = load->findings.limit = LIMIT_SPOOL_FEW;
    PGresult *result;
    if (database_exec(db, nested ? "SAVEPOINT " LOAD_SAVEPOINT : "BEGIN", "begin a load", err)) {
        free(load);
        return -1;
    }
    if (database_query(db, sql_text("queries/load_id"), 0, NULL, "number a load", &result, err)) {
        load_abort(load);
        return -1;
    }
    load->id = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    if (options->decline && aside_begin(load, err)) {
        load_abort(load);
        return -1;
    }
    crash_point(load_begun);
    *ret_load = load;
    return 0;
}

static char kind_letter(enum record_kind kind)
{
    static const char letters[] = {
        [RECORD_INDIKATOR] = 'I', [RECORD_MAL] = 'M', [RECORD_AKTIVITET] = 'A', [RECORD_TABELL] = 'T'};
    return letters[kind];
}

static void add_place(struct copy *copy, struct place place)
{
    copy_int64(copy, (int64_t)place.line);
    copy_int64(copy, (int64_t)place.offset);
    copy_int64(copy, (int64_t)place.length);
}

int load_row(struct load *load, uint64_t row, enum record_kind kind, uint32_t lines, struct place place,
             struct error *err)
{
    if (row <= load->last_row)
        return error_set(err, EXIT_INTERNAL, "source \"%s\": row %llu is announced after row %llu",
                         load->options.source, (unsigned long long)row, (unsigned long long)load->last_row);
    load->last_row = row;
    if (load->aside) return aside_row(load, row, kind, lines, place, err);
    copy_row(&load->rows, ROW_COLUMNS);
    copy_int64(&load->rows, (int64_t)row);
    copy_char(&load->rows, kind_letter(kind));
    copy_int32(&load->rows, (int32_t)lines);
    add_place(&load->rows, place);
    return copy_check(&load->rows, err);
}

/* The letters of drift.gallande. */
static char table_letter(enum fact_table table)
{
    static const char letters[FACT_TABLE_COUNT] = {'U', 'A', 'F', 'M', 'V', 'T', 'E'};
    return letters[table];
}

static void add_label(struct copy *copy, bool present, const char *label)
{
    if (present)
        copy_text(copy, text_of(label));
    else
        copy_null(copy);
}

/* What the amount of an economy table is about. */
static void add_economy(struct copy *copy, const struct fact *fact)
{
    bool economy = fact->table == FACT_EKONOMI;
    add_label(copy, economy, storhet_name(fact->storhet));
    add_label(copy, economy, post_name(fact->post));
    add_label(copy, economy && fact->overforing, overforing_name(fact->overforing));
}

/* The report that a previous value repeats, or the year of an amount. */
static void add_refers(struct copy *copy, const struct fact *fact)
{
    char year[12];
    (void)snprintf(year, sizeof year, "%d", fact->avser_ar);
    copy_text_or_null(copy, fact->table == FACT_EKONOMI ? text_of(year) : fact->avser);
}

static void add_values(struct copy *copy, const struct fact *fact)
{
    bool target = fact->table == FACT_ARSMAL;
    bool outcome = fact->table == FACT_UTFALL || fact->table == FACT_FOREGAENDE || fact->table == FACT_TABELL;
    add_label(copy, outcome, value_status_name(fact->status));
    add_label(copy, target, target_operator_name(fact->op));
    add_label(copy, target, omfattning_name(fact->omfattning));
    add_label(copy, fact->table == FACT_MALUPPFYLLELSE, uppfyllelse_name(fact->uppfyllelse));
    if (fact->has_number)
        copy_decimal(copy, fact->number);
    else
        copy_null(copy);
    copy_text_or_null(copy, fact->unit);
    copy_text_or_null(copy, fact->printed);
    copy_text_or_null(copy, fact->period_printed);
    add_refers(copy, fact);
    copy_date(copy, fact->start);
    copy_date(copy, fact->slut);
    add_label(copy, fact->table == FACT_AKTIVITET && fact->klar != KLAR_OKAND, klar_name(fact->klar));
    add_economy(copy, fact);
}

/* What figure of elsewhere it is. */
static void add_same(struct copy *copy, const struct fact *fact)
{
    if (fact->same_kon) {
        copy_int32(copy, fact->same_indikator_id);
        copy_int32(copy, fact->same_period_id);
        copy_char(copy, (char)fact->same_kon);
    } else {
        copy_null(copy);
        copy_null(copy);
        copy_null(copy);
    }
    copy_text_or_null(copy, fact->same_key);
}

static int note_extent(struct load *load, const struct fact *fact, struct error *err)
{
    if (fact->ar < 1 || fact->ar > INT16_MAX || fact->stadsdel_id < 1 || fact->stadsdel_id > INT16_MAX)
        return error_set(err, EXIT_INTERNAL, "source \"%s\", line %llu: a fact has year %d and district %d",
                         load->options.source, (unsigned long long)fact->place.line, fact->ar, (int)fact->stadsdel_id);
    if (fact->ar >= YEAR_FIRST && fact->ar <= YEAR_LAST)
        load->year_seen[fact->ar - YEAR_FIRST] = true;
    else
        load->year_outside = true;
    load->table_seen[fact->table] = true;
    load->same_seen |= fact->same_kon != 0;
    load->district_seen[fact->stadsdel_id / 8] |= (unsigned char)(1u << fact->stadsdel_id % 8);
    return 0;
}

int load_fact(struct load *load, const struct fact *fact, struct error *err)
{
    struct copy *copy = &load->facts;
    if (fact->row > load->last_row)
        return error_set(err, EXIT_INTERNAL,
                         "source \"%s\", line %llu: a fact of row %llu comes before it, after row %llu",
                         load->options.source, (unsigned long long)fact->place.line, (unsigned long long)fact->row,
                         (unsigned long long)load->last_row);
    if (note_extent(load, fact, err)) return -1;
    if (load->aside) return aside_fact(load, fact, err);
    copy_row(copy, FACT_COLUMNS);
    copy_int64(copy, (int64_t)copy->rows); /* seq */
    copy_int64(copy, (int64_t)fact->row);
    copy_int64(copy, (int64_t)fact->place.line);
    copy_int64(copy, (int64_t)fact->place.offset);
    copy_int32(copy, fact->enhet_id);
    copy_int32(copy, fact_object(fact));
    copy_int32(copy, fact->period_id);
    copy_int16(copy, (int16_t)fact->ar);
    copy_int16(copy, (int16_t)fact->stadsdel_id);
    copy_int32(copy, (int32_t)fact->flags);
    copy_char(copy, table_letter(fact->table));
    copy_char(copy, fact_part(fact));
    copy_char(copy, fact->obs_status);
    copy_char(copy, fact->conf_status);
    add_values(copy, fact);
    add_same(copy, fact);
    return copy_check(copy, err);
}

void publish_add_quarantine(struct load *load, const struct quarantine_row *row)
{
    static const char *const kinds[] = {[RECORD_INDIKATOR] = "indikator",
                                        [RECORD_MAL] = "mal",
                                        [RECORD_AKTIVITET] = "aktivitet",
                                        [RECORD_TABELL] = "tabell"};
    struct copy *copy = &load->quarantine;
    copy_row(copy, QUARANTINE_COLUMNS);
    copy_int64(copy, (int64_t)row->row);
    copy_text(copy, text_of(kinds[row->kind]));
    copy_int32(copy, (int32_t)row->lines);
    add_place(copy, row->place);
    copy_text(copy, text_of(row->column));
    copy_text(copy, text_of(row->rule));
    copy_text(copy, text_of(row->reason));
    copy_text(copy, row->value);
    copy_bytes(copy, text_part(row->raw, 0, LIMIT_RAW));
}

int load_quarantine(struct load *load, const struct quarantine_row *row, struct error *err)
{
    if (load->aside) return aside_quarantine(load, row, err);
    publish_add_quarantine(load, row);
    return copy_check(&load->quarantine, err);
}

static void add_number_or_null(struct copy *copy, uint64_t number)
{
    if (number)
        copy_int64(copy, (int64_t)number);
    else
        copy_null(copy);
}

int load_finding(struct load *load, const struct finding *finding, struct error *err)
{
    struct copy *copy = &load->findings;
    copy_row(copy, FINDING_COLUMNS);
    /* What the database finds of facts that were never staged is ordered by its place, and so is this. */
    copy_int64(copy, (int64_t)(load->aside ? finding->place.offset : finding->row));
    copy_int64(copy, (int64_t)finding->place.line);
    copy_int64(copy, (int64_t)finding->place.offset);
    copy_text(copy, text_of(finding->rule));
    copy_text(copy, text_of(finding->severity));
    copy_text(copy, text_of(finding->message));
    copy_text_or_null(copy, finding->column);
    copy_text_or_null(copy, finding->value);
    copy_null(copy); /* other_load_id: this one */
    add_number_or_null(copy, finding->other_line);
    add_number_or_null(copy, finding->other_offset);
    copy_text_or_null(copy, finding->other_column);
    copy_text_or_null(copy, finding->other_value);
    return copy_check(copy, err);
}

static int take_row(void *context, uint64_t row, enum record_kind kind, uint32_t lines, struct place place,
                    struct error *err)
{
    return load_row(context, row, kind, lines, place, err);
}

static int take_fact(void *context, const struct fact *fact, struct error *err)
{
    return load_fact(context, fact, err);
}

static int take_quarantine(void *context, const struct quarantine_row *row, struct error *err)
{
    return load_quarantine(context, row, err);
}

static int take_finding(void *context, const struct finding *finding, struct error *err)
{
    return load_finding(context, finding, err);
}

struct fact_sink load_sink(struct load *load)
{
    return (struct fact_sink){take_row, take_fact, take_quarantine, take_finding, true, load};
}

struct dimension_later *load_dimensions_later(struct load *load)
{
    return load->aside ? &load->aside->later : NULL;
}

static void load_free(struct load *load)
{
    aside_free(load->aside);
    copy_free(&load->rows);
    copy_free(&load->facts);
    copy_free(&load->quarantine);
    copy_free(&load->findings);
    arena_free(&load->arena);
    free(load);
}

int load_publish(struct load *load, const struct load_input *input, struct load_counts *ret_counts, struct error *err)
{
    struct load_counts counts;
    int rc = publish(load, input, &counts, err);
    if (rc || load->options.dry_run) {
        load_abort(load);
    } else {
        load_free(load);
    }
    if (rc == 0) *ret_counts = counts;
    return rc;
}

void load_cause(const struct load *load, struct error *err)
{
    if (load->aside) aside_cause(load->aside, err);
}

/* Where that fails, the next run does it. */
static void drop_leftovers(struct database *db)
{
    struct error ignored;
    if (PQstatus(db->connection) == CONNECTION_OK && aside_leftovers(db, false, &ignored)) return;
}

void load_abort(struct load *load)
{
    if (!load) return;
    bool built = load->aside && load->aside->workers.committed;
    aside_free(load->aside);
    load->aside = NULL;
    PGconn *connection = load->db->connection;
    if (connection && PQtransactionStatus(connection) != PQTRANS_IDLE)
        PQclear(PQexec(connection, load->nested ? "ROLLBACK TO SAVEPOINT " LOAD_SAVEPOINT
                                                  "; RELEASE SAVEPOINT " LOAD_SAVEPOINT
                                                : "ROLLBACK"));
    if (built) drop_leftovers(load->db);
    load_free(load);
}
