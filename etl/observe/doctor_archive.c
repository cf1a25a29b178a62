#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "etl/archive/archive_list.h"
#include "etl/observe/doctor.h"
#include "etl/sql.h"

#define LATEST 20 /* exports read of those stored last … */
#define SPREAD 50 /* … and about as many of all, at equal distances: the same ones each time */
#define NAMED  5  /* damaged or missing exports that are named */

/* Newest first; of two of one time the order of names. */
static int by_time(const void *a, const void *b)
{
    const struct archive_object *x = a, *y = b;
    if (x->modified != y->modified) return x->modified < y->modified ? 1 : -1;
    return strcmp(x->sha256, y->sha256);
}

static void verify(struct doctor *doctor, const struct archive *archive, struct archive_listing *listing)
{
    size_t every = doctor->full ? 1 : (listing->count + SPREAD - 1) / SPREAD, read = 0, damaged = 0;
    struct error err;
    if (listing->count) qsort(listing->objects, listing->count, sizeof *listing->objects, by_time);
    for (size_t i = 0; i < listing->count; i++) {
        if (i >= LATEST && i % (every ? every : 1)) continue;
        read++;
        if (archive_verify(archive, listing->objects[i].sha256, &err) == 0) continue;
        if (damaged++ < NAMED) doctor_error(doctor, "archive", &err);
    }
    if (damaged > NAMED)
        doctor_say(doctor, DOCTOR_FAIL, "archive", EXIT_REFUSED, "Restore the archive from a backup.",
                   "%zu exports are damaged", damaged);
    if (!damaged)
        doctor_say(doctor, DOCTOR_OK, "archive", EXIT_DONE, "", "%zu of %zu exports were read and are whole%s", read,
                   listing->count, read < listing->count ? " (--full reads all)" : "");
    if (listing->strangers)
        doctor_say(doctor, DOCTOR_WARN, "archive", EXIT_DONE, "The program did not put them there.",
                   "%zu files in the archive are no exports", listing->strangers);
}

/* Every export that a load was made from must be there: audit and replay read it. */
static void look_for_missing(struct doctor *doctor, const struct archive *archive, struct database *db)
{
    PGresult *result;
    struct error err;
    int missing = 0, there = 1;
    if (database_query(db, sql_text("queries/archive_needed"), 0, NULL, "list the exports that loads were made from",
                       &result, &err)) {
        doctor_error(doctor, "archive", &err);
        return;
    }
    for (int i = 0; i < PQntuples(result) && there >= 0; i++) {
        there = archive_has(archive, PQgetvalue(result, i, 0), 0, &err);
        if (!there && missing++ < NAMED)
            doctor_say(doctor, DOCTOR_FAIL, "archive", EXIT_REFUSED,
                       "Restore it from a backup: a year cannot be audited without.",
                       "export %s, which a load was made from, is not in the archive", PQgetvalue(result, i, 0));
    }
    if (there < 0)
        doctor_error(doctor, "archive", &err);
    else if (!missing)
        doctor_say(doctor, DOCTOR_OK, "archive", EXIT_DONE, "", "all %d exports that loads were made from are there",
                   PQntuples(result));
    PQclear(result);
}

void doctor_archive(struct doctor *doctor, struct database *db)
{
    struct archive *archive = NULL;
    struct archive_listing listing = {0};
    struct error err;
    int version;
    if (access(doctor->config->archive_path, F_OK)) return; /* said with the disk */
    if (archive_open_reading(doctor->config->archive_path, &archive, &err) || archive_list(archive, &listing, &err)) {
        doctor_error(doctor, "archive", &err);
    } else {
        verify(doctor, archive, &listing);
        if (db->connection && database_version(db, &version, &err))
            doctor_error(doctor, "archive", &err);
        else if (db->connection && version == database_known_version()) /* another version is said with the schema */
            look_for_missing(doctor, archive, db);
    }
    archive_listing_free(&listing);
    archive_close(archive);
}
