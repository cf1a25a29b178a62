/* The archive as a whole: what is in it, how large it is, and taking something out. */
#ifndef STADSLAGER_ARCHIVE_LIST_H
#define STADSLAGER_ARCHIVE_LIST_H

#include "etl/archive/archive.h"

struct archive_object {
    char sha256[HASH_SIZE];
    uint64_t stored;  /* bytes of its file */
    int64_t modified; /* seconds since 1970: when it was stored */
};

struct archive_listing {
    struct archive_object *objects; /* by name; free with archive_listing_free */
    size_t count;
    uint64_t bytes;   /* of all objects' files */
    size_t strangers; /* files that are no objects */
};

/* Reads the folders; nothing is opened or verified. */
int archive_list(const struct archive *archive, struct archive_listing *ret_listing, struct error *err) CHECK_RESULT;
void archive_listing_free(struct archive_listing *listing);

/* Reads an object to its end.  EXIT_REFUSED when it is missing or damaged. */
int archive_verify(const struct archive *archive, const char *sha256, struct error *err) CHECK_RESULT;
/* Removes an object, durably.  The archive is open for writing. */
int archive_remove(struct archive *archive, const char *sha256, struct error *err) CHECK_RESULT;
/* The SHA-256 of the body that each source's last fetch stands for, also of sources that are no longer configured: calls
 * SEEN for each.  Damaged records are EXIT_REFUSED. */
int archive_each_last(const struct archive *archive, int (*seen)(void *context, const char *sha256), void *context,
                      struct error *err) CHECK_RESULT;

#endif
