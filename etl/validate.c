#include "etl/validate_internal.h"

#include <stdarg.h>

#include "etl/base/limits.h"

/* ---- a row's cells ---- */

const struct value *validate_value(const struct checked *c, enum column column)
{
    switch (column) {
    case COLUMN_UTFALL:
        return &c->row->utfall;
    case COLUMN_UTFALL_MAN:
        return &c->row->man;
    case COLUMN_UTFALL_KVINNOR:
        return &c->row->kvinnor;
    case COLUMN_FOREGAENDE:
        return &c->row->foregaende;
    default:
        return NULL;
    }
}

static bool is_sex(enum column column)
{
    return column == COLUMN_UTFALL_MAN || column == COLUMN_UTFALL_KVINNOR;
}

struct text validate_unit(const struct checked *c, enum column column)
{
    const struct value *value = validate_value(c, column);
    if (value->unit.len || !c->entry || !c->entry->unit) return value->unit;
    /* The registry has the total's unit; a share of the total is counted otherwise. */
    return is_sex(column) && c->mening == MENING_ANDEL_AV_TOTAL ? value->unit : text_of(c->entry->unit);
}

/* ---- breaches ---- */

static struct breach *begin(struct checked *c, const char *rule, enum column column, unsigned flag)
{
    const struct value *value = validate_value(c, column);
    if (c->count == VALIDATE_BREACHES) return NULL;
    struct breach *breach = &c->list[c->count++];
    *breach = (struct breach){
        .rule = rule, .severity = rule_find(rule)->severity, .column = column, .flag = flag, .other_column = ""};
    if (value) (void)snprintf(breach->value, sizeof breach->value, "%.*s", TEXT_ARGS(value->printed));
    text_mend(breach->value);
    return breach;
}

struct breach *validate_add(struct checked *c, const char *rule, enum column column, unsigned flag, const char *format,
                            ...)
{
    va_list args;
    struct breach *breach = begin(c, rule, column, flag);
    if (!breach) return NULL;
    va_start(args, format);
    vsnprintf(breach->message, sizeof breach->message, format, args);
    va_end(args);
    text_mend(breach->message);
    return breach;
}

void validate_add_pair(struct checked *c, const char *rule, enum column column, enum column other, unsigned flag,
                       const char *format, ...)
{
    va_list args;
    struct breach *breach = begin(c, rule, column, flag);
    if (!breach) return;
    va_start(args, format);
    vsnprintf(breach->message, sizeof breach->message, format, args);
    va_end(args);
    text_mend(breach->message);
    breach->other_here = true;
    breach->other_column = column_name(other);
    (void)snprintf(breach->other_value, sizeof breach->other_value, "%.*s",
                   TEXT_ARGS(validate_value(c, other)->printed));
    text_mend(breach->other_value);
}

/* ---- one cell ---- */

static void check_text(struct checked *c, enum column column)
{
    const struct value *v = validate_value(c, column);
    struct text shown = text_clip(v->printed, LIMIT_SHOWN);
    if (v->status == VALUE_TEXT)
        (void)validate_add(c, "V-TEXT", column, 0, "\"%.*s\" is words where a number belongs", TEXT_ARGS(shown));
}

static void check_year(struct checked *c, int year)
{
    char name[PERIOD_NAME_SIZE];
    struct period period = c->row->period;
    if (!year || period.year == year) return;
    struct breach *breach =
        validate_add(c, "V-PERIOD-AR", COLUMN_PERIOD, 0, "the period %s is not of the report's year %d",
                     period_name(period, name), year);
    if (breach) (void)snprintf(breach->value, sizeof breach->value, "%s", name);
}

/* A ratio can be more than 100 % (a budget overrun), a share or an index in per cent cannot. */
static bool is_share(const struct checked *c, enum column column)
{
    const char *kind = c->entry && c->entry->kind ? c->entry->kind : "andel";
    struct text unit = validate_unit(c, column);
    if (is_sex(column) && c->mening == MENING_ANDEL_AV_TOTAL) return text_is(unit, "%");
    return text_is(unit, "%") && (!strcmp(kind, "andel") || !strcmp(kind, "index"));
}

static void check_share(struct checked *c, enum column column)
{
    const struct decimal zero = {0, 0}, hundred = {100, 0};
    const struct value *v = validate_value(c, column);
    if (!v->has_number || !is_share(c, column)) return;
    if (decimal_compare(v->number, zero) >= 0 && decimal_compare(v->number, hundred) <= 0) return;
    (void)validate_add(c, "V-ANDEL", column, FLAG_OUT_OF_RANGE, "\"%.*s\" is outside 0 to 100 %%",
                       TEXT_ARGS(v->printed));
}

/* ---- units ---- */

