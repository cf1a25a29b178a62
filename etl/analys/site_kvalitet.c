/* The page on data quality: what was noted and what was put in quarantine, in numbers; what the rows say stays inside. */
#include <stdlib.h>

#include "etl/analys/escape.h"
#include "etl/analys/site.h"
#include "etl/sql.h"

static const char *status_word(const char *status)
{
    static const char *const words[][2] = {{"open", "väntar"},
                                           {"replayed", "laddad efter rättning"},
                                           {"waived", "avskriven"},
                                           {"superseded", "ersatt av en ny rad"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(status, words[i][0])) return words[i][1];
    return status;
}

static const char *severity_word(const char *severity)
{
    return !strcmp(severity, "reject") ? "inte laddad" : !strcmp(severity, "warn") ? "laddad med varning" : "laddad";
}

static void put_row(struct page *page, const PGresult *r, int row)
{
    char swedish[ESCAPE_SWEDISH_SIZE];
    HTML(page, "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td>", PQgetvalue(r, row, 1),
         PQgetvalue(r, row, 2), severity_word(PQgetvalue(r, row, 3)), status_word(PQgetvalue(r, row, 4)),
         PQgetvalue(r, row, 5));
    HTML(page, "<td class=\"tal\">{}</td><td>{}</td><td>{}</td></tr>\n", escape_swedish(PQgetvalue(r, row, 6), swedish),
         PQgetvalue(r, row, 7), PQgetvalue(r, row, 8));
}

/* The rows of one kind; KIND as the view has it. */
static void put_kind(struct page *page, const PGresult *r, const char *kind, const char *caption, const char *none)
{
    bool begun = false;
    for (int row = 0; row < PQntuples(r); row++) {
        if (strcmp(PQgetvalue(r, row, 0), kind)) continue;
        if (!begun) {
            page_table(page, caption, "");
            RAW(page, "<thead>\n<tr><th scope=\"col\">Källa</th><th scope=\"col\">Regel</th><th "
                      "scope=\"col\">Följd</th><th scope=\"col\">Läge</th>"
                      "<th scope=\"col\">Kolumn</th><th scope=\"col\" class=\"tal\">Antal</th><th "
                      "scope=\"col\">Först</th><th "
                      "scope=\"col\">Senast</th></tr>\n</thead>\n<tbody>\n");
        }
        begun = true;
        put_row(page, r, row);
    }
    if (begun)
        page_table_end(page);
    else
        HTML(page, "<p>{}</p>\n", none);
}

/* ---- what is hidden ---- */

/* By indicator, those of which nothing is hidden left out. */
static void put_hidden(struct page *page, const struct site_data *data)
{
    bool begun = false;
    char name[PAGE_NAME_SIZE];
    for (size_t from = 0, to; from < data->fact_count; from = to) {
        size_t hidden = 0;
        const char *code = data->facts[from].cell[U_INDIKATOR_KOD];
        for (to = from; to < data->fact_count && data->facts[to].cell[U_INDIKATOR_KOD] == code; to++)
            hidden += !strcmp(data->facts[to].cell[U_STATUS], "suppressed");
        if (!hidden) continue;
        if (!begun) {
            page_table(page, "Dolda värden, per indikator", "");
            RAW(page, "<thead>\n<tr><th scope=\"col\">Indikator</th>" PAGE_HEAD("Värden")
                          PAGE_HEAD("Dolda") "</tr>\n</thead>\n<tbody>\n");
        }
        begun = true;
        HTML(page, "<tr><th scope=\"row\"><a href=\"{}\">{}</a></th>", page_name("indikator/", code, "", ".html", name),
             data->facts[from].cell[U_INDIKATOR]);
        page_count(page, to - from);
        page_count(page, hidden);
        RAW(page, "</tr>\n");
    }
    if (begun)
        page_table_end(page);
    else
        RAW(page, "<p>Inga värden är dolda.</p>\n");
}

/* ---- targets that are not judged ---- */

struct reason {
    const char *words; /* interned */
    size_t count;
};

static int by_words(const void *a, const void *b)
{
    return strcmp(((const struct reason *)a)->words, ((const struct reason *)b)->words);
}

#define NOT_JUDGED  "ej bedömd: "
#define MAX_REASONS 32 /* analys.bedom knows 12 */

/* A missing target is no reason to wonder. */
static void count_reason(struct reason reasons[static MAX_REASONS], size_t *count, const char *words)
{
    size_t i = 0;
    if (strncmp(words, NOT_JUDGED, strlen(NOT_JUDGED)) || !strcmp(words, NOT_JUDGED "mål saknas")) return;
    while (i < *count && reasons[i].words != words)
        i++;
    if (i == MAX_REASONS) return;
    if (i == *count) reasons[(*count)++] = (struct reason){words, 0};
    reasons[i].count++;
}

static void put_reasons(struct page *page, const struct site_data *data)
{
    struct reason reasons[MAX_REASONS];
    size_t count = 0;
    for (size_t i = 0; i < data->line_count; i++) {
        const struct site_fact *total = data->lines[i].of[SITE_T];
        if (!total) continue;
        count_reason(reasons, &count, total->cell[U_ARSMAL_BEDOMNING]);
        count_reason(reasons, &count, total->cell[U_KF_BEDOMNING]);
    }
    if (!count) {
        RAW(page, "<p>Alla mål är bedömda.</p>\n");
        return;
    }
    qsort(reasons, count, sizeof *reasons, by_words);
    page_table(page, "Mål som inte är bedömda, efter skäl", "");
    RAW(page, "<thead>\n<tr><th scope=\"col\">Skäl</th>" PAGE_HEAD("Antal mål") "</tr>\n</thead>\n<tbody>\n");
    for (size_t i = 0; i < count; i++) {
        HTML(page, "<tr><th scope=\"row\">{}</th>", reasons[i].words + strlen(NOT_JUDGED));
        page_count(page, reasons[i].count);
        RAW(page, "</tr>\n");
    }
    page_table_end(page);
}

int site_write_kvalitet(struct site *site, struct error *err)
{
    struct page page;
    PGresult *r;
    if (database_query(site->db, sql_text("queries/site_kvalitet"), 0, NULL, "read the quality", &r, err)) return -1;
    if (page_open(site, "kvalitet.html", "Datakvalitet", "Sida", &page, err)) return PQclear(r), -1;
    RAW(&page, "<h1>Datakvalitet</h1>\n<p>Det som inte kan läsas med en enda betydelse laddas inte, utan läggs i "
               "karantän tills någon har avgjort "
               "det. Det som laddas men förtjänar en blick får en anmärkning.</p>\n<h2>I karantän</h2>\n");
    put_kind(&page, r, "karantän", "Rader i karantän, per källa och regel", "Inga rader är i karantän.");
    RAW(&page, "<h2>Anmärkningar</h2>\n");
    put_kind(&page, r, "anmärkning", "Anmärkningar, per källa och regel", "Det finns inga anmärkningar.");
    PQclear(r);
    RAW(&page, "<h2 id=\"dolda\">Dolda värden</h2>\n<p>Små grupper är dolda, och det som annars skulle röja dem genom "
               "subtraktion. Dolt är aldrig noll.</p>\n");
    put_hidden(&page, &site->data);
    RAW(&page, "<h2 id=\"ej-bedomda\">Mål som inte är bedömda</h2>\n");
    put_reasons(&page, &site->data);
    return page_close(site, &page, err);
}
