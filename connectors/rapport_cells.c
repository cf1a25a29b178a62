#include "connectors/rapport_cells.h"

#include <stdint.h>

#include "connectors/rapport_words.h"
#include "etl/base/limits.h"
#include "etl/base/period.h"
#include "etl/base/target.h"
#include "etl/base/value.h"

#define CELL_LONGEST 64 /* bytes of a cell in layout B, blanks included: "Tas fram av nämnd/styrelse" has 27 */

#define PERIOD_LONGEST 24 /* bytes of a period, blanks included: "2023-01-01" has 10, "VB 2023" 7 */

#define STEPS                                                                                                          \
    200000 /* cells tried in one row; a row of seven takes some hundreds, one of digits only could take for ever */

#define STEPS_LAX  100000 /* the same where cells may hold anything: each step tries more */
#define LAX_WORDS  2      /* cells of words in such a row; more are running text */
#define LAX_LENGTH 32     /* bytes of one: "Tas fram av nämnd/styrelse" has 27 */

struct splitting {
    struct arena *arena;
    const struct cells_input *input;
    struct text row;
    size_t lead;                   /* bytes left out in front of ROW */
    bool anywhere;                 /* the name may end on any line */
    bool elsewhere;                /* it would, were that allowed */
    struct text cell[ALIGN_CELLS]; /* of the split under way */
    int readings;
    int steps;
    int words; /* lax: cells of words in the split under way */
    struct text name, found[ALIGN_CELLS];
    bool differs[ALIGN_CELLS]; /* the readings disagree on this cell */
    bool no_memory;
};

/* Blanks in a row inside one value stand only before its unit sign: `79  %`. */
static bool blanks_allowed(struct text cell)
{
    size_t at = text_find(cell, "  ");
    if (at == SIZE_MAX) return true;
    return text_is(text_trim(text_from(cell, at)), "%");
}

/* `050 st` is what a blank cut off a thousands number. */
static bool zero_in_front(struct text cell)
{
    return cell.len > 1 && cell.ptr[0] == '0' && cell.ptr[1] >= '0' && cell.ptr[1] <= '9';
}

