#include "etl/ekonomi.h"

#include "etl/base/fold.h"

#define YEAR_LOWEST    1990
#define YEAR_HIGHEST   2199
#define AMOUNT_SCALE   4                 /* digits after the decimal sign that are looked at */
#define AMOUNT_LARGEST 100000000000000LL /* 10^14 ten-thousandths: sums of five stay far from the end of int64 */
#define ROW_AMOUNTS    64 /* of a row that are looked at: the work grows with their square; the widest seen has 7 */
#define TITLE_SHOWN    (FOLD_SHORT_SIZE - 28) /* bytes of a title that are looked at: folded they must fit */

/* ---- words ---- */

enum meaning {
    MEANS_NOTHING, /* a word that changes nothing: "justerad", "mot", "mnkr" */
    MEANS_BUDGET,
    MEANS_UTFALL,
    MEANS_AVVIKELSE,
    MEANS_PROGNOS,
    MEANS_KOSTNAD,
    MEANS_INTAKT,
    MEANS_NETTO,
    MEANS_FORE,
    MEANS_EFTER,
    MEANS_OVERFORING,
    MEANS_PART, /* of a year */
    MEANS_NETTOBUDGET,
    MEANINGS,
};

static const struct {
    const char *word;
    enum meaning meaning;
} vocabulary[] = {
    {"budget", MEANS_BUDGET},
    {"årsbudget", MEANS_BUDGET},
    {"helårsbudget", MEANS_BUDGET},
    {"nettobudget", MEANS_NETTOBUDGET},
    {"utfall", MEANS_UTFALL},
    {"årsutfall", MEANS_UTFALL},
    {"bokslut", MEANS_UTFALL},
    {"avvikelse", MEANS_AVVIKELSE},
    {"budgetavvikelse", MEANS_AVVIKELSE},
    {"prognos", MEANS_PROGNOS},
    {"årsprognos", MEANS_PROGNOS},
    {"helårsprognos", MEANS_PROGNOS},
    {"kostnad", MEANS_KOSTNAD},
    {"kostnader", MEANS_KOSTNAD},
    {"intäkt", MEANS_INTAKT},
    {"intäkter", MEANS_INTAKT},
    {"netto", MEANS_NETTO},
    {"nettokostnad", MEANS_NETTO},
    {"nettokostnader", MEANS_NETTO},
    {"före", MEANS_FORE},
    {"efter", MEANS_EFTER},
    {"resultatöverföring", MEANS_OVERFORING},
    {"resultatöverföringar", MEANS_OVERFORING},
    {"resultatdisposition", MEANS_OVERFORING},
    {"resultatdispositioner", MEANS_OVERFORING},
    {"överföring", MEANS_OVERFORING},
    {"överföringar", MEANS_OVERFORING},
    {"t1", MEANS_PART},
    {"t2", MEANS_PART},
    {"t3", MEANS_PART},
    {"justerad", MEANS_NOTHING},
    {"beslutad", MEANS_NOTHING},
    {"ursprunglig", MEANS_NOTHING},
    {"reviderad", MEANS_NOTHING},
    {"gällande", MEANS_NOTHING},
    {"mot", MEANS_NOTHING},
    {"mellan", MEANS_NOTHING},
    {"och", MEANS_NOTHING},
    {"i", MEANS_NOTHING},
    {"år", MEANS_NOTHING},
    {"helår", MEANS_NOTHING},
    {"vb", MEANS_NOTHING},
    {"vp", MEANS_NOTHING},
};

static const struct {
    const char *word, *unit;
} money[] = {
    {"mnkr", "mnkr"}, {"mkr", "mnkr"}, {"msek", "mnkr"},           {"miljoner kronor", "mnkr"}, {"tkr", "tkr"},
    {"kkr", "tkr"},   {"tsek", "tkr"}, {"tusental kronor", "tkr"}, {"tusentals kronor", "tkr"}, {"kr", "kr"},
    {"kronor", "kr"}, {"sek", "kr"},   {"mdkr", "mdkr"},
};

