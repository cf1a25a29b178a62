/* Between validate.c, which looks at the cells of a row, and validate_kon.c, which looks at its men and women. */
#ifndef STADSLAGER_VALIDATE_INTERNAL_H
#define STADSLAGER_VALIDATE_INTERNAL_H

#include "etl/validate.h"

enum kon_mening { MENING_OKAND, MENING_EGEN_ANDEL, MENING_EGET_ANTAL, MENING_ANDEL_AV_TOTAL, MENING_DELSUMMA };

struct checked { /* a row on its way through the rules */
    const struct indikator_row *row;
    const struct indikator_entry *entry;
    enum kon_mening mening;
    struct breach *list; /* room for VALIDATE_BREACHES */
    size_t count;
};

/* The value of a column; NULL for one that holds none. */
const struct value *validate_value(const struct checked *c, enum column column);
/* A breach of RULE by the value in COLUMN.  NULL when there is no room. */
struct breach *validate_add(struct checked *c, const char *rule, enum column column, unsigned flag, const char *format,
                            ...) PRINTF_LIKE(5, 6);
/* As validate_add; COLUMN and OTHER are the two places that disagree. */
void validate_add_pair(struct checked *c, const char *rule, enum column column, enum column other, unsigned flag,
                       const char *format, ...) PRINTF_LIKE(6, 7);
/* The unit of the value in COLUMN, else what the registry says it is; empty when neither does. */
struct text validate_unit(const struct checked *c, enum column column);
/* What men and women say of their total: V-MENING, V-SUMMA, V-REST, V-DEL, V-TOTAL, V-NOLL, V-ETT-KON. */
void validate_sexes(struct checked *c);

#endif
