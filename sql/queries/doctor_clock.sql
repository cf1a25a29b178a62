-- The server's clock, and when a run last began by it, in seconds since 1970 (null: never).
SELECT extract(epoch FROM clock_timestamp())::bigint AS now,
       (SELECT extract(epoch FROM max(started_at))::bigint FROM drift.run) AS last_run
