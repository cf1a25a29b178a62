#include "etl/refresh_delta.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "etl/base/encoding.h"
#include "etl/base/limits.h"
#include "etl/crash_point.h"
#include "etl/decode.h"
#include "etl/json_read.h"
#include "etl/line_difference.h"
#include "etl/observe/stage.h"
#include "etl/publish.h"
#include "etl/sql.h"
#include "etl/stop.h"

#define NUMBER_SIZE 24  /* a 64-bit number in text */
#define WAY_SHOWN   150 /* bytes of a reason */
#define DOING       "look for the lines that differ"

/* What the last load left, as the ledger has it. */
struct basis {
    char sha256[HASH_SIZE];
    struct decode_counts counts; /* of its export */
    uint64_t facts;
    bool years[YEAR_LAST - YEAR_FIRST + 1];       /* that it had facts of */
    unsigned char districts[(INT16_MAX + 8) / 8]; /* a bit each, as struct load has them */
    uint64_t *again;                              /* lines to be read again */
    bool *doubtful;                               /* whether their rows are in quarantine */
    size_t again_count;
};

struct delta {
    const struct refresh *refresh;
    const struct refresh_input *from;
    const struct load_options *options;
    struct arena arena;
    struct basis basis;
    struct line_difference difference;
    uint64_t head_lines;    /* of both exports, up to the first row */
    struct load_delta load; /* for publish.c */
    struct load *under_way;
    /* the decoding that is going on */
    const struct changed_lines *lines;
    struct fact_sink sink; /* where the added ones go */
    bool removing;
    uint64_t removed_rows, removed_facts, read;
    bool removed_years[YEAR_LAST - YEAR_FIRST + 1];
    unsigned char removed_districts[(INT16_MAX + 8) / 8];
};

static int decline(struct delta *d, const char *why, struct error *err)
{
    return delta_decline(&d->load, why, err);
}

/* ---- what the last load left ---- */

static bool has_bit(const unsigned char *bits, int i)
{
    return bits[i / 8] >> i % 8 & 1;
}

static void set_bit(unsigned char *bits, int i)
{
    bits[i / 8] |= (unsigned char)(1u << i % 8);
}

/* Calls PUT with each number of an SQL array. */
static void each_number(const char *array, struct basis *basis, void (*put)(struct basis *, int))
{
    for (const char *p = array + 1; *p && *p != '}';) {
        char *end;
        put(basis, (int)strtol(p, &end, 10));
        p = *end == ',' ? end + 1 : end;
    }
}

static void put_year(struct basis *basis, int year)
{
    if (year >= YEAR_FIRST && year <= YEAR_LAST) basis->years[year - YEAR_FIRST] = true;
}

static void put_district(struct basis *basis, int district)
{
    if (district > 0 && district <= INT16_MAX) set_bit(basis->districts, district);
}

static int read_ignored(struct basis *basis, const char *json, struct error *err)
{
    bool no_memory;
    json_t *classes = json_read(json, strlen(json), &no_memory);
    if (!classes) return error_memory(err);
    for (int i = 0; i < IGNORED_COUNT; i++)
        basis->counts.lines_ignored[i] =
            (uint64_t)json_integer_value(json_object_get(classes, ignored_name((enum ignored)i)));
    json_decref(classes);
    return 0;
}

static uint64_t figure(const PGresult *result, const char *column)
{
    return strtoull(PQgetvalue(result, 0, PQfnumber(result, column)), NULL, 10);
}

