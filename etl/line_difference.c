#include "etl/line_difference.h"

#include <stdlib.h>
#include <string.h>

#include "etl/base/encoding.h"
#include "etl/base/limits.h"

#define FIRST_WINDOW ((size_t)256 * 1024) /* bytes of each export held at first */
#define FIRST_LOOK   8                    /* lines looked at for where the two agree again; eight times as many next */
#define LOOK_GROWTH  8

/* One of the two exports: what was read of it and is not done with. */
struct side {
    const struct reader *reader;
    char *bytes;
    size_t start, end, capacity;
    bool at_end;
    bool encoded;          /* a character outside ASCII was UTF-8: the decoder has made up its mind */
    uint64_t line, offset; /* of the line at START */
};

struct look {          /* a line ahead */
    size_t at, length; /* from the side's start */
    uint64_t hash;
};

/* Lines ahead of both sides. */
struct ahead {
    struct look *lines[2];
    size_t count[2];
    bool ended[2], full[2]; /* no more lines; no more room */
    uint32_t *slots;        /* of the first side's lines by hash, 1-based */
};

struct comparison {
    const struct line_difference_options *options;
    struct side side[2]; /* old, new */
    struct ahead ahead;
    size_t again;    /* of options->again: passed */
    uint64_t looked; /* lines looked at ahead, so far */
    struct line_difference *result;
};

enum peeked { PEEKED_LINE, PEEKED_END, PEEKED_FULL, PEEKED_FAILED };

/* ---- reading ---- */

static int make_room(struct side *s, struct error *err)
{
    if (s->start) memmove(s->bytes, s->bytes + s->start, s->end - s->start);
    s->end -= s->start;
    s->start = 0;
    if (s->end < s->capacity) return 0;
    size_t capacity = s->capacity ? 2 * s->capacity : FIRST_WINDOW;
    char *bytes = realloc(s->bytes, capacity);
    if (!bytes) return error_memory(err);
    s->bytes = bytes;
    s->capacity = capacity;
    return 0;
}

static int refill(struct side *s, struct error *err)
{
    if (make_room(s, err)) return -1;
    ssize_t n = s->reader->read(s->reader->context, s->bytes + s->end, s->capacity - s->end, err);
    if (n < 0) return -1;
    s->at_end = n == 0;
    s->end += (size_t)n;
    return 0;
}

/* The length of the line AT bytes from the start, its end included. */
static enum peeked peek(struct side *s, size_t at, size_t *ret_length, struct error *err)
{
    for (;;) {
        const char *begin = s->bytes + s->start + at;
        size_t held = s->end - s->start - at;
        const char *lf = held ? memchr(begin, '\n', held) : NULL;
        if (lf || (s->at_end && held)) {
            *ret_length = lf ? (size_t)(lf - begin) + 1 : held;
            return PEEKED_LINE;
        }
        if (s->at_end) return PEEKED_END;
        if (s->end - s->start >= LIMIT_DIFFERENCE_WINDOW) return PEEKED_FULL;
        if (refill(s, err)) return PEEKED_FAILED;
    }
}

static struct text line_at(const struct side *s, size_t at, size_t length)
{
    return text_make(s->bytes + s->start + at, length);
}

static void pass(struct side *s, size_t length)
{
    s->start += length;
    s->offset += length;
    s->line++;
}

/* ---- what a line must be like ---- */

static bool closes_at(const char *p, const char *end, char separator)
{
    for (;;) {
        if (p < end && *p == '"') {
            for (p++;; p += 2) {
                p = p < end ? memchr(p, '"', (size_t)(end - p)) : NULL;
                if (!p) return false;
                if (p + 1 == end || p[1] != '"') break;
            }
            p++;
        }
        p = p < end ? memchr(p, separator, (size_t)(end - p)) : NULL;
        if (!p) return true;
        p++;
    }
}

bool line_is_closed(struct text line)
{
    static const char separators[] = {';', ',', '\t', '|'};
    if (!line.len || !memchr(line.ptr, '"', line.len)) return true;
    for (size_t i = 0; i < sizeof separators; i++)
        if (!closes_at(line.ptr, line.ptr + line.len, separators[i])) return false;
    return true;
}

