/* Layout A: the header of a table of indicators or activities, one line. */
#include "connectors/layout_a_parts.h"
#include "connectors/rapport_document.h"
#include "connectors/rapport_words.h"
#include "etl/base/fold.h"

#include <stdint.h>

size_t layout_a_split_cells(struct text line, struct text cells[static LIMIT_COLUMNS])
{
    size_t count = 0;
    for (;;) {
        const char *tab = line.len ? memchr(line.ptr, '\t', line.len) : NULL;
        if (count == LIMIT_COLUMNS) return 0;
        cells[count++] = tab ? text_part(line, 0, (size_t)(tab - line.ptr)) : line;
        if (!tab) return count;
        line = text_make(tab + 1, line.len - (size_t)(tab - line.ptr) - 1);
    }
}

static bool mentions(struct text a, const char *word, const char *capitals)
{
    return text_find(a, word) != SIZE_MAX || text_find(a, capitals) != SIZE_MAX;
}

/* 1 when CELL is the word above the names, 0 when not. */
static int is_name_head(struct arena *arena, struct text cell)
{
    struct text key = fold_key(arena, words_unmarked(cell));
    return !text_failed(key) && (text_is(key, "indikator") || text_is(key, "aktivitet"));
}

bool layout_a_parse_header(struct arena *arena, struct text line, struct a_header *ret)
{
    struct text cells[LIMIT_COLUMNS];
    struct header_reading reading = {0};
    size_t name_at = 0;
    if (line.len > 4096 || (!mentions(line, "ndikator", "NDIKATOR") && !mentions(line, "ktivitet", "KTIVITET")))
        return false;
    size_t count = layout_a_split_cells(line, cells);
    while (count > 0 && words_icons_only(cells[count - 1]))
        count--;
    while (name_at < count && name_at < 3 && !is_name_head(arena, cells[name_at]))
        if (!words_icons_only(cells[name_at++])) return false;
    if (name_at == 3 || name_at >= count || count - name_at - 1 > ALIGN_CELLS) return false;
    if (mentions(cells[name_at], "ktivitet", "KTIVITET")) reading.header.kind = RECORD_AKTIVITET;
    for (size_t i = name_at + 1; i < count; i++)
        if (!rapport_header_add(arena, &reading, words_unmarked(cells[i]))) return false;
    ret->name_at = name_at;
    return rapport_header_end(&reading, &ret->of);
}

bool layout_a_is_header(struct document *d, size_t at)
{
    struct a_header h;
    return text_find(d->lines[at].text, "\t") != SIZE_MAX && layout_a_parse_header(d->arena, d->lines[at].text, &h);
}
