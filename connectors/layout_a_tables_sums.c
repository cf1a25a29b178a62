/* Sums as evidence.  Columns of a table often keep a sum (netto = kostnader + intäkter; utgående = ingående + resultat).
 * A row that breaks one which all the others keep, and keeps it when its cells are moved by one column, lost a cell. */
#include <stdint.h>

#include "connectors/layout_a_tables_parts.h"
#include "etl/base/value.h"

#define SUM_SCALE    3                  /* digits after the decimal sign that are looked at */
#define SUM_LARGEST  1000000000000000LL /* of a number in thousandths: sums of three stay far from the end of int64 */
#define SUM_SUPPORT  4                  /* rows that must keep a sum before it counts as one */
#define SUM_ODD      4                  /* … and at most one in so many of them may break it */
#define SUM_ROUNDING 2                  /* units of the last digit by which rounded parts may miss their sum */
#define SUM_BREAK    3                  /* … and how many times that breaks it */
#define SUM_WEIGHT   10                 /* … and how many times that a number must be to say anything */

struct number {
    bool set;
    int64_t thousandths;
    int64_t digit; /* the last printed digit's unit */
};

struct sum { /* c = ±a ± b */
    size_t a, b, c;
    int sign_a, sign_b;
};

enum verdict { SUM_NOTHING, SUM_KEPT, SUM_BROKEN };

static struct number read_number(struct arena *arena, struct text cell)
{
    struct value value;
    struct number none = {0};
    if (!cell.len || value_parse(arena, cell, NULL, &value) || !value.has_number || value.unit.len) return none;
    if (value.number.scale > SUM_SCALE) return none;
    int64_t digit = 1;
    for (int i = value.number.scale; i < SUM_SCALE; i++)
        digit *= 10;
    if (value.number.unscaled > SUM_LARGEST / digit || value.number.unscaled < -(SUM_LARGEST / digit)) return none;
    return (struct number){true, value.number.unscaled * digit, digit};
}

static int64_t magnitude(int64_t a)
{
    return a < 0 ? -a : a;
}

static enum verdict judge(const struct number *row, const struct sum *s)
{
    const struct number *a = &row[s->a], *b = &row[s->b], *c = &row[s->c];
    if (!a->set || !b->set || !c->set) return SUM_NOTHING;
    int64_t digit = a->digit > b->digit ? a->digit : b->digit;
    if (c->digit > digit) digit = c->digit;
    int64_t tolerance = SUM_ROUNDING * digit, weight = SUM_WEIGHT * tolerance;
    int64_t miss = magnitude(s->sign_a * a->thousandths + s->sign_b * b->thousandths - c->thousandths);
    if (miss > SUM_BREAK * tolerance) return SUM_BROKEN;
    if (miss > tolerance || magnitude(a->thousandths) < weight || magnitude(b->thousandths) < weight ||
        magnitude(c->thousandths) < weight)
        return SUM_NOTHING;
    return SUM_KEPT;
}

/* ROW as it would stand had a cell at AT been lost (WAY 1: the rest had moved left) or come in (WAY -1). */
static void move(const struct number *row, size_t width, size_t at, int way, struct number *ret)
{
    struct number none = {0};
    for (size_t i = 0; i < width; i++) {
        if (i < at)
            ret[i] = row[i];
        else if (way > 0)
            ret[i] = i == at ? none : row[i - 1];
        else
            ret[i] = i + 1 < width ? row[i + 1] : none;
    }
}

/* True when some way to move ROW keeps all that can be judged of SUMS, and one at least. */
static bool fits_when_moved(const struct number *row, size_t width, const struct sum *sums, size_t count)
{
    struct number moved[SUMS_COLUMNS];
    for (int way = -1; way <= 1; way += 2)
        for (size_t at = 0; at < width; at++) {
            size_t kept = 0, broken = 0;
            move(row, width, at, way, moved);
            for (size_t i = 0; i < count; i++) {
                enum verdict verdict = judge(moved, &sums[i]);
                kept += verdict == SUM_KEPT;
                broken += verdict == SUM_BROKEN;
            }
            if (kept && !broken) return true;
        }
    return false;
}

struct sums {
    const struct number *numbers; /* rows of WIDTH */
    size_t rows, width;
    struct sum found[SUMS_COLUMNS * SUMS_COLUMNS];
    size_t count;
};

static void try_sum(struct sums *s, struct sum sum)
{
    size_t kept = 0, broken = 0;
    for (size_t i = 0; i < s->rows; i++) {
        enum verdict verdict = judge(&s->numbers[i * s->width], &sum);
        kept += verdict == SUM_KEPT;
        broken += verdict == SUM_BROKEN;
    }
    if (kept >= SUM_SUPPORT && broken * SUM_ODD <= kept && s->count < sizeof s->found / sizeof *s->found)
        s->found[s->count++] = sum;
}

static void find_sums(struct sums *s)
{
    static const int signs[][2] = {{1, 1}, {1, -1}, {-1, 1}, {-1, -1}};
    for (size_t c = 0; c < s->width; c++)
        for (size_t a = 0; a < s->width; a++)
            for (size_t b = a + 1; b < s->width; b++)
                for (size_t i = 0; a != c && b != c && i < sizeof signs / sizeof *signs; i++)
                    try_sum(s, (struct sum){a, b, c, signs[i][0], signs[i][1]});
}

int other_find_moved(struct arena *arena, const struct other_row *const *rows, size_t count, size_t width,
                     bool *ret_moved, struct error *err)
{
    struct sums s = {.rows = count, .width = width};
    if (count < SUM_SUPPORT || count > SUMS_ROWS || width < 3 || width > SUMS_COLUMNS) return 0;
    struct number *numbers = arena_array(arena, count * width, sizeof *numbers);
    if (!numbers) return error_memory(err);
    for (size_t i = 0; i < count; i++)
        for (size_t c = 0; c < width && c < rows[i]->filled; c++)
            numbers[i * width + c] = read_number(arena, rows[i]->cells[c]);
    s.numbers = numbers;
    find_sums(&s);
    for (size_t i = 0; i < count; i++) {
        const struct number *row = &numbers[i * width];
        bool broken = false;
        for (size_t k = 0; k < s.count; k++)
            broken |= judge(row, &s.found[k]) == SUM_BROKEN;
        ret_moved[i] = broken && fits_when_moved(row, width, s.found, s.count);
    }
    return 0;
}
