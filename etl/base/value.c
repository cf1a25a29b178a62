#include "etl/base/value.h"

#include <unictype.h>
#include <unistr.h>

#include "etl/base/fold.h"
#include "etl/base/limits.h"
#include "etl/base/period.h"
#include "etl/base/target.h"

#define MAX_DIGITS 18 /* of a struct decimal */
#define GROUP      3  /* digits of a thousands group */

static const char *const status_names[VALUE_STATUS_COUNT] = {
    [VALUE_REPORTED] = "reported", [VALUE_SUPPRESSED] = "suppressed",         [VALUE_NOT_MEASURED] = "not_measured",
    [VALUE_MISSING] = "missing",   [VALUE_NOT_APPLICABLE] = "not_applicable", [VALUE_TEXT] = "text",
};

const char *value_status_name(enum value_status status)
{
    return (unsigned)status < VALUE_STATUS_COUNT ? status_names[status] : "unknown";
}

int value_status_parse(struct text name, enum value_status *ret_status)
{
    for (int i = 0; i < VALUE_STATUS_COUNT; i++)
        if (text_is(name, status_names[i])) {
            *ret_status = (enum value_status)i;
            return 0;
        }
    return -1;
}

const char *value_fault_text(enum value_fault fault)
{
    switch (fault) {
    case VALUE_FAULT_NONE:
        return "is a value";
    case VALUE_FAULT_NOT_A_NUMBER:
        return "is not a number";
    case VALUE_FAULT_AMBIGUOUS:
        return "can be read in two ways";
    case VALUE_FAULT_TOO_LONG:
        return "has more than 18 digits or a unit that is too long";
    case VALUE_FAULT_TWO_VALUES:
        return "holds more than one value";
    case VALUE_FAULT_MEMORY:
        return "could not be read: out of memory";
    }
    return "is not a value";
}

/* ---- tokens and flags ---- */

static const struct token default_tokens[] = {
    {{"..", 2}, VALUE_SUPPRESSED},  {{".", 1}, VALUE_NOT_APPLICABLE},   {{"-", 1}, VALUE_MISSING},
    {{"\u2013", 3}, VALUE_MISSING}, {{"\u2014", 3}, VALUE_MISSING},     {{"\u2212", 3}, VALUE_MISSING},
    {{"x", 1}, VALUE_SUPPRESSED},   {{"X", 1}, VALUE_SUPPRESSED},       {{"U", 1}, VALUE_SUPPRESSED},
    {{"*", 1}, VALUE_SUPPRESSED},   {{"prickad", 7}, VALUE_SUPPRESSED},
};
const struct token_table value_default_tokens = {default_tokens, sizeof default_tokens / sizeof *default_tokens};

static bool find_token(const struct token_table *table, struct text cell, enum value_status *ret_status)
{
    for (size_t i = 0; i < table->count; i++)
        if (table->tokens[i].text.len == cell.len && text_equal(table->tokens[i].text, cell)) {
            *ret_status = table->tokens[i].status;
            return true;
        }
    return false;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool same_word(struct text a, const char *word) /* WORD is lower case */
{
    if (a.len != strlen(word)) return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.ptr[i]) != word[i]) return false;
    return true;
}

/* Takes `prel`, `(p)`, `(r)` … off the end of BODY and `prel` off its beginning. */
static unsigned take_flags(struct text *body)
{
    static const struct {
        const char *mark;
        unsigned flag;
    } marks[] = {
        {"(p)", VALUE_PRELIMINARY},  {"(prel)", VALUE_PRELIMINARY}, {"(prel.)", VALUE_PRELIMINARY},
        {"prel", VALUE_PRELIMINARY}, {"prel.", VALUE_PRELIMINARY},  {"(r)", VALUE_REVISED},
        {"(rev)", VALUE_REVISED},    {"(rev.)", VALUE_REVISED},     {"rev", VALUE_REVISED},
        {"rev.", VALUE_REVISED},
    };
    unsigned flags = 0;
    for (size_t i = 0; i < sizeof marks / sizeof *marks;) {
        size_t n = strlen(marks[i].mark);
        if (body->len > n && same_word(text_from(*body, body->len - n), marks[i].mark)) {
            struct text left = text_part(*body, 0, body->len - n), trimmed = text_trim(left);
            if (marks[i].mark[0] == '(' || trimmed.len < left.len) {
                *body = trimmed;
                flags |= marks[i].flag;
                i = 0; /* two marks can follow each other */
                continue;
            }
        }
        i++;
    }
    for (size_t n = 4; n <= 5; n++)
        if (same_word(text_part(*body, 0, n), n == 4 ? "prel" : "prel.") && text_space(text_from(*body, n))) {
            *body = text_trim(text_from(*body, n));
            flags |= VALUE_PRELIMINARY;
        }
    return flags;
}

