/* The one place that reads the clock.  Times never reach a fact, only the ledger and the archive's records. */
#ifndef STADSLAGER_CLOCK_H
#define STADSLAGER_CLOCK_H

#include <stdint.h>

/* "2026-11-23T04:15:00Z"; STADSLAGER_NOW in the environment (same form) sets it for tests.  Returns BUFFER. */
#define CLOCK_SIZE 24
char *clock_now(char buffer[static CLOCK_SIZE]);
/* CLOCK_MONOTONIC in milliseconds, for deadlines. */
int64_t clock_monotonic_ms(void);

#endif
