/* The configuration: defaults, a file with every key, and what is said about wrong ones, word for word. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "etl/base/hash.h"
#include "etl/cmd.h"
#include "etl/config/config_read.h"

#define CONF     "conf.yaml"
#define TOP      "archive: {path: a}\nregistries: {stadsdelar: stadsdelar.yaml}\n"
#define SOURCE_A "{name: a, url: 'https://example.org/a', connector: delimited}"
#define SOURCES  "sources: [" SOURCE_A "]\n"
#define MINIMAL  TOP SOURCES
#define C        CONF ":"

static char project[PATH_MAX], folder[] = "/tmp/test_config.XXXXXX";
static const char *const fixtures[] = {"stadsdelar.yaml", "enheter.yaml", "indikatorer.yaml", "good.yaml"};

static int enter_folder(void **state)
{
    (void)state;
    if (!getcwd(project, sizeof project) || !mkdtemp(folder) || chdir(folder) < 0) return -1;
    for (size_t i = 0; i < sizeof fixtures / sizeof *fixtures; i++) {
        char path[PATH_MAX + 64];
        (void)snprintf(path, sizeof path, "%s/tests/fixtures/config/%s", project, fixtures[i]);
        if (access(path, R_OK) < 0 || symlink(path, fixtures[i]) < 0) return -1;
    }
    return 0;
}

static int leave_folder(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof fixtures / sizeof *fixtures; i++)
        (void)unlink(fixtures[i]);
    (void)unlink(CONF);
    (void)unlink("other.yaml");
    (void)unlink("out");
    if (chdir(project) < 0) return -1;
    return rmdir(folder);
}

static void write_file(const char *path, const void *bytes, size_t size)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, size, f), size);
    assert_int_equal(fclose(f), 0);
}

/* Loads PATH; what it says about it is in RET_PROBLEMS, to be freed. */
static int load(const char *path, char **ret_problems, struct config *ret_config, struct error *err)
{
    size_t size;
    FILE *out = open_memstream(ret_problems, &size);
    assert_non_null(out);
    int rc = config_load(path, out, ret_config, err);
    assert_int_equal(fclose(out), 0);
    return rc;
}

static void expect_bytes(const char *yaml, size_t size, const char *expected)
{
    struct config config;
    struct error err;
    char *problems, message[64];
    size_t lines = 0;
    write_file(CONF, yaml, size);
    assert_int_equal(load(CONF, &problems, &config, &err), -1);
    assert_string_equal(problems, expected);
    for (const char *p = expected; *p; p++)
        lines += *p == '\n';
    (void)snprintf(message, sizeof message, CONF ": %zu problem%s in the configuration", lines, lines == 1 ? "" : "s");
    assert_string_equal(err.message, message);
    assert_int_equal(err.class, EXIT_CONFIG);
    free(problems);
}

#define WRONG(name, yaml, expected)                                                                                    \
    static void name(void **state)                                                                                     \
    {                                                                                                                  \
        (void)state;                                                                                                   \
        expect_bytes(yaml, strlen(yaml), expected);                                                                    \
    }

/* ---- keys ---- */
WRONG(an_unknown_key_names_the_near_one, "fetch:\n  paralel: 4\n" MINIMAL,
      C "2:3: fetch.paralel: unknown key; did you mean \"parallel\"?\n")
WRONG(swapped_neighbours_are_one_mistake, "fecth: {}\n" MINIMAL, C "1:1: fecth: unknown key; did you mean \"fetch\"?\n")
WRONG(an_unknown_key_far_from_all_lists_the_known_ones, "unknown: {kommunfullmaktige: add}\n" MINIMAL,
      C "1:11: unknown.kommunfullmaktige: unknown key (known here: enhet, indikator)\n")
WRONG(a_key_twice_names_the_first_line, "fetch:\n  parallel: 4\n  retries: 1\n  parallel: 5\n" MINIMAL,
      C "4:3: fetch.parallel: the key stands twice (first on line 2)\n")
WRONG(an_unknown_key_of_a_source_names_the_source,
      TOP "sources:\n  - name: a\n    url: https://example.org/a\n    connector: delimited\n    yeer: 2022\n",
      C "7:5: sources[a].yeer: unknown key; did you mean \"year\"?\n")
WRONG(a_registry_key_is_unknown_in_the_configuration, "enheter: []\n" MINIMAL,
      C "1:1: enheter: unknown key (known here: warehouse, archive, fetch, limits, load, observe, registries, report, "
        "unknown, rules, sources)\n")

/* ---- missing ---- */
WRONG(a_missing_section_is_reported_by_its_required_key, "registries: {stadsdelar: stadsdelar.yaml}\n" SOURCES,
      C "1:1: archive.path: is missing (expected a path)\n")
WRONG(a_missing_key_is_reported_at_its_section,
      "registries: {stadsdelar: stadsdelar.yaml}\n" SOURCES "archive:\n  {}\n",
      C "4:3: archive.path: is missing (expected a path)\n")
WRONG(a_section_of_comments_only_is_empty,
      "registries: {stadsdelar: stadsdelar.yaml}\n" SOURCES "fetch:\n  # nothing\narchive:\n",
      C "5:9: archive.path: is missing (expected a path)\n")
WRONG(missing_sources_are_reported, TOP, C "1:1: sources: is missing (expected a list)\n")
WRONG(no_source_is_too_few, TOP "sources: []\n", C "3:10: sources: is empty (expected at least one)\n")
WRONG(a_source_without_its_keys_misses_each, TOP "sources:\n  - complete: true\n",
      C "4:5: sources[1].name: is missing (expected a name of a-z, 0-9, -)\n" C
        "4:5: sources[1].url: is missing (expected a URL)\n" C
        "4:5: sources[1].connector: is missing (expected rapporttext, delimited or xlsx)\n")
WRONG(a_key_without_value_is_reported, "fetch:\n  parallel:\n  retries: 1\n" MINIMAL,
      C "2:12: fetch.parallel: has no value (expected 1 to 64)\n")

/* ---- values ---- */
WRONG(words_are_no_whole_number, "fetch: {parallel: x}\n" MINIMAL,
      C "1:19: fetch.parallel: \"x\" is not a whole number (expected 1 to 64)\n")
WRONG(a_decimal_is_no_whole_number, "fetch: {parallel: 4.5}\n" MINIMAL,
      C "1:19: fetch.parallel: \"4.5\" is not a whole number (expected 1 to 64)\n")
WRONG(a_number_above_the_range_is_reported, "fetch: {parallel: 65}\n" MINIMAL,
      C "1:19: fetch.parallel: 65 is out of range (expected 1 to 64)\n")
WRONG(more_workers_than_a_year_can_use_are_reported, "load: {workers: 9}\n" MINIMAL,
      C "1:17: load.workers: 9 is out of range (expected 1 to 8)\n")
