/* How fast exports become facts, without fetching, archive and server: decode, interpret, validate and resolve, against
 * dimensions in memory.  usage: decode_speed CONFIG EXPORT[.gz] [ROUNDS], or decode_speed CONFIG EXPORT[.gz] --print,
 * which prints all that comes out, to compare two versions of the program.  Reads as the configuration's first source says.
 * Times are CPU seconds of this process. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

#include "etl/copy.h"
#include "etl/decode.h"
#include "etl/refresh.h"

#define COPY_ROWS 20000 /* rows encoded before the spool begins anew: it stays in memory */

struct bytes { /* an export in memory, and how far it has been read */
    char *data;
    size_t size, at;
};

struct tally {
    uint64_t rows, facts, quarantined, findings;
    struct copy *copy; /* NULL = not encoded */
    bool print;
};

static ssize_t read_bytes(void *context, void *buffer, size_t size, struct error *err)
{
    struct bytes *b = context;
    size_t n = b->size - b->at < size ? b->size - b->at : size;
    (void)err;
    memcpy(buffer, b->data + b->at, n);
    b->at += n;
    return (ssize_t)n;
}

/* ---- what comes out ---- */

static int take_record(void *context, const struct record *record, struct error *err)
{
    struct tally *tally = context;
    (void)record, (void)err;
    tally->rows++;
    return 0;
}

static int take_row(void *context, uint64_t row, enum record_kind kind, uint32_t lines, struct place place,
                    struct error *err)
{
    struct tally *tally = context;
    (void)err;
    tally->rows++;
    if (tally->print)
        printf("R %llu %d %u %llu %llu %llu\n", (unsigned long long)row, (int)kind, lines,
               (unsigned long long)place.line, (unsigned long long)place.offset, (unsigned long long)place.length);
    return 0;
}

static void print_fact(const struct fact *f)
{
    char number[DECIMAL_PRINT_SIZE];
    printf("F %d %llu %d %d %d %d %d %d %d %d %c %d %d %d %d %d %d %s/%d [%.*s][%.*s][%.*s][%.*s] %c%c %x "
           "%llu,%llu,%llu\n",
           (int)f->table, (unsigned long long)f->row, f->ar, (int)f->stadsdel_id, (int)f->enhet_id, (int)f->period_id,
           (int)f->indikator_id, (int)f->mal_id, (int)f->aktivitet_id, (int)f->cell_id, (char)f->kon, (int)f->niva,
           (int)f->omfattning, (int)f->op, (int)f->uppfyllelse, (int)f->status, f->has_number,
           f->has_number ? decimal_print(f->number, number) : "-", f->number.scale, TEXT_ARGS(f->unit),
           TEXT_ARGS(f->printed), TEXT_ARGS(f->period_printed), TEXT_ARGS(f->avser), f->obs_status, f->conf_status,
           f->flags, (unsigned long long)f->place.line, (unsigned long long)f->place.offset,
           (unsigned long long)f->place.length);
}

/* As a load writes an outcome. */
static void encode(struct copy *copy, const struct fact *fact)
{
    if (copy->rows == COPY_ROWS) {
        copy_free(copy);
        copy_init(copy);
    }
    copy_row(copy, 18);
    copy_int64(copy, (int64_t)fact->row);
    copy_int64(copy, (int64_t)fact->place.line);
    copy_int64(copy, (int64_t)fact->place.offset);
    copy_int32(copy, fact->enhet_id);
    copy_int32(copy, fact->indikator_id);
    copy_int32(copy, fact->period_id);
    copy_int16(copy, (int16_t)fact->ar);
    copy_int16(copy, (int16_t)fact->stadsdel_id);
    copy_int32(copy, (int32_t)fact->flags);
    copy_char(copy, (char)fact->kon);
    copy_char(copy, fact->obs_status);
    copy_char(copy, fact->conf_status);
    copy_text(copy, text_of(value_status_name(fact->status)));
    if (fact->has_number)
        copy_decimal(copy, fact->number);
    else
        copy_null(copy);
    copy_text_or_null(copy, fact->unit);
    copy_text_or_null(copy, fact->printed);
    copy_text_or_null(copy, fact->period_printed);
    copy_text_or_null(copy, fact->avser);
}

static int take_fact(void *context, const struct fact *fact, struct error *err)
{
    struct tally *tally = context;
    tally->facts++;
    if (tally->print) print_fact(fact);
    if (!tally->copy) return 0;
    encode(tally->copy, fact);
    return copy_check(tally->copy, err);
}

static int take_quarantine(void *context, const struct quarantine_row *row, struct error *err)
{
    struct tally *tally = context;
    (void)err;
    tally->quarantined++;
    if (tally->print)
        printf("Q %d %llu %u %llu [%s][%s][%s][%.*s][%.*s]\n", (int)row->kind, (unsigned long long)row->row, row->lines,
               (unsigned long long)row->place.line, row->column, row->rule, row->reason, TEXT_ARGS(row->value),
               TEXT_ARGS(row->raw));
    return 0;
}

