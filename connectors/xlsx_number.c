#include "connectors/xlsx_number.h"

#include <stdio.h>

#define DIGITS        15  /* significant ones that Excel keeps and shows */
#define POINT_MOST    18  /* digits before the decimal sign: a value holds no more */
#define POINT_LEAST   -22 /* zeros behind the decimal sign */
#define EXPONENT_MOST 400 /* binary numbers end at 308 */

/* 0.d1d2d3… * 10^point, d1 not 0; zero has no digits. */
struct exact {
    bool negative;
    int count;
    int point;
    unsigned char digit[DIGITS + 1];
};

/* ---- reading ---- */

struct digits { /* a walk over the digits of a text */
    struct exact *exact;
    int seen; /* significant ones; from the 17th on they change nothing */
};

static void add_digit(struct digits *d, unsigned char digit)
{
    if (d->seen == 0 && digit == 0) return;
    if (d->seen <= DIGITS) d->exact->digit[d->exact->count++] = digit;
    d->seen++;
}

/* E-3 and the like; false when it is none or far too large. */
static bool read_exponent(struct text rest, int *ret)
{
    bool negative = text_starts(rest, "-");
    int n = 0;
    if (negative || text_starts(rest, "+")) rest = text_from(rest, 1);
    if (rest.len == 0) return false;
    for (size_t i = 0; i < rest.len; i++) {
        if (rest.ptr[i] < '0' || rest.ptr[i] > '9' || n > EXPONENT_MOST) return false;
        n = 10 * n + (rest.ptr[i] - '0');
    }
    *ret = negative ? -n : n;
    return true;
}

/* Keeps KEEP digits (0 or less: none), rounds half away from zero, drops zeros at the end. */
static void round_at(struct exact *x, int keep)
{
    bool up = keep >= 0 && keep < x->count && x->digit[keep] >= 5;
    if (keep < x->count) x->count = keep > 0 ? keep : 0;
    for (int i = x->count - 1; up && i >= 0; i--) {
        up = x->digit[i] == 9;
        x->digit[i] = up ? 0 : (unsigned char)(x->digit[i] + 1);
    }
    if (up) { /* 999 -> 1000, or 0.5 -> 1 */
        x->digit[0] = 1;
        x->count = 1;
        x->point++;
    }
    while (x->count && x->digit[x->count - 1] == 0)
        x->count--;
}

/* [-]digits[.digits][E[+-]digits] -> at most 15 significant digits; false when it is anything else. */
static bool read_exact(struct text stored, struct exact *ret)
{
    struct exact x = {0};
    struct digits d = {.exact = &x};
    struct text rest = text_trim(stored);
    int whole = 0, leading = 0, exponent = 0;
    bool point = false, any = false;
    x.negative = text_starts(rest, "-");
    if (x.negative || text_starts(rest, "+")) rest = text_from(rest, 1);
    if (rest.len > 1000) return false;
    size_t i = 0;
    for (; i < rest.len && rest.ptr[i] != 'e' && rest.ptr[i] != 'E'; i++) {
        char c = rest.ptr[i];
        if (c == '.' && !point) {
            point = true;
            whole = d.seen;
            continue;
        }
        if (c < '0' || c > '9') return false;
        if (point && d.seen == 0 && c == '0') leading++;
        add_digit(&d, (unsigned char)(c - '0'));
        any = true;
    }
    if (!any || (i < rest.len && !read_exponent(text_from(rest, i + 1), &exponent))) return false;
    if (!point) whole = d.seen;
    x.point = whole - leading + exponent;
    round_at(&x, DIGITS);
    if (x.count == 0) x.point = 0;
    *ret = x;
    return true;
}

/* ---- showing ---- */

struct out {
    char *buffer;
    size_t len;
};

static void put(struct out *out, struct text text)
{
    if (text.len > NUMBER_SHOWN - 1 - out->len) text.len = NUMBER_SHOWN - 1 - out->len;
    if (text.len) memcpy(out->buffer + out->len, text.ptr, text.len);
    out->len += text.len;
}

