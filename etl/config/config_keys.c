/* The table of keys.  The loader, the defaults, the ranges, the unknown-key detection, `check-config --help`, the
 * reference file config/stadslager.yaml and the man page follow it; a test compares the reference file. */
#include "etl/config/config_read.h"

#include <inttypes.h>

#define GIB ((int64_t)1024 * 1024 * 1024)

#define STATUS_CHOICES "reported|suppressed|not_measured|missing|not_applicable|text" /* enum value_status */
#define COLUMN_CHOICES                                                                                                 \
    "stadsdel|enhet|indikator|utfall|utfall_man|utfall_kvinnor|foregaende|arsmal|kf_arsmal|period|"                    \
    "matt_kolumn|varde|kon|mattenhet"
#define MEASURE_CHOICES  "utfall|utfall_man|utfall_kvinnor|foregaende|arsmal|kf_arsmal"
#define CLOSING_CHOICES  "dag|manad|kvartal|tertial|halvar|lasar|ar" /* enum closing */
#define SEVERITY_CHOICES "reject|warn|note"
#define UNKNOWN_CHOICES  "quarantine|add"
#define VANISHED_CHOICES "refuse|withdraw"

static int put_rule(struct arena *arena, struct text key, int choice, void *element)
{
    struct rule_severity *rule = element;
    rule->id = text_cstr(arena, key);
    rule->severity = (enum severity)choice;
    return rule->id ? 0 : -1;
}

static int put_token(struct arena *arena, struct text key, int choice, void *element)
{
    (void)arena;
    *(struct token *)element = (struct token){key, (enum value_status)choice};
    return 0;
}

/* CHOICE is a place in COLUMN_CHOICES. */
static int put_column(struct arena *arena, struct text key, int choice, void *element)
{
    enum column column = (enum column)choice;
    (void)arena;
    if (choice > COLUMN_PERIOD) column = (enum column)(COLUMN_MATT_KOLUMN + (choice - COLUMN_PERIOD - 1));
    *(struct column_alias *)element = (struct column_alias){key, column};
    return 0;
}

/* CHOICE is a place in MEASURE_CHOICES. */
static int put_measure(struct arena *arena, struct text key, int choice, void *element)
{
    (void)arena;
    *(struct column_alias *)element = (struct column_alias){key, (enum column)(COLUMN_UTFALL + choice)};
    return 0;
}

#define AT(member)    .offset = offsetof(struct config, member)
#define COUNT(member) .count_offset = offsetof(struct config, member)
#define SRC(member)   .offset = offsetof(struct config_source, member)
#define SRC_N(member) .count_offset = offsetof(struct config_source, member)
#define RANGE(lo, hi) .min = (lo), .max = (hi)
#define BYTES(lo, hi) .min = (lo), .max = (hi)
#define REQUIRED      .required = true

