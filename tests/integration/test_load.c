/* Load and publish on a real PostgreSQL. */
#include "tests/integration/warehouse.h"

#include <unistd.h>

#define ROW(name, value)                                                                                               \
    {                                                                                                                  \
        .indikator = (name), .total = (value)                                                                          \
    }

static const struct cells full_row = {.indikator = "Andel nöjda",
                                      .total = "85",
                                      .man = "80.5",
                                      .kvinnor = "..",
                                      .foregaende = "84.10",
                                      .arsmal = "90",
                                      .kf = "87"};

static void assert_adds_up(const struct load_counts *c)
{
    assert_int_equal(c->lines_read, c->lines_loaded + c->lines_unchanged + c->lines_quarantined + c->lines_ignored);
    assert_int_equal(c->rows_read, c->rows_loaded + c->rows_unchanged + c->rows_quarantined + c->rows_ignored);
}

static void a_first_load_is_published_with_its_lineage(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct load_counts c;
    struct error err;
    PUBLISH(w, "bromma", &c, full_row, {.indikator = "Andel trygga", .total = "70", .enhet = "Solens förskola"});
    assert_adds_up(&c);
    assert_int_equal(c.rows_loaded, 2);
    assert_int_equal(c.lines_ignored, 1);
    assert_int_equal(c.facts_new, 7);
    assert_true(c.wrote);
    assert_string_equal(
        ask(w, "SELECT string_agg(concat_ws('|', stadsdel, enhet, indikator, period, kon, varde, matt, varde_status, "
               "foregaende, arsmal, "
               "kf_arsmal, flaggor, left(fil, 2), rad), E'\\n' ORDER BY indikator, kon) FROM analys.utfall"),
        "Bromma|Hela nämnden|Andel nöjda|2022|Kvinnor/flickor|%|suppressed|0|aa|2\n"
        "Bromma|Hela nämnden|Andel nöjda|2022|Män/pojkar|%|suppressed|0|aa|2\n" /* as the women's is */
        "Bromma|Hela nämnden|Andel nöjda|2022|Totalt|85|%|reported|84|90|87|0|aa|2\n"
        "Bromma|Förskolan Solen|Andel trygga|2022|Totalt|70|%|reported|0|aa|3");
    assert_string_equal(ask(w, "SELECT concat_ws(' ', byte_offset, obs_status, conf_status, tryckt, period_tryckt) "
                               "FROM lager.fact_utfall WHERE kon = 'K'"),
                        "100 Q C .. VB 2022");
    assert_string_equal(ask(w, "SELECT avser FROM lager.fact_foregaende"), "VB 2021");
    assert_string_equal(ask(w, "SELECT concat_ws(' ', source, way, rows_read, rows_loaded, facts_new, ar, "
                               "lines_ignored_by->>'dubblett') FROM drift.load"),
                        "bromma difference 2 2 7 {2022} 0");
    assert_string_equal(ask(w, "SELECT bytes FROM drift.file"), "1234");
}

static void the_same_load_again_writes_one_ledger_row_and_nothing_else(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct load_counts c;
    struct error err;
    const struct cells rows[] = {full_row, {.indikator = "Antal platser", .total = "x", .quarantine = "I-VARDE"}};
    const struct export e = {.source = "bromma", .rows = rows, .count = 2};
    ASSERT_OK(publish_export(w, &e, &c, &err));
    assert_int_equal(c.rows_quarantined, 1);
    (void)begin_run(w); /* so that both measurements stand after a run row */
    const char *before = fingerprint(w), *counted = written(w);
    ASSERT_OK(publish_export(w, &e, &c, &err));
    tell(w, "DELETE FROM drift.run WHERE false");
    assert_string_equal(fingerprint(w), before);
    long inserted_before = strtol(counted, NULL, 10), inserted_after;
    const char *after = written(w);
    inserted_after = strtol(after, NULL, 10);
    assert_int_equal(inserted_after - inserted_before, 1); /* the run row of the test itself */
    assert_string_equal(strchr(after, ' '), strchr(counted, ' '));
    assert_false(c.wrote);
    assert_adds_up(&c);
    assert_int_equal(c.rows_unchanged, 1);
    assert_int_equal(c.rows_quarantined, 1);
    assert_int_equal(c.facts_unchanged, 6);
    assert_string_equal(ask(w, "SELECT string_agg(way, ' ' ORDER BY id) FROM drift.load"), "difference unchanged");
}

