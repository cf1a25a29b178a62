/* usage: decode CONFIG SOURCE SHA256
 * Reads the archived export (gunzip, SHA-256), and then decodes, interprets, validates and resolves it as a load does, in
 * memory and without a database, and counts what comes out.  Prints JSON: "read" is what the first took of the processor,
 * "cpu" what the second took, which reads too. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "etl/refresh.h"

#define BUFFER_SIZE (64u * 1024)

struct tally {
    uint64_t rows, facts, quarantined, findings;
};

static int take_row(void *context, uint64_t row, enum record_kind kind, uint32_t lines, struct place place,
                    struct error *err)
{
    (void)row, (void)kind, (void)lines, (void)place, (void)err;
    ((struct tally *)context)->rows++;
    return 0;
}

static int take_fact(void *context, const struct fact *fact, struct error *err)
{
    (void)fact, (void)err;
    ((struct tally *)context)->facts++;
    return 0;
}

static int take_quarantine(void *context, const struct quarantine_row *row, struct error *err)
{
    (void)row, (void)err;
    ((struct tally *)context)->quarantined++;
    return 0;
}

static int take_finding(void *context, const struct finding *finding, struct error *err)
{
    (void)finding, (void)err;
    ((struct tally *)context)->findings++;
    return 0;
}

static double cpu_seconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static int read_all(const struct archive *archive, const char *sha256, struct error *err)
{
    static char buffer[BUFFER_SIZE];
    struct reader reader;
    ssize_t n;
    if (archive_read_open(archive, sha256, &reader, err)) return -1;
    while ((n = reader.read(reader.context, buffer, sizeof buffer, err)) > 0)
        ;
    archive_read_close(&reader);
    return n < 0 ? -1 : 0;
}

static const struct config_source *find(const struct config *config, const char *name, struct error *err)
{
    for (size_t i = 0; i < config->source_count; i++)
        if (!strcmp(config->sources[i].name, name)) return &config->sources[i];
    (void)error_set(err, EXIT_USAGE, "there is no source \"%s\"", name);
    return NULL;
}

static int decode(const struct config *config, const char *source, const char *sha256, struct error *err)
{
    struct dimension_memory memory = {0};
    struct dimensions dimensions = {0};
    struct tally tally = {0};
    const struct fact_sink sink = {take_row, take_fact, take_quarantine, take_finding, true, &tally};
    struct refresh_input input = {
        .config = config, .source = find(config, source, err), .dimensions = &dimensions, .sha256 = sha256};
    struct load_input counts;
    struct archive *archive = NULL;
    int rc = -1;
    if (!input.source || archive_open_reading(config->archive_path, &archive, err)) goto out;
    input.archive = archive;
    if (dimensions_sync_memory(&memory, &config->registry, &dimensions, err)) goto out;
    double start = cpu_seconds();
    if (read_all(archive, sha256, err)) goto out;
    double begin = cpu_seconds();
    if (refresh_decode(&input, &sink, &counts, err)) goto out;
    printf("{\"read\": %.6f, \"cpu\": %.6f, \"rows\": %" PRIu64 ", \"facts\": %" PRIu64 ", \"quarantined\": %" PRIu64
           ", \"findings\": %" PRIu64 "}\n",
           begin - start, cpu_seconds() - begin, tally.rows, tally.facts, tally.quarantined, tally.findings);
    rc = 0;
out:
    archive_close(archive);
    dimensions_free(&dimensions);
    dimension_memory_free(&memory);
    return rc;
}

int main(int argc, char **argv)
{
    struct config config;
    struct error err;
    if (argc != 4) {
        fputs("usage: decode CONFIG SOURCE SHA256\n", stderr);
        return 2;
    }
    int rc = config_load(argv[1], stderr, &config, &err);
    if (rc == 0) {
        rc = decode(&config, argv[2], argv[3], &err);
        config_free(&config);
    }
    if (rc) error_print(&err, stderr);
    return rc ? 1 : 0;
}
