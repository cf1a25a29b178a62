/* What systemd knows of our units, asked over D-Bus.  Where there is no systemd, nothing is known; that is no error. */
#ifndef STADSLAGER_UNITS_H
#define STADSLAGER_UNITS_H

#include <stdbool.h>
#include <stdint.h>

#include "etl/base/error.h"

#define UNITS_TIMER "stadslager.timer"

struct unit_timer {
    bool answered;    /* systemd is there and knows the timer */
    char enabled[32]; /* "enabled", "disabled", … as systemctl is-enabled says; empty = not known */
    char active[32];  /* "active", "inactive", "failed" */
    int64_t next_s;   /* when it next elapses, seconds since 1970; 0 = not planned */
};

/* -1 when memory ran out: nothing is known then, and nothing may be said. */
int units_timer(const char *unit, struct unit_timer *ret_timer, struct error *err) CHECK_RESULT;

#endif
