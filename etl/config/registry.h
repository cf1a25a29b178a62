/* The registries: which districts, units and indicators there are, and by which names they go. */
#ifndef STADSLAGER_REGISTRY_H
#define STADSLAGER_REGISTRY_H

#include <stddef.h>

#include "etl/base/arena.h"
#include "etl/base/error.h"
#include "etl/base/text.h"
#include "etl/config/rules.h"

struct stadsdel {
    const char *code;                  /* "SDN_HV": stable, never reused */
    const char *name;                  /* "Hässelby-Vällingby" */
    const char *valid_from, *valid_to; /* ISO dates; first day, last day; NULL = open */
    const char *const *aliases;        /* further names; "… stadsdelsnämnd" and "… SDF" forms need not be listed */
    size_t alias_count;
};
struct succession {
    const char *date;      /* ISO, first day of the successor */
    const char *from, *to; /* codes */
};
struct enhet_entry {
    const char *stadsdel; /* code */
    const char *name;
    const char *valid_from, *valid_to;
    const char *const *aliases;
    size_t alias_count;
};
struct indikator_entry {
    const char *code, *name;
    const char *unit;         /* "%", "st", "index", … or "" */
    const char *kind;         /* andel, antal, index, belopp, kvot */
    const char *polarity;     /* hogre, lagre, neutral */
    const char *owner;        /* KF, namnd, enhet */
    const char *kon_mening;   /* egen_andel (own rate), eget_antal, andel_av_total, delsumma */
    int disclosure_threshold; /* individuals; default 5 */
    int denominator_min;      /* individuals at least behind a whole board's share; 0 = not known */
    const char *const *aliases;
    size_t alias_count;
    const struct rule_severity *rules; /* severities chosen for this indicator */
    size_t rule_count;
};
struct indikator_name { /* one of an entry's names */
    struct text key;    /* folded */
    const struct indikator_entry *entry;
};
struct definition {        /* from this year on an indicator is defined otherwise: its series breaks */
    const char *indikator; /* code */
    int from;
    const char *note; /* what changed */
};
struct registry {
    const struct stadsdel *stadsdelar;
    size_t stadsdel_count;
    const struct succession *successions;
    size_t succession_count;
    const struct enhet_entry *enheter;
    size_t enhet_count;
    const struct indikator_entry *indikatorer;
    size_t indikator_count;
    const struct indikator_name *indikator_names; /* all names and aliases, in the order of their keys */
    size_t indikator_name_count;
    const struct definition *definitions;
    size_t definition_count;
};

/* The district of that name, alias or code on any date, matched by folded key, with or without a trailing
 * "stadsdelsnämnd", "stadsdelsförvaltning", "sdn", "sdf"; NULL when unknown.  -1 when memory ran out. */
int registry_stadsdel(const struct registry *registry, struct text name, const struct stadsdel **ret,
                      struct error *err) CHECK_RESULT;
/* The indicator of that name or alias, matched by folded key (built in ARENA); NULL when unknown.  -1 when memory ran out. */
int registry_indikator(const struct registry *registry, struct arena *arena, struct text name,
                       const struct indikator_entry **ret, struct error *err) CHECK_RESULT;

#endif
