/* The start page: how fresh the figures are, what the last run changed, and where to go. */
#include <stdlib.h>

#include "etl/analys/escape.h"
#include "etl/analys/site.h"
#include "etl/sql.h"

#define SHOWN_REVISIONS "50"

static void put_cells(struct page *page, const PGresult *result, int row, int from, int to)
{
    char swedish[ESCAPE_SWEDISH_SIZE];
    for (int c = from; c <= to; c++)
        HTML(page, "<td class=\"tal\">{}</td>", escape_swedish(PQgetvalue(result, row, c), swedish));
}

/* ---- the last run ---- */

static void put_revision(struct page *page, const PGresult *r, int row)
{
    char before[ESCAPE_SWEDISH_SIZE], after[ESCAPE_SWEDISH_SIZE];
    const char *unit = PQgetvalue(r, row, 9);
    bool gone = !strcmp(PQgetvalue(r, row, 10), "withdrawn");
    for (int c = 0; c < 5; c++)
        HTML(page, c ? "<td>{}</td>" : "<tr><th scope=\"row\">{}</th>", PQgetvalue(r, row, c));
    bool hidden_before = !strcmp(PQgetvalue(r, row, 6), "suppressed"),
         hidden_after = !strcmp(PQgetvalue(r, row, 8), "suppressed");
    HTML(page, "<td class=\"tal\">{} {}</td>", hidden_before ? ".." : escape_swedish(PQgetvalue(r, row, 5), before),
         hidden_before ? "" : unit);
    HTML(page, "<td class=\"tal\">{} {}</td></tr>\n",
         gone           ? "borttaget"
         : hidden_after ? ".."
                        : escape_swedish(PQgetvalue(r, row, 7), after),
         gone || hidden_after ? "" : unit);
}

static int put_revisions(struct site *site, struct page *page, const char *run, struct error *err)
{
    PGresult *result;
    const char *const params[] = {run, SHOWN_REVISIONS};
    if (database_query(site->db, sql_text("queries/site_revideringar"), 2, params, "read the revisions", &result, err))
        return -1;
    if (PQntuples(result)) {
        page_table(page, "Värden som ändrades eller togs bort (högst " SHOWN_REVISIONS ")", "");
        RAW(page, "<thead>\n<tr><th scope=\"col\">Stadsdel</th><th scope=\"col\">Enhet</th><th "
                  "scope=\"col\">Indikator</th><th scope=\"col\">Period</th>"
                  "<th scope=\"col\">Kön</th><th scope=\"col\" class=\"tal\">Före</th><th "
                  "scope=\"col\">Efter</th></tr>\n</thead>\n<tbody>\n");
        for (int row = 0; row < PQntuples(result); row++)
            put_revision(page, result, row);
        page_table_end(page);
    }
    PQclear(result);
    return 0;
}

static void put_number(struct page *page, const char *words, const char *number)
{
    char swedish[ESCAPE_SWEDISH_SIZE];
    HTML(page, "{}{}", words, escape_swedish(number, swedish));
}

/* A run that found everything unchanged has loaded nothing. */
static void put_run_result(struct page *page, const PGresult *r)
{
    static const struct {
        const char *words;
        int column;
    } numbers[] = {{"Källor som lästes: ", 4}, {", varav ändrade: ", 5},
                   {". Uppgifter: ", 6},       {" nya, ", 7},
                   {" ändrade, ", 8},          {" borttagna. Rader i karantän: ", 9}};
    bool failed = strcmp(PQgetvalue(r, 0, 3), "0") && strcmp(PQgetvalue(r, 0, 3), "3");
    if (!strcmp(PQgetvalue(r, 0, 4), "0"))
        HTML(page, "{}", failed ? "Inget laddades." : "Inget hade ändrats sedan körningen före.");
    else {
        for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
            put_number(page, numbers[i].words, PQgetvalue(r, 0, numbers[i].column));
        RAW(page, ".");
    }
    if (failed && !PQgetisnull(r, 0, 3))
        HTML(page, " Den slutade med kod {}: något kunde inte hämtas eller laddas.", PQgetvalue(r, 0, 3));
    RAW(page, "</p>\n");
}

static int put_run(struct site *site, struct page *page, struct error *err)
{
    PGresult *r;
    if (database_query(site->db, sql_text("queries/site_korning"), 0, NULL, "read the last run", &r, err)) return -1;
    RAW(page, "<h2 id=\"senast\">Den senaste körningen</h2>\n");
    if (PQntuples(r) == 0) {
        RAW(page, "<p>Ingen körning har gjorts än.</p>\n");
        PQclear(r);
        return 0;
    }
    HTML(page, "<p>Körning {} började {} och slutade {} (UTC). ", PQgetvalue(r, 0, 0), PQgetvalue(r, 0, 1),
         PQgetisnull(r, 0, 2) ? "inte" : PQgetvalue(r, 0, 2));
    put_run_result(page, r);
    int rc = put_revisions(site, page, PQgetvalue(r, 0, 0), err);
    PQclear(r);
    return rc;
}

