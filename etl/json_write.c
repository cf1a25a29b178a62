#include "etl/json_write.h"

#include <stdlib.h>

#include "etl/base/text_stream.h"

char *json_write(const json_t *value, size_t flags)
{
    struct text_stream stream;
    size_t size;
    if (text_stream_begin(&stream)) return NULL;
    int rc = json_dumpf(value, stream.out, flags);
    char *text = text_stream_end(&stream, &size);
    if (rc == 0) return text;
    free(text);
    return NULL;
}
