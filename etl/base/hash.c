#include "etl/base/hash.h"

#include <openssl/evp.h>
#include <string.h>

static int failed(struct error *err)
{
    return error_set(err, EXIT_INTERNAL, "SHA-256 could not be computed by the crypto library");
}

int hash_begin(struct hash *hash, struct error *err)
{
    if (!hash->context) hash->context = EVP_MD_CTX_new();
    if (!hash->context) return error_memory(err);
    return EVP_DigestInit_ex(hash->context, EVP_sha256(), NULL) == 1 ? 0 : failed(err);
}

int hash_add(struct hash *hash, const void *data, size_t size, struct error *err)
{
    if (size == 0) return 0;
    return EVP_DigestUpdate(hash->context, data, size) == 1 ? 0 : failed(err);
}

int hash_end(struct hash *hash, char ret_hex[static HASH_SIZE], struct error *err)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (EVP_DigestFinal_ex(hash->context, digest, &size) != 1 || size != (HASH_SIZE - 1) / 2) return failed(err);
    for (unsigned i = 0; i < size; i++) {
        ret_hex[2 * i] = digits[digest[i] >> 4];
        ret_hex[2 * i + 1] = digits[digest[i] & 15];
    }
    ret_hex[HASH_SIZE - 1] = '\0';
    return 0;
}

void hash_free(struct hash *hash)
{
    EVP_MD_CTX_free(hash->context);
    hash->context = NULL;
}

int hash_bytes(const void *data, size_t size, char ret_hex[static HASH_SIZE], struct error *err)
{
    struct hash hash = {0};
    int rc = hash_begin(&hash, err);
    if (rc == 0) rc = hash_add(&hash, data, size, err);
    if (rc == 0) rc = hash_end(&hash, ret_hex, err);
    hash_free(&hash);
    return rc;
}

bool hash_is_hex(const char *s)
{
    return strlen(s) == HASH_SIZE - 1 && strspn(s, "0123456789abcdef") == HASH_SIZE - 1;
}
