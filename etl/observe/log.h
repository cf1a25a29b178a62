/* Messages on standard error: one event at a time, in one of three forms.
 *
 *   text     for people: "stadslager: MESSAGE", then indented lines with the detail, the hint and the counts
 *   journal  one line per event with its priority in front ("<3>MESSAGE; detail: …; hint: …"), as sd-daemon(3) says; chosen
 *            by itself where standard error is the journal ($JOURNAL_STREAM)
 *   json     one JSON object per event and line
 *
 * A wrong command line is explained as text in any form.  The JSON fields are stable: time (ISO 8601, UTC), level (error, warning, notice, info), event (a word, see below), run
 * (number in the ledger, from when it has one), source, message, detail, hint, class (the name of an error's exit code); then
 * what the event's own:
 *   run_begin           version, config, config_hash, options
 *   fetched             status, outcome (new, unchanged), received, plain, sha256, attempts
 *   leftovers           (tables that an earlier load had built aside and not published were dropped; the message names them)
 *   declined            (a new year is not built aside; the message says why)
 *   source_loaded, source_verified   dry_run, counts {lines, rows, mal, aktivitet, tabell: {read, loaded, unchanged,
 *                       quarantined, ignored}, facts: {new, revised, withdrawn, unchanged}, findings, way (words; not always)}
 *   source_unchanged    load
 *   problem             file, line, column: of the configuration
 *   source_failed, source_not_reached, error, warning
 *   run_end             outcome, exit_code, milliseconds, sources {all, loaded, unchanged, failed, not_reached},
 *                       facts {new, revised, withdrawn}, rows_quarantined */
#ifndef STADSLAGER_LOG_H
#define STADSLAGER_LOG_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "etl/base/error.h"

enum log_format { LOG_TEXT, LOG_JSON, LOG_JOURNAL };

enum log_level { LOG_LEVEL_ERROR = 3, LOG_LEVEL_WARNING = 4, LOG_LEVEL_NOTICE = 5, LOG_LEVEL_INFO = 6 }; /* syslog's */

#define LOG_MESSAGE_SIZE 2048 /* bytes of a message, with NUL: an error's fits */

struct log_event {
    enum log_level level;
    const char *event;         /* one of the words above */
    const char *source;        /* NULL = none */
    const char *message;       /* one line */
    const char *detail, *hint; /* NULL or "" = none */
    const char *lines;         /* further lines for people, each with its line break; NULL = none */
    json_t *fields;            /* what JSON has in their place; consumed; NULL = none */
};

/* Chooses the form: FORMAT is "text", "json", "journal" or NULL (journal where standard error is the journal, else text).
 * False when it is none of them.  Also takes over what error_print says on standard error. */
bool log_begin(const char *format);
enum log_format log_format(void);
/* The run that the following events belong to. */
void log_run(int64_t run_id);
void log_write(const struct log_event *event);
/* An error (event "error"), and something that went wrong without failing what was asked for (event "warning"). */
void log_error(const struct error *err);
void log_warning(const struct error *err);
/* TEXT for JSON: of one that is not UTF-8 (a path can hold anything) each byte that is not ASCII is "?".  NULL: no memory. */
json_t *log_text(const char *text);

#endif
