#include "connectors/table_rows.h"

#include <stdarg.h>
#include <stdio.h>

#include "connectors/table_kon.h"
#include "connectors/table_repeat.h"
#include "etl/base/fold.h"
#include "etl/base/period.h"

/* ---- beginning and end ---- */

static int make_totals(struct table *t, struct error *err)
{
    const struct text labels[TABLE_TOTAL_KEYS] = {TEXT("Totalt"), TEXT("Summa"), t->options->totals_label};
    for (size_t i = 0; i < TABLE_TOTAL_KEYS; i++) {
        struct text key = labels[i].len ? fold_key(&t->arena, labels[i]) : text_make(NULL, 0);
        if (text_failed(key)) return error_memory(err);
        if (key.len) t->total_keys[t->total_count++] = key;
    }
    return 0;
}

int table_begin(struct table *table, const char *name, const struct decode_options *options, const struct sink *sink,
                struct decode_counts *counts, struct error *err)
{
    *table = (struct table){.options = options, .name = name, .sink = sink, .counts = counts};
    if (header_names_make(&table->arena, options, &table->names, err)) return -1;
    if (measure_names_make(&table->arena, options, &table->measure_names, err)) return -1;
    return make_totals(table, err);
}

void table_free(struct table *table)
{
    arena_free(&table->scratch);
    arena_free(&table->header_arena);
    arena_free(&table->arena);
}

char *table_where(const char *name, struct text sheet, uint64_t line, char buffer[static TABLE_WHERE_SIZE])
{
    unsigned long long n = line;
    if (sheet.len == 0)
        (void)snprintf(buffer, TABLE_WHERE_SIZE, "%s:%llu", name, n);
    else
        (void)snprintf(buffer, TABLE_WHERE_SIZE, "%s: sheet \"%.*s\", row %llu", name,
                       TEXT_ARGS(text_clip(sheet, LIMIT_SHEET_SHOWN)), n);
    return buffer;
}

/* The header's own texts and the sheet's name, so that the rows they were read from may go. */
static int keep_header(struct table *t, const struct table_header *header, struct text sheet, struct error *err)
{
    arena_reset(&t->header_arena);
    t->header = *header;
    t->sheet = text_copy(&t->header_arena, sheet);
    t->header.previous_report = text_copy(&t->header_arena, header->previous_report);
    t->header.label = text_copy(&t->header_arena, header->label);
    bool failed = text_failed(t->sheet) || text_failed(t->header.previous_report) || text_failed(t->header.label);
    for (int c = 0; c < COLUMN_MAPPED_COUNT; c++) {
        t->header.name[c] = text_copy(&t->header_arena, header->name[c]);
        t->header.unit[c] = text_copy(&t->header_arena, header->unit[c]);
        failed |= text_failed(t->header.name[c]) || text_failed(t->header.unit[c]);
    }
    return failed ? error_memory(err) : 0;
}

static void begin_record(struct table *t)
{
    struct record *record = &t->record;
    *record = (struct record){.kind = RECORD_INDIKATOR,
                              .sheet = t->sheet,
                              .closing = t->options->closing,
                              .commas_part = t->separator == ','};
    record->previous_report = t->header.previous_report;
    t->dated = false;
    t->units = t->header.per_line || t->header.index[COLUMN_MATTENHET] >= 0;
    for (int c = 0; c < COLUMN_COUNT; c++) {
        int index = t->header.index[c];
        if (index >= 0) record->present |= 1u << c;
        if (index >= 0 && t->sheet.len) record->cell_column[c] = (uint16_t)(index + 1);
        t->dated |= t->header.year[c] != 0;
        t->units |= t->header.unit[c].len > 0;
    }
    if (t->header.index[COLUMN_STADSDEL] >= 0) return;
    record->present |= 1u << COLUMN_STADSDEL;
    record->cell[COLUMN_STADSDEL] = t->options->stadsdel;
}