/* clang-format off: one row per key */
const struct config_key config_keys[] = {
    {"warehouse", KEY_SECTION, .help = "the PostgreSQL that holds the facts"},
    {"warehouse.dsn", KEY_TEXT, .standard = "", BYTES(0, 4096), AT(dsn),
     .help = "libpq connection string without a password; empty: libpq's defaults and the PG… environment"},
    {"warehouse.dsn_file", KEY_PATH, BYTES(1, 4096), AT(dsn_file),
     .help = "file that holds the connection string, for one with a password"},
    {"warehouse.allow_unverified", KEY_BOOL, .standard = "false", AT(allow_unverified),
     .help = "allow a server on another machine without sslmode=verify-full"},

    {"archive", KEY_SECTION, .help = "every byte that was fetched"},
    {"archive.path", KEY_PATH, REQUIRED, BYTES(1, 4096), AT(archive_path), .help = "folder of the archive"},
    {"archive.keep_days", KEY_INT64, .standard = "90", RANGE(0, 36500), AT(archive_keep_days),
     .help = "days that prune leaves an export which nothing needs"},
    {"archive.min_free_bytes", KEY_SIZE, .standard = "1 GiB", RANGE(0, 1024 * GIB), AT(archive_min_free_bytes),
     .help = "free space of the archive's file system below which doctor warns"},

    {"fetch", KEY_SECTION, .help = "how exports are fetched"},
    {"fetch.parallel", KEY_INT64, .standard = "4", RANGE(1, 64), AT(fetch.parallel),
     .help = "sources fetched at once, beside the one that is being loaded; the results are the same"},
    {"fetch.connect_timeout_s", KEY_INT64, .standard = "15", RANGE(1, 600), AT(fetch.connect_timeout_s),
     .help = "seconds to wait for a connection"},
    {"fetch.low_speed_bytes", KEY_INT64, .standard = "100", RANGE(1, GIB), AT(fetch.low_speed_bytes),
     .help = "bytes per second below which a transfer counts as stalled"},
    {"fetch.low_speed_time_s", KEY_INT64, .standard = "30", RANGE(1, 3600), AT(fetch.low_speed_time_s),
     .help = "seconds a transfer may be stalled before it is given up"},
    {"fetch.total_timeout_s", KEY_INT64, .standard = "900", RANGE(1, 86400), AT(fetch.total_timeout_s),
     .help = "seconds one attempt may take"},
    {"fetch.retries", KEY_INT64, .standard = "4", RANGE(0, 20), AT(fetch.retries),
     .help = "further attempts after a transient failure"},
    {"fetch.backoff_ms", KEY_INT64, .standard = "500", RANGE(1, 600000), AT(fetch.backoff_ms),
     .help = "milliseconds before the first further attempt; doubles each time, with jitter"},
    {"fetch.max_redirects", KEY_INT64, .standard = "5", RANGE(0, 20), AT(fetch.max_redirects),
     .help = "redirects followed for one source"},
    {"fetch.max_bytes", KEY_SIZE, .standard = "2 GiB", RANGE(1, 1024 * GIB), AT(fetch.max_bytes),
     .help = "largest body as received"},
    {"fetch.max_plain_bytes", KEY_SIZE, .standard = "16 GiB", RANGE(1, 16384 * GIB), AT(fetch.max_plain_bytes),
     .help = "largest body after decompression"},
    {"fetch.max_ratio", KEY_INT64, .standard = "200", RANGE(1, 100000), AT(fetch.max_ratio),
     .help = "largest ratio of decompressed to received bytes, beyond the first MiB"},
    {"fetch.allow_http", KEY_BOOL, .standard = "false", AT(fetch.allow_http), .help = "allow plain http beside https"},
    {"fetch.ca_file", KEY_PATH, BYTES(1, 4096), AT(fetch.ca_file),
     .help = "PEM file of trusted certificate authorities, instead of the system's"},

    {"limits", KEY_SECTION, .help = "error limits, checked before anything is published"},
    {"limits.max_quarantined_rows", KEY_INT64, .standard = "1000", RANGE(0, INT64_C(1000000000000)),
     AT(limits.max_quarantined_rows), .help = "quarantined rows per source before it is refused"},
    {"limits.max_quarantined_pct", KEY_INT64, .standard = "20", RANGE(0, 100), AT(limits.max_quarantined_pct),
     .help = "the same in % of the source's rows"},
    {"limits.max_dropped_pct", KEY_INT64, .standard = "20", RANGE(0, 100), AT(limits.max_dropped_pct),
     .help = "refuse a source with this many % fewer rows than last time"},
    {"limits.difference_pct", KEY_INT64, .standard = "20", RANGE(0, 100), AT(limits.difference_pct),
     .help = "of delimited text only the lines that differ from the last export are read, where no more than this many "
             "% do; "
             "0 = always the whole export"},
    {"limits.vanished", KEY_CHOICE, .standard = "refuse", .choices = VANISHED_CHOICES, AT(limits.vanished),
     .help = "a district, or an indicator, column or kind of table of several rows, that is wholly gone from a "
             "complete export"},
    {"limits.max_run_quarantined_rows", KEY_INT64, .standard = "10000", RANGE(0, INT64_C(1000000000000)),
     AT(limits.max_run_quarantined_rows), .help = "quarantined rows in the whole run"},
    {"limits.deadline_s", KEY_INT64, .standard = "3600", RANGE(1, 86400), AT(limits.deadline_s),
     .help = "seconds a run may take"},

    {"load", KEY_SECTION, .help = "how exports are loaded"},
    {"load.aside_from", KEY_SIZE, .standard = "4 MiB", RANGE(0, 16384 * GIB), AT(aside_from),
     .help = "plain bytes of an export from which on a new year, and one of which most has changed, is built aside; "
             "the results are the same"},
    {"load.workers", KEY_INT64, .standard = "2", RANGE(1, LIMIT_LOAD_WORKERS), AT(load_workers),
     .help = "sessions that build new years at the same time, beside the run's own; the results are the same"},

    {"observe", KEY_SECTION, .help = "what others are told of each run"},
    {"observe.metrics_file", KEY_PATH, BYTES(1, 4096), AT(observe.metrics_file),
     .help =
         "file for Prometheus' node exporter (textfile collector), written anew by each run; its name ends in .prom"},
    {"observe.openlineage_file", KEY_PATH, BYTES(1, 4096), AT(observe.openlineage_file),
     .help = "file to which each run adds its OpenLineage events, one JSON object per line"},
    {"observe.openlineage_url", KEY_URL, BYTES(1, 4096), AT(observe.openlineage_url),
     .help = "where each run posts its OpenLineage events; that it fails is a warning"},
    {"observe.openlineage_credentials_file", KEY_PATH, BYTES(1, 4096), AT(observe.openlineage_credentials_file),
     .help = "file with one line, user:password or Bearer TOKEN, for openlineage_url"},
    {"observe.openlineage_namespace", KEY_TEXT, .standard = "stadslager", BYTES(1, 255),
     AT(observe.openlineage_namespace), .help = "namespace of the job in these events"},

    {"registries", KEY_SECTION, .help = "which districts, units and indicators there are"},
    {"registries.stadsdelar", KEY_PATH, REQUIRED, BYTES(1, 4096), AT(registry_path[REGISTRY_STADSDELAR]),
     .help = "file of the city districts"},
    {"registries.enheter", KEY_PATH, BYTES(1, 4096), AT(registry_path[REGISTRY_ENHETER]),
     .help = "file of the units; none: every unit is unknown"},
    {"registries.indikatorer", KEY_PATH, BYTES(1, 4096), AT(registry_path[REGISTRY_INDIKATORER]),
     .help = "file of the indicators; none: every indicator is unknown"},

    {"report", KEY_SECTION, .help = "the web site that analysts open"},
    {"report.dir", KEY_PATH, BYTES(1, 4096), AT(report_dir),
     .help = "folder that each run writes the site to when it has loaded; none: no site"},

    {"unknown", KEY_SECTION, .help = "what happens to a name that no registry knows"},
    {"unknown.enhet", KEY_CHOICE, .standard = "quarantine", .choices = UNKNOWN_CHOICES, AT(new_enhet),
     .help = "rows of an unknown unit: to quarantine, or the unit is added"},
    {"unknown.indikator", KEY_CHOICE, .standard = "quarantine", .choices = UNKNOWN_CHOICES, AT(new_indikator),
     .help = "rows of an unknown indicator: to quarantine, or the indicator is added"},

    {"rules", KEY_WORDS, .choices = SEVERITY_CHOICES, AT(rules), COUNT(rule_count),
     .size = sizeof(struct rule_severity), .put = put_rule,
     .help = "severity of a rule, by its id, instead of the rule's own"},

    {"sources", KEY_ENTRIES, REQUIRED, .min = 1, AT(sources), COUNT(source_count), .size = sizeof(struct config_source),
     .help = "the exports; of two that say different things the first one counts"},
    {"sources[].name", KEY_NAME, REQUIRED, BYTES(1, 63), SRC(name), .help = "unique name of the source"},
    {"sources[].url", KEY_URL, REQUIRED, BYTES(1, 4096), SRC(url),
     .help = "https://… (http://… with fetch.allow_http); no user or password inside"},
    {"sources[].connector", KEY_CONNECTOR, REQUIRED, SRC(connector), .help = "format of the export"},
    {"sources[].stadsdel", KEY_SLICE, BYTES(1, LIMIT_NAME), SRC(decode.stadsdel),
     .help = "the district, where the export does not name it; needed for rapporttext"},
    {"sources[].year", KEY_INT, RANGE(1900, 2199), SRC(decode.year),
     .help = "year of the report, where the export does not name it; needed for rapporttext"},
    {"sources[].enheter", KEY_SLICES, BYTES(1, LIMIT_NAME), SRC(decode.enheter), SRC_N(decode.enhet_count),
     .help = "the units whose reports stand back to back, in order, where the export does not name them"},
    {"sources[].separator", KEY_SEPARATOR, .choices = ";|,|tab", SRC(decode.separator),
     .help = "between cells of delimited text; none: found out"},
    {"sources[].encoding", KEY_SLICE, .choices = "utf-8|utf-16le|windows-1252", BYTES(1, 32), SRC(decode.encoding),
     .help = "of delimited text; none: found out"},
    {"sources[].columns", KEY_WORDS, .choices = COLUMN_CHOICES, SRC(decode.aliases), SRC_N(decode.alias_count),
     .size = sizeof(struct column_alias), .put = put_column,
     .help = "headers of the export and the column each one is, beside the names known anyhow"},
    {"sources[].measures", KEY_WORDS, .choices = MEASURE_CHOICES, SRC(decode.measures), SRC_N(decode.measure_count),
     .size = sizeof(struct column_alias), .put = put_measure,
     .help = "one value per line: words in the column matt_kolumn and the column each one is, beside the header names"},
    {"sources[].period_kind", KEY_CHOICE, .standard = "dag", .choices = CLOSING_CHOICES, SRC(decode.closing),
     .help = "what a day in the period column closes: 2023-12-31 is the year 2023 with ar, itself with dag"},
    {"sources[].totals_label", KEY_SLICE, BYTES(1, LIMIT_NAME), SRC(decode.totals_label),
     .help = "unit or indicator of totals rows, which are counted and not loaded"},
    {"sources[].tokens", KEY_WORDS, .choices = STATUS_CHOICES, SRC(tokens.tokens), SRC_N(tokens.count),
     .size = sizeof(struct token), .put = put_token,
     .help = "what signs such as .. mean in this export, instead of the usual meanings"},
    {"sources[].credentials_file", KEY_PATH, BYTES(1, 4096), SRC(credentials_file),
     .help = "file with one line, user:password or Bearer TOKEN"},
    {"sources[].redirect_hosts", KEY_TEXTS, BYTES(1, 255), SRC(redirect_hosts), SRC_N(redirect_host_count),
     .help = "hosts beside the URL's own that redirects may lead to"},
    {"sources[].expected", KEY_TEXTS, BYTES(1, 8), SRC(expected), SRC_N(expected_count),
     .help = "reports that are to come, VB, T1 or T2; none: VB of a source with a year"},
    {"sources[].complete", KEY_BOOL, .standard = "true", SRC(complete),
     .help = "the export is the whole truth: what is gone from it is withdrawn"},
    {"sources[].vanished", KEY_CHOICE, .standard = "limits", .choices = "limits|" VANISHED_CHOICES, SRC(vanished),
     .help = "of this source, instead of limits.vanished"},
    {0},
};