WRONG(no_worker_at_all_is_reported, "load: {workers: 0}\n" MINIMAL,
      C "1:17: load.workers: 0 is out of range (expected 1 to 8)\n")
WRONG(a_number_below_the_range_is_reported, "limits: {max_quarantined_pct: -1}\n" MINIMAL,
      C "1:31: limits.max_quarantined_pct: -1 is out of range (expected 0 to 100)\n")
WRONG(a_number_too_long_for_any_integer_is_reported, "fetch: {retries: 99999999999999999999}\n" MINIMAL,
      C "1:18: fetch.retries: \"99999999999999999999\" is not a whole number (expected 0 to 20)\n")
WRONG(a_size_in_a_unit_nobody_knows_is_reported, "fetch: {max_bytes: 2 GB}\n" MINIMAL,
      C "1:20: fetch.max_bytes: \"2 GB\" is not a size (expected 1 to 1 TiB, such as 1048576 or 1 MiB)\n")
WRONG(a_size_beyond_the_range_is_reported, "fetch: {max_bytes: 9999999 TiB}\n" MINIMAL,
      C "1:20: fetch.max_bytes: \"9999999 TiB\" is out of range (expected 1 to 1 TiB)\n")
WRONG(yes_is_no_truth_value, "fetch: {allow_http: yes}\n" MINIMAL,
      C "1:21: fetch.allow_http: \"yes\" is not a truth value (expected true or false)\n")
WRONG(a_word_that_is_no_choice_names_the_near_one, "unknown: {enhet: ad}\n" MINIMAL,
      C "1:18: unknown.enhet: \"ad\" is not known (expected quarantine or add); did you mean \"add\"?\n")
WRONG(a_list_where_a_text_belongs_is_reported, "warehouse: {dsn: [a]}\n" MINIMAL,
      C "1:18: warehouse.dsn: is a list (expected a text)\n")
WRONG(a_text_where_a_list_belongs_is_reported, TOP "sources: alla\n", C "3:10: sources: is a text (expected a list)\n")
WRONG(a_text_where_a_section_belongs_is_reported, "fetch: fast\n" MINIMAL, C "1:8: fetch: expected a section of keys\n")
WRONG(a_source_that_is_a_text_is_reported, TOP "sources: [a]\n", C "3:11: sources[1]: expected a map of keys\n")
WRONG(an_empty_path_is_reported, "registries: {stadsdelar: stadsdelar.yaml}\narchive: {path: ''}\n" SOURCES,
      C "2:17: archive.path: is empty (expected a path)\n")
WRONG(an_unknown_rule_names_the_near_one, "rules: {V-ANDELL: note}\n" MINIMAL,
      C "1:19: rules.V-ANDELL: is not a rule; did you mean \"V-ANDEL\"?\n")
WRONG(a_rule_that_rejects_by_nature_stays_as_it_is, "rules: {I-VARDE: note}\n" MINIMAL,
      C "1:18: rules.I-VARDE: the severity of this rule is fixed (reject): nothing could be loaded\n")
WRONG(a_rule_that_is_always_a_note_says_no_more_than_that, "rules: {T-KOLUMN: warn}\n" MINIMAL,
      C "1:19: rules.T-KOLUMN: the severity of this rule is fixed (note)\n")
WRONG(a_contradiction_is_never_softened, "rules: {L-DUBBLETT: warn}\n" MINIMAL,
      C "1:21: rules.L-DUBBLETT: the severity of this rule is fixed (reject): nothing could be loaded\n")
WRONG(a_severity_that_does_not_exist_is_reported, "rules: {V-ANDEL: error}\n" MINIMAL,
      C "1:18: rules.V-ANDEL: \"error\" is not known (expected reject, warn or note)\n")

/* ---- the warehouse ---- */
WRONG(a_password_in_the_dsn_is_refused_and_not_printed, "warehouse: {dsn: host=db password=hemligt}\n" MINIMAL,
      C
      "1:18: warehouse.dsn: holds a password (password), which does not belong in a configuration; put the connection "
      "string into a file that only the program can read and name it with warehouse.dsn_file\n")
WRONG(a_password_in_a_dsn_url_is_refused, "warehouse: {dsn: 'postgresql://u:hemligt@db/lager'}\n" MINIMAL,
      C
      "1:18: warehouse.dsn: holds a password (password), which does not belong in a configuration; put the connection "
      "string into a file that only the program can read and name it with warehouse.dsn_file\n")
WRONG(a_dsn_libpq_cannot_read_is_reported_without_it, "warehouse: {dsn: 'hemligt'}\n" MINIMAL,
      C
      "1:18: warehouse.dsn: is not a connection string of libpq (expected \"host=… dbname=…\" or \"postgresql://…\")\n")
WRONG(a_dsn_and_a_dsn_file_exclude_each_other, "warehouse: {dsn: host=db, dsn_file: f}\n" MINIMAL,
      C "1:37: warehouse.dsn_file: cannot stand beside warehouse.dsn (one of the two)\n")

/* ---- sources ---- */
#define SOURCE(more) TOP "sources:\n  - name: a\n    connector: delimited\n    " more "\n"
#define TEXT_SOURCE(more)                                                                                              \
    TOP "sources:\n  - name: a\n    url: https://example.org/a\n    connector: rapporttext\n    " more "\n"

WRONG(an_unknown_connector_lists_the_known_ones,
      TOP "sources: [{name: a, url: 'https://example.org/a', connector: pdf}]\n",
      C "3:62: sources[a].connector: \"pdf\" is not a connector (known: rapporttext, delimited or xlsx)\n")
WRONG(a_mistyped_connector_names_the_near_one,
      TOP "sources: [{name: a, url: 'https://example.org/a', connector: delimitered}]\n",
      C "3:62: sources[a].connector: \"delimitered\" is not a connector (known: rapporttext, delimited or xlsx); did "
        "you mean "
        "\"delimited\"?\n")
WRONG(two_sources_of_one_name_are_refused, TOP "sources:\n  - " SOURCE_A "\n  - " SOURCE_A "\n",
      C "5:12: sources[a].name: another source has this name (on line 4)\n")
WRONG(a_name_with_capitals_is_no_name,
      TOP "sources: [{name: Bromma 22, url: 'https://example.org/a', connector: delimited}]\n",
      C "3:18: sources[Bromma 22].name: \"Bromma 22\" is not a name (expected a name of a-z, 0-9, -)\n")
WRONG(http_is_refused_unless_allowed, SOURCE("url: http://example.org/a"),
      C "6:10: sources[a].url: http is not allowed (expected https, or set fetch.allow_http: true)\n")