/* The signs between words that say nothing; "%" and others do. */
static size_t gap(struct text a)
{
    static const char *const dashes[] = {"–", "—", "−"};
    if (a.len && memchr(" /()+-.,:;", a.ptr[0], 10)) return 1;
    for (size_t i = 0; i < sizeof dashes / sizeof *dashes; i++)
        if (text_starts(a, dashes[i])) return strlen(dashes[i]);
    return 0;
}

/* Takes the next word off *REST; empty at the end. */
static struct text next_word(struct text *rest)
{
    size_t skip, len = 0;
    while ((skip = gap(*rest)) > 0)
        *rest = text_from(*rest, skip);
    while (len < rest->len && !gap(text_from(*rest, len)))
        len++;
    struct text word = text_part(*rest, 0, len);
    *rest = text_from(*rest, len);
    return word;
}

/* 0 when WORD is no year. */
static int year_of(struct text word)
{
    int year = 0;
    if (word.len != 4) return 0;
    for (size_t i = 0; i < word.len; i++) {
        if (word.ptr[i] < '0' || word.ptr[i] > '9') return 0;
        year = year * 10 + (word.ptr[i] - '0');
    }
    return year >= YEAR_LOWEST && year <= YEAR_HIGHEST ? year : 0;
}

static const char *money_of(struct text folded)
{
    for (size_t i = 0; i < sizeof money / sizeof *money; i++)
        if (text_is(folded, money[i].word)) return money[i].unit;
    return NULL;
}

const char *ekonomi_money(struct text unit)
{
    char buffer[FOLD_SHORT_SIZE];
    return money_of(fold_short(unit, FOLD_BLANKS_ONE, buffer));
}

static struct text fold_title(struct text title, char buffer[static FOLD_SHORT_SIZE])
{
    return fold_short(text_clip(title, TITLE_SHOWN), FOLD_BLANKS_ONE, buffer);
}

const char *ekonomi_title_money(struct text title)
{
    char buffer[FOLD_SHORT_SIZE];
    const char *found = NULL;
    struct text rest = fold_title(title, buffer);
    for (struct text word = next_word(&rest); word.len; word = next_word(&rest)) {
        const char *unit = money_of(word);
        if (text_is(word, "miljoner") || text_starts(word, "tusental")) return NULL;
        if (unit && found && strcmp(unit, found) != 0) return NULL;
        if (unit) found = unit;
    }
    return found;
}

int ekonomi_title_year(struct text title)
{
    char buffer[FOLD_SHORT_SIZE];
    int found = 0;
    struct text rest = fold_title(title, buffer);
    for (struct text word = next_word(&rest); word.len; word = next_word(&rest)) {
        int year = year_of(word);
        if (year && found && year != found) return -1;
        if (year) found = year;
    }
    return found;
}

/* ---- columns ---- */

/* Collects what the words of LABEL mean; false when one of them is unknown or two years are named. */
static bool read_words(struct text label, bool said[static MEANINGS], int *ret_year)
{
    char buffer[FOLD_SHORT_SIZE];
    struct text rest = fold_short(label, FOLD_BLANKS_ONE, buffer);
    *ret_year = 0;
    for (struct text word = next_word(&rest); word.len; word = next_word(&rest)) {
        int year = year_of(word);
        size_t i = 0, words = sizeof vocabulary / sizeof *vocabulary;
        if (year && *ret_year && year != *ret_year) return false;
        if (year) *ret_year = year;
        if (year || money_of(word)) continue;
        while (i < words && !text_is(word, vocabulary[i].word))
            i++;
        if (i == words) return false;
        said[vocabulary[i].meaning] = true;
    }
    if (said[MEANS_NETTOBUDGET]) said[MEANS_NETTO] = said[MEANS_BUDGET] = true;
    return true;
}

/* A deviation is one from budget; else exactly one of budget, outcome and forecast. */
static bool storhet_of(const bool said[static MEANINGS], enum storhet *ret)
{
    bool budget = said[MEANS_BUDGET], utfall = said[MEANS_UTFALL], prognos = said[MEANS_PROGNOS];
    if (said[MEANS_PART] && (!prognos || said[MEANS_AVVIKELSE])) return false; /* not the whole year's */
    if (said[MEANS_AVVIKELSE]) {
        *ret = STORHET_AVVIKELSE;
        return !prognos && (budget || !utfall);
    }
    *ret = budget ? STORHET_BUDGET : utfall ? STORHET_UTFALL : STORHET_PROGNOS;
    return budget + utfall + prognos == 1;
}

