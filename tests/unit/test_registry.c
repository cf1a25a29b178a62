/* The registries: what is refused, word for word, how districts are found, and the real ones in config/. */
#include "tests/unit/load_registry.h"

/* ---- districts ---- */
WRONG(a_code_twice_is_refused, DISTRICTS "  - {code: SDN_A, name: Omega}\n", NULL, NULL,
      "d:5:12: stadsdelar[SDN_A].code: \"SDN_A\" already names another entry (line 2)\n")
WRONG(a_name_twice_is_refused_however_it_is_written, DISTRICTS "  - {code: SDN_O, name: beta–gamma}\n", NULL, NULL,
      "d:5:25: stadsdelar[SDN_O].name: \"beta–gamma\" already names another entry as \"Beta-Gamma\" (line 3)\n")
WRONG(an_alias_that_is_another_ones_name_is_refused,
      DISTRICTS "  - {code: SDN_O, name: Omega, aliases: [Noll, ALFA]}\n", NULL, NULL,
      "d:5:48: stadsdelar[SDN_O].aliases[2]: \"ALFA\" already names another entry as \"Alfa\" (line 2)\n")
WRONG(an_entry_may_repeat_itself, "stadsdelar: [{code: SDN_A, name: Alfa, aliases: [ALFA, SDN A]}]\n", NULL, NULL, "")
WRONG(a_day_that_does_not_exist_is_refused, "stadsdelar: [{code: SDN_A, name: Alfa, valid_from: 2023-02-29}]\n", NULL,
      NULL, "d:1:52: stadsdelar[SDN_A].valid_from: \"2023-02-29\" is not a date (expected a date like 2020-07-01)\n")
WRONG(a_date_in_another_form_is_refused, "stadsdelar: [{code: SDN_A, name: Alfa, valid_to: 1/7 2020}]\n", NULL, NULL,
      "d:1:50: stadsdelar[SDN_A].valid_to: \"1/7 2020\" is not a date (expected a date like 2020-07-01)\n")
WRONG(an_end_before_the_beginning_is_refused,
      "stadsdelar: [{code: SDN_A, name: Alfa, valid_from: 2020-07-01, valid_to: 2020-06-30}]\n", NULL, NULL,
      "d:1:74: stadsdelar[SDN_A].valid_to: 2020-06-30 is before valid_from 2020-07-01\n")
WRONG(a_code_of_small_letters_is_refused, "stadsdelar: [{code: sdn_a, name: Alfa}]\n", NULL, NULL,
      "d:1:21: stadsdelar[sdn_a].code: \"sdn_a\" is not a code (expected a code of A-Z, 0-9, _ that begins with a "
      "letter)\n")
WRONG(no_district_is_too_few, "stadsdelar: []\n", NULL, NULL, "d:1:13: stadsdelar: is empty (expected at least one)\n")
WRONG(a_key_of_another_registry_is_unknown, DISTRICTS "enheter: []\n", NULL, NULL,
      "d:5:1: enheter: unknown key (known here: stadsdelar, successions)\n")

/* ---- successions ---- */
WRONG(a_succession_to_an_unknown_code_names_the_near_one,
      DISTRICTS "successions: [{date: 2020-07-01, from: SDN_B, to: SDN_DD}]\n", NULL, NULL,
      "d:5:51: successions[1].to: \"SDN_DD\" is not the code of a district; did you mean \"SDN_D\"?\n")
WRONG(a_succession_from_an_unknown_code_is_refused,
      DISTRICTS "successions: [{date: 2020-07-01, from: XYZ, to: SDN_D}]\n", NULL, NULL,
      "d:5:40: successions[1].from: \"XYZ\" is not the code of a district\n")
WRONG(a_succession_before_the_end_is_refused, DISTRICTS "successions: [{date: 2020-06-30, from: SDN_B, to: SDN_A}]\n",
      NULL, NULL, "d:5:22: successions[1].date: 2020-06-30 is not after the last day of SDN_B (2020-06-30)\n")
