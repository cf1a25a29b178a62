#include "connectors/layout_a_tables.h"

#include <stdint.h>

#include "connectors/layout_a_tables_parts.h"
#include "connectors/rapport_words.h"
#include "etl/base/fold.h"
#include "etl/base/limits.h"
#include "etl/base/map.h"
#include "etl/base/value.h"

/* A row of data whose label and columns are known. */
struct body_row {
    const struct other_row *row;
    struct text label, group, matt;
    const struct other_columns *columns;
    size_t shift;       /* cells at the front that hold no column: an icon had pushed the row to the right */
    size_t first, last; /* line indexes: its label may begin above and end below */
    uint32_t lines;
    unsigned notes;
    const char *rule, *reason;
    bool perhaps_rest;   /* its label may be the end of the text row above */
    struct text key;     /* group and folded label */
    uint32_t occurrence; /* of that key so far */
};

/* What the cells of a column have been so far. */
struct seen {
    bool values, words;
};

struct other_table {
    struct document *d;
    struct arena arena; /* of this table */
    size_t first, lead; /* its first line's index; the index of the cell that holds the label */
    struct other_head head;
    const struct other_columns *columns;
    struct text heading, group, matt;
    struct body_row *body;
    size_t count, capacity;
    struct text waiting; /* a row that holds a label only: a group, or the beginning of the next label */
    size_t waiting_line; /* SIZE_MAX: none */
    size_t usual_count;  /* cells of the last row of data, empty ones included */
    bool regrouped;      /* a header in the middle began another part */
    bool after_break;    /* a page break since the last row of data */
    struct seen seen[LIMIT_COLUMNS];
};

static void doubt(struct body_row *row, const char *rule, const char *reason)
{
    if (row->notes & NOTE_UNCERTAIN) return;
    row->notes |= NOTE_UNCERTAIN;
    row->rule = rule;
    row->reason = reason;
}

/* ---- labels ---- */

static bool ends_open(struct text label)
{
    static const char *const words[] = {" och", " samt", " eller", " med",  " till", " för", " av",  " i",
                                        " på",  " från", " om",    " inom", " per",  " vid", " mot", " mellan",
                                        " som", " den",  " det",   " &",    "-",     ",",    "/"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_ends(label, words[i])) return true;
    return false;
}

static bool begins_open(struct text rest)
{
    static const char *const words[] = {"och ", "samt ", "eller ", "med ",  "till ", "för ",
                                        "av ",  "i ",    "på ",    "från ", "inom ", "("};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_starts(rest, words[i])) return true;
    return false;
}

/* "varav barn": a row of its own, whatever stands above. */
static bool is_part(struct text label)
{
    return words_starts_folded(label, "varav") || words_starts_folded(label, "därav") ||
           words_starts_folded(label, "av vilka");
}

enum joint { JOINT_NONE, JOINT_SURE, JOINT_PERHAPS };

/* Is REST the end of the label HEAD, which is not empty and stands in the row above? */
static enum joint joint_of(struct text head, struct text rest)
{
    if (is_part(rest) || !rest.len) return JOINT_NONE;
    bool lower = other_begins_lower(rest) || text_starts(rest, "(");
    if (ends_open(head) && (lower || !text_ends(head, "-"))) return JOINT_SURE;
    if (!lower) return JOINT_NONE;
    return begins_open(rest) ? JOINT_SURE : JOINT_PERHAPS;
}

/* ---- body ---- */

static int grow(struct other_table *t, struct error *err)
{
    if (t->count < t->capacity) return 0;
    size_t capacity = t->capacity ? t->capacity * 2 : 32;
    struct body_row *body = arena_array(&t->arena, capacity, sizeof *body);
    if (!body) return error_memory(err);
    if (t->count) memcpy(body, t->body, t->count * sizeof *body);
    t->body = body;
    t->capacity = capacity;
    return 0;
}

/* The row that waited was a group: it heads what follows. */
static void settle_waiting(struct other_table *t)
{
    if (t->waiting_line == SIZE_MAX) return;
    t->group = t->waiting;
    t->waiting_line = SIZE_MAX;
    document_ignore(t->d, IGNORED_HEADER);
}

