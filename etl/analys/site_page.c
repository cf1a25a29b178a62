#include "etl/analys/site_page.h"

#include <stdlib.h>

#include "etl/analys/escape.h"

void html_write(FILE *out, const char *template, const char *const *arguments)
{
    const char *rest = template;
    for (const char *gap; (gap = strstr(rest, "{}")); rest = gap + 2) {
        if (!*arguments) abort();
        fwrite(rest, 1, (size_t)(gap - rest), out);
        escape_html(out, *arguments++);
    }
    if (*arguments) abort();
    fputs(rest, out);
}

char *page_name(const char *folder, const char *code, const char *more, const char *ending,
                char buffer[static PAGE_NAME_SIZE])
{
    snprintf(buffer, PAGE_NAME_SIZE, "%.20s%.80s%s%.40s%.12s", folder, code, *more ? "-" : "", more, ending);
    size_t end = strlen(buffer) - strlen(ending);
    for (size_t i = strlen(folder); i < end; i++)
        if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-", buffer[i])) buffer[i] = '_';
    return buffer;
}

/* ---- the frame ---- */

/* No script or style stands in a page, and none may come from elsewhere; file: is for pages opened from a folder. */
#define POLICY                                                                                                         \
    "default-src 'none'; script-src 'self' file:; style-src 'self' file:; img-src data:; base-uri 'none'; "            \
    "form-action "                                                                                                     \
    "'none'"

static void put_head(struct page *page, const char *title)
{
    RAW(page, "<!DOCTYPE html>\n");
    HTML(page, "<html lang=\"sv\" data-rot=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n", page->root);
    RAW(page, "<meta http-equiv=\"Content-Security-Policy\" content=\"" POLICY "\">\n"
              "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
              "<meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n");
    HTML(page, "<title>{} – Stadslager</title>\n<link rel=\"stylesheet\" href=\"{}assets/site.css\">\n", title,
         page->root);
    HTML(page,
         "<script defer src=\"{}assets/chart.js\"></script>\n<script defer src=\"{}assets/sok.js\"></script>\n"
         "<script defer src=\"{}assets/site.js\"></script>\n</head>\n",
         page->root, page->root, page->root);
}

static void put_navigation(struct page *page)
{
    RAW(page, "<body>\n<a class=\"hoppa\" href=\"#innehall\">Hoppa till innehållet</a>\n<header>\n");
    HTML(page, "<p class=\"namn\"><a href=\"{}index.html\">Stadslager</a></p>\n<nav aria-label=\"Huvudmeny\">\n<ul>\n",
         page->root);
    HTML(page,
         "<li><a href=\"{}index.html#indikatorer\">Indikatorer</a></li>\n<li><a "
         "href=\"{}index.html#stadsdelar\">Stadsdelar</a></li>\n"
         "<li><a href=\"{}kvalitet.html\">Datakvalitet</a></li>\n</ul>\n</nav>\n",
         page->root, page->root, page->root);
    RAW(page,
        "<form role=\"search\" class=\"sok\" hidden>\n<label for=\"sok\">Sök indikator, stadsdel eller enhet</label>\n"
        "<input id=\"sok\" type=\"search\" autocomplete=\"off\">\n<p class=\"traffar osynlig\" "
        "role=\"status\"></p>\n<ul></ul>\n</form>\n"
        "</header>\n<main id=\"innehall\" tabindex=\"-1\">\n");
}

static void put_search_entry(struct site *site, const struct page *page, const char *title, const char *kind)
{
    putc('[', site->search);
    escape_json(site->search, title);
    putc(',', site->search);
    escape_json(site->search, page->path);
    putc(',', site->search);
    escape_json(site->search, kind);
    fputs("],\n", site->search);
}

int page_open(struct site *site, const char *path, const char *title, const char *kind, struct page *ret_page,
              struct error *err)
{
    *ret_page = (struct page){.path = path, .root = strchr(path, '/') ? "../" : ""};
    if (site_folder_open(&site->folder, path, &ret_page->out, err)) return -1;
    put_head(ret_page, title);
    put_navigation(ret_page);
    if (kind) put_search_entry(site, ret_page, title, kind);
    return 0;
}

