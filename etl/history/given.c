#include "etl/history/given.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "etl/base/decimal.h"
#include "etl/config/problems.h"

/* "did you mean" as a hint, or OTHERWISE where nothing is near. */
static int hint_near(const struct suggestion *s, const char *otherwise, struct error *err)
{
    return s->best ? error_hint(err, "Did you mean \"%s\"?", s->best) : error_hint(err, "%s", otherwise);
}

const struct config_source *given_find_source(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->source_count; i++)
        if (!strcmp(config->sources[i].name, name)) return &config->sources[i];
    return NULL;
}

int given_source(const struct config *config, const char *name, struct error *err)
{
    struct suggestion near = {.given = text_of(name)};
    if (given_find_source(config, name)) return 0;
    for (size_t i = 0; i < config->source_count; i++)
        suggestion_try(&near, config->sources[i].name);
    (void)error_set(err, EXIT_USAGE, "no source \"%s\" in %s", name, config->path);
    return hint_near(&near, "\"stadslager check-config\" lists the sources.", err);
}

int given_stadsdel(const struct config *config, const char *name, const struct stadsdel **ret_stadsdel,
                   struct error *err)
{
    const struct registry *r = &config->registry;
    struct suggestion near = {.given = text_of(name)};
    const struct stadsdel *found;
    if (registry_stadsdel(r, text_of(name), &found, err)) return -1; /* by a name, an alias or its code */
    if (found) {
        *ret_stadsdel = found;
        return 0;
    }
    for (size_t i = 0; i < r->stadsdel_count; i++) {
        suggestion_try(&near, r->stadsdelar[i].name);
        for (size_t j = 0; j < r->stadsdelar[i].alias_count; j++)
            suggestion_try(&near, r->stadsdelar[i].aliases[j]);
    }
    (void)error_set(err, EXIT_USAGE, "no district \"%s\" in the registry", name);
    return hint_near(&near, "The file of registries.stadsdelar lists the districts.", err);
}

int given_rule(const char *id, struct error *err)
{
    struct suggestion near = {.given = text_of(id)};
    if (rule_find(id)) return 0;
    for (const struct rule *r = rules; r->id; r++)
        suggestion_try(&near, r->id);
    (void)error_set(err, EXIT_USAGE, "no rule \"%s\"", id);
    return hint_near(&near, "\"stadslager quarantine list\" names the rules of the rows that are there.", err);
}

/* ---- moments ---- */

static bool is_day(const char *text, size_t len)
{
    struct period period;
    return len == sizeof "2026-11-23" - 1 && isdigit((unsigned char)text[0]) &&
           period_parse(text_make(text, len), &period) == 0 && period.kind == PERIOD_DAY;
}

/* Two digits below LIMIT at *AT, which moves behind them. */
static bool two_digits(const char **at, int limit)
{
    const char *s = *at;
    if (!isdigit((unsigned char)s[0]) || !isdigit((unsigned char)s[1]) || (s[0] - '0') * 10 + s[1] - '0' >= limit)
        return false;
    *at += 2;
    return true;
}

/* Z, +01, +01:00, +0100, or nothing. */
static bool is_zone(const char *s)
{
    if (!*s || !strcmp(s, "Z")) return true;
    if (*s != '+' && *s != '-') return false;
    s++;
    if (!two_digits(&s, 16)) return false;
    if (!*s) return true;
    s += *s == ':';
    return two_digits(&s, 60) && !*s;
}

static bool is_clock(const char *s)
{
    if (!two_digits(&s, 24) || *s++ != ':' || !two_digits(&s, 60)) return false;
    if (*s == ':') {
        s++;
        if (!two_digits(&s, 60)) return false;
        if (*s == '.') {
            size_t digits = strspn(s + 1, "0123456789");
            if (digits < 1 || digits > 6) return false;
            s += 1 + digits;
        }
    }
    return is_zone(s);
}

int given_moment(const char *text, char ret[static MOMENT_SIZE])
{
    size_t len = strlen(text), day = sizeof "2026-11-23" - 1;
    if (len >= MOMENT_SIZE || !is_day(text, len < day ? len : day)) return -1;
    if (len == day) {
        (void)snprintf(ret, MOMENT_SIZE, "%s 23:59:59.999999Z", text);
        return 0;
    }
    if ((text[day] != 'T' && text[day] != ' ') || !is_clock(text + day + 1)) return -1;
    (void)snprintf(ret, MOMENT_SIZE, "%s", text); /* sessions of ours are in UTC */
    return 0;
}

/* ---- others ---- */

int given_materiality(const char *text, char ret_number[static 32], bool *ret_percent)
{
    char digits[32], printed[DECIMAL_PRINT_SIZE];
    struct decimal number;
    size_t len = strlen(text);
    bool percent = len && text[len - 1] == '%';
    len -= percent;
    while (percent && len && text[len - 1] == ' ')
        len--;
    if (!len || len >= sizeof digits) return -1;
    memcpy(digits, text, len);
    digits[len] = '\0';
    if (decimal_parse(text_of(digits), &number) || number.unscaled < 0) return -1;
    (void)snprintf(ret_number, 32, "%s", decimal_print(number, printed));
    *ret_percent = percent;
    return 0;
}

int given_report(const char *text, struct period *ret_period)
{
    struct period period;
    char spaced[24];
    size_t letters = strcspn(text, "0123456789 ");
    if (!letters || letters > 2 || strlen(text) + 2 > sizeof spaced) return -1;
    if ((text[0] | ' ') == 'v' && isdigit((unsigned char)text[letters])) /* VB2022 */
        (void)snprintf(spaced, sizeof spaced, "%.*s %s", (int)letters, text, text + letters);
    else
        (void)snprintf(spaced, sizeof spaced, "%s", text);
    if (period_parse(text_of(spaced), &period) || period.report == PERIOD_REPORT_NONE) return -1;
    *ret_period = period;
    return 0;
}
