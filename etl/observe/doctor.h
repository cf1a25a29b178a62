/* Looking for what is wrong, or soon will be: one finding per thing looked at, with a hint where there is something to do. */
#ifndef STADSLAGER_DOCTOR_H
#define STADSLAGER_DOCTOR_H

#include <jansson.h>
#include <stdbool.h>

#include "etl/config/config.h"
#include "etl/database.h"

enum doctor_level { DOCTOR_OK, DOCTOR_WARN, DOCTOR_FAIL };

struct doctor {
    const struct config *config;
    bool full;    /* read every export of the archive, not a sample */
    bool network; /* connect to the sources' servers */
    /* results */
    json_t *findings;     /* [{check, level, message, hint}] */
    bool incomplete;      /* memory ran out for one of them */
    size_t counts[3];     /* by level */
    enum exit_code worst; /* EXIT_DONE, or of the failures' classes the most serious one */
    struct arena arena;
};

const char *doctor_level_name(enum doctor_level level); /* "ok", "warn", "fail" */
/* One finding.  CLASS counts for DOCTOR_FAIL: the code that a run would end with.  HINT may be "". */
void doctor_say(struct doctor *doctor, enum doctor_level level, const char *check, enum exit_code class,
                const char *hint, const char *format, ...) PRINTF_LIKE(6, 7);
/* An error is a failure of its class, with its hint. */
void doctor_error(struct doctor *doctor, const char *check, const struct error *err);

/* The examinations, in this order; each says what it finds. */
void doctor_machine(struct doctor *doctor); /* disk, credentials, files, timer; doctor_machine.c */
void doctor_database(struct doctor *doctor, struct database *db); /* connects; doctor_database.c */
void doctor_archive(struct doctor *doctor, struct database *db);  /* DB may be without a connection; doctor_archive.c */
void doctor_certificates(struct doctor *doctor);                  /* doctor_certificates.c */

#endif
