#include "connectors/xlsx_format.h"

#include <strings.h>

/* ECMA-376 part 1, 18.8.30; 27 to 36 and 50 to 81 are dates in some languages of Asia and unknown in others. */
static const char *const builtin[] = {
    [0] = "General",
    [1] = "0",
    [2] = "0.00",
    [3] = "#,##0",
    [4] = "#,##0.00",
    [5] = "#,##0",
    [6] = "#,##0",
    [7] = "#,##0.00",
    [8] = "#,##0.00",
    [9] = "0%",
    [10] = "0.00%",
    [11] = "0.00E+00",
    [12] = "# ?/?",
    [13] = "# ?"
           "?/?"
           "?",
    [14] = "mm-dd-yy",
    [15] = "d-mmm-yy",
    [16] = "d-mmm",
    [17] = "mmm-yy",
    [18] = "h:mm AM/PM",
    [19] = "h:mm:ss AM/PM",
    [20] = "h:mm",
    [21] = "h:mm:ss",
    [22] = "m/d/yy h:mm",
    [37] = "#,##0",
    [38] = "#,##0",
    [39] = "#,##0.00",
    [40] = "#,##0.00",
    [41] = "#,##0",
    [42] = "#,##0",
    [43] = "#,##0.00",
    [44] = "#,##0.00",
    [45] = "mm:ss",
    [46] = "[h]:mm:ss",
    [47] = "mmss.0",
    [48] = "##0.0E+0",
    [49] = "@",
};

const char *number_format_builtin(unsigned id)
{
    return id < sizeof builtin / sizeof *builtin ? builtin[id] : NULL;
}

/* ---- one section ---- */

enum part { PART_BEFORE, PART_INTEGER, PART_DECIMALS, PART_AFTER };

struct scan {
    struct text left;
    struct format_section *section;
    enum part part;
    unsigned commas; /* behind the last digit: they group when a digit follows, and scale when none does */
    bool blank;      /* the same for blanks between digits */
    bool other;      /* something that is not understood */
    bool year, month, day, clock, was_hour;
    bool open_month; /* the last m may turn out to be minutes: seconds follow */
    size_t before, after;
};

static size_t character(struct text a)
{
    unsigned char c = a.len ? (unsigned char)a.ptr[0] : 0;
    size_t n = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
    return n < a.len ? n : a.len;
}

static void add_literal(struct scan *s, struct text words)
{
    bool behind = s->part != PART_BEFORE;
    char *to = behind ? s->section->after : s->section->before;
    size_t *len = behind ? &s->after : &s->before;
    if ((s->part == PART_INTEGER || s->part == PART_DECIMALS) &&
        text_blank(words)) { /* may group, may end the number */
        s->blank = true;
        return;
    }
    if (behind && s->part != PART_AFTER) s->part = PART_AFTER;
    if (*len + words.len >= FORMAT_LITERAL) {
        s->other = true;
        return;
    }
    if (words.len) memcpy(to + *len, words.ptr, words.len);
    *len += words.len;
}

static void add_digit(struct scan *s, char c)
{
    struct format_section *section = s->section;
    if (s->part == PART_BEFORE) s->part = PART_INTEGER;
    if (s->part == PART_AFTER) s->other = true; /* `000-0000` */
    section->digits = true;
    if (s->part == PART_INTEGER) {
        section->grouped |= s->commas > 0 || s->blank; /* `# ##0` is meant as `#,##0` */
        if (c == '0' || section->int_min) section->int_min++;
    } else {
        s->other |= s->commas > 0 || s->blank;
        section->dec_max++;
        if (c == '0') section->dec_min = section->dec_max;
    }
    s->other |= section->int_min > 18 || section->dec_max > 18;
    s->commas = 0;
    s->blank = false;
}

static void end_digits(struct scan *s)
{
    if (s->commas > 3) s->other = true;
    s->section->scale = (uint8_t)(s->section->scale + s->commas);
    s->commas = 0;
}

