#include "etl/observe/lineage.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "etl/crash_point.h"
#include "etl/fetch/fetch_credentials.h"
#include "etl/json_write.h"
#include "etl/observe/log.h"

#define PRODUCER          "urn:x-stadslager:" STADSLAGER_VERSION
#define SPEC              "https://openlineage.io/spec/"
#define SCHEMA_URL        SPEC "2-0-2/OpenLineage.json#/$defs/RunEvent"
#define JOB_NAME          "run"
#define CONNECT_TIMEOUT_S 3L /* an endpoint that is down must not hold a run up … */
#define TOTAL_TIMEOUT_S   5L /* … twice per run, at most */
#define SHA1_BYTES        20
#define UUID_BYTES        16

/* ---- the run's UUID ---- */

static void print_uuid(const unsigned char bytes[static UUID_BYTES], char ret_uuid[static UUID_SIZE])
{
    char *p = ret_uuid;
    for (int i = 0; i < UUID_BYTES; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) *p++ = '-';
        p += snprintf(p, 3, "%02x", (unsigned)bytes[i]);
    }
}

int lineage_uuid(const struct observed_run *run, char ret_uuid[static UUID_SIZE], struct error *err)
{
    /* RFC 9562, appendix: the namespace of URLs. */
    static const unsigned char namespace[UUID_BYTES] = {0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1,
                                                        0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8};
    unsigned char bytes[UUID_BYTES + 512], digest[SHA1_BYTES];
    char *name = (char *)bytes + UUID_BYTES;
    memcpy(bytes, namespace, sizeof namespace);
    (void)snprintf(name, sizeof bytes - UUID_BYTES, "%s/%s?run=%" PRId64 "&begun=%s",
                   *run->warehouse ? run->warehouse : "stadslager:", run->database_name, run->run_id, run->begun);
    if (EVP_Digest(bytes, UUID_BYTES + strlen(name), digest, NULL, EVP_sha1(), NULL) != 1)
        return error_set(err, EXIT_INTERNAL, "could not compute the run's UUID");
    digest[6] = (unsigned char)((digest[6] & 0x0f) | 0x50); /* version 5 */
    digest[8] = (unsigned char)((digest[8] & 0x3f) | 0x80); /* variant */
    print_uuid(digest, ret_uuid);
    return 0;
}

/* ---- the event: every function gives NULL where memory ran out, so that none is told with a part missing ---- */

/* OBJECT with VALUE at KEY; both are consumed. */
static json_t *with(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) == 0) return object;
    json_decref(object);
    return NULL;
}

static json_t *put(json_t *object, const char *key, const char *text)
{
    return with(object, key, log_text(text));
}

/* {"_producer", "_schemaURL"} of a facet, to which its own fields are added. */
static json_t *facet(const char *schema)
{
    return json_pack("{s:s,s:s+}", "_producer", PRODUCER, "_schemaURL", SPEC "facets/", schema);
}

/* Why the run failed: what ended it, or the first source that failed. */
static const char *cause_of(const struct observed_run *run)
{
    if (run->error && run->error->message[0]) return run->error->message;
    for (size_t i = 0; i < run->result_count; i++)
        if (run->results[i]->kind == SOURCE_FAILED) return run->results[i]->error.message;
    return exit_code_name(run->outcome);
}

static json_t *run_object(const struct observed_run *run, bool failed)
{
    json_t *engine = facet("1-1-1/ProcessingEngineRunFacet.json#/$defs/ProcessingEngineRunFacet");
    json_t *facets =
        with(json_object(), "processing_engine", put(put(engine, "version", STADSLAGER_VERSION), "name", "stadslager"));
    if (failed) {
        json_t *message = facet("1-0-0/ErrorMessageRunFacet.json#/$defs/ErrorMessageRunFacet");
        facets = with(facets, "errorMessage", put(put(message, "message", cause_of(run)), "programmingLanguage", "C"));
    }
    return json_pack("{s:s,s:o}", "runId", run->uuid, "facets", facets);
}

static json_t *job_object(const struct observed_run *run)
{
    json_t *type = facet("2-0-3/JobTypeJobFacet.json#/$defs/JobTypeJobFacet");
    type = put(put(put(type, "processingType", "BATCH"), "integration", "STADSLAGER"), "jobType", "JOB");
    return json_pack("{s:s,s:s,s:{s:o}}", "namespace", run->config->observe.openlineage_namespace, "name", JOB_NAME,
                     "facets", "jobType", type);
}

