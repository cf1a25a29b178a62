/* Free space and inodes of a file system. */
#ifndef STADSLAGER_DISK_H
#define STADSLAGER_DISK_H

#include <stdint.h>

#include "etl/base/error.h"

struct disk {
    uint64_t free_bytes, total_bytes;   /* free: for a user without rights */
    uint64_t free_inodes, total_inodes; /* total 0: the file system has no fixed number */
};

int disk_read(const char *path, struct disk *ret_disk, struct error *err) CHECK_RESULT;

#endif
