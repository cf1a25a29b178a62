/* A page per district (its whole board) and per unit: all its indicators, period by period. */
#include "etl/analys/site_stadsdel.h"

struct subject { /* consecutive lines by place: of one board or unit */
    const struct site_data *data;
    const struct site_line *const *lines;
    size_t count;
};

static size_t end_of_period(const struct subject *place, size_t from)
{
    size_t to = from + 1;
    while (to < place->count && site_same(place->lines[to], place->lines[from], U_PERIOD_ID))
        to++;
    return to;
}

/* ---- targets met, by period ---- */

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
    page_count(page, met);
    page_count(page, missed);
    page_count(page, open);
    RAW(page, "</tr>\n");
}

static void put_targets(struct page *page, const struct subject *place)
{
    RAW(page, "<h2>Indikatorernas årsmål</h2>\n");
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

struct shown { /* columns that stand only where something is in them */
    bool board, other;
};

static void put_line(struct page *page, const struct subject *place, const struct site_line *line, struct shown shown)
{
    char name[PAGE_NAME_SIZE];
    struct decimal gap = {0};
    const struct site_fact *total = line->of[SITE_T];
    HTML(page, "<tr><th scope=\"row\"><a href=\"../{}\">{}</a></th>",
         page_name("indikator/", site_cell(line, U_INDIKATOR_KOD), "", ".html", name), site_cell(line, U_INDIKATOR));
    page_value(page, line, SITE_T, true);
    page_value(page, line, SITE_K, false);
    page_value(page, line, SITE_M, false);
    if (shown.other) page_value(page, line, SITE_O, false);
    page_number(page, page_gap(line, &gap), gap);
    page_targets(page, line);
    if (shown.board) {
        page_change(page, site_compared(place->data, line, J_FORANDRING), site_compared(place->data, line, J_TREND));
        page_plain(page, site_compared(place->data, line, J_ETT_AR_FORE));
    }
    HTML(page, "<td>{}</td></tr>\n", total ? total->cell[U_FLAGGOR] : "");
}

static void put_head(struct page *page, struct shown shown)
{
    RAW(page,
        "<thead>\n<tr><th scope=\"col\">Indikator</th>" PAGE_HEAD("Totalt") PAGE_HEAD("Kvinnor") PAGE_HEAD("Män"));
    if (shown.other) RAW(page, PAGE_HEAD("Okänt/annat"));
    RAW(page, PAGE_HEAD("Kvinnor minus män") PAGE_HEAD("Årsmål") "<th scope=\"col\">Bedömning</th>" PAGE_HEAD(
                  "KF:s årsmål") "<th scope=\"col\">Bedömning mot KF</th>");
    if (shown.board) RAW(page, PAGE_HEAD("Mot året före") PAGE_HEAD("Året före"));
    RAW(page, "<th scope=\"col\">Anmärkning</th></tr>\n</thead>\n<tbody>\n");
}

static void put_period(struct page *page, const struct subject *place, size_t from, size_t to)
{
    char caption[64];
    struct shown shown = {.board = site_is_board(place->lines[from])};
    for (size_t i = from; i < to; i++)
        shown.other = shown.other || place->lines[i]->of[SITE_O];
    snprintf(caption, sizeof caption, "Indikatorer %s", site_cell(place->lines[from], U_PERIOD));
    if (from == 0)
        HTML(page, "<h2>{}</h2>\n", caption);
    else
        HTML(page, "<details>\n<summary>{}</summary>\n", caption);
    page_table(page, caption, "");
    put_head(page, shown);
    for (size_t i = from; i < to; i++)
        put_line(page, place, place->lines[i], shown);
    page_table_end(page);
    if (from) RAW(page, "</details>\n");
}

/* ---- pages ---- */

static int open_place(struct site *site, const struct site_place *place, const char *path, const char *title,
                      const char *kind, struct page *ret_page, struct error *err)
{
    const struct subject lines = {&site->data, site->data.by_place + place->line, place->line_count};
    if (page_open(site, path, title, kind, ret_page, err)) return -1;
    HTML(ret_page, "<h1>{}</h1>\n", title);
    if (lines.count) put_targets(ret_page, &lines);
    for (size_t from = 0, to; from < lines.count; from = to) {
        to = end_of_period(&lines, from);
        put_period(ret_page, &lines, from, to);
    }
    place_put_goals(ret_page, &site->data, place);
    place_put_amounts(ret_page, &site->data, place);
    return 0;
}

static int write_unit(struct site *site, const struct site_place *unit, struct error *err)
{
    char path[PAGE_NAME_SIZE], district[PAGE_NAME_SIZE], title[600];
    struct page page;
    page_name("enhet/", unit->stadsdel_kod, unit->enhet_kod, ".html", path);
    snprintf(title, sizeof title, "%s, %s", unit->enhet, unit->stadsdel);
    if (open_place(site, unit, path, title, "Enhet", &page, err)) return -1;
    HTML(&page, "<p><a href=\"../{}\">Hela {}</a></p>\n",
         page_name("stadsdel/", unit->stadsdel_kod, "", ".html", district), unit->stadsdel);
    return page_close(site, &page, err);
}

/* PLACES are of one district: its board, unless only units have anything, then its units. */
static int write_district(struct site *site, const struct site_place *places, size_t count, struct error *err)
{
    char path[PAGE_NAME_SIZE], name[PAGE_NAME_SIZE];
    struct page page;
    struct site_place board = {.stadsdel = places->stadsdel, .stadsdel_kod = places->stadsdel_kod};
    size_t units = 0;
    if (!*places->enhet_kod) board = places[units++];
    page_name("stadsdel/", board.stadsdel_kod, "", ".html", path);
    if (open_place(site, &board, path, board.stadsdel, "Stadsdel", &page, err)) return -1;
    if (units < count) RAW(&page, "<h2>Enheter</h2>\n<ul class=\"lista\">\n");
    for (size_t i = units; i < count; i++) {
        page_name("enhet/", places[i].stadsdel_kod, places[i].enhet_kod, ".html", name);
        HTML(&page, "<li><a href=\"../{}\">{}</a></li>\n", name, places[i].enhet);
        if (write_unit(site, &places[i], err)) return page_discard(&page), -1;
    }
    if (units < count) RAW(&page, "</ul>\n");
    return page_close(site, &page, err);
}

int site_write_stadsdelar(struct site *site, struct error *err)
{
    const struct site_data *data = &site->data;
    for (size_t from = 0, to; from < data->place_count; from = to) {
        for (to = from + 1;
             to < data->place_count && !strcmp(data->places[from].stadsdel_kod, data->places[to].stadsdel_kod);)
            to++;
        if (write_district(site, data->places + from, to - from, err)) return -1;
    }
    return 0;
}