static bool numeric_column(const struct other_table *t, size_t c)
{
    return c < LIMIT_COLUMNS && t->seen[c].values && !t->seen[c].words;
}

static void remember_cells(struct other_table *t, const struct other_row *row)
{
    for (size_t c = 0; c < row->filled && c < LIMIT_COLUMNS; c++)
        if (row->cells[c].len) *(other_is_value(row->cells[c]) ? &t->seen[c].values : &t->seen[c].words) = true;
}

/* Do the cells of B, some of which are filled, stand under its columns? */
static void check_cells(const struct other_table *t, struct body_row *b)
{
    const struct other_row *row = b->row;
    size_t width = b->columns->count;
    bool words_first = !row->label.len && row->cells[0].len && !other_is_value(row->cells[0]);
    if (words_first && row->filled == width + 1) {
        b->label = row->cells[0];
        b->shift = 1;
        b->notes |= NOTE_SHIFTED;
    } else if (words_first && numeric_column(t, 0))
        doubt(b, "T-CELLER", "the label stands in a column of values, and a cell was lost");
    else if (row->filled > width)
        doubt(b, "T-CELLER", "the row has more cells than the header");
    else if (row->count < width)
        doubt(b, "T-CELLER", "the row has fewer cells than the header");
    if (b->columns->doubt) doubt(b, "T-RUBRIK", b->columns->doubt);
    if (!t->head.levels && row->filled > 1 && other_is_period(row->cells[row->filled - 1]) && row->kind == ROW_DATA)
        doubt(b, "T-RUBRIK", "a row with a period at its end, as in indicator tables, stands below no header");
}

/* A row without a label whose cells stand where the row above has none may be the rest of that row. */
static bool may_belong_above(const struct other_row *row, const struct other_row *above)
{
    if (row->label.len || !above->label.len) return false;
    for (size_t i = 0; i < row->filled && i < above->filled; i++)
        if (row->cells[i].len && above->cells[i].len) return false;
    return true;
}

static int add_data(struct other_table *t, const struct other_row *row, struct error *err)
{
    if (t->count == OTHER_ROWS) return document_refuse(t->d, row->line, err, "a table with more rows than the limit");
    if (grow(t, err)) return -1;
    struct body_row b = {.row = row, .label = row->label, .columns = t->columns, .matt = t->matt, .lines = 1};
    b.first = b.last = row->line;
    enum joint joint = t->waiting_line == SIZE_MAX ? JOINT_NONE : joint_of(t->waiting, row->label);
    if (joint == JOINT_SURE) {
        b.label = words_join_name(&t->arena, t->waiting, row->label);
        if (text_failed(b.label)) return error_memory(err);
        b.notes |= NOTE_NAME_JOINED | (t->after_break ? NOTE_PAGE_BREAK : 0);
        b.first = t->waiting_line;
        b.lines++;
        t->waiting_line = SIZE_MAX;
    }
    bool cut = t->waiting_line != SIZE_MAX && !row->label.len;
    settle_waiting(t);
    b.perhaps_rest = joint == JOINT_PERHAPS;
    b.group = t->group;
    check_cells(t, &b);
    if (cut || (t->count && may_belong_above(row, t->body[t->count - 1].row)))
        doubt(&b, "T-CELLER", "the row has no label and may be the rest of the row above");
    t->usual_count = row->count;
    t->after_break = false;
    remember_cells(t, row);
    t->body[t->count++] = b;
    return 0;
}

/* A row that holds a label only: the end of the label above, or what heads the rows below. */
static int add_label(struct other_table *t, const struct other_row *row, struct error *err)
{
    struct body_row *above = t->count && t->waiting_line == SIZE_MAX ? &t->body[t->count - 1] : NULL;
    enum joint joint = above && above->label.len ? joint_of(above->label, row->label) : JOINT_NONE;
    if (joint == JOINT_NONE) {
        settle_waiting(t);
        t->waiting = row->label;
        t->waiting_line = row->line;
        return 0;
    }
    above->label = words_join_name(&t->arena, above->label, row->label);
    if (text_failed(above->label)) return error_memory(err);
    above->notes |= NOTE_NAME_JOINED | (t->after_break ? NOTE_PAGE_BREAK : 0);
    above->last = row->line;
    above->lines++;
    if (joint == JOINT_PERHAPS) doubt(above, "T-ETIKETT", "the text below the row may be the rest of its label");
    return 0;
}