/* ---- characters ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
static bool is_digit_at(struct text a, size_t i)
{
    return i < a.len && is_digit(a.ptr[i]);
}

static size_t digit_run(struct text a)
{
    size_t n = 0;
    while (is_digit_at(a, n))
        n++;
    return n;
}

static size_t take(struct text a, ucs4_t *ret_c)
{
    if ((unsigned char)a.ptr[0] >= 0x80) return (size_t)u8_mbtouc(ret_c, (const uint8_t *)a.ptr, a.len);
    *ret_c = (unsigned char)a.ptr[0];
    return 1;
}

static bool is_letter(ucs4_t c)
{
    if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L);
}

static bool starts_with_letter(struct text a)
{
    ucs4_t c;
    return a.len > 0 && take(a, &c) > 0 && is_letter(c);
}

static struct text trim_left(struct text a)
{
    size_t n;
    while ((n = text_space(a)) > 0)
        a = text_from(a, n);
    return a;
}

static size_t minus_length(struct text a)
{
    static const char *const signs[] = {"-", "\u2212", "\u2013", "\u2010", "\u2011"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (text_starts(a, signs[i])) return strlen(signs[i]);
    return 0;
}

static bool begins_number(struct text a)
{
    return is_digit_at(a, text_starts(a, "+") ? 1 : minus_length(a));
}

/* ---- numbers ---- */

/* A number while it is read: its digits without grouping, and what makes its grouping doubtful. */
struct reading {
    char plain[MAX_DIGITS + 3]; /* sign, point, NUL are not digits */
    size_t len;
    size_t digits;        /* counted on past MAX_DIGITS */
    bool grouped;         /* a thousands sign was read */
    bool could_be_values; /* a group behind an ordinary blank could stand alone: `85 100` */
    bool all_same;        /* … and equals the first: `100 100` */
};

static void add_digits(struct reading *r, struct text digits)
{
    for (size_t i = 0; i < digits.len; i++)
        if (r->digits++ < MAX_DIGITS) r->plain[r->len++] = digits.ptr[i];
}

/* The length of the thousands sign A begins with: exactly one blank that can stand between digits. */
static size_t thousands_sign(struct text a)
{
    size_t n = text_space(a);
    if (n == 0 || text_space(text_from(a, n)) > 0) return 0;
    if (n == 1) return a.ptr[0] == ' ' ? 1 : 0;
    return text_starts(a, "\ufeff") ? 0 : n;
}

/* Takes the groups behind the first digits off REST: 1 to 3 digits, then three at a time. */
static enum value_fault take_groups(struct text first, struct text *rest, struct reading *r)
{
    r->all_same = true;
    for (;;) {
        struct text next = trim_left(*rest);
        size_t run = digit_run(next);
        if (next.len == rest->len || run == 0) break;
        size_t sign = thousands_sign(*rest);
        bool leading_zero = next.ptr[0] == '0' && run > 1;
        if (sign == 0 || run != GROUP || first.len > GROUP || first.ptr[0] == '0')
            return leading_zero ? VALUE_FAULT_AMBIGUOUS : VALUE_FAULT_TWO_VALUES;
        struct text group = text_part(next, 0, run);
        if (sign > 1 || !text_equal(group, first)) r->all_same = false;
        if (sign == 1 && !leading_zero) r->could_be_values = true;
        r->grouped = true;
        add_digits(r, group);
        *rest = text_from(next, run);
    }
    return r->grouped && r->all_same ? VALUE_FAULT_TWO_VALUES : VALUE_FAULT_NONE;
}

