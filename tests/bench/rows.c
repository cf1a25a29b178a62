#include "tests/bench/rows.h"

#include <stdio.h>
#include <string.h>

#define FACTS_A_ROW       5.5 /* on average */
#define INDICATORS        500
#define UNITS             81  /* of a district, with the board; more only when the periods of the year do not suffice */
#define ROWS_CHANGED      100 /* one row of so many */
#define ROWS_BAD          1000 /* ... that nothing can be loaded of */
#define ROWS_REPEATED     10000
#define ROWS_CONTRADICTED 20000

const char *const district_names[DISTRICTS] = {
    "Bromma",      "Enskede-Årsta-Vantör", "Farsta",    "Hägersten-Älvsjö", "Hässelby-Vällingby", "Järva",
    "Kungsholmen", "Norra innerstaden",    "Skarpnäck", "Skärholmen",       "Södermalm"};

static const char *const period_names[PERIODS] = {
    "VB 2023", "T1 2023", "T2 2023", "T3 2023", "Kv 1 2023", "Kv 2 2023", "Kv 3 2023", "Kv 4 2023",
    "VT 2023", "HT 2023", "2023-01", "2023-02", "2023-03",   "2023-04",   "2023-05",   "2023-06",
    "2023-07", "2023-08", "2023-09", "2023-10", "2023-11",   "2023-12"};

/* ---- dice ---- */

static uint64_t mix(uint64_t x) /* splitmix64 */
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

static unsigned below(uint64_t *state, unsigned limit)
{
    *state = mix(*state);
    return (unsigned)((*state >> 32) * limit >> 32);
}

static bool one_of(uint64_t *state, unsigned many)
{
    return below(state, many) == 0;
}

/* ---- names ---- */

struct plan plan_make(uint64_t facts)
{
    struct plan plan = {INDICATORS, UNITS, 0, .repeats = false};
    uint64_t rows = (uint64_t)((double)facts / FACTS_A_ROW) + 1, of_unit = (uint64_t)DISTRICTS * INDICATORS;
    if (rows < 4 * of_unit) plan.indicators = (unsigned)(rows / (4 * DISTRICTS)) + 1;
    of_unit = (uint64_t)DISTRICTS * plan.indicators;
    if (rows < UNITS * of_unit) plan.units = (unsigned)(rows / of_unit) + 1;
    if (rows > UNITS * of_unit * (PERIODS - 2)) plan.units = (unsigned)(rows / of_unit / (PERIODS - 2)) + 1;
    plan.rows = of_unit * plan.units * PERIODS;
    return plan;
}

enum kind indicator_kind(unsigned indicator)
{
    static const enum kind kinds[10] = {KIND_ANDEL, KIND_ANDEL, KIND_ANTAL, KIND_ANDEL, KIND_ANDEL,
                                        KIND_INDEX, KIND_ANDEL, KIND_ANTAL, KIND_ANDEL, KIND_ANDEL};
    return indicator % 50 == 49 ? KIND_KVOT : kinds[indicator % 10];
}

const char *indicator_unit(unsigned indicator)
{
    static const char *const units[] = {
        [KIND_ANDEL] = "%", [KIND_ANTAL] = "st", [KIND_INDEX] = "index", [KIND_KVOT] = "barn/avd."};
    return units[indicator_kind(indicator)];
}

char *indicator_name(unsigned indicator, char buffer[static NAME_SIZE])
{
    static const char *const what[] = {"nöjda",    "trygga",       "delaktiga",   "utbildade",
                                       "erbjudna", "återkommande", "väl bemötta", "uppföljda"};
    static const char *const who[] = {"föräldrar", "omsorgstagare", "medarbetare", "deltagare",
                                      "besökare",  "hushåll",       "ungdomar",    "brukare"};
    static const char *const where[] = {"i förskolan",     "i hemtjänsten",  "i fritidsverksamheten",
                                        "i äldreboende",   "i parklekar",    "inom socialpsykiatrin",
                                        "inom stödboende", "i dagverksamhet"};
    static const char *const first[] = {
        [KIND_ANDEL] = "Andel", [KIND_ANTAL] = "Antal", [KIND_INDEX] = "Index för", [KIND_KVOT] = "Kvot för"};
    (void)snprintf(buffer, NAME_SIZE, "%s %s %s %s", first[indicator_kind(indicator)], what[indicator % 8],
                   who[indicator / 8 % 8], where[indicator / 64 % 8]);
    return buffer;
}

char *unit_name(unsigned district, unsigned unit, char buffer[static NAME_SIZE])
{
    static const char *const what[] = {
        "Förskolan", "Vård- och omsorgsboendet", "Hemtjänsten", "Parkleken", "Gruppbostaden", "Fritidsgården"};
    static const char *const where[] = {"Björken", "Eken", "Linden", "Solen", "Månen", "Ängen", "Dalen"};
    buffer[0] = '\0';
    if (unit) (void)snprintf(buffer, NAME_SIZE, "%s %s %u", what[unit % 6], where[(unit / 6 + district) % 7], unit);
    return buffer;
}

/* ---- numbers ---- */

