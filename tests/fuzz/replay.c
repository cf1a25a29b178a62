/* Runs files through a fuzz target, each in a process of its own, so that one crash does not hide the others; a test per
 * file.  Without arguments: the bytes of standard input, in this process (for a debugger). */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"

#define SECONDS_PER_FILE 60 /* far above what a file of the corpus needs under the sanitizers */

static int run_file(const char *path)
{
    struct stat st;
    int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
    if (fd < 0 || fstat(fd, &st)) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return 1;
    }
    size_t size = 0, room = st.st_size > 0 ? (size_t)st.st_size + 1 : 1u << 20;
    uint8_t *bytes = malloc(room);
    ssize_t n = 0;
    while (bytes && size < room && (n = read(fd, bytes + size, room - size)) > 0)
        size += (size_t)n;
    if (!bytes || n < 0) {
        fprintf(stderr, "%s: cannot be read\n", path);
        return 1;
    }
    LLVMFuzzerTestOneInput(bytes, size);
    free(bytes);
    if (fd > STDIN_FILENO) close(fd);
    return 0;
}

static int run_apart(const char *path)
{
    int status;
    fflush(NULL);
    pid_t pid = fork();
    if (pid < 0) return 1;
    if (pid == 0) {
        alarm(SECONDS_PER_FILE);
        exit(run_file(path)); /* with exit's handlers: the check for leaks is one */
    }
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR) return 1;
    return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

int main(int argc, char **argv)
{
    int failed = 0;
    if (argc < 2) return run_file("-");
    for (int i = 1; i < argc; i++) {
        if (run_apart(argv[i]) == 0) continue;
        printf("FAIL: %s\n", argv[i]);
        failed++;
    }
    printf("%d passed, %d failed\n", argc - 1 - failed, failed);
    return failed > 0;
}
