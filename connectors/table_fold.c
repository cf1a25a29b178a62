#include "connectors/table_fold.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The white space at the head of A; RET_BREAKS: something of it is neither a blank nor a no-break one. */
static size_t space_run(struct text a, bool *ret_breaks)
{
    size_t len = 0, n;
    *ret_breaks = false;
    for (; (n = text_space(text_from(a, len))) > 0; len += n)
        *ret_breaks |= n == 1 && a.ptr[len] != ' ';
    return len;
}

static bool breaks_between_digits(struct text a)
{
    bool breaks;
    for (size_t i = 1; i < a.len; i++) {
        if ((unsigned char)a.ptr[i] > ' ' && (unsigned char)a.ptr[i] < 0x80) continue;
        size_t run = space_run(text_from(a, i), &breaks);
        if (breaks && is_digit(a.ptr[i - 1]) && i + run < a.len && is_digit(a.ptr[i + run])) return true;
        if (run) i += run - 1;
    }
    return false;
}

struct text table_fold(struct arena *arena, struct text cell)
{
    bool breaks;
    if (text_failed(cell) || !breaks_between_digits(cell)) return text_fold_space(arena, cell);
    struct text a = text_trim(cell);
    char *out = arena_alloc(arena, 2 * a.len);
    if (!out) return text_no_memory;
    size_t len = 0, run;
    for (size_t i = 0; i < a.len; i += run ? run : 1) {
        run = space_run(text_from(a, i), &breaks);
        if (run == 0) {
            out[len++] = a.ptr[i];
            continue;
        }
        out[len++] = ' '; /* trimmed: something stands before and behind */
        if (breaks && is_digit(out[len - 2]) && is_digit(a.ptr[i + run])) out[len++] = ' ';
    }
    return text_make(out, len);
}
