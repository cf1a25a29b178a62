-- Rows per rule of those that quarantine_list.sql has without a limit: rule, rows.  $1 source, $2 rule, $3 status (null = all).
SELECT q.rule, count(*)
  FROM drift.quarantine q
 WHERE ($1::text IS NULL OR q.source = $1) AND ($2::text IS NULL OR q.rule = $2) AND ($3::text IS NULL OR q.status = $3)
 GROUP BY q.rule ORDER BY count(*) DESC, q.rule COLLATE "C"
