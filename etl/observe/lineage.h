/* OpenLineage run events of a run: START, then COMPLETE or FAIL, appended to a file, posted to an endpoint, or both.
 * Specification 2-0-2, https://openlineage.io/spec/2-0-2/OpenLineage.json; datasets are named as its Naming.md says.  An event that
 * cannot be delivered is a warning in the log. */
#ifndef STADSLAGER_LINEAGE_H
#define STADSLAGER_LINEAGE_H

#include <jansson.h>

#include "etl/observe/observe.h"

void lineage_begin(struct observed_run *run);
/* Sends START first when the run did not come to lineage_begin. */
void lineage_end(struct observed_run *run);

/* The UUID (version 5, RFC 9562) of RUN: the same for the same warehouse, number and time. */
int lineage_uuid(const struct observed_run *run, char ret_uuid[static UUID_SIZE], struct error *err) CHECK_RESULT;
/* One event; TYPE is "START", "COMPLETE" or "FAIL".  A new reference; NULL when memory ran out. */
json_t *lineage_event(const struct observed_run *run, const char *type, const char *time);

#endif
