#include "connectors/table_header.h"

#include <stdio.h>

#include "etl/base/fold.h"
#include "etl/base/limits.h"
#include "etl/base/period.h"
#include "etl/base/value.h"

struct header_name {
    struct text key;
    enum column column;
    bool configured;
    bool total; /* only beside the columns of the sexes is it an outcome */
};

static const struct {
    const char *name;
    enum column column;
    bool total;
} builtin[] = {
    {"Stadsdelsnämnd", COLUMN_STADSDEL, false},
    {"Stadsdel", COLUMN_STADSDEL, false},
    {"Nämnd", COLUMN_STADSDEL, false},
    {"Enhet", COLUMN_ENHET, false},
    {"Indikator", COLUMN_INDIKATOR, false},
    {"Periodens utfall", COLUMN_UTFALL, false},
    {"Utfall", COLUMN_UTFALL, false},
    {"Utfall totalt", COLUMN_UTFALL, false},
    {"Totalt", COLUMN_UTFALL, true},
    {"Utfall män", COLUMN_UTFALL_MAN, false},
    {"Utfall män/pojkar", COLUMN_UTFALL_MAN, false},
    {"Utfall pojkar", COLUMN_UTFALL_MAN, false},
    {"Utfall pojkar/män", COLUMN_UTFALL_MAN, false},
    {"Män", COLUMN_UTFALL_MAN, false},
    {"Män/pojkar", COLUMN_UTFALL_MAN, false},
    {"Pojkar", COLUMN_UTFALL_MAN, false},
    {"Pojkar/män", COLUMN_UTFALL_MAN, false},
    {"Utfall kvinnor", COLUMN_UTFALL_KVINNOR, false},
    {"Utfall kvinnor/flickor", COLUMN_UTFALL_KVINNOR, false},
    {"Utfall flickor", COLUMN_UTFALL_KVINNOR, false},
    {"Utfall flickor/kvinnor", COLUMN_UTFALL_KVINNOR, false},
    {"Kvinnor", COLUMN_UTFALL_KVINNOR, false},
    {"Kvinnor/flickor", COLUMN_UTFALL_KVINNOR, false},
    {"Flickor", COLUMN_UTFALL_KVINNOR, false},
    {"Flickor/kvinnor", COLUMN_UTFALL_KVINNOR, false},
    {"Föregående års utfall", COLUMN_FOREGAENDE, false},
    {"Föregående utfall", COLUMN_FOREGAENDE, false},
    {"Årsmål", COLUMN_ARSMAL, false},
    {"Arsmål", COLUMN_ARSMAL, false},
    {"KF:s årsmål", COLUMN_KF_ARSMAL, false},
    {"KF:s arsmål", COLUMN_KF_ARSMAL, false},
    {"Period", COLUMN_PERIOD, false},
    {"Kön", COLUMN_KON, false},
    {"Måttenhet", COLUMN_MATTENHET, false},
    {"Mätenhet", COLUMN_MATTENHET, false},
};
#define BUILTIN_COUNT (sizeof builtin / sizeof *builtin)

bool header_is_value(enum column column)
{
    return column >= COLUMN_UTFALL && column <= COLUMN_KF_ARSMAL;
}

const char header_wanted[] = "\"Indikator\", \"Period\" and one of \"Utfall\", \"Periodens utfall\", \"Utfall män\", "
                             "\"Utfall kvinnor\", \"Föregående års utfall\", \"Utfall VB <year>\", \"Årsmål\", "
                             "\"KF:s årsmål\"";

/* The configured names first: they win.  ONLY_VALUES leaves out the built-in names of other than value columns. */
static int make_names(struct arena *arena, const struct column_alias *aliases, size_t alias_count, bool only_values,
                      struct header_names *ret_names, struct error *err)
{
    size_t count = 0;
    struct header_name *names = arena_array(arena, alias_count + BUILTIN_COUNT, sizeof *names);
    if (!names) return error_memory(err);
    for (size_t i = 0; i < alias_count + BUILTIN_COUNT; i++) {
        bool configured = i < alias_count;
        size_t j = i - alias_count;
        struct text name = configured ? aliases[i].header : text_of(builtin[j].name);
        enum column column = configured ? aliases[i].column : builtin[j].column;
        if (only_values && !header_is_value(column)) continue;
        names[count].column = column;
        names[count].configured = configured;
        names[count].total = !configured && builtin[j].total;
        names[count].key = fold_key(arena, name);
        if (text_failed(names[count++].key)) return error_memory(err);
    }
    *ret_names = (struct header_names){names, count};
    return 0;
}