int page_close(struct site *site, struct page *page, struct error *err)
{
    FILE *out = page->out;
    RAW(page, "</main>\n<footer>\n<p>");
    HTML(page, "Uppgifterna är från {} (UTC). ", *site->as_of ? site->as_of : "okänd tid");
    RAW(page, "<strong>..</strong> = undertryckt av sekretesskäl, aldrig noll; <strong>.</strong> = ej tillämpligt; "
              "<strong>–</strong> = uppgift saknas. Andelar visas avrundade.</p>\n</footer>\n</body>\n</html>\n");
    page->out = NULL;
    site->pages++;
    return site_folder_close(&site->folder, out, page->path, err);
}

void page_discard(struct page *page)
{
    if (page->out) fclose(page->out);
    page->out = NULL;
}

/* ---- tables ---- */

void page_table(struct page *page, const char *caption, const char *attributes)
{
    char id[16];
    snprintf(id, sizeof id, "t%u", ++page->tables);
    HTML(page, "<div class=\"rulla\" role=\"region\" tabindex=\"0\" aria-labelledby=\"{}\">\n<table", id);
    fputs(attributes, page->out);
    HTML(page, ">\n<caption id=\"{}\">{}</caption>\n", id, caption);
}

void page_table_end(struct page *page)
{
    RAW(page, "</tbody>\n</table>\n</div>\n");
}

void page_chart(struct page *page, const char *kind, const char *title)
{
    HTML(page, "<figure class=\"diagram\" data-slag=\"{}\" hidden>\n", kind);
    HTML(page,
         "<canvas role=\"img\" aria-label=\"Diagram: {}. Samma värden står i tabellen "
         "nedanför.\"></canvas>\n</figure>\n",
         title);
}

static void put_no_value(struct page *page, const struct site_fact *fact)
{
    const char *status = fact->cell[U_STATUS], *printed = fact->cell[U_TRYCKT];
    if (!strcmp(status, "suppressed"))
        HTML(page, "<td class=\"tal dold\">{}<span class=\"osynlig\"> undertryckt</span></td>",
             *printed == '~' ? printed : "..");
    else if (!strcmp(status, "not_applicable"))
        RAW(page, "<td class=\"tal dold\">.<span class=\"osynlig\"> ej tillämpligt</span></td>");
    else if (!strcmp(status, "not_measured"))
        RAW(page, "<td class=\"tal dold\">ej mätt</td>");
    else if (!strcmp(status, "text") && *printed)
        HTML(page, "<td class=\"tal\">{}</td>", printed);
    else
        RAW(page, "<td class=\"tal dold\">–<span class=\"osynlig\"> uppgift saknas</span></td>");
}

bool page_has_own_unit(const struct site_line *line, enum site_kon kon)
{
    const struct site_fact *fact = line->of[kon], *total = line->of[SITE_T];
    return fact && total && *fact->cell[U_VARDE] && *total->cell[U_VARDE] &&
           strcmp(fact->cell[U_MATT], total->cell[U_MATT]) != 0;
}

void page_value(struct page *page, const struct site_line *line, enum site_kon kon, bool with_unit)
{
    char swedish[ESCAPE_SWEDISH_SIZE];
    const struct site_fact *fact = line->of[kon];
    if (!fact) {
        RAW(page, "<td></td>");
        return;
    }
    const char *value = fact->cell[U_VARDE], *unit = fact->cell[U_MATT];
    if (!*value) {
        put_no_value(page, fact);
        return;
    }
    HTML(page, "<td class=\"tal\" data-v=\"{}\">{}", value, escape_swedish(value, swedish));
    if (*unit && (with_unit || page_has_own_unit(line, kon))) HTML(page, "\xc2\xa0{}", unit);
    if (*fact->cell[U_AVRUNDAT] == 't') RAW(page, "<span class=\"osynlig\"> avrundat</span>");
    RAW(page, "</td>");
}

