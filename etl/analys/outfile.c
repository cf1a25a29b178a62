#include "etl/analys/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "etl/crash_point.h"

/* A device or a pipe: to be written to, never to be replaced by a file of its name. */
static bool is_no_file(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode) && !S_ISDIR(st.st_mode);
}

int outfile_open(const char *path, struct outfile *ret_file, struct error *err)
{
    *ret_file = (struct outfile){.out = stdout, .path = path};
    if (!path) return 0;
    if (is_no_file(path)) {
        ret_file->out = fopen(path, "wbe");
        if (ret_file->out) return 0;
        return error_set(err, EXIT_USAGE, "could not write \"%s\": %s", path, strerror(errno));
    }
    if (beside_name(path, ret_file->temporary))
        return error_set(err, EXIT_USAGE, "the path \"%.80s…\" is too long", path);
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
    bool beside = *file->temporary;
    bool failed = fflush(file->out) || ferror(file->out) || (beside && fsync(fileno(file->out)));
    failed |= fclose(file->out) != 0;
    file->out = NULL;
    crash_point(export_written);
    if (failed || (beside && rename(file->temporary, file->path)))
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
