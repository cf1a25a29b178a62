/* What the pages need beside themselves.  The build takes it into the binary, so that a report needs nothing installed:
 * etl/analys/assets/site.css, etl/analys/assets/site.js, and Chart.js as Debian packages it (libjs-chart.js, MIT licence, its notice inside). */
#include "etl/analys/site.h"

#define EMBED(name, path)                                                                                              \
    __asm__(".section .rodata\n.global " #name "\n.global " #name "_end\n" #name ":\n.incbin \"" path "\"\n" #name     \
            "_end:\n.byte 0\n.previous\n");                                                                            \
    extern const char name[], name##_end[]

EMBED(site_css, "etl/analys/assets/site.css");
EMBED(site_js, "etl/analys/assets/site.js");
EMBED(site_chart_js, STADSLAGER_CHART_JS);

int site_write_assets(struct site *site, struct error *err)
{
    const struct {
        const char *path, *begin, *end;
    } assets[] = {{"assets/site.css", site_css, site_css_end},
                  {"assets/site.js", site_js, site_js_end},
                  {"assets/chart.js", site_chart_js, site_chart_js_end}};
    for (size_t i = 0; i < sizeof assets / sizeof *assets; i++) {
        FILE *out;
        if (site_folder_open(&site->folder, assets[i].path, &out, err)) return -1;
        fwrite(assets[i].begin, 1, (size_t)(assets[i].end - assets[i].begin), out);
        if (site_folder_close(&site->folder, out, assets[i].path, err)) return -1;
    }
    return 0;
}
