/* Delimited text: the data exports of the management system, and what spreadsheets make of them.  The rows come from
 * delimited_rows.c, the meaning of the columns from delimited_header.c; here each row becomes a record or is ignored
 * with a reason. */
#include <stdio.h>
#include <strings.h>

#include "connectors/delimited_header.h"
#include "connectors/delimited_rows.h"
#include "etl/base/fold.h"
#include "etl/base/limits.h"
#include "etl/base/period.h"

#define HEADER_ROWS   200 /* rows in which the header must come: title lines seen are below ten */
#define TOTAL_KEYS    3   /* two built-in labels and the configured one */
#define TOTAL_COLUMNS 3   /* stadsdel, enhet, indikator */
#define MEMO_SIZE     128 /* bytes of a name whose verdict is remembered */

/* The verdict on the last name seen in a column: names repeat from row to row, and folding is dear. */
struct memo {
    char name[MEMO_SIZE];
    size_t len;
    bool is_total;
};

struct decoding {
    const struct decode_options *options;
    const char *name;
    const struct sink *sink;
    struct decode_counts *counts;
    struct delimited_rows *rows;
    struct arena arena;   /* of the whole decoding */
    struct arena scratch; /* of one key */
    struct delimited_header header;
    bool dated; /* some column's name holds the year of the rows */
    char separator;
    struct text total_keys[TOTAL_KEYS];
    size_t total_count;
    struct memo memos[TOTAL_COLUMNS];
    struct record record; /* used for every row */
};

/* ---- what kind of input this is ---- */

static int refuse_other_formats(const struct decoding *d, struct error *err)
{
    struct text head = text_trim(text_part(delimited_rows_head(d->rows), 0, LIMIT_LINE));
    const char *what = NULL;
    if (delimited_rows_bytes(d->rows) == 0) return error_set(err, EXIT_REFUSED, "%s:1: is empty", d->name);
    if (head.len > 1 && head.ptr[0] == '<' && strchr("!?/", head.ptr[1])) what = "an HTML or XML page";
    if (head.len > 1 && head.ptr[0] == '<' && (head.ptr[1] | 0x20) >= 'a' && (head.ptr[1] | 0x20) <= 'z')
        what = "an HTML or XML page";
    if (text_starts(head, "%PDF-")) what = "a PDF document";
    if (text_is(head, "PK")) what = "a zip archive or a workbook"; /* a control character follows */
    if (!what) return 0;
    return error_set(err, EXIT_REFUSED, "%s:1: is %s, not delimited text", d->name, what);
}

static bool is_separator(char c)
{
    return c == ';' || c == ',' || c == '\t' || c == '|';
}

/* The configured separator and the one of a first line `sep=;`. */
static int read_separator(struct decoding *d, struct error *err)
{
    struct text head = delimited_rows_head(d->rows);
    d->separator = d->options->separator;
    if (d->separator && !is_separator(d->separator))
        return error_set(err, EXIT_CONFIG, "%s: the separator must be one of ; , | and TAB", d->name);
    if (head.len < 5 || strncasecmp(head.ptr, "sep=", 4)) return 0;
    if (head.len > 5 && head.ptr[5] != '\r' && head.ptr[5] != '\n') return 0;
    if (!is_separator(head.ptr[4]))
        return error_set(err, EXIT_REFUSED, "%s:1: separator \"%c\" is none of ; , | and TAB", d->name, head.ptr[4]);
    if (d->separator && d->separator != head.ptr[4])
        return error_set(err, EXIT_REFUSED, "%s:1: says its separator is \"%c\", but the source's is \"%c\"", d->name,
                         head.ptr[4], d->separator);
    d->separator = head.ptr[4];
    return 0;
}

/* ---- the header ---- */

/* The first header when rows are split at SEPARATOR: 1 and it is set, 0 none; NEAR is the best row that was not one. */
static int search_header(struct decoding *d, const struct header_names *names, char separator,
                         struct delimited_header *ret_header, struct delimited_header *near, struct error *err)
{
    size_t position = 0;
    struct delimited_row row;
    for (int i = 0; i < HEADER_ROWS && delimited_rows_peek(d->rows, separator, &position, &row); i++) {
        struct delimited_header header;
        if (row.count < 2) continue;
        if (header_read(&d->arena, names, &row, &header, err)) return -1;
        if (header_is_one(&header)) {
            *ret_header = header;
            return 1;
        }
        if (header.columns > near->columns) *near = header;
    }
    return 0;
}

