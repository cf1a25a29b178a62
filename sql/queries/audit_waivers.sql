-- Rows in quarantine that somebody decided to do without.
SELECT id, source, load_id, kind, rad, column_name, rule, reason, coalesce(who, ''), coalesce(why, ''),
       coalesce(to_char(changed_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), '')
  FROM drift.quarantine WHERE status = 'waived' ORDER BY source COLLATE "C", id
