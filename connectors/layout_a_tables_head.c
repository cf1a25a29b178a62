#include <stdint.h>

#include "connectors/layout_a_tables.h"
#include "connectors/layout_a_tables_parts.h"
#include "connectors/rapport_words.h"
#include "etl/base/fold.h"
#include "etl/base/limits.h"

#define TITLE_REACH  200 /* lines above a table in which its heading is looked for */
#define TITLE_LENGTH 160 /* bytes of a heading; longer lines are prose */

/* ---- the heading above ---- */

static bool is_sentence(struct text a)
{
    for (size_t i = 0; i + 1 < a.len; i++)
        if (memchr(".!?", a.ptr[i], 3) && a.ptr[i + 1] == ' ' && i > 0 && !(a.ptr[i - 1] >= '0' && a.ptr[i - 1] <= '9'))
            return true;
    return a.len && memchr(".!?,;", a.ptr[a.len - 1], 5);
}

static bool is_list_item(struct text a)
{
    static const char *const marks[] = {"- ", "– ", "— ", "• ", "· ", "* ", "o "};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (text_starts(a, marks[i])) return true;
    return false;
}

static bool is_goal_or_title(struct text line)
{
    struct text rest, label, name;
    int year;
    return words_goal(line, &rest) != NIVA_NONE || words_title(line, &label, &year, &name);
}

/* LINE as a heading; empty when it is none.  text_failed() when memory ran out. */
static struct text heading_of(struct document *d, struct text line)
{
    struct text none = {0};
    bool markup = false;
    line = text_trim(line);
    if (line.len > TITLE_LENGTH || is_list_item(line) || words_is_contents(line)) return none;
    struct text title = words_name(d->arena, line, &markup), status = words_status(d->arena, line);
    if (text_failed(title) || text_failed(status)) return text_failed(title) ? title : status;
    if (status.len || is_sentence(title) || other_begins_lower(title) || text_is(title, "Analys")) return none;
    return text_ends(title, ":") ? text_trim(text_part(title, 0, title.len - 1)) : title;
}

/* A line with nothing above and below it, and not wrapped (layout B ends such lines in a blank). */
static bool stands_alone(const struct document *d, size_t at)
{
    struct text line = d->lines[at].text;
    return (at == 0 || text_blank(d->lines[at - 1].text)) && at + 1 < d->line_count &&
           text_blank(d->lines[at + 1].text) && line.ptr[line.len - 1] != ' ';
}

struct text other_title(struct document *d, size_t at, bool past_prose)
{
    struct text none = {0};
    size_t above = at;
    for (size_t reach = 0; reach < TITLE_REACH && above > 0; reach++) {
        struct text line = d->lines[--above].text;
        if (text_blank(line) || text_find(line, "\t") != SIZE_MAX || layout_b_is_furniture(line)) continue;
        if (is_goal_or_title(line)) return none;
        struct text heading = heading_of(d, line);
        if (text_failed(heading) || !past_prose) return heading;
        if (heading.len && stands_alone(d, above)) return heading;
    }
    return none;
}

bool other_is_general(struct arena *arena, struct text corner)
{
    static const char *const words[] = {
        "verksamhet", "verksamheter", "verksamhetsområde", "enhet",    "enheter", "område", "namn", "belopp",
        "post",       "typ",          "avdelning",         "kategori", "konto",   "projekt"};
    struct text key = fold_key(arena, corner);
    if (text_failed(key)) return true;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_is(key, words[i])) return true;
    return text_ends(key, "snamn");
}

/* ---- finding the header ---- */

bool other_same_words(struct arena *arena, struct text a, struct text b)
{
    if (text_equal(a, b)) return true;
    if (!a.len || !b.len) return false;
    struct text x = fold_key(arena, a), y = fold_key(arena, b);
    return !text_failed(x) && !text_failed(y) && text_equal(x, y);
}

