/* L-FOREGAENDE where it rejects: a previous value that is not what that year's own report said sends its row to quarantine.  The
 * twin of sql/queries/foregaende_differs.sql and doubt_foregaende.sql (foregaende_later.sql only finds). */
#ifndef STADSLAGER_APPLY_FOREGAENDE_H
#define STADSLAGER_APPLY_FOREGAENDE_H

#include "etl/audit/apply.h"

/* That year's outcome is looked for in FACTS and then in BEFORE, the current versions by key, which must hold it. */
int apply_foregaende(struct export_facts *facts, const struct spool *before, const struct apply_options *options,
                     struct error *err) CHECK_RESULT;

#endif
