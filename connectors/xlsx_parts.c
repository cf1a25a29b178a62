#include "connectors/xlsx_parts.h"

#include <expat.h>
#include <stdlib.h>
#include <strings.h>
#include <zip.h>
#include <zlib.h>

#include "etl/base/limits.h"

#define PIECE (64 * 1024) /* bytes decompressed and parsed at a time */

struct xlsx_parts {
    const char *name;
    zip_t *zip;
    uint64_t count;
    uint64_t plain; /* bytes decompressed so far, of all parts */
};

/* ---- the archive ---- */

/* Lack of memory, also of zlib's below libzip; which for one of its own allocations gives no cause. */
static bool is_memory(zip_error_t *error)
{
    int code = zip_error_code_zip(error);
    if (code == ZIP_ER_MEMORY || code == ZIP_ER_OK) return true;
    return zip_error_system_type(error) == ZIP_ET_ZLIB && zip_error_code_system(error) == Z_MEM_ERROR;
}

static int refuse_zip(const char *name, zip_error_t *error, struct error *err)
{
    if (is_memory(error)) return error_memory(err);
    if (zip_error_code_zip(error) == ZIP_ER_NOZIP)
        return error_set(err, EXIT_REFUSED, "%s: is no workbook (xlsx), or is cut: not a zip archive", name);
    return error_set(err, EXIT_REFUSED, "%s: is no workbook (xlsx) that can be read: %s", name,
                     zip_error_strerror(error));
}

int xlsx_parts_open(const char *name, struct text bytes, struct xlsx_parts **ret_parts, struct error *err)
{
    zip_error_t error;
    zip_error_init(&error);
    struct xlsx_parts *parts = calloc(1, sizeof *parts);
    zip_source_t *source = NULL;
    if (!parts) return error_memory(err);
    parts->name = name;
    source = zip_source_buffer_create(bytes.ptr, bytes.len, 0, &error);
    if (source) parts->zip = zip_open_from_source(source, ZIP_RDONLY, &error);
    if (!parts->zip) {
        (void)refuse_zip(name, &error, err);
        zip_source_free(source);
        goto fail;
    }
    zip_int64_t count = zip_get_num_entries(parts->zip, 0);
    if (count > LIMIT_ZIP_ENTRIES) {
        error_set(err, EXIT_REFUSED, "%s: has %lld parts, more than %d", name, (long long)count, LIMIT_ZIP_ENTRIES);
        goto fail;
    }
    parts->count = count > 0 ? (uint64_t)count : 0;
    zip_error_fini(&error);
    *ret_parts = parts;
    return 0;
fail:
    zip_error_fini(&error);
    xlsx_parts_close(parts);
    return -1;
}

void xlsx_parts_close(struct xlsx_parts *parts)
{
    if (!parts) return;
    if (parts->zip) zip_discard(parts->zip);
    free(parts);
}

int64_t xlsx_part_find(const struct xlsx_parts *parts, struct text name)
{
    int64_t found = -1;
    for (uint64_t i = 0; i < parts->count; i++) {
        const char *entry = zip_get_name(parts->zip, i, ZIP_FL_ENC_GUESS);
        if (!entry || strlen(entry) != name.len || strncasecmp(entry, name.ptr, name.len) != 0) continue;
        if (found >= 0) return -2; /* which of the two? */
        found = (int64_t)i;
    }
    return found;
}

/* What the archive says of a part, before a byte of it is decompressed. */
static int check_part(const struct xlsx_parts *parts, zip_uint64_t index, zip_stat_t *stat, struct error *err)
{
    const char *what = NULL;
    if (zip_stat_index(parts->zip, index, 0, stat)) return refuse_zip(parts->name, zip_get_error(parts->zip), err);
    const zip_uint64_t known = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD;
    if ((stat->valid & known) != known)
        return error_set(err, EXIT_REFUSED, "%s: the archive says too little of its parts", parts->name);
    if ((stat->valid & ZIP_STAT_ENCRYPTION_METHOD) && stat->encryption_method != ZIP_EM_NONE) what = "is encrypted";
    if (stat->comp_method != ZIP_CM_STORE && stat->comp_method != ZIP_CM_DEFLATE)
        what = "is compressed in a way workbooks are not";
    if (stat->size > LIMIT_PART) what = "is too large when decompressed";
    if (stat->size > LIMIT_RATIO_FROM && stat->size / LIMIT_PART_RATIO > stat->comp_size)
        what = "is compressed too highly to be trusted";
    if (stat->size > LIMIT_WORKBOOK_PLAIN - parts->plain) what = "makes the workbook too large when decompressed";
    if (!what) return 0;
    return error_set(err, EXIT_REFUSED, "%s: part \"%.*s\" %s", parts->name,
                     TEXT_ARGS(text_clip(text_of(stat->name), LIMIT_SHOWN)), what);
}

/* ---- XML ---- */

static const char *local_name(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon ? colon + 1 : name;
}

struct text xml_attribute(const char **attributes, const char *name)
{
    for (; attributes[0]; attributes += 2)
        if (!strcmp(local_name(attributes[0]), name)) return text_of(attributes[1]);
    return text_make(NULL, 0);
}

bool xml_is_true(struct text value)
{
    return text_is(value, "1") || text_is(value, "true");
}

bool xml_number(struct text value, uint64_t limit, uint64_t *ret_number)
{
    uint64_t n = 0;
    if (value.len == 0 || value.len > 18) return false;
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] < '0' || value.ptr[i] > '9') return false;
        n = 10 * n + (uint64_t)(value.ptr[i] - '0');
    }
    if (n >= limit) return false;
    *ret_number = n;
    return true;
}

