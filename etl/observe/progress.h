/* A progress bar for somebody who watches: on standard error, only where that is a terminal and messages are text.  It reads
 * no input but its own clock and changes no result. */
#ifndef STADSLAGER_PROGRESS_H
#define STADSLAGER_PROGRESS_H

#include <stddef.h>
#include <stdint.h>

#include "connectors/connector.h"

/* What is read next: LABEL (borrowed) of TOTAL plain bytes; 0 = not known, then only the label is shown. */
void progress_begin(const char *label, uint64_t total);
/* READER, with what passes through it counted.  The one given back points at READER, and is void after progress_end. */
struct reader progress_reader(const struct reader *reader);
/* Takes the bar off the terminal and draws no more. */
void progress_end(void);
/* Takes it off until the next bytes, so that a message stands alone in its line. */
void progress_hide(void);

/* One line without line break for DONE of TOTAL bytes after ELAPSED_MS: "label  42 %  1.2 MB of 3.0 MB  800 kB/s  2 s left".
 * Returns BUFFER. */
char *progress_line(char *buffer, size_t size, const char *label, uint64_t done, uint64_t total, int64_t elapsed_ms);

#endif