int header_names_make(struct arena *arena, const struct decode_options *options, struct header_names *ret_names,
                      struct error *err)
{
    return make_names(arena, options->aliases, options->alias_count, false, ret_names, err);
}

int measure_names_make(struct arena *arena, const struct decode_options *options, struct header_names *ret_names,
                       struct error *err)
{
    return make_names(arena, options->measures, options->measure_count, true, ret_names, err);
}

static int find_name(struct arena *arena, const struct header_names *names, struct text printed,
                     const struct header_name **ret_name, struct error *err)
{
    *ret_name = NULL;
    struct text key = fold_key(arena, printed);
    if (text_failed(key)) return error_memory(err);
    for (size_t i = 0; key.len && i < names->count && !*ret_name; i++)
        if (text_equal(key, names->names[i].key)) *ret_name = &names->names[i];
    return 0;
}

/* `Utfall VB 2021` -> base `Utfall`, period `VB 2021`; false when no period ends the name. */
static bool split_period(struct text name, struct text *ret_base, struct text *ret_printed, struct period *ret_period)
{
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] != ' ') continue;
        struct text rest = text_trim(text_from(name, i));
        if (text_starts(rest, "(") && text_ends(rest, ")")) rest = text_part(rest, 1, rest.len - 2);
        if (period_parse(rest, ret_period)) continue;
        *ret_base = text_part(name, 0, i);
        *ret_printed = rest;
        return true;
    }
    return false;
}

/* What one header cell claims to be. */
struct claim {
    size_t cell;
    struct text name;
    struct text printed;  /* the period that its name ends with … */
    struct period period; /* … and read */
    enum column column;
    bool configured;
    bool total;
    bool dated;       /* the period may be the rows' own or another */
    bool labelled;    /* and is written with its report or kind: `VB 2021`, `T2 2023` */
    bool qualified;   /* something in brackets ends the name: … */
    struct text unit; /* … this unit; empty where it says nothing, as `(antal)` … */
    bool unclear;     /* … or what is not known, so that the column may be another */
};

/* ---- units ---- */

/* What a header may say its column is counted in.  Anything else behind a name may make another column of it, as in `Utfall
 * (föregående år)`. */
static const struct {
    const char *printed; /* lower case, without blanks */
    const char *unit;    /* NULL = as printed */
} units[] = {{"%", NULL},    {"procent", "%"}, {"\u2030", NULL},  {"st", NULL},      {"antal", ""},     {"andel", ""},
             {"tal", ""},    {"kr", NULL},     {"kronor", "kr"},  {"sek", NULL},     {"tkr", NULL},     {"ksek", NULL},
             {"tsek", NULL}, {"mnkr", NULL},   {"mkr", NULL},     {"msek", NULL},    {"kwh", NULL},     {"mwh", NULL},
             {"gwh", NULL},  {"twh", NULL},    {"timmar", NULL},  {"dagar", NULL},   {"minuter", NULL}, {"kg", NULL},
             {"ton", NULL},  {"kvm", NULL},    {"m2", NULL},      {"kgco2", NULL},   {"index", NULL},   {"poäng", NULL},
             {"barn", NULL}, {"elever", NULL}, {"platser", NULL}, {"personer", NULL}};

static bool find_unit(struct text printed, struct text *ret_unit)
{
    char buffer[FOLD_SHORT_SIZE];
    struct text word = fold_short(text_clip(printed, LIMIT_UNIT), FOLD_BLANKS_OUT, buffer);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (!text_is(word, units[i].printed)) continue;
        *ret_unit = units[i].unit ? text_of(units[i].unit) : printed;
        return true;
    }
    return false;
}