static int take_basis(struct delta *d, const PGresult *result, struct error *err)
{
    struct basis *b = &d->basis;
    (void)snprintf(b->sha256, sizeof b->sha256, "%s", PQgetvalue(result, 0, PQfnumber(result, "file_sha256")));
    b->counts.lines_read = figure(result, "lines_read");
    b->counts.lines_record = figure(result, "lines_record");
    b->counts.rows_read = figure(result, "rows_read");
    b->counts.rows_ignored = figure(result, "rows_ignored");
    b->facts = figure(result, "facts");
    d->load.findings_load = arena_strdup(&d->arena, PQgetvalue(result, 0, PQfnumber(result, "findings")));
    each_number(PQgetvalue(result, 0, PQfnumber(result, "ar")), b, put_year);
    each_number(PQgetvalue(result, 0, PQfnumber(result, "stadsdel_id")), b, put_district);
    if (!d->load.findings_load) return error_memory(err);
    return read_ignored(b, PQgetvalue(result, 0, PQfnumber(result, "lines_ignored_by")), err);
}

/* RET_KNOWN: the source was loaded before. */
static int read_basis(struct delta *d, bool *ret_known, struct error *err)
{
    const char *const params[] = {d->options->source, d->options->config_hash, STADSLAGER_VERSION};
    PGresult *result;
    if (database_query(d->refresh->db, sql_text("queries/delta_basis"), 3, params, DOING, &result, err)) return -1;
    int rc = 0;
    *ret_known = PQntuples(result) == 1;
    if (*ret_known && !PQgetisnull(result, 0, 0))
        rc = decline(d, PQgetvalue(result, 0, 0), err);
    else if (*ret_known)
        rc = take_basis(d, result, err);
    PQclear(result);
    return rc;
}

static int read_again(struct delta *d, struct error *err)
{
    const char *const params[] = {d->options->source, d->load.findings_load};
    struct basis *b = &d->basis;
    PGresult *result;
    if (database_query(d->refresh->db, sql_text("queries/delta_again"), 2, params, DOING, &result, err)) return -1;
    size_t count = (size_t)PQntuples(result);
    b->again = arena_array(&d->arena, count + 1, sizeof *b->again);
    b->doubtful = arena_array(&d->arena, count + 1, sizeof *b->doubtful);
    for (size_t i = 0; b->again && b->doubtful && i < count; i++) {
        b->again[i] = strtoull(PQgetvalue(result, (int)i, 0), NULL, 10);
        b->doubtful[i] = *PQgetvalue(result, (int)i, 1) == 't';
    }
    b->again_count = count;
    PQclear(result);
    return b->again && b->doubtful ? 0 : error_memory(err);
}

