/* What the files of the archive share.  Folders are held open: a path is followed once. */
#ifndef STADSLAGER_ARCHIVE_INTERNAL_H
#define STADSLAGER_ARCHIVE_INTERNAL_H

#include "etl/archive/archive.h"

struct archive {
    char *path;                      /* for messages */
    int lock, tmp, objects, fetches; /* file descriptors; -1 where not open */
    bool writable;
    unsigned counter; /* names in tmp/ */
};

#define OBJECT_NAME_SIZE (3 + HASH_SIZE + 3) /* "ab/abcd….gz" */

/* "ab/abcd….gz"; SHA256 is 64 hex digits. */
void archive_object_name(const char *sha256, char name[static OBJECT_NAME_SIZE]);
/* EXIT_INTERNAL with the archive's path, WHAT failed and errno. */
int archive_failed(const struct archive *archive, const char *what, struct error *err);
/* Writes all of DATA to FD. 0, or -1 with errno. */
int archive_write_all(int fd, const void *data, size_t size);

#endif
