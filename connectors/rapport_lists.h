/* Time series that a report writes as a list: `- 2024: 110`, `- 2023: 67`.  Each item becomes a RECORD_TABELL with the
 * year as its label and one cell; sentences that begin with a year stay prose. */
#ifndef STADSLAGER_RAPPORT_LISTS_H
#define STADSLAGER_RAPPORT_LISTS_H

#include "connectors/rapport_document.h"

/* True when a list begins at line index AT: two items with list marks or more, or three bare ones (`2021: 34`, whose mark
 * the converter lost) of consecutive years; blank lines may stand between. */
bool lists_is_series(struct document *d, size_t at);
/* Sends the items of the list at *AT and moves *AT behind the last. */
int lists_series(struct document *d, size_t *at, struct error *err) CHECK_RESULT;

#endif
