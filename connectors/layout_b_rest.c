/* Layout B: the rest of a name, and of a delegation, that a page break cut off. */
#include "connectors/layout_b_parts.h"
#include "connectors/rapport_words.h"
#include "etl/base/target.h"

/* The end of a delegation ("tyrelse", "nämnd/styrelse") that REST ends with, when the row lacks it: its length. */
static size_t phrase_end(const struct b_table *t, struct text rest, struct reading *ret, struct arena *arena)
{
    for (size_t at = rest.len; at-- > 0;) {
        if (at > 0 && rest.ptr[at - 1] != ' ') continue;
        struct text tail = text_from(rest, at);
        if (!tail.len) continue;
        struct text whole = text_join(arena, t->row.reading.cell[COLUMN_KF_ARSMAL], " ", tail);
        if (text_failed(whole) || !target_looks_legal(whole)) continue;
        ret->cell[COLUMN_KF_ARSMAL] = whole;
        return tail.len;
    }
    return 0;
}

/* A line of running text: neither blank nor of a table of layout A. */
bool layout_b_is_solid(const struct document *d, size_t at)
{
    return at < d->line_count && !text_blank(d->lines[at].text) && text_find(d->lines[at].text, "\t") == SIZE_MAX;
}

/* Does the table go on behind line AT: with a row, an analysis or a header? */
static bool table_goes_on(struct b_table *t, size_t at)
{
    bool residue = false;
    for (; at < t->d->line_count && text_blank(t->d->lines[at].text); at++)
        residue |= t->d->lines[at].text.len > 0;
    if (at == t->d->line_count) return false;
    struct text line = t->d->lines[at].text, goal;
    if (words_goal(line, &goal) != NIVA_NONE || layout_b_is_section(line)) return false;
    return residue || layout_b_is_residue(line) || words_is_analysis(line) || layout_b_is_header(t->d, at) ||
           layout_b_is_furniture(line);
}

/* The end of the text from AT on: an empty line, or what begins something else. */
static size_t rest_end(struct document *d, size_t at)
{
    size_t end = at;
    struct text goal;
    for (; layout_b_is_solid(d, end); end++) {
        struct text line = d->lines[end].text;
        if (layout_b_is_header(d, end) || layout_b_is_furniture(line) || layout_b_is_residue(line) ||
            words_is_analysis(line) || words_goal(line, &goal) != NIVA_NONE)
            break;
    }
    return end;
}

/* "tyrelse", "styrelse" …: no name ends so. */
static bool ends_delegation(struct text rest)
{
    static const char *const ends[] = {"tyrelse", "styrelse", "/styrelse", "nämnd", "nämnd/styrelse"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (text_is(rest, ends[i])) return true;
    return false;
}

/* The end of the row's delegation in a paragraph of its own, behind line END; the line after it, END when it is none. */
static size_t take_phrase_end(struct b_table *t, size_t end)
{
    struct b_row *c = &t->row;
    size_t at = end, lines;
    while (at < t->d->line_count && !t->d->lines[at].text.len)
        at++;
    lines = rest_end(t->d, at) - at;
    if (lines == 0 || lines > 2) return end;
    struct text rest = text_trim(
        text_join(t->d->arena, t->d->lines[at].text, "", lines == 2 ? t->d->lines[at + 1].text : (struct text){0}));
    if (text_failed(rest) || phrase_end(t, rest, &c->reading, t->d->arena) != rest.len) return end;
    for (size_t i = end; i < at; i++)
        document_ignore(t->d, IGNORED_BLANK);
    c->cut_phrase = false;
    c->reading.notes |= NOTE_CELL_JOINED;
    c->lines += (uint32_t)lines;
    return at + lines;
}

/* Does the paragraph at AT end with what the row's delegation lacks?  Then it is the row's, whatever follows. */
bool layout_b_holds_phrase_end(struct b_table *t, size_t at)
{
    struct reading unused;
    struct text rest = {0};
    if (!t->row.cut_phrase) return false;
    for (size_t end = rest_end(t->d, at); at < end; at++)
        rest = text_join(t->d->arena, rest, "", t->d->lines[at].text);
    return !text_failed(rest) && phrase_end(t, text_trim(rest), &unused, t->d->arena) > 0;
}

/* Right after a repeated header, a row complete and no analysis since: the rest of its name, unless it reads as a row. */
int layout_b_take_rest(struct b_table *t, size_t *at, struct error *err)
{
    struct b_row *c = &t->row;
    size_t end = rest_end(t->d, *at);
    struct text rest = {0};
    for (size_t i = *at; i < end; i++) {
        struct text line = t->d->lines[i].text;
        rest = text_join(t->d->arena, rest, "", line);
        if (text_failed(rest)) return error_memory(err);
    }
    rest = text_trim(rest);
    if (c->cut_phrase) {
        size_t n = phrase_end(t, rest, &c->reading, t->d->arena);
        c->cut_phrase = n == 0;
        rest = text_trim(text_part(rest, 0, rest.len - n));
        c->reading.notes |= n ? NOTE_CELL_JOINED : 0;
    }
    bool sure = !rest.len || words_begins_lower(rest) || words_name_hangs(c->name);
    if (rest.len && !words_name_hangs(c->name) && (words_is_number(rest) || words_is_footnote(rest)))
        layout_b_doubt(&c->reading, "R-NAMN", "the text below the row may be a page's number or a footnote");
    if (rest.len && ends_delegation(rest))
        layout_b_doubt(&c->reading, "R-NAMN", "the end of a text cell stands where the rest of the name may be");
    if (rest.len) {
        c->name = words_join_name(t->d->arena, c->name, rest);
        c->reading.notes |= NOTE_NAME_JOINED;
    }
    if (text_failed(c->name)) return error_memory(err);
    c->reading.notes |= NOTE_PAGE_BREAK;
    c->lines += (uint32_t)(end - *at);
    if (c->cut_phrase) end = take_phrase_end(t, end);
    c->last = end - 1;
    if (!sure && !table_goes_on(t, end))
        layout_b_doubt(&c->reading, "R-NAMN", "the text below the row may be the rest of its name or prose");
    *at = end;
    t->after_header = false;
    return 0;
}

/* Lines as wide as running text: no rest of a name, whose column is narrow. */
bool layout_b_is_wide(struct document *d, size_t at)
{
    for (size_t end = rest_end(d, at); at < end; at++)
        if (d->lines[at].text.len > NARROW) return true;
    return false;
}
