/* A system bus on which systemd's manager answers what a test wants: libsystemd finds it by DBUS_SYSTEM_BUS_ADDRESS. */
#ifndef STADSLAGER_SYSTEM_BUS_H
#define STADSLAGER_SYSTEM_BUS_H

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

struct manager {
    const char *loaded, *enabled,
        *active; /* LoadState, UnitFileState, ActiveState; NULL: an error without a meaning here */
    uint64_t next_us;
    const char *lacks_memory_for; /* the method or property that is answered with an error of memory */
    bool gives_text;              /* LoadUnit is answered with something else than a path */
};

static inline int answer_property(sd_bus_message *call, const struct manager *manager, const char *name)
{
    const char *text = !strcmp(name, "LoadState")       ? manager->loaded
                       : !strcmp(name, "UnitFileState") ? manager->enabled
                       : !strcmp(name, "ActiveState")   ? manager->active
                                                        : NULL;
    if (!strcmp(name, "NextElapseUSecRealtime")) return sd_bus_reply_method_return(call, "v", "t", manager->next_us);
    return text ? sd_bus_reply_method_return(call, "v", "s", text)
                : sd_bus_reply_method_errorf(call, SD_BUS_ERROR_UNKNOWN_PROPERTY, "there is no %s", name);
}

static inline int answer_call(sd_bus_message *call, void *context, sd_bus_error *error)
{
    const struct manager *manager = context;
    const char *method = sd_bus_message_get_member(call), *interface, *name = "";
    (void)error;
    if (!strcmp(method, "Hello")) return sd_bus_reply_method_return(call, "s", ":1.1");
    if (!strcmp(method, "Get") && sd_bus_message_read(call, "ss", &interface, &name) < 0) return -1;
    if (manager->lacks_memory_for && !strcmp(manager->lacks_memory_for, *name ? name : method))
        return sd_bus_reply_method_errorf(call, SD_BUS_ERROR_NO_MEMORY, "no memory");
    if (*name) return answer_property(call, manager, name);
    return sd_bus_reply_method_return(call, manager->gives_text ? "s" : "o", "/unit");
}

/* One caller after the other, until it is killed. */
static inline void serve(int listener, struct manager *manager)
{
    for (;;) {
        sd_bus *bus = NULL;
        int fd = accept(listener, NULL, NULL), rc;
        if (fd < 0 || sd_bus_new(&bus) < 0 || sd_bus_set_fd(bus, fd, fd) < 0 ||
            sd_bus_set_server(bus, 1, SD_ID128_MAKE(01, 23, 45, 67, 89, ab, cd, ef, 01, 23, 45, 67, 89, ab, cd, ef)) <
                0 ||
            sd_bus_set_anonymous(bus, 1) < 0 || sd_bus_add_filter(bus, NULL, answer_call, manager) < 0 ||
            sd_bus_start(bus) < 0)
            _exit(1);
        while ((rc = sd_bus_process(bus, NULL)) >= 0)
            if (rc == 0 && sd_bus_wait(bus, UINT64_MAX) < 0) break;
        sd_bus_close_unref(bus);
    }
}

/* No bus: a machine's own is nobody's business here. */
static inline void system_bus_none(void)
{
    setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1);
}

struct system_bus {
    pid_t server;
    struct sockaddr_un address;
};

static inline struct system_bus system_bus_begin(struct manager manager)
{
    struct system_bus bus = {.address = {.sun_family = AF_UNIX}};
    char variable[sizeof bus.address.sun_path + 16];
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)snprintf(bus.address.sun_path, sizeof bus.address.sun_path, "/tmp/test_bus.%ld", (long)getpid());
    (void)unlink(bus.address.sun_path);
    if (bind(listener, (struct sockaddr *)&bus.address, sizeof bus.address) || listen(listener, 1)) abort();
    bus.server = fork();
    if (bus.server < 0) abort();
    if (bus.server == 0) serve(listener, &manager);
    close(listener);
    (void)snprintf(variable, sizeof variable, "unix:path=%s", bus.address.sun_path);
    setenv("DBUS_SYSTEM_BUS_ADDRESS", variable, 1);
    return bus;
}

static inline void system_bus_end(const struct system_bus *bus)
{
    (void)kill(bus->server, SIGKILL);
    (void)waitpid(bus->server, NULL, 0);
    (void)unlink(bus->address.sun_path);
    system_bus_none();
}

#endif
