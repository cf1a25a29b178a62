/* The parts of a workbook (a zip archive of XML): found by name, decompressed and parsed within limits.  Nothing is
 * written anywhere, no archive inside is opened, no document type or entity is accepted. */
#ifndef STADSLAGER_XLSX_PARTS_H
#define STADSLAGER_XLSX_PARTS_H

#include <stdint.h>

#include "connectors/connector.h"

struct xlsx_parts;

/* BYTES, the whole workbook, and NAME, of the export, must live as long as the parts, which must be given back with
 * xlsx_parts_close.  EXIT_REFUSED when it is no zip archive. */
int xlsx_parts_open(const char *name, struct text bytes, struct xlsx_parts **ret_parts, struct error *err) CHECK_RESULT;
void xlsx_parts_close(struct xlsx_parts *parts); /* NULL is fine */

/* The index of the part called NAME, in any case; -1 when there is none, -2 when there are two. */
int64_t xlsx_part_find(const struct xlsx_parts *parts, struct text name);

/* An element's attribute of that name, whatever its prefix; NULL ptr when there is none. */
struct text xml_attribute(const char **attributes, const char *name);
/* True when the attribute is "1" or "true". */
bool xml_is_true(struct text value);
/* Digits only, below LIMIT; false for anything else. */
bool xml_number(struct text value, uint64_t limit, uint64_t *ret_number);

/* What is told of a part's XML.  Names are without their prefix; DEPTH is 1 for the root.  Each returns 0, or -1 with ERR
 * to stop.  TEXT comes in pieces. */
struct xml_events {
    int (*begin)(void *context, int depth, const char *element, const char **attributes, struct error *err);
    int (*end)(void *context, int depth, const char *element, struct error *err);
    int (*text)(void *context, int depth, struct text piece, struct error *err);
    void *context;
};

/* Decompresses and parses a part. */
int xlsx_part_parse(struct xlsx_parts *parts, int64_t index, const struct xml_events *events,
                    struct error *err) CHECK_RESULT;

#endif
