#include "etl/audit/version.h"

#include <endian.h>
#include <stdlib.h>

#define FIRST_SIZE  256
#define HEADER_SIZE (VERSION_KEY_SIZE + 4 * 8)

void line_clear(struct line *line)
{
    line->len = 0;
}

void line_add(struct line *line, const void *data, size_t size)
{
    if (line->no_memory || !size) return;
    if (line->len + size > line->size) {
        size_t wanted = line->size ? line->size : FIRST_SIZE;
        while (wanted < line->len + size)
            wanted *= 2;
        char *bytes = realloc(line->bytes, wanted);
        if (!bytes) {
            line->no_memory = true;
            return;
        }
        line->bytes = bytes;
        line->size = wanted;
    }
    memcpy(line->bytes + line->len, data, size);
    line->len += size;
}

int line_check(const struct line *line, struct error *err)
{
    return line->no_memory ? error_memory(err) : 0;
}

void line_free(struct line *line)
{
    free(line->bytes);
    *line = (struct line){0};
}

/* Most significant byte first, so that memcmp sorts numbers. */
static inline unsigned char *put(unsigned char *at, uint64_t n, size_t size)
{
    uint64_t bytes = htobe64(n << 8 * (8 - size));
    memcpy(at, &bytes, size);
    return at + size;
}

static inline const unsigned char *get(const unsigned char *at, size_t size, uint64_t *ret)
{
    uint64_t bytes = 0;
    memcpy(&bytes, at, size);
    *ret = be64toh(bytes) >> 8 * (8 - size);
    return at + size;
}

void version_pack(struct line *line, const struct version *version)
{
    const struct version_key *key = &version->key;
    unsigned char header[HEADER_SIZE], *at = header;
    at = put(at, (uint64_t)key->table, 1);
    at = put(at, (uint64_t)key->ar, 2);
    at = put(at, (uint64_t)key->stadsdel_id, 2);
    at = put(at, (uint64_t)key->period_id, 4);
    at = put(at, (uint64_t)key->enhet_id, 4);
    at = put(at, (uint64_t)key->object_id, 4);
    at = put(at, (unsigned char)key->part, 1);
    at = put(at, version->order, 8);
    at = put(at, version->row, 8);
    at = put(at, version->line, 8);
    (void)put(at, version->offset, 8);
    line_clear(line);
    line_add(line, header, sizeof header);
    line_add(line, version->values.ptr, version->values.len);
}

int version_unpack(const unsigned char *data, size_t size, struct version *ret_version, struct error *err)
{
    uint64_t table, ar, stadsdel, period, enhet, object, part;
    struct version v;
    if (size < HEADER_SIZE) return error_set(err, EXIT_INTERNAL, "a spooled version of %zu bytes is cut", size);
    const unsigned char *at = get(data, 1, &table);
    at = get(at, 2, &ar);
    at = get(at, 2, &stadsdel);
    at = get(at, 4, &period);
    at = get(at, 4, &enhet);
    at = get(at, 4, &object);
    at = get(at, 1, &part);
    at = get(at, 8, &v.order);
    at = get(at, 8, &v.row);
    at = get(at, 8, &v.line);
    at = get(at, 8, &v.offset);
    v.key = (struct version_key){(enum fact_table)table, (int)ar,         (int32_t)stadsdel, (int32_t)period,
                                 (int32_t)enhet,         (int32_t)object, (char)part};
    v.values = text_make((const char *)at, size - HEADER_SIZE);
    *ret_version = v;
    return 0;
}
