#include "connectors/table_levels.h"

#include <stdint.h>

#include "connectors/table_kon.h"
#include "etl/base/fold.h"
#include "etl/base/limits.h"

int levels_keep(struct arena *arena, const struct table_row *row, struct table_row *ret_row, struct error *err)
{
    struct table_cell *cells = arena_array(arena, row->extent ? row->extent : 1, sizeof *cells);
    if (!cells) return error_memory(err);
    for (size_t i = 0; i < row->extent; i++) {
        cells[i] = row->cells[i];
        cells[i].text = text_copy(arena, text_clip(row->cells[i].text, LIMIT_NAME)); /* prose names no column of ours */
        if (text_failed(cells[i].text)) return error_memory(err);
    }
    *ret_row = *row;
    ret_row->cells = cells;
    return 0;
}

static struct text cell_text(const struct table_row *row, size_t i)
{
    return i < row->count ? text_clip(row->cells[i].text, LIMIT_NAME) : text_make(NULL, 0);
}

/* ---- words below a group ---- */

int levels_is_lower(struct arena *arena, const struct table_header *header, const struct table_row *lower, bool *ret,
                    struct error *err)
{
    size_t words = 0, others = 0;
    *ret = false;
    for (size_t i = 0; i < lower->count; i++) {
        struct text word = cell_text(lower, i);
        struct period period;
        enum kon_word part;
        if (word.len == 0) continue;
        if ((int)i == header->index[COLUMN_INDIKATOR] || (int)i == header->index[COLUMN_PERIOD]) return 0;
        if (kon_word_read(arena, word, &part, err)) return -1;
        if (part != KON_WORD_NONE || period_parse(word, &period) == 0)
            words++;
        else
            others++;
    }
    *ret = words > 0 && words >= others;
    return 0;
}

/* ---- joining ---- */

struct joining {
    struct arena *arena;
    const struct header_names *names;
    struct levels *levels;
    struct error *err;
};

/* The group that stands over a cell of the lower row. */
struct group {
    struct text text;
    bool own;           /* directly over the cell, not over one to its left */
    bool is_period;     /* `2023` over whole sets of columns */
    enum column column; /* COLUMN_COUNT = not known */
    struct text period; /* that its name ends with */
    struct text unit;   /* or this, with its brackets: `(%)` */
};

static int sex_under(struct joining *j, const struct group *g, enum kon_word part, struct text *ret, struct error *err)
{
    struct text name = part == KON_WORD_MEN ? TEXT("Utfall män") : TEXT("Utfall kvinnor");
    *ret = text_join(j->arena, text_join(j->arena, name, " ", g->period), " ", g->unit);
    return text_failed(*ret) ? error_memory(err) : 0;
}

/* May a column of its own name stand under GROUP, though the two together are not known? */
static bool may_stand_under(const struct group *g, enum column column)
{
    if (!header_is_value(column)) return !(g->own && header_is_value(g->column));
    if (g->column == COLUMN_COUNT || !header_is_value(g->column)) return false;
    if (!g->own || column == g->column) return true;
    if (g->column == COLUMN_UTFALL) return column <= COLUMN_FOREGAENDE;
    return g->column == COLUMN_ARSMAL && column == COLUMN_KF_ARSMAL;
}