static int compare_numbers(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* True when the row on LINE of the last export was in quarantine: its facts were not loaded. */
static bool was_doubtful(const struct basis *basis, uint64_t line)
{
    const uint64_t *found = bsearch(&line, basis->again, basis->again_count, sizeof *basis->again, compare_numbers);
    return found && basis->doubtful[found - basis->again];
}

/* ---- which lines differ ---- */

struct first { /* row of an export */
    bool found;
    struct place place;
    unsigned present;
};

static int stop_at_first(void *context, const struct record *record, struct error *err)
{
    struct first *first = context;
    *first = (struct first){true, record->place, record->present};
    return error_set(err, EXIT_INTERNAL, "the first row was found");
}

/* The first row as the connector finds it, its header judged by all that stands around it. */
static int find_first(const struct delta *d, const char *sha256, struct first *ret, struct error *err)
{
    const struct sink sink = {stop_at_first, ret};
    const struct config_source *source = d->from->source;
    struct decode_counts counts;
    struct reader reader;
    *ret = (struct first){0};
    if (archive_read_open(d->refresh->archive, sha256, &reader, err)) return -1;
    int rc = source->connector->decode(&reader, &source->decode, &sink, &counts, err);
    archive_read_close(&reader);
    return ret->found ? 0 : rc;
}

static bool encoding_allows(struct text name, bool *ret_configured)
{
    enum encoding encoding;
    if (!encoding_from_name(name, &encoding) || encoding == ENCODING_UTF16LE) return false;
    *ret_configured = encoding != ENCODING_UNKNOWN;
    return true;
}

/* A reader that a stop ends. */
static ssize_t read_watched(void *context, void *buffer, size_t size, struct error *err)
{
    const struct reader *reader = context;
    return stop_check(err) ? -1 : reader->read(reader->context, buffer, size, err);
}

static int compare_lines(struct delta *d, const struct line_difference_options *options, struct error *err)
{
    struct reader old, new;
    const struct reader watched[] = {{read_watched, &old}, {read_watched, &new}};
    if (archive_read_open(d->refresh->archive, d->basis.sha256, &old, err)) return -1;
    int rc = archive_read_open(d->refresh->archive, d->from->sha256, &new, err);
    if (rc == 0) {
        rc = line_difference(&watched[0], &watched[1], options, &d->difference, err);
        archive_read_close(&new);
    }
    archive_read_close(&old);
    if (rc || !d->difference.declined) return rc;
    return decline(d, d->difference.declined, err);
}

static int find_lines(struct delta *d, struct error *err)
{
    const struct basis *b = &d->basis;
    uint64_t limit = b->counts.lines_read * (uint64_t)d->from->config->limits.difference_pct / 100;
    struct line_difference_options options = {.again = b->again, .again_count = b->again_count, .max_lines = limit};
    struct first old, new;
    if (!encoding_allows(d->from->source->decode.encoding, &options.encoding_configured))
        return decline(d, "its encoding has characters of two bytes", err);
    if (b->again_count > limit) return decline(d, "too many of its lines are to be read again", err);
    int there = archive_has(d->refresh->archive, b->sha256, 0, err);
    if (there < 0) return -1;
    if (!there) return decline(d, "its last export is not in the archive", err);
    if (find_first(d, b->sha256, &old, err) || find_first(d, d->from->sha256, &new, err)) return -1;
    if (!old.found || !new.found || old.place.line != new.place.line || old.place.offset != new.place.offset ||
        old.present != new.present)
        return decline(d, "its header or its first row has changed", err);
    options.head_lines = d->head_lines = old.place.line;
    return compare_lines(d, &options, err);
}

/* ---- decoding them: the places are those in the export ---- */

static const struct changed_line *place_of(const struct delta *d, struct place *place)
{
    const struct changed_line *line = changed_line_at(d->lines, place->line);
    if (!line) return NULL;
    place->line = line->line;
    place->offset = line->offset; /* a row begins where its line does */
    return line;
}

static int misplaced(struct delta *d, struct error *err)
{
    return decline(d, "a line that differs is no row by itself", err);
}

/* A record of the head was loaded before and is no part of the difference. */
static bool is_context(const struct changed_line *line)
{
    return line->context;
}

static int take_row(void *context, uint64_t row, enum record_kind kind, uint32_t lines, struct place place,
                    struct error *err)
{
    struct delta *d = context;
    const struct changed_line *line = place_of(d, &place);
    (void)row;
    bool first = d->read++ == 0; /* the head's own: else another line was taken for the header */
    if (!line || lines != 1 || kind != RECORD_INDIKATOR || (first && line != changed_line_at(d->lines, d->head_lines)))
        return misplaced(d, err);
    if (is_context(line)) return 0;
    if (!d->removing) return sink_row(&d->sink, line->line, kind, lines, place, err);
    d->removed_rows++;
    return 0;
}

static int note_removed(struct delta *d, const struct fact *fact, bool doubtful, struct error *err)
{
    static const char letters[] = {[FACT_UTFALL] = 'U', [FACT_ARSMAL] = 'A', [FACT_FOREGAENDE] = 'F'};
    struct copy *copy = &d->load.gone;
    if (fact->table != FACT_UTFALL && fact->table != FACT_ARSMAL && fact->table != FACT_FOREGAENDE)
        return misplaced(d, err);
    if (fact->ar >= YEAR_FIRST && fact->ar <= YEAR_LAST) d->removed_years[fact->ar - YEAR_FIRST] = true;
    if (fact->stadsdel_id > 0 && fact->stadsdel_id <= INT16_MAX) set_bit(d->removed_districts, fact->stadsdel_id);
    d->removed_facts += !doubtful;
    copy_row(copy, 8);
    copy_char(copy, letters[fact->table]);
    copy_int16(copy, (int16_t)fact->ar);
    copy_int16(copy, (int16_t)fact->stadsdel_id);
    copy_int32(copy, fact->enhet_id);
    copy_int32(copy, fact_object(fact));
    copy_int32(copy, fact->period_id);
    copy_char(copy, fact_part(fact));
    copy_bool(copy, doubtful);
    return copy_check(copy, err);
}

static int take_fact(void *context, const struct fact *fact, struct error *err)
{
    struct delta *d = context;
    struct fact placed = *fact;
    const struct changed_line *line = place_of(d, &placed.place);
    if (!line) return misplaced(d, err);
    if (is_context(line)) return 0;
    placed.row = line->line;
    if (d->removing) return note_removed(d, &placed, was_doubtful(&d->basis, line->line), err);
    return sink_fact(&d->sink, &placed, err);
}

static struct text bytes_of(const struct delta *d, const struct changed_line *line, uint64_t length)
{
    struct text text = text_make(d->lines->text + line->at, line->length);
    return text_part(text, 0, length < LIMIT_RAW ? (size_t)length : LIMIT_RAW);
}

static int take_quarantine(void *context, const struct quarantine_row *row, struct error *err)
{
    struct delta *d = context;
    struct quarantine_row placed = *row;
    const struct changed_line *line = place_of(d, &placed.place);
    if (!line) return misplaced(d, err);
    if (is_context(line) || d->removing) return 0;
    placed.row = line->line;
    placed.raw = bytes_of(d, line, row->place.length);
    return sink_quarantine(&d->sink, &placed, err);
}

static int take_finding(void *context, const struct finding *finding, struct error *err)
{
    struct delta *d = context;
    struct finding placed = *finding;
    const struct changed_line *line = place_of(d, &placed.place);
    if (!line || (finding->other_line && finding->other_line != finding->place.line)) return misplaced(d, err);
    if (is_context(line) || d->removing) return 0;
    placed.row = line->line;
    if (finding->other_line) placed.other_line = placed.place.line;
    if (finding->other_offset) placed.other_offset = placed.place.offset;
    return sink_finding(&d->sink, &placed, err);
}

struct text_reader {
    struct text left;
};

static ssize_t read_text(void *context, void *buffer, size_t size, struct error *err)
{
    struct text_reader *r = context;
    size_t n = r->left.len < size ? r->left.len : size;
    (void)err;
    if (n) memcpy(buffer, r->left.ptr, n);
    r->left = text_part(r->left, n, SIZE_MAX);
    return (ssize_t)n;
}

static int decode_lines(struct delta *d, const struct changed_lines *lines, struct decode_counts *ret_counts,
                        struct error *err)
{
    struct text_reader text = {text_make(lines->text, lines->used)};
    const struct reader reader = {read_text, &text};
    struct config_source source = *d->from->source;
    struct refresh_input from = *d->from;
    const struct fact_sink sink = {take_row, take_fact, take_quarantine, take_finding, false, d};
    struct load_input input;
    bool configured;
    if (encoding_allows(source.decode.encoding, &configured) && !configured) source.decode.encoding = TEXT("utf-8");
    from.source = &source;
    d->lines = lines;
    d->read = 0;
    if (refresh_decode_from(&reader, &from, &sink, &input, err)) return -1;
    if (!d->read) return misplaced(d, err);
    *ret_counts = input.counts;
    return 0;
}

/* ---- what the whole export would have counted ---- */

static uint64_t carry(uint64_t last, uint64_t removed, uint64_t added, bool *ret_holds)
{
    if (last + added < removed) *ret_holds = false;
    return last + added - removed;
}

static int add_up(struct delta *d, const struct decode_counts *removed, const struct decode_counts *added,
                  struct decode_counts *ret, struct error *err)
{
    const struct decode_counts *last = &d->basis.counts;
    bool holds = true;
    *ret = (struct decode_counts){.bytes = d->options->file_bytes};
    ret->lines_read = carry(last->lines_read, removed->lines_read, added->lines_read, &holds);
    ret->lines_record = carry(last->lines_record, removed->lines_record, added->lines_record, &holds);
    ret->rows_read = carry(last->rows_read, removed->rows_read, added->rows_read, &holds);
    ret->rows_ignored = carry(last->rows_ignored, removed->rows_ignored, added->rows_ignored, &holds);
    for (int i = 0; i < IGNORED_COUNT; i++)
        ret->lines_ignored[i] =
            carry(last->lines_ignored[i], removed->lines_ignored[i], added->lines_ignored[i], &holds);
    d->load.rows = carry(last->lines_record, d->removed_rows, 0, &holds);
    d->load.lines = d->load.rows;
    d->load.facts = carry(d->basis.facts, d->removed_facts, 0, &holds);
    holds &= last->lines_read == d->difference.old_lines && ret->lines_read == d->difference.new_lines &&
             ret->lines_read == ret->lines_record + decode_lines_ignored(ret);
    return holds ? 0 : decline(d, "the counts of its lines do not add up", err);
}

/* ---- years and districts ---- */

static const char *array_text(struct arena *arena, const bool *present, int first, int count)
{
    size_t size = (size_t)count * 6 + 3, len = 1;
    char *text = arena_alloc(arena, size);
    if (!text) return NULL;
    text[0] = '{';
    for (int i = 0; i < count; i++) {
        if (!present[i]) continue;
        int n = snprintf(text + len, size - len, "%s%d", len > 1 ? "," : "", first + i);
        len += n > 0 ? (size_t)n : 0;
    }
    text[len] = '}';
    return text;
}

/* The ledger row names those of the last export: none may come or go. */
static int keep_extent(struct delta *d, struct error *err)
{
    struct load *load = d->under_way;
    bool years[YEAR_LAST - YEAR_FIRST + 1] = {false};
    bool *districts = arena_array(&d->arena, INT16_MAX + 1, sizeof *districts);
    bool more = load->year_outside;
    if (!districts) return error_memory(err);
    for (int i = 0; i <= YEAR_LAST - YEAR_FIRST; i++) {
        more |= load->year_seen[i] && !d->basis.years[i];
        years[i] = d->removed_years[i] && !load->year_seen[i];
        load->year_seen[i] = d->basis.years[i];
    }
    for (int i = 1; i <= INT16_MAX; i++) {
        bool seen = has_bit(load->district_seen, i), known = has_bit(d->basis.districts, i);
        more |= seen && !known;
        districts[i] = has_bit(d->removed_districts, i) && !seen;
        if (known) set_bit(load->district_seen, i);
    }
    if (more) return decline(d, "a year or a district has come to it", err);
    d->load.years = array_text(&d->arena, years, YEAR_FIRST, YEAR_LAST - YEAR_FIRST + 1);
    d->load.districts = array_text(&d->arena, districts, 0, INT16_MAX + 1);
    return d->load.years && d->load.districts ? 0 : error_memory(err);
}

/* ---- loading ---- */

static int put_pieces(struct delta *d, struct error *err)
{
    struct copy *copy = &d->load.pieces;
    for (size_t i = 0; i < d->difference.piece_count; i++) {
        const struct line_piece *piece = &d->difference.pieces[i];
        copy_row(copy, 4);
        copy_int64(copy, (int64_t)piece->old_line);
        copy_bool(copy, piece->kept);
        copy_int64(copy, piece->lines);
        copy_int64(copy, piece->bytes);
    }
    return copy_check(copy, err);
}

/* Of rows that only the database finds to be doubtful. */
static int read_raw(void *context, uint64_t offset, uint64_t length, struct arena *arena, struct text *ret,
                    struct error *err)
{
    const struct delta *d = context;
    const struct changed_lines *added = &d->difference.added;
    size_t low = 0, high = added->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (added->lines[middle].offset < offset)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == added->count || added->lines[low].offset != offset)
        return error_set(err, EXIT_INTERNAL, "a doubtful row is none of the lines that differ");
    *ret = text_copy(arena, bytes_of(d, &added->lines[low], length));
    return text_failed(*ret) ? error_memory(err) : 0;
}

