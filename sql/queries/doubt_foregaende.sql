-- Rows whose previous value is contradicted, where that is to reject them.
INSERT INTO drift.stage_doubt (nr, rule, reason)
SELECT nr, rule, min(message) FROM drift.stage_finding WHERE rule = 'L-FOREGAENDE' AND severity = 'reject'
 GROUP BY nr, rule
