/* Dimensions and registries on a real PostgreSQL. */
#include "tests/integration/warehouse.h"

#define STADSDELAR                                                                                                     \
    .stadsdelar = registry_stadsdelar, .stadsdel_count = 3, .successions = registry_successions, .succession_count = 1

static void sync_again(struct warehouse *w, const struct registry *registry)
{
    struct error err;
    dimensions_free(&w->dimensions);
    ASSERT_OK(dimensions_sync(&w->db, registry, &w->dimensions, &err));
}

static int32_t enhet(struct warehouse *w, const char *name)
{
    struct error err;
    int32_t district, id = 0;
    assert_int_equal(dimensions_stadsdel(&w->dimensions, TEXT("Bromma"), &district, &err), 1);
    int found = dimensions_enhet(&w->dimensions, district, text_of(name), &id, &err);
    assert_true(found >= 0);
    return found ? id : 0;
}

static int32_t indikator(struct warehouse *w, const char *name)
{
    struct error err;
    int32_t id = 0;
    int found = dimensions_indikator(&w->dimensions, text_of(name), &id, &err);
    assert_true(found >= 0);
    return found ? id : 0;
}

static void registries_become_dimensions(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    assert_string_equal(ask(w, "SELECT string_agg(concat_ws(' ', kod, namn, giltig_fran, giltig_till), ', ' ORDER BY "
                               "id) FROM lager.dim_stadsdel"),
                        "SDN_BRO Bromma, SDN_RK Rinkeby-Kista 2023-06-30, SDN_JAR Järva 2023-07-01");
    assert_string_equal(ask(w, "SELECT concat_ws(' ', a.kod, b.kod, datum) FROM lager.stadsdel_foljd JOIN "
                               "lager.dim_stadsdel a ON a.id = fran_id "
                               "JOIN lager.dim_stadsdel b ON b.id = till_id"),
                        "SDN_RK SDN_JAR 2023-07-01");
    assert_string_equal(ask(w, "SELECT count(*) FROM lager.dim_enhet WHERE hel_namnd"), "3");
    assert_string_equal(ask(w, "SELECT namn FROM lager.enhet_alias"), "Solens förskola");
    assert_string_equal(ask(w, "SELECT concat_ws('|', kod, namn, matt, slag, polaritet, agare, kon_mening, troskel) "
                               "FROM lager.dim_indikator WHERE kod = 'I1'"),
                        "I1|Andel nöjda|%|andel|hogre|KF|egen_andel|5");
    assert_string_equal(ask(w, "SELECT namn FROM lager.indikator_alias"), "Andel trygga boende");
}

static void the_same_registries_write_nothing(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    const char *before = fingerprint(w), *counted = written(w);
    sync_again(w, &test_registry);
    assert_string_equal(fingerprint(w), before);
    assert_string_equal(written(w), counted);
}

static void names_are_found_by_alias_code_and_folded_form(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct error err;
    int32_t id, other;
    assert_int_equal(dimensions_stadsdel(&w->dimensions, TEXT("Bromma stadsdelsnämnd"), &id, &err), 1);
    assert_int_equal(dimensions_stadsdel(&w->dimensions, TEXT("SDN_BRO"), &other, &err), 1);
    assert_int_equal(id, other);
    assert_int_equal(dimensions_stadsdel(&w->dimensions, TEXT("Kista"), &id, &err), 0);
    assert_int_not_equal(enhet(w, "Förskolan Solen"), 0);
    assert_int_equal(enhet(w, "FÖRSKOLAN  solen"), enhet(w, "Solens förskola"));
    assert_int_equal(enhet(w, ""), enhet(w, "Hela nämnden"));
    assert_int_equal(enhet(w, " "), enhet(w, ""));
    assert_int_equal(enhet(w, "()"), 0);
    assert_int_equal(enhet(w, "Förskolan Månen"), 0);
    assert_int_equal(indikator(w, "andel trygga boende."), indikator(w, "Andel trygga"));
    assert_int_equal(indikator(w, "Andel"), 0);
    assert_int_equal(indikator(w, ""), 0);
}

