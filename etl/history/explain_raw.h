/* The bytes that a value was read from. */
#ifndef STADSLAGER_EXPLAIN_RAW_H
#define STADSLAGER_EXPLAIN_RAW_H

#include "etl/archive/archive.h"
#include "etl/config/config.h"

struct explain_place {
    const char *source, *connector, *sha256;
    uint64_t line, offset; /* of struct place */
    char part;             /* of explain_key, for the cell in a workbook */
    char table;
};

struct explain_raw {
    bool workbook;     /* WHERE says sheet and cell; TEXT is the row, cells with TABs between */
    bool exact;        /* the record's own range, found by decoding; else the line at the offset */
    const char *where; /* workbooks: sheet "Data", cell F12; "" elsewhere */
    uint64_t length;   /* bytes from the offset on; of a workbook 0 */
    struct text text;  /* the bytes, at most LIMIT_RAW */
};

/* Decodes the export again to find where the row ends, which the warehouse does not hold.  Texts are in ARENA.  -1 when the
 * archive does not have the bytes, or has them damaged. */
int explain_raw_read(const struct archive *archive, const struct config *config, const struct explain_place *place,
                     struct arena *arena, struct explain_raw *ret_raw, struct error *err) CHECK_RESULT;

#endif
