/* Decode: runs a connector over an export and holds it to its accounting. */
#ifndef STADSLAGER_DECODE_H
#define STADSLAGER_DECODE_H

#include "connectors/connector.h"

/* As connector->decode, and an internal error when the connector lost count of a line. */
int decode_export(const struct connector *connector, const struct reader *reader, const struct decode_options *options,
                  const struct sink *sink, struct decode_counts *ret_counts, struct error *err) CHECK_RESULT;
/* Sum of the ignored lines. */
uint64_t decode_lines_ignored(const struct decode_counts *counts);
/* The notes as comma-separated words, "" when there is none.  Returns BUFFER. */
#define DECODE_NOTES_SIZE 400
char *decode_notes(unsigned notes, char buffer[static DECODE_NOTES_SIZE]);

#endif
