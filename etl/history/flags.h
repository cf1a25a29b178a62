/* The bits of `flaggor` as words. */
#ifndef STADSLAGER_FLAGS_H
#define STADSLAGER_FLAGS_H

#define FLAGS_SIZE 640 /* all words and commas, and unknown bits by number */

/* The connector's notes and what validation noted, by name, separated by ", "; "" when there is none.  Returns BUFFER. */
char *flags_words(unsigned flags, char buffer[static FLAGS_SIZE]);

#endif
