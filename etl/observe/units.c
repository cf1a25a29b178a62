#include "etl/observe/units.h"

#include <stdio.h>
#include <stdlib.h>
#include <systemd/sd-bus.h>

#define TIMEOUT_US  UINT64_C(2000000) /* systemd answers in milliseconds or not at all */
#define SYSTEMD     "org.freedesktop.systemd1"
#define MANAGER     "/org/freedesktop/systemd1"
#define US_A_SECOND 1000000

/* A text property of the unit, "" when there is none. */
static void get_text(sd_bus *bus, const char *path, const char *name, char *buffer, size_t size)
{
    char *value = NULL;
    buffer[0] = '\0';
    if (sd_bus_get_property_string(bus, SYSTEMD, path, SYSTEMD ".Unit", name, NULL, &value) >= 0 && value)
        (void)snprintf(buffer, size, "%s", value);
    free(value);
}

/* LoadUnit gives the path of a unit that is not in memory too, such as a timer that is not active. */
static void ask(sd_bus *bus, const char *unit, struct unit_timer *timer)
{
    sd_bus_message *reply = NULL;
    const char *path = NULL;
    char loaded[32];
    uint64_t next = 0;
    if (sd_bus_call_method(bus, SYSTEMD, MANAGER, SYSTEMD ".Manager", "LoadUnit", NULL, &reply, "s", unit) >= 0 &&
        sd_bus_message_read(reply, "o", &path) > 0) {
        get_text(bus, path, "LoadState", loaded, sizeof loaded);
        get_text(bus, path, "UnitFileState", timer->enabled, sizeof timer->enabled);
        get_text(bus, path, "ActiveState", timer->active, sizeof timer->active);
        timer->answered = loaded[0] != '\0';
        if (sd_bus_get_property_trivial(bus, SYSTEMD, path, SYSTEMD ".Timer", "NextElapseUSecRealtime", NULL, 't',
                                        &next) >= 0 &&
            next > 0 && next < UINT64_MAX)
            timer->next_s = (int64_t)(next / US_A_SECOND);
    }
    sd_bus_message_unref(reply);
}

void units_timer(const char *unit, struct unit_timer *ret_timer)
{
    sd_bus *bus = NULL;
    *ret_timer = (struct unit_timer){0};
    if (sd_bus_open_system(&bus) >= 0) {
        (void)sd_bus_set_method_call_timeout(bus, TIMEOUT_US);
        ask(bus, unit, ret_timer);
    }
    sd_bus_flush_close_unref(bus);
}