struct url_parts {
    char *scheme, *host, *port, *path; /* PORT: NULL where it is the scheme's own */
    char *bare;                        /* all but the query, which may hold what is nobody's concern */
};

static CURLUcode take_apart(const char *text, struct url_parts *parts)
{
    CURLU *url = curl_url();
    CURLUcode code = url ? curl_url_set(url, CURLUPART_URL, text, 0) : CURLUE_OUT_OF_MEMORY;
    if (!code) code = curl_url_set(url, CURLUPART_QUERY, NULL, 0);
    if (!code) code = curl_url_get(url, CURLUPART_SCHEME, &parts->scheme, 0);
    if (!code) code = curl_url_get(url, CURLUPART_HOST, &parts->host, 0);
    if (!code) code = curl_url_get(url, CURLUPART_PATH, &parts->path, 0);
    if (!code) code = curl_url_get(url, CURLUPART_URL, &parts->bare, 0);
    if (!code) code = curl_url_get(url, CURLUPART_PORT, &parts->port, 0);
    curl_url_cleanup(url);
    return code == CURLUE_NO_PORT ? CURLUE_OK : code;
}

/* An export: namespace "https://host:port", name its path. */
static json_t *dataset(const struct source_result *result, const struct url_parts *url)
{
    char namespace[512];
    json_t *source = facet("1-0-1/DatasourceDatasetFacet.json#/$defs/DatasourceDatasetFacet");
    json_t *facets = with(json_object(), "dataSource", put(put(source, "name", result->name), "uri", url->bare));
    (void)snprintf(namespace, sizeof namespace, "%s://%s%s%s", url->scheme, url->host, url->port ? ":" : "",
                   url->port ? url->port : "");
    if (result->sha256[0]) {
        json_t *version = facet("1-0-1/DatasetVersionDatasetFacet.json#/$defs/DatasetVersionDatasetFacet");
        facets = with(facets, "version", put(version, "datasetVersion", result->sha256));
    }
    return json_pack("{s:s,s:s,s:o}", "namespace", namespace, "name", url->path, "facets", facets);
}

/* A URL that is none cannot be fetched, which the run says. */
static json_t *inputs(const struct observed_run *run)
{
    json_t *list = json_array();
    for (size_t i = 0; list && i < run->result_count; i++) {
        struct url_parts url = {0};
        CURLUcode code = take_apart(run->results[i]->source->url, &url);
        if (code == CURLUE_OUT_OF_MEMORY || (!code && json_array_append_new(list, dataset(run->results[i], &url)))) {
            json_decref(list);
            list = NULL;
        }
        curl_free(url.scheme);
        curl_free(url.host);
        curl_free(url.port);
        curl_free(url.path);
        curl_free(url.bare);
    }
    return list;
}

/* The tables that a run publishes into; none where it never reached the warehouse. */
static json_t *outputs(const struct observed_run *run)
{
    static const char *const tables[] = {"utfall",    "arsmal", "foregaende", "maluppfyllelse",
                                         "aktivitet", "tabell", "ekonomi"};
    json_t *list = json_array();
    for (size_t i = 0; list && run->warehouse[0] && i < sizeof tables / sizeof *tables; i++) {
        char name[128];
        (void)snprintf(name, sizeof name, "%s.lager.fact_%s", run->database_name, tables[i]);
        if (json_array_append_new(list, put(json_pack("{s:s}", "namespace", run->warehouse), "name", name)) == 0)
            continue;
        json_decref(list);
        list = NULL;
    }
    return list;
}

json_t *lineage_event(const struct observed_run *run, const char *type, const char *time)
{
    return json_pack("{s:s,s:s,s:s,s:s,s:o,s:o,s:o,s:o}", "eventType", type, "eventTime", time, "producer", PRODUCER,
                     "schemaURL", SCHEMA_URL, "run", run_object(run, !strcmp(type, "FAIL")), "job", job_object(run),
                     "inputs", inputs(run), "outputs", outputs(run));
}

/* ---- delivery ---- */

