#include "etl/fetch/fetch_policy.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "etl/base/limits.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- failures ---- */

/* A reset during the TLS handshake comes as an error of TLS, with the system's errno behind it. */
static bool reset_by_peer(const struct policy_failure *f)
{
    return f->code == CURLE_RECV_ERROR || f->code == CURLE_SEND_ERROR || f->code == CURLE_GOT_NOTHING ||
           (f->code == CURLE_SSL_CONNECT_ERROR && (f->os_errno == ECONNRESET || f->os_errno == EPIPE));
}

bool policy_failure_transient(const struct policy_failure *f)
{
    if (f->code == CURLE_OPERATION_TIMEDOUT) return !f->total_time;
    return reset_by_peer(f) || f->code == CURLE_COULDNT_RESOLVE_HOST || f->code == CURLE_COULDNT_CONNECT ||
           f->code == CURLE_PARTIAL_FILE;
}

const char *policy_failure_words(const struct policy_failure *f)
{
    if (f->code == CURLE_RECV_ERROR && !f->os_errno) return "the answer broke off, or breaks the rules of its protocol";
    if (reset_by_peer(f)) return "the connection was reset";
    switch ((int)f->code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return "the host name could not be resolved";
    case CURLE_COULDNT_CONNECT:
        return f->os_errno == ECONNREFUSED ? "connection refused" : "could not connect";
    case CURLE_PARTIAL_FILE:
        return "the body ended early";
    case CURLE_OPERATION_TIMEDOUT:
        if (f->total_time) return "it took longer than total_timeout";
        return f->connected ? "the transfer stalled" : "the connection timed out";
    case CURLE_PEER_FAILED_VERIFICATION:
        return "the server's certificate is not valid for it";
    case CURLE_SSL_CACERT_BADFILE:
        return "the file of certificates (ca_file) could not be read";
    case CURLE_SSL_CONNECT_ERROR:
        return "TLS could not be agreed on";
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return "the answer is not HTTP";
    default:
        return "the transfer failed";
    }
}

static const struct {
    long status;
    bool transient;
    const char *words;
} statuses[] = {
    {400, false, "bad request"},
    {401, false, "unauthorized"},
    {403, false, "forbidden"},
    {404, false, "not found"},
    {406, false, "not acceptable"},
    {407, false, "proxy authentication required"},
    {408, true, "request timeout"},
    {410, false, "gone"},
    {416, false, "range not satisfiable"},
    {421, false, "misdirected request"},
    {425, true, "too early"},
    {429, true, "too many requests"},
    {451, false, "unavailable for legal reasons"},
    {500, true, "internal server error"},
    {501, false, "not implemented"},
    {502, true, "bad gateway"},
    {503, true, "service unavailable"},
    {504, true, "gateway timeout"},
    {204, false, "no content"},
    {206, false, "partial content, which was not asked for"},
};

bool policy_status_transient(long status)
{
    for (size_t i = 0; i < COUNT(statuses); i++)
        if (statuses[i].status == status) return statuses[i].transient;
    return false;
}

const char *policy_status_words(long status)
{
    for (size_t i = 0; i < COUNT(statuses); i++)
        if (statuses[i].status == status) return statuses[i].words;
    return "";
}

/* ---- waiting ---- */

int policy_retry_after(struct text value, int64_t now, int64_t *ret_seconds)
{
    char copy[64];
    value = text_trim(value);
    if (value.len == 0 || value.len >= sizeof copy) return -1;
    memcpy(copy, value.ptr, value.len);
    copy[value.len] = '\0';
    int64_t seconds = 0;
    if (strspn(copy, "0123456789") == value.len) {
        for (const char *p = copy; *p && seconds < INT32_MAX; p++)
            seconds = seconds * 10 + (*p - '0');
    } else {
        time_t when = curl_getdate(copy, NULL);
        if (when == (time_t)-1) return -1;
        seconds = when > now ? when - now : 0;
    }
    *ret_seconds = seconds < INT32_MAX ? seconds : INT32_MAX;
    return 0;
}

/* splitmix64 (Steele, Lea, Flood 2014): any state will do. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

int64_t policy_backoff_ms(int64_t base_ms, unsigned failures, uint64_t *random)
{
    int64_t pause = base_ms > 0 ? base_ms : 1;
    for (unsigned i = 1; i < failures && pause < LIMIT_BACKOFF_MS; i++)
        pause *= 2;
    if (pause > LIMIT_BACKOFF_MS) pause = LIMIT_BACKOFF_MS;
    int64_t half = pause / 2;
    return pause - half + (int64_t)(next_random(random) % (uint64_t)(half + 1));
}

/* ---- where to ---- */

struct place_of_url {
    char *scheme, *host, *port, *user;
};

static void place_free(struct place_of_url *place)
{
    curl_free(place->scheme);
    curl_free(place->host);
    curl_free(place->port);
    curl_free(place->user);
}

static CURLUcode except(CURLUcode code, CURLUcode none)
{
    return code == none ? CURLUE_OK : code;
}

