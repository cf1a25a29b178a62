-- Was load $1 published?  Asked on a new connection when the reply to COMMIT was lost.
SELECT FROM drift.load WHERE id = $1::bigint
