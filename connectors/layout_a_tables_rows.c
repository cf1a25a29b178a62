#include <stdint.h>

#include "connectors/layout_a_tables_parts.h"
#include "connectors/rapport_words.h"
#include "etl/base/fold.h"
#include "etl/base/limits.h"
#include "etl/base/period.h"
#include "etl/base/value.h"

#define PROSE_CELL   200 /* bytes of a cell from which on it is a sentence rather than a label or a value */
#define CONTACT_ROWS 4   /* an address block is short */

static bool has_tab(struct text line)
{
    return line.len && memchr(line.ptr, '\t', line.len);
}

size_t other_run_end(struct document *d, size_t first)
{
    size_t end = first + 1;
    while (end < d->line_count && has_tab(d->lines[end].text) && !layout_a_is_header(d, end))
        end++;
    return end;
}

/* ---- cells ---- */

bool other_is_value(struct text cell)
{
    return cell.len && value_looks_legal(cell);
}

bool other_is_period(struct text cell)
{
    struct period period;
    return cell.len && period_parse(cell, &period) == 0;
}

bool other_begins_lower(struct text a)
{
    if (!a.len) return false;
    unsigned char c = (unsigned char)a.ptr[0], next = a.len > 1 ? (unsigned char)a.ptr[1] : 0;
    return (c >= 'a' && c <= 'z') || (c == 0xc3 && next >= 0xa0);
}

/* A value as printed, without the markup around it: a sign in front belongs to it. */
static struct text clean_value(struct arena *arena, struct text raw)
{
    struct text a = text_trim(raw);
    if (!words_tagged(a) && !text_starts(a, "**")) return text_fold_space(arena, a);
    a = words_unmarked(a);
    for (;;) {
        a = text_trim(a);
        size_t open = a.len;
        if (text_ends(a, "**")) {
            a.len -= 2;
            continue;
        }
        if (!text_ends(a, ">")) break;
        while (open > 0 && a.ptr[open - 1] != '<')
            open--;
        if (open == 0 || !words_tagged(text_from(a, open - 1))) break;
        a.len = open - 1;
    }
    return text_fold_space(arena, a);
}

static const char *const money[] = {"mnkr",
                                    "mkr",
                                    "tkr",
                                    "kr",
                                    "kronor",
                                    "msek",
                                    "tsek",
                                    "sek",
                                    "kkr",
                                    "mdkr",
                                    "miljoner kronor",
                                    "tusental kronor",
                                    "tusentals kronor"};
static const char *const other_units[] = {"%", "procent", "procentenheter", "st", "antal", "antal st"};

static bool is_one_of(struct text a, const char *const *words, size_t count)
{
    char buffer[FOLD_SHORT_SIZE];
    struct text folded = fold_short(a, FOLD_BLANKS_ONE, buffer);
    for (size_t i = 0; i < count; i++)
        if (text_is(folded, words[i])) return true;
    return false;
}

bool other_unit_is_money(struct text unit)
{
    return is_one_of(unit, money, sizeof money / sizeof *money);
}

static bool is_unit(struct text a)
{
    return other_unit_is_money(a) || is_one_of(a, other_units, sizeof other_units / sizeof *other_units);
}

static size_t find_last(struct text a, const char *needle)
{
    size_t found = SIZE_MAX;
    for (size_t at = 0, next; (next = text_find(text_from(a, at), needle)) != SIZE_MAX; at += next + 1)
        found = at + next;
    return found;
}

bool other_unit(struct text a, struct text *ret_unit, struct text *ret_rest)
{
    static const char *const before[] = {", ", " i ", " "};
    a = text_trim(a);
    size_t open = text_ends(a, ")") ? find_last(a, "(") : SIZE_MAX;
    struct text inner = open == SIZE_MAX ? a : text_trim(text_part(a, open + 1, a.len - open - 2)), rest;
    if (open != SIZE_MAX && other_unit(inner, ret_unit, &rest)) {
        *ret_rest = text_trim(text_part(a, 0, open));
        return true;
    }
    if (is_unit(a)) {
        *ret_unit = a;
        *ret_rest = (struct text){0};
        return true;
    }
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        size_t at = find_last(a, before[i]);
        if (at == SIZE_MAX) continue;
        struct text unit = text_trim(text_from(a, at + strlen(before[i])));
        /* "Kostnader st": behind a bare blank only what cannot be a word of the label */
        if (!is_unit(unit) || (i == 2 && !text_is(unit, "%") && !text_is(unit, "mnkr") && !text_is(unit, "tkr")))
            continue;
        *ret_unit = unit;
        *ret_rest = text_trim(text_part(a, 0, at));
        return true;
    }
    return false;
}

