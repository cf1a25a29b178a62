/* A page per indicator: districts compared, women and men, the years, the units, and the figures as files. */
#include <inttypes.h>
#include <stdlib.h>

#include "etl/analys/escape.h"
#include "etl/analys/export.h"
#include "etl/analys/site_indikator.h"

#define BAR_WIDTH 100 /* units of the bar's drawing */

struct shown { /* columns that stand only where something is in them */
    bool city, other;
    bool own_units; /* of the sexes */
};

/* ---- one period: the districts beside each other ---- */

static bool lower_is_better(const struct group *g)
{
    return !strcmp(g->about->polarity, "lagre");
}

static int by_value(const struct site_line *a, const struct site_line *b, bool lower_first)
{
    struct decimal x, y;
    bool has_x = site_value(a, SITE_T, &x), has_y = site_value(b, SITE_T, &y);
    int order = has_x && has_y ? decimal_compare(y, x) : has_y - has_x;
    if (has_x && has_y && lower_first) order = -order;
    return order ? order : strcmp(site_cell(a, U_STADSDEL), site_cell(b, U_STADSDEL));
}

static int best_first(const void *a, const void *b)
{
    return by_value(*(const struct site_line *const *)a, *(const struct site_line *const *)b, false);
}

static int lowest_first(const void *a, const void *b)
{
    return by_value(*(const struct site_line *const *)a, *(const struct site_line *const *)b, true);
}

/* A value that is counted in another unit than the indicator's: it is set against nothing. */
static bool in_other_unit(const struct group *g, const struct site_line *line)
{
    return *site_compared(g->data, line, J_ANNAN_ENHET) == 't';
}

/* VALUE's part of LARGEST in units of the bar; whole numbers are enough for a drawing. */
static int64_t bar_length(struct decimal value, struct decimal largest)
{
    while (value.scale < largest.scale && value.unscaled < INT64_MAX / 1000)
        value.unscaled *= 10, value.scale++;
    while (largest.scale < value.scale && largest.unscaled < INT64_MAX / 1000)
        largest.unscaled *= 10, largest.scale++;
    if (value.unscaled <= 0 || largest.unscaled <= 0 || value.unscaled > INT64_MAX / BAR_WIDTH) return 0;
    int64_t length = value.unscaled * BAR_WIDTH / largest.unscaled;
    return length > BAR_WIDTH ? BAR_WIDTH : length;
}

static void put_bar(struct page *page, const struct group *g, const struct site_line *line, struct decimal largest)
{
    char length[24];
    struct decimal value;
    if (!site_value(line, SITE_T, &value) || !largest.unscaled || in_other_unit(g, line)) {
        RAW(page, "<td></td>");
        return;
    }
    snprintf(length, sizeof length, "%" PRId64, bar_length(value, largest));
    HTML(page,
         "<td class=\"stapel\"><svg viewBox=\"0 0 100 12\" preserveAspectRatio=\"none\" aria-hidden=\"true\" "
         "focusable=\"false\">"
         "<rect class=\"spar\" width=\"100\" height=\"12\"/><rect class=\"varde\" width=\"{}\" "
         "height=\"12\"/></svg></td>",
         length);
}

/* Bars beside the total's only where they are of its unit. */
static void put_sex_head(struct page *page, const struct shown *shown, const char *name)
{
    if (shown->own_units)
        HTML(page, "<th scope=\"col\" class=\"tal\">{}</th>", name);
    else
        HTML(page, "<th scope=\"col\" class=\"tal\" data-serie=\"stapel\">{}</th>", name);
}

