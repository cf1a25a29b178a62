#include "etl/base/period.h"

#include <stdio.h>

#include "etl/base/fold.h"

#define FIRST_YEAR    1900
#define LAST_YEAR     2199
#define SPAN_FACTOR   16 /* ordinal of a span: SPAN_FACTOR * first month + last month */
#define KIND_FACTOR   10
#define ORDINAL_LIMIT 1000

/* ---- calendar ---- */

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

static int day_of_year(int year, int month, int day)
{
    for (int m = 1; m < month; m++)
        day += days_in_month(year, m);
    return day;
}

static void month_and_day(int year, int ordinal, int *ret_month, int *ret_day)
{
    int month = 1;
    while (month < 12 && ordinal > days_in_month(year, month))
        ordinal -= days_in_month(year, month++);
    *ret_month = month;
    *ret_day = ordinal;
}

/* ---- validity ---- */

static bool is_valid(struct period p)
{
    static const int most[] = {0, 3, 4, 12, 2, 0}; /* largest ordinal by kind, up to the school year */
    if (p.year < FIRST_YEAR || p.year > LAST_YEAR) return false;
    if (p.kind == PERIOD_YEAR || p.kind == PERIOD_SCHOOL_YEAR) return p.ordinal == 0;
    if (p.kind == PERIOD_DAY) return p.ordinal >= 1 && p.ordinal <= (is_leap(p.year) ? 366 : 365);
    if (p.kind == PERIOD_SPAN) {
        int first = p.ordinal / SPAN_FACTOR, last = p.ordinal % SPAN_FACTOR;
        return first >= 1 && first < last && last <= 12;
    }
    return p.ordinal >= 1 && p.ordinal <= most[p.kind];
}

static int finish(enum period_kind kind, int year, int ordinal, enum period_report report, struct period *ret_period)
{
    struct period period = {kind, year, ordinal, report};
    if (!is_valid(period)) return -1;
    *ret_period = period;
    return 0;
}

/* ---- reading ---- */

enum piece_type { PIECE_END, PIECE_WORD, PIECE_NUMBER, PIECE_DASH, PIECE_SLASH };
struct piece {
    enum piece_type type;
    bool blank_before;
    struct text text;
    int number;
};
#define MAX_PIECES 6

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

/* Length of the dash A begins with: hyphen or en dash. */
static size_t dash_length(struct text a)
{
    return text_starts(a, "-") ? 1 : text_starts(a, "\u2013") ? 3 : 0;
}

static size_t take_piece(struct text a, struct piece *piece)
{
    size_t n = dash_length(a);
    if (n > 0) {
        piece->type = PIECE_DASH;
    } else if (a.ptr[0] == '/') {
        piece->type = PIECE_SLASH;
        n = 1;
    } else if (is_digit(a.ptr[0])) {
        piece->type = PIECE_NUMBER;
        for (; n < a.len && is_digit(a.ptr[n]); n++)
            piece->number = n < 4 ? piece->number * 10 + (a.ptr[n] - '0') : -1; /* no number here has five digits */
    } else if (is_word_byte(a.ptr[0])) {
        piece->type = PIECE_WORD;
        while (n < a.len && is_word_byte(a.ptr[n]) && dash_length(text_from(a, n)) == 0)
            n++;
    }
    piece->text = text_part(a, 0, n);
    return n;
}

/* Cuts A, folded, into words, numbers and signs; the last piece is PIECE_END.  -1 when it holds anything else. */
static int cut(struct text a, struct piece pieces[static MAX_PIECES + 1])
{
    size_t count = 0;
    bool blank = false;
    for (size_t i = 0; i < a.len;) {
        if (a.ptr[i] == ' ') {
            blank = true;
            i++;
            continue;
        }
        if (a.ptr[i] == '.' && count > 0 && pieces[count - 1].type == PIECE_WORD && !blank) { /* `jan.` */
            i++;
            continue;
        }
        if (count == MAX_PIECES) return -1;
        pieces[count] = (struct piece){.blank_before = blank};
        size_t n = take_piece(text_from(a, i), &pieces[count]);
        if (n == 0) return -1;
        count++;
        i += n;
        blank = false;
    }
    pieces[count] = (struct piece){.type = PIECE_END};
    return 0;
}