/* `1.234.567` and `1.234,5` have one reading, `1.234` has two. */
static enum value_fault take_points(struct text *rest, struct reading *r)
{
    size_t groups = 0;
    struct text a = *rest, digits = {0};
    for (; a.len > GROUP && a.ptr[0] == '.' && digit_run(text_from(a, 1)) == GROUP; groups++)
        a = text_from(a, 1 + GROUP);
    if (groups == 0) return VALUE_FAULT_NONE;
    if (a.len > 1 && a.ptr[0] == '.' && is_digit(a.ptr[1])) return VALUE_FAULT_NOT_A_NUMBER;
    bool decimals = a.len > 1 && a.ptr[0] == ',' && is_digit(a.ptr[1]);
    if (groups == 1 && !decimals) return VALUE_FAULT_AMBIGUOUS;
    for (; groups > 0; groups--) {
        digits = text_part(*rest, 1, GROUP);
        add_digits(r, digits);
        *rest = text_from(*rest, 1 + GROUP);
    }
    r->grouped = true;
    return VALUE_FAULT_NONE;
}

static enum value_fault take_decimals(struct text *rest, struct reading *r)
{
    if (rest->len < 2 || (rest->ptr[0] != ',' && rest->ptr[0] != '.') || !is_digit(rest->ptr[1]))
        return VALUE_FAULT_NONE; /* a sign without digits is refused as a unit */
    struct text digits = text_from(*rest, 1);
    digits.len = digit_run(digits);
    r->plain[r->len++] = '.';
    add_digits(r, digits);
    *rest = text_from(*rest, 1 + digits.len);
    if (rest->len > 1 && (rest->ptr[0] == ',' || rest->ptr[0] == '.') && is_digit(rest->ptr[1]))
        return VALUE_FAULT_NOT_A_NUMBER;
    return VALUE_FAULT_NONE;
}

/* Takes a number off the beginning of REST, which begins_number(). */
static enum value_fault take_number(struct text *rest, struct reading *r, struct decimal *ret_number)
{
    size_t minus = minus_length(*rest);
    *r = (struct reading){0};
    if (minus) r->plain[r->len++] = '-';
    if (minus || rest->ptr[0] == '+') *rest = text_from(*rest, minus ? minus : 1);
    struct text first = text_part(*rest, 0, digit_run(*rest));
    add_digits(r, first);
    *rest = text_from(*rest, first.len);
    enum value_fault fault = take_groups(first, rest, r);
    if (!fault && !r->grouped && first.len <= GROUP && first.ptr[0] != '0') fault = take_points(rest, r);
    if (!fault) fault = take_decimals(rest, r);
    if (fault) return fault;
    struct text next = trim_left(*rest);
    if (next.len < rest->len && begins_number(next)) return VALUE_FAULT_TWO_VALUES;
    if (r->digits > MAX_DIGITS) return VALUE_FAULT_TOO_LONG;
    return decimal_parse(text_make(r->plain, r->len), ret_number) ? VALUE_FAULT_NOT_A_NUMBER : VALUE_FAULT_NONE;
}

/* ---- units ---- */

static struct text first_word(struct text a)
{
    size_t n = 0;
    while (n < a.len && text_space(text_from(a, n)) == 0)
        n++;
    return text_part(a, 0, n);
}

/* Digits belong to a unit's first word only in the signs of area, volume and carbon dioxide: `5e3` and `1O5` are not
 * units. */
static bool may_hold_digits(struct text word)
{
    char c = lower(word.ptr[0]);
    if (c == 'c' && word.len >= GROUP && lower(word.ptr[1]) == 'o' && word.ptr[2] == '2') return true;
    return text_ends(word, "m2") || text_ends(word, "m3");
}

static bool is_mark_in_unit(ucs4_t c)
{
    static const ucs4_t marks[] = {0xb0 /* ° */, 0xb2, 0xb3, 0xb7, 0x2019, 0x2010, 0x2011, 0x2013};
    if (c < 0x80) return c != 0 && strchr("/.-()':&+", (int)c) != NULL;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (c == marks[i]) return true;
    return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_M);
}

