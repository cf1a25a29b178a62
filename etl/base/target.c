#include "etl/base/target.h"

#include "etl/base/fold.h"

static const char *const operator_names[TARGET_OPERATOR_COUNT] = {
    [TARGET_NONE] = "none",           [TARGET_VALUE] = "value",       [TARGET_AT_LEAST] = "at_least",
    [TARGET_AT_MOST] = "at_most",     [TARGET_EXACTLY] = "exactly",   [TARGET_WITHIN] = "within",
    [TARGET_INCREASE] = "increase",   [TARGET_DECREASE] = "decrease", [TARGET_UNCHANGED] = "unchanged",
    [TARGET_DELEGATED] = "delegated", [TARGET_TEXT] = "text",
};

const char *target_operator_name(enum target_operator op)
{
    return (unsigned)op < TARGET_OPERATOR_COUNT ? operator_names[op] : "unknown";
}

static bool is_digit_at(struct text a, size_t i)
{
    return i < a.len && a.ptr[i] >= '0' && a.ptr[i] <= '9';
}

struct phrase {
    const char *text;
    enum target_operator op;
};

/* Lower case and without blanks, because a page break can put a blank inside a word. */
static const struct phrase phrases[] = {
    {"tasframavn\u00e4mnd", TARGET_DELEGATED},
    {"tasframavn\u00e4mnd/styrelse", TARGET_DELEGATED},
    {"tasframavn\u00e4mnd/bolag", TARGET_DELEGATED},
    {"tasframavn\u00e4mnd/bolagsstyrelse", TARGET_DELEGATED},
    {"tasframavn\u00e4mndellerstyrelse", TARGET_DELEGATED},
    {"\u00f6ka", TARGET_INCREASE},
    {"\u00f6kar", TARGET_INCREASE},
    {"\u00f6kas", TARGET_INCREASE},
    {"ska\u00f6ka", TARGET_INCREASE},
    {"ska\u00f6kas", TARGET_INCREASE},
    {"minska", TARGET_DECREASE},
    {"minskar", TARGET_DECREASE},
    {"minskas", TARGET_DECREASE},
    {"skaminska", TARGET_DECREASE},
    {"skaminskas", TARGET_DECREASE},
    {"of\u00f6r\u00e4ndrat", TARGET_UNCHANGED},
    {"of\u00f6r\u00e4ndrad", TARGET_UNCHANGED},
    {"of\u00f6r\u00e4ndrade", TARGET_UNCHANGED},
    {"bibeh\u00e5lla", TARGET_UNCHANGED},
    {"bibeh\u00e5lls", TARGET_UNCHANGED},
    {"bibeh\u00e5llas", TARGET_UNCHANGED},
    {"skabibeh\u00e5llas", TARGET_UNCHANGED},
};

static enum target_operator find_phrase(struct text cell) /* TARGET_NONE when CELL is none */
{
    char buffer[FOLD_SHORT_SIZE];
    cell = text_trim(cell);
    if (cell.len == 0 || is_digit_at(cell, 0)) return TARGET_NONE; /* the usual cell, without folding it */
    struct text folded = fold_short(cell, FOLD_BLANKS_OUT, buffer);
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
        if (text_is(folded, phrases[i].text)) return phrases[i].op;
    return TARGET_NONE;
}

bool target_is_phrase(struct text cell)
{
    return find_phrase(cell) != TARGET_NONE;
}

static const struct phrase signs[] = {
    /* longer ones first */
    {"+/-", TARGET_WITHIN},    {"+/\u2212", TARGET_WITHIN}, {"+/\u2013", TARGET_WITHIN},
    {"\u00b1", TARGET_WITHIN}, {">=", TARGET_AT_LEAST},     {"\u2265", TARGET_AT_LEAST},
    {"<=", TARGET_AT_MOST},    {"\u2264", TARGET_AT_MOST},  {"=", TARGET_EXACTLY},
};
static const struct phrase words[] = {
    {"minst", TARGET_AT_LEAST},   {"l\u00e4gst", TARGET_AT_LEAST}, {"min", TARGET_AT_LEAST},
    {"min.", TARGET_AT_LEAST},    {"max", TARGET_AT_MOST},         {"max.", TARGET_AT_MOST},
    {"maximalt", TARGET_AT_MOST}, {"h\u00f6gst", TARGET_AT_MOST},
};