static void a_revised_value_closes_the_old_version_and_leaves_the_others(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct load_counts c;
    struct error err;
    PUBLISH(w, "bromma", &c, full_row, ROW("Andel trygga", "70"));
    struct cells changed = full_row;
    changed.man = "81";
    PUBLISH(w, "bromma", &c, changed, ROW("Andel trygga", "70"));
    assert_int_equal(c.facts_revised, 1);
    assert_int_equal(c.facts_new, 0);
    assert_int_equal(c.rows_loaded, 1);
    assert_int_equal(c.rows_unchanged, 1);
    assert_string_equal(
        ask(w, "SELECT string_agg(concat_ws(' ', varde, load_id, ersatt_load_id, ersatt_orsak), ', ' ORDER BY load_id) "
               "FROM lager.fact_utfall WHERE kon = 'M'"),
        "80.5 1 2 revised, 81 2");
    assert_string_equal(ask(w, "SELECT count(*) FROM analys.utfall"), "4");
}

static void a_value_that_differs_in_scale_flags_or_print_only_is_revised_too(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct load_counts c;
    struct error err;
    PUBLISH(w, "bromma", &c, ROW("Andel trygga", "70"));
    PUBLISH(w, "bromma", &c, ROW("Andel trygga", "70.0"));
    assert_int_equal(c.facts_revised, 1);
    PUBLISH(w, "bromma", &c, {.indikator = "Andel trygga", .total = "70.0", .flags = FLAG_REVISED});
    assert_int_equal(c.facts_revised, 1);
    PUBLISH(w, "bromma", &c, {.indikator = "Andel trygga", .total = "..", .flags = FLAG_REVISED});
    assert_int_equal(c.facts_revised, 1);
    assert_string_equal(ask(w, "SELECT string_agg(coalesce(varde::text, varde_status::text), ' ' ORDER BY load_id) "
                               "FROM lager.fact_utfall"),
                        "70 70.0 70.0 suppressed");
}

static void every_fact_table_is_revised_and_withdrawn(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct load_counts c;
    struct error err;
    struct cells changed = {.indikator = "Andel nöjda",
                            .total = "1",
                            .man = "2",
                            .kvinnor = "3",
                            .foregaende = "4",
                            .arsmal = "5",
                            .kf = "6"};
    PUBLISH(w, "bromma", &c, full_row, ROW("Andel trygga", "70"));
    PUBLISH(w, "bromma", &c, changed, ROW("Andel trygga", "70"));
    assert_int_equal(c.facts_revised, 6);
    PUBLISH(w, "bromma", &c, ROW("Andel trygga", "70"));
    assert_int_equal(c.facts_withdrawn, 6);
    assert_string_equal(ask(w, "SELECT count(*) FROM drift.gallande"), "1");
    assert_string_equal(ask(w, "SELECT string_agg(ersatt_orsak, ' ' ORDER BY niva, load_id) FROM lager.fact_arsmal"),
                        "revised withdrawn revised withdrawn");
}

static void a_value_that_disappears_is_withdrawn_and_comes_back_as_a_new_version(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct load_counts c;
    struct error err;
    PUBLISH(w, "bromma", &c, ROW("Andel trygga", "70"), ROW("Antal platser", "5"));
    PUBLISH(w, "bromma", &c, ROW("Andel trygga", "70"));
    assert_int_equal(c.facts_withdrawn, 1);
    assert_true(c.wrote);
    PUBLISH(w, "bromma", &c, ROW("Andel trygga", "70"), ROW("Antal platser", "5"));
    assert_int_equal(c.facts_new, 1);
    assert_string_equal(
        ask(w, "SELECT string_agg(concat_ws(' ', varde, load_id, ersatt_load_id, ersatt_orsak), ', ' ORDER BY load_id) "
               "FROM lager.fact_utfall f JOIN lager.dim_indikator i ON i.id = f.indikator_id WHERE kod = 'I3'"),
        "5 1 2 withdrawn, 5 3");
}

static void a_year_that_disappears_is_withdrawn_though_the_export_has_another_now(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct load_counts c;
    struct error err;
    PUBLISH(w, "bromma", &c, {.indikator = "Andel trygga", .total = "70", .ar = 2021});
    PUBLISH(w, "bromma", &c, {.indikator = "Andel trygga", .total = "70", .ar = 2023, .stadsdel = "Järva"});
    assert_int_equal(c.facts_withdrawn, 1);
    assert_int_equal(c.facts_new, 1);
    assert_string_equal(ask(w, "SELECT string_agg(ar || ' ' || coalesce(ersatt_orsak, 'gäller'), ', ' ORDER BY ar) "
                               "FROM lager.fact_utfall"),
                        "2021 withdrawn, 2023 gäller");
}

