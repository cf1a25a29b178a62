/* Makes one call of the program fail: preloaded (LD_PRELOAD) into the built program, so that nothing in it knows of tests.
 *
 * From main() on, calls of the classes of INJECT_CLASS are counted; the one with number INJECT_AT fails, or with
 * INJECT_FROM=1 each from that one on.  INJECT_SCOPE=own counts what the program itself calls, all (default) what the
 * libraries call too.  INJECT_COUNT names a file for the number of calls and the name of the call that failed.
 *
 * INJECT_SWEEP=1 makes the process a fork server: for each N on a line of standard input a child runs main() with INJECT_AT=N.
 * Its output goes to INJECT_OUT; a line "N STATUS CALLS FAILED-CALL BYTES-OF-STDOUT BYTES-OF-STDERR" goes to standard output,
 * then both texts.  With N = 0 nothing fails in the child, which notes where each call is made: a line per call in the file
 * "places" of INJECT_OUT, a number for the addresses of all of the program's frames on the stack, and one for those within the
 * function that main() has called, which are alike where two commands do the same.
 *
 * Classes and what "fails" means: INJECT_HOW.
 *   alloc  malloc, calloc, realloc, strdup and their like: NULL with ENOMEM
 *   file   open, write, fsync, rename, close, …: -1 with an errno (INJECT_HOW=ENOSPC, EIO, EINTR, …; default EIO), or short:
 *          reads and writes do half of what they were asked for
 *   pq     PQexec, PQputCopyData, …: cut = the connection is shut down before the call; null = what libpq returns when it has
 *          no memory
 *   curl   curl_easy_init, curl_multi_add_handle, …: what libcurl returns when it has no memory */
#include <curl/curl.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <link.h>
#include <malloc.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <unwind.h>

enum class { ALLOC = 1, CALL_FILE = 2, CALL_PQ = 4, CALL_CURL = 8 };
enum how { HOW_ERRNO, HOW_SHORT, HOW_CUT, HOW_NULL };

#define SPARED 8
struct range {
    uintptr_t begin, end;
};

static struct {
    bool armed, from, own;
    bool copy_begins; /* see PQsendQuery */
    unsigned classes;
    enum how how;
    int error;
    long at, calls;
    const char *failed; /* name of the first call that failed */
    struct range program, spared[SPARED];
    size_t spared_count;
} injection;

/* ---- does this call fail? ---- */

static bool is_in(const void *place, const struct range *range)
{
    return (uintptr_t)place >= range->begin && (uintptr_t)place < range->end;
}

/* Where each call of the undisturbed child was made from, in pages that its parent sees. */
#define PLACES (1L << 20)
#define FRAMES 256
#define OUTER  3 /* _start, main() and the command's own function */
static struct place {
    uint64_t whole, within;
} * places;
static volatile bool noting; /* to look at the stack may allocate */

struct frames {
    uint64_t at[FRAMES]; /* innermost first */
    int count;
};

static _Unwind_Reason_Code add_frame(struct _Unwind_Context *frame, void *context)
{
    struct frames *frames = context;
    uintptr_t at = _Unwind_GetIP(frame);
    if (is_in((void *)at, &injection.program) && frames->count < FRAMES)
        frames->at[frames->count++] = at - injection.program.begin;
    return _URC_NO_REASON;
}

static uint64_t number_of(const uint64_t *frames, int count)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (int i = 0; i < count; i++)
        hash = (hash ^ frames[i]) * UINT64_C(1099511628211);
    return hash;
}

static void note_place(long n)
{
    if (!places || injection.at || n > PLACES || noting) return;
    noting = true;
    struct frames frames = {.count = 0};
    _Unwind_Backtrace(add_frame, &frames);
    places[n - 1] = (struct place){number_of(frames.at, frames.count), number_of(frames.at, frames.count - OUTER)};
    noting = false;
}

static bool fails(enum class class, const char *name, void *caller)
{
    if (!injection.armed || !(injection.classes & class) || noting) return false;
    if (injection.own && !is_in(caller, &injection.program)) return false;
    if (class == ALLOC && injection.copy_begins && !is_in(caller, &injection.program)) return false;
    for (size_t i = 0; i < injection.spared_count; i++)
        if (is_in(caller, &injection.spared[i])) return false;
    long n = __atomic_add_fetch(&injection.calls, 1, __ATOMIC_RELAXED);
    note_place(n);
    if (!injection.at) return false;
    if (injection.from ? n < injection.at : n != injection.at) return false;
    if (!injection.failed) injection.failed = name;
    return true;
}

