#include "etl/base/fold.h"

#include <stdint.h>
#include <stdlib.h>
#include <unicase.h>
#include <uninorm.h>
#include <unistr.h>

static const uint8_t *bytes(struct text a)
{
    return (const uint8_t *)a.ptr;
}

static bool is_utf8(struct text a)
{
    return a.len == 0 || u8_check(bytes(a), a.len) == NULL;
}

bool fold_is_storable(struct text a)
{
    return is_utf8(a) && (a.len == 0 || !memchr(a.ptr, '\0', a.len));
}

/* The character A begins with, which must not be empty; its length in bytes is the result. */
static size_t take(struct text a, ucs4_t *ret_c)
{
    unsigned char first = (unsigned char)a.ptr[0];
    if (first >= 0x80) return (size_t)u8_mbtouc(ret_c, bytes(a), a.len);
    *ret_c = first;
    return 1;
}

static size_t put(char *out, ucs4_t c)
{
    if (c >= 0x80) return (size_t)u8_uctomb((uint8_t *)out, c, 4);
    *out = (char)c;
    return 1;
}

/* ---- letters of other scripts ---- */

/* What a letter looks like, and what it sounds like.  One letter alone is a look-alike that came from recognising
 * print; three or more in a row (`кур` in `äldreкурatorer`) are a syllable written in the other alphabet. */
#define SYLLABLE 3
struct lookalike {
    uint16_t letter;
    uint16_t looks, sounds;
};
static const struct lookalike lookalikes[] = {
    /* Greek */
    {0x391, 'a', 'a'},
    {0x392, 'b', 'b'},
    {0x395, 'e', 'e'},
    {0x396, 'z', 'z'},
    {0x397, 'h', 'h'},
    {0x399, 'i', 'i'},
    {0x39a, 'k', 'k'},
    {0x39c, 'm', 'm'},
    {0x39d, 'n', 'n'},
    {0x39f, 'o', 'o'},
    {0x3a1, 'p', 'r'},
    {0x3a4, 't', 't'},
    {0x3a5, 'y', 'y'},
    {0x3a7, 'x', 'x'},
    {0x3b1, 'a', 'a'},
    {0x3b9, 'i', 'i'},
    {0x3ba, 'k', 'k'},
    {0x3bd, 'v', 'n'},
    {0x3bf, 'o', 'o'},
    {0x3c1, 'p', 'r'},
    {0x3c4, 't', 't'},
    {0x3c5, 'u', 'u'},
    {0x3c7, 'x', 'x'},
    /* Cyrillic */
    {0x405, 's', 's'},
    {0x406, 'i', 'i'},
    {0x408, 'j', 'j'},
    {0x410, 'a', 'a'},
    {0x412, 'b', 'v'},
    {0x415, 'e', 'e'},
    {0x41a, 'k', 'k'},
    {0x41c, 'm', 'm'},
    {0x41d, 'h', 'n'},
    {0x41e, 'o', 'o'},
    {0x420, 'p', 'r'},
    {0x421, 'c', 's'},
    {0x422, 't', 't'},
    {0x423, 'y', 'u'},
    {0x425, 'x', 'h'},
    {0x430, 'a', 'a'},
    {0x432, 'b', 'v'},
    {0x435, 'e', 'e'},
    {0x43a, 'k', 'k'},
    {0x43c, 'm', 'm'},
    {0x43d, 'h', 'n'},
    {0x43e, 'o', 'o'},
    {0x440, 'p', 'r'},
    {0x441, 'c', 's'},
    {0x442, 't', 't'},
    {0x443, 'y', 'u'},
    {0x445, 'x', 'h'},
    {0x455, 's', 's'},
    {0x456, 'i', 'i'},
    {0x458, 'j', 'j'},
    {0x4bb, 'h', 'h'},
    {0x4d2, 0xe4, 0xe4}, /* ä */
    {0x4d3, 0xe4, 0xe4},
    {0x4e6, 0xf6, 0xf6}, /* ö */
    {0x4e7, 0xf6, 0xf6},
};

static const struct lookalike *find_lookalike(ucs4_t c)
{
    if (c < 0x391 || c > 0x4e7) return NULL;
    for (size_t i = 0; i < sizeof lookalikes / sizeof *lookalikes; i++)
        if (lookalikes[i].letter == c) return &lookalikes[i];
    return NULL;
}

/* How many look-alikes A begins with, up to SYLLABLE. */
static unsigned lookalike_run(struct text a)
{
    unsigned run = 0;
    ucs4_t c;
    for (size_t i = 0; i < a.len && run < SYLLABLE; run++) {
        i += take(text_from(a, i), &c);
        if (!find_lookalike(c)) break;
    }
    return run;
}

