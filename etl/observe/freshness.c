#include "etl/observe/freshness.h"

#include <inttypes.h>

#include "etl/sql.h"

#define NUMBER_SIZE 24

static bool is_expected(const struct config_source *source, enum calendar_report report)
{
    if (!source->expected_count) return report == REPORT_VB && source->decode.year;
    for (size_t i = 0; i < source->expected_count; i++)
        if (calendar_report_find(source->expected[i]) == (int)report) return true;
    return false;
}

static const char *state_of(const struct freshness *row, int64_t today)
{
    if (row->here) return "here";
    if (today < row->awaited) return "not yet";
    return today > row->due ? "late" : "awaited";
}

static int ask(struct database *db, int64_t today, struct arena *arena, struct freshness *row, struct error *err)
{
    const struct config_source *source = row->source;
    char period[NUMBER_SIZE], year[NUMBER_SIZE];
    (void)snprintf(period, sizeof period, "%" PRId32, calendar_period_id(row->report, row->year));
    (void)snprintf(year, sizeof year, "%d", row->year);
    const char *params[] = {source->name, period, year};
    PGresult *result;
    if (database_query(db, sql_text("queries/freshness"), 3, params, "look for an expected report", &result, err))
        return -1;
    bool published = *PQgetvalue(result, 0, 0) == 't', loaded = *PQgetvalue(result, 0, 1) == 't';
    row->changed = arena_strdup(arena, PQgetvalue(result, 0, 2));
    PQclear(result);
    if (!row->changed) return error_memory(err);
    row->here = published || (loaded && source->decode.year && source->expected_count <= 1);
    row->awaited = calendar_awaited(row->report, row->year);
    row->due = calendar_due(row->report, row->year);
    row->late_days = !row->here && today > row->due ? today - row->due : 0;
    row->state = state_of(row, today);
    return 0;
}

int freshness_read(struct database *db, const struct config *config, int64_t today, struct arena *arena,
                   const struct freshness **ret_rows, size_t *ret_count, struct error *err)
{
    size_t count = 0;
    struct freshness *rows = arena_array(arena, config->source_count * REPORT_COUNT + 1, sizeof *rows);
    if (!rows) return error_memory(err);
    for (size_t i = 0; i < config->source_count; i++)
        for (int report = 0; report < REPORT_COUNT; report++) {
            const struct config_source *source = &config->sources[i];
            if (!is_expected(source, (enum calendar_report)report)) continue;
            struct freshness *row = &rows[count++];
            *row = (struct freshness){.source = source, .report = (enum calendar_report)report};
            row->year = source->decode.year ? source->decode.year : calendar_latest_year(row->report, today);
            if (ask(db, today, arena, row, err)) return -1;
        }
    *ret_rows = rows;
    *ret_count = count;
    return 0;
}
