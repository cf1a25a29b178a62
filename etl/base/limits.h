/* Every limit that is not configurable, with its unit and its reason.  Configurable ones stand in config.c's table. */
#ifndef STADSLAGER_LIMITS_H
#define STADSLAGER_LIMITS_H

#include <stddef.h>

#define LIMIT_MEMO_SLOTS 4096 /* names a memo remembers, a power of two: 128 bytes each */
#define LIMIT_MEMO_NAME  112  /* bytes of a name a memo remembers; longer ones are rare and folded anew */
#define LIMIT_RAW_WINDOW ((size_t)256 * 1024) /* bytes of an export kept as read last, for raw text: a few blocks */

#define LIMIT_UNIT         48           /* bytes of a unit: the longest printed one is 27 ("kg CO2 per kg livsmedel") */
#define LIMIT_NAME         1000         /* bytes of an indicator's or unit's name: the longest seen is 290 */
#define LIMIT_CELL         (64u * 1024) /* bytes of one cell: analysis texts stand in cells, 20 kB have been seen */
#define LIMIT_LINE         (4u * 1024 * 1024)         /* bytes of one line or delimited record */
#define LIMIT_COLUMNS      256                        /* cells of one row */
#define LIMIT_DOCUMENT     ((size_t)64 * 1024 * 1024) /* bytes of a report text; the real ones are below 1 MB */
#define LIMIT_LINES        1000000u /* lines of a report text, 32 bytes each beside their text; real ones have below 20 000 */
#define LIMIT_SHOWN        80       /* bytes of a value quoted in a message */
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
#define LIMIT_METRICS      ((size_t)16 * 1024 * 1024) /* bytes of the metrics read back: 4 kB a source */
#define LIMIT_SPOOL                                                                                                    \
    ((size_t)4 * 1024 * 1024) /* bytes of one table waiting for COPY in memory; the rest waits in a temporary file */
#define LIMIT_SPOOL_FEW ((size_t)128 * 1024) /* the same of rows in doubt and of findings, which are few */
#define LIMIT_COPY_BLOCK                                                                                               \
    ((size_t)(2048 - 64) * 1024) /* bytes of rows handed to the thread that sends them: 20 ms of COPY */
#define LIMIT_COPY_BLOCKS  4     /* blocks waiting for each: what the server does not take, decoding waits for */
#define LIMIT_LOAD_WORKERS 8     /* sessions that build a year aside at the same time: it has three tables */
#define LIMIT_ASIDE_YEARS  8     /* new years of one export built aside: three blocks each are being filled */
#define LIMIT_ASIDE_SORT   ((size_t)8 * 1024 * 1024) /* bytes of its rows' keys sorted at once: 72 bytes a row */
#define LIMIT_ASIDE_REPEATS                                                                                            \
    65536u /* rows of it that share a key: 56 bytes each; of an export with more, all are compared anyway */
#define LIMIT_SWAP_PARTS   24 /* years of the three tables of one export exchanged at once: as many are locked */
#define LIMIT_SPOOL_BUFFER ((size_t)256 * 1024) /* bytes written to a temporary file at once */
#define LIMIT_SPOOL_WINDOW ((size_t)64 * 1024)  /* bytes read of it at once, by each reader */
#define LIMIT_SPOOL_RECORD (16u * 1024 * 1024)  /* bytes of one record: some cells of LIMIT_CELL, escaped, fit well */
#define LIMIT_SORT         ((size_t)24 * 1024 * 1024) /* bytes one sort of an audit holds; there are three at most */
#define LIMIT_DIGEST_LINES ((size_t)64 * 1024)        /* bytes of sorted rows digested at once */
#define LIMIT_SORT_RUNS    64 /* sorted runs merged at once, a window each; more are merged in steps */
#define LIMIT_DIFFERENCE_WINDOW                                                                                        \
    ((size_t)4 * 1024 * 1024) /* bytes of each of two exports compared line by line; some lines of usual length */
#define LIMIT_DIFFERENCE_LINES 32768u /* lines looked ahead for where they agree again: FIRST_LOOK * 8^4 */
#define LIMIT_DIFFERENCE_LOOKS                                                                                         \
    16000000u /* lines looked at ahead in all: two seconds; then the whole export is read sooner */
#define LIMIT_DIFFERENCE_TEXT                                                                                          \
    ((size_t)24 * 1024 * 1024) /* bytes of all lines that differ: the memory a run may have is 96 MiB */
#define LIMIT_AUDIT_SHOWN 20   /* differences an audit prints unless told otherwise; all are counted */
#define LIMIT_WORKBOOK    ((size_t)64 * 1024 * 1024) /* bytes of a workbook, compressed; real ones are below 1 MB */
#define LIMIT_WORKBOOK_PLAIN                                                                                           \
    ((size_t)1024 * 1024 * 1024)                        /* bytes decompressed of all its parts; a sheet is read twice */
#define LIMIT_PART          ((size_t)384 * 1024 * 1024) /* bytes decompressed of one part: a million rows of ten cells */
#define LIMIT_PART_RATIO    200  /* decompressed : compressed, from LIMIT_RATIO_FROM on; sheets have 5 to 50 */
#define LIMIT_ZIP_ENTRIES   5000 /* parts of a workbook; usual ones have 10 to 50 */
#define LIMIT_PART_NAME     255  /* bytes of a part's name */
#define LIMIT_XML_DEPTH     64   /* nesting of elements; workbooks need 8 */
#define LIMIT_XML_TOKEN     (1024u * 1024) /* bytes between two events of the parser: one tag, comment, attribute list */
#define LIMIT_SHEETS        1000           /* sheets of a workbook */
#define LIMIT_SHEET_ROWS    1048576        /* Excel's own limit */
#define LIMIT_SHEET_COLUMNS 16384          /* Excel's own limit, XFD; cells behind LIMIT_COLUMNS are not read */
#define LIMIT_SHEET_SHOWN   40             /* bytes of a sheet's name in a message; Excel allows 31 characters */
#define LIMIT_STRINGS       2000000        /* shared strings of a workbook: 16 bytes each and their text */
#define LIMIT_STRINGS_TEXT  ((size_t)128 * 1024 * 1024) /* bytes of all of them */
#define LIMIT_STYLES        65536                       /* cell formats of a workbook; Excel's own limit is 65490 */
#define LIMIT_MERGES        65536                       /* merged areas of a sheet that are looked at for each row */
#define LIMIT_STOP_GRACE_S  30      /* seconds from a stop to the end, whatever hangs: a rollback takes one or two */
#define LIMIT_SITE_FACTS    2000000 /* outcomes of a web site: 300 bytes each in memory, and some kB of pages for each */
#define LIMIT_CUBE_CELLS    5000000  /* values of a cube export: 64 bytes each in memory */
#define LIMIT_CUBE_PLACES   20000000 /* places of a px file, which writes the empty ones too: 9 bytes each */

#endif
