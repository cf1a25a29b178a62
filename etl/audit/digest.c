#include "etl/audit/digest.h"

#include <inttypes.h>
#include <stdlib.h>

#define FIRST_GROUPS 64
#define LINE_SIZE    512 /* of the root's text; codes and periods are short */

static int close_group(struct digests *d, struct error *err)
{
    if (!d->open) return 0;
    d->open = false;
    return hash_end(&d->hash, d->groups[d->count - 1].sha256, err);
}

int digests_put(struct digests *digests, const struct digest_group *group, struct error *err)
{
    if (digests->count == digests->room) {
        size_t room = digests->room ? digests->room * 2 : FIRST_GROUPS;
        struct digest_group *groups = reallocarray(digests->groups, room, sizeof *groups);
        if (!groups) return error_memory(err);
        digests->groups = groups;
        digests->room = room;
    }
    struct digest_group copy = *group;
    copy.stadsdel = arena_strdup(&digests->arena, group->stadsdel);
    copy.period = arena_strdup(&digests->arena, group->period);
    if (!copy.stadsdel || !copy.period) return error_memory(err);
    digests->groups[digests->count++] = copy;
    return 0;
}

/* The first column of LINE; RET_REST is what follows its TAB. */
static struct text column(struct text line, struct text *ret_rest)
{
    const char *tab = line.len ? memchr(line.ptr, '\t', line.len) : NULL;
    size_t len = tab ? (size_t)(tab - line.ptr) : line.len;
    *ret_rest = text_from(line, len + 1);
    return text_part(line, 0, len);
}

int digests_begin(struct digests *d, enum fact_table table, struct text line, struct error *err)
{
    struct text rest, stadsdel = column(line, &rest), period = column(rest, &rest);
    struct digest_group group = {
        .table = table, .stadsdel = text_cstr(&d->arena, stadsdel), .period = text_cstr(&d->arena, period)};
    if (!group.stadsdel || !group.period) return error_memory(err);
    if (close_group(d, err) || digests_put(d, &group, err) || hash_begin(&d->hash, err)) return -1;
    d->open = true;
    return 0;
}

int digests_lines(struct digests *digests, struct text lines, uint64_t rows, struct error *err)
{
    digests->groups[digests->count - 1].rows += rows;
    return hash_add(&digests->hash, lines.ptr, lines.len, err);
}

int digests_add(struct digests *digests, enum fact_table table, struct text line, struct error *err)
{
    struct text rest, stadsdel = column(line, &rest), period = column(rest, &rest);
    const struct digest_group *last = digests->open ? &digests->groups[digests->count - 1] : NULL;
    bool same = last && last->table == table && text_is(stadsdel, last->stadsdel) && text_is(period, last->period);
    if (!same && digests_begin(digests, table, line, err)) return -1;
    return digests_lines(digests, line, 1, err) || digests_lines(digests, text_of("\n"), 0, err) ? -1 : 0;
}

static int print_group(const struct digest_group *g, char buffer[static LINE_SIZE])
{
    return snprintf(buffer, LINE_SIZE, "%s\t%s\t%s\t%" PRIu64 "\t%s\n", fact_table_name(g->table), g->stadsdel,
                    g->period, g->rows, g->sha256);
}

static int by_line(const void *a, const void *b)
{
    char x[LINE_SIZE], y[LINE_SIZE];
    (void)print_group(a, x);
    (void)print_group(b, y);
    return strcmp(x, y);
}

int digests_end(struct digests *digests, struct error *err)
{
    char line[LINE_SIZE];
    if (close_group(digests, err)) return -1;
    if (digests->count) qsort(digests->groups, digests->count, sizeof *digests->groups, by_line);
    int rc = hash_begin(&digests->hash, err);
    for (size_t i = 0; rc == 0 && i < digests->count; i++) {
        int n = print_group(&digests->groups[i], line);
        if (n < 0 || n >= LINE_SIZE)
            rc = error_set(err, EXIT_INTERNAL, "the digest of %.80s %.80s is too long a line",
                           digests->groups[i].stadsdel, digests->groups[i].period);
        if (rc == 0) rc = hash_add(&digests->hash, line, (size_t)n, err);
    }
    return rc ? rc : hash_end(&digests->hash, digests->root, err);
}

uint64_t digests_rows(const struct digests *digests)
{
    uint64_t rows = 0;
    for (size_t i = 0; i < digests->count; i++)
        rows += digests->groups[i].rows;
    return rows;
}

void digests_free(struct digests *digests)
{
    hash_free(&digests->hash);
    free(digests->groups);
    arena_free(&digests->arena);
    *digests = (struct digests){0};
}
