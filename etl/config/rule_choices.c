#include "etl/config/rule_choices.h"

#include <stdio.h>
#include <stdlib.h>

#include "etl/base/text_stream.h"

/* Ids, codes and severities hold nothing that JSON would escape. */
static void print_rule(FILE *out, const struct rule *rule, const struct config *config)
{
    static const struct config none = {0};
    const struct config *chosen = config ? config : &none;
    enum severity all = config_severity(chosen, NULL, rule->id, rule->severity);
    fprintf(out, "\"%s\": {\"\": \"%s\"", rule->id, severity_name(all));
    for (size_t i = 0; i < chosen->registry.indikator_count; i++) {
        const struct indikator_entry *entry = &chosen->registry.indikatorer[i];
        enum severity its_own = config_severity(chosen, entry, rule->id, rule->severity);
        if (its_own != all) fprintf(out, ", \"%s\": \"%s\"", entry->code, severity_name(its_own));
    }
    fputc('}', out);
}

const char *rule_choices_json(struct arena *arena, const struct config *config)
{
    struct text_stream stream;
    size_t size;
    bool first = true;
    if (text_stream_begin(&stream)) return NULL;
    FILE *out = stream.out;
    fputc('{', out);
    for (const struct rule *rule = rules; rule->id; rule++) {
        if (rule->id[0] != 'L' || !rule_is_adjustable(rule)) continue;
        if (!first) fputs(", ", out);
        first = false;
        print_rule(out, rule, config);
    }
    fputc('}', out);
    char *text = text_stream_end(&stream, &size);
    const char *copy = text ? arena_strdup(arena, text) : NULL;
    free(text);
    return copy;
}
