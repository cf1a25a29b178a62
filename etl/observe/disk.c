#include "etl/observe/disk.h"

#include <errno.h>
#include <string.h>
#include <sys/statvfs.h>

int disk_read(const char *path, struct disk *ret_disk, struct error *err)
{
    struct statvfs s;
    if (statvfs(path, &s))
        return error_set(err, EXIT_CONFIG, "could not look at the file system of \"%s\": %s", path, strerror(errno));
    *ret_disk = (struct disk){.free_bytes = (uint64_t)s.f_bavail * s.f_frsize,
                              .total_bytes = (uint64_t)s.f_blocks * s.f_frsize,
                              .free_inodes = s.f_favail,
                              .total_inodes = s.f_files};
    return 0;
}