static unsigned digit_at(const struct exact *x, int position) /* 0 = the first behind the point's place minus POINT */
{
    return position >= 0 && position < x->count ? x->digit[position] : 0;
}

static void put_digits(struct out *out, const struct exact *x, const struct format_section *section)
{
    int whole = x->count && x->point > 0 ? x->point : 0, least = section->int_min > 1 ? section->int_min : 1;
    int places = whole > least ? whole : least;
    for (int i = places; i > 0; i--) {
        char c = (char)('0' + digit_at(x, x->point - i));
        put(out, text_make(&c, 1));
        if (section->grouped && i > 1 && i % 3 == 1) put(out, TEXT(" "));
    }
    int decimals = x->count - x->point > section->dec_min && x->count ? x->count - x->point : section->dec_min;
    for (int i = 0; i < decimals; i++) {
        char c = (char)('0' + digit_at(x, x->point + i));
        if (i == 0) put(out, TEXT(","));
        put(out, text_make(&c, 1));
    }
}

/* The section's number with its words. */
static enum cell_fault show_section(struct exact x, const struct format_section *section, char *buffer,
                                    struct text *ret_shown)
{
    struct out out = {buffer, 0};
    if (x.count) x.point += 2 * section->percents - 3 * section->scale;
    if (x.count && x.point > POINT_MOST) return CELL_NUMBER;
    if (!section->general) round_at(&x, x.point + section->dec_max);
    if (x.count && x.point < POINT_LEAST) return CELL_NUMBER;
    if (x.count == 0) x.point = 0;
    if (x.count == 0 && !section->general && !section->int_min && !section->dec_min)
        return CELL_FORMAT; /* `#` hides it */
    if (x.negative && x.count) put(&out, TEXT("-"));
    put(&out, text_of(section->before));
    if (section->before[0] && !strchr("<>~", section->before[strlen(section->before) - 1])) put(&out, TEXT(" "));
    put_digits(&out, &x, section);
    if (section->after[0]) put(&out, TEXT(" "));
    put(&out, text_of(section->after));
    *ret_shown = text_make(buffer, out.len);
    return CELL_FINE;
}

static bool is_dash(const char *words)
{
    return !strcmp(words, "-") || !strcmp(words, "\u2013") || !strcmp(words, "\u2014");
}

static enum cell_fault show_number(const struct exact *x, const struct number_format *format, char *buffer,
                                   struct text *ret_shown)
{
    const struct format_section *section = &format->section[0];
    if (x->count && x->negative && format->sections > 1) section = &format->section[1];
    if (x->count == 0 && format->sections > 2) {
        const struct format_section *zero = &format->section[2];
        bool shown = zero->general || zero->int_min || zero->dec_min;
        if (!shown && (zero->after[0] || !is_dash(zero->before)))
            return CELL_FORMAT;    /* a zero shown as `..`, or hidden */
        if (shown) section = zero; /* a dash for zero, as accountants write it, is zero */
    }
    if (!section->digits) return CELL_FORMAT;
    return show_section(*x, section, buffer, ret_shown);
}

/* ---- days ---- */

/* Days since 1970-01-01 -> year, month, day of the Gregorian calendar (after H. Hinnant, "chrono-compatible low-level date
 * algorithms": years begin in March, so that the leap day is the last). */
static void civil(int days, int *ret_year, int *ret_month, int *ret_day)
{
    int z = days + 719468; /* from 0000-03-01 */
    int era = z / 146097, of_era = z - era * 146097;
    int year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int of_year = of_era - (365 * year + year / 4 - year / 100);
    int month = (5 * of_year + 2) / 153;
    *ret_day = of_year - (153 * month + 2) / 5 + 1;
    *ret_month = month < 10 ? month + 3 : month - 9;
    *ret_year = year + era * 400 + (*ret_month <= 2);
}

