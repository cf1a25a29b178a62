#include "etl/fetch/fetch_hop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistr.h>

#include "etl/fetch/fetch_credentials.h"
#include "etl/fetch/fetch_policy.h"

#define BUFFER_SIZE (128L * 1024) /* of libcurl: fewer calls for a large body */

#define CLOCK_SLACK_MS 50 /* libcurl's timer can end a transfer a moment before its time as measured is up */

/* ---- while it runs ---- */

/* Keeps VALUE if it fits and can be sent back: a header that is too long, or holds control characters, is none. */
static void keep(struct text value, char *into, size_t size)
{
    into[0] = '\0';
    if (value.len >= size) return;
    for (size_t i = 0; i < value.len; i++)
        if ((unsigned char)value.ptr[i] < ' ' || value.ptr[i] == 0x7f) return;
    if (value.len > 0) memcpy(into, value.ptr, value.len);
    into[value.len] = '\0';
}

static bool ends_with_chunked(struct text value)
{
    return value.len >= 7 && strncasecmp(value.ptr + value.len - 7, "chunked", 7) == 0;
}

static int take_header(struct hop *hop, struct text line)
{
    struct answer *a = &hop->answer;
    struct text value;
    if (text_starts(line, "HTTP/")) { /* of an answer that follows 100 Continue, too */
        *a = (struct answer){.header_bytes = a->header_bytes};
    } else if (text_blank(line)) {
        a->ended = true;
    } else if (policy_header(line, "ETag", &value)) {
        keep(value, a->etag, sizeof a->etag);
    } else if (policy_header(line, "Last-Modified", &value)) {
        keep(value, a->last_modified, sizeof a->last_modified);
    } else if (policy_header(line, "Retry-After", &value)) {
        keep(value, a->retry_after, sizeof a->retry_after);
    } else if (policy_header(line, "Date", &value)) {
        keep(value, a->date, sizeof a->date);
    } else if (policy_header(line, "Content-Type", &value)) {
        keep(text_part(value, 0, sizeof a->content_type - 1), a->content_type, sizeof a->content_type);
    } else if (policy_header(line, "Content-Length", &value)) {
        a->has_length = true;
    } else if (policy_header(line, "Transfer-Encoding", &value)) {
        a->chunked = ends_with_chunked(value);
    } else if (policy_header(line, "Content-Encoding", &value)) {
        unsigned layers = 0;
        if (policy_content_encoding(value, &layers, &hop->error)) return -1;
        a->gzip_layers += layers;
    }
    return 0;
}

static size_t on_header(char *data, size_t size, size_t count, void *context)
{
    struct hop *hop = context;
    size_t bytes = size * count;
    long status = 0;
    hop->answer.header_bytes += bytes;
    if (hop->answer.header_bytes > LIMIT_HEADERS) {
        error_set(&hop->error, EXIT_REFUSED, "its headers are longer than %u bytes", LIMIT_HEADERS);
        hop->refused = true;
        return 0;
    }
    if (hop->received > 0) return bytes; /* trailers of a chunked body say nothing we ask */
    curl_easy_getinfo(hop->easy, CURLINFO_RESPONSE_CODE, &status);
    if (take_header(hop, text_make(data, bytes)) == 0) return bytes;
    if (status != 200) return bytes; /* the encoding of an error page is nobody's concern */
    hop->refused = true;
    return 0;
}

/* The first bytes of a body we want: is it one we may take? */
static int begin_body(struct hop *hop)
{
    const struct config_fetch *config = hop->run->config;
    struct body_rules limits = {
        .max_bytes = config->max_bytes,
        .max_plain_bytes = config->max_plain_bytes,
        .max_ratio = config->max_ratio,
        .declared_layers = hop->answer.gzip_layers,
    };
    curl_off_t length = -1;
    curl_easy_getinfo(hop->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    if (config->max_bytes > 0 && length > config->max_bytes)
        return error_set(&hop->error, EXIT_REFUSED, "it is %lld bytes long, more than %lld (max_bytes)",
                         (long long)length, (long long)config->max_bytes);
    return archive_writer_create(hop->run->archive, &limits, &hop->writer, &hop->error);
}

static size_t on_body(char *data, size_t size, size_t count, void *context)
{
    struct hop *hop = context;
    size_t bytes = size * count;
    long status = 0;
    if (bytes == 0) return 0;
    hop->received += bytes;
    curl_easy_getinfo(hop->easy, CURLINFO_RESPONSE_CODE, &status);
    if (status != 200) {
        hop->hung_up = hop->received > LIMIT_ERROR_BODY;
        return hop->hung_up ? 0 : bytes;
    }
    if ((!hop->writer && begin_body(hop)) || archive_writer_append(hop->writer, data, bytes, &hop->error)) {
        hop->refused = true;
        return 0;
    }
    return bytes;
}

/* Counts what comes behind a length that is too short: libcurl would drop it without a word. */
static int on_traffic(CURL *easy, curl_infotype kind, char *data, size_t size, void *context)
{
    struct hop *hop = context;
    (void)easy;
    (void)data;
    if (kind == CURLINFO_DATA_IN) hop->arrived += size;
    return 0;
}

/* ---- before ---- */

static CURLcode set_callbacks(struct hop *hop)
{
    CURL *easy = hop->easy;
    CURLcode code = curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, hop->curl_error);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_WRITEDATA, hop);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_HEADERDATA, hop);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, on_traffic);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_DEBUGDATA, hop);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L); /* nothing is printed: on_traffic takes it */
    if (!code) code = curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, BUFFER_SIZE);
    return code;
}