static bool ends_once(struct text line)
{
    const char *cr = memchr(line.ptr, '\r', line.len);
    return !cr || (cr + 2 == line.ptr + line.len && cr[1] == '\n');
}

/* The first character outside ASCII decides what an encoding that nobody has said is taken for (delimited_rows.c). */
static bool is_utf8_so_far(struct side *s, struct text line)
{
    const unsigned char *bytes = (const unsigned char *)line.ptr;
    size_t run = encoding_ascii_run(bytes, line.len);
    bool cut;
    if (run == line.len) return true;
    s->encoded = true;
    return bytes[run] >= 0x80 && encoding_utf8_length(bytes + run, line.len - run, &cut) > 0;
}

/* Why LINE of S cannot be looked at by itself; NULL when it can. */
static const char *odd_line(const struct comparison *c, struct side *s, struct text line)
{
    if (!line_is_closed(line)) return "a quoted cell may go on in the next line";
    if (!ends_once(line)) return "a line holds a carriage return";
    if (!c->options->encoding_configured && !s->encoded && !is_utf8_so_far(s, line))
        return "its encoding has to be found out and is not UTF-8";
    return NULL;
}

/* ---- what comes out ---- */

static int add_text(struct changed_lines *l, struct text line, struct error *err)
{
    if (l->used + line.len > l->size) {
        size_t size = l->size ? 2 * l->size : FIRST_WINDOW;
        while (size < l->used + line.len)
            size *= 2;
        char *text = realloc(l->text, size);
        if (!text) return error_memory(err);
        l->text = text;
        l->size = size;
    }
    memcpy(l->text + l->used, line.ptr, line.len);
    l->used += line.len;
    return 0;
}

static int add_line(struct changed_lines *l, const struct side *s, struct text line, bool context, struct error *err)
{
    if (l->count == l->capacity) {
        size_t capacity = l->capacity ? 2 * l->capacity : 256;
        struct changed_line *lines = reallocarray(l->lines, capacity, sizeof *lines);
        if (!lines) return error_memory(err);
        l->lines = lines;
        l->capacity = capacity;
    }
    l->lines[l->count++] = (struct changed_line){s->line, s->offset, l->used, line.len, context};
    return add_text(l, line, err);
}

/* What becomes of the old side's present line. */
static int add_piece(struct comparison *c, bool kept, struct error *err)
{
    struct line_difference *d = c->result;
    const struct side *old = &c->side[0], *new = &c->side[1];
    struct line_piece piece = {.old_line = old->line, .kept = kept};
    if (kept) {
        piece.lines = (int64_t)(new->line - old->line);
        piece.bytes = (int64_t)(new->offset - old->offset);
    }
    const struct line_piece *last = d->piece_count ? &d->pieces[d->piece_count - 1] : NULL;
    if (last && last->kept == kept && last->lines == piece.lines && last->bytes == piece.bytes) return 0;
    if (d->piece_count == d->piece_capacity) {
        size_t capacity = d->piece_capacity ? 2 * d->piece_capacity : 256;
        struct line_piece *pieces = reallocarray(d->pieces, capacity, sizeof *pieces);
        if (!pieces) return error_memory(err);
        d->pieces = pieces;
        d->piece_capacity = capacity;
    }
    d->pieces[d->piece_count++] = piece;
    return 0;
}

static bool is_again(struct comparison *c)
{
    const struct line_difference_options *o = c->options;
    while (c->again < o->again_count && o->again[c->again] < c->side[0].line)
        c->again++;
    return c->again < o->again_count && o->again[c->again] == c->side[0].line;
}

/* A line that both have. */
static int take_equal(struct comparison *c, size_t length, struct error *err)
{
    struct side *old = &c->side[0], *new = &c->side[1];
    struct text line = line_at(old, 0, length);
    bool head = old->line <= c->options->head_lines, again = is_again(c);
    const char *odd = odd_line(c, old, line);
    if (!odd && !new->encoded) odd = odd_line(c, new, line);
    if (odd) c->result->declined = odd;
    if (add_piece(c, !again, err)) return -1;
    if ((head || again) &&
        (add_line(&c->result->removed, old, line, !again, err) || add_line(&c->result->added, new, line, !again, err)))
        return -1;
    pass(old, length);
    pass(new, length);
    return 0;
}

