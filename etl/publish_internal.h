/* Between publish.c, which publishes by difference, and publish_aside.c, which publishes new years that were built aside. */
#ifndef STADSLAGER_PUBLISH_INTERNAL_H
#define STADSLAGER_PUBLISH_INTERNAL_H

#include "etl/publish.h"
#include "etl/publish_swap.h"

#define PARAMS(...)                                                                                                    \
    (const char *const[])                                                                                              \
    {                                                                                                                  \
        __VA_ARGS__                                                                                                    \
    }
#define NO_PARAMS 0, NULL

/* What is found out on the way to a publication. */
struct publication {
    struct load *load;
    const struct load_input *input;
    struct load_counts counts;
    const char *years, *districts;          /* of this export, as SQL arrays */
    const char *years_before, *years_after; /* the years next to those of this export */
    const char *all_years, *all_districts;  /* of all its source ever published */
    const char *severities;                 /* of the rules that are judged here */
    const char *way;                        /* as the ledger says it where something is written */
    int64_t staged_facts;
    int64_t last_rows_read;                    /* of the source's last load; -1 = none */
    int64_t doubtful, doubtful_indikator;      /* rows that go to quarantine */
    int64_t absent;                            /* facts of the source that are not in the export and stay */
    uint64_t repeated_rows, repeated_lines;    /* that only repeat others */
    int64_t repeated_facts;                    /* of those, and of rows that repeat others in part */
    int64_t quarantine_new, quarantine_closed; /* rows of drift.quarantine to add and to close */
    bool protected;                            /* what analysts may see of new years is decided already */
    struct publish_swap swap;
};

/* Runs a named query and returns, where wanted, how many rows it touched. */
int publish_run(struct publication *p, const char *name, int count, const char *const *params, const char *doing,
                int64_t *ret_touched, struct error *err) CHECK_RESULT;
/* Fills the table of the COPY statement NAME with what waits in COPY, and empties it. */
int publish_send(struct publication *p, struct copy *copy, const char *name, struct error *err) CHECK_RESULT;
/* N in the load's arena; NULL when memory ran out. */
const char *publish_number(struct load *load, int64_t n);
/* The steps that both ways have, in this order: years and districts of the export and the severities; empty staging; what the
 * source published before; the limits. */
int publish_extent(struct publication *p, struct error *err) CHECK_RESULT;
int publish_clear(struct publication *p, struct error *err) CHECK_RESULT;
int publish_read_extent(struct publication *p, struct error *err) CHECK_RESULT;
int publish_check_limits(const struct publication *p, struct error *err) CHECK_RESULT;
/* What is staged: keys that stand more than once, with doubt and findings where they contradict each other; doubtful rows,
 * added to p->doubtful, and how many of them only the database found, whose bytes join the quarantine; the difference from the
 * warehouse, and writing it as load ID. */
int publish_find_repeats(struct publication *p, int64_t *ret_repeated, struct error *err) CHECK_RESULT;
int publish_count_doubtful(struct publication *p, int64_t *ret_found, struct error *err) CHECK_RESULT;
int publish_add_doubtful(struct publication *p, struct error *err) CHECK_RESULT;
int publish_find_difference(struct publication *p, struct error *err) CHECK_RESULT;
int publish_write_facts(struct publication *p, const char *id, struct error *err) CHECK_RESULT;
/* ROWS of KIND (a letter of drift.stage_row) met FATE: 'q' quarantined, 'l' loaded, 'i' ignored, else unchanged. */
void publish_count_row(struct publication *p, char kind, char fate, uint64_t rows, uint64_t lines);
/* The staged rows too, and the counts from all those and the decoder's; EXIT_INTERNAL when they do not add up. */
int publish_count_rows(struct publication *p, struct error *err) CHECK_RESULT;
/* What the quarantine and the findings have that is not in the ledger yet. */
int publish_compare_quarantine(struct publication *p, struct error *err) CHECK_RESULT;

/* Of a load that is built aside: everything up to the ledger … */
int publish_aside_prepare(struct publication *p, struct error *err) CHECK_RESULT;
/* … and what the triggers of the fact tables would have done. */
int publish_aside_protect(struct publication *p, struct error *err) CHECK_RESULT;

#endif
