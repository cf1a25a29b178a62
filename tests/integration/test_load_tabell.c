/* Activities, tables and economy on a real PostgreSQL: the same versions, difference, withdrawal and quarantine as the other
 * facts have, and a warehouse of the schema before them. */
#include "tests/integration/warehouse.h"

struct item { /* one row of an export, of the whole board of Bromma unless STADSDEL says otherwise */
    enum record_kind kind;
    const char *name; /* activity, or label of the row */
    const char *goal; /* activity: a verksamhetsmål; NULL = none */
    const char *start, *slut, *avvikelse;
    enum klar klar;
    int32_t nr;                                          /* of the activity, or of the table; 0 = 1 */
    const char *title, *column, *printed, *varde, *matt; /* cell; varde NULL = words */
    bool ekonomi;                                        /* the cell is an amount too: an outcome of 2022 */
    enum post post;
    const char *stadsdel;
    const char *quarantine; /* a rule */
    int ar;                 /* 0 = 2022 */
};

#define ACTIVITY(...)                                                                                                  \
    {                                                                                                                  \
        .kind = RECORD_AKTIVITET, __VA_ARGS__                                                                          \
    }
#define CELL(...)                                                                                                      \
    {                                                                                                                  \
        .kind = RECORD_TABELL, .title = "Ekonomi", __VA_ARGS__                                                         \
    }

static int32_t or_one(int32_t n)
{
    return n ? n : 1;
}

static void give_amount(struct load *load, const struct item *item, struct fact fact)
{
    struct error err;
    fact.table = FACT_EKONOMI;
    fact.storhet = STORHET_UTFALL;
    fact.post = item->post;
    fact.overforing = OVERFORING_EFTER;
    fact.avser_ar = 2022;
    fact.unit = TEXT("mnkr");
    ASSERT_OK(load_fact(load, &fact, &err));
}

static void give_cell(struct warehouse *w, struct load *load, const struct item *item, struct fact fact)
{
    struct error err;
    const struct tabellcell cell = {.title = text_of(item->title),
                                    .row = text_of(item->name),
                                    .column = text_of(item->column),
                                    .table_nr = or_one(item->nr),
                                    .row_nr = 1,
                                    .column_nr = 3};
    ASSERT_OK(dimensions_tabellcell(&w->dimensions, &cell, &fact.cell_id, &err));
    fact.table = FACT_TABELL;
    fact.printed = text_of(item->printed);
    fact.unit = text_of(item->matt);
    fact.status = item->varde ? VALUE_REPORTED : VALUE_TEXT;
    fact.has_number = item->varde != NULL;
    if (item->varde) assert_int_equal(decimal_parse(text_of(item->varde), &fact.number), 0);
    ASSERT_OK(load_fact(load, &fact, &err));
    if (item->ekonomi) give_amount(load, item, fact);
}

static void give_activity(struct warehouse *w, struct load *load, const struct item *item, struct fact fact)
{
    struct error err;
    if (item->goal)
        ASSERT_OK(dimensions_mal(&w->dimensions, fact.ar, NIVA_VERKSAMHETSMAL, 0, 0, text_of(item->goal), 0,
                                 &fact.mal_id, &err));
    ASSERT_OK(dimensions_aktivitet(&w->dimensions, fact.ar, fact.stadsdel_id, fact.enhet_id, fact.mal_id,
                                   text_of(item->name), or_one(item->nr), &fact.aktivitet_id, &err));
    fact.table = FACT_AKTIVITET;
    fact.start = text_of(item->start);
    fact.slut = text_of(item->slut);
    fact.printed = text_of(item->avvikelse);
    fact.klar = item->klar;
    ASSERT_OK(load_fact(load, &fact, &err));
}

