/* Rows of cells, as delimited text and workbooks hold them, before anyone knows what their columns mean. */
#ifndef STADSLAGER_TABLE_H
#define STADSLAGER_TABLE_H

#include <stdint.h>

#include "connectors/connector.h"

/* Why a cell cannot be taken at its word; only workbooks have such cells.  TEXT is then what is stored, for messages. */
enum cell_fault {
    CELL_FINE,
    CELL_ERROR,   /* #N/A and its like */
    CELL_UNSAVED, /* a formula whose value was not saved */
    CELL_NUMBER,  /* a number that is none, or is too large to be written out */
    CELL_FORMAT,  /* a number that its format shows as something else, or hides */
    CELL_DATE,    /* a day that does not exist, or a time of day */
    CELL_COVERED, /* empty, under a merged cell whose value stands in another column */
    CELL_BELOW,   /* empty, under a merged cell whose value stands in this column, in the row that OFFSET says */
    CELL_FAULT_COUNT,
};

struct table_cell {
    struct text text; /* UTF-8, quotes taken off, white space folded */
    uint64_t offset;  /* of the cell's first byte, its quote included, in the plain bytes of the export; 0 = unknown */
    enum cell_fault fault;
};

struct table_row {
    struct place place; /* length: without the line end */
    uint32_t lines;
    size_t count;  /* at least 1; in a workbook up to the last cell that holds something */
    size_t extent; /* cells there are: COUNT, or more where empty ones with a fault follow */
    const struct table_cell *cells;
    size_t quote_fault; /* 1-based cell with text after its closing quote, kept as printed; 0 = none */
};

#endif
