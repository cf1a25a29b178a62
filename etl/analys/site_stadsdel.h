/* The pieces of the page of a district or unit. */
#ifndef STADSLAGER_SITE_STADSDEL_H
#define STADSLAGER_SITE_STADSDEL_H

#include "etl/analys/site.h"

/* Its goals, and how far its own reports say that each was reached, period by period. */
void place_put_goals(struct page *page, const struct site_data *data, const struct site_place *place);
/* The amounts of its reports, table by table. */
void place_put_amounts(struct page *page, const struct site_data *data, const struct site_place *place);

#endif