#define DEL(member) .offset = offsetof(struct stadsdel, member)
#define SUC(member) .offset = offsetof(struct succession, member)
#define ENH(member) .offset = offsetof(struct enhet_entry, member)
#define IND(member) .offset = offsetof(struct indikator_entry, member)
#define DEF(member) .offset = offsetof(struct definition, member)

const struct config_key registry_keys[] = {
    {"stadsdelar", KEY_ENTRIES, REQUIRED, .min = 1, .offset = offsetof(struct registry, stadsdelar),
     .count_offset = offsetof(struct registry, stadsdel_count), .size = sizeof(struct stadsdel),
     .help = "the city districts"},
    {"stadsdelar[].code", KEY_CODE, REQUIRED, BYTES(1, 63), DEL(code), .help = "stable, never reused"},
    {"stadsdelar[].name", KEY_TEXT, REQUIRED, BYTES(1, LIMIT_NAME), DEL(name), .help = "the name in use"},
    {"stadsdelar[].valid_from", KEY_DATE, DEL(valid_from), .help = "first day; none: open"},
    {"stadsdelar[].valid_to", KEY_DATE, DEL(valid_to), .help = "last day; none: open"},
    {"stadsdelar[].aliases", KEY_TEXTS, BYTES(1, LIMIT_NAME), DEL(aliases),
     .count_offset = offsetof(struct stadsdel, alias_count),
     .help = "further names; the forms with stadsdelsnämnd, stadsdelsförvaltning, SDN and SDF are known"},
    {"successions", KEY_ENTRIES, .offset = offsetof(struct registry, successions),
     .count_offset = offsetof(struct registry, succession_count), .size = sizeof(struct succession),
     .help = "which district went into which"},
    {"successions[].date", KEY_DATE, REQUIRED, SUC(date), .help = "first day of the successor"},
    {"successions[].from", KEY_CODE, REQUIRED, BYTES(1, 63), SUC(from), .help = "code of the former district"},
    {"successions[].to", KEY_CODE, REQUIRED, BYTES(1, 63), SUC(to), .help = "code of its successor"},

    {"enheter", KEY_ENTRIES, REQUIRED, .offset = offsetof(struct registry, enheter),
     .count_offset = offsetof(struct registry, enhet_count), .size = sizeof(struct enhet_entry), .help = "the units"},
    {"enheter[].stadsdel", KEY_CODE, REQUIRED, BYTES(1, 63), ENH(stadsdel), .help = "code of its district"},
    {"enheter[].name", KEY_TEXT, REQUIRED, BYTES(1, LIMIT_NAME), ENH(name), .help = "the name in use"},
    {"enheter[].valid_from", KEY_DATE, ENH(valid_from), .help = "first day; none: open"},
    {"enheter[].valid_to", KEY_DATE, ENH(valid_to), .help = "last day; none: open"},
    {"enheter[].aliases", KEY_TEXTS, BYTES(1, LIMIT_NAME), ENH(aliases),
     .count_offset = offsetof(struct enhet_entry, alias_count), .help = "further names"},

    {"indikatorer", KEY_ENTRIES, REQUIRED, .offset = offsetof(struct registry, indikatorer),
     .count_offset = offsetof(struct registry, indikator_count), .size = sizeof(struct indikator_entry),
     .help = "the indicators"},
    {"indikatorer[].code", KEY_CODE, REQUIRED, BYTES(1, 63), IND(code), .help = "stable, never reused"},
    {"indikatorer[].name", KEY_TEXT, REQUIRED, BYTES(1, LIMIT_NAME), IND(name), .help = "the name as printed"},
    {"indikatorer[].unit", KEY_TEXT, .standard = "", BYTES(0, LIMIT_UNIT), IND(unit), .help = "%, st, index, GWh, …"},
    {"indikatorer[].kind", KEY_TEXT, REQUIRED, .choices = "andel|antal|index|belopp|kvot", BYTES(1, 16), IND(kind),
     .help = "what the number is"},
    {"indikatorer[].polarity", KEY_TEXT, .standard = "neutral", .choices = "hogre|lagre|neutral", BYTES(1, 16),
     IND(polarity), .help = "which direction is better"},
    {"indikatorer[].owner", KEY_TEXT, .standard = "namnd", .choices = "KF|namnd|enhet", BYTES(1, 16), IND(owner),
     .help = "who follows it up"},
    {"indikatorer[].kon_mening", KEY_TEXT, REQUIRED, .choices = "egen_andel|eget_antal|andel_av_total|delsumma",
     BYTES(1, 16), IND(kon_mening), .help = "what the columns of men and women hold"},
    {"indikatorer[].disclosure_threshold", KEY_INT, .standard = "5", RANGE(0, 1000), IND(disclosure_threshold),
     .help = "individuals below which a value is hidden from analysts"},
    {"indikatorer[].denominator_min", KEY_INT, .standard = "0", RANGE(0, 100000000), IND(denominator_min),
     .help = "individuals at least behind a whole board's share; 0: not known, shares are shown in whole percent"},
    {"indikatorer[].aliases", KEY_TEXTS, BYTES(1, LIMIT_NAME), IND(aliases),
     .count_offset = offsetof(struct indikator_entry, alias_count),
     .help = "further names, former ones and misreadings"},
    {"indikatorer[].rules", KEY_WORDS, .choices = SEVERITY_CHOICES, IND(rules),
     .count_offset = offsetof(struct indikator_entry, rule_count), .size = sizeof(struct rule_severity),
     .put = put_rule,
     .help = "severity of a rule for this indicator, instead of the configuration's or the rule's own"},
    {"definitions", KEY_ENTRIES, .offset = offsetof(struct registry, definitions),
     .count_offset = offsetof(struct registry, definition_count), .size = sizeof(struct definition),
     .help = "years from which an indicator is defined otherwise"},
    {"definitions[].indikator", KEY_CODE, REQUIRED, BYTES(1, 63), DEF(indikator), .help = "code of the indicator"},
    {"definitions[].from", KEY_INT, REQUIRED, RANGE(1990, 2199), DEF(from), .help = "first year of the new definition"},
    {"definitions[].note", KEY_TEXT, REQUIRED, BYTES(1, LIMIT_NAME), DEF(note), .help = "what changed"},
    {0},
};
/* clang-format on */

