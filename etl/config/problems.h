/* Problems of a configuration: collected, sorted by place, printed one per line as "FILE:LINE:COLUMN: text". */
#ifndef STADSLAGER_PROBLEMS_H
#define STADSLAGER_PROBLEMS_H

#include <stdio.h>

#include "etl/base/arena.h"
#include "etl/base/error.h"
#include "etl/base/limits.h"
#include "etl/base/text.h"

struct problem {
    const char *file;
    unsigned order; /* of the file: the one with the first problem comes first */
    unsigned line, column;
    const char *text;
};

/* Zeroed but for arena is empty.  The texts live in ARENA. */
struct problems {
    struct arena *arena;
    struct problem list[LIMIT_PROBLEMS];
    size_t kept;        /* of list */
    size_t count;       /* all of them */
    bool out_of_memory; /* sticky, also set by those who read the configuration: asked for once, at the end */
};

void problems_add(struct problems *problems, const char *file, unsigned line, unsigned column, const char *format, ...)
    PRINTF_LIKE(5, 6);
/* No further one is kept: those who know may save the work of wording it, and just count. */
static inline bool problems_full(const struct problems *problems)
{
    return problems->kept == LIMIT_PROBLEMS;
}
/* Sorts and prints them; the ones beyond LIMIT_PROBLEMS as a count. */
void problems_print(struct problems *problems, FILE *out);

/* TEXT as a message quotes it: cut to LIMIT_SHOWN bytes (not inside a character).  Returns BUFFER. */
#define SHOWN_SIZE (LIMIT_SHOWN + 4)
const char *shown(struct text text, char buffer[static SHOWN_SIZE]);

/* "Did you mean": the candidate nearest to what was given. */
struct suggestion {
    struct text given;
    const char *best; /* NULL: none is near */
    size_t distance;
};
/* Near is a Damerau-Levenshtein distance (neighbours swapped count once; characters, not bytes; capitals ignored) of at
 * most 2 or a third of GIVEN's length, and less than CANDIDATE's length. */
void suggestion_try(struct suggestion *suggestion, const char *candidate);

#endif
