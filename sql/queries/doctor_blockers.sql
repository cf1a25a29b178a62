-- Sessions, not of this program, that hold a lock on which a run would wait.
SELECT DISTINCT a.pid, coalesce(a.usename, '') AS usename, coalesce(a.state, '') AS state, l.relation::regclass::text AS relation
  FROM pg_locks l
  JOIN pg_class c ON c.oid = l.relation AND c.relnamespace IN ('lager'::regnamespace, 'drift'::regnamespace)
  JOIN pg_stat_activity a ON a.pid = l.pid
 WHERE l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
   AND l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
   AND a.application_name <> 'stadslager'
 ORDER BY a.pid, 4 LIMIT 5