bool ekonomi_column(struct text label, struct ekonomi_label *ret_label)
{
    bool said[MEANINGS] = {false};
    struct ekonomi_label read = {0};
    if (!read_words(label, said, &read.year) || !storhet_of(said, &read.storhet)) return false;
    if (said[MEANS_KOSTNAD] + said[MEANS_INTAKT] + said[MEANS_NETTO] > 1) return false;
    if (said[MEANS_FORE] + said[MEANS_EFTER] != said[MEANS_OVERFORING]) return false;
    read.post = said[MEANS_KOSTNAD]  ? POST_KOSTNAD
                : said[MEANS_INTAKT] ? POST_INTAKT
                : said[MEANS_NETTO]  ? POST_NETTO
                                     : POST_EJ_ANGIVEN;
    read.overforing = said[MEANS_FORE] ? OVERFORING_FORE : said[MEANS_EFTER] ? OVERFORING_EFTER : OVERFORING_EJ_ANGIVEN;
    *ret_label = read;
    return true;
}

enum post ekonomi_row_post(struct text label)
{
    char buffer[FOLD_SHORT_SIZE];
    struct text rest = fold_short(label, FOLD_BLANKS_ONE, buffer);
    bool kostnad = false, intakt = false, netto = false;
    for (struct text word = next_word(&rest); word.len; word = next_word(&rest)) {
        bool net = text_starts(word, "netto");
        netto |= net;
        kostnad |= !net && (text_ends(word, "kostnader") || text_ends(word, "kostnad"));
        intakt |= !net && (text_ends(word, "intäkter") || text_ends(word, "intäkt"));
    }
    if (kostnad + intakt + netto != 1) return POST_EJ_ANGIVEN;
    return kostnad ? POST_KOSTNAD : intakt ? POST_INTAKT : POST_NETTO;
}

/* ---- sums ---- */

/* A number or a sum of some, in ten-thousandths. */
struct sum {
    int64_t n;
    int64_t digit; /* the coarsest last digit among its parts */
    int parts;     /* 0 = there is none, -1 = not to be known */
};

static struct sum sum_of(struct decimal number)
{
    int64_t digit = 1;
    if (number.scale > AMOUNT_SCALE) return (struct sum){.parts = -1};
    for (int i = number.scale; i < AMOUNT_SCALE; i++)
        digit *= 10;
    if (number.unscaled > AMOUNT_LARGEST / digit || number.unscaled < -(AMOUNT_LARGEST / digit))
        return (struct sum){.parts = -1};
    return (struct sum){number.unscaled * digit, digit, 1};
}

static struct sum add(struct sum a, struct sum b, int sign)
{
    if (a.parts < 0 || b.parts < 0) return (struct sum){.parts = -1};
    return (struct sum){a.n + sign * b.n, a.digit > b.digit ? a.digit : b.digit, a.parts + b.parts};
}

/* The amounts of one row. */
struct row {
    struct ekonomi_amount *amounts;
    size_t count;
};

/* The one amount of the row that is this; no parts when there is none, unknown when there are several. */
static struct sum find(const struct row *row, enum storhet storhet, enum post post, int year,
                       enum overforing overforing)
{
    struct sum found = {0};
    for (size_t i = 0; i < row->count; i++) {
        const struct ekonomi_label *l = &row->amounts[i].label;
        if (l->storhet != storhet || l->post != post || l->year != year || l->overforing != overforing) continue;
        found = found.parts ? (struct sum){.parts = -1} : sum_of(row->amounts[i].number);
    }
    return found;
}

/* As find, of a post; where none stands at OVERFORING, the one that does not say. */
static struct sum find_post(const struct row *row, enum storhet storhet, enum post post, int year,
                            enum overforing overforing)
{
    struct sum found = find(row, storhet, post, year, overforing);
    return found.parts || !overforing ? found : find(row, storhet, post, year, OVERFORING_EJ_ANGIVEN);
}

