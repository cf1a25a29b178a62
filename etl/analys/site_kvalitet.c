/* The page on data quality: what was noted and what was put in quarantine, in numbers; what the rows say stays inside. */
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
    return page_close(site, &page, err);
}
