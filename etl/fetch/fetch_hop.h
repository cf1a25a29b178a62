/* One HTTP exchange: a request, its answer, and what the answer means.  An attempt to fetch is one hop, or several when
 * redirects are followed; fetch.c decides what comes after a hop. */
#ifndef STADSLAGER_FETCH_HOP_H
#define STADSLAGER_FETCH_HOP_H

#include <curl/curl.h>

#include "etl/base/limits.h"
#include "etl/fetch/fetch.h"

#define HOP_WORD_SIZE 128 /* bytes of a short header value: a date, a number, a type */

struct answer { /* headers of the answer; empty where there are none */
    size_t header_bytes;
    char etag[LIMIT_HEADER], last_modified[HOP_WORD_SIZE];
    char retry_after[HOP_WORD_SIZE], date[HOP_WORD_SIZE];
    char content_type[HOP_WORD_SIZE];
    unsigned gzip_layers; /* named by Content-Encoding */
    bool chunked, has_length;
    bool ended; /* the empty line behind the headers was there */
};

enum hop_end {
    HOP_BODY,         /* hop.stored is in the archive */
    HOP_NOT_MODIFIED, /* hop.last still stands */
    HOP_REDIRECT,     /* hop.location may be followed */
    HOP_TRANSIENT,    /* hop.error: the cause only; worth another attempt */
    HOP_FAILED,       /* hop.error: the cause only */
};

struct hop {
    /* set by the caller */
    const struct fetch_run *run;
    const struct fetch_request *request;
    const struct fetch_record *last; /* ask whether it still stands; NULL = ask for the body */
    const char *url;
    int64_t timeout_ms; /* what is left of the attempt's time */
    /* of this hop */
    CURL *easy;
    struct curl_slist *headers;
    struct archive_writer *writer; /* from the first byte of a wanted body on */
    bool refused;                  /* a callback set error and hung up */
    bool hung_up;                  /* an unwanted body was too long to read to its end */
    uint64_t received;
    uint64_t arrived; /* bytes of the body as read from the connection: also those behind its announced end */
    struct answer answer;
    char curl_error[CURL_ERROR_SIZE];
    /* results */
    long status;
    bool proved; /* HOP_BODY */
    struct archive_stored stored;
    char location[LIMIT_URL];
    struct error error;
};

/* Prepares HOP's request on a handle that is not yet running. */
int hop_begin(struct hop *hop, struct error *err) CHECK_RESULT;
/* The transfer ended with CODE; the handle is no longer running. */
enum hop_end hop_finish(struct hop *hop, CURLcode code);
/* Gives back what the hop holds.  Safe on one that never began. */
void hop_clear(struct hop *hop);

#endif