WRONG(a_succession_before_the_successor_is_refused,
      DISTRICTS "successions: [{date: 2020-01-01, from: SDN_A, to: SDN_D}]\n", NULL, NULL,
      "d:5:22: successions[1].date: 2020-01-01 is before the first day of SDN_D (2020-07-01)\n")
WRONG(a_succession_to_itself_is_refused, DISTRICTS "successions: [{date: 2020-01-01, from: SDN_A, to: SDN_A}]\n", NULL,
      NULL, "d:5:15: successions[1]: SDN_A cannot succeed itself\n")

/* ---- severities of one indicator ---- */
#define ONE_INDICATOR(rules)                                                                                           \
    "indikatorer: [{code: IND_A, name: Alfa, kind: andel, kon_mening: egen_andel, rules: {" rules "}}]\n"
WRONG(an_indicator_may_have_severities_of_its_own, DISTRICTS, NULL,
      ONE_INDICATOR("V-ANDEL: note, V-TOTAL: warn, L-FOREGAENDE: reject"), "")
WRONG(an_unknown_rule_of_an_indicator_names_the_near_one, DISTRICTS, NULL, ONE_INDICATOR("V-TOTALT: note"),
      "i:1:96: indikatorer[IND_A].rules.V-TOTALT: is not a rule; did you mean \"V-TOTAL\"?\n")
WRONG(a_rule_of_an_indicator_that_cannot_be_chosen_is_refused, DISTRICTS, NULL, ONE_INDICATOR("L-KALLA: note"),
      "i:1:95: indikatorer[IND_A].rules.L-KALLA: the severity of this rule is fixed (reject): nothing could be "
      "loaded\n")
WRONG(a_rule_about_no_indicator_is_refused_in_an_indicators_entry, DISTRICTS, NULL, ONE_INDICATOR("V-DATUM: note"),
      "i:1:95: indikatorer[IND_A].rules.V-DATUM: this rule is about no indicator (its severity is chosen in the "
      "configuration)\n")
WRONG(an_unknown_severity_of_an_indicator_is_refused, DISTRICTS, NULL, ONE_INDICATOR("V-ANDEL: loud"),
      "i:1:95: indikatorer[IND_A].rules.V-ANDEL: \"loud\" is not known (expected reject, warn or note)\n")
WRONG(severities_of_an_indicator_are_a_map, DISTRICTS, NULL,
      "indikatorer: [{code: IND_A, name: Alfa, kind: andel, kon_mening: egen_andel, rules: note}]\n",
      "i:1:85: indikatorer[IND_A].rules: is a text (expected a map)\n")

static void an_indicators_own_severity_beats_the_configurations_and_the_rules(void **state)
{
    static const struct rule_severity all[] = {{"V-ANDEL", SEVERITY_REJECT}, {"V-NOLL", SEVERITY_NOTE}};
    struct config config = {.rules = all, .rule_count = 2};
    struct loaded loaded;
    (void)state;
    load(DISTRICTS, NULL, ONE_INDICATOR("V-ANDEL: note, V-TOTAL: reject"), &loaded);
    assert_int_equal(loaded.count, 0);
    const struct indikator_entry *entry = &loaded.registry.indikatorer[0];
    assert_int_equal(entry->rule_count, 2);
    assert_int_equal(config_severity(&config, entry, "V-ANDEL", SEVERITY_WARN), SEVERITY_NOTE);
    assert_int_equal(config_severity(&config, entry, "V-TOTAL", SEVERITY_WARN), SEVERITY_REJECT);
    assert_int_equal(config_severity(&config, entry, "V-NOLL", SEVERITY_WARN), SEVERITY_NOTE);
    assert_int_equal(config_severity(&config, entry, "V-TEXT", SEVERITY_WARN), SEVERITY_WARN);
    assert_int_equal(config_severity(&config, NULL, "V-ANDEL", SEVERITY_WARN), SEVERITY_REJECT);
    release(&loaded);
}

/* ---- indicators by name ---- */
static const struct indikator_entry *find_indikator(const struct registry *registry, struct arena *arena,
                                                    struct text name)
{
    const struct indikator_entry *found;
    struct error err;
    assert_int_equal(registry_indikator(registry, arena, name, &found, &err), 0);
    return found;
}