struct style {
    unsigned decimals;
    const char *suffix;
};

static struct style style_of(unsigned indicator)
{
    static const unsigned share_decimals[10] = {0, 1, 0, 1, 0, 1, 0, 1, 2, 0};
    switch (indicator_kind(indicator)) {
    case KIND_ANDEL:
        return (struct style){share_decimals[indicator / 10 % 10], " %"};
    case KIND_ANTAL:
        return (struct style){0, indicator / 10 % 2 ? " st" : ""};
    case KIND_INDEX:
        return (struct style){0, ""};
    default:
        return (struct style){1, " barn/avd."};
    }
}

static int64_t scale_of(struct style style)
{
    return style.decimals == 2 ? 100 : style.decimals == 1 ? 10 : 1;
}

/* "1 234 st", "86,5 %": NUMBER counts the last decimal. */
static void print_number(char *cell, struct style style, int64_t number)
{
    int64_t whole = number / scale_of(style), part = number % scale_of(style);
    char digits[40];
    if (whole >= 1000)
        (void)snprintf(digits, sizeof digits, "%lld %03lld", (long long)(whole / 1000), (long long)(whole % 1000));
    else
        (void)snprintf(digits, sizeof digits, "%lld", (long long)whole);
    if (style.decimals)
        (void)snprintf(cell, CELL_SIZE, "%s,%0*lld%s", digits, (int)style.decimals, (long long)part, style.suffix);
    else
        (void)snprintf(cell, CELL_SIZE, "%s%s", digits, style.suffix);
}

/* Total, men and women. */
struct outcome {
    int64_t total, man, kvinnor;
};

static void swap_sexes(struct outcome *outcome)
{
    int64_t man = outcome->man;
    outcome->man = outcome->kvinnor;
    outcome->kvinnor = man;
}

/* A rate: the total lies between the sexes' own, in all but one row of 200. */
static struct outcome draw_rate(uint64_t *shape, uint64_t *values, int64_t top, int64_t scale)
{
    struct outcome outcome = {.total = below(values, (unsigned)top + 1)};
    int64_t width = 1 + (int64_t)below(values, (unsigned)(8 * scale));
    outcome.man = outcome.total > width ? outcome.total - width : 0;
    outcome.kvinnor = outcome.total + (int64_t)below(values, (unsigned)(8 * scale));
    if (outcome.kvinnor > top) outcome.kvinnor = top;
    bool outside = one_of(shape, 200), over = one_of(shape, 2000);
    if (outside && outcome.kvinnor + scale <= top) outcome.total = outcome.kvinnor + scale;
    if (over) outcome.total = top + scale;
    if (below(values, 2)) swap_sexes(&outcome);
    return outcome;
}

/* A count: many small ones, few large ones, the board's larger; now and then a third group is in the total only. */
static struct outcome draw_count(uint64_t *shape, uint64_t *values, bool board)
{
    int64_t root = below(values, board ? 60 : 22);
    struct outcome outcome = {.total = root * root + (int64_t)below(values, 5)};
    outcome.man = outcome.total * (30 + (int64_t)below(values, 41)) / 100;
    outcome.kvinnor = outcome.total - outcome.man;
    if (one_of(shape, 400)) outcome.total++;
    return outcome;
}

static struct outcome draw(unsigned unit, unsigned indicator, uint64_t *shape, uint64_t *values)
{
    struct style style = style_of(indicator);
    if (indicator_kind(indicator) == KIND_ANTAL) return draw_count(shape, values, unit == 0);
    if (indicator_kind(indicator) == KIND_KVOT) return draw_rate(shape, values, 300, 10);
    return draw_rate(shape, values, 100 * scale_of(style), scale_of(style));
}

/* ---- cells ---- */

static void put(struct row *row, enum cell cell, const char *text)
{
    (void)snprintf(row->cell[cell], CELL_SIZE, "%s", text);
    row->fact[cell] = true;
}

static void put_number(struct row *row, enum cell cell, struct style style, int64_t number)
{
    print_number(row->cell[cell], style, number);
    row->fact[cell] = true;
}

static void append(struct row *row, enum cell cell, const char *text)
{
    size_t len = strlen(row->cell[cell]);
    (void)snprintf(row->cell[cell] + len, CELL_SIZE - len, "%s", text);
}

static void drop(struct row *row, enum cell cell)
{
    row->cell[cell][0] = '\0';
    row->fact[cell] = false;
}

static void put_target(struct row *row, enum cell cell, struct style style, int64_t number, uint64_t *shape)
{
    unsigned which = below(shape, 100);
    if (which < 4)
        put(row, cell, "öka");
    else if (which < 6)
        put(row, cell, "minska");
    else if (which < 8 && cell == CELL_KF_ARSMAL)
        put(row, cell, "Tas fram av nämnd/styrelse");
    else
        put_number(row, cell, style, number);
}

