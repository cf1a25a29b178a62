#include "etl/ledger.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "etl/crash_point.h"
#include "etl/sql.h"

#define PARTS_SIZE (CONFIG_PARTS * 24) /* as many 64-bit numbers as an SQL array */

int ledger_begin_run(struct database *db, const struct config *config, const char *arguments, int64_t *ret_id,
                     struct error *err)
{
    char parts[PARTS_SIZE];
    const char *snapshot[] = {config->hash, config->text, parts};
    const char *run[] = {STADSLAGER_VERSION, config->hash, arguments};
    PGresult *result;
    (void)snprintf(parts, sizeof parts, "{%zu,%zu,%zu,%zu}", config->parts[0], config->parts[1], config->parts[2],
                   config->parts[3]);
    if (database_query(db, sql_text("queries/config_snapshot"), 3, snapshot, "record the configuration", NULL, err))
        return -1;
    crash_point(config_recorded);
    if (database_query(db, sql_text("queries/run_begin"), 3, run, "record the run", &result, err)) return -1;
    *ret_id = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    crash_point(run_recorded);
    return 0;
}

int ledger_end_run(struct database *db, int64_t run_id, enum exit_code outcome, const char *counts_json,
                   struct error *err)
{
    char id[24], code[16];
    snprintf(id, sizeof id, "%" PRId64, run_id);
    snprintf(code, sizeof code, "%d", (int)outcome);
    const char *params[] = {id, code, counts_json};
    int rc = database_query(db, sql_text("queries/run_end"), 3, params, "record the run's end", NULL, err);
    crash_point(run_end_recorded);
    return rc;
}

int ledger_last_load(struct database *db, const char *source, struct ledger_load *ret_load, struct error *err)
{
    const char *params[] = {source};
    PGresult *result;
    memset(ret_load, 0, sizeof *ret_load);
    if (database_query(db, sql_text("queries/load_last"), 1, params, "look up the last load", &result, err)) return -1;
    if (PQntuples(result) > 0) {
        ret_load->found = true;
        ret_load->id = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
        snprintf(ret_load->file_sha256, sizeof ret_load->file_sha256, "%s", PQgetvalue(result, 0, 2));
        snprintf(ret_load->config_hash, sizeof ret_load->config_hash, "%s", PQgetvalue(result, 0, 3));
        snprintf(ret_load->program_version, sizeof ret_load->program_version, "%s",
                 PQgetvalue(result, 0, PQfnumber(result, "program_version")));
        ret_load->rows_read = strtoull(PQgetvalue(result, 0, 4), NULL, 10);
        ret_load->rows_quarantined = strtoull(PQgetvalue(result, 0, 5), NULL, 10);
    }
    PQclear(result);
    return 0;
}
