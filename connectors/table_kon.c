#include "connectors/table_kon.h"

#include "etl/base/fold.h"

#define SHOWN 40 /* bytes of a cell shown in a reason */

int kon_word_read(struct arena *arena, struct text word, enum kon_word *ret_word, struct error *err)
{
    static const struct {
        const char *key;
        enum kon_word word;
    } words[] = {{"totalt", KON_WORD_TOTAL},
                 {"total", KON_WORD_TOTAL},
                 {"samtliga", KON_WORD_TOTAL},
                 {"alla", KON_WORD_TOTAL},
                 {"män", KON_WORD_MEN},
                 {"pojkar", KON_WORD_MEN},
                 {"man", KON_WORD_MEN},
                 {"pojke", KON_WORD_MEN},
                 {"män/pojkar", KON_WORD_MEN},
                 {"pojkar/män", KON_WORD_MEN},
                 {"m", KON_WORD_MEN},
                 {"kvinnor", KON_WORD_WOMEN},
                 {"flickor", KON_WORD_WOMEN},
                 {"kvinna", KON_WORD_WOMEN},
                 {"flicka", KON_WORD_WOMEN},
                 {"kvinnor/flickor", KON_WORD_WOMEN},
                 {"flickor/kvinnor", KON_WORD_WOMEN},
                 {"k", KON_WORD_WOMEN}};
    *ret_word = KON_WORD_NONE;
    if (word.len == 0 || word.len > LIMIT_UNIT) return 0;
    struct text key = fold_key(arena, word);
    if (text_failed(key)) return error_memory(err);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_is(key, words[i].key)) *ret_word = words[i].word;
    return 0;
}

/* Moves the outcome to COLUMN, the only value that the record has then. */
static void move_outcome(struct table *t, enum column column)
{
    struct record *record = &t->record;
    bool has = record->present & 1u << COLUMN_UTFALL;
    record->cell[column] = record->cell[COLUMN_UTFALL];
    record->cell_offset[column] = record->cell_offset[COLUMN_UTFALL];
    record->cell_column[column] = record->cell_column[COLUMN_UTFALL];
    record->unit[column] = record->unit[COLUMN_UTFALL];
    for (int c = COLUMN_UTFALL; c <= COLUMN_KF_ARSMAL; c++) {
        if (c == (int)column) continue;
        record->cell[c] = text_make(NULL, 0);
        record->cell_column[c] = 0;
        record->present &= ~(1u << c);
    }
    if (has) record->present |= 1u << column;
    record->previous_report = text_make(NULL, 0);
}

int table_place_kon(struct table *table, const struct table_row *row, const struct measure *measure, struct error *err)
{
    const unsigned unreadable = NOTE_UNCERTAIN | NOTE_UNREADABLE,
                   sexes = 1u << COLUMN_UTFALL_MAN | 1u << COLUMN_UTFALL_KVINNOR;
    size_t index = (size_t)table->header.index[COLUMN_KON];
    struct text printed = index < row->extent ? row->cells[index].text : text_make(NULL, 0);
    enum kon_word word;
    if (printed.len == 0) return 0; /* of everybody */
    if (kon_word_read(&table->scratch, printed, &word, err)) return -1;
    enum column column = word == KON_WORD_MEN     ? COLUMN_UTFALL_MAN
                         : word == KON_WORD_WOMEN ? COLUMN_UTFALL_KVINNOR
                                                  : COLUMN_UTFALL;
    bool per_line = table->header.per_line, apart = table->record.present & sexes;
    bool fits = per_line ? measure->column == column || (measure->column == COLUMN_UTFALL) : !apart;
    if (word == KON_WORD_TOTAL) fits = !per_line || !apart;
    if (word == KON_WORD_NONE || !fits)
        table_doubt(table, unreadable, "D-KON", COLUMN_COUNT,
                    word == KON_WORD_NONE ? "\"%.*s\" is neither men, women nor the total"
                                          : "\"%.*s\" is not whose values the row's columns hold",
                    TEXT_ARGS(text_clip(printed, SHOWN)));
    else if (word != KON_WORD_TOTAL && !apart)
        move_outcome(table, column);
    return 0;
}

void table_unplace_kon(struct table *table)
{
    struct record *record = &table->record;
    for (int c = COLUMN_UTFALL; c <= COLUMN_KF_ARSMAL; c++) {
        int index = table->header.index[c];
        record->present = index >= 0 ? record->present | 1u << c : record->present & ~(1u << c);
        record->cell_column[c] = (uint16_t)(index >= 0 && table->sheet.len ? index + 1 : 0);
    }
    record->previous_report = table->header.previous_report;
}
