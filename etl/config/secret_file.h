/* Files that hold a secret: a connection string with its password, a source's credentials. */
#ifndef STADSLAGER_SECRET_FILE_H
#define STADSLAGER_SECRET_FILE_H

#include <stdbool.h>
#include <sys/stat.h>

/* Whether a file of these rights keeps its secret, by libpq's own rule for key files: none for others; the group may
 * read, not write, and only what belongs to root (root:stadslager 0640; systemd shows the right of a credential's user
 * as the group's). */
bool secret_file_is_private(const struct stat *st);

#endif
