/* Decode, print, decode: the rows that delimited text or a workbook's text is read as, printed as delimited text, are read as
 * the same rows again, cell for cell. */
#include <string.h>

#include "etl/base/limits.h"
#include "tests/fuzz/fuzz.h"

static const enum column printed[] = {COLUMN_STADSDEL,   COLUMN_ENHET,          COLUMN_INDIKATOR,  COLUMN_UTFALL,
                                      COLUMN_UTFALL_MAN, COLUMN_UTFALL_KVINNOR, COLUMN_FOREGAENDE, COLUMN_ARSMAL,
                                      COLUMN_KF_ARSMAL,  COLUMN_PERIOD};
static const char header[] = "Stadsdelsnämnd;Enhet;Indikator;Periodens utfall;Utfall män;Utfall kvinnor;Föregående års "
                             "utfall;Årsmål;KF:s årsmål;Period\n";

struct page { /* rows as delimited text */
    char *bytes;
    size_t len, size;
    uint64_t rows;
};

static void put(struct page *page, const char *bytes, size_t len)
{
    if (page->len + len > page->size) {
        page->size = (page->len + len) * 2;
        page->bytes = realloc(page->bytes, page->size);
        FUZZ_CHECK(page->bytes);
    }
    memcpy(page->bytes + page->len, bytes, len);
    page->len += len;
}

static void put_cell(struct page *page, struct text cell)
{
    put(page, "\"", 1);
    for (size_t i = 0; i < cell.len; i++) {
        if (cell.ptr[i] == '"') put(page, "\"", 1);
        put(page, cell.ptr + i, 1);
    }
    put(page, "\"", 1);
}

/* What is in doubt is not printed: it would be another reason for doubt the second time. */
static int print_row(void *context, const struct record *record, struct error *err)
{
    struct page *page = context;
    (void)err;
    if (record->kind != RECORD_INDIKATOR || record->notes & (NOTE_UNCERTAIN | NOTE_UNREADABLE)) return 0;
    for (size_t i = 0; i < sizeof printed / sizeof *printed; i++) {
        if (i) put(page, ";", 1);
        put_cell(page, record->cell[printed[i]]);
    }
    put(page, "\n", 1);
    page->rows++;
    return 0;
}

struct source {
    struct text rest;
};

static ssize_t read_source(void *context, void *buffer, size_t size, struct error *err)
{
    struct source *source = context;
    size_t n = source->rest.len < size ? source->rest.len : size;
    (void)err;
    if (n) memcpy(buffer, source->rest.ptr, n);
    source->rest = text_from(source->rest, n);
    return (ssize_t)n;
}

/* True when INPUT was read to its end. */
static bool print_decoded(struct text input, const struct decode_options *options, struct page *page)
{
    struct source source = {input};
    const struct reader reader = {read_source, &source};
    const struct sink sink = {print_row, page};
    struct decode_counts counts;
    struct error err = {0};
    put(page, header, sizeof header - 1);
    return connector_delimited.decode(&reader, options, &sink, &counts, &err) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct decode_options first = {.name = "first", .stadsdel = TEXT("Bromma")},
                          again = {
                              .name = "again", .separator = ';', .encoding = TEXT("utf-8"), .stadsdel = TEXT("Bromma")};
    struct page once = {0}, twice = {0};
    if (print_decoded(text_make((const char *)data, size), &first, &once) && once.rows) {
        FUZZ_CHECK(print_decoded(text_make(once.bytes, once.len), &again, &twice));
        FUZZ_CHECK(twice.rows == once.rows && twice.len == once.len && !memcmp(once.bytes, twice.bytes, once.len));
    }
    free(once.bytes);
    free(twice.bytes);
    return 0;
}