int table_use(struct table *table, const struct table_header *header, struct text sheet, struct error *err)
{
    char where[TABLE_WHERE_SIZE];
    table_where(table->name, sheet, header->place.line, where);
    if (header_check(header, where, err)) return -1;
    if (header->index[COLUMN_STADSDEL] < 0 && table->options->stadsdel.len == 0) {
        error_set(err, EXIT_REFUSED, "%s: the header has no \"Stadsdelsnämnd\", and the source names no stadsdel",
                  where);
        return error_hint(err, "Say in the source's configuration which stadsdel the export is of.");
    }
    table->width = 0;
    if (keep_header(table, header, sheet, err)) return -1;
    begin_record(table);
    for (int c = 0; c <= COLUMN_ENHET; c++)
        table->above[c].row = 0;
    return 0;
}

void table_ignore(struct table *table, uint32_t lines, enum ignored why)
{
    table->counts->lines_ignored[why] += lines;
    if (why != IGNORED_EMPTY_ROW && why != IGNORED_TOTAL) return;
    table->counts->rows_read++;
    table->counts->rows_ignored++;
}

/* ---- totals rows ---- */

static int alnum_lower(char c)
{
    if (c >= 'A' && c <= 'Z') return c | 0x20;
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : 0;
}

/* False only where NAME cannot fold to a totals label: it begins with two other ASCII letters or digits. */
static bool may_be_total(const struct table *t, struct text name)
{
    if (name.len < 2) return name.len > 0;
    int first = alnum_lower(name.ptr[0]), second = alnum_lower(name.ptr[1]);
    if (!first || !second) return true;
    for (size_t i = 0; i < t->total_count; i++) {
        struct text key = t->total_keys[i];
        if (key.len < 2 || (key.ptr[0] == first && key.ptr[1] == second)) return true;
    }
    return false;
}

/* 1 or 0; -1 when memory ran out. */
static int is_total(struct table *t, struct text name, struct table_memo *memo, struct error *err)
{
    if (!may_be_total(t, name)) return 0;
    if (name.len == memo->len && !memcmp(name.ptr, memo->name, name.len)) return memo->is_total;
    struct text key = fold_key(&t->scratch, name);
    if (text_failed(key)) return error_memory(err);
    bool total = false;
    for (size_t i = 0; i < t->total_count; i++)
        total |= text_equal(key, t->total_keys[i]);
    if (name.len <= TABLE_MEMO_SIZE) {
        memcpy(memo->name, name.ptr, name.len);
        memo->len = name.len;
        memo->is_total = total;
    }
    return total;
}

static int row_is_total(struct table *t, struct error *err)
{
    static const enum column columns[TABLE_TOTAL_COLUMNS] = {COLUMN_ENHET, COLUMN_INDIKATOR, COLUMN_STADSDEL};
    for (size_t i = 0; i < TABLE_TOTAL_COLUMNS; i++) {
        if (t->header.index[columns[i]] < 0) continue;
        int rc = is_total(t, t->record.cell[columns[i]], &t->memos[i], err);
        if (rc) return rc;
    }
    return 0;
}

/* ---- cells ---- */

static const struct table_cell *cell_of(const struct table *t, const struct table_row *row, enum column column)
{
    int index = t->header.index[column];
    return index >= 0 && (size_t)index < row->extent ? &row->cells[index] : NULL;
}

static void set_cell(struct record *record, enum column column, const struct table_cell *cell)
{
    record->cell[column] = cell ? cell->text : text_make(NULL, 0);
    record->cell_offset[column] = cell && cell->fault == CELL_FINE ? cell->offset : 0;
}

static void fill_cells(struct table *t, const struct table_row *row)
{
    for (int c = 0; c < COLUMN_COUNT; c++) {
        if (t->header.index[c] < 0 && c == COLUMN_STADSDEL) continue; /* the configured stadsdel stays */
        set_cell(&t->record, (enum column)c, cell_of(t, row, (enum column)c));
    }
}

/* The units of the row's values, where the header, the word of the measure or a column of the row says them. */
static int fill_units(struct table *t, const struct table_row *row, const struct measure *measure, struct error *err)
{
    const struct table_cell *cell = cell_of(t, row, COLUMN_MATTENHET);
    struct text of_row = {0};
    if (cell && cell->fault == CELL_FINE && header_unit(&t->scratch, cell->text, &of_row, err)) return -1;
    for (int c = COLUMN_UTFALL; c <= COLUMN_KF_ARSMAL; c++) {
        struct text named = measure->column == (enum column)c ? measure->unit : t->header.unit[c];
        t->record.unit[c] = named.len ? named : of_row;
    }
    return 0;
}

