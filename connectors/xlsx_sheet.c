#include "connectors/xlsx_sheet.h"

#include <stdlib.h>

#include "connectors/xlsx_number.h"
#include "connectors/xlsx_text.h"
#include "etl/base/limits.h"

static int refuse(const struct xlsx_book *book, const struct xlsx_sheet *sheet, struct text at, const char *what,
                  struct error *err)
{
    return error_set(err, EXIT_REFUSED, "%s: sheet \"%.*s\": \"%.*s\" %s", book->name,
                     TEXT_ARGS(text_clip(sheet->name, LIMIT_SHEET_SHOWN)), TEXT_ARGS(text_clip(at, LIMIT_SHOWN)), what);
}

/* `F12` at the head of *REF, which is then behind it. */
static bool read_ref(struct text *ref, uint32_t *ret_row, uint16_t *ret_column)
{
    uint64_t row = 0, column = 0;
    size_t i = 0;
    for (; i < ref->len && i < 4 && ref->ptr[i] >= 'A' && ref->ptr[i] <= 'Z'; i++)
        column = 26 * column + (uint64_t)(ref->ptr[i] - 'A' + 1);
    size_t digits = i;
    while (digits < ref->len && ref->ptr[digits] >= '0' && ref->ptr[digits] <= '9')
        digits++;
    if (!xml_number(text_part(*ref, i, digits - i), LIMIT_SHEET_ROWS + 1, &row) || row == 0) return false;
    if (column == 0 || column > LIMIT_SHEET_COLUMNS) return false;
    *ret_row = (uint32_t)row;
    *ret_column = (uint16_t)column;
    *ref = text_from(*ref, digits);
    return true;
}

/* ---- survey ---- */

struct surveying {
    const struct xlsx_book *book;
    const struct xlsx_sheet *sheet;
    struct sheet_survey *survey;
    bool in_data, in_merges, in_row, has_cell;
};

static int add_merge(struct surveying *s, struct text ref, struct error *err)
{
    struct sheet_survey *survey = s->survey;
    struct merge m;
    struct text rest = ref;
    bool fine = read_ref(&rest, &m.first_row, &m.first_column);
    m.last_row = m.first_row;
    m.last_column = m.first_column;
    if (fine && text_starts(rest, ":")) {
        rest = text_from(rest, 1);
        fine = read_ref(&rest, &m.last_row, &m.last_column);
    }
    if (!fine || rest.len || m.last_row < m.first_row || m.last_column < m.first_column)
        return refuse(s->book, s->sheet, ref, "is no area of merged cells", err);
    if (survey->merge_count == LIMIT_MERGES) return refuse(s->book, s->sheet, ref, "is one merged area too many", err);
    if (survey->merge_count == survey->merge_capacity) {
        size_t capacity = 2 * survey->merge_capacity + 64;
        struct merge *merges = realloc(survey->merges, capacity * sizeof *merges);
        if (!merges) return error_memory(err);
        survey->merges = merges;
        survey->merge_capacity = capacity;
    }
    survey->merges[survey->merge_count++] = m;
    return 0;
}

static int survey_begin(void *context, int depth, const char *element, const char **attributes, struct error *err)
{
    struct surveying *s = context;
    if (depth == 1 && strcmp(element, "worksheet") != 0)
        return refuse(s->book, s->sheet, text_of(element), "is no worksheet", err);
    if (depth == 2) {
        s->in_data = !strcmp(element, "sheetData");
        s->in_merges = !strcmp(element, "mergeCells");
    }
    if (depth == 3) {
        s->in_row = s->in_data && !strcmp(element, "row");
        s->has_cell = false;
    }
    if (depth == 4 && s->in_row && !s->has_cell && !strcmp(element, "c")) {
        s->has_cell = true;
        s->survey->rows++;
    }
    if (depth != 3 || !s->in_merges || strcmp(element, "mergeCell") != 0) return 0;
    return add_merge(s, xml_attribute(attributes, "ref"), err);
}

static int survey_end(void *context, int depth, const char *element, struct error *err)
{
    (void)context;
    (void)depth;
    (void)element;
    (void)err;
    return 0;
}

static int survey_text(void *context, int depth, struct text piece, struct error *err)
{
    (void)context;
    (void)depth;
    (void)piece;
    (void)err;
    return 0;
}

