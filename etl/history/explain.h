/* The history of one value: every version with its run, its export and the bytes it was read from. */
#ifndef STADSLAGER_EXPLAIN_H
#define STADSLAGER_EXPLAIN_H

#include "etl/base/period.h"
#include "etl/config/config.h"
#include "etl/database.h"

struct explain_key {
    char table;           /* 'U' utfall, 'A' arsmal, 'F' foregaende */
    const char *stadsdel; /* code */
    const char *enhet;    /* NULL = the whole board */
    const char *indikator;
    struct period period;
    char part; /* 'T', 'M', 'K', 'O' of utfall; 0 = all there are */
};

/* On standard output, as JSON or as text.  EXIT_USAGE when there is no such unit or indicator, or no such value; the hint
 * names what is near. */
int explain_print(struct database *db, const struct config *config, const struct explain_key *key, bool json,
                  struct error *err) CHECK_RESULT;

#endif