#define FAILS(class) fails(class, __func__, __builtin_return_address(0))

static int with_errno(void)
{
    errno = injection.error;
    return -1;
}

/* The function behind NAME: of the sanitizer's runtime, or of the library. */
static void *next(const char *name)
{
    void *f = dlsym(RTLD_NEXT, name);
    if (!f) abort();
    return f;
}

/* Typed by its own prototype, looked up once. */
#define REAL(name)                                                                                                     \
    static __typeof__(&name) real;                                                                                     \
    if (!real) real = (__typeof__(&name))(uintptr_t)next(#name)

/* ---- allocation ---- */

/* dlsym itself may allocate: until the functions are known, from here. */
static char early[65536];
static size_t early_used;
static volatile bool looking; /* volatile: dlsym is declared never to call back */

static void *early_alloc(size_t size)
{
    size = (size + 15) / 16 * 16;
    if (early_used + size > sizeof early) abort();
    void *p = early + early_used;
    early_used += size;
    return p;
}

static bool is_early(const void *p)
{
    return (const char *)p >= early && (const char *)p < early + sizeof early;
}

#define REAL_ALLOC(name, otherwise)                                                                                    \
    static __typeof__(&name) real;                                                                                     \
    if (!real) {                                                                                                       \
        if (looking) return otherwise;                                                                                 \
        looking = true;                                                                                                \
        real = (__typeof__(&name))(uintptr_t)next(#name);                                                              \
        looking = false;                                                                                               \
    }
#define NO_MEMORY ((errno = ENOMEM), NULL)

void *malloc(size_t size)
{
    REAL_ALLOC(malloc, early_alloc(size))
    return FAILS(ALLOC) ? NO_MEMORY : real(size);
}

void *calloc(size_t n, size_t size)
{
    REAL_ALLOC(calloc, early_alloc(n * size))
    return FAILS(ALLOC) ? NO_MEMORY : real(n, size);
}

void *realloc(void *p, size_t size)
{
    REAL_ALLOC(realloc, early_alloc(size))
    return FAILS(ALLOC) ? NO_MEMORY : real(p, size);
}

void *reallocarray(void *p, size_t n, size_t size)
{
    REAL_ALLOC(reallocarray, early_alloc(n * size))
    return FAILS(ALLOC) ? NO_MEMORY : real(p, n, size);
}

void free(void *p)
{
    static void (*real)(void *);
    if (is_early(p)) return;
    if (!real) {
        if (looking) return;
        looking = true;
        real = (void (*)(void *))(uintptr_t)next("free");
        looking = false;
    }
    real(p);
}

char *strdup(const char *s)
{
    REAL(strdup);
    return FAILS(ALLOC) ? NO_MEMORY : real(s);
}

char *strndup(const char *s, size_t n)
{
    REAL(strndup);
    return FAILS(ALLOC) ? NO_MEMORY : real(s, n);
}

FILE *open_memstream(char **p, size_t *size)
{
    REAL(open_memstream);
    return FAILS(ALLOC) ? NO_MEMORY : real(p, size);
}

/* ---- files ---- */

static mode_t mode_of(int flags, va_list args)
{
    return flags & (O_CREAT | __O_TMPFILE) ? va_arg(args, mode_t) : 0;
}

#define OPEN(name)                                                                                                     \
    int name(const char *path, int flags, ...)                                                                         \
    {                                                                                                                  \
        REAL(name);                                                                                                    \
        va_list args;                                                                                                  \
        va_start(args, flags);                                                                                         \
        mode_t mode = mode_of(flags, args);                                                                            \
        va_end(args);                                                                                                  \
        return FAILS(CALL_FILE) ? with_errno() : real(path, flags, mode);                                              \
    }
#define OPENAT(name)                                                                                                   \
    int name(int folder, const char *path, int flags, ...)                                                             \
    {                                                                                                                  \
        REAL(name);                                                                                                    \
        va_list args;                                                                                                  \
        va_start(args, flags);                                                                                         \
        mode_t mode = mode_of(flags, args);                                                                            \
        va_end(args);                                                                                                  \
        return FAILS(CALL_FILE) ? with_errno() : real(folder, path, flags, mode);                                      \
    }
OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

/* Calls that return 0 or -1, or NULL: each by its prototype. */
#define SIMPLE(type, name, bad, declare, pass)                                                                         \
    type name declare                                                                                                  \
    {                                                                                                                  \
        REAL(name);                                                                                                    \
        return FAILS(CALL_FILE) ? (with_errno(), bad) : real pass;                                                     \
    }
SIMPLE(int, fsync, -1, (int fd), (fd))
SIMPLE(int, fdatasync, -1, (int fd), (fd))
SIMPLE(int, rename, -1, (const char *a, const char *b), (a, b))
SIMPLE(int, renameat, -1, (int da, const char *a, int db, const char *b), (da, a, db, b))
SIMPLE(int, unlink, -1, (const char *path), (path))
SIMPLE(int, unlinkat, -1, (int d, const char *path, int flags), (d, path, flags))
SIMPLE(int, mkdir, -1, (const char *path, mode_t mode), (path, mode))
SIMPLE(int, mkdirat, -1, (int d, const char *path, mode_t mode), (d, path, mode))
SIMPLE(int, ftruncate, -1, (int fd, off_t size), (fd, size))
SIMPLE(int, flock, -1, (int fd, int what), (fd, what))
SIMPLE(int, fstat, -1, (int fd, struct stat *st), (fd, st))
SIMPLE(int, stat, -1, (const char *path, struct stat *st), (path, st))
SIMPLE(int, fstatat, -1, (int d, const char *path, struct stat *st, int flags), (d, path, st, flags))
SIMPLE(off_t, lseek, -1, (int fd, off_t to, int whence), (fd, to, whence))
SIMPLE(int, symlink, -1, (const char *a, const char *b), (a, b))
SIMPLE(int, symlinkat, -1, (const char *a, int d, const char *b), (a, d, b))
SIMPLE(int, mkstemp, -1, (char *template), (template))
SIMPLE(DIR *, opendir, NULL, (const char *path), (path))
SIMPLE(struct dirent *, readdir, NULL, (DIR * folder), (folder))
SIMPLE(DIR *, fdopendir, NULL, (int fd), (fd))
SIMPLE(FILE *, fopen, NULL, (const char *path, const char *mode), (path, mode))
SIMPLE(FILE *, fdopen, NULL, (int fd, const char *mode), (fd, mode))
SIMPLE(void *, mmap, MAP_FAILED, (void *a, size_t n, int p, int f, int fd, off_t o), (a, n, p, f, fd, o))

/* A descriptor is gone whatever close returns; so is a stream. */
int close(int fd)
{
    REAL(close);
    bool failed = FAILS(CALL_FILE);
    int rc = real(fd);
    return failed ? with_errno() : rc;
}

/* A stream into memory is no file. */
static bool is_file(FILE *f)
{
    int before = errno, fd = f ? fileno(f) : -1;
    errno = before;
    return fd >= 0;
}

int fclose(FILE *f)
{
    REAL(fclose);
    bool failed = is_file(f) && FAILS(CALL_FILE);
    int rc = real(f);
    return failed ? with_errno() : rc;
}

#define TRANSFER(name, declare, pass_short, pass)                                                                      \
    ssize_t name declare                                                                                               \
    {                                                                                                                  \
        REAL(name);                                                                                                    \
        if (!FAILS(CALL_FILE)) return real pass;                                                                       \
        return injection.how == HOW_SHORT && n > 1 ? real pass_short : with_errno();                                   \
    }
TRANSFER(write, (int fd, const void *p, size_t n), (fd, p, n / 2), (fd, p, n))
TRANSFER(pwrite, (int fd, const void *p, size_t n, off_t at), (fd, p, n / 2, at), (fd, p, n, at))
TRANSFER(read, (int fd, void *p, size_t n), (fd, p, n / 2), (fd, p, n))
TRANSFER(pread, (int fd, void *p, size_t n, off_t at), (fd, p, n / 2, at), (fd, p, n, at))

/* As glibc does, which offers no call for it: the stream remembers (ferror). */
static int stream_failed(FILE *f)
{
    if (f) f->_flags |= 0x20; /* _IO_ERR_SEEN */
    return with_errno();
}

int fflush(FILE *f)
{
    REAL(fflush);
    return is_file(f) && FAILS(CALL_FILE) ? stream_failed(f) : real(f);
}

size_t fwrite(const void *p, size_t size, size_t n, FILE *f)
{
    REAL(fwrite);
    return is_file(f) && FAILS(CALL_FILE) ? (size_t)(stream_failed(f) + 1) : real(p, size, n, f);
}

size_t fread(void *p, size_t size, size_t n, FILE *f)
{
    REAL(fread);
    return is_file(f) && FAILS(CALL_FILE) ? (size_t)(stream_failed(f) + 1) : real(p, size, n, f);
}

/* ---- libpq ---- */

/* With HOW_CUT the call is made, on a connection that has just been cut. */
static bool pq_null(PGconn *connection, bool failed)
{
    if (!failed || injection.how == HOW_NULL) return failed;
    if (connection && PQsocket(connection) >= 0) (void)shutdown(PQsocket(connection), SHUT_RDWR);
    return false;
}

#define PQ(type, name, bad, declare, pass)                                                                             \
    type name declare                                                                                                  \
    {                                                                                                                  \
        REAL(name);                                                                                                    \
        return pq_null(c, FAILS(CALL_PQ)) ? (bad) : real pass;                                                         \
    }
PQ(PGresult *, PQexec, NULL, (PGconn * c, const char *sql), (c, sql))
PQ(PGresult *, PQexecParams, NULL,
   (PGconn * c, const char *sql, int n, const Oid *types, const char *const *values, const int *lengths,
    const int *formats, int format),
   (c, sql, n, types, values, lengths, formats, format))
PQ(PGresult *, PQprepare, NULL, (PGconn * c, const char *name, const char *sql, int n, const Oid *types),
   (c, name, sql, n, types))
PQ(PGresult *, PQexecPrepared, NULL,
   (PGconn * c, const char *name, int n, const char *const *values, const int *lengths, const int *formats, int format),
   (c, name, n, values, lengths, formats, format))
PGresult *PQgetResult(PGconn *c)
{
    REAL(PQgetResult);
    injection.copy_begins = false;
    return pq_null(c, FAILS(CALL_PQ)) ? NULL : real(c);
}
PQ(int, PQputCopyData, -1, (PGconn * c, const char *p, int n), (c, p, n))
PQ(int, PQputCopyEnd, -1, (PGconn * c, const char *error), (c, error))
/* Where memory is lacking from now on, what libpq (15) takes while a COPY begins is spared: it takes an answer for which it has no
 * memory for one that has not come whole, and the program asks again until its deadline. */
int PQsendQuery(PGconn *c, const char *sql)
{
    REAL(PQsendQuery);
    if (pq_null(c, FAILS(CALL_PQ))) return 0;
    injection.copy_begins = injection.from && strstr(sql, "COPY ");
    return real(c, sql);
}
PQ(int, PQsendQueryParams, 0,
   (PGconn * c, const char *sql, int n, const Oid *types, const char *const *values, const int *lengths,
    const int *formats, int format),
   (c, sql, n, types, values, lengths, formats, format))
PQ(int, PQgetCopyData, -2, (PGconn * c, char **p, int async), (c, p, async))
PQ(int, PQsetSingleRowMode, 0, (PGconn * c), (c))
PQ(int, PQconsumeInput, 0, (PGconn * c), (c))
PQ(int, PQflush, -1, (PGconn * c), (c))
PQ(PGcancel *, PQgetCancel, NULL, (PGconn * c), (c))

PGconn *PQconnectdbParams(const char *const *keywords, const char *const *values, int expand)
{
    static const char *const nowhere[] = {"host", NULL}, *const at[] = {"/nonexistent", NULL};
    REAL(PQconnectdbParams);
    if (!FAILS(CALL_PQ)) return real(keywords, values, expand);
    return injection.how == HOW_NULL ? NULL : real(nowhere, at, 0);
}

/* ---- libcurl ---- */

#define CURL_CALL(type, name, bad, declare, pass)                                                                      \
    type name declare                                                                                                  \
    {                                                                                                                  \
        REAL(name);                                                                                                    \
        return FAILS(CALL_CURL) ? (bad) : real pass;                                                                   \
    }
CURL_CALL(CURLcode, curl_global_init, CURLE_FAILED_INIT, (long flags), (flags))
CURL_CALL(CURL *, curl_easy_init, NULL, (void), ())
CURL_CALL(CURLM *, curl_multi_init, NULL, (void), ())
CURL_CALL(CURLcode, curl_easy_perform, CURLE_OUT_OF_MEMORY, (CURL * c), (c))
CURL_CALL(CURLMcode, curl_multi_add_handle, CURLM_OUT_OF_MEMORY, (CURLM * m, CURL *c), (m, c))
CURL_CALL(CURLMcode, curl_multi_perform, CURLM_OUT_OF_MEMORY, (CURLM * m, int *n), (m, n))
CURL_CALL(CURLMcode, curl_multi_poll, CURLM_OUT_OF_MEMORY,
          (CURLM * m, struct curl_waitfd *fds, unsigned int n, int ms, int *ret), (m, fds, n, ms, ret))
CURL_CALL(struct curl_slist *, curl_slist_append, NULL, (struct curl_slist * l, const char *s), (l, s))
CURL_CALL(CURLU *, curl_url, NULL, (void), ())
CURL_CALL(CURLUcode, curl_url_get, CURLUE_OUT_OF_MEMORY, (CURLU * u, CURLUPart part, char **ret, unsigned int flags),
          (u, part, ret, flags))
CURL_CALL(CURLUcode, curl_url_set, CURLUE_OUT_OF_MEMORY, (CURLU * u, CURLUPart part, const char *s, unsigned int flags),
          (u, part, s, flags))
CURL_CALL(char *, curl_easy_escape, NULL, (CURL * c, const char *s, int n), (c, s, n))

#undef curl_easy_setopt
#undef curl_easy_getinfo
/* One argument after the option, as wide as a pointer or a long. */
CURLcode curl_easy_setopt(CURL *c, CURLoption option, ...)
{
    REAL(curl_easy_setopt);
    va_list args;
    va_start(args, option);
    void *value = va_arg(args, void *);
    va_end(args);
    return FAILS(CALL_CURL) ? CURLE_OUT_OF_MEMORY : real(c, option, value);
}

CURLcode curl_easy_getinfo(CURL *c, CURLINFO info, ...)
{
    REAL(curl_easy_getinfo);
    va_list args;
    va_start(args, info);
    void *value = va_arg(args, void *);
    va_end(args);
    return FAILS(CALL_CURL) ? CURLE_OUT_OF_MEMORY : real(c, info, value);
}

/* ---- arming ---- */

/* Where the program's own code stands, which is the first object; and libcrypto and libssl, which are spared: OpenSSL 3.0
 * follows null pointers and leaks when its own initialisation lacks memory, and nothing above it can help that. */
static int find_code(struct dl_phdr_info *object, size_t size, void *context)
{
    int *count = context;
    (void)size;
    bool spared = strstr(object->dlpi_name, "libcrypto") || strstr(object->dlpi_name, "libssl");
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_X)) continue;
        struct range range = {object->dlpi_addr + segment->p_vaddr,
                              object->dlpi_addr + segment->p_vaddr + segment->p_memsz};
        if (*count == 0) injection.program = range;
        if (spared && injection.spared_count < SPARED) injection.spared[injection.spared_count++] = range;
    }
    ++*count;
    return 0;
}

