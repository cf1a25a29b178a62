-- Is the quarantine of source $1 the same as before?  Rows to add, rows to close.
SELECT (SELECT count(*) FROM drift.stage_quarantine s
         WHERE NOT EXISTS (SELECT FROM drift.quarantine q
                            WHERE q.source = $1 AND q.status IN ('open', 'waived') AND q.kind = s.kind
                              AND (q.rad, q.column_name, q.rule, q.value, q.raw) = (s.rad, s.column_name, s.rule, s.value, s.raw))),
       (SELECT count(*) FROM drift.quarantine q
         WHERE q.source = $1 AND q.status = 'open'
           AND NOT EXISTS (SELECT FROM drift.stage_quarantine s
                            WHERE q.kind = s.kind
                              AND (q.rad, q.column_name, q.rule, q.value, q.raw) = (s.rad, s.column_name, s.rule, s.value, s.raw)))
