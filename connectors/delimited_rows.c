#include "connectors/delimited_rows.h"

#include <stdlib.h>

#include "connectors/table_fold.h"
#include "etl/base/encoding.h"
#include "etl/base/limits.h"

/* What the splitter must look at. */
enum class {
    CLASS_PLAIN = 0,
    CLASS_BLANK = 1 << 0,   /* folds only beside another blank or at an end of the cell */
    CLASS_WIDE = 1 << 1,    /* may begin a white space character that folds to a blank */
    CLASS_STOP = 1 << 2,    /* ends an unquoted cell */
    CLASS_DOUBLED = 1 << 3, /* a doubled quote; never in the table, a mark of the cell */
};

struct delimited_rows {
    const struct reader *reader;
    const char *name;
    size_t block;
    enum encoding encoding;
    bool found_out;            /* the encoding was found out, not said by a mark or the configuration */
    bool at_end;               /* the reader has no more */
    enum encoding_fault fault; /* behind the last decoded byte */
    unsigned char fault_bytes[2];
    bool fault_mixed; /* two encodings in one input */

    unsigned char *raw; /* read and not decoded: RAW_SIZE of at most BLOCK bytes */
    size_t raw_size;
    uint64_t decoded; /* bytes of the input that are in the text or have been */
    char *text;       /* decoded; [counted, start) has been taken, [start, size) has not */
    size_t start, size, capacity;

    uint64_t line, offset; /* of the text at START */
    size_t counted;        /* text before this is in LINES */
    uint64_t lines;
    char last; /* the byte before COUNTED, 0 at the beginning */

    char separator;
    unsigned char class[256];
    struct arena arena; /* of the row's cells that could not stay slices of the text */
    struct table_cell cells[LIMIT_COLUMNS];
    unsigned char marks[LIMIT_COLUMNS]; /* enum class seen in the cell */
};

/* ---- counting, on its own ---- */

