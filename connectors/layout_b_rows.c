/* Layout B: the lines of a row, collected until they read as one. */
#include "connectors/layout_b_parts.h"
#include "connectors/rapport_cells.h"
#include "connectors/rapport_words.h"
#include "etl/base/fold.h"
#include "etl/base/limits.h"
#include "etl/base/period.h"
#include "etl/base/target.h"

#include <stdint.h>

#define NAME_LONGEST     400  /* bytes of a name; longer is prose before the row */
#define LAST_CELL_WORDS  8    /* words of a row's last cell: "1,70 kg CO2 per kg livsmedel" has 6 */
#define SURE_CELLS       4    /* so many cells behind words on one line are a row that breaks off, fewer may be prose */
#define DELEGATION_BEGIN "as" /* of "Tas fram av", the only words that can be cut and still be a cell */

/* A word that a cell begins with, not a name: a value, a target, a period, the first words of a delegation. */
bool layout_b_begins_cell(struct text word)
{
    struct period period;
    struct text whole = text_trim(word);
    return strchr("0123456789+-<~.", word.ptr[0]) || words_starts_delegation(word) || words_cut_delegation(whole) ||
           text_is(whole, "Tas") || text_is(whole, "VB") || text_is(whole, "VP") || target_is_phrase(whole) ||
           period_parse(whole, &period) == 0;
}

/* `  Name`: two blanks and a word.  More blanks, or a cell after them, are empty cells of a row's line.  `● Name`: the
 * icon itself. */
bool layout_b_is_residue(struct text line)
{
    if (words_icon(text_trim(line)) && !words_icons_only(line)) return true;
    if (!text_starts(line, "  ") || text_starts(line, "   ") || text_blank(line)) return false;
    return !layout_b_begins_cell(text_from(line, 2));
}

int layout_b_send_row(struct b_table *t, struct error *err)
{
    struct b_row *c = &t->row;
    struct record record = {.kind = t->header.kind, .present = 1u << COLUMN_INDIKATOR};
    bool markup = false;
    if (!c->open) return 0;
    c->open = false;
    if (record.kind == RECORD_INDIKATOR) rapport_header_check(&t->header, &c->reading);
    document_put_reading(&record, &c->reading);
    record.cell[COLUMN_INDIKATOR] = words_name(t->d->arena, c->name, &markup);
    if (text_failed(record.cell[COLUMN_INDIKATOR])) return error_memory(err);
    record.cell_offset[COLUMN_INDIKATOR] = t->d->lines[c->first].offset;
    for (size_t i = 0; i < t->header.column_count; i++)
        if (t->header.columns[i] < COLUMN_COUNT) record.present |= 1u << t->header.columns[i];
    record.previous_report = t->header.previous_report;
    record.evidence = c->evidence;
    record.evidence_line = c->evidence ? c->evidence_at + 1 : 0;
    if (markup) record.notes |= NOTE_MARKUP;
    if (fold_has_lookalike(record.cell[COLUMN_INDIKATOR])) record.notes |= NOTE_LOOKALIKE;
    document_judge_name(&record);
    const struct text *name = &record.cell[COLUMN_INDIKATOR];
    if (name->len && name->ptr[0] >= '0' && name->ptr[0] <= '9')
        document_doubt(&record, "R-NAMN", "the name begins like a value");
    if (c->cut_phrase)
        document_doubt(&record, "R-OLASBAR", "column \"kf_arsmal\": the text is cut and its end was not found");
    t->d->counts->rows_read += record.kind == RECORD_INDIKATOR;
    return document_send(t->d, &record, c->first, c->last, c->lines, err);
}

void layout_b_doubt(struct reading *reading, const char *rule, const char *reason)
{
    if (reading->notes & NOTE_UNCERTAIN) return; /* the first reason stays */
    reading->notes |= NOTE_UNCERTAIN;
    reading->rule = rule;
    snprintf(reading->reason, sizeof reading->reason, "%s", reason);
}

