/* Folding names, and the texts it is built on. */
#include "tests/fuzz/fuzz.h"

#include "etl/base/fold.h"

static void try_nfc(struct arena *arena, struct text name)
{
    struct text nfc = fold_nfc(arena, name);
    FUZZ_CHECK(text_failed(nfc) == !fuzz_is_utf8(name));
    if (text_failed(nfc)) return;
    FUZZ_CHECK(fuzz_is_utf8(nfc));
    FUZZ_CHECK(text_equal(fold_nfc(arena, nfc), nfc));
}

/* A name and the key of its composed form are the same name. */
static void try_key(struct arena *arena, struct text name)
{
    struct text key = fold_key(arena, name);
    (void)fold_has_lookalike(name);
    FUZZ_CHECK(text_failed(key) == !fuzz_is_utf8(name));
    if (text_failed(key)) return;
    FUZZ_CHECK(fuzz_is_utf8(key));
    for (size_t i = 0; i < key.len; i++)
        FUZZ_CHECK((unsigned char)key.ptr[i] > 0x20 && key.ptr[i] != 0x7f);
    FUZZ_CHECK(text_equal(fold_key(arena, fold_nfc(arena, name)), key));
    FUZZ_CHECK(text_equal(fold_key(arena, name), key));
}

static void try_short(struct text name)
{
    char out[FOLD_SHORT_SIZE], one[FOLD_SHORT_SIZE];
    struct text without = fold_short(name, FOLD_BLANKS_OUT, out), with = fold_short(name, FOLD_BLANKS_ONE, one);
    FUZZ_CHECK(without.len <= FOLD_SHORT_SIZE && with.len <= FOLD_SHORT_SIZE);
    FUZZ_CHECK(fuzz_is_utf8(without) && fuzz_is_utf8(with));
    FUZZ_CHECK(text_find(without, " ") == SIZE_MAX && text_find(with, "  ") == SIZE_MAX);
    if (!fuzz_is_utf8(name)) FUZZ_CHECK(without.len == 0 && with.len == 0);
}

static void try_space(struct arena *arena, struct text name)
{
    struct text folded = text_fold_space(arena, name);
    FUZZ_CHECK(!text_failed(folded));
    FUZZ_CHECK(text_equal(text_fold_space(arena, folded), folded));
    FUZZ_CHECK(text_equal(text_trim(folded), folded));
    FUZZ_CHECK(text_blank(name) == (folded.len == 0));
    if (fuzz_is_utf8(name)) FUZZ_CHECK(fuzz_is_utf8(folded) && fuzz_is_utf8(text_clip(name, name.len / 2)));
    FUZZ_CHECK(fold_is_storable(name) == (fuzz_is_utf8(name) && !(name.len && memchr(name.ptr, 0, name.len))));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    char *bytes = fuzz_copy(text_make((const char *)data, size));
    struct text name = text_make(bytes, size);
    try_nfc(&arena, name);
    try_key(&arena, name);
    try_short(name);
    try_space(&arena, name);
    arena_free(&arena);
    free(bytes);
    return 0;
}
