/* The rules a row is held to: stable ids, what each says, and the severity it has unless another was chosen: for one
 * indicator in the registry (rules: of its entry), else for all in the configuration (rules:).  reject = the row goes to
 * quarantine, warn = loaded with a flag and a finding, note = a flag only, or a finding where the rule has no flag. */
#ifndef STADSLAGER_RULES_H
#define STADSLAGER_RULES_H

#include <stddef.h>

enum severity { SEVERITY_REJECT, SEVERITY_WARN, SEVERITY_NOTE };
const char *severity_name(enum severity severity); /* "reject", "warn", "note" */

/* Who may choose another severity.  What has no one meaning (R-, D-, X-, T-, I-, U-) and what is contradicted (L-DUBBLETT,
 * L-KALLA) cannot be loaded as certain, whoever wishes it; L-BORTA withdraws nothing and only says so. */
enum rule_choice {
    RULE_FIXED,
    RULE_PER_RUN,       /* the configuration: the rule is about no indicator */
    RULE_PER_INDIKATOR, /* the configuration and the registry of indicators */
};

struct rule {
    const char *id;
    enum severity severity;
    enum rule_choice choice;
    const char *what;
};
/* In the order of the pipeline; ends with a NULL id. */
extern const struct rule rules[];
/* NULL when there is none of that id. */
const struct rule *rule_find(const char *id);
/* True when the configuration may choose another severity. */
int rule_is_adjustable(const struct rule *rule);

struct rule_severity { /* a choice */
    const char *id;
    enum severity severity;
};

#endif
