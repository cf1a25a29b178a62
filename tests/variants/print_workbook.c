/* A table as a workbook: shared and inline strings, numbers with formats, dates of both systems, merged and hidden cells,
 * several sheets. */
#include <stdarg.h>
#include <stdlib.h>
#include <zip.h>

#include "tests/variants/generate.h"

#define MAIN      "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define REL       "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define XML       "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define RELATIONS "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
#define STYLES                                                                                                         \
    XML "<styleSheet xmlns=\"" MAIN "\"><numFmts count=\"2\"><numFmt numFmtId=\"170\" formatCode=\"0.0%\"/>"           \
        "<numFmt numFmtId=\"171\" formatCode=\";;;\"/></numFmts><cellXfs count=\"7\"><xf numFmtId=\"0\"/>"             \
        "<xf numFmtId=\"9\"/><xf numFmtId=\"170\"/><xf numFmtId=\"10\"/><xf numFmtId=\"3\"/><xf numFmtId=\"14\"/>"     \
        "<xf numFmtId=\"171\"/></cellXfs></styleSheet>"
enum { GENERAL, PERCENT, PERCENT1, PERCENT2, GROUPED, DATE, HIDING };

struct part {
    char *bytes;
    size_t len, size;
};

static void put(struct part *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put(struct part *p, const char *format, ...)
{
    va_list args;
    if (p->size - p->len < 8192) {
        p->size = 2 * p->size + 16384;
        p->bytes = realloc(p->bytes, p->size);
        if (!p->bytes) abort();
    }
    va_start(args, format);
    p->len += (size_t)vsnprintf(p->bytes + p->len, p->size - p->len, format, args);
    va_end(args);
}

static void put_text(struct part *p, const char *text)
{
    for (; *text; text++)
        if (strchr("<>&\"", *text))
            put(p, "&#%d;", *text);
        else
            put(p, "%c", *text);
}

struct book {
    struct variant *v;
    struct part sheet, strings, merges;
    size_t string_count, merge_count;
};

/* ---- cells ---- */

/* Digits of CELL without its blanks and comma; the count of decimals.  False when it holds anything else. */
static bool digits_of(const char *cell, char digits[static 24], size_t *ret_decimals, bool *ret_grouped,
                      bool *ret_percent)
{
    size_t n = 0, decimals = 0, len = strlen(cell);
    bool comma = false;
    *ret_percent = len > 2 && !strcmp(cell + len - 2, " %");
    if (*ret_percent) len -= 2;
    *ret_grouped = false;
    for (size_t i = 0; i < len && n < 20; i++) {
        if (cell[i] == ',' && !comma) {
            comma = true;
        } else if (cell[i] == ' ' && !comma) {
            *ret_grouped = true;
        } else if (cell[i] >= '0' && cell[i] <= '9') {
            digits[n++] = cell[i];
            decimals += comma;
        } else {
            return false;
        }
    }
    digits[n] = '\0';
    *ret_decimals = decimals;
    return n > 0 && n < 16;
}

/* DIGITS with the point SHIFT places from the end. */
static const char *pointed(struct variant *v, const char *digits, size_t shift)
{
    size_t n = strlen(digits);
    if (shift == 0) return digits;
    if (n > shift) return say(v, "%.*s.%s", (int)(n - shift), digits, digits + n - shift);
    return say(v, "0.%.*s%s", (int)(shift - n), "00000000", digits);
}

/* CELL as a number whose format shows it just so; false when it has to be a text. */
static bool put_number(struct book *b, const char *ref, const char *cell)
{
    char digits[24];
    size_t decimals;
    bool grouped, percent;
    if (!b->v->style.numbers || !digits_of(cell, digits, &decimals, &grouped, &percent)) return false;
    int style = percent   ? (int[]){PERCENT, PERCENT1, PERCENT2, -1}[decimals < 3 ? decimals : 3]
                : grouped ? GROUPED
                          : GENERAL;
    size_t last = strlen(digits) - 1;
    if (style < 0 || (grouped && (percent || decimals)) || (!percent && decimals && digits[last] == '0')) return false;
    put(&b->sheet, "<c r=\"%s\" s=\"%d\"><v>%s</v></c>", ref, style,
        pointed(b->v, digits, decimals + (percent ? 2 : 0)));
    return true;
}

/* Days from 1899-12-30 to the last day of YEAR. */
static int serial_of_year_end(int year)
{
    int days = 366; /* 1900-12-31, with the day that Excel makes too many */
    for (int y = 1901; y <= year; y++)
        days += 365 + (y % 4 == 0 && (y % 100 != 0 || y % 400 == 0));
    return days;
}

static bool put_date(struct book *b, const char *ref, const char *cell)
{
    size_t len = strlen(cell);
    if (!b->v->style.numbers || len != 10 || strcmp(cell + 4, "-12-31") != 0) return false;
    int serial = serial_of_year_end(b->v->year) - (b->v->style.date1904 ? 1462 : 0);
    put(&b->sheet, "<c r=\"%s\" s=\"%d\"><v>%d</v></c>", ref, DATE, serial);
    return true;
}

static void put_string(struct book *b, const char *ref, const char *cell)
{
    if (b->v->style.shared) {
        put(&b->sheet, "<c r=\"%s\" t=\"s\"><v>%zu</v></c>", ref, b->string_count++);
        put(&b->strings, "<si><t xml:space=\"preserve\">");
        put_text(&b->strings, cell);
        put(&b->strings, "</t></si>");
        return;
    }
    put(&b->sheet, "<c r=\"%s\" t=\"inlineStr\"><is><t xml:space=\"preserve\">", ref);
    put_text(&b->sheet, cell);
    put(&b->sheet, "</t></is></c>");
}

/* What damages ask for begins with a sign of its own. */
static void put_cell(struct book *b, const char *ref, const char *cell)
{
    if (cell[0] == '\x02')
        put(&b->sheet, "<c r=\"%s\" t=\"e\"><v>#N/A</v></c>", ref);
    else if (cell[0] == '\x03')
        put(&b->sheet, "<c r=\"%s\"><f>SUM(A1:A2)</f></c>", ref);
    else if (cell[0] == '\x04')
        put(&b->sheet, "<c r=\"%s\" s=\"%d\"><v>17</v></c>", ref, HIDING);
    else if (cell[0] == '\x05')
        put(&b->sheet, "<c r=\"%s\" t=\"s\"><v>99999</v></c>", ref);
    else if (cell[0] && !put_date(b, ref, cell) && !put_number(b, ref, cell))
        put_string(b, ref, cell);
}

/* ---- sheets ---- */

static size_t column_at(const struct variant *v, enum column column)
{
    size_t at = 0;
    while (at < v->columns && v->order[at] != column)
        at++;
    return at;
}

static bool same_enhet(const struct variant *v, size_t a, size_t b)
{
    size_t at = column_at(v, COLUMN_ENHET);
    const struct vline *x = &v->lines[a], *y = &v->lines[b];
    return x->role == ROLE_ROW && y->role == ROLE_ROW && at < x->cells && at < y->cells && x->cell[at][0] &&
           !strcmp(x->cell[at], y->cell[at]);
}

/* Merges the units of rows that stand together from line FIRST on; RET is the row of the sheet. */
static void merge_enheter(struct book *b, size_t first, size_t end, size_t row)
{
    size_t at = column_at(b->v, COLUMN_ENHET), last = first;
    while (last + 1 < end && same_enhet(b->v, first, last + 1))
        last++;
    if (last == first) return;
    put(&b->merges, "<mergeCell ref=\"%c%zu:%c%zu\"/>", (int)('A' + at), row, (int)('A' + at), row + last - first);
    b->merge_count++;
}

static void put_line(struct book *b, size_t at, size_t row, bool covered)
{
    struct variant *v = b->v;
    struct vline *line = &v->lines[at];
    put(&b->sheet, "<row r=\"%zu\"%s>", row, often(&v->chance, 5) ? " hidden=\"1\"" : "");
    for (size_t c = 0; c < line->cells; c++) {
        const char *ref = say(v, "%c%zu", (int)('A' + c), row);
        if (covered && line->role == ROLE_ROW && v->order[c] == COLUMN_ENHET)
            put(&b->sheet, "<c r=\"%s\"/>", ref);
        else
            put_cell(b, ref, line->cell[c]);
    }
    put(&b->sheet, "</row>");
}

/* Lines FIRST to END as sheet NUMBER, below HEADER rows that are there already. */
static void put_lines(struct book *b, size_t first, size_t end, size_t number, size_t row)
{
    struct variant *v = b->v;
    for (size_t i = first; i < end; i++, row++) {
        bool covered = v->style.merged_enhet && i > first && same_enhet(v, i - 1, i);
        if (v->style.merged_enhet && !covered) merge_enheter(b, i, end, row);
        put_line(b, i, row, covered);
        if (v->lines[i].fact < 0) continue;
        v->facts[v->lines[i].fact].line = v->facts[v->lines[i].fact].last_line = number * SHEET_LINES + row;
    }
}

/* The area that a damage asked for, when both its ends are in this sheet, which has been put. */
static void merge_values(struct book *b, size_t number)
{
    struct variant *v = b->v;
    if (!v->style.merge_rows) return;
    struct fact *first = &v->facts[v->style.merge_first], *last = &v->facts[v->style.merge_last];
    int column = (int)('A' + v->style.merge_column);
    if (last->line / SHEET_LINES != number) return;
    if (first->line / SHEET_LINES != number) {
        last->misleading = true;
        return;
    }
    put(&b->merges, "<mergeCell ref=\"%c%zu:%c%zu\"/>", column, first->line % SHEET_LINES, column,
        last->line % SHEET_LINES);
    b->merge_count++;
}

static size_t header_line(const struct variant *v)
{
    size_t at = 0;
    while (at < v->line_count && v->lines[at].role != ROLE_HEADER)
        at++;
    return at;
}

static const char *end_sheet(struct book *b)
{
    put(&b->sheet, "</sheetData>");
    if (b->merge_count) put(&b->sheet, "<mergeCells>%s</mergeCells>", b->merges.bytes);
    put(&b->sheet, "</worksheet>");
    const char *xml = say(b->v, "%s", b->sheet.bytes);
    b->sheet.len = b->merges.len = b->merge_count = 0;
    put(&b->sheet, XML "<worksheet xmlns=\"" MAIN "\"><sheetData>");
    return xml;
}

/* ---- the archive ---- */

static struct text zipped(struct variant *v, const char *const names[], const char *const parts[], size_t count)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_t *zip = NULL;
    if (source) {
        zip_source_keep(source);
        zip = zip_open_from_source(source, ZIP_TRUNCATE, &error);
    }
    for (size_t i = 0; zip && i < count; i++) {
        zip_int64_t index =
            zip_file_add(zip, names[i], zip_source_buffer(zip, parts[i], strlen(parts[i]), 0), ZIP_FL_ENC_UTF_8);
        if (index < 0 || zip_file_set_mtime(zip, (zip_uint64_t)index, 1700000000, 0) ||
            zip_set_file_compression(zip, (zip_uint64_t)index, ZIP_CM_STORE, 0))
            abort();
    }
    zip_stat_t stat;
    if (!zip || zip_close(zip) || zip_source_stat(source, &stat) || zip_source_open(source)) abort();
    char *bytes = arena_alloc(&v->arena, stat.size + 1);
    if (!bytes || zip_source_read(source, bytes, stat.size) != (zip_int64_t)stat.size) abort();
    zip_source_close(source);
    zip_source_free(source);
    zip_error_fini(&error);
    return text_make(bytes, stat.size * v->style.keep_percent / 100);
}

