/* A bounded memory of answers: the same few names stand in row after row of an export, and folding a name to look it up is
 * dear.  A name has one slot; a later name with the same slot takes it over, so that memory does not grow with the input,
 * and what is forgotten is only found out again.  Keys are compared byte by byte: an answer is never another name's. */
#ifndef STADSLAGER_MEMO_H
#define STADSLAGER_MEMO_H

#include <stdbool.h>
#include <stdint.h>

#include "etl/base/text.h"

struct memo {
    struct memo_slot *slots; /* LIMIT_MEMO_SLOTS of them, malloc'ed; NULL while empty */
};

/* The answer kept for NAME in SCOPE (what kind of name it is, and of which district). */
bool memo_get(const struct memo *memo, int32_t scope, struct text name, int32_t *ret_answer);
/* Keeps ANSWER.  Where NAME is longer than LIMIT_MEMO_NAME, or memory is short, nothing is kept. */
void memo_put(struct memo *memo, int32_t scope, struct text name, int32_t answer);
/* Forgets everything and gives the slots back.  A zeroed memo is a valid empty one. */
void memo_free(struct memo *memo);

#endif
