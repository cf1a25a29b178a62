#include "etl/rules.h"

#include <string.h>

const struct rule rules[] = {
    /* decode: the connectors */
    {"R-FLERTYDIG", SEVERITY_REJECT, "the cells of a damaged row can be read in several ways"},
    {"R-OLASBAR", SEVERITY_REJECT, "the cells of a row fit the columns in no way"},
    {"R-NAMN", SEVERITY_REJECT, "the name of a row is missing, too long, or its end is uncertain"},
    {"D-CELLER", SEVERITY_REJECT, "a row of a table has more or fewer cells than its header"},
    {"D-CITAT", SEVERITY_REJECT, "text after a closing quote in delimited text"},
    {"D-PERIOD", SEVERITY_REJECT, "the year in a column's header is not the row's"},
    {"D-MATT", SEVERITY_REJECT, "one value per line: the word in the measure column names no column"},
    {"X-FEL", SEVERITY_REJECT, "a cell of a workbook holds an error such as #N/A"},
    {"X-FORMEL", SEVERITY_REJECT, "a cell of a workbook holds a formula whose value was not saved"},
    {"X-TAL", SEVERITY_REJECT, "a cell of a workbook holds a number that cannot be written out"},
    {"X-FORMAT", SEVERITY_REJECT, "a number in a workbook is hidden, or shown as something else, by its format"},
    {"X-DATUM", SEVERITY_REJECT, "a date in a workbook is no day"},
    {"X-SAMMAN", SEVERITY_REJECT, "a cell lies under a merged cell whose value stands elsewhere"},
    {"T-CELLER", SEVERITY_REJECT, "a row of a table does not fit its header, or its sums say that a cell was lost"},
    {"T-RUBRIK", SEVERITY_REJECT, "the header of a table cannot be laid over its rows"},
    {"T-ETIKETT", SEVERITY_REJECT, "the label of a row in a table is missing or too long"},
    {"T-TECKEN", SEVERITY_WARN,
     "the signs of an economy table are not those of fact_ekonomi; it is in fact_tabell only"},
    {"T-SUMMA", SEVERITY_WARN, "the amounts of a row in an economy table do not add up; loaded as printed"},
    {"T-KOLUMN", SEVERITY_NOTE, "a column of an economy table is not understood; it is in fact_tabell only"},
    /* interpret */
    {"I-VARDE", SEVERITY_REJECT, "an outcome is not a value"},
    {"I-MAL", SEVERITY_REJECT, "a target is not a target"},
    {"I-PERIOD", SEVERITY_REJECT, "a period is missing or not a period"},
    {"I-DATUM", SEVERITY_REJECT, "the first or last day of an activity is not a day"},
    {"I-STATUS", SEVERITY_REJECT, "a goal's status is not one of the known ones"},
    /* validate */
    {"V-TEXT", SEVERITY_WARN, "words where a number belongs; kept as text"},
    {"V-PERIOD-AR", SEVERITY_WARN, "the period is not of the report's year"},
    {"V-ANDEL", SEVERITY_WARN, "a share outside 0 to 100 %"},
    {"V-TOTAL", SEVERITY_NOTE,
     "the total lies outside men and women (right for shares of the total, or with a third group)"},
    {"V-NOLL", SEVERITY_WARN, "a zero for one sex while the total equals the other: it seems to stand for no value"},
    {"V-SKAL", SEVERITY_NOTE, "the analysis next to the row says why a value is not there (hidden, or not measured)"},
    {"V-ETT-KON", SEVERITY_NOTE, "one sex has a value and the other none"},
    {"V-ENHET", SEVERITY_NOTE, "the cells of a row differ in unit"},
    {"V-DATUM", SEVERITY_WARN, "an activity ends before it begins"},
    /* resolve */
    {"U-STADSDEL", SEVERITY_REJECT, "the district is not in the registry"},
    {"U-ENHET", SEVERITY_REJECT, "the unit is not in the registry (unknown.enhet: quarantine)"},
    {"U-INDIKATOR", SEVERITY_REJECT, "the indicator is not in the registry (unknown.indikator: quarantine)"},
    /* load */
    {"L-DUBBLETT", SEVERITY_REJECT, "one key twice in an export with different values"},
    {"L-KALLA", SEVERITY_REJECT, "another source has already given this key another value"},
    {"L-AR", SEVERITY_REJECT, "the year lies outside 1990 to 2199"},
    {"L-FOREGAENDE", SEVERITY_WARN, "a previous value differs from what that year's own report said"},
    {"L-BORTA", SEVERITY_WARN,
     "a key that the source gave before is gone while rows are in quarantine; nothing was withdrawn"},
    {"L-DEL", SEVERITY_NOTE, "a value that the source gave before is not in an export that is not complete; it stays"},
    {NULL, SEVERITY_REJECT, NULL},
};

const char *severity_name(enum severity severity)
{
    return severity == SEVERITY_REJECT ? "reject" : severity == SEVERITY_WARN ? "warn" : "note";
}

const struct rule *rule_find(const char *id)
{
    for (const struct rule *r = rules; r->id; r++)
        if (!strcmp(r->id, id)) return r;
    return NULL;
}

int rule_is_adjustable(const struct rule *rule)
{
    return rule->id[0] == 'V';
}