/* The characters of one word that begins with a letter, or with `/` or `(` and a letter. */
static enum value_fault check_word(struct text word, bool is_first)
{
    ucs4_t c, before = 0;
    for (size_t i = 0; i < word.len; before = c) {
        i += take(text_from(word, i), &c);
        if (c == '%') return VALUE_FAULT_TWO_VALUES;
        if (c >= '0' && c <= '9') {
            bool follows = is_letter(before) || (before >= '0' && before <= '9');
            if (!follows) return VALUE_FAULT_TWO_VALUES;
            if (is_first && !may_hold_digits(word)) return VALUE_FAULT_NOT_A_NUMBER;
        } else if (!is_letter(c) && !is_mark_in_unit(c)) {
            return VALUE_FAULT_NOT_A_NUMBER;
        }
    }
    return VALUE_FAULT_NONE;
}

/* What was merged into the cell behind a number: a target's phrase (cut by a page break too), a report's label, a token. */
static bool begins_other_cell(struct text rest, struct text word)
{
    char buffer[FOLD_SHORT_SIZE];
    enum value_status status;
    if (find_token(&value_default_tokens, word, &status)) return true;
    if (text_is(word, "VB") || text_is(word, "VP") || text_is(word, "Bokslut") || target_is_phrase(rest)) return true;
    return same_word(word, "tas") && text_starts(fold_short(text_part(rest, 0, 8), FOLD_BLANKS_OUT, buffer), "tasf");
}

/* `2 jan`: a day, which a spreadsheet made of `2-1` or `2/1`. */
static bool is_month(struct text unit)
{
    char buffer[FOLD_SHORT_SIZE];
    struct text word = fold_short(unit, FOLD_BLANKS_OUT, buffer);
    if (text_ends(word, ".")) word.len--;
    return period_month(word) > 0;
}

static bool is_approximation(struct text word)
{
    static const char *const words[] = {
        "ca",    "ca.",    "c:a",         "cirka", "circa",     "omkring",   "ungef\u00e4r",
        "drygt", "knappt", "n\u00e4stan", "runt",  "n\u00e4ra", "\u00f6ver", "under",
    };
    char buffer[FOLD_SHORT_SIZE];
    struct text folded = fold_short(word, FOLD_BLANKS_OUT, buffer);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_is(folded, words[i])) return true;
    return false;
}

bool value_calls_for_number(struct text word)
{
    static const char *const words[] = {"av",         "max", "max.",       "maximalt", "minst", "per",
                                        "h\u00f6gst", "och", "l\u00e4gst", "eller",    "till"};
    char buffer[FOLD_SHORT_SIZE];
    struct text folded = fold_short(word, FOLD_BLANKS_OUT, buffer);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_is(folded, words[i])) return true;
    return is_approximation(word);
}

/* A number inside a unit is one only behind `per`: `per 1 000 invånare`; anywhere else it is the next value. */
static enum value_fault check_words(struct text unit)
{
    size_t len = 0;
    bool number_may_follow = false, is_number = false;
    struct text word = {0};
    for (struct text rest = unit; rest.len > 0; rest = trim_left(text_from(rest, word.len))) {
        word = first_word(rest);
        bool is_first = len == 0;
        len += word.len + (is_first ? 0 : 1);
        if (len > LIMIT_UNIT) return VALUE_FAULT_TOO_LONG;
        is_number = digit_run(word) == word.len;
        if (is_number && number_may_follow) continue;
        if (begins_other_cell(rest, word)) return VALUE_FAULT_TWO_VALUES;
        number_may_follow = same_word(word, "per") || text_is(word, "/");
        if (text_is(word, "/") && !is_first) continue;
        bool bracket = word.ptr[0] == '/' || (word.ptr[0] == '(' && !is_first);
        if (!starts_with_letter(bracket ? text_from(word, 1) : word))
            return is_number || begins_number(word) || (bracket && is_digit_at(word, 1)) ? VALUE_FAULT_TWO_VALUES
                                                                                         : VALUE_FAULT_NOT_A_NUMBER;
        enum value_fault fault = check_word(word, is_first);
        if (fault) return fault;
    }
    return is_number || value_calls_for_number(word) ? VALUE_FAULT_TWO_VALUES : VALUE_FAULT_NONE;
}