/* ---- rows ---- */

static enum row_kind kind_of(const struct other_row *row)
{
    bool periods = true, values = false;
    struct text unit, rest;
    if (row->filled == 0 && !row->label.len) return ROW_EMPTY;
    if (row->filled == 0) return other_unit(row->label, &unit, &rest) && !rest.len ? ROW_UNIT : ROW_LABEL;
    for (size_t i = 0; i < row->filled; i++) {
        if (!row->cells[i].len) continue;
        periods &= other_is_period(row->cells[i]);
        values |= other_is_value(row->cells[i]);
    }
    return periods ? ROW_PERIODS : values ? ROW_DATA : ROW_TEXT;
}

/* Splits line AT; RET_COUNT cells in RET_CELLS. */
static int split(struct document *d, struct arena *arena, size_t at, struct text **ret_cells, size_t *ret_count,
                 struct error *err)
{
    struct text line = d->lines[at].text;
    size_t count = 1;
    for (size_t i = 0; i < line.len; i++)
        count += line.ptr[i] == '\t';
    if (text_blank(line)) count = 1; /* a row of TABs only, however many */
    if (count > LIMIT_COLUMNS) return document_refuse(d, at, err, "a row with more cells than the limit");
    struct text *cells = arena_array(arena, count, sizeof *cells);
    if (!cells) return error_memory(err);
    for (size_t i = 0; i < count && !text_blank(line); i++) {
        const char *tab = memchr(line.ptr, '\t', line.len);
        size_t len = tab ? (size_t)(tab - line.ptr) : line.len;
        cells[i] = text_part(line, 0, len);
        line = text_from(line, len + (tab ? 1 : 0));
        if (!line.len) break;
    }
    *ret_cells = cells;
    *ret_count = count;
    return 0;
}

/* Cells of RAW -> a row whose label is the cell LEAD. */
static int fill_row(struct arena *arena, struct text *raw, size_t count, size_t lead, struct other_row *row,
                    struct error *err)
{
    bool markup = false;
    if (lead < count && !words_icons_only(raw[lead])) row->label = words_name(arena, raw[lead], &markup);
    row->count = count > lead + 1 ? count - lead - 1 : 0;
    row->cells = raw + (row->count ? lead + 1 : 0);
    row->from = arena_array(arena, row->count + 1, sizeof *row->from);
    if (text_failed(row->label) || !row->from) return error_memory(err);
    for (size_t i = 0; i < row->count; i++) {
        row->from[i] = row->cells[i].ptr;
        row->cells[i] = clean_value(arena, row->cells[i]);
        if (text_failed(row->cells[i])) return error_memory(err);
        if (row->cells[i].len) row->filled = i + 1;
    }
    row->kind = kind_of(row);
    return 0;
}

/* The first cell that holds more than icons in any row; an icon column in front is left out. */
static size_t find_lead(struct text *const *raw, const size_t *counts, size_t rows)
{
    for (size_t lead = 0; lead < 2; lead++)
        for (size_t i = 0; i < rows; i++)
            if (lead < counts[i] && !words_icons_only(raw[i][lead])) return lead;
    return 0;
}

int other_read_rows(struct document *d, struct arena *arena, size_t first, size_t end, size_t *lead,
                    struct other_row **ret_rows, struct error *err)
{
    size_t count = end - first;
    if (count > OTHER_ROWS) return document_refuse(d, first, err, "a table with more rows than the limit");
    struct other_row *rows = arena_array(arena, count, sizeof *rows);
    struct text **raw = arena_array(arena, count, sizeof *raw);
    size_t *counts = arena_array(arena, count, sizeof *counts);
    if (!rows || !raw || !counts) return error_memory(err);
    for (size_t i = 0; i < count; i++)
        if (split(d, arena, first + i, &raw[i], &counts[i], err)) return -1;
    if (*lead == SIZE_MAX) *lead = find_lead(raw, counts, count);
    for (size_t i = 0; i < count; i++) {
        rows[i].line = first + i;
        if (fill_row(arena, raw[i], counts[i], *lead, &rows[i], err)) return -1;
    }
    *ret_rows = rows;
    return 0;
}

