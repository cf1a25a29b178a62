#include "etl/audit/sorter.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "etl/base/limits.h"

#define FIRST_BYTES   ((size_t)64 * 1024)
#define FIRST_ENTRIES 1024
#define WINDOW        sizeof(uint64_t)
#define FEW           16 /* entries that are sorted by insertion */

struct entry {         /* a record in memory */
    uint64_t window;   /* eight of its bytes, while it is sorted */
    uint32_t at, size; /* LIMIT_SORT and a record that is over it stay far below 4 GiB */
};

struct run { /* sorted records in the spool */
    uint64_t begin, end;
};

struct head { /* a run being merged, and its next record */
    struct spool_reader reader;
    const unsigned char *data;
    size_t size;
};

struct sorter {
    size_t limit;
    unsigned char *bytes;
    size_t used, size;
    struct entry *entries;
    size_t count, room;
    uint64_t records;
    struct spool spool;
    struct run *runs;
    size_t run_count, run_room;
    bool sorted; /* what is in memory */
    size_t next; /* in memory, where nothing was spooled */
    struct head *heads[LIMIT_SORT_RUNS];
    size_t head_count; /* a heap: the smallest record first */
    bool taken;        /* the record of heads[0] was given out */
};

int sorter_create(size_t memory, struct sorter **ret_sorter, struct error *err)
{
    struct sorter *sorter = calloc(1, sizeof *sorter);
    if (!sorter) return error_memory(err);
    sorter->limit = memory;
    *ret_sorter = sorter;
    return 0;
}

uint64_t sorter_records(const struct sorter *sorter)
{
    return sorter->records;
}

static void close_heads(struct sorter *s)
{
    for (size_t i = 0; i < s->head_count; i++) {
        spool_close(&s->heads[i]->reader);
        free(s->heads[i]);
    }
    s->head_count = 0;
    s->taken = false;
}

void sorter_clear(struct sorter *sorter)
{
    close_heads(sorter);
    spool_free(&sorter->spool);
    sorter->run_count = sorter->count = sorter->used = sorter->next = 0;
    sorter->records = 0;
    sorter->sorted = false;
}

void sorter_free(struct sorter *sorter)
{
    if (!sorter) return;
    close_heads(sorter);
    spool_free(&sorter->spool);
    free(sorter->bytes);
    free(sorter->entries);
    free(sorter->runs);
    free(sorter);
}

static int compare(const unsigned char *a, size_t a_size, const unsigned char *b, size_t b_size)
{
    int c = memcmp(a, b, a_size < b_size ? a_size : b_size);
    return c ? c : (a_size > b_size) - (a_size < b_size);
}

/* ---- in memory ---- */

static int by_window(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    return (x->window > y->window) - (x->window < y->window);
}

static int by_size(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    return (x->size > y->size) - (x->size < y->size);
}

static void swap(struct entry *a, struct entry *b)
{
    struct entry c = *a;
    *a = *b;
    *b = c;
}

static void insert_windows(struct entry *entries, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct entry e = entries[i];
        size_t at = i;
        for (; at > 0 && entries[at - 1].window > e.window; at--)
            entries[at] = entries[at - 1];
        entries[at] = e;
    }
}

static uint64_t middle(uint64_t a, uint64_t b, uint64_t c)
{
    if (a > b) return middle(b, a, c);
    return c < a ? a : c > b ? b : c;
}

/* Quicksort; what divides badly is left to the library after BUDGET steps. */
static void sort_windows(struct entry *entries, size_t count, unsigned budget)
{
    while (count > FEW && budget--) {
        uint64_t pivot = middle(entries[0].window, entries[count / 2].window, entries[count - 1].window);
        size_t low = 0, high = count - 1;
        for (;;) {
            while (entries[low].window < pivot)
                low++;
            while (entries[high].window > pivot)
                high--;
            if (low >= high) break;
            swap(&entries[low++], &entries[high--]);
        }
        size_t left = high + 1;
        sort_windows(entries, left, budget);
        entries += left;
        count -= left;
    }
    if (count <= FEW)
        insert_windows(entries, count);
    else
        qsort(entries, count, sizeof *entries, by_window);
}