static const char *const type_words[] = {
    [KEY_SECTION] = "section", [KEY_ENTRIES] = "list",     [KEY_INT64] = "whole number", [KEY_INT] = "whole number",
    [KEY_SIZE] = "size",       [KEY_BOOL] = "truth value", [KEY_TEXT] = "text",          [KEY_SLICE] = "text",
    [KEY_PATH] = "path",       [KEY_URL] = "URL",          [KEY_NAME] = "name",          [KEY_CODE] = "code",
    [KEY_DATE] = "date",       [KEY_CHOICE] = "word",      [KEY_SEPARATOR] = "sign",     [KEY_CONNECTOR] = "word",
    [KEY_TEXTS] = "texts",     [KEY_SLICES] = "texts",     [KEY_WORDS] = "map",
};

static void print_keys(const struct config_key *keys, FILE *out)
{
    for (const struct config_key *key = keys; key->path; key++) {
        char expected[KEY_EXPECTED_SIZE];
        if (key->type == KEY_SECTION) {
            fprintf(out, "\n%s: %s\n", key->path, key->help);
            continue;
        }
        fprintf(out, "  %-34s %s", key->path, type_words[key->type]);
        bool wordy = key->choices || key->type == KEY_INT64 || key->type == KEY_INT || key->type == KEY_SIZE ||
                     key->type == KEY_CONNECTOR;
        if (wordy) fprintf(out, ", %s", key_expected(key, expected));
        if (key->required)
            fputs("; required", out);
        else if (key->standard)
            fprintf(out, "; default %s", key->standard[0] ? key->standard : "empty");
        fprintf(out, "\n      %s\n", key->help);
    }
}

void config_print_keys(FILE *out)
{
    fputs("Keys of the configuration; relative paths are relative to its folder.\n", out);
    print_keys(config_keys, out);
    fputs("\nKeys of the registries:\n\n", out);
    print_keys(registry_keys, out);
    fputs("\nRules whose severity can be chosen, and the one they have; \"indicator\": in an entry of indikatorer "
          "too.\n\n",
          out);
    for (const struct rule *rule = rules; rule->id; rule++)
        if (rule_is_adjustable(rule))
            fprintf(out, "  %-13s %-6s %-9s %s\n", rule->id, severity_name(rule->severity),
                    rule->choice == RULE_PER_INDIKATOR ? "indicator" : "", rule->what);
}
