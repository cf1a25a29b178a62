/* SHA-256, as lower-case hex: the names of archived objects, the hash of a configuration, digests of loaded rows. */
#ifndef STADSLAGER_HASH_H
#define STADSLAGER_HASH_H

#include <stdbool.h>
#include <stddef.h>

#include "etl/base/error.h"

#define HASH_SIZE 65 /* bytes of a printed hash, with NUL */

/* A hash being computed.  A zeroed one is valid and has not begun. */
struct hash {
    void *context; /* EVP_MD_CTX */
};

/* Begin (again, if it had begun).  On failure of any of these ERR is EXIT_INTERNAL. */
int hash_begin(struct hash *hash, struct error *err) CHECK_RESULT;
int hash_add(struct hash *hash, const void *data, size_t size, struct error *err) CHECK_RESULT;
/* The hash of all that was added; begin again before adding more. */
int hash_end(struct hash *hash, char ret_hex[static HASH_SIZE], struct error *err) CHECK_RESULT;
/* Gives the memory back; harmless on a zeroed or freed one. */
void hash_free(struct hash *hash);

/* All in one for bytes at hand. */
int hash_bytes(const void *data, size_t size, char ret_hex[static HASH_SIZE], struct error *err) CHECK_RESULT;
/* True when S is 64 lower-case hex digits, so it may stand in a file's name. */
bool hash_is_hex(const char *s);

#endif
