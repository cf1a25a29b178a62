/* Layout B: text in reading order.  A header is some 17 lines, a row begins with the residue of its icons (the only mark
 * between an analysis and the next row), and its cells are joined by single blanks (rapport_cells.c).  Here is the walk over
 * a table's lines; the parts are in layout_b_parts.h. */
#include "connectors/layout_b_parts.h"
#include "connectors/rapport_cells.h"
#include "connectors/rapport_words.h"
#include "etl/base/limits.h"

#include <stdint.h>

/* ---- the walk ---- */

/* An analysis belongs to the row above it: does it say why a value is not there? */
static int take_analysis(struct b_table *t, size_t at, struct error *err)
{
    struct text line = t->d->lines[at].text, two = text_join(t->d->arena, t->above, "", line);
    document_ignore(t->d, IGNORED_ANALYSIS);
    if (text_failed(two)) return error_memory(err);
    t->above = line;
    if (!t->row.open || t->row.evidence) return 0;
    t->row.evidence = evidence_in(two);
    t->row.evidence_at = at;
    return 0;
}

/* Some line of a header ends in the blank that joins it to the next, unless somebody took them all away. */
static bool blanks_are_gone(const struct document *d, size_t at, size_t end)
{
    size_t texts = 0;
    for (; at < end; at++) {
        if (text_ends(d->lines[at].text, " ")) return false;
        texts += d->lines[at].text.len > 0;
    }
    return texts > 1;
}

static int refuse_without_blanks(const struct document *d, size_t at, struct error *err)
{
    document_refuse(d, at, err, "the blanks that end the lines of a table are gone, so its cells cannot be told apart");
    return error_hint(err, "Whatever handled the text since the export must leave white space alone.");
}

/* A page ended: what was being collected is no row, or is cut. */
static int end_page(struct b_table *t, struct error *err)
{
    bool collecting = t->collecting;
    if (layout_b_drop(t, err)) return -1;
    t->begun.cut |= collecting && t->begun.raw.len;
    return 0;
}

static int take_header(struct b_table *t, size_t *at, struct error *err)
{
    size_t end;
    struct rapport_header h;
    bool strange;
    if (!layout_b_parse_header(t->d, *at, &h, &end, &strange) || strange)
        return document_refuse(t->d, *at, err, "the header of a table cannot be read");
    if (blanks_are_gone(t->d, *at, end)) return refuse_without_blanks(t->d, *at, err);
    if (end_page(t, err)) return -1;
    /* the row above is the other header's, which says what its previous value is of */
    if (!rapport_header_same(&h, &t->header) && layout_b_send_row(t, err)) return -1;
    for (size_t i = *at; i < end; i++)
        document_ignore(t->d, text_blank(t->d->lines[i].text) ? IGNORED_BLANK : IGNORED_HEADER);
    t->header = h;
    t->no_end_before = 0;
    *at = end;
    t->after_header = true;
    t->furniture = false;
    t->blank_run = 0;
    return 0;
}

/* A line with text in the table. */
static int take_text(struct b_table *t, size_t *at, struct error *err)
{
    struct text line = t->d->lines[*at].text;
    bool row = false, goes_on = false, stray = false,
         begins = t->blank_run > 0 || layout_b_is_residue(line) || t->after_header;
    /* behind a header a row with the residue of its own icons is whole, unless it goes on in small letters */
    if (t->after_header && (t->blank_run > 0 || layout_b_is_residue(line)) && !words_begins_lower(text_trim(line)))
        t->begun = (struct b_begun){0};
    if (t->after_header && t->row.open && !t->after_analysis && !t->begun.raw.len) {
        bool own = false;
        if (layout_b_reads_as_row(t, *at, &own, err)) return -1;
        own = own && !layout_b_holds_phrase_end(t, *at) && !words_begins_lower(text_trim(line));
        if (t->blank_run == 0 && !layout_b_is_residue(line) && !layout_b_is_wide(t->d, *at)) {
            if (!own) return layout_b_take_rest(t, at, err);
            layout_b_doubt(&t->row.reading, "R-NAMN", "the text below the row may be the rest of its name");
            stray = true;
        }
    }
    if (t->blank_run && layout_b_goes_on(t, *at, &goes_on, err)) return -1;
    if (!begins && layout_b_is_stray_row(t, *at, &stray, err)) return -1;
    t->after_header = false;
    t->blank_run = 0;
    if ((stray || (begins && !goes_on)) && layout_b_begin(t, *at, err)) return -1;
    t->stray |= stray;
    if (!t->collecting) return take_analysis(t, (*at)++, err);
    if (layout_b_append(t, *at, err)) return -1;
    if (t->raw_lines > ROW_LINES || t->raw_len > LIMIT_CELL) {
        if (layout_b_drop(t, err)) return -1;
    }
    if (t->collecting && cells_may_end(line) && layout_b_try_row(t, *at, &row, err)) return -1;
    ++*at;
    return 0;
}

