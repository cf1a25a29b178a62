/* Layout A: the cells of a row stand on one line, separated by TAB; a table ends at an empty line, unless the same header
 * follows (a page break).  Rows may be cut and shifted: pieces are collected here, rapport_align.c reads them. */
#include "connectors/layout_a_parts.h"
#include "connectors/rapport_document.h"
#include "connectors/rapport_evidence.h"
#include "connectors/rapport_header.h"
#include "connectors/rapport_words.h"
#include "etl/base/fold.h"
#include "etl/base/limits.h"

#include <stdint.h>

enum row_class { ROW_EMPTY, ROW_HEADER, ROW_ANALYSIS, ROW_DATA, ROW_FRAGMENT, ROW_NAME_REST, ROW_UNCLEAR_TEXT };

/* A row whose pieces are still being collected. */
struct pending {
    bool open;
    struct text name;
    unsigned notes;
    const char *doubt; /* why it is not certain, told by the rows around it; NULL when they tell nothing */
    struct align_input align;
    size_t first, last; /* line indexes */
    uint32_t lines;
    uint64_t name_offset;
    enum klar klar;
    enum evidence evidence;
    size_t evidence_at;
};

struct table {
    struct document *d;
    struct a_header header;
    struct pending row;
    bool after_break; /* a header was repeated since the last row */
    bool after_analysis;
    bool after_text;      /* the row above held a text that may be the beginning of a name */
    bool after_hanging;   /* … and it cannot end where it does */
    bool fills_above;     /* this row's cells would fill what the row above lacks */
    struct arena scratch; /* one row's cells */
};

/* ---- one row ---- */

struct row {
    struct text cells[LIMIT_COLUMNS]; /* white space folded, "" where only icons stood */
    size_t count, name_at;            /* name_at = count when there is no cell but icons and blanks */
    size_t filled;                    /* cells that are not empty */
    uint64_t offset[LIMIT_COLUMNS];
};

static int parse_row(struct table *t, size_t at, struct row *ret, struct error *err)
{
    const struct line *line = &t->d->lines[at];
    ret->count = layout_a_split_cells(line->text, ret->cells);
    if (!ret->count) return document_refuse(t->d, at, err, "a row with more cells than the limit");
    ret->name_at = ret->count;
    ret->filled = 0;
    for (size_t i = 0; i < ret->count; i++) {
        ret->offset[i] = document_offset(t->d, at, ret->cells[i].ptr ? ret->cells[i].ptr : line->text.ptr);
        bool first = ret->name_at == ret->count;
        /* behind the name a lone dash is a value ("nothing"), before it an icon */
        bool empty =
            first ? words_icons_only(ret->cells[i])
                  : text_blank(ret->cells[i]) || words_icon(text_trim(ret->cells[i])) == text_trim(ret->cells[i]).len;
        ret->cells[i] = empty ? (struct text){0} : text_fold_space(t->d->arena, ret->cells[i]);
        if (text_failed(ret->cells[i])) return error_memory(err);
        if (empty) continue;
        ret->filled++;
        if (first) ret->name_at = i;
    }
    return 0;
}

/* The value cells of ROW, seen from its name. */
static void align_from_row(const struct table *t, const struct row *row, size_t name_at, struct align_input *ret)
{
    *ret = (struct align_input){.columns = t->header.of.columns,
                                .column_count = t->header.of.column_count,
                                .niva = t->d->niva,
                                .year = t->d->year};
    for (size_t i = name_at + 1; i < row->count; i++) {
        if (ret->cell_count == ALIGN_CELLS) {
            ret->too_many |= row->cells[i].len > 0;
            continue;
        }
        ret->cells[ret->cell_count++] = row->cells[i];
    }
}

static int fits_as_data(struct table *t, const struct row *row, bool *ret, struct error *err)
{
    struct align_input input;
    align_from_row(t, row, row->name_at, &input);
    return align_fits(&t->scratch, &input, ret, err);
}

/* Adds the cells of a fragment row to the pending row's fragments; they follow the header's columns.  False when one stands
 * outside them. */
static bool add_fragments(const struct table *t, const struct row *row, size_t first, struct align_input *align,
                          struct arena *arena)
{
    for (size_t i = first; i < row->count; i++) {
        if (!row->cells[i].len) continue;
        size_t c = i - t->header.name_at - 1;
        if (i <= t->header.name_at || c >= t->header.of.column_count || t->header.of.columns[c] >= COLUMN_COUNT)
            return false;
        struct text *piece = &align->fragment[t->header.of.columns[c]];
        *piece = text_join(arena, *piece, " ", row->cells[i]);
        if (text_failed(*piece)) return false;
    }
    return true;
}

