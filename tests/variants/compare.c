#include "tests/variants/compare.h"

#include "etl/base/fold.h"
#include "etl/decode.h"

/* ---- decoding ---- */

static size_t line_at(struct text all, uint64_t offset)
{
    size_t line = 1;
    for (size_t i = 0; i < offset && i < all.len; i++)
        line += all.ptr[i] == '\n';
    return line;
}

static int keep_record(void *context, const struct record *record, struct error *err)
{
    struct decoded *d = context;
    if (record->kind != RECORD_INDIKATOR && record->kind != RECORD_MAL)
        return 0; /* activities and other tables: no truth here */
    if (d->count == RECORDS_MOST) return error_set(err, EXIT_INTERNAL, "too many records");
    struct record *r = &d->records[d->count];
    *r = *record;
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        r->cell[i] = text_copy(&d->arena, record->cell[i]);
    for (size_t i = 0; i < NIVA_COUNT; i++)
        r->goal[i] = text_copy(&d->arena, record->goal[i]);
    r->text = text_copy(&d->arena, record->text);
    r->status = text_copy(&d->arena, record->status);
    d->first[d->count] = record->place.line;
    if (record->sheet.len)
        d->last[d->count] = d->first[d->count] += SHEET_LINES * record->place.offset;
    else if (d->table)
        d->last[d->count] = record->place.line + record->lines - 1;
    else
        d->last[d->count] = line_at(d->all, record->place.offset + record->place.length - 1);
    bool rejected = false;
    if (d->table && judge_row(&d->arena, record, &rejected, err)) return -1;
    if (rejected) r->notes |= NOTE_UNCERTAIN;
    d->count++;
    return 0;
}

static ssize_t read_text(void *context, void *buffer, size_t size, struct error *err)
{
    struct text *left = context;
    (void)err;
    size_t n = left->len < size ? left->len : size;
    if (n) memcpy(buffer, left->ptr, n);
    *left = text_from(*left, n);
    return (ssize_t)n;
}

int decode_variant(const struct variant *v, struct text all, struct decoded *ret, struct error *err)
{
    struct text left = all;
    struct reader reader = {read_text, &left};
    struct sink sink = {keep_record, ret};
    struct decode_options options = {.name = "variant", .stadsdel = TEXT("Bromma"), .year = v->year};
    static const struct column_alias columns[] = {{TEXT("Datum"), COLUMN_PERIOD},
                                                  {TEXT("Enhetskod"), COLUMN_ENHET},
                                                  {TEXT("Måttkod"), COLUMN_INDIKATOR},
                                                  {TEXT("Mått"), COLUMN_MATT_KOLUMN},
                                                  {TEXT("Värde"), COLUMN_VARDE}};
    struct decode_counts counts;
    const struct connector *connector = v->layout == LAYOUT_DELIMITED  ? &connector_delimited
                                        : v->layout == LAYOUT_WORKBOOK ? &connector_xlsx
                                                                       : &connector_rapporttext;
    ret->all = all;
    ret->table = v->layout >= LAYOUT_DELIMITED;
    if (v->style.per_line) {
        options.aliases = columns;
        options.alias_count = sizeof columns / sizeof *columns;
    }
    return decode_export(connector, &reader, &options, &sink, &counts, err);
}

/* ---- comparing ---- */

static bool same_cell(struct text got, const char *want)
{
    size_t i = 0;
    for (; *want; want++) {
        if (*want == ' ') continue;
        while (i < got.len && got.ptr[i] == ' ')
            i++;
        if (i == got.len || got.ptr[i++] != *want) return false;
    }
    while (i < got.len && got.ptr[i] == ' ')
        i++;
    return i == got.len;
}

static bool same_name(struct arena *arena, struct text got, const char *want)
{
    return text_equal(fold_key(arena, got), fold_key(arena, text_of(want)));
}

static bool same_row(struct decoded *d, const struct record *r, const struct fact *f)
{
    if (!same_name(&d->arena, r->cell[COLUMN_INDIKATOR], f->name) || r->niva != f->niva) return false;
    if (f->enhet && !same_name(&d->arena, r->cell[COLUMN_ENHET], f->enhet)) return false;
    for (size_t i = 0; i < VALUES; i++)
        if (!same_cell(r->cell[COLUMN_UTFALL + i], f->value[i])) return false;
    for (size_t i = 1; i < NIVA_COUNT; i++)
        if (!same_name(&d->arena, r->goal[i], f->goal[i])) return false;
    return true;
}

static size_t find_record(const struct decoded *d, enum record_kind kind, size_t line)
{
    for (size_t i = 0; i < d->count; i++)
        if (d->records[i].kind == kind && d->first[i] == line) return i;
    return SIZE_MAX;
}

