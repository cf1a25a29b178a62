/* Layout B: the header of a table, some 17 lines, and the lines that are no table's. */
#include "connectors/layout_b_parts.h"
#include "connectors/rapport_words.h"
#include "etl/base/fold.h"
#include "etl/base/period.h"

#include <stdint.h>

#define HEADER_LINES       40  /* lines a header may span; 17 have been seen */
#define HEADER_KEY_LONGEST 300 /* bytes of a header's words without blanks; the longest seen is 125 */

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
    if (!out) return text_no_memory;
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
    {"utfallflickor", COLUMN_UTFALL_KVINNOR},
    {"utfallpojkar", COLUMN_UTFALL_MAN},
    {"flickor", COLUMN_UTFALL_KVINNOR},
    {"pojkar", COLUMN_UTFALL_MAN},
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

/* KEY begins with heads of an indicator table, the period among them, but not as the last: rows whose end nothing marks. */
static bool has_period_before_end(struct arena *arena, struct text key)
{
    size_t count = 0, outcomes = 0, periods = 0;
    if (!take_key(&key, "indikator")) return false;
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        if (!take_key(&key, heads[i].key)) continue;
        (void)take_label(arena, &key);
        count++;
        outcomes += heads[i].column == COLUMN_UTFALL;
        periods += heads[i].column == COLUMN_PERIOD;
        i = (size_t)-1;
    }
    return count > 2 && outcomes && periods;
}

/* Words that can be nothing but the header of an indicator table, though not each of them is known. */
static bool looks_like_header(struct text key)
{
    return key.len < HEADER_KEY_LONGEST && text_starts(key, "indikator") && text_find(key, "utfall") != SIZE_MAX &&
           text_ends(key, "period");
}

/* The header that begins at line AT; RET_END is the line after it.  False when there is none; RET_STRANGE: there is one,
 * and it cannot be read. */
bool layout_b_parse_header(struct document *d, size_t at, struct rapport_header *ret, size_t *ret_end,
                           bool *ret_strange)
{
    struct text line = text_trim(d->lines[at].text), joined = {0};
    *ret_strange = false;
    if (!text_starts(line, "Indikator ") && !text_is(line, "Indikator") && !text_starts(line, "Aktivitet ") &&
        !text_is(line, "Aktivitet"))
        return false;
    for (size_t i = at; i < d->line_count && i < at + HEADER_LINES; i++) {
        line = text_trim(d->lines[i].text);
        if (!line.len) continue;
        if (line.len > NARROW * 3) break;
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
    struct text key = fold_key(d->arena, text_clip(joined, HEADER_KEY_LONGEST));
    *ret_end = at + 1;
    return *ret_strange = !text_failed(key) && has_period_before_end(d->arena, key);
}

bool layout_b_is_header(struct document *d, size_t at)
{
    struct rapport_header h;
    size_t end;
    bool strange;
    return text_find(d->lines[at].text, "\t") == SIZE_MAX && layout_b_parse_header(d, at, &h, &end, &strange);
}

bool layout_b_is_furniture(struct text line)
{
    line = text_trim(line);
    if (text_is(line, "Tjänsteutlåtande") || text_is(line, "start.stockholm")) return true;
    size_t word = text_starts(line, "Sid ") ? 4 : text_starts(line, "Sida ") ? 5 : 0, total = text_find(line, " av ");
    for (size_t i = word; i < line.len; i++)
        if (!strchr("0123456789 ()", line.ptr[i]) && !(total <= i && i < total + 4)) return false;
    return word > 0;
}

bool layout_b_is_section(struct text line)
{
    line = text_trim(line);
    return text_is(line, "Beskrivning") || text_is(line, "Förväntat resultat") ||
           text_is(line, "Sammanfattande analys");
}
