/* Damages of layout B. */
#include "tests/variants/damage.h"

/* ---- places ---- */

static bool begins_row(const struct variant *v, size_t at)
{
    return v->lines[at].fact >= 0 && v->lines[at].begins;
}

/* The line after the last one of the row of FACT. */
static size_t row_end(const struct variant *v, int fact)
{
    size_t end = 0;
    for (size_t i = 0; i < v->line_count; i++)
        if (v->lines[i].fact == fact) end = i + 1;
    return end;
}

static size_t count_names(const struct variant *v, int fact)
{
    size_t count = 0;
    for (size_t i = 0; i < v->line_count; i++)
        count += v->lines[i].fact == fact && v->lines[i].role == ROLE_NAME && v->lines[i].cell[0][0];
    return count;
}

/* No page break cut the row yet: its lines stand together. */
static bool is_whole(const struct variant *v, size_t at)
{
    int fact = v->lines[at].fact;
    if (!begins_row(v, at)) return false;
    for (size_t i = at; i < row_end(v, fact); i++)
        if (v->lines[i].fact != fact) return false;
    return true;
}

static bool is_long_name(const struct variant *v, size_t at)
{
    return is_whole(v, at) && count_names(v, v->lines[at].fact) > 1;
}

static bool is_delegated(const struct variant *v, size_t at)
{
    return is_whole(v, at) && strncmp(v->facts[v->lines[at].fact].value[VALUE_AT(COLUMN_KF_ARSMAL)], "Tas", 3) == 0;
}

/* ---- page breaks ---- */

static size_t add_line(struct variant *v, size_t at, enum role role, int table, const char *text)
{
    struct vline *line = line_insert(v, at, role);
    line->table = table;
    line->cell[0] = text;
    return at + 1;
}

static size_t add_furniture(struct variant *v, size_t at, int table)
{
    static const char *const before[] = {"", "", " ", "", " ", "", " ", ""};
    static const char *const after[] = {"", " ", " start.stockholm ", " ", ""};
    for (size_t i = below(&v->chance, 8); i < 8; i++)
        at = add_line(v, at, ROLE_BLANK, table, before[i]);
    at = add_line(v, at, ROLE_TEXT, table, "Tjänsteutlåtande ");
    at = add_line(v, at, ROLE_TEXT, table, say(v, "Sid %zu (25) ", 1 + below(&v->chance, 25)));
    for (size_t i = 0; i < 5; i++)
        at = add_line(v, at, ROLE_BLANK, table, after[i]);
    return at;
}

/* The header of TABLE again, before line AT, and an empty line; perhaps the furniture of the page's end first. */
static size_t add_break(struct variant *v, size_t at, int table)
{
    size_t header = 0, n = 0;
    bool furniture = often(&v->chance, 30);
    if (furniture) at = add_furniture(v, at, table);
    while (v->lines[header].role != ROLE_HEADER || v->lines[header].table != table)
        header++;
    while (n < 17) {
        at = add_line(v, at, ROLE_HEADER, table, v->lines[header + n].cell[0]);
        n++;
        if (header >= at) header++;
    }
    v->lines[at - 17].cell[0] =
        furniture || often(&v->chance, 20) ? "   Indikator Periodens " : "    Indikator Periodens ";
    return add_line(v, at, ROLE_BLANK, table, "");
}

/* Between two rows, between a row and its analysis, before the first row or after the last. */
static bool is_between(const struct variant *v, size_t at)
{
    if (at == 0 || v->lines[at].table < 0 || v->lines[at - 1].role == ROLE_HEADER) return false;
    if (v->lines[at].role == ROLE_ANALYSIS_HEAD) return true;
    if (v->lines[at].role == ROLE_RESIDUE) return v->lines[at - 1].role != ROLE_RESIDUE;
    return begins_row(v, at) && v->lines[at - 1].role != ROLE_RESIDUE && strncmp(v->lines[at].cell[0], "  ", 2) == 0;
}

static bool break_between(struct variant *v)
{
    size_t at;
    if (!pick_line(v, is_between, &at)) return false;
    if (!v->lines[at - 1].cell[0][0] && v->lines[at - 2].role != ROLE_HEADER && often(&v->chance, 60))
        at--; /* no empty line before it */
    add_break(v, at, v->lines[at].table);
    return true;
}