static CURLcode set_limits(struct hop *hop)
{
    CURL *easy = hop->easy;
    const struct config_fetch *config = hop->run->config;
    long total = hop->timeout_ms < INT32_MAX ? (long)hop->timeout_ms : INT32_MAX;
    CURLcode code = curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)config->connect_timeout_s * 1000);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, (long)config->low_speed_bytes);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)config->low_speed_time_s);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, total > 0 ? total : 1);
    return code;
}

/* What must not depend on the environment or on libcurl's defaults. */
static CURLcode set_manners(struct hop *hop)
{
    CURL *easy = hop->easy;
    const struct config_fetch *config = hop->run->config;
    CURLcode code = curl_easy_setopt(easy, CURLOPT_URL, hop->url);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, config->allow_http ? "http,https" : "https");
    if (!code) code = curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L); /* fetch.c follows, host by host */
    if (!code) code = curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_NOPROXY, "*"); /* no proxy from the environment */
    if (!code) code = curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    /* One exchange per connection gains nothing from HTTP/2, and HTTP/1.1's framing can be judged from the headers. */
    if (!code) code = curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_USERAGENT, "stadslager/" STADSLAGER_VERSION);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (!code && config->ca_file) code = curl_easy_setopt(easy, CURLOPT_CAINFO, config->ca_file);
    return code;
}

static int add_header(struct hop *hop, const char *name, const char *value)
{
    size_t size = strlen(name) + strlen(value) + sizeof ": ";
    if (strpbrk(value, "\r\n")) return 0; /* a record someone edited; the fetch is then not conditional */
    char *line = malloc(size);
    if (!line) return -1;
    snprintf(line, size, "%s: %s", name, value);
    struct curl_slist *longer = curl_slist_append(hop->headers, line);
    free(line);
    if (longer) hop->headers = longer;
    return longer ? 0 : -1;
}

static int set_headers(struct hop *hop)
{
    const struct fetch_record *last = hop->last;
    if (add_header(hop, "Accept-Encoding", "gzip")) return -1; /* taken off by us: we keep what was received */
    if (last && last->etag && add_header(hop, "If-None-Match", last->etag)) return -1;
    if (last && last->last_modified && add_header(hop, "If-Modified-Since", last->last_modified)) return -1;
    return curl_easy_setopt(hop->easy, CURLOPT_HTTPHEADER, hop->headers) ? -1 : 0;
}

int hop_begin(struct hop *hop, struct error *err)
{
    const struct fetch_request *request = hop->request;
    bool may;
    hop->easy = curl_easy_init();
    if (!hop->easy || set_callbacks(hop) || set_limits(hop) || set_manners(hop) || set_headers(hop))
        return error_memory(err);
    if (!request->credentials_file) return 0;
    if (policy_may_authenticate(request->url, hop->url, &may, err)) return -1;
    if (!may) return 0;
    return credentials_apply(request->credentials_file, hop->easy, err);
}

void hop_clear(struct hop *hop)
{
    curl_easy_cleanup(hop->easy);
    curl_slist_free_all(hop->headers);
    archive_writer_abort(hop->writer);
    hop->easy = NULL;
    hop->headers = NULL;
    hop->writer = NULL;
}

/* ---- after ---- */

static enum hop_end failed(struct hop *hop, CURLcode code)
{
    curl_off_t total_us = 0, connect_us = 0;
    struct policy_failure failure = {.code = code};
    curl_easy_getinfo(hop->easy, CURLINFO_TOTAL_TIME_T, &total_us);
    curl_easy_getinfo(hop->easy, CURLINFO_CONNECT_TIME_T, &connect_us);
    curl_easy_getinfo(hop->easy, CURLINFO_OS_ERRNO, &failure.os_errno);
    failure.connected = connect_us > 0;
    failure.total_time = total_us / 1000 + CLOCK_SLACK_MS >= hop->timeout_ms;
    error_set(&hop->error, EXIT_FETCH, "%s", policy_failure_words(&failure));
    error_detail(&hop->error, "libcurl: %s", hop->curl_error[0] ? hop->curl_error : curl_easy_strerror(code));
    if (code == CURLE_PEER_FAILED_VERIFICATION)
        error_hint(&hop->error,
                   "\"stadslager doctor --network\" looks at the certificate; a wrong clock fails it too.");
    if (code == CURLE_SSL_CACERT_BADFILE) hop->error.class = EXIT_CONFIG;
    return policy_failure_transient(&failure) ? HOP_TRANSIENT : HOP_FAILED;
}