/* Whether the pieces have the types of SHAPE: w word, y number of four digits, n number of two, o number of one, -, /. */
static bool has_shape(const struct piece *pieces, const char *shape)
{
    for (; *shape; shape++, pieces++) {
        size_t digits = pieces->type == PIECE_NUMBER ? pieces->text.len : 0;
        bool fits = *shape == 'w'   ? pieces->type == PIECE_WORD
                    : *shape == 'y' ? digits == 4
                    : *shape == 'n' ? digits == 2
                    : *shape == 'o' ? digits == 1
                    : *shape == '-' ? pieces->type == PIECE_DASH
                                    : pieces->type == PIECE_SLASH;
        if (!fits) return false;
    }
    return pieces->type == PIECE_END;
}

static bool is_one_of(struct text word, const char *const *words)
{
    for (; *words; words++)
        if (text_is(word, *words)) return true;
    return false;
}

static const char *const short_months[] = {"jan", "feb", "mar", "apr", "maj", "jun",
                                           "jul", "aug", "sep", "okt", "nov", "dec"};

int period_month(struct text word)
{
    static const char *const long_months[] = {"januari", "februari", "mars",      "april",   "maj",      "juni",
                                              "juli",    "augusti",  "september", "oktober", "november", "december"};
    for (int i = 0; i < 12; i++)
        if (text_is(word, short_months[i]) || text_is(word, long_months[i])) return i + 1;
    return text_is(word, "sept") ? 9 : 0;
}

/* `T1 2024`, `Kv 1 2024`, `2024-Q1`: a word for the kind, which one, and the year. */
static int parse_part(struct text word, int which, int year, struct period *ret_period)
{
    static const char *const tertial[] = {"t", "tr", "tertial", "tertialrapport", NULL};
    static const char *const quarter[] = {"kv", "kvartal", "q", "k", NULL};
    static const char *const half[] = {"h", "halv\u00e5r", NULL};
    if (is_one_of(word, tertial)) return finish(PERIOD_TERTIAL, year, which, PERIOD_REPORT_T, ret_period);
    if (is_one_of(word, quarter)) return finish(PERIOD_QUARTER, year, which, PERIOD_REPORT_NONE, ret_period);
    if (is_one_of(word, half)) return finish(PERIOD_HALF_YEAR, year, which, PERIOD_REPORT_NONE, ret_period);
    return -1;
}

/* `VB 2022`, `HT 2023`, `mars 2024`: a word and the year. */
static int parse_named(struct text word, int year, struct period *ret_period)
{
    static const char *const whole[] = {"\u00e5r", "hel\u00e5r", NULL};
    int month = period_month(word);
    if (month) return finish(PERIOD_MONTH, year, month, PERIOD_REPORT_NONE, ret_period);
    if (text_is(word, "vb")) return finish(PERIOD_YEAR, year, 0, PERIOD_REPORT_VB, ret_period);
    if (text_is(word, "vp")) return finish(PERIOD_YEAR, year, 0, PERIOD_REPORT_VP, ret_period);
    if (text_is(word, "vt")) return finish(PERIOD_HALF_YEAR, year, 1, PERIOD_REPORT_NONE, ret_period);
    if (text_is(word, "ht")) return finish(PERIOD_HALF_YEAR, year, 2, PERIOD_REPORT_NONE, ret_period);
    if (is_one_of(word, whole)) return finish(PERIOD_YEAR, year, 0, PERIOD_REPORT_NONE, ret_period);
    return -1;
}

/* `2022/23`, `2022/2023`, with `läsår` in front or not. */
static int parse_school_year(const struct piece *p, struct period *ret_period)
{
    static const char *const words[] = {"l\u00e4s\u00e5r", "l\u00e4s\u00e5ret", NULL};
    if (p[0].type == PIECE_WORD) {
        if (!is_one_of(p[0].text, words)) return -1;
        p++;
    }
    int last = p[0].number + 1;
    if (p[2].number != (p[2].text.len == 2 ? last % 100 : last)) return -1;
    return finish(PERIOD_SCHOOL_YEAR, last, 0, PERIOD_REPORT_NONE, ret_period);
}