static int by_row(const void *a, const void *b)
{
    const struct merge *x = a, *y = b;
    if (x->first_row != y->first_row) return x->first_row < y->first_row ? -1 : 1;
    return (x->first_column > y->first_column) - (x->first_column < y->first_column);
}

int sheet_survey(const struct xlsx_book *book, const struct xlsx_sheet *sheet, struct sheet_survey *ret_survey,
                 struct error *err)
{
    *ret_survey = (struct sheet_survey){0};
    struct surveying s = {.book = book, .sheet = sheet, .survey = ret_survey};
    const struct xml_events events = {survey_begin, survey_end, survey_text, &s};
    if (xlsx_part_parse(book->parts, sheet->part, &events, err)) return -1;
    if (ret_survey->merge_count) qsort(ret_survey->merges, ret_survey->merge_count, sizeof(struct merge), by_row);
    return 0;
}

void sheet_survey_free(struct sheet_survey *survey)
{
    free(survey->merges);
    *survey = (struct sheet_survey){0};
}

/* ---- reading ---- */

enum cell_type { TYPE_NUMBER, TYPE_SHARED, TYPE_INLINE, TYPE_STRING, TYPE_BOOLEAN, TYPE_ERROR, TYPE_DATE, TYPE_COUNT };

struct reading {
    const struct xlsx_book *book;
    const struct xlsx_sheet *sheet;
    const struct sheet_survey *survey;
    uint64_t number; /* of the sheet */
    sheet_row *give;
    void *context;
    struct arena arena; /* of the row's texts */
    bool in_data, in_row, in_cell;
    bool behind;     /* the row has filled cells behind LIMIT_COLUMNS */
    bool any;        /* the row has a cell */
    uint32_t row;    /* the present one, or the last */
    uint16_t column; /* the same; 0 = none yet in this row */
    size_t count, extent;
    struct table_cell cells[LIMIT_COLUMNS];
    /* the cell */
    enum cell_type type;
    uint64_t style;
    bool has_value, has_formula;
    bool run;                        /* in a piece of rich text … */
    struct run_look look;            /* … that looks so */
    struct cell_text *collect;       /* where text goes at present; NULL = nowhere */
    struct cell_text value, formula; /* as stored */
    /* merged areas */
    size_t next;                              /* the first one that begins below the rows seen */
    const struct merge *cover[LIMIT_COLUMNS]; /* the latest one over each column whose first cell holds something */
    uint32_t covered_to;                      /* the last row of all of them */
};

static int begin_row(struct reading *r, const char **attributes, struct error *err)
{
    struct text ref = xml_attribute(attributes, "r");
    uint64_t row = (uint64_t)r->row + 1;
    if (ref.len && (!xml_number(ref, LIMIT_SHEET_ROWS + 1, &row) || row <= r->row))
        return refuse(r->book, r->sheet, ref, "is a row out of order", err);
    if (row > LIMIT_SHEET_ROWS) return refuse(r->book, r->sheet, ref, "is one row too many", err);
    if (r->arena.used) arena_reset(&r->arena);
    r->in_row = true;
    r->behind = r->any = false;
    r->row = (uint32_t)row;
    r->column = 0;
    r->count = r->extent = 0;
    return 0;
}

static int begin_cell(struct reading *r, const char **attributes, struct error *err)
{
    static const char *const types[TYPE_COUNT] = {"n", "s", "inlineStr", "str", "b", "e", "d"};
    struct text ref = xml_attribute(attributes, "r"), type = xml_attribute(attributes, "t"), rest = ref;
    struct text style = xml_attribute(attributes, "s");
    uint32_t row = r->row;
    uint16_t column = (uint16_t)(r->column + 1);
    if (ref.len && (!read_ref(&rest, &row, &column) || rest.len || row != r->row || column <= r->column))
        return refuse(r->book, r->sheet, ref, "is a cell out of order", err);
    if (column > LIMIT_SHEET_COLUMNS) return refuse(r->book, r->sheet, ref, "is one column too many", err);
    r->style = 0;
    if (style.len && !xml_number(style, UINT32_MAX, &r->style)) r->style = UINT32_MAX;
    unsigned t = 0;
    while (type.len && t < TYPE_COUNT && !text_is(type, types[t]))
        t++;
    if (t == TYPE_COUNT) return refuse(r->book, r->sheet, type, "is no type of cells", err);
    r->type = (enum cell_type)t;
    r->column = column;
    r->in_cell = r->any = true;
    r->has_value = r->has_formula = r->run = false;
    r->value.len = r->formula.len = 0;
    return 0;
}

