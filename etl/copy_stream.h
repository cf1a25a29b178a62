/* COPY beside other work: blocks of rows wait in a bounded queue for a thread that sends them, so that one core makes rows
 * while another (the server's) stores them.  Each block is a COPY statement of its own, so between two blocks the connection is
 * free: whoever asks something meanwhile waits for his turn (database.h), at most until the queue is empty. */
#ifndef STADSLAGER_COPY_STREAM_H
#define STADSLAGER_COPY_STREAM_H

#include "etl/copy.h"

struct copy_stream;

/* From now on statements on DB take turns.  DOING: for messages. */
int copy_stream_begin(struct database *db, const char *doing, struct copy_stream **ret_stream,
                      struct error *err) CHECK_RESULT;
/* Puts the rows of BLOCK into the queue, for the COPY statement SQL (kept until it was sent), and leaves BLOCK empty.  Waits while the
 * queue is full.  -1 with what a block before met. */
int copy_stream_send(struct copy_stream *stream, struct copy *block, const char *sql, struct error *err) CHECK_RESULT;
/* True when a block failed: the transaction can only be rolled back, and RET_ERR says why. */
bool copy_stream_failed(struct copy_stream *stream, struct error *ret_err);
/* Waits until everything is sent, and frees; one thread only again.  -1 with what a block met. */
int copy_stream_end(struct copy_stream *stream, struct error *err) CHECK_RESULT;
/* Ends after the block that is being sent, and frees; NULL is fine.  True when a block failed, with RET_ERR. */
bool copy_stream_abort(struct copy_stream *stream, struct error *ret_err);

#endif