/* UNIT is what stands behind a number, trimmed; ATTACHED when no blank stands between. */
static enum value_fault check_unit(struct text unit, bool attached)
{
    static const char *const shares[] = {"%", "\u2030"};
    if (unit.len == 0) return VALUE_FAULT_NONE;
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        if (!text_starts(unit, shares[i])) continue;
        struct text rest = text_from(unit, strlen(shares[i]));
        if (rest.len == 0) return VALUE_FAULT_NONE;
        if (rest.ptr[0] != '-' || !starts_with_letter(text_from(rest, 1))) return VALUE_FAULT_TWO_VALUES;
        if (unit.len > LIMIT_UNIT) return VALUE_FAULT_TOO_LONG;
        return check_words(text_from(rest, 1)); /* `%-enheter` */
    }
    if (attached && !starts_with_letter(text_from(unit, unit.ptr[0] == '/')))
        return VALUE_FAULT_NOT_A_NUMBER;                                                       /* `5-10`, `3/4` */
    if (attached && unit.len == 1 && strchr("OoI", unit.ptr[0])) return VALUE_FAULT_AMBIGUOUS; /* `1O`: 10? */
    return is_month(unit) ? VALUE_FAULT_NOT_A_NUMBER : check_words(unit);
}

/* ---- two ways to write decimals ---- */

/* The last sign between the digits of the first number in PRINTED: a point, a comma, or 0. */
static char decimal_sign(struct text printed)
{
    char sign = 0;
    size_t i = 0;
    while (i < printed.len && !is_digit(printed.ptr[i]))
        i++;
    for (; i + 1 < printed.len; i++) {
        if (is_digit(printed.ptr[i])) continue;
        if ((printed.ptr[i] != '.' && printed.ptr[i] != ',') || !is_digit(printed.ptr[i + 1])) break;
        sign = printed.ptr[i];
    }
    return sign;
}

bool value_has_point(struct text printed, struct decimal number)
{
    return number.scale > 0 && decimal_sign(printed) == '.';
}

bool value_may_be_thousands(struct text printed, struct decimal number, struct text unit)
{
    const int64_t least = 1000, above = 1000000; /* one to three digits, of which the first is not 0, and a group */
    int64_t digits = number.unscaled < 0 ? -number.unscaled : number.unscaled;
    if (number.scale != GROUP || digits < least || digits >= above || text_is(unit, "%")) return false;
    return decimal_sign(printed) == ',';
}

/* ---- cells ---- */

bool value_parse_plain(struct text cell, struct value *value)
{
    if (cell.len == 0) return false;
    const char *p = cell.ptr, *end = cell.ptr + cell.len;
    bool negative = *p == '-';
    uint64_t number = 0;
    const char *start = p += negative;
    for (; p < end && is_digit(*p); p++)
        number = number * 10 + (uint64_t)(*p - '0');
    size_t digits = (size_t)(p - start), scale = 0;
    if (digits == 0) return false;
    if (p < end && *p == ',') {
        start = ++p;
        for (; p < end && is_digit(*p); p++)
            number = number * 10 + (uint64_t)(*p - '0');
        scale = (size_t)(p - start);
        if (scale == 0) return false;
    }
    if (digits + scale > MAX_DIGITS) return false;
    if (p < end && *p == ' ') p++;
    size_t left = (size_t)(end - p);
    if (left && !(left == 1 && *p == '%') && !(left == 2 && p[0] == 's' && p[1] == 't')) return false;
    *value = (struct value){
        .status = VALUE_REPORTED,
        .has_number = true,
        .number = {negative ? -(int64_t)number : (int64_t)number, (uint8_t)scale},
        .unit = text_make(p, left),
        .printed = cell,
    };
    return true;
}

/* BODY begins_number().  The unit is left unfolded. */
static enum value_fault parse_amount(struct text body, struct decimal *ret_number, struct text *ret_unit)
{
    struct reading r;
    enum value_fault fault = take_number(&body, &r, ret_number);
    if (fault) return fault;
    struct text unit = trim_left(body);
    fault = check_unit(unit, unit.len == body.len);
    if (fault) return fault;
    /* Nobody prints a share in thousands: `85 100 %` is a share that lost its sign, and another. */
    if (r.could_be_values && text_is(unit, "%")) return VALUE_FAULT_AMBIGUOUS;
    *ret_unit = unit;
    return VALUE_FAULT_NONE;
}

static size_t bound_length(struct text a)
{
    static const char *const bounds[] = {"<=", ">=", "<", ">", "~", "\u2264", "\u2265", "\u2248"};
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++)
        if (text_starts(a, bounds[i])) return strlen(bounds[i]);
    return 0;
}