static void put_period_head(struct page *page, const struct shown *shown)
{
    RAW(page,
        "<thead>\n<tr><th scope=\"col\">Stadsdel</th>" PAGE_HEAD("Plats") "<th scope=\"col\" class=\"tal\" "
                                                                          "data-serie=\"stapel\">Totalt</th><td></td>");
    put_sex_head(page, shown, "Kvinnor");
    put_sex_head(page, shown, "Män");
    if (shown->other) put_sex_head(page, shown, "Okänt/annat");
    RAW(page, PAGE_HEAD("Kvinnor minus män") "<th scope=\"col\" class=\"tal\" data-serie=\"mal\">Årsmål</th>"
                                             "<th scope=\"col\">Bedömning</th><th scope=\"col\" class=\"tal\" "
                                             "data-serie=\"mal\">KF:s årsmål</th>"
                                             "<th scope=\"col\">Bedömning mot KF</th>" PAGE_HEAD("Från medianen"));
    if (shown->city) RAW(page, PAGE_HEAD("Från staden"));
    RAW(page, PAGE_HEAD("Mot året före") PAGE_HEAD("Året före") PAGE_HEAD(
                  "Föregående enligt rapporten") "<th scope=\"col\">Anmärkning</th></tr>\n</thead>\n<tbody>\n");
}

/* What the comparison with the other districts says of a line. */
static void put_compared(struct page *page, const struct group *g, const struct site_line *line,
                         const struct shown *shown)
{
    struct decimal distance = {0};
    const char *value = site_compared(g->data, line, J_VARDE), *median = site_compared(g->data, line, J_MEDIAN);
    bool has = *value && *median && !in_other_unit(g, line) && page_difference(value, median, &distance);
    page_number(page, has, distance);
    if (shown->city) page_plain(page, site_compared(g->data, line, J_SKILLNAD_STADEN));
    page_change(page, site_compared(g->data, line, J_FORANDRING), site_compared(g->data, line, J_TREND));
    page_plain(page, site_compared(g->data, line, J_ETT_AR_FORE));
}

static void put_period_line(struct page *page, const struct group *g, const struct site_line *line,
                            struct decimal largest, const struct shown *shown)
{
    char name[PAGE_NAME_SIZE];
    struct decimal gap = {0};
    const struct site_fact *total = line->of[SITE_T];
    HTML(page, "<tr><th scope=\"row\"><a href=\"../{}\">{}</a></th>",
         page_name("stadsdel/", site_cell(line, U_STADSDEL_KOD), "", ".html", name), site_cell(line, U_STADSDEL));
    page_plain(page, site_compared(g->data, line, J_RANG));
    page_value(page, line, SITE_T, true);
    put_bar(page, g, line, largest);
    page_value(page, line, SITE_K, false);
    page_value(page, line, SITE_M, false);
    if (shown->other) page_value(page, line, SITE_O, false);
    page_number(page, page_gap(line, &gap), gap);
    page_targets(page, line);
    put_compared(page, g, line, shown);
    page_plain(page, total ? total->cell[U_FOREGAENDE] : "");
    HTML(page, "<td>{}{}{}</td></tr>\n", total ? total->cell[U_FLAGGOR] : "",
         total && *total->cell[U_SERIE_BRUTEN] && *total->cell[U_FLAGGOR] ? "; " : "",
         total ? total->cell[U_SERIE_BRUTEN] : "");
}

/* Median and spread; they are the same in every line's comparison. */
static void put_summary(struct page *page, const struct group *g, const struct site_line *line)
{
    static const struct {
        const char *words;
        enum site_jamforelse column;
    } parts[] = {{"Median ", J_MEDIAN},
                 {", lägst ", J_LAGST},
                 {", högst ", J_HOGST},
                 {", spridning ", J_SPRIDNING},
                 {". Staden som helhet ", J_STADENS_VARDE},
                 {". Stadsdelar med värde: ", J_ANTAL_VARDEN},
                 {", med dolt värde: ", J_ANTAL_UNDERTRYCKTA}};
    char swedish[ESCAPE_SWEDISH_SIZE];
    if (!*site_compared(g->data, line, J_MEDIAN)) return;
    RAW(page, "<p class=\"fakta\">");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const char *value = site_compared(g->data, line, parts[i].column);
        if (*value) HTML(page, "{}{}", parts[i].words, escape_swedish(value, swedish));
    }
    RAW(page, ".</p>\n");
}