static void give_item(struct warehouse *w, struct load *load, const struct item *item, uint64_t nr)
{
    struct error err;
    const struct period period = {.kind = PERIOD_YEAR, .year = item->ar ? item->ar : 2022};
    struct fact fact = {.row = nr,
                        .ar = period.year,
                        .kon = KON_TOTAL,
                        .obs_status = 'A',
                        .conf_status = 'F',
                        .period_printed = TEXT("VB 2022"),
                        .place = {nr + 1, nr * 100, 100}};
    const char *stadsdel = item->stadsdel ? item->stadsdel : "Bromma";
    ASSERT_OK(load_row(load, nr, item->kind, 1, fact.place, &err));
    if (item->quarantine) {
        const struct quarantine_row bad = {.kind = item->kind,
                                           .row = nr,
                                           .lines = 1,
                                           .place = fact.place,
                                           .column = "",
                                           .rule = item->quarantine,
                                           .reason = "cannot be read",
                                           .raw = TEXT("raw")};
        ASSERT_OK(load_quarantine(load, &bad, &err));
        return;
    }
    assert_int_equal(dimensions_stadsdel(&w->dimensions, text_of(stadsdel), &fact.stadsdel_id, &err), 1);
    assert_int_equal(dimensions_enhet(&w->dimensions, fact.stadsdel_id, TEXT(""), &fact.enhet_id, &err), 1);
    ASSERT_OK(dimensions_period(&w->dimensions, period, &fact.period_id, &err));
    if (item->kind == RECORD_AKTIVITET)
        give_activity(w, load, item, fact);
    else
        give_cell(w, load, item, fact);
}

static struct load_counts publish_items(struct warehouse *w, const char *source, const struct item *items, size_t count,
                                        FILE *difference)
{
    const struct export e = {.source = source, .dry_run = difference != NULL, .difference = difference};
    const struct load_input input = {.counts = {.lines_read = count, .lines_record = count}};
    struct load *load;
    struct load_counts c;
    struct error err;
    ASSERT_OK(start_export(w, &e, &load, &err));
    for (size_t i = 0; i < count; i++)
        give_item(w, load, &items[i], i + 1);
    ASSERT_OK(load_publish(load, &input, &c, &err));
    if (difference)
        dimensions_rollback(&w->dimensions);
    else
        dimensions_commit(&w->dimensions);
    assert_int_equal(c.lines_read, c.lines_loaded + c.lines_unchanged + c.lines_quarantined + c.lines_ignored);
    return c;
}

#define ITEMS(w, source, ...)                                                                                          \
    publish_items((w), (source), (const struct item[]){__VA_ARGS__},                                                   \
                  sizeof((const struct item[]){__VA_ARGS__}) / sizeof(struct item), NULL)

/* ---- activities ---- */

static void an_activity_is_published_with_its_goal_its_days_and_its_mark(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct load_counts c = ITEMS(w, "bromma",
                                 ACTIVITY(.name = "Öppna en träffpunkt", .goal = "1.3 Stöd", .start = "2022-01-01",
                                          .slut = "2022-12-31", .klar = KLAR_JA),
                                 ACTIVITY(.name = "Öppna en träffpunkt", .goal = "1.3 Stöd", .start = "2000-02-29",
                                          .slut = "1999-12-31", .avvikelse = "Avvikelse", .klar = KLAR_NEJ, .nr = 2),
                                 ACTIVITY(.name = "Se över avtalen"));
    assert_int_equal(c.facts_new, 3);
    assert_int_equal(c.aktivitet_read, 3);
    assert_int_equal(c.aktivitet_loaded, 3);
    assert_int_equal(c.lines_loaded, 3);
    assert_string_equal(
        ask(w, "SELECT string_agg(concat_ws('|', stadsdel, enhet, mal_niva, mal_nummer, mal, aktivitet, nr, period, "
               "start, slut, avvikelse, klar, rad, left(fil, 2)), E'\\n' ORDER BY rad) FROM analys.aktivitet"),
        "Bromma|Hela nämnden|verksamhetsmal|1.3|Stöd|Öppna en träffpunkt|1|2022|2022-01-01|2022-12-31|ja|2|aa\n"
        "Bromma|Hela nämnden|verksamhetsmal|1.3|Stöd|Öppna en "
        "träffpunkt|2|2022|2000-02-29|1999-12-31|Avvikelse|nej|3|aa\n"
        "Bromma|Hela nämnden|Se över avtalen|1|2022|4|aa");
    assert_string_equal(ask(w, "SELECT string_agg(coalesce(klar::text, 'okänt'), ' ' ORDER BY rad) FROM "
                               "lager.fact_aktivitet WHERE mal_id IS NOT NULL OR start IS NULL"),
                        "ja nej okänt");
    assert_string_equal(ask(w, "SELECT concat_ws(' ', aktivitet_read, aktivitet_loaded, aktivitet_unchanged, "
                               "aktivitet_quarantined, tabell_read) FROM drift.load"),
                        "3 3 0 0 0");
}

