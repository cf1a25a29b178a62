#include "connectors/rapport_words.h"

#include <stdint.h>
#include <unistr.h>

#include "etl/base/limits.h"
#include "etl/base/period.h"

static const char *const dashes[] = {"-", "–", "—", "\u2212"};

/* Signs that stand for a picture: ● ◆ ■ ✓ ♀ → 🟢, the private letters of symbol fonts, and what selects their look. */
static bool is_picture(ucs4_t c)
{
    return (c >= 0x2190 && c <= 0x21ff) || (c >= 0x2300 && c <= 0x23ff) || (c >= 0x25a0 && c <= 0x27bf) ||
           (c >= 0x2b00 && c <= 0x2bff) || (c >= 0xe000 && c <= 0xf8ff) || (c >= 0x1f000 && c <= 0x1faff) ||
           c == 0xfe0f || c == 0x200d;
}

size_t words_icon(struct text a)
{
    ucs4_t c;
    if (a.len && (unsigned char)a.ptr[0] >= 0xe2) {
        int n = u8_mbtouc(&c, (const uint8_t *)a.ptr, a.len);
        if (n > 0 && is_picture(c)) return (size_t)n;
    }
    if (text_starts(a, "!") && (a.len == 1 || text_space(text_from(a, 1)))) return 1;
    return 0;
}

static size_t dash_at(struct text a)
{
    for (size_t i = 0; i < sizeof dashes / sizeof *dashes; i++)
        if (text_starts(a, dashes[i])) return strlen(dashes[i]);
    return 0;
}

/* Length of the tag A begins with, 0 when none: `<p>`, `</i>`, `<table border="1">`.  `<5` is no tag. */
static size_t tag_at(struct text a)
{
    if (a.len < 3 || a.ptr[0] != '<') return 0;
    size_t i = a.ptr[1] == '/' ? 2 : 1;
    if (!((a.ptr[i] >= 'a' && a.ptr[i] <= 'z') || (a.ptr[i] >= 'A' && a.ptr[i] <= 'Z'))) return 0;
    while (i < a.len && i < 120 && a.ptr[i] != '>')
        i++;
    return i < a.len && a.ptr[i] == '>' ? i + 1 : 0;
}

static size_t mark_at(struct text a) /* a sign of Markdown */
{
    return a.len && (a.ptr[0] == '*' || a.ptr[0] == '#' || a.ptr[0] == '_') ? 1 : 0;
}

bool words_icons_only(struct text a)
{
    while (a.len) {
        size_t n = text_space(a);
        if (!n) n = words_icon(a);
        if (!n) n = dash_at(a);
        if (!n) n = mark_at(a);
        if (!n) n = tag_at(a);
        if (!n) return false;
        a = text_from(a, n);
    }
    return true;
}

struct text words_unmarked(struct text a)
{
    for (;;) {
        size_t n = text_space(a);
        if (!n) n = tag_at(a);
        if (!n) n = mark_at(a);
        if (!n) return a;
        a = text_from(a, n);
    }
}

bool words_tagged(struct text a)
{
    return tag_at(text_trim(a)) > 0;
}

static struct text strip_front(struct text a, bool dashes_too, bool *markup)
{
    for (;;) {
        size_t n = text_space(a);
        if (!n) n = words_icon(a);
        if (!n && dashes_too && dash_at(a) && text_space(text_from(a, dash_at(a))))
            n = dash_at(a); /* stands for an icon */
        if (!n && (n = tag_at(a))) *markup = true;
        if (!n && (n = mark_at(a))) *markup = true;
        if (!n) return a;
        a = text_from(a, n);
    }
}

/* Length of the icon, tag or Markdown sign A ends with. */
static size_t strip_length_back(struct text a, bool *markup)
{
    for (size_t n = 1; n <= 4 && n <= a.len; n++) {
        struct text tail = text_from(a, a.len - n);
        if (words_icon(tail) == n && tail.ptr[0] != '!') return n;
    }
    if (a.len && (a.ptr[a.len - 1] == '*' || a.ptr[a.len - 1] == '_')) {
        *markup = true;
        return 1;
    }
    if (a.len && a.ptr[a.len - 1] == '>')
        for (size_t n = 3; n <= a.len && n < 120; n++)
            if (a.ptr[a.len - n] == '<') {
                if (tag_at(text_from(a, a.len - n)) != n) return 0;
                *markup = true;
                return n;
            }
    return 0;
}

static struct text strip_both(struct arena *arena, struct text cell, bool dashes_too, bool *ret_markup)
{
    struct text a = strip_front(text_trim(cell), dashes_too, ret_markup);
    size_t n;
    while (a = text_trim(a), (n = strip_length_back(a, ret_markup)) > 0)
        a.len -= n;
    return text_fold_space(arena, a);
}

struct text words_name(struct arena *arena, struct text cell, bool *ret_markup)
{
    return strip_both(arena, cell, true, ret_markup);
}

struct text words_name_rest(struct arena *arena, struct text cell, bool *ret_markup)
{
    return strip_both(arena, cell, false, ret_markup);
}

