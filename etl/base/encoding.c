#include "etl/base/encoding.h"

#include <stdint.h>
#include <strings.h>

static const char *const names[] = {"unknown", "UTF-8", "UTF-16LE", "Windows-1252"};

bool encoding_from_name(struct text name, enum encoding *ret_encoding)
{
    if (name.len == 0) {
        *ret_encoding = ENCODING_UNKNOWN;
        return true;
    }
    for (int i = ENCODING_UTF8; i <= ENCODING_WINDOWS1252; i++)
        if (strlen(names[i]) == name.len && !strncasecmp(names[i], name.ptr, name.len)) {
            *ret_encoding = (enum encoding)i;
            return true;
        }
    return false;
}

const char *encoding_name(enum encoding encoding)
{
    return names[encoding];
}

#define EACH_BYTE(b) (UINT64_C(0x0101010101010101) * (b))

/* True when some byte of WORD is outside 0x20-0x7e.  The subtraction may blame a byte above one that is to blame, never
 * spare one, and the caller looks again byte by byte. */
static bool word_is_special(uint64_t word)
{
    return ((word | (word + EACH_BYTE(1)) | (word - EACH_BYTE(0x20))) & EACH_BYTE(0x80)) != 0;
}

size_t encoding_ascii_run(const unsigned char *in, size_t size)
{
    size_t i = 0;
    while (i < size) {
        uint64_t word;
        while (size - i >= sizeof word) {
            memcpy(&word, in + i, sizeof word);
            if (word_is_special(word)) break;
            i += sizeof word;
        }
        for (size_t stop = i + sizeof word; i < size && i < stop; i++)
            if (in[i] >= 0x80 || encoding_is_control(in[i])) return i;
    }
    return i;
}

size_t encoding_utf8_length(const unsigned char *in, size_t size, bool *ret_cut)
{
    *ret_cut = false;
    if (size == 0) return 0;
    unsigned char lead = in[0];
    if (lead < 0x80) return 1;
    if (lead < 0xc2 || lead > 0xf4) return 0;
    size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    /* Overlong forms, surrogates and what lies above U+10FFFF show in the second byte. */
    unsigned char low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    for (size_t i = 1; i < length; i++, low = 0x80, high = 0xbf) {
        if (i == size) {
            *ret_cut = true;
            return 0;
        }
        if (in[i] < low || in[i] > high) return 0;
    }
    return length;
}

static struct encoding_step decode_utf8(const unsigned char *in, size_t size, char *out)
{
    struct encoding_step step = {0};
    size_t i = 0;
    while (i < size) {
        if (in[i] < 0x80) {
            i += encoding_ascii_run(in + i, size - i);
            if (i == size) break;
            if (in[i] < 0x80) {
                step.fault = ENCODING_CONTROL;
                break;
            }
        }
        bool cut;
        size_t length = encoding_utf8_length(in + i, size - i, &cut);
        if (length == 0) {
            step.fault = cut ? ENCODING_CUT : ENCODING_INVALID;
            break;
        }
        if (in[i] == 0xc2 && in[i + 1] < 0xa0) { /* U+0080-U+009F */
            step.fault = ENCODING_CONTROL;
            break;
        }
        i += length;
    }
    memcpy(out, in, i);
    step.used = step.written = i;
    return step;
}

/* Appends a character below U+10000 that is no surrogate. */
static size_t put(char *out, unsigned c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    out[0] = (char)(0xe0 | c >> 12);
    out[1] = (char)(0x80 | (c >> 6 & 0x3f));
    out[2] = (char)(0x80 | (c & 0x3f));
    return 3;
}

/* 0x80-0x9f of Windows-1252 (unicode.org, MAPPINGS/VENDORS/MICSFT/WINDOWS/CP1252.TXT); 0 = undefined. */
static const uint16_t windows1252[32] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178,
};

static struct encoding_step decode_windows1252(const unsigned char *in, size_t size, char *out)
{
    struct encoding_step step = {0};
    while (step.used < size) {
        size_t run = encoding_ascii_run(in + step.used, size - step.used);
        memcpy(out + step.written, in + step.used, run);
        step.used += run;
        step.written += run;
        if (step.used == size) break;
        unsigned c = in[step.used];
        if (c >= 0x80 && c < 0xa0) c = windows1252[c - 0x80];
        if (c < 0x80) {
            step.fault = in[step.used] < 0x80 ? ENCODING_CONTROL : ENCODING_INVALID;
            break;
        }
        step.written += put(out + step.written, c);
        step.used++;
    }
    return step;
}

static unsigned unit_at(const unsigned char *in)
{
    return in[0] | (unsigned)in[1] << 8;
}