static int no_header(const struct decoding *d, const struct delimited_header *near, struct error *err)
{
    if (delimited_rows_fault(d->rows, err)) return -1; /* the cause, rather than its effect */
    error_set(err, EXIT_REFUSED, "%s:1: no header found in the first %d rows: looked for %s, separated by %s", d->name,
              HEADER_ROWS, header_wanted, d->separator ? "the given separator" : "; or , or TAB");
    if (near->columns)
        error_detail(err, "line %llu has %s Indikator, %s Period, %s value column",
                     (unsigned long long)near->place.line, near->has_indikator ? "an" : "no",
                     near->has_period ? "a" : "no", near->has_value ? "a" : "no");
    return error_hint(err, "Other header names can be mapped among the source's columns in the configuration.");
}

/* Finds the header, and the separator with it: the one that makes the most columns of it. */
static int find_header(struct decoding *d, struct error *err)
{
    struct header_names names;
    struct delimited_header near = {0};
    const char given[] = {d->separator, '\0'};
    char found = 0;
    if (header_names_make(&d->arena, d->options, &names, err)) return -1;
    for (const char *s = d->separator ? given : ";,\t"; *s; s++) {
        struct delimited_header header;
        int rc = search_header(d, &names, *s, &header, &near, err);
        if (rc < 0) return -1;
        if (rc == 0 || (found && header.columns <= d->header.columns)) continue;
        d->header = header;
        found = *s;
    }
    if (!found) return no_header(d, &near, err);
    d->separator = found;
    delimited_rows_split_at(d->rows, found);
    if (header_check(&d->header, d->name, err)) return -1;
    if (d->header.index[COLUMN_STADSDEL] >= 0 || d->options->stadsdel.len) return 0;
    error_set(err, EXIT_REFUSED, "%s:%llu: the header has no \"Stadsdelsnämnd\", and the source names no stadsdel",
              d->name, (unsigned long long)d->header.place.line);
    return error_hint(err, "Say in the source's configuration which stadsdel the export is of.");
}

/* ---- totals rows ---- */

static int make_totals(struct decoding *d, struct error *err)
{
    const struct text labels[TOTAL_KEYS] = {TEXT("Totalt"), TEXT("Summa"), d->options->totals_label};
    for (size_t i = 0; i < TOTAL_KEYS; i++) {
        struct text key = labels[i].len ? fold_key(&d->arena, labels[i]) : text_make(NULL, 0);
        if (text_failed(key)) return error_memory(err);
        if (key.len) d->total_keys[d->total_count++] = key;
    }
    return 0;
}

static int alnum_lower(char c)
{
    if (c >= 'A' && c <= 'Z') return c | 0x20;
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : 0;
}

/* False only where NAME cannot fold to a totals label: it begins with two other ASCII letters or digits. */
static bool may_be_total(const struct decoding *d, struct text name)
{
    if (name.len < 2) return name.len > 0;
    int first = alnum_lower(name.ptr[0]), second = alnum_lower(name.ptr[1]);
    if (!first || !second) return true;
    for (size_t i = 0; i < d->total_count; i++) {
        struct text key = d->total_keys[i];
        if (key.len < 2 || (key.ptr[0] == first && key.ptr[1] == second)) return true;
    }
    return false;
}

/* 1 or 0; -1 when memory ran out. */
static int is_total(struct decoding *d, struct text name, struct memo *memo, struct error *err)
{
    if (!may_be_total(d, name)) return 0;
    if (name.len == memo->len && !memcmp(name.ptr, memo->name, name.len)) return memo->is_total;
    arena_reset(&d->scratch);
    struct text key = fold_key(&d->scratch, name);
    if (text_failed(key)) return error_memory(err);
    bool total = false;
    for (size_t i = 0; i < d->total_count; i++)
        total |= text_equal(key, d->total_keys[i]);
    if (name.len <= MEMO_SIZE) {
        memcpy(memo->name, name.ptr, name.len);
        memo->len = name.len;
        memo->is_total = total;
    }
    return total;
}

