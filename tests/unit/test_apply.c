/* What a load does to the current versions: each decision of the SQL that publish.c runs, without a database. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "etl/audit/apply.h"

#define ASSERT_OK(call)                                                                                                \
    do {                                                                                                               \
        if ((call) != 0) fail_msg("%s", err.message);                                                                  \
    } while (0)

#define MAX_LOADS  16
#define STATE_SIZE 2048

/* A warehouse: what is current, and the loads so far. */
struct house {
    struct spool versions;
    struct replay_load loads[MAX_LOADS];
    uint32_t count;
    bool years[REPLAY_YEARS];
    struct apply_counts counts; /* of the last load */
};

/* A fact for a test: "1:U5=70" is a fact of row 1, table U (utfall), object 5, value 70; ! instead of a value: the row is in
 * quarantine too.  A year behind @: "1:U5=70@2022"; 2023 where there is none. */
static enum fact_table table_of(char letter)
{
    static const char letters[] = "UAFMVTE";
    return (enum fact_table)(strchr(letters, letter) - letters);
}

static enum record_kind kind_of(char letter)
{
    return letter == 'M'          ? RECORD_MAL
           : letter == 'V'        ? RECORD_AKTIVITET
           : strchr("TE", letter) ? RECORD_TABELL
                                  : RECORD_INDIKATOR;
}

static void give(const struct fact_sink *sink, const char *text, const char *rule)
{
    unsigned row, object, value = 0, year = 2023;
    char letter, sign;
    struct error err;
    assert_true(sscanf(text, "%u:%c%u%c%u@%u", &row, &letter, &object, &sign, &value, &year) >= 4);
    struct fact fact = {.table = table_of(letter),
                        .row = row,
                        .ar = (int)year,
                        .stadsdel_id = 1,
                        .enhet_id = 1,
                        .period_id = (int32_t)year * 10000,
                        .kon = KON_TOTAL,
                        .has_number = true,
                        .number = {value, 0},
                        .printed = TEXT("x"),
                        .place = {row, row * 100, 100}};
    fact.indikator_id = fact.mal_id = fact.aktivitet_id = fact.cell_id = (int32_t)object;
    fact.uppfyllelse = (enum uppfyllelse)(value % 4);
    const struct quarantine_row bad = {.kind = kind_of(letter), .row = row, .rule = rule, .column = "", .reason = ""};
    ASSERT_OK(sink->row(sink->context, row, kind_of(letter), 1, fact.place, &err));
    if (sign == '!')
        ASSERT_OK(sink->quarantine(sink->context, &bad, &err));
    else
        ASSERT_OK(sink->fact(sink->context, &fact, &err));
}

static void load_rule(struct house *h, const char *source, bool complete, const char *rule, const char *const *facts)
{
    struct export_facts export;
    struct spool after = {0};
    struct error err;
    uint32_t nr = 0;
    while (nr < h->count && strcmp(h->loads[nr].source, source) != 0)
        nr++;
    h->loads[h->count] =
        (struct replay_load){.source = source, .source_nr = nr < h->count ? h->loads[nr].source_nr : nr};
    const struct apply_options options = {
        .load = h->count++, .loads = h->loads, .complete = complete, .years = h->years};
    ASSERT_OK(export_open(&export, &err));
    const struct fact_sink sink = export_sink(&export);
    for (; *facts; facts++)
        give(&sink, *facts, rule);
    ASSERT_OK(apply_export(&export, &h->versions, &options, &after, &h->counts, &err));
    export_close(&export);
    spool_free(&h->versions);
    h->versions = after;
}

#define LOAD(h, source, ...) load_rule((h), (source), true, "I-VARDE", (const char *const[]){__VA_ARGS__, NULL})
#define NOTHING              NULL

/* "U5=70/0 …": table, object, value or status, load. */
static const char *state_of(const struct house *h)
{
    static char text[STATE_SIZE];
    struct spool_reader reader;
    struct error err;
    const unsigned char *data;
    size_t size, len = 0;
    text[0] = '\0';
    ASSERT_OK(spool_open(&h->versions, 0, spool_size(&h->versions), &reader, &err));
    while (spool_next(&reader, &data, &size, &err) > 0) {
        struct version v;
        unsigned long number = 0;
        ASSERT_OK(version_unpack(data, size, &v, &err));
        for (size_t i = 0; v.key.table == FACT_UTFALL && i + 9 < v.values.len && !number; i++)
            if (!memcmp(v.values.ptr + i, "reported\t", 9)) number = strtoul(v.values.ptr + i + 9, NULL, 10);
        int n = snprintf(text + len, sizeof text - len, "%s%c%d=%lu/%llu", len ? " " : "", "UAFMVTE"[v.key.table],
                         (int)v.key.object_id, number, (unsigned long long)v.order);
        len += (size_t)n;
    }
    spool_close(&reader);
    return text;
}

