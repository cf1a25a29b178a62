#include "etl/analys/site.h"

#include "etl/sql.h"
#include "etl/stop.h"

static const char *const folders[] = {"assets", "data", "indikator", "stadsdel", "enhet"};

/* When the last run ended (or began, if it has not ended): no clock, so that the same warehouse gives the same site. */
static int read_time(struct site *site, struct error *err)
{
    PGresult *result;
    site->as_of = "";
    if (database_query(site->db, sql_text("queries/site_korning"), 0, NULL, "read the last run", &result, err))
        return -1;
    if (PQntuples(result))
        site->as_of = arena_strdup(&site->data.arena, PQgetvalue(result, 0, PQgetisnull(result, 0, 2) ? 1 : 2));
    PQclear(result);
    return site->as_of ? 0 : error_memory(err);
}

static int write_pages(struct site *site, struct error *err)
{
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        if (site_folder_make(&site->folder, folders[i], err)) return -1;
    if (site_folder_open(&site->folder, "assets/sok.js", &site->search, err)) return -1;
    fputs("window.stadslagerSok=[\n", site->search);
    int rc = site_write_assets(site, err) || site_write_start(site, err) || site_write_indikatorer(site, err) ||
             site_write_stadsdelar(site, err) || site_write_kvalitet(site, err);
    fputs("];\n", site->search);
    if (rc) return fclose(site->search), -1;
    return site_folder_close(&site->folder, site->search, "assets/sok.js", err);
}

int site_write(struct database *db, const char *path, unsigned *ret_pages, struct error *err)
{
    struct site site = {.db = db};
    int rc = site_folder_begin(path, &site.folder, err);
    if (rc == 0) rc = site_data_read(db, &site.data, err);
    if (rc == 0) rc = read_time(&site, err);
    if (rc == 0) rc = write_pages(&site, err);
    if (rc == 0) rc = site_folder_commit(&site.folder, err);
    site_folder_discard(&site.folder);
    site_data_free(&site.data);
    if (rc == 0) *ret_pages = site.pages;
    return rc;
}

int site_report(struct config *config, const char *path, unsigned *ret_pages, struct error *err)
{
    struct database db = {0};
    if (analys_open(config, &db, err)) return -1;
    int rc = stop_guard(db.connection, err);
    if (rc == 0) rc = site_write(&db, path, ret_pages, err);
    stop_release();
    database_close(&db);
    return rc;
}