WRONG(ftp_is_never_allowed, SOURCE("url: ftp://example.org/a"),
      C "6:10: sources[a].url: scheme \"ftp\" is not supported (expected https or http)\n")
WRONG(a_file_url_is_never_allowed, SOURCE("url: file:///etc/passwd"),
      C "6:10: sources[a].url: scheme \"file\" is not supported (expected https or http)\n")
WRONG(a_password_in_a_url_is_refused_and_not_printed, SOURCE("url: https://u:hemligt@example.org/a"),
      C "6:10: sources[a].url: a user or password inside a URL is not allowed (use credentials_file)\n")
WRONG(a_token_in_a_url_is_refused_and_not_printed, SOURCE("url: 'https://example.org/a?year=2023&Token=hemligt'"),
      C "6:10: sources[a].url: a secret inside a URL is not allowed (use credentials_file)\n")
WRONG(a_token_for_the_lineage_endpoint_is_refused,
      "observe: {openlineage_url: 'https://example.org/?api_key=hemligt'}\n" MINIMAL,
      C "1:28: observe.openlineage_url: a secret inside a URL is not allowed (use credentials_file)\n")
WRONG(a_report_that_is_none_is_reported, SOURCE("url: https://example.org/a\n    expected: [VB, T4]"),
      C "7:20: sources[a].expected[2]: \"T4\" is not a report (expected VB, T1 or T2)\n")
WRONG(a_url_without_scheme_is_reported, SOURCE("url: www.example.org/a"),
      C "6:10: sources[a].url: is not a URL (expected https://host/path)\n")
WRONG(a_mistyped_stadsdel_names_the_near_one, TEXT_SOURCE("year: 2022\n    stadsdel: Hässelby-Vällinby"),
      C "8:15: sources[a].stadsdel: \"Hässelby-Vällinby\" is not in the registry of districts; did you mean "
        "\"Hässelby-Vällingby\"?\n")
WRONG(a_stadsdel_of_another_city_is_reported, TEXT_SOURCE("year: 2022\n    stadsdel: Majorna-Linné"),
      C "8:15: sources[a].stadsdel: \"Majorna-Linné\" is not in the registry of districts\n")
WRONG(a_report_text_needs_stadsdel_and_year, TEXT_SOURCE("complete: true"),
      C "4:5: sources[a]: stadsdel is missing (a report text does not say it reliably)\n" C
        "4:5: sources[a]: year is missing (a report text does not say it reliably)\n")
WRONG(a_year_out_of_range_is_reported, TEXT_SOURCE("stadsdel: Bromma\n    year: 22"),
      C "8:11: sources[a].year: 22 is out of range (expected 1900 to 2199)\n")
WRONG(an_unknown_column_names_the_near_one, SOURCE("url: https://example.org/a\n    columns: {Mått: indicator}"),
      C "7:21: sources[a].columns.Mått: \"indicator\" is not known (expected stadsdel, enhet, indikator, utfall, "
        "utfall_man, "
        "utfall_kvinnor, foregaende, arsmal, kf_arsmal, period, matt_kolumn, varde, kon or mattenhet); did you mean "
        "\"indikator\"?\n")
WRONG(a_value_per_line_needs_the_column_that_says_which,
      SOURCE("url: https://example.org/a\n    columns: {Värde: varde}"),
      C "7:14: sources[a].columns: varde is there without matt_kolumn (one value per line takes both)\n")
WRONG(measures_need_their_column, SOURCE("url: https://example.org/a\n    measures: {Flickor: utfall_kvinnor}"),
      C "7:15: sources[a].measures: has no use without a column matt_kolumn (among columns)\n")
WRONG(a_measure_is_a_value_column,
      SOURCE("url: https://example.org/a\n    columns: {V: varde, M: matt_kolumn}\n"
             "    measures: {Datum: period}"),
      C "8:23: sources[a].measures.Datum: \"period\" is not known (expected utfall, utfall_man, utfall_kvinnor, "
        "foregaende, arsmal or kf_arsmal)\n")
WRONG(an_unknown_token_meaning_is_reported, SOURCE("url: https://example.org/a\n    tokens: {'..': dold}"),
      C "7:20: sources[a].tokens...: \"dold\" is not known (expected reported, suppressed, not_measured, missing, "
        "not_applicable or text)\n")
WRONG(a_separator_that_is_none_is_reported, SOURCE("url: https://example.org/a\n    separator: '|'"),
      C "7:16: sources[a].separator: \"|\" is not known (expected ;, , or tab)\n")
WRONG(an_encoding_that_is_not_read_is_reported, SOURCE("url: https://example.org/a\n    encoding: utf8"),
      C "7:15: sources[a].encoding: \"utf8\" is not known (expected utf-8, utf-16le or windows-1252); did you mean "
        "\"utf-8\"?\n")
WRONG(a_redirect_host_is_a_host_only, SOURCE("url: https://example.org/a\n    redirect_hosts: [a.se, 'https://b.se/']"),
      C
      "7:28: sources[a].redirect_hosts[2]: \"https://b.se/\" is not a host name (expected one like www.example.org)\n")

/* ---- files ---- */
WRONG(redirect_hosts_are_letters_digits_dots_and_hyphens,
      SOURCE("url: https://example.org/a\n    redirect_hosts: [[a], Www.Example-9.org, 'a_b', 'a:b', 'a~b', 'åb']"),
      C "7:22: sources[a].redirect_hosts[1]: expected a text\n" C
        "7:46: sources[a].redirect_hosts[3]: \"a_b\" is not a host name (expected one like www.example.org)\n" C
        "7:53: sources[a].redirect_hosts[4]: \"a:b\" is not a host name (expected one like www.example.org)\n" C
        "7:60: sources[a].redirect_hosts[5]: \"a~b\" is not a host name (expected one like www.example.org)\n" C
        "7:67: sources[a].redirect_hosts[6]: \"åb\" is not a host name (expected one like www.example.org)\n")
WRONG(a_report_that_is_a_list_is_no_report, SOURCE("url: https://example.org/a\n    expected: [[VB], VB, T4]"),
      C "7:16: sources[a].expected[1]: expected a text\n" C
        "7:26: sources[a].expected[3]: \"T4\" is not a report (expected VB, T1 or T2)\n")
WRONG(the_column_that_says_which_needs_the_value, SOURCE("url: https://example.org/a\n    columns: {M: matt_kolumn}"),
      C "7:14: sources[a].columns: matt_kolumn is there without varde (one value per line takes both)\n")
WRONG(a_column_that_is_a_list_has_no_value, SOURCE("url: https://example.org/a\n    columns: {V: [varde]}"),
      C "7:18: sources[a].columns.V: has no value (expected stadsdel, enhet, indikator, utfall, utfall_man, "
        "utfall_kvinnor, foregaende, arsmal, kf_arsmal, period, matt_kolumn, varde, kon or mattenhet)\n")
