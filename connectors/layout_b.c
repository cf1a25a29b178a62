/* Layout B: text in reading order.  A header is some 17 lines, a row begins with the residue of its icons (the only mark
 * between an analysis and the next row), and its cells are joined by single blanks (rapport_cells.c). */
#include "connectors/rapport_cells.h"
#include "connectors/rapport_document.h"
#include "connectors/rapport_evidence.h"
#include "connectors/rapport_header.h"
#include "connectors/rapport_words.h"
#include "etl/base/fold.h"
#include "etl/base/limits.h"
#include "etl/base/period.h"
#include "etl/base/target.h"

#include <stdint.h>

#define HEADER_LINES       40  /* lines a header may span; 17 have been seen */
#define ROW_LINES          80  /* lines a row may span; a name of nine lines with a cut and furniture stays below */
#define NAME_LONGEST       400 /* bytes of a name; longer is prose before the row */
#define TRIES              6 /* ends of a row that are tried in one look ahead: its period, and words before that look like one */
#define HEADER_KEY_LONGEST 300 /* bytes of a header's words without blanks; the longest seen is 125 */
#define LAST_CELL_WORDS    8   /* words of a row's last cell: "1,70 kg CO2 per kg livsmedel" has 6 */
#define SURE_CELLS         4 /* so many cells behind words on one line are a row that breaks off, fewer may be prose */
#define BLANKS_LONGEST     8 /* empty lines and lines of blanks inside a row */
#define DELEGATION_BEGIN   "as" /* of "Tas fram av", the only words that can be cut and still be a cell */
#define NARROW             45   /* bytes of a line in the narrow column of names; prose lines are twice as wide */

/* A row whose cells are read, while a page break may still bring the rest of its name. */
struct complete {
    bool open;
    struct text name;
    struct reading reading;
    bool cut_phrase; /* its KF cell lacks the end */
    enum evidence evidence;
    size_t evidence_at;
    size_t first, last;
    uint32_t lines;
};

struct table {
    struct document *d;
    struct rapport_header header;
    struct complete row;
    bool collecting; /* lines since START may be a row */
    size_t start;    /* first line with text of the row being collected */
    size_t last;     /* the latest one */
    bool stray;      /* no residue of icons stands before it */
    char *raw;       /* raw lines put end to end since START */
    size_t raw_len, raw_size;
    uint32_t raw_lines;     /* lines with text in RAW */
    struct complete failed; /* OPEN: a doubtful reading of the lines being collected, taken when no other comes */
    size_t failed_len;      /* of RAW when it read as a row of another year; SIZE_MAX when it did not */
    size_t line_end;        /* where the first of them ends in RAW */
    size_t breaks[ROW_LINES], break_count; /* where empty lines stood in RAW */
    bool after_header;                     /* no text since the header */
    struct text above;                     /* the analysis line before: a sentence may span two */
    bool after_analysis;                   /* an analysis came after the last complete row */
    bool furniture;                        /* a page ended and no header came since: no row can begin */
    size_t blank_run;                      /* lines of blanks only, directly before */
    struct arena scratch;                  /* of one look ahead */
    size_t no_end_before;                  /* no line before it ends a row, looking ahead from the lines behind */
    size_t next_end, next_stop; /* the first line from the latest look ahead on that may end a row, or stops one */
};

/* ---- header ---- */

