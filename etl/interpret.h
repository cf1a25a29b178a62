/* Interpret: verbatim cells -> typed values.  Pure. */
#ifndef STADSLAGER_INTERPRET_H
#define STADSLAGER_INTERPRET_H

#include "etl/facts.h"

/* An indicator row, typed.  Slices point into the record or the arena. */
struct indikator_row {
    unsigned present;                              /* as in the record: the columns that the export has */
    struct value utfall, man, kvinnor, foregaende; /* VALUE_MISSING where the cell is empty or absent */
    struct target arsmal, kf_arsmal;               /* TARGET_NONE where empty or absent */
    struct period period;
};

/* Why a row cannot be loaded. */
struct rejection {
    const char *rule;   /* NULL = none */
    const char *column; /* "" = the whole row */
    struct text value;
    char reason[256];
    bool no_memory; /* not a fault of the row */
};

/* 0; RET_REJECTION says when a cell has no meaning (then RET_ROW is not to be used).  -1 when memory ran out. */
int interpret_indikator(struct arena *arena, const struct record *record, const struct token_table *tokens,
                        struct indikator_row *ret_row, struct rejection *ret_rejection, struct error *err) CHECK_RESULT;
/* A goal's status as printed -> what it says.  Empty -> 1 (no fact); 0 on success; -1 when it is unknown. */
int interpret_status(struct text status, enum uppfyllelse *ret_uppfyllelse) CHECK_RESULT;
/* SDMX codes (OBS_STATUS, CONF_STATUS) of a value. */
void interpret_sdmx(const struct value *value, char *ret_obs, char *ret_conf);

#endif
