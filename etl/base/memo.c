#include "etl/base/memo.h"

#include <stdlib.h>

#include "etl/base/limits.h"

struct memo_slot {
    uint32_t used; /* length of the name + 1; 0 = free */
    int32_t scope, answer;
    char name[LIMIT_MEMO_NAME];
};

/* Eight bytes at a time; the places of names differ, their answers do not depend on it. */
static size_t slot_of(int32_t scope, struct text name)
{
    const uint64_t mix = 0x9e3779b97f4a7c15u;
    uint64_t hash = ((uint64_t)(uint32_t)scope << 32 | name.len) * mix, word;
    size_t i = 0;
    for (; i + sizeof word <= name.len; i += sizeof word) {
        memcpy(&word, name.ptr + i, sizeof word);
        hash = ((hash ^ hash >> 29) ^ word) * mix;
    }
    word = 0;
    if (i < name.len) memcpy(&word, name.ptr + i, name.len - i);
    hash = ((hash ^ hash >> 29) ^ word) * mix;
    return (size_t)(hash >> 40) & (LIMIT_MEMO_SLOTS - 1);
}

bool memo_get(const struct memo *memo, int32_t scope, struct text name, int32_t *ret_answer)
{
    if (!memo->slots || name.len > LIMIT_MEMO_NAME) return false;
    const struct memo_slot *slot = &memo->slots[slot_of(scope, name)];
    if (slot->used != name.len + 1 || slot->scope != scope) return false;
    if (name.len && memcmp(slot->name, name.ptr, name.len) != 0) return false;
    *ret_answer = slot->answer;
    return true;
}

void memo_put(struct memo *memo, int32_t scope, struct text name, int32_t answer)
{
    if (name.len > LIMIT_MEMO_NAME) return;
    if (!memo->slots) memo->slots = calloc(LIMIT_MEMO_SLOTS, sizeof *memo->slots);
    if (!memo->slots) return;
    struct memo_slot *slot = &memo->slots[slot_of(scope, name)];
    slot->used = (uint32_t)name.len + 1;
    slot->scope = scope;
    slot->answer = answer;
    if (name.len) memcpy(slot->name, name.ptr, name.len);
}

void memo_free(struct memo *memo)
{
    free(memo->slots);
    *memo = (struct memo){0};
}
