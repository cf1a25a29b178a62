/* Damages of layout A. */
#include "tests/variants/damage.h"

/* ---- places ---- */

bool pick_line(struct variant *v, line_test *fits, size_t *ret_at)
{
    size_t count = 0;
    bool same = v->focus >= 0 && often(&v->chance, 60);
    for (int pass = same ? 0 : 1; pass < 2 && count == 0; pass++)
        for (size_t i = 0; i < v->line_count; i++)
            if ((pass || v->lines[i].fact == v->focus) && fits(v, i) && below(&v->chance, ++count) == 0) *ret_at = i;
    if (count && v->focus < 0) v->focus = v->lines[*ret_at].fact;
    return count > 0;
}

size_t pick_blank(struct variant *v, const char *text)
{
    size_t count = 0, found = 0;
    for (size_t i = 1; text[0] && text[i] && text[i + 1]; i++)
        if (text[i] == ' ' && text[i - 1] != ' ' && below(&v->chance, ++count) == 0) found = i;
    return found;
}

size_t header_above(const struct variant *v, size_t at)
{
    while (at > 0 && !(v->lines[at].role == ROLE_HEADER && v->lines[at].cells > 1))
        at--;
    return at;
}

static bool is_row(const struct variant *v, size_t at)
{
    return v->lines[at].role == ROLE_ROW;
}

/* The name stands whole in its cell: no damage cut it yet. */
static bool has_name(const struct variant *v, size_t at)
{
    const struct vline *line = &v->lines[at];
    return is_row(v, at) && strstr(line->cell[line->name_at], v->facts[line->fact].name);
}

static bool name_has_blank(const struct variant *v, size_t at)
{
    return has_name(v, at) && strchr(v->facts[v->lines[at].fact].name, ' ');
}

static bool name_has_bracket(const struct variant *v, size_t at)
{
    if (!has_name(v, at)) return false;
    const char *bracket = strchr(v->facts[v->lines[at].fact].name, '(');
    return bracket && strchr(bracket, ' ');
}

static const char **value_cell(struct vline *line, enum column column)
{
    return &line->cell[line->name_at + 1 + VALUE_AT(column)];
}

static bool is_aligned(const struct variant *v, size_t at)
{
    return is_row(v, at) && v->lines[at].aligned;
}

static bool has_delegation(const struct variant *v, size_t at)
{
    struct vline line = v->lines[at];
    if (!is_aligned(v, at)) return false;
    const char *cell = *value_cell(&line, COLUMN_KF_ARSMAL);
    return !strcmp(cell, "Tas fram av nämnd") || !strcmp(cell, "Tas fram av nämnd/styrelse");
}

/* A row that stands under its header's columns: what is inserted before it shifts it. */
static bool is_unshifted(const struct variant *v, size_t at)
{
    return is_aligned(v, at) && v->lines[at].name_at == v->lines[header_above(v, at)].name_at;
}

static bool has_period(const struct variant *v, size_t at)
{
    struct vline line = v->lines[at];
    return is_aligned(v, at) && (*value_cell(&line, COLUMN_PERIOD))[0];
}

/* Its period can go and something is left: a name alone is a text like any other. */
static bool has_more_than_period(const struct variant *v, size_t at)
{
    struct vline line = v->lines[at];
    if (!has_period(v, at)) return false;
    for (enum column c = COLUMN_UTFALL; c < COLUMN_PERIOD; c++)
        if ((*value_cell(&line, c))[0]) return true;
    return false;
}

static bool is_unshifted_with_period(const struct variant *v, size_t at)
{
    return is_unshifted(v, at) && has_more_than_period(v, at);
}

static bool has_kf_and_period(const struct variant *v, size_t at)
{
    struct vline line = v->lines[at];
    return is_unshifted_with_period(v, at) && (*value_cell(&line, COLUMN_KF_ARSMAL))[0];
}

