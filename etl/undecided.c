#include "etl/undecided.h"

#include <stdio.h>

static enum severity severity_of(const struct config *config, const struct indikator_entry *entry, const char *rule)
{
    return config_severity(config, entry, rule, rule_find(rule)->severity);
}

bool undecided_possible(const struct config *config)
{
    static const char *const ids[] = {"L-FOREGAENDE", "L-TABELL", "L-EKONOMI"};
    bool rejects = false;
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        rejects |= severity_of(config, NULL, ids[i]) == SEVERITY_REJECT;
        for (size_t k = 0; k < config->registry.indikator_count; k++)
            rejects |= severity_of(config, &config->registry.indikatorer[k], ids[i]) == SEVERITY_REJECT;
    }
    return rejects;
}

static const struct indikator_entry *entry_of(const struct undecided *u, int32_t indikator_id)
{
    const char *code = indikator_id ? dimension_memory_get(u->memory, MEMORY_INDIKATOR, indikator_id, "kod") : NULL;
    for (size_t i = 0; code && *code && i < u->config->registry.indikator_count; i++)
        if (!strcmp(u->config->registry.indikatorer[i].code, code)) return &u->config->registry.indikatorer[i];
    return NULL;
}

/* A column headed with another year than the one before is left alone, as by foregaende_differs.sql. */
static bool is_of_year_before(const struct fact *fact)
{
    char year[16];
    (void)snprintf(year, sizeof year, "%d", fact->ar - 1);
    return fact->avser.len == 0 ||
           (fact->avser.len >= strlen(year) && text_is(text_from(fact->avser, fact->avser.len - strlen(year)), year));
}

/* The rule that compares FACT with another place; NULL when none does. */
static const char *rule_of(const struct fact *fact, int32_t *ret_indikator_id)
{
    *ret_indikator_id = fact->table == FACT_FOREGAENDE ? fact->indikator_id : fact->same_indikator_id;
    if (!fact->has_number) return NULL;
    if (fact->table == FACT_FOREGAENDE) return is_of_year_before(fact) ? "L-FOREGAENDE" : NULL;
    if (fact->table == FACT_TABELL) return fact->same_indikator_id ? "L-TABELL" : NULL;
    return fact->table == FACT_EKONOMI && fact->same_key.len ? "L-EKONOMI" : NULL;
}

static int take_fact(void *context, const struct fact *fact, struct error *err)
{
    struct undecided *u = context;
    int32_t indikator_id;
    const char *rule = u->rule ? NULL : rule_of(fact, &indikator_id);
    if (rule && severity_of(u->config, entry_of(u, indikator_id), rule) == SEVERITY_REJECT) u->rule = rule;
    return sink_fact(&u->to, fact, err);
}

static int take_row(void *context, uint64_t row, enum record_kind kind, uint32_t lines, struct place place,
                    struct error *err)
{
    const struct undecided *u = context;
    return sink_row(&u->to, row, kind, lines, place, err);
}

static int take_quarantine(void *context, const struct quarantine_row *row, struct error *err)
{
    const struct undecided *u = context;
    return sink_quarantine(&u->to, row, err);
}

static int take_finding(void *context, const struct finding *finding, struct error *err)
{
    const struct undecided *u = context;
    return sink_finding(&u->to, finding, err);
}

struct fact_sink undecided_sink(struct undecided *undecided)
{
    return (struct fact_sink){take_row, take_fact, take_quarantine, take_finding, undecided->to.wants_raw, undecided};
}

int undecided_error(const struct undecided *undecided, struct error *err)
{
    return error_set(err, EXIT_REFUSED, "rule %s rejects by the database's state, which an audit does not decide again",
                     undecided->rule);
}
