-- Open rows that the new export of source $2 no longer has; $1 load.  A waived row stays what it is.
UPDATE drift.quarantine q
   SET status = 'superseded', superseded_load_id = $1::bigint, changed_at = clock_timestamp()
 WHERE q.source = $2 AND q.status = 'open'
   AND NOT EXISTS (SELECT FROM drift.stage_quarantine s
                    WHERE q.kind = s.kind
                      AND (q.rad, q.column_name, q.rule, q.value, q.raw) = (s.rad, s.column_name, s.rule, s.value, s.raw))
