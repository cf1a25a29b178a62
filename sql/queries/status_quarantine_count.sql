-- Rows in open quarantine.
SELECT count(*) FROM drift.quarantine WHERE status = 'open'
