/* Of the page of a district or unit: its goals. */
#include "etl/analys/site_stadsdel.h"

static const char *level_word(const char *level)
{
    static const char *const words[][2] = {{"inriktningsmal", "KF:s inriktningsmål"},
                                           {"verksamhetsmal", "KF:s mål för verksamhetsområdet"},
                                           {"namndmal", "Nämndmål"},
                                           {"enhetsmal", "Enhetsmål"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(level, words[i][0])) return words[i][1];
    return level;
}

static void put_reached(struct page *page, const char *reached)
{
    if (!strcmp(reached, "helt"))
        RAW(page, "<td class=\"ja\">✓ helt</td>");
    else if (!strcmp(reached, "delvis"))
        RAW(page, "<td class=\"delvis\">◐ delvis</td>");
    else if (!strcmp(reached, "inte"))
        RAW(page, "<td class=\"nej\">✗ inte</td>");
    else
        RAW(page, "<td class=\"dampad\">inga data</td>");
}

/* What the program judges of the indicators under the goal. */
static void put_judged(struct page *page, const char *judged, const char *met, const char *differ)
{
    if (!*judged) {
        RAW(page, "<td></td>");
        return;
    }
    HTML(page, "<td>{} av {}", met, judged);
    if (*differ) HTML(page, "<span class=\"brott\">Skiljer sig: {}</span>", differ);
    RAW(page, "</td>");
}

static void put_goal(struct page *page, const PGresult *r, int row)
{
    const char *number = PQgetvalue(r, row, M_NUMMER);
    HTML(page, "<tr><th scope=\"row\">{}{}{}</th>", number, *number ? " " : "", PQgetvalue(r, row, M_MAL));
    put_reached(page, PQgetvalue(r, row, M_UPPFYLLELSE));
    put_judged(page, PQgetvalue(r, row, M_BEDOMDA), PQgetvalue(r, row, M_UPPFYLLDA), PQgetvalue(r, row, M_SKILJER));
    HTML(page, "<td>{}</td>", level_word(PQgetvalue(r, row, M_NIVA)));
    RAW(page, "</tr>\n");
}

static void put_sums(struct page *page, const PGresult *r, int from, int to)
{
    static const char *const words[][2] = {
        {"helt", "Helt uppfyllda: "}, {"delvis", ", delvis: "}, {"inte", ", inte: "}, {"inga_data", ", inga data: "}};
    RAW(page, "<p class=\"fakta\">");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        char number[16];
        unsigned count = 0;
        for (int row = from; row < to; row++)
            count += !strcmp(PQgetvalue(r, row, M_UPPFYLLELSE), words[i][0]);
        snprintf(number, sizeof number, "%u", count);
        HTML(page, "{}{}", words[i][1], number);
    }
    RAW(page, ".</p>\n");
}

static void put_period(struct page *page, const PGresult *r, int from, int to, bool newest)
{
    char caption[128];
    const char *period = PQgetvalue(r, from, M_PERIOD);
    snprintf(caption, sizeof caption, "Mål %s, med rapportens egen bedömning", period);
    if (newest)
        HTML(page, "<h2 id=\"mal\">Mål {}</h2>\n", period);
    else
        HTML(page, "<details>\n<summary>Mål {}</summary>\n", period);
    put_sums(page, r, from, to);
    page_table(page, caption, "");
    RAW(page,
        "<thead>\n<tr><th scope=\"col\">Mål</th><th scope=\"col\">Uppfyllt enligt rapporten</th>"
        "<th scope=\"col\">Indikatorer vars mål är uppfyllt</th><th scope=\"col\">Nivå</th></tr>\n</thead>\n<tbody>\n");
    for (int row = from; row < to; row++)
        put_goal(page, r, row);
    page_table_end(page);
    if (!newest) RAW(page, "</details>\n");
}

void place_put_goals(struct page *page, const struct site_data *data, const struct site_place *place)
{
    const PGresult *r = data->mal;
    int end = place->mal + place->mal_count;
    for (int from = place->mal, to; from < end; from = to) {
        for (to = from + 1; to < end && !strcmp(PQgetvalue(r, to, M_PERIOD_ID), PQgetvalue(r, from, M_PERIOD_ID));)
            to++;
        put_period(page, r, from, to, from == place->mal);
    }
}
