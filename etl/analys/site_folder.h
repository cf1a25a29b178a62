/* A folder of many files that appears whole or not at all: written beside its place, then exchanged with what is there. */
#ifndef STADSLAGER_SITE_FOLDER_H
#define STADSLAGER_SITE_FOLDER_H

#include <stdbool.h>
#include <stdio.h>

#include "etl/base/error.h"

struct site_folder {
    int parent, folder;  /* descriptors; the parent is locked, so that two reports there do not meet */
    char name[256];      /* of the folder in its parent */
    char temporary[288]; /* "NAME.tmp-PID" */
    unsigned files;      /* written so far */
    bool open;
};

/* Makes the folder to write into, beside PATH, and removes what killed reports left there.  EXIT_USAGE when PATH is
 * something else than a folder that an earlier report wrote (it holds the file .stadslager) or an empty one: nobody's files
 * are replaced.  A link at PATH is refused.  EXIT_LOCKED when another report is being written in the same parent. */
int site_folder_begin(const char *path, struct site_folder *ret_folder, struct error *err) CHECK_RESULT;
int site_folder_make(struct site_folder *folder, const char *name, struct error *err) CHECK_RESULT; /* a folder in it */
/* A new file in it, by its path from there.  Closed by site_folder_close, which tells whether all could be written. */
int site_folder_open(struct site_folder *folder, const char *path, FILE **ret_out, struct error *err) CHECK_RESULT;
int site_folder_close(struct site_folder *folder, FILE *out, const char *path, struct error *err) CHECK_RESULT;
/* Makes it last and puts it in its place in one step (renameat2, RENAME_EXCHANGE); on a file system without that in two,
 * between which PATH is missing for a moment.  The old one is removed afterwards. */
int site_folder_commit(struct site_folder *folder, struct error *err) CHECK_RESULT;
/* Removes what was not committed; harmless on a zeroed or committed one. */
void site_folder_discard(struct site_folder *folder);

#endif
