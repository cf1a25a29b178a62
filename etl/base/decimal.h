/* Exact decimals: unscaled * 10^-scale.  No binary floating point ever touches a value. */
#ifndef STADSLAGER_DECIMAL_H
#define STADSLAGER_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

#include "etl/base/error.h"
#include "etl/base/text.h"

struct decimal {
    int64_t unscaled; /* |unscaled| < 10^18 */
    uint8_t scale;    /* digits after the decimal sign as printed, 0 to 18; kept: 85 and 85,0 differ in scale only */
};

/* Longest text decimal_print writes, with NUL. */
#define DECIMAL_PRINT_SIZE 24

/* PLAIN is ASCII: [-]digits[(.|,)digits], no blanks, at most 18 digits, at least one before the sign.  Returns 0, or -1
 * when it is anything else (no error text: the caller knows file, line and column). */
int decimal_parse(struct text plain, struct decimal *ret_value) CHECK_RESULT;
/* "-12.50": point, all digits of the scale, no thousands sign.  Returns BUFFER. */
char *decimal_print(struct decimal value, char buffer[static DECIMAL_PRINT_SIZE]);
/* -1, 0, 1; 85 equals 85.0. */
int decimal_compare(struct decimal a, struct decimal b);
/* A + B with the larger scale; -1 on overflow. */
int decimal_add(struct decimal a, struct decimal b, struct decimal *ret_sum) CHECK_RESULT;
/* Two printed numbers, each rounded to its own decimals: A stands for a number that is surely smaller than B's.  With as
 * many decimals the digits decide (rounding keeps the order); else the half units of the last digits are allowed for:
 * B - A must be more than half a unit of A's last digit and half a one of B's.  87 is not surely below 87,4. */
bool decimal_below(struct decimal a, struct decimal b);
/* True when no one number can be printed as A and as B: decimal_below in one of the two directions. */
static inline bool decimal_differs(struct decimal a, struct decimal b)
{
    return decimal_below(a, b) || decimal_below(b, a);
}
enum decimal_rounding {
    DECIMAL_ROUNDED,     /* both parts and the total are rounded to their decimals */
    DECIMAL_OF_EXACT,    /* the parts are, the total is exact (100 %) */
    DECIMAL_ALL_COUNTED, /* nothing is rounded */
};
/* The sign of A + B - TOTAL; 0 too where half a unit of the last digit of each rounded number can make the difference. */
int decimal_compare_sum(struct decimal a, struct decimal b, struct decimal total, enum decimal_rounding rounding);
static inline bool decimal_is_zero(struct decimal a)
{
    return a.unscaled == 0;
}
/* PostgreSQL's binary numeric (network byte order: ndigits, weight, sign, dscale, base-10000 digits; source:
 * src/backend/utils/adt/numeric.c, numeric_send).  Returns the length written, at most DECIMAL_BINARY_SIZE. */
#define DECIMAL_BINARY_SIZE 24
unsigned decimal_binary(struct decimal value, unsigned char buffer[static DECIMAL_BINARY_SIZE]);

#endif