/* What libcurl says of URL: CURLUE_OUT_OF_MEMORY says nothing about it.  The host is NULL where there is none: every URL of http
 * has one. */
static CURLUcode place_parse(const char *url, struct place_of_url *ret_place)
{
    struct place_of_url place = {0};
    CURLU *parts = curl_url();
    CURLUcode code = parts ? curl_url_set(parts, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) : CURLUE_OUT_OF_MEMORY;
    if (!code) code = curl_url_get(parts, CURLUPART_SCHEME, &place.scheme, 0);
    if (!code) code = except(curl_url_get(parts, CURLUPART_HOST, &place.host, 0), CURLUE_NO_HOST);
    if (!code) code = except(curl_url_get(parts, CURLUPART_PORT, &place.port, CURLU_DEFAULT_PORT), CURLUE_NO_PORT);
    if (!code) code = except(curl_url_get(parts, CURLUPART_USER, &place.user, 0), CURLUE_NO_USER);
    curl_url_cleanup(parts);
    size_t n = place.host ? strlen(place.host) : 0;
    if (n > 0 && place.host[n - 1] == '.') place.host[n - 1] = '\0'; /* the root's dot: the same host */
    if (code)
        place_free(&place);
    else
        *ret_place = place;
    return code;
}

static bool has_host(const struct place_of_url *place)
{
    return place->host && *place->host;
}
static bool is_http(const struct place_of_url *place)
{
    return strcasecmp(place->scheme, "http") == 0;
}
static bool is_https(const struct place_of_url *place)
{
    return strcasecmp(place->scheme, "https") == 0;
}

static int check_url(const struct place_of_url *place, bool allow_http, struct error *err)
{
    if (!is_http(place) && !is_https(place))
        return error_set(err, EXIT_CONFIG, "\"%.20s\" is not a scheme to fetch with, only %shttps", place->scheme,
                         allow_http ? "http and " : "");
    if (!has_host(place)) return error_set(err, EXIT_CONFIG, "its url has no host");
    if (is_http(place) && !allow_http) return error_set(err, EXIT_CONFIG, "plain http is not allowed (allow_http)");
    if (place->user) return error_set(err, EXIT_CONFIG, "a URL must not hold a user or a password");
    return 0;
}

int policy_url(const char *url, bool allow_http, struct error *err)
{
    struct place_of_url place;
    CURLUcode code = place_parse(url, &place);
    if (code == CURLUE_OUT_OF_MEMORY) return error_memory(err);
    if (code) return error_set(err, EXIT_CONFIG, "its url is not a URL");
    int rc = check_url(&place, allow_http, err);
    place_free(&place);
    return rc;
}

static bool host_allowed(const struct policy_redirect *policy, const char *own, const char *host)
{
    if (strcasecmp(own, host) == 0) return true;
    for (size_t i = 0; i < policy->host_count; i++)
        if (strcasecmp(policy->hosts[i], host) == 0) return true;
    return false;
}

static int check_redirect(const struct policy_redirect *policy, const struct place_of_url *origin,
                          const struct place_of_url *from, const struct place_of_url *to, struct error *err)
{
    if (!is_http(to) && !is_https(to))
        return error_set(err, EXIT_FETCH, "it redirects to the scheme \"%.20s\"", to->scheme);
    if (!has_host(to) || !has_host(origin)) return error_set(err, EXIT_FETCH, "it redirects to a URL without a host");
    if (to->user) return error_set(err, EXIT_FETCH, "it redirects to a URL that holds a user or a password");
    if (is_http(to) && !policy->allow_http)
        return error_set(err, EXIT_FETCH,
                         is_https(from) ? "it redirects from https to plain http"
                                        : "it redirects to plain http, which is not allowed");
    if (host_allowed(policy, origin->host, to->host)) return 0;
    error_set(err, EXIT_FETCH, "it redirects to another host, \"%.80s\"", to->host);
    return error_hint(err, "If that is right, add the host to the source's redirect_hosts.");
}

int policy_redirect(const struct policy_redirect *policy, const char *to_url, struct error *err)
{
    struct place_of_url origin = {0}, from = {0}, to = {0};
    int rc = -1;
    CURLUcode code = place_parse(policy->origin, &origin);
    if (!code) code = place_parse(policy->from, &from);
    bool fetched = !code, fits = strlen(to_url) < LIMIT_URL;
    if (fetched && fits) code = place_parse(to_url, &to);
    if (code == CURLUE_OUT_OF_MEMORY)
        error_memory(err);
    else if (!fetched)
        error_set(err, EXIT_INTERNAL, "a URL that was fetched cannot be read");
    else if (code || !fits)
        error_set(err, EXIT_FETCH, "it redirects to \"%.*s\", which is not a URL", LIMIT_SHOWN, to_url);
    else
        rc = check_redirect(policy, &origin, &from, &to, err);
    place_free(&origin);
    place_free(&from);
    place_free(&to);
    return rc;
}

