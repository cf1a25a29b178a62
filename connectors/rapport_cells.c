#include "connectors/rapport_cells.h"

#include <stdint.h>

#include "connectors/rapport_words.h"
#include "etl/base/limits.h"
#include "etl/base/period.h"
#include "etl/base/target.h"
#include "etl/base/value.h"

#define CELL_LONGEST 64 /* bytes of a cell in layout B, blanks included: "Tas fram av nämnd/styrelse" has 27 */

struct splitting {
    struct arena *arena;
    struct text row;
    const enum column *columns;
    size_t count;
    bool allow_cut;
    struct text cell[ALIGN_CELLS]; /* of the split under way */
    int readings;
    struct text name, found[ALIGN_CELLS];
    bool no_memory;
};

/* Blanks in a row inside one value stand only before its unit sign: `79  %`. */
static bool blanks_allowed(struct text cell)
{
    size_t at = text_find(cell, "  ");
    if (at == SIZE_MAX) return true;
    return text_is(text_trim(text_from(cell, at)), "%");
}

static bool legal(struct splitting *s, enum column column, struct text cell)
{
    struct period period;
    if (cell.len && (cell.ptr[0] == ' ' || cell.ptr[cell.len - 1] == ' ')) return false;
    if (!blanks_allowed(cell)) return false;
    struct text folded = text_fold_space(s->arena, cell);
    if (text_failed(folded)) return !(s->no_memory = true);
    switch (column) {
    case COLUMN_PERIOD:
        return period_parse(folded, &period) == 0;
    case COLUMN_START:
    case COLUMN_SLUT:
        return words_is_date(folded);
    case COLUMN_AVVIKELSE:
        return text_is(folded, "Avvikelse");
    case COLUMN_ARSMAL:
    case COLUMN_KF_ARSMAL:
        return target_looks_legal(folded) || (s->allow_cut && column == COLUMN_KF_ARSMAL && words_starts_delegation(folded));
    default:
        return value_looks_legal(folded);
    }
}

static void take(struct splitting *s, size_t name_end)
{
    s->readings++;
    if (s->readings > 1) return;
    s->name = text_part(s->row, 0, name_end);
    memcpy(s->found, s->cell, sizeof s->found);
}

/* Finds the cells from the last to the first: cell INDEX ends before END, where its joining blank or the row's end is. */
static void split_before(struct splitting *s, size_t index, size_t end)
{
    for (size_t len = 0; len <= CELL_LONGEST && len < end && s->readings < 2; len++) {
        size_t start = end - len;
        if (s->row.ptr[start - 1] != ' ') continue;
        struct text cell = text_part(s->row, start, len);
        if (!legal(s, s->columns[index], cell)) continue;
        s->cell[index] = cell;
        if (index > 0)
            split_before(s, index - 1, start - 1);
        else if (start >= 2 && s->row.ptr[start - 2] != ' ')
            take(s, start - 1);
    }
}

int cells_split(struct arena *arena, struct text row, const enum column *columns, size_t count, bool allow_cut, int *ret_readings,
                struct text *ret_name, struct reading *ret, struct error *err)
{
    struct splitting s = {.arena = arena, .columns = columns, .count = count, .allow_cut = allow_cut};
    while (row.len && row.ptr[row.len - 1] == ' ')
        row.len--;
    while (row.len && row.ptr[0] == ' ')
        row = text_from(row, 1);
    s.row = row;
    if (row.len && count) split_before(&s, count - 1, row.len);
    if (s.no_memory) return error_memory(err);
    *ret_readings = s.readings;
    if (!s.readings) return 0;
    *ret_name = s.name;
    memset(ret, 0, sizeof *ret);
    for (size_t i = 0; i < count; i++)
        if (columns[i] < COLUMN_COUNT) {
            ret->cell[columns[i]] = text_copy(arena, text_fold_space(arena, s.found[i])); /* ROW's bytes may go */
            if (text_failed(ret->cell[columns[i]])) return error_memory(err);
        }
    return 0;
}

bool cells_may_end(struct text line)
{
    line = text_trim(line);
    size_t at = line.len;
    while (at > 0 && line.ptr[at - 1] != ' ')
        at--;
    struct text word = text_from(line, at);
    if (text_is(word, "Avvikelse")) return true;
    if (word.len < 4 || word.len > 11) return false;
    for (size_t i = word.len - 2; i < word.len; i++)
        if (word.ptr[i] < '0' || word.ptr[i] > '9') return false;
    return true;
}