static bool break_after_last(struct variant *v)
{
    size_t at;
    if (!pick_line(v, begins_row, &at)) return false;
    int table = v->lines[at].table, last = -1;
    for (; at < v->line_count && v->lines[at].table == table; at++)
        last = v->lines[at].fact >= 0 ? v->lines[at].fact : v->lines[at].cell[0][0] ? -1 : last;
    /* narrow prose right behind the header: the rules take it for the rest of the last row's name */
    if (last >= 0 && at < v->line_count && v->lines[at].role == ROLE_TEXT && strlen(v->lines[at].cell[0]) <= 45)
        v->facts[last].misleading = true;
    add_break(v, at, table);
    return true;
}

static bool two_headers(struct variant *v)
{
    size_t at;
    if (!pick_line(v, begins_row, &at)) return false;
    int table = v->lines[at].table;
    while (v->lines[at - 1].table == table)
        at--;
    while (v->lines[at].role == ROLE_HEADER)
        at++;
    add_break(v, at, table);
    return true;
}

/* Moves the last N name lines of the row that begins at AT behind the repeated header; returns where they end. */
static size_t move_name(struct variant *v, size_t at, size_t n)
{
    const char *rest[64];
    int fact = v->lines[at].fact, table = v->lines[at].table;
    size_t i = at, end = row_end(v, fact), taken = n;
    while (v->lines[i].role == ROLE_NAME)
        i++;
    while (taken > 0) {
        if (v->lines[--i].cell[0][0]) rest[--taken] = v->lines[i].cell[0];
        line_remove(v, i);
        end--;
    }
    end = add_break(v, end, table);
    for (i = 0; i < n; i++) {
        end = add_line(v, end, ROLE_NAME, table, rest[i]);
        v->lines[end - 1].fact = fact;
    }
    return end;
}

static bool break_name(struct variant *v)
{
    size_t at;
    if (!pick_line(v, is_long_name, &at)) return false;
    move_name(v, at, 1 + below(&v->chance, count_names(v, v->lines[at].fact) - 1));
    return true;
}

/* The last word of the delegation behind the repeated header, with the rest of the name or alone. */
static bool break_kf(struct variant *v)
{
    size_t at, last;
    if (!pick_line(v, is_delegated, &at)) return false;
    int fact = v->lines[at].fact, table = v->lines[at].table;
    last = row_end(v, fact) - 1;
    while (last > at && strcmp(v->lines[last].cell[0], "tyrelse ") != 0 &&
           strcmp(v->lines[last].cell[0], "nämnd ") != 0)
        last--;
    if (last == at) return false;
    const char *word = v->lines[last].cell[0];
    line_remove(v, last);
    size_t names = count_names(v, fact), end;
    if (names > 1 && often(&v->chance, 60))
        end = move_name(v, at, 1 + below(&v->chance, names - 1));
    else
        end = add_break(v, row_end(v, fact), table);
    if (often(&v->chance, 30)) end = add_line(v, end, ROLE_BLANK, table, "");
    end = add_line(v, end, ROLE_CELLS, table, word);
    v->lines[end - 1].fact = fact;
    return true;
}

static bool is_analysis(const struct variant *v, size_t at)
{
    return v->lines[at].role == ROLE_ANALYSIS;
}

static bool break_analysis(struct variant *v)
{
    size_t at;
    if (!pick_line(v, is_analysis, &at)) return false;
    add_break(v, at, v->lines[at].table);
    return true;
}

/* Lines of one blank between the paragraphs of an analysis look like what is left of a row's icons. */
static bool paragraphs(struct variant *v)
{
    size_t at;
    if (!pick_line(v, is_analysis, &at)) return false;
    int table = v->lines[at].table;
    for (size_t n = 1 + below(&v->chance, 2); n > 0; n--)
        at = add_line(v, at, ROLE_BLANK, table, " ");
    if (often(&v->chance, 50)) add_line(v, at, ROLE_BLANK, table, "");
    return true;
}