/* A merged cell of stadsdel or enhet holds for all its rows. */
static void fill_down(struct table *t, const struct table_row *row)
{
    for (int c = COLUMN_STADSDEL; t->sheet.len && c <= COLUMN_ENHET; c++) {
        const struct table_cell *cell = cell_of(t, row, (enum column)c);
        struct table_above *above = &t->above[c];
        if (cell && cell->fault == CELL_BELOW && above->row == cell->offset)
            t->record.cell[c] = text_make(above->name, above->len);
        if (!cell || cell->fault != CELL_FINE || cell->text.len == 0 || cell->text.len > LIMIT_NAME) continue;
        memcpy(above->name, cell->text.ptr, cell->text.len);
        above->len = cell->text.len;
        above->row = row->place.line;
    }
}

static int find_measure(struct table *t, struct text printed, struct measure *ret, struct error *err)
{
    for (size_t i = 0; i < t->measure_count; i++)
        if (text_equal(printed, text_make(t->measures[i].name, t->measures[i].len))) {
            *ret = t->measures[i].measure;
            return 0;
        }
    if (printed.len == 0 || printed.len > TABLE_MEMO_SIZE)
        return measure_read(&t->scratch, &t->measure_names, printed, ret, err);
    struct table_measure *slot = &t->measures[t->measure_next];
    memcpy(slot->name, printed.ptr, printed.len);
    slot->len = printed.len;
    if (measure_read(&t->scratch, &t->measure_names, text_make(slot->name, slot->len), &slot->measure, err)) return -1;
    *ret = slot->measure;
    t->measure_next = (t->measure_next + 1) % TABLE_MEASURES;
    if (t->measure_count < TABLE_MEASURES) t->measure_count++;
    return 0;
}

/* One value per line: puts it into the column that the line's word names; the only value column present. */
static int fill_measure(struct table *t, const struct table_row *row, struct measure *ret_measure, struct error *err)
{
    struct record *record = &t->record;
    const struct table_cell *word = cell_of(t, row, COLUMN_MATT_KOLUMN);
    *ret_measure = (struct measure){.column = COLUMN_COUNT};
    if (word && find_measure(t, word->text, ret_measure, err)) return -1;
    for (int c = COLUMN_UTFALL; c <= COLUMN_KF_ARSMAL; c++) {
        record->present &= ~(1u << c);
        record->cell_column[c] = 0;
    }
    record->previous_report = ret_measure->report;
    if (ret_measure->column == COLUMN_COUNT) return 0;
    set_cell(record, ret_measure->column, cell_of(t, row, COLUMN_VARDE));
    record->present |= 1u << ret_measure->column;
    if (t->sheet.len) record->cell_column[ret_measure->column] = (uint16_t)(t->header.index[COLUMN_VARDE] + 1);
    return 0;
}

/* ---- rows that hold no data ---- */

static bool has_data(const struct record *record)
{
    for (int c = COLUMN_INDIKATOR; c <= COLUMN_PERIOD; c++)
        if (record->cell[c].len) return true;
    return false;
}

/* What a row without an indicator or without a period may be: an empty row or prose; IGNORED_COUNT = neither. */
static enum ignored judge_incomplete(const struct table *t, const struct table_row *row)
{
    size_t filled = 0;
    struct text only = {0};
    for (size_t i = 0; i < row->count; i++)
        if (row->cells[i].text.len) {
            filled++;
            only = row->cells[i].text;
        }
    if (filled == 0) return IGNORED_EMPTY_ROW;
    if (filled > 1 || (row->count > 1 && has_data(&t->record))) return IGNORED_COUNT;
    /* A quote that opens by mistake swallows cells up to the next quote: what it holds must not pass as prose. */
    size_t separators = 0;
    for (size_t i = 0; t->separator && i < only.len; i++)
        separators += only.ptr[i] == t->separator;
    if (separators && (row->lines > 1 || 2 * separators >= t->header.count)) return IGNORED_COUNT;
    return IGNORED_PROSE;
}

/* ---- doubt ---- */

