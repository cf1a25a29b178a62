-- $1 load.
INSERT INTO drift.finding (load_id, rad, byte_offset, rule, severity, message)
SELECT $1::bigint, rad, byte_offset, rule, severity, message FROM drift.stage_finding ORDER BY nr, rule
