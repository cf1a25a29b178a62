/* Men, women and total, by what the registry says the columns of the sexes hold (kon_mening).  T = M + K is required of
 * nothing: a third group is in the total and in neither column.  Numbers are compared as printed, and what rounding to the
 * printed decimals can explain is no breach (decimal_below, decimal_compare_sum). */
#include "etl/validate_internal.h"

static const struct decimal hundred = {100, 0};

/* True when the two can be compared: counted in one unit, or one of them does not say (as "66,67" beside "70 %"). */
static bool comparable(const struct checked *c, enum column a, enum column b)
{
    struct text x = validate_unit(c, a), y = validate_unit(c, b);
    return text_equal(x, y) || !x.len || !y.len;
}

static bool all_numbers(const struct checked *c)
{
    return c->row->utfall.has_number && c->row->man.has_number && c->row->kvinnor.has_number;
}

/* Things and people that were counted, so that the printed numbers are exact. */
static bool counted(const struct checked *c)
{
    const struct indikator_row *row = c->row;
    struct text unit = validate_unit(c, COLUMN_UTFALL);
    bool whole = !row->utfall.number.scale && !row->man.number.scale && !row->kvinnor.number.scale;
    return whole && c->entry && c->entry->kind && !strcmp(c->entry->kind, "antal") &&
           (!unit.len || text_is(unit, "st") || text_is(unit, "personer"));
}

/* True when the sexes add up to the total, as far as the printed digits can tell; both must have a part in it. */
static bool adds_up(const struct checked *c)
{
    const struct decimal zero = {0, 0};
    const struct indikator_row *row = c->row;
    if (decimal_compare(row->man.number, zero) <= 0 || decimal_compare(row->kvinnor.number, zero) <= 0) return false;
    return decimal_compare_sum(row->man.number, row->kvinnor.number, row->utfall.number,
                               counted(c) ? DECIMAL_ALL_COUNTED : DECIMAL_ROUNDED) == 0;
}

/* The sexes as one of two values: "3,2 % + 38,1 %". */
static void add_sum(struct checked *c, const char *rule, const char *what)
{
    const struct indikator_row *row = c->row;
    struct breach *breach = validate_add(
        c, rule, COLUMN_UTFALL, FLAG_PARTS_DIFFER, "the total %.*s %s men %.*s and women %.*s together",
        TEXT_ARGS(row->utfall.printed), what, TEXT_ARGS(row->man.printed), TEXT_ARGS(row->kvinnor.printed));
    if (!breach) return;
    breach->other_here = true;
    breach->other_column = "utfall_man + utfall_kvinnor";
    (void)snprintf(breach->other_value, sizeof breach->other_value, "%.*s + %.*s", TEXT_ARGS(row->man.printed),
                   TEXT_ARGS(row->kvinnor.printed));
}

/* ---- the registry is wrong ---- */

/* What a sex's column says of itself by its unit: "%" beside a total that is counted in something else. */
static bool is_share_beside_count(const struct checked *c, enum column column)
{
    const struct value *t = &c->row->utfall, *v = validate_value(c, column);
    struct text total = validate_unit(c, COLUMN_UTFALL);
    return t->has_number && v->has_number && text_is(v->unit, "%") && total.len && !text_is(total, "%");
}

static bool check_shares_of_total(struct checked *c, const char *registry)
{
    static const enum column columns[] = {COLUMN_UTFALL_MAN, COLUMN_UTFALL_KVINNOR};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        if (!is_share_beside_count(c, columns[i])) continue;
        validate_add_pair(c, "V-MENING", columns[i], COLUMN_UTFALL, FLAG_PARTS_DIFFER,
                          "\"%.*s\" beside a total of \"%.*s\" is a share of it; the registry says %s",
                          TEXT_ARGS(validate_value(c, columns[i])->printed), TEXT_ARGS(c->row->utfall.printed),
                          registry);
        return true;
    }
    return false;
}

/* ---- own rates ---- */

