#include "etl/history/listing.h"

#include <ctype.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "etl/base/text_stream.h"
#include "etl/history/flags.h"

/* Types of columns, as PostgreSQL numbers them (pg_type.dat). */
#define TYPE_BYTEA 17
#define TYPE_BOOL  16
#define TYPE_INT8  20
#define TYPE_INT2  21
#define TYPE_INT4  23
#define TYPE_JSON  114
#define TYPE_JSONB 3802

int listing_format_parse(const char *word, enum listing_format *ret_format)
{
    static const char *const words[] = {[LISTING_TEXT] = "text", [LISTING_CSV] = "csv", [LISTING_JSON] = "json"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(word, words[i]) != 0) continue;
        *ret_format = (enum listing_format)i;
        return 0;
    }
    return -1;
}

/* ---- cells ---- */

/* An optional sign, digits, and at most one point or comma between digits. */
static bool is_number(struct text cell)
{
    size_t i = cell.len && (cell.ptr[0] == '-' || cell.ptr[0] == '+'), digits = 0, marks = 0;
    for (; i < cell.len; i++) {
        if (isdigit((unsigned char)cell.ptr[i]))
            digits++;
        else if ((cell.ptr[i] == '.' || cell.ptr[i] == ',') && digits && i + 1 < cell.len)
            marks++;
        else
            return false;
    }
    return digits > 0 && marks <= 1;
}

void listing_csv_cell(FILE *out, struct text cell)
{
    struct text shown = cell;
    size_t blanks = text_space(cell);
    while (blanks && shown.len && !strchr("\t\r", shown.ptr[0])) { /* spreadsheets look behind blanks */
        shown = text_from(shown, blanks);
        blanks = text_space(shown);
    }
    bool formula = shown.len && strchr("=+-@\t\r", shown.ptr[0]) && shown.ptr[0] && !is_number(cell);
    bool quoted = formula || memchr(cell.len ? cell.ptr : "", '"', cell.len) ||
                  memchr(cell.len ? cell.ptr : "", ',', cell.len) || memchr(cell.len ? cell.ptr : "", '\n', cell.len) ||
                  memchr(cell.len ? cell.ptr : "", '\r', cell.len);
    if (quoted) putc('"', out);
    if (formula) putc('\'', out);
    for (size_t i = 0; i < cell.len; i++) {
        if (cell.ptr[i] == '"') putc('"', out);
        putc(cell.ptr[i], out);
    }
    if (quoted) putc('"', out);
}

/* Bytes of the character that is shown as it is, 0 for one that must be escaped. */
static size_t plain_length(struct text cell)
{
    unsigned char c = (unsigned char)cell.ptr[0];
    if (c < 0x80) return c >= 0x20 && c != 0x7f && c != '\\';
    size_t length = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
    if (c < 0xc2 || c > 0xf4 || length > cell.len) return 0;
    for (size_t i = 1; i < length; i++)
        if (((unsigned char)cell.ptr[i] & 0xc0) != 0x80) return 0;
    if (c == 0xc2 && (unsigned char)cell.ptr[1] < 0xa0) return 0; /* U+0080 to U+009F control a terminal too */
    return length;
}

void listing_escape(FILE *out, struct text cell)
{
    static const char names[] = "\a\b\t\n\v\f\r\\", letters[] = "abtnvfr\\";
    while (cell.len) {
        size_t n = plain_length(cell);
        const char *named = *cell.ptr ? strchr(names, *cell.ptr) : NULL;
        if (n)
            fwrite(cell.ptr, 1, n, out);
        else if (named)
            fprintf(out, "\\%c", letters[named - names]);
        else
            fprintf(out, "\\x%02x", (unsigned char)*cell.ptr);
        cell = text_from(cell, n ? n : 1);
    }
}

char *listing_escaped(struct arena *arena, struct text cell)
{
    struct text_stream stream;
    size_t size;
    if (text_stream_begin(&stream)) return NULL;
    listing_escape(stream.out, cell);
    char *buffer = text_stream_end(&stream, &size), *copy = buffer ? arena_strdup(arena, buffer) : NULL;
    free(buffer);
    return copy;
}

/* ---- rows ---- */

static bool holds_flags(const PGresult *result, int column)
{
    return text_ends(text_of(PQfname(result, column)), "flaggor");
}

/* The bytes of a bytea in hex, escaped as text; NULL when memory ran out. */
static const char *bytes_of(struct listing *l, const char *hex)
{
    size_t size;
    unsigned char *bytes = PQunescapeBytea((const unsigned char *)hex, &size);
    const char *text = bytes ? listing_escaped(&l->arena, text_make((const char *)bytes, size)) : NULL;
    PQfreemem(bytes);
    return text;
}

/* The cell as it is shown: flags as words in BUFFER. */
static int cell_of(struct listing *l, const PGresult *result, int row, int column, char buffer[static FLAGS_SIZE],
                   struct text *ret, struct error *err)
{
    struct text cell = text_make(PQgetvalue(result, row, column), (size_t)PQgetlength(result, row, column));
    const char *shown = cell.ptr;
    arena_reset(&l->arena);
    if (PQftype(result, column) == TYPE_BYTEA)
        shown = bytes_of(l, cell.ptr);
    else if (holds_flags(result, column) && cell.len)
        shown = flags_words((unsigned)strtoul(cell.ptr, NULL, 10), buffer);
    if (!shown) return error_memory(err);
    *ret = shown == cell.ptr ? cell : text_of(shown);
    return 0;
}