/* Prose in front of the name: its start was missed. */
static bool name_doubtful(struct text name)
{
    if (name.len > NAME_LONGEST) return true;
    for (size_t i = 0; i + 2 < name.len; i++)
        if (name.ptr[i] == '.' && name.ptr[i + 1] == ' ' &&
            ((name.ptr[i + 2] >= 'A' && name.ptr[i + 2] <= 'Z') || (unsigned char)name.ptr[i + 2] == 0xc3))
            return true;
    return false;
}

/* An empty line in NAME, collected, where a sentence begins that would have fitted on the line before: two texts. */
static bool name_of_two(const struct b_table *t, struct text name)
{
    size_t end = (size_t)(name.ptr - t->raw) + name.len, widest = 0, narrowest = SIZE_MAX, before = 0;
    bool empty = false;
    for (size_t i = t->start, read = 0; i <= t->last && read < end; i++) {
        struct text line = text_trim(t->d->lines[i].text);
        size_t word = text_find(line, " ");
        read += t->d->lines[i].text.len;
        if (empty && before && line.len && !words_begins_lower(line) &&
            before + 1 + (word < line.len ? word : line.len) < narrowest)
            narrowest = before + 1 + (word < line.len ? word : line.len);
        empty = !line.len && i > t->start;
        if (line.len && read <= end + 1) before = line.len;
        if (line.len && read <= end + 1 && line.len > widest) widest = line.len;
    }
    return narrowest <= widest;
}

/* Cheap test: what was collected ends in a word that may be a cell. */
static bool ends_in_cell(const struct b_table *t)
{
    struct text raw = text_trim(text_make(t->raw, t->raw_len));
    for (size_t at = raw.len, words = 0; at-- > 1 && words < LAST_CELL_WORDS;) {
        if (raw.ptr[at - 1] != ' ') continue;
        words++;
        if (layout_b_begins_cell(text_from(raw, at))) return true;
    }
    return false;
}

/* NAME, collected, ends inside its first line. */
static bool ends_inside_line(const struct b_table *t, struct text name)
{
    size_t end = (size_t)(name.ptr - t->raw) + name.len;
    return end < t->line_end && !text_blank(text_make(t->raw + end, t->line_end - end));
}

/* The cells of what was collected but for the last ones, COUNT of them, which are not there. */
static int read_first_cells(struct b_table *t, size_t count, struct b_row *c, int *ret_readings, struct error *err)
{
    struct cells_input input = {.row = text_make(t->raw, t->raw_len),
                                .columns = t->header.columns,
                                .count = count,
                                .allow_cut = true,
                                .line_end = t->line_end,
                                .breaks = t->breaks,
                                .break_count = t->break_count};
    if (cells_read(t->d->arena, &input, ret_readings, &c->name, &c->reading, err)) return -1;
    bool inside = *ret_readings && ends_inside_line(t, c->name);
    if (*ret_readings && ((c->reading.notes & NOTE_UNCERTAIN) ||
                          (inside && (count < SURE_CELLS || cells_may_end(t->d->lines[t->last].text)))))
        *ret_readings = 0; /* words and a number in the middle of a line: text */
    return 0;
}

/* Is what was collected a row whose cells hold what no grammar knows (`12,5*`, `ej mätt`), with PERIOD also the last? */
static int read_lax(struct b_table *t, bool period, struct b_row *c, int *ret_readings, struct error *err)
{
    struct cells_input input = {.row = text_make(t->raw, t->raw_len),
                                .columns = t->header.columns,
                                .count = t->header.column_count,
                                .lax = true,
                                .lax_period = period,
                                .line_end = t->line_end,
                                .breaks = t->breaks,
                                .break_count = t->break_count};
    return cells_read(t->d->arena, &input, ret_readings, &c->name, &c->reading, err);
}

