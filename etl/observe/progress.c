#include "etl/observe/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "etl/base/size.h"
#include "etl/clock.h"
#include "etl/observe/log.h"

#define REFRESH_MS 100  /* ten times a second is smooth, and costs nothing beside the work */
#define SURE_MS    1000 /* before that a rate says little */
#define LINE_SIZE  160
#define CLEAR      "\r\033[K" /* ECMA-48: to the line's begin, erase to its end */

static struct {
    const char *label;
    uint64_t done, total;
    int64_t began_ms, drawn_ms;
    bool active, shown;
} bar;

char *progress_line(char *buffer, size_t size, const char *label, uint64_t done, uint64_t total, int64_t elapsed_ms)
{
    char is[SIZE_TEXT], of[SIZE_TEXT], rate[SIZE_TEXT];
    if (total == 0) {
        (void)snprintf(buffer, size, "%s", label);
        return buffer;
    }
    if (done > total) done = total;
    uint64_t percent = total > UINT64_MAX / 100 ? done / (total / 100) : done * 100 / total;
    int n = snprintf(buffer, size, "%s  %" PRIu64 " %%  %s of %s", label, percent, size_text(is, done),
                     size_text(of, total));
    if ((size_t)n >= size || elapsed_ms < SURE_MS || done == 0) return buffer;
    uint64_t seconds_tenths = (uint64_t)elapsed_ms / 100;
    uint64_t per_second = done / seconds_tenths * 10 + done % seconds_tenths * 10 / seconds_tenths;
    uint64_t left = per_second ? (total - done) / per_second : 0;
    (void)snprintf(buffer + n, size - (size_t)n, "  %s/s  %" PRIu64 " s left", size_text(rate, per_second), left);
    return buffer;
}

static bool is_watched(void)
{
    return log_format() == LOG_TEXT && isatty(STDERR_FILENO);
}

static void draw(int64_t now)
{
    char line[LINE_SIZE];
    bar.drawn_ms = now;
    bar.shown = true;
    (void)fprintf(stderr, CLEAR "%s",
                  progress_line(line, sizeof line, bar.label, bar.done, bar.total, now - bar.began_ms));
    (void)fflush(stderr);
}

void progress_begin(const char *label, uint64_t total)
{
    progress_end();
    bar.active = is_watched();
    bar.label = label;
    bar.total = total;
    bar.done = 0;
    bar.began_ms = clock_monotonic_ms();
    if (bar.active) draw(bar.began_ms);
}

static ssize_t count(void *context, void *buffer, size_t size, struct error *err)
{
    const struct reader *inner = context;
    ssize_t n = inner->read(inner->context, buffer, size, err);
    int64_t now = bar.active ? clock_monotonic_ms() : 0;
    if (n > 0) bar.done += (uint64_t)n;
    if (bar.active && now - bar.drawn_ms >= REFRESH_MS) draw(now);
    return n;
}

struct reader progress_reader(const struct reader *reader)
{
    return (struct reader){count, (void *)(uintptr_t)reader}; /* not written to */
}

void progress_hide(void)
{
    if (bar.shown) {
        (void)fputs(CLEAR, stderr);
        (void)fflush(stderr);
    }
    bar.shown = false;
}

void progress_end(void)
{
    progress_hide();
    bar.active = false;
    bar.label = NULL;
}
