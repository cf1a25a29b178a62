#include "etl/config/config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "etl/base/hash.h"
#include "etl/config/config_read.h"

#define READ_STEP ((size_t)64 * 1024) /* bytes asked for at once */

/* One of the files read: the configuration or a registry. */
struct file {
    const char *path;
    struct text bytes;
    bool given; /* BYTES are the caller's; nothing is read */
    const struct tree_node *root;
};

/* Reads at most LIMIT_CONFIG_FILE bytes; REASON says why not. */
static int read_bytes(int fd, struct text *ret_bytes, char reason[static 128])
{
    size_t size = 0, len = 0;
    char *buffer = NULL;
    for (;;) {
        if (len == size) {
            char *larger = realloc(buffer, size + READ_STEP);
            if (!larger) break;
            buffer = larger;
            size += READ_STEP;
        }
        ssize_t n = read(fd, buffer + len, size - len);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) break;
        if (n == 0) {
            *ret_bytes = text_make(buffer, len);
            return 0;
        }
        len += (size_t)n;
        if (len > LIMIT_CONFIG_FILE) {
            (void)snprintf(reason, 128, "is larger than %zu bytes", LIMIT_CONFIG_FILE);
            free(buffer);
            return -1;
        }
    }
    (void)snprintf(reason, 128, "cannot be read: %s", strerror(errno));
    free(buffer);
    return -1;
}

/* RET is freed by the caller. */
static int read_file(const char *path, struct text *ret_bytes, char reason[static 128])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        (void)snprintf(reason, 128, "cannot be read: %s", strerror(errno));
        return -1;
    }
    int rc = read_bytes(fd, ret_bytes, reason);
    close(fd);
    return rc;
}

/* "etc/" of "etc/stadslager.yaml", "" of "stadslager.yaml". */
static char *folder_of(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    return text_cstr(arena, text_make(path, slash ? (size_t)(slash + 1 - path) : 0));
}

static void read_registries(const struct reading *reading, const struct tree_node *root,
                            struct file files[static REGISTRY_COUNT], struct config *config)
{
    static const char *const keys[REGISTRY_COUNT] = {"stadsdelar", "enheter", "indikatorer"};
    struct registry_file parsed[REGISTRY_COUNT] = {{0}};
    for (int kind = 0; kind < REGISTRY_COUNT; kind++) {
        const char *path = config->registry_path[kind];
        const struct tree_node *at = tree_get(tree_get(root, "registries"), keys[kind]);
        char reason[128];
        if (!path || !at) continue;
        files[kind].path = path;
        if (!files[kind].given && read_file(path, &files[kind].bytes, reason) < 0) {
            reading_problem(reading, at, "\"%s\" %s", path, reason);
            continue;
        }
        files[kind].root = tree_parse(path, files[kind].bytes, reading->arena, reading->problems);
        parsed[kind] = (struct registry_file){path, files[kind].root};
    }
    registry_read(parsed, reading->arena, reading->problems, &config->registry);
}

/* One after the other, so that `cat stadslager.yaml stadsdelar.yaml enheter.yaml indikatorer.yaml | sha256sum` shows the
 * hash too; the text goes to the ledger, so that a run can be repeated under its own rules. */
static int join_files(struct config *config, const struct file *files, size_t count, struct error *err)
{
    size_t len = 0;
    struct hash hash = {0};
    for (size_t i = 0; i < count; i++)
        len += files[i].bytes.len;
    char *all = arena_alloc(&config->arena, len + 1);
    if (!all) return error_memory(err);
    config->text = all;
    for (size_t i = 0; i < count; i++) {
        if (files[i].bytes.len) memcpy(all, files[i].bytes.ptr, files[i].bytes.len);
        config->parts[i] = files[i].bytes.len;
        all += files[i].bytes.len;
    }
    int rc = hash_begin(&hash, err);
    if (rc == 0 && len) rc = hash_add(&hash, config->text, len, err);
    if (rc == 0) rc = hash_end(&hash, config->hash, err);
    hash_free(&hash);
    return rc;
}

static void read_all(struct config *config, struct file files[static 1 + REGISTRY_COUNT], struct problems *problems)
{
    const struct reading reading = {
        &config->arena, problems, config->path, folder_of(&config->arena, config->path), config_keys, files[0].given};
    if (!reading.folder) {
        problems->out_of_memory = true;
        return;
    }
    files[0].root = tree_parse(config->path, files[0].bytes, &config->arena, problems);
    if (!files[0].root) return;
    config_read(&reading, files[0].root, NULL, config);
    if (problems->out_of_memory) return; /* arrays may be missing */
    read_registries(&reading, files[0].root, files + 1, config);
    if (problems->out_of_memory) return;
    /* config_read has just made this array in our arena; it is const for those who get the configuration */
    config_check(&reading, files[0].root, config, (struct config_source *)config->sources);
}

