/* What the service manager is told (sd_notify(3)); nothing happens where there is none. */
#ifndef STADSLAGER_NOTIFY_H
#define STADSLAGER_NOTIFY_H

#include "etl/base/error.h"

void notify_ready(void);    /* the run has begun: its locks are held */
void notify_stopping(void); /* the work is done or given up; what is left is writing it down */
void notify_status(const char *format, ...) PRINTF_LIKE(1, 2); /* one line, shown by systemctl status */

#endif
