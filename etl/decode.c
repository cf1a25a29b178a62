#include "etl/decode.h"

uint64_t decode_lines_ignored(const struct decode_counts *counts)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < IGNORED_COUNT; i++)
        sum += counts->lines_ignored[i];
    return sum;
}

int decode_export(const struct connector *connector, const struct reader *reader, const struct decode_options *options,
                  const struct sink *sink, struct decode_counts *ret_counts, struct error *err)
{
    unsigned long failures = arena_failures();
    int rc = connector->decode(reader, options, sink, ret_counts, err);
    if (arena_failures() != failures) return error_memory(err); /* whatever was made of it */
    if (rc) return rc;
    uint64_t accounted = ret_counts->lines_record + decode_lines_ignored(ret_counts);
    if (ret_counts->lines_read == accounted) return 0;
    return error_set(err, EXIT_INTERNAL, "%s: connector \"%s\" read %llu lines but accounts for %llu", options->name,
                     connector->name, (unsigned long long)ret_counts->lines_read, (unsigned long long)accounted);
}

char *decode_notes(unsigned notes, char buffer[static DECODE_NOTES_SIZE])
{
    size_t len = 0;
    buffer[0] = '\0';
    for (unsigned bit = 0; bit < NOTE_COUNT; bit++) {
        if (!(notes & 1u << bit)) continue;
        int n = snprintf(buffer + len, DECODE_NOTES_SIZE - len, "%s%s", len ? "," : "", note_name(bit));
        if (n < 0 || (size_t)n >= DECODE_NOTES_SIZE - len) break;
        len += (size_t)n;
    }
    return buffer;
}
