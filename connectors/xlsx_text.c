#include "connectors/xlsx_text.h"

#include <stdint.h>
#include <stdlib.h>

#include "connectors/table_fold.h"
#include "connectors/xlsx_parts.h"
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
    return table_fold(arena, text_make(out, len));
}

/* ---- rich text ---- */

void run_look_take(struct run_look *look, const char *element, const char **attributes)
{
    struct text val = xml_attribute(attributes, "val");
    if (!strcmp(element, "vertAlign")) look->raised = text_is(val, "superscript");
    if (!strcmp(element, "strike")) look->struck = val.len == 0 || xml_is_true(val);
}

static int add_raised(struct cell_text *text, struct text piece)
{
    static const char *const raised[] = {"\u2070", "\u00b9", "\u00b2", "\u00b3", "\u2074",
                                         "\u2075", "\u2076", "\u2077", "\u2078", "\u2079"};
    bool digit = piece.ptr[0] >= '0' && piece.ptr[0] <= '9';
    bool behind_digit = text->len && text->ptr[text->len - 1] >= '0' && text->ptr[text->len - 1] <= '9';
    int rc = behind_digit && !digit ? cell_text_add(text, TEXT("^")) : 0;
    for (size_t i = 0; rc == 0 && i < piece.len; i++) {
        char c = piece.ptr[i];
        rc = cell_text_add(text, c >= '0' && c <= '9' ? text_of(raised[c - '0']) : text_part(piece, i, 1));
    }
    return rc;
}

int run_look_end(const struct run_look *look, struct cell_text *text)
{
    struct arena arena = {0};
    if (!look->raised && !look->struck) return 0;
    struct text added = text_from(text_make(text->ptr, text->len), look->from), piece;
    if (text_blank(added)) return 0;
    piece = text_copy(&arena, added);
    if (text_failed(piece)) return -1;
    text->len = look->from;
    int rc = look->struck ? cell_text_add(text, TEXT("[")) : 0;
    if (rc == 0) rc = look->raised ? add_raised(text, piece) : cell_text_add(text, piece);
    if (rc == 0 && look->struck) rc = cell_text_add(text, TEXT("]"));
    arena_free(&arena);
    return rc;
}
