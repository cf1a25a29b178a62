#include "connectors/rapport_document.h"

#include <stdint.h>
#include <stdio.h>
#include <unistr.h>

#include "connectors/rapport_words.h"
#include "etl/base/encoding.h"
#include "etl/base/fold.h"
#include "etl/base/limits.h"

int document_refuse(const struct document *d, size_t line, struct error *err, const char *what)
{
    return error_set(err, EXIT_REFUSED, "%s:%zu: %s", d->options->name, line + 1, what);
}

int document_send(struct document *d, struct record *record, size_t first, size_t last, uint32_t lines,
                  struct error *err)
{
    record->place.line = first + 1;
    record->place.offset = d->lines[first].offset;
    record->place.length = d->lines[last].end - d->lines[first].offset;
    record->lines = lines;
    record->cell[COLUMN_STADSDEL] = d->options->stadsdel;
    record->cell[COLUMN_ENHET] = d->enhet;
    record->present |= 1u << COLUMN_STADSDEL | 1u << COLUMN_ENHET;
    record->report = d->report;
    memcpy(record->goal, d->goal, sizeof record->goal);
    if (record->niva == NIVA_NONE) record->niva = d->niva;
    d->counts->lines_record += lines;
    return d->sink->record(d->sink->context, record, err);
}

void document_put_reading(struct record *record, const struct reading *reading)
{
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        if (reading->cell[i].len) record->cell[i] = reading->cell[i];
    record->notes |= reading->notes;
    record->rule = reading->rule;
    memcpy(record->reason, reading->reason, sizeof record->reason);
}

void document_doubt(struct record *record, const char *rule, const char *reason)
{
    if (record->notes & NOTE_UNCERTAIN) return;
    record->notes |= NOTE_UNCERTAIN;
    record->rule = rule;
    snprintf(record->reason, sizeof record->reason, "%s", reason);
}

void document_judge_name(struct record *record)
{
    struct text name = record->cell[COLUMN_INDIKATOR];
    if (words_name_hangs(name)) document_doubt(record, "R-NAMN", "the name is cut and its end was not found");
    if (name.len && name.len <= LIMIT_NAME && !words_is_number(name)) return;
    record->notes |= NOTE_UNCERTAIN | NOTE_UNREADABLE;
    record->rule = "R-NAMN";
    snprintf(record->reason, sizeof record->reason,
             name.len > LIMIT_NAME ? "the name is longer than the limit" : "the row has no name");
}

void document_begin_report(struct document *d, struct text enhet)
{
    d->enhet = enhet;
    d->reports++;
    memset(d->goal, 0, sizeof d->goal);
    d->niva = NIVA_NONE;
}

int document_goal(struct document *d, enum niva niva, struct text text, struct text status, size_t first, size_t last,
                  uint32_t lines, struct error *err)
{
    struct record record = {.kind = RECORD_MAL, .niva = niva, .text = text, .status = status};
    d->goal[niva] = text;
    for (size_t below = (size_t)niva + 1; below < NIVA_COUNT; below++)
        d->goal[below] = (struct text){0};
    d->niva = niva;
    d->goals++;
    return document_send(d, &record, first, last, lines, err);
}

/* ---- reading ---- */

static int read_all(const struct reader *reader, struct document *d, struct arena *arena, struct text *ret,
                    struct error *err)
{
    size_t size = 64 * 1024, len = 0;
    char *bytes = NULL;
    for (;;) {
        char *grown = arena_alloc(arena, size);
        if (!grown) return error_memory(err);
        if (len) memcpy(grown, bytes, len);
        bytes = grown;
        while (len < size) {
            ssize_t n = reader->read(reader->context, bytes + len, size - len, err);
            if (n < 0) return -1;
            if (n == 0) {
                d->counts->bytes = len;
                *ret = text_make(bytes, len);
                return 0;
            }
            len += (size_t)n;
        }
        if (size >= LIMIT_DOCUMENT)
            return error_set(err, EXIT_REFUSED, "%s: larger than %zu MiB, the limit for a report text",
                             d->options->name, LIMIT_DOCUMENT >> 20);
        size *= 2;
    }
}

/* ENCODING: what the text is not; empty when it is no text in any. */
static int refuse_byte(const struct document *d, struct text all, size_t at, const char *encoding, struct error *err)
{
    size_t line = 1;
    for (size_t i = 0; i < at; i++)
        line += all.ptr[i] == '\n';
    return error_set(err, EXIT_REFUSED, "%s:%zu: is not %s%stext: byte 0x%02x at offset %zu", d->options->name, line,
                     encoding, *encoding ? " " : "", (unsigned char)all.ptr[at], at);
}