int header_unit(struct arena *arena, struct text printed, struct text *ret_unit, struct error *err)
{
    char buffer[LIMIT_UNIT + 4];
    struct value value;
    *ret_unit = (struct text){0};
    if (printed.len == 0 || printed.len > LIMIT_UNIT || find_unit(printed, ret_unit)) return 0;
    int n = snprintf(buffer, sizeof buffer, "1 %.*s", TEXT_ARGS(printed));
    enum value_fault fault = value_parse(arena, text_make(buffer, (size_t)n), NULL, &value);
    if (fault == VALUE_FAULT_MEMORY) return error_memory(err);
    if (fault == VALUE_FAULT_NONE && value.has_number && !value.flags && value.unit.len == printed.len)
        *ret_unit = printed;
    return 0;
}

/* `Utfall (tkr)`, `Utfall, %`, `Utfall i procent` -> base and what stands behind; false when nothing like it ends NAME. */
static bool split_unit(struct text name, struct text *ret_base, struct text *ret_unit)
{
    bool bracket = text_ends(name, ")");
    size_t i = name.len;
    while (i > 0 && name.ptr[i - 1] != (bracket ? '(' : ' '))
        i--;
    if (i == 0) return false;
    struct text base = text_trim(text_part(name, 0, i - 1)), known;
    *ret_unit = text_trim(text_part(name, i, name.len - i - bracket));
    if (!bracket && (!find_unit(*ret_unit, &known) || !known.len))
        return false; /* `Utfall andel` is a column by itself */
    if (!bracket && text_ends(base, " i")) base.len -= 2;
    if (text_ends(base, ",")) base.len--;
    *ret_base = text_trim(base);
    return true;
}

/* What NAME, as printed or without the unit at its end, is: NULL when it is not known. */
static int find_claim(struct arena *arena, const struct header_names *names, struct text name, struct claim *claim,
                      const struct header_name **ret_found, struct error *err)
{
    const struct header_name *found;
    struct text base;
    bool has_period = split_period(name, &base, &claim->printed, &claim->period);
    if (find_name(arena, names, name, &found, err)) return -1;
    if (!found && has_period) {
        if (find_name(arena, names, base, &found, err)) return -1;
        if (found && (found->configured || found->column <= COLUMN_INDIKATOR || found->column >= COLUMN_PERIOD))
            found = NULL;
        claim->dated = found && found->column != COLUMN_FOREGAENDE;
    }
    *ret_found = found;
    return 0;
}

static int read_claim(struct arena *arena, const struct header_names *names, struct text printed,
                      struct claim *ret_claim, bool *ret_known, struct error *err)
{
    struct claim claim = {.name = printed};
    const struct header_name *found;
    struct text base, unit;
    if (find_claim(arena, names, printed, &claim, &found, err)) return -1;
    if (!found && split_unit(printed, &base, &unit)) {
        if (find_claim(arena, names, base, &claim, &found, err)) return -1;
        if (found && (found->configured || !header_is_value(found->column))) found = NULL;
        claim.qualified = true;
        claim.unclear = !find_unit(unit, &claim.unit);
    }
    *ret_known = found != NULL;
    if (!found) return 0;
    claim.column = found->column;
    claim.configured = found->configured;
    claim.total = found->total;
    claim.labelled = claim.dated && (claim.printed.ptr[0] < '0' || claim.printed.ptr[0] > '9');
    *ret_claim = claim;
    return 0;
}

/* Gives COLUMN to the one cell that claims it: a configured name before a built-in one. */
static void settle(struct table_header *header, const struct claim *claims, size_t count, enum column column)
{
    const struct claim *chosen = NULL, *other = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct claim *c = &claims[i];
        if (c->column != column || c->dated) continue;
        if (!chosen || (c->configured && !chosen->configured)) {
            chosen = c;
            other = NULL;
        } else if (c->configured == chosen->configured && !other) {
            other = c;
        }
    }
    if (!chosen) return;
    header->columns++;
    header->index[column] = (int)chosen->cell;
    header->name[column] = chosen->name;
    header->unit[column] = chosen->unit;
    if (column == COLUMN_FOREGAENDE) header->previous_report = chosen->printed;
    if (!other || header->clash[0]) return;
    header->clash_column = column;
    header->clash[0] = chosen->cell + 1;
    header->clash[1] = other->cell + 1;
    header->clash_name[0] = chosen->name;
    header->clash_name[1] = other->name;
}

