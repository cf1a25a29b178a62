#include "etl/same_figure.h"

#include "etl/base/fold.h"

#define LABEL_SHOWN (FOLD_SHORT_SIZE - 28) /* bytes of a label that are looked at: folded they must fit */

enum word { WORD_UNKNOWN, WORD_FILLER, WORD_OUTCOME, WORD_TOTAL, WORD_MAN, WORD_KVINNOR, WORD_YEAR };

static const struct {
    const char *word;
    enum word means;
} vocabulary[] = {
    {"utfall", WORD_OUTCOME}, {"periodens", WORD_FILLER}, {"vb", WORD_FILLER},       {"år", WORD_FILLER},
    {"helår", WORD_FILLER},   {"totalt", WORD_TOTAL},     {"total", WORD_TOTAL},     {"män", WORD_MAN},
    {"pojkar", WORD_MAN},     {"kvinnor", WORD_KVINNOR},  {"flickor", WORD_KVINNOR},
};

static bool is_year(struct text word, int *ret_year)
{
    int year = 0;
    for (size_t i = 0; i < word.len; i++) {
        if (word.ptr[i] < '0' || word.ptr[i] > '9' || word.len != 4) return false;
        year = year * 10 + (word.ptr[i] - '0');
    }
    *ret_year = year;
    return year >= 1990 && year <= 2199;
}

static enum word meaning_of(struct text word, int *ret_year)
{
    for (size_t i = 0; i < sizeof vocabulary / sizeof *vocabulary; i++)
        if (text_is(word, vocabulary[i].word)) return vocabulary[i].means;
    return is_year(word, ret_year) ? WORD_YEAR : WORD_UNKNOWN;
}

/* The next word of REST, which loses it. */
static struct text next_word(struct text *rest)
{
    static const char between[] = " /(),:";
    size_t start = 0, end;
    while (start < rest->len && strchr(between, rest->ptr[start]))
        start++;
    for (end = start; end < rest->len && !strchr(between, rest->ptr[end]);)
        end++;
    struct text word = text_part(*rest, start, end - start);
    *rest = text_from(*rest, end);
    return word;
}

bool same_outcome(struct text label, enum kon *ret_kon, int *ret_year)
{
    static const enum kon sexes[] = {[WORD_TOTAL] = KON_TOTAL, [WORD_MAN] = KON_MAN, [WORD_KVINNOR] = KON_KVINNOR};
    char buffer[FOLD_SHORT_SIZE];
    struct text rest = fold_short(label, FOLD_BLANKS_ONE, buffer), word;
    enum kon kon = (enum kon)0; /* none named yet */
    int year = 0, found = 0;
    bool outcome = false;
    if (label.len > LABEL_SHOWN) return false;
    while ((word = next_word(&rest)).len) {
        enum word means = meaning_of(word, &found);
        if (means == WORD_UNKNOWN || (means == WORD_YEAR && year && year != found)) return false;
        if (means == WORD_YEAR) year = found;
        outcome |= means == WORD_OUTCOME;
        if (means < WORD_TOTAL || means == WORD_YEAR) continue;
        if (kon && kon != sexes[means]) return false;
        kon = sexes[means];
    }
    if (!outcome && !year) return false;
    *ret_kon = kon ? kon : KON_TOTAL;
    *ret_year = year;
    return true;
}

int32_t same_period(int32_t report_period_id, int report_year, int year)
{
    const struct period of_report = {.kind = PERIOD_YEAR, .year = report_year};
    const struct period of_column = {.kind = PERIOD_YEAR, .year = year};
    if (!year) return report_period_id;
    return report_period_id == period_id(of_report) ? period_id(of_column) : 0;
}

static bool is_sum(struct text folded)
{
    static const char *const words[] = {"summa", "totalt", "total", "summatotalt", "totalsumma"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_is(folded, words[i])) return true;
    return false;
}

struct text same_amount(struct arena *arena, struct text title, struct text row_label)
{
    static const char *const parts[] = {"varav", "därav", "avvilka"};
    struct text key = fold_key(arena, row_label);
    if (text_failed(key)) return key;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (text_starts(key, parts[i])) return (struct text){0};
    return is_sum(key) ? fold_key(arena, title) : key;
}
