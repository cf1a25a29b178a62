/* Damages of tables: delimited text and workbooks.  A cell that begins with a control character is printed in a way of its
 * own: see put_cell in the two writers. */
#include "tests/variants/damage.h"

static bool is_row(const struct variant *v, size_t at)
{
    return v->lines[at].role == ROLE_ROW && v->lines[at].aligned;
}

static bool is_header(const struct variant *v, size_t at)
{
    return v->lines[at].role == ROLE_HEADER;
}

/* The index of a cell that holds something, by chance, between the columns FIRST and LAST; SIZE_MAX when there is none. */
static size_t pick_cell(struct variant *v, size_t at, enum column first, enum column last)
{
    size_t count = 0, found = SIZE_MAX;
    for (size_t i = 0; i < v->columns; i++)
        if (v->order[i] >= first && v->order[i] <= last && v->lines[at].cell[i][0] && below(&v->chance, ++count) == 0)
            found = i;
    return found;
}

static size_t pick_value(struct variant *v, size_t at)
{
    return v->style.per_line ? 4 : pick_cell(v, at, COLUMN_UTFALL, COLUMN_KF_ARSMAL);
}

static struct vline *pick_row(struct variant *v)
{
    size_t at;
    return pick_line(v, is_row, &at) ? &v->lines[at] : NULL;
}

/* ---- cells lost, merged, shifted ---- */

static bool drop_cell(struct variant *v)
{
    struct vline *line = pick_row(v);
    if (!line) return false;
    cell_remove(line, below(&v->chance, v->columns));
    line->aligned = false;
    return true;
}

static bool merge_cells(struct variant *v)
{
    struct vline *line = pick_row(v);
    if (!line) return false;
    size_t i = below(&v->chance, v->columns - 1);
    line->cell[i] = say(v, "%s %s", line->cell[i], line->cell[i + 1]);
    cell_remove(line, i + 1);
    line->aligned = false;
    return true;
}

static bool shift_cells(struct variant *v)
{
    static const char *const icons[] = {"", "●", "◆", " "};
    struct vline *line = pick_row(v);
    if (!line || line->cells == LINE_CELLS) return false;
    cell_insert(line, below(&v->chance, v->columns - 1), ONE_OF(&v->chance, icons));
    line->aligned = false;
    /* of the first row alone nothing tells how wide it should be, when its last cell is empty */
    if (line->fact == 0 && !line->cell[v->columns][0]) v->facts[0].misleading = true;
    return true;
}

/* A line break in the middle of a row, outside quotes. */
static bool wrap_row(struct variant *v)
{
    size_t at;
    if (!pick_line(v, is_row, &at)) return false;
    size_t i = 1 + below(&v->chance, v->columns - 1);
    struct vline *rest = line_insert(v, at + 1, ROLE_TEXT), *line = &v->lines[at];
    rest->fact = line->fact;
    rest->cells = 0;
    for (size_t c = i; c < line->cells; c++)
        cell_insert(rest, rest->cells, line->cell[c]);
    line->cells = i;
    line->aligned = false;
    return true;
}

/* A line break inside a quoted name. */
static bool wrap_name(struct variant *v)
{
    struct vline *line = pick_row(v);
    size_t i = 0;
    while (line && i < v->columns && v->order[i] != COLUMN_INDIKATOR)
        i++;
    if (!line || i == v->columns) return false;
    const char *name = line->cell[i];
    size_t blank = pick_blank(v, name);
    if (!blank) return false;
    line->cell[i] = say(v, "%.*s\n%s", (int)blank, name, name + blank + 1);
    return true;
}

/* ---- what stands in cells ---- */

static bool words_for_number(struct variant *v)
{
    static const char *const words[] = {"se kommentar", "uppgift saknas", "ej mätt", "preliminärt"};
    struct vline *line = pick_row(v);
    size_t i = line ? pick_value(v, (size_t)(line - v->lines)) : SIZE_MAX;
    if (i == SIZE_MAX) return false;
    line->cell[i] = ONE_OF(&v->chance, words);
    v->facts[line->fact].text = true;
    return true;
}

