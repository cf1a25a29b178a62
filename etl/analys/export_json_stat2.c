/* JSON-stat 2.0 (json-stat.org/full): a dataset with sparse values and statuses.  Written by hand rather than with jansson,
 * whose numbers are doubles: here each number is the decimal's own text. */
#include <inttypes.h>

#include "etl/analys/escape.h"
#include "etl/analys/export_cube.h"

static const struct {
    const char *id, *label;
} dimensions[CUBE_DIMENSIONS] = {
    {"omrade", "Stadsdel eller enhet"}, {"indikator", "Indikator"}, {"kon", "Kön"}, {"tid", "Period"}};

static void put_member(FILE *out, const char *name, const char *value)
{
    escape_json(out, name);
    putc(':', out);
    escape_json(out, value);
}

static void put_units(const struct cube *cube, FILE *out)
{
    fputs(",\"unit\":{", out);
    for (size_t i = 0; i < cube->counts[CUBE_INDIKATOR]; i++) {
        const struct cube_category *c = &cube->categories[CUBE_INDIKATOR][i];
        if (i) putc(',', out);
        escape_json(out, c->code);
        fputs(":{", out);
        put_member(out, "base", c->unit);
        putc('}', out);
    }
    putc('}', out);
}

static void put_dimension(const struct cube *cube, int d, FILE *out)
{
    escape_json(out, dimensions[d].id);
    fputs(":{", out);
    put_member(out, "label", dimensions[d].label);
    fputs(",\"category\":{\"index\":[", out);
    for (size_t i = 0; i < cube->counts[d]; i++) {
        if (i) putc(',', out);
        escape_json(out, cube->categories[d][i].code);
    }
    fputs("],\"label\":{", out);
    for (size_t i = 0; i < cube->counts[d]; i++) {
        if (i) putc(',', out);
        put_member(out, cube->categories[d][i].code, cube->categories[d][i].label);
    }
    putc('}', out);
    if (d == CUBE_INDIKATOR) put_units(cube, out);
    fputs("}}", out);
}

static void put_head(const struct cube *cube, FILE *out)
{
    fputs("{\"version\":\"2.0\",\"class\":\"dataset\",", out);
    put_member(out, "label", "Utfall per stadsdel, enhet, indikator, kön och period");
    if (cube->updated) {
        putc(',', out);
        put_member(out, "updated", cube->updated);
    }
    fputs(",\"id\":[\"omrade\",\"indikator\",\"kon\",\"tid\"],\"size\":[", out);
    for (int d = 0; d < CUBE_DIMENSIONS; d++)
        fprintf(out, "%s%zu", d ? "," : "", cube->counts[d]);
    fputs("],\"role\":{\"time\":[\"tid\"],\"geo\":[\"omrade\"],\"metric\":[\"indikator\"]},\"dimension\":{", out);
    for (int d = 0; d < CUBE_DIMENSIONS; d++) {
        if (d) putc(',', out);
        put_dimension(cube, d, out);
    }
    putc('}', out);
}

/* OBS_STATUS and CONF_STATUS of what is not A (normal) and F (free). */
static void put_statuses(const struct cube *cube, FILE *out)
{
    bool first = true;
    for (size_t i = 0; i < cube->cell_count; i++) {
        const struct cube_cell *c = &cube->cells[i];
        if (!strcmp(c->obs, "A") && !strcmp(c->conf, "F")) continue;
        fprintf(out, "%s\"%" PRIu64 "\":\"%.1s/%.1s\"", first ? "" : ",", c->place, c->obs, c->conf);
        first = false;
    }
}

static int end(struct export *x, struct error *err)
{
    struct cube *cube = x->state;
    if (cube_finish(cube, err)) return -1;
    put_head(cube, x->out);
    fputs(",\"value\":{", x->out);
    bool first = true;
    for (size_t i = 0; i < cube->cell_count; i++) {
        if (!*cube->cells[i].value) continue;
        fprintf(x->out, "%s\"%" PRIu64 "\":%s", first ? "" : ",", cube->cells[i].place, cube->cells[i].value);
        first = false;
    }
    fputs("},\"status\":{", x->out);
    put_statuses(cube, x->out);
    fputs("},\"extension\":{", x->out);
    put_member(x->out, "status",
               "SDMX OBS_STATUS/CONF_STATUS; none: A/F. Q undertryckt, N ungefärligt, P preliminärt, L, M och O "
               "uppgift saknas");
    fputs("}}\n", x->out);
    return 0;
}

const struct export_format export_json_stat2 = {"json-stat2", "JSON-stat 2.0, a sparse cube", cube_begin, cube_row, end,
                                                cube_end};
