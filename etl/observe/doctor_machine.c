#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "etl/base/size.h"
#include "etl/fetch/fetch_credentials.h"
#include "etl/observe/disk.h"
#include "etl/observe/doctor.h"
#include "etl/observe/units.h"

#define FAIL_PART        10 /* of archive.min_free_bytes: below a tenth of it the next run will hardly end well */
#define INODES_WARN_PCT  5
#define INODES_FAIL_PCT  1
#define CREDENTIALS_LENT "/run/credentials/" /* systemd.exec(5), LoadCredential: only while the service runs */

/* ---- disk ---- */

static void look_at_space(struct doctor *doctor, const struct disk *disk)
{
    char left[SIZE_TEXT], all[SIZE_TEXT], least[SIZE_TEXT];
    uint64_t wanted = (uint64_t)doctor->config->archive_min_free_bytes;
    enum doctor_level level = disk->free_bytes >= wanted               ? DOCTOR_OK
                              : disk->free_bytes >= wanted / FAIL_PART ? DOCTOR_WARN
                                                                       : DOCTOR_FAIL;
    doctor_say(doctor, level, "disk", EXIT_INTERNAL,
               level == DOCTOR_OK ? "" : "Free some: \"stadslager prune --dry-run\" shows what the archive can spare.",
               "%s of %s are free for the archive (archive.min_free_bytes: %s)", size_text(left, disk->free_bytes),
               size_text(all, disk->total_bytes), size_text(least, wanted));
}

static void look_at_inodes(struct doctor *doctor, const struct disk *disk)
{
    if (!disk->total_inodes) return;
    uint64_t pct = disk->free_inodes * 100 / disk->total_inodes;
    enum doctor_level level = pct >= INODES_WARN_PCT ? DOCTOR_OK : pct >= INODES_FAIL_PCT ? DOCTOR_WARN : DOCTOR_FAIL;
    doctor_say(doctor, level, "inodes", EXIT_INTERNAL,
               level == DOCTOR_OK ? ""
                                  : "Remove files: the file system has room for no more names, whatever its space.",
               "%" PRIu64 " %% of the inodes are free for the archive", pct);
}

static void look_at_disk(struct doctor *doctor)
{
    const char *path = doctor->config->archive_path;
    struct disk disk;
    struct error err;
    if (access(path, F_OK)) {
        doctor_say(doctor, DOCTOR_WARN, "archive", EXIT_DONE, "The first run makes it.",
                   "the archive \"%s\" is not there yet", path);
        return;
    }
    if (faccessat(AT_FDCWD, path, R_OK | W_OK | X_OK, AT_EACCESS))
        doctor_say(doctor, DOCTOR_FAIL, "archive", EXIT_CONFIG,
                   "Run this as the service's user, or give the folder to that.",
                   "the archive \"%s\" cannot be written: %s", path, strerror(errno));
    if (disk_read(path, &disk, &err)) {
        doctor_error(doctor, "disk", &err);
        return;
    }
    look_at_space(doctor, &disk);
    look_at_inodes(doctor, &disk);
}

/* ---- credentials ---- */

static bool is_lent(const char *path)
{
    return !strncmp(path, CREDENTIALS_LENT, sizeof CREDENTIALS_LENT - 1) && access(path, F_OK) && errno == ENOENT;
}

/* Read as a fetch would; what is in it goes nowhere. */
static void look_at_credentials(struct doctor *doctor, const char *of, const char *path)
{
    struct error err;
    if (is_lent(path)) {
        doctor_say(doctor, DOCTOR_OK, "credentials", EXIT_DONE, "",
                   "%s: \"%s\" is lent while the service runs; not looked at", of, path);
        return;
    }
    CURL *easy = curl_easy_init();
    int rc = easy ? credentials_apply(path, easy, &err) : error_memory(&err);
    curl_easy_cleanup(easy);
    if (rc)
        doctor_say(doctor, DOCTOR_FAIL, "credentials", err.class,
                   err.hint[0] ? err.hint : "The file must be there and belong to the service's user.", "%s: %s", of,
                   err.message);
    else
        doctor_say(doctor, DOCTOR_OK, "credentials", EXIT_DONE, "", "%s: \"%s\" is readable and private", of, path);
}

static void look_at_all_credentials(struct doctor *doctor)
{
    const struct config *config = doctor->config;
    for (size_t i = 0; i < config->source_count; i++) {
        char of[96];
        (void)snprintf(of, sizeof of, "source \"%s\"", config->sources[i].name);
        if (config->sources[i].credentials_file) look_at_credentials(doctor, of, config->sources[i].credentials_file);
    }
    if (config->observe.openlineage_credentials_file)
        look_at_credentials(doctor, "lineage endpoint", config->observe.openlineage_credentials_file);
}

/* ---- what is written for others, the timer ---- */

static void look_at_folder(struct doctor *doctor, const char *check, const char *path)
{
    char *copy = path ? strdup(path) : NULL;
    if (path && !copy) doctor->incomplete = true;
    if (copy && faccessat(AT_FDCWD, dirname(copy), W_OK | X_OK, AT_EACCESS))
        doctor_say(doctor, DOCTOR_WARN, check, EXIT_DONE, "Make the folder, and let the service's user write there.",
                   "the folder of \"%s\" cannot be written: %s", path, strerror(errno));
    else if (copy)
        doctor_say(doctor, DOCTOR_OK, check, EXIT_DONE, "", "\"%s\" can be written", path);
    free(copy);
}

static void look_at_timer(struct doctor *doctor)
{
    struct unit_timer timer;
    struct error err;
    char next[32] = "";
    struct tm utc;
    if (units_timer(UNITS_TIMER, &timer, &err)) {
        doctor_error(doctor, "timer", &err);
        return;
    }
    time_t at = (time_t)timer.next_s;
    if (!timer.answered) {
        doctor_say(doctor, DOCTOR_OK, "timer", EXIT_DONE, "", "systemd does not answer here; not looked at");
        return;
    }
    if (timer.next_s && gmtime_r(&at, &utc)) (void)strftime(next, sizeof next, "%Y-%m-%d %H:%M:%S", &utc);
    if (!strcmp(timer.active, "active") && *next)
        doctor_say(doctor, DOCTOR_OK, "timer", EXIT_DONE, "", "%s is %s; the next run begins %s UTC", UNITS_TIMER,
                   *timer.enabled ? timer.enabled : "not installed", next);
    else
        doctor_say(doctor, DOCTOR_WARN, "timer", EXIT_DONE, "systemctl enable --now " UNITS_TIMER,
                   "%s is %s and %s: no run will begin by itself", UNITS_TIMER,
                   *timer.enabled ? timer.enabled : "not installed", *timer.active ? timer.active : "inactive");
}

void doctor_machine(struct doctor *doctor)
{
    const struct config *config = doctor->config;
    doctor_say(doctor, DOCTOR_OK, "configuration", EXIT_DONE, "", "%s has no problems; hash %.12s", config->path,
               config->hash);
    look_at_disk(doctor);
    look_at_all_credentials(doctor);
    look_at_folder(doctor, "metrics", config->observe.metrics_file);
    look_at_folder(doctor, "lineage", config->observe.openlineage_file);
    look_at_timer(doctor);
}