/* `jan-aug 2023`.  January to December is the year itself: one period has one key. */
static int parse_span(const struct piece *p, struct period *ret_period)
{
    int first = period_month(p[0].text), last = period_month(p[2].text), year = p[3].number;
    if (first == 0 || last == 0) return -1;
    if (first == 1 && last == 12) return finish(PERIOD_YEAR, year, 0, PERIOD_REPORT_NONE, ret_period);
    return finish(PERIOD_SPAN, year, SPAN_FACTOR * first + last, PERIOD_REPORT_NONE, ret_period);
}

/* `2024-03`, `2023-12-31`: written with digits only, so nothing may stand between. */
static int parse_date(const struct piece *p, struct period *ret_period)
{
    int year = p[0].number, month = p[2].number, day = p[3].type == PIECE_END ? 0 : p[4].number;
    for (const struct piece *q = p + 1; q->type != PIECE_END; q++)
        if (q->blank_before) return -1;
    if (p[3].type == PIECE_END) return finish(PERIOD_MONTH, year, month, PERIOD_REPORT_NONE, ret_period);
    if (month < 1 || month > 12 || day < 1 || day > days_in_month(year, month)) return -1;
    return finish(PERIOD_DAY, year, day_of_year(year, month, day), PERIOD_REPORT_NONE, ret_period);
}

/* `2022` and `VB 2022`, printed just so, as most are: read without folding.  False for all others. */
static bool parse_usual(struct text printed, int *ret_year, enum period_report *ret_report)
{
    size_t label = text_starts(printed, "VB ") ? 3 : 0;
    if (printed.len != label + 4) return false;
    *ret_year = 0;
    for (size_t i = label; i < printed.len; i++) {
        if (!is_digit(printed.ptr[i])) return false;
        *ret_year = *ret_year * 10 + (printed.ptr[i] - '0');
    }
    *ret_report = label ? PERIOD_REPORT_VB : PERIOD_REPORT_NONE;
    return true;
}

int period_parse(struct text printed, struct period *ret_period)
{
    char buffer[FOLD_SHORT_SIZE];
    struct piece p[MAX_PIECES + 1];
    enum period_report report;
    int year;
    if (parse_usual(printed, &year, &report)) return finish(PERIOD_YEAR, year, 0, report, ret_period);
    struct text folded = fold_short(printed, FOLD_BLANKS_ONE, buffer);
    if (folded.len == 0 || cut(folded, p)) return -1;
    if (has_shape(p, "y")) return finish(PERIOD_YEAR, p[0].number, 0, PERIOD_REPORT_NONE, ret_period);
    if (has_shape(p, "wy")) return parse_named(p[0].text, p[1].number, ret_period);
    if (has_shape(p, "yw")) return period_month(p[1].text) ? parse_named(p[1].text, p[0].number, ret_period) : -1;
    if (has_shape(p, "woy")) return parse_part(p[0].text, p[1].number, p[2].number, ret_period);
    if (has_shape(p, "ywo")) return parse_part(p[1].text, p[2].number, p[0].number, ret_period);
    if (has_shape(p, "y-wo")) return parse_part(p[2].text, p[3].number, p[0].number, ret_period);
    if (has_shape(p, "ywn") && text_is(p[1].text, "m"))
        return finish(PERIOD_MONTH, p[0].number, p[2].number, PERIOD_REPORT_NONE, ret_period);
    if (has_shape(p, "y-n") || has_shape(p, "y-n-n")) return parse_date(p, ret_period);
    if (has_shape(p, "y/n") || has_shape(p, "y/y")) return parse_school_year(p, ret_period);
    if (has_shape(p, "wy/n") || has_shape(p, "wy/y")) return parse_school_year(p, ret_period);
    if (has_shape(p, "w-wy")) return parse_span(p, ret_period);
    return -1;
}

/* ---- keys, days, names ---- */

int32_t period_id(struct period period)
{
    return (int32_t)((period.year * KIND_FACTOR + (int)period.kind) * ORDINAL_LIMIT + period.ordinal);
}

int period_from_id(int32_t id, struct period *ret_period)
{
    if (id < 0) return -1;
    int kind = id / ORDINAL_LIMIT % KIND_FACTOR;
    if (kind > PERIOD_DAY) return -1;
    return finish((enum period_kind)kind, id / ORDINAL_LIMIT / KIND_FACTOR, id % ORDINAL_LIMIT, PERIOD_REPORT_NONE,
                  ret_period);
}

