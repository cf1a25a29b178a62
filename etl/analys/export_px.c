/* PC-Axis (Statistics Sweden, PX file format specification 2013): keywords, then the whole cube.  What is no number is one of
 * the six symbols, each of which DATASYMBOL explains; "-" is not used, since it means zero to some readers. */
#include "etl/analys/escape.h"
#include "etl/analys/export_cube.h"
#include "etl/base/limits.h"

#define PIECE         200 /* bytes of a text on one line; the format allows 256 characters */
#define MOST_DECIMALS 15
#define MOST_SHOWN    6
#define NOTHING       "......"

static const char *const names[CUBE_DIMENSIONS] = {"Stadsdel eller enhet", "Indikator", "Kön", "Period"};

/* A quoted text, in several pieces where it is long.  There is no way to write a quote or a line end. */
static void put_text(FILE *out, const char *text)
{
    size_t n = 0;
    putc('"', out);
    for (const char *c = text; *c; c++) {
        bool begins = ((unsigned char)*c & 0xc0) != 0x80; /* a character */
        if (begins && n >= PIECE) {
            fputs("\"\n\"", out);
            n = 0;
        }
        putc(*c == '"' ? '\'' : (unsigned char)*c < ' ' ? ' ' : *c, out);
        n++;
    }
    putc('"', out);
}

static void put(FILE *out, const char *keyword, const char *text)
{
    fprintf(out, "%s=", keyword);
    put_text(out, text);
    fputs(";\n", out);
}

static void put_list(FILE *out, const char *keyword, const struct cube *cube, int d, bool codes)
{
    fprintf(out, "%s(\"%s\")=", keyword, names[d]);
    for (size_t i = 0; i < cube->counts[d]; i++) {
        if (i) fputs(",\n", out);
        put_text(out, codes ? cube->categories[d][i].code : cube->categories[d][i].label);
    }
    fputs(";\n", out);
}

/* "2024-03-01T06:00:00Z" -> 20240301 06:00 */
static void put_time(FILE *out, const char *keyword, const char *time)
{
    fprintf(out, "%s=\"%.4s%.2s%.2s %.5s\";\n", keyword, time, time + 5, time + 8, time + 11);
}

static void put_units(const struct cube *cube, FILE *out)
{
    put(out, "UNITS", "enligt indikatorn");
    for (size_t i = 0; i < cube->counts[CUBE_INDIKATOR]; i++) {
        fputs("UNITS(", out);
        put_text(out, cube->categories[CUBE_INDIKATOR][i].label);
        fputs(")=", out);
        put_text(out, *cube->categories[CUBE_INDIKATOR][i].unit ? cube->categories[CUBE_INDIKATOR][i].unit : "tal");
        fputs(";\n", out);
    }
}

static void put_years(const struct cube *cube, FILE *out)
{
    for (size_t i = 0; i < cube->counts[CUBE_TID]; i++)
        if (strlen(cube->categories[CUBE_TID][i].code) != 4) return;
    fprintf(out, "TIMEVAL(\"%s\")=TLIST(A1)", names[CUBE_TID]);
    for (size_t i = 0; i < cube->counts[CUBE_TID]; i++)
        fprintf(out, ",\n\"%s\"", cube->categories[CUBE_TID][i].code);
    fputs(";\n", out);
}

static void put_head(const struct cube *cube, FILE *out)
{
    const char *updated = cube->updated; /* there is one where there is a value */
    int decimals = cube->decimals < MOST_DECIMALS ? cube->decimals : MOST_DECIMALS;
    fputs("CHARSET=\"ANSI\";\nAXIS-VERSION=\"2013\";\nCODEPAGE=\"utf-8\";\nLANGUAGE=\"sv\";\n", out);
    put_time(out, "CREATION-DATE", updated);
    fprintf(out, "DECIMALS=%d;\nSHOWDECIMALS=%d;\n", decimals, decimals < MOST_SHOWN ? decimals : MOST_SHOWN);
    fputs("MATRIX=\"UTFALL\";\nSUBJECT-CODE=\"ST\";\nSUBJECT-AREA=\"Stadsdelar\";\n", out);
    put(out, "TITLE", "Utfall efter stadsdel eller enhet, indikator, kön och period");
    put(out, "CONTENTS", "Utfall");
    put_units(cube, out);
    fprintf(out, "STUB=\"%s\",\"%s\",\"%s\";\nHEADING=\"%s\";\nCONTVARIABLE=\"%s\";\n", names[CUBE_OMRADE],
            names[CUBE_INDIKATOR], names[CUBE_KON], names[CUBE_TID], names[CUBE_INDIKATOR]);
    for (int d = 0; d < CUBE_DIMENSIONS; d++)
        put_list(out, "VALUES", cube, d, false);
    put_years(cube, out);
    for (int d = 0; d < CUBE_DIMENSIONS; d++)
        put_list(out, "CODES", cube, d, true);
    put_time(out, "LAST-UPDATED", updated);
    put(out, "SOURCE", "Stadslager");
    fputs("DATASYMBOL1=\"ej tillämpligt\";\nDATASYMBOL2=\"undertryckt\";\nDATASYMBOL3=\"uppgift saknas\";\n"
          "DATASYMBOL4=\"ej mätt\";\nDATASYMBOL5=\"text i stället för tal\";\nDATASYMBOL6=\"inget redovisat\";\n",
          out);
}

static const char *symbol(const char *status)
{
    static const char *const symbols[][2] = {
        {"not_applicable", "."}, {"suppressed", ".."}, {"missing", "..."}, {"not_measured", "...."}, {"text", "....."}};
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++)
        if (!strcmp(status, symbols[i][0])) return symbols[i][1];
    return NOTHING;
}

static int check_size(const struct cube *cube, struct error *err)
{
    if (cube->cell_count == 0) {
        (void)error_set(err, EXIT_REFUSED, "nothing fits, and a px file must hold something");
        return error_hint(err, "Choose otherwise with --year, --period, --stadsdel or --indikator.");
    }
    if (cube_size(cube) <= LIMIT_CUBE_PLACES) return 0;
    (void)error_set(err, EXIT_REFUSED, "the cube has %llu places, most of them empty; px writes at most %d",
                    (unsigned long long)cube_size(cube), LIMIT_CUBE_PLACES);
    return error_hint(err, "Choose fewer with --year, --period, --stadsdel or --indikator.");
}

static int end(struct export *x, struct error *err)
{
    struct cube *cube = x->state;
    if (cube_finish(cube, err) || check_size(cube, err)) return -1;
    put_head(cube, x->out);
    fputs("DATA=\n", x->out);
    uint64_t size = cube_size(cube), columns = cube->counts[CUBE_TID];
    size_t next = 0;
    for (uint64_t place = 0; place < size; place++) {
        const struct cube_cell *c =
            next < cube->cell_count && cube->cells[next].place == place ? &cube->cells[next++] : NULL;
        if (c && *c->value)
            fputs(c->value, x->out);
        else
            fprintf(x->out, "\"%s\"", c ? symbol(c->status) : NOTHING);
        /* a blank at the end of a line, too: there are readers that only take the line ends away */
        fputs((place + 1) % columns ? " " : place + 1 < size ? " \n" : ";\n", x->out);
    }
    return 0;
}

const struct export_format export_px = {"px", "PC-Axis, for PxWeb and its like", cube_begin, cube_row, end, cube_end};
