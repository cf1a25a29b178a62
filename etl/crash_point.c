#include "etl/crash_point.h"

#ifdef STADSLAGER_CRASH_POINTS
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const names[] = {
#define CRASH_POINT_NAME(name) #name,
    CRASH_POINTS(CRASH_POINT_NAME)
#undef CRASH_POINT_NAME
};

#define POINT_COUNT (sizeof names / sizeof *names)
#define LINE_SIZE   64 /* a name and its line break */

static atomic_uint reached[POINT_COUNT];

/* One write, so that the lines of several threads do not mix. */
static void trace(const char *name)
{
    const char *path = getenv("STADSLAGER_CRASH_TRACE");
    char line[LINE_SIZE];
    int fd = path ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;
    int n = snprintf(line, sizeof line, "%s\n", name);
    if (fd < 0) return;
    if (write(fd, line, (size_t)n) != n) abort();
    close(fd);
}

static int signal_of(const char *action)
{
    if (!*action || !strcmp(action, ":kill")) return SIGKILL;
    if (!strcmp(action, ":term")) return SIGTERM;
    if (!strcmp(action, ":int")) return SIGINT;
    if (!strcmp(action, ":pause")) return SIGSTOP;
    abort(); /* a test that asks for nothing would pass */
}

void crash_point_reached(enum crash_point point)
{
    const char *wanted = getenv("STADSLAGER_CRASH"), *name = names[point];
    size_t len = strlen(name);
    int saved = errno;
    unsigned nth = 1, visit = atomic_fetch_add(&reached[point], 1) + 1;
    char *end;
    trace(name);
    errno = saved;
    if (!wanted || strncmp(wanted, name, len) != 0 || (wanted[len] && wanted[len] != ':')) return;
    const char *action = wanted + len;
    if (*action) {
        nth = (unsigned)strtoul(action + 1, &end, 10);
        action = end;
    }
    if (visit == nth) (void)kill(getpid(), signal_of(action));
}

void crash_point_list(FILE *out)
{
    for (size_t i = 0; i < POINT_COUNT; i++)
        fprintf(out, "%s\n", names[i]);
}
#endif