/* COUNT lines of side I that the other one does not have. */
static int take_changed(struct comparison *c, int i, size_t count, struct error *err)
{
    struct side *s = &c->side[i];
    struct changed_lines *into = i ? &c->result->added : &c->result->removed;
    for (size_t n = 0, length; n < count; n++, pass(s, length)) {
        if (peek(s, 0, &length, err) != PEEKED_LINE) return -1; /* it was seen before */
        struct text line = line_at(s, 0, length);
        const char *odd = odd_line(c, s, line);
        if (odd) c->result->declined = odd;
        if ((i == 0 && add_piece(c, false, err)) || add_line(into, s, line, false, err)) return -1;
    }
    return 0;
}

/* ---- where the two agree again ---- */

static uint64_t hash_line(struct text line)
{
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    for (size_t i = 0; i < line.len; i++)
        hash = (hash ^ (unsigned char)line.ptr[i]) * 1099511628211u;
    return hash;
}

/* Lines of side I up to LOOK of them. */
static int look_ahead(struct comparison *c, int i, size_t look, struct error *err)
{
    struct ahead *a = &c->ahead;
    struct side *s = &c->side[i];
    size_t at = a->count[i] ? a->lines[i][a->count[i] - 1].at + a->lines[i][a->count[i] - 1].length : 0;
    while (a->count[i] < look && !a->ended[i] && !a->full[i]) {
        size_t length;
        enum peeked peeked = peek(s, at, &length, err);
        if (peeked == PEEKED_FAILED) return -1;
        a->ended[i] = peeked == PEEKED_END;
        a->full[i] = peeked == PEEKED_FULL;
        if (peeked != PEEKED_LINE) break;
        a->lines[i][a->count[i]++] = (struct look){at, length, hash_line(line_at(s, at, length))};
        at += length;
    }
    return 0;
}

/* The first of the old lines that says the same as NEW; its index, or the count of them. */
static size_t find_line(const struct comparison *c, size_t mask, const struct look *new)
{
    const struct ahead *a = &c->ahead;
    for (size_t slot = new->hash &mask; a->slots[slot]; slot = (slot + 1) & mask) {
        const struct look *old = &a->lines[0][a->slots[slot] - 1];
        if (old->hash == new->hash &&
            text_equal(line_at(&c->side[0], old->at, old->length), line_at(&c->side[1], new->at, new->length)))
            return a->slots[slot] - 1;
    }
    return a->count[0];
}

/* Of the lines ahead, the nearest pair that is equal: true and how many lines stand before it. */
static bool find_agreement(struct comparison *c, size_t look, size_t ret_before[2])
{
    struct ahead *a = &c->ahead;
    size_t mask = 2 * look - 1, best = SIZE_MAX;
    memset(a->slots, 0, 2 * look * sizeof *a->slots);
    for (size_t i = 0; i < a->count[0]; i++) {
        size_t slot = a->lines[0][i].hash & mask;
        while (a->slots[slot] && a->lines[0][a->slots[slot] - 1].hash != a->lines[0][i].hash)
            slot = (slot + 1) & mask;
        if (!a->slots[slot]) a->slots[slot] = (uint32_t)i + 1; /* of equal lines the first */
    }
    for (size_t j = 0; j < a->count[1] && j <= best; j++) { /* of two as near, the one that removes less */
        size_t i = find_line(c, mask, &a->lines[1][j]);
        if (i == a->count[0] || i + j > best) continue;
        best = i + j;
        ret_before[0] = i;
        ret_before[1] = j;
    }
    return best != SIZE_MAX;
}