static bool letter_at(struct text a)
{
    if (!a.len) return false;
    unsigned char c = (unsigned char)a.ptr[0];
    return (c | 0x20) >= 'a' ? (c | 0x20) <= 'z' || c >= 0xc3 : false;
}

bool words_is_analysis(struct text a)
{
    a = words_unmarked(a);
    return text_starts(a, "Analys") && !letter_at(text_from(a, strlen("Analys")));
}

bool words_is_contents(struct text line)
{
    line = text_trim(line);
    size_t end = line.len;
    while (end > 0 && line.ptr[end - 1] >= '0' && line.ptr[end - 1] <= '9')
        end--;
    if (end == line.len || line.len - end > 4) return false;
    if (end == 0) return false;
    if (line.ptr[end - 1] == '\t') return true;
    while (end > 0 && line.ptr[end - 1] == ' ')
        end--;
    size_t dots = 0;
    while (end > 0 && line.ptr[end - 1] == '.') {
        end--;
        dots++;
    }
    return dots >= 4;
}

bool words_starts_folded(struct text a, const char *prefix)
{
    size_t i = 0;
    for (; prefix[i]; i++) {
        if (i >= a.len) return false;
        unsigned char x = (unsigned char)a.ptr[i], y = (unsigned char)prefix[i];
        if (x >= 'A' && x <= 'Z') x |= 0x20;
        if (y >= 'A' && y <= 'Z') y |= 0x20;
        if (i > 0 && (unsigned char)prefix[i - 1] == 0xc3) { /* å ä ö Å Ä Ö */
            x |= 0x20;
            y |= 0x20;
        }
        if (x != y) return false;
    }
    return true;
}

static const char *const statuses[] = {"uppfylls helt", "uppfylles helt", "uppfylls delvis", "uppfylles delvis",
                                       "uppfylls inte", "uppfylles inte", "uppfylls ej",     "inga data",
                                       "ingen data",    "ingen",          "helt uppfyllt",   "delvis uppfyllt",
                                       "inte uppfyllt"};

struct text words_status(struct arena *arena, struct text line)
{
    bool markup = false;
    struct text a = words_name(arena, line, &markup);
    if (text_failed(a)) return a;
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        if (a.len == strlen(statuses[i]) && words_starts_folded(a, statuses[i])) return a;
    return (struct text){0};
}

static const struct {
    const char *label;
    enum niva niva;
} goal_labels[] = {
    {"KF:s inriktningsmål:", NIVA_INRIKTNINGSMAL},
    {"Kommunfullmäktiges inriktningsmål:", NIVA_INRIKTNINGSMAL},
    {"KF:s mål för verksamhetsområdet:", NIVA_VERKSAMHETSMAL},
    {"Kommunfullmäktiges mål för verksamhetsområdet:", NIVA_VERKSAMHETSMAL},
    {"Nämndmål:", NIVA_NAMNDMAL},
    {"Nämndens mål:", NIVA_NAMNDMAL},
    {"Enhetsmål:", NIVA_ENHETSMAL},
};

enum niva words_goal(struct text line, struct text *ret_rest)
{
    struct text a = words_unmarked(line);
    for (size_t i = 0; i < sizeof goal_labels / sizeof *goal_labels; i++)
        if (words_starts_folded(a, goal_labels[i].label)) {
            *ret_rest = text_trim(words_unmarked(text_from(a, strlen(goal_labels[i].label))));
            return goal_labels[i].niva;
        }
    return NIVA_NONE;
}

bool words_is_goal_row(struct text line)
{
    struct text rest, text = text_trim(line);
    return text_find(line, "\t") != SIZE_MAX && text_find(text, "\t") == SIZE_MAX &&
           words_goal(text, &rest) != NIVA_NONE && rest.len > 0;
}

static int bracket_balance(struct text a)
{
    int open = 0;
    for (size_t i = 0; i < a.len; i++)
        open += (a.ptr[i] == '(') - (a.ptr[i] == ')');
    return open;
}

bool words_brackets_open(struct text a)
{
    return bracket_balance(a) > 0;
}

bool words_name_hangs(struct text name)
{
    static const char *const words[] = {" och",   " eller", " som",   " för",   " av",     " i",   " på",     " till",
                                        " med",   " att",   " under", " de",    " det",    " den", " en",     " ett",
                                        " från",  " inom",  " vid",   " har",   " är",     " om",  " samt",   " enligt",
                                        " genom", " hos",   " mot",   " efter", " mellan", " åk",  " årskurs"};
    if (text_ends(name, ",") || text_ends(name, "-") || text_ends(name, "/") || words_brackets_open(name)) return true;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_ends(name, words[i])) return true;
    return false;
}

bool words_is_footnote(struct text text)
{
    size_t digits = 0;
    while (digits < text.len && text.ptr[digits] >= '0' && text.ptr[digits] <= '9')
        digits++;
    return text_starts(text, "* ") || text_starts(text, "¹") || text_starts(text, "²") || text_starts(text, "³") ||
           (digits && text_starts(text_from(text, digits), ")"));
}

