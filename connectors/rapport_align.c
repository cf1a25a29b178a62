#include "connectors/rapport_align.h"

#include "connectors/rapport_header.h"
#include "connectors/rapport_words.h"
#include "etl/base/limits.h"
#include "etl/base/period.h"
#include "etl/base/target.h"
#include "etl/base/value.h"

#define MAX_READINGS 64 /* more are as good as several: the row is uncertain */
#define MAX_DAMAGE   2  /* cells lost or merged in one row */

/* One way to read the row: cells in the header's order. */
struct candidate {
    struct text cell[ALIGN_CELLS];
    unsigned notes;
};

struct search {
    struct arena *arena;
    const struct align_input *input;
    size_t period_at; /* index of the period's column, SIZE_MAX when the table has none */
    bool loose;       /* free words in a target or value cell count as legal: only for the row as it stands */
    struct candidate found[MAX_READINGS];
    size_t count;
    bool overflow, no_memory;
};

/* ---- legality ---- */

static bool cut_phrase(struct text cell) /* the beginning of "Tas fram av nämnd/styrelse", cut */
{
    return words_starts_delegation(cell) && !target_looks_legal(cell);
}

static bool legal_words(struct text cell) /* words that no grammar knows, where the row as it stands has them */
{
    return cell.len && !(cell.ptr[0] >= '0' && cell.ptr[0] <= '9') && cell.ptr[0] != '<' && !cut_phrase(cell) &&
           cell.len <= LIMIT_UNIT;
}

static bool legal_in(enum column column, struct text cell, bool loose)
{
    struct period period;
    switch ((int)column) {
    case COLUMN_PERIOD:
        return period_parse(cell, &period) == 0;
    case COLUMN_START:
        return words_is_date(cell);
    case COLUMN_SLUT:
        return !cell.len || words_is_date(cell);
    case COLUMN_AVVIKELSE:
        return !words_is_date(cell) && cell.len <= LIMIT_NAME;
    case COLUMN_ARSMAL:
    case COLUMN_KF_ARSMAL:
        return target_looks_legal(cell) || (loose && legal_words(cell));
    case COLUMN_UTFALL:
    case COLUMN_UTFALL_MAN:
    case COLUMN_UTFALL_KVINNOR:
    case COLUMN_FOREGAENDE:
        return value_looks_legal(cell) ||
               (loose && legal_words(cell) && period_parse(cell, &period) != 0 && !target_is_phrase(cell));
    case COLUMN_UNNAMED:
        return !cell.len;
    default:
        return true;
    }
}

static struct text cell_of(const struct search *s, const struct candidate *c, enum column column)
{
    for (size_t i = 0; i < s->input->column_count; i++)
        if (s->input->columns[i] == column) return c->cell[i];
    return (struct text){0};
}

static bool may_follow(enum column column, struct text cell)
{
    return column == COLUMN_PERIOD ? !cell.len : column == COLUMN_KF_ARSMAL && words_cut_delegation(cell);
}

/* The laws every reading obeys; what is only usual is a preference (prefer_*). */
static bool legal_candidate(const struct search *s, const struct candidate *c)
{
    for (size_t i = 0; i < s->input->column_count; i++)
        if (!legal_in(s->input->columns[i], c->cell[i], s->loose) &&
            !(s->input->partial && may_follow(s->input->columns[i], c->cell[i])))
            return false;
    bool sexes = cell_of(s, c, COLUMN_UTFALL_MAN).len || cell_of(s, c, COLUMN_UTFALL_KVINNOR).len;
    return !(sexes && !cell_of(s, c, COLUMN_UTFALL).len);
}

/* ---- enumeration ---- */

static bool same_cells(const struct search *s, const struct candidate *a, const struct candidate *b)
{
    for (size_t i = 0; i < s->input->column_count; i++)
        if (!text_equal(a->cell[i], b->cell[i])) return false;
    return true;
}