static void an_export_that_is_not_complete_withdraws_nothing(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct load_counts c;
    struct error err;
    const struct cells rows[] = {ROW("Andel trygga", "70"), ROW("Antal platser", "5")};
    struct export e = {.source = "bromma", .rows = rows, .count = 2, .partial = true};
    ASSERT_OK(publish_export(w, &e, &c, &err));
    e.count = 1;
    ASSERT_OK(publish_export(w, &e, &c, &err));
    assert_int_equal(c.facts_withdrawn, 0);
    assert_string_equal(ask(w, "SELECT count(*) FROM analys.utfall"), "2");
    assert_string_equal(ask(w, "SELECT string_agg(rule, ' ') FROM drift.finding"), "L-DEL");
    assert_true(c.wrote); /* the finding is news once */
    ASSERT_OK(publish_export(w, &e, &c, &err));
    assert_false(c.wrote);
}

static void nothing_is_withdrawn_while_a_row_is_in_quarantine(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct load_counts c;
    struct error err;
    PUBLISH(w, "bromma", &c, ROW("Andel trygga", "70"), ROW("Antal platser", "5"));
    PUBLISH(w, "bromma", &c, ROW("Andel trygga", "70"),
            {.indikator = "Antal platser", .total = "1.2.3", .quarantine = "I-VARDE"});
    assert_int_equal(c.facts_withdrawn, 0);
    assert_int_equal(c.rows_quarantined, 1);
    assert_int_equal(c.findings, 1);
    assert_string_equal(ask(w, "SELECT varde FROM analys.utfall WHERE indikator = 'Antal platser'"), "5");
    assert_string_equal(ask(w, "SELECT rule || ' ' || message FROM drift.finding"),
                        "L-BORTA 1 values that were published before are not in this export; they stay, since 1 rows "
                        "are in quarantine");
}

static void a_row_repeated_alike_is_counted_as_ignored_and_noted(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct load_counts c;
    struct error err;
    PUBLISH(w, "bromma", &c, full_row, ROW("Andel trygga", "70"), full_row);
    assert_adds_up(&c);
    assert_int_equal(c.rows_loaded, 2);
    assert_int_equal(c.rows_ignored, 1);
    assert_int_equal(c.lines_ignored, 2);
    assert_int_equal(c.facts_new, 7);
    assert_int_equal(c.findings, 1);
    assert_string_equal(ask(w, "SELECT concat_ws(' ', rad, rule, severity) FROM drift.finding"), "4 L-DUBBLETT note");
    assert_string_equal(ask(w, "SELECT lines_ignored_by->>'dubblett' FROM drift.load"), "1");
    assert_string_equal(
        ask(w, "SELECT string_agg(DISTINCT rad::text, ',') FROM analys.utfall WHERE indikator = 'Andel nöjda'"), "2");
}

static void rows_that_contradict_each_other_go_to_quarantine_with_their_bytes(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct load_counts c;
    struct error err;
    struct cells other = full_row;
    other.kvinnor = "88";
    PUBLISH(w, "bromma", &c, full_row, ROW("Andel trygga", "70"), other);
    assert_adds_up(&c);
    assert_int_equal(c.rows_quarantined, 2);
    assert_int_equal(c.lines_quarantined, 2);
    assert_int_equal(c.rows_loaded, 1);
    assert_string_equal(ask(w, "SELECT string_agg(indikator, ',') FROM analys.utfall"), "Andel trygga");
    assert_string_equal(
        ask(w, "SELECT string_agg(concat_ws('|', rad, kind, rule, reason, convert_from(raw, 'UTF8'), status), E'\\n' "
               "ORDER BY rad) FROM drift.quarantine"),
        "2|indikator|L-DUBBLETT|the same key stands in lines 2, 4 with different values|raw 100 100|open\n"
        "4|indikator|L-DUBBLETT|the same key stands in lines 2, 4 with different values|raw 300 100|open");
}

