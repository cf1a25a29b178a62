/* CSV as a Swedish spreadsheet opens it without being asked anything: UTF-8 with a byte order mark, `;`, decimal comma, CRLF. */
#include "etl/analys/escape.h"
#include "etl/analys/export.h"

#define SEPARATOR ';'

static void end_cell(FILE *out, size_t column)
{
    if (column + 1 < TABLE_COLUMNS)
        putc(SEPARATOR, out);
    else
        fputs("\r\n", out);
}

static int begin(struct export *x, struct error *err)
{
    (void)err;
    fputs("\xef\xbb\xbf", x->out);
    for (size_t c = 0; c < TABLE_COLUMNS; c++) {
        escape_cell(x->out, table_columns[c].header, SEPARATOR);
        end_cell(x->out, c);
    }
    return 0;
}

static int row(struct export *x, const char *const cell[static UTFALL_COLUMNS], struct error *err)
{
    (void)err;
    for (size_t c = 0; c < TABLE_COLUMNS; c++) {
        struct table_cell_out out = table_cell_of(cell, c);
        if (out.is_number)
            escape_comma(x->out, out.text);
        else
            escape_cell(x->out, out.text, SEPARATOR);
        end_cell(x->out, c);
    }
    return 0;
}

static int end(struct export *x, struct error *err)
{
    (void)x, (void)err;
    return 0;
}

const struct export_format export_csv = {"csv", "semicolons, decimal comma, for spreadsheets", begin, row, end, NULL};
