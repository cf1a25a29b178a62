/* A text slice: bytes of UTF-8 that someone else owns.  Never NUL-terminated; ptr may be NULL when len is 0. */
#ifndef STADSLAGER_TEXT_H
#define STADSLAGER_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "etl/base/arena.h"

struct text {
    const char *ptr;
    size_t len;
};

/* The text's bytes, not ended by a NUL; never a null pointer. */
static inline const char *text_chars(struct text t)
{
    return t.len ? t.ptr : "";
}

/* For printf's "%.*s". */
#define TEXT_ARGS(t) (int)(t).len, text_chars(t)

static inline struct text text_make(const char *ptr, size_t len)
{
    return (struct text){ptr, len};
}
static inline struct text text_of(const char *s)
{
    return (struct text){s, s ? strlen(s) : 0};
}
extern const struct text text_no_memory;
#define TEXT(literal) ((struct text){(literal), sizeof(literal) - 1})

/* These are called for every cell and are inline, so that the length of a literal is known where it stands. */
static inline bool text_equal(struct text a, struct text b)
{
    if (a.len != b.len) return false;
    return a.len == 0 || (a.ptr[0] == b.ptr[0] && (a.len == 1 || !memcmp(a.ptr, b.ptr, a.len)));
}
static inline bool text_is(struct text a, const char *b)
{
    return text_equal(a, text_of(b));
}
static inline bool text_starts(struct text a, const char *prefix)
{
    size_t n = strlen(prefix);
    return a.len >= n && (n == 0 || !memcmp(a.ptr, prefix, n));
}
bool text_ends(struct text a, const char *suffix);
/* Where NEEDLE begins in A, or SIZE_MAX. */
size_t text_find(struct text a, const char *needle);
static inline struct text text_from(struct text a, size_t start) /* a[start..]; empty when start is past the end */
{
    return start >= a.len ? (struct text){NULL, 0} : text_make(a.ptr + start, a.len - start);
}
static inline struct text text_part(struct text a, size_t start, size_t len) /* clipped to a */
{
    struct text rest = text_from(a, start);
    if (rest.len > len) rest.len = len;
    return rest;
}
/* Length in bytes of the white space character A begins with: ASCII blank, \t \r \n \v \f, U+00A0, U+2007, U+2009,
 * U+202F, U+FEFF; 0 when it begins with none. */
size_t text_wide_space(struct text a); /* of those beyond ASCII; A is not empty */
static inline size_t text_space(struct text a)
{
    if (a.len == 0) return 0;
    unsigned char c = (unsigned char)a.ptr[0];
    if (c < 0xc2) return c == ' ' || (c >= '\t' && c <= '\r');
    return text_wide_space(a);
}
/* The first SIZE bytes of A at most, not ending inside a character. */
struct text text_clip(struct text a, size_t size);
/* Takes a character off the end of the NUL-terminated S that was cut inside it. */
void text_mend(char *s);
struct text text_trim(struct text a); /* without white space (as text_space) at both ends */
bool text_blank(struct text a);       /* white space only, or empty */
/* White space runs folded to one ASCII blank, trimmed; in ARENA, or A itself where nothing changes.
 * When memory ran out: text_no_memory, which reads as an empty text and is told apart by text_failed. */
struct text text_fold_space(struct arena *arena, struct text a);
struct text text_copy(struct arena *arena, struct text a);
/* A, BETWEEN and B in ARENA; where A or B is empty, the other one itself, not copied. */
struct text text_join(struct arena *arena, struct text a, const char *between, struct text b);
/* text_copy and text_join fail the same way, and pass a failure of their input on. */
static inline bool text_failed(struct text a)
{
    return a.ptr == text_no_memory.ptr;
}
/* NUL-terminated copy in ARENA; NULL when memory ran out. */
char *text_cstr(struct arena *arena, struct text a);
int text_compare(struct text a, struct text b); /* bytewise, as the C collation sorts */

#endif