static const struct stadsdel *find_stadsdel(const struct registry *registry, const char *name)
{
    const struct stadsdel *found;
    struct error err;
    assert_int_equal(registry_stadsdel(registry, text_of(name), &found, &err), 0);
    return found;
}

static void an_indicator_is_found_by_any_of_its_names_however_written(void **state)
{
    static const char *const names[] = {"Sjukfrånvaro", "sjukfrånvaro.", "SJUK FRÅNVARO", "Frånvaro, sjuka"};
    struct arena arena = {0};
    struct loaded loaded;
    (void)state;
    load(DISTRICTS, NULL,
         "indikatorer:\n"
         "  - {code: IND_B, name: Trygghet, kind: andel, kon_mening: egen_andel}\n"
         "  - {code: IND_A, name: Sjukfrånvaro, kind: andel, kon_mening: egen_andel, aliases: [\"Frånvaro, sjuka\"]}\n",
         &loaded);
    assert_int_equal(loaded.count, 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct indikator_entry *found = find_indikator(&loaded.registry, &arena, text_of(names[i]));
        assert_non_null(found);
        assert_string_equal(found->code, "IND_A");
    }
    assert_string_equal(find_indikator(&loaded.registry, &arena, TEXT("trygghet"))->code, "IND_B");
    assert_null(find_indikator(&loaded.registry, &arena, TEXT("Sjukfrånvaro dag 1-14")));
    assert_null(find_indikator(&loaded.registry, &arena, TEXT("")));
    assert_null(find_indikator(&loaded.registry, &arena, TEXT("IND_A"))); /* as exports are matched: by names */
    assert_null(find_indikator(&(struct registry){0}, &arena, TEXT("Sjukfrånvaro")));
    arena_free(&arena);
    release(&loaded);
}

/* ---- units ---- */
WRONG(a_unit_of_an_unknown_district_names_the_near_one, DISTRICTS, "enheter: [{stadsdel: SND_A, name: E}]\n", NULL,
      "e:1:22: enheter[E].stadsdel: \"SND_A\" is not the code of a district; did you mean \"SDN_A\"?\n")
WRONG(two_districts_may_have_units_of_one_name, DISTRICTS,
      "enheter: [{stadsdel: SDN_A, name: E}, {stadsdel: SDN_D, name: E}]\n", NULL, "")
WRONG(one_district_may_not_have_two_units_of_one_name, DISTRICTS,
      "enheter: [{stadsdel: SDN_A, name: E 1}, {stadsdel: SDN_D, name: E 1}, {stadsdel: SDN_A, name: X, aliases: "
      "[e1]}]\n",
      NULL, "e:1:108: enheter[X].aliases[1]: \"e1\" already names another entry as \"E 1\" (line 1)\n")
WRONG(units_one_after_the_other_may_share_a_name, DISTRICTS,
      "enheter:\n  - {stadsdel: SDN_A, name: E, valid_to: 2020-12-31}\n"
      "  - {stadsdel: SDN_A, name: E, valid_from: 2021-01-01}\n",
      NULL, "")

/* ---- indicators ---- */
#define BARE "kind: andel, kon_mening: egen_andel"
WRONG(an_indicator_twice_is_refused, DISTRICTS, NULL,
      "indikatorer:\n  - {code: IND_A, name: 'Andel \"a\" (b).', " BARE "}\n  - {code: IND_B, name: Andel a b, " BARE
      "}\n",
      "i:3:25: indikatorer[IND_B].name: \"Andel a b\" already names another entry as \"Andel \"a\" (b).\" (line 2)\n")
WRONG(names_that_differ_in_their_end_are_two_indicators, DISTRICTS, NULL,
      "indikatorer:\n  - {code: IND_A, name: Sjuk, " BARE "}\n  - {code: IND_B, name: Sjuk dag 1-14, " BARE "}\n", "")
WRONG(an_unknown_kind_is_refused, DISTRICTS, NULL,
      "indikatorer: [{code: IND_A, name: A, kind: procent, kon_mening: egen_andel}]\n",
      "i:1:44: indikatorer[IND_A].kind: \"procent\" is not known (expected andel, antal, index, belopp or kvot)\n")