static bool is_residue(const struct variant *v, size_t at)
{
    return v->lines[at].role == ROLE_RESIDUE;
}

/* Behind a line of the residue, so that some of it stands before the header and the rest after it. */
static bool break_residue(struct variant *v)
{
    size_t at;
    if (!pick_line(v, is_residue, &at)) return false;
    add_break(v, at + 1, v->lines[at].table);
    return true;
}

static bool is_prose(const struct variant *v, size_t at)
{
    return v->lines[at].role == ROLE_TEXT && v->lines[at].table < 0;
}

static bool furniture(struct variant *v)
{
    size_t at;
    if (!pick_line(v, is_prose, &at)) return false;
    add_furniture(v, at, -1);
    return true;
}

/* ---- lines ---- */

static bool residue(struct variant *v)
{
    static const char *const other[][6] = {{" ", " ", " ", ""}, {" ", "", " ", "", " ", ""}, {" ", " "}, {"  ", ""},
                                           {" ", ""},           {" ", "", " ", " "}};
    size_t at, first;
    if (!pick_line(v, is_whole, &at)) return false;
    int table = v->lines[at].table;
    for (first = at; v->lines[first - 1].role == ROLE_RESIDUE; first--)
        ;
    if (first == at) return false;
    for (size_t i = first; i < at; i++)
        line_remove(v, first);
    const char *const *lines = ONE_OF(&v->chance, other);
    for (size_t i = 0; i < 6 && lines[i]; i++)
        first = add_line(v, first, ROLE_RESIDUE, table, lines[i]);
    return true;
}

/* Cuts line AT behind byte CUT; no blank joins the halves, what stood there stays. */
static void cut_line(struct variant *v, size_t at, size_t cut)
{
    const char *text = v->lines[at].cell[0];
    struct vline second = v->lines[at];
    second.cell[0] = text + cut;
    second.begins = false;
    v->lines[at].cell[0] = say(v, "%.*s", (int)cut, text);
    *line_insert(v, at + 1, second.role) = second;
}

static bool has_joint(const struct variant *v, size_t at)
{
    const char *text = v->lines[at].cell[0];
    const char *joint = strpbrk(text, "-/");
    return v->lines[at].role == ROLE_NAME && joint && joint > text && joint[1] && joint[1] != ' ';
}

static bool glue(struct variant *v)
{
    size_t at;
    if (!pick_line(v, has_joint, &at)) return false;
    const char *text = v->lines[at].cell[0];
    cut_line(v, at, (size_t)(strpbrk(text, "-/") - text) + 1);
    return true;
}

static bool has_lone_dash(const struct variant *v, size_t at)
{
    const char *dash = strstr(v->lines[at].cell[0], " - ");
    return v->lines[at].role == ROLE_NAME && dash && dash[3];
}

static bool glue_dash(struct variant *v)
{
    size_t at;
    if (!pick_line(v, has_lone_dash, &at)) return false;
    cut_line(v, at, (size_t)(strstr(v->lines[at].cell[0], " - ") - v->lines[at].cell[0]) + 2);
    return true;
}

/* The row's cells as one text; their lines are gone, the first but for what stands before BEGIN. */
static const char *take_cells(struct variant *v, size_t at, size_t *ret_line, size_t *ret_begin)
{
    const struct fact *f = &v->facts[v->lines[at].fact];
    const char *all = "";
    size_t first = at;
    while (v->lines[first].role != ROLE_CELLS || !v->lines[first].cell[0][0])
        first++;
    const char *name = strstr(v->lines[first].cell[0], f->name);
    *ret_begin = name ? (size_t)(name - v->lines[first].cell[0]) + strlen(f->name) + 1 : 0;
    for (size_t i = first; i < row_end(v, v->lines[at].fact); i++)
        all = say(v, "%s%s", all, v->lines[i].cell[0]);
    while (row_end(v, v->lines[at].fact) > first + 1)
        line_remove(v, row_end(v, v->lines[at].fact) - 1);
    *ret_line = first;
    return all;
}