static void what_was_added_is_known_after_commit_and_forgotten_after_rollback(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct error err;
    int32_t district, unit, id;
    assert_int_equal(dimensions_stadsdel(&w->dimensions, TEXT("Bromma"), &district, &err), 1);
    tell(w, "BEGIN");
    ASSERT_OK(dimensions_add_enhet(&w->dimensions, district, TEXT("Förskolan Månen"), &unit, &err));
    ASSERT_OK(dimensions_add_indikator(&w->dimensions, TEXT("Ny indikator"), &id, &err));
    assert_int_equal(enhet(w, "förskolan månen"), unit);
    assert_int_equal(enhet(w, "Förskolan Månen"), unit);
    assert_int_equal(indikator(w, "Ny indikator"), id);
    tell(w, "ROLLBACK");
    dimensions_rollback(&w->dimensions);
    assert_int_equal(enhet(w, "Förskolan Månen"), 0);
    assert_int_equal(indikator(w, "Ny indikator"), 0);
    ASSERT_OK(dimensions_add_enhet(&w->dimensions, district, TEXT(" Förskolan Månen "), &unit, &err));
    dimensions_commit(&w->dimensions);
    dimensions_rollback(&w->dimensions);
    assert_int_equal(enhet(w, "Förskolan Månen"), unit);
    sync_again(w, &test_registry);
    assert_int_equal(enhet(w, "Förskolan Månen"), unit);
    assert_string_equal(ask(w, "SELECT namn FROM lager.dim_enhet ORDER BY id DESC"), "Förskolan Månen");
    assert_int_equal(dimensions_add_enhet(&w->dimensions, district, TEXT("()"), &unit, &err), -1);
    assert_int_equal(err.class, EXIT_REFUSED);
}

static void a_unit_or_indicator_that_is_renamed_keeps_its_key(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    static const char *const old_unit[] = {"Förskolan Solen", "Solens förskola"};
    static const char *const old_name[] = {"Andel nöjda"};
    const struct enhet_entry enheter[] = {{.stadsdel = "SDN_BRO",
                                           .name = "Förskolan Solrosen",
                                           .valid_from = "2023-01-01",
                                           .aliases = old_unit,
                                           .alias_count = 2}};
    const struct indikator_entry indikatorer[] = {{.code = "I1",
                                                   .name = "Andel mycket nöjda",
                                                   .unit = "%",
                                                   .kind = "andel",
                                                   .polarity = "hogre",
                                                   .aliases = old_name,
                                                   .alias_count = 1}};
    const struct registry renamed = {STADSDELAR, .enheter = enheter, .enhet_count = 1, .indikatorer = indikatorer,
                                     .indikator_count = 1};
    int32_t unit = enhet(w, "Förskolan Solen"), id = indikator(w, "Andel nöjda"),
            dropped = indikator(w, "Antal platser");
    sync_again(w, &renamed);
    assert_int_equal(enhet(w, "Förskolan Solrosen"), unit);
    assert_int_equal(enhet(w, "Förskolan Solen"), unit);
    assert_int_equal(indikator(w, "Andel mycket nöjda"), id);
    assert_int_equal(indikator(w, "Andel nöjda"), id);
    assert_int_equal(indikator(w, "Antal platser"), dropped); /* gone from the registry: its history stays */
    assert_int_equal(indikator(w, "Andel trygga boende"), 0);
    assert_string_equal(ask(w, "SELECT string_agg(namn, ', ' ORDER BY namn COLLATE \"C\") FROM lager.indikator_alias"),
                        "Andel nöjda");
    assert_string_equal(ask(w, "SELECT concat_ws(' ', namn, giltig_fran) FROM lager.dim_enhet WHERE NOT hel_namnd"),
                        "Förskolan Solrosen 2023-01-01");
    const char *before = fingerprint(w);
    sync_again(w, &renamed);
    assert_string_equal(fingerprint(w), before);
}

static void an_indicator_met_in_an_export_gets_its_code_when_the_registry_learns_it(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct error err;
    int32_t id;
    ASSERT_OK(dimensions_add_indikator(&w->dimensions, TEXT("Andel mätta"), &id, &err));
    const struct indikator_entry indikatorer[] = {{.code = "I9", .name = "Andel Mätta", .polarity = "hogre"}};
    const struct registry wiser = {STADSDELAR, .indikatorer = indikatorer, .indikator_count = 1};
    sync_again(w, &wiser);
    assert_int_equal(indikator(w, "Andel mätta"), id);
    assert_string_equal(ask(w, "SELECT namn FROM lager.dim_indikator WHERE kod = 'I9'"), "Andel Mätta");
}

static void a_registered_indicator_may_take_the_name_of_one_met_in_an_export(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct error err;
    int32_t met, id = indikator(w, "Andel nöjda");
    ASSERT_OK(dimensions_add_indikator(&w->dimensions, TEXT("Andel helnöjda"), &met, &err));
    const struct indikator_entry indikatorer[] = {{.code = "I1", .name = "Andel helnöjda", .polarity = "hogre"}};
    const struct registry renamed = {STADSDELAR, .indikatorer = indikatorer, .indikator_count = 1};
    sync_again(w, &renamed);
    assert_int_equal(indikator(w, "Andel helnöjda"), id);
    sync_again(w, &renamed);
    assert_int_equal(indikator(w, "Andel helnöjda"), id);
}

