/* Report texts: "verksamhetsberättelse" and "tertialrapport" as the city's management system exports them, turned into
 * text by a converter.  This file walks the lines of a document; rapport_document.c reads it, layout_*.c the tables. */
#include "connectors/layout_a_tables.h"
#include "connectors/rapport_document.h"
#include "connectors/rapport_lists.h"
#include "connectors/rapport_words.h"
#include "etl/base/fold.h"
#include "etl/base/limits.h"

#include <stdint.h>

/* "VB 2024"; "2024" where the title has no label. */
static struct text report_name(struct arena *arena, struct text label, int year)
{
    char digits[16];
    snprintf(digits, sizeof digits, "%d", year);
    return text_join(arena, label, label.len ? " " : "", text_copy(arena, text_of(digits)));
}

/* A title that names another district's board than the configured one: "Farsta stadsdelsnämnd" for Bromma. */
static bool contradicts(const struct document *d, struct text name)
{
    if (!d->options->stadsdel.len || !words_is_board(name)) return false;
    struct text titled = fold_key(d->arena, name), wanted = fold_key(d->arena, d->options->stadsdel);
    if (text_failed(titled) || text_failed(wanted)) return false;
    return titled.len < wanted.len ||
           !text_equal(text_part(titled, 0, wanted.len), wanted); /* a genitive's s may follow */
}

/* The title of a unit's report, or of the board's.  A year or district that the configuration contradicts is refused: the
 * wrong document must not be loaded under another's name. */
static int take_title(struct document *d, size_t at, struct text label, int year, struct text name, struct error *err)
{
    if (d->options->year && year != d->options->year)
        return error_set(err, EXIT_REFUSED, "%s:%zu: the title says %d, the configuration says %d", d->options->name,
                         at + 1, year, d->options->year);
    if (contradicts(d, name)) {
        struct text shown = text_clip(name, LIMIT_SHOWN);
        return error_set(err, EXIT_REFUSED, "%s:%zu: the title names \"%.*s\", the configuration says \"%.*s\"",
                         d->options->name, at + 1, TEXT_ARGS(shown), TEXT_ARGS(d->options->stadsdel));
    }
    d->year = year;
    d->titled = true;
    d->report = report_name(d->arena, label, year);
    if (text_failed(d->report)) return error_memory(err);
    bool markup = false;
    struct text enhet = words_is_board(name) ? (struct text){0} : words_name(d->arena, name, &markup);
    if (text_failed(enhet)) return error_memory(err);
    if (d->reports == 0 || !text_equal(enhet, d->enhet)) document_begin_report(d, enhet);
    if (d->reports > LIMIT_ENHETER) return document_refuse(d, at, err, "more reports back to back than the limit");
    document_ignore(d, IGNORED_CONTENTS);
    return 0;
}

/* A line that ends in a blank is joined to the next (layout B), so its heading may wrap. */
static bool may_wrap(struct text line)
{
    return text_ends(line, " ");
}

/* Joins the heading's lines FIRST to END; the label is gone from REST, its first line. */
static struct text heading_text(struct document *d, struct text rest, size_t first, size_t end)
{
    struct text text = rest;
    for (size_t i = first + 1; i < end && !text_failed(text); i++) {
        struct text line = text_trim(d->lines[i].text);
        bool glued = text.len && text_ends(d->lines[i - 1].text, "-");
        text = text_join(d->arena, text, glued ? "" : " ", line);
    }
    return text;
}

/* The goal's status: the first non-blank line below its heading. */
static int take_goal(struct document *d, size_t *at, enum niva niva, struct text rest, struct error *err)
{
    bool markup = false;
    struct text status = {0};
    size_t first = *at, end = first + 1, status_at = SIZE_MAX;
    uint32_t lines = 0;
    if (may_wrap(d->lines[first].text))
        end = layout_b_heading_end(d, first, &status_at);
    else
        for (size_t i = end; i < d->line_count && status_at == SIZE_MAX; i++)
            if (!text_blank(d->lines[i].text)) status_at = i;
    if (status_at < d->line_count) status = words_status(d->arena, d->lines[status_at].text);
    struct text text = words_name(d->arena, heading_text(d, rest, first, end), &markup);
    if (text_failed(text) || text_failed(status)) return error_memory(err);
    size_t last = status.len ? status_at : end - 1;
    for (size_t i = first; i <= last; i++) {
        if (text_blank(d->lines[i].text))
            document_ignore(d, IGNORED_BLANK);
        else
            lines++;
    }
    *at = last + 1;
    return document_goal(d, niva, text, status, first, last, lines, err);
}

