/* A report in layout B: text in reading order, a blank at the end of a line joins it to the next. */
#include "tests/variants/generate.h"

#define PROSE_WIDTH 95
#define NAME_WIDTH  27
#define GOAL_WIDTH  72
#define ONE_LINE    28 /* names up to here stand on one line with their cells */

static void blank(struct variant *v)
{
    line_add(v, ROLE_BLANK, "");
}

/* The length of the line that TEXT begins with, at most WIDTH bytes where a blank allows it. */
static size_t line_length(const char *text, size_t width)
{
    size_t len = strlen(text), at = 0;
    if (len <= width) return len;
    for (size_t i = 1; i < len && (i <= width || at == 0); i++)
        if (text[i] == ' ') at = i;
    return at ? at : len;
}

/* TEXT as lines that end in a blank; with EMPTY an empty line stands between some. */
static void add_wrapped(struct variant *v, enum role role, const char *text, size_t width, bool empty)
{
    while (*text) {
        size_t n = line_length(text, width);
        line_add(v, role, say(v, "%.*s ", (int)n, text));
        text += n + (text[n] == ' ');
        if (*text && empty && often(&v->chance, 60)) blank(v);
    }
}

static void write_prose(struct variant *v)
{
    add_wrapped(v, ROLE_TEXT,
                often(&v->chance, 10) ? "Verksamhetsmål: antalet personer som får stöd ska öka." : some_prose(v),
                PROSE_WIDTH, often(&v->chance, 40));
    blank(v);
    if (often(&v->chance, 15)) {
        line_add(v, ROLE_TEXT, " ");
        blank(v);
    }
}

static void write_goal(struct variant *v, int at)
{
    static const char *const labels[NIVA_COUNT] = {
        "", "KF:s inriktningsmål: ", "KF:s mål för verksamhetsområdet: ", "Nämndmål: ", "Enhetsmål: "};
    const struct goal *goal = &v->goals[at];
    size_t first = v->line_count;
    const char *text = say(v, "%s%s%s", often(&v->chance, 10) ? " " : "", labels[goal->niva], goal->text);
    bool may_wrap = goal->niva == NIVA_INRIKTNINGSMAL || goal->status[0];
    add_wrapped(v, ROLE_GOAL, text, may_wrap ? GOAL_WIDTH : strlen(text), goal->niva != NIVA_INRIKTNINGSMAL);
    for (size_t i = first; i < v->line_count; i++)
        v->lines[i].goal = at;
    v->lines[first].begins = true;
    blank(v);
    if (!goal->status[0]) return;
    line_add(v, ROLE_STATUS, say(v, " %s ", goal->status));
    if (often(&v->chance, 90)) blank(v);
}

static void add_header(struct variant *v, int table)
{
    static const char *const words[] = {"utfall ", "",          "Utfall ",  "män/ ", "pojkar ",    "",
                                        "Utfall ", "kvinnor/ ", "flickor ", "",      "Periodens ", "utfall VB "};
    size_t first = v->line_count;
    line_add(v, ROLE_HEADER, often(&v->chance, 10) ? "    Indikator Periodens " : "   Indikator Periodens ");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        line_add(v, ROLE_HEADER, words[i]);
    line_add(v, ROLE_HEADER, say(v, "%d ", v->year - 1));
    line_add(v, ROLE_HEADER, "");
    line_add(v, ROLE_HEADER, "Årsmål KF:s ");
    line_add(v, ROLE_HEADER, "årsmål Period ");
    for (size_t i = first; i < v->line_count; i++)
        v->lines[i].table = table;
}

static void write_analysis(struct variant *v)
{
    line_add(v, ROLE_ANALYSIS_HEAD, "Analys ");
    blank(v);
    add_wrapped(v, ROLE_ANALYSIS, some_analysis(v), PROSE_WIDTH, false);
    if (often(&v->chance, 25)) add_wrapped(v, ROLE_ANALYSIS, some_analysis(v), PROSE_WIDTH, false);
    blank(v);
}

