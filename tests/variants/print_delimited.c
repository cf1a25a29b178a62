/* A table as delimited text: separators, quotes, line ends, encodings. */
#include <stdlib.h>
#include <unistr.h>

#include "tests/variants/generate.h"

struct output {
    struct variant *v;
    char *bytes; /* UTF-8 */
    size_t len, size, line;
};

static void put(struct output *o, const char *bytes, size_t len)
{
    if (o->len + len > o->size) {
        size_t size = 2 * (o->len + len) + 4096;
        char *larger = arena_alloc(&o->v->arena, size);
        if (!larger) abort();
        if (o->len) memcpy(larger, o->bytes, o->len);
        o->bytes = larger;
        o->size = size;
    }
    if (len) memcpy(o->bytes + o->len, bytes, len);
    o->len += len;
}

static void put_cell(struct output *o, const char *cell)
{
    const char special[] = {o->v->style.separator, '"', '\n', '\r', '\0'};
    bool quoted = (o->v->style.quote_all || strpbrk(cell, special)) && cell[0] != '\x01';
    if (cell[0] == '\x01') cell++; /* a damage wants it as it stands */
    if (quoted) put(o, "\"", 1);
    for (; *cell; cell++) {
        if (*cell == '"' && quoted) put(o, "\"", 1);
        if (*cell == '\n') o->line++;
        if (*cell == '\n')
            put(o, o->v->style.line_end, strlen(o->v->style.line_end));
        else
            put(o, cell, 1);
    }
    if (quoted) put(o, "\"", 1);
}

/* Each character of UTF-8 as two bytes, or as one of Windows-1252. */
static struct text encoded(struct variant *v, struct text utf8)
{
    struct table_style *style = &v->style;
    char *out = arena_alloc(&v->arena, 2 * utf8.len + 4);
    size_t len = 0;
    if (!out) abort();
    if (style->encoding == AS_UTF8_MARKED) memcpy(out, "\xef\xbb\xbf", len = 3);
    if (style->encoding == AS_UTF16LE) memcpy(out, "\xff\xfe", len = 2);
    for (size_t i = 0; i < utf8.len;) {
        ucs4_t c;
        size_t n = (size_t)u8_mbtouc(&c, (const uint8_t *)utf8.ptr + i, utf8.len - i);
        if (style->encoding == AS_UTF16LE) {
            out[len++] = (char)(c & 0xff);
            out[len++] = (char)(c >> 8);
        } else if (style->encoding == AS_WINDOWS1252) {
            out[len++] = (char)c;
        } else {
            memcpy(out + len, utf8.ptr + i, n);
            len += n;
        }
        i += n;
    }
    return text_make(out, len);
}

/* The file ends early: facts whose last cell is behind its end are not in it, and what is left of one must be refused.  Of
 * one that is cut in its last cell nothing in the file tells that it is (the transport does: a length, a checksum). */
static void cut_facts(struct output *o, const size_t *last_cells, const size_t *ends)
{
    struct variant *v = o->v;
    size_t keep = o->len * v->style.keep_percent / 100, kept = 0;
    while (v->style.encoding > AS_UTF8_MARKED && keep > 0 && ((unsigned char)o->bytes[keep - 1] & 0xc0) == 0x80)
        keep--;
    while (v->style.encoding > AS_UTF8_MARKED && keep > 0 && (unsigned char)o->bytes[keep - 1] >= 0xc0)
        keep--;
    for (size_t i = 0; i < v->fact_count; i++) {
        if (last_cells[i] <= keep) kept = i + 1;
        if (last_cells[i] <= keep && keep < ends[i]) v->facts[i].misleading = true;
    }
    v->fact_count = kept;
    o->len = keep;
}

struct text print_delimited(struct variant *v)
{
    struct output o = {.v = v, .line = 1};
    char separator[] = {v->style.separator, '\0'}, sep_line[] = "sep=;";
    sep_line[4] = v->style.separator;
    size_t last_cells[FACTS_MOST] = {0}, ends[FACTS_MOST] = {0};
    if (v->style.sep_line) {
        put(&o, sep_line, strlen(sep_line));
        put(&o, v->style.line_end, strlen(v->style.line_end));
        o.line++;
    }
    for (size_t i = 0; i < v->line_count; i++) {
        struct vline *line = &v->lines[i];
        struct fact *f = line->fact >= 0 ? &v->facts[line->fact] : NULL;
        if (f && line->begins) f->line = o.line;
        for (size_t c = 0; c < line->cells; c++) {
            if (c) put(&o, separator, 1);
            if (f) last_cells[line->fact] = o.len;
            put_cell(&o, line->cell[c]);
        }
        if (f) f->last_line = o.line;
        if (f) ends[line->fact] = o.len;
        if (i + 1 < v->line_count || v->style.last_end) put(&o, v->style.line_end, strlen(v->style.line_end));
        o.line++;
    }
    if (v->style.keep_percent < 100) cut_facts(&o, last_cells, ends);
    return encoded(v, text_make(o.bytes, o.len));
}
