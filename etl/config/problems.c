#include "etl/config/problems.h"

#include <stdarg.h>
#include <stdint.h>

#include "etl/observe/log.h"

#define SUGGESTION_LENGTH 64 /* characters: nobody mistypes a name that is longer and means one that is near */

static unsigned file_order(const struct problems *problems, const char *file)
{
    unsigned next = 0;
    for (size_t i = 0; i < problems->kept; i++) {
        if (!strcmp(problems->list[i].file, file)) return problems->list[i].order;
        if (problems->list[i].order >= next) next = problems->list[i].order + 1;
    }
    return next;
}

void problems_add(struct problems *problems, const char *file, unsigned line, unsigned column, const char *format, ...)
{
    char buffer[2048]; /* a quoted value, a path of keys and a list of what is known fit */
    va_list args;
    problems->count++;
    if (problems->kept == LIMIT_PROBLEMS) return;
    va_start(args, format);
    int n = vsnprintf(buffer, sizeof buffer, format, args);
    va_end(args);
    if (n < 0) buffer[0] = '\0';
    for (char *p = buffer; *p; p++) /* one problem is one line */
        if ((unsigned char)*p < 0x20 || *p == 0x7f) *p = '?';
    char *text = arena_strdup(problems->arena, buffer);
    if (!text) {
        problems->out_of_memory = true;
        return;
    }
    problems->list[problems->kept] = (struct problem){file, file_order(problems, file), line, column, text};
    problems->kept++;
}

static bool is_before(const struct problem *a, const struct problem *b)
{
    if (a->order != b->order) return a->order < b->order;
    if (a->line != b->line) return a->line < b->line;
    return a->column < b->column;
}

/* On standard error in the form that was asked for; as text it has no "stadslager: ", so that editors find the place. */
static void print_one(const struct problem *p, FILE *out)
{
    char message[LOG_MESSAGE_SIZE];
    if (out != stderr || log_format() == LOG_TEXT) {
        fprintf(out, "%s:%u:%u: %s\n", p->file, p->line, p->column, p->text);
        return;
    }
    (void)snprintf(message, sizeof message, "%s:%u:%u: %s", p->file, p->line, p->column, p->text);
    log_write(&(struct log_event){
        .level = LOG_LEVEL_ERROR,
        .event = "problem",
        .message = message,
        .fields = json_pack("{s:s,s:i,s:i}", "file", p->file, "line", (int)p->line, "column", (int)p->column)});
}

void problems_print(struct problems *problems, FILE *out)
{
    for (size_t i = 1; i < problems->kept; i++) { /* insertion sort: few, nearly sorted, and stable */
        struct problem p = problems->list[i];
        size_t j = i;
        for (; j > 0 && is_before(&p, &problems->list[j - 1]); j--)
            problems->list[j] = problems->list[j - 1];
        problems->list[j] = p;
    }
    for (size_t i = 0; i < problems->kept; i++) {
        const struct problem *p = &problems->list[i];
        print_one(p, out);
    }
    if (problems->count > problems->kept && (out != stderr || log_format() == LOG_TEXT))
        fprintf(out, "and %zu more\n", problems->count - problems->kept);
}

const char *shown(struct text text, char buffer[static SHOWN_SIZE])
{
    size_t len = text.len;
    if (len > LIMIT_SHOWN)
        for (len = LIMIT_SHOWN; len > 0 && ((unsigned char)text.ptr[len] & 0xc0) == 0x80; len--)
            ;
    if (len) memcpy(buffer, text.ptr, len);
    memcpy(buffer + len, "…", sizeof "…");
    if (len == text.len) buffer[len] = '\0';
    return buffer;
}

/* The characters of TEXT, ASCII capitals made small; SIZE_MAX when there are more than SUGGESTION_LENGTH. */
static size_t characters(struct text text, uint32_t ret[static SUGGESTION_LENGTH])
{
    size_t n = 0;
    for (size_t i = 0; i < text.len;) {
        if (n == SUGGESTION_LENGTH) return SIZE_MAX;
        unsigned char c = (unsigned char)text.ptr[i++];
        uint32_t value = c >= 'A' && c <= 'Z' ? c + 32u : c;
        while (c >= 0xc0 && i < text.len && ((unsigned char)text.ptr[i] & 0xc0) == 0x80)
            value = value << 8 | (unsigned char)text.ptr[i++]; /* need only differ, not be a code point */
        ret[n++] = value;
    }
    return n;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t distance(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count)
{
    size_t rows[3][SUGGESTION_LENGTH + 1];
    size_t *before = rows[0], *last = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_count; j++)
        last[j] = before[j] = j;
    for (size_t i = 1; i <= a_count; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b_count; j++) {
            row[j] = least(least(last[j], row[j - 1]) + 1, last[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
        size_t *oldest = before;
        before = last;
        last = row;
        row = oldest;
    }
    return last[b_count];
}

void suggestion_try(struct suggestion *suggestion, const char *candidate)
{
    uint32_t a[SUGGESTION_LENGTH], b[SUGGESTION_LENGTH];
    size_t a_count = characters(suggestion->given, a), b_count = characters(text_of(candidate), b);
    if (a_count == SIZE_MAX || b_count == SIZE_MAX) return;
    size_t d = distance(a, a_count, b, b_count), near = a_count / 3 > 2 ? a_count / 3 : 2;
    if (d > near || d >= b_count || (suggestion->best && d >= suggestion->distance)) return;
    suggestion->best = candidate;
    suggestion->distance = d;
}
