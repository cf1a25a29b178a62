/* Sizes for people. */
#ifndef STADSLAGER_SIZE_H
#define STADSLAGER_SIZE_H

#include <stdint.h>

#define SIZE_TEXT 24
/* "999 B", "1.2 MB", "345 GB": two or three figures, decimal units, cut and not rounded.  Returns BUFFER. */
char *size_text(char buffer[static SIZE_TEXT], uint64_t bytes);

#endif
