/* Refresh by the difference: an export of delimited text of which most lines are those of the source's last export.  Only the
 * lines that were removed and added are decoded, through the same connector and the same rules; what is stored is what the load
 * of the whole export would store.  Whatever makes that doubtful declines. */
#ifndef STADSLAGER_REFRESH_DELTA_H
#define STADSLAGER_REFRESH_DELTA_H

#include "etl/refresh.h"

/* Loads FROM as OPTIONS say: 1 when it is published, 0 when it declined and nothing has happened, -1 with ERR.  RET_WAY says why
 * it declined; "" where there was nothing to compare with. */
int refresh_delta(const struct refresh *refresh, const struct refresh_input *from, const struct load_options *options,
                  struct load_way *ret_way, struct load_counts *ret_counts, struct error *err) CHECK_RESULT;

#endif
