/* Outcomes as printed -> typed values.  Grammar from the exports: `85 %`, `1 050 st`, `13,1 barn/avd.`,
 * `1,6 kg CO2`, `-1 %`, `..`, `<5`, empty; U+00A0 and U+202F as thousands signs, U+2212 and U+2013 as minus. */
#ifndef STADSLAGER_VALUE_H
#define STADSLAGER_VALUE_H

#include <stdbool.h>

#include "etl/base/decimal.h"

enum value_status {
    VALUE_REPORTED = 0,
    VALUE_SUPPRESSED,     /* known and hidden */
    VALUE_NOT_MEASURED,   /* the question was not asked */
    VALUE_MISSING,        /* not reported */
    VALUE_NOT_APPLICABLE, /* cannot exist */
    VALUE_TEXT,           /* words where a number belongs; kept, never judged */
};
#define VALUE_STATUS_COUNT 6

/* "reported", "suppressed", "not_measured", "missing", "not_applicable", "text": the labels of the SQL enum. */
const char *value_status_name(enum value_status status);
int value_status_parse(struct text name, enum value_status *ret_status) CHECK_RESULT;

enum value_flag {
    VALUE_PRELIMINARY = 1, /* `prel`, `(p)` */
    VALUE_REVISED = 2,     /* `(r)` */
    VALUE_BOUND = 4,       /* `<5`, `~100`: not the value itself; status is suppressed and number is unset */
};

struct value {
    enum value_status status;
    bool has_number;       /* true exactly when status is VALUE_REPORTED */
    struct decimal number; /* as printed: a share of 85 % is 85, not 0.85 */
    struct text unit;      /* "%", "st", "barn/avd.", "kg CO2", … as printed, blanks folded; empty when none */
    unsigned flags;        /* enum value_flag */
    struct text printed;   /* the trimmed cell */
};

/* What a token such as ".." means, from the source's configuration. */
struct token {
    struct text text;
    enum value_status status;
};
struct token_table {
    const struct token *tokens;
    size_t count;
};
/* `..` suppressed, `.` not_applicable, `-` `–` `—` missing, `x` `X` `U` `*` `prickad` suppressed: what holds where a
 * source configures nothing (meanings differ between publishers, so configure them). */
extern const struct token_table value_default_tokens;

/* Why a cell is not a value; for rule ids and messages. */
enum value_fault {
    VALUE_FAULT_NONE,
    VALUE_FAULT_NOT_A_NUMBER, /* `12.4.5`, `ca 5` */
    VALUE_FAULT_AMBIGUOUS,    /* `1.234`: thousands or decimals? `1 05`: one number or two? */
    VALUE_FAULT_TOO_LONG,     /* more than 18 digits, or a unit longer than LIMIT_UNIT */
    VALUE_FAULT_TWO_VALUES,   /* `75 % 85 %` */
    VALUE_FAULT_MEMORY,       /* memory ran out while blanks were folded: end the run, not the row */
};

/* Reads one cell.  TOKENS, when not NULL, replaces the default table and is asked first, so that it can give a number or an
 * empty cell another meaning.  Empty -> VALUE_MISSING.  `0` is a reported zero.  Words that begin with no digit -> VALUE_TEXT.
 * Returns VALUE_FAULT_NONE and fills RET, or the fault and leaves RET alone.  Slices in RET point into PRINTED, or into
 * ARENA where blanks had to be folded. */
enum value_fault value_parse(struct arena *arena, struct text printed, const struct token_table *tokens,
                             struct value *ret_value) CHECK_RESULT;
/* The usual cell, `85`, `2,6 %`, `32 st`, trimmed, in ASCII and ungrouped, which most are: true and RET_VALUE is what
 * value_parse makes of it where it is no token.  False for all others. */
bool value_parse_plain(struct text cell, struct value *ret_value);
/* A word that stands before a number, `max`, `ca`: no unit ends with it, what follows is the next value (`96 max` of `96 max 10`). */
bool value_calls_for_number(struct text word);
/* What the number in PRINTED, which was read as NUMBER, has between its digits: a point before its decimals, as English has it;
 * or a comma before exactly three of them, which is a thousand in English (`12,345`). */
bool value_has_point(struct text printed, struct decimal number);
bool value_may_be_thousands(struct text printed, struct decimal number, struct text unit);
/* A sentence fragment for messages: "is not a number", "can be read in two ways", … */
const char *value_fault_text(enum value_fault fault);
/* True when the whole text is exactly one printed number with an optional unit, or empty: the legal type of an outcome
 * cell, used by connectors to align shifted rows.  Tokens (`..`, `-`) count as legal too. */
bool value_looks_legal(struct text cell);

#endif