struct text words_value_at_end(struct text name)
{
    static const char *const units[] = {"%", "st", "kr", "tkr", "mnkr"};
    size_t end = name.len, at;
    for (size_t i = 0; i < sizeof units / sizeof *units && end == name.len; i++)
        if (text_ends(name, units[i])) end -= strlen(units[i]);
    while (end > 0 && name.ptr[end - 1] == ' ')
        end--;
    for (at = end; at > 0 && strchr("0123456789,.", name.ptr[at - 1]);)
        at--;
    struct text tail = text_from(name, at);
    bool number =
        at < end && name.ptr[at] >= '0' && name.ptr[at] <= '9' && name.ptr[end - 1] >= '0' && name.ptr[end - 1] <= '9';
    return number && at > 0 && name.ptr[at - 1] == ' ' ? tail : (struct text){0};
}

bool words_begins_lower(struct text a)
{
    unsigned char c = (unsigned char)a.ptr[0], next = a.len > 1 ? (unsigned char)a.ptr[1] : 0;
    return (c >= 'a' && c <= 'z') || c == ')' || c == ',' || (c == 0xc3 && next >= 0xa0);
}

struct text words_join_name(struct arena *arena, struct text head, struct text rest)
{
    head = text_trim(head);
    rest = text_trim(rest);
    if (text_ends(head, ")") && bracket_balance(head) == 0 && bracket_balance(rest) < 0)
        head = text_trim(text_part(head, 0, head.len - 1));
    bool glued = text_ends(head, "-") && head.len > 1 && head.ptr[head.len - 2] != ' ' && !text_starts(rest, "och ") &&
                 !text_starts(rest, "eller ");
    return text_join(arena, head, glued ? "" : " ", rest);
}

static int number_of(struct text *a, size_t digits)
{
    int n = 0;
    if (a->len < digits) return -1;
    for (size_t i = 0; i < digits; i++) {
        if (a->ptr[i] < '0' || a->ptr[i] > '9') return -1;
        n = n * 10 + (a->ptr[i] - '0');
    }
    *a = text_from(*a, digits);
    return n;
}

static const char *const title_words[] = {"verksamhetsberättelse", "tertialrapport", "verksamhetsplan",
                                          "delårsrapport"};

bool words_title(struct text line, struct text *ret_label, int *ret_year, struct text *ret_name)
{
    struct text a = text_trim(words_unmarked(line));
    size_t i = 0, count = sizeof title_words / sizeof *title_words;
    while (i < count && !words_starts_folded(a, title_words[i]))
        i++;
    if (i == count || text_find(a, "\t") != SIZE_MAX) return false;
    a = text_trim(text_from(a, strlen(title_words[i])));
    struct text label = {0};
    if (text_starts(a, "VB ") || text_starts(a, "VP ") || text_starts(a, "T1 ") || text_starts(a, "T2 ")) {
        label = text_part(a, 0, 2);
        a = text_trim(text_from(a, 3));
    }
    int year = number_of(&a, 4);
    if (year < 1900 || year > 2199 || !text_starts(a, " för ")) return false;
    a = text_trim(text_from(a, strlen(" för ")));
    bool markup = false;
    size_t n;
    while ((n = strip_length_back(a, &markup)) > 0)
        a = text_trim(text_part(a, 0, a.len - n));
    if (a.len == 0 || a.len > LIMIT_TITLE_NAME) return false;
    *ret_label = label;
    *ret_year = year;
    *ret_name = a;
    return true;
}

bool words_is_board(struct text name)
{
    return text_find(name, "stadsdelsnämnd") != SIZE_MAX || text_find(name, "stadsdelsförvaltning") != SIZE_MAX ||
           text_find(name, "Stadsdelsnämnd") != SIZE_MAX || text_ends(name, " SDN") || text_ends(name, " SDF");
}

/* How many bytes of WANT, a phrase in lower case without white space, A consists of; SIZE_MAX when A holds something else
 * before WANT is used up. */
static size_t phrase_used(struct text a, const char *want)
{
    size_t n = 0;
    for (size_t i = 0; i < a.len && want[n]; i++) {
        if (a.ptr[i] == ' ') continue;
        char c = a.ptr[i] >= 'A' && a.ptr[i] <= 'Z' ? (char)(a.ptr[i] | 0x20) : a.ptr[i];
        if (c != want[n++]) return SIZE_MAX;
    }
    return n;
}

bool words_starts_delegation(struct text a)
{
    return phrase_used(a, "tasframav") == strlen("tasframav");
}

bool words_cut_delegation(struct text a)
{
    const char *whole = "tasframavnämnd/styrelse";
    size_t n = phrase_used(a, whole);
    return n != SIZE_MAX && n >= strlen("tasfram") && n < strlen(whole);
}

bool words_is_date(struct text a)
{
    struct period period;
    return a.len == 10 && period_parse(a, &period) == 0 && period.kind == PERIOD_DAY;
}

bool words_is_number(struct text a)
{
    a = text_trim(a);
    if (text_ends(a, " st")) a.len -= strlen(" st");
    for (size_t i = 0; i < a.len; i++)
        if (!strchr("0123456789 ,.+-%", a.ptr[i])) return false;
    return a.len > 0;
}
