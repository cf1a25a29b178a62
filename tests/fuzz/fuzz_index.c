/* The archive's record of fetches, as a crash, a full disk or a strange hand may have left it: what is found in it is whole,
 * what is damaged is refused with its line, and the next fetch is recorded and found again. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "etl/archive/archive.h"
#include "tests/fuzz/fuzz.h"

#define SHA256 "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"

static char folder[] = "/tmp/fuzz-index-XXXXXX";
static struct archive *archive;

static void leave(void)
{
    static const char *const parts[] = {"fetches/s.jsonl", "lock", "fetches", "objects", "tmp"};
    char path[sizeof folder + 32];
    archive_close(archive);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, parts[i]);
        if (unlink(path)) (void)rmdir(path);
    }
    (void)rmdir(folder);
}

static void enter(void)
{
    struct error err = {0};
    FUZZ_CHECK(mkdtemp(folder));
    FUZZ_CHECK(archive_open(folder, &archive, &err) == 0);
    FUZZ_CHECK(atexit(leave) == 0);
}

static void write_index(const uint8_t *data, size_t size)
{
    char path[sizeof folder + 32];
    (void)snprintf(path, sizeof path, "%s/fetches/s.jsonl", folder);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FUZZ_CHECK(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    close(fd);
}

static void check_found(const struct fetch_record *record)
{
    FUZZ_CHECK(record->sha256 && hash_is_hex(record->sha256));
    const char *const texts[] = {record->time, record->url,           record->effective_url,
                                 record->etag, record->last_modified, record->outcome};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        FUZZ_CHECK(!texts[i] || fuzz_is_utf8(text_of(texts[i])));
}

static int look(const char *sha256, struct arena *arena, bool *ret_found, struct fetch_record *ret_record,
                struct error *err)
{
    *ret_found = false;
    int rc = sha256 ? archive_find_fetch(archive, "s", sha256, arena, ret_found, ret_record, err)
                    : archive_last_fetch(archive, "s", arena, ret_found, ret_record, err);
    if (rc) FUZZ_CHECK(err->class == EXIT_REFUSED && err->message[0] && fuzz_is_utf8(text_of(err->message)));
    if (rc == 0 && *ret_found) check_found(ret_record);
    return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct fetch_record next = {.time = "2024-02-01T03:00:00Z",
                                      .url = "https://example.org/a",
                                      .status = 200,
                                      .plain = 5,
                                      .stored = 25,
                                      .sha256 = SHA256,
                                      .proved = true,
                                      .outcome = "new"};
    struct arena arena = {0};
    struct fetch_record record;
    struct error err = {0};
    bool found;
    if (!archive) enter();
    write_index(data, size);
    int rc = look(NULL, &arena, &found, &record, &err);
    (void)look(SHA256, &arena, &found, &record, &err);
    if (rc == 0) {
        FUZZ_CHECK(archive_record_fetch(archive, "s", &next, &err) == 0);
        FUZZ_CHECK(look(NULL, &arena, &found, &record, &err) == 0 && found && !strcmp(record.sha256, SHA256));
    }
    arena_free(&arena);
    return 0;
}
