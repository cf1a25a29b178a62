#include "etl/audit/fingerprint.h"

#include <errno.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/random.h>

#define SUMS (sizeof((struct fingerprint *)0)->sums / sizeof((struct fingerprint *)0)->sums[0])

static int failed(struct error *err)
{
    return error_set(err, EXIT_INTERNAL, "SHA-256 could not be computed by the crypto library");
}

int fingerprint_key(unsigned char ret_key[static FINGERPRINT_KEY], struct error *err)
{
    ssize_t n;
    do
        n = getrandom(ret_key, FINGERPRINT_KEY, 0);
    while (n < 0 && errno == EINTR);
    if (n == FINGERPRINT_KEY) return 0;
    return error_set(err, EXIT_INTERNAL, "could not draw a key for the comparison: %s", strerror(errno));
}

int fingerprinter_open(struct fingerprinter *ret_fingerprinter, const unsigned char key[static FINGERPRINT_KEY],
                       struct error *err)
{
    struct fingerprinter f = {.context = EVP_MD_CTX_new(), .method = EVP_MD_fetch(NULL, "SHA256", NULL)};
    memcpy(f.key, key, FINGERPRINT_KEY);
    *ret_fingerprinter = f;
    return f.context && f.method && EVP_DigestInit_ex2(f.context, f.method, NULL) == 1 ? 0 : failed(err);
}

void fingerprinter_close(struct fingerprinter *fingerprinter)
{
    EVP_MD_CTX_free(fingerprinter->context);
    EVP_MD_free(fingerprinter->method);
    *fingerprinter = (struct fingerprinter){0};
}

int fingerprint_add(struct fingerprinter *with, struct fingerprint *fingerprint, const void *row, size_t size,
                    struct error *err)
{
    uint64_t digest[SUMS];
    unsigned found = 0;
    if (EVP_DigestInit_ex2(with->context, NULL, NULL) != 1 ||
        EVP_DigestUpdate(with->context, with->key, FINGERPRINT_KEY) != 1 ||
        (size && EVP_DigestUpdate(with->context, row, size) != 1) ||
        EVP_DigestFinal_ex(with->context, (unsigned char *)digest, &found) != 1 || found != sizeof digest)
        return failed(err);
    for (size_t i = 0; i < SUMS; i++)
        fingerprint->sums[i] += digest[i];
    fingerprint->rows++;
    return 0;
}

bool fingerprint_equal(const struct fingerprint *a, const struct fingerprint *b)
{
    return a->rows == b->rows && !memcmp(a->sums, b->sums, sizeof a->sums);
}
