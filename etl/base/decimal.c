#include "etl/base/decimal.h"

#include <stddef.h>

#define MAX_DIGITS 18 /* what fits an int64_t whatever the digits are */
#define LIMIT      INT64_C(1000000000000000000)

static const int64_t powers[MAX_DIGITS + 1] = {1,
                                               10,
                                               100,
                                               1000,
                                               10000,
                                               100000,
                                               1000000,
                                               10000000,
                                               100000000,
                                               1000000000,
                                               10000000000,
                                               100000000000,
                                               1000000000000,
                                               10000000000000,
                                               100000000000000,
                                               1000000000000000,
                                               10000000000000000,
                                               100000000000000000,
                                               LIMIT};

/* Appends the digits A begins with to NUMBER, which may wrap: the caller counts them.  Returns their count. */
static size_t take_digits(struct text a, uint64_t *number)
{
    size_t i = 0;
    for (; i < a.len && a.ptr[i] >= '0' && a.ptr[i] <= '9'; i++)
        *number = *number * 10 + (uint64_t)(a.ptr[i] - '0');
    return i;
}

int decimal_parse(struct text plain, struct decimal *ret_value)
{
    bool negative = plain.len > 0 && plain.ptr[0] == '-';
    struct text rest = negative ? text_make(plain.ptr + 1, plain.len - 1) : plain;
    uint64_t number = 0;
    size_t whole = take_digits(rest, &number), fraction = 0;
    if (whole == 0) return -1;
    if (whole < rest.len) {
        if (rest.ptr[whole] != ',' && rest.ptr[whole] != '.') return -1;
        fraction = take_digits(text_make(rest.ptr + whole + 1, rest.len - whole - 1), &number);
        if (fraction == 0 || whole + 1 + fraction != rest.len) return -1;
    }
    if (whole > MAX_DIGITS || fraction > MAX_DIGITS - whole) return -1;
    ret_value->unscaled = negative ? -(int64_t)number : (int64_t)number;
    ret_value->scale = (uint8_t)fraction;
    return 0;
}

char *decimal_print(struct decimal value, char buffer[static DECIMAL_PRINT_SIZE])
{
    char reversed[DECIMAL_PRINT_SIZE];
    size_t n = 0, out = 0;
    uint64_t left = value.unscaled < 0 ? -(uint64_t)value.unscaled : (uint64_t)value.unscaled;
    for (unsigned digits = 0; left > 0 || digits <= value.scale; digits++, left /= 10) {
        if (digits == value.scale && digits > 0) reversed[n++] = '.';
        reversed[n++] = (char)('0' + left % 10);
    }
    if (value.unscaled < 0) buffer[out++] = '-';
    while (n > 0)
        buffer[out++] = reversed[--n];
    buffer[out] = '\0';
    return buffer;
}

/* Products of two numbers below 10^18 need 120 bits. */
static __int128 at_scale(struct decimal a, unsigned scale)
{
    return (__int128)a.unscaled * powers[scale - a.scale];
}

int decimal_compare(struct decimal a, struct decimal b)
{
    unsigned scale = a.scale > b.scale ? a.scale : b.scale;
    __int128 left = at_scale(a, scale), right = at_scale(b, scale);
    return (left > right) - (left < right);
}

int decimal_add(struct decimal a, struct decimal b, struct decimal *ret_sum)
{
    uint8_t scale = a.scale > b.scale ? a.scale : b.scale;
    __int128 sum = at_scale(a, scale) + at_scale(b, scale);
    if (sum >= LIMIT || sum <= -LIMIT) return -1;
    *ret_sum = (struct decimal){(int64_t)sum, scale};
    return 0;
}

/* One unit of A's last digit at SCALE. */
static __int128 unit_at(struct decimal a, unsigned scale)
{
    return powers[scale - a.scale];
}

bool decimal_below(struct decimal a, struct decimal b)
{
    if (a.scale == b.scale) return a.unscaled < b.unscaled;
    unsigned scale = a.scale > b.scale ? a.scale : b.scale;
    return 2 * (at_scale(b, scale) - at_scale(a, scale)) > unit_at(a, scale) + unit_at(b, scale);
}

int decimal_compare_sum(struct decimal a, struct decimal b, struct decimal total, enum decimal_rounding rounding)
{
    unsigned scale = a.scale > b.scale ? a.scale : b.scale;
    if (total.scale > scale) scale = total.scale;
    __int128 twice = 2 * (at_scale(a, scale) + at_scale(b, scale) - at_scale(total, scale)), slack = 0;
    if (rounding != DECIMAL_ALL_COUNTED) slack = unit_at(a, scale) + unit_at(b, scale);
    if (rounding == DECIMAL_ROUNDED) slack += unit_at(total, scale);
    return (twice > slack) - (twice < -slack);
}

#define NBASE        10000 /* PostgreSQL keeps four decimal digits in one of its own */
#define NBASE_DIGITS 4
#define NUMERIC_POS  0x0000
#define NUMERIC_NEG  0x4000
#define MAX_GROUPS   6 /* 18 digits cut by the decimal sign: ceil(a/4) + ceil((18-a)/4) is at most 6 */

static unsigned char *put16(unsigned char *p, unsigned number)
{
    p[0] = (unsigned char)(number >> 8 & 0xff);
    p[1] = (unsigned char)(number & 0xff);
    return p + 2;
}

unsigned decimal_binary(struct decimal value, unsigned char buffer[static DECIMAL_BINARY_SIZE])
{
    uint64_t left = value.unscaled < 0 ? -(uint64_t)value.unscaled : (uint64_t)value.unscaled;
    unsigned group[MAX_GROUPS]; /* least significant first */
    int count = 0, low = 0, fraction_groups = (value.scale + NBASE_DIGITS - 1) / NBASE_DIGITS;
    unsigned odd = value.scale % NBASE_DIGITS; /* fraction digits in the last group, which is filled with zeros */
    if (odd) {
        group[count++] = (unsigned)(left % (uint64_t)powers[odd]) * (unsigned)powers[NBASE_DIGITS - odd];
        left /= (uint64_t)powers[odd];
    }
    for (; left > 0; left /= NBASE)
        group[count++] = (unsigned)(left % NBASE);
    while (low < count && group[low] == 0)
        low++;
    while (count > low && group[count - 1] == 0)
        count--;
    unsigned ndigits = (unsigned)(count - low);
    int weight = ndigits ? count - fraction_groups - 1 : 0;
    unsigned char *p = put16(buffer, ndigits);
    p = put16(p, (unsigned)weight & 0xffff);
    p = put16(p, value.unscaled < 0 ? NUMERIC_NEG : NUMERIC_POS);
    p = put16(p, value.scale);
    while (count > low)
        p = put16(p, group[--count]);
    return (unsigned)(p - buffer);
}