bool other_same_row(struct arena *arena, const struct other_row *a, const struct other_row *b)
{
    if (a->kind != b->kind || a->filled != b->filled || !other_same_words(arena, a->label, b->label)) return false;
    for (size_t i = 0; i < a->filled; i++)
        if (!other_same_words(arena, a->cells[i], b->cells[i])) return false;
    return true;
}

static bool full(const struct other_row *row)
{
    for (size_t i = 0; i < row->filled; i++)
        if (!row->cells[i].len) return false;
    return row->filled > 0;
}

/* "2021 2022 2023": each its own, all up or all down; other periods ("VB 2022") as they are. */
static bool rises_or_falls(const struct other_row *row)
{
    int way = 0;
    struct text last = {0};
    for (size_t i = 0; i < row->filled; i++) {
        struct text cell = row->cells[i];
        if (cell.len != 4) continue;
        int step = last.len ? text_compare(cell, last) : 0;
        if (last.len && (step == 0 || (way && (step > 0) != (way > 0)))) return false;
        if (last.len) way = step;
        last = cell;
    }
    return true;
}

/* A cell of words above a column of nothing but values; the row AT has no empty cell. */
static bool words_above_values(const struct other_row *rows, size_t count, size_t at)
{
    for (size_t c = 0; c < rows[at].filled; c++) {
        size_t values = 0, words = 0;
        if (other_is_value(rows[at].cells[c])) continue;
        for (size_t i = at + 1; i < count; i++) {
            if (c >= rows[i].filled || !rows[i].cells[c].len) continue;
            *(other_is_value(rows[i].cells[c]) ? &values : &words) += 1;
        }
        if (values >= 2 && !words) return true;
    }
    return false;
}

static bool kind_below(const struct other_row *rows, size_t count, size_t at, enum row_kind kind)
{
    for (size_t i = at + 1; i < count; i++)
        if (rows[i].kind == kind) return true;
    return false;
}

bool other_is_head_row(const struct other_row *rows, size_t count, size_t at)
{
    const struct other_row *row = &rows[at];
    bool data_below = kind_below(rows, count, at, ROW_DATA);
    switch (row->kind) {
    case ROW_TEXT:
        return data_below || full(row);
    case ROW_PERIODS:
        return !row->label.len || (rises_or_falls(row) && (data_below || row->filled > 1));
    case ROW_DATA: /* "65 år", "80 år" above columns */
        return full(row) && ((!row->label.len && data_below) || words_above_values(rows, count, at));
    default:
        return false;
    }
}

/* ROW says more of the columns that ABOVE heads: its own label is missing, or stands in for the one above, which has
 * cells that span columns. */
static bool is_next_level(struct arena *arena, const struct other_row *above, const struct other_row *row)
{
    struct text unit, rest;
    if (row->kind != ROW_TEXT && row->kind != ROW_PERIODS) return false;
    if (!row->label.len) return true;
    if (above->label.len && !other_same_words(arena, above->label, row->label) &&
        !(other_unit(row->label, &unit, &rest) && !rest.len))
        return false;
    for (size_t i = 1; i < row->filled; i++)
        if (row->cells[i].len && (i >= above->filled || !above->cells[i].len)) return true;
    return false;
}

static void take_corner(struct other_head *head)
{
    for (size_t l = 0; l < head->levels; l++) {
        struct text unit, rest, label = head->level[l].label;
        if (!label.len) continue;
        if (other_unit(label, &unit, &rest)) {
            head->matt = unit;
            label = rest;
        }
        if (label.len) head->corner = label;
    }
}