static void an_activity_that_changes_in_any_way_is_a_new_version(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct item item = ACTIVITY(.name = "A", .start = "2022-01-01", .slut = "2022-06-30");
    struct load_counts c = ITEMS(w, "bromma", item, ACTIVITY(.name = "B"));
    item.slut = "2022-12-31";
    c = ITEMS(w, "bromma", item, ACTIVITY(.name = "B"));
    assert_int_equal(c.facts_revised, 1);
    assert_int_equal(c.aktivitet_loaded, 1);
    assert_int_equal(c.aktivitet_unchanged, 1);
    item.start = NULL;
    assert_int_equal(ITEMS(w, "bromma", item, ACTIVITY(.name = "B")).facts_revised, 1);
    item.klar = KLAR_NEJ;
    assert_int_equal(ITEMS(w, "bromma", item, ACTIVITY(.name = "B")).facts_revised, 1);
    item.avvikelse = "Avvikelse";
    assert_int_equal(ITEMS(w, "bromma", item, ACTIVITY(.name = "B")).facts_revised, 1);
    c = ITEMS(w, "bromma", ACTIVITY(.name = "B"));
    assert_int_equal(c.facts_withdrawn, 1);
    assert_string_equal(ask(w, "SELECT string_agg(concat_ws(' ', start, slut, klar, avvikelse, ersatt_orsak), ', ' "
                               "ORDER BY load_id) FROM lager.fact_aktivitet f JOIN lager.dim_aktivitet a ON a.id = "
                               "aktivitet_id WHERE namn = 'A'"),
                        "2022-01-01 2022-06-30 revised, 2022-01-01 2022-12-31 revised, 2022-12-31 revised, "
                        "2022-12-31 nej revised, 2022-12-31 nej Avvikelse withdrawn");
    assert_string_equal(ask(w, "SELECT string_agg(aktivitet, ',') FROM analys.aktivitet"), "B");
}

/* ---- cells and amounts ---- */

static const struct item amount = CELL(.name = "Äldreomsorg", .column = "Utfall 2022 / Netto", .printed = "685,50",
                                       .varde = "685.50", .matt = "Mnkr", .ekonomi = true, .post = POST_NETTO);
static const struct item words = CELL(.name = "Äldreomsorg", .column = "", .printed = "oförändrat");

static void a_cell_is_published_as_printed_and_an_amount_as_what_it_is(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct load_counts c = ITEMS(w, "bromma", amount, words,
                                 CELL(.name = "varav hemtjänst", .column = "Utfall 2022 / Netto", .printed = "2",
                                      .varde = "2", .nr = 2, .ekonomi = true));
    assert_int_equal(c.facts_new, 5);
    assert_int_equal(c.tabell_read, 3);
    assert_int_equal(c.tabell_loaded, 3);
    assert_string_equal(
        ask(w, "SELECT string_agg(concat_ws('|', stadsdel, enhet, period, titel, tabell_nr, radetikett, rad_nr, "
               "kolumnetikett, kolumn_nr, varde, matt, tryckt, varde_status, rad), E'\\n' ORDER BY rad) FROM "
               "analys.tabell"),
        "Bromma|Hela nämnden|2022|Ekonomi|1|Äldreomsorg|1|Utfall 2022 / Netto|0|685.50|Mnkr|685,50|reported|2\n"
        "Bromma|Hela nämnden|2022|Ekonomi|1|Äldreomsorg|1||3|oförändrat|text|3\n"
        "Bromma|Hela nämnden|2022|Ekonomi|2|varav hemtjänst|1|Utfall 2022 / Netto|0|2|2|reported|4");
    assert_string_equal(
        ask(w, "SELECT string_agg(concat_ws('|', verksamhet, radslag, storhet, post, overforing, avser_ar, belopp, "
               "matt, belopp_kr, tryckt, tecken), E'\\n' ORDER BY rad) FROM analys.ekonomi"),
        "Äldreomsorg|rad|utfall|netto|efter|2022|685.50|mnkr|685500000.00|685,50|kostnad_plus\n"
        "varav hemtjänst|varav|utfall|ej_angiven|efter|2022|2|mnkr|2000000|2|kostnad_plus");
    assert_string_equal(ask(w, "SELECT concat_ws(' ', tabell_read, tabell_loaded, tabell_unchanged, "
                               "tabell_quarantined, aktivitet_read) FROM drift.load"),
                        "3 3 0 0 0");
}