/* A name and cells that break off, before the period or earlier: kept, so that they are not lost as text. */
static int note_without_period(struct b_table *t, struct error *err)
{
    struct b_row c = {.open = true, .first = t->start, .last = t->last, .lines = t->raw_lines};
    int readings = 0;
    if (!t->collecting || t->failed.open || !t->raw_lines || t->header.kind != RECORD_INDIKATOR ||
        t->header.column_count < 4)
        return 0;
    for (size_t count = ends_in_cell(t) ? t->header.column_count - 1 : 0; count > 0 && !readings; count--)
        if (read_first_cells(t, count, &c, &readings, err)) return -1;
    if (!readings && read_lax(t, true, &c, &readings, err)) return -1;
    if (!readings || name_doubtful(c.name)) return 0;
    c.name = text_copy(t->d->arena, c.name);
    if (text_failed(c.name)) return error_memory(err);
    memset(&c.reading, 0, sizeof c.reading);
    layout_b_doubt(&c.reading, "R-OLASBAR", "the row has no period");
    c.reading.notes |= NOTE_UNREADABLE;
    t->failed_len = SIZE_MAX;
    t->failed = c;
    return 0;
}

/* What was collected is dropped: kept in mind where no line is as wide as running text. */
static int keep_begun(struct b_table *t, struct error *err)
{
    struct text raw = text_make(t->raw, t->raw_len);
    if (!t->collecting) return 0;
    t->begun = (struct b_begun){0};
    if (t->failed.open || t->header.kind != RECORD_INDIKATOR || raw.len > NAME_LONGEST) return 0;
    for (size_t i = t->start; i <= t->last; i++)
        if (t->d->lines[i].text.len > NARROW) return 0;
    t->begun = (struct b_begun){text_copy(t->d->arena, raw), t->start, t->raw_lines, !t->after_analysis};
    return text_failed(t->begun.raw) ? error_memory(err) : 0;
}

/* What was collected does not read as a row: does it with what had begun above it?  Then it is collected from there on. */
static int read_with_begun(struct b_table *t, struct b_row *c, int *ret_readings, struct error *err)
{
    struct cells_input input = {.columns = t->header.columns, .count = t->header.column_count};
    if (!t->begun.raw.len) return 0;
    input.row = text_join(t->d->arena, t->begun.raw, "", text_make(t->raw, t->raw_len));
    if (text_failed(input.row)) return error_memory(err);
    if (cells_read(t->d->arena, &input, ret_readings, &c->name, &c->reading, err)) return -1;
    if (!*ret_readings) return 0;
    t->raw_len = 0;
    if (layout_b_append_bytes(t, input.row, err)) return -1;
    t->d->counts->lines_ignored[IGNORED_ANALYSIS] -= t->begun.lines;
    c->first = t->start = t->begun.first;
    c->lines = t->raw_lines += t->begun.lines;
    t->begun = (struct b_begun){0};
    t->line_end = t->break_count = 0;
    t->stray = true;
    layout_b_doubt(&c->reading, "R-NAMN", "something stands between the row's name and its cells");
    return 0;
}

/* What was collected is no row: it was text, or a row that cannot be read. */
int layout_b_drop(struct b_table *t, struct error *err)
{
    if (note_without_period(t, err) || keep_begun(t, err)) return -1;
    uint32_t lines = t->collecting ? t->raw_lines : 0;
    bool failed = t->collecting && t->failed.open;
    t->collecting = false;
    t->raw_len = 0;
    t->raw_lines = 0;
    if (failed) {
        if (layout_b_send_row(t, err)) return -1;
        if (lines > t->failed.lines)
            layout_b_doubt(&t->failed.reading, "R-FLERTYDIG", "the row may go on behind what looks like its period");
        lines -= t->failed.lines;
        t->row = t->failed;
        t->after_analysis = false;
    }
    t->failed.open = false;
    t->d->counts->lines_ignored[IGNORED_ANALYSIS] += lines;
    return 0;
}

int layout_b_begin(struct b_table *t, size_t at, struct error *err)
{
    if (layout_b_drop(t, err)) return -1;
    t->collecting = true;
    t->stray = false;
    t->start = at;
    t->line_end = t->break_count = 0;
    return 0;
}

int layout_b_append_bytes(struct b_table *t, struct text line, struct error *err)
{
    if (t->raw_len + line.len > t->raw_size) {
        size_t size = 2 * (t->raw_len + line.len);
        char *grown = arena_alloc(t->d->arena, size);
        if (!grown) return error_memory(err);
        if (t->raw_len) memcpy(grown, t->raw, t->raw_len);
        t->raw = grown;
        t->raw_size = size;
    }
    if (line.len) memcpy(t->raw + t->raw_len, line.ptr, line.len);
    t->raw_len += line.len;
    return 0;
}