struct parse {
    XML_Parser parser;
    const struct xml_events *events;
    struct error *err;
    int depth;
    int rc;             /* -1: stopped, with ERR */
    const char *broken; /* stopped because of this */
    uint64_t fed, seen; /* bytes given to the parser, and of them those before its last event */
};

static void stop(struct parse *p, const char *why)
{
    if (p->rc == 0 && !p->broken) p->broken = why;
    (void)XML_StopParser(p->parser, XML_FALSE);
}

static void result(struct parse *p, int rc)
{
    p->seen = p->fed;
    if (rc == 0) return;
    p->rc = -1;
    (void)XML_StopParser(p->parser, XML_FALSE);
}

static bool stopped(const struct parse *p)
{
    return p->rc || p->broken;
}

/* The one control character that XML lets pass; delimited text and report texts are refused for it too. */
#define DELETE 0x7f
static const char *const has_delete = "holds a control character (0x7F)";

static void XMLCALL on_begin(void *context, const char *name, const char **attributes)
{
    struct parse *p = context;
    if (stopped(p)) return;
    for (size_t i = 1; attributes[i - 1]; i += 2)
        if (strchr(attributes[i], DELETE)) {
            stop(p, has_delete);
            return;
        }
    if (++p->depth > LIMIT_XML_DEPTH) {
        stop(p, "is nested too deeply");
        return;
    }
    result(p, p->events->begin(p->events->context, p->depth, local_name(name), attributes, p->err));
}

static void XMLCALL on_end(void *context, const char *name)
{
    struct parse *p = context;
    if (stopped(p)) return;
    result(p, p->events->end(p->events->context, p->depth, local_name(name), p->err));
    p->depth--;
}

static void XMLCALL on_text(void *context, const char *piece, int length)
{
    struct parse *p = context;
    if (stopped(p)) return;
    if (memchr(piece, DELETE, (size_t)length)) {
        stop(p, has_delete);
        return;
    }
    result(p, p->events->text(p->events->context, p->depth, text_make(piece, (size_t)length), p->err));
}

static void XMLCALL on_comment(void *context, const char *comment)
{
    struct parse *p = context;
    (void)comment;
    p->seen = p->fed;
}

/* No workbook has one: entities that multiply or read files come in this way. */
static void XMLCALL on_doctype(void *context, const char *name, const char *system, const char *public, int internal)
{
    (void)name;
    (void)system;
    (void)public;
    (void)internal;
    stop(context, "has a document type, which no workbook has");
}

static int broken(const struct xlsx_parts *parts, const char *part, const struct parse *p, struct error *err)
{
    struct text shown = text_clip(text_of(part), LIMIT_SHOWN);
    if (p->rc) return -1;
    if (p->broken)
        return error_set(err, EXIT_REFUSED, "%s: part \"%.*s\" %s", parts->name, TEXT_ARGS(shown), p->broken);
    enum XML_Error code = XML_GetErrorCode(p->parser);
    if (code == XML_ERROR_NO_MEMORY) return error_memory(err);
    return error_set(err, EXIT_REFUSED, "%s: part \"%.*s\", line %lu: %s", parts->name, TEXT_ARGS(shown),
                     (unsigned long)XML_GetCurrentLineNumber(p->parser), XML_ErrorString(code));
}

/* Everything that is in FILE; it must be what STAT says, which libzip checks with the CRC at its end. */
static int feed(struct xlsx_parts *parts, zip_file_t *file, const zip_stat_t *stat, struct parse *p, struct error *err)
{
    for (;;) {
        void *buffer = XML_GetBuffer(p->parser, PIECE);
        if (!buffer) return error_memory(err);
        zip_int64_t n = zip_fread(file, buffer, PIECE);
        if (n < 0 && is_memory(zip_file_get_error(file))) return error_memory(err);
        if (n < 0)
            return error_set(err, EXIT_REFUSED, "%s: part \"%.*s\" is damaged: %s", parts->name,
                             TEXT_ARGS(text_clip(text_of(stat->name), LIMIT_SHOWN)),
                             zip_error_strerror(zip_file_get_error(file)));
        p->fed += (uint64_t)n;
        parts->plain += (uint64_t)n;
        if (p->fed > stat->size) stop(p, "is larger than the archive says");
        if (p->fed - p->seen > LIMIT_XML_TOKEN) stop(p, "has a tag that does not end");
        if (stopped(p)) return broken(parts, stat->name, p, err);
        if (XML_ParseBuffer(p->parser, (int)n, n == 0) != XML_STATUS_OK) return broken(parts, stat->name, p, err);
        if (n == 0) return 0;
    }
}

int xlsx_part_parse(struct xlsx_parts *parts, int64_t index, const struct xml_events *events, struct error *err)
{
    struct parse p = {.events = events, .err = err};
    zip_stat_t stat;
    zip_file_t *file = NULL;
    int rc = -1;
    if (check_part(parts, (zip_uint64_t)index, &stat, err)) return -1;
    p.parser = XML_ParserCreate(NULL);
    if (!p.parser) return error_memory(err);
    XML_SetUserData(p.parser, &p);
    XML_SetElementHandler(p.parser, on_begin, on_end);
    XML_SetCharacterDataHandler(p.parser, on_text);
    XML_SetCommentHandler(p.parser, on_comment);
    XML_SetStartDoctypeDeclHandler(p.parser, on_doctype);
    file = zip_fopen_index(parts->zip, (zip_uint64_t)index, 0);
    if (!file) {
        (void)refuse_zip(parts->name, zip_get_error(parts->zip), err);
        goto out;
    }
    rc = feed(parts, file, &stat, &p, err);
out:
    if (file) (void)zip_fclose(file);
    XML_ParserFree(p.parser);
    return rc;
}