static const struct {
    const char *name;
    int value;
} errors[] = {{"EIO", EIO},       {"ENOSPC", ENOSPC}, {"EINTR", EINTR},  {"EMFILE", EMFILE},
              {"EACCES", EACCES}, {"EROFS", EROFS},   {"EDQUOT", EDQUOT}};

static void read_settings(void)
{
    const char *class = getenv("INJECT_CLASS"), *how = getenv("INJECT_HOW"), *scope = getenv("INJECT_SCOPE"),
               *at = getenv("INJECT_AT"), *from = getenv("INJECT_FROM");
    class = class ? class : "";
    how = how ? how : "";
    injection.classes = (strstr(class, "alloc") ? ALLOC : 0u) | (strstr(class, "file") ? CALL_FILE : 0u) |
                        (strstr(class, "pq") ? CALL_PQ : 0u) | (strstr(class, "curl") ? CALL_CURL : 0u);
    injection.how = !strcmp(how, "short")  ? HOW_SHORT
                    : !strcmp(how, "cut")  ? HOW_CUT
                    : !strcmp(how, "null") ? HOW_NULL
                                           : HOW_ERRNO;
    injection.error = EIO;
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (!strcmp(how, errors[i].name)) injection.error = errors[i].value;
    injection.at = at ? strtol(at, NULL, 10) : 0;
    injection.from = from && *from == '1';
    injection.own = scope && !strcmp(scope, "own");
    int count = 0;
    dl_iterate_phdr(find_code, &count);
}