/* Bytes that no report has: control characters, and what is no text at all. */
static int check_utf8(const struct document *d, struct text all, struct error *err)
{
    const uint8_t *bad = u8_check((const uint8_t *)all.ptr, all.len);
    size_t end = bad ? (size_t)((const char *)bad - all.ptr) : all.len;
    for (size_t i = 0; i < end; i++) {
        unsigned char c = (unsigned char)all.ptr[i];
        if (c == 0x7f || (c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\v'))
            return refuse_byte(d, all, i, "", err);
    }
    return bad ? refuse_byte(d, all, end, "UTF-8", err) : 0;
}

/* UTF-8 taken for Windows-1252 and encoded once more: `Ã¥` for å. */
static int check_encoded_once(const struct document *d, struct text all, struct error *err)
{
    static const char *const twice[] = {"\u00c3\u00a5", "\u00c3\u00a4", "\u00c3\u00b6",
                                        "\u00c3\u2026", "\u00c3\u201e", "\u00c3\u2013"};
    for (size_t i = 0; i < sizeof twice / sizeof *twice; i++) {
        size_t at = text_find(all, twice[i]), line = 1;
        if (at == SIZE_MAX) continue;
        for (size_t c = 0; c < at; c++)
            line += all.ptr[c] == '\n';
        error_set(err, EXIT_REFUSED, "%s:%zu: is encoded twice: \"%s\" stands for one letter", d->options->name, line,
                  twice[i]);
        return error_hint(err, "Whoever made the file read UTF-8 as Windows-1252; ask for the original.");
    }
    return 0;
}

static int find_encoding(struct document *d, struct text all, size_t *ret_mark, struct error *err)
{
    const unsigned char *bytes = (const unsigned char *)all.ptr;
    enum encoding marked = encoding_from_mark(bytes, all.len, ret_mark);
    if (*ret_mark == 2 && marked == ENCODING_UNKNOWN)
        return error_set(err, EXIT_REFUSED, "%s: is big-endian UTF-16, which is not read", d->options->name);
    if (!encoding_from_name(d->options->encoding, &d->encoding))
        return error_set(err, EXIT_CONFIG, "%s: \"%.*s\" is no encoding", d->options->name,
                         TEXT_ARGS(d->options->encoding));
    if (d->encoding == ENCODING_UNKNOWN) d->encoding = marked;
    if (d->encoding == ENCODING_UNKNOWN && encoding_looks_utf16le(bytes, all.len)) d->encoding = ENCODING_UTF16LE;
    /* strict UTF-8, else Windows-1252: but bytes that are neither text nor cut UTF-8 must not pass for letters */
    if (d->encoding == ENCODING_UNKNOWN)
        d->encoding = u8_check((const uint8_t *)all.ptr, all.len) && encoding_find_mojibake(bytes, all.len) == all.len
                          ? ENCODING_WINDOWS1252
                          : ENCODING_UTF8;
    return 0;
}

/* ALL as UTF-8, whatever it came in. */
static int to_utf8(struct document *d, struct text all, struct arena *arena, struct text *ret, struct error *err)
{
    size_t mark = 0;
    if (all.len == 0) return error_set(err, EXIT_REFUSED, "%s: is empty", d->options->name);
    if (find_encoding(d, all, &mark, err)) return -1;
    d->first_offset = mark;
    *ret = text_from(all, mark);
    if (d->encoding != ENCODING_UTF8) {
        char *out = arena_array(arena, ret->len + 1, ENCODING_GROWTH);
        if (!out) return error_memory(err);
        struct encoding_step step = encoding_decode(d->encoding, (const unsigned char *)ret->ptr, ret->len, out);
        if (step.fault != ENCODING_FINE)
            return refuse_byte(d, all, mark + step.used,
                               step.fault == ENCODING_CONTROL ? "" : encoding_name(d->encoding), err);
        *ret = text_make(out, step.written);
    }
    if (check_utf8(d, *ret, err) || check_encoded_once(d, *ret, err)) return -1;
    struct text start = text_trim(*ret);
    if (words_starts_folded(start, "<!doctype html") || words_starts_folded(start, "<html"))
        return error_set(err, EXIT_REFUSED, "%s: is an HTML page, not a report text", d->options->name);
    return 0;
}

static int split_lines(struct document *d, struct text all, struct error *err)
{
    size_t count = 0;
    for (size_t i = 0; i < all.len; i++)
        count += all.ptr[i] == '\n';
    count += all.len > 0 && all.ptr[all.len - 1] != '\n';
    if (count > LIMIT_LINES)
        return error_set(err, EXIT_REFUSED, "%s: has %zu lines, more than %u, the limit for a report text",
                         d->options->name, count, LIMIT_LINES);
    struct line *lines = arena_array(d->arena, count ? count : 1, sizeof *lines);
    if (!lines) return error_memory(err);
    size_t offset = 0, source = d->first_offset;
    for (size_t n = 0; n < count; n++) {
        const char *end = memchr(all.ptr + offset, '\n', all.len - offset);
        size_t next = end ? (size_t)(end - all.ptr) + 1 : all.len;
        size_t len = next - offset - (end ? 1 : 0);
        if (len > LIMIT_LINE)
            return error_set(err, EXIT_REFUSED, "%s:%zu: the line is longer than %u MiB", d->options->name, n + 1,
                             LIMIT_LINE >> 20);
        if (len && all.ptr[offset + len - 1] == '\r') len--;
        struct text text = text_make(all.ptr + offset, len);
        if (fold_may_compose(text)) text = fold_nfc(d->arena, text);
        if (text_failed(text)) return error_memory(err);
        lines[n] = (struct line){text, source, source};
        source += encoding_source_length(d->encoding, text_make(all.ptr + offset, next - offset));
        lines[n].end = source;
        offset = next;
    }
    d->all = all;
    d->lines = lines;
    d->line_count = count;
    d->counts->lines_read = count;
    return 0;
}

int document_read(struct document *d, const struct reader *reader, struct error *err)
{
    struct text bytes = {0}, all = {0};
    if (read_all(reader, d, d->arena, &bytes, err)) return -1;
    if (to_utf8(d, bytes, d->arena, &all, err)) return -1;
    return split_lines(d, all, err);
}

size_t document_offset(const struct document *d, size_t line, const char *at)
{
    const struct line *l = &d->lines[line];
    if (at < d->all.ptr || at > d->all.ptr + d->all.len) return l->offset;
    return l->offset + encoding_source_length(d->encoding, text_make(l->text.ptr, (size_t)(at - l->text.ptr)));
}