/* Line ends in TEXT: LF, CR LF, CR.  LAST is the byte before it, and afterwards its last. */
static uint64_t count_line_ends(struct text text, char *last)
{
    if (text.len == 0) return 0;
    const char *end = text.ptr + text.len, *p;
    uint64_t lf = 0, cr = 0, both = *last == '\r' && text.ptr[0] == '\n';
    for (p = text.ptr; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
        lf++;
    for (p = text.ptr; (p = memchr(p, '\r', (size_t)(end - p))) != NULL; p++) {
        cr++;
        both += p + 1 < end && p[1] == '\n';
    }
    *last = end[-1];
    return lf + cr - both;
}

static void count_taken(struct delimited_rows *rows)
{
    if (rows->counted == rows->start) return; /* there may be no text yet */
    rows->lines += count_line_ends(text_make(rows->text + rows->counted, rows->start - rows->counted), &rows->last);
    rows->counted = rows->start;
}

uint64_t delimited_rows_lines(struct delimited_rows *rows)
{
    count_taken(rows);
    bool open = rows->last != 0 && rows->last != '\n' && rows->last != '\r'; /* a last line without its end */
    return rows->lines + open;
}

uint64_t delimited_rows_bytes(const struct delimited_rows *rows)
{
    return rows->decoded + rows->raw_size;
}

/* ---- reading and decoding ---- */

static int fault_error(const struct delimited_rows *rows, struct error *err)
{
    char last = 0;
    uint64_t line = rows->line + count_line_ends(text_make(rows->text + rows->start, rows->size - rows->start), &last);
    const char *name = rows->name, *encoding = encoding_name(rows->encoding);
    unsigned long long n = line, at = rows->decoded;
    unsigned byte = rows->fault_bytes[0];
    bool two = rows->fault == ENCODING_CONTROL && byte == 0xc2; /* U+0080-U+009F in UTF-8 */
    if (two) byte = rows->fault_bytes[1];
    if (rows->fault == ENCODING_CONTROL)
        return error_set(err, EXIT_REFUSED, "%s:%llu: is not text: control character 0x%02X at byte %llu", name, n,
                         byte, at);
    if (rows->fault == ENCODING_CUT)
        return error_set(err, EXIT_REFUSED, "%s:%llu: ends inside a character of %s at byte %llu: the input is cut",
                         name, n, encoding, at);
    if (rows->fault_mixed) {
        error_set(err, EXIT_REFUSED,
                  "%s:%llu: is not text in one encoding: 0x%02X%02X at byte %llu is UTF-8, the text above is not", name,
                  n, byte, rows->fault_bytes[1], at);
        return error_hint(err, "If the export is Windows-1252 all the same, say so in the source's encoding.");
    }
    if (rows->encoding == ENCODING_WINDOWS1252 && rows->found_out)
        return error_set(err, EXIT_REFUSED,
                         "%s:%llu: is not text: byte 0x%02X at byte %llu is neither UTF-8 nor Windows-1252", name, n,
                         byte, at);
    error_set(err, EXIT_REFUSED, "%s:%llu: is not text in %s: invalid byte 0x%02X at byte %llu", name, n, encoding,
              byte, at);
    if (rows->encoding == ENCODING_UTF8 && rows->found_out)
        return error_hint(
            err, "The text above this line is UTF-8; if it only looks so, say windows-1252 in the source's encoding.");
    return -1;
}

int delimited_rows_fault(const struct delimited_rows *rows, struct error *err)
{
    return rows->fault ? fault_error(rows, err) : 0;
}

/* Fills the block: what is decoded together must not depend on how the reader cuts its pieces. */
static int read_block(struct delimited_rows *rows, struct error *err)
{
    while (!rows->at_end && rows->raw_size < rows->block) {
        ssize_t n =
            rows->reader->read(rows->reader->context, rows->raw + rows->raw_size, rows->block - rows->raw_size, err);
        if (n < 0) return -1;
        if (n == 0) rows->at_end = true;
        rows->raw_size += (size_t)n;
    }
    return 0;
}

static void decode_some(struct delimited_rows *rows, size_t *used, size_t limit)
{
    struct encoding_step step =
        encoding_decode(rows->encoding, rows->raw + *used, limit - *used, rows->text + rows->size);
    *used += step.used;
    rows->size += step.written;
    rows->fault = step.fault;
}

/* So far all was ASCII.  The first other character decides: by the letter it is UTF-8, or it is not.  A later piece that
 * contradicts is refused, so the decision does not depend on where blocks end.  False: more bytes are needed. */
static bool find_out(struct delimited_rows *rows, size_t *used)
{
    size_t run = encoding_ascii_run(rows->raw + *used, rows->raw_size - *used);
    rows->encoding = ENCODING_UTF8;
    decode_some(rows, used, *used + run);
    rows->encoding = ENCODING_UNKNOWN;
    if (*used == rows->raw_size) return false;
    bool cut;
    if (rows->raw[*used] < 0x80 || encoding_utf8_length(rows->raw + *used, rows->raw_size - *used, &cut) > 0)
        rows->encoding = ENCODING_UTF8; /* a control character is found by its decoder */
    else if (cut && !rows->at_end)
        return false;
    else
        rows->encoding = ENCODING_WINDOWS1252;
    return true;
}

/* Up to where the raw bytes can be Windows-1252 that was found out: the guess is given up where UTF-8 turns up. */
static size_t guarded_end(const struct delimited_rows *rows, bool *ret_mixed)
{
    size_t end = encoding_find_mojibake(rows->raw, rows->raw_size);
    *ret_mixed = end < rows->raw_size;
    unsigned char last = end && !*ret_mixed ? rows->raw[end - 1] : 0; /* it takes the next byte to tell */
    if (!rows->at_end && (last == 0xc2 || last == 0xc3 || last == 0xe2)) end--;
    return end;
}

/* Keeps the raw bytes from USED on: the beginning of a character, or of a fault. */
static void keep_rest(struct delimited_rows *rows, size_t used)
{
    size_t rest = rows->raw_size - used;
    for (size_t i = 0; i < sizeof rows->fault_bytes; i++)
        rows->fault_bytes[i] = i < rest ? rows->raw[used + i] : 0;
    memmove(rows->raw, rows->raw + used, rest);
    rows->raw_size = rest;
    rows->decoded += used;
}

/* Decodes the block behind the text. */
static void decode_block(struct delimited_rows *rows)
{
    size_t used = 0, limit = rows->raw_size;
    bool mixed = false;
    bool decided = rows->encoding != ENCODING_UNKNOWN || find_out(rows, &used);
    if (decided && rows->encoding == ENCODING_WINDOWS1252 && rows->found_out) limit = guarded_end(rows, &mixed);
    if (decided && used < limit) decode_some(rows, &used, limit);
    if (mixed && !rows->fault) {
        rows->fault = ENCODING_INVALID;
        rows->fault_mixed = true;
    }
    if (rows->fault == ENCODING_CUT && !rows->at_end) rows->fault = ENCODING_FINE;
    keep_rest(rows, used);
}

/* Drops the taken text and makes room for a block. */
static int make_room(struct delimited_rows *rows, struct error *err)
{
    count_taken(rows);
    if (rows->start) memmove(rows->text, rows->text + rows->start, rows->size - rows->start);
    rows->size -= rows->start;
    rows->start = rows->counted = 0;
    size_t need = rows->size + ENCODING_GROWTH * rows->block;
    if (need <= rows->capacity) return 0;
    size_t capacity = 2 * rows->capacity > need ? 2 * rows->capacity : need;
    char *text = realloc(rows->text, capacity);
    if (!text) return error_memory(err);
    rows->text = text;
    rows->capacity = capacity;
    return 0;
}

/* 1: there is more text, or the end is known now; 0: the end was known. */
static int refill(struct delimited_rows *rows, struct error *err)
{
    if (rows->fault) return fault_error(rows, err);
    if (rows->at_end) return 0;
    if (make_room(rows, err)) return -1;
    do { /* all the room: a long row is split anew after each refill */
        if (read_block(rows, err)) return -1;
        decode_block(rows);
    } while (!rows->at_end && !rows->fault && rows->capacity - rows->size >= ENCODING_GROWTH * rows->block);
    return 1;
}

/* ---- opening ---- */

static int mark_error(const struct delimited_rows *rows, const char *mark, struct error *err)
{
    return error_set(err, EXIT_REFUSED, "%s:1: begins with the byte order mark of %s, but the source's encoding is %s",
                     rows->name, mark, encoding_name(rows->encoding));
}

/* The mark at the head, or its absence, against what is configured. */
static int begin_encoding(struct delimited_rows *rows, struct error *err)
{
    size_t length;
    enum encoding marked = encoding_from_mark(rows->raw, rows->raw_size, &length);
    if (length && !marked)
        return error_set(err, EXIT_REFUSED, "%s:1: is UTF-16 big-endian, which is not supported", rows->name);
    if (marked && rows->encoding && marked != rows->encoding) return mark_error(rows, encoding_name(marked), err);
    rows->found_out = !marked && !rows->encoding;
    if (marked) rows->encoding = marked;
    if (rows->found_out && encoding_looks_utf16le(rows->raw, rows->raw_size)) rows->encoding = ENCODING_UTF16LE;
    memmove(rows->raw, rows->raw + length, rows->raw_size - length);
    rows->raw_size -= length;
    rows->decoded = rows->offset = length;
    return 0;
}

int delimited_rows_open(const struct reader *reader, const char *name, struct text encoding, size_t block,
                        struct delimited_rows **ret_rows, struct error *err)
{
    struct delimited_rows *rows = calloc(1, sizeof *rows);
    if (!rows) return error_memory(err);
    rows->reader = reader;
    rows->name = name ? name : "input";
    rows->block = block < DELIMITED_BLOCK_MIN ? DELIMITED_BLOCK_MIN : block;
    rows->line = 1;
    if (!encoding_from_name(encoding, &rows->encoding)) {
        error_set(err, EXIT_CONFIG, "%s: unknown encoding \"%.*s\"", rows->name,
                  TEXT_ARGS(text_part(encoding, 0, LIMIT_SHOWN)));
        goto fail;
    }
    rows->raw = malloc(rows->block);
    if (!rows->raw) {
        error_memory(err);
        goto fail;
    }
    if (make_room(rows, err) || read_block(rows, err) || begin_encoding(rows, err)) goto fail;
    decode_block(rows);
    delimited_rows_split_at(rows, ';');
    *ret_rows = rows;
    return 0;
fail:
    delimited_rows_close(rows);
    return -1;
}

void delimited_rows_close(struct delimited_rows *rows)
{
    if (!rows) return;
    arena_free(&rows->arena);
    free(rows->text);
    free(rows->raw);
    free(rows);
}

struct text delimited_rows_head(const struct delimited_rows *rows)
{
    return text_make(rows->text + rows->start, rows->size - rows->start);
}

void delimited_rows_split_at(struct delimited_rows *rows, char separator)
{
    memset(rows->class, CLASS_PLAIN, sizeof rows->class);
    rows->class[' '] = CLASS_BLANK;
    rows->class['\t'] = CLASS_WIDE;
    rows->class[0xc2] = rows->class[0xe2] = rows->class[0xef] = CLASS_WIDE; /* U+00A0, U+20xx, U+FEFF: see text_space */
    rows->class['\n'] = rows->class['\r'] = CLASS_STOP;
    rows->class[(unsigned char)separator] = CLASS_STOP;
    rows->separator = separator;
}

/* ---- splitting ---- */

enum split { SPLIT_ROW, SPLIT_END, SPLIT_MORE, SPLIT_COLUMNS, SPLIT_CELL, SPLIT_QUOTE };

/* A walk over one row. */
struct cursor {
    const char *p, *end;
    bool final; /* END is the end of the input */
    unsigned marks;
    size_t breaks; /* line ends inside quotes */
};

/* Behind the plain bytes at P: most of a cell, so four at a time. */
static const char *skip_run(const unsigned char *class, const char *p, const char *end)
{
    const unsigned char *u = (const unsigned char *)p, *last = (const unsigned char *)end;
    while (last - u >= 4 && !(class[u[0]] | class[u[1]] | class[u[2]] | class[u[3]]))
        u += 4;
    while (u < last && class[*u] == CLASS_PLAIN)
        u++;
    return (const char *)u;
}

/* To the end of an unquoted cell. */
static void skip_plain(const unsigned char *class, struct cursor *cursor)
{
    const char *p = cursor->p, *end = cursor->end;
    unsigned marks = cursor->marks;
    for (; (p = skip_run(class, p, end)) < end; p++) {
        unsigned c = class[(unsigned char)*p];
        if (c == CLASS_STOP) break;
        /* One blank between words is how cells look: it needs no folding. */
        if (c == CLASS_BLANK && p + 1 < end && !(class[(unsigned char)p[1]] & (CLASS_BLANK | CLASS_STOP))) continue;
        marks |= c;
    }
    cursor->p = p;
    cursor->marks = marks;
}

/* To the byte after the closing quote. */
static enum split skip_quoted(struct cursor *cursor)
{
    const char *p = cursor->p + 1;
    for (;;) {
        p = p < cursor->end ? memchr(p, '"', (size_t)(cursor->end - p)) : NULL;
        if (!p) return cursor->final ? SPLIT_QUOTE : SPLIT_MORE;
        if (p + 1 == cursor->end || p[1] != '"') break;
        cursor->marks |= CLASS_DOUBLED;
        p += 2;
    }
    cursor->p = p + 1;
    return SPLIT_ROW;
}

/* What of the text between the quotes needs folding, and how many lines it breaks over. */
static void mark_content(const unsigned char *class, struct text content, struct cursor *cursor)
{
    bool was_blank = true;
    size_t ends = 0;
    for (size_t i = 0; i < content.len; i++) {
        unsigned c = class[(unsigned char)content.ptr[i]];
        bool blank = content.ptr[i] == ' ';
        if (c == CLASS_WIDE || content.ptr[i] == '\t' || (blank && was_blank)) cursor->marks |= CLASS_WIDE;
        ends += content.ptr[i] == '\n' || content.ptr[i] == '\r';
        was_blank = blank;
    }
    if (was_blank && content.len) cursor->marks |= CLASS_WIDE;
    if (ends == 0) return;
    char last = 0;
    cursor->marks |= CLASS_WIDE;
    cursor->breaks += count_line_ends(content, &last);
}

/* One cell; the cursor stops at the separator, the line end or the end of the input. */
static enum split split_cell(const unsigned char *class, struct cursor *cursor, struct text *ret_text, bool *ret_stray)
{
    const char *begin = cursor->p;
    *ret_stray = false;
    cursor->marks = 0;
    if (begin == cursor->end || *begin != '"') {
        skip_plain(class, cursor);
        if (begin < cursor->p && *begin == ' ') cursor->marks |= CLASS_BLANK;
        *ret_text = text_make(begin, (size_t)(cursor->p - begin));
        return SPLIT_ROW;
    }
    enum split split = skip_quoted(cursor);
    if (split != SPLIT_ROW) return split;
    *ret_text = text_make(begin + 1, (size_t)(cursor->p - begin - 2));
    mark_content(class, *ret_text, cursor);
    while (cursor->p < cursor->end && *cursor->p == ' ')
        cursor->p++;
    if (cursor->p < cursor->end && class[(unsigned char)*cursor->p] != CLASS_STOP) {
        *ret_stray = true;
        skip_plain(class, cursor);
        cursor->marks = CLASS_WIDE; /* folded, but its quotes stay */
        *ret_text = text_make(begin, (size_t)(cursor->p - begin));
    }
    return SPLIT_ROW;
}

/* The line end at the cursor; false when it takes more bytes to tell CR from CR LF. */
static bool skip_line_end(struct cursor *cursor)
{
    if (cursor->p == cursor->end) return cursor->final;
    char c = *cursor->p++;
    if (c != '\r') return true;
    if (cursor->p == cursor->end) return cursor->final;
    if (*cursor->p == '\n') cursor->p++;
    return true;
}

/* The row at FROM, cells as they stand; *RET_NEXT is where the next one begins. */
static enum split split_row(struct delimited_rows *rows, size_t from, struct table_row *row, size_t *ret_next)
{
    struct cursor cursor = {.p = rows->text + from, .end = rows->text + rows->size};
    cursor.final = rows->at_end && !rows->fault;
    if (cursor.p == cursor.end) return cursor.final ? SPLIT_END : SPLIT_MORE;
    row->count = row->quote_fault = 0;
    for (;; cursor.p++) {
        if (row->count == LIMIT_COLUMNS) return SPLIT_COLUMNS;
        const char *begin = cursor.p;
        bool stray;
        enum split split = split_cell(rows->class, &cursor, &rows->cells[row->count].text, &stray);
        const char *reached = split == SPLIT_ROW ? cursor.p : cursor.end;
        if ((size_t)(reached - begin) > LIMIT_CELL) return SPLIT_CELL;
        if (split != SPLIT_ROW) return split;
        rows->cells[row->count].offset = (uint64_t)(begin - rows->text); /* in the text, for now */
        rows->marks[row->count++] = (unsigned char)cursor.marks;
        if (stray && !row->quote_fault) row->quote_fault = row->count;
        if (cursor.p == cursor.end || *cursor.p != rows->separator) break;
    }
    row->place.length = (uint64_t)(cursor.p - rows->text) - from;
    if (!skip_line_end(&cursor)) return SPLIT_MORE;
    row->lines = (uint32_t)(cursor.breaks + 1);
    row->extent = row->count;
    row->cells = rows->cells;
    *ret_next = (size_t)(cursor.p - rows->text);
    return SPLIT_ROW;
}

/* ---- finishing a row ---- */

static struct text undouble(struct arena *arena, struct text a)
{
    char *out = arena_alloc(arena, a.len);
    if (!out) return text_no_memory;
    size_t len = 0;
    for (size_t i = 0; i < a.len; i++) {
        out[len++] = a.ptr[i];
        if (a.ptr[i] == '"') i++;
    }
    return text_make(out, len);
}

/* Unquotes and folds the cells that need it: most are slices of the text already. */
static int clean_cells(struct delimited_rows *rows, size_t count, struct error *err)
{
    if (rows->arena.used) arena_reset(&rows->arena);
    for (size_t i = 0; i < count; i++) {
        if (!rows->marks[i]) continue;
        struct text *text = &rows->cells[i].text;
        if (rows->marks[i] & CLASS_DOUBLED) *text = undouble(&rows->arena, *text);
        if (!text_failed(*text)) *text = table_fold(&rows->arena, *text);
        if (text_failed(*text)) return error_memory(err);
    }
    return 0;
}

/* Places in the text -> places in the export; the row begins at FROM in the text and at its place's offset in the
 * export. */
static void place_cells(struct delimited_rows *rows, size_t from, struct table_row *row)
{
    if (rows->encoding == ENCODING_UTF8) { /* the text is the export's bytes */
        for (size_t i = 0; i < row->count; i++)
            rows->cells[i].offset += row->place.offset - from;
        return;
    }
    size_t at = from, end = from + (size_t)row->place.length;
    uint64_t offset = row->place.offset;
    for (size_t i = 0; i < row->count; i++) {
        size_t next = (size_t)rows->cells[i].offset;
        offset += encoding_source_length(rows->encoding, text_make(rows->text + at, next - at));
        rows->cells[i].offset = offset;
        at = next;
    }
    offset += encoding_source_length(rows->encoding, text_make(rows->text + at, end - at));
    row->place.length = offset - row->place.offset;
}

static int split_error(const struct delimited_rows *rows, enum split split, struct error *err)
{
    const char *name = rows->name;
    unsigned long long line = rows->line;
    if (split == SPLIT_COLUMNS)
        return error_set(err, EXIT_REFUSED, "%s:%llu: the row has more than %d cells", name, line, LIMIT_COLUMNS);
    if (split == SPLIT_QUOTE)
        return error_set(err, EXIT_REFUSED,
                         "%s:%llu: a quoted cell of the row that begins here is not closed: the input is cut", name,
                         line);
    if (split == SPLIT_CELL)
        error_set(err, EXIT_REFUSED, "%s:%llu: a cell of the row that begins here is longer than %u bytes", name, line,
                  LIMIT_CELL);
    else
        error_set(err, EXIT_REFUSED, "%s:%llu: the row that begins here is longer than %u bytes", name, line,
                  LIMIT_LINE);
    return error_hint(err, "A quote that is never closed makes one cell of all that follows.");
}

bool delimited_rows_peek(struct delimited_rows *rows, char separator, size_t *position, struct table_row *ret_row)
{
    struct error ignored;
    size_t next;
    delimited_rows_split_at(rows, separator);
    if (split_row(rows, *position, ret_row, &next) != SPLIT_ROW) return false;
    char last = 0;
    struct text before = text_make(rows->text + rows->start, *position - rows->start);
    ret_row->place.line = rows->line + count_line_ends(before, &last);
    ret_row->place.offset = rows->offset + encoding_source_length(rows->encoding, before);
    place_cells(rows, *position, ret_row);
    if (clean_cells(rows, ret_row->count, &ignored)) return false;
    *position = next;
    return true;
}

int delimited_rows_next(struct delimited_rows *rows, struct table_row *ret_row, struct error *err)
{
    size_t next;
    enum split split;
    while ((split = split_row(rows, rows->start, ret_row, &next)) == SPLIT_MORE) {
        if (rows->size - rows->start > LIMIT_LINE) return split_error(rows, SPLIT_MORE, err);
        if (refill(rows, err) < 0) return -1;
    }
    if (split == SPLIT_END) return 0;
    if (split == SPLIT_ROW && next - rows->start > LIMIT_LINE) split = SPLIT_MORE;
    if (split != SPLIT_ROW) return split_error(rows, split, err);
    size_t text_end = rows->start + (size_t)ret_row->place.length;
    ret_row->place.line = rows->line;
    ret_row->place.offset = rows->offset;
    place_cells(rows, rows->start, ret_row);
    if (clean_cells(rows, ret_row->count, err)) return -1;
    struct text line_end = text_make(rows->text + text_end, next - text_end);
    rows->offset += ret_row->place.length + encoding_source_length(rows->encoding, line_end);
    rows->line += ret_row->lines;
    rows->start = next;
    return 1;
}