/* Can the row below still be a piece of the pending one?  Not once its analysis has begun. */
static bool collecting(const struct table *t)
{
    return t->row.open && !t->after_analysis;
}

/* Would the pending row be data with ROW's cells from FIRST on joined to it?  RET_WHOLE: it is without them. */
static int fits_as_fragment(struct table *t, const struct row *row, size_t first, bool *ret, bool *ret_whole,
                            struct error *err)
{
    struct align_input joined = t->row.align;
    *ret = *ret_whole = false;
    if (!collecting(t) || !add_fragments(t, row, first, &joined, &t->scratch)) return 0;
    if (align_fits(&t->scratch, &t->row.align, ret_whole, err)) return -1;
    for (size_t i = 0; *ret_whole && i < COLUMN_COUNT; i++) /* a whole row lacks no cell */
        if (joined.fragment[i].len > t->row.align.fragment[i].len) joined.go_on |= 1u << i;
    joined.partial = !*ret_whole && row->name_at > t->header.name_at;
    return align_fits(&t->scratch, &joined, ret, err);
}

/* A sentence ends inside TEXT and another begins: no name. */
static bool holds_sentences(struct text text)
{
    for (size_t i = 0; i + 2 < text.len; i++)
        if (strchr(".!?", text.ptr[i]) && text.ptr[i + 1] == ' ' &&
            ((text.ptr[i + 2] >= 'A' && text.ptr[i + 2] <= 'Z') || (unsigned char)text.ptr[i + 2] == 0xc3))
            return true;
    return false;
}

/* A row that holds one text and nothing else: the rest of a name, analysis, or not to be known. */
static enum row_class class_of_text(const struct table *t, struct text text)
{
    if (!collecting(t) || words_tagged(text)) return ROW_ANALYSIS;
    if (t->header.of.kind == RECORD_AKTIVITET && t->after_break)
        return ROW_NAME_REST; /* activities are sentences themselves */
    if (holds_sentences(text)) return t->after_break ? ROW_UNCLEAR_TEXT : ROW_ANALYSIS;
    if ((words_is_number(text) || words_is_footnote(text)) && !words_name_hangs(t->row.name))
        return ROW_UNCLEAR_TEXT; /* `9` of `åk 9`, or the number of the page */
    return t->after_break || words_name_hangs(t->row.name) || words_begins_lower(text) ? ROW_NAME_REST
                                                                                       : ROW_UNCLEAR_TEXT;
}

/* ROW reads as a row of its own, but holds no more than the end of a name and what the row above lacks. */
static bool continues_row(const struct table *t, const struct row *row)
{
    struct text name = row->cells[row->name_at];
    return row->name_at <= t->header.name_at &&
           (words_begins_lower(name) || (row->filled == 2 && words_name_hangs(t->row.name)));
}

/* How a row with a cell beside its first text is to be taken: FIRST is the first cell that may be a piece of the row above. */
static int classify_cells(struct table *t, const struct row *row, size_t first, enum row_class *ret, struct error *err)
{
    struct text name = row->cells[row->name_at];
    bool fits = false, joins = false, whole = false;
    if (row->filled > 1 && fits_as_data(t, row, &fits, err)) return -1;
    if (fits_as_fragment(t, row, first, &joins, &whole, err)) return -1;
    *ret = ROW_DATA;
    t->fills_above = row->filled > 2 && joins && !whole && !words_is_number(t->row.name);
    if (!fits && words_is_analysis(name))
        *ret = ROW_ANALYSIS;
    else if (joins && (!fits || (!whole && continues_row(t, row))))
        *ret = ROW_FRAGMENT;
    else if (row->filled == 1 && !words_is_number(name))
        *ret = row->name_at <= t->header.name_at + 1 || !collecting(t) ? class_of_text(t, name) : ROW_UNCLEAR_TEXT;
    return 0;
}

/* RET_HEADER is set where it is one. */
static int classify(struct table *t, size_t at, const struct row *row, enum row_class *ret, struct a_header *ret_header,
                    struct error *err)
{
    *ret = ROW_EMPTY;
    if (row->filled == 0) return 0;
    *ret = ROW_HEADER;
    if (layout_a_parse_header(t->d->arena, t->d->lines[at].text, ret_header)) return 0;
    struct text name = row->cells[row->name_at];
    if (row->name_at > t->header.name_at) return classify_cells(t, row, row->name_at, ret, err);
    if (row->filled > 1) return classify_cells(t, row, row->name_at + 1, ret, err);
    *ret = words_is_analysis(name) ? ROW_ANALYSIS : class_of_text(t, name);
    return 0;
}

/* ---- collecting ---- */

