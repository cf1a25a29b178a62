/* A cell's number -> the text its cell shows, exactly, with the decimal sign and the unit as the city prints them: `86,5 %`.
 *
 * The rule: a workbook stores 0.865 as `0.86499999999999999`, because Excel writes 17 digits of its binary numbers and
 * shows 15.  So the decimal text is rounded to 15 significant digits first, then multiplied by what the format says
 * (`%`: 100), then rounded to the decimals of the format; both times halves go away from zero, as Excel does it.  All of
 * it on decimal digits, never in binary.  A format without decimals of its own (General) shows all of the 15 digits. */
#ifndef STADSLAGER_XLSX_NUMBER_H
#define STADSLAGER_XLSX_NUMBER_H

#include "connectors/table.h"
#include "connectors/xlsx_format.h"

#define NUMBER_SHOWN                                                                                                   \
    256 /* bytes of a number that is shown, with its words and a NUL: 2 * FORMAT_LITERAL and the digits */

/* STORED is the number as in the XML: `-12.5`, `1.5E-3`.  CELL_FINE and RET_SHOWN points into BUFFER, or why it cannot be
 * shown.  DATE1904: day 0 is 1904-01-01; else day 1 is 1900-01-01 and there is a 29 February 1900, which no date is. */
enum cell_fault number_show(struct text stored, const struct number_format *format, bool date1904,
                            char buffer[static NUMBER_SHOWN], struct text *ret_shown);
/* The same for a cell that holds its day as ISO text: `2023-12-31`, `2023-12-31T00:00:00`. */
enum cell_fault number_show_date(struct text stored, const struct number_format *format,
                                 char buffer[static NUMBER_SHOWN], struct text *ret_shown);

#endif