WRONG(each_unit_is_a_text_with_something_in_it, SOURCE("url: https://example.org/a\n    enheter: [[a], ~, '']"),
      C "7:15: sources[a].enheter[1]: expected a text\n" C "7:20: sources[a].enheter[2]: expected a text\n" C
        "7:23: sources[a].enheter[3]: is empty (expected a text)\n")
WRONG(a_url_that_curl_cannot_read_says_why, SOURCE("url: 'https://exa mple.org/a'"),
      C "6:10: sources[a].url: is not a URL: Bad hostname (expected https://host/path)\n")
WRONG(a_secret_is_found_behind_other_parts_of_a_query, SOURCE("url: 'https://example.org/a?b&c=2&Sig=x'"),
      C "6:10: sources[a].url: a secret inside a URL is not allowed (use credentials_file)\n")
WRONG(a_rule_far_from_all_is_no_rule, "rules: {XYZZY-PLUGH: note}\n" MINIMAL,
      C "1:22: rules.XYZZY-PLUGH: is not a rule\n")
WRONG(a_missing_registry_is_reported_where_it_is_named,
      "archive: {path: a}\nregistries: {stadsdelar: nej.yaml}\n" SOURCES,
      C "2:26: registries.stadsdelar: \"nej.yaml\" cannot be read: No such file or directory\n")
WRONG(an_empty_file_is_reported, "# nothing\n", C "1:1: the file is empty\n")
WRONG(a_list_at_the_top_is_reported, "- a\n", C "1:1: expected \"key: value\" lines at the top\n")
WRONG(what_is_not_yaml_is_reported_with_its_place, "fetch:\n  parallel: 4\n retries: 1\n",
      C "3:2: not YAML: did not find expected key while parsing a block mapping\n")
WRONG(aliases_and_anchors_are_refused, "fetch: &f {parallel: 4}\nlimits: *f\n",
      C "1:8: anchors (&) are not allowed: write the value out\n" C
        "2:9: aliases (*) are not allowed: write the value out\n")
WRONG(tags_are_refused, "fetch: {parallel: !!int 4}\n" MINIMAL, C "1:19: tags (!) are not allowed\n")
WRONG(a_second_document_is_refused, MINIMAL "---\n" MINIMAL, C "4:1: a second document begins here: a file holds one\n")
WRONG(a_key_that_is_a_list_is_refused, "? [a]\n: b\n", C "1:3: a key must be a text\n")
WRONG(deep_nesting_is_refused, "a: [[[[[[[[[[[[[[[[[[[[\n", C "1:19: nested too deeply\n")
WRONG(bytes_that_are_not_utf8_are_reported_with_their_place, "fetch: {} # f\xe4rg\n",
      C "1:15: not YAML: invalid trailing UTF-8 octet\n")
WRONG(an_escaped_nul_is_refused, "archive: {path: \"a\\0b\"}\n", C "1:17: a NUL byte stands in the value\n")
WRONG(a_control_character_cannot_forge_a_line, "fetch: {parallel: \"4\\n" CONF ":1:1: fine\"}\n" MINIMAL,
      C "1:19: fetch.parallel: \"4?" CONF ":1:1: fine\" is not a whole number (expected 1 to 64)\n")

WRONG(all_problems_are_reported_in_order_of_place,
      "fetch:\n  paralel: 4\n  retries: x\nlimits: {deadline_s: 0}\nregistries: {stadsdelar: stadsdelar.yaml}\n"
      "sources:\n  - {name: a, url: 'ftp://x.se/', connector: delimited}\n",
      C "1:1: archive.path: is missing (expected a path)\n" C
        "2:3: fetch.paralel: unknown key; did you mean \"parallel\"?\n" C
        "3:12: fetch.retries: \"x\" is not a whole number (expected 0 to 20)\n" C
        "4:22: limits.deadline_s: 0 is out of range (expected 1 to 86400)\n" C
        "7:20: sources[a].url: scheme \"ftp\" is not supported (expected https or http)\n")

static void a_long_value_is_cut_in_the_message(void **state)
{
    char yaml[1024], expected[512], value[301];
    (void)state;
    memset(value, 'x', 300);
    value[300] = '\0';
    (void)snprintf(yaml, sizeof yaml, "fetch: {parallel: %s}\n" MINIMAL, value);
    (void)snprintf(expected, sizeof expected,
                   C "1:19: fetch.parallel: \"%.80s…\" is not a whole number (expected 1 to 64)\n", value);
    expect_bytes(yaml, strlen(yaml), expected);
}

static void beyond_a_hundred_problems_the_rest_is_counted(void **state)
{
    char *yaml, *problems;
    size_t size, lines = 0;
    struct config config;
    struct error err;
    FILE *out = open_memstream(&yaml, &size);
    (void)state;
    fputs(MINIMAL, out);
    for (int i = 0; i < 150; i++)
        fprintf(out, "nyckel%d: 1\n", i);
    assert_int_equal(fclose(out), 0);
    write_file(CONF, yaml, size);
    assert_int_equal(load(CONF, &problems, &config, &err), -1);
    for (const char *p = problems; *p; p++)
        lines += *p == '\n';
    assert_int_equal(lines, LIMIT_PROBLEMS + 1);
    assert_non_null(strstr(problems, "\nand 50 more\n"));
    assert_string_equal(err.message, CONF ": 150 problems in the configuration");
    free(yaml);
    free(problems);
}

static void a_missing_file_is_one_clear_error(void **state)
{
    struct config config;
    struct error err;
    char *problems;
    (void)state;
    assert_int_equal(load("stadslager.yaml", &problems, &config, &err), -1);
    assert_string_equal(err.message, "stadslager.yaml: cannot be read: No such file or directory");
    assert_int_equal(err.class, EXIT_CONFIG);
    assert_string_equal(problems, "");
    free(problems);
    assert_int_equal(load(".", &problems, &config, &err), -1);
    assert_string_equal(err.message, ".: cannot be read: Is a directory");
    free(problems);
}

static void a_file_beyond_the_limit_is_not_read(void **state)
{
    struct config config;
    struct error err;
    char *problems;
    (void)state;
    write_file(CONF, "", 0);
    assert_int_equal(truncate(CONF, (off_t)LIMIT_CONFIG_FILE + 1), 0);
    assert_int_equal(load(CONF, &problems, &config, &err), -1);
    assert_string_equal(err.message, CONF ": is larger than 16777216 bytes");
    free(problems);
}

/* ---- good ones ---- */

static void load_good(const char *path, struct config *ret_config)
{
    struct error err = {0};
    char *problems;
    int rc = load(path, &problems, ret_config, &err);
    assert_string_equal(problems, "");
    free(problems);
    if (rc < 0) fail_msg("%s", err.message);
}