/* Of a record that ends there the rest is 0. */
static void set_windows(struct entry *entries, size_t count, const unsigned char *bytes, size_t depth)
{
    for (size_t i = 0; i < count; i++) {
        size_t left = entries[i].size > depth ? entries[i].size - depth : 0;
        uint64_t window = 0;
        if (left) memcpy(&window, bytes + entries[i].at + depth, left < WINDOW ? left : WINDOW);
        entries[i].window = be64toh(window);
    }
}

static unsigned steps_for(size_t count)
{
    unsigned steps = 0;
    for (; count; count /= 2)
        steps += 2;
    return steps;
}

/* Those that end within the window come first, by length: each begins the next one.  Returns how many. */
static size_t put_ended_first(struct entry *entries, size_t count, size_t end)
{
    size_t ended = 0;
    for (size_t i = 0; i < count; i++)
        if (entries[i].size <= end) swap(&entries[i], &entries[ended++]);
    if (ended > 1) qsort(entries, ended, sizeof *entries, by_size);
    return ended;
}

/* Records that are equal up to DEPTH, window by window: beginnings that many share are compared once and not by every pair. */
static void sort_from(struct entry *entries, size_t count, const unsigned char *bytes, size_t depth)
{
    while (count > 1) {
        set_windows(entries, count, bytes, depth);
        sort_windows(entries, count, steps_for(count));
        depth += WINDOW;
        size_t begin = 0, end = 0;
        for (; begin < count; begin = end) {
            for (end = begin; end < count && entries[end].window == entries[begin].window; end++)
                continue;
            begin += put_ended_first(entries + begin, end - begin, depth);
            if (begin == 0 && end == count) break; /* all are alike so far */
            sort_from(entries + begin, end - begin, bytes, depth);
        }
        if (begin > 0 || end < count) return;
    }
}

static bool is_sorted(const struct sorter *s)
{
    for (size_t i = 1; i < s->count; i++) {
        const struct entry *a = &s->entries[i - 1], *b = &s->entries[i];
        if (compare(s->bytes + a->at, a->size, s->bytes + b->at, b->size) > 0) return false;
    }
    return true;
}

static void sort_memory(struct sorter *s)
{
    if (!s->sorted && !is_sorted(s)) sort_from(s->entries, s->count, s->bytes, 0);
    s->sorted = true;
}

/* What is in memory becomes a run. */
static int spill(struct sorter *s, struct error *err)
{
    if (!s->count) return 0;
    if (s->run_count == s->run_room) {
        size_t room = s->run_room ? s->run_room * 2 : 16;
        struct run *runs = reallocarray(s->runs, room, sizeof *runs);
        if (!runs) return error_memory(err);
        s->runs = runs;
        s->run_room = room;
    }
    sort_memory(s);
    uint64_t begin = spool_size(&s->spool);
    for (size_t i = 0; i < s->count; i++)
        if (spool_add(&s->spool, s->bytes + s->entries[i].at, s->entries[i].size, err)) return -1;
    s->runs[s->run_count++] = (struct run){begin, spool_size(&s->spool)};
    s->count = s->used = 0;
    s->sorted = false;
    return 0;
}

static int make_room(struct sorter *s, size_t size, struct error *err)
{
    if (s->used + size > s->size) {
        size_t wanted = s->size ? s->size : FIRST_BYTES;
        while (wanted < s->used + size)
            wanted *= 2;
        unsigned char *bytes = realloc(s->bytes, wanted);
        if (!bytes) return error_memory(err);
        s->bytes = bytes;
        s->size = wanted;
    }
    if (s->count == s->room) {
        size_t room = s->room ? s->room * 2 : FIRST_ENTRIES;
        struct entry *entries = reallocarray(s->entries, room, sizeof *entries);
        if (!entries) return error_memory(err);
        s->entries = entries;
        s->room = room;
    }
    return 0;
}

int sorter_add(struct sorter *sorter, const void *data, size_t size, struct error *err)
{
    size_t held = sorter->used + sorter->count * sizeof *sorter->entries;
    if (size > LIMIT_SPOOL_RECORD)
        return error_set(err, EXIT_INTERNAL, "a record of %zu bytes is over the limit of %u", size, LIMIT_SPOOL_RECORD);
    if (held + size + sizeof *sorter->entries > sorter->limit && spill(sorter, err)) return -1;
    if (make_room(sorter, size, err)) return -1;
    memcpy(sorter->bytes + sorter->used, data, size);
    sorter->entries[sorter->count++] = (struct entry){0, (uint32_t)sorter->used, (uint32_t)size};
    sorter->used += size;
    sorter->records++;
    sorter->sorted = false;
    return 0;
}