static int decode_both(struct delta *d, struct decode_counts *ret_counts, struct error *err)
{
    struct decode_counts removed, added;
    d->removing = true;
    if (decode_lines(d, &d->difference.removed, &removed, err)) return -1;
    d->removing = false;
    d->sink = load_sink(d->under_way);
    if (decode_lines(d, &d->difference.added, &added, err)) return -1;
    return add_up(d, &removed, &added, ret_counts, err) || keep_extent(d, err) || put_pieces(d, err) ? -1 : 0;
}

static int load_difference(struct delta *d, struct load_counts *ret_counts, struct error *err)
{
    struct load_options options = *d->options;
    struct load_input input = {0};
    options.raw = read_raw;
    options.raw_context = d;
    if (load_begin(d->refresh->db, &options, &d->under_way, err)) return -1;
    d->under_way->delta = &d->load;
    if (decode_both(d, &input.counts, err)) {
        load_abort(d->under_way);
        return -1;
    }
    crash_point(delta_decoded);
    stage_begin(STAGE_LOAD);
    return load_publish(d->under_way, &input, ret_counts, err);
}

static int try_difference(struct delta *d, bool *ret_known, struct load_counts *ret_counts, struct error *err)
{
    if (read_basis(d, ret_known, err)) return -1;
    if (!*ret_known) return 0;
    if (read_again(d, err)) return -1;
    crash_point(delta_basis_read);
    if (find_lines(d, err)) return -1;
    crash_point(delta_lines_found);
    return load_difference(d, ret_counts, err);
}

