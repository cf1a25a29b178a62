#include "etl/observe/units.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <systemd/sd-bus.h>

#define TIMEOUT_US  UINT64_C(2000000) /* systemd answers in milliseconds or not at all */
#define SYSTEMD     "org.freedesktop.systemd1"
#define MANAGER     "/org/freedesktop/systemd1"
#define US_A_SECOND 1000000

/* Whether a call of the bus went well; what lacks memory is noted, whatever else is wrong is systemd's silence. */
static bool went_well(int rc, bool *no_memory)
{
    if (rc == -ENOMEM) *no_memory = true;
    return rc >= 0;
}

/* A text property of the unit, "" when there is none. */
static void get_text(sd_bus *bus, const char *path, const char *name, char *buffer, size_t size, bool *no_memory)
{
    char *value = NULL;
    buffer[0] = '\0';
    if (went_well(sd_bus_get_property_string(bus, SYSTEMD, path, SYSTEMD ".Unit", name, NULL, &value), no_memory))
        (void)snprintf(buffer, size, "%s", value);
    free(value);
}

/* LoadUnit gives the path of a unit that is not in memory too, such as a timer that is not active. */
static void ask(sd_bus *bus, const char *unit, struct unit_timer *timer, bool *no_memory)
{
    sd_bus_message *reply = NULL;
    const char *path = NULL;
    char loaded[32];
    uint64_t next = 0;
    if (went_well(sd_bus_call_method(bus, SYSTEMD, MANAGER, SYSTEMD ".Manager", "LoadUnit", NULL, &reply, "s", unit),
                  no_memory) &&
        sd_bus_message_read(reply, "o", &path) > 0) {
        get_text(bus, path, "LoadState", loaded, sizeof loaded, no_memory);
        get_text(bus, path, "UnitFileState", timer->enabled, sizeof timer->enabled, no_memory);
        get_text(bus, path, "ActiveState", timer->active, sizeof timer->active, no_memory);
        timer->answered = loaded[0] != '\0';
        if (went_well(sd_bus_get_property_trivial(bus, SYSTEMD, path, SYSTEMD ".Timer", "NextElapseUSecRealtime", NULL,
                                                  't', &next),
                      no_memory) &&
            next > 0 && next < UINT64_MAX)
            timer->next_s = (int64_t)(next / US_A_SECOND);
    }
    sd_bus_message_unref(reply);
}

int units_timer(const char *unit, struct unit_timer *ret_timer, struct error *err)
{
    struct unit_timer timer = {0};
    sd_bus *bus = NULL;
    bool no_memory = false;
    if (went_well(sd_bus_open_system(&bus), &no_memory)) {
        (void)sd_bus_set_method_call_timeout(bus, TIMEOUT_US);
        ask(bus, unit, &timer, &no_memory);
    }
    sd_bus_flush_close_unref(bus);
    if (no_memory) return error_memory(err);
    *ret_timer = timer;
    return 0;
}