static void assert_defaults(const struct config *config)
{
    assert_string_equal(config->dsn, "");
    assert_null(config->dsn_file);
    assert_false(config->allow_unverified);
    assert_int_equal(config->fetch.parallel, 4);
    assert_int_equal(config->fetch.connect_timeout_s, 15);
    assert_int_equal(config->fetch.low_speed_bytes, 100);
    assert_int_equal(config->fetch.low_speed_time_s, 30);
    assert_int_equal(config->fetch.total_timeout_s, 900);
    assert_int_equal(config->fetch.retries, 4);
    assert_int_equal(config->fetch.backoff_ms, 500);
    assert_int_equal(config->fetch.max_redirects, 5);
    assert_int_equal(config->fetch.max_bytes, INT64_C(2147483648));
    assert_int_equal(config->fetch.max_plain_bytes, INT64_C(17179869184));
    assert_int_equal(config->fetch.max_ratio, 200);
    assert_false(config->fetch.allow_http);
    assert_null(config->fetch.ca_file);
    assert_int_equal(config->limits.max_quarantined_rows, 1000);
    assert_int_equal(config->aside_from, 4 * 1024 * 1024);
    assert_int_equal(config->load_workers, 2);
    assert_int_equal(config->limits.max_quarantined_pct, 20);
    assert_int_equal(config->limits.max_dropped_pct, 20);
    assert_int_equal(config->limits.difference_pct, 20);
    assert_int_equal(config->limits.max_run_quarantined_rows, 10000);
    assert_int_equal(config->limits.deadline_s, 3600);
    assert_int_equal(config->new_enhet, UNKNOWN_QUARANTINE);
    assert_int_equal(config->new_indikator, UNKNOWN_QUARANTINE);
    assert_int_equal(config->rule_count, 0);
    assert_int_equal(config->archive_keep_days, 90);
    assert_int_equal(config->archive_min_free_bytes, 1 << 30);
    assert_null(config->observe.metrics_file);
    assert_null(config->observe.openlineage_file);
    assert_null(config->observe.openlineage_url);
    assert_null(config->observe.openlineage_credentials_file);
    assert_string_equal(config->observe.openlineage_namespace, "stadslager");
}

static void what_is_left_out_has_its_default(void **state)
{
    struct config config;
    (void)state;
    write_file(CONF, MINIMAL, strlen(MINIMAL));
    load_good(CONF, &config);
    assert_defaults(&config);
    assert_string_equal(config.path, CONF);
    assert_string_equal(config.archive_path, "a");
    assert_int_equal(config.registry.stadsdel_count, 5);
    assert_int_equal(config.registry.enhet_count, 0);
    assert_int_equal(config.source_count, 1);
    const struct config_source *source = &config.sources[0];
    assert_ptr_equal(source->connector, &connector_delimited);
    assert_string_equal(source->decode.name, "a");
    assert_int_equal(source->decode.year, 0);
    assert_int_equal(source->decode.separator, 0);
    assert_int_equal(source->decode.stadsdel.len, 0);
    assert_int_equal(source->tokens.count, 0);
    assert_null(source->credentials_file);
    assert_true(source->complete);
    assert_int_equal(source->line, 3);
    config_free(&config);
    config_free(&config); /* harmless */
}

static void assert_text(struct text text, const char *expected)
{
    assert_int_equal(text.len, strlen(expected));
    assert_memory_equal(text.ptr, expected, text.len);
}

static void columns_of_one_value_per_line_are_mapped(void **state)
{
    static const char yaml[] =
        SOURCE("url: https://example.org/a\n    columns: {Datum: period, Mått: matt_kolumn, Värde: varde}\n"
               "    measures: {Total: utfall, Flickor: utfall_kvinnor, KF: kf_arsmal}\n    period_kind: tertial");
    static const enum column columns[] = {COLUMN_PERIOD, COLUMN_MATT_KOLUMN, COLUMN_VARDE};
    static const enum column measures[] = {COLUMN_UTFALL, COLUMN_UTFALL_KVINNOR, COLUMN_KF_ARSMAL};
    struct config config;
    (void)state;
    write_file(CONF, yaml, strlen(yaml));
    load_good(CONF, &config);
    const struct decode_options *decode = &config.sources[0].decode;
    assert_int_equal(decode->alias_count, 3);
    assert_int_equal(decode->measure_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(decode->aliases[i].column, columns[i]);
        assert_int_equal(decode->measures[i].column, measures[i]);
    }
    assert_text(decode->measures[1].header, "Flickor");
    assert_int_equal(decode->closing, CLOSING_TERTIAL);
    config_free(&config);
}

static void every_key_arrives_where_it_belongs(void **state)
{
    struct config config;
    (void)state;
    load_good("./good.yaml", &config);
    assert_string_equal(config.dsn, "host=db.example.org dbname=lager user=loader");
    assert_true(config.allow_unverified);
    assert_string_equal(config.archive_path, "./arkiv");
    const struct config_fetch *f = &config.fetch;
    const int64_t fetch[] = {f->parallel,        f->connect_timeout_s, f->low_speed_bytes, f->low_speed_time_s,
                             f->total_timeout_s, f->retries,           f->backoff_ms,      f->max_redirects,
                             f->max_bytes,       f->max_plain_bytes,   f->max_ratio};
    const int64_t expected_fetch[] = {8, 1, 2, 3, 4, 0, 6, 7, 3 * 1024 * 1024, 12345, 9};
    assert_memory_equal(fetch, expected_fetch, sizeof fetch);
    assert_true(f->allow_http);
    assert_string_equal(f->ca_file, "/etc/ssl/ca.pem");
    const struct config_limits *l = &config.limits;
    const int64_t limits[] = {l->max_quarantined_rows, l->max_quarantined_pct,      l->max_dropped_pct,
                              l->difference_pct,       l->max_run_quarantined_rows, l->deadline_s};
    const int64_t expected_limits[] = {11, 12, 13, 16, 14, 15};
    assert_memory_equal(limits, expected_limits, sizeof limits);
    assert_string_equal(config.registry_path[REGISTRY_INDIKATORER], "./indikatorer.yaml");
    assert_int_equal(config.new_enhet, UNKNOWN_ADD);
    assert_int_equal(config.new_indikator, UNKNOWN_ADD);
    assert_int_equal(config.rule_count, 2);
    assert_int_equal(config_severity(&config, NULL, "V-ANDEL", SEVERITY_WARN), SEVERITY_REJECT);
    assert_int_equal(config_severity(&config, NULL, "V-NOLL", SEVERITY_WARN), SEVERITY_NOTE);
    assert_int_equal(config_severity(&config, NULL, "V-TEXT", SEVERITY_WARN), SEVERITY_WARN);
    config_free(&config);
}