/* As stated, else costs and income together. */
static struct sum find_net(const struct row *row, enum storhet storhet, int year, enum overforing overforing)
{
    struct sum net = find_post(row, storhet, POST_NETTO, year, overforing);
    if (net.parts) return net;
    return add(find_post(row, storhet, POST_KOSTNAD, year, overforing),
               find_post(row, storhet, POST_INTAKT, year, overforing), 1);
}

enum verdict { VERDICT_NOTHING, VERDICT_KEPT, VERDICT_AGAINST, VERDICT_BROKEN };

static int64_t magnitude(int64_t n)
{
    return n < 0 ? -n : n;
}

/* MISS: by how much the rule fails; OTHER: by how much it fails with other signs.  Each of PARTS is rounded, by half a
 * digit at most. */
static enum verdict compare(int64_t miss, int64_t other, int64_t digit, int parts)
{
    int64_t tolerance = digit * ((parts + 1) / 2);
    bool kept = magnitude(miss) <= tolerance, otherwise = magnitude(other) <= tolerance;
    if (kept) return otherwise ? VERDICT_NOTHING : VERDICT_KEPT;
    return otherwise ? VERDICT_AGAINST : VERDICT_BROKEN;
}

/* netto = kostnad + intakt; with other signs: kostnad - intakt. */
static enum verdict judge_net(const struct row *row, const struct ekonomi_label *net, struct sum n)
{
    struct sum k = find(row, net->storhet, POST_KOSTNAD, net->year, net->overforing);
    struct sum i = find(row, net->storhet, POST_INTAKT, net->year, net->overforing);
    struct sum all = add(add(k, i, 1), n, -1);
    if (n.parts != 1 || k.parts != 1 || i.parts != 1) return VERDICT_NOTHING;
    return compare(all.n, all.n - 2 * i.n, all.digit, all.parts);
}

/* avvikelse = budget - utfall; with other signs: utfall - budget.  Without an outcome: the forecast. */
static enum verdict judge_difference(struct sum budget, struct sum utfall, struct sum deviation)
{
    struct sum difference = add(budget, utfall, -1), all = add(difference, deviation, -1);
    if (budget.parts < 1 || utfall.parts < 1 || deviation.parts != 1) return VERDICT_NOTHING;
    return compare(all.n, difference.n + deviation.n, all.digit, all.parts);
}

static enum verdict judge_deviation(const struct row *row, const struct ekonomi_label *l, struct sum deviation)
{
    struct sum budget, utfall;
    for (int i = 0; i < 2; i++) {
        enum storhet storhet = i ? STORHET_PROGNOS : STORHET_UTFALL;
        if (l->post == POST_NETTO) {
            budget = find_net(row, STORHET_BUDGET, l->year, l->overforing);
            utfall = find_net(row, storhet, l->year, l->overforing);
        } else {
            budget = find_post(row, STORHET_BUDGET, l->post, l->year, l->overforing);
            utfall = find_post(row, storhet, l->post, l->year, l->overforing);
        }
        if (utfall.parts) break;
    }
    return judge_difference(budget, utfall, deviation);
}

/* A deviation whose column does not say of what: is it that of the net?  Only where a column says net, costs or income. */
static enum verdict judge_unsaid(const struct row *row, const struct ekonomi_label *l, struct sum deviation)
{
    struct sum budget = find_net(row, STORHET_BUDGET, l->year, l->overforing);
    struct sum utfall = find_net(row, STORHET_UTFALL, l->year, l->overforing);
    if (!budget.parts && !utfall.parts) return VERDICT_NOTHING;
    if (!budget.parts) budget = find_post(row, STORHET_BUDGET, POST_EJ_ANGIVEN, l->year, l->overforing);
    if (!utfall.parts) utfall = find_post(row, STORHET_UTFALL, POST_EJ_ANGIVEN, l->year, l->overforing);
    return judge_difference(budget, utfall, deviation);
}

/* ---- the table ---- */

/* The row that begins at *AT; moves *AT behind it.  Amounts in several units cannot be added up, nor is a row of hundreds
 * looked at: an empty row then. */