bool fold_has_lookalike(struct text name)
{
    ucs4_t c;
    for (size_t i = 0; i < name.len;) {
        i += take(text_from(name, i), &c);
        if (c >= 0x80 && find_lookalike(c)) return true;
    }
    return false;
}

/* ---- keys ---- */

struct range {
    ucs4_t first, last;
};

static bool in_ranges(ucs4_t c, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (c >= ranges[i].first && c <= ranges[i].last) return true;
    return false;
}

static bool is_dash(ucs4_t c)
{
    static const struct range dashes[] = {
        {0x2010, 0x2015}, {0x2043, 0x2043}, {0x2212, 0x2212}, {0xfe58, 0xfe58}, {0xfe63, 0xfe63}, {0xff0d, 0xff0d},
    };
    return c == '-' || (c >= 0x2010 && in_ranges(c, dashes, sizeof dashes / sizeof *dashes));
}

/* What an ASCII character becomes in a key: itself or its lower case; 0 = left out. */
static const char ascii_key[0x80] = {
    0,   0,   0,   0,   0,    0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,
    0,   0,   0,   0,   0,    0,   0,   0,   0,   0,   0,   0,   0,   '#', '$', '%', '&', 0,   0,   0,   0,   '+',
    ',', '-', '.', '/', '0',  '1', '2', '3', '4', '5', '6', '7', '8', '9', ':', ';', '<', '=', '>', '?', '@', 'a',
    'b', 'c', 'd', 'e', 'f',  'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w',
    'x', 'y', 'z', 0,   '\\', 0,   '^', 0,   0,   'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm',
    'n', 'o', 'p', 'q', 'r',  's', 't', 'u', 'v', 'w', 'x', 'y', 'z', 0,   '|', 0,   '~', 0};

static bool is_left_out(ucs4_t c)
{
    static const struct range left_out[] = {
        {0x80, 0xa0},     /* controls, no-break space */
        {0xab, 0xab},     /* « */
        {0xad, 0xad},     /* soft hyphen */
        {0xb4, 0xb4},     /* ´ */
        {0xbb, 0xbb},     /* » */
        {0x2000, 0x200f}, /* blanks, zero width */
        {0x2018, 0x201f}, /* quotes */
        {0x2022, 0x2022}, /* bullet */
        {0x2028, 0x202f}, /* separators, narrow no-break space */
        {0x2032, 0x2033}, /* primes */
        {0x2039, 0x203a}, /* ‹ › */
        {0x205f, 0x2064}, /* blanks */
        {0x2190, 0x21ff}, /* arrows */
        {0x25a0, 0x27bf}, /* status icons: shapes, symbols, dingbats */
        {0x2b00, 0x2bff}, {0x3000, 0x3000}, {0xfe00, 0xfe0f}, {0xfeff, 0xfeff}, {0x1f000, 0x1faff},
    };
    if (c < 0x80) return !ascii_key[c];
    return in_ranges(c, left_out, sizeof left_out / sizeof *left_out);
}

/* Length of the tag A begins with, 0 when there is none: `<5 år` is not a tag. */
static size_t tag_length(struct text a)
{
    size_t i = 1;
    if (a.len < 3 || a.ptr[0] != '<') return 0;
    if (a.ptr[i] == '/') i++;
    char letter = (char)(a.ptr[i] | 0x20);
    if (letter < 'a' || letter > 'z') return 0;
    for (; i < a.len && a.ptr[i] != '<'; i++)
        if (a.ptr[i] == '>') return i + 1;
    return 0;
}

/* True for characters that stay as they are under NFKC when only such stand beside them. */
static bool is_stable(ucs4_t c)
{
    return c < 0x80 || (c >= 0xc0 && c <= 0xff);
}

/* Everything but NFKC.  RET_STABLE tells whether NFKC could still change the result. */
static struct text reduce(struct arena *arena, struct text name, bool *ret_stable)
{
    char *out = arena_alloc(arena, name.len + name.len / 2 + 4); /* lower case makes 3 bytes of 2 at worst */
    size_t len = 0, syllable = 0;
    ucs4_t c;
    *ret_stable = true;
    if (!out) return text_no_memory;
    for (size_t i = 0; i < name.len;) {
        unsigned char first = (unsigned char)name.ptr[i];
        if (first < 0x80 && first != '<') { /* most are; the rest of the loop would say the same */
            char plain = ascii_key[first];
            if (plain) syllable = 0;
            if (plain && (len > 0 || (plain != '-' && plain != '#'))) out[len++] = plain;
            i++;
            continue;
        }
        struct text rest = text_from(name, i);
        size_t tag = tag_length(rest);
        i += tag ? tag : take(rest, &c);
        if (tag || is_left_out(c)) continue;
        const struct lookalike *other = find_lookalike(c);
        if (!other)
            syllable = 0;
        else if (syllable == 0)
            syllable = lookalike_run(rest);
        if (is_dash(c)) c = '-';
        if (len == 0 && (c == '-' || c == '#')) continue;
        if (other)
            c = syllable >= SYLLABLE ? other->sounds : other->looks;
        else
            c = uc_tolower(c);
        if (!is_stable(c)) *ret_stable = false;
        len += put(out + len, c);
    }
    while (len > 0 && out[len - 1] == '.')
        len--;
    return text_make(out, len);
}

