#include "etl/base/size.h"

#include <inttypes.h>
#include <stdio.h>

char *size_text(char buffer[static SIZE_TEXT], uint64_t bytes)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    size_t unit = 0;
    uint64_t tenths = bytes > UINT64_MAX / 10 ? UINT64_MAX : bytes * 10;
    for (; tenths >= 10000 && unit + 1 < sizeof units / sizeof *units; unit++)
        tenths /= 1000;
    if (unit == 0 || tenths >= 1000)
        (void)snprintf(buffer, SIZE_TEXT, "%" PRIu64 " %s", tenths / 10, units[unit]);
    else
        (void)snprintf(buffer, SIZE_TEXT, "%" PRIu64 ".%" PRIu64 " %s", tenths / 10, tenths % 10, units[unit]);
    return buffer;
}
