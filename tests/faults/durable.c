/* Notes what the program does to files, in order, for test_durable.py: preloaded (LD_PRELOAD) into the built program, so that
 * nothing in it knows of tests.  DURABLE_LOG names the file; its lines are TAB-separated:
 *   write PATH | create PATH | folder PATH | remove PATH | rename FROM TO | swap FROM TO | sync PATH | sync-all | commit
 * What stdio writes is not seen, as it does not call the library's write(); what it creates, syncs and renames is. */
#include <dlfcn.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PLACE_SIZE (2 * PATH_MAX)
#define LINE_SIZE  (2 * PLACE_SIZE + 16)

static int log_fd = -1;

static __attribute__((constructor)) void begin(void)
{
    const char *path = getenv("DURABLE_LOG");
    unsetenv("LD_PRELOAD"); /* of this process only */
    if (path) log_fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* The path of FD, or where NAME below the folder FD stands. */
static const char *place(int fd, const char *name, char into[static PLACE_SIZE])
{
    char link[64], folder[PATH_MAX] = ".";
    if (name && *name == '/') return name;
    ssize_t n = 1;
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    if (fd != AT_FDCWD) n = readlink(link, folder, sizeof folder - 1);
    folder[n > 0 ? n : 0] = '\0';
    (void)snprintf(into, PLACE_SIZE, "%s%s%s", folder, name ? "/" : "", name ? name : "");
    return into;
}

static void note(bool done, const char *what, const char *path, const char *to)
{
    char line[LINE_SIZE];
    if (!done || log_fd < 0) return;
    int n = snprintf(line, sizeof line, "%s\t%s\t%s\n", what, path, to);
    (void)!syscall(SYS_write, log_fd, line, (size_t)n); /* one call, so that threads do not mix */
}

#define REAL(name) ((__typeof__(&name))(uintptr_t)dlsym(RTLD_NEXT, #name))

static void note_at(bool done, const char *what, int fd, const char *name)
{
    char path[PLACE_SIZE];
    note(done, what, place(fd, name, path), "");
}

ssize_t write(int fd, const void *data, size_t size)
{
    ssize_t n = REAL(write)(fd, data, size);
    note_at(n > 0, "write", fd, NULL);
    return n;
}

int fsync(int fd)
{
    int rc = REAL(fsync)(fd);
    note_at(rc == 0, "sync", fd, NULL);
    return rc;
}

int syncfs(int fd)
{
    int rc = REAL(syncfs)(fd);
    note(rc == 0, "sync-all", "", "");
    return rc;
}

static int note_rename(int rc, const char *what, int da, const char *a, int db, const char *b)
{
    char from[PLACE_SIZE], to[PLACE_SIZE];
    note(rc == 0, what, place(da, a, from), place(db, b, to));
    return rc;
}

int rename(const char *a, const char *b)
{
    return note_rename(REAL(rename)(a, b), "rename", AT_FDCWD, a, AT_FDCWD, b);
}

int renameat(int da, const char *a, int db, const char *b)
{
    return note_rename(REAL(renameat)(da, a, db, b), "rename", da, a, db, b);
}

int renameat2(int da, const char *a, int db, const char *b, unsigned flags)
{
    int rc = REAL(renameat2)(da, a, db, b, flags);
    return note_rename(rc, flags & RENAME_EXCHANGE ? "swap" : "rename", da, a, db, b);
}

int mkdir(const char *path, mode_t mode)
{
    int rc = REAL(mkdir)(path, mode);
    note_at(rc == 0, "folder", AT_FDCWD, path);
    return rc;
}

int mkdirat(int fd, const char *name, mode_t mode)
{
    int rc = REAL(mkdirat)(fd, name, mode);
    note_at(rc == 0, "folder", fd, name);
    return rc;
}

int unlinkat(int fd, const char *name, int flags)
{
    int rc = REAL(unlinkat)(fd, name, flags);
    note_at(rc == 0, "remove", fd, name);
    return rc;
}

/* A file that is there already is not created. */
int open(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
    va_end(args);
    bool fresh = flags & O_CREAT && faccessat(AT_FDCWD, path, F_OK, 0) != 0;
    int rc = REAL(open)(path, flags, mode);
    note_at(rc >= 0 && fresh, "create", AT_FDCWD, path);
    return rc;
}

int openat(int fd, const char *name, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
    va_end(args);
    bool fresh = flags & O_CREAT && faccessat(fd, name, F_OK, 0) != 0;
    int rc = REAL(openat)(fd, name, flags, mode);
    note_at(rc >= 0 && fresh, "create", fd, name);
    return rc;
}

PGresult *PQexec(PGconn *connection, const char *sql)
{
    note(!strcmp(sql, "COMMIT"), "commit", "", "");
    return REAL(PQexec)(connection, sql);
}
