#include "etl/config/secret_file.h"

#include <unistd.h>

bool secret_file_is_private(const struct stat *st)
{
    mode_t open_to = st->st_mode & (S_IRWXG | S_IRWXO);
    return open_to == 0 || (st->st_uid == 0 && open_to == S_IRGRP);
}

ssize_t secret_file_read(int fd, char *bytes, size_t size)
{
    size_t used = 0;
    ssize_t n = 1;
    while (used < size && (n = read(fd, bytes + used, size - used)) > 0)
        used += (size_t)n;
    return n < 0 ? -1 : (ssize_t)used;
}