/* Where a child tells its parent what it did: a page both have. */
struct told {
    long calls;
    char failed[64];
};
static struct told *told;
static int (*real_main)(int, char **, char **);

static void tell(void)
{
    injection.armed = false;
    if (told) {
        told->calls = injection.calls;
        snprintf(told->failed, sizeof told->failed, "%s", injection.failed ? injection.failed : "-");
    }
}

static void tell_file(void)
{
    const char *path = getenv("INJECT_COUNT");
    injection.armed = false;
    FILE *f = path ? fopen(path, "w") : NULL;
    if (!f) return;
    fprintf(f, "%ld %s\n", injection.calls, injection.failed ? injection.failed : "-");
    fclose(f);
}

static int run_armed(int argc, char **argv, char **environment)
{
    if (told) atexit(tell);
    injection.armed = true;
    return real_main(argc, argv, environment);
}

static int output_file(const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) abort();
    return fd;
}

static void copy_out(int fd)
{
    char part[4096];
    ssize_t n;
    lseek(fd, 0, SEEK_SET);
    while ((n = read(fd, part, sizeof part)) > 0)
        fwrite(part, 1, (size_t)n, stdout);
}

/* A child that hangs is one that failed, and no more than that. */
#define SECONDS 120 /* far above what any command needs */
static volatile pid_t running;