/* Length of the minus A begins with. */
static size_t minus_length(struct text a)
{
    return text_starts(a, "-") ? 1 : text_starts(a, "\u2212") || text_starts(a, "\u2013") ? 3 : 0;
}

/* `Max 10` -> TARGET_AT_MOST and `10`; TARGET_VALUE and the cell itself where no operator stands before a digit. */
static enum target_operator split_operator(struct text cell, struct text *ret_rest)
{
    char buffer[FOLD_SHORT_SIZE];
    struct text rest;
    *ret_rest = cell;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (!text_starts(cell, signs[i].text)) continue;
        rest = text_trim(text_from(cell, strlen(signs[i].text)));
        if (!is_digit_at(rest, minus_length(rest))) return TARGET_VALUE;
        *ret_rest = rest;
        return signs[i].op;
    }
    size_t n = 0;
    while (n < cell.len && text_space(text_from(cell, n)) == 0 && !is_digit_at(cell, n))
        n++;
    rest = text_trim(text_from(cell, n));
    if (n == 0 || !is_digit_at(rest, minus_length(rest))) return TARGET_VALUE;
    struct text word = fold_short(text_part(cell, 0, n), FOLD_BLANKS_OUT, buffer);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_is(word, words[i].text)) {
            *ret_rest = rest;
            return words[i].op;
        }
    return TARGET_VALUE;
}

static const struct token_table no_tokens = {NULL, 0};

/* Reads OP and the number in REST into TARGET. */
static enum value_fault read_number(struct arena *arena, enum target_operator op, struct text rest,
                                    struct target *target)
{
    struct value value;
    enum value_fault fault = value_parse(arena, rest, &no_tokens, &value);
    if (fault == VALUE_FAULT_NONE && op == TARGET_WITHIN && value.has_number && value.number.unscaled < 0)
        fault = VALUE_FAULT_NOT_A_NUMBER; /* a half-width */
    if (fault) return fault;
    target->op = value.has_number ? op : TARGET_TEXT;
    target->has_number = value.has_number;
    if (value.has_number) {
        target->number = value.number;
        target->unit = value.unit;
    }
    return VALUE_FAULT_NONE;
}

/* `+5 %`: by how much it is to grow, or what it is to be?  Kept, and never judged. */
static bool is_signed_plus(struct text cell)
{
    return text_starts(cell, "+") && is_digit_at(cell, 1);
}

/* Whether a digit stands in CELL before any letter: false for a dash, an icon, words. */
static bool has_digit_first(struct text cell)
{
    for (size_t i = 0; i < cell.len; i++) {
        if (is_digit_at(cell, i)) return true;
        if ((cell.ptr[i] | 0x20) >= 'a' && (cell.ptr[i] | 0x20) <= 'z') return false;
    }
    return false;
}

enum value_fault target_parse(struct arena *arena, struct text printed, struct target *ret_target)
{
    struct text cell = text_trim(printed), rest;
    struct target target = {.printed = cell};
    struct value plain;
    enum value_fault fault = VALUE_FAULT_NONE;
    if (value_parse_plain(cell, &plain)) {
        *ret_target = (struct target){TARGET_VALUE, true, plain.number, plain.unit, cell};
        return VALUE_FAULT_NONE;
    }
    if (!fold_is_storable(cell)) return VALUE_FAULT_NOT_A_NUMBER;
    target.op = find_phrase(cell);
    if (cell.len > 0 && target.op == TARGET_NONE) {
        enum target_operator op = split_operator(cell, &rest);
        if (op == TARGET_VALUE && !has_digit_first(cell))
            target.op = TARGET_TEXT;
        else
            fault = read_number(arena, op, rest, &target);
        if (!fault && is_signed_plus(cell)) target = (struct target){.op = TARGET_TEXT, .printed = cell};
    }
    if (fault == VALUE_FAULT_NONE) *ret_target = target;
    return fault;
}

bool target_looks_legal(struct text cell)
{
    struct text rest;
    struct arena scratch = {0};
    struct target target;
    cell = text_trim(cell);
    if (cell.len == 0 || target_is_phrase(cell)) return true;
    split_operator(cell, &rest);
    bool legal = value_looks_legal(rest) && target_parse(&scratch, cell, &target) == VALUE_FAULT_NONE &&
                 (target.op != TARGET_TEXT || is_signed_plus(cell));
    arena_free(&scratch);
    return legal;
}
