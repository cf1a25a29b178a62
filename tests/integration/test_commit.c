/* The connection is lost just when a load is committed: between the program and the server stands a relay that cuts it. */
#include "tests/integration/warehouse.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define COMMIT_MESSAGE "Q\0\0\0\13COMMIT" /* libpq's simple query */
#define LATE_US        300000

enum cut { CUT_NOTHING, CUT_REPLY, CUT_QUERY, CUT_EARLY };

struct relay {
    char folder[32], path[64], server[108];
    int listener;
    atomic_int cut; /* what happens to the next COMMIT; used up by it */
    atomic_int connections;
    pthread_t thread;
};

struct link {
    struct relay *relay;
    int client, server;
};

static int connect_to(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    if (connect(fd, (const struct sockaddr *)&address, sizeof address)) abort();
    return fd;
}

static bool pass(int from, int to)
{
    char buffer[65536];
    ssize_t n = read(from, buffer, sizeof buffer);
    return n > 0 && send(to, buffer, (size_t)n, MSG_NOSIGNAL) == n;
}

/* A message of the client; false when the link is to end. */
static bool pass_request(struct link *l)
{
    char buffer[65536];
    ssize_t n = read(l->client, buffer, sizeof buffer);
    if (n <= 0) return false;
    int cut = CUT_NOTHING;
    if (memmem(buffer, (size_t)n, COMMIT_MESSAGE, sizeof COMMIT_MESSAGE - 1))
        cut = atomic_exchange(&l->relay->cut, CUT_NOTHING);
    if (cut == CUT_QUERY) return false;
    if (cut == CUT_EARLY) { /* the client loses the connection long before the server hears of the COMMIT */
        shutdown(l->client, SHUT_RDWR);
        usleep(LATE_US);
    }
    if (send(l->server, buffer, (size_t)n, MSG_NOSIGNAL) != n) return false;
    if (cut == CUT_NOTHING) return true;
    (void)!read(l->server, buffer, sizeof buffer); /* the reply that the client never gets */
    return false;
}

static void *serve(void *argument)
{
    struct link *l = argument;
    for (;;) {
        struct pollfd fds[] = {{l->client, POLLIN, 0}, {l->server, POLLIN, 0}};
        if (poll(fds, 2, -1) < 0) break;
        if (fds[1].revents && !pass(l->server, l->client)) break;
        if (fds[0].revents && !pass_request(l)) break;
    }
    close(l->client);
    close(l->server);
    free(l);
    return NULL;
}

static void *accept_all(void *argument)
{
    struct relay *relay = argument;
    for (int client; (client = accept(relay->listener, NULL, NULL)) >= 0;) {
        struct link *l = malloc(sizeof *l);
        pthread_t thread;
        if (!l) abort();
        *l = (struct link){relay, client, connect_to(relay->server)};
        atomic_fetch_add(&relay->connections, 1);
        if (pthread_create(&thread, NULL, serve, l)) abort();
        pthread_detach(thread);
    }
    return NULL;
}

static void relay_start(struct relay *relay)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void)snprintf(relay->folder, sizeof relay->folder, "/tmp/relayXXXXXX");
    assert_non_null(mkdtemp(relay->folder));
    (void)snprintf(relay->path, sizeof relay->path, "%s/.s.PGSQL.5432", relay->folder);
    (void)snprintf(relay->server, sizeof relay->server, "%s/.s.PGSQL.%s", getenv("PGHOST"),
                   getenv("PGPORT") ? getenv("PGPORT") : "5432");
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", relay->path);
    relay->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(relay->listener, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(relay->listener, 8), 0);
    assert_int_equal(pthread_create(&relay->thread, NULL, accept_all, relay), 0);
}

static void relay_stop(struct relay *relay)
{
    shutdown(relay->listener, SHUT_RDWR);
    pthread_join(relay->thread, NULL);
    close(relay->listener);
    unlink(relay->path);
    rmdir(relay->folder);
}

static const struct cells rows[] = {{.indikator = "Andel nöjda", .total = "85"},
                                    {.indikator = "Andel trygga", .total = "70"}};

