/* The manifest of an audit: everything another machine needs to derive the same digests from the archive alone.  JSON,
 * "schema": "stadslager-audit/1", keys sorted. */
#ifndef STADSLAGER_MANIFEST_H
#define STADSLAGER_MANIFEST_H

#include <jansson.h>

#include "etl/archive/archive.h"
#include "etl/audit/audit_compare.h"
#include "etl/audit/replay.h"
#include "etl/config/config.h"

#define MANIFEST_SCHEMA "stadslager-audit/1"

struct manifest {
    const struct replay *replay;
    const char *as_of;                   /* NULL = now */
    const struct config *rules;          /* those of today that stood in for the recorded ones; NULL = recorded */
    const struct archive *archive;       /* for what HTTP said of the exports */
    const struct comparison *comparison; /* NULL: the year could not be derived … */
    const struct derived *derived;       /* … and its fault says why */
    uint64_t names;                      /* of dimensions that differ */
    json_t *waivers;                     /* an array; borrowed */
    const char *verdict;
};

/* Its text, to be freed, and the text's SHA-256. */
int manifest_print(const struct manifest *manifest, char **ret_text, char ret_sha256[static HASH_SIZE],
                   struct error *err) CHECK_RESULT;
/* Writes TEXT to PATH whole or not at all. */
int manifest_write(const char *path, const char *text, struct error *err) CHECK_RESULT;

/* What a manifest claims, read again. */
struct claim {
    struct replay replay; /* modes as they were chosen */
    bool has_rules;       /* RULES stand in for the recorded configurations */
    struct config rules;
    struct digests warehouse;
    char verdict[32];
};

/* EXIT_REFUSED when PATH is no manifest of this schema, or holds no digests. */
int manifest_read(const char *path, struct claim *ret_claim, struct error *err) CHECK_RESULT;
void claim_free(struct claim *claim);

#endif