static bool is_zero_for_none(const struct decimal zero, const struct decimal other, const struct decimal total)
{
    return decimal_is_zero(zero) && !decimal_is_zero(total) && decimal_compare(other, total) == 0;
}

/* A rate of zero moves the total away from the other sex's, unless there is nobody of that sex. */
static bool check_zero(struct checked *c)
{
    const struct indikator_row *row = c->row;
    bool man = is_zero_for_none(row->man.number, row->kvinnor.number, row->utfall.number);
    if (!man && !is_zero_for_none(row->kvinnor.number, row->man.number, row->utfall.number)) return false;
    validate_add_pair(c, "V-NOLL", man ? COLUMN_UTFALL_MAN : COLUMN_UTFALL_KVINNOR, COLUMN_UTFALL,
                      FLAG_ZERO_FOR_MISSING,
                      "0 for one sex while the total %.*s equals the other: it seems to stand for no value",
                      TEXT_ARGS(row->utfall.printed));
    return true;
}

/* The sex that is the nearest to a total outside both of them; COLUMN_COUNT when the total is not outside. */
static enum column nearest_to_total(const struct indikator_row *row)
{
    struct decimal t = row->utfall.number, m = row->man.number, k = row->kvinnor.number;
    bool above = decimal_below(m, t) && decimal_below(k, t), below = decimal_below(t, m) && decimal_below(t, k);
    if (!above && !below) return COLUMN_COUNT;
    return (decimal_compare(m, k) > 0) == above ? COLUMN_UTFALL_MAN : COLUMN_UTFALL_KVINNOR;
}

static bool has_other_unit(const struct value *v)
{
    return v->unit.len && !text_is(v->unit, "%");
}

static void check_rate(struct checked *c)
{
    const struct indikator_row *row = c->row;
    bool known = c->mening == MENING_EGEN_ANDEL;
    if (known && check_shares_of_total(c, "each sex's own rate")) return;
    if (!all_numbers(c) || !comparable(c, COLUMN_UTFALL, COLUMN_UTFALL_MAN) ||
        !comparable(c, COLUMN_UTFALL, COLUMN_UTFALL_KVINNOR) ||
        !comparable(c, COLUMN_UTFALL_MAN, COLUMN_UTFALL_KVINNOR))
        return;
    if (!known && (has_other_unit(&row->utfall) || has_other_unit(&row->man) || has_other_unit(&row->kvinnor)))
        return; /* may be counts, of which nothing can be said */
    if (check_zero(c)) return;
    enum column nearest = nearest_to_total(row);
    if (nearest == COLUMN_COUNT) return;
    if (adds_up(c)) {
        if (known) add_sum(c, "V-MENING", "is what parts would add up to (the registry says each sex's own rate):");
        return;
    }
    validate_add_pair(c, "V-TOTAL", COLUMN_UTFALL, nearest, FLAG_TOTAL_OUTSIDE,
                      "the total %.*s lies outside men %.*s and women %.*s", TEXT_ARGS(row->utfall.printed),
                      TEXT_ARGS(row->man.printed), TEXT_ARGS(row->kvinnor.printed));
    if (!known) c->list[c->count - 1].severity = SEVERITY_NOTE;
}

/* ---- counts and parts ---- */

static void check_part(struct checked *c, enum column column)
{
    const struct value *t = &c->row->utfall, *v = validate_value(c, column);
    if (!t->has_number || !v->has_number || !comparable(c, COLUMN_UTFALL, column)) return;
    if (!decimal_below(t->number, v->number)) return;
    validate_add_pair(c, "V-DEL", column, COLUMN_UTFALL, FLAG_PARTS_DIFFER,
                      "\"%.*s\" of one sex is more than the total \"%.*s\"", TEXT_ARGS(v->printed),
                      TEXT_ARGS(t->printed));
}

static void check_count(struct checked *c)
{
    if (check_shares_of_total(c, "each sex's own count")) return;
    check_part(c, COLUMN_UTFALL_MAN);
    check_part(c, COLUMN_UTFALL_KVINNOR);
}