typedef int publisher(struct warehouse *w, struct load_counts *ret_counts, struct error *err);
static publisher publish_aside;

static int publish_one(struct warehouse *w, struct load_counts *ret_counts, struct error *err)
{
    const struct export e = {.source = "bromma", .rows = rows, .count = 2};
    return publish_export(w, &e, ret_counts, err);
}

/* Two sources in one commit. */
static int publish_two(struct warehouse *w, struct load_counts *ret_counts, struct error *err)
{
    static const struct cells others[] = {{.indikator = "Andel trygga", .total = "60", .stadsdel = "Järva"}};
    const struct export first = {.source = "bromma", .rows = rows, .count = 2, .together = true};
    const struct export second = {.source = "farsta", .rows = others, .count = 1, .together = true};
    if (database_exec(&w->db, "BEGIN", "begin", err) || publish_export(w, &first, ret_counts, err) ||
        publish_export(w, &second, ret_counts, err))
        return -1;
    return load_commit_together(&w->db, ret_counts->load_id, "the rerun", err);
}

/* Publishes over a link that is cut as CUT says; the result is the publisher's. */
static int publish_over(struct warehouse *w, publisher *publish_by, enum cut cut, struct load_counts *ret_counts,
                        struct error *ret_err)
{
    static struct relay relay; /* its threads may outlive the test */
    struct error err;
    char dsn[160];
    relay_start(&relay);
    (void)snprintf(dsn, sizeof dsn, "host=%s port=5432 dbname=%s", relay.folder, w->name);
    database_close(&w->db);
    ASSERT_OK(database_open(dsn, &w->db, &err));
    ASSERT_OK(database_lock(&w->db, &err));
    atomic_store(&relay.cut, cut);
    int before = atomic_load(&relay.connections), rc = publish_by(w, ret_counts, ret_err);
    assert_int_equal(atomic_load(&relay.cut), CUT_NOTHING);
    int workers = publish_by == publish_aside; /* there are facts of one table */
    assert_int_equal(atomic_load(&relay.connections) - before, workers + (cut == CUT_NOTHING ? 0 : 1));
    assert_true(w->db.locked);
    assert_int_equal(PQtransactionStatus(w->db.connection), PQTRANS_IDLE);
    assert_string_equal(ask(w, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"), "1");
    database_close(&w->db);
    relay_stop(&relay);
    ASSERT_OK(database_open(w->dsn, &w->db, &err));
    return rc;
}

static bool reachable(void)
{
    return have_server() && getenv("PGHOST")[0] == '/';
}

static void a_load_over_the_relay_is_published_as_ever(void **state)
{
    if (!reachable()) skip();
    struct load_counts c;
    struct error err;
    ASSERT_OK(publish_over(*state, publish_one, CUT_NOTHING, &c, &err));
    assert_string_equal(ask(*state, "SELECT count(*) FROM analys.utfall"), "2");
}

static void a_lost_reply_to_commit_is_settled_by_looking_the_load_up(void **state)
{
    if (!reachable()) skip();
    struct load_counts c;
    struct error err;
    ASSERT_OK(publish_over(*state, publish_one, CUT_REPLY, &c, &err));
    assert_int_equal(c.facts_new, 2);
    assert_string_equal(ask(*state, "SELECT count(*) FROM analys.utfall"), "2");
    assert_string_equal(ask(*state, "SELECT count(*) FROM drift.load"), "1");
}

static int publish_aside(struct warehouse *w, struct load_counts *ret_counts, struct error *ret_err)
{
    struct load_decline decline = {""};
    const struct export e = {.source = "bromma", .rows = rows, .count = 2, .decline = &decline};
    return publish_export(w, &e, ret_counts, ret_err);
}

static void a_lost_reply_is_settled_of_a_year_that_was_built_aside_too(void **state)
{
    if (!reachable()) skip();
    struct load_counts c;
    struct error err;
    ASSERT_OK(publish_over(*state, publish_aside, CUT_REPLY, &c, &err));
    assert_string_equal(ask(*state, "SELECT count(*) FROM analys.utfall"), "2");
    assert_string_equal(ask(*state, "SELECT string_agg(way, ' ') FROM drift.load"), "aside");
}

static void a_commit_that_never_arrived_leaves_no_year_that_was_built_aside(void **state)
{
    if (!reachable()) skip();
    struct load_counts c;
    struct error err;
    assert_int_equal(publish_over(*state, publish_aside, CUT_QUERY, &c, &err), -1);
    assert_string_equal(err.hint, "The load of source \"bromma\" was rolled back; run again.");
    assert_string_equal(ask(*state, "SELECT count(*) FROM pg_class WHERE relname ~ '^fact_.*_2022$'"), "0");
}

static void the_fate_of_a_commit_still_on_its_way_is_waited_for(void **state)
{
    if (!reachable()) skip();
    struct load_counts c;
    struct error err;
    ASSERT_OK(publish_over(*state, publish_one, CUT_EARLY, &c, &err));
    assert_string_equal(ask(*state, "SELECT count(*) FROM analys.utfall"), "2");
}

static void a_commit_that_never_arrived_is_an_error_and_nothing_is_published(void **state)
{
    if (!reachable()) skip();
    struct load_counts c;
    struct error err;
    assert_int_equal(publish_over(*state, publish_one, CUT_QUERY, &c, &err), -1);
    assert_int_equal(err.class, EXIT_DATABASE);
    assert_string_equal(err.message, "could not commit the load: server closed the connection unexpectedly");
    assert_string_equal(err.hint, "The load of source \"bromma\" was rolled back; run again.");
    assert_string_equal(ask(*state, "SELECT count(*) FROM analys.utfall"), "0");
    assert_string_equal(ask(*state, "SELECT count(*) FROM drift.load"), "0");
}

static void a_lost_reply_is_settled_for_all_loads_of_one_commit(void **state)
{
    if (!reachable()) skip();
    struct load_counts c;
    struct error err;
    ASSERT_OK(publish_over(*state, publish_two, CUT_REPLY, &c, &err));
    assert_string_equal(ask(*state, "SELECT string_agg(source, ' ' ORDER BY id) FROM drift.load"), "bromma farsta");
    assert_string_equal(ask(*state, "SELECT count(*) FROM analys.utfall"), "3");
}

static void a_common_commit_that_never_arrived_publishes_none_of_its_loads(void **state)
{
    if (!reachable()) skip();
    struct load_counts c;
    struct error err;
    assert_int_equal(publish_over(*state, publish_two, CUT_QUERY, &c, &err), -1);
    assert_string_equal(err.hint, "The load of the rerun was rolled back; run again.");
    assert_string_equal(ask(*state, "SELECT count(*) FROM analys.utfall"), "0");
    assert_string_equal(ask(*state, "SELECT count(*) FROM drift.load"), "0");
}

static void a_load_together_with_others_needs_their_transaction(void **state)
{
    if (!have_server()) skip();
    struct warehouse *w = *state;
    struct load_counts c;
    struct error err;
    const struct export alone = {.source = "bromma", .rows = rows, .count = 2, .together = true};
    assert_int_equal(publish_export(w, &alone, &c, &err), -1);
    assert_string_equal(err.message, "source \"bromma\" would be published without the others");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WAREHOUSE_TEST(a_load_over_the_relay_is_published_as_ever),
        WAREHOUSE_TEST(a_lost_reply_to_commit_is_settled_by_looking_the_load_up),
        WAREHOUSE_TEST(a_lost_reply_is_settled_of_a_year_that_was_built_aside_too),
        WAREHOUSE_TEST(a_commit_that_never_arrived_leaves_no_year_that_was_built_aside),
        WAREHOUSE_TEST(the_fate_of_a_commit_still_on_its_way_is_waited_for),
        WAREHOUSE_TEST(a_commit_that_never_arrived_is_an_error_and_nothing_is_published),
        WAREHOUSE_TEST(a_lost_reply_is_settled_for_all_loads_of_one_commit),
        WAREHOUSE_TEST(a_common_commit_that_never_arrived_publishes_none_of_its_loads),
        WAREHOUSE_TEST(a_load_together_with_others_needs_their_transaction),
    };
    return cmocka_run_group_tests(tests, setup_template, NULL);
}
