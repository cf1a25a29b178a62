-- Rows that were not in quarantine before; $1 load, $2 source.
INSERT INTO drift.quarantine (load_id, source, kind, rad, byte_offset, length, column_name, rule, reason, value, raw)
SELECT $1::bigint, $2, s.kind,
       s.rad, s.byte_offset, s.length, s.column_name, s.rule, s.reason, s.value, s.raw
  FROM drift.stage_quarantine s
 WHERE NOT EXISTS (SELECT FROM drift.quarantine q
                    WHERE q.source = $2 AND q.status IN ('open', 'waived') AND q.kind = s.kind
                      AND (q.rad, q.column_name, q.rule, q.value, q.raw) = (s.rad, s.column_name, s.rule, s.value, s.raw))
 ORDER BY s.nr, s.column_name
