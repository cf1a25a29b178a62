/* Digests of canonical rows, as migration 007 describes them: one per fact table, district and period, and a root. */
#ifndef STADSLAGER_DIGEST_H
#define STADSLAGER_DIGEST_H

#include "etl/base/hash.h"
#include "etl/facts.h"

struct digest_group {
    enum fact_table table;
    const char *stadsdel, *period; /* as in the rows */
    uint64_t rows;
    char sha256[HASH_SIZE];
};

struct digests { /* a zeroed one is valid and empty */
    struct arena arena;
    struct digest_group *groups;
    size_t count, room;
    char root[HASH_SIZE]; /* once digests_end was called */
    struct hash hash;     /* of the group that is going on */
    bool open;
};

/* Rows by group, in any order of the groups: begins the one of TABLE that LINE, or the first two columns of one, belongs to; … */
int digests_begin(struct digests *digests, enum fact_table table, struct text line, struct error *err) CHECK_RESULT;
/* … and adds ROWS rows to it, in the order of the canonical rows: LINES, each with its line feed. */
int digests_lines(struct digests *digests, struct text lines, uint64_t rows, struct error *err) CHECK_RESULT;
/* The same row by row: the next one of TABLE, in the order of the canonical rows, which brings its group: LINE without its end. */
int digests_add(struct digests *digests, enum fact_table table, struct text line, struct error *err) CHECK_RESULT;
/* A group whose digest is known already. */
int digests_put(struct digests *digests, const struct digest_group *group, struct error *err) CHECK_RESULT;
/* Sorts the groups and computes the root. */
int digests_end(struct digests *digests, struct error *err) CHECK_RESULT;
uint64_t digests_rows(const struct digests *digests);
void digests_free(struct digests *digests);

#endif
