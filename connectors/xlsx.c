/* Workbooks (xlsx, ECMA-376): every sheet with a header that is recognised is a table like delimited text.
 *
 * What is decided here: a line is a row of a sheet that has a cell.  Hidden sheets are not loaded, but counted (they are
 * drafts and look-up lists); hidden rows and columns are loaded like others: a filter hides data, it does not delete
 * them.  Sheets without a header are counted as tables of other kinds.  Formulas stand for the value saved with them. */
#include <stdlib.h>

#include "connectors/table_levels.h"
#include "connectors/table_rows.h"
#include "connectors/xlsx_sheet.h"
#include "etl/base/limits.h"

#define HEADER_ROWS 200 /* rows of a sheet in which its header must come, as in delimited text */

struct decoding {
    const char *name;
    struct xlsx_book book;
    struct table table;
    const struct xlsx_sheet *sheet;
    bool has_header;            /* of the sheet */
    uint64_t rows, blank;       /* of it before its header */
    struct arena trial;         /* of the rows that may be a header */
    struct table_row above;     /* the row before, in TRIAL; count 0 = none */
    struct table_header header; /* of a sheet: found, while the row below may be its second level */
    bool waiting;               /* HEADER is set, and not yet in use */
    size_t tables;              /* sheets with a header */
    size_t visible;
    struct table_header skipped; /* the best row of the sheet above its header */
    struct table_header near;    /* the best row of all that was no header */
    struct text near_sheet;
};

/* ---- bytes ---- */

static int collect(const struct reader *reader, const char *name, struct text *ret_bytes, struct error *err)
{
    char *bytes = NULL;
    size_t len = 0, size = 0;
    for (;;) {
        if (len == size) {
            size = size ? 2 * size : 64 * 1024;
            char *larger = realloc(bytes, size);
            if (!larger) {
                error_memory(err);
                goto fail;
            }
            bytes = larger;
        }
        ssize_t n = reader->read(reader->context, bytes + len, size - len, err);
        if (n < 0) goto fail;
        if (n == 0) break;
        len += (size_t)n;
        if (len > LIMIT_WORKBOOK) {
            error_set(err, EXIT_REFUSED, "%s: is larger than %zu bytes, too large for a workbook", name,
                      LIMIT_WORKBOOK);
            goto fail;
        }
    }
    *ret_bytes = text_make(bytes, len);
    return 0;
fail:
    free(bytes);
    return -1;
}

static int refuse_other_formats(const char *name, struct text bytes, struct error *err)
{
    const char *what = NULL;
    if (bytes.len == 0) return error_set(err, EXIT_REFUSED, "%s: is empty", name);
    if (text_starts(bytes, "\xd0\xcf\x11\xe0")) what = "an old workbook (xls), or one with a password";
    if (text_starts(bytes, "%PDF-")) what = "a PDF document";
    if (text_starts(text_trim(text_part(bytes, 0, LIMIT_SHOWN)), "<")) what = "an HTML or XML page";
    if (what) return error_set(err, EXIT_REFUSED, "%s: is %s, not a workbook (xlsx)", name, what);
    return 0;
}

/* ---- a sheet ---- */

/* From now on rows stand under HEADER. */
static int use_header(struct decoding *d, const struct table_header *header, struct error *err)
{
    d->waiting = false;
    if (table_use(&d->table, header, d->sheet->name, err)) return -1;
    d->has_header = true;
    d->tables++;
    return 0;
}

/* HEADER is in ROW, and with UPPER in the row above too.  Title lines are counted when it has come: without one the sheet
 * is something else. */
static void count_header(struct decoding *d, const struct table_row *row, bool upper)
{
    d->table.counts->lines_ignored[IGNORED_BLANK] += d->blank;
    d->table.counts->lines_ignored[IGNORED_CONTENTS] += d->rows - d->blank - upper;
    table_ignore(&d->table, row->lines + upper, IGNORED_HEADER);
}

static int refuse_levels(const struct decoding *d, const struct levels *levels, const struct table_row *row,
                         struct error *err)
{
    char where[TABLE_WHERE_SIZE];
    return levels_refuse(levels, table_where(d->name, d->sheet->name, row->place.line, where), err);
}

static int check_skipped(const struct decoding *d, const struct table_header *header, struct error *err)
{
    char where[TABLE_WHERE_SIZE];
    if (!header_is_damaged(&d->skipped, header)) return 0;
    return header_refuse_damaged(table_where(d->name, d->sheet->name, d->skipped.place.line, where), err);
}

/* Is ROW, kept, the header, alone or with the row above as its first level? */
static int try_header(struct decoding *d, const struct table_row *row, struct error *err)
{
    struct table_header header, joined;
    struct levels levels = {0};
    if (header_read(&d->trial, &d->table.names, row, &header, err)) return -1;
    bool alone = header_is_one(&header);
    if (d->above.count && levels_join(&d->trial, &d->table.names, &d->above, row, &levels, err)) return -1;
    if (alone && levels.group.len) return refuse_levels(d, &levels, row, err);
    if (levels.changed && !levels.group.len) {
        if (header_read(&d->trial, &d->table.names, &levels.row, &joined, err)) return -1;
        if (header_is_one(&joined)) {
            if (d->skipped.place.line != d->above.place.line && check_skipped(d, &joined, err)) return -1;
            count_header(d, row, true);
            return use_header(d, &joined, err);
        }
    }
    if (alone) {
        if (check_skipped(d, &header, err)) return -1;
        d->header = header;
        d->waiting = true;
        count_header(d, row, false);
        return 0;
    }
    if (header.columns > d->skipped.columns) d->skipped = header;
    if (header.columns > d->near.columns) {
        d->near = header;
        d->near_sheet = d->sheet->name;
    }
    return 0;
}

