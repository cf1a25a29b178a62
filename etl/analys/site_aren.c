/* Of an indicator's page: the years, of the districts as they reported and of today's districts. */
#include <stdlib.h>

#include "etl/analys/escape.h"
#include "etl/analys/site_indikator.h"

/* ---- the years; all but the last function get the lines of boards in years only ---- */

static bool is_year(const struct site_line *line)
{
    return group_is_year(site_cell(line, U_PERIOD_ID));
}

/* The line of district CODE in the year of LIKE; NULL = none. */
static const struct site_line *find(const struct group *g, const char *code, const char *period)
{
    for (size_t i = 0; i < g->count; i++)
        if (site_cell(&g->lines[i], U_STADSDEL_KOD) == code && site_cell(&g->lines[i], U_PERIOD_ID) == period)
            return &g->lines[i];
    return NULL;
}

/* The first line of a year (or of a district) within G. */
static bool is_first(const struct group *g, size_t at, enum utfall_column column)
{
    for (size_t i = 0; i < at; i++)
        if (site_same(&g->lines[i], &g->lines[at], column)) return false;
    return true;
}

static bool breaks(const struct group *g, const char *period)
{
    for (size_t i = 0; i < g->count; i++)
        if (site_cell(&g->lines[i], U_PERIOD_ID) == period && *site_cell(&g->lines[i], U_SERIE_BRUTEN)) return true;
    return false;
}

static void put_years_head(struct page *page, const struct group *g)
{
    RAW(page, "<thead>\n<tr><th scope=\"col\">Stadsdel</th>");
    for (size_t i = 0; i < g->count; i++) {
        if (!is_first(g, i, U_PERIOD_ID)) continue;
        if (breaks(g, site_cell(&g->lines[i], U_PERIOD_ID)))
            HTML(page,
                 "<th scope=\"col\" class=\"tal\" data-brott=\"ja\">{} <span class=\"brott\">ny definition</span></th>",
                 site_cell(&g->lines[i], U_PERIOD));
        else
            HTML(page, "<th scope=\"col\" class=\"tal\">{}</th>", site_cell(&g->lines[i], U_PERIOD));
    }
    RAW(page, "</tr>\n</thead>\n<tbody>\n");
}

static void put_years_line(struct page *page, const struct group *g, const struct site_line *district)
{
    HTML(page, "<tr><th scope=\"row\">{}</th>", site_cell(district, U_STADSDEL));
    for (size_t i = 0; i < g->count; i++) {
        if (!is_first(g, i, U_PERIOD_ID)) continue;
        const struct site_line *line =
            find(g, site_cell(district, U_STADSDEL_KOD), site_cell(&g->lines[i], U_PERIOD_ID));
        if (line)
            page_value(page, line, SITE_T, false);
        else
            RAW(page, "<td></td>");
    }
    RAW(page, "</tr>\n");
}

static void put_table_of_years(struct page *page, const struct group *g)
{
    size_t years = 0;
    for (size_t i = 0; i < g->count; i++)
        years += is_first(g, i, U_PERIOD_ID);
    if (years < 2) return;
    RAW(page, "<h2>Utveckling över åren</h2>\n");
    if (*g->about->definitions)
        HTML(page, "<p class=\"varning\">Serien bryts. {}. Värden före och efter är inte jämförbara.</p>\n",
             g->about->definitions);
    page_chart(page, "linje", "utveckling över åren per stadsdel");
    page_table(page, "Totalt per stadsdel och år", "");
    put_years_head(page, g);
    for (size_t i = 0; i < g->count; i++)
        if (is_first(g, i, U_STADSDEL_KOD)) put_years_line(page, g, &g->lines[i]);
    page_table_end(page);
}

/* Of years only, and only the boards' lines: there may be thousands of units. */
int group_put_years(struct page *page, const struct group *g, struct error *err)
{
    struct site_line *boards = malloc(g->count * sizeof *boards);
    struct group only = {boards, 0, g->about, g->data};
    if (!boards) return error_memory(err);
    for (size_t i = 0; i < g->count; i++)
        if (site_is_board(&g->lines[i]) && is_year(&g->lines[i])) boards[only.count++] = g->lines[i];
    put_table_of_years(page, &only);
    free(boards);
    return 0;
}