static void add_point(struct scan *s)
{
    if (s->year || s->month || s->day) { /* `dd.mm.yyyy` */
        add_literal(s, TEXT("."));
        return;
    }
    if (s->part == PART_BEFORE) s->part = PART_INTEGER; /* `.00` */
    if (s->part != PART_INTEGER) {
        s->other = true;
        return;
    }
    end_digits(s);
    s->part = PART_DECIMALS;
}

static void add_comma(struct scan *s)
{
    if (s->part == PART_INTEGER || s->part == PART_DECIMALS)
        s->commas++;
    else
        add_literal(s, TEXT(",")); /* of a date */
}

/* `[Red]`, `[$kr-41D]`, `[<5]`, `[h]`: INSIDE is between the brackets. */
static void add_bracket(struct scan *s, struct text inside)
{
    static const char *const colours[] = {"black", "blue",  "cyan",   "green", "magenta",
                                          "red",   "white", "yellow", "color"};
    if (text_starts(inside, "$")) {
        size_t end = 1;
        while (end < inside.len && inside.ptr[end] != '-')
            end++;
        if (end > 1) add_literal(s, text_part(inside, 1, end - 1));
        return;
    }
    for (size_t i = 0; i < sizeof colours / sizeof *colours; i++) {
        size_t n = strlen(colours[i]);
        if (inside.len >= n && !strncasecmp(inside.ptr, colours[i], n)) return;
    }
    s->other = true; /* a condition shows numbers of one kind as others: `[<5]"<5"` */
}

static void add_date(struct scan *s, char letter)
{
    if (letter == 'y') s->year = true;
    if (letter == 'd') s->day = true;
    if (letter == 'h') s->clock = true;
    if (letter == 'm' && !s->was_hour) s->month = s->open_month = true; /* `h:mm` are minutes … */
    if (letter == 's') {
        s->clock = true;
        if (s->open_month) s->month = false; /* … and so are `mm:ss` */
    }
    if (letter != 'm') s->open_month = false;
    s->was_hour = letter == 'h';
}

/* A letter outside quotes. */
static size_t add_letter(struct scan *s)
{
    char c = (char)(s->left.ptr[0] | 0x20);
    size_t n = 1;
    if (s->left.len >= 7 && !strncasecmp(s->left.ptr, "General", 7)) {
        s->section->digits = s->section->general = true;
        s->part = PART_AFTER;
        return 7;
    }
    if (c == 'a' && s->left.len >= 3) { /* AM/PM, A/P */
        s->clock = true;
        return s->left.len >= 5 && !strncasecmp(s->left.ptr, "AM/PM", 5) ? 5 : 3;
    }
    if (!strchr("ymdhs", c)) {
        s->other = true;
        return 1;
    }
    while (n < s->left.len && (s->left.ptr[n] | 0x20) == c)
        n++;
    add_date(s, c);
    return n;
}

/* Reads what the code goes on with; how many bytes that is.  Stops the section at `;`. */
static size_t scan_some(struct scan *s)
{
    char c = s->left.ptr[0];
    struct text rest = text_from(s->left, 1);
    size_t n;
    switch (c) {
    case '"':
        for (n = 0; n < rest.len && rest.ptr[n] != '"';)
            n++;
        add_literal(s, text_part(rest, 0, n));
        return n + 2;
    case '[':
        for (n = 0; n < rest.len && rest.ptr[n] != ']';)
            n++;
        add_bracket(s, text_part(rest, 0, n));
        return n + 2;
    case '\\':
        n = character(rest);
        add_literal(s, text_part(rest, 0, n));
        return n + 1;
    case '_': /* as wide as the next character */
        add_literal(s, TEXT(" "));
        return character(rest) + 1;
    case '*': /* filled up with the next character */
        return character(rest) + 1;
    case '0':
    case '#':
    case '?':
        add_digit(s, c);
        return 1;
    case '.':
        add_point(s);
        return 1;
    case ',':
        add_comma(s);
        return 1;
    case '%':
        s->section->percents++;
        if (s->section->percents > 2) s->other = true;
        add_literal(s, TEXT("%"));
        return 1;
    case '@':
        s->section->digits = s->section->general = true;
        return 1;
    default:
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return add_letter(s);
        if ((c >= '1' && c <= '9') || (c == '/' && s->section->digits)) s->other = true; /* `# ?/8` */
        n = character(s->left);
        add_literal(s, text_part(s->left, 0, n));
        return n;
    }
}