WRONG(
    an_indicator_needs_its_meaning_by_sex, DISTRICTS, NULL, "indikatorer: [{code: IND_A, name: A, kind: andel}]\n",
    "i:1:15: indikatorer[IND_A].kon_mening: is missing (expected egen_andel, eget_antal, andel_av_total or delsumma)\n")
WRONG(a_threshold_out_of_range_is_refused, DISTRICTS, NULL,
      "indikatorer: [{code: IND_A, name: A, " BARE ", disclosure_threshold: -1}]\n",
      "i:1:97: indikatorer[IND_A].disclosure_threshold: -1 is out of range (expected 0 to 1000)\n")
WRONG(problems_of_several_files_stand_file_by_file, "stadsdelar: [{code: SDN_A, name: ''}]\n", "enheter: [{}]\n", NULL,
      "d:1:34: stadsdelar[SDN_A].name: is empty (expected a text)\n"
      "e:1:11: enheter[1].stadsdel: is missing (expected a code of A-Z, 0-9, _ that begins with a letter)\n"
      "e:1:11: enheter[1].name: is missing (expected a text)\n")

/* ---- looking up ---- */

static void assert_found(const struct registry *registry, const char *name, const char *code)
{
    const struct stadsdel *found = find_stadsdel(registry, name);
    if (!found != !code || (found && strcmp(found->code, code) != 0))
        fail_msg("\"%s\" is %s", name, found ? found->code : "unknown");
}

