#include "etl/config/rules.h"

#include <string.h>

const struct rule rules[] = {
    /* decode: the connectors */
    {"R-FLERTYDIG", SEVERITY_REJECT, RULE_FIXED, "the cells of a damaged row can be read in several ways"},
    {"R-OLASBAR", SEVERITY_REJECT, RULE_FIXED, "the cells of a row fit the columns in no way"},
    {"R-NAMN", SEVERITY_REJECT, RULE_FIXED, "the name of a row is missing, too long, or its end is uncertain"},
    {"D-CELLER", SEVERITY_REJECT, RULE_FIXED, "a row of a table has more or fewer cells than its header"},
    {"D-CITAT", SEVERITY_REJECT, RULE_FIXED, "text after a closing quote in delimited text"},
    {"D-PERIOD", SEVERITY_REJECT, RULE_FIXED, "the year in a column's header is not the row's"},
    {"D-MATT", SEVERITY_REJECT, RULE_FIXED, "one value per line: the word in the measure column names no column"},
    {"D-KON", SEVERITY_REJECT, RULE_FIXED,
     "a row per sex: its sex has no column, or is not the one whose value the column holds"},
    {"X-FEL", SEVERITY_REJECT, RULE_FIXED, "a cell of a workbook holds an error such as #N/A"},
    {"X-FORMEL", SEVERITY_REJECT, RULE_FIXED, "a cell of a workbook holds a formula whose value was not saved"},
    {"X-TAL", SEVERITY_REJECT, RULE_FIXED, "a cell of a workbook holds a number that cannot be written out"},
    {"X-FORMAT", SEVERITY_REJECT, RULE_FIXED,
     "a number in a workbook is hidden, or shown as something else, by its format"},
    {"X-DATUM", SEVERITY_REJECT, RULE_FIXED, "a date in a workbook is no day"},
    {"X-SAMMAN", SEVERITY_REJECT, RULE_FIXED, "a cell lies under a merged cell whose value stands elsewhere"},
    {"T-CELLER", SEVERITY_REJECT, RULE_FIXED,
     "a row of a table does not fit its header, or its sums say that a cell was lost"},
    {"T-RUBRIK", SEVERITY_REJECT, RULE_FIXED, "the header of a table cannot be laid over its rows"},
    {"T-ETIKETT", SEVERITY_REJECT, RULE_FIXED, "the label of a row in a table is missing or too long"},
    {"T-TECKEN", SEVERITY_WARN, RULE_FIXED,
     "the signs of an economy table are not those of fact_ekonomi; it is in fact_tabell only"},
    {"T-SUMMA", SEVERITY_WARN, RULE_FIXED, "the amounts of a row in an economy table do not add up; loaded as printed"},
    {"T-KOLUMN", SEVERITY_NOTE, RULE_FIXED,
     "a column of an economy table is not understood; it is in fact_tabell only"},
    /* interpret */
    {"I-VARDE", SEVERITY_REJECT, RULE_FIXED, "an outcome is not a value"},
    {"I-MAL", SEVERITY_REJECT, RULE_FIXED, "a target is not a target"},
    {"I-PERIOD", SEVERITY_REJECT, RULE_FIXED, "a period is missing or not a period"},
    {"I-DATUM", SEVERITY_REJECT, RULE_FIXED, "the first or last day of an activity is not a day"},
    {"I-STATUS", SEVERITY_REJECT, RULE_FIXED, "a goal's status is not one of the known ones"},
    /* validate */
    {"V-TEXT", SEVERITY_WARN, RULE_PER_INDIKATOR, "words where a number belongs; kept as text"},
    {"V-PERIOD-AR", SEVERITY_WARN, RULE_PER_INDIKATOR, "the period is not of the report's year"},
    {"V-ANDEL", SEVERITY_WARN, RULE_PER_INDIKATOR, "a share outside 0 to 100 %"},
    {"V-MENING", SEVERITY_WARN, RULE_PER_INDIKATOR,
     "men and women are not what the registry says their columns hold (kon_mening)"},
    {"V-SUMMA", SEVERITY_WARN, RULE_PER_INDIKATOR,
     "parts of a total (delsumma, andel_av_total) add up to more than it"},
    {"V-REST", SEVERITY_NOTE, RULE_PER_INDIKATOR,
     "parts of a total add up to less than it (right where there is a third group)"},
    {"V-DEL", SEVERITY_WARN, RULE_PER_INDIKATOR, "the count of one sex is larger than the total"},
    {"V-TOTAL", SEVERITY_WARN, RULE_PER_INDIKATOR,
     "a rate's total lies outside men and women (right with a third group); a note where kon_mening is not known"},
    {"V-NOLL", SEVERITY_WARN, RULE_PER_INDIKATOR,
     "a zero for one sex while the total equals the other: it seems to stand for no value"},
    {"V-SKAL", SEVERITY_NOTE, RULE_PER_INDIKATOR,
     "the analysis next to the row says why a value is not there (hidden, or not measured)"},
    {"V-ETT-KON", SEVERITY_NOTE, RULE_PER_INDIKATOR, "one sex has a value and the other none"},
    {"V-ENHET", SEVERITY_NOTE, RULE_PER_INDIKATOR, "the cells of a row differ in unit"},
    {"V-MATT", SEVERITY_WARN, RULE_PER_INDIKATOR,
     "the unit of a cell is not the one the registry has, or is missing where 0,86 may mean 86 %"},
    {"V-DATUM", SEVERITY_WARN, RULE_PER_RUN, "an activity ends before it begins"},
    /* resolve */
    {"U-STADSDEL", SEVERITY_REJECT, RULE_FIXED, "the district is not in the registry"},
    {"U-ENHET", SEVERITY_REJECT, RULE_FIXED, "the unit is not in the registry (unknown.enhet: quarantine)"},
    {"U-INDIKATOR", SEVERITY_REJECT, RULE_FIXED,
     "the indicator is not in the registry (unknown.indikator: quarantine)"},
    /* load */
    {"L-DUBBLETT", SEVERITY_REJECT, RULE_FIXED, "one key twice in an export with different values"},
    {"L-KALLA", SEVERITY_REJECT, RULE_FIXED, "another source has already given this key another value"},
    {"L-AR", SEVERITY_REJECT, RULE_FIXED, "the year lies outside 1990 to 2199"},
    {"L-FOREGAENDE", SEVERITY_WARN, RULE_PER_INDIKATOR,
     "a previous value differs from what that year's own report said"},
    {"L-TABELL", SEVERITY_WARN, RULE_PER_INDIKATOR,
     "another table has another value for an indicator than its own row"},
    {"L-EKONOMI", SEVERITY_WARN, RULE_PER_RUN, "two tables of a report differ in an amount of one row"},
    {"L-BORTA", SEVERITY_WARN, RULE_FIXED,
     "a key that the source gave before is gone while rows are in quarantine; nothing was withdrawn"},
    {"L-DEL", SEVERITY_NOTE, RULE_FIXED,
     "a value that the source gave before is not in an export that is not complete; it stays"},
    {NULL, SEVERITY_REJECT, RULE_FIXED, NULL},
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
    return rule->choice != RULE_FIXED;
}