/* The boards' lines among COUNT lines of one period, the best first; malloc'ed. */
static const struct site_line **boards_of(const struct group *g, const struct site_line *lines, size_t count,
                                          size_t *ret_count)
{
    const struct site_line **boards = malloc((count ? count : 1) * sizeof *boards);
    size_t n = 0;
    for (size_t i = 0; boards && i < count; i++)
        if (site_is_board(&lines[i]) && !in_other_unit(g, &lines[i])) boards[n++] = &lines[i];
    if (boards) qsort(boards, n, sizeof *boards, lower_is_better(g) ? lowest_first : best_first);
    for (size_t i = 0; boards && i < count; i++) /* without a place */
        if (site_is_board(&lines[i]) && in_other_unit(g, &lines[i])) boards[n++] = &lines[i];
    *ret_count = n;
    return boards;
}

static struct decimal largest_of(const struct group *g, const struct site_line *const *boards, size_t count)
{
    struct decimal largest = {0}, value;
    for (size_t i = 0; i < count; i++)
        if (site_value(boards[i], SITE_T, &value) && !in_other_unit(g, boards[i]) &&
            decimal_compare(value, largest) > 0)
            largest = value;
    if (count && !strcmp(site_cell(boards[0], U_MATT), "%") && decimal_compare(largest, (struct decimal){100, 0}) < 0)
        largest = (struct decimal){100, 0};
    return largest;
}

static struct shown shown_of(const struct group *g, const struct site_line *const *boards, size_t count)
{
    struct shown shown = {0};
    for (size_t i = 0; i < count; i++) {
        shown.city = shown.city || *site_compared(g->data, boards[i], J_STADENS_VARDE);
        shown.other = shown.other || boards[i]->of[SITE_O];
        for (enum site_kon kon = SITE_K; kon < SITE_KON; kon++)
            shown.own_units = shown.own_units || page_has_own_unit(boards[i], kon);
    }
    return shown;
}

static void put_boards(struct page *page, const struct group *g, const struct site_line *const *boards, size_t n,
                       const char *caption)
{
    struct decimal largest = largest_of(g, boards, n);
    const struct shown shown = shown_of(g, boards, n);
    page_table(page, caption, "");
    put_period_head(page, &shown);
    for (size_t i = 0; i < n; i++)
        put_period_line(page, g, boards[i], largest, &shown);
    page_table_end(page);
}

/* NEWEST: with its chart, and open. */
static int put_period(struct page *page, const struct group *g, const struct site_line *lines, size_t count,
                      bool newest, struct error *err)
{
    char caption[512];
    size_t n;
    const struct site_line **boards = boards_of(g, lines, count, &n);
    if (!boards) return error_memory(err);
    snprintf(caption, sizeof caption, "Stadsdelarna %s, %s", site_cell(lines, U_PERIOD),
             *g->about->unit ? g->about->unit : "tal");
    if (n && newest)
        HTML(page, "<h2>Stadsdelarna {}</h2>\n", site_cell(lines, U_PERIOD));
    else if (n)
        HTML(page, "<details>\n<summary>Stadsdelarna {}</summary>\n", site_cell(lines, U_PERIOD));
    if (n) put_summary(page, g, boards[0]);
    if (n && newest) page_chart(page, "stapel", caption);
    if (n) put_boards(page, g, boards, n, caption);
    if (n && !newest) RAW(page, "</details>\n");
    free(boards);
    return 0;
}

/* ---- the units ---- */