static enum cell_fault put_date(int year, int month, int day, enum format_kind kind, char *buffer,
                                struct text *ret_shown)
{
    int n;
    if (kind == FORMAT_YEAR)
        n = snprintf(buffer, NUMBER_SHOWN, "%04d", year);
    else if (kind == FORMAT_MONTH)
        n = snprintf(buffer, NUMBER_SHOWN, "%04d-%02d", year, month);
    else
        n = snprintf(buffer, NUMBER_SHOWN, "%04d-%02d-%02d", year, month, day);
    if (n < 0 || n >= NUMBER_SHOWN) return CELL_DATE;
    *ret_shown = text_make(buffer, (size_t)n);
    return CELL_FINE;
}

static enum cell_fault show_date(const struct exact *x, enum format_kind kind, bool date1904, char *buffer,
                                 struct text *ret_shown)
{
    const int last_1900 = 2958465, last_1904 = 2957003; /* 9999-12-31 */
    int serial = 0, year, month, day;
    if (x->count > x->point || x->point > 7 || (x->negative && x->count))
        return CELL_DATE; /* a time, or no day at all */
    for (int i = 0; i < x->point; i++)
        serial = 10 * serial + (int)digit_at(x, i);
    if (date1904) {
        if (serial > last_1904) return CELL_DATE;
        civil(serial - 24107, &year, &month, &day); /* 1904-01-01 */
    } else {
        if (serial == 0 || serial == 60 || serial > last_1900) return CELL_DATE; /* 60: the day that never was */
        civil(serial - (serial < 60 ? 25568 : 25569), &year, &month, &day);
    }
    return put_date(year, month, day, kind, buffer, ret_shown);
}

enum cell_fault number_show(struct text stored, const struct number_format *format, bool date1904,
                            char buffer[static NUMBER_SHOWN], struct text *ret_shown)
{
    static const struct format_section general = {.digits = true, .general = true};
    struct exact x;
    if (!read_exact(stored, &x)) return CELL_NUMBER;
    switch (format->kind) {
    case FORMAT_GENERAL:
        return show_section(x, &general, buffer, ret_shown);
    case FORMAT_NUMBER:
        return show_number(&x, format, buffer, ret_shown);
    case FORMAT_DAY:
    case FORMAT_MONTH:
    case FORMAT_YEAR:
        return show_date(&x, format->kind, date1904, buffer, ret_shown);
    case FORMAT_OTHER:
        break;
    }
    return CELL_FORMAT;
}

static int two(struct text a, size_t at) /* two digits, or -1 */
{
    if (at + 2 > a.len || a.ptr[at] < '0' || a.ptr[at] > '9' || a.ptr[at + 1] < '0' || a.ptr[at + 1] > '9') return -1;
    return 10 * (a.ptr[at] - '0') + a.ptr[at + 1] - '0';
}

static bool is_midnight(struct text time)
{
    if (time.len == 0) return true;
    if (text_ends(time, "Z")) time.len--;
    if (!text_starts(time, "T00:00")) return false;
    for (size_t i = 6; i < time.len; i++)
        if (!strchr(":.0", time.ptr[i])) return false;
    return true;
}

enum cell_fault number_show_date(struct text stored, const struct number_format *format,
                                 char buffer[static NUMBER_SHOWN], struct text *ret_shown)
{
    struct text date = text_trim(stored);
    int century = two(date, 0), of_century = two(date, 2), month = two(date, 5), day = two(date, 8);
    bool dashes = date.len >= 10 && date.ptr[4] == '-' && date.ptr[7] == '-';
    if (!dashes || century < 0 || of_century < 0 || month < 1 || month > 12 || day < 1 || day > 31) return CELL_DATE;
    if (!is_midnight(text_from(date, 10))) return CELL_DATE;
    enum format_kind kind = format->kind == FORMAT_MONTH || format->kind == FORMAT_YEAR ? format->kind : FORMAT_DAY;
    return put_date(100 * century + of_century, month, day, kind, buffer, ret_shown);
}