static void another_sources_different_value_goes_to_quarantine_and_the_same_value_is_unchanged(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct load_counts c;
    struct error err;
    PUBLISH(w, "bromma", &c, full_row, ROW("Andel trygga", "70"));
    struct cells other = full_row;
    other.total = "86";
    PUBLISH(w, "staden", &c, other, ROW("Andel trygga", "70"), ROW("Antal platser", "5"));
    assert_adds_up(&c);
    assert_int_equal(c.rows_quarantined, 1);
    assert_int_equal(c.rows_unchanged, 1);
    assert_int_equal(c.rows_loaded, 1);
    assert_int_equal(c.facts_new, 1);
    assert_string_equal(ask(w, "SELECT concat_ws('|', source, rule, reason) FROM drift.quarantine"),
                        "staden|L-KALLA|source \"bromma\" says 85 % (load 1, line 2)");
    assert_string_equal(ask(w, "SELECT varde FROM analys.utfall WHERE indikator = 'Andel nöjda' AND kon = 'Totalt'"),
                        "85");
    /* What the other source has is not this one's to withdraw. */
    PUBLISH(w, "bromma", &c, full_row, ROW("Andel trygga", "70"));
    assert_false(c.wrote);
    /* Its own it may revise, whoever else has loaded the same district and year. */
    struct cells revised = full_row;
    revised.man = "81";
    PUBLISH(w, "bromma", &c, revised, ROW("Andel trygga", "70"));
    assert_int_equal(c.facts_revised, 1);
    assert_int_equal(c.rows_quarantined, 0);
}

static void assert_limit(struct warehouse *w, const struct export *e, const char *message, const char *hint)
{
    struct load_counts c;
    struct error err;
    const char *before = fingerprint(w), *loads = ask(w, "SELECT count(*) FROM drift.load");
    assert_int_equal(publish_export(w, e, &c, &err), -1);
    assert_int_equal(err.class, EXIT_REFUSED);
    assert_string_equal(err.message, message);
    assert_string_equal(err.hint, hint);
    assert_string_equal(fingerprint(w), before);
    assert_string_equal(ask(w, "SELECT count(*) FROM drift.load"), loads);
    assert_string_equal(ask(w, "SELECT count(*) FROM drift.stage_fact"), "0");
    assert_int_equal(PQtransactionStatus(w->db.connection), PQTRANS_IDLE);
}

static void limits_refuse_an_export_and_leave_the_warehouse_as_it_was(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct load_counts c;
    struct error err;
    PUBLISH(w, "bromma", &c, full_row, ROW("Andel trygga", "70"), ROW("Antal platser", "5"));
    const struct cells bad[] = {{.indikator = "", .total = "a", .quarantine = "I-VARDE"},
                                {.indikator = "", .total = "b", .quarantine = "I-VARDE"},
                                ROW("Antal platser", "6")};
    struct export e = {.source = "bromma", .rows = bad, .count = 3, .max_rows = 1};
    assert_limit(w, &e, "source \"bromma\": 2 rows are in doubt, the limit is 1, nothing was loaded",
                 "If that is right, raise limits.max_quarantined_rows for one run; if not, the export has changed or "
                 "is not whole.");
    e.max_rows = 0;
    e.max_pct = 66;
    assert_limit(w, &e, "source \"bromma\": 2 of 3 indicator rows are in doubt, the limit is 66 %, nothing was loaded",
                 "If that is right, raise limits.max_quarantined_pct for one run; if not, the export has changed or is "
                 "not whole.");
    e.max_pct = 67;
    ASSERT_OK(publish_export(w, &e, &c, &err));
    e = (struct export){.source = "bromma", .rows = bad + 2, .count = 1, .max_dropped = 66};
    assert_limit(
        w, &e,
        "source \"bromma\": 1 indicator rows, 3 in the last load, the limit of the drop is 66 %, nothing was loaded",
        "If that is right, raise limits.max_dropped_pct for one run, or run once with --source bromma "
        "--accept-shrunken; "
        "if not, the export has changed or is not whole.");
}

static void contradictions_count_towards_the_limit(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    const struct cells rows[] = {ROW("Andel trygga", "70"), ROW("Andel trygga", "71"), ROW("Antal platser", "5")};
    const struct export e = {.source = "bromma", .rows = rows, .count = 3, .max_rows = 1};
    assert_limit(w, &e, "source \"bromma\": 2 rows are in doubt, the limit is 1, nothing was loaded",
                 "If that is right, raise limits.max_quarantined_rows for one run; if not, the export has changed or "
                 "is not whole.");
}

