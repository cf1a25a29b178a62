/* The rows of one sheet.  Merged areas stand behind the rows in a sheet's part, so it is read twice: surveyed, then read;
 * memory holds one row and the merged areas. */
#ifndef STADSLAGER_XLSX_SHEET_H
#define STADSLAGER_XLSX_SHEET_H

#include "connectors/table.h"
#include "connectors/xlsx_book.h"

struct merge { /* 1-based, all inclusive */
    uint32_t first_row, last_row;
    uint16_t first_column, last_column;
};

struct sheet_survey {
    uint64_t rows;        /* with at least one cell, empty or not: the sheet's lines */
    struct merge *merges; /* by first row; malloc'ed */
    size_t merge_count, merge_capacity;
};

/* SURVEY must be given back with sheet_survey_free, also after a failure. */
int sheet_survey(const struct xlsx_book *book, const struct xlsx_sheet *sheet, struct sheet_survey *ret_survey,
                 struct error *err) CHECK_RESULT;
void sheet_survey_free(struct sheet_survey *survey);

/* Gives every row that has a cell to ROW, in order; the row and its texts live until it returns.  BEHIND: it has cells
 * that hold something behind LIMIT_COLUMNS, which are not in the row. */
typedef int sheet_row(void *context, const struct table_row *row, bool behind, struct error *err);
int sheet_read(const struct xlsx_book *book, const struct xlsx_sheet *sheet, uint64_t number,
               const struct sheet_survey *survey, sheet_row *row, void *context, struct error *err) CHECK_RESULT;

#endif
