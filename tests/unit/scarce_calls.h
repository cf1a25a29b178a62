/* Calls that the program itself makes, of which one fails: the test is linked with --wrap for each of them (Makefile), and with
 * an arena that asks for each allocation.  What libraries call is not counted; memory for jansson is (scarce_memory.h).
 *
 * Counted from 1: number refused_at fails, as HOW says.  Interrupted and cut are only those that transfer bytes or draw them:
 * they are to be asked again, so that nobody notices. */
#ifndef STADSLAGER_SCARCE_CALLS_H
#define STADSLAGER_SCARCE_CALLS_H

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/scarce_memory.h"

static enum how { REFUSED, INTERRUPTED, CUT } how;
static int refusal = EIO; /* errno of a refused call of the system */

static inline int with_errno(int number)
{
    errno = number;
    return -1;
}

#define WRAPPED(type, name, declare, pass, refused)                                                                    \
    type __real_##name declare;                                                                                        \
    type __wrap_##name declare;                                                                                        \
    type __wrap_##name declare                                                                                         \
    {                                                                                                                  \
        return how == REFUSED && is_refused() ? (refused) : __real_##name pass;                                        \
    }

WRAPPED(void *, malloc, (size_t size), (size), NULL)
WRAPPED(void *, calloc, (size_t n, size_t size), (n, size), NULL)
WRAPPED(void *, realloc, (void *p, size_t size), (p, size), NULL)
WRAPPED(void *, reallocarray, (void *p, size_t n, size_t size), (p, n, size), NULL)
WRAPPED(int, fsync, (int fd), (fd), with_errno(refusal))
WRAPPED(int, fchmod, (int fd, mode_t mode), (fd, mode), with_errno(refusal))
WRAPPED(int, rename, (const char *from, const char *to), (from, to), with_errno(refusal))
WRAPPED(int, mkostemp, (char *path, int flags), (path, flags), with_errno(refusal))
WRAPPED(EVP_MD_CTX *, EVP_MD_CTX_new, (void), (), NULL)
WRAPPED(EVP_MD *, EVP_MD_fetch, (OSSL_LIB_CTX * in, const char *name, const char *p), (in, name, p), NULL)
WRAPPED(int, EVP_DigestInit_ex, (EVP_MD_CTX * c, const EVP_MD *m, ENGINE *e), (c, m, e), 0)
WRAPPED(int, EVP_DigestInit_ex2, (EVP_MD_CTX * c, const EVP_MD *m, const OSSL_PARAM *p), (c, m, p), 0)
WRAPPED(int, EVP_DigestUpdate, (EVP_MD_CTX * c, const void *data, size_t size), (c, data, size), 0)
WRAPPED(int, EVP_DigestFinal_ex, (EVP_MD_CTX * c, unsigned char *md, unsigned *size), (c, md, size), 0)

#define WRAPPED_TRANSFER(name, declare, pass, pass_half)                                                               \
    ssize_t __real_##name declare;                                                                                     \
    ssize_t __wrap_##name declare;                                                                                     \
    ssize_t __wrap_##name declare                                                                                      \
    {                                                                                                                  \
        if (!is_refused()) return __real_##name pass;                                                                  \
        return how == CUT ? __real_##name pass_half : with_errno(how == INTERRUPTED ? EINTR : refusal);                \
    }

WRAPPED_TRANSFER(write, (int fd, const void *p, size_t n), (fd, p, n), (fd, p, (n + 1) / 2))
WRAPPED_TRANSFER(pwrite, (int fd, const void *p, size_t n, off_t at), (fd, p, n, at), (fd, p, (n + 1) / 2, at))
WRAPPED_TRANSFER(pread, (int fd, void *p, size_t n, off_t at), (fd, p, n, at), (fd, p, (n + 1) / 2, at))
WRAPPED_TRANSFER(getrandom, (void *p, size_t n, unsigned flags), (p, n, flags), (p, (n + 1) / 2, flags))

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(args, mode_t) : 0;
    va_end(args);
    return how == REFUSED && is_refused() ? with_errno(refusal) : __real_open(path, flags, mode);
}

static inline void refuse(long at, enum how as)
{
    requests = 0;
    refused_at = at;
    how = as;
}

#endif