static bool take_key(struct text *key, const char *word)
{
    if (!text_starts(*key, word)) return false;
    *key = text_from(*key, strlen(word));
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "vb2020", "t22023", "2023" in front of KEY: a label and the four digits of its year, as printed: "VB 2020".  Empty
 * when none; then KEY is left alone. */
static struct text take_label(struct arena *arena, struct text *key)
{
    size_t year = 0, len = 0;
    while (year + 4 <= key->len && year < 8 &&
           !(is_digit(key->ptr[year]) && is_digit(key->ptr[year + 1]) && is_digit(key->ptr[year + 2]) &&
             is_digit(key->ptr[year + 3]) && (year + 4 == key->len || !is_digit(key->ptr[year + 4]))))
        year++;
    char *out = arena_alloc(arena, year + 6);
    if (!out) return (struct text){.len = SIZE_MAX};
    for (size_t i = 0; i < year; i++)
        out[len++] = (char)(key->ptr[i] >= 'a' && key->ptr[i] <= 'z' ? key->ptr[i] - 0x20 : key->ptr[i]);
    if (year) out[len++] = ' ';
    if (year + 4 > key->len) return (struct text){0};
    memcpy(out + len, key->ptr + year, 4);
    struct period period;
    if (period_parse(text_make(out, len + 4), &period)) return (struct text){0};
    *key = text_from(*key, year + 4);
    return text_make(out, len + 4);
}

/* Heads without their blanks, the longer ones first. */
static const struct {
    const char *key;
    enum column column;
} heads[] = {
    {"utfallmän/pojkar", COLUMN_UTFALL_MAN},
    {"utfallmän", COLUMN_UTFALL_MAN},
    {"utfallkvinnor/flickor", COLUMN_UTFALL_KVINNOR},
    {"utfallkvinnor", COLUMN_UTFALL_KVINNOR},
    {"män/pojkar", COLUMN_UTFALL_MAN},
    {"män", COLUMN_UTFALL_MAN},
    {"kvinnor/flickor", COLUMN_UTFALL_KVINNOR},
    {"kvinnor", COLUMN_UTFALL_KVINNOR},
    {"periodensutfalltotalt", COLUMN_UTFALL},
    {"periodensutfall", COLUMN_UTFALL},
    {"utfalltotalt", COLUMN_UTFALL},
    {"utfall", COLUMN_UTFALL},
    {"föregåendeårsutfall", COLUMN_FOREGAENDE},
    {"föregåendeår", COLUMN_FOREGAENDE},
    {"årsmål", COLUMN_ARSMAL},
    {"arsmål", COLUMN_ARSMAL},
    {"kf:sårsmål", COLUMN_KF_ARSMAL},
    {"kf:sarsmål", COLUMN_KF_ARSMAL},
    {"prognoshelår", COLUMN_COUNT},
    {"helårsprognos", COLUMN_COUNT},
    {"prognos", COLUMN_COUNT},
    {"period", COLUMN_PERIOD},
};

/* Of activities: the deviation is empty as a rule, and an empty last cell leaves no trace. */
static bool activity_header(struct text key, struct rapport_header *ret)
{
    if (!text_is(key, "aktivitetstartdatumslutdatumavvikelse") && !text_is(key, "aktivitetstartdatumslutdatum"))
        return false;
    *ret = (struct rapport_header){
        .kind = RECORD_AKTIVITET, .columns = {COLUMN_START, COLUMN_SLUT, COLUMN_AVVIKELSE}, .column_count = 2};
    return true;
}

/* KEY is the folded key of the header's words. */
static bool parse_header_key(struct arena *arena, struct text key, struct rapport_header *ret)
{
    struct header_reading reading = {0};
    if (activity_header(key, ret)) return true;
    if (!take_key(&key, "indikator")) return false;
    while (key.len) {
        size_t i = 0, count = sizeof heads / sizeof *heads;
        while (i < count && !take_key(&key, heads[i].key))
            i++;
        if (i == count) return false;
        struct text label = take_label(arena, &key);
        if (text_failed(label) || !rapport_header_add_column(&reading, heads[i].column, label)) return false;
    }
    size_t last = reading.header.column_count;
    return last && reading.header.columns[last - 1] == COLUMN_PERIOD && rapport_header_end(&reading, ret);
}

/* Words that can be nothing but the header of an indicator table, though not each of them is known. */
static bool looks_like_header(struct text key)
{
    return key.len < HEADER_KEY_LONGEST && text_starts(key, "indikator") && text_find(key, "utfall") != SIZE_MAX &&
           text_ends(key, "period");
}

/* The header that begins at line AT; RET_END is the line after it.  False when there is none; RET_STRANGE: there is one,
 * and it cannot be read. */
static bool parse_header(struct document *d, size_t at, struct rapport_header *ret, size_t *ret_end, bool *ret_strange)
{
    struct text line = text_trim(d->lines[at].text), joined = {0};
    *ret_strange = false;
    if (!text_starts(line, "Indikator ") && !text_is(line, "Indikator") && !text_starts(line, "Aktivitet ") &&
        !text_is(line, "Aktivitet"))
        return false;
    for (size_t i = at; i < d->line_count && i < at + HEADER_LINES; i++) {
        line = text_trim(d->lines[i].text);
        if (!line.len) continue;
        if (line.len > NARROW * 3) return false;
        joined = text_join(d->arena, joined, " ", line);
        if (text_failed(joined)) return false;
        if (!text_ends(line, "Period") && !text_ends(line, "Avvikelse")) continue;
        struct text key = fold_key(d->arena, joined);
        *ret_end = i + 1;
        if (text_failed(key)) return false;
        if (parse_header_key(d->arena, key, ret)) return true;
        *ret_strange = looks_like_header(key);
        return *ret_strange;
    }
    return false;
}

bool layout_b_is_header(struct document *d, size_t at)
{
    struct rapport_header h;
    size_t end;
    bool strange;
    return text_find(d->lines[at].text, "\t") == SIZE_MAX && parse_header(d, at, &h, &end, &strange);
}

bool layout_b_is_furniture(struct text line)
{
    line = text_trim(line);
    if (text_is(line, "Tjänsteutlåtande") || text_is(line, "start.stockholm")) return true;
    if (!text_starts(line, "Sid ")) return false;
    for (size_t i = 4; i < line.len; i++)
        if (!strchr("0123456789 ()", line.ptr[i])) return false;
    return true;
}

static bool is_section(struct text line)
{
    line = text_trim(line);
    return text_is(line, "Beskrivning") || text_is(line, "Förväntat resultat") ||
           text_is(line, "Sammanfattande analys");
}

/* ---- rows ---- */

/* A word that a cell begins with, not a name: a value, a target, a period, the first words of a delegation. */
static bool begins_cell(struct text word)
{
    struct period period;
    struct text whole = text_trim(word);
    return strchr("0123456789+-<~.", word.ptr[0]) || words_starts_delegation(word) || words_cut_delegation(whole) ||
           text_is(whole, "Tas") || text_is(whole, "VB") || text_is(whole, "VP") || target_is_phrase(whole) ||
           period_parse(whole, &period) == 0;
}

/* `  Name`: two blanks and a word.  More blanks, or a cell after them, are empty cells of a row's line.  `● Name`: the
 * icon itself. */
static bool is_residue(struct text line)
{
    if (words_icon(text_trim(line)) && !words_icons_only(line)) return true;
    if (!text_starts(line, "  ") || text_starts(line, "   ") || text_blank(line)) return false;
    return !begins_cell(text_from(line, 2));
}

static int send_row(struct table *t, struct error *err)
{
    struct complete *c = &t->row;
    struct record record = {.kind = t->header.kind, .present = 1u << COLUMN_INDIKATOR};
    bool markup = false;
    if (!c->open) return 0;
    c->open = false;
    if (record.kind == RECORD_INDIKATOR) rapport_header_check(&t->header, &c->reading);
    document_put_reading(&record, &c->reading);
    record.cell[COLUMN_INDIKATOR] = words_name(t->d->arena, c->name, &markup);
    if (text_failed(record.cell[COLUMN_INDIKATOR])) return error_memory(err);
    record.cell_offset[COLUMN_INDIKATOR] = t->d->lines[c->first].offset;
    for (size_t i = 0; i < t->header.column_count; i++)
        if (t->header.columns[i] < COLUMN_COUNT) record.present |= 1u << t->header.columns[i];
    record.previous_report = t->header.previous_report;
    record.evidence = c->evidence;
    record.evidence_line = c->evidence ? c->evidence_at + 1 : 0;
    if (markup) record.notes |= NOTE_MARKUP;
    if (fold_has_lookalike(record.cell[COLUMN_INDIKATOR])) record.notes |= NOTE_LOOKALIKE;
    if (c->cut_phrase && !(record.notes & NOTE_UNCERTAIN)) {
        record.notes |= NOTE_UNCERTAIN;
        record.rule = "R-OLASBAR";
        snprintf(record.reason, sizeof record.reason,
                 "column \"kf_arsmal\": the text is cut and its end was not found");
    }
    t->d->counts->rows_read += record.kind == RECORD_INDIKATOR;
    return document_send(t->d, &record, c->first, c->last, c->lines, err);
}

static void doubt(struct reading *reading, const char *rule, const char *reason)
{
    if (reading->notes & NOTE_UNCERTAIN) return; /* the first reason stays */
    reading->notes |= NOTE_UNCERTAIN;
    reading->rule = rule;
    snprintf(reading->reason, sizeof reading->reason, "%s", reason);
}

/* Prose in front of the name: its start was missed. */
static bool name_doubtful(struct text name)
{
    if (name.len > NAME_LONGEST) return true;
    for (size_t i = 0; i + 2 < name.len; i++)
        if (name.ptr[i] == '.' && name.ptr[i + 1] == ' ' &&
            ((name.ptr[i + 2] >= 'A' && name.ptr[i + 2] <= 'Z') || (unsigned char)name.ptr[i + 2] == 0xc3))
            return true;
    return false;
}

/* An empty line in NAME, collected, where a sentence begins that would have fitted on the line before: two texts. */
static bool name_of_two(const struct table *t, struct text name)
{
    size_t end = (size_t)(name.ptr - t->raw) + name.len, widest = 0, narrowest = SIZE_MAX, before = 0;
    bool empty = false;
    for (size_t i = t->start, read = 0; i <= t->last && read < end; i++) {
        struct text line = text_trim(t->d->lines[i].text);
        size_t word = text_find(line, " ");
        read += t->d->lines[i].text.len;
        if (empty && before && line.len && !words_begins_lower(line) &&
            before + 1 + (word < line.len ? word : line.len) < narrowest)
            narrowest = before + 1 + (word < line.len ? word : line.len);
        empty = !line.len && i > t->start;
        if (line.len && read <= end + 1) before = line.len;
        if (line.len && read <= end + 1 && line.len > widest) widest = line.len;
    }
    return narrowest <= widest;
}

/* Cheap test: what was collected ends in a word that may be a cell. */
static bool ends_in_cell(const struct table *t)
{
    struct text raw = text_trim(text_make(t->raw, t->raw_len));
    for (size_t at = raw.len, words = 0; at-- > 1 && words < LAST_CELL_WORDS;) {
        if (raw.ptr[at - 1] != ' ') continue;
        words++;
        if (begins_cell(text_from(raw, at))) return true;
    }
    return false;
}

/* NAME, collected, ends inside its first line. */
static bool ends_inside_line(const struct table *t, struct text name)
{
    size_t end = (size_t)(name.ptr - t->raw) + name.len;
    return end < t->line_end && !text_blank(text_make(t->raw + end, t->line_end - end));
}

/* The cells of what was collected but for the last ones, COUNT of them, which are not there. */
static int read_first_cells(struct table *t, size_t count, struct complete *c, int *ret_readings, struct error *err)
{
    struct cells_input input = {.row = text_make(t->raw, t->raw_len),
                                .columns = t->header.columns,
                                .count = count,
                                .allow_cut = true,
                                .line_end = t->line_end,
                                .breaks = t->breaks,
                                .break_count = t->break_count};
    if (cells_read(t->d->arena, &input, ret_readings, &c->name, &c->reading, err)) return -1;
    if (*ret_readings && ((c->reading.notes & NOTE_UNCERTAIN) || (count < SURE_CELLS && ends_inside_line(t, c->name))))
        *ret_readings = 0; /* words and a number in the middle of a line: text */
    return 0;
}

/* A name and cells that break off, before the period or earlier: kept, so that they are not lost as text. */
static int note_without_period(struct table *t, struct error *err)
{
    struct complete c = {.open = true, .first = t->start, .last = t->last, .lines = t->raw_lines};
    int readings = 0;
    if (!t->collecting || t->failed.open || !t->raw_lines || t->header.kind != RECORD_INDIKATOR ||
        t->header.column_count < 4)
        return 0;
    for (size_t count = ends_in_cell(t) ? t->header.column_count - 1 : 0; count > 0 && !readings; count--)
        if (read_first_cells(t, count, &c, &readings, err)) return -1;
    if (!readings || name_doubtful(c.name)) return 0;
    c.name = text_copy(t->d->arena, c.name);
    if (text_failed(c.name)) return error_memory(err);
    memset(&c.reading, 0, sizeof c.reading);
    doubt(&c.reading, "R-OLASBAR", "the row has no period");
    c.reading.notes |= NOTE_UNREADABLE;
    t->failed_len = SIZE_MAX;
    t->failed = c;
    return 0;
}

/* What was collected is no row: it was text, or a row that cannot be read. */
static int drop_collected(struct table *t, struct error *err)
{
    if (note_without_period(t, err)) return -1;
    uint32_t lines = t->collecting ? t->raw_lines : 0;
    bool failed = t->collecting && t->failed.open;
    t->collecting = false;
    t->raw_len = 0;
    t->raw_lines = 0;
    if (failed) {
        if (send_row(t, err)) return -1;
        if (lines > t->failed.lines)
            doubt(&t->failed.reading, "R-FLERTYDIG", "the row may go on behind what looks like its period");
        lines -= t->failed.lines;
        t->row = t->failed;
        t->after_analysis = false;
    }
    t->failed.open = false;
    t->d->counts->lines_ignored[IGNORED_ANALYSIS] += lines;
    return 0;
}

static int begin_collecting(struct table *t, size_t at, struct error *err)
{
    if (drop_collected(t, err)) return -1;
    t->collecting = true;
    t->stray = false;
    t->start = at;
    t->line_end = t->break_count = 0;
    return 0;
}

static int append_bytes(struct table *t, struct text line, struct error *err)
{
    if (t->raw_len + line.len > t->raw_size) {
        size_t size = 2 * (t->raw_len + line.len);
        char *grown = arena_alloc(t->d->arena, size);
        if (!grown) return error_memory(err);
        if (t->raw_len) memcpy(grown, t->raw, t->raw_len);
        t->raw = grown;
        t->raw_size = size;
    }
    if (line.len) memcpy(t->raw + t->raw_len, line.ptr, line.len);
    t->raw_len += line.len;
    return 0;
}

static int append_raw(struct table *t, size_t at, struct error *err)
{
    if (append_bytes(t, t->d->lines[at].text, err)) return -1;
    t->last = at;
    if (t->raw_lines++ == 0) t->line_end = t->raw_len;
    return 0;
}

/* As cells_read, with the columns of the table and, for what was collected, its lines; an activity's deviation is there when
 * its word is. */
static int split_row(struct table *t, struct arena *arena, struct text raw, bool allow_cut, int *ret_readings,
                     struct text *ret_name, struct reading *ret, struct error *err)
{
    struct cells_input input = {
        .row = raw, .columns = t->header.columns, .count = t->header.column_count, .allow_cut = allow_cut};
    if (t->header.kind == RECORD_AKTIVITET && text_ends(text_trim(raw), "Avvikelse")) input.count = 3;
    if (raw.ptr == t->raw) {
        input.line_end = t->line_end;
        input.breaks = t->breaks;
        input.break_count = t->break_count;
    }
    return cells_read(arena, &input, ret_readings, ret_name, ret, err);
}

/* A year among the values looks like the period that ends a row: `1 945` cut by a line's end. */
static bool of_other_year(const struct table *t, const struct complete *c)
{
    struct period period;
    if (!t->d->year || t->header.kind != RECORD_INDIKATOR || !c->reading.cell[COLUMN_PERIOD].len) return false;
    return period_parse(c->reading.cell[COLUMN_PERIOD], &period) == 0 && period.year != t->d->year;
}

/* A row but for one cell: kept, so that it is not lost as text. */
static int note_failed(struct table *t, size_t at, struct error *err)
{
    struct complete c = {.open = true, .first = t->start, .last = at, .lines = t->raw_lines};
    struct cells_input input = {.row = text_make(t->raw, t->raw_len),
                                .columns = t->header.columns + 1,
                                .count = t->header.column_count - 1,
                                .allow_cut = true};
    int readings = 0;
    if (t->failed.open || t->header.kind != RECORD_INDIKATOR || t->header.column_count < 4) return 0;
    if (cells_read(t->d->arena, &input, &readings, &c.name, &c.reading, err)) return -1;
    if (!readings) return 0;
    c.name = text_copy(t->d->arena, c.name);
    if (text_failed(c.name)) return error_memory(err);
    memset(&c.reading, 0, sizeof c.reading);
    doubt(&c.reading, "R-OLASBAR", "the row has fewer cells than its header");
    c.reading.notes |= NOTE_UNREADABLE;
    t->failed_len = SIZE_MAX;
    t->failed = c;
    return 0;
}

/* Does what was collected read as a row now?  RET: 1 when a row was taken. */
static int try_row(struct table *t, size_t at, bool *ret, struct error *err)
{
    struct complete c = {.open = true, .first = t->start, .last = at, .lines = t->raw_lines};
    int readings = 0;
    *ret = false;
    if (split_row(t, t->d->arena, text_make(t->raw, t->raw_len), false, &readings, &c.name, &c.reading, err)) return -1;
    if (!readings && text_find(text_make(t->raw, t->raw_len), DELEGATION_BEGIN) != SIZE_MAX) {
        if (split_row(t, t->d->arena, text_make(t->raw, t->raw_len), true, &readings, &c.name, &c.reading, err))
            return -1;
        c.cut_phrase = readings > 0;
    }
    if (!readings) return note_failed(t, at, err);
    bool of_two = name_of_two(t, c.name);
    c.name = text_copy(t->d->arena, c.name);
    if (text_failed(c.name)) return error_memory(err);
    if (readings > 1)
        doubt(&c.reading, "R-FLERTYDIG", "the cells can be read in several ways");
    else if (t->furniture)
        doubt(&c.reading, "R-NAMN", "the row stands after the end of a page, outside a table");
    else if (of_two || name_doubtful(c.name))
        doubt(&c.reading, "R-NAMN", "the beginning of the row's name is uncertain");
    else if (t->stray)
        doubt(&c.reading, "R-NAMN", "no residue of icons stands before the row: it may be text, or its name longer");
    if (of_other_year(t, &c)) { /* taken when nothing better follows */
        if (!t->failed.open || t->failed_len == SIZE_MAX) t->failed_len = t->raw_len;
        t->failed = c;
        return 0;
    }
    if (t->failed.open && c.name.len >= t->failed_len)
        doubt(&c.reading, "R-NAMN", "the name holds what may be a row of its own");
    if (send_row(t, err)) return -1;
    t->row = c;
    t->collecting = t->failed.open = false; /* the lines are the row's now */
    t->raw_len = t->raw_lines = 0;
    t->after_analysis = t->after_header = false;
    t->above = (struct text){0};
    *ret = true;
    return 0;
}

/* ---- the rest of a name that a page break cut off ---- */

/* The end of a delegation ("tyrelse", "nämnd/styrelse") that REST ends with, when the row lacks it: its length. */
static size_t phrase_end(const struct table *t, struct text rest, struct reading *ret, struct arena *arena)
{
    for (size_t at = rest.len; at-- > 0;) {
        if (at > 0 && rest.ptr[at - 1] != ' ') continue;
        struct text tail = text_from(rest, at);
        if (!tail.len) continue;
        struct text whole = text_join(arena, t->row.reading.cell[COLUMN_KF_ARSMAL], " ", tail);
        if (text_failed(whole) || !target_looks_legal(whole)) continue;
        ret->cell[COLUMN_KF_ARSMAL] = whole;
        return tail.len;
    }
    return 0;
}

/* A line of running text: neither blank nor of a table of layout A. */
static bool is_solid(const struct document *d, size_t at)
{
    return at < d->line_count && !text_blank(d->lines[at].text) && text_find(d->lines[at].text, "\t") == SIZE_MAX;
}

/* Does the table go on behind line AT: with a row, an analysis or a header? */
static bool table_goes_on(struct table *t, size_t at)
{
    bool residue = false;
    for (; at < t->d->line_count && text_blank(t->d->lines[at].text); at++)
        residue |= t->d->lines[at].text.len > 0;
    if (at == t->d->line_count) return false;
    struct text line = t->d->lines[at].text, goal;
    if (words_goal(line, &goal) != NIVA_NONE || is_section(line)) return false;
    return residue || is_residue(line) || words_is_analysis(line) || layout_b_is_header(t->d, at) ||
           layout_b_is_furniture(line);
}

/* The end of the text from AT on: an empty line, or what begins something else. */
static size_t rest_end(struct document *d, size_t at)
{
    size_t end = at;
    struct text goal;
    for (; is_solid(d, end); end++) {
        struct text line = d->lines[end].text;
        if (layout_b_is_header(d, end) || layout_b_is_furniture(line) || is_residue(line) || words_is_analysis(line) ||
            words_goal(line, &goal) != NIVA_NONE)
            break;
    }
    return end;
}

/* "tyrelse", "styrelse" …: no name ends so. */
static bool ends_delegation(struct text rest)
{
    static const char *const ends[] = {"tyrelse", "styrelse", "/styrelse", "nämnd", "nämnd/styrelse"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (text_is(rest, ends[i])) return true;
    return false;
}

/* The end of the row's delegation in a paragraph of its own, behind line END; the line after it, END when it is none. */
static size_t take_phrase_end(struct table *t, size_t end)
{
    struct complete *c = &t->row;
    size_t at = end, lines;
    while (at < t->d->line_count && !t->d->lines[at].text.len)
        at++;
    lines = rest_end(t->d, at) - at;
    if (lines == 0 || lines > 2) return end;
    struct text rest = text_trim(
        text_join(t->d->arena, t->d->lines[at].text, "", lines == 2 ? t->d->lines[at + 1].text : (struct text){0}));
    if (text_failed(rest) || phrase_end(t, rest, &c->reading, t->d->arena) != rest.len) return end;
    for (size_t i = end; i < at; i++)
        document_ignore(t->d, IGNORED_BLANK);
    c->cut_phrase = false;
    c->reading.notes |= NOTE_CELL_JOINED;
    c->lines += (uint32_t)lines;
    return at + lines;
}

/* Does the paragraph at AT end with what the row's delegation lacks?  Then it is the row's, whatever follows. */
static bool holds_phrase_end(struct table *t, size_t at)
{
    struct reading unused;
    struct text rest = {0};
    if (!t->row.cut_phrase) return false;
    for (size_t end = rest_end(t->d, at); at < end; at++)
        rest = text_join(t->d->arena, rest, "", t->d->lines[at].text);
    return !text_failed(rest) && phrase_end(t, text_trim(rest), &unused, t->d->arena) > 0;
}

/* Right after a repeated header, a row complete and no analysis since: the rest of its name, unless it reads as a row. */
static int take_rest(struct table *t, size_t *at, struct error *err)
{
    struct complete *c = &t->row;
    size_t end = rest_end(t->d, *at);
    struct text rest = {0};
    for (size_t i = *at; i < end; i++) {
        struct text line = t->d->lines[i].text;
        rest = text_join(t->d->arena, rest, "", line);
        if (text_failed(rest)) return error_memory(err);
    }
    rest = text_trim(rest);
    if (c->cut_phrase) {
        size_t n = phrase_end(t, rest, &c->reading, t->d->arena);
        c->cut_phrase = n == 0;
        rest = text_trim(text_part(rest, 0, rest.len - n));
        c->reading.notes |= n ? NOTE_CELL_JOINED : 0;
    }
    bool sure = !rest.len || words_begins_lower(rest) || words_name_hangs(c->name);
    if (rest.len && ends_delegation(rest))
        doubt(&c->reading, "R-NAMN", "the end of a text cell stands where the rest of the name may be");
    if (rest.len) {
        c->name = words_join_name(t->d->arena, c->name, rest);
        c->reading.notes |= NOTE_NAME_JOINED;
    }
    if (text_failed(c->name)) return error_memory(err);
    c->reading.notes |= NOTE_PAGE_BREAK;
    c->lines += (uint32_t)(end - *at);
    if (c->cut_phrase) end = take_phrase_end(t, end);
    c->last = end - 1;
    if (!sure && !table_goes_on(t, end))
        doubt(&c->reading, "R-NAMN", "the text below the row may be the rest of its name or prose");
    *at = end;
    t->after_header = false;
    return 0;
}

/* Lines as wide as running text: no rest of a name, whose column is narrow. */
static bool is_wide(struct document *d, size_t at)
{
    for (size_t end = rest_end(d, at); at < end; at++)
        if (d->lines[at].text.len > NARROW) return true;
    return false;
}

/* Lines of blanks stand at AT: is a cell what comes after them?  Then one of them was an empty cell. */
static bool cell_behind_blanks(const struct document *d, size_t at)
{
    size_t most = at + BLANKS_LONGEST;
    while (at < d->line_count && at < most && text_blank(d->lines[at].text))
        at++;
    if (at == d->line_count || at == most) return false;
    struct text line = text_trim(d->lines[at].text);
    size_t word = text_find(line, " ");
    return begins_cell(line) || target_is_phrase(text_part(line, 0, word < line.len ? word : line.len));
}

/* What no row goes beyond. */
static bool stops_row(struct document *d, size_t at)
{
    struct text goal, line = d->lines[at].text;
    return words_is_analysis(line) || words_goal(line, &goal) != NIVA_NONE || layout_b_is_header(d, at);
}

/* The end of a look ahead from line AT: the first line behind it that no row goes beyond; AT itself when none before that may
 * end a row.  Each line is looked at once, however many look ahead over it. */
static size_t ahead_end(struct table *t, size_t at)
{
    size_t most = at + ROW_LINES < t->d->line_count ? at + ROW_LINES : t->d->line_count;
    if (t->next_end < at) t->next_end = at;
    while (t->next_end < most && !cells_may_end(t->d->lines[t->next_end].text))
        t->next_end++;
    if (t->next_stop <= at) t->next_stop = at + 1;
    while (t->next_stop < most && !stops_row(t->d, t->next_stop))
        t->next_stop++;
    if (t->next_stop < most) most = t->next_stop;
    return t->next_end < most ? most : at;
}

/* Looks ahead whether RAW, where the cells have begun, and the lines from FIRST on read as a row, before line AT is left
 * behind and an analysis or a heading comes; with WHOLE also before another row may begin. */
static int row_ahead(struct table *t, struct text raw, size_t first, size_t at, bool whole, bool *ret,
                     struct error *err)
{
    struct text name = {0};
    size_t begun = raw.len, end = ahead_end(t, at);
    struct reading reading;
    int readings = 0, tries = 0;
    *ret = false;
    if (end == at) return 0;
    arena_reset(&t->scratch);
    for (size_t i = first; i < end && raw.len <= LIMIT_NAME && !readings && tries < TRIES; i++) {
        struct text line = t->d->lines[i].text;
        if (whole && i > at && ((line.len && text_blank(line) && !cell_behind_blanks(t->d, i)) || is_residue(line)))
            return 0;
        raw = text_join(&t->scratch, raw, "", line);
        if (text_failed(raw)) return error_memory(err);
        if (i < at || !cells_may_end(line)) continue;
        tries++;
        if (whole && i < t->no_end_before) continue;
        if (split_row(t, &t->scratch, raw, whole, &readings, &name, &reading, err)) return -1;
        if (!whole && !readings && split_row(t, &t->scratch, raw, true, &readings, &name, &reading, err)) return -1;
        if (whole && !readings) t->no_end_before = i + 1; /* nor is it one for what begins later */
    }
    *ret = readings > 0 && (whole || (size_t)(name.ptr - raw.ptr) + name.len < begun);
    return 0;
}

/* Would the text from AT on read as a row of its own? */
static int reads_as_row(struct table *t, size_t at, bool *ret, struct error *err)
{
    return row_ahead(t, (struct text){0}, at, at, true, ret, err);
}

/* ---- the walk ---- */

/* An analysis belongs to the row above it: does it say why a value is not there? */
static int take_analysis(struct table *t, size_t at, struct error *err)
{
    struct text line = t->d->lines[at].text, two = text_join(t->d->arena, t->above, "", line);
    document_ignore(t->d, IGNORED_ANALYSIS);
    if (text_failed(two)) return error_memory(err);
    t->above = line;
    if (!t->row.open || t->row.evidence) return 0;
    t->row.evidence = evidence_in(two);
    t->row.evidence_at = at;
    return 0;
}

static int take_header(struct table *t, size_t *at, struct error *err)
{
    size_t end;
    struct rapport_header h;
    bool strange;
    if (!parse_header(t->d, *at, &h, &end, &strange) || strange)
        return document_refuse(t->d, *at, err, "the header of a table cannot be read");
    if (drop_collected(t, err)) return -1;
    for (size_t i = *at; i < end; i++)
        document_ignore(t->d, text_blank(t->d->lines[i].text) ? IGNORED_BLANK : IGNORED_HEADER);
    t->header = h;
    t->no_end_before = 0;
    *at = end;
    t->after_header = true;
    t->furniture = false;
    t->blank_run = 0;
    return 0;
}

/* Lines of blanks stand between line AT and what was collected: empty cells in the middle of a row, which goes on at AT?
 * They are when the lines read as a row together, and those from AT on do not. */
static int goes_on_behind_blanks(struct table *t, size_t at, bool *ret, struct error *err)
{
    bool own = false;
    *ret = false;
    if (!t->collecting || t->failed.open || t->after_header || t->header.kind != RECORD_INDIKATOR ||
        is_residue(t->d->lines[at].text))
        return 0;
    if (reads_as_row(t, at, &own, err)) return -1;
    if (own) return 0;
    if (row_ahead(t, text_make(t->raw, t->raw_len), t->last + 1, at, false, ret, err)) return -1;
    for (size_t i = t->last + 1; *ret && i < at; i++)
        if (append_bytes(t, t->d->lines[i].text, err)) return -1;
    return 0;
}

/* A paragraph behind an analysis or a row, without the residue of icons: does it read as a row all the same?  Then it is
 * shown to a person; running text is wider than the column of names. */
static int is_stray_row(struct table *t, size_t at, bool *ret, struct error *err)
{
    *ret = false;
    if (t->collecting || t->header.kind != RECORD_INDIKATOR || (at > 0 && t->d->lines[at - 1].text.len)) return 0;
    struct text line = text_trim(t->d->lines[at].text); /* a short name has its cells on its line, but for the last */
    if (line.len > NARROW && !cells_may_end(line) && !text_ends(line, " Tas fram") && !text_ends(line, " Tas"))
        return 0;
    return reads_as_row(t, at, ret, err);
}

/* A line with text in the table. */
static int take_text(struct table *t, size_t *at, struct error *err)
{
    struct text line = t->d->lines[*at].text;
    bool row = false, goes_on = false, stray = false, begins = t->blank_run > 0 || is_residue(line) || t->after_header;
    if (t->after_header && t->row.open && !t->after_analysis) {
        bool own = false;
        if (reads_as_row(t, *at, &own, err)) return -1;
        own = own && !holds_phrase_end(t, *at) && !words_begins_lower(text_trim(line));
        if (t->blank_run == 0 && !is_residue(line) && !is_wide(t->d, *at)) {
            if (!own) return take_rest(t, at, err);
            doubt(&t->row.reading, "R-NAMN", "the text below the row may be the rest of its name");
            stray = true;
        }
    }
    if (t->blank_run && goes_on_behind_blanks(t, *at, &goes_on, err)) return -1;
    if (!begins && is_stray_row(t, *at, &stray, err)) return -1;
    t->after_header = false;
    t->blank_run = 0;
    if ((stray || (begins && !goes_on)) && begin_collecting(t, *at, err)) return -1;
    t->stray |= stray;
    if (!t->collecting) return take_analysis(t, (*at)++, err);
    if (append_raw(t, *at, err)) return -1;
    if (t->raw_lines > ROW_LINES || t->raw_len > LIMIT_CELL) {
        if (drop_collected(t, err)) return -1;
    }
    if (t->collecting && cells_may_end(line) && try_row(t, *at, &row, err)) return -1;
    ++*at;
    return 0;
}

static bool ends_table(const struct table *t, size_t at)
{
    struct document *d = t->d;
    struct text line = d->lines[at].text, rest, label, name;
    struct rapport_header other;
    size_t end;
    int year;
    bool strange;
    if (parse_header(d, at, &other, &end, &strange) && !strange && other.kind != t->header.kind) return true;
    return text_find(line, "\t") != SIZE_MAX || words_goal(line, &rest) != NIVA_NONE || is_section(line) ||
           words_title(line, &label, &year, &name);
}

static int take_line(struct table *t, size_t *at, struct error *err)
{
    struct text line = t->d->lines[*at].text;
    if (text_blank(line)) {
        if (line.len) t->blank_run++;
        if (!line.len && t->collecting && t->break_count < ROW_LINES) t->breaks[t->break_count++] = t->raw_len;
        document_ignore(t->d, IGNORED_BLANK);
        ++*at;
        return 0;
    }
    if (layout_b_is_header(t->d, *at)) return take_header(t, at, err);
    if (layout_b_is_furniture(line)) {
        if (drop_collected(t, err)) return -1;
        t->furniture = true; /* the row above stays open: behind the repeated header the rest of its name may follow */
        t->blank_run = 0;
        document_ignore(t->d, IGNORED_CONTENTS);
        ++*at;
        return 0;
    }
    if (words_is_analysis(line)) {
        if (drop_collected(t, err)) return -1;
        if (send_row(t, err)) return -1;
        t->after_analysis = true;
        t->after_header = false;
        t->blank_run = 0;
        document_ignore(t->d, IGNORED_ANALYSIS);
        ++*at;
        return 0;
    }
    return take_text(t, at, err);
}

int layout_b_table(struct document *d, size_t *at, struct error *err)
{
    struct table t = {.d = d};
    int rc = -1;
    d->tables++;
    if (take_header(&t, at, err)) goto out;
    while (*at < d->line_count && !ends_table(&t, *at))
        if (take_line(&t, at, err)) goto out;
    if (drop_collected(&t, err)) goto out;
    rc = send_row(&t, err);
out:
    arena_free(&t.scratch);
    return rc;
}

/* ---- goals ---- */

static bool ends_heading(struct document *d, size_t at)
{
    struct text line = d->lines[at].text, rest;
    return words_goal(line, &rest) != NIVA_NONE || is_section(line) || words_is_analysis(line) ||
           layout_b_is_header(d, at) || layout_b_is_furniture(line);
}

/* The end of the paragraph that goes on at line AT below its heading; what is longer than a heading is prose. */
static size_t paragraph_end(struct document *d, size_t at)
{
    size_t len = 0;
    for (; is_solid(d, at) && !ends_heading(d, at); at++)
        if ((len += d->lines[at].text.len) > LIMIT_GOAL) break;
    return at;
}

/* A heading may wrap over several lines, empty ones between; it ends at its status, or with its paragraph where it has none. */
size_t layout_b_heading_end(struct document *d, size_t at, size_t *ret_status)
{
    size_t paragraph = paragraph_end(d, at + 1), texts = 0, end = at + 1;
    *ret_status = SIZE_MAX;
    for (size_t i = at + 1; i < d->line_count && texts <= 6; i++) {
        struct text line = d->lines[i].text;
        if (text_find(line, "\t") != SIZE_MAX) break;
        if (text_blank(line)) continue;
        struct text status = words_status(d->arena, line);
        if (status.len && !text_failed(status)) {
            *ret_status = i;
            return end;
        }
        if (ends_heading(d, i)) break;
        texts++;
        end = i + 1;
    }
    return paragraph;
}
