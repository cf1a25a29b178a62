-- Rows of the quarantine; $1 source, $2 rule, $3 status (each null = all), $4 at most so many (null = all).
SELECT q.id, q.status, q.source, q.rule, q.kind, q.rad AS line, q.column_name AS column, q.value, q.reason, q.load_id, q.who, q.why,
       to_char(q.changed_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS changed, q.raw
  FROM drift.quarantine q
 WHERE ($1::text IS NULL OR q.source = $1) AND ($2::text IS NULL OR q.rule = $2) AND ($3::text IS NULL OR q.status = $3)
 ORDER BY q.source COLLATE "C", q.rad, q.id LIMIT $4::bigint
