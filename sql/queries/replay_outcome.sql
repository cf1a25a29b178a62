-- What the replay of run $1 has moved, and what stays in quarantine of the sources it has read: result, id, source, line, column,
-- rule, reason, value, raw bytes.
SELECT CASE q.status WHEN 'superseded' THEN 'superseded' WHEN 'open' THEN 'remains' ELSE q.status END AS result, q.id, q.source, q.rad AS line,
       q.column_name AS column, q.rule, q.reason, q.value, q.raw
  FROM drift.quarantine q
 WHERE q.superseded_load_id IN (SELECT id FROM drift.load WHERE run_id = $1::bigint)
    OR (q.status = 'open' AND q.source IN (SELECT source FROM drift.load WHERE run_id = $1::bigint))
 ORDER BY q.source COLLATE "C", q.status = 'open', q.rad, q.id
