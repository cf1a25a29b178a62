/* Decoding a text in a test: runs a connector over it, keeps its records, and holds every run to the accounting: no line
 * escapes, every record stands where it says.  Rows are compared as one text, a line per row:
 *   NAME|UTFALL|MÄN|KVINNOR|FÖREGÅENDE|ÅRSMÅL|KF|PERIOD|NOTES  */
#ifndef STADSLAGER_TESTS_DECODE_TEXT_H
#define STADSLAGER_TESTS_DECODE_TEXT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "etl/decode.h"

#define DECODED_MOST 200 /* records of one test text */

struct decoded {
    struct arena arena; /* owns the records and their texts */
    struct record *records;
    size_t count;
    struct decode_counts counts;
    struct error err;
    int rc;
};

static inline void decoded_free(struct decoded *d)
{
    arena_free(&d->arena);
}

/* ---- reader and sink ---- */

struct text_source {
    struct text left;
    size_t piece; /* most bytes of one read; 0 = no limit */
};

static inline ssize_t text_source_read(void *context, void *buffer, size_t size, struct error *err)
{
    struct text_source *source = context;
    size_t n = source->left.len;
    (void)err;
    if (n > size) n = size;
    if (source->piece && n > source->piece) n = source->piece;
    if (n) memcpy(buffer, source->left.ptr, n);
    source->left = text_from(source->left, n);
    return (ssize_t)n;
}

static inline void decoded_keep_text(struct decoded *d, struct text *text)
{
    *text = text_copy(&d->arena, *text);
    assert_false(text_failed(*text));
}

static inline void decoded_keep_cells(struct decoded *d, struct record *copy)
{
    struct tabell_cell *cells = arena_array(&d->arena, copy->tabell_count + 1, sizeof *cells);
    assert_non_null(cells);
    decoded_keep_text(d, &copy->title);
    decoded_keep_text(d, &copy->matt);
    for (size_t i = 0; i < copy->tabell_count; i++) {
        cells[i] = copy->tabell[i];
        decoded_keep_text(d, &cells[i].column);
        decoded_keep_text(d, &cells[i].value);
        decoded_keep_text(d, &cells[i].matt);
    }
    copy->tabell = cells;
}

/* A record lives until the sink returns: keeps a deep copy. */
static inline int decoded_keep(void *context, const struct record *record, struct error *err)
{
    struct decoded *d = context;
    (void)err;
    assert_true(d->count < DECODED_MOST);
    struct record *copy = &d->records[d->count++];
    *copy = *record;
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        decoded_keep_text(d, &copy->cell[i]);
    for (size_t i = 0; i < NIVA_COUNT; i++)
        decoded_keep_text(d, &copy->goal[i]);
    decoded_keep_text(d, &copy->previous_report);
    decoded_keep_text(d, &copy->text);
    decoded_keep_text(d, &copy->status);
    decoded_keep_cells(d, copy);
    return 0;
}

/* ---- the accounting every run is held to ---- */

static inline size_t lines_of(struct text a)
{
    size_t n = 0;
    for (size_t i = 0; i < a.len; i++)
        n += a.ptr[i] == '\n';
    return n + (a.len > 0 && a.ptr[a.len - 1] != '\n');
}

static inline void assert_accounted(const struct decoded *d, struct text input)
{
    uint64_t in_records = 0, rows = 0;
    const size_t mark = text_starts(input, "\ufeff") ? strlen("\ufeff") : 0;
    for (size_t i = 0; i < d->count; i++) {
        const struct place *place = &d->records[i].place;
        in_records += d->records[i].lines;
        rows += d->records[i].kind == RECORD_INDIKATOR;
        assert_true(d->records[i].lines >= 1);
        assert_true(place->offset + place->length <= input.len);
        assert_true(place->offset == mark || input.ptr[place->offset - 1] == '\n');
        assert_int_equal(place->line, 1 + lines_of(text_part(input, mark, place->offset - mark)));
        assert_true(lines_of(text_part(input, place->offset, place->length)) >= d->records[i].lines);
    }
    assert_int_equal(d->counts.bytes, input.len);
    assert_int_equal(d->counts.lines_read, lines_of(input));
    assert_int_equal(d->counts.lines_record, in_records);
    assert_int_equal(d->counts.lines_read, d->counts.lines_record + decode_lines_ignored(&d->counts));
    assert_int_equal(d->counts.rows_read, rows + d->counts.rows_ignored);
}