void other_head_find(struct arena *arena, const struct other_row *rows, size_t count, struct other_head *ret_head,
                     size_t *ret_body)
{
    struct other_head head = {0};
    struct text unit = {0}, rest;
    size_t at = 0;
    for (; at < count; at++) {
        const struct other_row *row = &rows[at];
        if (row->kind == ROW_EMPTY) continue;
        if (row->kind == ROW_UNIT)
            (void)other_unit(row->label, &unit, &rest);
        else if (row->kind == ROW_LABEL && !head.levels && head.titles < OTHER_TITLES)
            head.title[head.titles++] = *row;
        else if (!head.levels ? other_is_head_row(rows, count, at)
                              : head.levels < OTHER_LEVELS && is_next_level(arena, &head.level[head.levels - 1], row))
            head.level[head.levels++] = *row;
        else
            break;
    }
    take_corner(&head);
    if (unit.len) head.matt = unit;
    *ret_head = head;
    *ret_body = at;
}

size_t other_head_again(struct arena *arena, const struct other_head *head, const struct other_row *rows, size_t count)
{
    size_t at = 0, found = 0;
    for (size_t t = 0; t < head->titles && at < count && other_same_row(arena, &rows[at], &head->title[t]); t++)
        at++;
    found = at;
    for (size_t l = 0; at < count; at++) {
        if (rows[at].kind == ROW_UNIT && found) continue;
        if (l == head->levels || !other_same_row(arena, &rows[at], &head->level[l])) break;
        l++;
        found = at + 1;
    }
    return found ? at : 0;
}

/* ---- the columns ---- */

/* Levels whose spans cannot be laid over the level below: "Budget", "Utfall" above four columns, with no cell between. */
static bool spans_unknown(const struct other_head *head)
{
    for (size_t l = 0; l + 1 < head->levels; l++) {
        const struct other_row *above = &head->level[l], *below = &head->level[l + 1];
        if (above->filled > 1 && above->count < below->filled && full(above)) return true;
    }
    return false;
}

/* The cell of level L above column C; an empty one repeats its left neighbour when the level below has a cell there. */
static struct text head_cell(const struct other_head *head, size_t l, size_t c)
{
    const struct other_row *row = &head->level[l];
    if (c < row->filled && row->cells[c].len) return row->cells[c];
    bool below = false;
    for (size_t m = l + 1; m < head->levels; m++)
        below |= c < head->level[m].filled && head->level[m].cells[c].len;
    if (!below) return (struct text){0};
    for (size_t left = c < row->filled ? c : row->filled; left-- > 0;)
        if (row->cells[left].len) return row->cells[left];
    return (struct text){0};
}

/* The count of cells that most rows of data have; when COMMON, all of them. */
static size_t usual_count(const struct other_row *body, size_t count, bool *ret_common)
{
    size_t best = 0, best_rows = 0, rows = 0, seen[LIMIT_COLUMNS + 1] = {0};
    for (size_t i = 0; i < count; i++) {
        if (body[i].kind < ROW_PERIODS) continue;
        rows++;
        size_t n = ++seen[body[i].count];
        if (n > best_rows || (n == best_rows && body[i].count > best)) {
            best = body[i].count;
            best_rows = n;
        }
    }
    *ret_common = best_rows == rows;
    return best;
}

static size_t widest(const struct other_row *rows, size_t count, bool filled)
{
    size_t width = 0;
    for (size_t i = 0; i < count; i++) {
        size_t n = filled ? rows[i].filled : rows[i].count;
        if (n > width) width = n;
    }
    return width;
}

/* How many columns there are, and whether the header can be trusted to begin at the first. */
static size_t find_width(struct arena *arena, const struct other_head *head, const struct other_row *body, size_t count,
                         const char **doubt)
{
    bool common;
    size_t labelled = widest(head->level, head->levels, true), given = widest(head->level, head->levels, false);
    size_t filled = widest(body, count, true), usual = usual_count(body, count, &common);
    if (!head->levels) return usual < filled ? usual : filled;
    if (filled <= given || !common) return labelled > filled ? labelled : filled < given ? filled : given;
    /* all rows are longer than the header: cells are missing at its end, or the one above the labels is */
    if (head->corner.len && !other_is_general(arena, head->corner)) *doubt = "the header has fewer cells than the rows";
    return filled;
}