static int look_for_header(struct decoding *d, const struct table_row *row, struct error *err)
{
    struct table_row kept;
    bool blank = row->count == 1 && row->cells[0].text.len == 0;
    if (d->above.count == 0) arena_reset(&d->trial);
    if (row->count < 2 || d->rows >= HEADER_ROWS) {
        d->above.count = 0;
    } else {
        if (levels_keep(&d->trial, row, &kept, err) || try_header(d, &kept, err)) return -1;
        d->above = kept;
        if (d->waiting || d->has_header) return 0;
    }
    d->rows++;
    d->blank += blank;
    return 0;
}

/* The row behind a header: its second level, or the first row of data. */
static int take_below(struct decoding *d, const struct table_row *row, bool *ret_taken, struct error *err)
{
    struct levels levels;
    if (levels_is_lower(&d->trial, &d->header, row, ret_taken, err)) return -1;
    if (!*ret_taken) return use_header(d, &d->header, err);
    if (levels_join(&d->trial, &d->table.names, &d->above, row, &levels, err)) return -1;
    if (levels.group.len) return refuse_levels(d, &levels, row, err);
    if (header_read(&d->trial, &d->table.names, &levels.row, &d->header, err)) return -1;
    table_ignore(&d->table, row->lines, IGNORED_HEADER);
    return use_header(d, &d->header, err);
}

static int take_row(void *context, const struct table_row *row, bool behind, struct error *err)
{
    struct decoding *d = context;
    char where[TABLE_WHERE_SIZE];
    bool taken = false;
    if (!d->has_header && !d->waiting) return look_for_header(d, row, err);
    if (d->waiting && take_below(d, row, &taken, err)) return -1;
    if (taken) return 0;
    if (behind)
        return error_set(err, EXIT_REFUSED, "%s: the row has cells behind column %d",
                         table_where(d->name, d->sheet->name, row->place.line, where), LIMIT_COLUMNS);
    return table_take(&d->table, row, err);
}

static int decode_sheet(struct decoding *d, size_t index, struct error *err)
{
    struct decode_counts *counts = d->table.counts;
    struct sheet_survey survey = {0};
    int rc = -1;
    d->sheet = &d->book.sheets[index];
    d->has_header = d->waiting = false;
    d->above.count = 0;
    d->skipped = (struct table_header){0};
    d->rows = d->blank = 0;
    if (d->sheet->part < 0) return 0; /* a chart */
    if (sheet_survey(&d->book, d->sheet, &survey, err)) goto out;
    counts->lines_read += survey.rows;
    if (d->sheet->hidden) {
        counts->lines_ignored[IGNORED_HIDDEN] += survey.rows;
    } else {
        d->visible++;
        if (sheet_read(&d->book, d->sheet, index + 1, &survey, take_row, d, err)) goto out;
        if (d->waiting && use_header(d, &d->header, err)) goto out; /* and no row: a valid, empty table */
        if (!d->has_header) counts->lines_ignored[IGNORED_TABLE] += d->rows;
    }
    rc = 0;
out:
    sheet_survey_free(&survey);
    return rc;
}

static int no_header(const struct decoding *d, struct error *err)
{
    const struct table_header *near = &d->near;
    char where[TABLE_WHERE_SIZE];
    error_set(err, EXIT_REFUSED, "%s: no header found in the first %d rows of its %zu visible sheets: looked for %s",
              d->name, HEADER_ROWS, d->visible, header_wanted);
    if (near->columns)
        error_detail(err, "%s has %s Indikator, %s Period, %s value column",
                     table_where(d->name, d->near_sheet, near->place.line, where), near->has_indikator ? "an" : "no",
                     near->has_period ? "a" : "no", near->has_value ? "a" : "no");
    return error_hint(err, "Other header names can be mapped among the source's columns in the configuration.");
}

static int decode(const struct reader *reader, const struct decode_options *options, const struct sink *sink,
                  struct decode_counts *ret_counts, struct error *err)
{
    int rc = -1;
    struct decoding d = {.name = options->name ? options->name : "input"};
    struct text bytes = {0};
    *ret_counts = (struct decode_counts){0};
    if (table_begin(&d.table, d.name, options, sink, ret_counts, err)) goto out;
    if (collect(reader, d.name, &bytes, err)) goto out;
    ret_counts->bytes = bytes.len;
    if (refuse_other_formats(d.name, bytes, err) || xlsx_book_read(d.name, bytes, &d.book, err)) goto out;
    for (size_t i = 0; i < d.book.sheet_count; i++)
        if (decode_sheet(&d, i, err)) goto out;
    rc = d.tables ? 0 : no_header(&d, err);
out:
    xlsx_book_free(&d.book);
    table_free(&d.table);
    arena_free(&d.trial);
    free((void *)(uintptr_t)bytes.ptr);
    return rc;
}

const struct connector connector_xlsx = {
    .name = "xlsx",
    .what = "a workbook: sheets with a header, as delimited text has it",
    .decode = decode,
};
