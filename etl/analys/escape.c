#include "etl/analys/escape.h"

#include <string.h>

void escape_html(FILE *out, const char *text)
{
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        switch (*c) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        case '\'':
            fputs("&#39;", out);
            break;
        default: /* control characters are no HTML */
            putc(*c < ' ' || *c == 0x7f ? ' ' : *c, out);
        }
    }
}

void escape_json(FILE *out, const char *text)
{
    putc('"', out);
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        bool line_end = c[0] == 0xe2 && c[1] == 0x80 && (c[2] == 0xa8 || c[2] == 0xa9); /* U+2028, U+2029 */
        if (line_end) {
            fprintf(out, "\\u20%02x", c[2] - 0x80);
            c += 2;
        } else if (*c < ' ' || *c == 0x7f || strchr("\"\\<>&'", *c))
            fprintf(out, "\\u%04x", *c);
        else
            putc(*c, out);
    }
    putc('"', out);
}

bool escape_is_formula(const char *text)
{
    const char *first = text + strspn(text, " ");
    return *first && strchr("=+-@\t\r\n", *first);
}

void escape_cell(FILE *out, const char *text, char separator)
{
    const char special[] = {separator, '"', '\r', '\n', '\0'};
    bool guarded = escape_is_formula(text);
    if (!guarded && !text[strcspn(text, special)] && *text != ' ' && *text != '\'') {
        fputs(text, out);
        return;
    }
    fputs(guarded ? "\"'" : "\"", out);
    for (const char *c = text; *c; c++) {
        if (*c == '"') putc('"', out);
        putc(*c, out);
    }
    putc('"', out);
}

void escape_comma(FILE *out, const char *value)
{
    for (const char *c = value; *c; c++)
        putc(*c == '.' ? ',' : *c, out);
}

char *escape_swedish(const char *value, char buffer[static ESCAPE_SWEDISH_SIZE])
{
    size_t n = 0, whole = strspn(*value == '-' ? value + 1 : value, "0123456789");
    if (*value == '-') {
        memcpy(buffer, "\xe2\x88\x92", 3);
        n = 3;
        value++;
    }
    for (; *value && n + 4 < ESCAPE_SWEDISH_SIZE; value++) {
        buffer[n++] = *value == '.' ? ',' : *value;
        if (whole == 0 || --whole == 0 || whole % 3) continue;
        memcpy(buffer + n, "\xc2\xa0", 2);
        n += 2;
    }
    buffer[n] = '\0';
    return buffer;
}
