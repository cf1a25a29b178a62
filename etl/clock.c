#include "etl/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

char *clock_now(char buffer[static CLOCK_SIZE])
{
    const char *set = getenv("STADSLAGER_NOW");
    time_t now = time(NULL);
    struct tm utc;
    if (set && strlen(set) == 20 && set[10] == 'T' && set[19] == 'Z')
        snprintf(buffer, CLOCK_SIZE, "%s", set);
    else if (!gmtime_r(&now, &utc) || !strftime(buffer, CLOCK_SIZE, "%Y-%m-%dT%H:%M:%SZ", &utc))
        snprintf(buffer, CLOCK_SIZE, "1970-01-01T00:00:00Z");
    return buffer;
}

int64_t clock_monotonic_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
