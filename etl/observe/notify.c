#include "etl/observe/notify.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
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
    char text[STATUS_SIZE] = "STATUS=";
    size_t begin = strlen(text);
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text + begin, sizeof text - begin, format, args);
    va_end(args);
    (void)sd_notify(0, text); /* which takes no memory */
}