static void assert_dry_run(struct warehouse *w)
{
    struct load_counts c;
    struct error err;
    char *text = NULL;
    size_t size = 0;
    const struct cells rows[] = {ROW("Andel trygga", "71"),
                                 {.indikator = "Andel nöjda", .total = "85", .man = "80", .arsmal = "90"}};
    struct export e = {
        .source = "bromma", .rows = rows, .count = 2, .dry_run = true, .difference = open_memstream(&text, &size)};
    const char *before = fingerprint(w);
    ASSERT_OK(publish_export(w, &e, &c, &err));
    (void)fclose(e.difference);
    assert_string_equal(text, "new\tfact_arsmal\tBromma\tHela nämnden\tAndel nöjda\t2022\tegen\t\t90\n"
                              "new\tfact_utfall\tBromma\tHela nämnden\tAndel nöjda\t2022\tM\t\t80 %\n"
                              "new\tfact_utfall\tBromma\tHela nämnden\tAndel nöjda\t2022\tT\t\t85 %\n"
                              "revised\tfact_utfall\tBromma\tHela nämnden\tAndel trygga\t2022\tT\t70 %\t71 %\n"
                              "withdrawn\tfact_utfall\tBromma\tHela nämnden\tAntal platser\t2022\tT\t5 %\t\n");
    assert_int_equal(c.facts_new, 3);
    assert_int_equal(c.facts_revised, 1);
    assert_int_equal(c.facts_withdrawn, 1);
    assert_string_equal(fingerprint(w), before);
    free(text);
}

static void a_dry_run_prints_the_difference_and_rolls_back(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct load_counts c;
    struct error err;
    PUBLISH(w, "bromma", &c, ROW("Andel trygga", "70"), ROW("Antal platser", "5"));
    assert_dry_run(w);
    assert_int_equal(PQtransactionStatus(w->db.connection), PQTRANS_IDLE);
    tell(w, "BEGIN");
    assert_dry_run(w); /* inside a transaction that stays open */
    assert_int_equal(PQtransactionStatus(w->db.connection), PQTRANS_INTRANS);
    const struct export e = {.source = "bromma"};
    assert_int_equal(publish_export(w, &e, &c, &err), -1);
    assert_int_equal(err.class, EXIT_INTERNAL);
    tell(w, "ROLLBACK");
    assert_string_equal(ask(w, "SELECT count(*) FROM drift.load"), "1");
}

static void quarantine_ends_only_by_a_set_that_differs_and_a_waived_row_stays_waived(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct load_counts c;
    struct error err;
    const struct cells one = {.indikator = "", .total = "1.2.3", .quarantine = "I-VARDE"},
                       two = {.indikator = "", .total = "x", .quarantine = "I-VARDE"};
    PUBLISH(w, "bromma", &c, one, two);
    tell(w, "UPDATE drift.quarantine SET status = 'waived', who = 'test', why = 'known' WHERE rad = 2");
    PUBLISH(w, "bromma", &c, one, two);
    assert_false(c.wrote);
    assert_string_equal(ask(w, "SELECT string_agg(status, ' ' ORDER BY id) FROM drift.quarantine"), "waived open");
    PUBLISH(w, "bromma", &c, one, ROW("Antal platser", "5"));
    assert_true(c.wrote);
    assert_string_equal(ask(w, "SELECT string_agg(concat_ws(' ', rad, status, superseded_load_id), ', ' ORDER BY id) "
                               "FROM drift.quarantine"),
                        "2 waived, 3 replayed 3");
    assert_string_equal(ask(w, "SELECT encode(raw, 'escape') FROM drift.quarantine WHERE rad = 2"), "raw\\345");
}

