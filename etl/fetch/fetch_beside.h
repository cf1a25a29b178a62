/* Fetching beside other work: a thread of its own fetches all, while the caller takes the outcomes in the order he wants them,
 * each as soon as it is there. */
#ifndef STADSLAGER_FETCH_BESIDE_H
#define STADSLAGER_FETCH_BESIDE_H

#include "etl/fetch/fetch.h"

struct fetch_beside;

/* Begins fetch_all of COUNT REQUESTS, at least one, in a thread; RUN's on_done is not called.  What REQUESTS and RUN point at stays as it
 * is until fetch_beside_end; of the archive only what is not being written may be used meanwhile: objects, not records. */
int fetch_beside_begin(const struct fetch_request *requests, size_t count, const struct fetch_run *run,
                       struct fetch_beside **ret_beside, struct error *err) CHECK_RESULT;
/* Waits until request INDEX has ended; its outcome lives until fetch_beside_end, without the texts of its record.  NULL when the
 * fetching ended before it, which fetch_beside_end explains.  While it waits, WAITING is told how many have ended, first and
 * whenever there are more. */
const struct fetch_outcome *fetch_beside_wait(struct fetch_beside *beside, size_t index,
                                              void (*waiting)(void *context, size_t ended), void *context);
/* Waits for all, frees, and returns what fetch_all did.  NULL is fine. */
int fetch_beside_end(struct fetch_beside *beside, struct error *err) CHECK_RESULT;

#endif
