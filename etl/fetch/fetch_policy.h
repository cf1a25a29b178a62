/* What a fetch decides, without doing anything: is a failure worth another attempt, how long to wait, may a redirect be
 * followed, what does a header say, is this a page instead of an export.  Pure: no clock, no network. */
#ifndef STADSLAGER_FETCH_POLICY_H
#define STADSLAGER_FETCH_POLICY_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

#include "etl/base/error.h"
#include "etl/base/text.h"

/* ---- failures ---- */

/* How a transfer ended that gave no answer to judge. */
struct policy_failure {
    CURLcode code;
    long os_errno;   /* of connect, where there was one */
    bool connected;  /* the connection had been made */
    bool total_time; /* the time for one attempt was used up, as opposed to a stall */
};

/* The list is closed: failure of DNS, connection refused or timed out, reset, body that ends early, stall. */
bool policy_failure_transient(const struct policy_failure *failure);
/* The cause in a few words: "connection refused", "the body ended early", … */
const char *policy_failure_words(const struct policy_failure *failure);
/* 408, 425, 429, 500, 502, 503, 504. */
bool policy_status_transient(long status);
/* "not found" for 404; "" where there are no well-known words. */
const char *policy_status_words(long status);

/* ---- waiting ---- */

/* The value of Retry-After in seconds from NOW (epoch seconds, best the Date of the same answer); both forms of RFC 9110,
 * 10.2.3.  A date in the past is 0.  -1 when VALUE is neither. */
int policy_retry_after(struct text value, int64_t now, int64_t *ret_seconds) CHECK_RESULT;
/* Pause after the FAILURES-th failure (1, 2, …): BASE doubled each time, at most LIMIT_BACKOFF_MS, of which the second half
 * is chance, so that several sources of one server do not come back together.  RANDOM is the generator's state, any number. */
int64_t policy_backoff_ms(int64_t base_ms, unsigned failures, uint64_t *random);

/* ---- where to ---- */

struct policy_redirect {
    const char *origin;       /* URL as configured */
    const char *from;         /* URL that answered with the redirect */
    const char *const *hosts; /* allowed beside the origin's */
    size_t host_count;
    bool allow_http;
};

/* True when URL is https, or http where ALLOW_HTTP, with a host and without user and password; else -1 with EXIT_CONFIG. */
int policy_url(const char *url, bool allow_http, struct error *err) CHECK_RESULT;
/* 0 when the redirect to TO may be followed; else -1 with EXIT_FETCH and a message without source and origin. */
int policy_redirect(const struct policy_redirect *policy, const char *to, struct error *err) CHECK_RESULT;
/* RET_MAY: credentials meant for ORIGIN may go to TO: same host and port, and not from https to http.  -1: no memory to tell; to
 * fetch without them then could give another export than theirs. */
int policy_may_authenticate(const char *origin, const char *to, bool *ret_may, struct error *err) CHECK_RESULT;

/* ---- what came ---- */

/* True when LINE ("ETag: \"x\"\r\n") is the header NAME, any case; its value trimmed. */
bool policy_header(struct text line, const char *name, struct text *ret_value);
/* gzip layers VALUE of Content-Encoding names; -1 with EXIT_REFUSED for any other encoding. */
int policy_content_encoding(struct text value, unsigned *ret_layers, struct error *err) CHECK_RESULT;
/* Begins (after white space and a byte order mark) like an HTML page, or is called one. */
bool policy_is_html(struct text head, struct text content_type);
/* What stands between <title> and </title>, or empty. */
struct text policy_html_title(struct text head);
/* A credentials file's line: "Bearer TOKEN" or "USER:PASSWORD".  Slices of LINE; user empty for a token.  -1 when neither. */
int policy_credentials(struct text line, struct text *ret_user, struct text *ret_secret) CHECK_RESULT;

#endif