static int read_begin(void *context, int depth, const char *element, const char **attributes, struct error *err)
{
    struct reading *r = context;
    r->collect = NULL;
    if (depth == 2) r->in_data = !strcmp(element, "sheetData");
    if (depth == 3 && r->in_data && !strcmp(element, "row")) return begin_row(r, attributes, err);
    if (depth == 4 && r->in_row && !strcmp(element, "c")) return begin_cell(r, attributes, err);
    if (!r->in_cell) return 0;
    bool text = !strcmp(element, "t");
    if (depth == 5 && !strcmp(element, "v")) {
        r->has_value = true;
        r->collect = &r->value;
    } else if (depth == 5 && !strcmp(element, "f")) {
        r->has_formula = true;
        r->collect = &r->formula;
    } else if (depth == 6) {
        r->run = !strcmp(element, "r");
        r->look = (struct run_look){.from = r->value.len};
        if (text) r->collect = &r->value;
    } else if (depth == 7 && r->run && text) {
        r->collect = &r->value;
    } else if (depth == 8 && r->run) {
        run_look_take(&r->look, element, attributes);
    }
    return 0;
}

static int text_added(const struct reading *r, int rc, struct error *err)
{
    if (rc < 0) return error_memory(err);
    if (rc == 0) return 0;
    char letters[COLUMN_LETTERS_SIZE];
    return error_set(err, EXIT_REFUSED, "%s: sheet \"%.*s\", cell %s%u is longer than %u bytes", r->book->name,
                     TEXT_ARGS(text_clip(r->sheet->name, LIMIT_SHEET_SHOWN)), column_letters(r->column, letters),
                     (unsigned)r->row, LIMIT_CELL);
}

static int read_text(void *context, int depth, struct text piece, struct error *err)
{
    struct reading *r = context;
    (void)depth;
    return r->collect ? text_added(r, cell_text_add(r->collect, piece), err) : 0;
}

/* ---- a cell's value ---- */

static int unsaved(struct reading *r, struct table_cell *cell, struct error *err)
{
    cell->fault = CELL_UNSAVED;
    cell->text = text_join(&r->arena, TEXT("="), "", cell_text_take(&r->arena, &r->formula));
    return text_failed(cell->text) ? error_memory(err) : 0;
}

static int shared(const struct reading *r, struct table_cell *cell, struct error *err)
{
    struct text index = text_trim(text_make(r->value.ptr, r->value.len));
    uint64_t i;
    if (!xml_number(index, r->book->string_count, &i))
        return refuse(r->book, r->sheet, index, "is no shared string of the workbook", err);
    cell->text = r->book->strings[i];
    return 0;
}

/* As its format shows it; where it cannot be shown, as it is stored. */
static int shown(struct reading *r, struct table_cell *cell, struct error *err)
{
    const struct number_format *format = xlsx_book_format(r->book, r->style);
    struct text stored = text_make(r->value.ptr, r->value.len), text;
    char buffer[NUMBER_SHOWN];
    cell->fault = r->type == TYPE_DATE ? number_show_date(stored, format, buffer, &text)
                                       : number_show(stored, format, r->book->date1904, buffer, &text);
    if (cell->fault == CELL_FINE)
        cell->text = text_fold_space(&r->arena, text_copy(&r->arena, text));
    else
        cell->text = cell_text_take(&r->arena, &r->value);
    return text_failed(cell->text) ? error_memory(err) : 0;
}

static int boolean(const struct reading *r, struct table_cell *cell)
{
    struct text value = text_trim(text_make(r->value.ptr, r->value.len));
    cell->text = xml_is_true(value) ? TEXT("SANT") : TEXT("FALSKT"); /* as Excel shows them in Swedish */
    if (!xml_is_true(value) && !text_is(value, "0") && !text_is(value, "false")) cell->fault = CELL_NUMBER;
    return 0;
}