/* ---- what is no table ---- */

/* "Heading … TAB page": the page, -1 when LINE is none.  RET_SURE: a goal's label or a leader of dots says so too. */
static long contents_page(struct text line, bool *ret_sure)
{
    struct text rest;
    line = text_trim(line);
    if (!words_is_contents(line)) return -1;
    size_t tab = find_last(line, "\t");
    struct text head = tab == SIZE_MAX ? line : text_part(line, 0, tab);
    *ret_sure |= tab == SIZE_MAX || text_ends(text_trim(head), "....") || words_goal(head, &rest) != NIVA_NONE ||
                 text_is(text_trim(head), "Sammanfattande analys");
    if (tab == SIZE_MAX) return 0;
    size_t more = text_find(head, "\t"); /* "1.2 TAB heading TAB page" */
    for (size_t i = 0; more != SIZE_MAX && i < more; i++)
        if (!memchr("0123456789. ", head.ptr[i], 12)) return -1;
    if (words_starts_folded(head, "summa") || words_starts_folded(head, "total")) return -1;
    long page = 0;
    for (size_t i = tab + 1; i < line.len; i++)
        if (line.ptr[i] >= '0' && line.ptr[i] <= '9') page = page * 10 + (line.ptr[i] - '0');
    return page;
}

/* Page numbers never go down; a two-column table of numbers mostly does, stands below goals, or begins with a year. */
bool other_run_is_contents(const struct document *d, size_t first, size_t end, bool only_sure)
{
    size_t lines = 0, pages = 0;
    long last = 0;
    bool sure = false, down = false;
    for (size_t i = first; i < end; i++) {
        if (text_blank(d->lines[i].text)) continue;
        lines++;
        long page = contents_page(d->lines[i].text, &sure);
        if (page < 0 || page >= 1900) continue;
        pages++;
        down |= page && page < last;
        if (page) last = page;
    }
    if (!pages) return false;
    if (sure || only_sure) return sure && pages * 2 >= lines;
    return pages == lines && !down && (d->niva == NIVA_NONE || lines == 1);
}

/* A word that heads a line of an address block: who answers, not what was counted. */
static bool is_contact(struct text a)
{
    static const char *const words[] = {"telefon",      "tfn", "handläggare", "e-post",     "epost",
                                        "diarienummer", "dnr", "växel",       "postadress", "box",
                                        "org.nr",       "sid", "sida",        "till",       "kontaktperson"};
    if (text_find(a, "@") != SIZE_MAX) return true;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!words_starts_folded(a, words[i])) continue;
        struct text rest = text_from(a, strlen(words[i]));
        if (!rest.len || memchr(" :.", rest.ptr[0], 3)) return true;
    }
    return false;
}

bool other_rows_are_contact(const struct other_row *rows, size_t count)
{
    size_t filled = 0;
    bool contact = false;
    for (size_t i = 0; i < count; i++) {
        filled += rows[i].kind != ROW_EMPTY;
        if (rows[i].kind == ROW_DATA) continue; /* calls were counted; a telephone number is no value */
        contact |= is_contact(rows[i].label);
        for (size_t c = 0; c < rows[i].filled; c++)
            contact |= is_contact(rows[i].cells[c]);
    }
    return contact && filled <= CONTACT_ROWS;
}

bool other_rows_are_prose(const struct other_row *rows, size_t count)
{
    size_t filled = 0, sentences = 0, data = 0, periods = 0;
    for (size_t i = 0; i < count; i++) {
        const struct other_row *row = &rows[i];
        if (row->kind == ROW_EMPTY) continue;
        bool sentence = row->label.len > PROSE_CELL;
        for (size_t c = 0; c < row->filled; c++)
            sentence |= row->cells[c].len > PROSE_CELL;
        filled++;
        sentences += sentence;
        data += row->kind == ROW_DATA;
        periods += row->kind == ROW_PERIODS;
    }
    if (sentences * 2 > filled) return true;
    if (!data && (filled < 2 || periods == filled)) return true; /* a lone header, dates without a heading */
    return other_rows_are_contact(rows, count);
}