/* Breaks lines behind single blanks, and inside the words of the delegation, wherever chance has it. */
static void wrap_cells(struct variant *v, size_t line, size_t begin, const char *all, unsigned percent, unsigned empty)
{
    size_t start = 0, len = strlen(all);
    struct vline like = v->lines[line];
    v->lines[line].cell[0] = all;
    for (size_t i = begin; i + 1 < len; i++) {
        bool slash = all[i] == '/' && all[i + 1] == 's', s = all[i] == 's' && all[i - 1] == '/' && all[i + 1] == 't';
        if (!(all[i] == ' ' && i > start && all[i - 1] != ' ') && !slash && !s)
            continue; /* no line of blanks only: a residue */
        if (!often(&v->chance, percent)) continue;
        v->lines[line].cell[0] = say(v, "%.*s", (int)(i + 1 - start), all + start);
        start = i + 1;
        for (int n = often(&v->chance, empty) ? 1 : 0; n >= 0; n--) {
            struct vline *next = line_insert(v, ++line, ROLE_CELLS);
            *next = like;
            next->role = ROLE_CELLS;
            next->begins = false;
            next->cell[0] = n ? "" : all + start;
        }
    }
}

static bool wrap_some(struct variant *v, line_test *fits, unsigned percent, unsigned empty)
{
    size_t at, line, begin;
    if (!pick_line(v, fits, &at)) return false;
    const char *all = take_cells(v, at, &line, &begin);
    wrap_cells(v, line, begin, all, percent, empty);
    return true;
}

static bool kf_wrap(struct variant *v)
{
    return wrap_some(v, is_delegated, 50, 20);
}

static bool cells_wrap(struct variant *v)
{
    return wrap_some(v, is_whole, 25, 30);
}

static bool has_share(const struct variant *v, size_t at)
{
    return v->lines[at].role == ROLE_CELLS && strstr(v->lines[at].cell[0], " %") && !strstr(v->lines[at].cell[0], "- ");
}

static bool double_blank(struct variant *v)
{
    size_t at, count = 0, where = 0;
    if (!pick_line(v, has_share, &at)) return false;
    const char *text = v->lines[at].cell[0];
    for (const char *share = text; (share = strstr(share, " %")); share++)
        if (below(&v->chance, ++count) == 0) where = (size_t)(share - text);
    if (where == 0 || text[where - 1] == ' ') return false;
    v->lines[at].cell[0] = say(v, "%.*s %s", (int)where, text, text + where);
    return true;
}

static bool is_short(const struct variant *v, size_t at)
{
    return is_whole(v, at) && v->lines[at].role == ROLE_CELLS;
}

/* A thousands number behind a name on one line: where the name ends cannot always be known. */
static bool thousands(struct variant *v)
{
    size_t at;
    if (!pick_line(v, is_short, &at)) return false;
    struct fact *f = &v->facts[v->lines[at].fact];
    const char *text = v->lines[at].cell[0], *name = strstr(text, f->name);
    size_t lead = (size_t)(name - text), rest = lead + strlen(f->name) + 1 + strlen(f->value[0]);
    if (rest >= strlen(text) || text[rest] != ' ') return false; /* cut inside the value */
    f->value[0] = say(v, "%zu %03zu", 1 + below(&v->chance, 20), below(&v->chance, 1000));
    v->lines[at].cell[0] = say(v, "%.*s%s %s%s", (int)lead, text, f->name, f->value[0], text + rest);
    return true;
}

static bool is_goal(const struct variant *v, size_t at)
{
    return v->lines[at].role == ROLE_GOAL && strlen(v->lines[at].cell[0]) > 50;
}

static bool has_status(const struct variant *v, size_t at)
{
    return is_goal(v, at) &&
           (v->goals[v->lines[at].goal].status[0] || v->goals[v->lines[at].goal].niva == NIVA_INRIKTNINGSMAL);
}

static bool heading(struct variant *v)
{
    size_t at, cut;
    if (!pick_line(v, has_status, &at)) return false;
    const char *text = v->lines[at].cell[0];
    bool whole = v->goals[v->lines[at].goal].status[0] != '\0';
    cut = 35 + pick_blank(v, text + 35); /* behind the label and the number */
    if (cut == 35 || !text[cut + 1]) return false;
    cut_line(v, at, cut + 1);
    if (whole && often(&v->chance, 50)) line_insert(v, at + 1, ROLE_BLANK);
    return true;
}

