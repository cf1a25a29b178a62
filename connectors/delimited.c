/* Delimited text: the data exports of the management system, and what spreadsheets make of them.  The rows come from
 * delimited_rows.c; what they mean is the business of table_header.c and table_rows.c. */
#include <strings.h>

#include "connectors/delimited_rows.h"
#include "connectors/table_levels.h"
#include "connectors/table_rows.h"
#include "etl/base/limits.h"

#define HEADER_ROWS 200 /* rows in which the header must come: title lines seen are below ten */

struct decoding {
    const struct decode_options *options;
    const char *name;
    struct delimited_rows *rows;
    struct arena arena; /* of the headers looked at */
    struct table table;
    struct table_header header;
    struct place upper; /* its first row where it has two; line 0 = it has one */
    char separator;
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

/* A header that was found, and its group row. */
struct found {
    struct table_header header;
    struct place upper; /* line 0 = none */
};

/* Reads ROW as a header, together with ABOVE where that is a group row: 1 and it is set, 0 none. */
static int try_header(struct decoding *d, const struct table_row *above, const struct table_row *row,
                      struct found *ret_found, struct table_header *near, struct error *err)
{
    struct found found = {0};
    struct levels levels = {0};
    char where[TABLE_WHERE_SIZE];
    if (header_read(&d->arena, &d->table.names, row, &found.header, err)) return -1;
    bool alone = header_is_one(&found.header);
    struct table_header single = found.header;
    if (above->count && levels_join(&d->arena, &d->table.names, above, row, &levels, err)) return -1;
    if (alone && levels.group.len)
        return levels_refuse(&levels, table_where(d->name, text_make(NULL, 0), row->place.line, where), err);
    if (levels.changed && !levels.group.len) {
        struct table_header joined;
        if (header_read(&d->arena, &d->table.names, &levels.row, &joined, err)) return -1;
        if (header_is_one(&joined)) {
            found = (struct found){joined, above->place};
            alone = true;
        }
    }
    if (alone)
        *ret_found = found;
    else if (single.columns > near->columns)
        *near = single;
    return alone;
}

/* The row behind POSITION, where it is the second level of the header in ABOVE. */
static int try_lower(struct decoding *d, char separator, size_t position, const struct table_row *above,
                     struct found *found, struct error *err)
{
    struct table_row row;
    struct levels levels;
    bool lower;
    char where[TABLE_WHERE_SIZE];
    if (found->upper.line || !delimited_rows_peek(d->rows, separator, &position, &row)) return 0;
    if (levels_is_lower(&d->arena, &found->header, &row, &lower, err)) return -1;
    if (!lower) return 0;
    if (levels_join(&d->arena, &d->table.names, above, &row, &levels, err)) return -1;
    if (levels.group.len)
        return levels_refuse(&levels, table_where(d->name, text_make(NULL, 0), row.place.line, where), err);
    found->upper = above->place;
    return header_read(&d->arena, &d->table.names, &levels.row, &found->header, err);
}

/* The first header when rows are split at SEPARATOR: 1 and it is set, 0 none; NEAR is the best row that was not one. */
static int search_header(struct decoding *d, char separator, struct found *ret_found, struct table_header *near,
                         struct error *err)
{
    size_t position = 0;
    char where[TABLE_WHERE_SIZE];
    struct table_header skipped = {0};
    struct table_row row, above = {0}, kept;
    for (int i = 0; i < HEADER_ROWS && delimited_rows_peek(d->rows, separator, &position, &row); i++) {
        if (row.count < 2) {
            above.count = 0;
            continue;
        }
        if (levels_keep(&d->arena, &row, &kept, err)) return -1; /* the next peek takes ROW's texts */
        int rc = try_header(d, &above, &kept, ret_found, &skipped, err);
        if (rc > 0 && try_lower(d, separator, position, &kept, ret_found, err)) return -1;
        bool upper = rc > 0 && ret_found->upper.line && skipped.place.offset == ret_found->upper.offset;
        if (rc > 0 && !upper && header_is_damaged(&skipped, &ret_found->header))
            return header_refuse_damaged(table_where(d->name, text_make(NULL, 0), skipped.place.line, where), err);
        if (rc) return rc;
        above = kept;
    }
    if (skipped.columns > near->columns) *near = skipped;
    return 0;
}

static int no_header(const struct decoding *d, const struct table_header *near, struct error *err)
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
    struct table_header near = {0};
    const char given[] = {d->separator, '\0'};
    char found = 0;
    for (const char *s = d->separator ? given : ";,\t"; *s; s++) {
        struct found header;
        int rc = search_header(d, *s, &header, &near, err);
        if (rc < 0) return -1;
        if (rc == 0 || (found && header.header.columns <= d->header.columns)) continue;
        d->header = header.header;
        d->upper = header.upper;
        found = *s;
    }
    if (!found) return no_header(d, &near, err);
    d->separator = d->table.separator = found;
    delimited_rows_split_at(d->rows, found);
    return table_use(&d->table, &d->header, text_make(NULL, 0), err);
}

/* Title lines and the header itself. */
static int take_preamble(struct decoding *d, struct error *err)
{
    struct table_row row;
    int rc;
    while ((rc = delimited_rows_next(d->rows, &row, err)) == 1) {
        bool header = row.place.offset == d->header.place.offset;
        bool upper = d->upper.line && row.place.offset == d->upper.offset;
        bool blank = row.count == 1 && row.cells[0].text.len == 0;
        table_ignore(&d->table, row.lines, header || upper ? IGNORED_HEADER : blank ? IGNORED_BLANK : IGNORED_CONTENTS);
        if (header) return 0;
    }
    return rc;
}

static int take_rows(struct decoding *d, struct error *err)
{
    struct table_row row;
    int rc;
    while ((rc = delimited_rows_next(d->rows, &row, err)) == 1)
        if (table_take(&d->table, &row, err)) return -1;
    return rc;
}

static int decode(const struct reader *reader, const struct decode_options *options, const struct sink *sink,
                  struct decode_counts *ret_counts, struct error *err)
{
    int rc = -1;
    struct decoding d = {.options = options, .name = options->name ? options->name : "input"};
    *ret_counts = (struct decode_counts){0};
    if (table_begin(&d.table, d.name, options, sink, ret_counts, err)) goto out;
    if (delimited_rows_open(reader, d.name, options->encoding, DELIMITED_BLOCK, &d.rows, err)) goto out;
    if (refuse_other_formats(&d, err) || read_separator(&d, err) || find_header(&d, err)) goto out;
    if (take_preamble(&d, err) || take_rows(&d, err)) goto out;
    rc = 0;
out:
    if (d.rows) {
        ret_counts->bytes = delimited_rows_bytes(d.rows);
        ret_counts->lines_read = delimited_rows_lines(d.rows);
    }
    delimited_rows_close(d.rows);
    table_free(&d.table);
    arena_free(&d.arena);
    return rc;
}

const struct connector connector_delimited = {
    .name = "delimited",
    .what = "rows of cells separated by semicolon, comma or TAB, with a header",
    .decode = decode,
    .bulk = true,
};