void table_doubt(struct table *t, unsigned notes, const char *rule, enum column column, const char *format, ...)
{
    struct record *record = &t->record;
    const size_t size = sizeof record->reason;
    char where[RECORD_WHERE_SIZE];
    record->notes |= notes;
    record->rule = rule;
    record_where(record, column, where);
    int n = snprintf(record->reason, size, "%s%s", where, where[0] ? ": " : "");
    size_t len = n > 0 ? (size_t)n : 0; /* a place is shorter than a reason */
    va_list args;
    va_start(args, format);
    n = vsnprintf(record->reason + len, size - len, format, args);
    va_end(args);
    if (n >= 0 && (size_t)n >= size - len) text_mend(record->reason);
}

#define SHOWN 40 /* bytes of a cell shown in a reason */

/* Cells behind the header's last name; empty ones at the end do not count. */
static bool has_unnamed(const struct table *t, const struct table_row *row)
{
    for (size_t i = t->header.count; i < row->count; i++)
        if (row->cells[i].text.len) return true;
    return false;
}

/* Of another width than the rows above: a cell was lost or added, and empty ones at the end prove nothing.  Rows may be wider
 * or narrower than the header by empty cells at their end; the first one says so for all. */
static bool has_other_width(struct table *t, const struct table_row *row)
{
    if (t->sheet.len) return false; /* a workbook's rows end where the last filled cell is */
    bool whole = row->count >= t->header.count && !has_unnamed(t, row);
    if (!t->width) t->width = whole ? row->count : t->header.width;
    return row->count != t->width;
}

/* A column `Utfall 2023` in a row of another year: whose value is it? */
static void check_years(struct table *t, const struct measure *measure)
{
    struct record *record = &t->record;
    struct period period;
    if (period_parse(record->cell[COLUMN_PERIOD], &period)) return; /* left to the rules for periods */
    for (int c = COLUMN_UTFALL; c <= COLUMN_KF_ARSMAL; c++) {
        int year = measure->column == (enum column)c ? measure->year : t->header.year[c];
        if (year == 0 || record->cell[c].len == 0) continue;
        bool fits = c == COLUMN_FOREGAENDE ? year < period.year : year == period.year;
        if (fits) continue;
        table_doubt(t, NOTE_UNCERTAIN, "D-PERIOD", (enum column)c,
                    "the column of %s is headed %d, the row's period is of %d", column_name((enum column)c), year,
                    period.year);
    }
}

/* A column `Utfall T2 2023` without a plain `Utfall` beside it: in rows of that period it is the outcome, in rows of a
 * later one the previous value. */
static void place_labelled(struct table *t)
{
    struct record *record = &t->record;
    struct period period;
    if (!record->cell[COLUMN_UTFALL].len || period_parse(record->cell[COLUMN_PERIOD], &period)) return;
    int later = period_compare(period, t->header.label_period);
    if (later == 0) return;
    if (later < 0 || t->header.index[COLUMN_FOREGAENDE] >= 0) {
        table_doubt(t, NOTE_UNCERTAIN, "D-PERIOD", COLUMN_UTFALL,
                    "the column of utfall is headed %.*s, the row's period is %.*s",
                    TEXT_ARGS(text_clip(t->header.label, SHOWN)),
                    TEXT_ARGS(text_clip(record->cell[COLUMN_PERIOD], SHOWN)));
        return;
    }
    record->cell[COLUMN_FOREGAENDE] = record->cell[COLUMN_UTFALL];
    record->cell_offset[COLUMN_FOREGAENDE] = record->cell_offset[COLUMN_UTFALL];
    record->cell_column[COLUMN_FOREGAENDE] = record->cell_column[COLUMN_UTFALL];
    record->unit[COLUMN_FOREGAENDE] = record->unit[COLUMN_UTFALL];
    record->cell[COLUMN_UTFALL] = text_make(NULL, 0);
    record->cell_column[COLUMN_UTFALL] = 0;
    record->present = (record->present & ~(1u << COLUMN_UTFALL)) | 1u << COLUMN_FOREGAENDE;
    record->previous_report = t->header.label;
}

