/* The way "swap" of a load: what it closes and adds is found as ever; where that is most of a year, the year's parts of the fact
 * tables are built anew beside the old ones, with every version there was, and exchanged just before the commit (migration
 * 021).  Readers are held up by the exchange alone; where they do not let go of the tables, the load does without. */
#ifndef STADSLAGER_PUBLISH_SWAP_H
#define STADSLAGER_PUBLISH_SWAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "etl/base/arena.h"
#include "etl/base/error.h"
#include "etl/base/limits.h"

#define SWAP_TABLES                                                                                                    \
    3 /* FACT_UTFALL, FACT_ARSMAL, FACT_FOREGAENDE: of indicator rows, the only ones there are many of */
#define SWAP_SAVEPOINT "swap"

struct publication;

struct swap_part {
    const char *table; /* "fact_utfall" */
    const char *year;
};

struct publish_swap {
    struct swap_part parts[LIMIT_SWAP_PARTS];
    size_t count;                   /* 0: the general way */
    const char *tables, *years;     /* of all parts, side by side, as SQL arrays */
    const char *built[SWAP_TABLES]; /* the years of each table, as SQL arrays */
    uint64_t closed, added;         /* facts, in those parts */
};

/* Of a difference that is found: which parts are worth it.  Makes their tables. */
int swap_choose(struct publication *p, struct error *err) CHECK_RESULT;
/* Fills the tables as load ID and gives them their keys. */
int swap_build(struct publication *p, const char *id, struct error *err) CHECK_RESULT;
/* Decides what analysts may see of those years; after all facts are written. */
int swap_protect(struct publication *p, struct error *err) CHECK_RESULT;
/* The last step before the commit.  False: others hold the tables. */
int swap_exchange(struct publication *p, bool *ret_exchanged, struct error *err) CHECK_RESULT;
/* Then: undoes everything since swap_choose; what differs is to be written row by row. */
int swap_give_up(struct publication *p, struct error *err) CHECK_RESULT;
/* The years of fact table TABLE that are built aside, as an SQL array: the others are left to the queries of that table. */
const char *swap_built(const struct publication *p, int table);

#endif
