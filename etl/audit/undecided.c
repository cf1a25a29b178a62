#include "etl/audit/undecided.h"

static enum severity severity_of(const struct config *config, const struct indikator_entry *entry, const char *rule)
{
    return config_severity(config, entry, rule, rule_find(rule)->severity);
}

bool rule_rejects_some(const struct config *config, const char *rule)
{
    bool rejects = severity_of(config, NULL, rule) == SEVERITY_REJECT;
    for (size_t i = 0; i < config->registry.indikator_count && !rejects; i++)
        rejects = severity_of(config, &config->registry.indikatorer[i], rule) == SEVERITY_REJECT;
    return rejects;
}

bool rule_rejects(const struct config *config, const struct dimension_memory *memory, const char *rule,
                  int32_t indikator_id)
{
    const char *code = indikator_id ? dimension_memory_get(memory, MEMORY_INDIKATOR, indikator_id, "kod") : NULL;
    const struct indikator_entry *entry = NULL;
    for (size_t i = 0; code && *code && i < config->registry.indikator_count && !entry; i++)
        if (!strcmp(config->registry.indikatorer[i].code, code)) entry = &config->registry.indikatorer[i];
    return severity_of(config, entry, rule) == SEVERITY_REJECT;
}

bool undecided_possible(const struct config *config)
{
    return rule_rejects_some(config, "L-TABELL") || rule_rejects_some(config, "L-EKONOMI");
}

/* The rule that compares FACT with another place; NULL when none does. */
static const char *rule_of(const struct fact *fact)
{
    if (!fact->has_number) return NULL;
    if (fact->table == FACT_TABELL) return fact->same_indikator_id ? "L-TABELL" : NULL;
    return fact->table == FACT_EKONOMI && fact->same_key.len ? "L-EKONOMI" : NULL;
}

static int take_fact(void *context, const struct fact *fact, struct error *err)
{
    struct undecided *u = context;
    const char *rule = u->rule ? NULL : rule_of(fact);
    if (rule && rule_rejects(u->config, u->memory, rule, fact->same_indikator_id)) u->rule = rule;
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
