-- The state after run $1: is there such a run, the last load by then (0 = none), the newest run.
SELECT EXISTS (SELECT FROM drift.run WHERE id = $1::bigint),
       (SELECT coalesce(max(id), 0) FROM drift.load WHERE run_id <= $1::bigint), (SELECT max(id) FROM drift.run)
