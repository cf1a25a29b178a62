/* A version of a fact as an audit handles it: packed into bytes that sort by key, so that spools of millions can be merged. */
#ifndef STADSLAGER_VERSION_H
#define STADSLAGER_VERSION_H

#include "etl/facts.h"

/* Bytes being put together.  A zeroed one is valid and empty; failure is sticky and asked for at the end. */
struct line {
    char *bytes;
    size_t len, size;
    bool no_memory;
};
void line_clear(struct line *line);
void line_add(struct line *line, const void *data, size_t size);
/* 0, or -1 when memory ran out on the way. */
int line_check(const struct line *line, struct error *err) CHECK_RESULT;
void line_free(struct line *line);

/* The key of drift.gallande. */
struct version_key {
    enum fact_table table;
    int ar;
    int32_t stadsdel_id, period_id, enhet_id, object_id;
    char part; /* fact_part */
};
#define VERSION_KEY_SIZE 18 /* bytes of a packed one, first in a packed version */

struct version {
    struct version_key key;
    uint64_t order; /* of a fact in its export: its place; of a published version: its load's place in the replay */
    uint64_t row;   /* of the export */
    uint64_t line, offset; /* where it stands */
    struct text values;    /* canonical columns behind the key, each with a TAB before it: equal bytes = equal values */
};

/* In place of what LINE held. */
void version_pack(struct line *line, const struct version *version);
/* RET points into DATA. */
int version_unpack(const unsigned char *data, size_t size, struct version *ret_version, struct error *err) CHECK_RESULT;

#endif
