/* Every limit that is not configurable, with its unit and its reason.  Configurable ones stand in config.c's table. */
#ifndef STADSLAGER_LIMITS_H
#define STADSLAGER_LIMITS_H

#include <stddef.h>

#define LIMIT_UNIT         48           /* bytes of a unit: the longest printed one is 27 ("kg CO2 per kg livsmedel") */
#define LIMIT_NAME         1000         /* bytes of an indicator's or unit's name: the longest seen is 290 */
#define LIMIT_CELL         (64u * 1024) /* bytes of one cell: analysis texts stand in cells, 20 kB have been seen */
#define LIMIT_LINE         (4u * 1024 * 1024)         /* bytes of one line or delimited record */
#define LIMIT_COLUMNS      256                        /* cells of one row */
#define LIMIT_DOCUMENT     ((size_t)64 * 1024 * 1024) /* bytes of a report text; the real ones are below 1 MB */
#define LIMIT_SHOWN        80                         /* bytes of a value quoted in a message */
#define LIMIT_RAW          (8u * 1024) /* bytes of raw text kept with a quarantined row; the rest is in the archive */
#define LIMIT_CONFIG_FILE  ((size_t)16 * 1024 * 1024) /* bytes of a configuration or registry file */
#define LIMIT_CONFIG_DEPTH 16                         /* nesting of the configuration */
#define LIMIT_CONFIG_NODES 1000000                    /* values in one configuration or registry file: 100 bytes each */
#define LIMIT_PROBLEMS     100                        /* configuration problems reported in one go */
#define LIMIT_ENHETER      500                        /* reports back to back in one export */
#define LIMIT_TITLE_NAME   200                        /* bytes of the name in a title line: longer lines are prose */
#define LIMIT_GOAL         600                        /* bytes of a goal heading; the longest seen is 250 */
#define LIMIT_GZIP_LAYERS  2              /* gzip around gzip: a .gz file sent with Content-Encoding; more is a trick */
#define LIMIT_RATIO_FROM   (1024u * 1024) /* bytes decompressed from which on the ratio is judged */
#define LIMIT_HEADERS      (64u * 1024)   /* bytes of all HTTP headers of one response; usual ones are below 2 kB */
#define LIMIT_HEADER       1024 /* bytes of one HTTP header value that is kept, with NUL; longer ones are left out */
#define LIMIT_URL          2000 /* bytes of a URL a redirect may lead to, with NUL */
#define LIMIT_ERROR_BODY   (256u * 1024) /* bytes read of a body nobody wants (404 page, redirect) before hanging up */
#define LIMIT_CREDENTIALS  (16u * 1024)  /* bytes of a credentials file: one line; tokens can be long */
#define LIMIT_BACKOFF_MS   60000         /* longest pause between two attempts that no server asked for */
#define LIMIT_FETCH_LOG    ((size_t)64 * 1024 * 1024) /* bytes of one source's record of fetches: 300 years of nights */
#define LIMIT_SPOOL                                                                                                    \
    ((size_t)4 * 1024 * 1024) /* bytes of one table waiting for COPY in memory; the rest waits in a temporary file */

#endif