/* ---- decoding ---- */

/* Runs CONNECTOR over INPUT, at most PIECE bytes a read (0 = no limit); success or refusal is in the result. */
static inline struct decoded decode_bytes(const struct connector *connector, struct text input, size_t piece,
                                          const struct decode_options *options)
{
    struct decoded d = {0};
    struct text_source source = {input, piece};
    const struct reader reader = {text_source_read, &source};
    const struct sink sink = {decoded_keep, &d};
    d.records = arena_array(&d.arena, DECODED_MOST, sizeof *d.records);
    assert_non_null(d.records);
    d.rc = decode_export(connector, &reader, options, &sink, &d.counts, &d.err);
    return d;
}

static inline struct decoded decode_with(const struct decode_options *options, const char *text)
{
    struct decoded d = decode_bytes(&connector_rapporttext, text_of(text), 0, options);
    if (d.rc) fail_msg("refused: %s", d.err.message);
    assert_accounted(&d, text_of(text));
    return d;
}

/* A report text, with nothing known about it. */
static inline struct decoded decode_text(const char *text)
{
    const struct decode_options options = {.name = "export.txt"};
    return decode_with(&options, text);
}

/* ---- comparing ---- */

static inline struct text decoded_add(struct decoded *d, struct text all, const char *between, struct text more)
{
    struct text out = all;
    if (*between) {
        char *bytes = arena_alloc(&d->arena, all.len + strlen(between) + more.len + 1);
        assert_non_null(bytes);
        if (all.len) memcpy(bytes, all.ptr, all.len);
        memcpy(bytes + all.len, between, strlen(between));
        if (more.len) memcpy(bytes + all.len + strlen(between), more.ptr, more.len);
        out = text_make(bytes, all.len + strlen(between) + more.len);
    } else
        out = text_join(&d->arena, all, "", more);
    assert_false(text_failed(out));
    return out;
}

/* The indicator rows of D, one a line. */
static inline const char *rows_of(struct decoded *d)
{
    char notes[DECODE_NOTES_SIZE];
    struct text all = {0};
    for (size_t i = 0; i < d->count; i++) {
        const struct record *r = &d->records[i];
        if (r->kind != RECORD_INDIKATOR) continue;
        all = decoded_add(d, all, "", r->cell[COLUMN_INDIKATOR]);
        for (enum column c = COLUMN_UTFALL; c <= COLUMN_PERIOD; c++)
            all = decoded_add(d, all, "|", r->cell[c]);
        all = decoded_add(d, all, "|", text_of(decode_notes(r->notes, notes)));
        all = decoded_add(d, all, "\n", (struct text){0});
    }
    const char *out = text_cstr(&d->arena, all);
    assert_non_null(out);
    return out;
}

/* The goals of D, one a line: LEVEL|TEXT|STATUS */
static inline const char *goals_of(struct decoded *d)
{
    struct text all = {0};
    for (size_t i = 0; i < d->count; i++) {
        const struct record *r = &d->records[i];
        if (r->kind != RECORD_MAL) continue;
        all = decoded_add(d, all, "", text_of(niva_name(r->niva)));
        all = decoded_add(d, all, "|", r->text);
        all = decoded_add(d, all, "|", r->status);
        all = decoded_add(d, all, "\n", (struct text){0});
    }
    const char *out = text_cstr(&d->arena, all);
    assert_non_null(out);
    return out;
}