/* Two years next to each other: "2023" and "2024". */
static bool are_consecutive(struct text a, struct text b)
{
    int x = 0, y = 0;
    if (a.len != 4 || b.len != 4) return false;
    for (size_t i = 0; i < 4; i++) {
        x = x * 10 + (a.ptr[i] - '0');
        y = y * 10 + (b.ptr[i] - '0');
    }
    return x - y == 1 || y - x == 1;
}

/* The first of ROWS from AT on that has cells; COUNT when none has. */
static size_t next_with_cells(const struct other_row *rows, size_t count, size_t at)
{
    while (at < count && rows[at].kind < ROW_PERIODS)
        at++;
    return at;
}

/* "Socialpsykiatri 2023 2024" below the years 2023 and 2024: a part of the table with a header of its own. */
static bool is_part_header(struct other_table *t, const struct other_row *rows, size_t count, size_t at)
{
    const struct other_row *row = &rows[at];
    size_t width = t->columns->count;
    if (row->filled != width || (row->kind != ROW_PERIODS && row->kind != ROW_TEXT)) return false;
    bool same = true, consecutive = width > 1, words = width > 1, counts = true; /* `2022` may be one, `VB 2022` not */
    for (size_t c = 0; c < width; c++) {
        if (!row->cells[c].len) return false;
        same &= other_same_words(&t->arena, row->cells[c], t->columns->label[c]);
        words &= row->kind == ROW_TEXT && numeric_column(t, c);
        counts &= other_is_value(row->cells[c]);
        if (c > 0) consecutive &= are_consecutive(row->cells[c - 1], row->cells[c]);
    }
    if (same) return true;
    if (row->kind == ROW_PERIODS) return t->columns->periods ? consecutive || !counts : consecutive && !t->head.levels;
    size_t below = next_with_cells(rows, count, at + 1);
    return words && below < count && rows[below].kind == ROW_DATA;
}

static int begin_part(struct other_table *t, const struct other_row *row, struct error *err)
{
    struct other_head head = {.levels = 1};
    struct other_columns *columns;
    struct text unit, rest = row->label;
    head.level[0] = *row;
    settle_waiting(t);
    if (other_columns_of(&t->arena, &head, row, 1, &columns, err)) return -1;
    if (other_unit(row->label, &unit, &rest)) t->matt = unit;
    t->columns = columns;
    if (rest.len) t->group = rest;
    t->regrouped = true;
    document_ignore(t->d, IGNORED_HEADER);
    return 0;
}

static void ignore_rows(struct other_table *t, const struct other_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        document_ignore(t->d, rows[i].kind == ROW_EMPTY ? IGNORED_EMPTY_ROW : IGNORED_HEADER);
}

static int take_body(struct other_table *t, const struct other_row *rows, size_t count, struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        const struct other_row *row = &rows[i];
        size_t again = t->head.levels ? other_head_again(&t->arena, &t->head, row, count - i) : 0;
        struct text rest;
        if (again) {
            ignore_rows(t, row, again);
            i += again - 1;
        } else if (row->kind == ROW_EMPTY || row->kind == ROW_UNIT) {
            if (row->kind == ROW_UNIT) (void)other_unit(row->label, &t->matt, &rest);
            document_ignore(t->d, row->kind == ROW_EMPTY ? IGNORED_EMPTY_ROW : IGNORED_HEADER);
        } else if (row->kind == ROW_LABEL) {
            if (add_label(t, row, err)) return -1;
        } else if (is_part_header(t, rows, count, i)) {
            if (begin_part(t, row, err)) return -1;
        } else if (add_data(t, row, err))
            return -1;
    }
    return 0;
}