/* Cheap test before the costly ones: words of running text, which are no cell of COLUMN. */
static bool cannot_be(enum column column, struct text cell)
{
    if (!cell.len) return false;
    char first = cell.ptr[0];
    switch (column) {
    case COLUMN_PERIOD:
        return cell.len > PERIOD_LONGEST;
    case COLUMN_UTFALL:
    case COLUMN_UTFALL_MAN:
    case COLUMN_UTFALL_KVINNOR:
    case COLUMN_FOREGAENDE: /* letters in front of a number are flags, "prel", or the cell is a token, "x" */
        if (cell.len == 1 && first == '*')
            return true; /* between values joined by blanks it is the mark of a footnote */
        return first == '\xc3' || (((first | 0x20) >= 'a' && (first | 0x20) <= 'z') && !strchr("pPrRxXuU", first));
    default:
        return false;
    }
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* `100 100`: one number, or two values whose cells cannot be told apart. */
static bool number_or_two(struct text cell)
{
    size_t n = 0, groups = 0;
    while (n < cell.len && is_digit(cell.ptr[n]))
        n++;
    struct text first = text_part(cell, 0, n);
    if (n == 0 || n > 3) return false;
    bool same = n == 3;
    for (; n + 3 < cell.len && cell.ptr[n] == ' ' && is_digit(cell.ptr[n + 1]); n += 4, groups++) {
        if (!is_digit(cell.ptr[n + 2]) || !is_digit(cell.ptr[n + 3])) return false;
        same &= text_equal(text_part(cell, n + 1, 3), first);
    }
    return groups > 0 && (n == cell.len || (same && text_is(text_trim(text_from(cell, n)), "%")));
}

/* What may stand in a cell though no grammar knows it: one word with a digit, or words, which are counted; no end of a clause. */
static bool lax_legal(struct text cell, bool *ret_words)
{
    bool digit = false, blank = text_find(cell, " ") != SIZE_MAX;
    for (size_t i = 0; i < cell.len; i++)
        digit |= is_digit(cell.ptr[i]);
    *ret_words = blank || !digit;
    bool stop = strchr(",:;!?", cell.ptr[cell.len - 1]) ||
                (text_ends(cell, ".") && text_find(cell, ".") == cell.len - 1); /* `i.u.` is a cell */
    return cell.len <= LAX_LENGTH && !stop && text_find(cell, ", ") == SIZE_MAX && text_find(cell, ". ") == SIZE_MAX &&
           text_find(cell, "  ") == SIZE_MAX;
}

static bool legal(struct splitting *s, enum column column, struct text cell)
{
    struct period period;
    if (cell.len && (cell.ptr[0] == ' ' || cell.ptr[cell.len - 1] == ' ')) return false;
    if (cannot_be(column, cell) || !blanks_allowed(cell) || zero_in_front(cell)) return false;
    struct text folded = text_fold_space(s->arena, cell);
    if (text_failed(folded)) return !(s->no_memory = true);
    switch (column) {
    case COLUMN_PERIOD:
        return period_parse(folded, &period) == 0;
    case COLUMN_ARSMAL:
    case COLUMN_KF_ARSMAL:
        return target_looks_legal(folded) || number_or_two(folded) ||
               (value_looks_legal(folded) && !text_is(folded, "*")) || /* no target: `-`, `..`, `<5` */
               (s->input->allow_cut && column == COLUMN_KF_ARSMAL && words_cut_delegation(folded));
    case COLUMN_START:
        return words_is_date(folded);
    case COLUMN_SLUT:
        return !folded.len || words_is_date(folded);
    case COLUMN_AVVIKELSE:
        return text_is(folded, "Avvikelse") || !folded.len;
    default:
        return value_looks_legal(folded) || number_or_two(folded);
    }
}

/* A name on one line has its cells on the same line, a longer one has them after an empty line. */
static bool may_end(const struct splitting *s, size_t name_end)
{
    const struct cells_input *in = s->input;
    if (s->anywhere || s->lead + name_end <= in->line_end) return true;
    for (size_t i = 0; i < in->break_count; i++) {
        struct text between = text_part(in->row, s->lead + name_end, in->breaks[i] - s->lead - name_end);
        if (in->breaks[i] >= s->lead + name_end && text_blank(between)) return true;
    }
    return false;
}

static size_t index_of(const struct splitting *s, enum column column)
{
    size_t i = 0;
    while (i < s->input->count && s->input->columns[i] != column)
        i++;
    return i;
}

/* No sex has a value without a total. */
static bool lawful(const struct splitting *s)
{
    size_t total = index_of(s, COLUMN_UTFALL), men = index_of(s, COLUMN_UTFALL_MAN),
           women = index_of(s, COLUMN_UTFALL_KVINNOR);
    if (total == s->input->count || s->cell[total].len) return true;
    return !(men < s->input->count && s->cell[men].len) && !(women < s->input->count && s->cell[women].len);
}

/* Digits, or a value: cells whose name stands elsewhere. */
static bool no_name(struct text name)
{
    size_t i = 0;
    while (i < name.len && !((name.ptr[i] | 0x20) >= 'a' && (name.ptr[i] | 0x20) <= 'z') && !(name.ptr[i] & 0x80))
        i++;
    return i == name.len || value_looks_legal(name);
}

static void take(struct splitting *s, size_t name_end)
{
    if (!lawful(s) || no_name(text_part(s->row, 0, name_end))) return;
    if (!may_end(s, name_end)) {
        s->elsewhere = true;
        return;
    }
    if (s->readings++ == 0) {
        s->name = text_part(s->row, 0, name_end);
        memcpy(s->found, s->cell, sizeof s->found);
        return;
    }
    if (name_end < s->name.len) s->name.len = name_end;
    for (size_t i = 0; i < s->input->count; i++)
        s->differs[i] |= !text_equal(s->found[i], s->cell[i]);
}

/* The period stands glued to a delegation that was cut inside a word: `nämnd/s` + `2021`. */
static bool glued_period(const struct splitting *s, size_t index, size_t start)
{
    return s->input->allow_cut && index + 1 == s->input->count && text_ends(text_part(s->row, 0, start), "nämnd/s");
}

/* `2023*`, `Bokslut 2023`, `-`: in the place of a period. */
static bool lax_period(struct text cell)
{
    size_t digits = 0;
    for (size_t i = 0; i < cell.len && digits < 4; i++)
        digits = is_digit(cell.ptr[i]) ? digits + 1 : 0;
    return digits == 4 || text_is(cell, "-") || text_is(cell, "–") || text_is(cell, "..");
}

static bool lax_cell(const struct splitting *s, size_t index, struct text cell, bool *ret_words)
{
    *ret_words = false;
    if (!cell.len || cell.ptr[0] == ' ' || cell.ptr[cell.len - 1] == ' ') return false;
    if (s->input->columns[index] == COLUMN_PERIOD && !(s->input->lax_period && lax_period(cell))) return false;
    return lax_legal(cell, ret_words) && (!*ret_words || s->words < LAX_WORDS);
}

/* Finds the cells from the last to the first: cell INDEX ends before END, where its joining blank or the row's end is. */
static void split_before(struct splitting *s, size_t index, size_t end)
{
    for (size_t len = 0; len <= CELL_LONGEST && len < end && s->readings < CELLS_READINGS; len++) {
        size_t start = end - len;
        if (++s->steps > (s->input->lax ? STEPS_LAX : STEPS)) return;
        bool glued = glued_period(s, index, start), words = false;
        if (s->row.ptr[start - 1] != ' ' && !glued) continue;
        struct text cell = text_part(s->row, start, len);
        if (!legal(s, s->input->columns[index], cell) && !(s->input->lax && lax_cell(s, index, cell, &words))) continue;
        s->cell[index] = cell;
        s->words += words;
        if (index > 0)
            split_before(s, index - 1, start - !glued);
        else if (start >= 2 && s->row.ptr[start - 2] != ' ')
            take(s, start - 1);
        s->words -= words;
    }
}

int cells_read(struct arena *arena, const struct cells_input *input, int *ret_readings, struct text *ret_name,
               struct reading *ret, struct error *err)
{
    struct splitting s = {.arena = arena, .input = input, .row = input->row, .anywhere = input->line_end == 0};
    while (s.row.len && s.row.ptr[s.row.len - 1] == ' ')
        s.row.len--;
    for (; s.row.len && s.row.ptr[0] == ' '; s.lead++)
        s.row = text_from(s.row, 1);
    if (s.row.len && input->count) split_before(&s, input->count - 1, s.row.len);
    if (!s.readings && s.elsewhere && !input->lax) {
        s.anywhere = true;
        split_before(&s, input->count - 1, s.row.len);
    }
    if (input->lax && s.steps > STEPS_LAX) s.readings = 0;
    if (!input->lax && s.steps > STEPS && s.readings < 2) { /* not searched to the end: nothing in it is certain */
        s.readings = CELLS_READINGS;
        s.name = text_part(s.row, 0, input->line_end > s.lead ? input->line_end - s.lead : s.row.len);
        memset(s.differs, true, sizeof s.differs);
    }
    if (s.no_memory) return error_memory(err);
    *ret_readings = s.readings;
    if (!s.readings) return 0;
    *ret_name = s.name;
    memset(ret, 0, sizeof *ret);
    if (s.anywhere && input->line_end) {
        ret->notes = NOTE_UNCERTAIN;
        ret->rule = "R-NAMN";
        snprintf(ret->reason, sizeof ret->reason, "the name ends in the middle of a line, and not the first");
    }
    for (size_t i = 0; i < input->count; i++) {
        bool two = number_or_two(s.found[i]) && !value_looks_legal(s.found[i]) && input->columns[i] != COLUMN_PERIOD;
        if (!two || ret->notes & NOTE_UNCERTAIN) continue;
        ret->notes = NOTE_UNCERTAIN;
        ret->rule = "R-FLERTYDIG";
        snprintf(ret->reason, sizeof ret->reason, "\"%.*s\" is one number, or two values", TEXT_ARGS(s.found[i]));
    }
    for (size_t i = 0; i < input->count; i++)
        if (input->columns[i] < COLUMN_COUNT && !s.differs[i]) {
            ret->cell[input->columns[i]] =
                text_copy(arena, text_fold_space(arena, s.found[i])); /* ROW's bytes may go */
            if (text_failed(ret->cell[input->columns[i]])) return error_memory(err);
        }
    return 0;
}

int cells_split(struct arena *arena, struct text row, const enum column *columns, size_t count, bool allow_cut,
                int *ret_readings, struct text *ret_name, struct reading *ret, struct error *err)
{
    struct cells_input input = {.row = row, .columns = columns, .count = count, .allow_cut = allow_cut};
    return cells_read(arena, &input, ret_readings, ret_name, ret, err);
}

bool cells_may_end(struct text line)
{
    line = text_trim(line);
    size_t at = line.len;
    while (at > 0 && line.ptr[at - 1] != ' ')
        at--;
    struct text word = text_from(line, at);
    if (text_is(word, "Avvikelse")) return true;
    if (word.len < 4 || word.len > 11) return false;
    for (size_t i = word.len - 2; i < word.len; i++)
        if (word.ptr[i] < '0' || word.ptr[i] > '9') return false;
    return true;
}