/* Takes the latest of the dated claims on COLUMN as the rows' own period; each row's period is compared with it. */
static void promote_latest(struct table_header *header, struct claim *claims, size_t count, enum column column)
{
    const struct claim *latest = NULL;
    for (size_t i = 0; i < count; i++)
        if (claims[i].dated && claims[i].column == column &&
            (!latest || period_compare(claims[i].period, latest->period) > 0))
            latest = &claims[i];
    if (!latest) return;
    struct period period = latest->period;
    if (column == COLUMN_UTFALL && latest->labelled) {
        header->labelled = true;
        header->label = latest->printed;
        header->label_period = period;
    } else {
        header->year[column] = period.year;
    }
    for (size_t i = 0; i < count; i++)
        if (claims[i].dated && claims[i].column == column && period_compare(claims[i].period, period) == 0)
            claims[i].dated = false;
    settle(header, claims, count, column);
}

/* `Utfall 2022` beside a plain `Utfall`, or beside `Utfall 2023`, is the previous value; alone it is the value. */
static void settle_dated(struct table_header *header, struct claim *claims, size_t count)
{
    for (int c = COLUMN_UTFALL; c <= COLUMN_KF_ARSMAL; c++)
        if (header->index[c] < 0 && c != COLUMN_FOREGAENDE) promote_latest(header, claims, count, (enum column)c);
    for (size_t i = 0; i < count; i++)
        if (claims[i].dated && claims[i].column == COLUMN_UTFALL) {
            claims[i].column = COLUMN_FOREGAENDE;
            claims[i].dated = false;
        }
}

/* `Totalt | Män | Kvinnor`: without a column of a sex, or beside another outcome, a total is of something else. */
static size_t drop_totals(struct claim *claims, size_t count)
{
    bool sexes = false, outcome = false;
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        sexes |= claims[i].column == COLUMN_UTFALL_MAN || claims[i].column == COLUMN_UTFALL_KVINNOR;
        outcome |= claims[i].column == COLUMN_UTFALL && !claims[i].total && !claims[i].dated;
    }
    for (size_t i = 0; i < count; i++)
        if (!claims[i].total || (sexes && !outcome)) claims[kept++] = claims[i];
    return kept;
}

/* `Utfall (antal svar)` beside a plain `Utfall` is of something else. */
static size_t drop_qualified(struct claim *claims, size_t count)
{
    bool plain[COLUMN_MAPPED_COUNT] = {0};
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (!claims[i].qualified && !claims[i].dated) plain[claims[i].column] = true;
    for (size_t i = 0; i < count; i++)
        if (!claims[i].qualified || claims[i].dated || !plain[claims[i].column]) claims[kept++] = claims[i];
    return kept;
}

int header_column_of(struct arena *arena, const struct header_names *names, struct text printed,
                     enum column *ret_column, struct text *ret_period, struct error *err)
{
    struct claim claim = {0};
    bool known = false;
    if (printed.len && printed.len <= LIMIT_NAME && read_claim(arena, names, printed, &claim, &known, err)) return -1;
    known = known && !claim.unclear;
    *ret_column = known ? claim.column : COLUMN_COUNT;
    *ret_period = known ? claim.printed : text_make(NULL, 0);
    return 0;
}

