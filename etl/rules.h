/* The rules a row is held to: stable ids, what each says, and the severity it has unless the configuration (rules:)
 * chooses another.  reject = the row goes to quarantine, warn = loaded with a flag and a finding, note = a flag only. */
#ifndef STADSLAGER_RULES_H
#define STADSLAGER_RULES_H

#include <stddef.h>

enum severity { SEVERITY_REJECT, SEVERITY_WARN, SEVERITY_NOTE };
const char *severity_name(enum severity severity); /* "reject", "warn", "note" */

struct rule {
    const char *id;
    enum severity severity;
    const char *what;
};
/* In the order of the pipeline; ends with a NULL id.  Rules that only ever reject (nothing could be loaded) say so by the
 * ids R-, D-, U- and L-: the configuration cannot soften them. */
extern const struct rule rules[];
/* NULL when there is none of that id. */
const struct rule *rule_find(const char *id);
/* True when the configuration may choose another severity. */
int rule_is_adjustable(const struct rule *rule);

#endif
