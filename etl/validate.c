#include "etl/validate.h"

#include <stdarg.h>

#include "etl/base/limits.h"

struct breaches {
    struct breach *list;
    size_t count;
};

static void add(struct breaches *b, const char *rule, enum column column, unsigned flag, const char *format, ...)
    PRINTF_LIKE(5, 6);
static void add(struct breaches *b, const char *rule, enum column column, unsigned flag, const char *format, ...)
{
    va_list args;
    if (b->count == VALIDATE_BREACHES) return;
    struct breach *breach = &b->list[b->count++];
    *breach = (struct breach){.rule = rule, .column = column, .flag = flag};
    va_start(args, format);
    vsnprintf(breach->message, sizeof breach->message, format, args);
    va_end(args);
    text_mend(breach->message);
}

static bool is_share(const struct value *v)
{
    return v->has_number && text_is(v->unit, "%");
}

static void check_text(struct breaches *b, const struct value *v, enum column column)
{
    struct text shown = text_clip(v->printed, LIMIT_SHOWN);
    if (v->status == VALUE_TEXT)
        add(b, "V-TEXT", column, 0, "\"%.*s\" is words where a number belongs", TEXT_ARGS(shown));
}

static void check_share(struct breaches *b, const struct value *v, enum column column)
{
    const struct decimal zero = {0, 0}, hundred = {100, 0};
    if (!is_share(v) || (decimal_compare(v->number, zero) >= 0 && decimal_compare(v->number, hundred) <= 0)) return;
    add(b, "V-ANDEL", column, FLAG_OUT_OF_RANGE, "\"%.*s\" is outside 0 to 100 %%", TEXT_ARGS(v->printed));
}

static void check_sexes(struct breaches *b, const struct indikator_row *row)
{
    const struct value *t = &row->utfall, *m = &row->man, *k = &row->kvinnor;
    bool has_man = row->present & 1u << COLUMN_UTFALL_MAN, has_kvinnor = row->present & 1u << COLUMN_UTFALL_KVINNOR;
    if (has_man != has_kvinnor) return; /* one value per line: the other sex has a line of its own */
    if ((m->status == VALUE_REPORTED && k->status == VALUE_MISSING) ||
        (k->status == VALUE_REPORTED && m->status == VALUE_MISSING))
        add(b, "V-ETT-KON", m->has_number ? COLUMN_UTFALL_KVINNOR : COLUMN_UTFALL_MAN, FLAG_ONE_SEX,
            "one sex has a value and the other none");
    if (!t->has_number || !m->has_number || !k->has_number) return;
    if (!text_equal(t->unit, m->unit) && m->unit.len && t->unit.len) return; /* a count with shares of it */
    int tm = decimal_compare(t->number, m->number), tk = decimal_compare(t->number, k->number);
    if ((decimal_is_zero(m->number) && tk == 0 && tm != 0) || (decimal_is_zero(k->number) && tm == 0 && tk != 0))
        add(b, "V-NOLL", decimal_is_zero(m->number) ? COLUMN_UTFALL_MAN : COLUMN_UTFALL_KVINNOR, FLAG_ZERO_FOR_MISSING,
            "0 for one sex while the total %.*s equals the other: it seems to stand for no value",
            TEXT_ARGS(t->printed));
    else if ((tm < 0 && tk < 0) || (tm > 0 && tk > 0))
        add(b, "V-TOTAL", COLUMN_UTFALL, FLAG_TOTAL_OUTSIDE, "the total %.*s lies outside men %.*s and women %.*s",
            TEXT_ARGS(t->printed), TEXT_ARGS(m->printed), TEXT_ARGS(k->printed));
}

static void check_units(struct breaches *b, const struct indikator_row *row)
{
    const struct value *values[] = {&row->utfall, &row->man, &row->kvinnor, &row->foregaende};
    const enum column columns[] = {COLUMN_UTFALL, COLUMN_UTFALL_MAN, COLUMN_UTFALL_KVINNOR, COLUMN_FOREGAENDE};
    const struct value *first = NULL;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        if (!values[i]->has_number) continue;
        if (!first)
            first = values[i];
        else if (!text_equal(first->unit, values[i]->unit)) {
            add(b, "V-ENHET", columns[i], FLAG_UNIT_DIFFERS, "\"%.*s\" and \"%.*s\" differ in unit",
                TEXT_ARGS(first->printed), TEXT_ARGS(values[i]->printed));
            return;
        }
    }
}

size_t validate_indikator(const struct indikator_row *row, int year,
                          struct breach ret_breaches[static VALIDATE_BREACHES])
{
    struct breaches b = {ret_breaches, 0};
    char name[PERIOD_NAME_SIZE];
    check_text(&b, &row->utfall, COLUMN_UTFALL);
    check_text(&b, &row->man, COLUMN_UTFALL_MAN);
    check_text(&b, &row->kvinnor, COLUMN_UTFALL_KVINNOR);
    check_text(&b, &row->foregaende, COLUMN_FOREGAENDE);
    if (year && row->period.year != year)
        add(&b, "V-PERIOD-AR", COLUMN_PERIOD, 0, "the period %s is not of the report's year %d",
            period_name(row->period, name), year);
    check_share(&b, &row->utfall, COLUMN_UTFALL);
    check_share(&b, &row->man, COLUMN_UTFALL_MAN);
    check_share(&b, &row->kvinnor, COLUMN_UTFALL_KVINNOR);
    check_sexes(&b, row);
    check_units(&b, row);
    return b.count;
}