static void a_row_that_is_announced_and_then_quarantined_is_not_loaded(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct load *load;
    struct load_counts c;
    struct error err;
    const struct cells rows[] = {full_row, ROW("Andel trygga", "70")};
    const struct export e = {.source = "bromma", .rows = rows, .count = 2};
    struct load_input input = {.counts = {.lines_read = 2, .lines_record = 2, .rows_read = 2}};
    ASSERT_OK(start_export(w, &e, &load, &err));
    struct quarantine_row bad = {.kind = RECORD_INDIKATOR,
                                 .row = 1,
                                 .lines = 1,
                                 .place = {2, 100, 100},
                                 .column = "utfall_man",
                                 .rule = "V-ANDEL",
                                 .reason = "is above 100 %"};
    ASSERT_OK(load_quarantine(load, &bad, &err));
    bad.column = "utfall_kvinnor"; /* twice: it still is one row */
    ASSERT_OK(load_quarantine(load, &bad, &err));
    ASSERT_OK(load_publish(load, &input, &c, &err));
    dimensions_commit(&w->dimensions);
    assert_adds_up(&c);
    assert_int_equal(c.rows_quarantined, 1);
    assert_int_equal(c.rows_loaded, 1);
    assert_string_equal(ask(w, "SELECT string_agg(indikator, ',') FROM analys.utfall"), "Andel trygga");
    assert_string_equal(ask(w, "SELECT count(*) FROM drift.quarantine"), "2");
}

static void goals_are_loaded_and_counted_on_their_own(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct load_counts c;
    struct error err;
    for (int round = 0; round < 2; round++) {
        struct load *load;
        const struct export e = {.source = "bromma"};
        struct load_input input = {.counts = {.lines_read = 3, .lines_record = 3}};
        struct fact fact = {.table = FACT_MALUPPFYLLELSE,
                            .row = 1,
                            .ar = 2022,
                            .kon = KON_TOTAL,
                            .uppfyllelse = round ? UPPFYLLELSE_HELT : UPPFYLLELSE_DELVIS,
                            .printed = TEXT("Uppfylls"),
                            .place = {1, 0, 10}};
        int32_t parent;
        ASSERT_OK(start_export(w, &e, &load, &err));
        assert_int_equal(dimensions_stadsdel(&w->dimensions, TEXT("Bromma"), &fact.stadsdel_id, &err), 1);
        assert_int_equal(dimensions_enhet(&w->dimensions, fact.stadsdel_id, TEXT(""), &fact.enhet_id, &err), 1);
        ASSERT_OK(dimensions_period(&w->dimensions, (struct period){.year = 2022}, &fact.period_id, &err));
        ASSERT_OK(
            dimensions_mal(&w->dimensions, 2022, NIVA_INRIKTNINGSMAL, 0, 0, TEXT("1. En stad"), 0, &parent, &err));
        ASSERT_OK(dimensions_mal(&w->dimensions, 2022, NIVA_NAMNDMAL, fact.stadsdel_id, 0, TEXT("1.1.1 Trygga barn"),
                                 parent, &fact.mal_id, &err));
        ASSERT_OK(load_row(load, 1, RECORD_MAL, 2, fact.place, &err));
        ASSERT_OK(load_fact(load, &fact, &err));
        ASSERT_OK(load_row(load, 2, RECORD_AKTIVITET, 1, (struct place){3, 10, 10}, &err));
        ASSERT_OK(load_publish(load, &input, &c, &err));
        dimensions_commit(&w->dimensions);
        assert_adds_up(&c);
        assert_int_equal(c.mal_read, 1);
        assert_int_equal(c.mal_loaded, 1);
        assert_int_equal(c.rows_read, 0);
        assert_int_equal(c.lines_loaded, 2);
    }
    assert_string_equal(
        ask(w,
            "SELECT concat_ws('|', niva, nummer, mal, uppfyllelse, over_nummer, over_mal) FROM analys.maluppfyllelse"),
        "namndmal|1.1.1|Trygga barn|helt|1|En stad");
    assert_string_equal(
        ask(w, "SELECT string_agg(uppfyllelse::text, ' ' ORDER BY load_id) FROM lager.fact_maluppfyllelse"),
        "delvis helt");
}

static void a_year_for_which_there_is_no_partition_goes_to_quarantine(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct load_counts c;
    struct error err;
    PUBLISH(w, "bromma", &c, {.indikator = "Andel trygga", .total = "70", .ar = 1985}, ROW("Antal platser", "5"));
    assert_int_equal(c.rows_quarantined, 1);
    assert_int_equal(c.rows_loaded, 1);
    assert_string_equal(ask(w, "SELECT rule || ': ' || reason FROM drift.quarantine"),
                        "L-AR: the year 1985 is outside 1990-2199");
}