/* ---- merging ---- */

static bool before(const struct head *a, const struct head *b)
{
    return compare(a->data, a->size, b->data, b->size) < 0;
}

/* The head at I goes down to where it belongs. */
static void sink_down(struct sorter *s, size_t i)
{
    for (size_t child; (child = 2 * i + 1) < s->head_count; i = child) {
        if (child + 1 < s->head_count && before(s->heads[child + 1], s->heads[child])) child++;
        if (!before(s->heads[child], s->heads[i])) return;
        struct head *up = s->heads[child];
        s->heads[child] = s->heads[i];
        s->heads[i] = up;
    }
}

static int open_head(struct sorter *s, const struct run *run, struct error *err)
{
    struct head *head = calloc(1, sizeof *head);
    if (!head) return error_memory(err);
    if (spool_open(&s->spool, run->begin, run->end, &head->reader, err) ||
        spool_next(&head->reader, &head->data, &head->size, err) < 0) {
        spool_close(&head->reader);
        free(head);
        return -1;
    }
    s->heads[s->head_count++] = head; /* no run is empty */
    return 0;
}

static int open_runs(struct sorter *s, size_t count, struct error *err)
{
    close_heads(s);
    for (size_t i = 0; i < count; i++)
        if (open_head(s, &s->runs[i], err)) return -1;
    for (size_t i = count / 2; i > 0; i--)
        sink_down(s, i - 1);
    return 0;
}

/* The run of the record given out last goes on. */
static int advance(struct sorter *s, struct error *err)
{
    struct head *first = s->heads[0];
    s->taken = false;
    int more = spool_next(&first->reader, &first->data, &first->size, err);
    if (more < 0) return -1;
    if (more == 0) {
        spool_close(&first->reader);
        free(first);
        s->heads[0] = s->heads[--s->head_count];
    }
    sink_down(s, 0);
    return 0;
}

static int next_merged(struct sorter *s, const unsigned char **ret_data, size_t *ret_size, struct error *err)
{
    if (s->taken && advance(s, err)) return -1;
    if (!s->head_count) return 0;
    *ret_data = s->heads[0]->data;
    *ret_size = s->heads[0]->size;
    s->taken = true;
    return 1;
}

/* The first runs become one, behind the others. */
static int merge_runs(struct sorter *s, struct error *err)
{
    const unsigned char *data;
    size_t size;
    int more;
    uint64_t begin = spool_size(&s->spool);
    if (open_runs(s, LIMIT_SORT_RUNS, err)) return -1;
    while ((more = next_merged(s, &data, &size, err)) > 0)
        if (spool_add(&s->spool, data, size, err)) return -1;
    if (more < 0) return -1;
    s->run_count -= LIMIT_SORT_RUNS;
    memmove(s->runs, s->runs + LIMIT_SORT_RUNS, s->run_count * sizeof *s->runs);
    s->runs[s->run_count++] = (struct run){begin, spool_size(&s->spool)};
    return 0;
}

int sorter_rewind(struct sorter *sorter, struct error *err)
{
    sorter->next = 0;
    if (!sorter->run_count) {
        sort_memory(sorter);
        return 0;
    }
    if (spill(sorter, err)) return -1;
    free(sorter->bytes);
    free(sorter->entries);
    sorter->bytes = NULL;
    sorter->entries = NULL;
    sorter->size = sorter->room = 0;
    while (sorter->run_count > LIMIT_SORT_RUNS)
        if (merge_runs(sorter, err)) return -1;
    return open_runs(sorter, sorter->run_count, err);
}

int sorter_next(struct sorter *sorter, const unsigned char **ret_data, size_t *ret_size, struct error *err)
{
    if (sorter->run_count) return next_merged(sorter, ret_data, ret_size, err);
    if (sorter->next == sorter->count) return 0;
    const struct entry *entry = &sorter->entries[sorter->next++];
    *ret_data = sorter->bytes + entry->at;
    *ret_size = entry->size;
    return 1;
}
