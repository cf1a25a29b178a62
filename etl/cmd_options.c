#include "etl/cmd_options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int cmd_bad_usage(const char *command, const char *what, const char *value)
{
    fprintf(stderr, "stadslager: %s: %s%s%s\n  hint: \"stadslager %s --help\" shows the options.\n", command, what,
            value ? ": " : "", value ? value : "", command);
    return EXIT_USAGE;
}

int cmd_bad_option(const char *command, char **argv)
{
    return cmd_bad_usage(command, "unknown option, or its value is missing", argv[optind - 1]);
}

int cmd_parse_seconds(const char *text, int64_t *ret)
{
    char *end;
    errno = 0;
    long long n = strtoll(text, &end, 10);
    long long unit = !*end || !strcmp(end, "s") ? 1 : !strcmp(end, "m") ? 60 : !strcmp(end, "h") ? 3600 : 0;
    if (errno || end == text || !unit || n < 1 || n > 7 * 86400 / unit) return -1;
    *ret = n * unit;
    return 0;
}

int cmd_parse_year(const char *text, int *ret)
{
    char *end;
    errno = 0;
    long year = strtol(text, &end, 10);
    if (errno || *end || end == text || year < 1900 || year > 2199) return -1;
    *ret = (int)year;
    return 0;
}

void cmd_join_arguments(int argc, char **argv, char *buffer, size_t size)
{
    size_t len = 0;
    buffer[0] = '\0';
    for (int i = 1; i < argc && len < size; i++) {
        int n = snprintf(buffer + len, size - len, " %s", argv[i]);
        if (n < 0) return;
        len += (size_t)n;
    }
}
