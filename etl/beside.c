#include "etl/beside.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "etl/base/folder.h"

#define INFIX ".tmp-"

/* "NAME.tmp-123" where no process 123 is there any more, or this one is it. */
static bool is_leftover(const char *entry, const char *name)
{
    size_t len = strlen(name);
    if (strncmp(entry, name, len) != 0 || strncmp(entry + len, INFIX, sizeof INFIX - 1) != 0) return false;
    const char *digits = entry + len + sizeof INFIX - 1;
    if (!*digits || digits[strspn(digits, "0123456789")]) return false;
    long pid = strtol(digits, NULL, 10);
    return pid > 0 && pid == (pid_t)pid && (pid == getpid() || (kill((pid_t)pid, 0) < 0 && errno == ESRCH));
}

/* What cannot be removed is not this file's trouble: writing beside it will say so, or not matter. */
static void remove_leftovers(const char *folder, const char *name)
{
    const char *entry;
    DIR *dir = folder_of(open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!dir) return;
    while (folder_next(dir, &entry) > 0)
        if (is_leftover(entry, name)) (void)unlinkat(dirfd(dir), entry, 0);
    closedir(dir);
}

/* A rename would put a plain file where a device, a pipe or a socket stands: /dev/null would be gone for everybody. */
static bool is_special(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode) && !S_ISDIR(st.st_mode);
}

int beside_name(const char *path, char ret_name[static BESIDE_SIZE])
{
    char folder[BESIDE_SIZE];
    const char *slash = strrchr(path, '/');
    size_t before = slash == path ? 1 : slash ? (size_t)(slash - path) : 0;
    int n = snprintf(ret_name, BESIDE_SIZE, "%s" INFIX "%ld", path, (long)getpid());
    if (n < 0 || n >= BESIDE_SIZE) {
        errno = ENAMETOOLONG;
        return -1;
    }
    if (is_special(path)) {
        errno = EINVAL;
        return -1;
    }
    (void)snprintf(folder, sizeof folder, "%.*s", before ? (int)before : 1, before ? path : ".");
    remove_leftovers(folder, slash ? slash + 1 : path);
    return 0;
}