/* ---- across page breaks ---- */

/* Behind blank lines and page furniture: the next run, if there is one and it is no indicator or activity table. */
static bool next_run(struct document *d, size_t at, size_t *ret_first, size_t *ret_end)
{
    while (at < d->line_count && text_find(d->lines[at].text, "\t") == SIZE_MAX &&
           (text_blank(d->lines[at].text) || layout_b_is_furniture(d->lines[at].text)))
        at++;
    if (at >= d->line_count || text_find(d->lines[at].text, "\t") == SIZE_MAX || layout_a_is_header(d, at))
        return false;
    *ret_first = at;
    *ret_end = other_run_end(d, at);
    return true;
}

/* Do ROWS, the run behind a page break, continue the table?  RET_SKIP: its rows that repeat the header. */
static bool continues(struct other_table *t, const struct other_row *rows, size_t count, size_t *ret_skip)
{
    size_t first = 0;
    while (first < count && rows[first].kind == ROW_EMPTY)
        first++;
    if (first == count) return false;
    const struct other_row *row = &rows[first];
    size_t again = other_head_again(&t->arena, &t->head, row, count - first);
    if (again) {
        *ret_skip = first + again;
        /* the same title above other columns is another table */
        return *ret_skip >= count || rows[*ret_skip].label.len || !other_is_head_row(rows, count, *ret_skip);
    }
    *ret_skip = 0;
    bool as_wide = row->count == t->usual_count;
    if (row->kind == ROW_DATA) return as_wide && !other_is_head_row(rows, count, first);
    return row->kind == ROW_LABEL && as_wide && first + 1 < count && rows[first + 1].kind == ROW_DATA &&
           rows[first + 1].count == t->usual_count && !other_is_head_row(rows, count, first + 1);
}

static void ignore_gap(struct document *d, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++)
        document_ignore(d, text_blank(d->lines[i].text) ? IGNORED_BLANK : IGNORED_CONTENTS);
}

static int take_continuations(struct other_table *t, size_t *at, struct error *err)
{
    struct other_row *rows;
    size_t first, end, skip;
    while (next_run(t->d, *at, &first, &end)) {
        if (other_run_is_contents(t->d, first, end, true)) return 0;
        if (other_read_rows(t->d, &t->arena, first, end, &t->lead, &rows, err)) return -1;
        if (!continues(t, rows, end - first, &skip)) return 0;
        ignore_gap(t->d, *at, first);
        ignore_rows(t, rows, skip);
        t->after_break = true;
        if (take_body(t, rows + skip, end - first - skip, err)) return -1;
        *at = end;
    }
    return 0;
}

/* ---- finishing ---- */

static bool is_total(struct text label)
{
    return words_starts_folded(label, "summa") || words_starts_folded(label, "total");
}

/* Numbers the rows that share a label: PER_GROUP, within their group. */
static int number_rows(struct other_table *t, struct map *seen, bool per_group, struct error *err)
{
    for (size_t i = 0; i < t->count; i++) {
        struct body_row *b = &t->body[i];
        int32_t before = 0;
        b->key = fold_key(&t->arena, b->label);
        if (per_group) b->key = text_join(&t->arena, b->group, "\x1f", b->key);
        if (text_failed(b->key)) return error_memory(err);
        (void)map_get(seen, b->key, &before);
        b->occurrence = (uint32_t)before + 1;
        if (map_put(seen, b->key, before + 1, err)) return -1;
    }
    return 0;
}

/* Groups become part of the title when labels repeat without them; else they only order the rows, and a row that merely
 * has no values must not rename those below it. */
static int groups_needed(struct other_table *t, bool *ret, struct error *err)
{
    struct map seen = {0};
    struct text group = t->count ? t->body[0].group : (struct text){0};
    bool several = false, repeated = false;
    int rc = number_rows(t, &seen, false, err);
    for (size_t i = 0; i < t->count && !rc; i++) {
        several |= !text_equal(t->body[i].group, group);
        repeated |= t->body[i].label.len && t->body[i].occurrence > 1;
    }
    *ret = t->regrouped || (several && repeated);
    map_free(&seen);
    return rc;
}