static void the_same_tables_again_write_nothing(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    const struct item activity = ACTIVITY(.name = "A", .goal = "1. Mål", .start = "2022-01-01", .klar = KLAR_JA);
    (void)ITEMS(w, "bromma", amount, words, activity);
    const char *before = fingerprint(w);
    struct load_counts c = ITEMS(w, "bromma", amount, words, activity);
    assert_false(c.wrote);
    assert_int_equal(c.facts_unchanged, 4);
    assert_int_equal(c.tabell_unchanged, 2);
    assert_int_equal(c.aktivitet_unchanged, 1);
    assert_string_equal(fingerprint(w), before);
    assert_string_equal(ask(w, "SELECT concat_ws(' ', (SELECT count(*) FROM lager.dim_tabellcell), (SELECT count(*) "
                               "FROM lager.dim_aktivitet))"),
                        "2 1");
}

static void an_amount_read_otherwise_is_revised_and_its_cell_is_not(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct item item = amount;
    (void)ITEMS(w, "bromma", item);
    item.post = POST_KOSTNAD;
    assert_int_equal(ITEMS(w, "bromma", item).facts_revised, 1);
    item.varde = item.printed = "686";
    assert_int_equal(ITEMS(w, "bromma", item).facts_revised, 2);
    item.ekonomi = false; /* its signs are not understood any more */
    struct load_counts c = ITEMS(w, "bromma", item);
    assert_int_equal(c.facts_withdrawn, 1);
    assert_int_equal(c.facts_unchanged, 1);
    assert_string_equal(ask(w, "SELECT string_agg(concat_ws(' ', post, belopp, ersatt_orsak), ', ' ORDER BY load_id) "
                               "FROM lager.fact_ekonomi"),
                        "netto 685.50 revised, kostnad 685.50 revised, kostnad 686 withdrawn");
    assert_string_equal(ask(w, "SELECT string_agg(concat_ws(' ', varde, ersatt_orsak), ', ' ORDER BY load_id) FROM "
                               "lager.fact_tabell"),
                        "685.50 revised, 686");
}

static void two_districts_share_the_place_of_a_cell_and_not_its_fact(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct item other = amount;
    (void)ITEMS(w, "bromma", amount);
    other.stadsdel = "Järva";
    other.varde = other.printed = "1";
    other.column = "Utfall 2022 / netto."; /* folds alike */
    assert_int_equal(ITEMS(w, "jarva", other).facts_new, 2);
    assert_string_equal(ask(w, "SELECT string_agg(stadsdel || ' ' || varde, ', ' ORDER BY varde) FROM analys.tabell"),
                        "Järva 1, Bromma 685.50");
    assert_string_equal(ask(w, "SELECT count(*) FROM lager.dim_tabellcell"), "1");
}

