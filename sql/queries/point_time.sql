-- The state at the time $1: the last load published by then, 0 = none.
SELECT coalesce(max(id), 0) FROM drift.load WHERE published_at <= $1::timestamptz