static int append(const char *path, const char *line, struct error *err)
{
    ssize_t size = (ssize_t)strlen(line), n = -1;
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0644), cause = errno;
    if (fd >= 0) {
        errno = ENOSPC;                    /* what a write that ends early does not say */
        n = write(fd, line, (size_t)size); /* one write: two runs do not mix their lines */
        cause = errno;
        close(fd);
    }
    crash_point(lineage_written);
    if (n == size) return 0;
    (void)error_set(err, EXIT_INTERNAL, "lineage file \"%s\": could not add an event: %s", path, strerror(cause));
    return error_hint(err, "observe.openlineage_file names it; the run itself is not affected.");
}

static size_t discard(char *data, size_t size, size_t count, void *context)
{
    (void)data;
    (void)context;
    return size * count;
}

static CURLcode set_up(CURL *easy, const struct config *config, const char *event, struct curl_slist *headers)
{
    CURLcode code = curl_easy_setopt(easy, CURLOPT_URL, config->observe.openlineage_url);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, config->fetch.allow_http ? "http,https" : "https");
    if (!code) code = curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    if (!code) code = curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, CONNECT_TIMEOUT_S);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_TIMEOUT, TOTAL_TIMEOUT_S);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_USERAGENT, "stadslager/" STADSLAGER_VERSION);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, discard);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_POSTFIELDS, event);
    if (!code && config->fetch.ca_file) code = curl_easy_setopt(easy, CURLOPT_CAINFO, config->fetch.ca_file);
    return code;
}

static int post(const struct config *config, const char *event, struct error *err)
{
    const struct config_observe *observe = &config->observe;
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    CURL *easy = curl_easy_init();
    long status = 0;
    int rc = -1;
    if (!easy || !headers || set_up(easy, config, event, headers)) {
        error_memory(err);
        goto out;
    }
    if (observe->openlineage_credentials_file && credentials_apply(observe->openlineage_credentials_file, easy, err))
        goto out;
    CURLcode code = curl_easy_perform(easy);
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_OK && status >= 200 && status < 300) {
        rc = 0;
    } else if (code == CURLE_OK) {
        error_set(err, EXIT_FETCH, "lineage endpoint %.300s: HTTP %ld", observe->openlineage_url, status);
    } else {
        error_set(err, EXIT_FETCH, "lineage endpoint %.300s: %s", observe->openlineage_url, curl_easy_strerror(code));
    }
    if (rc) error_hint(err, "observe.openlineage_url names it; the run itself is not affected.");
out:
    curl_easy_cleanup(easy);
    curl_slist_free_all(headers);
    return rc;
}

static void deliver(const struct observed_run *run, const char *type, const char *time)
{
    const struct config_observe *observe = &run->config->observe;
    struct error err;
    json_t *event = lineage_event(run, type, time);
    char *text = event ? json_write(event, JSON_COMPACT | JSON_PRESERVE_ORDER) : NULL;
    size_t size = text ? strlen(text) + 2 : 0;
    char *line = text ? malloc(size) : NULL;
    if (line) {
        (void)snprintf(line, size, "%s\n", text);
        if (observe->openlineage_file && append(observe->openlineage_file, line, &err)) log_warning(&err);
        if (observe->openlineage_url && post(run->config, text, &err)) log_warning(&err);
    } else {
        error_memory(&err);
        log_warning(&err);
    }
    free(line);
    free(text);
    json_decref(event);
}

void lineage_begin(struct observed_run *run)
{
    const struct config_observe *observe = &run->config->observe;
    struct error err;
    if (!observe->openlineage_file && !observe->openlineage_url) return;
    if (lineage_uuid(run, run->uuid, &err)) {
        log_warning(&err);
        return;
    }
    deliver(run, "START", run->begun);
}

void lineage_end(struct observed_run *run)
{
    char now[CLOCK_SIZE];
    size_t count = run->result_count;
    if (!run->uuid[0]) {
        run->result_count = 0; /* what a run begins with is not yet known of its inputs */
        lineage_begin(run);
        run->result_count = count;
    }
    if (!run->uuid[0]) return;
    bool done = run->outcome == EXIT_DONE || run->outcome == EXIT_QUARANTINED;
    deliver(run, done ? "COMPLETE" : "FAIL", clock_now(now));
}
