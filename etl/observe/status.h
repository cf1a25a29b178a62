/* What an operator looks at first, gathered as JSON; cmd_status.c shows it.  Times are UTC. */
#ifndef STADSLAGER_STATUS_H
#define STADSLAGER_STATUS_H

#include <jansson.h>

#include "etl/config/config.h"
#include "etl/database.h"

/* {"as_of": DAY,
 *  "runs": [{id, started, finished, exit_code, loads, facts_new, facts_revised, facts_withdrawn, arguments}],
 *  "sources": [{source, published, changed, way, rows_read, rows_quarantined, sha256, quarantine_open}],
 *  "expected": [{source, report, state, due, late_days, changed}],
 *  "quarantine": {"open": N, "rows": [{id, source, rad, kind, column_name, rule, reason, value}]}}
 * AS_OF: the day that "late" is judged by, as calendar_day. */
int status_of_warehouse(struct database *db, const struct config *config, int64_t as_of, json_t **ret_status,
                        struct error *err) CHECK_RESULT;
/* {"archive": {path, exports, bytes, free_bytes, total_bytes} or null, "timer": {unit, enabled, active, next} or null}: what can
 * be said without the warehouse.  Null: not there, or not for us to read; what fails otherwise is an error. */
int status_of_machine(const struct config *config, json_t **ret_status, struct error *err) CHECK_RESULT;

#endif
