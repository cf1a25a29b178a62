/* The ledger of the warehouse as a replay. */
#ifndef STADSLAGER_AUDIT_READ_H
#define STADSLAGER_AUDIT_READ_H

#include "etl/audit/replay.h"
#include "etl/database.h"

/* Begins the one read-only transaction of an audit. */
int audit_read_begin(struct database *db, struct error *err) CHECK_RESULT;
/* The runs, loads and configurations that the state of YEAR depends on, at AS_OF (a time PostgreSQL reads; NULL = now), chosen
 * by replay_choose.  INSTEAD: the text of the configuration that stands in for theirs, or NULL. */
int audit_read(struct database *db, int year, const char *as_of, const char *instead, struct replay *ret_replay,
               struct error *err) CHECK_RESULT;

#endif
