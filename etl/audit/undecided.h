/* Rules that a load judges in the database and a derivation does not judge again: L-TABELL and L-EKONOMI.  As warnings, their
 * default, they change no fact.  Where one is set to reject it decides which rows are loaded, by what else the export and the
 * warehouse say; then a derivation must not claim to know.  (L-FOREGAENDE it judges: etl/audit/apply_foregaende.h.) */
#ifndef STADSLAGER_UNDECIDED_H
#define STADSLAGER_UNDECIDED_H

#include "etl/config/config.h"
#include "etl/dimensions/dimension_memory.h"
#include "etl/fact_sink.h"

struct undecided {
    const struct config *config;
    const struct dimension_memory *memory; /* codes of indicators */
    struct fact_sink to;                   /* everything goes on to it */
    const char *rule;                      /* of the first fact that such a rule may have rejected; NULL = none */
};

/* True when CONFIG sets RULE to reject, for all indicators or for one. */
bool rule_rejects_some(const struct config *config, const char *rule);
/* True when it rejects rows of that indicator of MEMORY; 0 = of none. */
bool rule_rejects(const struct config *config, const struct dimension_memory *memory, const char *rule,
                  int32_t indikator_id);

/* True when CONFIG sets such a rule to reject. */
bool undecided_possible(const struct config *config);
struct fact_sink undecided_sink(struct undecided *undecided);
/* EXIT_REFUSED: why the export cannot be derived. */
int undecided_error(const struct undecided *undecided, struct error *err);

#endif