static bool two_values(struct variant *v)
{
    struct vline *line = pick_row(v);
    size_t i = line ? pick_value(v, (size_t)(line - v->lines)) : SIZE_MAX;
    if (i == SIZE_MAX) return false;
    line->cell[i] = say(v, "%s 85 %%", line->cell[i]);
    v->facts[line->fact].text = true;
    return true;
}

static bool mark_name(struct variant *v)
{
    static const char *const marks[][2] = {{"<p>", "</p>"}, {"**", "**"}, {"● ", ""},
                                           {"  ", "  "},    {"", " ."},   {"✓ ", ""}};
    struct vline *line = pick_row(v);
    size_t i = 0;
    while (line && i < v->columns && v->order[i] != COLUMN_INDIKATOR)
        i++;
    if (!line || i == v->columns || v->style.encoding == AS_WINDOWS1252) return false;
    const char *const *mark = ONE_OF(&v->chance, marks);
    line->cell[i] = say(v, "%s%s%s", mark[0], line->cell[i], mark[1]);
    return true;
}

static bool decompose(struct variant *v)
{
    struct vline *line = pick_row(v);
    size_t i = 0;
    while (line && i < v->columns && v->order[i] != COLUMN_INDIKATOR)
        i++;
    if (!line || i == v->columns || v->style.encoding == AS_WINDOWS1252) return false;
    const char *letter = strstr(line->cell[i], "å");
    if (!letter) return false;
    line->cell[i] = say(v, "%.*sa\u030a%s", (int)(letter - line->cell[i]), line->cell[i], letter + strlen("å"));
    return true;
}

/* ---- headers ---- */

static bool repeat_header(struct variant *v)
{
    size_t header, at;
    if (!pick_line(v, is_header, &header) || !pick_line(v, is_row, &at) || at <= header) return false;
    struct vline copy = v->lines[header];
    copy.role = ROLE_TEXT;
    *line_insert(v, at, ROLE_TEXT) = copy;
    return true;
}

static bool same_header_twice(struct variant *v)
{
    size_t header;
    if (!pick_line(v, is_header, &header) || v->style.per_line) return false;
    size_t from = pick_cell(v, header, COLUMN_INDIKATOR, COLUMN_PERIOD), to = below(&v->chance, v->columns);
    if (from == to || !strcmp(v->lines[header].cell[from], "Totalt")) return false; /* a total of what, alone? */
    v->lines[header].cell[to] = v->lines[header].cell[from];
    for (size_t i = 0; i < v->fact_count; i++)
        v->facts[i].lossy = true;
    return true;
}

/* Another year over the outcome than the rows have. */
static bool other_year(struct variant *v)
{
    size_t header;
    if (!pick_line(v, is_header, &header) || v->style.per_line) return false;
    for (size_t i = 0; i < v->columns; i++)
        if (v->order[i] == COLUMN_UTFALL) {
            if (!strcmp(v->lines[header].cell[i], "Totalt")) return false;
            v->lines[header].cell[i] = say(v, "Utfall %d", v->year + 1);
        }
    return true;
}

/* A group of unknown meaning over the values. */
static bool strange_group(struct variant *v)
{
    size_t header, i = 1;
    if (!pick_line(v, is_header, &header) || v->style.per_line) return false;
    while (i < v->columns && !(v->order[i] >= COLUMN_UTFALL && v->order[i] <= COLUMN_KF_ARSMAL))
        i++;
    if (i == v->columns || (header > 0 && v->lines[header - 1].cells > 1)) return false;
    struct vline *line = line_insert(v, header, ROLE_TEXT);
    while (line->cells < v->columns)
        cell_insert(line, line->cells, "");
    line->cell[i] = "Förra året";
    return true;
}