static int find_two_alike(struct arena *arena, const struct other_columns *columns, bool *ret, struct error *err)
{
    struct text *keys = arena_array(arena, columns->count + 1, sizeof *keys);
    if (!keys) return error_memory(err);
    *ret = false;
    for (size_t i = 0; i < columns->count; i++) {
        keys[i] = fold_key(arena, columns->label[i]);
        if (text_failed(keys[i])) return error_memory(err);
        for (size_t j = 0; j < i; j++)
            *ret |= keys[i].len && text_equal(keys[i], keys[j]);
    }
    return 0;
}

static bool holds_word(struct text a, const char *const *words, size_t count)
{
    char buffer[256];
    size_t len = a.len < sizeof buffer - 1 ? a.len : sizeof buffer - 1;
    for (size_t i = 0; i < len; i++) {
        char c = a.ptr[i];
        buffer[i] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
    }
    for (size_t i = 0; i < count; i++)
        if (text_find(text_make(buffer, len), words[i]) != SIZE_MAX) return true;
    return false;
}

/* An indicator table's labels: its header could not be read as one, or layout A would have taken it.  What stands below must
 * not pass for another table's. */
static bool heads_indicators(struct arena *arena, const struct other_head *head, const struct other_columns *columns)
{
    static const char *const outcome[] = {"utfall"};
    bool indikator = other_same_words(arena, head->corner, TEXT("Indikator")), utfall = false, period = false;
    for (size_t c = 0; c < columns->count; c++) {
        struct text label = columns->label[c];
        indikator |= other_same_words(arena, label, TEXT("Indikator"));
        utfall |= holds_word(label, outcome, 1);
        period |= other_same_words(arena, label, TEXT("Period"));
    }
    return indikator && utfall && period;
}

int other_columns_of(struct arena *arena, const struct other_head *head, const struct other_row *body, size_t count,
                     struct other_columns **ret_columns, struct error *err)
{
    struct other_columns *columns = arena_alloc(arena, sizeof *columns);
    if (!columns) return error_memory(err);
    columns->count = find_width(arena, head, body, count, &columns->doubt);
    columns->label = arena_array(arena, columns->count + 1, sizeof *columns->label);
    columns->unit = arena_array(arena, columns->count + 1, sizeof *columns->unit);
    if (!columns->label || !columns->unit) return error_memory(err);
    columns->periods = head->levels > 0;
    for (size_t c = 0; c < columns->count; c++) {
        struct text label = {0}, rest;
        for (size_t l = 0; l < head->levels; l++)
            label = text_join(arena, label, " / ", head_cell(head, l, c));
        if (text_failed(label)) return error_memory(err);
        columns->label[c] = label;
        columns->periods &= other_is_period(label);
        (void)other_unit(label, &columns->unit[c], &rest);
    }
    bool alike = false;
    if (find_two_alike(arena, columns, &alike, err)) return -1;
    if (spans_unknown(head))
        columns->doubt = "the levels of the header cannot be laid over each other";
    else if (alike)
        columns->doubt = "two columns have the same label";
    else if (heads_indicators(arena, head, columns))
        columns->doubt = "the header is an indicator table's, and which column is which is not known";
    *ret_columns = columns;
    return 0;
}

/* ---- what the table is about ---- */

bool other_is_ekonomi(const struct other_columns *columns, struct text title, struct text matt)
{
    static const char *const measures[] = {"budget", "bokslut", "utfall",  "avvikelse", "kostnad",
                                           "intäkt", "netto",   "prognos", "resultat"};
    static const char *const units[] = {"mnkr", "tkr", "mkr", "(kr)", " kr)", "kronor"};
    bool measured = false, money = other_unit_is_money(matt) || holds_word(title, units, sizeof units / sizeof *units);
    for (size_t c = 0; c < columns->count; c++) {
        measured |= holds_word(columns->label[c], measures, sizeof measures / sizeof *measures);
        money |= other_unit_is_money(columns->unit[c]);
    }
    return measured && money;
}
