/* A report in layout A: cells of a row on one line, TAB between; a table ends at an empty line. */
#include "tests/variants/generate.h"

static void blank(struct variant *v)
{
    line_add(v, ROLE_BLANK, often(&v->chance, 15) ? " " : "");
}

static void contents(struct variant *v, const struct plan *plan, size_t count)
{
    static const char *const labels[NIVA_COUNT] = {
        "", "KF:s inriktningsmål: ", "KF:s mål för verksamhetsområdet: ", "Nämndmål: ", "Enhetsmål: "};
    for (size_t i = 0; i < count; i++) {
        const struct goal *goal = &v->goals[plan[i].goal];
        struct vline *line = line_add(v, ROLE_TEXT, say(v, "%s%s", labels[goal->niva], goal->text));
        cell_insert(line, 1, say(v, "%zu", 3 + i));
    }
    blank(v);
}

static void write_goal(struct variant *v, int at)
{
    static const char *const labels[NIVA_COUNT] = {
        "", "KF:s inriktningsmål: ", "KF:s mål för verksamhetsområdet: ", "Nämndmål: ", "Enhetsmål: "};
    static const char *const marks[][2] = {{"", ""},     {"", ""},   {"", ""},        {"## ", ""},
                                           {"**", "**"}, {"*", "*"}, {"### **", "**"}};
    static const char *const icons[] = {" ", "● ", "◆ ", "— ", "", "  ", "■ "};
    const struct goal *goal = &v->goals[at];
    size_t mark = below(&v->chance, sizeof marks / sizeof *marks);
    struct vline *line =
        line_add(v, ROLE_GOAL, say(v, "%s%s%s%s", marks[mark][0], labels[goal->niva], goal->text, marks[mark][1]));
    line->goal = at;
    line->begins = true;
    for (size_t i = often(&v->chance, 15) ? 3 : 1; i > 0; i--)
        blank(v);
    if (!goal->status[0]) return;
    line_add(v, ROLE_STATUS, say(v, "%s%s", ONE_OF(&v->chance, icons), goal->status));
    blank(v);
}

static void add_header(struct variant *v, int table)
{
    struct chance *c = &v->chance;
    struct vline *line = line_add(v, ROLE_HEADER, "Indikator");
    line->table = table;
    cell_insert(line, 1, "Periodens utfall");
    cell_insert(line, 2, "Utfall män/ pojkar");
    cell_insert(line, 3, "Utfall kvinnor/ flickor");
    cell_insert(line, 4, say(v, often(c, 50) ? "Utfall %s" : "Periodens utfall %s", v->previous));
    cell_insert(line, 5, "Årsmål");
    cell_insert(line, 6, "KF:s årsmål");
    cell_insert(line, 7, "Period");
}

static struct vline *text_row(struct variant *v, enum role role, int table, const char *text)
{
    struct vline *line = line_add(v, role, text);
    line->table = table;
    while (line->cells < VALUES + 1)
        cell_insert(line, line->cells, "");
    return line;
}

/* The forms of an analysis. */
static void write_analysis(struct variant *v, int table)
{
    const char *text = some_analysis(v);
    struct chance *c = &v->chance;
    switch (below(c, 9)) {
    case 0:
        text_row(v, ROLE_ANALYSIS_HEAD, table, "Analys");
        text_row(v, ROLE_ANALYSIS, table, text);
        if (often(c, 30)) text_row(v, ROLE_ANALYSIS, table, some_analysis(v));
        break;
    case 1:
        text_row(v, ROLE_ANALYSIS_HEAD, table, "Analys")->cell[1] = text;
        break;
    case 2:
        text_row(v, ROLE_ANALYSIS_HEAD, table, say(v, "<p>Analys</p> <p>%s</p>", text));
        break;
    case 3:
        text_row(v, ROLE_ANALYSIS_HEAD, table, "<i>Analys</i>");
        text_row(v, ROLE_ANALYSIS, table, say(v, "<p>%s</p>", text));
        break;
    case 4:
        text_row(v, ROLE_ANALYSIS_HEAD, table, say(v, "<p>%s</p>", text));
        break;
    case 5:
        text_row(v, ROLE_ANALYSIS_HEAD, table, say(v, "Analys <p>%s</p>", text));
        break;
    case 6:
        text_row(v, ROLE_ANALYSIS_HEAD, table, say(v, "**Analys** %s", text));
        if (often(c, 30)) text_row(v, ROLE_ANALYSIS, table, "-----");
        break;
    default:
        text_row(v, ROLE_ANALYSIS_HEAD, table, say(v, "Analys %s", text));
    }
}

static void write_row(struct variant *v, int table, const struct fact *fact, const char *icon)
{
    struct vline *line = line_add(v, ROLE_ROW, say(v, "%s%s%s", icon, fact->name, often(&v->chance, 10) ? " " : ""));
    line->table = table;
    line->fact = (int)(fact - v->facts);
    line->begins = line->aligned = true;
    for (size_t i = 0; i < VALUES; i++)
        cell_insert(line, line->cells, fact->value[i]);
}

static void write_table(struct variant *v, const struct plan *plan)
{
    static const char *const icons[] = {"  ", " ", "   ", "● ", "◆ ", "✓ ", "! ", "■ ", ""};
    const char *goal[NIVA_COUNT], *icon = ONE_OF(&v->chance, icons);
    int table = v->tables++;
    goals_above(v, plan->goal, goal);
    add_header(v, table);
    for (size_t i = 0; i < plan->rows && v->fact_count < FACTS_MOST; i++) {
        write_row(v, table, fact_new(v, v->goals[plan->goal].niva, goal), icon);
        if (often(&v->chance, 35)) write_analysis(v, table);
        if (often(&v->chance, 3)) text_row(v, ROLE_ANALYSIS_HEAD, table, "");
    }
    blank(v);
}

static void write_activities(struct variant *v)
{
    struct vline *line = line_add(v, ROLE_TEXT, "Aktivitet");
    cell_insert(line, 1, "Startdatum");
    cell_insert(line, 2, "Slutdatum");
    cell_insert(line, 3, "Avvikelse");
    for (size_t i = 1 + below(&v->chance, 2); i > 0; i--) {
        line = line_add(v, ROLE_TEXT, say(v, "%s%s", often(&v->chance, 50) ? "✓  " : "", some_activity(v)));
        if (often(&v->chance, 25)) cell_insert(line, 0, "✓");
        cell_insert(line, line->cells, say(v, "%d-01-01", v->year));
        cell_insert(line, line->cells, say(v, "%d-12-31", v->year));
        cell_insert(line, line->cells, "");
    }
    blank(v);
}

void write_a(struct variant *v)
{
    struct plan plan[PLAN_MOST];
    size_t count = plan_goals(v, plan);
    if (often(&v->chance, 30)) contents(v, plan, count);
    for (size_t i = 0; i < count; i++) {
        write_goal(v, plan[i].goal);
        if (often(&v->chance, 40)) {
            line_add(v, ROLE_TEXT, some_prose(v));
            blank(v);
        }
        if (plan[i].rows) write_table(v, &plan[i]);
        if (plan[i].activities) write_activities(v);
    }
    line_add(v, ROLE_TEXT, some_prose(v));
}