int layout_b_append(struct b_table *t, size_t at, struct error *err)
{
    if (layout_b_append_bytes(t, t->d->lines[at].text, err)) return -1;
    t->last = at;
    if (t->raw_lines++ == 0) t->line_end = t->raw_len;
    return 0;
}

/* As cells_read, with the columns of the table and, for what was collected, its lines; an activity's deviation is there when
 * its word is. */
int layout_b_split_row(struct b_table *t, struct arena *arena, struct text raw, bool allow_cut, int *ret_readings,
                       struct text *ret_name, struct reading *ret, struct error *err)
{
    struct cells_input input = {
        .row = raw, .columns = t->header.columns, .count = t->header.column_count, .allow_cut = allow_cut};
    if (t->header.kind == RECORD_AKTIVITET && text_ends(text_trim(raw), "Avvikelse")) input.count = 3;
    if (raw.ptr == t->raw) {
        input.line_end = t->line_end;
        input.breaks = t->breaks;
        input.break_count = t->break_count;
    }
    return cells_read(arena, &input, ret_readings, ret_name, ret, err);
}

/* Two cells that may be one: `9` + `100`, `-` + `5`, `12,5 %` + `1`, the mark of a footnote. */
static bool may_be_one(struct text a, struct text b)
{
    size_t digits = 0;
    while (digits < b.len && b.ptr[digits] >= '0' && b.ptr[digits] <= '9')
        digits++;
    if (!digits) return false;
    if (text_is(a, "-") || text_is(a, "–") || text_is(a, "—")) return true;
    return text_ends(a, "%") && digits == 1 && b.len == 1;
}

/* The name ends on the line where the cells begin, in what may be the first of them, or in a word that a number follows. */
static bool name_takes_value(const struct b_table *t, struct text name, const struct reading *reading)
{
    static const char *const words[] = {"VB", "VP",   "+/-",    "±",  "<",        ">",
                                        "~",  "mätt", "saknas", "ej", "aktuellt", "uppgift"};
    size_t at = name.len;
    if (!ends_inside_line(t, name)) return false;
    while (at > 0 && name.ptr[at - 1] != ' ')
        at--;
    if (value_calls_for_number(text_from(name, at))) return true;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_from(name, at).len == strlen(words[i]) && words_starts_folded(text_from(name, at), words[i]))
            return true;
    if (at < name.len && name.ptr[at] >= '0' && name.ptr[at] <= '9') /* `84²`, `12,5*` */
        for (size_t i = at; i < name.len; i++)
            if (strchr("*,)", name.ptr[i]) || (unsigned char)name.ptr[i] == 0xc2) return true;
    struct text value = words_value_at_end(name);
    if (!value.len) return false;
    for (size_t i = 0; i < value.len; i++)
        if (value.ptr[i] < '0' || value.ptr[i] > '9') return true; /* a share, a fraction: no name ends so */
    bool one = false;
    struct text before = value;
    for (size_t i = 0; i < t->header.column_count; i++) {
        struct text cell = t->header.columns[i] < COLUMN_COUNT ? reading->cell[t->header.columns[i]] : (struct text){0};
        one |= before.len && cell.len && may_be_one(before, cell);
        before = cell;
    }
    return one;
}

/* A year among the values looks like the period that ends a row: `1 945` cut by a line's end. */
static bool of_other_year(const struct b_table *t, const struct b_row *c)
{
    struct period period;
    if (!t->d->year || t->header.kind != RECORD_INDIKATOR || !c->reading.cell[COLUMN_PERIOD].len) return false;
    return period_parse(c->reading.cell[COLUMN_PERIOD], &period) == 0 && period.year != t->d->year;
}

/* A row but for one cell, or one whose cells hold what no grammar knows (`12,5*`, `ej mätt`): kept, so that it is not lost as
 * text. */