static bool may_authenticate(const struct place_of_url *origin, const struct place_of_url *to)
{
    if (!has_host(origin) || !has_host(to) || strcasecmp(origin->host, to->host) || !origin->port || !to->port)
        return false;
    bool same = strcasecmp(origin->scheme, to->scheme) == 0 && strcmp(origin->port, to->port) == 0;
    bool upgrade = is_http(origin) && is_https(to) && !strcmp(origin->port, "80") && !strcmp(to->port, "443");
    return same || upgrade;
}

int policy_may_authenticate(const char *origin_url, const char *to_url, bool *ret_may, struct error *err)
{
    struct place_of_url origin = {0}, to = {0};
    CURLUcode code = place_parse(origin_url, &origin);
    if (!code) code = place_parse(to_url, &to);
    bool may = !code && may_authenticate(&origin, &to);
    place_free(&origin);
    place_free(&to);
    if (code == CURLUE_OUT_OF_MEMORY) return error_memory(err);
    *ret_may = may;
    return 0;
}

/* ---- what came ---- */

bool policy_header(struct text line, const char *name, struct text *ret_value)
{
    size_t n = strlen(name);
    if (line.len <= n || line.ptr[n] != ':' || strncasecmp(line.ptr, name, n) != 0) return false;
    *ret_value = text_trim(text_from(line, n + 1));
    return true;
}

static bool same_word(struct text a, const char *word)
{
    return a.len == strlen(word) && strncasecmp(a.ptr, word, a.len) == 0;
}

int policy_content_encoding(struct text value, unsigned *ret_layers, struct error *err)
{
    unsigned layers = 0;
    while (value.len > 0) {
        size_t comma = text_find(value, ",");
        struct text coding = text_trim(text_part(value, 0, comma));
        value = comma < value.len ? text_from(value, comma + 1) : (struct text){0};
        if (same_word(coding, "gzip") || same_word(coding, "x-gzip")) {
            layers++;
        } else if (coding.len > 0 && !same_word(coding, "identity")) {
            int shown = coding.len < LIMIT_SHOWN ? (int)coding.len : LIMIT_SHOWN;
            error_set(err, EXIT_REFUSED, "it came in Content-Encoding \"%.*s\"; only gzip was asked for", shown,
                      coding.ptr);
            return -1;
        }
    }
    *ret_layers = layers;
    return 0;
}

static bool begins_like(struct text head, const char *word)
{
    size_t n = strlen(word);
    if (head.len < n || strncasecmp(head.ptr, word, n) != 0) return false;
    if (head.len == n) return true;
    char next = head.ptr[n]; /* "<header>" is not "<head" */
    return next == '>' || next == '/' || text_space(text_from(head, n)) > 0;
}

bool policy_is_html(struct text head, struct text content_type)
{
    static const char *const openings[] = {"<!doctype html", "<html", "<head", "<script"};
    if (content_type.len >= 9 && strncasecmp(content_type.ptr, "text/html", 9) == 0) return true;
    head = text_trim(head); /* a byte order mark counts as white space there */
    for (size_t i = 0; i < COUNT(openings); i++)
        if (begins_like(head, openings[i])) return true;
    return false;
}

static size_t find_word(struct text head, const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 0; i + n <= head.len; i++)
        if (strncasecmp(head.ptr + i, word, n) == 0) return i;
    return SIZE_MAX;
}

struct text policy_html_title(struct text head)
{
    size_t start = find_word(head, "<title");
    if (start == SIZE_MAX) return (struct text){0};
    struct text rest = text_from(head, start);
    size_t open = text_find(rest, ">");
    if (open == SIZE_MAX) return (struct text){0};
    rest = text_from(rest, open + 1);
    size_t end = text_find(rest, "<");
    return end == SIZE_MAX ? (struct text){0} : text_trim(text_part(rest, 0, end));
}

/* No blanks, control characters or what a header could be split with. */
static bool all_visible(struct text a)
{
    for (size_t i = 0; i < a.len; i++)
        if ((unsigned char)a.ptr[i] <= ' ' || a.ptr[i] == 0x7f) return false;
    return true;
}

static bool no_control(struct text a)
{
    for (size_t i = 0; i < a.len; i++)
        if ((unsigned char)a.ptr[i] < ' ' || a.ptr[i] == 0x7f) return false;
    return true;
}

int policy_credentials(struct text line, struct text *ret_user, struct text *ret_secret)
{
    if (text_ends(line, "\n")) line.len--;
    if (text_ends(line, "\r")) line.len--;
    if (!no_control(line)) return -1;
    if (line.len > 7 && strncasecmp(line.ptr, "bearer ", 7) == 0) {
        struct text token = text_trim(text_from(line, 7));
        if (token.len == 0 || !all_visible(token)) return -1;
        *ret_user = (struct text){0};
        *ret_secret = token;
        return 0;
    }
    size_t colon = text_find(line, ":");
    if (colon == SIZE_MAX || colon == 0) return -1;
    *ret_user = text_part(line, 0, colon);
    *ret_secret = text_from(line, colon + 1);
    return 0;
}