static bool has_empty_value(const struct variant *v, size_t at)
{
    struct vline line = v->lines[at];
    if (!is_unshifted(v, at)) return false;
    for (enum column c = COLUMN_UTFALL; c < COLUMN_PERIOD; c++)
        if (!(*value_cell(&line, c))[0]) return true;
    return false;
}

/* ---- page breaks ---- */

static void vary_header(struct variant *v, struct vline *header)
{
    switch (below(&v->chance, 6)) {
    case 0:
        header->cell[header->name_at + 5] = "Arsmål";
        break;
    case 1:
        if (header->cells == header->name_at + VALUES + 1) cell_insert(header, header->cells, "");
        break;
    case 2:
        header->cell[header->name_at] = "Indikator ";
        break;
    default:
        break;
    }
}

/* An empty line and the header again, before line AT; what stood at AT follows. */
static size_t add_break(struct variant *v, size_t at, int table)
{
    struct vline header = v->lines[header_above(v, at - 1)];
    vary_header(v, &header);
    size_t n = often(&v->chance, 10) ? 2 : 1;
    for (size_t i = 0; i < n; i++)
        line_insert(v, at + i, ROLE_BLANK)->cell[0] = often(&v->chance, 15) ? " " : "";
    *line_insert(v, at + n, ROLE_HEADER) = header;
    for (size_t i = at; i <= at + n; i++)
        v->lines[i].table = table;
    return at + n + 1;
}

/* A row at AT with TEXT under the header's column (0 = the name's), all other cells empty. */
static struct vline *add_fragment(struct variant *v, size_t at, const struct vline *of, size_t column, const char *text)
{
    size_t name_at = v->lines[header_above(v, at - 1)].name_at;
    struct vline fragment = {
        .role = ROLE_FRAGMENT, .table = of->table, .fact = of->fact, .goal = -1, .name_at = name_at};
    for (size_t i = 0; i < name_at + VALUES + 1; i++)
        cell_insert(&fragment, i, "");
    fragment.cell[name_at + column] = text;
    struct vline *line = line_insert(v, at, ROLE_FRAGMENT);
    *line = fragment;
    return line;
}

static bool in_table(const struct variant *v, size_t at)
{
    return at > 0 && v->lines[at - 1].table >= 0 && v->lines[at].role != ROLE_FRAGMENT &&
           (v->lines[at].table == v->lines[at - 1].table || v->lines[at].role == ROLE_BLANK);
}

/* Text that stands alone below a row, without a mark that it is an analysis. */
static bool is_bare_text(const struct vline *line)
{
    return line->role == ROLE_ANALYSIS_HEAD && line->cell[0][0] && !strstr(line->cell[0], "Analys") &&
           line->cell[0][0] != '<';
}

static bool break_between(struct variant *v)
{
    size_t at;
    if (!pick_line(v, in_table, &at)) return false;
    const struct vline before = v->lines[at - 1];
    if (before.fact >= 0 && is_bare_text(&v->lines[at])) v->facts[before.fact].misleading = true;
    add_break(v, at, before.table);
    return true;
}

/* Cuts the name of row AT at byte CUT of the name; BRACKET closes it early.  Returns the rest. */
static const char *cut_name(struct variant *v, size_t at, size_t cut, const char *bracket)
{
    struct vline *line = &v->lines[at];
    const char **cell = &line->cell[line->name_at], *name = v->facts[line->fact].name;
    size_t lead = (size_t)(strstr(*cell, name) - *cell);
    *cell = say(v, "%.*s%s%s", (int)(lead + cut), *cell, bracket, often(&v->chance, 20) ? " " : "");
    return name + cut + 1;
}

static bool break_name(struct variant *v)
{
    size_t at;
    if (!pick_line(v, name_has_blank, &at)) return false;
    struct vline row = v->lines[at];
    const char *rest = cut_name(v, at, pick_blank(v, v->facts[row.fact].name), "");
    add_fragment(v, add_break(v, at + 1, row.table), &row, 0, rest);
    return true;
}

