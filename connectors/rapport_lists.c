#include "connectors/rapport_lists.h"

#include <stdint.h>

#include "connectors/layout_a_tables.h"
#include "connectors/rapport_words.h"
#include "etl/base/period.h"
#include "etl/base/value.h"

#define ITEM_LENGTH  80 /* bytes of an item: a list mark, a period, a number with its unit */
#define MARKED_LEAST 2
#define BARE_LEAST   3

struct item {
    const char *mark; /* "" for none */
    struct text period, value;
    int year;
};

static const char *const marks[] = {"-", "–", "—", "•", "·", "*", "o", "\uf0b7"};

static bool has_digit(struct text a)
{
    for (size_t i = 0; i < a.len; i++)
        if (a.ptr[i] >= '0' && a.ptr[i] <= '9') return true;
    return false;
}

/* "- 2024: 110" -> mark, period, value.  Only what is one period and one value is an item. */
static bool parse_item(struct text line, struct item *ret)
{
    struct item item = {.mark = ""};
    struct period period;
    line = text_trim(line);
    if (!line.len || line.len > ITEM_LENGTH) return false;
    for (size_t i = 0; i < sizeof marks / sizeof *marks && !*item.mark; i++) {
        struct text rest = text_from(line, strlen(marks[i]));
        if (!text_starts(line, marks[i]) || !text_space(rest)) continue;
        item.mark = marks[i];
        line = text_trim(rest);
    }
    size_t colon = text_find(line, ":");
    if (colon == SIZE_MAX) return false;
    item.period = text_trim(text_part(line, 0, colon));
    item.value = text_trim(text_from(line, colon + 1));
    if (period_parse(item.period, &period) || (!*item.mark && period.kind != PERIOD_YEAR)) return false;
    if (!has_digit(item.value) || !value_looks_legal(item.value)) return false;
    item.year = period.year;
    *ret = item;
    return true;
}

/* The item that follows line index AT behind blank lines; its line, SIZE_MAX when there is none of the same kind. */
static size_t next_item(const struct document *d, size_t at, const struct item *last, struct item *ret)
{
    struct item item;
    while (++at < d->line_count && text_blank(d->lines[at].text) && text_find(d->lines[at].text, "\t") == SIZE_MAX)
        ;
    if (at >= d->line_count || !parse_item(d->lines[at].text, &item) || strcmp(item.mark, last->mark)) return SIZE_MAX;
    int step = item.year - last->year;
    if (!*item.mark && step != 1 && step != -1) return SIZE_MAX;
    if (text_equal(item.period, last->period)) return SIZE_MAX;
    *ret = item;
    return at;
}

bool lists_is_series(struct document *d, size_t at)
{
    struct item item;
    if (!parse_item(d->lines[at].text, &item)) return false;
    size_t least = *item.mark ? MARKED_LEAST : BARE_LEAST, items = 1;
    while (items < least && (at = next_item(d, at, &item, &item)) != SIZE_MAX)
        items++;
    return items >= least;
}

static int send_item(struct document *d, size_t at, const struct item *item, struct text title, bool first,
                     struct error *err)
{
    struct tabell_cell cell = {.value = text_fold_space(d->arena, item->value), .number = 1};
    struct record record = {
        .kind = RECORD_TABELL, .title = title, .tabell = &cell, .tabell_count = 1, .first_row = first, .occurrence = 1};
    struct value value;
    record.text = text_fold_space(d->arena, item->period);
    if (text_failed(cell.value) || text_failed(record.text)) return error_memory(err);
    if (!value_parse(d->arena, cell.value, NULL, &value) && value.has_number) cell.matt = value.unit;
    cell.offset = document_offset(d, at, item->value.ptr);
    return document_send(d, &record, at, at, 1, err);
}

int lists_series(struct document *d, size_t *at, struct error *err)
{
    struct item item;
    struct text title = other_title(d, *at, false);
    if (text_failed(title)) return error_memory(err);
    if (!parse_item(d->lines[*at].text, &item)) return document_refuse(d, *at, err, "no item of a list");
    for (size_t first = *at, here = first, next; here != SIZE_MAX; here = next) {
        if (send_item(d, here, &item, title, here == first, err)) return -1;
        *at = here + 1;
        next = next_item(d, here, &item, &item);
        for (size_t i = here + 1; next != SIZE_MAX && i < next; i++)
            document_ignore(d, IGNORED_BLANK);
    }
    return 0;
}
