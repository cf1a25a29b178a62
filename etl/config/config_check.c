/* What one key alone does not show: names that must differ, names that must exist, keys that need each other. */
#include "etl/config/config_read.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <strings.h>

#include "etl/config/rules.h"
#include "etl/observe/calendar.h"

/* ---- URLs ---- */

static void check_scheme(const struct reading *reading, const struct tree_node *at, CURLU *url, bool allow_http)
{
    char *scheme = NULL, value[SHOWN_SIZE];
    if (curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK) {
        reading->problems->out_of_memory = true;
        return;
    }
    if (!strcmp(scheme, "http") && !allow_http)
        reading_problem(reading, at, "http is not allowed (expected https, or set fetch.allow_http: true)");
    else if (strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0)
        reading_problem(reading, at, "scheme \"%s\" is not supported (expected https or http)",
                        shown(text_of(scheme), value));
    curl_free(scheme);
}

/* A URL is printed, recorded and stored; what a server is to believe belongs into a file. */
static bool holds_secret(const char *query)
{
    static const char *const names[] = {"token", "access_token", "auth",           "password", "passwd",
                                        "pwd",   "secret",       "api_key",        "apikey",   "api-key",
                                        "sig",   "signature",    "x-amz-signature"};
    for (const char *p = query; *p; p += *p == '&') {
        size_t length = strcspn(p, "=&");
        for (size_t i = 0; p[length] == '=' && i < sizeof names / sizeof *names; i++)
            if (strlen(names[i]) == length && !strncasecmp(p, names[i], length)) return true;
        p += strcspn(p, "&");
    }
    return false;
}

static void check_query(const struct reading *reading, const struct tree_node *at, CURLU *url)
{
    char *query = NULL;
    CURLUcode code = curl_url_get(url, CURLUPART_QUERY, &query, CURLU_URLDECODE);
    if (code == CURLUE_OUT_OF_MEMORY) reading->problems->out_of_memory = true;
    if (code == CURLUE_OK && holds_secret(query))
        reading_problem(reading, at, "a secret inside a URL is not allowed (use credentials_file)");
    curl_free(query);
}

/* With libcurl's own parser, so that what is checked is what is fetched. */
static void check_url(const struct reading *reading, const struct tree_node *at, const char *text, bool allow_http)
{
    CURLU *url = curl_url();
    if (!url) {
        reading->problems->out_of_memory = true;
        return;
    }
    CURLUcode code = curl_url_set(url, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME | CURLU_DISALLOW_USER);
    if (code == CURLUE_OK) {
        check_scheme(reading, at, url, allow_http);
        check_query(reading, at, url);
    } else if (code == CURLUE_OUT_OF_MEMORY)
        reading->problems->out_of_memory = true;
    else if (code == CURLUE_USER_NOT_ALLOWED) /* the URL is not quoted: there may be a password in it */
        reading_problem(reading, at, "a user or password inside a URL is not allowed (use credentials_file)");
    else if (code == CURLUE_BAD_SCHEME)
        reading_problem(reading, at, "is not a URL (expected https://host/path)");
    else
        reading_problem(reading, at, "is not a URL: %s (expected https://host/path)", curl_url_strerror(code));
    curl_url_cleanup(url);
}

static void check_redirect_hosts(const struct reading *reading, const struct tree_node *list)
{
    for (const struct tree_node *item = list ? list->first : NULL; item; item = item->next) {
        char value[SHOWN_SIZE];
        for (size_t i = 0; item->kind == TREE_SCALAR && i < item->scalar.len; i++) {
            unsigned char c = (unsigned char)item->scalar.ptr[i];
            bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (letter || c == '.' || c == '-') continue;
            reading_problem(reading, item, "\"%s\" is not a host name (expected one like www.example.org)",
                            shown(item->scalar, value));
            break;
        }
    }
}

/* ---- sources ---- */

static void check_stadsdel(const struct reading *reading, const struct tree_node *at, const struct registry *registry,
                           struct config_source *source)
{
    char value[SHOWN_SIZE];
    struct suggestion suggestion = {.given = source->decode.stadsdel};
    if (!at || source->decode.stadsdel.len == 0 || registry->stadsdel_count == 0) return;
    const struct stadsdel *found;
    struct error err;
    if (registry_stadsdel(registry, source->decode.stadsdel, &found, &err)) {
        reading->problems->out_of_memory = true;
        return;
    }
    if (found && found->name) {
        source->decode.stadsdel = text_of(found->name); /* a code or an alias may stand there */
        return;
    }
    for (size_t i = 0; i < registry->stadsdel_count; i++)
        if (registry->stadsdelar[i].name) suggestion_try(&suggestion, registry->stadsdelar[i].name);
    reading_problem(reading, at, "\"%s\" is not in the registry of districts%s%s%s", shown(at->scalar, value),
                    suggestion.best ? "; did you mean \"" : "", suggestion.best ? suggestion.best : "",
                    suggestion.best ? "\"?" : "");
}

static bool maps_to(const struct decode_options *decode, enum column column)
{
    for (size_t i = 0; i < decode->alias_count; i++)
        if (decode->aliases[i].column == column) return true;
    return false;
}

