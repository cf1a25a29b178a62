#include "etl/analys/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "etl/crash_point.h"

int outfile_open(const char *path, struct outfile *ret_file, struct error *err)
{
    *ret_file = (struct outfile){.out = stdout, .path = path};
    if (!path) return 0;
    if (beside_name(path, ret_file->temporary))
        return error_set(err, EXIT_USAGE,
                         errno == EINVAL ? "\"%.80s\" is no regular file" : "the path \"%.80s…\" is too long", path);
    int fd = open(ret_file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    ret_file->out = fd >= 0 ? fdopen(fd, "wb") : NULL;
    if (ret_file->out) crash_point(export_begun);
    if (ret_file->out) return 0;
    (void)error_set(err, EXIT_USAGE, "could not write \"%s\": %s", path, strerror(errno));
    if (fd >= 0) close(fd);
    return -1;
}

int outfile_commit(struct outfile *file, struct error *err)
{
    if (!file->path) return 0;
    bool failed = fflush(file->out) || ferror(file->out) || fsync(fileno(file->out));
    failed |= fclose(file->out) != 0;
    file->out = NULL;
    crash_point(export_written);
    if (failed || rename(file->temporary, file->path))
        return error_set(err, EXIT_INTERNAL, "could not write \"%s\": %s", file->path, strerror(errno));
    crash_point(export_replaced);
    file->path = NULL;
    return 0;
}

void outfile_discard(struct outfile *file)
{
    if (!file->path) return;
    if (file->out) fclose(file->out);
    if (*file->temporary) unlink(file->temporary);
    *file = (struct outfile){0};
}
