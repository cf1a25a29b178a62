/* Targets as printed (Årsmål, KF:s årsmål) -> operator and number.  `85 %`, `+/-1 %`, `Max 10 personer`, `öka`,
 * `Tas fram av nämnd/styrelse`, empty. */
#ifndef STADSLAGER_TARGET_H
#define STADSLAGER_TARGET_H

#include "etl/base/value.h"

enum target_operator {
    TARGET_NONE = 0,  /* empty cell */
    TARGET_VALUE,     /* a bare number: at least or at most, as the indicator's polarity says */
    TARGET_AT_LEAST,  /* `minst 85 %`, `>= 85 %`, `≥85`, `lägst`, `över`? no: `mer än` is TARGET_TEXT */
    TARGET_AT_MOST,   /* `Max 10 personer`, `högst 5 %`, `<= 5 %`, `≤5` */
    TARGET_EXACTLY,   /* `= 100 %` */
    TARGET_WITHIN,    /* `+/-1 %`, `+/- 1 %`, `±1 %`: the number is the half-width around zero */
    TARGET_INCREASE,  /* `öka`, `ökar`, `ska öka` */
    TARGET_DECREASE,  /* `minska`, `minskar` */
    TARGET_UNCHANGED, /* `oförändrat`, `bibehålla` */
    TARGET_DELEGATED, /* `Tas fram av nämnd`, `Tas fram av nämnd/styrelse`, also with blanks inside words (`nämnd/s tyrelse`) */
    TARGET_TEXT, /* other words, and `+5 %`, which may be a growth; kept, never judged */
};
#define TARGET_OPERATOR_COUNT 11

const char *target_operator_name(enum target_operator op); /* "none", "value", "at_least", … labels of the SQL enum */

struct target {
    enum target_operator op;
    bool has_number;
    struct decimal number;
    struct text unit;
    struct text printed;
};

/* As value_parse.  A cell that begins like a number but is none is a fault, not TARGET_TEXT. */
enum value_fault target_parse(struct arena *arena, struct text printed, struct target *ret_target) CHECK_RESULT;
/* True for an empty cell, a number with unit, an operator form, a direction or a delegation: the legal type of a target
 * cell, used to align shifted rows.  TARGET_TEXT is not legal in this sense, but for `+5 %`. */
bool target_looks_legal(struct text cell);
/* True when CELL is a delegation (white space inside words ignored), or a direction word. */
bool target_is_phrase(struct text cell);

#endif