void page_number(struct page *page, bool has, struct decimal value)
{
    char plain[DECIMAL_PRINT_SIZE];
    page_plain(page, has ? decimal_print(value, plain) : "");
}

void page_plain(struct page *page, const char *value)
{
    char swedish[ESCAPE_SWEDISH_SIZE];
    if (*value)
        HTML(page, "<td class=\"tal\" data-v=\"{}\">{}</td>", value, escape_swedish(value, swedish));
    else
        RAW(page, "<td></td>");
}

void page_change(struct page *page, const char *change, const char *trend)
{
    char swedish[ESCAPE_SWEDISH_SIZE];
    const char *tone = !strcmp(trend, "bättre") ? "ja" : !strcmp(trend, "sämre") ? "nej" : "dampad";
    if (!*change) {
        RAW(page, "<td></td>");
        return;
    }
    const char *sign = *change == '-' || !strpbrk(change, "123456789") ? "" : "+";
    HTML(page, "<td class=\"tal\" data-v=\"{}\">{}{} <span class=\"{}\">{}</span></td>", change, sign,
         escape_swedish(change, swedish), tone, trend);
}

void page_count(struct page *page, size_t count)
{
    char number[24];
    snprintf(number, sizeof number, "%zu", count);
    page_plain(page, number);
}

void page_target(struct page *page, const struct site_line *line, enum utfall_column printed, enum utfall_column number,
                 enum utfall_column unit)
{
    const struct site_fact *fact = line->of[SITE_T];
    if (!fact || !*fact->cell[printed]) {
        RAW(page, "<td></td>");
        return;
    }
    bool comparable = *fact->cell[number] && !strcmp(fact->cell[unit], fact->cell[U_MATT]) &&
                      (printed != U_KF_ARSMAL || strcmp(fact->cell[U_KF_OMFATTNING], "stadens_total"));
    if (comparable)
        HTML(page, "<td class=\"tal mal\" data-v=\"{}\">{}</td>", fact->cell[number], fact->cell[printed]);
    else
        HTML(page, "<td class=\"tal mal\">{}</td>", fact->cell[printed]);
}

void page_judgement(struct page *page, const char *judgement)
{
    if (!strcmp(judgement, "uppfyllt"))
        RAW(page, "<td class=\"ja\">✓ uppfyllt</td>");
    else if (!strcmp(judgement, "ej uppfyllt"))
        RAW(page, "<td class=\"nej\">✗ ej uppfyllt</td>");
    else
        HTML(page, "<td class=\"dampad\">{}</td>", judgement);
}

void page_targets(struct page *page, const struct site_line *line)
{
    const struct site_fact *total = line->of[SITE_T];
    page_target(page, line, U_ARSMAL, U_ARSMAL_VARDE, U_ARSMAL_MATT);
    page_judgement(page, total ? total->cell[U_ARSMAL_BEDOMNING] : "");
    page_target(page, line, U_KF_ARSMAL, U_KF_VARDE, U_KF_MATT);
    page_judgement(page, total ? total->cell[U_KF_BEDOMNING] : "");
}

bool page_difference(const char *a, const char *b, struct decimal *ret)
{
    struct decimal x, y;
    if (decimal_parse(text_of(a), &x) || decimal_parse(text_of(b), &y)) return false;
    y.unscaled = -y.unscaled;
    return decimal_add(x, y, ret) == 0;
}

bool page_gap(const struct site_line *line, struct decimal *ret_gap)
{
    const struct site_fact *women = line->of[SITE_K], *men = line->of[SITE_M];
    const char *meaning = site_cell(line, U_KON_MENING);
    if (!strcmp(meaning, "andel_av_total") || !strcmp(meaning, "delsumma")) return false;
    return women && men && page_difference(women->cell[U_VARDE], men->cell[U_VARDE], ret_gap);
}