static void a_district_is_found_by_every_name_it_goes_by(void **state)
{
    struct loaded loaded;
    (void)state;
    load(DISTRICTS, NULL, NULL, &loaded);
    static const char *const names[] = {"Alfa",
                                        "  ALFA ",
                                        "SDN_A",
                                        "Första",
                                        "Alfa stadsdelsnämnd",
                                        "Alfas stadsdelsnämnd",
                                        "Alfa stadsdelsförvaltning",
                                        "Alfa SDN",
                                        "alfa sdf",
                                        "Alfa stadsdelsområde",
                                        "Första stadsdelsnämnd",
                                        "*Alfa*"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_found(&loaded.registry, names[i], "SDN_A");
    assert_found(&loaded.registry, "beta – gamma", "SDN_B");
    assert_found(&loaded.registry, "Alfa-Beta", NULL);
    assert_found(&loaded.registry, "Alf", NULL);
    assert_found(&loaded.registry, "Alfas", NULL); /* the genitive only before what belongs to it */
    assert_found(&loaded.registry, "stadsdelsnämnd", NULL);
    assert_found(&loaded.registry, "", NULL);
    assert_found(&loaded.registry, "\xff", NULL);
    release(&loaded);
}

static void an_empty_registry_knows_nobody(void **state)
{
    const struct registry registry = {0};
    (void)state;
    assert_found(&registry, "Bromma", NULL);
}

/* ---- the real ones; the tests run in the project's folder ---- */

static char *file_text(const char *path)
{
    char *text, buffer[4096];
    size_t size;
    FILE *in = fopen(path, "r");
    if (!in) return NULL;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    for (size_t n; (n = fread(buffer, 1, sizeof buffer, in)) > 0;)
        assert_int_equal(fwrite(buffer, 1, n, out), n);
    assert_int_equal(fclose(out), 0);
    (void)fclose(in);
    return text;
}

static void load_real(struct loaded *ret)
{
    char *d = file_text("config/stadsdelar.yaml"), *e = file_text("config/enheter.yaml"),
         *i = file_text("config/indikatorer.yaml");
    assert_true(d && e && i);
    load(d, e, i, ret);
    assert_string_equal(ret->problems, "");
    free(d);
    free(e);
    free(i);
}

static void the_registry_holds_every_district_and_where_the_former_ones_went(void **state)
{
    static const char *const present[] = {
        "Bromma",      "Enskede-Årsta-Vantör", "Farsta",    "Hägersten-Älvsjö", "Hässelby-Vällingby", "Järva",
        "Kungsholmen", "Norra innerstaden",    "Skarpnäck", "Skärholmen",       "Södermalm"};
    static const char *const former[][3] = {{"Hägersten-Liljeholmen", "Hägersten-Älvsjö", "2020-07-01"},
                                            {"Älvsjö", "Hägersten-Älvsjö", "2020-07-01"},
                                            {"Rinkeby-Kista", "Järva", "2023-07-01"},
                                            {"Spånga-Tensta", "Järva", "2023-07-01"},
                                            {"Norrmalm", "Norra innerstaden", "2023-07-01"},
                                            {"Östermalm", "Norra innerstaden", "2023-07-01"}};
    struct loaded loaded;
    (void)state;
    load_real(&loaded);
    const struct registry *r = &loaded.registry;
    assert_int_equal(r->stadsdel_count, 11 + 6);
    assert_int_equal(r->succession_count, 6);
    for (size_t i = 0; i < sizeof present / sizeof *present; i++) {
        const struct stadsdel *found = find_stadsdel(r, present[i]);
        assert_non_null(found);
        assert_null(found->valid_to);
    }
    for (size_t i = 0; i < sizeof former / sizeof *former; i++) {
        const struct stadsdel *from = find_stadsdel(r, former[i][0]);
        const struct stadsdel *to = find_stadsdel(r, former[i][1]);
        assert_non_null(from);
        assert_non_null(from->valid_to);
        assert_string_equal(to->valid_from, former[i][2]);
        assert_string_equal(r->successions[i].from, from->code);
        assert_string_equal(r->successions[i].to, to->code);
        assert_string_equal(r->successions[i].date, former[i][2]);
    }
    assert_found(r, "Kungsholmens stadsdelsnämnd", "SDN_KUN");
    assert_found(r, "Norra innerstadens stadsdelsförvaltning", "SDN_NI");
    release(&loaded);
}

static bool knows_indikator(const struct registry *r, struct arena *arena, struct text name)
{
    struct text key = fold_key(arena, name);
    for (size_t i = 0; i < r->indikator_count; i++) {
        const struct indikator_entry *entry = &r->indikatorer[i];
        if (text_equal(fold_key(arena, text_of(entry->name)), key)) return true;
        for (size_t k = 0; k < entry->alias_count; k++)
            if (text_equal(fold_key(arena, text_of(entry->aliases[k])), key)) return true;
    }
    return false;
}

static bool knows_enhet(const struct registry *r, struct arena *arena, struct text name)
{
    struct text key = fold_key(arena, name);
    for (size_t i = 0; i < r->enhet_count; i++)
        if (text_equal(fold_key(arena, text_of(r->enheter[i].name)), key)) return true;
    return false;
}

static struct text field(struct text line, unsigned number) /* of a tab-separated line, from 0 */
{
    size_t tab;
    for (; number > 0 && (tab = text_find(line, "\t")) != SIZE_MAX; number--)
        line = text_from(line, tab + 1);
    tab = text_find(line, "\t");
    return number ? (struct text){0} : text_part(line, 0, tab == SIZE_MAX ? line.len : tab);
}

/* How many rows of the file name an indicator or unit; each must be in the registries. */
static size_t check_names_of(const struct registry *r, const char *path)
{
    struct arena arena = {0};
    char *text = file_text(path);
    size_t rows = 0;
    for (char *line = text, *next; line && *line; line = next) {
        next = line + strcspn(line, "\n");
        struct text row = text_make(line, (size_t)(next - line));
        if (*next) next++;
        if (line == text) continue; /* the header */
        struct text enhet = field(row, 3), indikator = field(row, 8);
        if (!knows_indikator(r, &arena, indikator)) fail_msg("%s: indicator \"%.*s\"", path, TEXT_ARGS(indikator));
        if (enhet.len && !knows_enhet(r, &arena, enhet)) fail_msg("%s: unit \"%.*s\"", path, TEXT_ARGS(enhet));
        rows++;
    }
    free(text);
    arena_free(&arena);
    return rows;
}

static void the_registries_know_every_name_of_the_real_exports(void **state)
{
    static const char *const files[] = {"hasselby-vallingby-vb2022", "kungsholmen-socialtjanst-vb2024",
                                        "kungsholmen-vb2021"};
    struct loaded loaded;
    size_t rows = 0;
    (void)state;
    load_real(&loaded);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[128];
        (void)snprintf(path, sizeof path, "../shared/truth/%s.indikator.tsv", files[i]);
        rows += check_names_of(&loaded.registry, path);
    }
    if (rows == 0) print_message("the real exports (../shared/truth) are not here: their names were not checked\n");
    release(&loaded);
    if (rows == 0) skip();
}

