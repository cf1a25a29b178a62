/* What a command line gives by name: sources, districts, rules, moments.  Wrong ones are EXIT_USAGE, with the nearest right one. */
#ifndef STADSLAGER_GIVEN_H
#define STADSLAGER_GIVEN_H

#include "etl/base/period.h"
#include "etl/config/config.h"

#define MOMENT_SIZE 40 /* a moment as PostgreSQL reads it */

/* NULL when the configuration has none of that name. */
const struct config_source *given_find_source(const struct config *config, const char *name);
/* 0 when the configuration has source NAME. */
int given_source(const struct config *config, const char *name, struct error *err) CHECK_RESULT;
/* The registry's district of that name, former name or code. */
int given_stadsdel(const struct config *config, const char *name, const struct stadsdel **ret_stadsdel,
                   struct error *err) CHECK_RESULT;
/* 0 when there is a rule of that id. */
int given_rule(const char *id, struct error *err) CHECK_RESULT;

/* A day (2026-11-23: its end, UTC) or a time (2026-11-23T04:15:00Z, +01:00; without a zone UTC) as PostgreSQL reads it; -1
 * when TEXT is neither (no error text). */
int given_moment(const char *text, char ret[static MOMENT_SIZE]) CHECK_RESULT;
/* "0,5" or "5%": the number with a point, and whether it is a share; -1 when TEXT is neither. */
int given_materiality(const char *text, char ret_number[static 32], bool *ret_percent) CHECK_RESULT;
/* "VB2022", "VB 2022", "T1 2023": a report, not a bare year; -1 when TEXT is none. */
int given_report(const char *text, struct period *ret_period) CHECK_RESULT;

#endif
