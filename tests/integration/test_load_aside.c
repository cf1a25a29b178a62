/* What a load that is built aside leaves to the general way, and the thread that sends its rows. */
#include "etl/copy_stream.h"
#include "etl/publish.h"
#include "tests/integration/warehouse.h"

#define NEEDS_SERVER()                                                                                                 \
    do {                                                                                                               \
        if (!have_server()) skip();                                                                                    \
    } while (0)

static const struct cells two_rows[] = {{.indikator = "Andel nöjda", .total = "85", .man = "80"},
                                        {.indikator = "Andel trygga", .total = "70", .arsmal = "75"}};

static struct load *begin(struct warehouse *w, struct load_decline *decline)
{
    const struct export e = {.source = "bromma", .rows = two_rows, .count = 2, .decline = decline};
    struct load *load;
    struct error err;
    ASSERT_OK(start_export(w, &e, &load, &err));
    assert_non_null(load->aside);
    return load;
}

static void give_up(struct warehouse *w, struct load *load)
{
    load_abort(load);
    w->dimensions.later = NULL;
    dimensions_rollback(&w->dimensions);
    assert_null(w->db.turn);
    assert_string_equal(ask(w, "SELECT count(*) FROM pg_class WHERE relname ~ '^fact_.*_2022$'"), "0");
}

static void a_new_year_is_attached_with_its_facts(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct load_decline decline = {""};
    struct load_counts c;
    struct error err;
    const struct export e = {.source = "bromma", .rows = two_rows, .count = 2, .decline = &decline};
    ASSERT_OK(publish_export(w, &e, &c, &err));
    assert_string_equal(c.recorded, "aside");
    assert_int_equal(c.facts_new, 4);
    assert_string_equal(ask(w, "SELECT concat_ws(' ', (SELECT count(*) FROM lager.fact_utfall_2022), "
                               "(SELECT count(*) FROM lager.fact_arsmal), (SELECT count(*) FROM analys.utfall))"),
                        "3 1 3");
    assert_null(w->db.turn);
}

static void a_row_in_doubt_after_its_facts_is_left_to_the_general_way(void **state)
{
    NEEDS_SERVER();
    struct load_decline decline = {""};
    struct error err;
    struct load *load = begin(*state, &decline);
    const struct quarantine_row bad = {.kind = RECORD_INDIKATOR,
                                       .row = 2,
                                       .lines = 1,
                                       .column = "utfall",
                                       .rule = "V-ANDEL",
                                       .reason = "is above 100 %"};
    assert_int_equal(load_quarantine(load, &bad, &err), -1);
    assert_string_equal(decline.reason, "a row is in doubt after its facts were taken");
    give_up(*state, load);
}

static void a_row_of_another_kind_is_left_to_the_general_way(void **state)
{
    NEEDS_SERVER();
    struct load_decline decline = {""};
    struct error err;
    struct load *load = begin(*state, &decline);
    assert_int_equal(load_row(load, 3, RECORD_MAL, 1, (struct place){4, 300, 10}, &err), -1);
    assert_string_equal(decline.reason, "it has rows of another kind than indicators");
    give_up(*state, load);
}

static void a_fact_of_an_earlier_row_is_left_to_the_general_way(void **state)
{
    NEEDS_SERVER();
    struct load_decline decline = {""};
    struct error err;
    struct load *load = begin(*state, &decline);
    const struct fact late = {
        .row = 1, .ar = 2022, .stadsdel_id = 1, .enhet_id = 1, .indikator_id = 1, .kon = KON_TOTAL};
    assert_int_equal(load_fact(load, &late, &err), -1);
    assert_string_equal(decline.reason, "a fact is not of the row before it");
    give_up(*state, load);
}

/* ---- the thread ---- */

static void add_number(struct copy *block, int32_t n)
{
    copy_row(block, 1);
    copy_int32(block, n);
}