/* Undoes place_labelled for the next row. */
static void unplace_labelled(struct table *t)
{
    struct record *record = &t->record;
    record->present |= 1u << COLUMN_UTFALL;
    record->cell_column[COLUMN_UTFALL] = (uint16_t)(t->sheet.len ? t->header.index[COLUMN_UTFALL] + 1 : 0);
    if (t->header.index[COLUMN_FOREGAENDE] >= 0) return;
    record->present &= ~(1u << COLUMN_FOREGAENDE);
    record->cell_column[COLUMN_FOREGAENDE] = 0;
    record->previous_report = text_make(NULL, 0);
}

static void check_fault(struct table *t, const struct table_row *row, enum column column, enum column shown_at)
{
    static const struct {
        unsigned notes;
        const char *rule, *what;
    } faults[CELL_FAULT_COUNT] = {
        [CELL_ERROR] = {NOTE_UNCERTAIN | NOTE_UNREADABLE, "X-FEL", "is an error, not a value"},
        [CELL_UNSAVED] = {NOTE_UNCERTAIN | NOTE_UNREADABLE, "X-FORMEL", "is a formula whose value was not saved"},
        [CELL_NUMBER] = {NOTE_UNCERTAIN | NOTE_UNREADABLE, "X-TAL", "is no number that can be written out"},
        [CELL_FORMAT] = {NOTE_UNCERTAIN, "X-FORMAT", "is hidden, or shown as something else, by its format"},
        [CELL_DATE] = {NOTE_UNCERTAIN | NOTE_UNREADABLE, "X-DATUM", "is no day"},
        [CELL_COVERED] = {NOTE_UNCERTAIN, "X-SAMMAN", "belongs to a merged cell whose value stands elsewhere"},
        [CELL_BELOW] = {NOTE_UNCERTAIN, "X-SAMMAN", "belongs to a merged cell whose value stands above"},
    };
    const struct table_cell *cell = cell_of(t, row, column);
    if (!cell || cell->fault == CELL_FINE) return;
    if (cell->fault == CELL_BELOW && column <= COLUMN_ENHET && t->record.cell[column].len) return; /* filled down */
    struct text value = text_clip(cell->text, SHOWN);
    const char *quote = value.len ? "\"" : "", *what = faults[cell->fault].what;
    table_doubt(t, faults[cell->fault].notes, faults[cell->fault].rule, shown_at, "%s%.*s%s%s%s", quote,
                TEXT_ARGS(value), quote, value.len ? " " : "", what);
}

/* Cells that a workbook itself calls in doubt, in the columns that are read. */
static void check_cells(struct table *t, const struct table_row *row, const struct measure *measure)
{
    for (int c = 0; c < COLUMN_COUNT; c++)
        check_fault(t, row, (enum column)c, (enum column)c);
    check_fault(t, row, COLUMN_MATT_KOLUMN, COLUMN_COUNT);
    check_fault(t, row, COLUMN_VARDE, measure->column);
    check_fault(t, row, COLUMN_KON, COLUMN_COUNT);
    check_fault(t, row, COLUMN_MATTENHET, COLUMN_COUNT);
}

static int mark_faults(struct table *t, const struct table_row *row, const struct measure *measure, struct error *err)
{
    unsigned unreadable = NOTE_UNCERTAIN | NOTE_UNREADABLE;
    bool workbook = t->sheet.len > 0;
    if (t->dated || measure->year) check_years(t, measure);
    if (t->header.labelled) place_labelled(t);
    if (t->header.index[COLUMN_KON] >= 0 && table_place_kon(t, row, measure, err)) return -1;
    if (t->header.per_line && measure->column == COLUMN_COUNT) {
        const struct table_cell *word = cell_of(t, row, COLUMN_MATT_KOLUMN);
        struct text shown = word ? text_clip(word->text, SHOWN) : text_make(NULL, 0);
        table_doubt(t, unreadable, "D-MATT", COLUMN_COUNT, "\"%.*s\" names no column that is known", TEXT_ARGS(shown));
    }
    if (workbook) check_cells(t, row, measure);
    if (row->quote_fault)
        table_doubt(t, unreadable, "D-CITAT", COLUMN_COUNT, "cell %zu goes on after its closing quote",
                    row->quote_fault);
    if (!has_other_width(t, row) && !has_unnamed(t, row)) return 0;
    if (!workbook && row->count == t->header.width)
        table_doubt(t, unreadable, "D-CELLER", COLUMN_COUNT, "the row has %zu cells, the first one has %zu", row->count,
                    t->width);
    else
        table_doubt(t, unreadable, "D-CELLER", COLUMN_COUNT, "the row has %zu cells, the header has %zu", row->count,
                    workbook ? t->header.count : t->header.width);
    return 0;
}