/* A piece belongs to a cell that is empty or was cut; a whole cell may go on in words (`13,1` + `barn/avd.`), not in a value. */
static bool joinable(enum column column, struct text cell, struct text piece)
{
    if (!cell.len || column == COLUMN_AVVIKELSE || !legal_in(column, cell, false)) return true;
    bool words = (piece.ptr[0] >= 'a' && piece.ptr[0] <= 'z') || (unsigned char)piece.ptr[0] == 0xc3 ||
                 piece.ptr[0] == '/' || piece.ptr[0] == '%';
    return words && !legal_in(column, piece, false);
}

/* Puts the pieces found below the row to their columns.  False when one fits there in no way. */
static bool apply_fragments(struct search *s, struct candidate *c)
{
    for (size_t i = 0; i < s->input->column_count; i++) {
        enum column column = s->input->columns[i];
        if (column >= COLUMN_COUNT) continue;
        struct text piece = s->input->fragment[column];
        if (!piece.len) continue;
        if ((s->input->go_on & 1u << column && !c->cell[i].len) || !joinable(column, c->cell[i], piece)) return false;
        if (!c->cell[i].len && column == COLUMN_PERIOD) {
            c->cell[i] = piece;
            c->notes |= NOTE_PERIOD_BELOW;
            continue;
        }
        c->cell[i] = text_join(s->arena, c->cell[i], " ", piece);
        if (text_failed(c->cell[i])) s->no_memory = true;
        c->notes |= NOTE_CELL_JOINED;
    }
    return true;
}

static void consider(struct search *s, const struct text *cells, size_t count, unsigned notes)
{
    struct candidate c = {.notes = notes};
    for (size_t i = count; i-- > s->input->column_count;)
        if (cells[i].len) return; /* a value beyond the last column */
    for (size_t i = 0; i < s->input->column_count && i < count; i++)
        c.cell[i] = cells[i];
    if (!apply_fragments(s, &c) || s->no_memory || !legal_candidate(s, &c)) return;
    for (size_t i = 0; i < s->count; i++)
        if (same_cells(s, &s->found[i], &c)) {
            if (s->found[i].notes != c.notes && __builtin_popcount(c.notes) < __builtin_popcount(s->found[i].notes))
                s->found[i].notes = c.notes;
            return;
        }
    if (s->count == MAX_READINGS)
        s->overflow = true;
    else
        s->found[s->count++] = c;
}

static void repair(struct search *s, const struct text *cells, size_t count, unsigned notes, int damage);

static void repair_lost(struct search *s, const struct text *cells, size_t count, unsigned notes, int damage)
{
    struct text next[ALIGN_CELLS];
    if (count + 1 > ALIGN_CELLS) return;
    for (size_t at = 0; at <= count; at++) {
        if (at > 0 && !cells[at - 1].len) continue; /* beside an empty cell: the same reading as before it */
        memcpy(next, cells, at * sizeof *next);
        next[at] = (struct text){0};
        memcpy(next + at + 1, cells + at, (count - at) * sizeof *next);
        repair(s, next, count + 1, notes | NOTE_CELL_LOST, damage - 1);
    }
}

static bool is_digit_at(struct text a, size_t i)
{
    return i < a.len && a.ptr[i] >= '0' && a.ptr[i] <= '9';
}

/* A merged cell is one that cannot stand as it is anywhere; each of its blanks may be the seam.  A thousands blank may be one
 * too: `50 107` is one number or two. */
static void repair_merged(struct search *s, const struct text *cells, size_t count, unsigned notes, int damage)
{
    struct text next[ALIGN_CELLS];
    struct period period;
    if (count + 1 > ALIGN_CELLS) return;
    for (size_t at = 0; at < count; at++) {
        struct text cell = cells[at];
        if (!cell.len || cell.len > 4 * LIMIT_UNIT) continue;
        bool whole = value_looks_legal(cell) || target_looks_legal(cell) || period_parse(cell, &period) == 0;
        for (size_t seam = 1; seam + 1 < cell.len; seam++) {
            if (cell.ptr[seam] != ' ') continue;
            if (whole && !(is_digit_at(cell, seam - 1) && is_digit_at(cell, seam + 1) && cell.ptr[seam + 1] != '0'))
                continue;
            memcpy(next, cells, at * sizeof *next);
            next[at] = text_part(cell, 0, seam);
            next[at + 1] = text_from(cell, seam + 1);
            memcpy(next + at + 2, cells + at + 1, (count - at - 1) * sizeof *next);
            repair(s, next, count + 1, notes | NOTE_CELLS_MERGED, damage - 1);
        }
    }
}