static void the_parts_of_a_cells_key_are_not_taken_for_each_other(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct error err;
    const struct tabellcell cells[] = {
        {TEXT("ab"), TEXT("c"), TEXT("d"), 1, 1, 1}, {TEXT("a"), TEXT("bc"), TEXT("d"), 1, 1, 1},
        {TEXT("ab"), TEXT(""), TEXT("cd"), 1, 1, 1}, {TEXT("ab"), TEXT("c"), TEXT("d"), 2, 1, 1},
        {TEXT("ab"), TEXT("c"), TEXT("d"), 1, 2, 1}, {TEXT("ab"), TEXT("c"), TEXT(""), 1, 1, 1},
        {TEXT("ab"), TEXT("c"), TEXT(""), 1, 1, 2},  {TEXT(""), TEXT(""), TEXT(""), 1, 1, 2},
    };
    int32_t id, again, ids[8];
    tell(w, "BEGIN");
    for (size_t i = 0; i < 8; i++) {
        ASSERT_OK(dimensions_tabellcell(&w->dimensions, &cells[i], &ids[i], &err));
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(ids[i], ids[j]);
    }
    /* where a label says which column it is, its place does not matter */
    const struct tabellcell moved = {TEXT("AB"), TEXT("C "), TEXT("D"), 1, 1, 7};
    ASSERT_OK(dimensions_tabellcell(&w->dimensions, &moved, &id, &err));
    assert_int_equal(id, ids[0]);
    tell(w, "ROLLBACK");
    dimensions_rollback(&w->dimensions);
    ASSERT_OK(dimensions_tabellcell(&w->dimensions, &cells[0], &again, &err)); /* forgotten, and added again */
    dimensions_commit(&w->dimensions);
    assert_string_equal(ask(w, "SELECT count(*) FROM lager.dim_tabellcell"), "1");
}

static void labels_too_long_for_an_index_are_kept_whole(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    char label[20001];
    for (size_t i = 0; i < sizeof label - 1; i++)
        label[i] = (char)('a' + (i * i * 31 + i * 7 + (i >> 3)) % 26);
    label[sizeof label - 1] = '\0';
    assert_int_equal(ITEMS(w, "bromma", CELL(.name = label, .column = label, .printed = "1", .varde = "1")).facts_new,
                     1);
    assert_string_equal(ask(w, "SELECT length(radetikett) + length(kolumnetikett) FROM analys.tabell"), "40000");
}

/* ---- doubt ---- */

static void a_quarantined_row_of_each_kind_is_counted_as_its_kind(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct load_counts c = ITEMS(w, "bromma", ACTIVITY(.name = "A", .quarantine = "I-DATUM"), ACTIVITY(.name = "B"),
                                 CELL(.name = "x", .quarantine = "T-CELLER"), amount);
    assert_int_equal(c.aktivitet_quarantined, 1);
    assert_int_equal(c.aktivitet_loaded, 1);
    assert_int_equal(c.tabell_quarantined, 1);
    assert_int_equal(c.tabell_loaded, 1);
    assert_int_equal(c.lines_quarantined, 2);
    assert_int_equal(c.rows_quarantined, 0);
    assert_string_equal(ask(w, "SELECT string_agg(concat_ws(' ', kind, rule), ', ' ORDER BY rad) FROM "
                               "drift.quarantine"),
                        "aktivitet I-DATUM, tabell T-CELLER");
}

static void only_facts_that_may_stand_in_an_unreadable_row_are_kept_from_withdrawal(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    const struct item activity = ACTIVITY(.name = "A"), stays = ACTIVITY(.name = "B");
    const struct item bad = CELL(.name = "x", .quarantine = "T-CELLER");
    const struct item no_header = CELL(.name = "x", .quarantine = "T-RUBRIK");
    (void)ITEMS(w, "bromma", amount, activity, stays);
    struct load_counts c = ITEMS(w, "bromma", bad, stays); /* amount and cell may stand in the bad row, activity not */
    assert_int_equal(c.facts_withdrawn, 1);
    assert_string_equal(ask(w, "SELECT string_agg(tabell::text, '' ORDER BY tabell) FROM drift.gallande"), "ETV");
    assert_string_equal(ask(w, "SELECT message FROM drift.finding WHERE rule = 'L-BORTA'"),
                        "2 values that were published before are not in this export; they stay, since 1 rows are in "
                        "quarantine");
    /* without its header, an activity's row may pass for a table's */
    assert_int_equal(ITEMS(w, "bromma", no_header).facts_withdrawn, 0);
    assert_int_equal(ITEMS(w, "bromma", stays).facts_withdrawn, 2);
}

static void two_readings_of_one_cell_go_to_quarantine(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct item other = amount;
    other.post = POST_INTAKT;
    struct load_counts c = ITEMS(w, "bromma", amount, words, other);
    assert_int_equal(c.tabell_quarantined, 2);
    assert_int_equal(c.tabell_loaded, 1);
    assert_string_equal(ask(w, "SELECT string_agg(rule || ' ' || rad, ', ' ORDER BY rad) FROM drift.quarantine"),
                        "L-DUBBLETT 2, L-DUBBLETT 4");
    assert_string_equal(ask(w, "SELECT count(*) FROM lager.fact_ekonomi"), "0");
}

