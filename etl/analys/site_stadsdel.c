/* A page per district (its whole board) and per unit: all its indicators, period by period. */
#include "etl/analys/site.h"

struct subject { /* consecutive lines by place: of one board or unit */
    const struct site_line *const *lines;
    size_t count;
};

static const struct site_line *head_of(const struct subject *place)
{
    return place->lines[0];
}

static bool same_place(const struct site_line *a, const struct site_line *b)
{
    return site_same(a, b, U_STADSDEL_KOD) && site_same(a, b, U_ENHET_KOD);
}

static size_t end_of_period(const struct subject *place, size_t from)
{
    size_t to = from + 1;
    while (to < place->count && site_same(place->lines[to], place->lines[from], U_PERIOD_ID))
        to++;
    return to;
}

/* ---- targets met, by period ---- */

static void put_count(struct page *page, unsigned count)
{
    char number[16];
    snprintf(number, sizeof number, "%u", count);
    HTML(page, "<td class=\"tal\" data-v=\"{}\">{}</td>", number, number);
}

static void put_targets_line(struct page *page, const struct subject *place, size_t from, size_t to)
{
    unsigned met = 0, missed = 0, open = 0;
    for (size_t i = from; i < to; i++) {
        const struct site_fact *total = place->lines[i]->of[SITE_T];
        const char *judged = total ? total->cell[U_ARSMAL_BEDOMNING] : "";
        met += !strcmp(judged, "uppfyllt");
        missed += !strcmp(judged, "ej uppfyllt");
        open += strcmp(judged, "uppfyllt") && strcmp(judged, "ej uppfyllt");
    }
    HTML(page, "<tr><th scope=\"row\">{}</th>", site_cell(place->lines[from], U_PERIOD));
    put_count(page, met);
    put_count(page, missed);
    put_count(page, open);
    RAW(page, "</tr>\n");
}

static void put_targets(struct page *page, const struct subject *place)
{
    RAW(page, "<h2>Måluppfyllelse</h2>\n");
    page_chart(page, "delar", "antal indikatorer vars årsmål är uppfyllt, per period");
    page_table(page, "Indikatorer efter om årsmålet är uppfyllt", "");
    RAW(page,
        "<thead>\n<tr><th scope=\"col\">Period</th><th scope=\"col\" class=\"tal\" data-serie=\"del\">Uppfyllt</th><th "
        "scope=\"col\" class=\"tal\" data-serie=\"del\">Ej uppfyllt</th>"
        "<th scope=\"col\" class=\"tal\" data-serie=\"del\">Ej bedömt</th></tr>\n</thead>\n<tbody>\n");
    for (size_t from = 0, to; from < place->count; from = to) {
        to = end_of_period(place, from);
        put_targets_line(page, place, from, to);
    }
    page_table_end(page);
}

/* ---- one period ---- */

static void put_line(struct page *page, const struct site_line *line)
{
    char name[PAGE_NAME_SIZE];
    struct decimal gap = {0};
    const struct site_fact *total = line->of[SITE_T];
    HTML(page, "<tr><th scope=\"row\"><a href=\"../{}\">{}</a></th>",
         page_name("indikator/", site_cell(line, U_INDIKATOR_KOD), "", ".html", name), site_cell(line, U_INDIKATOR));
    page_value(page, line, SITE_T, true);
    page_value(page, line, SITE_K, false);
    page_value(page, line, SITE_M, false);
    page_number(page, page_gap(line, &gap), gap);
    page_target(page, line, U_ARSMAL, U_ARSMAL_VARDE, U_ARSMAL_MATT);
    page_judgement(page, total ? total->cell[U_ARSMAL_BEDOMNING] : "");
    page_target(page, line, U_KF_ARSMAL, U_KF_VARDE, U_KF_MATT);
    page_judgement(page, total ? total->cell[U_KF_BEDOMNING] : "");
    HTML(page, "<td>{}</td></tr>\n", total ? total->cell[U_FLAGGOR] : "");
}

