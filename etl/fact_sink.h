/* Where the facts of an export go: into the warehouse (load.h) or, for an audit, into spools (derive.h).  refresh_decode
 * fills it and knows neither.  Calls come in the order load.h describes. */
#ifndef STADSLAGER_FACT_SINK_H
#define STADSLAGER_FACT_SINK_H

#include "etl/facts.h"

/* Each returns 0, or -1 with ERR to stop; what it is given lives until it returns. */
struct fact_sink {
    int (*row)(void *context, uint64_t row, enum record_kind kind, uint32_t lines, struct place place,
               struct error *err);
    int (*fact)(void *context, const struct fact *fact, struct error *err);
    int (*quarantine)(void *context, const struct quarantine_row *row, struct error *err);
    int (*finding)(void *context, const struct finding *finding, struct error *err);
    bool wants_raw; /* quarantined rows come with their raw bytes */
    void *context;
};

static inline int sink_row(const struct fact_sink *sink, uint64_t row, enum record_kind kind, uint32_t lines,
                           struct place place, struct error *err)
{
    return sink->row(sink->context, row, kind, lines, place, err);
}
static inline int sink_fact(const struct fact_sink *sink, const struct fact *fact, struct error *err)
{
    return sink->fact(sink->context, fact, err);
}
static inline int sink_quarantine(const struct fact_sink *sink, const struct quarantine_row *row, struct error *err)
{
    return sink->quarantine(sink->context, row, err);
}
static inline int sink_finding(const struct fact_sink *sink, const struct finding *finding, struct error *err)
{
    return sink->finding(sink->context, finding, err);
}

#endif
