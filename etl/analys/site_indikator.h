/* The pieces of an indicator's page. */
#ifndef STADSLAGER_SITE_INDIKATOR_H
#define STADSLAGER_SITE_INDIKATOR_H

#include "etl/analys/site.h"

struct group { /* consecutive lines of one indicator */
    const struct site_line *lines;
    size_t count;
    const struct site_indikator *about;
    const struct site_data *data;
};

/* PERIOD_ID is a whole year's. */
static inline bool group_is_year(const char *period_id)
{
    return !strncmp(period_id + 4, "0000", 5);
}
/* The districts over the years, where there are two or more. */
int group_put_years(struct page *page, const struct group *g, struct error *err) CHECK_RESULT;
/* The same of today's districts, those that have merged put together; where none has, a sentence says so. */
int group_put_today(struct page *page, const struct group *g, struct error *err) CHECK_RESULT;

#endif