/* One character above U+FFFF from the two units at IN; the fault when they are no pair. */
static enum encoding_fault put_pair(const unsigned char *in, size_t size, char *out)
{
    unsigned high = unit_at(in);
    if (high >= 0xdc00) return ENCODING_INVALID;
    if (size < 4) return ENCODING_CUT;
    unsigned low = unit_at(in + 2);
    if (low < 0xdc00 || low > 0xdfff) return ENCODING_INVALID;
    unsigned c = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
    out[0] = (char)(0xf0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3f));
    out[2] = (char)(0x80 | (c >> 6 & 0x3f));
    out[3] = (char)(0x80 | (c & 0x3f));
    return ENCODING_FINE;
}

static struct encoding_step decode_utf16le(const unsigned char *in, size_t size, char *out)
{
    struct encoding_step step = {0};
    while (step.used < size) {
        if (size - step.used < 2) {
            step.fault = ENCODING_CUT;
            break;
        }
        unsigned c = unit_at(in + step.used);
        if ((c < 0x80 && encoding_is_control((unsigned char)c)) || (c >= 0x80 && c < 0xa0)) {
            step.fault = ENCODING_CONTROL;
            break;
        }
        if (c >= 0xd800 && c <= 0xdfff) {
            step.fault = put_pair(in + step.used, size - step.used, out + step.written);
            if (step.fault) break;
            step.used += 4;
            step.written += 4;
            continue;
        }
        step.written += put(out + step.written, c);
        step.used += 2;
    }
    return step;
}

struct encoding_step encoding_decode(enum encoding encoding, const unsigned char *in, size_t size, char *out)
{
    if (size == 0) return (struct encoding_step){0};
    if (encoding == ENCODING_UTF16LE) return decode_utf16le(in, size, out);
    if (encoding == ENCODING_WINDOWS1252) return decode_windows1252(in, size, out);
    return decode_utf8(in, size, out);
}

enum encoding encoding_from_mark(const unsigned char *in, size_t size, size_t *ret_length)
{
    *ret_length = 0;
    if (size >= 3 && !memcmp(in, "\xef\xbb\xbf", 3)) {
        *ret_length = 3;
        return ENCODING_UTF8;
    }
    if (size < 2 || (memcmp(in, "\xff\xfe", 2) && memcmp(in, "\xfe\xff", 2))) return ENCODING_UNKNOWN;
    *ret_length = 2;
    return in[0] == 0xff ? ENCODING_UTF16LE : ENCODING_UNKNOWN;
}

/* Bytes looked at: a header is Latin letters, so its first 64 characters tell. */
#define LOOK_UTF16 128

bool encoding_looks_utf16le(const unsigned char *in, size_t size)
{
    if (size > LOOK_UTF16) size = LOOK_UTF16;
    if (size < 4) return false;
    size_t units = size / 2, latin = 0;
    for (size_t i = 0; i < units; i++) {
        if (in[2 * i] == 0 && in[2 * i + 1] == 0) return false;
        if (in[2 * i] != 0 && in[2 * i + 1] == 0) latin++;
    }
    return latin * 4 >= units * 3; /* the rest may be dashes and quotes of U+20xx */
}

size_t encoding_find_mojibake(const unsigned char *in, size_t size)
{
    for (size_t i = 0; i + 1 < size; i++) {
        if (in[i] < 0xc2) continue;
        bool two = (in[i] == 0xc2 || in[i] == 0xc3) && in[i + 1] >= 0x80 && in[i + 1] <= 0xbf;
        if (two || (in[i] == 0xe2 && in[i + 1] == 0x80)) return i;
    }
    return size;
}

/* How many of the eight bytes have their lowest bit set. */
static size_t low_bits(uint64_t word)
{
    return (size_t)(((word & EACH_BYTE(1)) * EACH_BYTE(1)) >> 56);
}

/* Bytes that continue a character, and bytes that lead one of four (a surrogate pair in UTF-16). */
static void count_utf8(struct text utf8, size_t *ret_continue, size_t *ret_four)
{
    size_t continued = 0, four = 0;
    for (size_t i = 0; i < utf8.len; i += sizeof(uint64_t)) {
        uint64_t w = 0;
        size_t n = utf8.len - i < sizeof w ? utf8.len - i : sizeof w;
        if (n == sizeof w)
            memcpy(&w, utf8.ptr + i, sizeof w);
        else
            memcpy(&w, utf8.ptr + i, n);
        continued += low_bits((w >> 7) & ~(w >> 6));
        four += low_bits((w >> 7) & (w >> 6) & (w >> 5) & (w >> 4));
    }
    *ret_continue = continued;
    *ret_four = four;
}

size_t encoding_source_length(enum encoding encoding, struct text utf8)
{
    if (encoding == ENCODING_UTF8 || encoding == ENCODING_UNKNOWN) return utf8.len;
    size_t continued, four;
    count_utf8(utf8, &continued, &four);
    return encoding == ENCODING_UTF16LE ? 2 * (utf8.len - continued + four) : utf8.len - continued;
}