static void what_is_observed_arrives_where_it_belongs(void **state)
{
    static const char yaml[] =
        "archive: {path: a, keep_days: 7, min_free_bytes: 2 MiB}\nregistries: {stadsdelar: stadsdelar.yaml}\n"
        "observe: {metrics_file: m.prom, openlineage_file: l.jsonl, openlineage_url: 'https://example.org/lineage',\n"
        "  openlineage_credentials_file: /secret, openlineage_namespace: staden}\n"
        "sources:\n  - {name: a, url: 'https://example.org/a?year=2023', connector: delimited, expected: [T1, VB]}\n";
    struct config config;
    (void)state;
    write_file(CONF, yaml, strlen(yaml));
    load_good(CONF, &config);
    assert_int_equal(config.archive_keep_days, 7);
    assert_int_equal(config.archive_min_free_bytes, 2 << 20);
    assert_string_equal(config.observe.metrics_file, "m.prom");
    assert_string_equal(config.observe.openlineage_file, "l.jsonl");
    assert_string_equal(config.observe.openlineage_url, "https://example.org/lineage");
    assert_string_equal(config.observe.openlineage_credentials_file, "/secret");
    assert_string_equal(config.observe.openlineage_namespace, "staden");
    assert_int_equal(config.sources[0].expected_count, 2);
    assert_string_equal(config.sources[0].expected[0], "T1");
    config_free(&config);
}

static void every_key_of_a_source_arrives_where_it_belongs(void **state)
{
    struct config config;
    (void)state;
    load_good("./good.yaml", &config);
    assert_int_equal(config.source_count, 2);
    const struct config_source *text = &config.sources[0], *table = &config.sources[1];
    assert_string_equal(text->name, "kungsholmen-2021");
    assert_string_equal(text->url, "http://127.0.0.1:8080/kungsholmen.txt");
    assert_ptr_equal(text->connector, &connector_rapporttext);
    assert_text(text->decode.stadsdel, "Kungsholmen"); /* a code in the file, the name here */
    assert_int_equal(text->decode.year, 2021);
    assert_int_equal(text->decode.enhet_count, 2);
    assert_text(text->decode.enheter[0], "Familjeenheten");
    assert_text(text->decode.enheter[1], "Vuxenenheten");
    assert_string_equal(text->credentials_file, "./secret");
    assert_int_equal(text->redirect_host_count, 2);
    assert_string_equal(text->redirect_hosts[1], "127.0.0.1");
    assert_false(text->complete);
    assert_int_equal(table->decode.separator, '\t');
    assert_text(table->decode.encoding, "windows-1252");
    assert_int_equal(table->decode.alias_count, 2);
    assert_text(table->decode.aliases[0].header, "Mått");
    assert_int_equal(table->decode.aliases[0].column, COLUMN_INDIKATOR);
    assert_int_equal(table->decode.aliases[1].column, COLUMN_UTFALL);
    assert_text(table->decode.totals_label, "Totalt");
    assert_int_equal(table->tokens.count, 2);
    assert_text(table->tokens.tokens[0].text, "..");
    assert_int_equal(table->tokens.tokens[0].status, VALUE_SUPPRESSED);
    assert_int_equal(table->tokens.tokens[1].status, VALUE_NOT_MEASURED);
    assert_int_equal(table->line, 48);
    config_free(&config);
}

static void the_registries_are_read(void **state)
{
    struct config config;
    (void)state;
    load_good("good.yaml", &config);
    const struct registry *r = &config.registry;
    assert_int_equal(r->stadsdel_count, 5);
    assert_string_equal(r->stadsdelar[0].code, "SDN_HV");
    assert_string_equal(r->stadsdelar[0].aliases[0], "Västerort");
    assert_null(r->stadsdelar[0].valid_to);
    assert_string_equal(r->stadsdelar[4].valid_to, "2020-06-30");
    assert_int_equal(r->succession_count, 1);
    assert_string_equal(r->successions[0].to, "SDN_HA");
    assert_int_equal(r->enhet_count, 2);
    assert_string_equal(r->enheter[1].stadsdel, "SDN_BRO");
    assert_int_equal(r->indikator_count, 2);
    assert_string_equal(r->indikatorer[0].unit, "%");
    assert_string_equal(r->indikatorer[0].polarity, "lagre");
    assert_int_equal(r->indikatorer[0].disclosure_threshold, 7);
    assert_int_equal(r->indikatorer[0].alias_count, 1);
    assert_string_equal(r->indikatorer[1].unit, "");
    assert_string_equal(r->indikatorer[1].polarity, "neutral");
    assert_string_equal(r->indikatorer[1].owner, "namnd");
    assert_int_equal(r->indikatorer[1].disclosure_threshold, 5);
    config_free(&config);
}

static void append_file(const char *path, FILE *out)
{
    char buffer[4096];
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    for (size_t n; (n = fread(buffer, 1, sizeof buffer, in)) > 0;)
        assert_int_equal(fwrite(buffer, 1, n, out), n);
    (void)fclose(in);
}

static void the_hash_is_that_of_the_four_files_one_after_the_other(void **state)
{
    struct config config;
    struct error err;
    char *all, hex[HASH_SIZE];
    size_t size;
    FILE *out = open_memstream(&all, &size);
    (void)state;
    append_file("good.yaml", out);
    append_file("stadsdelar.yaml", out);
    append_file("enheter.yaml", out);
    append_file("indikatorer.yaml", out);
    assert_int_equal(fclose(out), 0);
    assert_int_equal(hash_bytes(all, size, hex, &err), 0);
    load_good("good.yaml", &config);
    assert_string_equal(config.hash, hex);
    config_free(&config);
    free(all);
}

/* Reads TEXT, which was a configuration's, and expects the same one. */
static void assert_same_again(const struct config *config, const size_t *parts)
{
    struct config again;
    struct error err;
    if (config_load_text("kept", text_of(config->text), parts, stderr, &again, &err)) fail_msg("%s", err.message);
    assert_string_equal(again.hash, config->hash);
    assert_string_equal(again.text, config->text);
    assert_memory_equal(again.parts, config->parts, sizeof again.parts);
    assert_int_equal(again.source_count, config->source_count);
    assert_string_equal(again.sources[0].name, config->sources[0].name);
    assert_int_equal(again.registry.stadsdel_count, config->registry.stadsdel_count);
    assert_int_equal(again.registry.succession_count, config->registry.succession_count);
    assert_int_equal(again.registry.enhet_count, config->registry.enhet_count);
    assert_int_equal(again.registry.indikator_count, config->registry.indikator_count);
    config_free(&again);
}

