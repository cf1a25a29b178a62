#include "etl/fetch/gunzip.h"

#include <stdlib.h>
#include <string.h>

#include "etl/base/limits.h"
#include "etl/fetch/inflate.h"

#define BUFFER_SIZE (64u * 1024) /* per level; larger ones were not faster with zlib */
#define MAGIC_SIZE  2u
#define LEVELS      (LIMIT_GZIP_LAYERS + 1)

enum form { FORM_UNKNOWN, FORM_PLAIN, FORM_GZIP };

/* Level 0 is what was received, level 1 what is inside it, …; the first plain level is what the caller reads. */
struct level {
    enum form form;
    bool in_member; /* between a member's first byte and the end of its trailer */
    bool filled;    /* the last read filled its output: more may come without further input */
    struct inflate *inflate;
    uint64_t given; /* bytes this level gave */
    size_t at, len; /* the unread part of buffer */
    unsigned char buffer[BUFFER_SIZE];
};

struct gunzip {
    const unsigned char *fed;
    size_t fed_size;
    bool last;
    struct level level[LEVELS];
};

static ssize_t level_read(struct gunzip *g, unsigned i, unsigned char *out, size_t size, struct error *err);

int gunzip_create(struct gunzip **ret_gunzip, struct error *err)
{
    struct gunzip *g = calloc(1, sizeof *g);
    if (!g) return error_memory(err);
    *ret_gunzip = g;
    return 0;
}

void gunzip_free(struct gunzip *g)
{
    if (!g) return;
    for (unsigned i = 0; i < LEVELS; i++)
        inflate_free(g->level[i].inflate);
    free(g);
}

void gunzip_feed(struct gunzip *g, const void *data, size_t size)
{
    g->fed = data;
    g->fed_size = size;
}

void gunzip_last(struct gunzip *g)
{
    g->last = true;
}

/* Adds to level I's buffer from the level below; the count, 0 when there is nothing at present, -1 with ERR. */
static ssize_t refill(struct gunzip *g, unsigned i, struct error *err)
{
    struct level *level = &g->level[i];
    if (level->at > 0) memmove(level->buffer, level->buffer + level->at, level->len - level->at);
    level->len -= level->at;
    level->at = 0;
    size_t room = BUFFER_SIZE - level->len;
    ssize_t n;
    if (i == 0) {
        n = (ssize_t)(g->fed_size < room ? g->fed_size : room);
        if (n > 0) memcpy(level->buffer + level->len, g->fed, (size_t)n);
        if (n > 0) g->fed += n;
        g->fed_size -= (size_t)n;
    } else {
        n = level_read(g, i - 1, level->buffer + level->len, room, err);
    }
    if (n > 0) level->len += (size_t)n;
    return n;
}

static bool is_magic(const struct level *level)
{
    const unsigned char *head = level->buffer + level->at;
    return head[0] == 0x1f && head[1] == 0x8b;
}

/* 1 when it is known whether level I is gzip, 0 when that takes more input, -1 with ERR. */
static int decide(struct gunzip *g, unsigned i, struct error *err)
{
    struct level *level = &g->level[i];
    while (level->form == FORM_UNKNOWN && level->len - level->at < MAGIC_SIZE) {
        ssize_t n = refill(g, i, err);
        if (n < 0) return -1;
        if (n == 0 && !g->last) return 0;
        if (n == 0) level->form = FORM_PLAIN;
    }
    if (level->form != FORM_UNKNOWN) return 1;
    if (!is_magic(level)) {
        level->form = FORM_PLAIN;
        return 1;
    }
    if (i == LIMIT_GZIP_LAYERS)
        return error_set(err, EXIT_REFUSED, "gzip inside gzip inside gzip: more than %d layers are not taken off",
                         LIMIT_GZIP_LAYERS);
    if (inflate_create(&level->inflate, err)) return -1;
    level->form = FORM_GZIP;
    level->in_member = true;
    return 1;
}

