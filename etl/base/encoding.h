/* Text encodings of exports -> UTF-8, strictly and in pieces: memory does not depend on the size of the input. */
#ifndef STADSLAGER_ENCODING_H
#define STADSLAGER_ENCODING_H

#include <stdbool.h>

#include "etl/base/text.h"

enum encoding {
    ENCODING_UNKNOWN, /* to be found out */
    ENCODING_UTF8,
    ENCODING_UTF16LE,
    ENCODING_WINDOWS1252, /* not ISO 8859-1: 0x80-0x9f are €, –, ” …, and five of them are undefined */
};

/* "utf-8", "utf-16le", "windows-1252" (any case) -> the encoding; empty -> UNKNOWN; false for any other name. */
bool encoding_from_name(struct text name, enum encoding *ret_encoding);
const char *encoding_name(enum encoding encoding); /* as messages show it: "UTF-8", … */

/* Why decoding stopped before the end of its piece. */
enum encoding_fault {
    ENCODING_FINE,
    ENCODING_CONTROL, /* NUL or another control character than TAB, CR, LF: not a text */
    ENCODING_INVALID, /* bytes that are no character of the encoding */
    ENCODING_CUT,     /* the piece ends inside a character: go on with the rest in front of the next piece */
};

struct encoding_step {
    size_t used;    /* bytes of the input decoded; the fault, if any, is at this one */
    size_t written; /* bytes of UTF-8 */
    enum encoding_fault fault;
};

/* Most bytes of UTF-8 that one input byte becomes (€ in Windows-1252). */
#define ENCODING_GROWTH 3

/* Decodes SIZE bytes of IN into OUT, which holds ENCODING_GROWTH * SIZE bytes.  ENCODING is not UNKNOWN. */
struct encoding_step encoding_decode(enum encoding encoding, const unsigned char *in, size_t size, char *out);

/* Length of the run of ASCII at the head of IN without control characters other than TAB, CR, LF. */
size_t encoding_ascii_run(const unsigned char *in, size_t size);
/* True for a control character that no text has: below 0x20 and not TAB, CR, LF, or 0x7f. */
static inline bool encoding_is_control(unsigned char c)
{
    return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f;
}
/* Length of the character of UTF-8 that IN begins with: 1 to 4; 0 when it is none, and *ret_cut says whether more bytes
 * could make it one.  Strict: no overlong forms, no surrogates, nothing above U+10FFFF (Unicode 15, table 3-7). */
size_t encoding_utf8_length(const unsigned char *in, size_t size, bool *ret_cut);

/* The encoding a byte order mark at the head of IN says, and the mark's length; UNKNOWN and 0 when there is none.  The
 * big-endian mark gives UNKNOWN and 2. */
enum encoding encoding_from_mark(const unsigned char *in, size_t size, size_t *ret_length);
/* True when IN, the beginning of an input without a mark, can only be UTF-16LE: Latin letters with a NUL after each. */
bool encoding_looks_utf16le(const unsigned char *in, size_t size);
/* Where bytes begin that are Windows-1252 by the letter but in fact UTF-8 (`Ã¥`, `Â `, `â€“`: no Swedish text has them); SIZE
 * when there are none. */
size_t encoding_find_mojibake(const unsigned char *in, size_t size);
/* How many bytes UTF8 took in the source: offsets in the export can be told from offsets in the decoded text. */
size_t encoding_source_length(enum encoding encoding, struct text utf8);

#endif
