/* A table of facts as the management system's data exports have it: a header, a row per fact, what stands around it. */
#include "tests/variants/generate.h"

static const char *const enheter[] = {"", "Förskolan Solen", "Hemtjänsten Norr", "Enheten för stöd; råd och service",
                                      "Familjeenheten"};
static const char *const heads[COLUMN_COUNT][3] = {
    [COLUMN_STADSDEL] = {"Stadsdelsnämnd", "Stadsdel", "Nämnd"},
    [COLUMN_ENHET] = {"Enhet", "ENHET", "Enhet "},
    [COLUMN_INDIKATOR] = {"Indikator", "indikator", "Indikator"},
    [COLUMN_UTFALL] = {"Periodens utfall", "Utfall", "Utfall %d"},
    [COLUMN_UTFALL_MAN] = {"Utfall män", "Utfall män/pojkar", "Män"},
    [COLUMN_UTFALL_KVINNOR] = {"Utfall kvinnor", "Utfall kvinnor/flickor", "Kvinnor"},
    [COLUMN_FOREGAENDE] = {"Föregående års utfall", "Utfall VB %d", "Periodens utfall VB %d"},
    [COLUMN_ARSMAL] = {"Årsmål", "Arsmål", "Årsmål"},
    [COLUMN_KF_ARSMAL] = {"KF:s årsmål", "KF:s arsmål", "KF:s Årsmål"},
    [COLUMN_PERIOD] = {"Period", "PERIOD", "Period"},
};

static const char *head_of(struct variant *v, enum column column)
{
    const char *head = heads[column][below(&v->chance, 3)];
    const char *year = strstr(head, "%d");
    if (!year) return head;
    return say(v, "%.*s%d", (int)(year - head), head, v->year - (column == COLUMN_FOREGAENDE));
}

/* The columns in some order; the documented one is the usual. */
static void choose_order(struct variant *v)
{
    struct chance *c = &v->chance;
    v->columns = 0;
    for (enum column column = COLUMN_STADSDEL; column <= COLUMN_PERIOD; column++)
        v->order[v->columns++] = column;
    for (size_t i = often(c, 30) ? v->columns : 0; i > 1; i--) {
        size_t j = below(c, i);
        enum column other = v->order[i - 1];
        v->order[i - 1] = v->order[j];
        v->order[j] = other;
    }
    for (size_t i = often(c, 30) ? 2 : 0; i > 0; i--) /* two columns of one name */
        v->order[v->columns++] = COLUMN_COUNT;
}

static void choose_style(struct variant *v)
{
    static const char *const ends[] = {"\n", "\r\n", "\r\n", "\r"};
    struct chance *c = &v->chance;
    v->style = (struct table_style){.encoding = (enum table_encoding)below(c, 4),
                                    .separator = ";;;,\t"[below(c, 5)],
                                    .line_end = ONE_OF(c, ends),
                                    .sep_line = often(c, 15),
                                    .quote_all = often(c, 15),
                                    .per_line = often(c, 20),
                                    .last_end = often(c, 80),
                                    .date1904 = often(c, 30),
                                    .shared = often(c, 50),
                                    .merged_enhet = often(c, 30),
                                    .numbers = often(c, 70),
                                    .keep_percent = 100};
}

static void add_title(struct variant *v)
{
    static const char *const titles[] = {"Indikatorer", "Uttag ur ledningssystemet", "Bromma stadsdelsnämnd", ""};
    for (size_t i = below(&v->chance, 3); i > 0; i--)
        line_add(v, ROLE_TEXT, ONE_OF(&v->chance, titles));
}

/* `Utfall` above `Totalt | Män | Kvinnor`, where these stand together. */
static bool add_group_row(struct variant *v)
{
    size_t at = 0;
    while (at + 2 < v->columns && !(v->order[at] == COLUMN_UTFALL && v->order[at + 1] == COLUMN_UTFALL_MAN &&
                                    v->order[at + 2] == COLUMN_UTFALL_KVINNOR))
        at++;
    if (at + 2 >= v->columns || !often(&v->chance, 25)) return false;
    struct vline *line = line_add(v, ROLE_TEXT, "");
    while (line->cells < v->columns)
        cell_insert(line, line->cells, "");
    line->cell[at] = "Utfall";
    return true;
}

static void add_header(struct variant *v)
{
    bool grouped = add_group_row(v);
    struct vline *line = line_add(v, ROLE_HEADER, "");
    line->cells = 0;
    for (size_t i = 0; i < v->columns; i++) {
        enum column column = v->order[i];
        const char *head = column == COLUMN_COUNT ? "Kommentar" : head_of(v, column);
        if (grouped && column == COLUMN_UTFALL) head = "Totalt";
        if (grouped && column == COLUMN_UTFALL_MAN) head = "Män";
        if (grouped && column == COLUMN_UTFALL_KVINNOR) head = "Kvinnor";
        cell_insert(line, line->cells, head);
    }
}

static const char *comment(struct variant *v)
{
    static const char *const comments[] = {"", "", "se bilaga", "85 %", "flera; rader\nmed text", "sade \"nej\""};
    return ONE_OF(&v->chance, comments);
}