/* A row that is not where it should be is refused when an uncertain one covers its lines: a person will see it. */
static size_t find_cover(const struct decoded *d, const struct fact *f)
{
    for (size_t i = 0; i < d->count; i++)
        if (d->records[i].kind == RECORD_INDIKATOR && d->records[i].notes & NOTE_UNCERTAIN &&
            d->first[i] <= f->last_line && d->last[i] >= f->line)
            return i;
    return SIZE_MAX;
}

static void compare_row(struct decoded *d, const struct fact *f, struct tally *t, bool show)
{
    size_t at = find_record(d, RECORD_INDIKATOR, f->line);
    t->rows++;
    if (at == SIZE_MAX) at = find_cover(d, f);
    if (at != SIZE_MAX) d->matched[at] = true;
    if (at != SIZE_MAX && d->records[at].notes & NOTE_UNCERTAIN)
        t->refused++;
    else if (at != SIZE_MAX && same_row(d, &d->records[at], f))
        t->exact++;
    else if (at != SIZE_MAX && ((f->odd && f->lossy) || f->misleading || f->text))
        t->by_rule++;
    else {
        t->wrong++;
        if (show) printf("  wrong: line %zu \"%s\"%s\n", f->line, f->name, at == SIZE_MAX ? " is absent" : "");
    }
}

static void compare_goals(struct decoded *d, const struct variant *v, struct tally *t, bool show)
{
    for (size_t i = 0; i < v->goal_count; i++) {
        const struct goal *goal = &v->goals[i];
        size_t at = find_record(d, RECORD_MAL, goal->line);
        const struct record *r = &d->records[at == SIZE_MAX ? 0 : at];
        if (at != SIZE_MAX) d->matched[at] = true;
        if (at != SIZE_MAX && r->niva == goal->niva && same_name(&d->arena, r->text, goal->text) &&
            same_cell(r->status, goal->status))
            continue;
        t->wrong++;
        if (show) printf("  wrong goal: line %zu \"%s\" (%s)\n", goal->line, goal->text, goal->status);
    }
}

/* What is in no truth: a certain row or a goal is wrong, an uncertain row is noise. */
static void compare_rest(struct decoded *d, struct tally *t, bool show)
{
    for (size_t i = 0; i < d->count; i++) {
        const struct record *r = &d->records[i];
        if (d->matched[i]) continue;
        if (r->kind == RECORD_INDIKATOR && r->notes & NOTE_UNCERTAIN) {
            t->noise++;
            continue;
        }
        t->wrong++;
        if (show)
            printf("  invented: line %zu \"%.*s\"\n", d->first[i],
                   TEXT_ARGS(r->kind == RECORD_MAL ? r->text : r->cell[COLUMN_INDIKATOR]));
    }
}

void compare(struct decoded *d, const struct variant *v, struct tally *t, bool show)
{
    for (size_t i = 0; i < v->fact_count; i++)
        compare_row(d, &v->facts[i], t, show);
    compare_goals(d, v, t, show);
    compare_rest(d, t, show);
}

/* ---- printing ---- */

void print_lines(struct text all)
{
    size_t line = 1;
    for (size_t i = 0; i < all.len; line++) {
        const char *end = memchr(all.ptr + i, '\n', all.len - i);
        size_t len = (size_t)(end - all.ptr) - i;
        printf("%4zu|%.*s|\n", line, (int)len, all.ptr + i);
        i += len + 1;
    }
}

static void print_record(const struct record *r, size_t line)
{
    char notes[DECODE_NOTES_SIZE];
    if (r->kind == RECORD_MAL) {
        printf("  got   %zu goal %s \"%.*s\" (%.*s)\n", line, niva_name(r->niva), TEXT_ARGS(r->text),
               TEXT_ARGS(r->status));
        return;
    }
    printf("  got   %zu", line);
    for (enum column c = COLUMN_INDIKATOR; c <= COLUMN_PERIOD; c++)
        printf(" [%.*s]", TEXT_ARGS(r->cell[c]));
    printf(" %s %s\n", decode_notes(r->notes, notes), r->notes & NOTE_UNCERTAIN ? r->reason : "");
}

void print_rows(const struct variant *v, const struct decoded *d)
{
    for (size_t i = 0; i < v->fact_count; i++) {
        printf("  truth %zu [%s]", v->facts[i].line, v->facts[i].name);
        for (size_t c = 0; c < VALUES; c++)
            printf(" [%s]", v->facts[i].value[c]);
        printf("%s%s%s\n", v->facts[i].odd ? " odd" : "", v->facts[i].lossy ? " lossy" : "",
               v->facts[i].misleading ? " misleading" : "");
    }
    for (size_t i = 0; i < v->goal_count; i++)
        printf("  truth %zu goal \"%s\" (%s)\n", v->goals[i].line, v->goals[i].text, v->goals[i].status);
    for (size_t i = 0; i < d->count; i++)
        print_record(&d->records[i], d->first[i]);
}