/* The total in the last row is the whole table's, unless its label names the group or stands in another group too. */
static void free_last_total(struct other_table *t)
{
    struct body_row *last = t->count ? &t->body[t->count - 1] : NULL;
    if (!last || !last->group.len || !is_total(last->label) || last->occurrence > 1) return;
    char *group = text_cstr(&t->arena, last->group);
    if (group && text_find(last->label, group) == SIZE_MAX) last->group = (struct text){0};
}

static int settle_labels(struct other_table *t, struct error *err)
{
    struct map seen = {0};
    bool lower_usual = false, needed;
    for (size_t i = 0; i < t->count; i++)
        lower_usual |= !t->body[i].perhaps_rest && other_begins_lower(t->body[i].label) && !is_part(t->body[i].label);
    for (size_t i = 0; i < t->count; i++)
        if (t->body[i].perhaps_rest && !lower_usual)
            doubt(&t->body[i], "T-ETIKETT", "the text above the row may be the beginning of its label");
    if (groups_needed(t, &needed, err)) return -1;
    if (needed)
        free_last_total(t);
    else
        for (size_t i = 0; i < t->count; i++)
            t->body[i].group = (struct text){0};
    int rc = number_rows(t, &seen, true, err);
    map_free(&seen);
    return rc;
}

/* Rows under the same columns whose numbers say that a cell was lost. */
static int check_sums(struct other_table *t, struct error *err)
{
    const struct other_row **rows = arena_array(&t->arena, t->count + 1, sizeof *rows);
    bool *moved = arena_array(&t->arena, t->count + 1, sizeof *moved);
    if (!rows || !moved) return error_memory(err);
    for (size_t first = 0, end; first < t->count; first = end) {
        const struct other_columns *columns = t->body[first].columns;
        for (end = first; end < t->count && t->body[end].columns == columns; end++) {
            rows[end] = t->body[end].row;
            moved[end] = false;
        }
        if (other_find_moved(&t->arena, rows + first, end - first, columns->count, moved + first, err)) return -1;
    }
    for (size_t i = 0; i < t->count; i++)
        if (moved[i])
            doubt(&t->body[i], "T-CELLER",
                  "a cell was lost: the row keeps the sums of the others when moved by one column");
    return 0;
}

/* ---- sending ---- */

static struct text add_part(struct arena *arena, struct text title, struct text part)
{
    if (text_failed(title) || !part.len || other_same_words(arena, title, part)) return title;
    return text_join(arena, title, " / ", part);
}

static struct text title_of(struct other_table *t)
{
    struct text title = t->heading, corner = t->head.corner;
    bool general = other_is_general(&t->arena, corner);
    for (size_t i = 0; i < t->head.titles; i++)
        title = add_part(&t->arena, title, t->head.title[i].label);
    /* "Resultatenhetens namn" says more than nothing, "Verksamhet" does not */
    if (!general || (!title.len && text_find(corner, " ") != SIZE_MAX)) title = add_part(&t->arena, title, corner);
    return title.len ? title : other_title(t->d, t->first, true); /* the section's heading */
}

/* What CELL is counted in: its own sign, the column's, the row's, the table's. */
static struct text cell_unit(struct arena *arena, const struct body_row *b, size_t c, struct text cell)
{
    struct value value;
    struct text unit, rest;
    if (!value_parse(arena, cell, NULL, &value) && value.has_number && value.unit.len) return value.unit;
    if (!(b->notes & NOTE_UNCERTAIN) && b->columns->unit[c].len) return b->columns->unit[c];
    if (other_unit(b->label, &unit, &rest) && rest.len) return unit;
    return b->matt;
}