static int note_failed(struct b_table *t, size_t at, struct error *err)
{
    struct b_row c = {.open = true, .first = t->start, .last = at, .lines = t->raw_lines};
    struct cells_input input = {.row = text_make(t->raw, t->raw_len),
                                .columns = t->header.columns + 1,
                                .count = t->header.column_count - 1,
                                .allow_cut = true};
    int readings = 0;
    const char *reason = "the row has fewer cells than its header";
    if (t->failed.open || t->header.kind != RECORD_INDIKATOR || t->header.column_count < 4) return 0;
    if (cells_read(t->d->arena, &input, &readings, &c.name, &c.reading, err)) return -1;
    if (!readings) {
        reason = "a cell of the row holds neither a value nor a target";
        if (read_lax(t, false, &c, &readings, err)) return -1;
    }
    if (!readings || name_doubtful(c.name)) return 0;
    c.name = text_copy(t->d->arena, c.name);
    if (text_failed(c.name)) return error_memory(err);
    memset(&c.reading, 0, sizeof c.reading);
    layout_b_doubt(&c.reading, "R-OLASBAR", reason);
    c.reading.notes |= NOTE_UNREADABLE;
    t->failed_len = SIZE_MAX;
    t->failed = c;
    return 0;
}

/* Does what was collected read as a row now?  RET: 1 when a row was taken. */
int layout_b_try_row(struct b_table *t, size_t at, bool *ret, struct error *err)
{
    struct b_row c = {.open = true, .first = t->start, .last = at, .lines = t->raw_lines};
    int readings = 0;
    *ret = false;
    if (layout_b_split_row(t, t->d->arena, text_make(t->raw, t->raw_len), false, &readings, &c.name, &c.reading, err))
        return -1;
    if (!readings && text_find(text_make(t->raw, t->raw_len), DELEGATION_BEGIN) != SIZE_MAX) {
        if (layout_b_split_row(t, t->d->arena, text_make(t->raw, t->raw_len), true, &readings, &c.name, &c.reading,
                               err))
            return -1;
        c.cut_phrase = readings > 0;
    }
    bool whole = readings > 0;
    if (!whole && read_with_begun(t, &c, &readings, err)) return -1;
    if (!readings) return note_failed(t, at, err);
    bool of_two = whole && name_of_two(t, c.name), takes_value = whole && name_takes_value(t, c.name, &c.reading);
    c.name = text_copy(t->d->arena, c.name);
    if (text_failed(c.name)) return error_memory(err);
    if (readings > 1)
        layout_b_doubt(&c.reading, "R-FLERTYDIG", "the cells can be read in several ways");
    else if (t->furniture)
        layout_b_doubt(&c.reading, "R-NAMN", "the row stands after the end of a page, outside a table");
    else if (of_two || name_doubtful(c.name))
        layout_b_doubt(&c.reading, "R-NAMN", "the beginning of the row's name is uncertain");
    else if (takes_value)
        layout_b_doubt(&c.reading, "R-NAMN", "the name ends in what may belong to the row's first cell");
    else if (whole && t->begun.cut)
        layout_b_doubt(&c.reading, "R-NAMN", "the text above the row may be the beginning of its name");
    else if (t->stray)
        layout_b_doubt(&c.reading, "R-NAMN",
                       "no residue of icons stands before the row: it may be text, or its name longer");
    if (of_other_year(t, &c)) { /* taken when nothing better follows */
        if (!t->failed.open || t->failed_len == SIZE_MAX) t->failed_len = t->raw_len;
        t->failed = c;
        return 0;
    }
    if (t->failed.open && c.name.len >= t->failed_len)
        layout_b_doubt(&c.reading, "R-NAMN", "the name holds what may be a row of its own");
    if (layout_b_send_row(t, err)) return -1;
    t->row = c;
    t->collecting = t->failed.open = false; /* the lines are the row's now */
    t->raw_len = t->raw_lines = 0;
    t->begun = (struct b_begun){0};
    t->after_analysis = t->after_header = false;
    t->above = (struct text){0};
    *ret = true;
    return 0;
}
