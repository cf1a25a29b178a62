#include "etl/base/exitcode.h"

#include <stddef.h>

static const struct {
    enum exit_code code;
    int rank; /* higher is worse */
    const char *name;
} codes[] = {
    {EXIT_DONE, 0, "done"},          {EXIT_QUARANTINED, 1, "quarantined"},
    {EXIT_FETCH, 2, "fetch"},        {EXIT_REFUSED, 3, "refused"},
    {EXIT_AUDIT, 4, "audit"},        {EXIT_USAGE, 5, "usage"},
    {EXIT_CONFIG, 6, "config"},      {EXIT_LOCKED, 7, "locked"},
    {EXIT_DEADLINE, 8, "deadline"},  {EXIT_DATABASE, 9, "database"},
    {EXIT_INTERNAL, 10, "internal"},
};

static int rank_of(enum exit_code code)
{
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i].code == code) return codes[i].rank;
    return 11;
}

const char *exit_code_name(enum exit_code code)
{
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i].code == code) return codes[i].name;
    return "unknown";
}

enum exit_code exit_code_worse(enum exit_code a, enum exit_code b)
{
    return rank_of(a) >= rank_of(b) ? a : b;
}