static void put_units(struct page *page, const struct group *g)
{
    char name[PAGE_NAME_SIZE];
    bool begun = false;
    for (size_t i = g->count; i-- > 0;) {
        const struct site_line *line = &g->lines[i];
        if (site_is_board(line)) continue;
        if (!begun) {
            RAW(page, "<h2>Enheter</h2>\n");
            page_table(page, "Enheternas utfall, de senaste först", "");
            RAW(page, "<thead>\n<tr><th scope=\"col\">Enhet</th><th scope=\"col\">Stadsdel</th><th "
                      "scope=\"col\">Period</th><th scope=\"col\" class=\"tal\">Totalt</th>"
                      "<th scope=\"col\" class=\"tal\">Kvinnor</th><th scope=\"col\" class=\"tal\">Män</th><th "
                      "scope=\"col\" class=\"tal\">Årsmål</th><th "
                      "scope=\"col\">Bedömning</th></tr>\n</thead>\n<tbody>\n");
        }
        begun = true;
        page_name("enhet/", site_cell(line, U_STADSDEL_KOD), site_cell(line, U_ENHET_KOD), ".html", name);
        HTML(page, "<tr><th scope=\"row\"><a href=\"../{}\">{}</a></th><td>{}</td><td>{}</td>", name,
             site_cell(line, U_ENHET), site_cell(line, U_STADSDEL), site_cell(line, U_PERIOD));
        page_value(page, line, SITE_T, true);
        page_value(page, line, SITE_K, false);
        page_value(page, line, SITE_M, false);
        page_target(page, line, U_ARSMAL, U_ARSMAL_VARDE, U_ARSMAL_MATT);
        page_judgement(page, line->of[SITE_T] ? line->of[SITE_T]->cell[U_ARSMAL_BEDOMNING] : "");
        RAW(page, "</tr>\n");
    }
    if (begun) page_table_end(page);
}

/* ---- where the values come from ---- */

static void put_source(struct page *page, const struct site_line *line)
{
    const struct site_fact *fact = line->of[SITE_T] ? line->of[SITE_T] : line->first;
    if (!site_is_board(line)) return;
    HTML(page, "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td>", site_cell(line, U_STADSDEL),
         site_cell(line, U_PERIOD), fact->cell[U_KALLA]);
    page_plain(page, fact->cell[U_RAD]);
    HTML(page, "<td class=\"fil\">{}</td></tr>\n", fact->cell[U_FIL]);
}

/* The newest period first. */
static void put_sources(struct page *page, const struct group *g)
{
    RAW(page, "<details>\n<summary>Var värdena kommer ifrån</summary>\n");
    page_table(page, "Källa, rad i exporten och exportens SHA-256", "");
    RAW(page, "<thead>\n<tr><th scope=\"col\">Stadsdel</th><th scope=\"col\">Period</th><th "
              "scope=\"col\">Källa</th>" PAGE_HEAD("Rad") "<th scope=\"col\">Export</th></tr>\n</thead>\n<tbody>\n");
    for (size_t at = g->count, from; at > 0; at = from) {
        for (from = at - 1; from > 0 && site_same(&g->lines[from - 1], &g->lines[at - 1], U_PERIOD_ID);)
            from--;
        for (size_t i = from; i < at; i++)
            put_source(page, &g->lines[i]);
    }
    page_table_end(page);
    RAW(page, "</details>\n");
}

/* ---- the figures as files ---- */

static int write_data(struct site *site, const struct group *g, const struct export_format *format, const char *ending,
                      struct error *err)
{
    char path[PAGE_NAME_SIZE];
    FILE *out;
    page_name("data/", site_cell(g->lines, U_INDIKATOR_KOD), "", ending, path);
    if (site_folder_open(&site->folder, path, &out, err)) return -1;
    struct export x = {.out = out};
    const struct site_fact *fact = g->lines[0].first, *end = fact;
    for (size_t i = 0; i < g->count; i++)
        for (int kon = 0; kon < SITE_KON; kon++)
            end += g->lines[i].of[kon] != NULL;
    int rc = format->begin(&x, err);
    for (; rc == 0 && fact < end; fact++)
        rc = format->row(&x, fact->cell, err);
    if (rc == 0) rc = format->end(&x, err);
    if (format->free) format->free(&x);
    arena_free(&x.arena);
    if (rc) return fclose(out), -1;
    return site_folder_close(&site->folder, out, path, err);
}

