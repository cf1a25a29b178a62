/* Why a value is not there: the reasons that the analysis below a row gives in words.  What is kept is the place of the
 * sentence, never the sentence. */
#ifndef STADSLAGER_RAPPORT_EVIDENCE_H
#define STADSLAGER_RAPPORT_EVIDENCE_H

#include "connectors/connector.h"

/* EVIDENCE_NONE when ANALYSIS, a line or a cell of an analysis, gives no reason that we know. */
enum evidence evidence_in(struct text analysis);

#endif
