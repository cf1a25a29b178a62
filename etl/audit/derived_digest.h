/* The digests of the derived rows, and their fingerprints, in one pass over the versions: a group of a digest (district and
 * period) is sorted by itself, by the ranks of its keys, and never stands in canonical rows as a whole. */
#ifndef STADSLAGER_DERIVED_DIGEST_H
#define STADSLAGER_DERIVED_DIGEST_H

#include "etl/audit/derive.h"
#include "etl/audit/digest.h"
#include "etl/audit/fingerprint.h"

/* RET_DIGESTS of the replay's year, with their root.  WITH, which may be NULL, computes RET_TABLES, the fingerprint of each
 * table's rows. */
int derived_digest(const struct derived *derived, struct fingerprinter *with, struct fingerprint *ret_tables,
                   struct digests *ret_digests, struct error *err) CHECK_RESULT;

#endif
