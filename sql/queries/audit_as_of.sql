-- The last load of the state at $1; 0 = before the first one.  Loads are published one after the other, in the order of their ids.
SELECT coalesce(max(id), 0) FROM drift.load WHERE published_at <= $1::timestamptz
