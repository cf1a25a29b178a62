#include <curl/curl.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "etl/clock.h"
#include "etl/observe/calendar.h"
#include "etl/observe/doctor.h"

#define SOON_DAYS   21 /* three weeks: a renewal that should have come by itself is overdue, and there is time to act */
#define DAY_S       86400
#define EXPIRES     "Expire date:" /* of CURLINFO_CERTINFO */
#define ORIGIN_SIZE 300

/* "https://host:port" of URL; false for another scheme. */
static bool origin_of(const char *url, char origin[static ORIGIN_SIZE])
{
    const char *end = strncasecmp(url, "https://", 8) == 0 ? url + 8 + strcspn(url + 8, "/?#") : NULL;
    if (!end || (size_t)(end - url) >= ORIGIN_SIZE) return false;
    memcpy(origin, url, (size_t)(end - url));
    origin[end - url] = '\0';
    return true;
}

static CURLcode set_up(CURL *easy, const struct config_fetch *config, const char *origin, char *error)
{
    CURLcode code = curl_easy_setopt(easy, CURLOPT_URL, origin);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https");
    if (!code) code = curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    if (!code) code = curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L); /* the handshake, no request */
    if (!code) code = curl_easy_setopt(easy, CURLOPT_CERTINFO, 1L);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)config->connect_timeout_s);
    if (!code && config->ca_file) code = curl_easy_setopt(easy, CURLOPT_CAINFO, config->ca_file);
    return code;
}

/* When the first certificate of the chain to end does so; 0 = not said. */
static int64_t first_end(CURL *easy)
{
    struct curl_certinfo *info = NULL;
    int64_t first = 0;
    if (curl_easy_getinfo(easy, CURLINFO_CERTINFO, &info) || !info) return 0;
    for (int i = 0; i < info->num_of_certs; i++)
        for (const struct curl_slist *line = info->certinfo[i]; line; line = line->next) {
            if (strncmp(line->data, EXPIRES, sizeof EXPIRES - 1) != 0) continue;
            int64_t end = curl_getdate(line->data + sizeof EXPIRES - 1, NULL);
            if (end > 0 && (!first || end < first)) first = end;
        }
    return first;
}

static void look_at(struct doctor *doctor, const char *origin)
{
    char error[CURL_ERROR_SIZE] = "", day[32] = "?", text[CLOCK_SIZE];
    struct tm utc;
    CURL *easy = curl_easy_init();
    if (!easy || set_up(easy, &doctor->config->fetch, origin, error)) {
        doctor->incomplete = true;
        curl_easy_cleanup(easy);
        return;
    }
    CURLcode code = curl_easy_perform(easy);
    int64_t end = code ? 0 : first_end(easy), now = 0;
    (void)calendar_parse_time(clock_now(text), &now);
    int64_t left = (end - now) / DAY_S;
    time_t at = (time_t)end;
    if (end && gmtime_r(&at, &utc)) (void)strftime(day, sizeof day, "%Y-%m-%d", &utc);
    if (code == CURLE_PEER_FAILED_VERIFICATION)
        doctor_say(doctor, DOCTOR_FAIL, "certificate", EXIT_FETCH,
                   "Its owner must renew it; if it is right, look at the clock and at fetch.ca_file.", "%s: %s", origin,
                   *error ? error : curl_easy_strerror(code));
    else if (code)
        doctor_say(doctor, DOCTOR_FAIL, "certificate", EXIT_FETCH, "Is the server up, and its name right?", "%s: %s",
                   origin, *error ? error : curl_easy_strerror(code));
    else if (end && left < SOON_DAYS)
        doctor_say(doctor, DOCTOR_WARN, "certificate", EXIT_DONE, "Tell its owner: fetches will fail after that day.",
                   "%s: the certificate ends on %s, in %" PRId64 " days", origin, day, left);
    else
        doctor_say(doctor, DOCTOR_OK, "certificate", EXIT_DONE, "", "%s: the certificate is good until %s", origin,
                   day);
    curl_easy_cleanup(easy);
}

void doctor_certificates(struct doctor *doctor)
{
    const struct config *config = doctor->config;
    char origin[ORIGIN_SIZE], before[ORIGIN_SIZE];
    for (size_t i = 0; i < config->source_count; i++) {
        bool seen = false;
        if (!origin_of(config->sources[i].url, origin)) continue;
        for (size_t k = 0; k < i && !seen; k++)
            seen = origin_of(config->sources[k].url, before) && !strcasecmp(before, origin);
        if (!seen) look_at(doctor, origin);
    }
}
