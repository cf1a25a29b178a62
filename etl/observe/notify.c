#include "etl/observe/notify.h"

#include <stdarg.h>
#include <systemd/sd-daemon.h>

#define STATUS_SIZE 256 /* bytes: what one line of systemctl status shows */

/* A manager that does not listen is no reason to fail: the results are ignored. */
void notify_ready(void)
{
    (void)sd_notify(0, "READY=1");
}

void notify_stopping(void)
{
    (void)sd_notify(0, "STOPPING=1");
}

void notify_status(const char *format, ...)
{
    char text[STATUS_SIZE];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    (void)sd_notifyf(0, "STATUS=%s", text);
}
