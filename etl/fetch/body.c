#include "etl/fetch/body.h"

#include <stdlib.h>
#include <string.h>

#include "etl/base/limits.h"
#include "etl/fetch/gunzip.h"

#define CHUNK (64u * 1024)

struct body {
    struct body_rules rules;
    struct body_store store;
    struct gunzip *gunzip;
    struct hash hash;
    uint64_t received, plain;
    unsigned char held; /* the first byte, while one byte is not enough to know whether this is gzip */
    bool holds;
    size_t head_len;
    char head[BODY_HEAD_SIZE];
    unsigned char chunk[CHUNK];
};

int body_create(const struct body_rules *limits, const struct body_store *store, struct body **ret_body,
                struct error *err)
{
    struct body *body = calloc(1, sizeof *body);
    if (!body) return error_memory(err);
    body->rules = *limits;
    body->store = *store;
    if (gunzip_create(&body->gunzip, err) || hash_begin(&body->hash, err)) {
        body_free(body);
        return -1;
    }
    *ret_body = body;
    return 0;
}

void body_free(struct body *body)
{
    if (!body) return;
    gunzip_free(body->gunzip);
    hash_free(&body->hash);
    free(body);
}

static int check_limits(const struct body *body, struct error *err)
{
    const struct body_rules *rules = &body->rules;
    uint64_t wide = gunzip_widest(body->gunzip);
    if (body->plain > wide) wide = body->plain;
    if (rules->max_bytes > 0 && body->received > (uint64_t)rules->max_bytes)
        return error_set(err, EXIT_REFUSED, "more than %lld bytes arrived (max_bytes)", (long long)rules->max_bytes);
    if (rules->max_plain_bytes > 0 && wide > (uint64_t)rules->max_plain_bytes)
        return error_set(err, EXIT_REFUSED, "more than %lld bytes when decompressed (max_plain_bytes)",
                         (long long)rules->max_plain_bytes);
    if (rules->max_ratio > 0 && wide > LIMIT_RATIO_FROM && wide / (uint64_t)rules->max_ratio > body->received)
        return error_set(err, EXIT_REFUSED, "it grows more than %lld times when decompressed (max_ratio)",
                         (long long)rules->max_ratio);
    return 0;
}

static int take_plain(struct body *body, const unsigned char *data, size_t size, struct error *err)
{
    body->plain += size;
    if (check_limits(body, err)) return -1;
    size_t room = BODY_HEAD_SIZE - body->head_len;
    size_t n = size < room ? size : room;
    memcpy(body->head + body->head_len, data, n);
    body->head_len += n;
    if (hash_add(&body->hash, data, size, err)) return -1;
    if (gunzip_layers(body->gunzip) > 0) return 0;
    return body->store.store(body->store.context, false, data, size, err);
}

static int drain(struct body *body, struct error *err)
{
    ssize_t n;
    while ((n = gunzip_read(body->gunzip, body->chunk, CHUNK, err)) > 0)
        if (take_plain(body, body->chunk, (size_t)n, err)) return -1;
    return n < 0 ? -1 : check_limits(body, err);
}

int body_append(struct body *body, const void *data, size_t size, struct error *err)
{
    if (size == 0) return 0;
    body->received += size;
    if (check_limits(body, err)) return -1;
    gunzip_feed(body->gunzip, data, size);
    if (drain(body, err)) return -1;
    if (!gunzip_decided(body->gunzip)) {
        body->held = *(const unsigned char *)data;
        body->holds = true;
        return 0;
    }
    bool holds = body->holds;
    body->holds = false;
    if (gunzip_layers(body->gunzip) == 0) return 0; /* stored plain, as it was read */
    if (holds && body->store.store(body->store.context, true, &body->held, 1, err)) return -1;
    return body->store.store(body->store.context, true, data, size, err);
}

int body_finish(struct body *body, struct body_summary *ret_summary, struct error *err)
{
    struct body_summary summary = {.received = body->received};
    gunzip_feed(body->gunzip, NULL, 0);
    gunzip_last(body->gunzip);
    if (drain(body, err) || gunzip_end(body->gunzip, err)) return -1;
    summary.plain = body->plain;
    summary.layers = gunzip_layers(body->gunzip);
    if (summary.received > 0 && summary.layers < body->rules.declared_layers)
        return error_set(err, EXIT_REFUSED, "the header says Content-Encoding: gzip, but the body is not gzip");
    if (summary.plain == 0) return error_set(err, EXIT_REFUSED, "it is empty");
    if (hash_end(&body->hash, summary.sha256, err)) return -1;
    *ret_summary = summary;
    return 0;
}

struct text body_head(const struct body *body)
{
    return text_make(body->head, body->head_len);
}
unsigned body_layers(const struct body *body)
{
    return gunzip_layers(body->gunzip);
}