/* One value per line takes two columns: which value it is, and the value. */
static void check_measures(const struct reading *reading, const struct tree_node *item,
                           const struct decode_options *decode)
{
    bool word = maps_to(decode, COLUMN_MATT_KOLUMN), value = maps_to(decode, COLUMN_VARDE);
    const struct tree_node *columns = tree_get(item, "columns"), *measures = tree_get(item, "measures");
    if (columns && word != value)
        reading_problem(reading, columns, "%s is there without %s (one value per line takes both)",
                        word ? "matt_kolumn" : "varde", word ? "varde" : "matt_kolumn");
    if (measures && decode->measure_count && !word)
        reading_problem(reading, measures, "has no use without a column matt_kolumn (among columns)");
}

static void check_expected(const struct reading *reading, const struct tree_node *list)
{
    for (const struct tree_node *item = list ? list->first : NULL; item; item = item->next) {
        char value[SHOWN_SIZE];
        if (item->kind == TREE_SCALAR && calendar_report_find(shown(item->scalar, value)) < 0)
            reading_problem(reading, item, "\"%s\" is not a report (expected VB, T1 or T2)", value);
    }
}

static void check_source(const struct reading *reading, const struct tree_node *item, const struct config *config,
                         struct config_source *source)
{
    source->line = item->line;
    source->decode.name = source->name;
    if (source->url) check_url(reading, tree_get(item, "url"), source->url, config->fetch.allow_http);
    check_redirect_hosts(reading, tree_get(item, "redirect_hosts"));
    check_expected(reading, tree_get(item, "expected"));
    config_check_credentials(reading, tree_get(item, "credentials_file"), source->credentials_file);
    check_stadsdel(reading, tree_get(item, "stadsdel"), &config->registry, source);
    check_measures(reading, item, &source->decode);
    if (source->decode.enhet_count > LIMIT_ENHETER)
        reading_problem(reading, tree_get(item, "enheter"), "too many units (at most %d)", LIMIT_ENHETER);
    if (!source->connector || strcmp(source->connector->name, "rapporttext") != 0) return;
    if (!tree_get(item, "stadsdel"))
        reading_problem(reading, item, "stadsdel is missing (a report text does not say it reliably)");
    if (!tree_get(item, "year"))
        reading_problem(reading, item, "year is missing (a report text does not say it reliably)");
}

struct named {
    const char *name;
    const struct tree_node *at;
};

static int by_name(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    int c = strcmp(x->name, y->name);
    return c ? c : (x->at->line > y->at->line) - (x->at->line < y->at->line);
}

static void check_names_differ(const struct reading *reading, const struct tree_node *list, const struct config *config)
{
    size_t n = 0, i = 0;
    struct named *names = malloc((config->source_count + 1) * sizeof *names);
    if (!names) {
        reading->problems->out_of_memory = true;
        return;
    }
    for (const struct tree_node *item = list->first; item; item = item->next, i++)
        if (config->sources[i].name) names[n++] = (struct named){config->sources[i].name, tree_get(item, "name")};
    qsort(names, n, sizeof *names, by_name);
    for (size_t k = 1, first = 0; k < n; k++) {
        if (!strcmp(names[k].name, names[first].name))
            reading_problem(reading, names[k].at, "another source has this name (on line %u)", names[first].at->line);
        else
            first = k;
    }
    free(names);
}

/* One severity of a map of them; LEAST: whose choice the rule must be at least. */
static void check_rule(const struct reading *reading, const struct tree_node *item, enum rule_choice least)
{
    struct suggestion suggestion = {.given = item->key};
    char id[SHOWN_SIZE];
    const struct rule *rule = rule_find(shown(item->key, id));
    if (rule && rule->choice >= least) return;
    if (rule && rule->choice == RULE_FIXED) {
        reading_problem(reading, item, "the severity of this rule is fixed (%s)%s", severity_name(rule->severity),
                        rule->severity == SEVERITY_REJECT ? ": nothing could be loaded" : "");
        return;
    }
    if (rule) {
        reading_problem(reading, item, "this rule is about no indicator (its severity is chosen in the configuration)");
        return;
    }
    for (rule = rules; rule->id; rule++)
        if (rule->choice >= least) suggestion_try(&suggestion, rule->id);
    reading_problem(reading, item, "is not a rule%s%s%s", suggestion.best ? "; did you mean \"" : "",
                    suggestion.best ? suggestion.best : "", suggestion.best ? "\"?" : "");
}

void config_check_rules(const struct reading *reading, const struct tree_node *map, enum rule_choice least)
{
    if (!map || map->kind != TREE_MAP) return;
    for (const struct tree_node *item = map->first; item; item = item->next)
        check_rule(reading, item, least);
}

void config_check(const struct reading *reading, const struct tree_node *root, struct config *config,
                  struct config_source *sources)
{
    const struct tree_node *list = tree_get(root, "sources");
    size_t i = 0;
    config_check_warehouse(reading, root, config);
    config_check_credentials(reading, tree_get(tree_get(root, "observe"), "openlineage_credentials_file"),
                             config->observe.openlineage_credentials_file);
    if (config->observe.openlineage_url)
        check_url(reading, tree_get(tree_get(root, "observe"), "openlineage_url"), config->observe.openlineage_url,
                  config->fetch.allow_http);
    config_check_rules(reading, tree_get(root, "rules"), RULE_PER_RUN);
    if (!list || list->kind != TREE_LIST || !sources) return;
    for (const struct tree_node *item = list->first; item; item = item->next, i++)
        if (item->kind == TREE_MAP) check_source(reading, item, config, &sources[i]);
    check_names_differ(reading, list, config);
}
