/* Folders that are listed: a folder that cannot be read to its end is no folder that ends there. */
#ifndef STADSLAGER_FOLDER_H
#define STADSLAGER_FOLDER_H

#include <dirent.h>

/* The folder that FD is open on, to be listed; give it back with closedir.  FD is consumed, and may be -1.
 * NULL with errno. */
DIR *folder_of(int fd);
/* The next name in it besides "." and "..", good until the next call: 1, 0 at the end, or -1 with errno. */
int folder_next(DIR *folder, const char **ret_name);

#endif