static int row_is_total(struct decoding *d, struct error *err)
{
    static const enum column columns[TOTAL_COLUMNS] = {COLUMN_ENHET, COLUMN_INDIKATOR, COLUMN_STADSDEL};
    for (size_t i = 0; i < TOTAL_COLUMNS; i++) {
        if (d->header.index[columns[i]] < 0) continue;
        int rc = is_total(d, d->record.cell[columns[i]], &d->memos[i], err);
        if (rc) return rc;
    }
    return 0;
}

/* ---- rows ---- */

static int ignore(struct decoding *d, const struct delimited_row *row, enum ignored why)
{
    d->counts->lines_ignored[why] += row->lines;
    if (why == IGNORED_EMPTY_ROW || why == IGNORED_TOTAL) {
        d->counts->rows_read++;
        d->counts->rows_ignored++;
    }
    return 0;
}

static void fill_cells(struct decoding *d, const struct delimited_row *row)
{
    struct record *record = &d->record;
    for (int c = 0; c < COLUMN_COUNT; c++) {
        int index = d->header.index[c];
        if (index >= 0 && (size_t)index < row->count) {
            record->cell[c] = row->cells[index].text;
            record->cell_offset[c] = row->cells[index].offset;
        } else if (index >= 0 || c != COLUMN_STADSDEL) {
            record->cell[c] = text_make(NULL, 0);
            record->cell_offset[c] = 0;
        } /* else the configured stadsdel stays */
    }
}

static bool has_data(const struct record *record)
{
    for (int c = COLUMN_INDIKATOR; c <= COLUMN_PERIOD; c++)
        if (record->cell[c].len) return true;
    return false;
}

/* What a row without an indicator or without a period may be: an empty row or prose; IGNORED_COUNT = neither. */
static enum ignored judge_incomplete(const struct decoding *d, const struct delimited_row *row)
{
    size_t filled = 0;
    struct text only = {0};
    for (size_t i = 0; i < row->count; i++)
        if (row->cells[i].text.len) {
            filled++;
            only = row->cells[i].text;
        }
    if (filled == 0) return IGNORED_EMPTY_ROW;
    if (filled > 1 || (row->count > 1 && has_data(&d->record))) return IGNORED_COUNT;
    /* A quote that opens by mistake swallows rows up to the next quote: such a cell must not pass as prose. */
    if (row->lines > 1 && memchr(only.ptr, d->separator, only.len)) return IGNORED_COUNT;
    return IGNORED_PROSE;
}

static bool repeats_header(const struct decoding *d)
{
    const struct text *cell = d->record.cell, *name = d->header.name;
    return text_equal(cell[COLUMN_INDIKATOR], name[COLUMN_INDIKATOR]) &&
           text_equal(cell[COLUMN_PERIOD], name[COLUMN_PERIOD]);
}

/* More cells than the header has names for; empty ones at the end do not count. */
static bool has_surplus(const struct decoding *d, const struct delimited_row *row)
{
    for (size_t i = d->header.count; i < row->count; i++)
        if (row->cells[i].text.len) return true;
    return false;
}

/* A column `Utfall 2023` in a row of another year: whose value is it? */
static void check_years(struct decoding *d)
{
    struct record *record = &d->record;
    struct period period;
    if (period_parse(record->cell[COLUMN_PERIOD], &period)) return; /* left to the rules for periods */
    for (int c = COLUMN_UTFALL; c <= COLUMN_KF_ARSMAL; c++) {
        int year = d->header.year[c];
        if (year == 0 || year == period.year || record->cell[c].len == 0) continue;
        record->notes = NOTE_UNCERTAIN;
        record->rule = "D-PERIOD";
        snprintf(record->reason, sizeof record->reason, "the column of %s is headed %d, the row's period is of %d",
                 column_name((enum column)c), year, period.year);
    }
}

static void mark_faults(struct decoding *d, const struct delimited_row *row)
{
    struct record *record = &d->record;
    record->notes = 0;
    record->rule = NULL;
    record->reason[0] = '\0';
    if (d->dated) check_years(d);
    if (row->quote_fault) {
        record->notes = NOTE_UNREADABLE;
        record->rule = "D-CITAT";
        snprintf(record->reason, sizeof record->reason, "cell %zu goes on after its closing quote", row->quote_fault);
    }
    if (row->count < d->header.count || has_surplus(d, row)) {
        record->notes = NOTE_UNREADABLE;
        record->rule = "D-CELLER";
        snprintf(record->reason, sizeof record->reason, "the row has %zu cells, the header has %zu", row->count,
                 d->header.count);
    }
}