static int begin(void **state)
{
    static struct house house;
    house = (struct house){.years = {[2023] = true, [2022] = true}};
    *state = &house;
    return 0;
}

static int end(void **state)
{
    struct house *h = *state;
    spool_free(&h->versions);
    return 0;
}

static void new_revised_and_withdrawn_facts_are_told_apart(void **state)
{
    struct house *h = *state;
    LOAD(h, "a", "1:U1=10", "2:U2=20", "3:U3=30");
    assert_string_equal(state_of(h), "U1=10/0 U2=20/0 U3=30/0");
    LOAD(h, "a", "1:U1=10", "2:U2=21", "4:U4=40");
    assert_string_equal(state_of(h), "U1=10/0 U2=21/1 U4=40/1");
    assert_int_equal(h->counts.fresh, 1);
    assert_int_equal(h->counts.revised, 1);
    assert_int_equal(h->counts.withdrawn, 1);
}

static void an_export_that_is_not_complete_withdraws_nothing(void **state)
{
    struct house *h = *state;
    const char *const facts[] = {"1:U1=11", NULL};
    LOAD(h, "a", "1:U1=10", "2:U2=20");
    load_rule(h, "a", false, "", facts);
    assert_string_equal(state_of(h), "U1=11/1 U2=20/0");
}

static void a_row_in_quarantine_is_not_loaded_and_what_was_known_of_it_stays(void **state)
{
    struct house *h = *state;
    LOAD(h, "a", "1:U1=10", "2:U2=20");
    LOAD(h, "a", "1:U1=11", "1:U1!0", "2:U2=20");
    assert_string_equal(state_of(h), "U1=10/0 U2=20/0");
    assert_int_equal(h->counts.doubtful_rows, 1);
}

static void a_value_that_is_gone_stays_while_a_row_of_its_kind_is_in_quarantine(void **state)
{
    struct house *h = *state;
    LOAD(h, "a", "1:U1=10", "2:M2=1", "3:T3=1", "4:V4=1");
    LOAD(h, "a", "9:U9!0");
    assert_string_equal(state_of(h), "U1=10/0");
    assert_int_equal(h->counts.absent, 1);
    assert_int_equal(h->counts.withdrawn, 3);
}

static void after_a_header_that_was_not_understood_nothing_is_withdrawn(void **state)
{
    struct house *h = *state;
    const char *const facts[] = {"9:T9!0", NULL};
    LOAD(h, "a", "1:U1=10", "2:M2=1", "3:T3=1", "4:V4=1", "5:E5=1");
    load_rule(h, "a", true, "T-RUBRIK", facts);
    assert_string_equal(state_of(h), "U1=10/0 M2=0/0 V4=0/0 T3=0/0 E5=0/0");
}

static void rows_that_contradict_each_other_are_not_loaded_with_all_they_say(void **state)
{
    struct house *h = *state;
    LOAD(h, "a", "1:U1=10", "1:U2=20", "2:U1=11", "3:U3=30");
    assert_string_equal(state_of(h), "U3=30/0");
    assert_int_equal(h->counts.doubtful_rows, 2);
    LOAD(h, "a", "1:U1=10", "1:U2=20"); /* rows 2 and 3 are gone */
    assert_string_equal(state_of(h), "U1=10/1 U2=20/1");
}

static void rows_that_repeat_each_other_count_once_and_the_first_one_counts(void **state)
{
    struct house *h = *state;
    LOAD(h, "a", "1:U1=10", "2:U1=10", "3:U1=10");
    assert_string_equal(state_of(h), "U1=10/0");
    assert_int_equal(h->counts.fresh, 1);
    assert_int_equal(h->counts.doubtful_rows, 0);
}

static void a_row_that_is_in_quarantine_anyway_contradicts_nobody(void **state)
{
    struct house *h = *state;
    LOAD(h, "a", "1:U1=10", "2:U1=11", "2:U1!0");
    assert_string_equal(state_of(h), "U1=10/0");
    assert_int_equal(h->counts.doubtful_rows, 1);
}

static void of_two_sources_that_differ_the_first_loaded_keeps_the_key(void **state)
{
    struct house *h = *state;
    LOAD(h, "a", "1:U1=10");
    LOAD(h, "b", "1:U1=11", "1:U2=20", "2:U3=30");
    assert_string_equal(state_of(h), "U1=10/0 U3=30/1");
    assert_int_equal(h->counts.doubtful_rows, 1);
    LOAD(h, "a", "2:U4=40"); /* withdraws its own only */
    assert_string_equal(state_of(h), "U3=30/1 U4=40/2");
    LOAD(h, "b", "1:U1=11", "1:U2=20", "2:U3=30");
    assert_string_equal(state_of(h), "U1=11/3 U2=20/3 U3=30/1 U4=40/2");
}

