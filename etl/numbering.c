#include "etl/numbering.h"

#include <stdio.h>

#include "etl/base/fold.h"

#define OCCURRENCE_SIZE 16

/* KEY, NAME folded and a mark that no folded name holds, so that the parts of a key cannot be taken for others. */
static struct text add_name(struct arena *arena, struct text key, struct text name)
{
    return text_join(arena, text_join(arena, key, "", fold_key(arena, name)), "", TEXT("\n"));
}

static int put(struct numbering *n, struct text key, int32_t value, struct error *err)
{
    int32_t before;
    if (!map_get(&n->seen, key, &before) && text_failed(key = text_copy(&n->arena, key))) return error_memory(err);
    return map_put(&n->seen, key, value, err);
}

int numbering_next(struct numbering *numbering, struct text scope, struct text name, int32_t *ret_nr, struct error *err)
{
    int32_t nr = 0;
    arena_reset(&numbering->scratch);
    struct text key = add_name(&numbering->scratch, text_join(&numbering->scratch, TEXT("n"), "", scope), name);
    if (text_failed(key)) return error_memory(err);
    (void)map_get(&numbering->seen, key, &nr);
    if (put(numbering, key, nr + 1, err)) return -1;
    *ret_nr = nr + 1;
    return 0;
}

int numbering_table(struct numbering *numbering, const struct record *record, bool *ret_begins, int32_t *ret_nr,
                    struct error *err)
{
    struct arena *scratch = &numbering->scratch;
    char occurrence[OCCURRENCE_SIZE];
    int32_t last = 0, nr = 0, row_nr = 0;
    bool begins = record->first_row || numbering->tables == 0;
    arena_reset(scratch);
    struct text scope = add_name(scratch, add_name(scratch, TEXT(""), record->cell[COLUMN_ENHET]), record->title);
    struct text table = text_join(scratch, TEXT("t"), "", scope), number = text_join(scratch, TEXT("o"), "", scope);
    struct text row = add_name(scratch, text_join(scratch, TEXT("r"), "", scope), record->text);
    (void)snprintf(occurrence, sizeof occurrence, "%u", (unsigned)record->occurrence);
    row = text_join(scratch, row, "", text_of(occurrence));
    if (text_failed(table) || text_failed(number) || text_failed(row)) return error_memory(err);
    if (begins) numbering->tables++;
    (void)map_get(&numbering->seen, table, &last); /* the table that had a row of this title last … */
    (void)map_get(&numbering->seen, number, &nr);  /* … and its number */
    (void)map_get(&numbering->seen, row, &row_nr); /* the number of the table that had this row last */
    if (!begins && last == numbering->tables && row_nr == nr) {
        begins = true;
        numbering->tables++;
    }
    nr += last != numbering->tables;
    if (put(numbering, table, numbering->tables, err) || put(numbering, number, nr, err) ||
        put(numbering, row, nr, err))
        return -1;
    *ret_begins = begins;
    *ret_nr = nr;
    return 0;
}

void numbering_free(struct numbering *numbering)
{
    map_free(&numbering->seen);
    arena_free(&numbering->arena);
    arena_free(&numbering->scratch);
    *numbering = (struct numbering){0};
}