static void check_parts(struct checked *c)
{
    const struct indikator_row *row = c->row;
    if (check_shares_of_total(c, "parts that add up to the total")) return;
    if (!all_numbers(c) || !comparable(c, COLUMN_UTFALL, COLUMN_UTFALL_MAN) ||
        !comparable(c, COLUMN_UTFALL, COLUMN_UTFALL_KVINNOR)) {
        check_part(c, COLUMN_UTFALL_MAN);
        check_part(c, COLUMN_UTFALL_KVINNOR);
        return;
    }
    int sign = decimal_compare_sum(row->man.number, row->kvinnor.number, row->utfall.number,
                                   counted(c) ? DECIMAL_ALL_COUNTED : DECIMAL_ROUNDED);
    if (sign > 0) add_sum(c, "V-SUMMA", "is less than");
    if (sign < 0) add_sum(c, "V-REST", "is more than");
}

/* ---- shares of the total ---- */

static void check_shares(struct checked *c)
{
    const struct value *m = &c->row->man, *k = &c->row->kvinnor, *t = &c->row->utfall;
    const struct value *counted_sex = m->has_number && m->unit.len && !text_is(m->unit, "%") ? m : k;
    if (counted_sex->has_number && counted_sex->unit.len && !text_is(counted_sex->unit, "%")) {
        validate_add_pair(c, "V-MENING", counted_sex == m ? COLUMN_UTFALL_MAN : COLUMN_UTFALL_KVINNOR, COLUMN_UTFALL,
                          FLAG_PARTS_DIFFER, "\"%.*s\" is no share; the registry says shares of the total",
                          TEXT_ARGS(counted_sex->printed));
        return;
    }
    if (!m->has_number || !k->has_number) return;
    if (t->has_number && !m->unit.len && !k->unit.len && decimal_compare(t->number, hundred) != 0 && adds_up(c)) {
        add_sum(c, "V-MENING", "is what parts would add up to (the registry says shares of the total):");
        return;
    }
    int sign = decimal_compare_sum(m->number, k->number, hundred, DECIMAL_OF_EXACT);
    if (sign)
        validate_add_pair(c, sign > 0 ? "V-SUMMA" : "V-REST", COLUMN_UTFALL_MAN, COLUMN_UTFALL_KVINNOR,
                          FLAG_PARTS_DIFFER, "the shares of men %.*s and women %.*s are %s than 100 %% together",
                          TEXT_ARGS(m->printed), TEXT_ARGS(k->printed), sign > 0 ? "more" : "less");
}

/* ---- all ---- */

static void check_one_sex(struct checked *c)
{
    const struct value *m = &c->row->man, *k = &c->row->kvinnor;
    enum column empty = m->status == VALUE_REPORTED && k->status == VALUE_MISSING   ? COLUMN_UTFALL_KVINNOR
                        : k->status == VALUE_REPORTED && m->status == VALUE_MISSING ? COLUMN_UTFALL_MAN
                                                                                    : COLUMN_COUNT;
    if (empty == COLUMN_COUNT) return;
    validate_add_pair(c, "V-ETT-KON", empty, empty == COLUMN_UTFALL_MAN ? COLUMN_UTFALL_KVINNOR : COLUMN_UTFALL_MAN,
                      FLAG_ONE_SEX, "one sex has a value and the other none");
}

void validate_sexes(struct checked *c)
{
    static void (*const checks[])(struct checked *) = {[MENING_OKAND] = check_rate,
                                                       [MENING_EGEN_ANDEL] = check_rate,
                                                       [MENING_EGET_ANTAL] = check_count,
                                                       [MENING_ANDEL_AV_TOTAL] = check_shares,
                                                       [MENING_DELSUMMA] = check_parts};
    bool man = c->row->present & 1u << COLUMN_UTFALL_MAN, kvinnor = c->row->present & 1u << COLUMN_UTFALL_KVINNOR;
    if (man != kvinnor) return; /* one value per line: the other sex has a line of its own */
    checks[c->mening](c);
    check_one_sex(c);
}