/* Greek and Cyrillic in UTF-8 begin with these bytes; Swedish letters do not. */
static bool may_have_lookalike(struct text name)
{
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.ptr[i] >= 0xcd && (unsigned char)name.ptr[i] <= 0xd4) return true;
    return false;
}

static int take_row(struct decoding *d, const struct delimited_row *row, struct error *err)
{
    struct record *record = &d->record;
    if (row->count == 1 && row->cells[0].text.len == 0) return ignore(d, row, IGNORED_BLANK);
    fill_cells(d, row);
    if (record->cell[COLUMN_INDIKATOR].len == 0 || record->cell[COLUMN_PERIOD].len == 0) {
        enum ignored why = judge_incomplete(d, row);
        if (why != IGNORED_COUNT) return ignore(d, row, why);
    }
    if (repeats_header(d)) return ignore(d, row, IGNORED_HEADER);
    int total = row_is_total(d, err);
    if (total < 0) return -1;
    if (total) return ignore(d, row, IGNORED_TOTAL);

    mark_faults(d, row);
    for (int c = COLUMN_ENHET; c <= COLUMN_INDIKATOR; c++)
        if (may_have_lookalike(record->cell[c]) && fold_has_lookalike(record->cell[c])) record->notes |= NOTE_LOOKALIKE;
    record->place = row->place;
    record->lines = row->lines;
    d->counts->lines_record += row->lines;
    d->counts->rows_read++;
    return d->sink->record(d->sink->context, record, err);
}

/* Title lines and the header itself. */
static int take_preamble(struct decoding *d, struct error *err)
{
    struct delimited_row row;
    int rc;
    while ((rc = delimited_rows_next(d->rows, &row, err)) == 1) {
        if (row.place.offset == d->header.place.offset) return ignore(d, &row, IGNORED_HEADER);
        bool blank = row.count == 1 && row.cells[0].text.len == 0;
        ignore(d, &row, blank ? IGNORED_BLANK : IGNORED_CONTENTS);
    }
    return rc;
}

static int take_rows(struct decoding *d, struct error *err)
{
    struct delimited_row row;
    int rc;
    while ((rc = delimited_rows_next(d->rows, &row, err)) == 1)
        if (take_row(d, &row, err)) return -1;
    return rc;
}

static void begin_record(struct decoding *d)
{
    struct record *record = &d->record;
    record->kind = RECORD_INDIKATOR;
    record->previous_report = d->header.previous_report;
    for (int c = 0; c < COLUMN_COUNT; c++) {
        if (d->header.index[c] >= 0) record->present |= 1u << c;
        d->dated |= d->header.year[c] != 0;
    }
    if (d->header.index[COLUMN_STADSDEL] >= 0) return;
    record->present |= 1u << COLUMN_STADSDEL;
    record->cell[COLUMN_STADSDEL] = d->options->stadsdel;
}

static int decode(const struct reader *reader, const struct decode_options *options, const struct sink *sink,
                  struct decode_counts *ret_counts, struct error *err)
{
    int rc = -1;
    struct decoding d = {.options = options, .sink = sink, .counts = ret_counts};
    *ret_counts = (struct decode_counts){0};
    d.name = options->name ? options->name : "input";
    if (delimited_rows_open(reader, d.name, options->encoding, DELIMITED_BLOCK, &d.rows, err)) goto out;
    if (refuse_other_formats(&d, err) || read_separator(&d, err)) goto out;
    if (find_header(&d, err) || make_totals(&d, err)) goto out;
    begin_record(&d);
    if (take_preamble(&d, err) || take_rows(&d, err)) goto out;
    rc = 0;
out:
    if (d.rows) {
        ret_counts->bytes = delimited_rows_bytes(d.rows);
        ret_counts->lines_read = delimited_rows_lines(d.rows);
    }
    delimited_rows_close(d.rows);
    arena_free(&d.scratch);
    arena_free(&d.arena);
    return rc;
}

const struct connector connector_delimited = {
    .name = "delimited",
    .what = "rows of cells separated by semicolon, comma or TAB, with a header",
    .decode = decode,
};
