#include "etl/config/secret_file.h"

bool secret_file_is_private(const struct stat *st)
{
    mode_t open_to = st->st_mode & (S_IRWXG | S_IRWXO);
    return open_to == 0 || (st->st_uid == 0 && open_to == S_IRGRP);
}
