-- The last run: when, how it ended (null: it did not), and whether a session holds the lock of a run now.
SELECT r.id, to_char(r.started_at, 'YYYY-MM-DD HH24:MI:SS') AS started, e.exit_code,
       EXISTS (SELECT FROM pg_locks l
                WHERE l.locktype = 'advisory' AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                  AND l.classid = x'53544144'::int::oid AND l.objid = x'534c4147'::int::oid AND l.objsubid = 1) AS under_way
  FROM drift.run r LEFT JOIN drift.run_result e ON e.run_id = r.id
 ORDER BY r.id DESC LIMIT 1