static bool break_bracket(struct variant *v)
{
    size_t at;
    if (!pick_line(v, name_has_bracket, &at)) return false;
    struct vline row = v->lines[at];
    const char *name = v->facts[row.fact].name, *bracket = strchr(name, '(');
    size_t cut = (size_t)(bracket - name) + pick_blank(v, bracket);
    const char *rest = cut_name(v, at, cut, ")");
    add_fragment(v, add_break(v, at + 1, row.table), &row, 0, rest);
    return true;
}

/* Cuts the delegation of row AT; returns the rest. */
static const char *cut_delegation(struct variant *v, size_t at)
{
    static const char *const cuts[][2] = {
        {"Tas fram av", "nämnd"}, {"Tas fram", "av nämnd"}, {"Tas fram av näm", "nd"}};
    static const char *const long_cuts[][2] = {{"Tas fram av nämnd/s", "tyrelse"},
                                               {"Tas fram av", "nämnd/styrelse"},
                                               {"Tas fram av nämnd/", "styrelse"},
                                               {"Tas fram av nämnd", "/styrelse"},
                                               {"Tas fram", "av nämnd/s tyrelse"}};
    const char **cell = value_cell(&v->lines[at], COLUMN_KF_ARSMAL);
    const char *const *cut = strchr(*cell, '/') ? ONE_OF(&v->chance, long_cuts) : ONE_OF(&v->chance, cuts);
    *cell = cut[0];
    return cut[1];
}

static bool break_kf(struct variant *v)
{
    size_t at;
    if (!pick_line(v, has_delegation, &at)) return false;
    struct vline row = v->lines[at];
    const char *rest = cut_delegation(v, at);
    struct vline *line = add_fragment(v, add_break(v, at + 1, row.table), &row, 1 + VALUE_AT(COLUMN_KF_ARSMAL), rest);
    if (often(&v->chance, 40)) line->cell[0] = "♀";
    return true;
}

static bool has_delegation_and_name(const struct variant *v, size_t at)
{
    return has_delegation(v, at) && name_has_blank(v, at);
}

static bool break_kf_and_name(struct variant *v)
{
    size_t at;
    if (!pick_line(v, has_delegation_and_name, &at)) return false;
    struct vline row = v->lines[at];
    const char *rest = cut_name(v, at, pick_blank(v, v->facts[row.fact].name), ""), *kf = cut_delegation(v, at);
    struct vline *line = add_fragment(v, add_break(v, at + 1, row.table), &row, 0, rest);
    line->cell[line->name_at + 1 + VALUE_AT(COLUMN_KF_ARSMAL)] = kf;
    return true;
}

/* The same pieces in rows of their own, without a page break. */
static bool fragment_name(struct variant *v)
{
    size_t at;
    if (!pick_line(v, name_has_blank, &at)) return false;
    struct vline row = v->lines[at];
    const char *rest = cut_name(v, at, pick_blank(v, v->facts[row.fact].name), "");
    add_fragment(v, at + 1, &row, 0, rest);
    return true;
}

static bool fragment_kf(struct variant *v)
{
    size_t at;
    if (!pick_line(v, has_delegation, &at)) return false;
    struct vline row = v->lines[at],
                 *line = add_fragment(v, at + 1, &row, 1 + VALUE_AT(COLUMN_KF_ARSMAL), cut_delegation(v, at));
    if (often(&v->chance, 60)) line->cell[0] = "♀";
    return true;
}

static size_t analysis_cell(const struct vline *line)
{
    return line->cell[0][0] && line->cells > 1 && line->cell[1][0] ? 1 : 0;
}

static bool is_long_analysis(const struct variant *v, size_t at)
{
    const struct vline *line = &v->lines[at];
    return (line->role == ROLE_ANALYSIS || line->role == ROLE_ANALYSIS_HEAD) && line->cells > VALUES &&
           strlen(line->cell[analysis_cell(line)]) > 30;
}

