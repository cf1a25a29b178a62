/* A stream that is written into memory.  open_memstream(3) of glibc drops what it has no room for and goes on: no write, ferror or
 * fclose tells that a piece in the middle is missing (measured with glibc 2.36).  This one tells. */
#ifndef STADSLAGER_TEXT_STREAM_H
#define STADSLAGER_TEXT_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct text_stream {
    FILE *out; /* to be written to; NULL: no memory */
    char *text;
    size_t size, room;
    bool lost; /* some of what was written */
};

/* Begins an empty text; STREAM stays where it is until text_stream_end.  -1: no memory, and nothing to end. */
int text_stream_begin(struct text_stream *stream);
/* Ends it and returns all that was written, with a zero behind it, for the caller to free; NULL: no memory for all of it. */
char *text_stream_end(struct text_stream *stream, size_t *ret_size);

#endif