/* The n-th report of an export without title lines is the n-th configured unit's. */
static int take_report_heading(struct document *d, size_t at, struct error *err)
{
    document_ignore(d, IGNORED_PROSE);
    if (d->titled) return 0;
    if (d->options->enhet_count == 0) {
        if (d->reports++ == 0) return 0;
        error_set(err, EXIT_REFUSED, "%s:%zu: a second report begins here, and nothing says whose it is",
                  d->options->name, at + 1);
        return error_hint(err, "List the units in the order of their reports (enheter).");
    }
    if (d->reports >= d->options->enhet_count)
        return error_set(err, EXIT_REFUSED, "%s:%zu: report %zu begins here, but only %zu enheter are configured",
                         d->options->name, at + 1, d->reports + 1, d->options->enhet_count);
    document_begin_report(d, d->options->enheter[d->reports]);
    return 0;
}

static int take_line(struct document *d, size_t *at, struct error *err)
{
    struct text line = d->lines[*at].text, rest, label, name;
    int year;
    if (text_blank(line) && text_find(line, "\t") == SIZE_MAX) {
        document_ignore(d, IGNORED_BLANK);
        ++*at;
        return 0;
    }
    if (layout_a_is_header(d, *at)) return layout_a_table(d, at, err);
    if (words_is_goal_row(line)) return take_goal(d, at, words_goal(line, &rest), rest, err);
    if (text_find(line, "\t") != SIZE_MAX) return layout_a_other_table(d, at, err);
    if (layout_b_is_header(d, *at)) return layout_b_table(d, at, err);
    if (layout_b_is_furniture(line)) {
        document_ignore(d, IGNORED_CONTENTS);
        ++*at;
        return 0;
    }
    if (text_is(text_trim(words_unmarked(line)), "Sammanfattande analys")) return take_report_heading(d, (*at)++, err);
    if (words_title(line, &label, &year, &name)) return take_title(d, (*at)++, label, year, name, err);
    if (line.len <= LIMIT_GOAL && !words_is_contents(line)) {
        enum niva niva = words_goal(line, &rest);
        if (niva != NIVA_NONE && (rest.len || may_wrap(line))) return take_goal(d, at, niva, rest, err);
    }
    if (lists_is_series(d, *at)) return lists_series(d, at, err);
    document_ignore(d, words_is_contents(line) ? IGNORED_CONTENTS : IGNORED_PROSE);
    ++*at;
    return 0;
}

static int decode(const struct reader *reader, const struct decode_options *options, const struct sink *sink,
                  struct decode_counts *ret_counts, struct error *err)
{
    struct arena arena = {0};
    struct document d = {
        .options = options, .sink = sink, .counts = ret_counts, .arena = &arena, .year = options->year};
    int rc = -1;
    memset(ret_counts, 0, sizeof *ret_counts);
    if (document_read(&d, reader, err)) goto out;
    for (size_t at = 0; at < d.line_count;)
        if (take_line(&d, &at, err)) goto out;
    if (!d.titled && d.reports < options->enhet_count) {
        error_set(err, EXIT_REFUSED, "%s: %zu enheter are configured, but only %zu reports were found", options->name,
                  options->enhet_count, d.reports);
        goto out;
    }
    if (d.goals == 0 && d.tables == 0) {
        error_set(err, EXIT_REFUSED,
                  "%s: holds no report: neither a goal nor an indicator table was found in %zu lines", options->name,
                  d.line_count);
        error_hint(err, "The connector \"rapporttext\" reads annual and tertial reports as text.");
        goto out;
    }
    rc = 0;
out:
    arena_free(&arena);
    return rc;
}

const struct connector connector_rapporttext = {"rapporttext", "annual and tertial reports as text", decode, false};