static int read_cell(struct reading *r, struct table_cell *cell, struct error *err)
{
    bool empty = text_blank(text_make(r->value.ptr, r->value.len));
    *cell = (struct table_cell){0};
    /* A formula whose result is the empty text has the type str and a value. */
    if (r->has_formula && empty && !(r->type == TYPE_STRING && r->has_value)) return unsaved(r, cell, err);
    if (empty) return 0;
    switch (r->type) {
    case TYPE_SHARED:
        return shared(r, cell, err);
    case TYPE_NUMBER:
    case TYPE_DATE:
        return shown(r, cell, err);
    case TYPE_BOOLEAN:
        return boolean(r, cell);
    case TYPE_ERROR:
        cell->fault = CELL_ERROR;
        break;
    default:
        break;
    }
    cell->text = cell_text_take(&r->arena, &r->value);
    return text_failed(cell->text) ? error_memory(err) : 0;
}

static int end_cell(struct reading *r, struct error *err)
{
    struct table_cell cell;
    r->in_cell = false;
    if (read_cell(r, &cell, err)) return -1;
    bool filled = cell.text.len > 0 || cell.fault != CELL_FINE;
    if (!filled) return 0;
    if (r->column > LIMIT_COLUMNS) {
        r->behind = true;
        return 0;
    }
    while (r->count + 1 < r->column)
        r->cells[r->count++] = (struct table_cell){0};
    r->cells[r->count++] = cell;
    return 0;
}

/* ---- a row's end ---- */

/* Areas that begin in this row cover their columns from now on, when their first cell holds something. */
static void begin_merges(struct reading *r)
{
    const struct sheet_survey *survey = r->survey;
    for (; r->next < survey->merge_count && survey->merges[r->next].first_row <= r->row; r->next++) {
        const struct merge *m = &survey->merges[r->next];
        if (m->first_row < r->row || m->first_column > r->count || m->first_column > LIMIT_COLUMNS) continue;
        const struct table_cell *first = &r->cells[m->first_column - 1];
        if (first->text.len == 0 && first->fault == CELL_FINE) continue;
        for (size_t c = m->first_column; c <= m->last_column && c <= LIMIT_COLUMNS; c++)
            r->cover[c - 1] = m;
        if (m->last_row > r->covered_to) r->covered_to = m->last_row;
    }
}

static void mark_covered(struct reading *r)
{
    for (size_t c = 0; r->row <= r->covered_to && c < LIMIT_COLUMNS; c++) {
        const struct merge *m = r->cover[c];
        if (!m || m->last_row < r->row || (m->first_row == r->row && m->first_column == c + 1)) continue;
        while (r->extent <= c)
            r->cells[r->extent++] = (struct table_cell){0};
        struct table_cell *cell = &r->cells[c];
        bool below = m->first_column == c + 1 && cell->text.len == 0 && cell->fault == CELL_FINE;
        cell->fault = below ? CELL_BELOW : CELL_COVERED;
        cell->offset = m->first_row;
    }
}

static int end_row(struct reading *r, struct error *err)
{
    r->in_row = false;
    if (!r->any) return 0;
    r->extent = r->count;
    begin_merges(r);
    mark_covered(r);
    if (r->extent == 0) r->cells[r->extent++] = (struct table_cell){0};
    struct table_row row = {.place = {.line = r->row, .offset = r->number},
                            .lines = 1,
                            .count = r->count ? r->count : 1,
                            .extent = r->extent,
                            .cells = r->cells};
    return r->give(r->context, &row, r->behind, err);
}

static int read_end(void *context, int depth, const char *element, struct error *err)
{
    struct reading *r = context;
    (void)element;
    r->collect = NULL;
    if (depth == 6 && r->run) {
        r->run = false;
        return text_added(r, run_look_end(&r->look, &r->value), err);
    }
    if (depth == 4 && r->in_cell) return end_cell(r, err);
    if (depth == 3 && r->in_row) return end_row(r, err);
    return 0;
}

int sheet_read(const struct xlsx_book *book, const struct xlsx_sheet *sheet, uint64_t number,
               const struct sheet_survey *survey, sheet_row *row, void *context, struct error *err)
{
    struct reading *r = calloc(1, sizeof *r);
    if (!r) return error_memory(err);
    r->book = book;
    r->sheet = sheet;
    r->number = number;
    r->survey = survey;
    r->give = row;
    r->context = context;
    const struct xml_events events = {read_begin, read_end, read_text, r};
    int rc = xlsx_part_parse(book->parts, sheet->part, &events, err);
    cell_text_free(&r->value);
    cell_text_free(&r->formula);
    arena_free(&r->arena);
    free(r);
    return rc;
}
