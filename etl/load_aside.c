#include "etl/load_aside.h"

#include <stdarg.h>
#include <stdlib.h>

#include "etl/crash_point.h"
#include "etl/publish.h"
#include "etl/sql.h"
#include "etl/stop.h"

#define COLUMNS_UTFALL     17 /* of sql/queries/copy_aside_*.sql, whose order the functions below follow */
#define COLUMNS_ARSMAL     18
#define COLUMNS_FOREGAENDE 17
#define YEAR_SIZE          12 /* a year in text */

int aside_decline(struct load *load, struct error *err, const char *format, ...)
{
    struct load_decline *decline = load->options.decline;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(decline->reason, sizeof decline->reason, format, args);
    va_end(args);
    return error_set(err, EXIT_INTERNAL, "source \"%s\" cannot be built aside: %s", load->options.source,
                     decline->reason);
}

/* ---- beginning ---- */

/* Of an export that is the whole truth, what the source published before has to be compared with it. */
static int may_withdraw(struct load *load, bool *ret_may, struct error *err)
{
    const char *const params[] = {load->options.source};
    PGresult *result;
    if (database_query(load->db, sql_text("queries/source_extent"), 1, params, "read the ledger", &result, err))
        return -1;
    *ret_may = load->options.complete && strcmp(PQgetvalue(result, 0, 1), "{}") != 0;
    PQclear(result);
    return 0;
}

int aside_begin(struct load *load, struct error *err)
{
    bool withdraws;
    if (may_withdraw(load, &withdraws, err)) return -1;
    if (withdraws) return 0;
    struct load_aside *aside = calloc(1, sizeof *aside);
    if (!aside) return error_memory(err);
    load->aside = aside;
    dimension_later_init(&aside->later, load->db);
    aside_workers_init(&aside->workers, load->options.workers, load->db->dsn, load->options.source);
    if (aside_repeats_begin(&aside->repeats, err)) return -1;
    crash_point(aside_begun);
    return 0;
}

void aside_cause(struct load_aside *aside, struct error *err)
{
    struct error first;
    if (aside_workers_failed(&aside->workers, &first)) *err = first;
}

void aside_free(struct load_aside *aside)
{
    if (!aside) return;
    aside_workers_close(&aside->workers);
    for (size_t i = 0; i < aside->year_count; i++)
        for (size_t table = 0; table < ASIDE_TABLES; table++)
            copy_free(&aside->years[i].block[table]);
    dimension_later_free(&aside->later);
    aside_repeats_free(&aside->repeats);
    free(aside);
}

/* ---- years ---- */

/* The statement NAME with the year where it says ":ar", as psql would take it: COPY has no parameters. */
static const char *for_year(struct load *load, const char *name, const char *year)
{
    const char *sql = sql_text(name), *at = strstr(sql, "lager.fact_");
    const char *gap = at ? strstr(at, ":ar") : NULL;
    if (!gap) return NULL;
    struct text before = text_make(sql, (size_t)(gap - sql)), after = text_of(gap + sizeof ":ar" - 1);
    struct text whole = text_join(&load->arena, before, year, after);
    return text_failed(whole) ? NULL : text_cstr(&load->arena, whole);
}

static int add_year(struct load *load, int ar, struct error *err)
{
    static const char *const statements[ASIDE_TABLES] = {"queries/copy_aside_utfall", "queries/copy_aside_arsmal",
                                                         "queries/copy_aside_foregaende"};
    struct load_aside *aside = load->aside;
    char text[YEAR_SIZE];
    const char *const params[] = {text};
    PGresult *result;
    if (ar < YEAR_FIRST || ar > YEAR_LAST) return aside_decline(load, err, "the year %d is out of range", ar);
    if (aside->year_count == LIMIT_ASIDE_YEARS)
        return aside_decline(load, err, "it is about more than %d years", LIMIT_ASIDE_YEARS);
    (void)snprintf(text, sizeof text, "%d", ar);
    if (database_query(load->db, sql_text("queries/aside_year"), 1, params, "look for a year", &result, err)) return -1;
    bool new = *PQgetvalue(result, 0, 0) == 't';
    PQclear(result);
    if (!new) return aside_decline(load, err, "the warehouse has the year %d already", ar);
    struct aside_year *year = &aside->years[aside->year_count++];
    year->ar = ar;
    for (size_t i = 0; i < ASIDE_TABLES; i++) {
        copy_init(&year->block[i]);
        year->worker[i] = ASIDE_WORKER_NONE;
        year->copy_sql[i] = for_year(load, statements[i], text);
        if (!year->copy_sql[i]) return error_memory(err);
    }
    return 0;
}

static int find_year(struct load *load, int ar, struct aside_year **ret_year, struct error *err)
{
    struct load_aside *aside = load->aside;
    size_t i = 0;
    while (i < aside->year_count && aside->years[i].ar != ar)
        i++;
    if (i == aside->year_count && add_year(load, ar, err)) return -1;
    *ret_year = &aside->years[i];
    return 0;
}

/* Without a session for it, the load's own does everything, the general way. */
static int make_table(struct load *load, struct aside_year *year, size_t table, struct error *err)
{
    struct error stopped;
    int rc = aside_workers_make(&load->aside->workers, year->ar, (enum fact_table)table, &year->worker[table], err);
    if (!rc || year->worker[table] != ASIDE_WORKER_NONE) return rc;
    if (!stop_check(&stopped)) return aside_decline(load, err, "%s", err->message);
    *err = stopped;
    return -1;
}