/* A cell was lost, or the outcome is: the name may hold it. */
static bool name_holds_value(struct text name, const struct record *record)
{
    struct text value = words_value_at_end(name);
    if (!value.len || record->kind != RECORD_INDIKATOR) return false;
    if (record->notes & (NOTE_CELL_LOST | NOTE_CELLS_MERGED)) return true;
    bool integer = true; /* `åk 9` */
    for (size_t i = 0; i < value.len; i++)
        integer &= value.ptr[i] >= '0' && value.ptr[i] <= '9';
    return !integer && !record->cell[COLUMN_UTFALL].len;
}

static int finish_row(struct table *t, struct error *err)
{
    struct pending *p = &t->row;
    struct reading reading;
    struct record record = {.kind = t->header.of.kind, .notes = p->notes, .klar = p->klar};
    if (!p->open) return 0;
    p->open = false;
    if (align_row(t->d->arena, &p->align, &reading, err)) return -1;
    rapport_header_check(&t->header.of, &reading);
    document_put_reading(&record, &reading);
    record.cell[COLUMN_INDIKATOR] = p->name;
    record.cell_offset[COLUMN_INDIKATOR] = p->name_offset;
    record.present = 1u << COLUMN_INDIKATOR;
    for (size_t i = 0; i < t->header.of.column_count; i++)
        if (t->header.of.columns[i] < COLUMN_COUNT) record.present |= 1u << t->header.of.columns[i];
    record.previous_report = t->header.of.previous_report;
    record.evidence = p->evidence;
    record.evidence_line = p->evidence ? p->evidence_at + 1 : 0;
    if (fold_has_lookalike(p->name)) record.notes |= NOTE_LOOKALIKE;
    if (p->doubt) document_doubt(&record, "R-NAMN", p->doubt);
    if (name_holds_value(p->name, &record))
        document_doubt(&record, "R-NAMN", "the name ends in what may be the row's first cell");
    document_judge_name(&record);
    t->d->counts->rows_read += record.kind == RECORD_INDIKATOR;
    return document_send(t->d, &record, p->first, p->last, p->lines, err);
}

/* The icon in front of an activity says whether it is done. */
static enum klar klar_of(struct text line)
{
    for (size_t n; line.len; line = text_from(line, n)) {
        if (text_starts(line, "✓") || text_starts(line, "✔")) return KLAR_JA;
        if (text_starts(line, "!") && words_icon(line)) return KLAR_NEJ;
        if (!(n = text_space(line)) && !(n = words_icon(line))) return KLAR_OKAND;
    }
    return KLAR_OKAND;
}

static int begin_row(struct table *t, size_t at, const struct row *row, struct error *err)
{
    struct pending *p = &t->row;
    bool markup = false;
    if (finish_row(t, err)) return -1;
    *p = (struct pending){.open = true, .first = at, .last = at, .lines = 1, .name_offset = row->offset[row->name_at]};
    p->name = words_name(t->d->arena, row->cells[row->name_at], &markup);
    if (text_failed(p->name)) return error_memory(err);
    if (markup) p->notes |= NOTE_MARKUP;
    p->klar = t->header.of.kind == RECORD_AKTIVITET ? klar_of(t->d->lines[at].text) : KLAR_OKAND;
    if (row->name_at > t->header.name_at) p->notes |= NOTE_SHIFTED;
    if (t->fills_above)
        p->doubt = "its cells may belong to the row above, which lacks them";
    else if ((t->after_text || t->after_break) && words_begins_lower(p->name))
        p->doubt = "the name may begin above the row";
    else if (t->after_hanging)
        p->doubt = "the text above the row may be the beginning of its name";
    align_from_row(t, row, row->name_at, &p->align);
    t->after_analysis = t->after_break = t->after_text = t->after_hanging = t->fills_above = false;
    return 0;
}

static void extend_row(struct table *t, size_t at)
{
    t->row.last = at;
    t->row.lines++;
    if (t->after_break) t->row.notes |= NOTE_PAGE_BREAK;
}

static int add_name_rest(struct table *t, struct text text, struct error *err)
{
    bool markup = false;
    struct text rest = words_name_rest(t->d->arena, text, &markup);
    if (!text_failed(rest)) t->row.name = words_join_name(t->d->arena, t->row.name, rest);
    if (text_failed(rest) || text_failed(t->row.name)) return error_memory(err);
    t->row.notes |= NOTE_NAME_JOINED;
    t->after_break = false; /* a further text must speak for itself */
    return 0;
}

