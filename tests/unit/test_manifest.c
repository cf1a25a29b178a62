/* Manifests: what is written is read again, and one that is damaged, or that lacked something, claims nothing. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "etl/audit/manifest.h"
#include "etl/json_read.h"
#include "tests/unit/scarce_calls.h"

#define ASSERT_OK(call)                                                                                                \
    do {                                                                                                               \
        if ((call) != 0) fail_msg("%s", err.message);                                                                  \
    } while (0)

#define RULES                                                                                                          \
    "archive: {path: a}\nregistries: {stadsdelar: s.yaml}\n"                                                           \
    "sources: [{name: a, url: 'https://example.org/a', connector: delimited}]\n"
#define DISTRICTS "stadsdelar:\n  - {code: SDN_A, name: A}\n"
#define ZEROS     "0000000000000000000000000000000000000000000000000000000000000000"
#define ONES      "1111111111111111111111111111111111111111111111111111111111111111"

static char folder[] = "/tmp/stadslager-claim-XXXXXX", path[64], archive_path[64];
static struct archive *archive;
static struct config in_force;
static char *good; /* a manifest by RULES */

/* A replay of two runs and three loads, of which the last is no part of it. */
static const int years[] = {2022, 2023};
static const char *const districts[] = {"SDN_A", "SDN_B"};
static struct replay_run runs[] = {{1, ONES, "1", true}, {2, ONES, "2", false}, {3, ZEROS, "2", true}};
static struct replay_load loads[] = {{1, 1, "a", ONES, "https://a", "delimited", ONES, "2024-01-01T00:00:00Z", 7, true,
                                      years, 2, districts, 2, "{\"rows_read\": 7}", 0, REPLAY_FACTS, false},
                                     {2, 2, "a", ONES, "https://a", "delimited", ONES, "2024-01-02T00:00:00Z", 7, true,
                                      years, 1, districts, 1, "no json", 0, REPLAY_FACTS, true},
                                     {3, 2, "b", ZEROS, "https://b", "delimited", ONES, "2024-01-02T00:00:00Z", 8,
                                      false, NULL, 0, NULL, 0, "{}", 1, REPLAY_NAMES, false},
                                     {4, 2, "c", ZEROS, "https://c", "delimited", ONES, "2024-01-02T00:00:00Z", 8,
                                      false, NULL, 0, NULL, 0, "{}", 2, REPLAY_SKIP, false}};
static struct replay_snapshot snapshots[] = {{ONES, {"text", 4}, {1, 1, 1, 1}, true}, {ZEROS, {"none", 4}, {0}, false}};
static struct digest_group groups[] = {{FACT_UTFALL, "SDN_A", "20230000", 3, ONES},
                                       {FACT_ARSMAL, "SDN_A", "20230000", 1, ZEROS}};

static int print(const struct config *by, bool derivable, char **ret_text, struct error *err)
{
    static const struct replay replay = {.year = 2023,
                                         .runs = runs,
                                         .run_count = 3,
                                         .loads = loads,
                                         .load_count = 4,
                                         .snapshots = snapshots,
                                         .snapshot_count = 2,
                                         .years = {[2022] = true, [2023] = true}};
    static const struct derived whole;
    const struct derived blamed = {.fault = {.class = EXIT_REFUSED, .message = "damaged"}, .fault_load = &loads[0]};
    const struct comparison same = {.warehouse = {.groups = groups, .count = 2, .root = ONES},
                                    .derived = {.groups = groups, .count = 2, .root = ONES}};
    json_t *waivers = json_array();
    const struct manifest manifest = {.replay = &replay,
                                      .as_of = derivable ? NULL : "2024-01-01",
                                      .rules = by,
                                      .archive = archive,
                                      .comparison = derivable ? &same : NULL,
                                      .derived = derivable ? &whole : &blamed,
                                      .waivers = waivers,
                                      .verdict = "identical"};
    char sha256[HASH_SIZE];
    if (!waivers) return error_memory(err);
    int rc = manifest_print(&manifest, ret_text, sha256, err);
    json_decref(waivers);
    return rc;
}