static void a_kept_text_is_the_configuration_again_with_and_without_its_parts(void **state)
{
    struct config config;
    char path[PATH_MAX + 64];
    (void)state;
    (void)snprintf(path, sizeof path, "%s/config/stadslager.yaml", project);
    load_good(path, &config);
    assert_true(config.registry.indikator_count > 0 && config.registry.enhet_count > 0);
    assert_same_again(&config, config.parts);
    struct config again;
    struct error err;
    if (config_load_text("kept", text_of(config.text), NULL, stderr, &again, &err)) fail_msg("%s", err.message);
    assert_int_equal(again.registry.indikator_count, config.registry.indikator_count);
    assert_int_equal(again.registry.enhet_count, config.registry.enhet_count);
    assert_string_equal(again.hash, config.hash);
    config_free(&again);
    config_free(&config);
    load_good("good.yaml", &config);
    assert_same_again(&config, config.parts);
    config_free(&config);
}

static void a_kept_text_that_is_cut_or_wrong_is_refused(void **state)
{
    struct config config, again;
    struct error err;
    char *problems;
    size_t size;
    (void)state;
    load_good("good.yaml", &config);
    size_t parts[CONFIG_PARTS];
    memcpy(parts, config.parts, sizeof parts);
    parts[3]--;
    assert_int_equal(config_load_text("kept", text_of(config.text), parts, stderr, &again, &err), -1);
    assert_int_equal(err.class, EXIT_CONFIG);
    FILE *out = open_memstream(&problems, &size);
    assert_int_equal(config_load_text("kept", TEXT("archve: {path: a}\n"), NULL, out, &again, &err), -1);
    assert_int_equal(fclose(out), 0);
    assert_non_null(strstr(problems, "kept:1:1: "));
    free(problems);
    config_free(&config);
}

/* ---- the table ---- */

static void the_words_of_the_table_are_those_of_the_program(void **state)
{
    (void)state;
    for (const struct config_key *key = config_keys; key->path; key++) {
        if (!strcmp(key->path, "sources[].columns"))
            for (int i = 0; i <= COLUMN_PERIOD; i++)
                assert_int_equal(choice_index(key->choices, text_of(column_name((enum column)i))), i);
        if (!strcmp(key->path, "sources[].tokens"))
            for (int i = 0; i < VALUE_STATUS_COUNT; i++)
                assert_int_equal(choice_index(key->choices, text_of(value_status_name((enum value_status)i))), i);
        if (!strcmp(key->path, "rules"))
            for (int i = SEVERITY_REJECT; i <= SEVERITY_NOTE; i++)
                assert_int_equal(choice_index(key->choices, text_of(severity_name((enum severity)i))), i);
    }
}

static void the_reference_file_has_every_key_and_only_defaults(void **state)
{
    char path[PATH_MAX + 64], *text;
    size_t size;
    struct config config;
    (void)state;
    (void)snprintf(path, sizeof path, "%s/config/stadslager.yaml", project);
    load_good(path, &config);
    assert_defaults(&config);
    config_free(&config);
    FILE *out = open_memstream(&text, &size);
    append_file(path, out);
    assert_int_equal(fclose(out), 0);
    for (const struct config_key *key = config_keys; key->path; key++) {
        const char *name = strrchr(key->path, '.');
        char line[80];
        (void)snprintf(line, sizeof line, "%s:", name ? name + 1 : key->path);
        if (!strstr(text, line)) fail_msg("%s does not stand in the reference file", key->path);
    }
    free(text);
}

/* Runs check-config with stdout going to the file "out"; RET_TEXT is freed by the caller. */
static int run_check(const char *path, char *argument, char **ret_text)
{
    char name[] = "check-config", *argv[] = {name, argument, NULL};
    const struct cmd_context context = {path};
    size_t size;
    (void)fflush(stdout);
    int saved = dup(STDOUT_FILENO), fd = open("out", O_CREAT | O_TRUNC | O_WRONLY, 0600);
    assert_true(saved >= 0 && fd >= 0);
    assert_int_equal(dup2(fd, STDOUT_FILENO), STDOUT_FILENO);
    int rc = cmd_check_config(&context, argument ? 2 : 1, argv);
    (void)fflush(stdout);
    assert_int_equal(dup2(saved, STDOUT_FILENO), STDOUT_FILENO);
    close(saved);
    close(fd);
    FILE *out = open_memstream(ret_text, &size);
    append_file("out", out);
    assert_int_equal(fclose(out), 0);
    return rc;
}

static void check_config_sums_up_what_is_fine(void **state)
{
    char *text;
    (void)state;
    assert_int_equal(run_check("good.yaml", NULL, &text), EXIT_DONE);
    assert_non_null(strstr(text, "configuration  good.yaml: no problems\n"));
    assert_non_null(strstr(text, "districts      5 (4 of today), 1 successions\n"));
    assert_non_null(strstr(text, "sources        2 "));
    assert_non_null(
        strstr(text, "  kungsholmen-2021: rapporttext, Kungsholmen, 2021, http://127.0.0.1:8080/kungsholmen.txt\n"));
    assert_non_null(strstr(text, "  bromma-2022: delimited, -, -, https://www.example.org/bromma.csv\n"));
    free(text);
}

static void check_config_help_shows_every_key_with_default_and_range(void **state)
{
    char *text, help[] = "--help";
    (void)state;
    assert_int_equal(run_check("good.yaml", help, &text), EXIT_DONE);
    for (const struct config_key *key = config_keys; key->path; key++)
        if (!strstr(text, key->path) || !strstr(text, key->help)) fail_msg("%s is not in --help", key->path);
    assert_non_null(strstr(text, "  fetch.parallel                     whole number, 1 to 64; default 4\n"));
    assert_non_null(strstr(text, "  archive.path                       path; required\n"));
    free(text);
}