/* FILES[0] is there; reads the rest into CONFIG. */
static int load_files(const char *path, struct file files[static CONFIG_PARTS], FILE *problems_out,
                      struct config *ret_config, struct error *err)
{
    struct config config = {0};
    struct problems problems = {.arena = &config.arena};
    unsigned long failures = arena_failures();
    int rc = -1;
    config.path = arena_strdup(&config.arena, path);
    if (config.path)
        read_all(&config, files, &problems);
    else
        problems.out_of_memory = true;
    if (problems.out_of_memory || arena_failures() != failures) { /* what was found without memory may be none */
        error_memory(err);
        goto out;
    }
    problems_print(&problems, problems_out);
    if (problems.count > 0) {
        error_set(err, EXIT_CONFIG, "%s: %zu problem%s in the configuration", path, problems.count,
                  problems.count == 1 ? "" : "s");
        goto out;
    }
    if (join_files(&config, files, CONFIG_PARTS, err) < 0) goto out;
    *ret_config = config; /* the arena's blocks stay where they are */
    config = (struct config){0};
    rc = 0;
out:
    arena_free(&config.arena);
    return rc;
}

int config_load(const char *path, FILE *problems_out, struct config *ret_config, struct error *err)
{
    struct file files[CONFIG_PARTS] = {{0}};
    char reason[128];
    int rc = -1;
    if (read_file(path, &files[0].bytes, reason) < 0)
        error_set(err, EXIT_CONFIG, "%s: %s", path, reason);
    else
        rc = load_files(path, files, problems_out, ret_config, err);
    for (size_t i = 0; i < CONFIG_PARTS; i++)
        free((char *)files[i].bytes.ptr);
    return rc;
}

/* Where the first line at or behind AT begins that begins with KEY; the end of TEXT when there is none. */
static size_t find_line(struct text text, size_t at, const char *key)
{
    while (at < text.len) {
        if (text_starts(text_from(text, at), key)) return at;
        const char *stop = memchr(text.ptr + at, '\n', text.len - at);
        at = stop ? (size_t)(stop + 1 - text.ptr) : text.len;
    }
    return text.len;
}

/* Where each part of TEXT begins, for texts that were kept without PARTS. */
static void find_parts(struct text text, size_t ret_begin[static CONFIG_PARTS + 1])
{
    size_t stadsdelar = find_line(text, 0, "stadsdelar:"), successions = find_line(text, 0, "successions:");
    ret_begin[0] = 0;
    ret_begin[1] = successions < stadsdelar ? successions : stadsdelar;
    ret_begin[2] = find_line(text, ret_begin[1], "enheter:");
    ret_begin[3] = find_line(text, ret_begin[1], "indikatorer:");
    ret_begin[4] = text.len;
    if (ret_begin[2] > ret_begin[3]) ret_begin[2] = ret_begin[3]; /* no units, or theirs is no list of lines */
}

int config_load_text(const char *name, struct text text, const size_t *parts, FILE *problems, struct config *ret_config,
                     struct error *err)
{
    struct file files[CONFIG_PARTS] = {{0}};
    size_t begin[CONFIG_PARTS + 1] = {0};
    for (size_t i = 0; parts && i < CONFIG_PARTS; i++)
        begin[i + 1] = begin[i] + parts[i];
    if (!parts) find_parts(text, begin);
    if (begin[CONFIG_PARTS] != text.len)
        return error_set(err, EXIT_CONFIG, "%s: its parts do not add up to its length", name);
    for (size_t i = 0; i < CONFIG_PARTS; i++)
        files[i] = (struct file){.bytes = text_part(text, begin[i], begin[i + 1] - begin[i]), .given = true};
    return load_files(name, files, problems, ret_config, err);
}

void config_free(struct config *config)
{
    if (!config) return;
    arena_free(&config->arena);
    *config = (struct config){0};
}

static const struct rule_severity *find_choice(const struct rule_severity *choices, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(choices[i].id, id)) return &choices[i];
    return NULL;
}

enum severity config_severity(const struct config *config, const struct indikator_entry *entry, const char *id,
                              enum severity otherwise)
{
    const struct rule_severity *choice = entry ? find_choice(entry->rules, entry->rule_count, id) : NULL;
    if (!choice) choice = find_choice(config->rules, config->rule_count, id);
    return choice ? choice->severity : otherwise;
}
