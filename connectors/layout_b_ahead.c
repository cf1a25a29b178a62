/* Layout B: looking ahead, where the residue of icons does not tell whether a row begins or goes on. */
#include "connectors/layout_b_parts.h"
#include "connectors/rapport_cells.h"
#include "connectors/rapport_words.h"
#include "etl/base/limits.h"
#include "etl/base/target.h"

#define TRIES          6 /* ends of a row that are tried in one look ahead: its period, and words before that look like one */
#define BLANKS_LONGEST 8 /* empty lines and lines of blanks inside a row */

/* Lines of blanks stand at AT: is a cell what comes after them?  Then one of them was an empty cell. */
static bool cell_behind_blanks(const struct document *d, size_t at)
{
    size_t most = at + BLANKS_LONGEST;
    while (at < d->line_count && at < most && text_blank(d->lines[at].text))
        at++;
    if (at == d->line_count || at == most) return false;
    struct text line = text_trim(d->lines[at].text);
    size_t word = text_find(line, " ");
    return layout_b_begins_cell(line) || target_is_phrase(text_part(line, 0, word < line.len ? word : line.len));
}

/* What no row goes beyond. */
static bool stops_row(struct document *d, size_t at)
{
    struct text goal, line = d->lines[at].text;
    return words_is_analysis(line) || words_goal(line, &goal) != NIVA_NONE || layout_b_is_header(d, at);
}

/* The end of a look ahead from line AT: the first line behind it that no row goes beyond; AT itself when none before that may
 * end a row.  Each line is looked at once, however many look ahead over it. */
static size_t ahead_end(struct b_table *t, size_t at)
{
    size_t most = at + ROW_LINES < t->d->line_count ? at + ROW_LINES : t->d->line_count;
    if (t->next_end < at) t->next_end = at;
    while (t->next_end < most && !cells_may_end(t->d->lines[t->next_end].text))
        t->next_end++;
    if (t->next_stop <= at) t->next_stop = at + 1;
    while (t->next_stop < most && !stops_row(t->d, t->next_stop))
        t->next_stop++;
    if (t->next_stop < most) most = t->next_stop;
    return t->next_end < most ? most : at;
}

/* Looks ahead whether RAW, where the cells have begun, and the lines from FIRST on read as a row, before line AT is left
 * behind and an analysis or a heading comes; with WHOLE also before another row may begin. */
static int row_ahead(struct b_table *t, struct text raw, size_t first, size_t at, bool whole, bool *ret,
                     struct error *err)
{
    struct text name = {0};
    size_t begun = raw.len, end = ahead_end(t, at);
    struct reading reading;
    int readings = 0, tries = 0;
    *ret = false;
    if (end == at) return 0;
    arena_reset(&t->scratch);
    for (size_t i = first; i < end && raw.len <= LIMIT_NAME && !readings && tries < TRIES; i++) {
        struct text line = t->d->lines[i].text;
        if (whole && i > at &&
            ((line.len && text_blank(line) && !cell_behind_blanks(t->d, i)) || layout_b_is_residue(line)))
            return 0;
        raw = text_join(&t->scratch, raw, "", line);
        if (text_failed(raw)) return error_memory(err);
        if (i < at || !cells_may_end(line)) continue;
        tries++;
        if (whole && i < t->no_end_before) continue;
        if (layout_b_split_row(t, &t->scratch, raw, whole, &readings, &name, &reading, err)) return -1;
        if (!whole && !readings && layout_b_split_row(t, &t->scratch, raw, true, &readings, &name, &reading, err))
            return -1;
        if (whole && !readings) t->no_end_before = i + 1; /* nor is it one for what begins later */
    }
    *ret = readings > 0 && (whole || (size_t)(name.ptr - raw.ptr) + name.len < begun);
    return 0;
}

/* Would the text from AT on read as a row of its own? */
int layout_b_reads_as_row(struct b_table *t, size_t at, bool *ret, struct error *err)
{
    return row_ahead(t, (struct text){0}, at, at, true, ret, err);
}

/* Lines of blanks stand between line AT and what was collected: empty cells in the middle of a row, which goes on at AT?
 * They are when the lines read as a row together, and those from AT on do not. */
int layout_b_goes_on(struct b_table *t, size_t at, bool *ret, struct error *err)
{
    bool own = false;
    *ret = false;
    if (!t->collecting || t->failed.open || t->after_header || t->header.kind != RECORD_INDIKATOR ||
        layout_b_is_residue(t->d->lines[at].text))
        return 0;
    if (layout_b_reads_as_row(t, at, &own, err)) return -1;
    if (own) return 0;
    if (row_ahead(t, text_make(t->raw, t->raw_len), t->last + 1, at, false, ret, err)) return -1;
    for (size_t i = t->last + 1; *ret && i < at; i++)
        if (layout_b_append_bytes(t, t->d->lines[i].text, err)) return -1;
    return 0;
}

/* A paragraph behind an analysis or a row, without the residue of icons: does it read as a row all the same?  Then it is
 * shown to a person; running text is wider than the column of names. */
int layout_b_is_stray_row(struct b_table *t, size_t at, bool *ret, struct error *err)
{
    *ret = false;
    if (t->collecting || t->header.kind != RECORD_INDIKATOR || (at > 0 && t->d->lines[at - 1].text.len)) return 0;
    struct text line = text_trim(t->d->lines[at].text); /* a short name has its cells on its line, but for the last */
    if (line.len > NARROW && !cells_may_end(line) && !text_ends(line, " Tas fram") && !text_ends(line, " Tas"))
        return 0;
    return layout_b_reads_as_row(t, at, ret, err);
}