static int put_sources(struct site *site, struct page *page, struct error *err)
{
    PGresult *r;
    if (database_query(site->db, sql_text("queries/site_kallor"), 0, NULL, "read the sources", &r, err)) return -1;
    RAW(page, "<h2 id=\"kallor\">Källor</h2>\n");
    page_table(page, "Hur färska källorna är, tider i UTC", "");
    RAW(page, "<thead>\n<tr><th scope=\"col\">Källa</th><th scope=\"col\">Kontrollerad</th><th "
              "scope=\"col\">Ändrad</th><th scope=\"col\" class=\"tal\">Rader lästa</th>"
              "<th scope=\"col\" class=\"tal\">laddade</th><th scope=\"col\" class=\"tal\">oförändrade</th><th "
              "scope=\"col\" class=\"tal\">i karantän</th><th "
              "scope=\"col\">utan data</th>"
              "<th scope=\"col\" class=\"tal\">Öppna i karantän</th></tr>\n</thead>\n<tbody>\n");
    for (int row = 0; row < PQntuples(r); row++) {
        HTML(page, "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td>", PQgetvalue(r, row, 0), PQgetvalue(r, row, 1),
             PQgetvalue(r, row, 2));
        put_cells(page, r, row, 3, 8);
        RAW(page, "</tr>\n");
    }
    page_table_end(page);
    PQclear(r);
    return 0;
}

/* ---- where to go ---- */

static void put_districts(struct site *site, struct page *page)
{
    char name[PAGE_NAME_SIZE];
    const struct site_data *data = &site->data;
    RAW(page, "<h2 id=\"stadsdelar\">Stadsdelar</h2>\n<ul class=\"lista\">\n");
    for (size_t i = 0; i < data->place_count; i++) {
        const struct site_place *place = &data->places[i];
        if (i > 0 && !strcmp(place->stadsdel_kod, place[-1].stadsdel_kod)) continue;
        page_name("stadsdel/", place->stadsdel_kod, "", ".html", name);
        HTML(page, "<li><a href=\"{}\">{}</a></li>\n", name, place->stadsdel);
    }
    RAW(page, "</ul>\n");
}

/* Districts that reported the indicator for its newest period, and that period. */
static void put_extent(struct page *page, const struct site_line *lines, size_t count)
{
    char number[24];
    const struct site_line *last = &lines[count - 1];
    unsigned districts = 0;
    for (size_t i = 0; i < count; i++)
        districts +=
            site_same(&lines[i], last, U_PERIOD_ID) && (i == 0 || !site_same(&lines[i], &lines[i - 1], U_PERIOD_ID) ||
                                                        !site_same(&lines[i], &lines[i - 1], U_STADSDEL_KOD));
    snprintf(number, sizeof number, "%u", districts);
    HTML(page, "<td>{}</td><td class=\"tal\">{}</td></tr>\n", site_cell(last, U_PERIOD), number);
}

struct entry { /* consecutive lines of one indicator */
    const struct site_line *lines;
    size_t count;
};

static int by_name(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int order = strcmp(site_cell(x->lines, U_INDIKATOR), site_cell(y->lines, U_INDIKATOR));
    return order ? order : strcmp(site_cell(x->lines, U_INDIKATOR_KOD), site_cell(y->lines, U_INDIKATOR_KOD));
}

/* The indicators by name; malloc'ed. */
static struct entry *entries_of(const struct site_data *data, size_t *ret_count)
{
    struct entry *entries = malloc((data->indikator_count + 1) * sizeof *entries);
    size_t n = 0;
    for (size_t from = 0, to; entries && from < data->line_count && n < data->indikator_count; from = to) {
        for (to = from + 1; to < data->line_count && site_same(&data->lines[from], &data->lines[to], U_INDIKATOR_KOD);)
            to++;
        entries[n++] = (struct entry){&data->lines[from], to - from};
    }
    if (entries) qsort(entries, n, sizeof *entries, by_name);
    *ret_count = n;
    return entries;
}

static int put_indicators(struct site *site, struct page *page, struct error *err)
{
    char name[PAGE_NAME_SIZE];
    size_t count;
    struct entry *entries = entries_of(&site->data, &count);
    if (!entries) return error_memory(err);
    RAW(page, "<h2 id=\"indikatorer\">Indikatorer</h2>\n");
    page_table(page, "Alla indikatorer, efter namn", "");
    RAW(page, "<thead>\n<tr><th scope=\"col\">Indikator</th><th scope=\"col\">Mäts i</th><th scope=\"col\">Senaste "
              "period</th>"
              "<th scope=\"col\" class=\"tal\">Stadsdelar då</th></tr>\n</thead>\n<tbody>\n");
    for (size_t i = 0; i < count; i++) {
        const struct site_line *line = entries[i].lines;
        page_name("indikator/", site_cell(line, U_INDIKATOR_KOD), "", ".html", name);
        const char *unit = site_data_indikator(&site->data, site_cell(line, U_INDIKATOR_KOD))->unit;
        HTML(page, "<tr><th scope=\"row\"><a href=\"{}\">{}</a></th><td>{}</td>", name, site_cell(line, U_INDIKATOR),
             *unit ? unit : site_cell(line, U_MATT));
        put_extent(page, line, entries[i].count);
    }
    page_table_end(page);
    free(entries);
    return 0;
}

int site_write_start(struct site *site, struct error *err)
{
    struct page page;
    if (page_open(site, "index.html", "Jämför stadsdelarna", NULL, &page, err)) return -1;
    RAW(&page, "<h1>Jämför stadsdelarna</h1>\n<p>Utfall, mål och skillnader mellan kvinnor och män, som stadsdelarnas "
               "rapporter redovisar dem.</p>\n");
    if (put_run(site, &page, err)) return page_discard(&page), -1;
    put_districts(site, &page);
    if (put_indicators(site, &page, err) || put_sources(site, &page, err)) return page_discard(&page), -1;
    return page_close(site, &page, err);
}