static int take_fragment(struct table *t, size_t at, const struct row *row, struct error *err)
{
    size_t first = row->name_at;
    extend_row(t, at);
    if (row->name_at <= t->header.name_at) {
        if (add_name_rest(t, row->cells[row->name_at], err)) return -1;
        first++;
    }
    t->after_break = false;
    return add_fragments(t, row, first, &t->row.align, t->d->arena) ? 0 : error_memory(err);
}

/* An analysis belongs to the row above it. */
static void take_analysis(struct table *t, size_t at)
{
    t->after_analysis = true;
    document_ignore(t->d, IGNORED_ANALYSIS);
    if (!t->row.open || t->row.evidence) return;
    t->row.evidence = evidence_in(t->d->lines[at].text);
    t->row.evidence_at = at;
}

/* The same header again is a page break; another one begins another table, and may do so without an empty line before it. */
static int take_header(struct table *t, const struct a_header *header, struct error *err)
{
    bool same = rapport_header_same(&t->header.of, &header->of);
    document_ignore(t->d, IGNORED_HEADER);
    if (!same && finish_row(t, err)) return -1;
    t->d->tables += !same;
    t->after_break = same;
    t->header = *header; /* the repeat may have another first column */
    return 0;
}

/* A text in a row of its own may be the beginning of the next row's name, unless an analysis has begun. */
static void note_text(struct table *t, const struct row *row, bool after_analysis)
{
    struct text text = row->cells[row->name_at];
    if (words_is_analysis(text) || words_tagged(text)) return;
    t->after_text = true;
    t->after_hanging = !after_analysis && words_name_hangs(text);
}

static int take_row(struct table *t, size_t at, struct error *err)
{
    struct row row;
    struct a_header header;
    enum row_class class;
    arena_reset(&t->scratch);
    if (parse_row(t, at, &row, err) || classify(t, at, &row, &class, &header, err)) return -1;
    switch (class) {
    case ROW_EMPTY:
        document_ignore(t->d, IGNORED_EMPTY_ROW);
        return 0;
    case ROW_HEADER:
        return take_header(t, &header, err);
    case ROW_UNCLEAR_TEXT:
        note_text(t, &row, t->after_analysis);
        t->row.doubt = "the text below the row may be the rest of its name or an analysis";
        document_ignore(t->d, IGNORED_ANALYSIS);
        return 0;
    case ROW_ANALYSIS:
        if (row.filled == 1) note_text(t, &row, t->after_analysis);
        take_analysis(t, at);
        return 0;
    case ROW_NAME_REST:
        extend_row(t, at);
        return add_name_rest(t, row.cells[row.name_at], err);
    case ROW_FRAGMENT:
        return take_fragment(t, at, &row, err);
    case ROW_DATA:
        if (collecting(t) && row.name_at > t->header.name_at && words_is_number(row.cells[row.name_at]))
            t->row.doubt = "a value below the row may belong to one of its cells";
        break;
    }
    return begin_row(t, at, &row, err);
}

/* After empty lines and page furniture: does the same header follow, so that the table goes on?  RET_NEXT: its line. */
static bool goes_on(struct table *t, size_t at, size_t *ret_next, struct a_header *ret_header)
{
    size_t next = at;
    while (next < t->d->line_count && text_find(t->d->lines[next].text, "\t") == SIZE_MAX &&
           (text_blank(t->d->lines[next].text) || layout_b_is_furniture(t->d->lines[next].text)))
        next++;
    if (next >= t->d->line_count || text_find(t->d->lines[next].text, "\t") == SIZE_MAX) return false;
    if (!layout_a_parse_header(t->d->arena, t->d->lines[next].text, ret_header)) return false;
    if (!rapport_header_same(&t->header.of, &ret_header->of)) return false;
    *ret_next = next;
    return true;
}

int layout_a_table(struct document *d, size_t *at, struct error *err)
{
    struct table t = {.d = d};
    struct a_header again;
    size_t next;
    int rc = -1;
    if (!layout_a_parse_header(d->arena, d->lines[*at].text, &t.header)) goto out;
    d->tables++;
    document_ignore(d, IGNORED_HEADER);
    for (++*at; *at < d->line_count;) {
        struct text line = d->lines[*at].text;
        if (words_is_goal_row(line)) break;
        if (text_find(line, "\t") != SIZE_MAX) {
            if (take_row(&t, (*at)++, err)) goto out;
            continue;
        }
        if (!goes_on(&t, *at, &next, &again)) break;
        for (; *at < next; ++*at)
            document_ignore(d, text_blank(d->lines[*at].text) ? IGNORED_BLANK : IGNORED_CONTENTS);
        if (take_header(&t, &again, err)) goto out;
        ++*at;
    }
    rc = finish_row(&t, err);
out:
    arena_free(&t.scratch);
    return rc;
}