/* The name of the column that LOWER heads under G. */
static int join_names(struct joining *j, const struct group *g, struct text lower, struct text *ret)
{
    enum column column, alone;
    enum kon_word part;
    struct text period,
        joined = g->is_period ? text_join(j->arena, lower, " ", g->text) : text_join(j->arena, g->text, " ", lower);
    if (text_failed(joined)) return error_memory(j->err);
    if (header_column_of(j->arena, j->names, joined, &column, &period, j->err) ||
        header_column_of(j->arena, j->names, lower, &alone, &period, j->err) ||
        kon_word_read(j->arena, lower, &part, j->err))
        return -1;
    *ret = joined;
    if (column != COLUMN_COUNT) return 0;
    if (part == KON_WORD_TOTAL && header_is_value(g->column)) return (*ret = g->text, 0);
    if (part != KON_WORD_NONE && g->column == COLUMN_UTFALL) return sex_under(j, g, part, ret, j->err);
    if (part != KON_WORD_NONE && header_is_value(g->column)) return 0; /* the targets of a sex are no column of ours */
    bool fits = alone != COLUMN_COUNT && may_stand_under(g, alone);
    if (fits) *ret = lower;
    bool matters = header_is_value(alone) || (g->own && header_is_value(g->column));
    if (!fits && matters && !j->levels->group.len) {
        j->levels->group = g->text;
        j->levels->name = lower;
    }
    return 0;
}

static int read_group(struct joining *j, struct text text, struct group *ret)
{
    struct period period;
    *ret = (struct group){.text = text, .own = true, .column = COLUMN_COUNT};
    ret->is_period = period_parse(text, &period) == 0;
    if (ret->is_period) return 0;
    struct text key = fold_key(j->arena, text_clip(text, LIMIT_NAME));
    if (text_failed(key)) return error_memory(j->err);
    if (text_is(key, "resultat")) ret->text = TEXT("Utfall"); /* says no more than the names below it */
    if (text_is(key, "mål")) ret->text = TEXT("Årsmål");
    size_t open = text_ends(ret->text, ")") ? text_find(ret->text, "(") : SIZE_MAX;
    if (open != SIZE_MAX && period_parse(text_part(ret->text, open + 1, ret->text.len - open - 2), &period))
        ret->unit = text_from(ret->text, open);
    return header_column_of(j->arena, j->names, ret->text, &ret->column, &ret->period, j->err);
}

/* A title stands over the columns that say what a row is of; a group does not. */
static int is_title(struct joining *j, size_t at, struct text lower, const struct group *g, bool *ret)
{
    enum column column;
    struct text period;
    if (header_column_of(j->arena, j->names, lower, &column, &period, j->err)) return -1;
    *ret = g->column == COLUMN_COUNT && (at == 0 || (column != COLUMN_COUNT && !header_is_value(column)));
    return 0;
}

int levels_join(struct arena *arena, const struct header_names *names, const struct table_row *upper,
                const struct table_row *lower, struct levels *ret_levels, struct error *err)
{
    struct levels levels = {.row = *lower};
    struct joining j = {arena, names, &levels, err};
    struct group group = {.column = COLUMN_COUNT};
    size_t count = upper->count > lower->count ? upper->count : lower->count;
    struct table_cell *cells = arena_array(arena, count, sizeof *cells);
    if (!cells) return error_memory(err);
    for (size_t i = 0; i < count; i++) {
        struct text above = cell_text(upper, i), below = cell_text(lower, i);
        bool title = false;
        cells[i] = (struct table_cell){.text = above.len && !below.len ? above : below};
        group.own = false;
        if (above.len && (read_group(&j, above, &group) || is_title(&j, i, below, &group, &title))) return -1;
        if (title) {
            group = (struct group){.column = COLUMN_COUNT};
            cells[i].text = below;
        } else if (group.text.len && below.len && join_names(&j, &group, below, &cells[i].text)) {
            return -1;
        }
        levels.changed |= !text_equal(cells[i].text, below);
    }
    levels.row.cells = cells;
    levels.row.count = levels.row.extent = count;
    *ret_levels = levels;
    return 0;
}

int levels_refuse(const struct levels *levels, const char *where, struct error *err)
{
    error_set(err, EXIT_REFUSED, "%s: \"%.*s\" in the row above stands over \"%.*s\", and what that means is not known",
              where, TEXT_ARGS(text_clip(levels->group, LIMIT_SHOWN)), TEXT_ARGS(text_clip(levels->name, LIMIT_SHOWN)));
    return error_hint(err, "Name the two together (\"GROUP NAME\") among the source's columns in the configuration.");
}