static struct copy_stream *open_stream(struct warehouse *w, struct copy *block)
{
    struct copy_stream *stream;
    struct error err;
    tell(w, "CREATE TABLE public.numbers (n int PRIMARY KEY)");
    tell(w, "BEGIN");
    copy_init(block);
    ASSERT_OK(copy_stream_begin(&w->db, "copy numbers", &stream, &err));
    return stream;
}

static void blocks_arrive_in_order_and_statements_find_their_turn_between_them(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct copy block;
    struct error err;
    struct copy_stream *stream = open_stream(w, &block);
    for (int32_t i = 0; i < 2000; i++) {
        PGresult *result;
        add_number(&block, i);
        ASSERT_OK(copy_stream_send(stream, &block, "COPY public.numbers FROM STDIN (FORMAT binary)", &err));
        assert_int_equal(block.rows, 0);
        if (i % 100) continue;
        ASSERT_OK(
            database_query(&w->db, "SELECT max(n), count(*) FROM public.numbers", 0, NULL, "look", &result, &err));
        long count = strtol(PQgetvalue(result, 0, 1), NULL, 10);
        assert_true(count == 0 || strtol(PQgetvalue(result, 0, 0), NULL, 10) == count - 1);
        PQclear(result);
    }
    ASSERT_OK(copy_stream_end(stream, &err));
    copy_free(&block);
    assert_string_equal(ask(w, "SELECT concat_ws(' ', count(*), min(n), max(n)) FROM public.numbers"), "2000 0 1999");
    tell(w, "ROLLBACK");
}

static void a_block_that_fails_is_told_and_nothing_waits_for_ever(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct copy block;
    struct error err = {0};
    struct copy_stream *stream = open_stream(w, &block);
    int rc = 0;
    for (int32_t i = 0; rc == 0 && i < 1000; i++) {
        add_number(&block, 1); /* the key refuses the second */
        rc = copy_stream_send(stream, &block, "COPY public.numbers FROM STDIN (FORMAT binary)", &err);
    }
    assert_int_equal(rc, -1);
    assert_string_equal(err.message,
                        "could not copy numbers: duplicate key value violates unique constraint \"numbers_pkey\"");
    assert_true(copy_stream_failed(stream, &err));
    assert_int_equal(copy_stream_end(stream, &err), -1);
    assert_null(w->db.turn);
    copy_free(&block);
    tell(w, "ROLLBACK");
}

static void what_was_not_sent_yet_is_dropped_when_the_stream_is_given_up(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct copy block;
    struct error err;
    struct copy_stream *stream = open_stream(w, &block);
    for (int32_t i = 0; i < 5; i++) {
        add_number(&block, i);
        ASSERT_OK(copy_stream_send(stream, &block, "COPY public.numbers FROM STDIN (FORMAT binary)", &err));
    }
    assert_false(copy_stream_abort(stream, &err));
    assert_false(copy_stream_abort(NULL, &err));
    copy_free(&block);
    assert_int_equal(PQtransactionStatus(w->db.connection), PQTRANS_INTRANS);
    tell(w, "ROLLBACK");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WAREHOUSE_TEST(a_new_year_is_attached_with_its_facts),
        WAREHOUSE_TEST(a_row_in_doubt_after_its_facts_is_left_to_the_general_way),
        WAREHOUSE_TEST(a_row_of_another_kind_is_left_to_the_general_way),
        WAREHOUSE_TEST(a_fact_of_an_earlier_row_is_left_to_the_general_way),
        WAREHOUSE_TEST(blocks_arrive_in_order_and_statements_find_their_turn_between_them),
        WAREHOUSE_TEST(a_block_that_fails_is_told_and_nothing_waits_for_ever),
        WAREHOUSE_TEST(what_was_not_sent_yet_is_dropped_when_the_stream_is_given_up),
    };
    return cmocka_run_group_tests(tests, setup_template, NULL);
}
