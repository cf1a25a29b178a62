#include "connectors/table_repeat.h"

#include "etl/base/limits.h"

/* The words that head the indicators and the periods, where a row of data has an indicator and a period. */
static bool repeats_header(const struct table *t)
{
    const struct text *cell = t->record.cell, *name = t->header.name;
    return text_equal(cell[COLUMN_INDIKATOR], name[COLUMN_INDIKATOR]) &&
           text_equal(cell[COLUMN_PERIOD], name[COLUMN_PERIOD]);
}

static int column_at(const struct table *t, size_t cell) /* COLUMN_MAPPED_COUNT: of none of ours */
{
    int c = 0;
    while (c < COLUMN_MAPPED_COUNT && t->header.index[c] != (int)cell)
        c++;
    return c;
}

/* Means PRINTED, over the cell of the column ABOVE, another one?  The lower of two levels, which were joined to a name, mostly
 * means the same by itself. */
static int means_other(struct table *t, int above, struct text printed, bool *ret, struct error *err)
{
    enum column column, same;
    struct text period, own = {0}, name = above < COLUMN_MAPPED_COUNT ? t->header.name[above] : (struct text){0};
    *ret = false;
    if (text_equal(name, printed)) return 0;
    if (header_column_of(&t->scratch, &t->names, printed, &column, &period, err)) return -1;
    if (column == COLUMN_COUNT) return 0;
    if (name.len && header_column_of(&t->scratch, &t->names, name, &same, &own, err)) return -1;
    *ret = name.len ? (int)column != above || !text_equal(period, own) : t->header.index[column] < 0;
    return 0;
}

/* Does a cell of ROW, which looks like a header, name another column than the one above it? */
static int names_others(struct table *t, const struct table_row *row, bool *ret, struct error *err)
{
    *ret = false;
    for (size_t i = 0; i < row->count && !*ret; i++) {
        struct text printed = row->cells[i].text;
        if (printed.len == 0 || printed.len > LIMIT_NAME) continue;
        if (means_other(t, column_at(t, i), printed, ret, err)) return -1;
    }
    return 0;
}

int table_repeats_header(struct table *t, const struct table_row *row, bool *ret, struct error *err)
{
    const struct text *cell = t->record.cell, *name = t->header.name;
    char where[TABLE_WHERE_SIZE];
    bool others = false;
    *ret = repeats_header(t);
    if (!*ret && !text_equal(cell[COLUMN_INDIKATOR], name[COLUMN_INDIKATOR]) &&
        !text_equal(cell[COLUMN_PERIOD], name[COLUMN_PERIOD]))
        return 0;
    if (names_others(t, row, &others, err)) return -1;
    if (!others) return 0;
    table_ignore(t, row->lines, IGNORED_HEADER);
    error_set(err, EXIT_REFUSED, "%s: a header of other columns than the one above, on line %llu",
              table_where(t->name, t->sheet, row->place.line, where), (unsigned long long)t->header.place.line);
    return error_hint(err, "Split the export where its columns change.");
}
