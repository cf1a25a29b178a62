#include "etl/history/flags.h"

#include <stdio.h>

#include "etl/facts.h"

#define FLAG_BITS 32

static const char *flag_name(unsigned bit)
{
    switch (1u << bit) {
    case FLAG_PRELIMINARY:
        return "preliminart";
    case FLAG_REVISED:
        return "reviderat";
    case FLAG_UNIT_DIFFERS:
        return "enhet-skiljer";
    case FLAG_TOTAL_OUTSIDE:
        return "total-utanfor";
    case FLAG_ZERO_FOR_MISSING:
        return "nolla-for-saknat";
    case FLAG_ONE_SEX:
        return "ett-kon";
    case FLAG_OUT_OF_RANGE:
        return "utanfor-granser";
    case FLAG_PARTS_DIFFER:
        return "delar-skiljer";
    default:
        return bit < NOTE_COUNT ? note_name(bit) : "";
    }
}

char *flags_words(unsigned flags, char buffer[static FLAGS_SIZE])
{
    size_t len = 0;
    buffer[0] = '\0';
    for (unsigned bit = 0; bit < FLAG_BITS; bit++) {
        char number[16];
        const char *name = flag_name(bit);
        if (!(flags >> bit & 1)) continue;
        (void)snprintf(number, sizeof number, "bit-%u", bit);
        int n = snprintf(buffer + len, FLAGS_SIZE - len, "%s%s", len ? ", " : "", *name ? name : number);
        if (n < 0 || (size_t)n >= FLAGS_SIZE - len) break;
        len += (size_t)n;
    }
    return buffer;
}