static int followed(struct error *err)
{
    return error_set(err, EXIT_REFUSED, "the gzip data is followed by other bytes");
}

/* Behind a member: 1 when another begins, 0 when that takes more input, -1 with ERR. */
static int next_member(struct gunzip *g, unsigned i, struct error *err)
{
    struct level *level = &g->level[i];
    while (level->len - level->at < MAGIC_SIZE) {
        ssize_t n = refill(g, i, err);
        if (n <= 0) return (int)n;
    }
    if (!is_magic(level)) return followed(err);
    inflate_again(level->inflate);
    level->in_member = true;
    return 1;
}

/* One call of the library: the bytes it gave, or -1. */
static ssize_t inflate_level(struct level *level, unsigned char *out, size_t size, struct error *err)
{
    struct inflate_bytes bytes = {level->buffer + level->at, level->len - level->at, out, size};
    enum inflate_status status = inflate_some(level->inflate, &bytes);
    size_t n = size - bytes.out_size;
    level->at = level->len - bytes.in_size;
    level->given += n;
    level->filled = bytes.out_size == 0;
    if (status == INFLATE_END) level->in_member = level->filled = false;
    if (status == INFLATE_NO_MEMORY) return error_memory(err);
    if (status != INFLATE_DAMAGED) return (ssize_t)n;
    error_set(err, EXIT_REFUSED, "the gzip data is damaged after %llu decompressed bytes",
              (unsigned long long)level->given);
    return error_detail(err, "%s", inflate_said(level->inflate));
}

static ssize_t level_read(struct gunzip *g, unsigned i, unsigned char *out, size_t size, struct error *err)
{
    struct level *level = &g->level[i];
    if (size > BUFFER_SIZE) size = BUFFER_SIZE;
    for (;;) {
        if (level->form == FORM_GZIP && !level->in_member) {
            int more = next_member(g, i, err);
            if (more <= 0) return more;
        }
        if (level->at == level->len && !level->filled) {
            ssize_t n = refill(g, i, err);
            if (n <= 0) return n;
        }
        if (level->form == FORM_PLAIN) {
            size_t n = level->len - level->at;
            if (n > size) n = size;
            memcpy(out, level->buffer + level->at, n);
            level->at += n;
            return (ssize_t)n;
        }
        ssize_t n = inflate_level(level, out, size, err);
        if (n != 0) return n;
    }
}

ssize_t gunzip_read(struct gunzip *g, void *buffer, size_t size, struct error *err)
{
    for (unsigned i = 0; i < LEVELS; i++) {
        int known = decide(g, i, err);
        if (known <= 0) return known;
        if (g->level[i].form == FORM_PLAIN) return level_read(g, i, buffer, size, err);
    }
    return 0; /* not reached: decide refuses gzip on the last level */
}

int gunzip_end(const struct gunzip *g, struct error *err)
{
    for (unsigned i = 0; i < LEVELS; i++) {
        const struct level *level = &g->level[i];
        if (level->form != FORM_GZIP) continue;
        if (!level->in_member && level->at < level->len) return followed(err); /* by one byte */
        if (!level->in_member) continue;
        return error_set(err, EXIT_REFUSED,
                         "the gzip data is cut: it ends after %llu decompressed bytes, without its trailer",
                         (unsigned long long)level->given);
    }
    return 0;
}

bool gunzip_decided(const struct gunzip *g)
{
    return g->level[0].form != FORM_UNKNOWN;
}

unsigned gunzip_layers(const struct gunzip *g)
{
    unsigned n = 0;
    while (n < LEVELS && g->level[n].form == FORM_GZIP)
        n++;
    return n;
}

uint64_t gunzip_widest(const struct gunzip *g)
{
    uint64_t widest = 0;
    for (unsigned i = 0; i < LEVELS; i++)
        if (g->level[i].given > widest) widest = g->level[i].given;
    return widest;
}
