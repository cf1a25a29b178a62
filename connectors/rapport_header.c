#include "connectors/rapport_header.h"

#include <stdint.h>

#include "connectors/rapport_words.h"
#include "etl/base/fold.h"

#define COLUMN_DATED (COLUMN_WORDS + 1) /* an outcome headed with a period: the rows' own or an earlier one */

/* The period that WORDS end with: `Periodens utfall VB 2021` -> "VB 2021"; empty when none. */
static struct text period_label(struct text words)
{
    struct period period;
    for (size_t i = 0; i < words.len; i++) {
        if (words.ptr[i] != ' ') continue;
        struct text rest = text_trim(text_from(words, i));
        if (period_parse(rest, &period) == 0) return rest;
    }
    return (struct text){0};
}

/* Words that are a column by themselves. */
static enum column column_of_words(struct text key)
{
    static const struct {
        const char *key;
        enum column column;
    } words[] = {{"indikator", COLUMN_INDIKATOR},    {"aktivitet", COLUMN_INDIKATOR},
                 {"period", COLUMN_PERIOD},          {"startdatum", COLUMN_START},
                 {"slutdatum", COLUMN_SLUT},         {"avvikelse", COLUMN_AVVIKELSE},
                 {"män", COLUMN_UTFALL_MAN},         {"män/pojkar", COLUMN_UTFALL_MAN},
                 {"pojkar", COLUMN_UTFALL_MAN},      {"kvinnor", COLUMN_UTFALL_KVINNOR},
                 {"flickor", COLUMN_UTFALL_KVINNOR}, {"kvinnor/flickor", COLUMN_UTFALL_KVINNOR},
                 {"föregåendeår", COLUMN_FOREGAENDE}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_is(key, words[i].key)) return words[i].column;
    return COLUMN_COUNT;
}

static bool is_target(struct text key)
{
    static const char *const targets[] = {"årsmål",         "arsmål",      "årsmal",         "arsmal",     "mål",
                                          "nämndensårsmål", "nämndensmål", "enhetensårsmål", "enhetensmål"};
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        if (text_is(key, targets[i])) return true;
    return false;
}

/* Takes the words of PIECES off KEY, in any order; what is left. */
static struct text without(struct text key, const char *const *pieces)
{
    for (size_t i = 0; pieces[i];) {
        size_t n = strlen(pieces[i]);
        bool taken = text_starts(key, pieces[i]);
        if (taken) key = text_from(key, n);
        i = taken ? 0 : i + 1;
    }
    return key;
}

static bool holds(struct text key, const char *word)
{
    return text_find(key, word) != SIZE_MAX;
}

/* A head with "utfall" is the row's own outcome only when each of its words says so: `Utfall hela staden` and `Förra årets
 * utfall` are other ones. */
static enum column column_of_outcome(struct text key, bool dated)
{
    static const char *const pieces[] = {"periodens", "perioden", "årets", "utfall",   "totalt", "total",
                                         "kvinnor",   "flickor",  "män",   "pojkar",   "för",    "och",
                                         "/",         "-",        "%",     "andel",    "antal",  "ackumulerat",
                                         "helår",     "nämndens", "nämnd", "enhetens", NULL};
    static const char *const before[] = {"föregående", "förra", "år",  "ets",    "et", "s",
                                         "period",     "en",    "ens", "utfall", NULL};
    bool women = holds(key, "kvinnor") || holds(key, "flickor"), men = holds(key, "män") || holds(key, "pojkar");
    if (holds(key, "föregående") || holds(key, "förra"))
        return without(key, before).len ? COLUMN_COUNT : COLUMN_FOREGAENDE;
    if (without(key, pieces).len || (women && men)) return COLUMN_COUNT;
    if (women || men) return women ? COLUMN_UTFALL_KVINNOR : COLUMN_UTFALL_MAN;
    return dated ? COLUMN_DATED : COLUMN_UTFALL;
}