static int take_finding(void *context, const struct finding *f, struct error *err)
{
    struct tally *tally = context;
    (void)err;
    tally->findings++;
    if (tally->print)
        printf("V %llu %llu [%s][%s][%s][%.*s][%.*s][%.*s][%.*s] %llu %llu\n", (unsigned long long)f->row,
               (unsigned long long)f->place.line, f->rule, f->severity, f->message, TEXT_ARGS(f->column),
               TEXT_ARGS(f->value), TEXT_ARGS(f->other_column), TEXT_ARGS(f->other_value),
               (unsigned long long)f->other_line, (unsigned long long)f->other_offset);
    return 0;
}

/* ---- measuring ---- */

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int decode_only(const struct refresh_input *input, struct bytes *bytes, struct tally *tally, struct error *err)
{
    const struct reader reader = {read_bytes, bytes};
    const struct sink sink = {take_record, tally};
    struct decode_counts counts;
    bytes->at = 0;
    return decode_export(input->source->connector, &reader, &input->source->decode, &sink, &counts, err);
}

static int make_facts(const struct refresh_input *input, struct bytes *bytes, struct tally *tally, struct error *err)
{
    const struct reader reader = {read_bytes, bytes};
    const struct fact_sink sink = {take_row, take_fact, take_quarantine, take_finding, false, tally};
    struct load_input counts;
    bytes->at = 0;
    return refresh_decode_from(&reader, input, &sink, &counts, err);
}

static int measure(const struct refresh_input *input, struct bytes *bytes, struct error *err)
{
    struct copy copy;
    struct tally decoded = {0}, facts = {0}, encoded = {.copy = &copy};
    double begin = cpu_seconds(), after_decode, after_facts, after_copy;
    copy_init(&copy);
    if (decode_only(input, bytes, &decoded, err)) return -1;
    after_decode = cpu_seconds();
    if (make_facts(input, bytes, &facts, err)) return -1;
    after_facts = cpu_seconds();
    if (make_facts(input, bytes, &encoded, err)) return -1;
    after_copy = cpu_seconds();
    copy_free(&copy);
    printf("%llu rows, %llu facts, %llu quarantined, %llu findings, %.1f MB\n", (unsigned long long)facts.rows,
           (unsigned long long)facts.facts, (unsigned long long)facts.quarantined, (unsigned long long)facts.findings,
           (double)bytes->size / 1e6);
    printf("decode                        %7.3f s  %10.0f rows/s  %6.0f MB/s\n", after_decode - begin,
           (double)decoded.rows / (after_decode - begin), (double)bytes->size / 1e6 / (after_decode - begin));
    printf("decode and validate           %7.3f s  %10.0f facts/s %6.0f MB/s\n", after_facts - after_decode,
           (double)facts.facts / (after_facts - after_decode),
           (double)bytes->size / 1e6 / (after_facts - after_decode));
    printf("decode, validate, encode      %7.3f s  %10.0f facts/s\n", after_copy - after_facts,
           (double)encoded.facts / (after_copy - after_facts));
    return 0;
}

/* The whole of a file, gzip taken off. */
static int read_file(const char *path, struct bytes *ret, struct error *err)
{
    size_t room = (size_t)1 << 20;
    gzFile file = gzopen(path, "rb");
    int n = 0;
    *ret = (struct bytes){.data = malloc(room)};
    while (file && ret->data && (n = gzread(file, ret->data + ret->size, 1 << 16)) > 0) {
        ret->size += (size_t)n;
        if (room - ret->size >= 1 << 16) continue;
        char *wider = realloc(ret->data, room *= 2);
        if (!wider) free(ret->data);
        ret->data = wider;
    }
    bool fine = file && ret->data && n == 0;
    if (file) gzclose(file);
    return fine ? 0 : error_set(err, EXIT_USAGE, "%s could not be read", path);
}

int main(int argc, char **argv)
{
    struct config config = {0};
    struct dimension_memory memory = {0};
    struct dimensions dimensions = {0};
    struct bytes bytes = {0};
    struct error err = {0};
    int rc = -1, rounds = 1;
    if (argc < 3) {
        fputs("usage: decode_speed CONFIG EXPORT[.gz] [ROUNDS | --print]\n", stderr);
        return EXIT_USAGE;
    }
    bool print = argc > 3 && !strcmp(argv[3], "--print");
    if (argc > 3 && !print) rounds = (int)strtol(argv[3], NULL, 10);
    if (config_load(argv[1], stderr, &config, &err) || read_file(argv[2], &bytes, &err)) goto out;
    if (dimensions_sync_memory(&memory, &config.registry, &dimensions, &err)) goto out;
    const struct refresh_input input = {.config = &config, .source = config.sources, .dimensions = &dimensions};
    struct tally printed = {.print = true};
    rc = print ? make_facts(&input, &bytes, &printed, &err) : 0;
    for (int i = 0; !print && !rc && i < rounds; i++)
        rc = measure(&input, &bytes, &err);
out:
    if (rc) error_print(&err, stderr);
    free(bytes.data);
    dimensions_free(&dimensions);
    dimension_memory_free(&memory);
    config_free(&config);
    return rc ? (int)err.class : 0;
}