static void kill_running(int number)
{
    (void)number;
    (void)kill(running, SIGKILL);
}

/* One child; returns what the parent saw of it. */
static int child(long n, int out, int err, int argc, char **argv, char **environment)
{
    *told = (struct told){0, "?"};
    if (ftruncate(out, 0) || ftruncate(err, 0)) abort();
    fflush(stdout);
    pid_t pid = fork();
    if (pid < 0) abort();
    if (pid == 0) {
        lseek(out, 0, SEEK_SET);
        lseek(err, 0, SEEK_SET);
        dup2(out, 1);
        dup2(err, 2);
        injection.at = n;
        exit(run_armed(argc, argv, environment));
    }
    int status;
    running = pid;
    signal(SIGALRM, kill_running);
    alarm(SECONDS);
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR) abort();
    alarm(0);
    return status;
}

static void write_places(const char *folder)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/places", folder);
    FILE *f = fopen(path, "w");
    if (!f || told->calls > PLACES) abort();
    for (long i = 0; i < told->calls; i++)
        fprintf(f, "%016" PRIx64 " %016" PRIx64 "\n", places[i].whole, places[i].within);
    if (fclose(f)) abort();
}

static void run_child(long n, const char *folder, int out, int err, int argc, char **argv, char **environment)
{
    int status = child(n, out, err, argc, argv, environment);
    if (n == 0) write_places(folder);
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    printf("%ld %d %ld %s %ld %ld\n", n, code, told->calls, told->failed, (long)lseek(out, 0, SEEK_END),
           (long)lseek(err, 0, SEEK_END));
    copy_out(out);
    copy_out(err);
    fflush(stdout);
}

