/* Temporary files without a name: gone when the process is, whatever ends it. */
#ifndef STADSLAGER_TEMPORARY_H
#define STADSLAGER_TEMPORARY_H

/* A file in TMPDIR (default: /tmp), open for reading and writing, mode 0600; -1 with errno. */
int temporary_open(void);
/* The folder: $TMPDIR, or /tmp where it is not set. */
const char *temporary_folder(void);

#endif