static void put_downloads(struct page *page, const struct group *g)
{
    char csv[PAGE_NAME_SIZE], json[PAGE_NAME_SIZE];
    const char *code = site_cell(g->lines, U_INDIKATOR_KOD);
    HTML(page,
         "<h2>Ladda ner</h2>\n<ul>\n<li><a href=\"../{}\" download>CSV för kalkylprogram</a></li>\n"
         "<li><a href=\"../{}\" download>JSON-stat 2.0</a></li>\n</ul>\n",
         page_name("data/", code, "", ".csv", csv), page_name("data/", code, "", ".json", json));
}

/* ---- the page ---- */

static void put_about(struct page *page, const struct group *g)
{
    const struct site_indikator *a = g->about;
    const char *better = !strcmp(a->polarity, "hogre") ? "högre är bättre"
                         : lower_is_better(g)          ? "lägre är bättre"
                                                       : "ingen riktning är bättre";
    const char *owner = !strcmp(a->owner, "KF")      ? "kommunfullmäktige"
                        : !strcmp(a->owner, "enhet") ? "enheten"
                                                     : "nämnden";
    HTML(page, "<h1>{}</h1>\n<p class=\"fakta\">Mäts i {}; {}. Följs upp av {}. Kod {}.</p>\n",
         site_cell(g->lines, U_INDIKATOR), *a->unit ? a->unit : "tal utan enhet", better, owner, a->code);
}

/* A board's line of the newest year, or where there is none of the newest period; the count of lines where no board has any. */
static size_t newest_board(const struct group *g)
{
    size_t newest = g->count;
    for (size_t i = 0; i < g->count; i++)
        if (site_is_board(&g->lines[i]) && (newest == g->count || group_is_year(site_cell(&g->lines[i], U_PERIOD_ID)) ||
                                            !group_is_year(site_cell(&g->lines[newest], U_PERIOD_ID))))
            newest = i;
    return newest;
}

/* The newest one first; then the others from the newest on. */
static int put_periods(struct page *page, const struct group *g, struct error *err)
{
    size_t newest = newest_board(g), begin, end;
    if (newest == g->count) return 0;
    for (begin = newest; begin > 0 && site_same(&g->lines[begin - 1], &g->lines[newest], U_PERIOD_ID);)
        begin--;
    for (end = newest; end < g->count && site_same(&g->lines[end], &g->lines[newest], U_PERIOD_ID);)
        end++;
    if (put_period(page, g, &g->lines[begin], end - begin, true, err)) return -1;
    if (group_put_years(page, g, err) || group_put_today(page, g, err)) return -1;
    for (size_t at = g->count, from; at > 0; at = from) {
        for (from = at - 1; from > 0 && site_same(&g->lines[from - 1], &g->lines[at - 1], U_PERIOD_ID);)
            from--;
        if (from != begin && put_period(page, g, &g->lines[from], at - from, false, err)) return -1;
    }
    return 0;
}

static int write_page(struct site *site, const struct group *g, struct error *err)
{
    char path[PAGE_NAME_SIZE];
    struct page page;
    page_name("indikator/", site_cell(g->lines, U_INDIKATOR_KOD), "", ".html", path);
    if (page_open(site, path, site_cell(g->lines, U_INDIKATOR), "Indikator", &page, err)) return -1;
    put_about(&page, g);
    if (put_periods(&page, g, err)) return page_discard(&page), -1;
    put_units(&page, g);
    if (newest_board(g) < g->count) put_sources(&page, g);
    put_downloads(&page, g);
    return page_close(site, &page, err);
}

int site_write_indikatorer(struct site *site, struct error *err)
{
    const struct site_data *data = &site->data;
    for (size_t from = 0, to; from < data->line_count; from = to) {
        for (to = from + 1; to < data->line_count && site_same(&data->lines[from], &data->lines[to], U_INDIKATOR_KOD);)
            to++;
        const struct group g = {&data->lines[from], to - from,
                                site_data_indikator(data, site_cell(&data->lines[from], U_INDIKATOR_KOD)), data};
        if (write_page(site, &g, err) || write_data(site, &g, &export_csv, ".csv", err) ||
            write_data(site, &g, &export_json_stat2, ".json", err))
            return -1;
    }
    return 0;
}
