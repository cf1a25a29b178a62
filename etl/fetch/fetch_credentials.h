/* Credentials of a source: from a file only, read when they are needed, never logged. */
#ifndef STADSLAGER_FETCH_CREDENTIALS_H
#define STADSLAGER_FETCH_CREDENTIALS_H

#include <curl/curl.h>

#include "etl/base/error.h"

/* Sets what PATH holds ("USER:PASSWORD" or "Bearer TOKEN", one line) on EASY.  EXIT_CONFIG when the file cannot be read,
 * is a link, may be read by others, or holds something else; the message never quotes it. */
int credentials_apply(const char *path, CURL *easy, struct error *err) CHECK_RESULT;

#endif