/* True when the load of the whole export may do better: it does not need the last one, and what it says is what counts. */
static bool may_go_on(const struct delta *d, const struct error *err)
{
    PGconn *connection = d->refresh->db->connection;
    if (d->load.declined[0]) return true;
    return (err->class == EXIT_REFUSED || err->class == EXIT_INTERNAL) && connection &&
           PQstatus(connection) == CONNECTION_OK;
}

static void delta_free(struct delta *d)
{
    copy_free(&d->load.gone);
    copy_free(&d->load.pieces);
    line_difference_free(&d->difference);
    arena_free(&d->arena);
}

int refresh_delta(const struct refresh *refresh, const struct refresh_input *from, const struct load_options *options,
                  struct load_way *ret_way, struct load_counts *ret_counts, struct error *err)
{
    struct delta d = {.refresh = refresh, .from = from, .options = options};
    struct load_counts counts = {0};
    struct error cause = {0};
    bool known = false;
    if (from->source->connector != &connector_delimited || from->config->limits.difference_pct == 0 ||
        refresh->together)
        return 0;
    copy_init(&d.load.gone);
    copy_init(&d.load.pieces);
    int rc = try_difference(&d, &known, &counts, &cause) ? -1 : known;
    if (rc > 0) {
        *ret_counts = counts;
        (void)snprintf(ret_counts->way.words, sizeof ret_counts->way.words,
                       "the difference only, %" PRIu64 " lines removed and %" PRIu64 " added or read again",
                       d.difference.removed.count - d.head_lines, d.difference.added.count - d.head_lines);
    } else if (rc < 0 && may_go_on(&d, &cause)) {
        dimensions_rollback(refresh->dimensions);
        crash_point(delta_declined);
        (void)snprintf(ret_way->words, sizeof ret_way->words, "the whole export, since %.*s", WAY_SHOWN,
                       d.load.declined[0] ? d.load.declined : cause.message);
        rc = 0;
    } else if (rc < 0) {
        *err = cause;
    }
    delta_free(&d);
    return rc;
}