int header_read(struct arena *arena, const struct header_names *names, const struct table_row *row,
                struct table_header *ret_header, struct error *err)
{
    struct table_header header = {.place = row->place, .width = row->count};
    for (int c = 0; c < COLUMN_MAPPED_COUNT; c++)
        header.index[c] = -1;
    struct claim *claims = arena_array(arena, row->count, sizeof *claims);
    if (!claims) return error_memory(err);
    size_t count = 0;
    struct text unclear = {0};
    for (size_t i = 0; i < row->count; i++) {
        if (row->cells[i].text.len == 0) continue;
        header.count = i + 1;
        if (row->cells[i].text.len > LIMIT_NAME) continue; /* prose */
        struct text printed = text_copy(arena, row->cells[i].text);
        if (text_failed(printed)) return error_memory(err);
        bool known;
        if (read_claim(arena, names, printed, &claims[count], &known, err)) return -1;
        if (!known) continue;
        if (claims[count].unclear) {
            if (claims[count].column == COLUMN_UTFALL && !unclear.len) unclear = printed;
            continue;
        }
        claims[count++].cell = i;
    }
    count = drop_qualified(claims, drop_totals(claims, count));
    for (size_t i = 0; i < count; i++) {
        enum column column = claims[i].column;
        header.has_indikator |= column == COLUMN_INDIKATOR;
        header.has_period |= column == COLUMN_PERIOD;
        header.has_value |= header_is_value(column);
        header.has_measure |= column == COLUMN_MATT_KOLUMN;
        header.has_varde |= column == COLUMN_VARDE;
    }
    for (int c = 0; c < COLUMN_MAPPED_COUNT; c++)
        if (c != COLUMN_FOREGAENDE) settle(&header, claims, count, (enum column)c);
    settle_dated(&header, claims, count);
    settle(&header, claims, count, COLUMN_FOREGAENDE);
    header.per_line = header.has_measure && header.has_varde;
    if (header.index[COLUMN_UTFALL] < 0 && !header.labelled) header.unclear = unclear;
    *ret_header = header;
    return 0;
}

bool header_is_one(const struct table_header *header)
{
    return header->has_indikator && header->has_period && (header->has_value || header->per_line);
}

bool header_is_damaged(const struct table_header *above, const struct table_header *header)
{
    return above->columns > 2 && 2 * above->columns > header->columns;
}

int header_refuse_damaged(const char *where, struct error *err)
{
    error_set(err, EXIT_REFUSED,
              "%s: looks like the header, but lacks a column or has one twice; a whole one stands below", where);
    return error_hint(err, "The rows between the two would be lost: ask for the export again.");
}

static const char *mapped_name(enum column column)
{
    if (column == COLUMN_MATT_KOLUMN) return "matt_kolumn";
    if (column == COLUMN_KON) return "kon";
    if (column == COLUMN_MATTENHET) return "mattenhet";
    return column == COLUMN_VARDE ? "varde" : column_name(column);
}

int header_check(const struct table_header *header, const char *where, struct error *err)
{
    const struct text *clash = header->clash_name;
    if (header->clash[0]) {
        error_set(err, EXIT_REFUSED, "%s: column %zu \"%.*s\" and column %zu \"%.*s\" both mean %s", where,
                  header->clash[0], TEXT_ARGS(text_clip(clash[0], LIMIT_SHOWN)), header->clash[1],
                  TEXT_ARGS(text_clip(clash[1], LIMIT_SHOWN)), mapped_name(header->clash_column));
        return error_hint(err, "Name the one that counts among the source's columns in the configuration.");
    }
    if (header->unclear.len) {
        error_set(err, EXIT_REFUSED, "%s: \"%.*s\" may be the outcome, and what stands behind the name is not known",
                  where, TEXT_ARGS(text_clip(header->unclear, LIMIT_SHOWN)));
        return error_hint(err, "Name the column that counts among the source's columns in the configuration.");
    }
    if (header->has_value && (header->has_measure || header->has_varde)) {
        error_set(err, EXIT_REFUSED, "%s: the header has value columns and a column %s, for one value per line", where,
                  header->has_varde ? "varde" : "matt_kolumn");
        return error_hint(
            err, "Leave matt_kolumn and varde out of the source's columns, or name its value columns otherwise.");
    }
    return 0;
}

/* ---- one value per line ---- */

int measure_read(struct arena *arena, const struct header_names *names, struct text printed,
                 struct measure *ret_measure, struct error *err)
{
    struct claim claim;
    bool known = false;
    *ret_measure = (struct measure){.column = COLUMN_COUNT};
    if (printed.len == 0 || printed.len > LIMIT_NAME) return 0;
    if (read_claim(arena, names, printed, &claim, &known, err)) return -1;
    if (!known || claim.unclear) return 0;
    ret_measure->column = claim.column;
    ret_measure->unit = claim.unit;
    if (claim.labelled && claim.column == COLUMN_UTFALL) ret_measure->column = COLUMN_FOREGAENDE;
    if (ret_measure->column == COLUMN_FOREGAENDE) ret_measure->report = claim.printed;
    if (claim.dated || claim.column == COLUMN_FOREGAENDE) ret_measure->year = claim.period.year;
    return 0;
}
