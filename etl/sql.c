#include "etl/sql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *sql_text(const char *name)
{
    for (const struct sql_file *file = sql_files; file->name; file++)
        if (strcmp(file->name, name) == 0) return file->text;
    fprintf(stderr, "stadslager: no SQL text \"%s\" in this program\n", name);
    abort();
}