static bool ends_table(const struct b_table *t, size_t at)
{
    struct document *d = t->d;
    struct text line = d->lines[at].text, rest, label, name;
    struct rapport_header other;
    size_t end;
    int year;
    bool strange;
    if (layout_b_parse_header(d, at, &other, &end, &strange) && !strange && other.kind != t->header.kind) return true;
    return text_find(line, "\t") != SIZE_MAX || words_goal(line, &rest) != NIVA_NONE || layout_b_is_section(line) ||
           words_title(line, &label, &year, &name);
}

static int take_line(struct b_table *t, size_t *at, struct error *err)
{
    struct text line = t->d->lines[*at].text;
    if (text_blank(line)) {
        if (line.len) t->blank_run++;
        if (!line.len && t->collecting && t->break_count < ROW_LINES) t->breaks[t->break_count++] = t->raw_len;
        document_ignore(t->d, IGNORED_BLANK);
        ++*at;
        return 0;
    }
    if (layout_b_is_header(t->d, *at)) return take_header(t, at, err);
    if (layout_b_is_furniture(line)) {
        if (end_page(t, err)) return -1;
        t->furniture = true; /* the row above stays open: behind the repeated header the rest of its name may follow */
        t->blank_run = 0;
        document_ignore(t->d, IGNORED_CONTENTS);
        ++*at;
        return 0;
    }
    if (words_is_analysis(line)) {
        if (layout_b_drop(t, err)) return -1;
        if (layout_b_send_row(t, err)) return -1;
        t->after_analysis = true;
        t->begun = (struct b_begun){0};
        t->after_header = false;
        t->blank_run = 0;
        document_ignore(t->d, IGNORED_ANALYSIS);
        ++*at;
        return 0;
    }
    return take_text(t, at, err);
}

int layout_b_table(struct document *d, size_t *at, struct error *err)
{
    struct b_table t = {.d = d};
    int rc = -1;
    d->tables++;
    if (take_header(&t, at, err)) goto out;
    while (*at < d->line_count && !ends_table(&t, *at))
        if (take_line(&t, at, err)) goto out;
    if (layout_b_drop(&t, err)) goto out;
    rc = layout_b_send_row(&t, err);
out:
    arena_free(&t.scratch);
    return rc;
}

/* ---- goals ---- */

static bool ends_heading(struct document *d, size_t at)
{
    struct text line = d->lines[at].text, rest;
    return words_goal(line, &rest) != NIVA_NONE || layout_b_is_section(line) || words_is_analysis(line) ||
           layout_b_is_header(d, at) || layout_b_is_furniture(line);
}

/* The end of the paragraph that goes on at line AT below its heading; what is longer than a heading is prose. */
static size_t paragraph_end(struct document *d, size_t at)
{
    size_t len = 0;
    for (; layout_b_is_solid(d, at) && !ends_heading(d, at); at++)
        if ((len += d->lines[at].text.len) > LIMIT_GOAL) break;
    return at;
}

/* A heading may wrap over several lines, empty ones between; it ends at its status, or with its paragraph where it has none. */
size_t layout_b_heading_end(struct document *d, size_t at, size_t *ret_status)
{
    size_t paragraph = paragraph_end(d, at + 1), texts = 0, end = at + 1;
    *ret_status = SIZE_MAX;
    for (size_t i = at + 1; i < d->line_count && texts <= 6; i++) {
        struct text line = d->lines[i].text;
        if (text_find(line, "\t") != SIZE_MAX) break;
        if (text_blank(line)) continue;
        struct text status = words_status(d->arena, line);
        if (status.len && !text_failed(status)) {
            *ret_status = i;
            return end;
        }
        if (ends_heading(d, i)) break;
        texts++;
        end = i + 1;
    }
    return paragraph;
}