static int send_row(struct other_table *t, const struct body_row *b, struct text title, struct error *err)
{
    struct record record = {
        .kind = RECORD_TABELL, .notes = b->notes, .rule = b->rule, .text = b->label, .matt = b->matt};
    struct tabell_cell *cells = arena_array(&t->arena, b->row->filled + 1, sizeof *cells);
    record.title = add_part(&t->arena, title, b->group);
    if (!cells || text_failed(record.title)) return error_memory(err);
    for (size_t i = b->shift; i < b->row->filled; i++) {
        struct text cell = b->row->cells[i];
        size_t c = i - b->shift;
        if (!cell.len) continue;
        struct tabell_cell *out = &cells[record.tabell_count++];
        *out = (struct tabell_cell){.value = cell, .matt = cell_unit(&t->arena, b, c, cell)};
        out->offset = document_offset(t->d, b->row->line, b->row->from[i]);
        if (b->notes & NOTE_UNCERTAIN) continue; /* which column it stands under is what is not known */
        out->column = b->columns->label[c];
        out->number = (uint32_t)c + 1;
    }
    record.tabell = cells;
    record.first_row = b == t->body;
    record.occurrence = b->occurrence;
    record.ekonomi = other_is_ekonomi(b->columns, title, b->matt);
    if (b->reason) snprintf(record.reason, sizeof record.reason, "%s", b->reason);
    return document_send(t->d, &record, b->first, b->last, b->lines, err);
}

static int finish(struct other_table *t, struct error *err)
{
    settle_waiting(t);
    if (settle_labels(t, err) || check_sums(t, err)) return -1;
    struct text title = title_of(t);
    if (text_failed(title)) return error_memory(err);
    for (size_t i = 0; i < t->count; i++)
        if (send_row(t, &t->body[i], title, err)) return -1;
    return 0;
}

/* ---- the table ---- */

static void ignore_run(struct document *d, size_t *at, size_t end, enum ignored why)
{
    for (; *at < end; ++*at)
        document_ignore(d, text_blank(d->lines[*at].text) ? IGNORED_EMPTY_ROW : why);
}

/* A lone header whose rows stand behind a page break. */
static int rows_follow(struct other_table *t, const struct other_row *rows, size_t count, size_t end, bool *ret,
                       struct error *err)
{
    struct other_row *below;
    size_t first, last, skip, at = next_with_cells(rows, count, 0);
    *ret = false;
    if (at == count || other_rows_are_contact(rows, count) || !next_run(t->d, end, &first, &last)) return 0;
    t->usual_count = rows[at].count;
    if (other_read_rows(t->d, &t->arena, first, last, &t->lead, &below, err)) return -1;
    *ret = below[0].kind == ROW_DATA && continues(t, below, last - first, &skip);
    return 0;
}

int layout_a_other_table(struct document *d, size_t *at, struct error *err)
{
    struct other_table t = {.d = d, .first = *at, .lead = SIZE_MAX, .waiting_line = SIZE_MAX};
    size_t first = *at, end = other_run_end(d, first), count = end - first, body;
    struct other_row *rows;
    struct other_columns *columns;
    bool follow = false;
    int rc = -1;
    if (other_run_is_contents(d, first, end, false)) {
        ignore_run(d, at, end, IGNORED_CONTENTS);
        return 0;
    }
    if (other_read_rows(d, &t.arena, first, end, &t.lead, &rows, err)) goto out;
    bool prose = other_rows_are_prose(rows, count);
    if (prose && rows_follow(&t, rows, count, end, &follow, err)) goto out;
    if (prose && !follow) {
        ignore_run(d, at, end, IGNORED_PROSE);
        rc = 0;
        goto out;
    }
    other_head_find(&t.arena, rows, count, &t.head, &body);
    if (other_columns_of(&t.arena, &t.head, rows + body, count - body, &columns, err)) goto out;
    t.columns = columns;
    t.matt = t.head.matt;
    t.heading = other_title(d, first, false);
    if (text_failed(t.heading)) {
        rc = error_memory(err);
        goto out;
    }
    ignore_rows(&t, rows, body);
    if (take_body(&t, rows + body, count - body, err)) goto out;
    *at = end;
    if (take_continuations(&t, at, err)) goto out;
    rc = finish(&t, err);
out:
    arena_free(&t.arena);
    return rc;
}
