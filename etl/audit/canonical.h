/* Canonical rows, as migration 007 describes them and drift.canonical_… gives them: what a fact says, in natural keys, one line
 * of COPY's text format.  Here they are made from facts; the two must stay equal, column for column. */
#ifndef STADSLAGER_CANONICAL_H
#define STADSLAGER_CANONICAL_H

#include "etl/audit/version.h"
#include "etl/dimensions/dimension_memory.h"

#define CANONICAL_COLUMNS 20 /* at most, of a table */

/* "utfall", …: the table's name behind fact_ and drift.canonical_. */
const char *canonical_name(enum fact_table table);
/* The names of its columns, NULL-terminated; the first RET_KEYS are the key, of those the first two the group of a digest. */
const char *const *canonical_columns(enum fact_table table, size_t *ret_keys);
/* Appends the columns behind the key, each with a TAB before it.  What PostgreSQL would not store is repaired as copy_text
 * does. */
void canonical_values(struct line *line, const struct fact *fact);
/* Appends the columns of the key, TABs between.  EXIT_INTERNAL when MEMORY does not have one of its ids. */
int canonical_key(struct line *line, const struct dimension_memory *memory, const struct version_key *key,
                  struct error *err) CHECK_RESULT;
/* What a key is made of: district and period, each with the TAB behind it, which are the group of a digest; … */
int canonical_group(struct line *line, const struct dimension_memory *memory, const struct version_key *key,
                    struct error *err) CHECK_RESULT;
/* … unit and object, each a member of a dimension; … */
int canonical_member(struct line *line, const struct dimension_memory *memory, enum memory_table_id dimension,
                     int32_t id, struct error *err) CHECK_RESULT;
/* (the objects of TABLE are members of this one) */
enum memory_table_id canonical_dimension(enum fact_table table);
/* … and sex or level, with a TAB before it, where the table has them. */
void canonical_part(struct line *line, const struct version_key *key);

#endif
