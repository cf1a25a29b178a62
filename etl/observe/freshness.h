/* Which reports are here, and which are late, by the expected calendar (calendar.h) and the configuration's sources. */
#ifndef STADSLAGER_FRESHNESS_H
#define STADSLAGER_FRESHNESS_H

#include "etl/config/config.h"
#include "etl/database.h"
#include "etl/observe/calendar.h"

struct freshness {
    const struct config_source *source;
    enum calendar_report report;
    int year;
    bool here;
    int64_t awaited, due; /* days, as calendar_day */
    int64_t late_days;    /* 0 = here, or not late */
    const char *state;    /* "here", "not yet", "awaited", "late" */
    const char *changed;  /* when the source last changed anything; "" = never */
};

/* A row for each report that a source is expected to hold on TODAY: of the source's year where it has one, else the latest that
 * is awaited.  A source of a year without `expected` is its annual report; one without a year promises none.  A report is
 * here when the source published an outcome of its period, or when it is the only one of a source of a year and anything was loaded
 * of that. */
int freshness_read(struct database *db, const struct config *config, int64_t today, struct arena *arena,
                   const struct freshness **ret_rows, size_t *ret_count, struct error *err) CHECK_RESULT;

#endif