static void another_source_does_not_change_an_activity(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    (void)ITEMS(w, "bromma", ACTIVITY(.name = "A", .slut = "2022-12-31"));
    struct load_counts c = ITEMS(w, "staden", ACTIVITY(.name = "A", .slut = "2022-06-30"));
    assert_int_equal(c.aktivitet_quarantined, 1);
    assert_string_equal(ask(w, "SELECT rule FROM drift.quarantine"), "L-KALLA");
    assert_string_equal(ask(w, "SELECT slut FROM analys.aktivitet"), "2022-12-31");
}

static void a_dry_run_names_activities_and_cells(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    char *text = NULL;
    size_t size = 0;
    struct item changed = amount;
    (void)ITEMS(w, "bromma", amount, ACTIVITY(.name = "A", .start = "2022-01-01", .klar = KLAR_JA));
    changed.varde = changed.printed = "7";
    const struct item items[] = {changed, words, ACTIVITY(.name = "A", .slut = "2022-12-31", .nr = 2)};
    FILE *difference = open_memstream(&text, &size);
    const char *const sums =
        "SELECT concat_ws(' ', md5(string_agg(g::text, '/' ORDER BY g::text)), (SELECT count(*) FROM "
        "lager.dim_tabellcell), (SELECT count(*) FROM lager.dim_aktivitet)) FROM drift.gallande g";
    const char *before = ask(w, sums);
    (void)publish_items(w, "bromma", items, 3, difference);
    (void)fclose(difference);
    assert_string_equal(
        text,
        "revised\tfact_ekonomi\tBromma\tHela nämnden\tEkonomi | Äldreomsorg | Utfall 2022 / Netto\t2022\t\t685,50\t7\n"
        "revised\tfact_tabell\tBromma\tHela nämnden\tEkonomi | Äldreomsorg | Utfall 2022 / Netto\t2022\t\t685,50\t7\n"
        "new\tfact_tabell\tBromma\tHela nämnden\tEkonomi | Äldreomsorg | kolumn 3\t2022\t\t\toförändrat\n"
        "withdrawn\tfact_aktivitet\tBromma\tHela nämnden\tA\t2022\t\t2022-01-01 ja\t\n"
        "new\tfact_aktivitet\tBromma\tHela nämnden\tA (2)\t2022\t\t\t2022-12-31\n");
    assert_string_equal(ask(w, sums), before);
    free(text);
}

static void facts_may_come_after_later_rows_but_not_before_their_own(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    const struct export e = {.source = "bromma"};
    const struct load_input input = {.counts = {.lines_read = 2, .lines_record = 2}};
    struct load *load;
    struct load_counts c;
    struct error err;
    struct fact fact = {.table = FACT_TABELL,
                        .row = 1,
                        .ar = 2022,
                        .stadsdel_id = 1,
                        .enhet_id = 1,
                        .period_id = 20220000,
                        .cell_id = 1,
                        .status = VALUE_TEXT,
                        .printed = TEXT("x"),
                        .place = {1, 0, 1}};
    ASSERT_OK(start_export(w, &e, &load, &err));
    assert_int_equal(load_fact(load, &fact, &err), -1);
    assert_int_equal(err.class, EXIT_INTERNAL);
    ASSERT_OK(load_row(load, 1, RECORD_TABELL, 1, fact.place, &err));
    ASSERT_OK(load_row(load, 2, RECORD_TABELL, 1, (struct place){2, 1, 1}, &err));
    ASSERT_OK(load_fact(load, &fact, &err));
    ASSERT_OK(load_publish(load, &input, &c, &err));
    assert_int_equal(c.tabell_loaded, 1);
    assert_int_equal(c.facts_new, 1);
}

/* ---- the schema before ---- */

