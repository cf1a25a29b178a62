-- Open quarantine, at most $1 rows.
SELECT q.id, q.source, q.rad, q.kind, q.column_name, q.rule, q.reason, q.value
  FROM drift.quarantine q WHERE q.status = 'open' ORDER BY q.source COLLATE "C", q.rad, q.id LIMIT $1::int