static struct row next_row(struct ekonomi_amount *amounts, size_t count, size_t *at)
{
    struct row row = {amounts + *at, 0};
    bool alike = true;
    while (*at < count && amounts[*at].row == row.amounts->row) {
        alike &= strcmp(amounts[*at].unit, row.amounts->unit) == 0;
        row.count++;
        ++*at;
    }
    if (!alike || row.count > ROW_AMOUNTS) row.count = 0;
    return row;
}

struct votes {
    size_t of[VERDICT_BROKEN + 1];
};

static bool contradicts(const struct votes *votes)
{
    return votes->of[VERDICT_AGAINST] && votes->of[VERDICT_AGAINST] >= votes->of[VERDICT_KEPT];
}

/* Amounts whose columns do not say so are net when most of the deviations show it. */
static void settle_unsaid(struct ekonomi_amount *amounts, size_t count)
{
    struct votes votes = {{0}};
    for (size_t at = 0; at < count;) {
        struct row row = next_row(amounts, count, &at);
        for (size_t i = 0; i < row.count; i++) {
            const struct ekonomi_label *l = &row.amounts[i].label;
            if (l->storhet == STORHET_AVVIKELSE && l->post == POST_EJ_ANGIVEN)
                votes.of[judge_unsaid(&row, l, sum_of(row.amounts[i].number))]++;
        }
    }
    if (votes.of[VERDICT_KEPT] <= votes.of[VERDICT_AGAINST] + votes.of[VERDICT_BROKEN]) return;
    for (size_t i = 0; i < count; i++)
        if (amounts[i].label.post == POST_EJ_ANGIVEN) amounts[i].label.post = POST_NETTO;
}

/* The plain signs: costs above zero, income below; single corrections may be the other way. */
static void vote_signs(const struct ekonomi_amount *amounts, size_t count, struct votes *costs, struct votes *income)
{
    for (size_t i = 0; i < count; i++) {
        const struct ekonomi_label *l = &amounts[i].label;
        bool positive = amounts[i].number.unscaled > 0;
        if (l->storhet == STORHET_AVVIKELSE || decimal_is_zero(amounts[i].number)) continue;
        if (l->post == POST_KOSTNAD) costs->of[positive ? VERDICT_KEPT : VERDICT_AGAINST]++;
        if (l->post == POST_INTAKT) income->of[positive ? VERDICT_AGAINST : VERDICT_KEPT]++;
    }
}

static void vote_rows(struct ekonomi_amount *amounts, size_t count, struct votes *nets, struct votes *deviations)
{
    for (size_t at = 0; at < count;) {
        struct row row = next_row(amounts, count, &at);
        enum ekonomi_fault fault = EKONOMI_FINE;
        for (size_t i = 0; i < row.count; i++) {
            const struct ekonomi_label *l = &row.amounts[i].label;
            struct sum n = sum_of(row.amounts[i].number);
            enum verdict verdict = VERDICT_NOTHING;
            if (l->storhet == STORHET_AVVIKELSE)
                deviations->of[verdict = judge_deviation(&row, l, n)]++;
            else if (l->post == POST_NETTO)
                nets->of[verdict = judge_net(&row, l, n)]++;
            if (verdict == VERDICT_AGAINST) fault = EKONOMI_AGAINST;
            if (verdict == VERDICT_BROKEN && fault == EKONOMI_FINE) fault = EKONOMI_BROKEN;
        }
        for (size_t i = 0; i < row.count; i++)
            row.amounts[i].fault = fault;
    }
}

const char *ekonomi_judge(struct ekonomi_amount *amounts, size_t count)
{
    struct votes nets = {{0}}, deviations = {{0}}, costs = {{0}}, income = {{0}};
    settle_unsaid(amounts, count);
    vote_signs(amounts, count, &costs, &income);
    vote_rows(amounts, count, &nets, &deviations);
    if (contradicts(&costs)) return "costs are printed negative";
    if (contradicts(&income)) return "income is printed positive";
    if (contradicts(&nets)) return "netto is kostnader minus intäkter";
    if (contradicts(&deviations)) return "avvikelse is utfall minus budget";
    return NULL;
}