/* Database WAREHOUSE with the schema of version 4 and a fact of each table of that time. */
static void make_version_4(struct warehouse *w)
{
    tell(w, "DROP SCHEMA lager, drift, analys CASCADE");
    tell(w, "BEGIN");
    for (const struct sql_file *file = sql_files; file->name; file++)
        if (strncmp(file->name, "migrations/00", 13) == 0 && file->name[13] >= '1' && file->name[13] <= '4') {
            tell(w, file->text);
            tell(w, "RESET ROLE");
        }
    tell(w, "INSERT INTO drift.schema_version (version, name, program_version) SELECT n, n::text, 'then' FROM "
            "generate_series(1, 4) n");
    tell(w, "INSERT INTO lager.dim_stadsdel (kod, namn) VALUES ('SDN_BRO', 'Bromma');"
            "INSERT INTO lager.dim_enhet (stadsdel_id, namn, nyckel, hel_namnd) VALUES (1, 'Hela nämnden', '', true);"
            "INSERT INTO lager.dim_indikator (namn, nyckel) VALUES ('Andel trygga', 'andeltrygga');"
            "INSERT INTO drift.run (program_version, config_hash, arguments) VALUES ('then', 'x', 'run');"
            "INSERT INTO drift.file VALUES (repeat('a', 64), 1);"
            "INSERT INTO drift.load VALUES (DEFAULT, 1, 'bromma', 1, repeat('a', 64), 'u', 'delimited', 'x', DEFAULT, "
            "'difference', true, '{2022}', '{1}', 1, 1, 0, 0, 0, '{}', 1, 1, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0);"
            "SELECT lager.skapa_ar(2021), lager.skapa_ar(2022);"
            "INSERT INTO lager.dim_period SELECT 20220000, 2022, 'ar', NULL, NULL, NULL, NULL, '2022-01-01', "
            "'2022-12-31', '2022';"
            "INSERT INTO lager.fact_utfall VALUES (2022, 1, 1, 1, 20220000, 1, NULL, 2, 3, 0, 'reported', 'T', 'A', "
            "'F', 70, '%'), (2022, 1, 1, 1, 20220000, 1, NULL, 2, 3, 0, 'suppressed', 'K', 'Q', 'C', NULL, '%');"
            "INSERT INTO lager.fact_arsmal VALUES (2022, 1, 1, 1, 20220000, 1, NULL, 2, 3, 0, 'egen', 'value', "
            "'enheten', 'A', 'F', 75, '%', '75 %');"
            "INSERT INTO lager.fact_foregaende VALUES (2022, 1, 1, 1, 20220000, 1, NULL, 2, 3, 0, 'reported', 'A', "
            "'F', 69, '%');"
            "INSERT INTO lager.fact_maluppfyllelse VALUES (2022, 1, 1, 1, 20220000, 1, NULL, 2, 3, 0, 'helt')");
    tell(w, "COMMIT");
}

static const char *old_facts(struct warehouse *w)
{
    return ask(w, "SELECT string_agg(t, E'\\n' ORDER BY t COLLATE \"C\") FROM ("
                  "SELECT concat_ws(' ', tableoid, ctid, xmin, f) AS t FROM lager.fact_utfall f UNION ALL "
                  "SELECT concat_ws(' ', tableoid, ctid, xmin, f) FROM lager.fact_arsmal f UNION ALL "
                  "SELECT concat_ws(' ', tableoid, ctid, xmin, f) FROM lager.fact_foregaende f UNION ALL "
                  "SELECT concat_ws(' ', tableoid, ctid, xmin, f) FROM lager.fact_maluppfyllelse f) x");
}

