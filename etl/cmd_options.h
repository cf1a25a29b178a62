/* What several commands read from their command line. */
#ifndef STADSLAGER_CMD_OPTIONS_H
#define STADSLAGER_CMD_OPTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "etl/base/error.h"

/* Says what is wrong with the command line of COMMAND, and VALUE where it is not NULL; returns EXIT_USAGE. */
int cmd_bad_usage(const char *command, const char *what, const char *value);
/* The same where getopt_long has just returned '?'. */
int cmd_bad_option(const char *command, char **argv);
/* A whole number of seconds, with an optional s, m or h, up to 7 days; -1 when TEXT is none. */
int cmd_parse_seconds(const char *text, int64_t *ret) CHECK_RESULT;
/* 1900 to 2199; -1 when TEXT is none. */
int cmd_parse_year(const char *text, int *ret) CHECK_RESULT;
/* The arguments as typed, for the ledger; cut where they do not fit. */
void cmd_join_arguments(int argc, char **argv, char *buffer, size_t size);

#endif
