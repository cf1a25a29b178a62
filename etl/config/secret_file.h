/* Files that hold a secret: a connection string with its password, a source's credentials. */
#ifndef STADSLAGER_SECRET_FILE_H
#define STADSLAGER_SECRET_FILE_H

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

/* Whether a file of these rights keeps its secret, by libpq's own rule for key files: none for others; the group may
 * read, not write, and only what belongs to root (root:stadslager 0640; systemd shows the right of a credential's user
 * as the group's). */
bool secret_file_is_private(const struct stat *st);
/* As many bytes of FD as there are, at most SIZE: half a secret may be one too, or half a connection string that of another
 * database.  Returns their number, or -1 with errno. */
ssize_t secret_file_read(int fd, char *bytes, size_t size);

#endif
