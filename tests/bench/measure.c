/* usage: measure FILE COMMAND [ARGUMENT...]
 * Runs COMMAND and writes to FILE, as JSON, what it took: seconds by the clock and of the processor, and its peak resident
 * memory.  Small itself, because a child's peak begins with what its parent held when it forked.  Ends as COMMAND did. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static int report(const char *path, double wall, const struct rusage *usage)
{
    FILE *file = fopen(path, "w");
    if (!file) return -1;
    fprintf(file, "{\"wall\": %.6f, \"user\": %.6f, \"sys\": %.6f, \"max_rss_kib\": %ld}\n", wall,
            seconds(usage->ru_utime), seconds(usage->ru_stime), usage->ru_maxrss);
    return fclose(file);
}

int main(int argc, char **argv)
{
    struct rusage usage;
    int status;
    if (argc < 3) {
        fputs("usage: measure FILE COMMAND [ARGUMENT...]\n", stderr);
        return 2;
    }
    double begin = now();
    pid_t child = vfork();
    if (child == 0) {
        execvp(argv[2], &argv[2]);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) != child || report(argv[1], now() - begin, &usage)) {
        perror("measure");
        return 126;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