static int write_failed(struct error *err)
{
    return error_set(err, EXIT_INTERNAL, "could not write the output: %s", strerror(errno));
}

static int json_value(struct listing *l, const PGresult *result, int row, int column, struct error *err)
{
    FILE *out = l->out;
    char buffer[FLAGS_SIZE];
    struct text cell;
    if (cell_of(l, result, row, column, buffer, &cell, err)) return -1;
    Oid type = PQftype(result, column);
    bool number = (type == TYPE_INT2 || type == TYPE_INT4 || type == TYPE_INT8) && !holds_flags(result, column);
    if (PQgetisnull(result, row, column)) {
        fputs("null", out);
    } else if (type == TYPE_BOOL) {
        fputs(cell.ptr[0] == 't' ? "true" : "false", out);
    } else if (number || type == TYPE_JSON || type == TYPE_JSONB) {
        fprintf(out, "%.*s", TEXT_ARGS(cell));
    } else {
        json_t *text = json_stringn(cell.ptr, cell.len); /* numeric too: no reader may make it binary by itself */
        int rc = text ? json_dumpf(text, out, JSON_ENCODE_ANY) : -1;
        json_decref(text);
        if (rc && !ferror(out)) return error_memory(err);
    }
    return 0;
}

static int json_row(struct listing *l, const PGresult *result, int row, struct error *err)
{
    fputs(l->rows ? ",\n  {" : "\n  {", l->out);
    for (int column = 0; column < PQnfields(result); column++) {
        fprintf(l->out, "%s\"%s\": ", column ? ", " : "", PQfname(result, column));
        if (json_value(l, result, row, column, err)) return -1;
    }
    putc('}', l->out);
    return 0;
}

static void plain_cell(struct listing *l, int column, struct text cell, bool escaped)
{
    if (column) putc(l->format == LISTING_CSV ? ',' : '\t', l->out);
    if (l->format == LISTING_CSV)
        listing_csv_cell(l->out, cell);
    else if (escaped)
        fwrite(cell.ptr, 1, cell.len, l->out);
    else
        listing_escape(l->out, cell);
}

static void plain_header(struct listing *l, const PGresult *result)
{
    for (int column = 0; column < PQnfields(result); column++)
        plain_cell(l, column, text_of(PQfname(result, column)), false);
    putc('\n', l->out);
}

static int plain_row(struct listing *l, const PGresult *result, int row, struct error *err)
{
    char buffer[FLAGS_SIZE];
    struct text cell;
    for (int column = 0, count = PQnfields(result); column < count; column++) {
        if (cell_of(l, result, row, column, buffer, &cell, err)) return -1;
        plain_cell(l, column, cell, PQftype(result, column) == TYPE_BYTEA);
    }
    putc('\n', l->out);
    return 0;
}

/* What cannot be written is noticed behind the last row: the stream remembers it. */
int listing_rows(struct listing *listing, const PGresult *result, struct error *err)
{
    bool json = listing->format == LISTING_JSON;
    if (!listing->begun && json)
        fprintf(listing->out, "{%s\"rows\": [", listing->before ? listing->before : "");
    else if (!listing->begun)
        plain_header(listing, result);
    listing->begun = true;
    for (int row = 0; row < PQntuples(result); row++) {
        if (json ? json_row(listing, result, row, err) : plain_row(listing, result, row, err)) return -1;
        listing->rows++;
    }
    return ferror(listing->out) ? write_failed(err) : 0;
}

int listing_query(struct listing *listing, struct database *db, const char *sql, int count, const char *const *params,
                  const char *doing, struct error *err)
{
    PGconn *connection = db->connection;
    bool ended = false;
    int rc = 0;
    if (!PQsendQueryParams(connection, sql, count, NULL, params, NULL, NULL, 0) || !PQsetSingleRowMode(connection))
        return database_error(db, NULL, doing, err);
    for (PGresult *result; (result = PQgetResult(connection)); PQclear(result)) {
        ExecStatusType status = PQresultStatus(result);
        if (status != PGRES_SINGLE_TUPLE && status != PGRES_TUPLES_OK)
            rc = database_error(db, result, doing, err);
        else if (rc == 0)
            rc = listing_rows(listing, result, err);
        ended |= status == PGRES_TUPLES_OK;
        if (PQstatus(connection) == CONNECTION_BAD) {
            PQclear(result);
            break;
        }
    }
    if (rc == 0 && !ended) rc = database_error(db, NULL, doing, err); /* no memory for the rest of the answer */
    return rc;
}

int listing_end(struct listing *listing, struct error *err)
{
    arena_free(&listing->arena);
    if (listing->begun && listing->format == LISTING_JSON) fputs(listing->rows ? "\n]}\n" : "]}\n", listing->out);
    return fflush(listing->out) || ferror(listing->out) ? write_failed(err) : 0;
}