struct text fold_key(struct arena *arena, struct text name)
{
    bool stable;
    /* Composed or not, it is the same name: tags and syllables are looked for in one form. */
    name = fold_nfc(arena, name);
    if (text_failed(name)) return text_no_memory;
    struct text key = reduce(arena, name, &stable);
    if (text_failed(key) || stable || key.len == 0) return key;
    size_t len = 0;
    uint8_t *normal = u8_normalize(UNINORM_NFKC, bytes(key), key.len, NULL, &len);
    if (!normal) return text_no_memory;
    key = reduce(arena, text_make((const char *)normal, len), &stable);
    free(normal);
    return key;
}

int fold_name(struct arena *arena, struct text name, struct text *ret_key, struct error *err)
{
    struct text key = fold_key(arena, name);
    if (text_failed(key)) return is_utf8(name) ? error_memory(err) : 0;
    *ret_key = key;
    return 1;
}

int fold_given(struct arena *arena, const char *name, const char **ret_key, struct error *err)
{
    struct text key;
    int rc = fold_name(arena, text_of(name), &key, err);
    if (rc == 1 && !(*ret_key = text_cstr(arena, key))) return error_memory(err);
    return rc;
}

#define EACH_BYTE(b) (UINT64_C(0x0101010101010101) * (b))

/* Nothing below U+0300 (its lead bytes are below 0xCC) changes under NFC or joins what stands before it.  Eight bytes at a
 * time: adding 0x34 to the low bits of one carries into its highest bit from 0x4C on. */
static bool is_surely_nfc(struct text a)
{
    size_t i = 0;
    uint64_t word;
    for (; i + sizeof word <= a.len; i += sizeof word) {
        memcpy(&word, a.ptr + i, sizeof word);
        if (((word & EACH_BYTE(0x7f)) + EACH_BYTE(0x34)) & word & EACH_BYTE(0x80)) return false;
    }
    for (; i < a.len; i++)
        if ((unsigned char)a.ptr[i] >= 0xcc) return false;
    return true;
}

bool fold_may_compose(struct text a)
{
    return !is_surely_nfc(a);
}

struct text fold_nfc(struct arena *arena, struct text a)
{
    if (!is_utf8(a)) return text_no_memory;
    if (is_surely_nfc(a)) return a;
    size_t len = 0;
    uint8_t *normal = u8_normalize(UNINORM_NFC, bytes(a), a.len, NULL, &len);
    if (!normal) return text_no_memory;
    const struct text composed = text_make((const char *)normal, len);
    const struct text result = text_equal(composed, a) ? a : text_copy(arena, composed);
    free(normal);
    return result;
}

/* NFC in place; false when the result does not fit. */
static bool nfc_in_place(char *buffer, size_t *len)
{
    uint8_t normal[FOLD_SHORT_SIZE];
    size_t size = sizeof normal;
    uint8_t *result = u8_normalize(UNINORM_NFC, (const uint8_t *)buffer, *len, normal, &size);
    bool fits = result && size <= FOLD_SHORT_SIZE;
    if (fits) {
        memcpy(buffer, result, size);
        *len = size;
    }
    if (result != normal) free(result);
    return fits;
}

struct text fold_short(struct text a, enum fold_blanks blanks, char buffer[static FOLD_SHORT_SIZE])
{
    const struct text none = {0};
    size_t len = 0, space;
    ucs4_t c;
    a = text_trim(a);
    for (size_t i = 0; i < a.len;) {
        struct text rest = text_from(a, i);
        if (len + 4 > FOLD_SHORT_SIZE) return none;
        if ((space = text_space(rest)) > 0) {
            i += space;
            if (blanks == FOLD_BLANKS_ONE && buffer[len - 1] != ' ') buffer[len++] = ' ';
            continue;
        }
        i += take(rest, &c);
        if (c == 0 || c == 0xfffd) return none; /* 0xfffd is also what a broken sequence is read as */
        if (c < 0x80)
            c |= c >= 'A' && c <= 'Z' ? 0x20 : 0;
        else
            c = uc_tolower(c);
        len += put(buffer + len, c);
    }
    if (!is_surely_nfc(text_make(buffer, len)) && !nfc_in_place(buffer, &len)) return none;
    return text_make(buffer, len);
}
