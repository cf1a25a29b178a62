/* What differs between two states of the warehouse, or between two reports of a year. */
#ifndef STADSLAGER_DIFF_H
#define STADSLAGER_DIFF_H

#include "etl/base/period.h"
#include "etl/database.h"
#include "etl/history/listing.h"

enum diff_point_kind { DIFF_RUN, DIFF_TIME, DIFF_REPORT };

struct diff_point {
    enum diff_point_kind kind;
    const char *given;    /* as typed */
    char moment[40];      /* DIFF_TIME: as PostgreSQL reads it */
    struct period report; /* DIFF_REPORT */
};

struct diff_options {
    struct diff_point from, to;
    int year;                /* of the facts; 0 = all */
    const char *stadsdel;    /* code; NULL = all */
    const char *materiality; /* revised numbers that differ by less are left out; NULL = none */
    bool percent;            /* materiality is in % of the former number */
    enum listing_format format;
};

/* TEXT is a run's number, a day, a time or a report (given.h).  EXIT_USAGE when it is none of them. */
int diff_point_parse(const char *text, struct diff_point *ret_point, struct error *err) CHECK_RESULT;
/* Lists the differences on standard output.  EXIT_USAGE for a run that there is not, or reports that do not follow each
 * other. */
int diff_print(struct database *db, const struct diff_options *options, struct error *err) CHECK_RESULT;

#endif