/* A cell that begins neither like a number nor like a bound: words, or a fault. */
static enum value_fault check_text(struct text cell)
{
    ucs4_t c;
    struct text rest = cell;
    while (rest.len > 0) {
        size_t n = take(rest, &c), close = c == '<' ? text_find(rest, ">") : (size_t)-1;
        if (is_letter(c)) {
            struct text word = first_word(rest);
            bool number = begins_number(trim_left(text_from(rest, word.len)));
            return number && is_approximation(word) ? VALUE_FAULT_NOT_A_NUMBER : VALUE_FAULT_NONE;
        }
        if (uc_is_general_category_withtable(c, UC_CATEGORY_MASK_N)) {
            /* `- 5 %`: a negative number, or a cell without a value and the next one? */
            size_t dash = text_starts(cell, "\u2014") ? 3 : minus_length(cell);
            return dash && begins_number(trim_left(text_from(cell, dash))) ? VALUE_FAULT_AMBIGUOUS
                                                                           : VALUE_FAULT_NOT_A_NUMBER;
        }
        rest = text_from(rest, close != (size_t)-1 ? close + 1 : n); /* markup is no text */
    }
    return VALUE_FAULT_NOT_A_NUMBER;
}

/* Any cell that is not empty, no token and not plain.  The unit is left unfolded. */
static enum value_fault parse_any(struct text cell, const struct token_table *tokens, struct value *value)
{
    if (!fold_is_storable(cell)) return VALUE_FAULT_NOT_A_NUMBER;
    struct text body = cell;
    unsigned flags = take_flags(&body);
    value->flags = flags;
    if (flags && find_token(tokens, body, &value->status)) return VALUE_FAULT_NONE;
    if (begins_number(body)) {
        value->status = VALUE_REPORTED;
        value->has_number = true;
        return parse_amount(body, &value->number, &value->unit);
    }
    size_t bound = bound_length(body);
    struct text rest = trim_left(text_from(body, bound));
    if (bound && begins_number(rest)) {
        struct decimal ignored;
        value->status = VALUE_SUPPRESSED;
        value->flags |= VALUE_BOUND;
        return parse_amount(rest, &ignored, &value->unit);
    }
    value->status = VALUE_TEXT;
    value->flags = 0;
    return check_text(cell);
}

enum value_fault value_parse(struct arena *arena, struct text printed, const struct token_table *tokens,
                             struct value *ret_value)
{
    struct text cell = text_trim(printed);
    struct value value = {.status = VALUE_MISSING, .printed = cell};
    /* Only a source's own tokens can give a number, or an empty cell, another meaning. */
    if (!tokens && (cell.len == 0 || value_parse_plain(cell, &value))) {
        *ret_value = value;
        return VALUE_FAULT_NONE;
    }
    if (!tokens) tokens = &value_default_tokens;
    if (!find_token(tokens, cell, &value.status) && cell.len > 0 && !value_parse_plain(cell, &value)) {
        enum value_fault fault = parse_any(cell, tokens, &value);
        if (fault) return fault;
        value.unit = text_fold_space(arena, value.unit);
        if (text_failed(value.unit)) return VALUE_FAULT_MEMORY;
    }
    *ret_value = value;
    return VALUE_FAULT_NONE;
}

/* A unit as short as units are: at most SHORT_UNIT_WORDS, and one word when it begins with a capital (`GWh`), because a
 * name that was cut off from its row looks like a unit otherwise. */
#define SHORT_UNIT       32
#define SHORT_UNIT_WORDS 5
static bool is_short_unit(struct text unit)
{
    unsigned count = 0;
    ucs4_t c = 0;
    if (unit.len == 0) return true;
    for (struct text rest = unit; rest.len > 0; count++)
        rest = trim_left(text_from(rest, first_word(rest).len));
    take(unit, &c);
    bool capital = uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Lu);
    return unit.len <= SHORT_UNIT && count <= (capital ? 1 : SHORT_UNIT_WORDS);
}

bool value_looks_legal(struct text cell)
{
    struct value value = {0};
    cell = text_trim(cell);
    if (cell.len == 0 || find_token(&value_default_tokens, cell, &value.status) || value_parse_plain(cell, &value))
        return true;
    if (parse_any(cell, &value_default_tokens, &value) || value.status == VALUE_TEXT) return false;
    return is_short_unit(value.unit);
}