static int send_block(struct load *load, struct aside_year *year, size_t table, struct error *err)
{
    if (year->worker[table] == ASIDE_WORKER_NONE && make_table(load, year, table, err)) return -1;
    return aside_workers_send(&load->aside->workers, year->worker[table], &year->block[table], year->copy_sql[table],
                              err);
}

/* ---- rows ---- */

static void close_row(struct load_aside *aside)
{
    struct aside_fate *fate = aside->last.quarantined ? &aside->quarantined
                              : aside->last.facts     ? &aside->loaded
                                                      : &aside->unchanged;
    if (!aside->last.row) return;
    fate->rows++;
    fate->lines += aside->last.lines;
    aside->last.row = 0;
}

int aside_row(struct load *load, uint64_t row, enum record_kind kind, uint32_t lines, struct place place,
              struct error *err)
{
    struct load_aside *aside = load->aside;
    if (aside->last.seen && place.offset <= aside->last.offset)
        return aside_decline(load, err, "a row does not stand behind the one before it");
    if (kind != RECORD_INDIKATOR) return aside_decline(load, err, "it has rows of another kind than indicators");
    close_row(aside);
    aside->last.row = row;
    aside->last.lines = lines;
    aside->last.facts = 0;
    aside->last.quarantined = false;
    aside->last.offset = place.offset;
    aside->last.seen = true;
    return aside_repeats_row(&aside->repeats, place, lines, err);
}

int aside_quarantine(struct load *load, const struct quarantine_row *row, struct error *err)
{
    struct load_aside *aside = load->aside;
    if (row->row != aside->last.row || aside->last.facts)
        return aside_decline(load, err, "a row is in doubt after its facts were taken");
    aside->last.quarantined = true;
    struct quarantine_row placed = *row;
    placed.row = row->place.offset; /* as in load_finding */
    publish_add_quarantine(load, &placed);
    return copy_check(&load->quarantine, err);
}

/* ---- facts ---- */

static void add_key(struct copy *copy, const struct load *load, const struct fact *fact)
{
    copy_int16(copy, (int16_t)fact->ar);
    copy_int16(copy, (int16_t)fact->stadsdel_id);
    copy_int32(copy, fact->enhet_id);
    copy_int32(copy, fact->indikator_id);
    copy_int32(copy, fact->period_id);
    copy_int64(copy, load->id);
    copy_int64(copy, (int64_t)fact->place.line);
    copy_int64(copy, (int64_t)fact->place.offset);
    copy_int32(copy, (int32_t)fact->flags);
}

static void add_value(struct copy *copy, const struct fact *fact)
{
    copy_char(copy, fact->obs_status);
    copy_char(copy, fact->conf_status);
    copy_text_or_null(copy, fact->printed);
    copy_text_or_null(copy, fact->period_printed);
    if (fact->has_number)
        copy_decimal(copy, fact->number);
    else
        copy_null(copy);
    copy_text_or_null(copy, fact->unit);
}

static void add_fact(struct copy *copy, const struct load *load, const struct fact *fact)
{
    static const int columns[ASIDE_TABLES] = {COLUMNS_UTFALL, COLUMNS_ARSMAL, COLUMNS_FOREGAENDE};
    copy_row(copy, columns[fact->table]);
    add_key(copy, load, fact);
    add_value(copy, fact);
    if (fact->table == FACT_ARSMAL) {
        copy_text(copy, text_of(fact->niva == ARSMAL_KF ? "KF" : "egen"));
        copy_text(copy, text_of(target_operator_name(fact->op)));
        copy_text(copy, text_of(omfattning_name(fact->omfattning)));
        return;
    }
    copy_text(copy, text_of(value_status_name(fact->status)));
    if (fact->table == FACT_UTFALL)
        copy_char(copy, (char)fact->kon);
    else
        copy_text_or_null(copy, fact->avser);
}

int aside_fact(struct load *load, const struct fact *fact, struct error *err)
{
    struct load_aside *aside = load->aside;
    struct aside_year *year;
    if (fact->row != aside->last.row || aside->last.quarantined || fact->table >= ASIDE_TABLES)
        return aside_decline(load, err, "a fact is not of the row before it");
    if (find_year(load, fact->ar, &year, err) || aside_repeats_fact(&aside->repeats, fact, err)) return -1;
    struct copy *block = &year->block[fact->table];
    add_fact(block, load, fact);
    aside->last.facts++;
    aside->facts++;
    if (copy_check(block, err)) return -1;
    if (block->used < LIMIT_COPY_BLOCK) return 0;
    return send_block(load, year, fact->table, err);
}

/* ---- the end ---- */

int aside_finish(struct load *load, struct error *err)
{
    struct load_aside *aside = load->aside;
    close_row(aside);
    for (size_t i = 0; i < aside->year_count; i++)
        for (size_t table = 0; table < ASIDE_TABLES; table++)
            if (aside->years[i].block[table].rows && send_block(load, &aside->years[i], table, err)) return -1;
    if (dimension_later_write(&aside->later, err)) return -1;
    crash_point(aside_dimensions_written);
    return 0;
}
