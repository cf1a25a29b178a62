/* The severities of the rules that the database judges, as its queries take them. */
#ifndef STADSLAGER_RULE_CHOICES_H
#define STADSLAGER_RULE_CHOICES_H

#include "etl/config/config.h"

/* {"L-FOREGAENDE": {"": "warn", "IND_SJUKFRANVARO": "note"}, …}: of each rule L-… whose severity can be chosen the one that
 * holds, and by their codes the indicators that have another.  In ARENA; NULL when memory ran out.  CONFIG: NULL = the
 * rules' own. */
const char *rule_choices_json(struct arena *arena, const struct config *config);

#endif
