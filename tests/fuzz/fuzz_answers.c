/* What a server answers beside the body: Retry-After, Content-Encoding, redirects, the page instead of an export; and the
 * line of a credentials file.  Each input is tried as each of them. */
#include <strings.h>

#include "etl/fetch/fetch_policy.h"
#include "tests/fuzz/fuzz.h"

#define NOW 1700000000 /* epoch seconds */

static bool is_part(struct text part, struct text whole)
{
    if (part.len == 0) return true;
    return part.ptr >= whole.ptr && part.len <= whole.len && (size_t)(part.ptr - whole.ptr) <= whole.len - part.len;
}

static void try_header(struct text line)
{
    struct text value = {0}, user = {0}, secret = {0};
    int64_t seconds = -1;
    unsigned layers = 0;
    struct error err = {0};
    if (policy_header(line, "ETag", &value)) FUZZ_CHECK(is_part(value, line));
    if (policy_retry_after(line, NOW, &seconds) == 0) FUZZ_CHECK(seconds >= 0);
    if (policy_content_encoding(line, &layers, &err)) FUZZ_CHECK(err.class == EXIT_REFUSED && err.message[0]);
    (void)policy_is_html(line, text_from(line, line.len / 2));
    FUZZ_CHECK(is_part(policy_html_title(line), line));
    if (policy_credentials(line, &user, &secret) == 0) FUZZ_CHECK(is_part(user, line) && is_part(secret, line));
}

static void try_url(const char *url)
{
    static const char origin[] = "https://www.example.org/exports/a.csv";
    static const char *const hosts[] = {"files.example.org", "127.0.0.1"};
    const struct policy_redirect policy = {origin, origin, hosts, sizeof hosts / sizeof *hosts, false};
    struct error err = {0};
    bool fine = policy_url(url, false, &err) == 0;
    FUZZ_CHECK(fine || (err.class == EXIT_CONFIG && err.message[0]));
    if (fine) FUZZ_CHECK(policy_url(url, true, &err) == 0);
    if (policy_redirect(&policy, url, &err) == 0)
        FUZZ_CHECK(fine);
    else
        FUZZ_CHECK(err.class == EXIT_FETCH && err.message[0]);
    bool may = false;
    if (policy_may_authenticate(origin, url, &may, &err) == 0 && may) FUZZ_CHECK(strncasecmp(url, "https:", 6) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    char *bytes = fuzz_copy(text_make((const char *)data, size));
    try_header(text_make(bytes, size));
    char *url = text_cstr(&arena, text_make(bytes, size));
    FUZZ_CHECK(url);
    try_url(url);
    arena_free(&arena);
    free(bytes);
    return 0;
}