static enum hop_end refused_status(struct hop *hop)
{
    const char *words = policy_status_words(hop->status);
    error_set(&hop->error, EXIT_FETCH, "HTTP %ld%s%s%s", hop->status, *words ? " (" : "", words, *words ? ")" : "");
    if (hop->status == 401 || hop->status == 403)
        error_hint(&hop->error, hop->request->credentials_file ? "Check the source's credentials_file."
                                                               : "The source may need a credentials_file.");
    if (hop->status == 404 || hop->status == 410) error_hint(&hop->error, "Check the source's url.");
    return policy_status_transient(hop->status) ? HOP_TRANSIENT : HOP_FAILED;
}

static enum hop_end redirected(struct hop *hop)
{
    char *to = NULL;
    struct policy_redirect policy = {
        .origin = hop->request->url,
        .from = hop->url,
        .hosts = hop->request->redirect_hosts,
        .host_count = hop->request->redirect_host_count,
        .allow_http = hop->run->config->allow_http,
    };
    curl_easy_getinfo(hop->easy, CURLINFO_REDIRECT_URL, &to);
    if (!to) {
        error_set(&hop->error, EXIT_FETCH, "HTTP %ld without saying where to", hop->status);
        return HOP_FAILED;
    }
    if (policy_redirect(&policy, to, &hop->error)) return HOP_FAILED;
    snprintf(hop->location, sizeof hop->location, "%s", to); /* fits: policy_redirect looked */
    return HOP_REDIRECT;
}

static void refuse_html(struct hop *hop, struct text head)
{
    char title[LIMIT_SHOWN + 1];
    struct text found = text_part(policy_html_title(head), 0, LIMIT_SHOWN);
    keep(found, title, sizeof title);
    if (u8_check((const uint8_t *)title, strlen(title))) title[0] = '\0'; /* in an encoding we did not ask for */
    error_set(&hop->error, EXIT_REFUSED, "200 with an HTML page instead of an export%s%s%s", *title ? " (title \"" : "",
              title, *title ? "\")" : "");
    error_hint(&hop->error, "A login or error page was sent: open the URL in a browser.");
}

/* A length that counts, say, characters instead of bytes cuts the last rows off.  Only what came along with the body is seen. */
static bool has_more_than_announced(const struct hop *hop)
{
    curl_off_t length = -1;
    curl_easy_getinfo(hop->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    return hop->answer.has_length && !hop->answer.chunked && length >= 0 && hop->arrived > (uint64_t)length;
}

/* Looks at the whole body before it is kept. */
static enum hop_end whole_body(struct hop *hop)
{
    const struct answer *a = &hop->answer;
    if (!hop->writer) {
        error_set(&hop->error, EXIT_REFUSED, "it is empty");
        return HOP_FAILED;
    }
    const struct body *body = archive_writer_body(hop->writer);
    if (policy_is_html(body_head(body), text_of(a->content_type))) {
        refuse_html(hop, body_head(body));
        return HOP_FAILED;
    }
    if (has_more_than_announced(hop)) {
        error_set(&hop->error, EXIT_REFUSED, "the body is longer than its Content-Length says; it would be cut");
        error_hint(&hop->error, "The server counts wrongly, perhaps characters instead of bytes.");
        return HOP_FAILED;
    }
    hop->proved = a->has_length || a->chunked || body_layers(body) > 0;
    if (!hop->proved && hop->request->needs_proof) {
        error_set(&hop->error, EXIT_REFUSED, "the body has no length and no end of its own; it may be cut");
        error_hint(&hop->error, "Let the server send Content-Length or chunks, or serve the export gzipped.");
        return HOP_FAILED;
    }
    struct archive_writer *writer = hop->writer;
    hop->writer = NULL; /* consumed */
    return archive_writer_finish(writer, &hop->stored, &hop->error) ? HOP_FAILED : HOP_BODY;
}

/* libcurl takes a connection that ends within the headers for an answer without a body. */
static enum hop_end cut_headers(struct hop *hop)
{
    error_set(&hop->error, EXIT_FETCH, "the answer ended within its headers");
    return HOP_TRANSIENT;
}

static bool is_redirect(long status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

enum hop_end hop_finish(struct hop *hop, CURLcode code)
{
    curl_easy_getinfo(hop->easy, CURLINFO_RESPONSE_CODE, &hop->status);
    if (hop->refused) return HOP_FAILED;
    if (code != CURLE_OK && !hop->hung_up) return failed(hop, code);
    if (!hop->answer.ended && !hop->hung_up) return cut_headers(hop);
    if (hop->status == 200) return whole_body(hop);
    if (is_redirect(hop->status)) return redirected(hop);
    if (hop->status != 304) return refused_status(hop);
    if (hop->last) return HOP_NOT_MODIFIED;
    error_set(&hop->error, EXIT_REFUSED, "304 (not modified) without having been asked");
    return HOP_FAILED;
}
