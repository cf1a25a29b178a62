/* Calls fetch_all with what the command line says and prints what came of it, one line per source:
 * NAME TAB key=value TAB …, then the error's message.  For tests/integration/test_fetch.py. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "etl/archive/archive.h"
#include "etl/fetch/fetch.h"

#define MOST 32

static atomic_int stop;

struct plan {
    const char *archive_path;
    struct config_fetch config;
    int64_t deadline_ms, hold_s;
    bool print_body;
    struct fetch_request requests[MOST];
    const char *hosts[MOST];
    size_t count, host_count;
    struct archive *archive;
};

static void on_signal(int number)
{
    (void)number;
    stop = 1;
}

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void print_body(const struct plan *plan, const char *sha256)
{
    struct reader reader;
    struct error err;
    char bytes[4096];
    ssize_t n;
    if (archive_read_open(plan->archive, sha256, &reader, &err)) {
        error_print(&err, stdout);
        return;
    }
    while ((n = reader.read(reader.context, bytes, sizeof bytes, &err)) > 0)
        fwrite(bytes, 1, (size_t)n, stdout);
    if (n < 0) error_print(&err, stdout);
    archive_read_close(&reader);
}

static void on_done(void *context, size_t index, const struct fetch_outcome *o)
{
    struct plan *plan = context;
    printf("%s\tkind=%s\tsha256=%s\tproved=%d\tattempts=%u\tstatus=%ld\treceived=%llu\tplain=%llu\tetag=%s\teffective=%"
           "s\n",
           plan->requests[index].source, fetch_kind_name(o->kind), o->sha256, o->complete_proved, o->attempts,
           o->record.status, (unsigned long long)o->record.received, (unsigned long long)o->record.plain,
           o->record.etag ? o->record.etag : "", o->record.effective_url ? o->record.effective_url : "");
    if (o->kind == FETCH_FAILED) {
        printf("class=%d\n", (int)o->error.class);
        error_print(&o->error, stdout);
    } else if (plan->print_body) {
        print_body(plan, o->sha256);
    }
    fflush(stdout);
}

static bool set_number(struct config_fetch *c, const char *name, const char *value)
{
    const struct {
        const char *name;
        int64_t *number;
    } numbers[] = {
        {"parallel", &c->parallel},
        {"connect-timeout", &c->connect_timeout_s},
        {"low-speed-bytes", &c->low_speed_bytes},
        {"low-speed-time", &c->low_speed_time_s},
        {"total-timeout", &c->total_timeout_s},
        {"retries", &c->retries},
        {"backoff-ms", &c->backoff_ms},
        {"max-redirects", &c->max_redirects},
        {"max-bytes", &c->max_bytes},
        {"max-plain-bytes", &c->max_plain_bytes},
        {"max-ratio", &c->max_ratio},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (strcmp(numbers[i].name, name) == 0) {
            *numbers[i].number = strtoll(value, NULL, 10);
            return true;
        }
    return false;
}

/* --archive DIR, --NUMBER N, --source NAME URL …, options of a source behind it. */
static int read_arguments(int argc, char **argv, struct plan *plan)
{
    for (int i = 1; i < argc; i++) {
        const char *name = argv[i] + 2;
        struct fetch_request *source = plan->count > 0 ? &plan->requests[plan->count - 1] : NULL;
        if (strcmp(name, "allow-http") == 0) {
            plan->config.allow_http = true;
        } else if (strcmp(name, "print-body") == 0) {
            plan->print_body = true;
        } else if (source && strcmp(name, "needs-proof") == 0) {
            source->needs_proof = true;
        } else if (i + 1 >= argc) {
            return -1;
        } else if (strcmp(name, "archive") == 0) {
            plan->archive_path = argv[++i];
        } else if (strcmp(name, "ca-file") == 0) {
            plan->config.ca_file = argv[++i];
        } else if (strcmp(name, "deadline-ms") == 0) {
            plan->deadline_ms = now_ms() + strtoll(argv[++i], NULL, 10);
        } else if (strcmp(name, "hold") == 0) {
            plan->hold_s = strtoll(argv[++i], NULL, 10);
        } else if (strcmp(name, "source") == 0 && i + 2 < argc && plan->count < MOST) {
            plan->requests[plan->count++] = (struct fetch_request){.source = argv[i + 1], .url = argv[i + 2]};
            i += 2;
        } else if (source && strcmp(name, "credentials") == 0) {
            source->credentials_file = argv[++i];
        } else if (source && strcmp(name, "host") == 0 && plan->host_count < MOST) { /* of all sources */
            plan->hosts[plan->host_count++] = argv[++i];
        } else if (!set_number(&plan->config, name, argv[++i])) {
            return -1;
        }
    }
    for (size_t i = 0; i < plan->count; i++) {
        plan->requests[i].redirect_hosts = plan->hosts;
        plan->requests[i].redirect_host_count = plan->host_count;
    }
    return plan->archive_path ? 0 : -1;
}

int main(int argc, char **argv)
{
    struct plan plan = {.config = {.parallel = 4,
                                   .connect_timeout_s = 5,
                                   .low_speed_bytes = 100,
                                   .low_speed_time_s = 30,
                                   .total_timeout_s = 60,
                                   .retries = 2,
                                   .backoff_ms = 1,
                                   .max_redirects = 5,
                                   .max_bytes = 64 << 20,
                                   .max_plain_bytes = 256 << 20,
                                   .max_ratio = 200}};
    struct error err;
    struct sigaction action = {.sa_handler = on_signal};
    if (read_arguments(argc, argv, &plan)) {
        fputs("usage: fetch_probe --archive DIR [--OPTION VALUE]... [--source NAME URL [--OPTION]...]...\n", stderr);
        return EXIT_USAGE;
    }
    sigaction(SIGTERM, &action, NULL);
    if (archive_open(plan.archive_path, &plan.archive, &err)) {
        error_print(&err, stdout);
        return (int)err.class;
    }
    struct fetch_run run = {.config = &plan.config,
                            .archive = plan.archive,
                            .time = "2024-11-05T03:15:00Z",
                            .deadline_ms = plan.deadline_ms,
                            .stop = &stop,
                            .on_done = on_done,
                            .context = &plan};
    int rc = fetch_all(plan.requests, plan.count, &run, &err);
    if (rc) error_print(&err, stdout);
    if (plan.hold_s > 0) puts("holding");
    fflush(stdout);
    if (plan.hold_s > 0) sleep((unsigned)plan.hold_s);
    archive_close(plan.archive);
    return rc ? (int)err.class : 0;
}
