#include "tests/fuzz/fuzz.h"

#include <unistr.h>

#include "etl/base/value.h"
#include "etl/decode.h"

unsigned fuzz_choice(struct text *input, unsigned count)
{
    if (input->len == 0) return 0;
    unsigned byte = (unsigned char)input->ptr[0];
    *input = text_from(*input, 1);
    return (byte + 256 - '0') % 256 % count;
}

struct text fuzz_segment(struct text *input)
{
    const char *end = input->len ? memchr(input->ptr, 0x1e, input->len) : NULL;
    size_t len = end ? (size_t)(end - input->ptr) : input->len;
    struct text segment = text_part(*input, 0, len);
    *input = text_from(*input, len + 1);
    return segment;
}

char *fuzz_copy(struct text input)
{
    char *copy = malloc(input.len ? input.len : 1);
    FUZZ_CHECK(copy);
    if (input.len) memcpy(copy, input.ptr, input.len);
    return copy;
}

bool fuzz_is_utf8(struct text text)
{
    return text.len == 0 || u8_check((const uint8_t *)text.ptr, text.len) == NULL;
}

/* ---- one decoding ---- */

struct source {
    struct text left;
    bool byte_by_byte;
};

static ssize_t read_source(void *context, void *buffer, size_t size, struct error *err)
{
    struct source *source = context;
    size_t n = source->left.len < size ? source->left.len : size;
    (void)err;
    if (source->byte_by_byte && n > 1) n = 1;
    if (n) memcpy(buffer, source->left.ptr, n);
    source->left = text_from(source->left, n);
    return (ssize_t)n;
}

struct decoding {
    struct text input;
    enum fuzz_places places;
    char *transcript; /* all that was said of all records, to be compared */
    size_t len, size;
    uint64_t lines, rows, last_line, last_offset;
};

static void transcribe(struct decoding *d, const void *bytes, size_t len)
{
    if (d->size - d->len < len) {
        d->size = (d->len + len) * 2;
        d->transcript = realloc(d->transcript, d->size);
        FUZZ_CHECK(d->transcript);
    }
    if (len) memcpy(d->transcript + d->len, bytes, len);
    d->len += len;
}

static void transcribe_number(struct decoding *d, uint64_t number)
{
    transcribe(d, &number, sizeof number);
}

/* A text for people: UTF-8 in one line without TABs, its white space folded. */
static void take_text(struct decoding *d, struct text text)
{
    struct arena arena = {0};
    FUZZ_CHECK(fuzz_is_utf8(text));
    for (size_t i = 0; i < text.len; i++)
        FUZZ_CHECK((unsigned char)text.ptr[i] >= 0x20 && text.ptr[i] != 0x7f);
    FUZZ_CHECK(text_equal(text, text_fold_space(&arena, text)));
    transcribe_number(d, text.len);
    transcribe(d, text.ptr, text.len);
    arena_free(&arena);
}

/* Behind a byte order mark, a line end, or one of UTF-16. */
static bool begins_line(const struct decoding *d, uint64_t offset)
{
    struct text before = text_part(d->input, 0, offset);
    if (offset == 0 || text_is(before, "\xef\xbb\xbf") || text_is(before, "\xff\xfe")) return true;
    return before.ptr[offset - 1] == '\n' ||
           (offset >= 2 && before.ptr[offset - 1] == 0 && before.ptr[offset - 2] == '\n');
}

static void check_place(struct decoding *d, const struct record *r)
{
    const struct place *place = &r->place;
    FUZZ_CHECK(place->line >= 1 && r->lines >= 1);
    if (d->places == FUZZ_PLACES_SHEET) {
        FUZZ_CHECK(place->offset >= d->last_offset && place->offset >= 1 && place->length == 0);
        FUZZ_CHECK(place->offset > d->last_offset || place->line > d->last_line);
    } else {
        FUZZ_CHECK(place->offset <= d->input.len && place->length <= d->input.len - place->offset);
        FUZZ_CHECK(place->offset >= d->last_offset && place->line >= d->last_line);
    }
    if (d->places == FUZZ_PLACES_LINES) {
        FUZZ_CHECK(begins_line(d, place->offset));
        FUZZ_CHECK(place->length > 0);
    }
    d->last_line = place->line;
    d->last_offset = place->offset;
    transcribe(d, place, sizeof *place);
}

static void check_cell_offset(const struct decoding *d, const struct record *r, struct text cell, uint64_t offset)
{
    if (offset == 0) return; /* not known */
    if (d->places == FUZZ_PLACES_SHEET) return;
    FUZZ_CHECK(offset >= r->place.offset && offset + (cell.len > 0) <= r->place.offset + r->place.length);
}

