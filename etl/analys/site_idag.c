/* Of an indicator's page: the values of today's districts, across mergers. */
#include <stdlib.h>

#include "etl/analys/escape.h"
#include "etl/analys/site_indikator.h"

struct rows { /* consecutive rows of one indicator */
    const PGresult *of;
    int from, to;
};

static const char *cell(const struct rows *r, int row, enum site_jamforelse column)
{
    return PQgetvalue(r->of, row, (int)column);
}

/* The indicator's rows among those of all indicators, which are in the order of the codes. */
static struct rows rows_of(const PGresult *all, const char *code)
{
    struct rows found = {all, 0, PQntuples(all)};
    for (int low = 0, high = found.to; low < high;) { /* the first that is not before it */
        int middle = low + (high - low) / 2;
        if (strcmp(PQgetvalue(all, middle, J_INDIKATOR_KOD), code) < 0)
            low = middle + 1;
        else
            high = middle;
        found.from = low;
    }
    for (found.to = found.from; found.to < PQntuples(all) && !strcmp(cell(&found, found.to, J_INDIKATOR_KOD), code);)
        found.to++;
    return found;
}

/* The first row like this one in COLUMN, of a year or of none. */
static bool is_first(const struct rows *r, int at, enum site_jamforelse column, bool years)
{
    if (group_is_year(cell(r, at, J_PERIOD_ID)) != years) return false;
    for (int i = r->from; i < at; i++)
        if (group_is_year(cell(r, i, J_PERIOD_ID)) == years && !strcmp(cell(r, i, column), cell(r, at, column)))
            return false;
    return true;
}

/* A district that reported is none of today's. */
static bool has_merged(const struct rows *reported, const struct rows *today)
{
    for (int i = reported->from; i < reported->to; i++) {
        int same = today->from;
        while (same < today->to && strcmp(cell(today, same, J_STADSDEL_KOD), cell(reported, i, J_STADSDEL_KOD)))
            same++;
        if (same == today->to) return true;
    }
    return false;
}

static void put_head(struct page *page, const struct rows *r, bool years)
{
    RAW(page, "<thead>\n<tr><th scope=\"col\">Stadsdel i dag</th>");
    for (int i = r->from; i < r->to; i++) {
        bool broken = false;
        if (!is_first(r, i, J_PERIOD_ID, years)) continue;
        for (int k = i; k < r->to; k++)
            broken =
                broken || (!strcmp(cell(r, k, J_PERIOD_ID), cell(r, i, J_PERIOD_ID)) && *cell(r, k, J_SERIE_BRUTEN));
        if (broken)
            HTML(page,
                 "<th scope=\"col\" class=\"tal\" data-brott=\"ja\">{} <span class=\"brott\">ny definition</span></th>",
                 cell(r, i, J_PERIOD));
        else
            HTML(page, PAGE_HEAD("{}"), cell(r, i, J_PERIOD));
    }
    RAW(page, "</tr>\n</thead>\n<tbody>\n");
}

static void put_value(struct page *page, const struct rows *r, int row)
{
    char swedish[ESCAPE_SWEDISH_SIZE];
    const char *value = cell(r, row, J_VARDE), *combined = cell(r, row, J_KOMBINATION),
               *printed = cell(r, row, J_TRYCKT);
    const char *colon = strstr(combined, ": ");
    if (*value) {
        HTML(page, "<td class=\"tal\" data-v=\"{}\">{}", value, escape_swedish(value, swedish));
        if (*cell(r, row, J_ANNAN_ENHET) == 't') HTML(page, "\xc2\xa0{}", cell(r, row, J_MATT));
        if (!strcmp(combined, "summa")) RAW(page, "<small> summa</small>");
        RAW(page, "</td>");
    } else if (!strcmp(cell(r, row, J_STATUS), "suppressed"))
        HTML(page, "<td class=\"tal dold\">{}<span class=\"osynlig\"> undertryckt</span></td>",
             *printed == '~' ? printed : "..");
    else if (colon) /* "ej kombinerbar: " and why */
        HTML(page, "<td class=\"tal dold\">ej kombinerbar<small>{}</small></td>", colon);
    else if (strcmp(combined, "egen"))
        HTML(page, "<td class=\"tal dold\">{}</td>", combined);
    else
        RAW(page, "<td class=\"tal dold\">–<span class=\"osynlig\"> uppgift saknas</span></td>");
}

static void put_line(struct page *page, const struct rows *r, const char *district, bool years)
{
    HTML(page, "<tr><th scope=\"row\">{}</th>", district);
    for (int i = r->from; i < r->to; i++) {
        int found = -1;
        if (!is_first(r, i, J_PERIOD_ID, years)) continue;
        for (int k = i; k < r->to; k++)
            if (!strcmp(cell(r, k, J_PERIOD_ID), cell(r, i, J_PERIOD_ID)) && !strcmp(cell(r, k, J_STADSDEL), district))
                found = k;
        if (found >= 0)
            put_value(page, r, found);
        else
            RAW(page, "<td></td>");
    }
    RAW(page, "</tr>\n");
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A table of whole years, or of all other periods. */
static int put_table(struct page *page, const struct rows *r, bool years, struct error *err)
{
    size_t count = 0;
    const char **districts = calloc((size_t)(r->to - r->from) + 1, sizeof *districts);
    if (!districts) return error_memory(err);
    for (int i = r->from; i < r->to; i++)
        if (is_first(r, i, J_STADSDEL, years)) districts[count++] = cell(r, i, J_STADSDEL);
    qsort(districts, count, sizeof *districts, by_text);
    if (count) {
        if (years) page_chart(page, "linje", "dagens stadsdelar över åren");
        page_table(page, years ? "Totalt per stadsdel i dag och år" : "Totalt per stadsdel i dag, delar av år", "");
        put_head(page, r, years);
        for (size_t i = 0; i < count; i++)
            put_line(page, r, districts[i], years);
        page_table_end(page);
    }
    free(districts);
    return 0;
}

int group_put_today(struct page *page, const struct group *g, struct error *err)
{
    const char *code = site_cell(g->lines, U_INDIKATOR_KOD);
    const struct rows today = rows_of(g->data->today, code), reported = rows_of(g->data->reported, code);
    if (reported.from == reported.to) return 0; /* no board has reported it */
    RAW(page, "<h2 id=\"idag\">Dagens stadsdelar</h2>\n");
    if (!has_merged(&reported, &today)) {
        RAW(page,
            "<p class=\"fakta\">Ingen av stadsdelarna har gått samman med någon annan: jämförelsen ovan gäller även "
            "dagens stadsdelar.</p>\n");
        return 0;
    }
    RAW(page, "<p class=\"fakta\">Stadsdelar som har gått samman, räknade som de är i dag. Antal läggs ihop (summa). "
              "Andelar, "
              "index och kvoter går inte att räkna ihop utan sina nämnare: ej kombinerbar, aldrig ett medelvärde. "
              "Ofullständig: "
              "en av de tidigare stadsdelarna saknas.</p>\n");
    return put_table(page, &today, true, err) || put_table(page, &today, false, err) ? -1 : 0;
}