/* Figures and remarks beside a row; any other head may tell whom the row is about. */
static bool is_beside(struct text key)
{
    static const char *const words[] = {"prognos",  "utfall",    "mål",      "avvikelse",  "differens", "förändring",
                                        "skillnad", "kommentar", "analys",   "status",     "trend",     "bedömning",
                                        "källa",    "mätmetod",  "ansvarig", "anmärkning", "budget",    "snitt"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (holds(key, words[i])) return !holds(key, "målgrupp");
    return false;
}

/* KEY is the folded key of WORDS without the period that ends them. */
static enum column column_of_head(struct text key, bool dated)
{
    static const char *const of_kf[] = {"kf:s", "kfs", "kommunfullmäktiges", NULL};
    enum column column = column_of_words(key);
    if (column != COLUMN_COUNT) return column;
    if (without(key, of_kf).len < key.len)
        return holds(key, "mål") || holds(key, "mal") ? COLUMN_KF_ARSMAL : COLUMN_COUNT;
    if (is_target(key)) return COLUMN_ARSMAL;
    if (text_ends(key, "kf") && is_target(text_part(key, 0, key.len - 2))) return COLUMN_KF_ARSMAL;
    if (text_ends(key, "nämnd") && is_target(text_part(key, 0, key.len - strlen("nämnd")))) return COLUMN_ARSMAL;
    if (holds(key, "utfall") && !holds(key, "prognos")) return column_of_outcome(key, dated);
    return is_beside(key) ? COLUMN_COUNT : COLUMN_WORDS;
}

static int year_of(struct text label)
{
    struct period period;
    return label.len && period_parse(label, &period) == 0 ? period.year : 0;
}

bool rapport_header_add_column(struct header_reading *reading, enum column column, struct text label)
{
    struct rapport_header *h = &reading->header;
    if (h->column_count == ALIGN_CELLS) return false;
    if (column == COLUMN_UTFALL && label.len) column = COLUMN_DATED;
    if (column == COLUMN_DATED && period_parse(label, &reading->period[h->column_count])) column = COLUMN_COUNT;
    if (column == COLUMN_ARSMAL) h->arsmal_year = year_of(label);
    if (column == COLUMN_KF_ARSMAL) h->kf_year = year_of(label);
    if (column == COLUMN_FOREGAENDE) h->previous_report = label;
    bool sex = column == COLUMN_UTFALL_MAN || column == COLUMN_UTFALL_KVINNOR;
    if (sex && label.len && period_parse(label, &reading->period[h->column_count])) column = COLUMN_COUNT;
    reading->label[h->column_count] = column == COLUMN_DATED || sex ? label : (struct text){0};
    h->columns[h->column_count++] = column;
    return true;
}

bool rapport_header_add(struct arena *arena, struct header_reading *reading, struct text words)
{
    bool markup = false;
    words = words_name(arena, words, &markup);
    if (text_failed(words)) return false;
    if (!words.len) return rapport_header_add_column(reading, COLUMN_UNNAMED, words);
    struct text label = period_label(words), base = words;
    if (label.len) base = text_part(words, 0, (size_t)(label.ptr - words.ptr));
    struct text key = fold_key(arena, base);
    if (text_failed(key)) return false;
    return rapport_header_add_column(reading, column_of_head(key, label.len > 0), label);
}

static size_t count_of(const struct rapport_header *h, enum column column)
{
    size_t count = 0;
    for (size_t i = 0; i < h->column_count; i++)
        count += h->columns[i] == column;
    return count;
}

/* The latest of the outcomes headed with a period that have no meaning yet; SIZE_MAX when there is none. */
static size_t latest_dated(const struct header_reading *reading)
{
    size_t latest = SIZE_MAX;
    for (size_t i = 0; i < reading->header.column_count; i++)
        if (reading->header.columns[i] == COLUMN_DATED &&
            (latest == SIZE_MAX || period_compare(reading->period[i], reading->period[latest]) > 0))
            latest = i;
    return latest;
}

static void settle_dated(struct header_reading *reading)
{
    struct rapport_header *h = &reading->header;
    size_t at;
    if (!count_of(h, COLUMN_UTFALL) && (at = latest_dated(reading)) != SIZE_MAX) {
        h->columns[at] = COLUMN_UTFALL;
        h->dated = true;
        h->own = reading->period[at];
    }
    if (!count_of(h, COLUMN_FOREGAENDE) && (at = latest_dated(reading)) != SIZE_MAX) {
        h->columns[at] = COLUMN_FOREGAENDE;
        h->previous_report = reading->label[at];
    }
    for (at = 0; at < h->column_count; at++)
        if (h->columns[at] == COLUMN_DATED) h->columns[at] = COLUMN_COUNT; /* of still earlier periods */
}

/* Of several columns of one sex, the one without a period is the rows' own, or the latest; its year is returned, 0 = none. */
static int settle_sex(struct header_reading *reading, enum column sex)
{
    struct rapport_header *h = &reading->header;
    size_t own = SIZE_MAX;
    for (size_t i = 0; i < h->column_count; i++) {
        if (h->columns[i] != sex) continue;
        bool later = own == SIZE_MAX ||
                     (reading->label[own].len &&
                      (!reading->label[i].len || period_compare(reading->period[i], reading->period[own]) > 0));
        bool dated = own != SIZE_MAX && (reading->label[i].len || reading->label[own].len);
        if (dated) h->columns[later ? own : i] = COLUMN_COUNT;
        if (later) own = i;
    }
    return own == SIZE_MAX ? 0 : year_of(reading->label[own]);
}

bool rapport_header_end(struct header_reading *reading, struct rapport_header *ret_header)
{
    struct rapport_header *h = &reading->header;
    settle_dated(reading);
    h->man_year = settle_sex(reading, COLUMN_UTFALL_MAN);
    h->kvinnor_year = settle_sex(reading, COLUMN_UTFALL_KVINNOR);
    for (size_t i = 0; i < h->column_count; i++)
        if (h->columns[i] < COLUMN_COUNT && count_of(h, h->columns[i]) > 1) return false;
    if (h->kind == RECORD_INDIKATOR && !(count_of(h, COLUMN_UTFALL) && count_of(h, COLUMN_PERIOD))) return false;
    if (h->kind != RECORD_INDIKATOR && !(count_of(h, COLUMN_START) && count_of(h, COLUMN_SLUT))) return false;
    *ret_header = *h;
    return true;
}

bool rapport_header_same(const struct rapport_header *a, const struct rapport_header *b)
{
    if (a->kind != b->kind || a->column_count != b->column_count || a->dated != b->dated) return false;
    if (memcmp(a->columns, b->columns, a->column_count * sizeof *a->columns) != 0) return false;
    if (a->dated && period_compare(a->own, b->own) != 0) return false;
    return a->arsmal_year == b->arsmal_year && a->kf_year == b->kf_year && a->man_year == b->man_year &&
           a->kvinnor_year == b->kvinnor_year && text_equal(a->previous_report, b->previous_report);
}

static void doubt(struct reading *reading, const char *column)
{
    reading->notes |= NOTE_UNCERTAIN;
    reading->rule = "D-PERIOD";
    snprintf(reading->reason, sizeof reading->reason, "the column of %s is headed with another period than the row's",
             column);
}

void rapport_header_check(const struct rapport_header *header, struct reading *reading)
{
    struct period period;
    const struct text *cell = reading->cell;
    if (reading->notes & NOTE_UNCERTAIN || period_parse(cell[COLUMN_PERIOD], &period)) return;
    if (header->dated && cell[COLUMN_UTFALL].len && period_compare(period, header->own) != 0) doubt(reading, "utfall");
    const struct {
        enum column column;
        int year;
    } heads[] = {{COLUMN_UTFALL_MAN, header->man_year},
                 {COLUMN_UTFALL_KVINNOR, header->kvinnor_year},
                 {COLUMN_ARSMAL, header->arsmal_year},
                 {COLUMN_KF_ARSMAL, header->kf_year}};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (heads[i].year && cell[heads[i].column].len && heads[i].year != period.year)
            doubt(reading, column_name(heads[i].column));
}