/* ---- files ---- */

static bool cut_file(struct variant *v)
{
    v->style.keep_percent = 5 + below(&v->chance, 95);
    return true;
}

/* A quote that opens and does not close. */
static bool open_quote(struct variant *v)
{
    struct vline *line = pick_row(v);
    if (!line) return false;
    size_t i = below(&v->chance, v->columns);
    line->cell[i] = say(v, "\x01\"%s", line->cell[i]);
    line->aligned = false;
    return true;
}

/* A letter of Windows-1252 in a text of UTF-8. */
static bool stray_byte(struct variant *v)
{
    struct vline *line = pick_row(v);
    if (!line || v->style.encoding > AS_UTF8_MARKED) return false;
    size_t i = 0;
    while (i < v->columns && v->order[i] != COLUMN_INDIKATOR)
        i++;
    if (i == v->columns) return false;
    line->cell[i] = say(v, "%s \xe5r", line->cell[i]);
    return true;
}

/* ---- workbooks ---- */

static bool cell_fault(struct variant *v)
{
    static const char *const faults[] = {"\x02", "\x03", "\x04"};
    struct vline *line = pick_row(v);
    size_t i = line ? pick_value(v, (size_t)(line - v->lines)) : SIZE_MAX;
    if (i == SIZE_MAX) return false;
    line->cell[i] = ONE_OF(&v->chance, faults);
    return true;
}

static bool lost_string(struct variant *v)
{
    struct vline *line = pick_row(v);
    if (!line) return false;
    line->cell[below(&v->chance, v->columns)] = "\x05";
    return true;
}

static bool has_row_below(const struct variant *v, size_t at)
{
    return is_row(v, at) && at + 1 < v->line_count && is_row(v, at + 1) && at + 1 != v->style.split;
}

static bool merged_values(struct variant *v)
{
    size_t at;
    if (v->style.merge_rows || v->style.per_line || !pick_line(v, has_row_below, &at)) return false;
    size_t i = pick_value(v, at);
    if (i == SIZE_MAX) return false;
    v->style.merge_rows = true;
    v->style.merge_first = v->lines[at].fact;
    v->style.merge_last = v->lines[at + 1].fact;
    v->style.merge_column = i;
    v->lines[at + 1].cell[i] = "";
    v->lines[at + 1].aligned = false;
    return true;
}

static bool nothing(struct variant *v)
{
    (void)v;
    return true;
}

const struct damage damages_delimited[] = {
    {"none", nothing, false},
    {"drop-cell", drop_cell, false},
    {"merge-cells", merge_cells, false},
    {"shift-cells", shift_cells, false},
    {"wrap-row", wrap_row, false},
    {"wrap-name", wrap_name, false},
    {"words-for-number", words_for_number, false},
    {"two-values", two_values, false},
    {"mark-name", mark_name, false},
    {"decomposed", decompose, false},
    {"repeat-header", repeat_header, false},
    {"same-header-twice", same_header_twice, false},
    {"other-year", other_year, false},
    {"strange-group", strange_group, false},
    {"cut-file", cut_file, false},
    {"open-quote", open_quote, false},
    {"stray-byte", stray_byte, false},
    {NULL, NULL, false},
};

const struct damage damages_workbook[] = {
    {"none", nothing, false},
    {"wrap-name", wrap_name, false},
    {"words-for-number", words_for_number, false},
    {"two-values", two_values, false},
    {"mark-name", mark_name, false},
    {"decomposed", decompose, false},
    {"repeat-header", repeat_header, false},
    {"same-header-twice", same_header_twice, false},
    {"other-year", other_year, false},
    {"strange-group", strange_group, false},
    {"cut-file", cut_file, false},
    {"cell-fault", cell_fault, false},
    {"lost-string", lost_string, false},
    {"merged-values", merged_values, false},
    {NULL, NULL, false},
};