static bool break_analysis(struct variant *v)
{
    size_t at;
    if (!pick_line(v, is_long_analysis, &at)) return false;
    struct vline *line = &v->lines[at];
    const char **cell = &line->cell[analysis_cell(line)], *text = *cell;
    size_t first = strncmp(text, "<p>Analys</p> <p>", 17) == 0 ? 17 : 0, cut = first + pick_blank(v, text + first),
           len = strlen(text);
    bool tagged = strstr(text, "<p>") && len > 4 && !strcmp(text + len - 4, "</p>") && often(&v->chance, 60);
    *cell = say(v, "%.*s%s", (int)cut, text, tagged ? "</p>" : "");
    struct vline of = {.table = line->table, .fact = -1};
    size_t next = add_break(v, at + 1, of.table);
    add_fragment(v, next, &of, 0, say(v, "%s%s", tagged ? "<p>" : "", text + cut + 1))->role = ROLE_ANALYSIS;
    return true;
}

/* ---- shifted rows ---- */

static struct vline *shift(struct variant *v, line_test *fits)
{
    static const char *const icons[] = {"", " ", "●", "◆", " ", "■"};
    size_t at;
    if (!pick_line(v, fits, &at)) return NULL;
    struct vline *line = &v->lines[at];
    cell_insert(line, line->name_at++, ONE_OF(&v->chance, icons));
    return line;
}

static bool shift_whole(struct variant *v)
{
    return shift(v, is_unshifted) != NULL;
}

static bool shift_empty(struct variant *v)
{
    struct vline *line = shift(v, has_empty_value);
    if (!line) return false;
    size_t count = 0, lost = 0;
    for (enum column c = COLUMN_UTFALL; c < COLUMN_PERIOD; c++)
        if (!(*value_cell(line, c))[0] && below(&v->chance, ++count) == 0) lost = VALUE_AT(c);
    cell_remove(line, line->name_at + 1 + lost);
    line->aligned = false;
    v->facts[line->fact].lossy = true;
    return true;
}

static void merge(struct variant *v, struct vline *line, size_t at)
{
    line->cell[at] = say(v, "%s %s", line->cell[at], line->cell[at + 1]);
    cell_remove(line, at + 1);
    line->aligned = false;
    v->facts[line->fact].lossy = true;
}

static bool shift_merged(struct variant *v)
{
    struct vline *line = shift(v, has_kf_and_period);
    if (line) merge(v, line, line->name_at + 1 + VALUE_AT(COLUMN_KF_ARSMAL));
    return line != NULL;
}

/* The period of LINE to a row below it. */
static void period_down(struct variant *v, struct vline *line)
{
    struct vline row = *line;
    size_t at = (size_t)(line - v->lines);
    const char *period = *value_cell(line, COLUMN_PERIOD);
    if (often(&v->chance, 60))
        cell_remove(line, line->name_at + 1 + VALUE_AT(COLUMN_PERIOD));
    else
        *value_cell(line, COLUMN_PERIOD) = "";
    line->aligned = false;
    struct vline *below_it = add_fragment(v, at + 1, &row, 1 + VALUE_AT(COLUMN_PERIOD), period);
    if (often(&v->chance, 60)) below_it->cell[0] = "♀";
}

static bool shift_period_below(struct variant *v)
{
    struct vline *line = shift(v, is_unshifted_with_period);
    if (line) period_down(v, line);
    return line != NULL;
}

static bool period_below(struct variant *v)
{
    size_t at;
    if (!pick_line(v, has_more_than_period, &at)) return false;
    period_down(v, &v->lines[at]);
    return true;
}

static bool shift_last(struct variant *v)
{
    struct vline *line = shift(v, is_unshifted_with_period);
    if (!line) return false;
    cell_remove(line, line->name_at + 1 + VALUE_AT(COLUMN_PERIOD));
    line->aligned = false;
    return true;
}

static bool has_neighbours(const struct variant *v, size_t at)
{
    struct vline line = v->lines[at];
    if (!is_aligned(v, at)) return false;
    for (enum column c = COLUMN_UTFALL; c < COLUMN_PERIOD; c++)
        if ((*value_cell(&line, c))[0] && (*value_cell(&line, c + 1))[0]) return true;
    return false;
}

