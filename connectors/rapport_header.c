#include "connectors/rapport_header.h"

#include <stdint.h>

#include "connectors/rapport_words.h"
#include "etl/base/fold.h"

#define COLUMN_DATED COLUMN_UNNAMED + 1 /* an outcome headed with a period: the rows' own or an earlier one */

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
    static const char *const targets[] = {"årsmål", "arsmål", "årsmal", "arsmal", "mål"};
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        if (text_is(key, targets[i])) return true;
    return false;
}

/* KEY is the folded key of WORDS without the period that ends them. */
static enum column column_of_head(struct text key, bool dated)
{
    enum column column = column_of_words(key);
    if (column != COLUMN_COUNT) return column;
    if (text_starts(key, "kf:s") || text_starts(key, "kfs")) return COLUMN_KF_ARSMAL;
    if (is_target(key)) return COLUMN_ARSMAL;
    if (text_find(key, "prognos") != SIZE_MAX || text_find(key, "utfall") == SIZE_MAX) return COLUMN_COUNT;
    if (text_find(key, "kvinnor") != SIZE_MAX) return COLUMN_UTFALL_KVINNOR;
    if (text_find(key, "män") != SIZE_MAX) return COLUMN_UTFALL_MAN;
    if (text_starts(key, "föregående")) return COLUMN_FOREGAENDE;
    return dated ? COLUMN_DATED : COLUMN_UTFALL;
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
    reading->label[h->column_count] = column == COLUMN_DATED ? label : (struct text){0};
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

bool rapport_header_end(struct header_reading *reading, struct rapport_header *ret_header)
{
    struct rapport_header *h = &reading->header;
    settle_dated(reading);
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
    return a->arsmal_year == b->arsmal_year && a->kf_year == b->kf_year &&
           text_equal(a->previous_report, b->previous_report);
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
    if (header->arsmal_year && cell[COLUMN_ARSMAL].len && header->arsmal_year != period.year) doubt(reading, "arsmal");
    if (header->kf_year && cell[COLUMN_KF_ARSMAL].len && header->kf_year != period.year) doubt(reading, "kf_arsmal");
}
