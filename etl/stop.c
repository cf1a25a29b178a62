#include "etl/stop.h"

#include <errno.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "etl/base/limits.h"

_Static_assert(ATOMIC_INT_LOCK_FREE == 2, "a signal handler may touch what is lock-free only");
atomic_int stop_flag;
static PGcancel *volatile guarded[1 + LIMIT_LOAD_WORKERS]; /* the run's own session first */
static int64_t deadline_s;
static const struct itimerval grace = {.it_value = {.tv_sec = LIMIT_STOP_GRACE_S}};

/* A server or a disk that does not answer cannot hold up the end: what a kill leaves, the next run sets right. */
static void give_up(void)
{
    static const char message[] = "stadslager: stopped, but something did not answer; the connection was given up\n";
    (void)!write(STDERR_FILENO, message, sizeof message - 1);
    _exit(EXIT_DEADLINE);
}

/* PQcancel may be called from a signal handler (libpq documentation, "Canceling Queries in Progress"). */
static void on_signal(int number)
{
    char ignored[256];
    int saved = errno;
    if (number == SIGALRM && stop_flag) give_up();
    stop_flag = number;
    (void)setitimer(ITIMER_REAL, &grace, NULL);
    for (size_t i = 0; i < sizeof guarded / sizeof *guarded; i++)
        if (guarded[i]) (void)PQcancel(guarded[i], ignored, sizeof ignored);
    errno = saved;
}

int stop_install(int64_t seconds, struct error *err)
{
    static const int numbers[] = {SIGTERM, SIGINT, SIGALRM};
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_NODEFER}; /* PQcancel itself may hang */
    struct itimerval timer = {.it_value = {.tv_sec = seconds}};
    deadline_s = seconds;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (sigaction(numbers[i], &action, NULL))
            return error_set(err, EXIT_INTERNAL, "could not install a signal handler: %s", strerror(errno));
    if (seconds > 0 && setitimer(ITIMER_REAL, &timer, NULL))
        return error_set(err, EXIT_INTERNAL, "could not set the deadline: %s", strerror(errno));
    return 0;
}

static void replace(size_t place, PGcancel *fresh)
{
    PGcancel *old = guarded[place];
    guarded[place] = fresh;
    PQfreeCancel(old);
}

static int guard(size_t place, PGconn *connection, struct error *err)
{
    PGcancel *fresh = PQgetCancel(connection);
    replace(place, fresh);
    return fresh ? 0 : error_memory(err);
}

int stop_guard(PGconn *connection, struct error *err)
{
    return guard(0, connection, err);
}

void stop_release(void)
{
    replace(0, NULL);
}

int stop_guard_worker(size_t worker, PGconn *connection, struct error *err)
{
    return guard(1 + worker, connection, err);
}

void stop_release_worker(size_t worker)
{
    replace(1 + worker, NULL);
}

int stop_check(struct error *err)
{
    int number = stop_flag;
    switch (number) {
    case 0:
        return 0;
    case SIGALRM:
        return error_set(err, EXIT_DEADLINE,
                         "the run's deadline of %lld s has passed; what was not yet published is rolled back",
                         (long long)deadline_s);
    default:
        return error_set(err, EXIT_DEADLINE, "stopped by %s; what was not yet published is rolled back",
                         number == SIGTERM ? "SIGTERM" : "SIGINT");
    }
}

void stop_explain(struct error *err)
{
    struct error stop;
    if (err->class == EXIT_DEADLINE && stop_check(&stop)) *err = stop;
}