/* Columns whose numbers are counted in one unit; a share of the total is not counted as the total is. */
static bool same_unit_wanted(const struct checked *c, enum column a, enum column b)
{
    return c->mening != MENING_ANDEL_AV_TOTAL || is_sex(a) == is_sex(b);
}

static void check_units(struct checked *c)
{
    static const enum column columns[] = {COLUMN_UTFALL, COLUMN_UTFALL_MAN, COLUMN_UTFALL_KVINNOR, COLUMN_FOREGAENDE};
    enum { COUNT = sizeof columns / sizeof *columns };
    for (size_t i = 0; i < COUNT; i++) {
        const struct value *a = validate_value(c, columns[i]);
        for (size_t k = i + 1; a->has_number && k < COUNT; k++) {
            const struct value *b = validate_value(c, columns[k]);
            if (!b->has_number || text_equal(a->unit, b->unit) || !same_unit_wanted(c, columns[i], columns[k]))
                continue;
            validate_add_pair(c, "V-ENHET", columns[k], columns[i], FLAG_UNIT_DIFFERS,
                              "\"%.*s\" and \"%.*s\" differ in unit", TEXT_ARGS(a->printed), TEXT_ARGS(b->printed));
            return;
        }
    }
}

/* "kg CO2 per kg livsmedel" is "kg CO2", said more fully; "kWh" is not "GWh". */
static bool says_the_same(struct text a, struct text b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    if (!text_equal(text_part(a, 0, len), text_part(b, 0, len))) return false;
    return a.len == b.len || (a.len > len ? a : b).ptr[len] == ' ';
}

/* 0,865 where the registry counts in per cent: 86,5 % more likely than not, written as a share of one. */
static bool may_be_of_one(const struct value *v, struct text wanted)
{
    const struct decimal zero = {0, 0}, one = {1, 0};
    return text_is(wanted, "%") && v->has_number && !v->unit.len && decimal_compare(v->number, zero) > 0 &&
           decimal_compare(v->number, one) < 0;
}

/* A unit that is printed and is another than the registry's.  "index" is no unit that is printed: some write "%". */
static void check_registry_unit(struct checked *c)
{
    static const enum column columns[] = {COLUMN_UTFALL, COLUMN_UTFALL_MAN, COLUMN_UTFALL_KVINNOR, COLUMN_FOREGAENDE};
    struct text wanted = text_of(c->entry && c->entry->unit ? c->entry->unit : "");
    if (text_is(wanted, "index")) return;
    for (size_t i = 0; wanted.len && i < sizeof columns / sizeof *columns; i++) {
        const struct value *v = validate_value(c, columns[i]);
        bool its_own = is_sex(columns[i]) && c->mening == MENING_ANDEL_AV_TOTAL;
        bool of_one = may_be_of_one(v, wanted), other = v->has_number && v->unit.len && !says_the_same(v->unit, wanted);
        if (its_own || (!of_one && !other)) continue;
        struct breach *breach =
            validate_add(c, "V-MATT", columns[i], FLAG_UNIT_DIFFERS,
                         of_one ? "\"%.*s\" may be a share of one; the registry counts in \"%.*s\""
                                : "\"%.*s\" is not counted in \"%.*s\", the unit that the registry has",
                         TEXT_ARGS(v->printed), TEXT_ARGS(wanted));
        if (!breach) return;
        breach->other_column = "registry: unit";
        (void)snprintf(breach->other_value, sizeof breach->other_value, "%.*s", TEXT_ARGS(wanted));
        return;
    }
}

static enum kon_mening mening_of(const struct indikator_entry *entry)
{
    static const char *const names[] = {[MENING_EGEN_ANDEL] = "egen_andel",
                                        [MENING_EGET_ANTAL] = "eget_antal",
                                        [MENING_ANDEL_AV_TOTAL] = "andel_av_total",
                                        [MENING_DELSUMMA] = "delsumma"};
    for (size_t i = MENING_EGEN_ANDEL; entry && entry->kon_mening && i < sizeof names / sizeof *names; i++)
        if (!strcmp(entry->kon_mening, names[i])) return (enum kon_mening)i;
    return MENING_OKAND;
}

size_t validate_indikator(const struct indikator_row *row, int year, const struct indikator_entry *entry,
                          struct breach ret_breaches[static VALIDATE_BREACHES])
{
    struct checked c = {row, entry, mening_of(entry), ret_breaches, 0};
    check_text(&c, COLUMN_UTFALL);
    check_text(&c, COLUMN_UTFALL_MAN);
    check_text(&c, COLUMN_UTFALL_KVINNOR);
    check_text(&c, COLUMN_FOREGAENDE);
    check_year(&c, year);
    check_share(&c, COLUMN_UTFALL);
    check_share(&c, COLUMN_UTFALL_MAN);
    check_share(&c, COLUMN_UTFALL_KVINNOR);
    validate_sexes(&c);
    check_units(&c);
    check_registry_unit(&c);
    return c.count;
}