static void *shared(size_t size)
{
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) abort();
    return p;
}

static int sweep(int argc, char **argv, char **environment)
{
    char line[64];
    const char *folder = getenv("INJECT_OUT");
    folder = folder ? folder : ".";
    int out = output_file(folder, "out"), err = output_file(folder, "err");
    told = shared(sizeof *told);
    places = shared(PLACES * sizeof *places);
    while (fgets(line, sizeof line, stdin))
        run_child(strtol(line, NULL, 10), folder, out, err, argc, argv, environment);
    exit(0);
}

static int armed_main(int argc, char **argv, char **environment)
{
    read_settings();
    unsetenv("LD_PRELOAD");
    if (getenv("INJECT_SWEEP")) return sweep(argc, argv, environment);
    if (getenv("INJECT_COUNT")) atexit(tell_file);
    return run_armed(argc, argv, environment);
}

int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv, void (*init)(void), void (*fini)(void),
                      void (*rtld_fini)(void), void *stack_end);
int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv, void (*init)(void), void (*fini)(void),
                      void (*rtld_fini)(void), void *stack_end)
{
    __typeof__(&__libc_start_main) real = (__typeof__(&__libc_start_main))(uintptr_t)next("__libc_start_main");
    real_main = main;
    return real(armed_main, argc, argv, init, fini, rtld_fini, stack_end);
}