static void put_period(struct page *page, const struct subject *place, size_t from, size_t to)
{
    char caption[64];
    snprintf(caption, sizeof caption, "Indikatorer %s", site_cell(place->lines[from], U_PERIOD));
    if (from == 0)
        HTML(page, "<h2>{}</h2>\n", caption);
    else
        HTML(page, "<details>\n<summary>{}</summary>\n", caption);
    page_table(page, caption, "");
    RAW(page, "<thead>\n<tr><th scope=\"col\">Indikator</th><th scope=\"col\" class=\"tal\">Totalt</th><th "
              "scope=\"col\">Kvinnor</th><th scope=\"col\" class=\"tal\">Män</th>"
              "<th scope=\"col\" class=\"tal\">Kvinnor minus män</th><th scope=\"col\" class=\"tal\">Årsmål</th><th "
              "scope=\"col\">Bedömning</th>"
              "<th scope=\"col\" class=\"tal\">KF:s årsmål</th><th scope=\"col\">Bedömning mot KF</th><th "
              "scope=\"col\">Anmärkning</th></tr>\n</thead>\n<tbody>\n");
    for (size_t i = from; i < to; i++)
        put_line(page, place->lines[i]);
    page_table_end(page);
    if (from) RAW(page, "</details>\n");
}

/* ---- pages ---- */

static int write_place(struct site *site, const struct subject *place, const char *path, const char *title,
                       const char *kind, struct page *ret_page, struct error *err)
{
    if (page_open(site, path, title, kind, ret_page, err)) return -1;
    HTML(ret_page, "<h1>{}</h1>\n", title);
    if (place->count == 0) return 0;
    put_targets(ret_page, place);
    for (size_t from = 0, to; from < place->count; from = to) {
        to = end_of_period(place, from);
        put_period(ret_page, place, from, to);
    }
    return 0;
}

static int write_unit(struct site *site, const struct subject *unit, struct error *err)
{
    char path[PAGE_NAME_SIZE], district[PAGE_NAME_SIZE], title[600];
    struct page page;
    const struct site_line *head = head_of(unit);
    page_name("enhet/", site_cell(head, U_STADSDEL_KOD), site_cell(head, U_ENHET_KOD), ".html", path);
    snprintf(title, sizeof title, "%s, %s", site_cell(head, U_ENHET), site_cell(head, U_STADSDEL));
    if (write_place(site, unit, path, title, "Enhet", &page, err)) return -1;
    HTML(&page, "<p><a href=\"../{}\">Hela {}</a></p>\n",
         page_name("stadsdel/", site_cell(head, U_STADSDEL_KOD), "", ".html", district), site_cell(head, U_STADSDEL));
    return page_close(site, &page, err);
}

/* LINES are of one district: its board's, then its units', whose pages are written on the way. */
static int write_district(struct site *site, const struct site_line *const *lines, size_t count, struct error *err)
{
    char path[PAGE_NAME_SIZE], name[PAGE_NAME_SIZE];
    struct page page;
    struct subject board = {lines, 0};
    const struct site_line *head = lines[0];
    while (board.count < count && site_is_board(lines[board.count]))
        board.count++;
    page_name("stadsdel/", site_cell(head, U_STADSDEL_KOD), "", ".html", path);
    if (write_place(site, &board, path, site_cell(head, U_STADSDEL), "Stadsdel", &page, err)) return -1;
    if (board.count < count) RAW(&page, "<h2>Enheter</h2>\n<ul class=\"lista\">\n");
    for (size_t from = board.count, to; from < count; from = to) {
        for (to = from + 1; to < count && same_place(lines[from], lines[to]);)
            to++;
        const struct subject unit = {lines + from, to - from};
        page_name("enhet/", site_cell(lines[from], U_STADSDEL_KOD), site_cell(lines[from], U_ENHET_KOD), ".html", name);
        HTML(&page, "<li><a href=\"../{}\">{}</a></li>\n", name, site_cell(lines[from], U_ENHET));
        if (write_unit(site, &unit, err)) return page_discard(&page), -1;
    }
    if (board.count < count) RAW(&page, "</ul>\n");
    return page_close(site, &page, err);
}

int site_write_stadsdelar(struct site *site, struct error *err)
{
    const struct site_data *data = &site->data;
    for (size_t from = 0, to; from < data->line_count; from = to) {
        for (to = from + 1;
             to < data->line_count && site_same(data->by_place[from], data->by_place[to], U_STADSDEL_KOD);)
            to++;
        if (write_district(site, data->by_place + from, to - from, err)) return -1;
    }
    return 0;
}
