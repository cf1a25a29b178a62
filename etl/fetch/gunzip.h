/* Takes the gzip layers off a stream of bytes: none, one, or a .gz file inside a Content-Encoding.  Pure: the caller feeds
 * received bytes and reads plain ones, so a download (pushed) and an archived file (pulled) share it.  A layer is taken off
 * wherever the bytes begin with gzip's magic number (RFC 1952, 2.3.1), whatever a header or a file name says; several
 * members in a row are one layer. */
#ifndef STADSLAGER_GUNZIP_H
#define STADSLAGER_GUNZIP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "etl/base/error.h"

struct gunzip;

int gunzip_create(struct gunzip **ret_gunzip, struct error *err) CHECK_RESULT;
void gunzip_free(struct gunzip *gunzip);

/* Lends DATA; read until gunzip_read gives 0 before it goes away or more is fed. */
void gunzip_feed(struct gunzip *gunzip, const void *data, size_t size);
/* No more will be fed. */
void gunzip_last(struct gunzip *gunzip);
/* Up to SIZE plain bytes; 0 when all that was fed is read; -1 with EXIT_REFUSED when a layer is damaged, is followed by
 * other bytes, or there are more than LIMIT_GZIP_LAYERS. */
ssize_t gunzip_read(struct gunzip *gunzip, void *buffer, size_t size, struct error *err) CHECK_RESULT;
/* After gunzip_last and a gunzip_read of 0: did every layer end with its trailer?  -1 with EXIT_REFUSED when cut. */
int gunzip_end(const struct gunzip *gunzip, struct error *err) CHECK_RESULT;

/* True once it is known whether the bytes fed are gzip at all (two bytes are enough). */
bool gunzip_decided(const struct gunzip *gunzip);
/* Layers met so far. */
unsigned gunzip_layers(const struct gunzip *gunzip);
/* The most bytes any layer gave: what limits on decompressed size must look at, since a bomb can hide between layers. */
uint64_t gunzip_widest(const struct gunzip *gunzip);

#endif