static void one_name_for_two_indicators_is_a_configuration_error_that_changes_nothing(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct error err;
    const struct indikator_entry indikatorer[] = {{.code = "I1", .name = "Andel nöjda", .unit = "st"},
                                                  {.code = "I2", .name = "ANDEL NÖJDA"}};
    const struct registry confused = {STADSDELAR, .indikatorer = indikatorer, .indikator_count = 2};
    dimensions_free(&w->dimensions);
    assert_int_equal(dimensions_sync(&w->db, &confused, &w->dimensions, &err), -1);
    assert_int_equal(err.class, EXIT_CONFIG);
    assert_string_equal(err.message, "the registries give the name \"ANDEL NÖJDA\" to two indicators");
    assert_int_equal(PQtransactionStatus(w->db.connection), PQTRANS_IDLE);
    assert_string_equal(ask(w, "SELECT matt FROM lager.dim_indikator WHERE kod = 'I1'"), "%");
}

static void a_sync_inside_an_open_transaction_is_part_of_it(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    const struct registry small = {.stadsdelar = registry_stadsdelar, .stadsdel_count = 3};
    tell(w, "BEGIN");
    sync_again(w, &small);
    assert_int_equal(PQtransactionStatus(w->db.connection), PQTRANS_INTRANS);
    assert_string_equal(ask(w, "SELECT count(*) FROM lager.stadsdel_foljd"), "0");
    tell(w, "ROLLBACK");
    assert_string_equal(ask(w, "SELECT count(*) FROM lager.stadsdel_foljd"), "1");
}

static void periods_and_goals_are_added_once(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct dimensions *d = &w->dimensions;
    struct error err;
    int32_t id, again, parent, goal, other;
    ASSERT_OK(dimensions_period(d, (struct period){.kind = PERIOD_TERTIAL, .year = 2024, .ordinal = 2}, &id, &err));
    assert_int_equal(id, 20241002);
    sync_again(w, &test_registry); /* not in memory any more */
    ASSERT_OK(dimensions_period(d, (struct period){.kind = PERIOD_TERTIAL, .year = 2024, .ordinal = 2}, &again, &err));
    assert_int_equal(again, id);
    assert_string_equal(
        ask(w, "SELECT concat_ws(' ', id, ar, slag, tertial, forsta_dag, sista_dag, namn) FROM lager.dim_period"),
        "20241002 2024 tertial 2 2024-05-01 2024-08-31 T2 2024");
    ASSERT_OK(dimensions_mal(d, 2022, NIVA_INRIKTNINGSMAL, 0, 0, TEXT("1. En stad för alla"), 0, &parent, &err));
    ASSERT_OK(dimensions_mal(d, 2022, NIVA_VERKSAMHETSMAL, 0, 0, TEXT("1.2. Trygghet"), parent, &goal, &err));
    ASSERT_OK(dimensions_mal(d, 2022, NIVA_VERKSAMHETSMAL, 0, 0, TEXT("1.2 trygghet"), parent, &again, &err));
    assert_int_equal(again, goal);
    ASSERT_OK(dimensions_mal(d, 2023, NIVA_VERKSAMHETSMAL, 0, 0, TEXT("1.2 Trygghet"), 0, &other, &err));
    assert_int_not_equal(other, goal);
    ASSERT_OK(dimensions_mal(d, 2022, NIVA_ENHETSMAL, 1, 1, TEXT("2022 års mål"), goal, &other, &err));
    sync_again(w, &test_registry);
    ASSERT_OK(dimensions_mal(d, 2022, NIVA_ENHETSMAL, 1, 1, TEXT("2022 års mål"), goal, &again, &err));
    assert_int_equal(again, other);
    assert_string_equal(ask(w, "SELECT string_agg(concat_ws('|', ar, niva, stadsdel_id, enhet_id, nummer, text, "
                               "overordnat_id), ', ' ORDER BY id) FROM lager.dim_mal"),
                        "2022|inriktningsmal|1|En stad för alla, 2022|verksamhetsmal|1.2|Trygghet|1, "
                        "2023|verksamhetsmal|1.2|Trygghet, 2022|enhetsmal|1|1|2022|års mål|2");
    assert_int_equal(dimensions_mal(d, 2022, NIVA_NONE, 0, 0, TEXT("x"), 0, &id, &err), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WAREHOUSE_TEST(registries_become_dimensions),
        WAREHOUSE_TEST(the_same_registries_write_nothing),
        WAREHOUSE_TEST(names_are_found_by_alias_code_and_folded_form),
        WAREHOUSE_TEST(what_was_added_is_known_after_commit_and_forgotten_after_rollback),
        WAREHOUSE_TEST(a_unit_or_indicator_that_is_renamed_keeps_its_key),
        WAREHOUSE_TEST(an_indicator_met_in_an_export_gets_its_code_when_the_registry_learns_it),
        WAREHOUSE_TEST(a_registered_indicator_may_take_the_name_of_one_met_in_an_export),
        WAREHOUSE_TEST(one_name_for_two_indicators_is_a_configuration_error_that_changes_nothing),
        WAREHOUSE_TEST(a_sync_inside_an_open_transaction_is_part_of_it),
        WAREHOUSE_TEST(periods_and_goals_are_added_once),
    };
    return cmocka_run_group_tests(tests, setup_template, NULL);
}