static void every_indicator_says_all_that_the_warehouse_needs(void **state)
{
    struct loaded loaded;
    (void)state;
    load_real(&loaded);
    for (size_t i = 0; i < loaded.registry.indikator_count; i++) {
        const struct indikator_entry *entry = &loaded.registry.indikatorer[i];
        assert_memory_equal(entry->code, "IND_", 4);
        assert_true(entry->disclosure_threshold > 0);
        if (!strcmp(entry->kind, "andel")) assert_string_equal(entry->unit, "%");
        if (!strcmp(entry->kind, "antal")) assert_string_not_equal(entry->kon_mening, "egen_andel");
    }
    assert_int_equal(loaded.registry.indikator_count, 105);
    release(&loaded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_twice_is_refused),
        cmocka_unit_test(a_name_twice_is_refused_however_it_is_written),
        cmocka_unit_test(an_alias_that_is_another_ones_name_is_refused),
        cmocka_unit_test(an_entry_may_repeat_itself),
        cmocka_unit_test(a_day_that_does_not_exist_is_refused),
        cmocka_unit_test(a_date_in_another_form_is_refused),
        cmocka_unit_test(an_end_before_the_beginning_is_refused),
        cmocka_unit_test(a_code_of_small_letters_is_refused),
        cmocka_unit_test(no_district_is_too_few),
        cmocka_unit_test(a_key_of_another_registry_is_unknown),
        cmocka_unit_test(a_succession_to_an_unknown_code_names_the_near_one),
        cmocka_unit_test(a_succession_from_an_unknown_code_is_refused),
        cmocka_unit_test(a_succession_before_the_end_is_refused),
        cmocka_unit_test(a_succession_before_the_successor_is_refused),
        cmocka_unit_test(a_succession_to_itself_is_refused),
        cmocka_unit_test(an_indicator_may_have_severities_of_its_own),
        cmocka_unit_test(an_unknown_rule_of_an_indicator_names_the_near_one),
        cmocka_unit_test(a_rule_of_an_indicator_that_cannot_be_chosen_is_refused),
        cmocka_unit_test(a_rule_about_no_indicator_is_refused_in_an_indicators_entry),
        cmocka_unit_test(an_unknown_severity_of_an_indicator_is_refused),
        cmocka_unit_test(severities_of_an_indicator_are_a_map),
        cmocka_unit_test(an_indicators_own_severity_beats_the_configurations_and_the_rules),
        cmocka_unit_test(an_indicator_is_found_by_any_of_its_names_however_written),
        cmocka_unit_test(a_unit_of_an_unknown_district_names_the_near_one),
        cmocka_unit_test(two_districts_may_have_units_of_one_name),
        cmocka_unit_test(one_district_may_not_have_two_units_of_one_name),
        cmocka_unit_test(units_one_after_the_other_may_share_a_name),
        cmocka_unit_test(an_indicator_twice_is_refused),
        cmocka_unit_test(names_that_differ_in_their_end_are_two_indicators),
        cmocka_unit_test(an_unknown_kind_is_refused),
        cmocka_unit_test(an_indicator_needs_its_meaning_by_sex),
        cmocka_unit_test(a_threshold_out_of_range_is_refused),
        cmocka_unit_test(problems_of_several_files_stand_file_by_file),
        cmocka_unit_test(a_district_is_found_by_every_name_it_goes_by),
        cmocka_unit_test(an_empty_registry_knows_nobody),
        cmocka_unit_test(the_registry_holds_every_district_and_where_the_former_ones_went),
        cmocka_unit_test(the_registries_know_every_name_of_the_real_exports),
        cmocka_unit_test(every_indicator_says_all_that_the_warehouse_needs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
