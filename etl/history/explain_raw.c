#include "etl/history/explain_raw.h"

#include "etl/archive/raw_cursor.h"
#include "etl/base/limits.h"
#include "etl/decode.h"
#include "etl/history/given.h"

struct search {
    const struct explain_place *place;
    struct arena *arena;
    struct explain_raw *raw;
};

static enum column column_of(const struct explain_place *place)
{
    if (place->table == 'F') return COLUMN_FOREGAENDE;
    if (place->table == 'A') return place->part == 'K' ? COLUMN_KF_ARSMAL : COLUMN_ARSMAL;
    return place->part == 'M' ? COLUMN_UTFALL_MAN : place->part == 'K' ? COLUMN_UTFALL_KVINNOR : COLUMN_UTFALL;
}

static int look_at(void *context, const struct record *record, struct error *err)
{
    struct search *s = context;
    char where[RECORD_WHERE_SIZE];
    if (s->raw->exact || record->place.line != s->place->line || record->place.offset != s->place->offset) return 0;
    s->raw->exact = true;
    s->raw->length = record->place.length;
    s->raw->workbook = record->raw.len != 0;
    s->raw->where = arena_strdup(s->arena, record_where(record, column_of(s->place), where));
    s->raw->text = text_copy(s->arena, text_clip(record->raw, LIMIT_RAW));
    return s->raw->where && !text_failed(s->raw->text) ? 0 : error_memory(err);
}

/* A record that is not found any more (another program read it) is no error; damaged bytes are. */
static int find_record(const struct archive *archive, const struct config *config, struct search *s, struct error *err)
{
    const struct config_source *source = given_find_source(config, s->place->source);
    const struct connector *connector = connector_find(text_of(s->place->connector));
    struct decode_options options = source ? source->decode : (struct decode_options){0};
    const struct sink sink = {look_at, s};
    struct decode_counts counts;
    struct reader reader;
    struct error unread;
    char buffer[64 * 1024];
    ssize_t n;
    options.name = s->place->source;
    if (archive_read_open(archive, s->place->sha256, &reader, err)) return -1;
    if (connector && decode_export(connector, &reader, &options, &sink, &counts, &unread)) {
        if (unread.class == EXIT_INTERNAL) {
            *err = unread;
            archive_read_close(&reader);
            return -1;
        }
        s->raw->exact = false;
    }
    while ((n = reader.read(reader.context, buffer, sizeof buffer, err)) > 0) /* the end verifies the bytes */
        continue;
    archive_read_close(&reader);
    return n < 0 ? -1 : 0;
}

/* The line that begins at the place, where the record was not found. */
static void cut_line(struct explain_raw *raw)
{
    const char *end = raw->text.len ? memchr(raw->text.ptr, '\n', raw->text.len) : NULL;
    if (end) raw->text.len = (size_t)(end - raw->text.ptr);
    raw->length = raw->text.len;
}

int explain_raw_read(const struct archive *archive, const struct config *config, const struct explain_place *place,
                     struct arena *arena, struct explain_raw *ret_raw, struct error *err)
{
    struct explain_raw raw = {.where = ""};
    struct search s = {.place = place, .arena = arena, .raw = &raw};
    struct raw_cursor cursor = {.archive = archive, .sha256 = place->sha256};
    if (find_record(archive, config, &s, err)) return -1;
    bool workbook = raw.workbook || !strcmp(place->connector, connector_xlsx.name);
    if (!workbook) {
        size_t length = raw.exact && raw.length < LIMIT_RAW ? (size_t)raw.length : LIMIT_RAW;
        int rc = raw_cursor_read(&cursor, place->offset, length, arena, &raw.text, err);
        raw_cursor_close(&cursor);
        if (rc) return -1;
        if (!raw.exact) cut_line(&raw);
    }
    raw.workbook = workbook;
    *ret_raw = raw;
    return 0;
}