static void of_two_sources_that_agree_the_first_one_s_version_stays(void **state)
{
    struct house *h = *state;
    LOAD(h, "a", "1:U1=10");
    LOAD(h, "b", "1:U1=10", "2:U2=20");
    assert_string_equal(state_of(h), "U1=10/0 U2=20/1");
    LOAD(h, "a", "5:U5=50"); /* the value goes with its source, though the other one has it too */
    assert_string_equal(state_of(h), "U2=20/1 U5=50/2");
}

static void a_contradiction_of_another_source_hides_what_is_gone(void **state)
{
    struct house *h = *state;
    LOAD(h, "a", "1:U1=10");
    LOAD(h, "b", "1:U2=20");
    LOAD(h, "b", "1:U1=11");
    assert_string_equal(state_of(h), "U1=10/0 U2=20/1");
    assert_int_equal(h->counts.absent, 1);
}

static void a_row_doubted_in_one_step_still_contradicts_in_that_step(void **state)
{
    struct house *h = *state;
    /* Row 1 contradicts row 2 in U1 and row 3 in U2: all three go, as one INSERT … SELECT finds them. */
    LOAD(h, "a", "1:U1=10", "2:U1=11", "1:U2=20", "3:U2=21");
    assert_string_equal(state_of(h), "");
    assert_int_equal(h->counts.doubtful_rows, 3);
    /* Row 4, in doubt for its repeated key, is not asked for its contradiction of another source. */
    LOAD(h, "b", "1:U5=50");
    LOAD(h, "a", "4:U5=51", "4:U6=60", "5:U6=61");
    assert_int_equal(h->counts.doubtful_rows, 2);
    assert_string_equal(state_of(h), "U5=50/1");
}

static void years_outside_the_warehouse_are_in_doubt_and_years_not_asked_for_are_passed_over(void **state)
{
    struct house *h = *state;
    LOAD(h, "a", "1:U1=10@1989", "2:U2=20@2200", "3:U3=30@2021", "4:U4=40@2022", "5:U5=50");
    assert_string_equal(state_of(h), "U4=40/0 U5=50/0");
    assert_int_equal(h->counts.doubtful_rows, 2);
}

static void a_year_of_the_same_export_hides_what_is_gone_in_another(void **state)
{
    struct house *h = *state;
    LOAD(h, "a", "1:U1=10", "2:U2=20@2022");
    LOAD(h, "b", "1:U3=30@2022");
    LOAD(h, "a", "2:U2=20@2022", "3:U3=31@2022");
    assert_string_equal(state_of(h), "U2=20/0 U3=30/1 U1=10/0");
    assert_int_equal(h->counts.absent, 1);
}

static void a_fact_of_a_year_or_district_that_no_key_holds_is_an_error(void **state)
{
    static const struct {
        int ar;
        int32_t stadsdel_id;
    } wrong[] = {{0, 1}, {INT16_MAX + 1, 1}, {2023, 0}, {2023, INT16_MAX + 1}};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const struct fact fact = {.ar = wrong[i].ar, .stadsdel_id = wrong[i].stadsdel_id, .place = {.line = 7}};
        struct export_facts export;
        struct error err;
        char said[64];
        (void)snprintf(said, sizeof said, "line 7: a fact has year %d and district %d", wrong[i].ar,
                       (int)wrong[i].stadsdel_id);
        ASSERT_OK(export_open(&export, &err));
        const struct fact_sink sink = export_sink(&export);
        assert_int_equal(sink.fact(sink.context, &fact, &err), -1);
        assert_int_equal(err.class, EXIT_INTERNAL);
        assert_string_equal(err.message, said);
        export_close(&export);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(new_revised_and_withdrawn_facts_are_told_apart),
        TEST(an_export_that_is_not_complete_withdraws_nothing),
        TEST(a_row_in_quarantine_is_not_loaded_and_what_was_known_of_it_stays),
        TEST(a_value_that_is_gone_stays_while_a_row_of_its_kind_is_in_quarantine),
        TEST(after_a_header_that_was_not_understood_nothing_is_withdrawn),
        TEST(rows_that_contradict_each_other_are_not_loaded_with_all_they_say),
        TEST(rows_that_repeat_each_other_count_once_and_the_first_one_counts),
        TEST(a_row_that_is_in_quarantine_anyway_contradicts_nobody),
        TEST(of_two_sources_that_differ_the_first_loaded_keeps_the_key),
        TEST(of_two_sources_that_agree_the_first_one_s_version_stays),
        TEST(a_contradiction_of_another_source_hides_what_is_gone),
        TEST(a_row_doubted_in_one_step_still_contradicts_in_that_step),
        TEST(years_outside_the_warehouse_are_in_doubt_and_years_not_asked_for_are_passed_over),
        TEST(a_year_of_the_same_export_hides_what_is_gone_in_another),
        TEST(a_fact_of_a_year_or_district_that_no_key_holds_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