static void counts_that_do_not_add_up_publish_nothing(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct load_counts c;
    struct error err;
    const struct cells rows[] = {full_row};
    const struct export e = {.source = "bromma", .rows = rows, .count = 1, .lines_lost = 1};
    assert_int_equal(publish_export(w, &e, &c, &err), -1);
    assert_int_equal(err.class, EXIT_INTERNAL);
    assert_string_equal(err.message, "source \"bromma\": the counts do not add up, nothing was loaded");
    assert_string_equal(ask(w, "SELECT count(*) FROM drift.load"), "0");
}

/* A trigger that somebody left on the facts drops rows without a word. */
static void what_was_written_is_the_difference_or_nothing_is(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct load_counts c;
    struct error err;
    const struct cells first[] = {full_row};
    const struct cells revised[] = {ROW("Andel nöjda", "86")};
    const struct export a = {.source = "bromma", .rows = first, .count = 1};
    const struct export b = {.source = "bromma", .rows = revised, .count = 1};
    tell(w, "CREATE FUNCTION public.tyst() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
            "CREATE TRIGGER tyst BEFORE INSERT ON lager.fact_utfall FOR EACH ROW EXECUTE FUNCTION public.tyst()");
    assert_int_equal(publish_export(w, &a, &c, &err), -1);
    assert_int_equal(err.class, EXIT_INTERNAL);
    assert_string_equal(err.message, "source \"bromma\": what was written is not the difference, nothing was loaded");
    assert_string_equal(err.detail, "closed 0 of 0, added 3 of 6");
    assert_string_equal(ask(w, "SELECT count(*) FROM drift.load"), "0");
    tell(w, "DROP TRIGGER tyst ON lager.fact_utfall");
    ASSERT_OK(publish_export(w, &a, &c, &err));
    const char *current =
        "SELECT string_agg(concat_ws(' ', tabell, del, varde, load_id), ',' ORDER BY tabell, del) FROM drift.gallande";
    const char *before = ask(w, current);
    tell(w, "CREATE TRIGGER tyst BEFORE UPDATE ON lager.fact_utfall FOR EACH ROW EXECUTE FUNCTION public.tyst()");
    assert_int_equal(publish_export(w, &b, &c, &err), -1);
    assert_string_equal(ask(w, current), before);
}

static void readers_see_nothing_before_the_commit_and_nothing_of_an_aborted_load(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct warehouse reader = {0};
    struct load *load;
    struct error err;
    const struct cells rows[] = {full_row};
    const struct export e = {.source = "bromma", .rows = rows, .count = 1};
    ASSERT_OK(database_open(w->dsn, &reader.db, &err));
    ASSERT_OK(start_export(w, &e, &load, &err));
    assert_string_equal(ask(&reader, "SELECT count(*) FROM drift.gallande"), "0");
    load_abort(load);
    dimensions_rollback(&w->dimensions);
    load_abort(NULL);
    assert_string_equal(ask(&reader, "SELECT count(*) FROM lager.dim_period"), "0");
    assert_string_equal(ask(&reader, "SELECT count(*) FROM drift.load"), "0");
    database_close(&reader.db);
    arena_free(&reader.arena);
}

static void a_server_that_dies_under_a_load_is_a_database_error_and_publishes_nothing(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct warehouse killer = {0};
    struct load *load;
    struct load_counts c;
    struct error err;
    char sql[64];
    const struct cells rows[] = {full_row};
    const struct export e = {.source = "bromma", .rows = rows, .count = 1};
    const struct load_input input = {.counts = {.lines_read = 1, .lines_record = 1, .rows_read = 1}};
    ASSERT_OK(database_open(w->dsn, &killer.db, &err));
    ASSERT_OK(start_export(w, &e, &load, &err));
    (void)snprintf(sql, sizeof sql, "SELECT pg_terminate_backend(%d, 5000)", PQbackendPID(w->db.connection));
    assert_string_equal(ask(&killer, sql), "t");
    assert_int_equal(load_publish(load, &input, &c, &err), -1);
    dimensions_rollback(&w->dimensions);
    assert_int_equal(err.class, EXIT_DATABASE);
    assert_string_equal(
        err.message,
        "could not clear the staging of source \"bromma\": terminating connection due to administrator command");
    ASSERT_OK(database_reconnect(&w->db, &err));
    PUBLISH(w, "bromma", &c, full_row);
    assert_int_equal(c.facts_new, 6);
    database_close(&killer.db);
    arena_free(&killer.arena);
}

