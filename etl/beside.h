/* A file that others read is written beside its place and renamed, so that it is there whole or as it was. */
#ifndef STADSLAGER_BESIDE_H
#define STADSLAGER_BESIDE_H

#include <stddef.h>

#define BESIDE_SIZE 4160 /* bytes: the longest path of a configuration or option, and what beside_name adds */

/* Where the next content of PATH is written: PATH.tmp-PID.  What killed processes left there is removed.  -1 with errno when
 * the path is too long (ENAMETOOLONG), or names what is no file, such as a device (EINVAL). */
int beside_name(const char *path, char ret_name[static BESIDE_SIZE]);

#endif
