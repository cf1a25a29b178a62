#include "etl/base/text.h"

#include <stdint.h>

static const char no_memory[] = "";
const struct text text_no_memory = {no_memory, 0};

bool text_equal(struct text a, struct text b)
{
    return a.len == b.len && (a.len == 0 || !memcmp(a.ptr, b.ptr, a.len));
}

bool text_is(struct text a, const char *b)
{
    return text_equal(a, text_of(b));
}

bool text_starts(struct text a, const char *prefix)
{
    size_t n = strlen(prefix);
    return a.len >= n && (n == 0 || !memcmp(a.ptr, prefix, n));
}

bool text_ends(struct text a, const char *suffix)
{
    size_t n = strlen(suffix);
    return a.len >= n && (n == 0 || !memcmp(a.ptr + a.len - n, suffix, n));
}

size_t text_find(struct text a, const char *needle)
{
    size_t n = strlen(needle);
    const char *p = n && a.len >= n ? memmem(a.ptr, a.len, needle, n) : NULL;
    return p ? (size_t)(p - a.ptr) : SIZE_MAX;
}

struct text text_from(struct text a, size_t start)
{
    return start >= a.len ? (struct text){0} : text_make(a.ptr + start, a.len - start);
}

struct text text_part(struct text a, size_t start, size_t len)
{
    struct text rest = text_from(a, start);
    if (rest.len > len) rest.len = len;
    return rest;
}

struct text text_clip(struct text a, size_t size)
{
    if (a.len <= size) return a;
    while (size > 0 && ((unsigned char)a.ptr[size] & 0xc0) == 0x80)
        size--;
    a.len = size;
    return a;
}

void text_mend(char *s)
{
    size_t len = strlen(s), start = len;
    while (start > 0 && len - start < 3 && ((unsigned char)s[start - 1] & 0xc0) == 0x80)
        start--;
    if (start == 0) return;
    unsigned char lead = (unsigned char)s[start - 1];
    size_t want = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : 0;
    if (lead >= 0xc0 && len - start < want) s[start - 1] = '\0';
}

static const char *const wide_spaces[] = {"\u00a0", "\u2007", "\u2009", "\u202f", "\ufeff"};

size_t text_space(struct text a)
{
    if (a.len == 0) return 0;
    unsigned char c = (unsigned char)a.ptr[0];
    if (c == ' ' || (c >= '\t' && c <= '\r')) return 1;
    if (c < 0xc2) return 0;
    for (size_t i = 0; i < sizeof wide_spaces / sizeof *wide_spaces; i++)
        if (text_starts(a, wide_spaces[i])) return strlen(wide_spaces[i]);
    return 0;
}

static size_t space_before(struct text a) /* length of the white space character A ends with */
{
    for (size_t n = 1; n <= 3 && n <= a.len; n++)
        if (text_space(text_from(a, a.len - n)) == n) return n;
    return 0;
}

struct text text_trim(struct text a)
{
    size_t n;
    while ((n = text_space(a)) > 0)
        a = text_from(a, n);
    while ((n = space_before(a)) > 0)
        a.len -= n;
    return a;
}

bool text_blank(struct text a)
{
    return text_trim(a).len == 0;
}

static bool folded_already(struct text a)
{
    for (size_t i = 0; i < a.len; i++) {
        size_t n = text_space(text_from(a, i));
        if (n > 1 || (n == 1 && (a.ptr[i] != ' ' || (i + 1 < a.len && text_space(text_from(a, i + 1)))))) return false;
    }
    return true;
}

struct text text_fold_space(struct arena *arena, struct text a)
{
    if (text_failed(a)) return a;
    a = text_trim(a);
    if (folded_already(a)) return a;
    char *out = arena_alloc(arena, a.len);
    if (!out) return text_no_memory;
    size_t len = 0;
    for (size_t i = 0; i < a.len;) {
        size_t n = text_space(text_from(a, i));
        if (n == 0)
            out[len++] = a.ptr[i++];
        else if (len > 0 && out[len - 1] != ' ')
            out[len++] = ' ';
        i += n;
    }
    return text_make(out, len);
}

struct text text_copy(struct arena *arena, struct text a)
{
    if (text_failed(a)) return a;
    if (a.len == 0) return (struct text){0};
    char *out = arena_alloc(arena, a.len);
    if (!out) return text_no_memory;
    memcpy(out, a.ptr, a.len);
    return text_make(out, a.len);
}

struct text text_join(struct arena *arena, struct text a, const char *between, struct text b)
{
    if (text_failed(a) || text_failed(b)) return text_no_memory;
    if (a.len == 0) return b;
    if (b.len == 0) return a;
    size_t gap = strlen(between);
    char *out = arena_alloc(arena, a.len + gap + b.len);
    if (!out) return text_no_memory;
    memcpy(out, a.ptr, a.len);
    memcpy(out + a.len, between, gap);
    memcpy(out + a.len + gap, b.ptr, b.len);
    return text_make(out, a.len + gap + b.len);
}

char *text_cstr(struct arena *arena, struct text a)
{
    char *out = arena_alloc(arena, a.len + 1);
    if (out && a.len) memcpy(out, a.ptr, a.len);
    return out;
}

int text_compare(struct text a, struct text b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int c = n ? memcmp(a.ptr, b.ptr, n) : 0;
    return c ? c : (a.len > b.len) - (a.len < b.len);
}