struct text print_workbook(struct variant *v)
{
    struct book b = {.v = v};
    size_t split = v->style.split > header_line(v) && v->style.split < v->line_count ? v->style.split : v->line_count;
    const char *names[] = {"_rels/.rels",
                           "xl/workbook.xml",
                           "xl/_rels/workbook.xml.rels",
                           "xl/styles.xml",
                           "xl/sharedStrings.xml",
                           "xl/s1.xml",
                           "xl/s2.xml",
                           "xl/s3.xml"};
    put(&b.sheet, XML "<worksheet xmlns=\"" MAIN "\"><sheetData>");
    put(&b.strings, XML "<sst xmlns=\"" MAIN "\">");
    put(&b.merges, "%s", "");
    put_lines(&b, 0, split, 1, 1);
    merge_values(&b, 1);
    const char *first = end_sheet(&b);
    put_line(&b, header_line(v), 1, false); /* a hidden sheet: a draft under the same header */
    put(&b.sheet, "<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>Utkast</t></is></c></row>");
    const char *draft = end_sheet(&b);
    put_line(&b, header_line(v), 1, false);
    put_lines(&b, split, v->line_count, 3, 2);
    merge_values(&b, 3);
    const char *second = end_sheet(&b);
    put(&b.strings, "</sst>");
    const char *parts[] = {
        XML RELATIONS "<Relationship Id=\"a\" Type=\"" REL
                      "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>",
        say(v,
            XML "<workbook xmlns=\"" MAIN "\" xmlns:r=\"" REL "\"><workbookPr%s/><sheets>"
                "<sheet name=\"Data\" sheetId=\"1\" r:id=\"r1\"/><sheet name=\"Dold\" sheetId=\"2\" state=\"hidden\" "
                "r:id=\"r2\"/><sheet name=\"Mer\" sheetId=\"3\" r:id=\"r3\"/></sheets></workbook>",
            v->style.date1904 ? " date1904=\"1\"" : ""),
        XML RELATIONS "<Relationship Id=\"r1\" Type=\"" REL "/worksheet\" Target=\"s1.xml\"/>"
                      "<Relationship Id=\"r2\" Type=\"" REL "/worksheet\" Target=\"s2.xml\"/>"
                      "<Relationship Id=\"r3\" Type=\"" REL "/worksheet\" Target=\"s3.xml\"/>"
                      "<Relationship Id=\"r4\" Type=\"" REL "/styles\" Target=\"styles.xml\"/>"
                      "<Relationship Id=\"r5\" Type=\"" REL "/sharedStrings\" Target=\"sharedStrings.xml\"/>"
                      "</Relationships>",
        STYLES,
        say(v, "%s", b.strings.bytes),
        first,
        draft,
        second};
    struct text bytes = zipped(v, names, parts, sizeof parts / sizeof *parts);
    free(b.sheet.bytes);
    free(b.strings.bytes);
    free(b.merges.bytes);
    return bytes;
}
