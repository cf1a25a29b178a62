/* Keys for matching names: what the city prints in many ways and means as one. */
#ifndef STADSLAGER_FOLD_H
#define STADSLAGER_FOLD_H

#include "etl/base/error.h"
#include "etl/base/text.h"

/* The key of a name: NFKC, lower case, white space / brackets / quotes / `*` `_` / a trailing full stop / status icons
 * left out, all dashes as one, tags `<…>` left out, Cyrillic and Greek letters that look Latin folded to Latin.  Two
 * names are the same when their keys are equal.  In ARENA; text_failed() when memory ran out or NAME is not UTF-8.
 * Left out too: control characters, `!`, and a dash or `#` in front (what stands for an icon or a heading mark). */
struct text fold_key(struct arena *arena, struct text name);
/* As fold_key, telling apart why there is none: 1 with the key, 0 when NAME is not UTF-8, -1 when memory ran out. */
int fold_name(struct arena *arena, struct text name, struct text *ret_key, struct error *err) CHECK_RESULT;
/* As fold_name, of a word that somebody has given. */
int fold_given(struct arena *arena, const char *name, const char **ret_key, struct error *err) CHECK_RESULT;
/* True when NAME holds a letter of another script that looks Latin (`кураторer`): worth a note. */
bool fold_has_lookalike(struct text name);
/* NFC of A in ARENA (A itself when it already is).  text_failed() when memory ran out or A is not UTF-8. */
struct text fold_nfc(struct arena *arena, struct text a);

/* False only where fold_nfc would surely return A itself: a look at its bytes, for texts that are mostly composed. */
bool fold_may_compose(struct text a);
/* True when A is UTF-8 without NUL: what PostgreSQL can store as text. */
bool fold_is_storable(struct text a);

/* A short text made comparable with fixed phrases, without an arena: NFC, lower case, white space left out or folded to
 * one blank.  Points into BUFFER; empty when A is blank, longer than fits, not UTF-8 or holds a NUL. */
#define FOLD_SHORT_SIZE 128
enum fold_blanks { FOLD_BLANKS_OUT, FOLD_BLANKS_ONE };
struct text fold_short(struct text a, enum fold_blanks blanks, char buffer[static FOLD_SHORT_SIZE]);

#endif
