-- Open rows that the new export of source $2 no longer has; $1 load, whose ledger row is written.  Read again from the bytes of the
-- load before, a row that is in doubt no more is replayed; else it is superseded.  A waived row stays what it is.
UPDATE drift.quarantine q
   SET superseded_load_id = $1::bigint, changed_at = clock_timestamp(),
       status = CASE WHEN (SELECT file_sha256 FROM drift.load WHERE source = $2 AND id < $1::bigint ORDER BY id DESC LIMIT 1)
                          = (SELECT file_sha256 FROM drift.load WHERE id = $1::bigint)
                      AND NOT EXISTS (SELECT FROM drift.stage_quarantine s WHERE q.kind = s.kind AND q.rad = s.rad AND q.raw = s.raw)
                     THEN 'replayed' ELSE 'superseded' END
 WHERE q.source = $2 AND q.status = 'open'
   AND NOT EXISTS (SELECT FROM drift.stage_quarantine s
                    WHERE q.kind = s.kind
                      AND (q.rad, q.column_name, q.rule, q.value, q.raw) = (s.rad, s.column_name, s.rule, s.value, s.raw))
