#include "etl/base/error.h"

#include <stdarg.h>
#include <string.h>

/* One line, printable: a value quoted in a message must not be able to forge a second log line. */
static void make_printable(char *s)
{
    for (; *s; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7f) *s = *s == '\t' ? ' ' : '?';
}

static void fill(char *buffer, size_t size, const char *format, va_list args)
{
    int n = vsnprintf(buffer, size, format, args);
    if (n < 0) buffer[0] = '\0';
    size_t len = strlen(buffer);
    if (n >= (int)size) /* cut: not inside a character of UTF-8 */
        while (len > 0 && ((unsigned char)buffer[len - 1] & 0xc0) == 0x80)
            len--;
    if (n >= (int)size && len > 0 && ((unsigned char)buffer[len - 1] & 0xc0) == 0xc0) len--;
    buffer[len] = '\0';
    while (len > 0 && (buffer[len - 1] == '\n' || buffer[len - 1] == ' '))
        buffer[--len] = '\0';
    make_printable(buffer);
}

int error_set(struct error *err, enum exit_code class, const char *format, ...)
{
    va_list args;
    err->class = class;
    err->detail[0] = err->hint[0] = '\0';
    va_start(args, format);
    fill(err->message, sizeof err->message, format, args);
    va_end(args);
    return -1;
}

int error_detail(struct error *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fill(err->detail, sizeof err->detail, format, args);
    va_end(args);
    return -1;
}

int error_hint(struct error *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fill(err->hint, sizeof err->hint, format, args);
    va_end(args);
    return -1;
}

int error_memory(struct error *err)
{
    return error_set(err, EXIT_INTERNAL, "out of memory");
}

static void (*printer)(const struct error *err);

void error_print_with(void (*other)(const struct error *err))
{
    printer = other;
}

void error_print(const struct error *err, FILE *out)
{
    if (printer && out == stderr) {
        printer(err);
        return;
    }
    fprintf(out, "stadslager: %s\n", err->message);
    if (err->detail[0]) fprintf(out, "  detail: %s\n", err->detail);
    if (err->hint[0]) fprintf(out, "  hint: %s\n", err->hint);
}