static bool merge_values(struct variant *v)
{
    size_t at, count = 0, where = 0;
    if (!pick_line(v, has_neighbours, &at)) return false;
    struct vline *line = &v->lines[at];
    for (enum column c = COLUMN_UTFALL; c < COLUMN_PERIOD; c++)
        if ((*value_cell(line, c))[0] && (*value_cell(line, c + 1))[0] && below(&v->chance, ++count) == 0)
            where = line->name_at + 1 + VALUE_AT(c);
    merge(v, line, where);
    if (often(&v->chance, 50)) cell_insert(line, line->cells, "");
    return true;
}

/* ---- icons, markup, headers ---- */

static bool venus(struct variant *v)
{
    size_t at;
    if (!pick_line(v, has_name, &at)) return false;
    struct vline *line = &v->lines[at];
    const char **cell = &line->cell[line->name_at];
    switch (below(&v->chance, 3)) {
    case 0:
        *cell = say(v, "%s ♀", *cell);
        break;
    case 1:
        *cell = say(v, "♀ %s", *cell);
        break;
    default: {
        struct vline row = *line;
        add_fragment(v, at + 1, &row, 0, "")->cell[0] = "♀";
    }
    }
    return true;
}

static bool after_header(const struct variant *v, size_t at)
{
    return at > 0 && v->lines[at - 1].table >= 0 &&
           (v->lines[at].table == v->lines[at - 1].table || v->lines[at - 1].role != ROLE_BLANK) &&
           v->lines[at - 1].role != ROLE_BLANK;
}

static bool empty_row(struct variant *v)
{
    size_t at;
    if (!pick_line(v, after_header, &at)) return false;
    struct vline of = {.table = v->lines[at - 1].table, .fact = -1};
    struct vline *line = add_fragment(v, at, &of, 0, "");
    while (line->cells > 2 && often(&v->chance, 30))
        line->cells--;
    return true;
}

static bool markup(struct variant *v)
{
    static const char *const marks[][2] = {{"<p>", "</p>"}, {"<i>", "</i>"}, {"<b>", "</b>"},        {"**", "**"},
                                           {"*", "*"},      {"## ", ""},     {"<p><b>", "</b></p>"}, {"<p>", ""}};
    size_t at;
    if (!pick_line(v, has_name, &at)) return false;
    struct vline *line = &v->lines[at];
    const char **cell = &line->cell[line->name_at], *name = v->facts[line->fact].name, *found = strstr(*cell, name);
    const char *const *mark = ONE_OF(&v->chance, marks);
    *cell = say(v, "%.*s%s%s%s%s", (int)(found - *cell), *cell, mark[0], name, mark[1], found + strlen(name));
    return true;
}

static bool dash(struct variant *v)
{
    static const char *const dashes[] = {"— ", "- ", "– ", "—  ♀ "};
    size_t at;
    if (!pick_line(v, has_name, &at)) return false;
    struct vline *line = &v->lines[at];
    line->cell[line->name_at] = say(v, "%s%s", ONE_OF(&v->chance, dashes), v->facts[line->fact].name);
    return true;
}

static bool is_header(const struct variant *v, size_t at)
{
    return v->lines[at].role == ROLE_HEADER;
}

static bool header_cells(struct variant *v)
{
    size_t at;
    if (!pick_line(v, is_header, &at)) return false;
    struct vline *header = &v->lines[at];
    switch (below(&v->chance, 5)) {
    case 0:
        header->cell[header->name_at + 5] = "Arsmål";
        break;
    case 1:
        if (header->cells < LINE_CELLS) cell_insert(header, header->cells, "");
        break;
    case 2:
        header->cell[header->name_at + 6] = "KF:s arsmål";
        break;
    case 3:
        header->cell[header->name_at] = " **Indikator**";
        break;
    default:
        header->cell[header->name_at + 2] = "Utfall män/pojkar";
    }
    return true;
}

