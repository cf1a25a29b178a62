/* SDMX-CSV 2.0: codes only, point as decimal sign, one line per observation (sdmx.org, SDMX-CSV field guide). */
#include "etl/analys/escape.h"
#include "etl/analys/export.h"
#include "etl/base/decimal.h"

#define STRUCTURE "dataflow,STADSLAGER:UTFALL(1.0),R"

static int begin(struct export *x, struct error *err)
{
    (void)err;
    fputs("STRUCTURE,STRUCTURE_ID,ACTION,REF_AREA,UNIT,INDICATOR,SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS,CONF_STATUS,"
          "UNIT_MEASURE,DECIMALS,UPDATED\r\n",
          x->out);
    return 0;
}

/* CL_SEX */
static const char *sex(const char *kon)
{
    return *kon == 'K' ? "F" : *kon == 'M' ? "M" : *kon == 'T' ? "_T" : "_O";
}

static void put(FILE *out, const char *text)
{
    putc(',', out);
    escape_cell(out, text, ',');
}

static int row(struct export *x, const char *const cell[static UTFALL_COLUMNS], struct error *err)
{
    struct decimal value;
    bool reported = *cell[U_VARDE] != '\0';
    if (reported && decimal_parse(text_of(cell[U_VARDE]), &value))
        return error_set(err, EXIT_INTERNAL, "\"%s\" is no number of at most 18 digits", cell[U_VARDE]);
    fputs(STRUCTURE, x->out);
    put(x->out, cell[U_STADSDEL_KOD]);
    put(x->out, *cell[U_ENHET_KOD] ? cell[U_ENHET_KOD] : "_T");
    put(x->out, cell[U_INDIKATOR_KOD]);
    put(x->out, sex(cell[U_KON_KOD]));
    put(x->out, cell[U_TID]);
    fprintf(x->out, ",%s", reported ? cell[U_VARDE] : "NaN"); /* NaN: intentionally no value */
    put(x->out, cell[U_OBS_STATUS]);
    put(x->out, cell[U_CONF_STATUS]);
    put(x->out, cell[U_MATT]);
    if (reported)
        fprintf(x->out, ",%d", value.scale);
    else
        putc(',', x->out);
    put(x->out, cell[U_PUBLICERAD]);
    fputs("\r\n", x->out);
    return 0;
}

static int end(struct export *x, struct error *err)
{
    (void)x, (void)err;
    return 0;
}

const struct export_format export_sdmx_csv = {"sdmx-csv", "SDMX-CSV 2.0: codes and statuses", begin, row, end, NULL};