static void repair(struct search *s, const struct text *cells, size_t count, unsigned notes, int damage)
{
    if (s->no_memory || s->overflow) return;
    if (damage == 0) {
        consider(s, cells, count, notes);
        return;
    }
    repair_merged(s, cells, count, notes, damage);
    repair_lost(s, cells, count, notes, damage);
}

static size_t used_cells(const struct align_input *input)
{
    size_t n = input->cell_count;
    while (n > 0 && !input->cells[n - 1].len)
        n--;
    return n;
}

/* First the row as it stands; only when that fits nowhere, one damage, then two. */
static void search_readings(struct search *s)
{
    const struct align_input *input = s->input;
    size_t used = used_cells(input);
    bool below = input->fragment[COLUMN_PERIOD].len > 0;
    if (input->too_many || used > input->column_count) return;
    consider(s, input->cells, used, 0);
    if (s->count) return;
    size_t room = input->column_count - used; /* the period closes the row: all the room is lost or merged cells */
    for (int damage = 1; damage <= MAX_DAMAGE && !s->count && !s->no_memory; damage++)
        if (below ? (size_t)damage <= room : (size_t)damage == room) repair(s, input->cells, used, 0, damage);
    if (s->count || below || s->no_memory) return;
    s->loose = true;
    consider(s, input->cells, used, 0);
}

/* ---- choosing ---- */

typedef bool (*preference)(const struct search *s, const struct candidate *c);

static bool prefer_sexes_in_pairs(const struct search *s, const struct candidate *c)
{
    return !cell_of(s, c, COLUMN_UTFALL_MAN).len == !cell_of(s, c, COLUMN_UTFALL_KVINNOR).len;
}

static bool prefer_period_of_report(const struct search *s, const struct candidate *c)
{
    struct period period;
    return s->input->year == 0 ||
           (period_parse(cell_of(s, c, COLUMN_PERIOD), &period) == 0 && period.year == s->input->year);
}

static bool prefer_goal_level(const struct search *s, const struct candidate *c)
{
    bool kf = cell_of(s, c, COLUMN_KF_ARSMAL).len > 0;
    if (s->input->niva == NIVA_VERKSAMHETSMAL) return kf;
    if (s->input->niva == NIVA_NAMNDMAL || s->input->niva == NIVA_ENHETSMAL) return !kf;
    return true;
}

/* Keeps the readings PREFER likes, unless it likes none.  True when it made a difference. */
static bool keep(struct search *s, preference prefer)
{
    struct candidate liked[MAX_READINGS];
    size_t count = 0;
    for (size_t i = 0; i < s->count; i++)
        if (prefer(s, &s->found[i])) liked[count++] = s->found[i];
    if (count == 0 || count == s->count) return false;
    memcpy(s->found, liked, count * sizeof *liked);
    s->count = count;
    return true;
}

static void reading_from(const struct search *s, const struct candidate *c, struct reading *ret)
{
    for (size_t i = 0; i < s->input->column_count; i++)
        if (s->input->columns[i] < COLUMN_COUNT) ret->cell[s->input->columns[i]] = c->cell[i];
    ret->notes |= c->notes;
}

static void several(const struct search *s, struct reading *ret)
{
    reading_from(s, &s->found[0], ret);
    for (size_t r = 1; r < s->count; r++)
        for (size_t i = 0; i < s->input->column_count; i++) {
            enum column column = s->input->columns[i];
            if (column < COLUMN_COUNT && !text_equal(ret->cell[column], s->found[r].cell[i]))
                ret->cell[column] = (struct text){0};
        }
    ret->notes |= NOTE_UNCERTAIN;
    ret->rule = "R-FLERTYDIG";
    snprintf(ret->reason, sizeof ret->reason, "the cells can be read in %zu%s ways", s->count,
             s->overflow ? " or more" : "");
}