/* How many lines of each side stand before the place where they agree again, or before both end. */
static int find_again(struct comparison *c, size_t ret_before[2], struct error *err)
{
    struct ahead *a = &c->ahead;
    for (int i = 0; i < 2; i++) {
        a->count[i] = 0;
        a->ended[i] = a->full[i] = false;
    }
    for (size_t look = FIRST_LOOK; look <= LIMIT_DIFFERENCE_LINES; look *= LOOK_GROWTH) {
        if (look_ahead(c, 0, look, err) || look_ahead(c, 1, look, err)) return -1;
        if (find_agreement(c, look, ret_before)) return 0;
        if (a->ended[0] && a->ended[1]) {
            ret_before[0] = a->count[0];
            ret_before[1] = a->count[1];
            return 0;
        }
        c->looked += look;
        if (a->full[0] || a->full[1] || c->looked > LIMIT_DIFFERENCE_LOOKS) break;
    }
    c->result->declined = "the exports do not agree again after a change within reach";
    return 0;
}

/* ---- all of it ---- */

static bool has_too_many(const struct comparison *c)
{
    const struct line_difference *d = c->result;
    uint64_t head = c->options->head_lines;
    return d->removed.count > c->options->max_lines + head || d->added.count > c->options->max_lines + head ||
           d->removed.used + d->added.used > LIMIT_DIFFERENCE_TEXT;
}

/* 1: there was something to compare, 0: both have ended. */
static int step(struct comparison *c, struct error *err)
{
    size_t length[2], before[2];
    enum peeked peeked[2] = {PEEKED_FAILED, PEEKED_FAILED};
    for (int i = 0; i < 2; i++) {
        peeked[i] = peek(&c->side[i], 0, &length[i], err);
        if (peeked[i] == PEEKED_FAILED) return -1;
    }
    if (peeked[0] == PEEKED_END && peeked[1] == PEEKED_END) return 0;
    if (peeked[0] == PEEKED_LINE && peeked[1] == PEEKED_LINE &&
        text_equal(line_at(&c->side[0], 0, length[0]), line_at(&c->side[1], 0, length[1])))
        return take_equal(c, length[0], err) ? -1 : 1;
    if (c->side[0].line <= c->options->head_lines) {
        c->result->declined = "its header or its first row has changed";
        return 1;
    }
    if (find_again(c, before, err)) return -1;
    if (c->result->declined) return 1;
    return take_changed(c, 0, before[0], err) || take_changed(c, 1, before[1], err) ? -1 : 1;
}

static int begin(struct comparison *c, struct error *err)
{
    struct ahead *a = &c->ahead;
    for (int i = 0; i < 2; i++) {
        a->lines[i] = calloc(LIMIT_DIFFERENCE_LINES, sizeof *a->lines[i]);
        if (!a->lines[i]) return error_memory(err);
    }
    a->slots = calloc(2 * (size_t)LIMIT_DIFFERENCE_LINES, sizeof *a->slots);
    return a->slots ? 0 : error_memory(err);
}

int line_difference(const struct reader *old, const struct reader *new, const struct line_difference_options *options,
                    struct line_difference *ret, struct error *err)
{
    struct comparison c = {
        .options = options, .side = {{.reader = old, .line = 1}, {.reader = new, .line = 1}}, .result = ret};
    *ret = (struct line_difference){0};
    int rc = begin(&c, err) ? -1 : 1;
    while (rc > 0 && !ret->declined) {
        rc = step(&c, err);
        if (rc > 0 && !ret->declined && has_too_many(&c)) ret->declined = "too many of its lines have changed";
    }
    ret->old_lines = c.side[0].line - 1;
    ret->new_lines = c.side[1].line - 1;
    for (int i = 0; i < 2; i++) {
        free(c.side[i].bytes);
        free(c.ahead.lines[i]);
    }
    free(c.ahead.slots);
    return rc < 0 ? -1 : 0;
}

static void free_lines(struct changed_lines *l)
{
    free(l->lines);
    free(l->text);
}

void line_difference_free(struct line_difference *difference)
{
    free_lines(&difference->removed);
    free_lines(&difference->added);
    free(difference->pieces);
    *difference = (struct line_difference){0};
}

const struct changed_line *changed_line_at(const struct changed_lines *lines, uint64_t synthetic)
{
    return synthetic >= 1 && synthetic <= lines->count ? &lines->lines[synthetic - 1] : NULL;
}