/* Writes NUMBER with WIDTH digits. */
static void put_digits(char *out, int number, int width)
{
    while (width > 0) {
        out[--width] = (char)('0' + number % 10);
        number /= 10;
    }
}

static void put_date(char out[static 11], int year, int month, int day)
{
    put_digits(out, year, 4);
    put_digits(out + 5, month, 2);
    put_digits(out + 8, day, 2);
    out[4] = out[7] = '-';
    out[10] = '\0';
}

void period_days(struct period period, char first[static 11], char last[static 11])
{
    int from = 1, to = 12, length = 0, day;
    switch (period.kind) {
    case PERIOD_YEAR:
        break;
    case PERIOD_TERTIAL:
        length = 4;
        break;
    case PERIOD_QUARTER:
        length = 3;
        break;
    case PERIOD_MONTH:
        length = 1;
        break;
    case PERIOD_HALF_YEAR:
        length = 6;
        break;
    case PERIOD_SCHOOL_YEAR:
        put_date(first, period.year - 1, 7, 1);
        put_date(last, period.year, 6, 30);
        return;
    case PERIOD_SPAN:
        from = period.ordinal / SPAN_FACTOR;
        to = period.ordinal % SPAN_FACTOR;
        break;
    case PERIOD_DAY:
        month_and_day(period.year, period.ordinal, &from, &day);
        put_date(first, period.year, from, day);
        put_date(last, period.year, from, day);
        return;
    }
    if (length) {
        from = (period.ordinal - 1) * length + 1;
        to = period.ordinal * length;
    }
    put_date(first, period.year, from, 1);
    put_date(last, period.year, to, days_in_month(period.year, to));
}

int period_compare(struct period a, struct period b)
{
    char first_a[11], last_a[11], first_b[11], last_b[11];
    period_days(a, first_a, last_a);
    period_days(b, first_b, last_b);
    int by_end = strcmp(last_a, last_b);
    return by_end ? by_end : strcmp(first_b, first_a);
}

int period_closed_by(struct period day, enum period_kind kind, struct period *ret_period)
{
    char first[11], last[11], day_first[11], day_last[11];
    if (day.kind != PERIOD_DAY || kind == PERIOD_SPAN) return -1; /* many spans end on one day */
    period_days(day, day_first, day_last);
    for (int ordinal = 0; ordinal <= day.ordinal; ordinal++) {
        struct period p = {kind, day.year, ordinal, PERIOD_REPORT_NONE};
        if (!is_valid(p)) continue;
        period_days(p, first, last);
        if (strcmp(last, day_last) != 0) continue;
        *ret_period = p;
        return 0;
    }
    return -1;
}

char *period_name(struct period p, char buffer[static PERIOD_NAME_SIZE])
{
    char last[11];
    switch (p.kind) {
    case PERIOD_YEAR:
        snprintf(buffer, PERIOD_NAME_SIZE, "%d", p.year);
        break;
    case PERIOD_TERTIAL:
        snprintf(buffer, PERIOD_NAME_SIZE, "T%d %d", p.ordinal, p.year);
        break;
    case PERIOD_QUARTER:
        snprintf(buffer, PERIOD_NAME_SIZE, "Kv %d %d", p.ordinal, p.year);
        break;
    case PERIOD_MONTH:
        snprintf(buffer, PERIOD_NAME_SIZE, "%d-%02d", p.year, p.ordinal);
        break;
    case PERIOD_HALF_YEAR:
        snprintf(buffer, PERIOD_NAME_SIZE, "%s %d", p.ordinal == 1 ? "VT" : "HT", p.year);
        break;
    case PERIOD_SCHOOL_YEAR:
        snprintf(buffer, PERIOD_NAME_SIZE, "%d/%02d", p.year - 1, p.year % 100);
        break;
    case PERIOD_SPAN:
        snprintf(buffer, PERIOD_NAME_SIZE, "%s-%s %d", short_months[p.ordinal / SPAN_FACTOR - 1],
                 short_months[p.ordinal % SPAN_FACTOR - 1], p.year);
        break;
    case PERIOD_DAY:
        period_days(p, buffer, last);
        break;
    }
    return buffer;
}
