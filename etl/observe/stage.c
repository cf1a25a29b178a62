#include "etl/observe/stage.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "etl/clock.h"
#include "etl/observe/notify.h"
#include "etl/observe/progress.h"

#define LABEL_SIZE 128 /* a source's name, at most 63 bytes, and its number */

static struct {
    bool active;
    enum stage stage;
    int64_t since_ms, ms[STAGE_COUNT];
    char label[LABEL_SIZE];
} now;

const char *stage_name(enum stage stage)
{
    static const char *const names[STAGE_COUNT] = {"fetch", "decode", "load"};
    return names[stage];
}

void stage_fetching(size_t done, size_t count)
{
    (void)snprintf(now.label, sizeof now.label, "fetching: %zu of %zu sources done", done, count);
    notify_status("%s", now.label);
    progress_begin(now.label, 0);
    if (done == count) progress_end();
}

void stage_source(const char *source, size_t number, size_t count, uint64_t bytes)
{
    memset(now.ms, 0, sizeof now.ms);
    now.active = true;
    now.stage = STAGE_DECODE;
    now.since_ms = clock_monotonic_ms();
    (void)snprintf(now.label, sizeof now.label, "%s (%zu of %zu)", source, number, count);
    notify_status("loading %s", now.label);
    progress_begin(now.label, bytes);
}

void stage_begin(enum stage stage)
{
    int64_t ms = clock_monotonic_ms();
    if (!now.active) return;
    now.ms[now.stage] += ms - now.since_ms;
    now.stage = stage;
    now.since_ms = ms;
    if (stage == STAGE_LOAD) progress_begin(now.label, 0);
}

void stage_end(int64_t ms[static STAGE_COUNT])
{
    if (now.active) now.ms[now.stage] += clock_monotonic_ms() - now.since_ms;
    for (int i = 0; i < STAGE_COUNT; i++)
        ms[i] += now.ms[i];
    now.active = false;
    progress_end();
}