static void a_large_load_goes_through_a_temporary_file_whole_and_is_recognised_when_it_comes_again(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    enum { ROWS = 40000 };
    struct load *load;
    struct load_counts c;
    struct error err;
    const struct export e = {.source = "bromma"};
    struct load_input input = {.counts = {.lines_read = ROWS, .lines_record = ROWS, .rows_read = ROWS}};
    struct fact fact = {.table = FACT_UTFALL,
                        .ar = 2022,
                        .kon = KON_TOTAL,
                        .status = VALUE_REPORTED,
                        .has_number = true,
                        .obs_status = 'A',
                        .conf_status = 'F',
                        .unit = TEXT("%"),
                        .period_id = 20220000,
                        .stadsdel_id = 1,
                        .enhet_id = 1};
    for (int round = 0; round < 2; round++) {
        ASSERT_OK(start_export(w, &e, &load, &err));
        for (int i = 1; i <= ROWS; i++) {
            fact.row = (uint64_t)i;
            fact.place = (struct place){(uint64_t)i, (uint64_t)i, 1};
            fact.indikator_id = i;
            fact.number = (struct decimal){i, 1};
            ASSERT_OK(load_row(load, fact.row, RECORD_INDIKATOR, 1, fact.place, &err));
            ASSERT_OK(load_fact(load, &fact, &err));
        }
        ASSERT_OK(load_publish(load, &input, &c, &err));
        assert_int_equal(round ? c.facts_unchanged : c.facts_new, ROWS);
        assert_int_equal(c.wrote, round == 0);
    }
    assert_string_equal(
        ask(w, "SELECT concat_ws(' ', count(*), sum(varde), count(DISTINCT indikator_id)) FROM lager.fact_utfall"),
        "40000 80002000.0 40000");
    assert_string_equal(ask(w, "SELECT pg_relation_size('drift.stage_fact') + pg_relation_size('drift.stage_row') + "
                               "pg_relation_size('drift.stage_diff')"),
                        "0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WAREHOUSE_TEST(a_first_load_is_published_with_its_lineage),
        WAREHOUSE_TEST(the_same_load_again_writes_one_ledger_row_and_nothing_else),
        WAREHOUSE_TEST(a_revised_value_closes_the_old_version_and_leaves_the_others),
        WAREHOUSE_TEST(a_value_that_differs_in_scale_flags_or_print_only_is_revised_too),
        WAREHOUSE_TEST(every_fact_table_is_revised_and_withdrawn),
        WAREHOUSE_TEST(a_value_that_disappears_is_withdrawn_and_comes_back_as_a_new_version),
        WAREHOUSE_TEST(a_year_that_disappears_is_withdrawn_though_the_export_has_another_now),
        WAREHOUSE_TEST(an_export_that_is_not_complete_withdraws_nothing),
        WAREHOUSE_TEST(nothing_is_withdrawn_while_a_row_is_in_quarantine),
        WAREHOUSE_TEST(a_row_repeated_alike_is_counted_as_ignored_and_noted),
        WAREHOUSE_TEST(rows_that_contradict_each_other_go_to_quarantine_with_their_bytes),
        WAREHOUSE_TEST(another_sources_different_value_goes_to_quarantine_and_the_same_value_is_unchanged),
        WAREHOUSE_TEST(limits_refuse_an_export_and_leave_the_warehouse_as_it_was),
        WAREHOUSE_TEST(contradictions_count_towards_the_limit),
        WAREHOUSE_TEST(a_dry_run_prints_the_difference_and_rolls_back),
        WAREHOUSE_TEST(quarantine_ends_only_by_a_set_that_differs_and_a_waived_row_stays_waived),
        WAREHOUSE_TEST(a_row_that_is_announced_and_then_quarantined_is_not_loaded),
        WAREHOUSE_TEST(goals_are_loaded_and_counted_on_their_own),
        WAREHOUSE_TEST(a_year_for_which_there_is_no_partition_goes_to_quarantine),
        WAREHOUSE_TEST(counts_that_do_not_add_up_publish_nothing),
        WAREHOUSE_TEST(what_was_written_is_the_difference_or_nothing_is),
        WAREHOUSE_TEST(readers_see_nothing_before_the_commit_and_nothing_of_an_aborted_load),
        WAREHOUSE_TEST(a_server_that_dies_under_a_load_is_a_database_error_and_publishes_nothing),
        WAREHOUSE_TEST(a_large_load_goes_through_a_temporary_file_whole_and_is_recognised_when_it_comes_again),
    };
    return cmocka_run_group_tests(tests, setup_template, NULL);
}