static void write_file(const char *text)
{
    FILE *f = fopen(path, "we");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static int begin(void **state)
{
    struct error err;
    const size_t parts[CONFIG_PARTS] = {sizeof RULES - 1, sizeof DISTRICTS - 1};
    (void)state;
    refuse(0, REFUSED);
    if (!mkdtemp(folder)) return -1;
    (void)snprintf(path, sizeof path, "%s/m.json", folder);
    (void)snprintf(archive_path, sizeof archive_path, "%s/archive", folder);
    if (archive_open(archive_path, &archive, &err) ||
        config_load_text("rules", text_of(RULES DISTRICTS), parts, stderr, &in_force, &err) ||
        print(&in_force, true, &good, &err)) {
        fprintf(stderr, "%s\n", err.message);
        return -1;
    }
    return 0;
}

static int remove_one(const char *name, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(name);
}

static int end(void **state)
{
    (void)state;
    free(good);
    config_free(&in_force);
    archive_close(archive);
    return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void what_is_written_is_read_again(void **state)
{
    struct claim claim;
    struct error err;
    char *recorded;
    (void)state;
    write_file(good);
    ASSERT_OK(manifest_read(path, &claim, &err));
    assert_true(claim.has_rules);
    assert_string_equal(claim.rules.hash, in_force.hash);
    assert_string_equal(claim.verdict, "identical");
    assert_int_equal(claim.replay.year, 2023);
    assert_true(claim.replay.years[2022] && claim.replay.years[2023] && !claim.replay.years[2021]);
    assert_int_equal(claim.replay.load_count, 3);
    assert_int_equal(claim.replay.loads[0].mode, REPLAY_FACTS);
    assert_int_equal(claim.replay.loads[0].years[1], 2023);
    assert_string_equal(claim.replay.loads[0].districts[1], "SDN_B");
    assert_true(claim.replay.loads[1].repeats);
    assert_int_equal(claim.replay.loads[2].mode, REPLAY_NAMES);
    assert_int_equal(claim.replay.loads[1].source_nr, claim.replay.loads[0].source_nr);
    assert_int_equal(digests_rows(&claim.warehouse), 4);
    claim_free(&claim);
    ASSERT_OK(print(NULL, true, &recorded, &err));
    write_file(recorded);
    free(recorded);
    ASSERT_OK(manifest_read(path, &claim, &err));
    assert_false(claim.has_rules);
    assert_int_equal(claim.replay.run_count, 3);
    assert_int_equal(claim.replay.snapshot_count, 2);
    assert_true(replay_snapshot(&claim.replay, ONES)->has_parts);
    assert_false(replay_snapshot(&claim.replay, ZEROS)->has_parts);
    claim_free(&claim);
}

static void assert_refused(const char *text, const char *why)
{
    struct claim claim;
    struct error err;
    write_file(text);
    assert_int_equal(manifest_read(path, &claim, &err), -1);
    assert_int_equal(err.class, EXIT_REFUSED);
    if (!strstr(err.message, why)) fail_msg("\"%s\" does not say \"%s\"", err.message, why);
}

/* The manifest with another VALUE (JSON; NULL: none) at PLACE, "a/0/b". */
static void assert_refused_with(const char *place, const char *value, const char *why)
{
    json_t *all = json_loads(good, 0, NULL), *at = all;
    char key[80];
    for (const char *rest = place;;) {
        size_t len = strcspn(rest, "/");
        (void)snprintf(key, sizeof key, "%.*s", (int)len, rest);
        if (!rest[len]) break;
        at = json_is_array(at) ? json_array_get(at, strtoul(key, NULL, 10)) : json_object_get(at, key);
        rest += len + 1;
    }
    json_t *other = value ? json_loads(value, JSON_DECODE_ANY, NULL) : NULL;
    assert_true(!value || other);
    if (json_is_array(at))
        assert_int_equal(json_array_set_new(at, strtoul(key, NULL, 10), other), 0);
    else
        assert_int_equal(other ? json_object_set_new(at, key, other) : json_object_del(at, key), 0);
    char *text = json_dumps(all, 0);
    assert_refused(text, why);
    free(text);
    json_decref(all);
}

static void a_manifest_that_is_damaged_anywhere_is_refused(void **state)
{
    static const struct {
        const char *place, *value;
    } damages[] = {{"year", NULL},
                   {"year", "\"2023\""},
                   {"year", "-1"},
                   {"year", "2200"},
                   {"year", "4294969319"}, /* 2023, were it cut to 32 bits */
                   {"years_derived", NULL},
                   {"years_derived", "{}"},
                   {"years_derived/0", "\"2022\""},
                   {"years_derived/1", "-1"},
                   {"years_derived/1", "2200"},
                   {"verdict", NULL},
                   {"rules", "1"},
                   {"runs", NULL},
                   {"runs/0", "1"},
                   {"runs/0/id", "1.0"},
                   {"runs/1/id", "1"}, /* not in order: they are searched by halves */
                   {"runs/0/configuration", NULL},
                   {"runs/0/program", "null"},
                   {"runs/0/synced", "1"},
                   {"loads", "{}"},
                   {"loads/0/id", NULL},
                   {"loads/1/id", "1"},
                   {"loads/0/run", "\"1\""},
                   {"loads/0/source", NULL},
                   {"loads/0/sha256", "\"../../../etc/passwd\""},
                   {"loads/0/url", NULL},
                   {"loads/0/connector", NULL},
                   {"loads/0/configuration", NULL},
                   {"loads/0/published_at", NULL},
                   {"loads/0/bytes", NULL},
                   {"loads/0/complete", "\"true\""},
                   {"loads/0/repeats", NULL},
                   {"loads/0/mode", "\"skip\""},
                   {"loads/0/mode", NULL},
                   {"loads/0/years", NULL},
                   {"loads/0/years/0", "\"2022\""},
                   {"loads/0/years/0", "99999"},
                   {"loads/0/districts", "\"SDN_A\""},
                   {"loads/0/districts/1", "1"},
                   {"configurations", "[]"},
                   {"configurations/x", "{\"text\": 1, \"parts\": null}"},
                   {"configurations/x", "{\"text\": \"\"}"},
                   {"configurations/x", "{\"text\": \"\", \"parts\": [0, 0, 0]}"},
                   {"configurations/x", "{\"text\": \"\", \"parts\": [0, 0, 0, \"0\"]}"},
                   {"digests/warehouse", "[]"},
                   {"digests/warehouse/groups", "{}"},
                   {"digests/warehouse/groups/0", "1"},
                   {"digests/warehouse/groups/0/table", "\"fact_annat\""},
                   {"digests/warehouse/groups/0/stadsdel", NULL},
                   {"digests/warehouse/groups/0/period", "20230000"},
                   {"digests/warehouse/groups/0/rows", "\"3\""},
                   {"digests/warehouse/groups/0/sha256", "\"11\""}};
    (void)state;
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++)
        assert_refused_with(damages[i].place, damages[i].value, "the manifest is damaged");
}

static void what_is_no_manifest_or_holds_no_digests_or_other_rules_than_it_names_is_refused(void **state)
{
    char *undecided, other[128];
    struct error err;
    (void)state;
    assert_refused("", "m.json:");
    assert_refused("{\"schema\": 1, \"schema\": 1}", "m.json:1: ");
    assert_refused("[]", "is not a manifest of schema \"stadslager-audit/1\"");
    assert_refused_with("schema", NULL, "is not a manifest of schema");
    assert_refused_with("schema", "\"stadslager-audit/2\"", "is not a manifest of schema");
    ASSERT_OK(print(&in_force, false, &undecided, &err));
    assert_refused(undecided, "holds no digests: its year could not be derived");
    free(undecided);
    assert_refused_with("rules", "\"" ZEROS "\"", "the manifest does not hold its rules 000000000000");
    (void)snprintf(other, sizeof other, "configurations/%s/text", in_force.hash);
    assert_refused_with(other, "\"\"", "the rules that the manifest calls ");
}

static void rules_that_are_no_configuration_are_an_error(void **state)
{
    struct claim claim;
    struct error err;
    (void)state;
    json_t *all = json_loads(good, 0, NULL);
    json_t *one = json_object_get(json_object_get(all, "configurations"), in_force.hash);
    assert_int_equal(json_object_set_new(one, "parts", json_pack("[i,i,i,i]", 1, 2, 3, 4)), 0);
    char *text = json_dumps(all, 0);
    write_file(text);
    assert_int_equal(manifest_read(path, &claim, &err), -1);
    assert_int_equal(err.class, EXIT_CONFIG);
    assert_string_equal(err.message, "the manifest's rules: its parts do not add up to its length");
    free(text);
    json_decref(all);
    assert_int_equal(manifest_read("/nowhere/at/all.json", &claim, &err), -1);
    assert_int_equal(err.class, EXIT_USAGE);
}

/* A manifest tells when it was made; the rest of two of them is the same. */
static void assert_same_manifest(const char *one, const char *other)
{
    json_t *a = json_loads(one, 0, NULL), *b = json_loads(other, 0, NULL);
    assert_int_equal(json_object_set(a, "made_at", json_object_get(b, "made_at")), 0);
    assert_true(json_equal(a, b));
    json_decref(a);
    json_decref(b);
}

static void assert_printed_whole_or_not(const struct config *by, bool derivable)
{
    char *whole, *text;
    struct error err;
    long n = 1;
    refuse(0, REFUSED);
    ASSERT_OK(print(by, derivable, &whole, &err));
    for (long count = requests; n <= count + 1; n++) {
        err = (struct error){0};
        refuse(n, REFUSED);
        int rc = print(by, derivable, &text, &err);
        refused_at = 0;
        if (rc) {
            assert_true(err.class == EXIT_INTERNAL && *err.message);
            continue;
        }
        assert_same_manifest(whole, text);
        free(text);
    }
    assert_true(n > 100);
    free(whole);
}

static void a_manifest_that_lacks_memory_is_none_and_never_one_with_a_part_missing(void **state)
{
    (void)state;
    assert_printed_whole_or_not(&in_force, true);
    assert_printed_whole_or_not(NULL, true);
    assert_printed_whole_or_not(NULL, false);
}

static void a_manifest_that_is_read_without_memory_claims_nothing(void **state)
{
    struct claim claim;
    struct error err;
    (void)state;
    write_file(good);
    refuse(0, REFUSED);
    ASSERT_OK(manifest_read(path, &claim, &err));
    claim_free(&claim);
    for (long n = 1, count = requests; n <= count; n++) {
        refuse(n, REFUSED);
        int rc = manifest_read(path, &claim, &err);
        refused_at = 0;
        if (rc == 0) {
            assert_int_equal(claim.replay.load_count, 3);
            assert_int_equal(digests_rows(&claim.warehouse), 4);
            claim_free(&claim);
        } else if (err.class != EXIT_INTERNAL) {
            fail_msg("call %ld: %s", n, err.message);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(a_manifest_that_is_damaged_anywhere_is_refused),
        cmocka_unit_test(what_is_no_manifest_or_holds_no_digests_or_other_rules_than_it_names_is_refused),
        cmocka_unit_test(rules_that_are_no_configuration_are_an_error),
        cmocka_unit_test(a_manifest_that_lacks_memory_is_none_and_never_one_with_a_part_missing),
        cmocka_unit_test(a_manifest_that_is_read_without_memory_claims_nothing),
    };
    json_set_alloc_funcs(give, free);
    json_read_watch_memory(give);
    return cmocka_run_group_tests(tests, begin, end);
}