/* ---- rows ---- */

/* SHEET!ROW and the row's cells with TABs between, at most LIMIT_RAW bytes. */
static int write_raw(struct table *t, const struct table_row *row, struct error *err)
{
    size_t size = LIMIT_SHEET_SHOWN + 24, len;
    for (size_t i = 0; i < row->count; i++)
        size += row->cells[i].text.len + 1;
    char *raw = arena_alloc(&t->scratch, size);
    if (!raw) return error_memory(err);
    int n = snprintf(raw, size, "%.*s!%llu", TEXT_ARGS(text_clip(t->sheet, LIMIT_SHEET_SHOWN)),
                     (unsigned long long)row->place.line);
    if (n < 0) return error_memory(err);
    len = (size_t)n;
    for (size_t i = 0; i < row->count; i++) {
        raw[len++] = '\t';
        if (row->cells[i].text.len) memcpy(raw + len, row->cells[i].text.ptr, row->cells[i].text.len);
        len += row->cells[i].text.len;
    }
    t->record.raw = text_clip(text_make(raw, len), LIMIT_RAW);
    return 0;
}

/* Names and texts are stored composed: å is one letter, however the export writes it.  Greek and Cyrillic letters, which
 * a name is noted for, stand above those that need no composing. */
static int compose(struct table *t, struct error *err)
{
    for (int c = 0; c < COLUMN_COUNT; c++) {
        struct text *cell = &t->record.cell[c];
        if (!fold_may_compose(*cell)) continue;
        struct text composed = fold_nfc(&t->scratch, *cell);
        if (text_failed(composed)) return error_memory(err);
        *cell = composed;
        bool is_name = c == COLUMN_ENHET || c == COLUMN_INDIKATOR;
        if (is_name && fold_has_lookalike(composed)) t->record.notes |= NOTE_LOOKALIKE;
    }
    return 0;
}

static int give_record(struct table *t, const struct table_row *row, const struct measure *measure, struct error *err)
{
    struct record *record = &t->record;
    record->notes = 0;
    record->rule = NULL;
    record->reason[0] = '\0';
    record->place = row->place;
    record->lines = row->lines;
    if (mark_faults(t, row, measure, err)) return -1;
    if (compose(t, err)) return -1;
    if (t->sheet.len && write_raw(t, row, err)) return -1;
    t->counts->lines_record += row->lines;
    t->counts->rows_read++;
    return t->sink->record(t->sink->context, record, err);
}

int table_take(struct table *table, const struct table_row *row, struct error *err)
{
    struct table *t = table;
    struct record *record = &t->record;
    struct measure measure = {.column = COLUMN_COUNT};
    if (row->count == 1 && row->cells[0].text.len == 0) {
        table_ignore(t, row->lines, IGNORED_BLANK);
        return 0;
    }
    if (t->scratch.used) arena_reset(&t->scratch);
    if (t->header.index[COLUMN_KON] >= 0) table_unplace_kon(t);
    if (t->header.labelled) unplace_labelled(t);
    fill_cells(t, row);
    fill_down(t, row);
    if (t->header.per_line && fill_measure(t, row, &measure, err)) return -1;
    if (t->units && fill_units(t, row, &measure, err)) return -1;
    enum ignored why = IGNORED_COUNT;
    if (record->cell[COLUMN_INDIKATOR].len == 0 || record->cell[COLUMN_PERIOD].len == 0) why = judge_incomplete(t, row);
    bool header = false;
    if (why == IGNORED_COUNT && table_repeats_header(t, row, &header, err)) return -1;
    if (header) why = IGNORED_HEADER;
    if (why == IGNORED_COUNT) {
        int total = row_is_total(t, err);
        if (total < 0) return -1;
        if (total) why = IGNORED_TOTAL;
    }
    if (why == IGNORED_COUNT) return give_record(t, row, &measure, err);
    table_ignore(t, row->lines, why);
    return 0;
}