/* An icon column in front of a header and of all rows down to the next. */
static bool header_column(struct variant *v)
{
    static const char *const icons[] = {"", "●", "◆", " ", "♀"};
    size_t at;
    if (!pick_line(v, is_header, &at) || v->lines[at].name_at > 0) return false;
    for (size_t i = at;
         i < v->line_count && v->lines[i].table == v->lines[at].table && (i == at || v->lines[i].role != ROLE_HEADER);
         i++) {
        struct vline *line = &v->lines[i];
        bool named = line->role == ROLE_HEADER || line->role == ROLE_ROW || line->role == ROLE_FRAGMENT;
        if (line->role == ROLE_BLANK) continue;
        if (named || often(&v->chance, 50))
            cell_insert(line, 0, line->role == ROLE_ROW ? ONE_OF(&v->chance, icons) : "");
        if (named) line->name_at++;
    }
    return true;
}

static bool is_last_of_row(const struct variant *v, size_t at)
{
    return is_row(v, at) && at + 1 < v->line_count && v->lines[at + 1].role == ROLE_ROW;
}

/* An analysis of text only: whole sentences without the word before them. */
static bool bare_analysis(struct variant *v)
{
    static const char *const texts[] = {
        "Resultatet har blivit något sämre men fler personer har svarat på enkäten i jämförelse med föregående år.",
        "Pandemin kan under perioder ha påverkat det totala resultatet. Arbetet fortsätter under nästa år.",
        "29 av 32 personer svarade på enkäten, och underlaget är litet. Det går inte att dra några slutsatser av det.",
    };
    size_t at;
    if (!pick_line(v, is_last_of_row, &at)) return false;
    struct vline of = {.table = v->lines[at].table, .fact = -1};
    add_fragment(v, at + 1, &of, 0, ONE_OF(&v->chance, texts))->role = ROLE_ANALYSIS_HEAD;
    return true;
}

/* One to three digits: a thousands number whose groups stand in two rows begins so. */
static bool has_first_group(const struct variant *v, size_t at)
{
    struct vline line = v->lines[at];
    if (!is_unshifted(v, at)) return false;
    const char *value = *value_cell(&line, COLUMN_UTFALL);
    size_t digits = strspn(value, "0123456789");
    return digits > 0 && digits <= 3 && !value[digits] && value[0] != '0';
}

/* The second group of a number in the row below. */
static bool value_below(struct variant *v)
{
    size_t at;
    if (!pick_line(v, has_first_group, &at)) return false;
    struct vline row = v->lines[at];
    size_t next = often(&v->chance, 50) ? add_break(v, at + 1, row.table) : at + 1;
    add_fragment(v, next, &row, 1 + VALUE_AT(COLUMN_UTFALL), "234");
    v->facts[row.fact].value[0] = say(v, "%s 234", v->facts[row.fact].value[0]);
    return true;
}

static bool nothing(struct variant *v)
{
    (void)v;
    return true;
}

const struct damage damages_a[] = {
    {"none", nothing, false},
    {"break-between", break_between, false},
    {"break-name", break_name, false},
    {"break-bracket", break_bracket, false},
    {"break-kf", break_kf, false},
    {"break-kf-name", break_kf_and_name, false},
    {"break-analysis", break_analysis, false},
    {"fragment-name", fragment_name, false},
    {"fragment-kf", fragment_kf, false},
    {"shift", shift_whole, false},
    {"shift-empty-lost", shift_empty, false},
    {"shift-merged", shift_merged, false},
    {"shift-period-below", shift_period_below, false},
    {"shift-last-lost", shift_last, false},
    {"period-below", period_below, false},
    {"values-merged", merge_values, false},
    {"venus", venus, false},
    {"empty-row", empty_row, false},
    {"markup", markup, false},
    {"dash", dash, false},
    {"header-cells", header_cells, false},
    {"header-column", header_column, false},
    {"bare-analysis", bare_analysis, false},
    {"value-below", value_below, false},
    {NULL, NULL, false},
};