/* The residue of the icons: what stands before a name.  Returns what its first line begins with. */
static const char *write_residue(struct variant *v, size_t style)
{
    static const char *const many[] = {" ", " ", "", " ", ""};
    if (style == 0) {
        line_add(v, ROLE_RESIDUE, " ");
        return " ";
    }
    if (style == 1) return "  ";
    for (size_t i = 0; i < sizeof many / sizeof *many; i++)
        line_add(v, ROLE_RESIDUE, many[i]);
    return "";
}

/* The cells, joined by one blank; the delegation and a period behind it stand on lines of their own. */
static void write_cells(struct variant *v, const char *before, const struct fact *f)
{
    const char *kf = f->value[VALUE_AT(COLUMN_KF_ARSMAL)], *period = f->value[VALUE_AT(COLUMN_PERIOD)];
    const char *values =
        say(v, "%s%s %s %s %s %s ", before, f->value[0], f->value[1], f->value[2], f->value[3], f->value[4]);
    if (strncmp(kf, "Tas", 3) != 0) {
        line_add(v, ROLE_CELLS, say(v, "%s%s %s ", values, kf, period));
        return;
    }
    line_add(v, ROLE_CELLS, say(v, "%sTas fram ", values));
    line_add(v, ROLE_CELLS, "av ");
    if (strchr(kf, '/')) {
        line_add(v, ROLE_CELLS, "nämnd/s");
        line_add(v, ROLE_CELLS, "tyrelse ");
    } else {
        line_add(v, ROLE_CELLS, "nämnd ");
    }
    line_add(v, ROLE_CELLS, "");
    line_add(v, ROLE_CELLS, say(v, "%s ", period));
}

static void write_row(struct variant *v, int table, const struct fact *f, size_t style)
{
    size_t first = v->line_count, name_at;
    const char *mark = write_residue(v, style);
    name_at = v->line_count;
    if (strlen(f->name) <= ONE_LINE) {
        write_cells(v, say(v, "%s%s ", mark, f->name), f);
    } else {
        add_wrapped(v, ROLE_NAME, say(v, "%s%s", mark, f->name), NAME_WIDTH, false);
        if (style == 0 && v->line_count - name_at > 1) line_insert(v, name_at + 1, ROLE_NAME);
        line_add(v, ROLE_CELLS, "");
        write_cells(v, "", f);
    }
    for (size_t i = first; i < v->line_count; i++) {
        v->lines[i].table = table;
        if (i >= name_at) v->lines[i].fact = (int)(f - v->facts);
    }
    v->lines[name_at].begins = true;
}

static void write_table(struct variant *v, const struct plan *plan)
{
    const char *goal[NIVA_COUNT];
    size_t style = below(&v->chance, 3);
    int table = v->tables++;
    goals_above(v, plan->goal, goal);
    add_header(v, table);
    blank(v);
    v->lines[v->line_count - 1].table = table;
    for (size_t i = 0; i < plan->rows && v->fact_count < FACTS_MOST; i++) {
        size_t first = v->line_count;
        write_row(v, table, fact_new(v, v->goals[plan->goal].niva, goal),
                  often(&v->chance, 85) ? style : below(&v->chance, 3));
        blank(v);
        if (often(&v->chance, 35)) write_analysis(v);
        for (size_t n = first; n < v->line_count; n++)
            v->lines[n].table = table;
    }
}

static void write_activities(struct variant *v)
{
    line_add(v, ROLE_TEXT, "   Aktivitet Startdatum Slutdatum Avvikelse ");
    blank(v);
    for (size_t i = 1 + below(&v->chance, 2); i > 0; i--) {
        add_wrapped(v, ROLE_TEXT, say(v, "  %s", some_activity(v)), 60, false);
        blank(v);
        line_add(v, ROLE_TEXT, say(v, "%d-01-01 %d-12-31  ", v->year, v->year));
        blank(v);
    }
}

void write_b(struct variant *v)
{
    struct plan plan[PLAN_MOST];
    size_t count = plan_goals(v, plan);
    for (size_t i = 0; i < count; i++) {
        write_goal(v, plan[i].goal);
        if (often(&v->chance, 40)) write_prose(v);
        if (plan[i].rows) write_table(v, &plan[i]);
        if (plan[i].activities) write_activities(v);
    }
    write_prose(v);
}