static void check_config_exits_5_on_problems_and_2_on_arguments(void **state)
{
    char *text, argument[] = "--loud";
    (void)state;
    assert_int_equal(run_check("nej.yaml", NULL, &text), EXIT_CONFIG);
    assert_string_equal(text, "");
    free(text);
    assert_int_equal(run_check("good.yaml", argument, &text), EXIT_USAGE);
    assert_string_equal(text, "");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unknown_key_names_the_near_one),
        cmocka_unit_test(swapped_neighbours_are_one_mistake),
        cmocka_unit_test(an_unknown_key_far_from_all_lists_the_known_ones),
        cmocka_unit_test(a_key_twice_names_the_first_line),
        cmocka_unit_test(an_unknown_key_of_a_source_names_the_source),
        cmocka_unit_test(a_registry_key_is_unknown_in_the_configuration),
        cmocka_unit_test(a_missing_section_is_reported_by_its_required_key),
        cmocka_unit_test(a_missing_key_is_reported_at_its_section),
        cmocka_unit_test(a_section_of_comments_only_is_empty),
        cmocka_unit_test(missing_sources_are_reported),
        cmocka_unit_test(no_source_is_too_few),
        cmocka_unit_test(a_source_without_its_keys_misses_each),
        cmocka_unit_test(a_key_without_value_is_reported),
        cmocka_unit_test(words_are_no_whole_number),
        cmocka_unit_test(a_decimal_is_no_whole_number),
        cmocka_unit_test(a_number_above_the_range_is_reported),
        cmocka_unit_test(more_workers_than_a_year_can_use_are_reported),
        cmocka_unit_test(no_worker_at_all_is_reported),
        cmocka_unit_test(a_number_below_the_range_is_reported),
        cmocka_unit_test(a_number_too_long_for_any_integer_is_reported),
        cmocka_unit_test(a_size_in_a_unit_nobody_knows_is_reported),
        cmocka_unit_test(a_size_beyond_the_range_is_reported),
        cmocka_unit_test(yes_is_no_truth_value),
        cmocka_unit_test(a_word_that_is_no_choice_names_the_near_one),
        cmocka_unit_test(a_list_where_a_text_belongs_is_reported),
        cmocka_unit_test(a_text_where_a_list_belongs_is_reported),
        cmocka_unit_test(a_text_where_a_section_belongs_is_reported),
        cmocka_unit_test(a_source_that_is_a_text_is_reported),
        cmocka_unit_test(an_empty_path_is_reported),
        cmocka_unit_test(an_unknown_rule_names_the_near_one),
        cmocka_unit_test(a_rule_that_rejects_by_nature_stays_as_it_is),
        cmocka_unit_test(a_rule_that_is_always_a_note_says_no_more_than_that),
        cmocka_unit_test(a_contradiction_is_never_softened),
        cmocka_unit_test(a_severity_that_does_not_exist_is_reported),
        cmocka_unit_test(a_password_in_the_dsn_is_refused_and_not_printed),
        cmocka_unit_test(a_password_in_a_dsn_url_is_refused),
        cmocka_unit_test(a_dsn_libpq_cannot_read_is_reported_without_it),
        cmocka_unit_test(a_dsn_and_a_dsn_file_exclude_each_other),
        cmocka_unit_test(an_unknown_connector_lists_the_known_ones),
        cmocka_unit_test(a_mistyped_connector_names_the_near_one),
        cmocka_unit_test(two_sources_of_one_name_are_refused),
        cmocka_unit_test(a_name_with_capitals_is_no_name),
        cmocka_unit_test(http_is_refused_unless_allowed),
        cmocka_unit_test(ftp_is_never_allowed),
        cmocka_unit_test(a_file_url_is_never_allowed),
        cmocka_unit_test(a_password_in_a_url_is_refused_and_not_printed),
        cmocka_unit_test(a_token_in_a_url_is_refused_and_not_printed),
        cmocka_unit_test(a_token_for_the_lineage_endpoint_is_refused),
        cmocka_unit_test(a_report_that_is_none_is_reported),
        cmocka_unit_test(what_is_observed_arrives_where_it_belongs),
        cmocka_unit_test(a_url_without_scheme_is_reported),
        cmocka_unit_test(a_mistyped_stadsdel_names_the_near_one),
        cmocka_unit_test(a_stadsdel_of_another_city_is_reported),
        cmocka_unit_test(a_report_text_needs_stadsdel_and_year),
        cmocka_unit_test(a_year_out_of_range_is_reported),
        cmocka_unit_test(an_unknown_column_names_the_near_one),
        cmocka_unit_test(a_value_per_line_needs_the_column_that_says_which),
        cmocka_unit_test(measures_need_their_column),
        cmocka_unit_test(a_measure_is_a_value_column),
        cmocka_unit_test(columns_of_one_value_per_line_are_mapped),
        cmocka_unit_test(an_unknown_token_meaning_is_reported),
        cmocka_unit_test(a_separator_that_is_none_is_reported),
        cmocka_unit_test(an_encoding_that_is_not_read_is_reported),
        cmocka_unit_test(a_redirect_host_is_a_host_only),
        cmocka_unit_test(redirect_hosts_are_letters_digits_dots_and_hyphens),
        cmocka_unit_test(a_report_that_is_a_list_is_no_report),
        cmocka_unit_test(the_column_that_says_which_needs_the_value),
        cmocka_unit_test(a_column_that_is_a_list_has_no_value),
        cmocka_unit_test(each_unit_is_a_text_with_something_in_it),
        cmocka_unit_test(a_url_that_curl_cannot_read_says_why),
        cmocka_unit_test(a_secret_is_found_behind_other_parts_of_a_query),
        cmocka_unit_test(a_rule_far_from_all_is_no_rule),
        cmocka_unit_test(a_missing_registry_is_reported_where_it_is_named),
        cmocka_unit_test(an_empty_file_is_reported),
        cmocka_unit_test(a_list_at_the_top_is_reported),
        cmocka_unit_test(what_is_not_yaml_is_reported_with_its_place),
        cmocka_unit_test(aliases_and_anchors_are_refused),
        cmocka_unit_test(tags_are_refused),
        cmocka_unit_test(a_second_document_is_refused),
        cmocka_unit_test(a_key_that_is_a_list_is_refused),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(bytes_that_are_not_utf8_are_reported_with_their_place),
        cmocka_unit_test(an_escaped_nul_is_refused),
        cmocka_unit_test(a_control_character_cannot_forge_a_line),
        cmocka_unit_test(all_problems_are_reported_in_order_of_place),
        cmocka_unit_test(a_long_value_is_cut_in_the_message),
        cmocka_unit_test(beyond_a_hundred_problems_the_rest_is_counted),
        cmocka_unit_test(a_missing_file_is_one_clear_error),
        cmocka_unit_test(a_file_beyond_the_limit_is_not_read),
        cmocka_unit_test(what_is_left_out_has_its_default),
        cmocka_unit_test(every_key_arrives_where_it_belongs),
        cmocka_unit_test(every_key_of_a_source_arrives_where_it_belongs),
        cmocka_unit_test(the_registries_are_read),
        cmocka_unit_test(the_hash_is_that_of_the_four_files_one_after_the_other),
        cmocka_unit_test(the_words_of_the_table_are_those_of_the_program),
        cmocka_unit_test(the_reference_file_has_every_key_and_only_defaults),
        cmocka_unit_test(check_config_sums_up_what_is_fine),
        cmocka_unit_test(a_kept_text_is_the_configuration_again_with_and_without_its_parts),
        cmocka_unit_test(a_kept_text_that_is_cut_or_wrong_is_refused),
        cmocka_unit_test(check_config_help_shows_every_key_with_default_and_range),
        cmocka_unit_test(check_config_exits_5_on_problems_and_2_on_arguments),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