static const char *cell_for(struct variant *v, const struct fact *f, enum column column)
{
    if (column == COLUMN_STADSDEL) return "Bromma stadsdelsnämnd";
    if (column == COLUMN_ENHET) return f->enhet;
    if (column == COLUMN_INDIKATOR) return f->name;
    return column == COLUMN_COUNT ? comment(v) : f->value[VALUE_AT(column)];
}

static void add_row(struct variant *v, const struct fact *f)
{
    struct vline *line = line_add(v, ROLE_ROW, "");
    line->cells = 0;
    line->fact = (int)(f - v->facts);
    line->begins = line->aligned = true;
    for (size_t i = 0; i < v->columns; i++)
        cell_insert(line, line->cells, cell_for(v, f, v->order[i]));
}

/* A row of sums: no fact. */
static void add_total(struct variant *v, const struct fact *like)
{
    struct fact total = *like;
    total.enhet = "Totalt";
    add_row(v, &total);
    v->lines[v->line_count - 1].role = ROLE_TEXT;
    v->lines[v->line_count - 1].fact = -1;
}

static bool in_windows1252(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text >= 0xc4) return false;
    return true;
}

static struct fact *new_fact(struct variant *v, const char *enhet)
{
    static const char *const no_goal[NIVA_COUNT] = {"", "", "", "", ""};
    struct fact *f = fact_new(v, NIVA_NONE, no_goal);
    f->enhet = enhet;
    f->odd = false;
    if (v->style.encoding == AS_WINDOWS1252 && !in_windows1252(f->name)) f->name = "Sjukfrånvaro";
    f->value[VALUE_AT(COLUMN_PERIOD)] = say(v, often(&v->chance, 50) ? "%d" : "VB %d", v->year);
    return f;
}

/* One line per value: the fact of a line has that value only. */
static void add_value_lines(struct variant *v, const char *enhet)
{
    static const char *const words[] = {"Utfall", "Utfall män", "Utfall kvinnor", "Föregående utfall",
                                        "Årsmål", "KF:s årsmål"};
    struct fact whole = *new_fact(v, enhet);
    v->fact_count--;
    for (size_t i = 0; i < VALUE_AT(COLUMN_PERIOD) && v->fact_count < FACTS_MOST; i++) {
        if (!whole.value[i][0]) continue;
        struct fact *f = &v->facts[v->fact_count++];
        *f = whole;
        for (size_t other = 0; other < VALUE_AT(COLUMN_PERIOD); other++)
            if (other != i) f->value[other] = "";
        f->value[VALUE_AT(COLUMN_PERIOD)] = say(v, "%d-12-31", v->year);
        struct vline *line = line_add(v, ROLE_ROW, f->value[VALUE_AT(COLUMN_PERIOD)]);
        line->fact = (int)(f - v->facts);
        line->begins = line->aligned = true;
        cell_insert(line, 1, enhet);
        cell_insert(line, 2, f->name);
        cell_insert(line, 3, words[i]);
        cell_insert(line, 4, f->value[i]);
    }
}

static void write_value_lines(struct variant *v)
{
    static const char *const header[] = {"Datum", "Enhetskod", "Måttkod", "Mått", "Värde"};
    static const enum column order[] = {COLUMN_PERIOD, COLUMN_ENHET, COLUMN_INDIKATOR, COLUMN_MATT_KOLUMN,
                                        COLUMN_VARDE};
    struct vline *line = line_add(v, ROLE_HEADER, header[0]);
    for (v->columns = 0; v->columns < sizeof order / sizeof *order; v->columns++) {
        v->order[v->columns] = order[v->columns];
        if (v->columns) cell_insert(line, v->columns, header[v->columns]);
    }
    for (size_t i = 1 + below(&v->chance, 5); i > 0; i--)
        add_value_lines(v, ONE_OF(&v->chance, enheter));
}

static void write_rows(struct variant *v)
{
    choose_order(v);
    add_header(v);
    for (size_t i = 1 + below(&v->chance, 12); i > 0; i--) {
        struct fact *f = new_fact(v, ONE_OF(&v->chance, enheter));
        add_row(v, f);
        if (often(&v->chance, 8)) add_total(v, f);
        if (often(&v->chance, 3)) line_add(v, ROLE_BLANK, "");
    }
}

void write_export(struct variant *v)
{
    choose_style(v);
    add_title(v);
    if (v->style.per_line)
        write_value_lines(v);
    else
        write_rows(v);
    if (often(&v->chance, 30)) {
        line_add(v, ROLE_BLANK, "");
        line_add(v, ROLE_TEXT, "Källa: ledningssystemet");
    }
    if (v->layout == LAYOUT_WORKBOOK) {
        v->style.split = often(&v->chance, 30) ? below(&v->chance, v->line_count) : 0;
        return;
    }
    for (size_t i = 0; often(&v->chance, 15) && i < v->line_count; i++) /* separators at the ends of lines */
        if (v->lines[i].cells > 1 && v->lines[i].cells < LINE_CELLS) cell_insert(&v->lines[i], v->lines[i].cells, "");
}