static void take_cells(struct decoding *d, const struct record *r)
{
    for (size_t c = 0; c < COLUMN_COUNT; c++) {
        take_text(d, r->cell[c]);
        check_cell_offset(d, r, r->cell[c], r->cell_offset[c]);
        transcribe_number(d, r->cell_offset[c]);
        transcribe_number(d, r->cell_column[c]);
        if (r->kind == RECORD_INDIKATOR && r->cell[c].len) FUZZ_CHECK(r->present & 1u << c);
    }
    for (size_t i = 0; i < r->tabell_count; i++) {
        const struct tabell_cell *cell = &r->tabell[i];
        take_text(d, cell->column);
        take_text(d, cell->value);
        take_text(d, cell->matt);
        FUZZ_CHECK(cell->value.len > 0);
        check_cell_offset(d, r, cell->value, cell->offset);
        transcribe_number(d, cell->number);
        transcribe_number(d, cell->offset);
    }
}

static int take_record(void *context, const struct record *r, struct error *err)
{
    struct decoding *d = context;
    const struct text texts[] = {r->previous_report, r->text, r->report, r->title, r->matt, r->status, r->sheet};
    (void)err;
    check_place(d, r);
    take_cells(d, r);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        take_text(d, texts[i]);
    for (size_t i = 0; i < NIVA_COUNT; i++)
        take_text(d, r->goal[i]);
    FUZZ_CHECK(fuzz_is_utf8(r->raw));
    transcribe(d, r->raw.ptr, r->raw.len);
    if (r->notes & NOTE_UNREADABLE) FUZZ_CHECK(r->notes & NOTE_UNCERTAIN);
    if (r->notes & NOTE_UNCERTAIN) {
        FUZZ_CHECK(r->rule && r->rule[0] && r->reason[0]);
        FUZZ_CHECK(memchr(r->reason, '\0', sizeof r->reason));
        FUZZ_CHECK(fuzz_is_utf8(text_of(r->reason)));
        transcribe(d, r->rule, strlen(r->rule));
        transcribe(d, r->reason, strlen(r->reason));
    }
    const uint64_t rest[] = {r->kind,       r->lines, r->notes,    r->present,       r->niva,
                             r->occurrence, r->klar,  r->evidence, r->evidence_line, r->ekonomi};
    transcribe(d, rest, sizeof rest);
    d->lines += r->lines;
    d->rows += r->kind == RECORD_INDIKATOR;
    return 0;
}

static void check_counts(const struct decoding *d, const struct decode_counts *counts)
{
    FUZZ_CHECK(counts->bytes == d->input.len);
    FUZZ_CHECK(counts->lines_record == d->lines);
    FUZZ_CHECK(counts->lines_read == counts->lines_record + decode_lines_ignored(counts));
    FUZZ_CHECK(counts->rows_read == d->rows + counts->rows_ignored);
    if (d->places != FUZZ_PLACES_LINES || memchr(d->input.ptr, 0, d->input.len)) return; /* UTF-16 has its NULs */
    uint64_t lines = d->input.len > 0 && d->input.ptr[d->input.len - 1] != '\n';
    for (size_t i = 0; i < d->input.len; i++)
        lines += d->input.ptr[i] == '\n';
    FUZZ_CHECK(counts->lines_read == lines);
}

/* A refusal is for people too, and no fault of the program. */
static void take_refusal(struct decoding *d, const struct error *err)
{
    FUZZ_CHECK(err->class == EXIT_REFUSED || err->class == EXIT_CONFIG);
    FUZZ_CHECK(err->message[0] && !strpbrk(err->message, "\r\n\t"));
    FUZZ_CHECK(fuzz_is_utf8(text_of(err->message)) && fuzz_is_utf8(text_of(err->detail)));
    transcribe(d, err->message, strlen(err->message));
    transcribe(d, err->detail, strlen(err->detail));
}

static void decode_once(const struct connector *connector, const struct decode_options *options, bool byte_by_byte,
                        struct decoding *d)
{
    char *bytes = fuzz_copy(d->input);
    struct source source = {text_make(bytes, d->input.len), byte_by_byte};
    const struct reader reader = {read_source, &source};
    const struct sink sink = {take_record, d};
    struct decode_counts counts;
    struct error err = {0};
    if (connector->decode(&reader, options, &sink, &counts, &err))
        take_refusal(d, &err);
    else
        check_counts(d, &counts);
    if (getenv("FUZZ_SHOW") && !byte_by_byte) fprintf(stderr, "%s\n", err.message[0] ? err.message : "decoded");
    transcribe(d, &counts, sizeof counts);
    free(bytes);
}

void fuzz_decode(const struct connector *connector, struct text input, const struct decode_options *options,
                 enum fuzz_places places)
{
    struct decoding whole = {.input = input, .places = places}, bytes = {.input = input, .places = places};
    decode_once(connector, options, false, &whole);
    decode_once(connector, options, true, &bytes);
    FUZZ_CHECK(whole.len == bytes.len);
    FUZZ_CHECK(whole.len == 0 || !memcmp(whole.transcript, bytes.transcript, whole.len));
    free(whole.transcript);
    free(bytes.transcript);
}