static void none(const struct search *s, struct reading *ret)
{
    const struct align_input *input = s->input;
    size_t used = used_cells(input);
    ret->notes |= NOTE_UNREADABLE | NOTE_UNCERTAIN;
    ret->rule = "R-OLASBAR";
    for (size_t i = 0; i < used && i < input->column_count;
         i++) /* as it stands, so that a person sees what was there */
        if (input->columns[i] < COLUMN_COUNT) ret->cell[input->columns[i]] = input->cells[i];
    if (input->too_many || used > input->column_count) {
        snprintf(ret->reason, sizeof ret->reason, "the row has more cells than its header");
        return;
    }
    for (size_t i = 0; used == input->column_count && i < used; i++)
        if (!legal_in(input->columns[i], input->cells[i], true)) {
            struct text cell = text_clip(input->cells[i], 48);
            snprintf(ret->reason, sizeof ret->reason, "column \"%s\": \"%.*s\" does not belong there",
                     column_name(input->columns[i]), TEXT_ARGS(cell));
            return;
        }
    snprintf(ret->reason, sizeof ret->reason, "%zu value cells fit the %zu columns in no way", used,
             input->column_count);
}

/* Words in a column that we do not know: the row may be of a unit, a sex or a group only. */
static bool of_a_part(struct text cell)
{
    static const char *const units[] = {"%", "st", "antal", "andel", "procent", "index", "kr", "tkr", "mnkr"};
    struct period period;
    bool letter = false;
    for (size_t i = 0; i < cell.len; i++)
        letter |= ((cell.ptr[i] | 0x20) >= 'a' && (cell.ptr[i] | 0x20) <= 'z') || (unsigned char)cell.ptr[i] == 0xc3;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (cell.len == strlen(units[i]) && words_starts_folded(cell, units[i])) return false;
    return letter && !value_looks_legal(cell) && !target_looks_legal(cell) && period_parse(cell, &period) != 0;
}

static void doubt_parts(const struct search *s, struct reading *reading)
{
    for (size_t i = 0; i < s->input->column_count && s->count == 1 && !(reading->notes & NOTE_UNCERTAIN); i++) {
        struct text cell = s->found[0].cell[i];
        if ((int)s->input->columns[i] != COLUMN_WORDS || !of_a_part(cell)) continue;
        cell = text_clip(cell, 48);
        reading->notes |= NOTE_UNCERTAIN;
        reading->rule = "R-FLERTYDIG";
        snprintf(reading->reason, sizeof reading->reason,
                 "\"%.*s\" stands in a column that is not known: the row may be of a part only", TEXT_ARGS(cell));
    }
}

static void search_begin(struct search *s, struct arena *arena, const struct align_input *input)
{
    memset(s, 0, sizeof *s);
    s->arena = arena;
    s->input = input;
    search_readings(s);
}

int align_fits(struct arena *arena, const struct align_input *input, bool *ret_fits, struct error *err)
{
    struct search s;
    search_begin(&s, arena, input);
    if (s.no_memory) return error_memory(err);
    *ret_fits = s.count > 0 && !s.loose;
    return 0;
}

int align_row(struct arena *arena, const struct align_input *input, struct reading *ret_reading, struct error *err)
{
    struct search s;
    struct reading reading = {0};
    search_begin(&s, arena, input);
    if (s.no_memory) return error_memory(err);
    keep(&s, prefer_sexes_in_pairs);
    keep(&s, prefer_period_of_report);
    if (s.count > 1 && !s.overflow && keep(&s, prefer_goal_level)) reading.notes |= NOTE_BY_GOAL_LEVEL;
    if (s.count == 0)
        none(&s, &reading);
    else if (s.count > 1 || s.overflow)
        several(&s, &reading);
    else
        reading_from(&s, &s.found[0], &reading);
    doubt_parts(&s, &reading);
    *ret_reading = reading;
    return 0;
}
