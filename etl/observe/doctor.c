#include "etl/observe/doctor.h"

#include <stdarg.h>
#include <string.h>
#include <unistr.h>

#include "etl/base/limits.h"

#define MESSAGE_SIZE 1200

const char *doctor_level_name(enum doctor_level level)
{
    static const char *const names[] = {"ok", "warn", "fail"};
    return names[level];
}

void doctor_say(struct doctor *doctor, enum doctor_level level, const char *check, enum exit_code class,
                const char *hint, const char *format, ...)
{
    char message[MESSAGE_SIZE];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    doctor->counts[level]++;
    if (level == DOCTOR_FAIL) doctor->worst = exit_code_worse(doctor->worst, class);
    json_t *text = json_string(message); /* NULL: not UTF-8, or no memory */
    if (!text && !u8_check((const uint8_t *)message, strlen(message))) doctor->incomplete = true;
    if (json_array_append_new(doctor->findings,
                              json_pack("{s:s,s:s,s:o,s:s}", "check", check, "level", doctor_level_name(level),
                                        "message", text ? text : json_string("?"), "hint", hint)))
        doctor->incomplete = true;
}

void doctor_error(struct doctor *doctor, const char *check, const struct error *err)
{
    doctor_say(doctor, DOCTOR_FAIL, check, err->class, err->hint, "%s%s%s", err->message, err->detail[0] ? "; " : "",
               err->detail);
}