/* Values that are not there, or are marked: as often as in reports of a city. */
static void mark(struct row *row, uint64_t *shape)
{
    unsigned which = below(shape, 1000);
    bool split = row->fact[CELL_MAN];
    if (which < 20) {
        append(row, CELL_UTFALL, " (p)");
    } else if (which < 23) {
        append(row, CELL_UTFALL, " (r)");
    } else if (which < 38 && split) { /* small groups: hidden */
        put(row, CELL_MAN, "..");
        put(row, CELL_KVINNOR, "..");
    } else if (which < 41) {
        put(row, CELL_UTFALL, "..");
        drop(row, CELL_MAN);
        drop(row, CELL_KVINNOR);
    } else if (which < 51) { /* no value at all: the outcome is a fact that says so */
        put(row, CELL_UTFALL, "");
        drop(row, CELL_MAN);
        drop(row, CELL_KVINNOR);
    } else if (which < 54 && split) { /* one sex only */
        put(row, CELL_MAN, "");
    }
}

static void fill(struct row *row, unsigned unit, unsigned indicator, uint64_t *shape, uint64_t *values)
{
    struct style style = style_of(indicator);
    struct outcome now = draw(unit, indicator, shape, values);
    int64_t scale = scale_of(style), step = (int64_t)below(values, (unsigned)(5 * scale));
    put_number(row, CELL_UTFALL, style, now.total);
    if (indicator_kind(indicator) != KIND_KVOT && !one_of(shape, 10)) {
        put_number(row, CELL_MAN, style, now.man);
        put_number(row, CELL_KVINNOR, style, now.kvinnor);
    }
    if (!one_of(shape, 20)) put_number(row, CELL_FOREGAENDE, style, now.total > step ? now.total - step : now.total);
    if (!one_of(shape, 20)) put_target(row, CELL_ARSMAL, style, (now.total / scale + 1) * scale, shape);
    if (!one_of(shape, 5)) put_target(row, CELL_KF_ARSMAL, style, (now.total / scale + 2) * scale, shape);
    mark(row, shape);
}

/* ---- rows ---- */

static void spoil(struct row *row, uint64_t *shape)
{
    static const struct {
        enum cell cell;
        const char *text;
    } ways[] = {{CELL_UTFALL, "12.4.5"},
                {CELL_UTFALL, "17 ¤ 3"},
                {CELL_KVINNOR, "8,,1 %"},
                {CELL_PERIOD, "VB 20x3"},
                {CELL_STADSDEL, "Nordstaden stadsdelsnämnd"},
                {CELL_INDIKATOR, "Andel som ingen har hört talas om"},
                {CELL_ARSMAL, "12.4.5 %"}};
    enum { WAYS = sizeof ways / sizeof *ways };
    unsigned which = below(shape, WAYS + 1);
    row->bad = true;
    memset(row->fact, 0, sizeof row->fact);
    if (which == WAYS)
        row->extra = true;
    else
        (void)snprintf(row->cell[ways[which].cell], CELL_SIZE, "%s", ways[which].text);
}

unsigned row_facts(const struct row *row)
{
    unsigned facts = 0;
    for (enum cell c = 0; c < CELL_COUNT; c++)
        facts += row->fact[c];
    return facts;
}

bool row_changes(uint64_t number)
{
    return mix(number ^ 0x63616e67) % ROWS_CHANGED == 0;
}

void row_values(unsigned unit, unsigned indicator, uint64_t number, struct row *ret_row)
{
    uint64_t shape = mix(number * 2), values = mix(number * 2 + 1);
    memset(ret_row, 0, sizeof *ret_row);
    fill(ret_row, unit, indicator, &shape, &values);
}

void row_make(const struct plan *plan, uint64_t number, bool changed, struct row *ret_row)
{
    uint64_t shape = mix(number * 2), values = mix(number * 2 + 1), fate = mix(number ^ shape), rest = number;
    unsigned indicator = (unsigned)(rest % plan->indicators);
    rest /= plan->indicators;
    unsigned unit = (unsigned)(rest % plan->units);
    rest /= plan->units;
    unsigned district = (unsigned)(rest % DISTRICTS), period = (unsigned)(rest / DISTRICTS);
    if (changed && row_changes(number)) values = mix(values);
    for (enum cell c = 0; c < CELL_COUNT; c++)
        ret_row->cell[c][0] = '\0';
    memset(ret_row->fact, 0, sizeof ret_row->fact);
    ret_row->bad = ret_row->extra = false;
    ret_row->repeat = REPEAT_NONE;
    (void)snprintf(ret_row->cell[CELL_STADSDEL], CELL_SIZE, "%s stadsdelsnämnd", district_names[district]);
    (void)unit_name(district, unit, ret_row->cell[CELL_ENHET]);
    (void)indicator_name(indicator, ret_row->cell[CELL_INDIKATOR]);
    (void)snprintf(ret_row->cell[CELL_PERIOD], CELL_SIZE, "%s", period_names[period]);
    fill(ret_row, unit, indicator, &shape, &values);
    if (one_of(&fate, ROWS_BAD))
        spoil(ret_row, &fate);
    else if (!plan->repeats)
        return;
    else if (one_of(&fate, ROWS_REPEATED))
        ret_row->repeat = REPEAT_SAME;
    else if (one_of(&fate, ROWS_CONTRADICTED))
        ret_row->repeat = REPEAT_OTHER;
}
