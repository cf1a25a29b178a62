/* The metrics of a run in Prometheus' text format (exposition formats, version 0.0.4), for node_exporter's textfile
 * collector: written beside the file and renamed, so that a scrape sees the old or the new ones whole. */
#ifndef STADSLAGER_METRICS_H
#define STADSLAGER_METRICS_H

#include "etl/observe/freshness.h"
#include "etl/observe/observe.h"

struct metrics_more { /* what the warehouse adds to the run's own figures */
    bool known;       /* false: it did not answer; these samples stay as the file has them */
    const struct freshness *freshness;
    size_t freshness_count;
    PGresult *last_success, *quarantine;
    struct arena arena;
};

/* Writes config.observe.metrics_file, mode 0644. */
int metrics_write(const struct observed_run *run, const struct metrics_more *more, struct error *err) CHECK_RESULT;
/* The text itself; OLD is the file's present content ("" = none). */
void metrics_print(const struct observed_run *run, const struct metrics_more *more, const char *old, FILE *out);

#endif
