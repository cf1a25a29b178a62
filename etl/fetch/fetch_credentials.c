#include "etl/fetch/fetch_credentials.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "etl/base/limits.h"
#include "etl/config/secret_file.h"
#include "etl/fetch/fetch_policy.h"

static int unreadable(const char *path, struct error *err)
{
    int cause = errno;
    error_set(err, EXIT_CONFIG, "credentials file \"%s\" could not be read: %s", path, strerror(cause));
    if (cause == ELOOP) error_hint(err, "It must be a file, not a link to one.");
    return -1;
}

/* Reads PATH into BUFFER, NUL-terminated. */
static int read_private_file(const char *path, char *buffer, size_t size, size_t *ret_len, struct error *err)
{
    struct stat st;
    int rc = -1;
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK); /* a FIFO must not hang the run */
    if (fd < 0 || fstat(fd, &st) < 0) {
        unreadable(path, err);
        goto out;
    }
    if (!S_ISREG(st.st_mode)) {
        error_set(err, EXIT_CONFIG, "credentials file \"%s\" is not a file", path);
        goto out;
    }
    if (!secret_file_is_private(&st)) {
        error_set(err, EXIT_CONFIG, "credentials file \"%s\" is open to others (mode %03o)", path,
                  (unsigned)st.st_mode & 0777u);
        error_hint(err, "Take the rights of others away: chmod 600.");
        goto out;
    }
    ssize_t n = secret_file_read(fd, buffer, size - 1);
    if (n < 0) {
        unreadable(path, err);
        goto out;
    }
    buffer[n] = '\0';
    *ret_len = (size_t)n;
    rc = 0;
out:
    if (fd >= 0) close(fd);
    return rc;
}

/* curl takes NUL-terminated copies of its own; LINE is cut in place. */
static CURLcode apply(CURL *easy, char *line, struct text user, struct text secret)
{
    size_t secret_at = (size_t)(secret.ptr - line);
    line[secret_at + secret.len] = '\0';
    if (user.len == 0) {
        CURLcode code = curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
        return code ? code : curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, line + secret_at);
    }
    line[user.len] = '\0'; /* the colon; the user begins the line */
    CURLcode code = curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_USERNAME, line);
    return code ? code : curl_easy_setopt(easy, CURLOPT_PASSWORD, line + secret_at);
}

int credentials_apply(const char *path, CURL *easy, struct error *err)
{
    char line[LIMIT_CREDENTIALS];
    size_t len = 0;
    struct text user, secret;
    int rc = -1;
    if (read_private_file(path, line, sizeof line, &len, err)) goto out;
    if (len == sizeof line - 1 || memchr(line, '\0', len) || policy_credentials(text_make(line, len), &user, &secret)) {
        error_set(err, EXIT_CONFIG, "credentials file \"%s\" does not hold one line", path);
        error_hint(err, "Write USER:PASSWORD or Bearer TOKEN into it.");
        goto out;
    }
    rc = apply(easy, line, user, secret) ? error_memory(err) : 0;
out:
    explicit_bzero(line, sizeof line);
    return rc;
}