/* The activities of D, one a line: NAME|START|SLUT|AVVIKELSE|KLAR|NOTES */
static inline const char *activities_of(struct decoded *d)
{
    char notes[DECODE_NOTES_SIZE];
    struct text all = {0};
    for (size_t i = 0; i < d->count; i++) {
        const struct record *r = &d->records[i];
        if (r->kind != RECORD_AKTIVITET) continue;
        all = decoded_add(d, all, "", r->cell[COLUMN_INDIKATOR]);
        for (enum column c = COLUMN_START; c <= COLUMN_AVVIKELSE; c++)
            all = decoded_add(d, all, "|", r->cell[c]);
        all = decoded_add(d, all, "|", text_of(klar_name(r->klar)));
        all = decoded_add(d, all, "|", text_of(decode_notes(r->notes, notes)));
        all = decoded_add(d, all, "\n", (struct text){0});
    }
    const char *out = text_cstr(&d->arena, all);
    assert_non_null(out);
    return out;
}

/* The cells of D's other tables, one a line: TITLE|ROW|COLUMN|VALUE|UNIT|NOTES */
static inline const char *cells_of(struct decoded *d)
{
    char notes[DECODE_NOTES_SIZE];
    struct text all = {0};
    for (size_t i = 0; i < d->count; i++) {
        const struct record *r = &d->records[i];
        for (size_t c = 0; r->kind == RECORD_TABELL && c < r->tabell_count; c++) {
            all = decoded_add(d, all, "", r->title);
            all = decoded_add(d, all, "|", r->text);
            all = decoded_add(d, all, "|", r->tabell[c].column);
            all = decoded_add(d, all, "|", r->tabell[c].value);
            all = decoded_add(d, all, "|", r->tabell[c].matt);
            all = decoded_add(d, all, "|", text_of(decode_notes(r->notes, notes)));
            all = decoded_add(d, all, "\n", (struct text){0});
        }
    }
    const char *out = text_cstr(&d->arena, all);
    assert_non_null(out);
    return out;
}

/* The N-th record of KIND, from 0. */
static inline const struct record *record_of(const struct decoded *d, enum record_kind kind, size_t n)
{
    for (size_t i = 0; i < d->count; i++)
        if (d->records[i].kind == kind && n-- == 0) return &d->records[i];
    fail_msg("there is no such record");
    return NULL;
}

static inline void assert_text(struct text got, const char *want)
{
    struct arena arena = {0};
    const char *copy = text_cstr(&arena, got);
    assert_non_null(copy);
    assert_string_equal(copy, want);
    arena_free(&arena);
}

/* Shortcuts for the most usual tests: a text without options and all its rows, or all its goals. */
static inline void assert_rows(const char *text, const char *want)
{
    struct decoded d = decode_text(text);
    assert_string_equal(rows_of(&d), want);
    decoded_free(&d);
}

static inline void assert_goals(const char *text, const char *want)
{
    struct decoded d = decode_text(text);
    assert_string_equal(goals_of(&d), want);
    decoded_free(&d);
}

static inline void assert_activities(const char *text, const char *want)
{
    struct decoded d = decode_text(text);
    assert_string_equal(activities_of(&d), want);
    decoded_free(&d);
}

static inline void assert_cells(const char *text, const char *want)
{
    struct decoded d = decode_text(text);
    assert_string_equal(cells_of(&d), want);
    decoded_free(&d);
}

static inline void assert_refused_with(const struct decode_options *options, struct text input, const char *part)
{
    struct decoded d = decode_bytes(&connector_rapporttext, input, 0, options);
    assert_int_equal(d.rc, -1);
    assert_int_equal(d.err.class, EXIT_REFUSED);
    if (!strstr(d.err.message, part)) fail_msg("the message is: %s", d.err.message);
    if (!strstr(d.err.message, options->name)) fail_msg("the message names no export: %s", d.err.message);
    decoded_free(&d);
}

static inline void assert_refused(const char *text, const char *part)
{
    const struct decode_options options = {.name = "export.txt"};
    assert_refused_with(&options, text_of(text), part);
}

#endif
