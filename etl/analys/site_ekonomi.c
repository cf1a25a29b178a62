/* Of the page of a district or unit: the amounts of its economy tables, laid out as the reports have them. */
#include <stdlib.h>

#include "etl/analys/escape.h"
#include "etl/analys/site_stadsdel.h"

static bool same(const PGresult *r, int a, int b, int column)
{
    return !strcmp(PQgetvalue(r, a, column), PQgetvalue(r, b, column));
}

static bool same_table(const PGresult *r, int a, int b)
{
    return same(r, a, b, M_PERIOD_ID) && same(r, a, b, E_TITEL) && same(r, a, b, E_TABELL_NR);
}

static bool same_row(const PGresult *r, int a, int b)
{
    return same(r, a, b, E_RAD) && same(r, a, b, E_VERKSAMHET);
}

static int column_of(const PGresult *r, int row)
{
    return (int)strtol(PQgetvalue(r, row, E_KOLUMN), NULL, 10);
}

/* The row in which COLUMN of the table first stands, from which its label is. */
static int labelled(const PGresult *r, int from, int to, int column)
{
    for (int row = from; row < to; row++)
        if (column_of(r, row) == column) return row;
    return -1;
}

static int columns_of(const PGresult *r, int from, int to)
{
    int columns = 0;
    for (int row = from; row < to; row++)
        if (column_of(r, row) > columns) columns = column_of(r, row);
    return columns;
}

static void put_amount(struct page *page, const PGresult *r, int row)
{
    char swedish[ESCAPE_SWEDISH_SIZE];
    const char *value = PQgetvalue(r, row, E_BELOPP);
    HTML(page, "<td class=\"tal\" data-v=\"{}\">{}\xc2\xa0{}</td>", value, escape_swedish(value, swedish),
         PQgetvalue(r, row, E_MATT));
}

/* A row's amounts are in the order of the columns; of two in one cell the first is shown and the other follows in a row of its own. */
static int put_row(struct page *page, const PGresult *r, int from, int to, int columns)
{
    int at = from;
    HTML(page, "<tr><th scope=\"row\">{}</th>", PQgetvalue(r, from, E_VERKSAMHET));
    for (int column = 1; column <= columns; column++) {
        if (at < to && same_row(r, at, from) && column_of(r, at) == column)
            put_amount(page, r, at++);
        else
            RAW(page, "<td></td>");
    }
    RAW(page, "</tr>\n");
    return at;
}

static void put_table(struct page *page, const PGresult *r, int from, int to)
{
    char caption[256];
    int columns = columns_of(r, from, to);
    const char *nr = PQgetvalue(r, from, E_TABELL_NR);
    snprintf(caption, sizeof caption, "%.200s%s%s", PQgetvalue(r, from, E_TITEL), strcmp(nr, "1") ? ", tabell " : "",
             strcmp(nr, "1") ? nr : "");
    page_table(page, caption, "");
    RAW(page, "<thead>\n<tr><th scope=\"col\">Verksamhet</th>");
    for (int column = 1; column <= columns; column++)
        HTML(page, PAGE_HEAD("{}"), PQgetvalue(r, labelled(r, from, to, column), E_KOLUMNETIKETT));
    RAW(page, "</tr>\n</thead>\n<tbody>\n");
    while (from < to)
        from = put_row(page, r, from, to, columns);
    page_table_end(page);
}

static void put_period(struct page *page, const PGresult *r, int from, int to, bool newest)
{
    const char *period = PQgetvalue(r, from, M_PERIOD);
    if (newest)
        HTML(page,
             "<h2 id=\"ekonomi\">Ekonomi {}</h2>\n<p class=\"fakta\">Kostnader är positiva, intäkter negativa; en "
             "positiv "
             "avvikelse är bättre än budget.</p>\n",
             period);
    else
        HTML(page, "<details>\n<summary>Ekonomi {}</summary>\n", period);
    for (int end; from < to; from = end) {
        for (end = from + 1; end < to && same_table(r, end, from);)
            end++;
        put_table(page, r, from, end);
    }
    if (!newest) RAW(page, "</details>\n");
}

void place_put_amounts(struct page *page, const struct site_data *data, const struct site_place *place)
{
    const PGresult *r = data->ekonomi;
    int end = place->belopp + place->belopp_count;
    for (int from = place->belopp, to; from < end; from = to) {
        for (to = from + 1; to < end && same(r, to, from, M_PERIOD_ID);)
            to++;
        put_period(page, r, from, to, from == place->belopp);
    }
}