static void a_warehouse_of_version_4_keeps_its_facts_and_gets_the_new_tables_for_its_years(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct error err;
    int applied;
    make_version_4(w);
    const char *before = old_facts(w);
    assert_true(strlen(before) > 100);
    ASSERT_OK(database_migrate(&w->db, &applied, &err));
    assert_int_equal(applied, database_known_version() - 4);
    assert_string_equal(old_facts(w), before);
    assert_string_equal(ask(w, "SELECT count(*) FROM drift.gallande"), "5");
    assert_string_equal(ask(w, "SELECT concat_ws(' ', aktivitet_read, tabell_read, facts_new) FROM drift.load"),
                        "0 0 4");
    assert_string_equal(ask(w, "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relkind = 'r' AND "
                               "relname ~ '^fact_(aktivitet|tabell|ekonomi)_'"),
                        "fact_aktivitet_2021 fact_aktivitet_2022 fact_ekonomi_2021 fact_ekonomi_2022 fact_tabell_2021 "
                        "fact_tabell_2022");
    assert_string_equal(ask(w, "SELECT count(*) FROM pg_inherits i JOIN pg_class c ON c.oid = inhrelid WHERE relname ~ "
                               "'^fact_(aktivitet|tabell|ekonomi)_202[12]$'"),
                        "6");
    /* and loads into them as the loader, who may not create tables */
    dimensions_free(&w->dimensions);
    ASSERT_OK(dimensions_sync(&w->db, &test_registry, &w->dimensions, &err));
    tell(w, "SET ROLE stadslager_loader");
    assert_int_equal(ITEMS(w, "bromma", amount, ACTIVITY(.name = "A")).facts_new, 3);
    struct item later = amount;
    later.ar = 2030;
    assert_int_equal(ITEMS(w, "bromma-2030", later).facts_new, 2);
    assert_refused(w, "UPDATE lager.fact_tabell SET tryckt = 'x'", "42501");
    assert_refused(w, "DELETE FROM lager.fact_aktivitet", "42501");
    tell(w, "RESET ROLE; SET ROLE stadslager_analyst");
    assert_string_equal(ask(w, "SELECT concat_ws(' ', (SELECT count(*) FROM analys.tabell), (SELECT count(*) FROM "
                               "analys.ekonomi), (SELECT count(*) FROM analys.aktivitet))"),
                        "2 2 1");
    assert_refused(w, "SELECT FROM lager.fact_tabell", "42501");
    tell(w, "RESET ROLE");
}

static void a_load_from_before_the_last_migration_does_not_stand_for_an_unchanged_source(void **state)
{
    NEEDS_SERVER();
    struct warehouse *w = *state;
    struct error err;
    PGresult *result;
    const char *const params[] = {"bromma"};
    const char *const query = sql_text("queries/load_last");
    (void)ITEMS(w, "bromma", amount);
    ASSERT_OK(database_query(&w->db, query, 1, params, "look", &result, &err));
    assert_int_equal(PQntuples(result), 1);
    PQclear(result);
    tell(w, "INSERT INTO drift.schema_version (version, name, program_version) VALUES (98, '098_later', 'later')");
    ASSERT_OK(database_query(&w->db, query, 1, params, "look", &result, &err));
    assert_int_equal(PQntuples(result), 0);
    PQclear(result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WAREHOUSE_TEST(an_activity_is_published_with_its_goal_its_days_and_its_mark),
        WAREHOUSE_TEST(an_activity_that_changes_in_any_way_is_a_new_version),
        WAREHOUSE_TEST(a_cell_is_published_as_printed_and_an_amount_as_what_it_is),
        WAREHOUSE_TEST(the_same_tables_again_write_nothing),
        WAREHOUSE_TEST(an_amount_read_otherwise_is_revised_and_its_cell_is_not),
        WAREHOUSE_TEST(two_districts_share_the_place_of_a_cell_and_not_its_fact),
        WAREHOUSE_TEST(the_parts_of_a_cells_key_are_not_taken_for_each_other),
        WAREHOUSE_TEST(labels_too_long_for_an_index_are_kept_whole),
        WAREHOUSE_TEST(a_quarantined_row_of_each_kind_is_counted_as_its_kind),
        WAREHOUSE_TEST(only_facts_that_may_stand_in_an_unreadable_row_are_kept_from_withdrawal),
        WAREHOUSE_TEST(two_readings_of_one_cell_go_to_quarantine),
        WAREHOUSE_TEST(another_source_does_not_change_an_activity),
        WAREHOUSE_TEST(a_dry_run_names_activities_and_cells),
        WAREHOUSE_TEST(facts_may_come_after_later_rows_but_not_before_their_own),
        WAREHOUSE_TEST(a_warehouse_of_version_4_keeps_its_facts_and_gets_the_new_tables_for_its_years),
        WAREHOUSE_TEST(a_load_from_before_the_last_migration_does_not_stand_for_an_unchanged_source),
    };
    return cmocka_run_group_tests(tests, setup_template, NULL);
}
