/* Exit codes: the class of an error is the code the program ends with (stadslager(1), EXIT STATUS). */
#ifndef STADSLAGER_EXITCODE_H
#define STADSLAGER_EXITCODE_H

enum exit_code {
    EXIT_DONE = 0,        /* every configured source was loaded or verified unchanged */
    EXIT_INTERNAL = 1,    /* a defect or a failed call that no other class names */
    EXIT_USAGE = 2,       /* the command line is wrong */
    EXIT_QUARANTINED = 3, /* loaded, and some rows went to quarantine */
    EXIT_LOCKED = 4,      /* another run holds the lock */
    EXIT_CONFIG = 5,      /* configuration or registry error */
    EXIT_FETCH = 6,       /* a source could not be fetched */
    EXIT_REFUSED = 7,     /* input refused: error limit, or not what the contract of the source says */
    EXIT_DATABASE = 8,    /* PostgreSQL refused or went away */
    EXIT_DEADLINE = 9,    /* deadline or signal; rolled back */
    EXIT_AUDIT = 10,      /* audit found a difference */
};

/* The name of a code as in the man page ("done", "internal", …); "unknown" for any other number. */
const char *exit_code_name(enum exit_code code);

/* Of two outcomes of one run, the one the run ends with: the more serious one.  Order, worst first:
 * internal, database, deadline, locked, configuration, usage, audit, refused, fetch, quarantined, done. */
enum exit_code exit_code_worse(enum exit_code a, enum exit_code b);

#endif
