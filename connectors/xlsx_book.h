/* A workbook without its rows: the sheets and where they are, the shared strings, the number formats of the cells. */
#ifndef STADSLAGER_XLSX_BOOK_H
#define STADSLAGER_XLSX_BOOK_H

#include "connectors/xlsx_format.h"
#include "connectors/xlsx_parts.h"

struct xlsx_sheet {
    struct text name;
    int64_t part; /* -1: no sheet of cells (a chart) */
    bool hidden;
};

struct xlsx_book {
    const char *name; /* of the export */
    struct xlsx_parts *parts;
    struct arena arena; /* owns all below but STRINGS */
    bool date1904;
    struct xlsx_sheet *sheets; /* in the workbook's order */
    size_t sheet_count;
    struct text *strings; /* malloc'ed array */
    size_t string_count, string_capacity, string_bytes;
    const struct number_format **formats; /* by the number that cells give */
    size_t format_count;
};

/* Reads all that cells refer to.  BOOK must be given back with xlsx_book_free, also after a failure. */
int xlsx_book_read(const char *name, struct text bytes, struct xlsx_book *ret_book, struct error *err) CHECK_RESULT;
void xlsx_book_free(struct xlsx_book *book);

/* The format of cells with style NUMBER; one that shows nothing when there is no such style. */
const struct number_format *xlsx_book_format(const struct xlsx_book *book, uint64_t number);

#endif
