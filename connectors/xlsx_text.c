#include "connectors/xlsx_text.h"

#include <stdint.h>
#include <stdlib.h>

#include "etl/base/limits.h"

#define ESCAPE 7 /* bytes of `_xHHHH_` */

void cell_text_free(struct cell_text *text)
{
    free(text->ptr);
    *text = (struct cell_text){0};
}

int cell_text_add(struct cell_text *text, struct text piece)
{
    if (piece.len > LIMIT_CELL - text->len) return 1;
    if (text->size - text->len < piece.len) {
        size_t size = 2 * text->size + 256;
        while (size - text->len < piece.len)
            size *= 2;
        char *ptr = realloc(text->ptr, size);
        if (!ptr) return -1;
        text->ptr = ptr;
        text->size = size;
    }
    if (piece.len) memcpy(text->ptr + text->len, piece.ptr, piece.len);
    text->len += piece.len;
    return 0;
}

static int hex(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The character that A begins with when it begins with an escape; 0 when it does not, or when no text holds it. */
static unsigned escaped(struct text a)
{
    unsigned c = 0;
    if (a.len < ESCAPE || a.ptr[0] != '_' || a.ptr[1] != 'x' || a.ptr[ESCAPE - 1] != '_') return 0;
    for (int i = 2; i < ESCAPE - 1; i++) {
        int digit = hex(a.ptr[i]);
        if (digit < 0) return 0;
        c = 16 * c + (unsigned)digit;
    }
    if (c == '\t' || c == '\n' || c == '\r') return c;
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0xd800 && c < 0xe000) || c >= 0xfffe ? 0 : c;
}

/* C, below U+10000, as UTF-8: at most three bytes. */
static size_t put_character(char *out, unsigned c)
{
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
    static const unsigned char marks[] = {0, 0x00, 0xc0, 0xe0};
    for (size_t i = n; i-- > 1; c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)(marks[n] | c);
    return n;
}

struct text cell_text_take(struct arena *arena, const struct cell_text *text)
{
    struct text all = text_make(text->ptr, text->len);
    if (all.len == 0) return text_make(NULL, 0);
    char *out = arena_alloc(arena, all.len); /* an escape is longer than what it stands for */
    if (!out) return text_no_memory;
    size_t len = 0;
    for (size_t i = 0; i < all.len;) {
        unsigned c = all.ptr[i] == '_' ? escaped(text_from(all, i)) : 0;
        if (c)
            len += put_character(out + len, c);
        else
            out[len++] = all.ptr[i];
        i += c ? ESCAPE : 1;
    }
    return text_fold_space(arena, text_make(out, len));
}
