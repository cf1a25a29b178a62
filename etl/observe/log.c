#include "etl/observe/log.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <unistr.h>

#include "etl/clock.h"
#include "etl/json_write.h"
#include "etl/observe/progress.h"

static enum log_format chosen;
static int64_t run; /* 0 = none yet */

/* "DEVICE:INODE" of the journal's stream, which standard error is only while nobody redirected it (sd-daemon(3)). */
static bool is_journal(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    char found[64];
    struct stat st;
    if (!stream || fstat(STDERR_FILENO, &st)) return false;
    (void)snprintf(found, sizeof found, "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
    return strcmp(stream, found) == 0;
}

bool log_begin(const char *format)
{
    static const char *const names[] = {[LOG_TEXT] = "text", [LOG_JSON] = "json", [LOG_JOURNAL] = "journal"};
    error_print_with(log_error);
    if (!format) {
        chosen = is_journal() ? LOG_JOURNAL : LOG_TEXT;
        return true;
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(format, names[i])) {
            chosen = (enum log_format)i;
            return true;
        }
    return false;
}

enum log_format log_format(void)
{
    return chosen;
}

void log_run(int64_t run_id)
{
    run = run_id;
}

static bool some(const char *text)
{
    return text && *text;
}

static void write_text(const struct log_event *e)
{
    fprintf(stderr, "stadslager: %s\n", e->message);
    if (some(e->detail)) fprintf(stderr, "  detail: %s\n", e->detail);
    if (some(e->hint)) fprintf(stderr, "  hint: %s\n", e->hint);
    if (e->lines) fputs(e->lines, stderr);
}

/* The journal keeps lines, and adds the program's name itself; a line break inside would begin an event of its own. */
static void write_journal(const struct log_event *e)
{
    fprintf(stderr, "<%d>%s", (int)e->level, e->message);
    if (some(e->detail)) fprintf(stderr, "; detail: %s", e->detail);
    if (some(e->hint)) fprintf(stderr, "; hint: %s", e->hint);
    for (const char *p = e->lines; p && *p;) {
        size_t n = strcspn(p, "\n"), indent = strspn(p, " ");
        fprintf(stderr, "; %.*s", (int)(n - indent), p + indent);
        p += n + (p[n] == '\n');
    }
    fputc('\n', stderr);
}

static const char *level_name(enum log_level level)
{
    switch (level) {
    case LOG_LEVEL_ERROR:
        return "error";
    case LOG_LEVEL_WARNING:
        return "warning";
    case LOG_LEVEL_NOTICE:
        return "notice";
    default:
        return "info";
    }
}

json_t *log_text(const char *text)
{
    char ascii[LOG_MESSAGE_SIZE];
    if (u8_check((const uint8_t *)text, strlen(text)) == NULL) return json_string(text);
    (void)snprintf(ascii, sizeof ascii, "%s", text);
    for (char *p = ascii; *p; p++)
        if ((unsigned char)*p >= 0x80) *p = '?';
    return json_string(ascii);
}

static bool put(json_t *object, const char *key, const char *text)
{
    return !some(text) || json_object_set_new(object, key, log_text(text)) == 0;
}

/* The line of E; NULL: no memory for all of it. */
static char *json_line(const struct log_event *e)
{
    char now[CLOCK_SIZE], *text = NULL;
    json_t *line = json_object();
    bool whole = put(line, "time", clock_now(now)) && put(line, "level", level_name(e->level)) &&
                 put(line, "event", e->event) && (!run || json_object_set_new(line, "run", json_integer(run)) == 0) &&
                 put(line, "source", e->source) && put(line, "message", e->message) && put(line, "detail", e->detail) &&
                 put(line, "hint", e->hint) && (!e->fields || json_object_update(line, e->fields) == 0);
    if (whole) text = json_write(line, JSON_COMPACT | JSON_PRESERVE_ORDER);
    json_decref(line);
    return text;
}

static void write_json(const struct log_event *e)
{
    char *text = json_line(e);
    if (text)
        fprintf(stderr, "%s\n", text);
    else
        fprintf(stderr, "{\"level\":\"error\",\"event\":\"error\",\"message\":\"out of memory\"}\n");
    free(text);
}

void log_write(const struct log_event *e)
{
    progress_hide();
    if (chosen == LOG_JSON)
        write_json(e);
    else if (chosen == LOG_JOURNAL)
        write_journal(e);
    else
        write_text(e);
    json_decref(e->fields);
}

static void write_error(const struct error *err, enum log_level level, const char *event)
{
    log_write(&(struct log_event){.level = level,
                                  .event = event,
                                  .message = err->message,
                                  .detail = err->detail,
                                  .hint = err->hint,
                                  .fields = json_pack("{s:s}", "class", exit_code_name(err->class))});
}

void log_error(const struct error *err)
{
    write_error(err, LOG_LEVEL_ERROR, "error");
}

void log_warning(const struct error *err)
{
    write_error(err, LOG_LEVEL_WARNING, "warning");
}
