#include "etl/base/text_stream.h"

#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#define FIRST_ROOM 4096 /* bytes; doubled as often as needed */

/* Room for SIZE bytes more and a zero. */
static bool grow(struct text_stream *stream, size_t size)
{
    size_t room = stream->room ? stream->room : FIRST_ROOM;
    while (room <= stream->size + size)
        room *= 2;
    if (room == stream->room) return true;
    char *text = realloc(stream->text, room);
    if (!text) return false;
    stream->text = text;
    stream->room = room;
    return true;
}

static ssize_t take(void *cookie, const char *data, size_t size)
{
    struct text_stream *stream = cookie;
    stream->lost = stream->lost || !grow(stream, size);
    if (stream->lost) return 0; /* as fopencookie(3) wants errors */
    memcpy(stream->text + stream->size, data, size);
    stream->size += size;
    return (ssize_t)size;
}

int text_stream_begin(struct text_stream *stream)
{
    *stream = (struct text_stream){0};
    stream->out = fopencookie(stream, "w", (cookie_io_functions_t){.write = take});
    return stream->out ? 0 : -1;
}

char *text_stream_end(struct text_stream *stream, size_t *ret_size)
{
    char *text = NULL;
    bool whole = fclose(stream->out) == 0 && !stream->lost && grow(stream, 0);
    stream->out = NULL;
    if (whole) {
        text = stream->text;
        text[stream->size] = '\0';
        *ret_size = stream->size;
    } else {
        free(stream->text);
    }
    stream->text = NULL;
    return text;
}
