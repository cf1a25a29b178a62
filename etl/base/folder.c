#include "etl/base/folder.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

DIR *folder_of(int fd)
{
    DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;
    int saved = errno;
    if (!folder && fd >= 0) close(fd);
    errno = saved;
    return folder;
}

static bool is_dots(const char *name)
{
    return !strcmp(name, ".") || !strcmp(name, "..");
}

int folder_next(DIR *folder, const char **ret_name)
{
    struct dirent *entry;
    do {
        errno = 0;
        entry = readdir(folder);
    } while (entry && is_dots(entry->d_name));
    if (!entry) return errno ? -1 : 0;
    *ret_name = entry->d_name;
    return 1;
}