/* True when a section's digits show a zero too: `#` and `?` do not. */
static bool shows_zero(const struct format_section *section)
{
    return section->general || section->int_min || section->dec_min;
}

static void set_literal(char to[static FORMAT_LITERAL], struct text words)
{
    if (words.len) memmove(to, words.ptr, words.len);
    to[words.len] = '\0';
}

/* Trims the words around the number.  INDEX: of the section.  A minus or bracket stands for the sign, which is written
 * anyhow; before numbers that are not negative it would be wrong.  `"-"??` for zero is a dash. */
static void settle_words(struct scan *s, unsigned index)
{
    static const char *const minus[] = {"-", "(", "\u2212", "\u2013"};
    struct format_section *section = s->section;
    struct text before = text_trim(text_make(section->before, s->before));
    struct text after = text_trim(text_make(section->after, s->after));
    bool dash = index == 2 && !shows_zero(section);
    for (size_t i = 0; i < sizeof minus / sizeof *minus && section->digits && !dash; i++) {
        if (!text_starts(before, minus[i])) continue;
        if (index == 0) s->other = true;
        if (minus[i][0] == '(' && text_starts(after, ")")) after = text_trim(text_from(after, 1));
        before = text_trim(text_from(before, strlen(minus[i])));
        break;
    }
    if (text_is(before, "+")) before = text_make(NULL, 0);
    set_literal(section->after, after);
    set_literal(section->before, before);
}

static enum format_kind kind_of(const struct scan *s)
{
    bool date = s->year || s->month || s->day || s->clock;
    if (s->other || (date && s->section->digits)) return FORMAT_OTHER;
    if (!date) return FORMAT_NUMBER;
    if (!s->year || (s->day && !s->month)) return FORMAT_OTHER;
    if (s->day) return FORMAT_DAY;
    return s->month ? FORMAT_MONTH : FORMAT_YEAR;
}

/* The section at the head of *CODE, which is then behind its `;`; RET_MORE says whether there was one. */
static enum format_kind read_section(struct text *code, unsigned index, struct format_section *ret_section,
                                     bool *ret_more)
{
    struct scan s = {.left = *code, .section = ret_section};
    *ret_section = (struct format_section){0};
    while (s.left.len && s.left.ptr[0] != ';') {
        size_t n = scan_some(&s);
        s.left = text_from(s.left, n);
    }
    end_digits(&s);
    settle_words(&s, index);
    *ret_more = s.left.len > 0;
    *code = text_from(s.left, 1);
    return kind_of(&s);
}

void number_format_parse(struct text code, struct number_format *ret_format)
{
    struct number_format format = {0};
    for (bool more = true; more && format.sections < 3; format.sections++) { /* a fourth one is for text */
        enum format_kind kind = read_section(&code, format.sections, &format.section[format.sections], &more);
        if (format.sections == 0) format.kind = kind;
        if (kind == FORMAT_OTHER || (format.kind == FORMAT_NUMBER && kind != FORMAT_NUMBER)) format.kind = FORMAT_OTHER;
    }
    const struct format_section *first = &format.section[0];
    bool plain = first->general && !first->before[0] && !first->after[0];
    if (format.kind == FORMAT_NUMBER && plain && format.sections == 1) format.kind = FORMAT_GENERAL;
    *ret_format = format;
}