static bool has_empty_cell(const struct variant *v, size_t at)
{
    const char *text = v->lines[at].cell[0], *gap = strstr(text, "  ");
    return v->lines[at].role == ROLE_CELLS && !v->lines[at].begins && gap && gap > text && gap[2] && gap[2] != ' ';
}

/* An empty cell on a line of its own: a single blank, as the residue of an icon is. */
static bool blank_cell(struct variant *v)
{
    size_t at;
    if (!pick_line(v, has_empty_cell, &at)) return false;
    size_t gap = (size_t)(strstr(v->lines[at].cell[0], "  ") - v->lines[at].cell[0]);
    cut_line(v, at, gap + 1);
    cut_line(v, at + 1, 1);
    if (often(&v->chance, 50)) line_insert(v, at + 1, ROLE_BLANK);
    return true;
}

static bool begins_behind_residue(const struct variant *v, size_t at)
{
    const struct vline *line = &v->lines[at];
    return at > 0 && line->begins && line->fact >= 0 && v->lines[at - 1].role == ROLE_RESIDUE;
}

/* A row without the residue of its icons. */
static bool no_residue(struct variant *v)
{
    size_t at;
    if (!pick_line(v, begins_behind_residue, &at)) return false;
    const char **text = &v->lines[at].cell[0];
    while (**text == ' ')
        ++*text;
    for (; at > 0 && v->lines[at - 1].role == ROLE_RESIDUE; at--)
        line_remove(v, at - 1);
    return true;
}

/* A value that no grammar knows, in a row on one line: the row is shown to a person. */
static bool odd_cell(struct variant *v)
{
    static const char *const odd[] = {"12,5*", "12,5 1)", "84²", "ca 12", "ej mätt", "- 5", "100 100", "5 av 10"};
    size_t at;
    if (!pick_line(v, is_short, &at)) return false;
    struct fact *f = &v->facts[v->lines[at].fact];
    const char *text = v->lines[at].cell[0], *name = strstr(text, f->name);
    size_t lead = (size_t)(name - text), rest = lead + strlen(f->name) + 1 + strlen(f->value[0]);
    if (!f->value[0][0] || rest >= strlen(text) || text[rest] != ' ') return false; /* cut inside the value */
    f->value[0] = ONE_OF(&v->chance, odd);
    v->lines[at].cell[0] = say(v, "%.*s%s %s%s", (int)lead, text, f->name, f->value[0], text + rest);
    return true;
}

/* A page break inside a name or behind it, before the cells. */
static bool break_before_cells(struct variant *v)
{
    size_t at, lines = 0, line;
    if (!pick_line(v, is_long_name, &at)) return false;
    int fact = v->lines[at].fact;
    size_t most = 1 + below(&v->chance, count_names(v, fact));
    for (line = at; lines < most; line++)
        lines += v->lines[line].role == ROLE_NAME && v->lines[line].cell[0][0];
    add_break(v, line, v->lines[at].table);
    return true;
}

static bool nothing(struct variant *v)
{
    (void)v;
    return true;
}

const struct damage damages_b[] = {
    {"none", nothing, false},
    {"break-between", break_between, false},
    {"break-after-last", break_after_last, false},
    {"two-headers", two_headers, false},
    {"break-name", break_name, false},
    {"break-kf", break_kf, false},
    {"break-analysis", break_analysis, false},
    {"paragraphs", paragraphs, false},
    {"break-residue", break_residue, false},
    {"furniture", furniture, false},
    {"residue", residue, false},
    {"glue", glue, false},
    {"glue-dash", glue_dash, false},
    {"kf-wrap", kf_wrap, false},
    {"cells-wrap", cells_wrap, false},
    {"double-blank", double_blank, false},
    {"thousands", thousands, false},
    {"heading", heading, false},
    {"blank-cell", blank_cell, false},
    {"no-residue", no_residue, false},
    {"odd-cell", odd_cell, true},
    {"break-before-cells", break_before_cells, true},
    {NULL, NULL, false},
};
